"""Logging in the words of ``rclpy``, through the ``logging`` of Python: every logger is below ``ros_z_py.rclpy``."""

from __future__ import annotations

import logging
import sys
import time
from enum import IntEnum
from typing import Any

__all__ = ["Logger", "LoggingSeverity", "get_logger"]

_ROOT = logging.getLogger("ros_z_py.rclpy")


class LoggingSeverity(IntEnum):
    """How grave it is."""

    UNSET = 0
    DEBUG = 10
    INFO = 20
    WARN = 30
    ERROR = 40
    FATAL = 50


class _AsRosWrites(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        level = {"WARNING": "WARN", "CRITICAL": "FATAL"}.get(record.levelname, record.levelname)
        name = record.name.removeprefix(f"{_ROOT.name}.")
        return f"[{level}] [{record.created:.9f}] [{name}]: {record.getMessage()}"


class _OnStandardError(logging.StreamHandler[Any]):
    """Writes to what ``sys.stderr`` is now, not to what it was."""

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stderr
        super().emit(record)


def configure() -> None:
    """Writes to the standard error output as ``rclpy`` does, unless the program said what is to be done with logs."""
    if _ROOT.level == logging.NOTSET:
        _ROOT.setLevel(logging.INFO)
    if not _ROOT.hasHandlers():
        handler = _OnStandardError()
        handler.setFormatter(_AsRosWrites())
        _ROOT.addHandler(handler)


def get_logger(name: str) -> Logger:
    """The logger of a name."""
    return Logger(name)


class Logger:
    """Writes lines to the log.

    Each method that does takes ``once=True``, ``skip_first=True`` and ``throttle_duration_sec=seconds``, which count by
    the place in the program that it is called from.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._logger = _ROOT.getChild(name.strip("/").replace("/", ".")) if name else _ROOT
        self._seen: dict[tuple[str, int], tuple[int, float | None]] = {}

    def get_child(self, name: str) -> Logger:
        """The logger of a part."""
        return Logger(f"{self.name}.{name}")

    def set_level(self, level: int) -> None:
        """Lines below this level are passed over from now on."""
        self._logger.setLevel(level)

    def get_effective_level(self) -> LoggingSeverity:
        """The level below which lines are passed over."""
        return LoggingSeverity(self._logger.getEffectiveLevel())

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

    def _log(
        self,
        severity: LoggingSeverity,
        message: object,
        *,
        once: bool = False,
        skip_first: bool = False,
        throttle_duration_sec: float = 0,
    ) -> bool:
        if not self.is_enabled_for(severity):
            return False
        if once or skip_first or throttle_duration_sec:
            frame = sys._getframe(2)
            place, now = (frame.f_code.co_filename, frame.f_lineno), time.monotonic()
            calls, last = self._seen.get(place, (0, None))
            is_due = last is None or (not once and now - last >= throttle_duration_sec)
            if skip_first and calls == 0:
                is_due = False
            self._seen[place] = (calls + 1, now if is_due else last)
            if not is_due:
                return False
        self._logger.log(severity, "%s", message)
        return True
