"""The loggers of nodes: lines go to Python's ``logging``, and from nodes to ``/rosout`` too."""

from __future__ import annotations

import logging
import sys
import time
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from ._errors import RosZError
from ._native import _publish_log

if TYPE_CHECKING:
    from ._native import ZNode

_ROOT = logging.getLogger("ros_z_py.node")
# Loggers of ROS write from here on unless they are told otherwise.
_ROOT.setLevel(logging.INFO)


class LoggingSeverity(IntEnum):
    """How grave a line is; the numbers are those of ``logging``, and of ``rcl_interfaces/Log``."""

    UNSET = 0
    DEBUG = 10
    INFO = 20
    WARN = 30
    ERROR = 40
    FATAL = 50


class RosoutHandler(logging.Handler):
    """Sends records of ``logging`` to ``/rosout``, in the name of a node.

    It is for loggers that are not the node's own: ``logging.getLogger("planner").addHandler(RosoutHandler(node))``.
    What :meth:`ZNode.get_logger` writes is sent without it, and not again by it. Levels between those of ROS count as
    the one below. Nothing is sent once the node is closed, and by a node that was built ``with_rosout(False)``.

    Args:
        node: the node whose publisher sends them.
        level: records below it are not sent.
    """

    def __init__(self, node: ZNode, level: int = logging.NOTSET) -> None:
        super().__init__(level)
        self._node = node

    def emit(self, record: logging.LogRecord) -> None:
        """Sends a record; an error is handled as ``logging`` does."""
        if not getattr(record, "is_on_rosout", False):
            self._send(record)

    def _send(self, record: logging.LogRecord) -> None:
        try:
            place = (record.pathname, record.funcName or "", record.lineno)
            level = min(max(record.levelno // 10 * 10, LoggingSeverity.DEBUG), LoggingSeverity.FATAL)
            _publish_log(
                self._node, (level, _nanoseconds(record)), _name(record), _sendable(self.format(record)), place
            )
        except RosZError as error:
            if error.kind != "closed":
                self.handleError(record)
        except Exception:  # noqa: BLE001 - as the handlers of `logging` do
            self.handleError(record)


def _name(record: logging.LogRecord) -> str:
    return record.name.removeprefix(f"{_ROOT.name}.")


def _nanoseconds(record: logging.LogRecord) -> int:
    return round(record.created * 1e9)


def _sendable(text: str) -> str:
    """The text as ROS can have it: half characters, which UTF-8 has none of, and NULs as escapes."""
    if "\0" in text:
        text = text.replace("\0", "\\x00")
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


class _AsRosWrites(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        level = {"WARNING": "WARN", "CRITICAL": "FATAL"}.get(record.levelname, record.levelname)
        sec, nanosec = divmod(_nanoseconds(record), 1_000_000_000)
        return f"[{level}] [{sec}.{nanosec:09}] [{_name(record)}]: {record.getMessage()}"


class _OnStandardError(logging.StreamHandler[Any]):
    """Writes to what ``sys.stderr`` is now, not to what it was."""

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stderr
        super().emit(record)


_last_resort = _OnStandardError()
_last_resort.setFormatter(_AsRosWrites())


class Logger:
    """Writes lines to the log, in the words of ``rclpy``.

    A line goes to the logger ``ros_z_py.node.<name>`` of ``logging``, with its handlers, filters and levels; where the
    program has set up none, to the standard error output as ROS writes it: ``[INFO] [1234.567890123] [talker]: text``.
    That of a node goes to ``/rosout`` as well, where a NUL, and what is not UTF-8, is written as an escape. Lines below
    ``INFO`` are passed over unless :meth:`set_level` says otherwise.

    Each method that writes takes ``once=True``, ``skip_first=True`` and ``throttle_duration_sec=seconds``, which count
    by the place in the program that it is called from.

    >>> import ros_z_py
    >>> with ros_z_py.router(listen="tcp/127.0.0.1:0") as router:
    ...     context = ros_z_py.ZContextBuilder().with_domain_id(7).with_connect_endpoints([router.endpoint]).build()
    ...     node = context.create_node("talker").build()
    ...     lines = node.create_subscriber("/rosout", "rcl_interfaces/msg/Log", qos={"durability": "transient_local"})
    ...     _ = node.get_logger().warning("the battery is low")
    ...     line = lines.recv(timeout=10)
    ...     context.close()
    >>> line.name, line.level == line.WARN, line.msg
    ('talker', True, 'the battery is low')
    """

    def __init__(self, name: str, node: ZNode | None = None) -> None:
        self.name = name
        self._node = node
        self._rosout = RosoutHandler(node) if node is not None else None
        self._logger = _ROOT.getChild(name.strip("/").replace("/", ".")) if name else _ROOT
        self._seen: dict[tuple[str, str, int], tuple[int, float | None]] = {}

    def get_child(self, name: str) -> Logger:
        """The logger of a part, ``<name>.<part>``."""
        child = Logger(f"{self.name}.{name}" if self.name else name, self._node)
        # `node.get_logger().get_child("arm").info("moves", once=True)` makes a new one each time.
        child._seen = self._seen
        return child

    def set_level(self, level: int) -> None:
        """Lines below this level are passed over from now on; with ``UNSET`` those below the level of its parent."""
        self._logger.setLevel(level)

    def get_level(self) -> LoggingSeverity:
        """What :meth:`set_level` said last, or ``UNSET``."""
        return _severity(self._logger.level)

    def get_effective_level(self) -> LoggingSeverity:
        """The level below which lines are passed over."""
        return _severity(self._logger.getEffectiveLevel())

    def is_enabled_for(self, severity: int) -> bool:
        """Whether lines of a level are written."""
        return self._logger.isEnabledFor(severity)

    def debug(self, message: object, **conditions: Any) -> bool:
        """Writes a line for developers; whether it did."""
        return self._log(LoggingSeverity.DEBUG, message, **conditions)

    def info(self, message: object, **conditions: Any) -> bool:
        """Writes a line on what goes well; whether it did."""
        return self._log(LoggingSeverity.INFO, message, **conditions)

    def warning(self, message: object, **conditions: Any) -> bool:
        """Writes a line on what may go wrong; whether it did."""
        return self._log(LoggingSeverity.WARN, message, **conditions)

    warn = warning

    def error(self, message: object, **conditions: Any) -> bool:
        """Writes a line on what went wrong; whether it did."""
        return self._log(LoggingSeverity.ERROR, message, **conditions)

    def fatal(self, message: object, **conditions: Any) -> bool:
        """Writes a line on what ends the program; whether it did."""
        return self._log(LoggingSeverity.FATAL, message, **conditions)

    critical = fatal

    def log(self, message: object, severity: int, **conditions: Any) -> bool:
        """Writes a line of a level; whether it did."""
        return self._log(_severity(severity), message, **conditions)

    def _log(
        self,
        severity: LoggingSeverity,
        message: object,
        *,
        once: bool = False,
        skip_first: bool = False,
        throttle_duration_sec: float = 0,
    ) -> bool:
        logger = self._logger
        if not logger.isEnabledFor(severity):
            return False
        frame = sys._getframe(2)
        file, line = frame.f_code.co_filename, frame.f_lineno
        if (once or skip_first or throttle_duration_sec) and not self._is_due(
            (self.name, file, line), once, skip_first, throttle_duration_sec
        ):
            return False
        function = frame.f_code.co_name
        record = logger.makeRecord(logger.name, severity, file, line, message, (), None, function)
        return self._write(record)

    def _is_due(self, place: tuple[str, str, int], once: bool, skip_first: bool, period: float) -> bool:
        now = time.monotonic()
        calls, last = self._seen.get(place, (0, None))
        is_due = last is None or (not once and now - last >= period)
        if skip_first and calls == 0:
            is_due = False
        self._seen[place] = (calls + 1, now if is_due else last)
        return is_due

    def _write(self, record: logging.LogRecord) -> bool:
        """What ``logging.Logger.handle`` does, and what it has no place for."""
        logger = self._logger
        wanted = logger.filter(record)
        if logger.disabled or not wanted:
            return False
        if isinstance(wanted, logging.LogRecord):
            record = wanted
        if self._rosout is not None:
            record.is_on_rosout = True
            self._rosout._send(record)
        if logger.hasHandlers():
            logger.callHandlers(record)
        else:
            _last_resort.handle(record)
        return True

    def __repr__(self) -> str:
        return f"<Logger {self.name}>"


def _severity(level: int) -> LoggingSeverity:
    """The level, or the one below of those that ROS has."""
    return LoggingSeverity(min(max(int(level) // 10 * 10, LoggingSeverity.UNSET), LoggingSeverity.FATAL))
