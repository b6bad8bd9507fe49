"""Subscriptions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ._entity import Waiting, callable_or_raise

if TYPE_CHECKING:
    from collections.abc import Callable

    from .._native import ZSubscriber
    from .callback_groups import CallbackGroup
    from .node import Node

__all__ = ["Subscription"]

MessageT = TypeVar("MessageT")


class Subscription(Waiting, Generic[MessageT]):
    """Hands the messages of a topic to a callback."""

    def __init__(
        self,
        node: Node,
        callback: Callable[[MessageT], object],
        callback_group: CallbackGroup | None = None,
    ) -> None:
        super().__init__(node, None, callback_group)
        self.callback: Callable[[MessageT], object] = callable_or_raise(callback, "a subscription")
        self.subscriber: ZSubscriber[Any]

    @property
    def topic_name(self) -> str:
        """The topic, fully qualified."""
        return self.subscriber.topic

    topic = topic_name

    def get_publisher_count(self) -> int:
        """How many publishers the topic has."""
        return self._node.count_publishers(self.topic_name)

    def _run(self, argument: MessageT) -> object:
        return self.callback(argument)

    def _close(self) -> None:
        self.subscriber.close()
