"""Exceptions under the names of ``rclpy.exceptions``; most are those of ``ros_z_py``."""

from __future__ import annotations

from .._errors import InvalidNameError as NameValidationException
from .._errors import InvalidParameterTypeError as InvalidParameterTypeException
from .._errors import InvalidParameterValueError as InvalidParameterValueException
from .._errors import ParameterAlreadyDeclaredError as ParameterAlreadyDeclaredException
from .._errors import ParameterError as ParameterException
from .._errors import ParameterImmutableError as ParameterImmutableException
from .._errors import ParameterNotDeclaredError as ParameterNotDeclaredException
from .._errors import ParameterUninitializedError as ParameterUninitializedException

__all__ = [
    "InvalidParameterTypeException",
    "InvalidParameterValueException",
    "NameValidationException",
    "ParameterAlreadyDeclaredException",
    "ParameterException",
    "ParameterImmutableException",
    "ParameterNotDeclaredException",
    "ParameterUninitializedException",
    "ROSInterruptException",
]


class ROSInterruptException(Exception):  # noqa: N818 - its name in rclpy
    """``rclpy.shutdown()`` was called during ``Rate.sleep``."""
