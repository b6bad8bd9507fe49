"""Clients of services."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._entity import Entity
from .qos import profile_of
from .task import Future

if TYPE_CHECKING:
    from .._native import ZClient
    from .callback_groups import CallbackGroup
    from .clock import Clock
    from .node import Node
    from .qos import AnyQos
    from .service_introspection import ServiceIntrospectionState

__all__ = ["Client"]


class Client(Entity):
    """Calls a service."""

    def __init__(self, node: Node, client: ZClient, callback_group: CallbackGroup | None = None) -> None:
        super().__init__(node, callback_group)
        self.client = client

    def call(self, request: Any, timeout_sec: float | None = None) -> Any:
        """Calls the service and waits for the response; this node need not spin meanwhile, but that of the service.

        In a callback it waits in vain for a service whose callback the same thread runs.
        """
        return self.client.call(request, timeout=timeout_sec)

    def call_async(self, request: Any) -> Future[Any]:
        """Calls the service; the future is done when the response is there, also while nothing spins."""
        return Future._of(self._later, self.client.call_async(request))

    def wait_for_service(self, timeout_sec: float | None = None) -> bool:
        """Waits until the service is there; whether it is when the time is up."""
        return self.client.wait_for_service(timeout_sec)

    def service_is_ready(self) -> bool:
        """Whether the service is there."""
        return self.client.wait_for_service(0)

    def configure_introspection(
        self, clock: Clock, service_event_qos_profile: AnyQos, introspection_state: ServiceIntrospectionState
    ) -> None:
        """Tells of requests and responses on ``<service>/_service_event``, or no more. Their times are of the system's
        clock."""
        qos = profile_of(service_event_qos_profile)
        self.client.configure_introspection(introspection_state.level, qos=qos)

    @property
    def service_name(self) -> str:
        """The service, fully qualified."""
        return self.client.service

    srv_name = service_name

    def _close(self) -> None:
        self.client.close()
