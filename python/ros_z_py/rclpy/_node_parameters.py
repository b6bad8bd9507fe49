"""The parameters of a node, in the words of ``rclpy.node``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .._native import ZNode
    from .._parameters import Parameter, ParameterType
    from ..rcl_interfaces.msg import ListParametersResult, ParameterDescriptor, SetParametersResult


class NodeParameters:
    """What a node does with its parameters."""

    node: ZNode

    def declare_parameter(
        self,
        name: str,
        value: Any = None,
        descriptor: ParameterDescriptor | None = None,
        ignore_override: bool = False,
    ) -> Parameter:
        """Declares a parameter and returns it; its value is that of an override, if there is one."""
        return self.node.declare_parameter(name, value, descriptor, ignore_override)

    def declare_parameters(
        self, namespace: str, parameters: Sequence[tuple[Any, ...]], ignore_override: bool = False
    ) -> list[Parameter]:
        """Declares several parameters, each a tuple of name, value and descriptor."""
        return self.node.declare_parameters(namespace, parameters, ignore_override)

    def undeclare_parameter(self, name: str) -> None:
        """Takes a declaration back."""
        self.node.undeclare_parameter(name)

    def has_parameter(self, name: str) -> bool:
        """Whether a parameter is declared."""
        return self.node.has_parameter(name)

    def get_parameter(self, name: str) -> Parameter:
        """A parameter."""
        return self.node.get_parameter(name)

    def get_parameters(self, names: list[str]) -> list[Parameter]:
        """Several parameters."""
        return self.node.get_parameters(names)

    def get_parameter_or(self, name: str, alternative_value: Parameter | None = None) -> Parameter:
        """A parameter, or another one where it is not declared or not set."""
        if self.has_parameter(name) or alternative_value is None:
            return self.node.get_parameter_or(name)
        return alternative_value

    def get_parameters_by_prefix(self, prefix: str) -> dict[str, Parameter]:
        """The parameters below a prefix, by what their names are behind it."""
        return self.node.get_parameters_by_prefix(prefix)

    def get_parameter_type(self, name: str) -> ParameterType:
        """The type of a parameter."""
        return self.node.get_parameter_type(name)

    def set_parameters(self, parameter_list: list[Parameter]) -> list[SetParametersResult]:
        """Sets parameters one by one; how each went."""
        return self.node.set_parameters(parameter_list)

    def set_parameters_atomically(self, parameter_list: list[Parameter]) -> SetParametersResult:
        """Sets all parameters or none; how it went."""
        return self.node.set_parameters_atomically(parameter_list)

    def describe_parameter(self, name: str) -> ParameterDescriptor:
        """What is known of a parameter beside its value."""
        return self.node.describe_parameter(name)

    def describe_parameters(self, names: list[str]) -> list[ParameterDescriptor]:
        """What is known of several parameters."""
        return self.node.describe_parameters(names)

    def list_parameters(self, prefixes: list[str], depth: int = 0) -> ListParametersResult:
        """The names of parameters below the prefixes, or of all."""
        return self.node.list_parameters(prefixes, depth)

    def add_on_set_parameters_callback(self, callback: Callable[[list[Parameter]], SetParametersResult]) -> None:
        """Has ``callback`` asked before parameters are set or declared, on the thread that sets."""
        self.node.add_on_set_parameters_callback(callback)

    def remove_on_set_parameters_callback(self, callback: Callable[[list[Parameter]], SetParametersResult]) -> None:
        """Asks ``callback`` no more."""
        self.node.remove_on_set_parameters_callback(callback)

    def add_post_set_parameters_callback(self, callback: Callable[[list[Parameter]], None]) -> None:
        """Has ``callback`` told of parameters that were set or declared, on the thread that sets."""
        self.node.add_post_set_parameters_callback(callback)

    def remove_post_set_parameters_callback(self, callback: Callable[[list[Parameter]], None]) -> None:
        """Tells ``callback`` no more."""
        self.node.remove_post_set_parameters_callback(callback)
