"""Publishers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ._entity import Entity

if TYPE_CHECKING:
    from .._native import ZPublisher
    from .callback_groups import CallbackGroup
    from .node import Node

__all__ = ["Publisher"]

MessageT = TypeVar("MessageT")


class Publisher(Entity, Generic[MessageT]):
    """Sends messages on a topic."""

    def __init__(
        self, node: Node, publisher: ZPublisher[MessageT], callback_group: CallbackGroup | None = None
    ) -> None:
        super().__init__(node, callback_group)
        self.publisher = publisher

    def publish(self, msg: MessageT | dict[str, Any] | bytes) -> None:
        """Sends a message; ``bytes`` are sent as they are, as the CDR of one."""
        if isinstance(msg, bytes):
            self.publisher.publish_raw(msg)
        else:
            self.publisher.publish(msg)

    def get_subscription_count(self) -> int:
        """How many subscriptions the topic has."""
        return self._node.count_subscribers(self.topic_name)

    @property
    def topic_name(self) -> str:
        """The topic, fully qualified."""
        return self.publisher.topic

    topic = topic_name

    def _close(self) -> None:
        self.publisher.close()
