"""The modules of the package beside its compiled part: their names exist, are documented, and their examples run."""

from __future__ import annotations

import doctest
import importlib
import inspect
import subprocess
import sys

import pytest

OPTIONAL = {"arrow": ["pyarrow"], "polars": ["polars", "pyarrow"], "numpy": ["numpy"]}
MODULES = [
    "time",
    "numpy",
    "arrow",
    "polars",
    "rclpy",
    "rclpy.action",
    "rclpy.action.client",
    "rclpy.action.server",
    "rclpy.callback_groups",
    "rclpy.client",
    "rclpy.clock",
    "rclpy.clock_type",
    "rclpy.duration",
    "rclpy.exceptions",
    "rclpy.executors",
    "rclpy.logging",
    "rclpy.node",
    "rclpy.parameter",
    "rclpy.publisher",
    "rclpy.qos",
    "rclpy.service",
    "rclpy.service_introspection",
    "rclpy.signals",
    "rclpy.subscription",
    "rclpy.task",
    "rclpy.time",
    "rclpy.timer",
    "rclpy.utilities",
    "rclpy.wait_for_message",
]


@pytest.fixture(params=MODULES)
def module(request: pytest.FixtureRequest):
    for needed in OPTIONAL.get(request.param, []):
        pytest.importorskip(needed)
    return importlib.import_module(f"ros_z_py.{request.param}")


def test_examples(module) -> None:
    failures: list[str] = []
    runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.NORMALIZE_WHITESPACE)
    for example in doctest.DocTestFinder(exclude_empty=True).find(module):
        runner.run(example, out=failures.append)
    assert failures == []


def test_names_are_documented(module) -> None:
    assert module.__doc__
    for name in module.__all__:
        value = getattr(module, name)
        if not (inspect.isclass(value) or inspect.isfunction(value)):
            continue
        assert value.__doc__, name
        for member, inner in vars(value).items():
            if not member.startswith("_") and (inspect.isfunction(inner) or isinstance(inner, property)):
                assert inner.__doc__, f"{name}.{member}"


def test_an_import_brings_no_optional_package() -> None:
    """What a program does not use costs it nothing."""
    program = (
        "import sys, ros_z_py\n"
        "ros_z_py.std_msgs.String(data='x')\n"
        "late = {'numpy', 'pyarrow', 'polars', 'asyncio', 'concurrent.futures', 'ros_z_py.rclpy', 'ros_z_py._html'}\n"
        "assert not late & set(sys.modules), late & set(sys.modules)\n"
        "assert ros_z_py.time.now().sec > 0 and ros_z_py.rclpy.ok() is False\n"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", program], check=True, timeout=60)


@pytest.mark.parametrize("name", OPTIONAL)
def test_what_is_not_installed_is_named(name: str) -> None:
    program = (
        f"import sys\nsys.modules.update(dict.fromkeys({OPTIONAL[name]!r}))\n"
        f"try:\n    import ros_z_py.{name}\n"
        "except ImportError as error:\n    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert f"pip install ros-z-py[{name}]" in done.stdout
