"""Parameters of nodes: what they are, and a client of those of other nodes."""

from __future__ import annotations

import time
from enum import IntEnum
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from ._calls import ServiceCall
from ._errors import ParameterNotDeclaredError, argument_error
from ._native import _parameter_value, _read_parameter_file
from ._native import types as _types

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from typing_extensions import Self

    from ._native import ZClient, ZNode
    from .rcl_interfaces.msg import (
        ListParametersResult,
        ParameterDescriptor,
        ParameterValue,
        SetParametersResult,
    )
    from .rcl_interfaces.msg import Parameter as ParameterMessage

_T = TypeVar("_T")


class ParameterType(IntEnum):
    """The types of parameters, with the numbers of ``rcl_interfaces/msg/ParameterType``."""

    NOT_SET = 0
    BOOL = 1
    INTEGER = 2
    DOUBLE = 3
    STRING = 4
    BYTE_ARRAY = 5
    BOOL_ARRAY = 6
    INTEGER_ARRAY = 7
    DOUBLE_ARRAY = 8
    STRING_ARRAY = 9


class Parameter:
    """A parameter: its name, its type and its value.

    Values are ``bool``, ``int`` (of 64 bits), ``float``, ``str``, ``bytes``, lists of one of those types, or arrays of
    numpy in one dimension; ``None`` is no value, and deletes a parameter that may be deleted. A ``bool`` is no ``int``,
    an ``int`` no ``float``. The type is that of the value; an empty list needs it said.

    >>> Parameter("speed", value=1.5)
    Parameter(name='speed', type_=<ParameterType.DOUBLE: 3>, value=1.5)
    >>> Parameter("limits", Parameter.Type.DOUBLE_ARRAY, []).value
    []
    """

    __slots__ = ("_name", "_type", "_value")

    Type: ClassVar[type[ParameterType]] = ParameterType

    def __init__(self, name: str, type_: ParameterType | int | None = None, value: Any = None) -> None:
        if not name:
            raise argument_error("the name of a parameter must not be empty")
        self._name = name
        number, self._value = _parameter_value(value, None if type_ is None else int(type_))
        self._type = ParameterType(number)

    @property
    def name(self) -> str:
        """The name; dots stand between its parts."""
        return self._name

    @property
    def type_(self) -> ParameterType:
        """The type."""
        return self._type

    @property
    def value(self) -> Any:
        """The value."""
        return self._value

    def get_parameter_value(self) -> ParameterValue:
        """The value as a message, whose field for the type is set."""
        return _to_message(self)

    def to_parameter_msg(self) -> ParameterMessage:
        """The message."""
        made: ParameterMessage = _message("Parameter")(name=self._name, value=_to_message(self))
        return made

    @classmethod
    def from_parameter_msg(cls, msg: ParameterMessage) -> Parameter:
        """From the message."""
        return _of_message(msg.name, msg.value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Parameter):
            return NotImplemented
        return (self._name, self._type, self._value) == (other._name, other._type, other._value)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Parameter(name={self._name!r}, type_={self._type!r}, value={self._value!r})"


def _message(name: str) -> Any:
    return _types[f"rcl_interfaces/msg/{name}"]


def _field(kind: ParameterType) -> str:
    return f"{kind.name.lower()}_value"


def _to_message(parameter: Parameter) -> ParameterValue:
    values = {} if parameter.type_ == ParameterType.NOT_SET else {_field(parameter.type_): parameter.value}
    made: ParameterValue = _message("ParameterValue")(type=int(parameter.type_), **values)
    return made


def _of_message(name: str, value: ParameterValue) -> Parameter:
    kind = ParameterType(value.type)
    if kind == ParameterType.NOT_SET:
        return Parameter(name)
    found: Any = getattr(value, _field(kind))
    if kind == ParameterType.BYTE_ARRAY:
        found = bytes(found)
    elif kind > ParameterType.BYTE_ARRAY:
        found = list(found)
    return Parameter(name, kind, found)


def descriptor(*, integer_range: list[Any], floating_point_range: list[Any], **fields: Any) -> ParameterDescriptor:
    names = ("from_value", "to_value", "step")
    integers = [_message("IntegerRange")(**dict(zip(names, each, strict=True))) for each in integer_range]
    doubles = [_message("FloatingPointRange")(**dict(zip(names, each, strict=True))) for each in floating_point_range]
    made: ParameterDescriptor = _message("ParameterDescriptor")(
        integer_range=integers, floating_point_range=doubles, **fields
    )
    return made


def set_result(successful: bool, reason: str) -> SetParametersResult:
    made: SetParametersResult = _message("SetParametersResult")(successful=successful, reason=reason)
    return made


def list_result(names: list[str], prefixes: list[str]) -> ListParametersResult:
    made: ListParametersResult = _message("ListParametersResult")(names=names, prefixes=prefixes)
    return made


class ParameterClient:
    """Reads and sets the parameters of another node.

    Each call has a form that waits, for up to ``timeout`` seconds, and one with ``_async`` at its end that returns a
    :class:`ServiceCall`, to wait for or to await. It is made by ``node.create_parameter_client(name)``. A context
    manager.

    >>> import ros_z_py
    >>> with ros_z_py.router(listen="tcp/127.0.0.1:0") as router:
    ...     builder = ros_z_py.ZContextBuilder().with_connect_endpoints([router.endpoint])
    ...     with builder.build() as context:
    ...         robot = context.create_node("robot").build()
    ...         _ = robot.declare_parameter("speed", 0.5)
    ...         client = context.create_node("other").build().create_parameter_client("/robot")
    ...         client.set_parameters({"speed": 1.5}, timeout=10)
    ...         robot.get_parameter("speed").value
    [SetParametersResult(successful=True, reason='')]
    1.5
    """

    def __init__(self, node: ZNode, node_name: str) -> None:
        if not node_name.strip("/"):
            raise argument_error("the name of a node must not be empty")
        if not node_name.startswith("/"):
            node_name = f"{node.namespace.rstrip('/')}/{node_name}"
        self.node_name = node_name
        """The fully qualified name of the node."""

        def client(name: str, service_type: str) -> ZClient:
            return node.create_client(f"{node_name}/{name}", f"rcl_interfaces/srv/{service_type}")

        self._list = client("list_parameters", "ListParameters")
        self._get = client("get_parameters", "GetParameters")
        self._types = client("get_parameter_types", "GetParameterTypes")
        self._describe = client("describe_parameters", "DescribeParameters")
        self._set = client("set_parameters", "SetParameters")
        self._set_atomically = client("set_parameters_atomically", "SetParametersAtomically")
        self._clients = (self._list, self._get, self._types, self._describe, self._set, self._set_atomically)

    def wait_for_services(self, timeout: float | None = None) -> bool:
        """Waits until the node serves its parameters; whether it does when the time is up."""
        if timeout is None:
            return all(client.wait_for_service() for client in self._clients)
        end = time.monotonic() + timeout
        return all(client.wait_for_service(max(end - time.monotonic(), 0)) for client in self._clients)

    def list_parameters(
        self, prefixes: Sequence[str] = (), depth: int = 0, timeout: float | None = None
    ) -> ListParametersResult:
        """The names of parameters below the prefixes, or of all; so many parts deep, or all where ``depth`` is 0."""
        answer: ListParametersResult = self.list_parameters_async(prefixes, depth, timeout).result()
        return answer

    def list_parameters_async(
        self, prefixes: Sequence[str] = (), depth: int = 0, timeout: float | None = None
    ) -> ServiceCall:
        """The same, later."""
        request = {"prefixes": list(prefixes), "depth": depth}
        return _then(self._list.call_async(request, timeout), lambda response: response.result)

    def get_parameters(self, names: Sequence[str], timeout: float | None = None) -> list[Parameter]:
        """Parameters by their names.

        Raises:
            ParameterNotDeclaredError: the node does not have all of them.
        """
        answer: list[Parameter] = self.get_parameters_async(names, timeout).result()
        return answer

    def get_parameters_async(self, names: Sequence[str], timeout: float | None = None) -> ServiceCall:
        """The same, later."""
        names = _names(names)

        def read(response: Any) -> list[Parameter]:
            return [_of_message(*pair) for pair in self._all(names, response.values)]

        return _then(self._get.call_async({"names": names}, timeout), read)

    def get_parameter_types(self, names: Sequence[str], timeout: float | None = None) -> list[ParameterType]:
        """The types of parameters.

        Raises:
            ParameterNotDeclaredError: the node does not have all of them.
        """
        answer: list[ParameterType] = self.get_parameter_types_async(names, timeout).result()
        return answer

    def get_parameter_types_async(self, names: Sequence[str], timeout: float | None = None) -> ServiceCall:
        """The same, later."""
        names = _names(names)

        def read(response: Any) -> list[ParameterType]:
            return [ParameterType(number) for _, number in self._all(names, response.types)]

        return _then(self._types.call_async({"names": names}, timeout), read)

    def describe_parameters(self, names: Sequence[str], timeout: float | None = None) -> list[ParameterDescriptor]:
        """What is known of parameters beside their values.

        Raises:
            ParameterNotDeclaredError: the node does not have all of them.
        """
        answer: list[ParameterDescriptor] = self.describe_parameters_async(names, timeout).result()
        return answer

    def describe_parameters_async(self, names: Sequence[str], timeout: float | None = None) -> ServiceCall:
        """The same, later."""
        names = _names(names)

        def read(response: Any) -> list[ParameterDescriptor]:
            return [described for _, described in self._all(names, response.descriptors)]

        return _then(self._describe.call_async({"names": names}, timeout), read)

    def set_parameters(
        self, parameters: Iterable[Parameter] | Mapping[str, Any], timeout: float | None = None
    ) -> list[SetParametersResult]:
        """Sets parameters, given as objects or a dict of values, one by one; how each went."""
        answer: list[SetParametersResult] = self.set_parameters_async(parameters, timeout).result()
        return answer

    def set_parameters_async(
        self, parameters: Iterable[Parameter] | Mapping[str, Any], timeout: float | None = None
    ) -> ServiceCall:
        """The same, later."""
        call = self._set.call_async({"parameters": _messages(parameters)}, timeout)
        return _then(call, lambda response: list(response.results))

    def set_parameters_atomically(
        self, parameters: Iterable[Parameter] | Mapping[str, Any], timeout: float | None = None
    ) -> SetParametersResult:
        """Sets all parameters, given as objects or a dict of values, or none; how it went."""
        answer: SetParametersResult = self.set_parameters_atomically_async(parameters, timeout).result()
        return answer

    def set_parameters_atomically_async(
        self, parameters: Iterable[Parameter] | Mapping[str, Any], timeout: float | None = None
    ) -> ServiceCall:
        """The same, later."""
        call = self._set_atomically.call_async({"parameters": _messages(parameters)}, timeout)
        return _then(call, lambda response: response.result)

    def delete_parameters(self, names: Sequence[str], timeout: float | None = None) -> list[SetParametersResult]:
        """Deletes parameters, which their node must allow; how each went."""
        answer: list[SetParametersResult] = self.delete_parameters_async(names, timeout).result()
        return answer

    def delete_parameters_async(self, names: Sequence[str], timeout: float | None = None) -> ServiceCall:
        """The same, later."""
        return self.set_parameters_async([Parameter(name) for name in _names(names)], timeout)

    def load_parameter_file(
        self, path: str | os.PathLike[str], use_wildcard: bool = False, timeout: float | None = None
    ) -> list[SetParametersResult]:
        """Sets what a YAML file of ROS says of the node; with ``use_wildcard`` also what is for ``/**``.

        Raises:
            ArgumentError: it is no such file; the sentence names the line. Or it says nothing of the node.
        """
        answer: list[SetParametersResult] = self.load_parameter_file_async(path, use_wildcard, timeout).result()
        return answer

    def load_parameter_file_async(
        self, path: str | os.PathLike[str], use_wildcard: bool = False, timeout: float | None = None
    ) -> ServiceCall:
        """The same, later."""
        found = _read_parameter_file(path, self.node_name, use_wildcard)
        if found is None:
            raise argument_error(f"{path}: it says nothing of {self.node_name}")
        return self.set_parameters_async(found, timeout)

    def close(self) -> None:
        """Takes it back. Closing again does nothing."""
        for client in self._clients:
            client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _all(self, names: Sequence[str], answers: Sequence[_T]) -> list[tuple[str, _T]]:
        if len(names) != len(answers):
            error = ParameterNotDeclaredError(
                f"the node {self.node_name} does not have all of the parameters {', '.join(names)}"
            )
            error.kind = "parameter_not_declared"
            raise error
        return list(zip(names, answers, strict=True))


def _names(names: Sequence[str]) -> list[str]:
    if isinstance(names, str):
        raise TypeError(f"expected a list of texts, got {names!r}; did you mean a list of one?")
    return list(names)


def _messages(parameters: Iterable[Parameter] | Mapping[str, Any]) -> list[ParameterMessage]:
    if isinstance(parameters, (str, Parameter)):
        raise TypeError(f"expected a list of Parameter objects or a dict of values, got {parameters!r}")
    if hasattr(parameters, "items"):
        parameters = [Parameter(name, value=value) for name, value in parameters.items()]
    parameters = list(parameters)
    for parameter in parameters:
        if not isinstance(parameter, Parameter):
            raise TypeError(f"expected a list of Parameter objects or a dict of values, got {parameter!r} in it")
    return [parameter.to_parameter_msg() for parameter in parameters]


def _then(call: ServiceCall, read: Callable[[Any], Any]) -> ServiceCall:
    """A future of what is read of the answer to another, which it cancels."""
    later = ServiceCall()

    def end(done: Any) -> None:
        if done.cancelled():
            later.cancel()
            return
        try:
            later.end(read(done.result()), None)
        except Exception as error:  # noqa: BLE001 - whoever has the future is told
            later.end(None, error)

    later.when_cancelled(call.cancel)
    call.add_done_callback(end)
    return later
