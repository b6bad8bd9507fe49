"""Packages of types as modules: what can be imported, what they list, what is said of a name that is not there."""

from __future__ import annotations

import importlib.util
import pydoc
import subprocess
import sys

import pytest

import ros_z_py


@pytest.mark.parametrize(
    "name, message",
    [
        ("std_msgs.Strin", "there is no type 'Strin' in std_msgs; did you mean `String`?"),
        ("std_msgs.msg.Strin", "there is no type 'Strin' in std_msgs/msg; did you mean `String`?"),
        ("std_msgs.Qqqqq", "there is no type 'Qqqqq' in std_msgs; load it with ros_z_py.types.load(path)"),
        ("std_msg", "module 'ros_z_py' has no attribute 'std_msg'; did you mean `std_msgs`?"),
        ("ZContextBuildr", "module 'ros_z_py' has no attribute 'ZContextBuildr'; did you mean `ZContextBuilder`?"),
        ("qqqqq", "module 'ros_z_py' has no attribute 'qqqqq', and no package of that name is loaded"),
    ],
)
def test_names_that_are_not_there(name: str, message: str) -> None:
    *owner, last = name.split(".")
    found = ros_z_py
    for part in owner:
        found = getattr(found, part)
    with pytest.raises(AttributeError) as error:
        getattr(found, last)
    assert str(error.value) == message


# Imports


@pytest.mark.parametrize(
    "statement, message",
    [
        (
            "from ros_z_py import sensr_msgs",
            "module 'ros_z_py' has no attribute 'sensr_msgs'; did you mean `sensor_msgs`?",
        ),
        ("import ros_z_py.sensr_msgs", "module 'ros_z_py' has no attribute 'sensr_msgs'; did you mean `sensor_msgs`?"),
        (
            "from ros_z_py.sensr_msgs.msg import Imu",
            "module 'ros_z_py' has no attribute 'sensr_msgs'; did you mean `sensor_msgs`?",
        ),
        (
            "from ros_z_py import garden_centre_msgs",
            "module 'ros_z_py' has no attribute 'garden_centre_msgs', and no package of that name is loaded",
        ),
        ("from ros_z_py.sensor_msgs import Imuu", "there is no type 'Imuu' in sensor_msgs; did you mean `Imu`?"),
        (
            "from ros_z_py.sensor_msgs.msg import Imuu",
            "there is no type 'Imuu' in sensor_msgs/msg; did you mean `Imu`?",
        ),
        (
            "import ros_z_py.sensor_msgs.mgs",
            "there is no type 'mgs' in sensor_msgs; load it with ros_z_py.types.load(path)",
        ),
        (
            "from ros_z_py import TypeRegistri",
            "module 'ros_z_py' has no attribute 'TypeRegistri'; did you mean `TypeRegistry`?",
        ),
        ("import ros_z_py.TypeRegistry", "No module named 'ros_z_py.TypeRegistry'"),
    ],
)
def test_an_import_that_fails_says_what_is_close(statement: str, message: str) -> None:
    with pytest.raises(ModuleNotFoundError) as error:
        exec(statement, {})
    assert str(error.value) == message


def test_an_import_of_a_type_that_was_refused_says_why() -> None:
    with pytest.raises(ros_z_py.UnknownTypeError) as refused:
        ros_z_py.types.add("refused_msgs/msg/Bad", "Unheard of")
    reason = str(refused.value).partition(";")[0]
    for statement in ("from ros_z_py.refused_msgs import Bad", "from ros_z_py.refused_msgs.msg import Bad"):
        with pytest.raises(ImportError) as error:
            exec(statement, {})
        assert str(error.value).startswith(reason) and isinstance(error.value.__cause__, ros_z_py.UnknownTypeError)
    assert not hasattr(ros_z_py.refused_msgs, "Bad")
    with pytest.raises(AttributeError) as missing:
        ros_z_py.refused_msgs.msg.Bad  # noqa: B018
    assert str(missing.value).startswith(reason) and isinstance(missing.value.__cause__, ros_z_py.UnknownTypeError)
    ros_z_py.types.add("refused_msgs/msg/Unheard", "int32 number")
    assert ros_z_py.refused_msgs.Bad().of.number == 0


def test_programs_may_ask_whether_there_is_a_package() -> None:
    for name, there in [("std_msgs", True), ("std_msgs.msg", True), ("stdd_msgs", False), ("time", True)]:
        assert (importlib.util.find_spec(f"ros_z_py.{name}") is not None) == there


@pytest.mark.parametrize(
    "program", ["ros_z_py.sensr_msgs", "ros_z_py.sensor_msgs.Imuu", "ros_z_py.sensor_msgs.msg.Imuu"]
)
def test_what_is_close_is_said_once(program: str) -> None:
    """Python has a suggestion of its own for what it shows at the end of a program."""
    done = subprocess.run(
        [sys.executable, "-c", f"import ros_z_py\n{program}"], capture_output=True, text=True, check=False, timeout=60
    )
    last = done.stderr.splitlines()[-1]
    assert last.lower().count("did you mean") == 1 and last.endswith("`?")


def test_everything_can_be_imported_at_once() -> None:
    names: dict[str, object] = {}
    exec("from ros_z_py.geometry_msgs.msg import *", names)
    assert names["Twist"] is ros_z_py.geometry_msgs.Twist and {"Point", "Pose", "Transform"} <= set(names)


# Lists


def test_help_lists_the_classes() -> None:
    text = pydoc.render_doc(ros_z_py.std_srvs, renderer=pydoc.plaintext)
    assert "The types of std_srvs." in text and "ros_z_py.std_srvs.srv.SetBool" in text


def test_dir_has_only_what_is_meant_for_users() -> None:
    listed = {name for name in dir(ros_z_py) if not name.startswith("__")}
    modules = {"arrow", "numpy", "polars", "rclpy", "time"}
    assert listed == {*ros_z_py.__all__, *modules, *ros_z_py.types.packages()} - {"__version__"}
