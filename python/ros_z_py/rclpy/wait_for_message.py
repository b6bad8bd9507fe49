"""Waiting for one message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeVar

from .._errors import RosZError
from .qos import AnyQos, profile_of

if TYPE_CHECKING:
    from .node import Node

__all__ = ["wait_for_message"]

MessageT = TypeVar("MessageT")


def wait_for_message(
    msg_type: type[MessageT], node: Node, topic: str, *, qos_profile: AnyQos = 1, time_to_wait: float = -1
) -> tuple[Literal[True], MessageT] | tuple[Literal[False], None]:
    """Waits for a message on a topic, for up to ``time_to_wait`` seconds, without end if they are negative. Nothing
    need spin.

    Returns:
        Whether one came before the time was up or the session was closed, and the message.
    """
    with node.node.create_subscriber(topic, msg_type, qos=profile_of(qos_profile)) as subscriber:
        try:
            message = subscriber.recv(None if time_to_wait < 0 else time_to_wait)
        except RosZError as error:
            if error.kind != "closed":
                raise
            message = None
    return (False, None) if message is None else (True, message)
