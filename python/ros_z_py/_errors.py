"""The exceptions of ros_z_py. Each also inherits the builtin that people catch for it."""

from __future__ import annotations

import builtins


class RosZError(RuntimeError):
    """Any error of ros_z_py.

    Attributes:
        kind: what went wrong in one word, for programs to branch on (``"range"``, ``"truncated"``, ...).
        path: path to the field it is about, such as ``fields[2].datatype``, or ``None``.
        offset: byte offset in the payload, encapsulation header included, or ``None``.
        type_name: full name of the message type it is about, or ``None``.
        line: number of the line of JSON, or of the message, that it is about, counted from 1, or ``None``.
    """

    kind: str | None = None
    path: str | None = None
    offset: int | None = None
    type_name: str | None = None
    line: int | None = None


class SerializationError(RosZError, ValueError):
    """A payload, a value or a JSON text that does not fit its message type."""


class TypeMismatchError(RosZError, TypeError):
    """Two definitions of a type, or a definition and a peer, disagree."""


class UnknownTypeError(RosZError, LookupError):
    """A type that is not loaded and was not found."""


class InterfaceError(RosZError, ValueError):
    """Interface text that is not a definition; the message shows the line with a caret."""


class InvalidNameError(RosZError, ValueError):
    """A topic, node, namespace or type name that ROS does not allow."""


class InterfaceFileError(RosZError, OSError):
    """A file or folder that could not be read."""


class ArgumentError(RosZError, ValueError):
    """A setting or argument that makes no sense."""


class ParameterError(RosZError):
    """Any error about a parameter."""


class ParameterNotDeclaredError(ParameterError, LookupError):
    """A parameter that the node does not have."""


class ParameterAlreadyDeclaredError(ParameterError, ValueError):
    """A parameter that the node has already."""


class ParameterUninitializedError(ParameterError, LookupError):
    """A parameter that was declared with a type alone, and has no value yet."""


class ParameterImmutableError(ParameterError, ValueError):
    """A parameter that is read-only."""


class InvalidParameterTypeError(ParameterError, TypeError):
    """A value of another type than its parameter has, or of none that parameters can have."""


class InvalidParameterValueError(ParameterError, ValueError):
    """A value that its parameter may not have."""


class RosZWarning(UserWarning):
    """Any warning of ros_z_py."""


class TypeConflictWarning(RosZWarning):
    """A type got another definition than it had; both are kept, and each is found by its hash."""


class TimeoutError(RosZError, builtins.TimeoutError):  # noqa: A001 - it is the name that users know
    """The time was up."""


def argument_error(text: str) -> ArgumentError:
    """The error of the Python part about an argument, with its kind as errors of the compiled part have it."""
    error = ArgumentError(text)
    error.kind = "argument"
    return error
