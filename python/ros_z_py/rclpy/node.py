"""Nodes, and what is created on them, in the words of ``rclpy.node``."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Literal, TypeVar, overload

from .._errors import RosZError
from ._entity import Entity, Later, callable_or_raise
from ._node_graph import NodeGraph
from ._node_parameters import NodeParameters
from ._runtime import Runtime, wake
from .callback_groups import CallbackGroup, MutuallyExclusiveCallbackGroup
from .client import Client
from .clock import Clock
from .logging import Logger
from .publisher import Publisher
from .qos import AnyQos, depth_of, profile_of
from .service import Service, service_class
from .subscription import Subscription
from .timer import Rate, Timer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from typing_extensions import Self

    from .._native import QosProfile, ZContext, ZNode
    from .._parameters import Parameter
    from .executors import Executor

__all__ = ["Client", "Node", "Publisher", "Rate", "Service", "Subscription", "Timer"]

MessageT = TypeVar("MessageT")
_E = TypeVar("_E", bound=Entity)
_Timer = TypeVar("_Timer", bound=Timer)


class Node(NodeParameters, NodeGraph):
    """A node of the session that ``rclpy.init()`` opened.

    Args:
        node_name: its name.
        context: another context to be in.
        namespace: its namespace; that of the context unless given.
        enable_rosout: whether what its logger writes goes to ``/rosout``.
        start_parameter_services: whether others can read and set its parameters.
        parameter_overrides: values that parameters get in place of those that they are declared with.
        allow_undeclared_parameters: whether parameters can be set that were not declared.
        automatically_declare_parameters_from_overrides: whether those of overrides are declared from the start.

    >>> import ros_z_py
    >>> from ros_z_py import rclpy, std_msgs
    >>> with ros_z_py.router(listen="tcp/127.0.0.1:0") as router:
    ...     builder = ros_z_py.ZContextBuilder().with_domain_id(7).with_connect_endpoints([router.endpoint])
    ...     _ = rclpy.init(context=builder.build())
    ...     node = rclpy.create_node("talker")
    ...     _ = node.create_subscription(std_msgs.String, "chatter", lambda msg: print(msg.data), 10)
    ...     node.create_publisher(std_msgs.String, "chatter", 10).publish(std_msgs.String(data="hello"))
    ...     rclpy.spin_once(node, timeout_sec=10)
    ...     rclpy.shutdown()
    hello
    """

    def __init__(
        self,
        node_name: str,
        *,
        context: ZContext | None = None,
        namespace: str | None = None,
        enable_rosout: bool = True,
        start_parameter_services: bool = True,
        parameter_overrides: Sequence[Parameter] | None = None,
        allow_undeclared_parameters: bool = False,
        automatically_declare_parameters_from_overrides: bool = False,
    ) -> None:
        self.context: ZContext = context or Runtime.current().context
        """The context that it lives in."""
        builder = self.context.create_node(node_name).with_rosout(enable_rosout)
        if namespace is not None:
            builder = builder.with_namespace(namespace)
        builder = (
            builder.with_parameter_services(start_parameter_services)
            .with_parameter_overrides({parameter.name: parameter.value for parameter in parameter_overrides or ()})
            .allow_undeclared_parameters(allow_undeclared_parameters)
            .automatically_declare_parameters_from_overrides(automatically_declare_parameters_from_overrides)
        )
        self.node: ZNode = builder.build()
        """The node as the rest of ``ros_z_py`` has it."""
        self.executor: Executor | None = None
        """The executor that it was added to."""
        self.default_callback_group: CallbackGroup = MutuallyExclusiveCallbackGroup()
        """The group of what is created without one."""
        self._later = Later()
        self._entities: list[Entity] = [self._later]
        self._clock = Clock._of_node(self.node.get_clock())
        self._ticks: threading.Thread | None = None

    @overload
    def create_publisher(
        self,
        msg_type: type[MessageT],
        topic: str,
        qos_profile: AnyQos = None,
        *,
        callback_group: CallbackGroup | None = None,
    ) -> Publisher[MessageT]: ...
    @overload
    def create_publisher(
        self,
        msg_type: str,
        topic: type[MessageT],
        qos_profile: AnyQos = None,
        *,
        callback_group: CallbackGroup | None = None,
    ) -> Publisher[MessageT]: ...
    @overload
    def create_publisher(
        self, msg_type: str, topic: str, qos_profile: AnyQos = None, *, callback_group: CallbackGroup | None = None
    ) -> Publisher[Any]: ...
    def create_publisher(
        self, msg_type: Any, topic: Any, qos_profile: AnyQos = None, *, callback_group: CallbackGroup | None = None
    ) -> Publisher[Any]:
        """A publisher of messages of a type on a topic, which may also be given in the other order."""
        msg_type, topic = _type_and_name(msg_type, topic)
        publisher = self.node.create_publisher(topic, msg_type, qos=profile_of(qos_profile))
        return self._keep(Publisher(self, publisher, callback_group))

    @overload
    def create_subscription(
        self,
        msg_type: type[MessageT],
        topic: str,
        callback: Callable[[MessageT], object],
        qos_profile: AnyQos = None,
        *,
        callback_group: CallbackGroup | None = None,
        raw: Literal[False] = False,
    ) -> Subscription[MessageT]: ...
    @overload
    def create_subscription(
        self,
        msg_type: str,
        topic: type[MessageT],
        callback: Callable[[MessageT], object],
        qos_profile: AnyQos = None,
        *,
        callback_group: CallbackGroup | None = None,
        raw: Literal[False] = False,
    ) -> Subscription[MessageT]: ...
    @overload
    def create_subscription(
        self,
        msg_type: str,
        topic: str,
        callback: Callable[[Any], object],
        qos_profile: AnyQos = None,
        *,
        callback_group: CallbackGroup | None = None,
        raw: bool = False,
    ) -> Subscription[Any]: ...
    @overload
    def create_subscription(
        self,
        msg_type: type[Any] | str,
        topic: type[Any] | str,
        callback: Callable[[bytes], object],
        qos_profile: AnyQos = None,
        *,
        callback_group: CallbackGroup | None = None,
        raw: Literal[True],
    ) -> Subscription[bytes]: ...
    def create_subscription(
        self,
        msg_type: Any,
        topic: Any,
        callback: Callable[[Any], object],
        qos_profile: AnyQos = None,
        *,
        callback_group: CallbackGroup | None = None,
        raw: bool = False,
    ) -> Subscription[Any]:
        """Hands messages of a type on a topic, which may also be given in the other order, to ``callback``.

        With ``raw`` it is handed their CDR as ``bytes``.
        """
        msg_type, topic = _type_and_name(msg_type, topic)
        subscription: Subscription[Any] = Subscription(self, callback, callback_group)
        put = (lambda view: subscription._put(bytes(view))) if raw else subscription._put
        subscription.subscriber = self.node.create_subscriber(
            topic, msg_type, qos=profile_of(qos_profile), callback=put, output="raw" if raw else "struct"
        )
        subscription._depth = depth_of(subscription.subscriber.qos)
        return self._keep(subscription)

    def create_service(
        self,
        srv_type: Any,
        srv_name: Any,
        callback: Callable[[Any, Any], object],
        *,
        qos_profile: AnyQos = None,
        callback_group: CallbackGroup | None = None,
    ) -> Service:
        """Answers requests with what ``callback(request, response)`` returns, which is a response."""
        srv_type, srv_name = _type_and_name(srv_type, srv_name)
        srv_type, callback = service_class(srv_type), callable_or_raise(callback, "a service")
        server = self.node.create_server(srv_name, srv_type, qos=_service_qos(qos_profile))
        return self._keep(Service(self, srv_type, server, callback, callback_group))

    def create_client(
        self, srv_type: Any, srv_name: Any, *, qos_profile: AnyQos = None, callback_group: CallbackGroup | None = None
    ) -> Client:
        """A client of a service."""
        srv_type, srv_name = _type_and_name(srv_type, srv_name)
        client = self.node.create_client(srv_name, service_class(srv_type), qos=_service_qos(qos_profile))
        return self._keep(Client(self, client, callback_group))

    def create_timer(
        self,
        timer_period_sec: float,
        callback: Callable[[], object],
        callback_group: CallbackGroup | None = None,
        *,
        autostart: bool = True,
    ) -> Timer:
        """Runs ``callback`` every so many seconds; unless ``autostart``, from ``Timer.reset`` on."""
        return self._begin(Timer(self, timer_period_sec, callback, callback_group, autostart))

    def create_rate(self, frequency: float) -> Rate:
        """Lets a loop go round so many times a second, by the clock of the node."""
        return self._begin(Rate(self, frequency))

    def _begin(self, timer: _Timer) -> _Timer:
        if self._ticks is None:
            self._ticks = threading.Thread(target=self._tick, name=f"clock of {self.get_name()}", daemon=True)
            self._ticks.start()
        with wake:
            self._keep(timer)
            wake.notify_all()
        return timer

    def _tick(self) -> None:
        """Has those who spin look at timers whenever ``/clock`` says something."""
        clock, heard = self.node.get_clock(), 0
        while True:
            try:
                heard = clock._next_tick(heard)
            except RosZError:
                return
            with wake:
                wake.notify_all()

    def get_logger(self) -> Logger:
        """The logger of the node: its lines go to ``logging``, and to ``/rosout``."""
        return self.node.get_logger()

    def get_clock(self) -> Clock:
        """The clock."""
        return self._clock

    def destroy_publisher(self, publisher: Publisher[Any]) -> None:
        """Takes a publisher back."""
        publisher.destroy()

    def destroy_subscription(self, subscription: Subscription[Any]) -> None:
        """Takes a subscription back."""
        subscription.destroy()

    def destroy_service(self, service: Service) -> None:
        """Takes a service back."""
        service.destroy()

    def destroy_client(self, client: Client) -> None:
        """Takes a client back."""
        client.destroy()

    def destroy_timer(self, timer: Timer) -> None:
        """Takes a timer back."""
        timer.destroy()

    def destroy_rate(self, rate: Rate) -> None:
        """Takes a rate back."""
        rate.destroy()

    def destroy_node(self) -> None:
        """Takes the node back with all that was created on it."""
        with wake:
            entities, self._entities = self._entities, []
        for entity in entities:
            entity._close()
        self.node.close()

    @property
    def publishers(self) -> list[Publisher[Any]]:
        """Its publishers."""
        return [entity for entity in self._entities if isinstance(entity, Publisher)]

    @property
    def subscriptions(self) -> list[Subscription[Any]]:
        """Its subscriptions."""
        return [entity for entity in self._entities if isinstance(entity, Subscription)]

    @property
    def services(self) -> list[Service]:
        """Its services."""
        return [entity for entity in self._entities if isinstance(entity, Service)]

    @property
    def clients(self) -> list[Client]:
        """Its clients."""
        return [entity for entity in self._entities if isinstance(entity, Client)]

    @property
    def timers(self) -> list[Timer]:
        """Its timers."""
        return [entity for entity in self._entities if isinstance(entity, Timer) and not isinstance(entity, Rate)]

    def _keep(self, entity: _E) -> _E:
        self._entities.append(entity)
        return entity

    def _forget(self, entity: Entity) -> None:
        with wake:
            if entity in self._entities:
                self._entities.remove(entity)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.destroy_node()


def _type_and_name(first: Any, second: Any) -> tuple[Any, str]:
    """A type and a name in either order. Of two texts the first is the type, as it is in ``rclpy``."""
    if isinstance(first, str) and not isinstance(second, str):
        first, second = second, first
    if not isinstance(second, str):
        raise TypeError(f"expected a type and the name of a topic or service, got {first!r} and {second!r}")
    return first, second


def _service_qos(qos: AnyQos) -> QosProfile | dict[str, Any] | int | None:
    return None if qos is None else profile_of(qos)
