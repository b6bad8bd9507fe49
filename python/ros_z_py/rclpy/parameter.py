"""Parameters, under the names of ``rclpy.parameter``."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from .._errors import RosZError
from .._native import _read_parameter_file
from .._parameters import Parameter

if TYPE_CHECKING:
    from ..rcl_interfaces.msg import ParameterValue

__all__ = ["Parameter", "get_parameter_value"]


def get_parameter_value(string_value: str) -> ParameterValue:
    """The value that a text means as YAML, as on a command line; a text where it means none.

    >>> get_parameter_value("2.5").double_value, get_parameter_value("fast").string_value
    (2.5, 'fast')
    """
    return (_read(string_value) or Parameter("value", Parameter.Type.STRING, string_value)).get_parameter_value()


def _read(text: str) -> Parameter | None:
    if len(text.splitlines()) != 1:
        return None
    with TemporaryDirectory() as folder:
        # There is one reader of values, and it reads files.
        path = Path(folder, "value.yaml")
        path.write_text(f"/value:\n  ros__parameters:\n    value: {text}\n", "utf-8")
        try:
            found = _read_parameter_file(path, "/value", False)
        except RosZError:
            return None
    found = found or []
    return found[0] if [parameter.name for parameter in found] == ["value"] else None
