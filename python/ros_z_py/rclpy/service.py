"""Services."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from .._errors import RosZError
from .._native import types
from ._entity import Waiting
from .qos import depth_of, profile_of
from .task import value_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from .._native import RequestId, ZServer
    from .callback_groups import CallbackGroup
    from .clock import Clock
    from .node import Node
    from .qos import AnyQos
    from .service_introspection import ServiceIntrospectionState

__all__ = ["Service"]


class Service(Waiting):
    """Answers the requests of a service with what a callback returns."""

    def __init__(
        self,
        node: Node,
        srv_type: Any,
        server: ZServer,
        callback: Callable[[Any, Any], object],
        callback_group: CallbackGroup | None = None,
    ) -> None:
        super().__init__(node, depth_of(server.qos), callback_group)
        self.srv_type = srv_type
        self.server = server
        self.callback = callback
        threading.Thread(target=self._listen, name=f"requests of {server.service}", daemon=True).start()

    def configure_introspection(
        self, clock: Clock, service_event_qos_profile: AnyQos, introspection_state: ServiceIntrospectionState
    ) -> None:
        """Tells of requests and responses on ``<service>/_service_event``, or no more. Their times are of the system's
        clock."""
        qos = profile_of(service_event_qos_profile)
        self.server.configure_introspection(introspection_state.level, qos=qos)

    @property
    def service_name(self) -> str:
        """The service, fully qualified."""
        return self.server.service

    srv_name = service_name

    def _listen(self) -> None:
        while True:
            try:
                taken = self.server.take_request()
            except RosZError as error:
                if error.kind == "closed":
                    return
                raise
            if taken is not None:
                self._put(taken)

    def _drop(self, argument: tuple[RequestId, Any]) -> None:
        """Its client learns that there will be no response."""
        with suppress(RosZError):  # it was answered or closed meanwhile
            self.server.drop_request(argument[0])

    async def _run(self, argument: tuple[RequestId, Any]) -> None:
        request_id, request = argument
        try:
            response = await value_of(self.callback(request, self.srv_type.Response()))
            if not isinstance(response, (self.srv_type.Response, dict)):
                raise TypeError(
                    f"the callback of the service {self.service_name} must return its response, not {response!r}"
                )
            self.server.send_response(response, request_id)
        except BaseException:
            self._drop(argument)
            raise

    def _close(self) -> None:
        self.server.close()


def service_class(srv_type: Any) -> Any:
    """The class of a service, from the class itself, its name, or the class of its requests."""
    if hasattr(srv_type, "Response"):
        return srv_type
    name = srv_type if isinstance(srv_type, str) else getattr(srv_type, "__msgtype__", "")
    found = types[name.removesuffix("_Request")] if name else None
    if hasattr(found, "Response") and (isinstance(srv_type, str) or getattr(found, "Request", None) is srv_type):
        return found
    raise TypeError(f"expected the type of a service, such as AddTwoInts, got {srv_type!r}")
