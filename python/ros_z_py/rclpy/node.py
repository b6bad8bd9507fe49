"""Nodes, and what is created on them, in the words of ``rclpy.node``."""

from __future__ import annotations

import threading
import time
from collections import deque
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

from .._errors import RosZError, argument_error
from ._node_parameters import NodeParameters
from ._runtime import Runtime, wake
from .clock import Clock
from .logging import Logger
from .qos import QoSPresetProfiles, QoSProfile, profile_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from typing_extensions import Self

    from .._calls import ServiceCall
    from .._native import QosProfile, TopicEndpointInfo, ZClient, ZContext, ZNode, ZPublisher, ZServer, ZSubscriber
    from .._parameters import Parameter
    from .service_introspection import ServiceIntrospectionState

__all__ = ["Client", "Node", "Publisher", "Service", "Subscription", "Timer"]

_E = TypeVar("_E", bound="_Entity")
_M = TypeVar("_M")
_Qos: TypeAlias = "QoSProfile | QosProfile | QoSPresetProfiles | int | None"
_NAMES_AND_TYPES: TypeAlias = "list[tuple[str, list[str]]]"


class _Entity:
    """What belongs to a node, and ends with it."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def destroy(self) -> None:
        """Takes it back."""
        self._node._forget(self)
        self._close()

    def _close(self) -> None:
        raise NotImplementedError


class _Waiting(_Entity):
    """What has a callback, for which arguments wait: as many as the depth says, the oldest to be dropped first."""

    def __init__(self, node: Node, depth: int | None) -> None:
        super().__init__(node)
        self._waiting: deque[Any] = deque(maxlen=depth)

    def _put(self, argument: Any) -> None:
        with wake:
            self._waiting.append(argument)
            self._node._arrived.append(self)
            wake.notify_all()

    def _run(self, argument: Any) -> None:
        raise NotImplementedError


class Publisher(_Entity, Generic[_M]):
    """Sends messages on a topic."""

    def __init__(self, node: Node, publisher: ZPublisher[_M]) -> None:
        super().__init__(node)
        self.publisher = publisher

    def publish(self, msg: _M | dict[str, Any] | bytes) -> None:
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


class Subscription(_Waiting, Generic[_M]):
    """Hands the messages of a topic to a callback."""

    def __init__(self, node: Node, callback: Callable[[_M], object], depth: int | None) -> None:
        super().__init__(node, depth)
        self.callback = callback
        self.subscriber: ZSubscriber[_M]

    @property
    def topic_name(self) -> str:
        """The topic, fully qualified."""
        return self.subscriber.topic

    topic = topic_name

    def _run(self, argument: _M) -> None:
        self.callback(argument)

    def _close(self) -> None:
        self.subscriber.close()


class Service(_Waiting):
    """Answers the requests of a service with what a callback returns."""

    def __init__(self, node: Node, srv_type: Any, server: ZServer, callback: Callable[[Any, Any], Any]) -> None:
        super().__init__(node, None)
        self.srv_type = srv_type
        self.server = server
        self.callback = callback
        threading.Thread(target=self._take, name=f"requests of {server.service}", daemon=True).start()

    def configure_introspection(
        self, clock: Clock, service_event_qos_profile: _Qos, introspection_state: ServiceIntrospectionState
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

    def _take(self) -> None:
        while True:
            try:
                taken = self.server.take_request()
            except RosZError as error:
                if error.kind == "closed":
                    return
                raise
            if taken is not None:
                self._put(taken)

    def _run(self, argument: tuple[Any, Any]) -> None:
        request_id, request = argument
        try:
            response = self.callback(request, self.srv_type.Response())
        except BaseException:
            self.server.drop_request(request_id)
            raise
        self.server.send_response(response, request_id)

    def _close(self) -> None:
        self.server.close()


class Client(_Entity):
    """Calls a service."""

    def __init__(self, node: Node, client: ZClient) -> None:
        super().__init__(node)
        self.client = client

    def call(self, request: Any, timeout_sec: float | None = None) -> Any:
        """Calls the service and waits for the response; nothing need spin meanwhile."""
        return self.client.call(request, timeout=timeout_sec)

    def call_async(self, request: Any) -> ServiceCall:
        """Calls the service; the future is done when the response is there, also while nothing spins."""
        return self.client.call_async(request)

    def wait_for_service(self, timeout_sec: float | None = None) -> bool:
        """Waits until the service is there; whether it is when the time is up."""
        return self.client.wait_for_service(timeout_sec)

    def service_is_ready(self) -> bool:
        """Whether the service is there."""
        return self.client.wait_for_service(0)

    def configure_introspection(
        self, clock: Clock, service_event_qos_profile: _Qos, introspection_state: ServiceIntrospectionState
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


class Timer(_Entity):
    """Runs a callback again and again. What was missed while another callback ran is left out."""

    def __init__(self, node: Node, period_sec: float, callback: Callable[[], object]) -> None:
        super().__init__(node)
        if not period_sec >= 0:
            raise argument_error(f"the period of a timer is a number of seconds from 0 on, not {period_sec}")
        self.callback = callback
        self._period = period_sec
        self._is_simulated = node.get_clock().ros_time_is_active
        self._due_at: float | None = self.now() + period_sec

    def now(self) -> float:
        """The time that it goes by, in seconds: ``/clock`` where the node has it from there, else the monotonic one."""
        clock = self._node.get_clock()
        return clock.now().nanoseconds * 1e-9 if clock.ros_time_is_active else time.monotonic()

    def due_in(self) -> float | None:
        """In how many seconds it is due; ``None`` when it was cancelled. Of simulated time nobody knows beforehand."""
        is_simulated = self._node.get_clock().ros_time_is_active
        now = self.now()
        if self._due_at is not None:
            # It begins anew where the time is another, or has jumped back.
            if is_simulated != self._is_simulated or self._due_at > now + self._period:
                self._is_simulated, self._due_at = is_simulated, now + self._period
            left = self._due_at - now
            return float("inf") if is_simulated and left > 0 else left
        return None

    @property
    def timer_period_ns(self) -> int:
        """The period in nanoseconds."""
        return round(self._period * 1e9)

    def cancel(self) -> None:
        """Stops it until :meth:`reset`."""
        self._due_at = None

    def is_canceled(self) -> bool:
        """Whether it was stopped."""
        return self._due_at is None

    def is_ready(self) -> bool:
        """Whether it is due."""
        left = self.due_in()
        return left is not None and left <= 0

    def reset(self) -> None:
        """Starts it anew: it is due in a period from now."""
        with wake:
            self._due_at = self.now() + self._period
            wake.notify_all()

    def take(self) -> Callable[[], None]:
        """What is to be run now that it is due."""
        assert self._due_at is not None
        now = self.now()
        missed = (now - self._due_at) // self._period if self._period else 0
        self._due_at += (missed + 1) * self._period if self._period else now - self._due_at
        return self._call

    def _call(self) -> None:
        self.callback()

    def _close(self) -> None:
        self.cancel()


class Node(NodeParameters):
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
    ...     rclpy.init(context=builder.build())
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
        parameter_overrides: Sequence[Parameter] = (),
        allow_undeclared_parameters: bool = False,
        automatically_declare_parameters_from_overrides: bool = False,
    ) -> None:
        builder = (context or Runtime.current().context).create_node(node_name).with_rosout(enable_rosout)
        if namespace is not None:
            builder = builder.with_namespace(namespace)
        builder = (
            builder.with_parameter_services(start_parameter_services)
            .with_parameter_overrides({parameter.name: parameter.value for parameter in parameter_overrides})
            .allow_undeclared_parameters(allow_undeclared_parameters)
            .automatically_declare_parameters_from_overrides(automatically_declare_parameters_from_overrides)
        )
        self.node: ZNode = builder.build()
        """The node as the rest of ``ros_z_py`` has it."""
        self._entities: list[_Entity] = []
        self._arrived: deque[_Waiting] = deque()
        self._clock = Clock(self.node.get_clock())
        self._ticks: threading.Thread | None = None

    def create_publisher(self, msg_type: Any, topic: Any, qos_profile: _Qos = None) -> Publisher[Any]:
        """A publisher of messages of a type on a topic, which may also be given in the other order."""
        msg_type, topic = _type_and_name(msg_type, topic)
        return self._keep(Publisher(self, self.node.create_publisher(topic, msg_type, qos=profile_of(qos_profile))))

    def create_subscription(
        self,
        msg_type: Any,
        topic: Any,
        callback: Callable[[Any], object],
        qos_profile: _Qos = None,
        *,
        raw: bool = False,
    ) -> Subscription[Any]:
        """Hands messages of a type on a topic, which may also be given in the other order, to ``callback``.

        With ``raw`` it is handed their CDR as ``bytes``.
        """
        msg_type, topic = _type_and_name(msg_type, topic)
        profile = profile_of(qos_profile)
        subscription: Subscription[Any] = Subscription(self, callback, _depth(profile))
        put = (lambda view: subscription._put(bytes(view))) if raw else subscription._put
        subscription.subscriber = self.node.create_subscriber(
            topic, msg_type, qos=profile, callback=put, output="raw" if raw else "struct"
        )
        return self._keep(subscription)

    def create_service(
        self, srv_type: Any, srv_name: Any, callback: Callable[[Any, Any], Any], *, qos_profile: _Qos = None
    ) -> Service:
        """Answers requests with what ``callback(request, response)`` returns, which is a response."""
        srv_type, srv_name = _type_and_name(srv_type, srv_name)
        server = self.node.create_server(srv_name, srv_type, qos=_service_qos(qos_profile))
        return self._keep(Service(self, srv_type, server, callback))

    def create_client(self, srv_type: Any, srv_name: Any, *, qos_profile: _Qos = None) -> Client:
        """A client of a service."""
        srv_type, srv_name = _type_and_name(srv_type, srv_name)
        return self._keep(Client(self, self.node.create_client(srv_name, srv_type, qos=_service_qos(qos_profile))))

    def create_timer(self, timer_period_sec: float, callback: Callable[[], object]) -> Timer:
        """Runs ``callback`` every so many seconds."""
        timer = Timer(self, timer_period_sec, callback)
        if self._ticks is None:
            self._ticks = threading.Thread(target=self._tick, name=f"clock of {self.get_name()}", daemon=True)
            self._ticks.start()
        with wake:
            self._keep(timer)
            wake.notify_all()
        return timer

    def get_logger(self) -> Logger:
        """The logger of the node: its lines go to ``logging``, and to ``/rosout``."""
        return self.node.get_logger()

    def get_clock(self) -> Clock:
        """The clock."""
        return self._clock

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

    def get_name(self) -> str:
        """The name."""
        return self.node.name

    def get_namespace(self) -> str:
        """The namespace."""
        return self.node.namespace

    def get_fully_qualified_name(self) -> str:
        """Namespace and name."""
        return self.node.fully_qualified_name

    def get_topic_names_and_types(self) -> _NAMES_AND_TYPES:
        """All topics with their types."""
        return self.node.get_topic_names_and_types()

    def get_service_names_and_types(self) -> _NAMES_AND_TYPES:
        """All services with their types."""
        return self.node.get_service_names_and_types()

    def get_node_names(self) -> list[str]:
        """The names of all nodes."""
        return self.node.get_node_names()

    def get_node_names_and_namespaces(self) -> list[tuple[str, str]]:
        """The names and namespaces of all nodes."""
        return self.node.get_node_names_and_namespaces()

    def get_publishers_info_by_topic(self, topic_name: str) -> list[TopicEndpointInfo]:
        """What the graph says of each publisher of a topic."""
        return self.node.get_publishers_info_by_topic(topic_name)

    def get_subscriptions_info_by_topic(self, topic_name: str) -> list[TopicEndpointInfo]:
        """What the graph says of each subscription to a topic."""
        return self.node.get_subscriptions_info_by_topic(topic_name)

    def count_publishers(self, topic_name: str) -> int:
        """How many publishers a topic has."""
        return self.node.count_publishers(topic_name)

    def count_subscribers(self, topic_name: str) -> int:
        """How many subscriptions a topic has."""
        return self.node.count_subscribers(topic_name)

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

    def destroy_node(self) -> None:
        """Takes the node back with all that was created on it."""
        with wake:
            entities, self._entities = self._entities, []
            self._arrived.clear()
        for entity in entities:
            entity._close()
        self.node.close()

    @property
    def timers(self) -> list[Timer]:
        """Its timers."""
        return [entity for entity in self._entities if isinstance(entity, Timer)]

    def take_work(self) -> Callable[[], None] | None:
        """The next callback to run, or ``None``. For executors, which hold the condition meanwhile."""
        while self._arrived:
            entity = self._arrived.popleft()
            # What was dropped for newer arguments is in there still.
            if entity._waiting and entity in self._entities:
                return partial(entity._run, entity._waiting.popleft())
        return None

    def _keep(self, entity: _E) -> _E:
        self._entities.append(entity)
        return entity

    def _forget(self, entity: _Entity) -> None:
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


def _service_qos(qos: _Qos) -> QosProfile | int | None:
    return None if qos is None else profile_of(qos)


def _depth(profile: QosProfile | int) -> int | None:
    if isinstance(profile, int):
        return max(profile, 1)
    return None if profile.history == "keep_all" else max(profile.depth, 1)
