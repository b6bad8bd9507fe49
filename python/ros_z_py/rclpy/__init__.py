"""The calls of ``rclpy`` over Zenoh, for programs that were written for it: see ``docs/MIGRATING.md``.

>>> from ros_z_py import rclpy
>>> rclpy.ok()
False

It is the rest of this package in other words: a node here holds a :class:`ros_z_py.ZNode`, messages are those of
``ros_z_py``, and callbacks run where ``spin`` is called. ``from ros_z_py import rclpy`` takes the place of
``import rclpy``, ``from ros_z_py.rclpy.node import Node`` that of ``from rclpy.node import Node``.
"""

from __future__ import annotations

from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from . import duration as duration
from . import parameter as parameter
from ._runtime import (
    InitContextManager,
    Runtime,
    get_default_context,
    init,
    ok,
    shutdown,
    try_shutdown,
)
from .executors import Executor, SingleThreadedExecutor
from .node import Node
from .parameter import Parameter

if TYPE_CHECKING:
    from .._native import ZContext

__all__ = [
    "InitContextManager",
    "Node",
    "Parameter",
    "create_node",
    "get_default_context",
    "get_global_executor",
    "init",
    "ok",
    "shutdown",
    "spin",
    "spin_once",
    "spin_until_future_complete",
    "try_shutdown",
]


def create_node(
    node_name: str, *, context: ZContext | None = None, namespace: str | None = None, **arguments: Any
) -> Node:
    """A node; :class:`Node` says more, also of the other arguments."""
    return Node(node_name, context=context, namespace=namespace, **arguments)


def get_global_executor() -> Executor:
    """The executor that :func:`spin` and :func:`spin_once` use."""
    runtime = Runtime.current()
    if runtime.executor is None:
        runtime.executor = SingleThreadedExecutor()
    return runtime.executor


def spin(node: Node, executor: Executor | None = None) -> None:
    """Runs callbacks until :func:`shutdown` in one of them.

    Raises:
        ExternalShutdownException: :func:`shutdown` was called elsewhere, or ``SIGTERM`` came.
        KeyboardInterrupt: Ctrl-C was pressed.
    """
    executor = executor or get_global_executor()
    with executor.having(node):
        executor.spin()


def spin_once(node: Node, *, executor: Executor | None = None, timeout_sec: float | None = None) -> None:
    """Runs one callback; waits for one for up to ``timeout_sec`` seconds, without end unless given."""
    executor = executor or get_global_executor()
    with executor.having(node):
        executor.spin_once(timeout_sec)


def spin_until_future_complete(
    node: Node,
    future: Future[Any],
    executor: Executor | None = None,
    timeout_sec: float | None = None,
) -> None:
    """Runs callbacks until ``future`` is done, for up to ``timeout_sec`` seconds."""
    executor = executor or get_global_executor()
    with executor.having(node):
        executor.spin_until_future_complete(future, timeout_sec)
