"""The stubs of message types: those that are shipped are fresh and true, and mypy and pyright make of
them what users expect."""

from __future__ import annotations

import ast
import importlib
import json
import os
import shutil
import site
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "python" / "ros_z_py"
SHIPPED = sorted(PACKAGE.glob("*/*.pyi"))
MODULES = [path for path in SHIPPED if path.name != "__init__.pyi"]


def ros_z(*arguments: str | Path) -> str:
    """What the command prints, without types of the environment."""
    command = [sys.executable, "-m", "ros_z_py", *map(str, arguments)]
    environment = {"PATH": ""}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_shipped_stubs_are_those_that_the_command_writes(tmp_path: Path) -> None:
    written = ros_z("stubs", "-o", tmp_path).splitlines()
    fresh = {str(Path(name).relative_to(tmp_path / "ros_z_py-stubs")): Path(name).read_text() for name in written}
    shipped = {str(path.relative_to(PACKAGE)): path.read_text() for path in SHIPPED}
    assert sorted(fresh) == sorted(shipped)
    stale = [name for name in fresh if fresh[name] != shipped[name]]
    assert stale == [], "run `make stubs`"


def test_every_built_in_package_is_an_attribute_for_type_checkers() -> None:
    tree = ast.parse((PACKAGE / "__init__.py").read_text())
    (block,) = (node for node in tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")
    imports = [node for node in block.body if isinstance(node, ast.ImportFrom)]
    packages = [node.names[0].name for node in imports if node.level == 1 and node.module is None]
    assert packages == sorted({path.parent.name for path in SHIPPED})


@pytest.mark.parametrize("path", MODULES, ids=lambda path: f"{path.parent.name}.{path.stem}")
def test_a_stub_says_what_the_module_has(path: Path) -> None:
    module = importlib.import_module(f"ros_z_py.{path.parent.name}.{path.stem}")
    for node in ast.parse(path.read_text()).body:
        match node:
            case ast.ClassDef(name=name, body=body):
                cls = getattr(module, name)
                assert (cls.__name__, cls.__module__) == (name, module.__name__)
                declared = [each for each in body if isinstance(each, ast.AnnAssign)]
                kinds = {ast.unparse(each.target): ast.unparse(each.annotation) for each in declared}
                fields = {each for each, kind in kinds.items() if kind.startswith("typing.")}
                if hasattr(cls, "__struct_fields__"):
                    assert [each for each in kinds if each not in fields] == list(cls.__struct_fields__)
                    assert_defaults(body, cls)
                for each in declared:
                    if (attribute := ast.unparse(each.target)) in fields:
                        value = each.value
                        expected = getattr(module, value.id) if isinstance(value, ast.Name) else value
                        expected = ast.literal_eval(value) if isinstance(value, ast.Constant) else expected
                        assert isinstance(expected, ast.UnaryOp) or getattr(cls, attribute) == expected
            case ast.AnnAssign(target=ast.Name(id=alias), value=ast.Name(id=name)):
                assert getattr(module, alias) is getattr(module, name)


def assert_defaults(body: list[ast.stmt], cls: type) -> None:
    (constructor,) = (node for node in body if isinstance(node, ast.FunctionDef))
    names = [argument.arg for argument in constructor.args.kwonlyargs]
    assert names == list(cls.__struct_fields__)
    message = cls()
    for name, default in zip(names, constructor.args.kw_defaults, strict=True):
        assert default is not None
        if (value := ast.literal_eval(default)) is not ...:
            assert getattr(message, name) == value


def test_a_package_has_the_names_of_its_modules() -> None:
    for path in PACKAGE.glob("*/__init__.pyi"):
        package = importlib.import_module(f"ros_z_py.{path.parent.name}")
        for node in ast.parse(path.read_text()).body:
            assert isinstance(node, ast.ImportFrom)
            name = node.names[0].name
            if node.module is None:
                assert getattr(package, name) is importlib.import_module(f"ros_z_py.{path.parent.name}.{name}")
            else:
                module = importlib.import_module(f"ros_z_py.{path.parent.name}.{node.module}")
                assert getattr(package, name) is getattr(module, name)


def test_the_folders_of_stubs_do_not_shadow_the_packages() -> None:
    """In a fresh process, in every way to import."""
    program = (
        "import ros_z_py.std_msgs.msg, importlib\n"
        "from ros_z_py.std_msgs import String\n"
        "from ros_z_py import sensor_msgs\n"
        "import ros_z_py.geometry_msgs as g\n"
        "assert ros_z_py.std_msgs.msg.String is String is ros_z_py.std_msgs.String\n"
        "assert type(g) is type(sensor_msgs) is type(ros_z_py.std_msgs) and g.__spec__.origin is None\n"
        "assert g.Point(x=1.0).x == 1.0 and sensor_msgs.Imu().header.frame_id == ''\n"
        "importlib.import_module('ros_z_py._defaults'), importlib.import_module('ros_z_py.__main__')\n"
        "ros_z_py.types.add('late_msgs/msg/Late', 'int8 x')\n"
        "from ros_z_py.late_msgs.msg import Late\n"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", program], check=True, timeout=60)


PROBE = """\
# A probe.
uint8 IDLE=0
std_msgs/Header header
float32[] samples
uint8[] raw
geometry_msgs/Point[] points
string[] names
string from
bool on true
"""

RIGHT = """
from ros_z_py import builtin_interfaces, geometry_msgs, nav_msgs, rclpy, sensor_msgs, std_msgs, stub_msgs, time
from ros_z_py import numpy as rnp
from ros_z_py.example_interfaces import AddTwoInts, AddTwoIntsRequest
from ros_z_py.rclpy import node as rclpy_node
from ros_z_py.rclpy.task import Future
from ros_z_py.rclpy.wait_for_message import wait_for_message
from ros_z_py.rclpy.qos import QoSProfile, ReliabilityPolicy, qos_profile_sensor_data
from ros_z_py.stub_msgs.msg import Probe
from collections.abc import Sequence
from typing_extensions import Any, assert_type
import array
import datetime
import numpy as np
import ros_z_py

probe = stub_msgs.Probe(samples=[1, 2.5], names=["a"], from_="b")
assert_type(probe, Probe)
assert_type(probe.header.stamp.sec, int)
assert_type(probe.samples, Sequence[float])
assert_type(probe.raw, ros_z_py.ZBufView | bytes)
assert_type(probe.from_, str)
assert_type(Probe.IDLE, int)
assert_type(Probe.__type_hash__, str)
probe.samples = np.zeros(3, dtype=np.float32)
probe.samples = array.array("f", [1.0])
probe.samples = (1.0, 2.0)
probe.samples = range(3)
probe.raw = bytearray(b"abc")
memoryview(probe.raw), bytes(probe.raw), probe.raw[:2]
probe.raw = [1, 2]
probe.points.append(geometry_msgs.Point(x=1.0))
probe.points[0].y = 2.0
probe.header = std_msgs.Header(frame_id="map")
twist = geometry_msgs.Twist(linear=geometry_msgs.Vector3(x=1.0), angular={"z": 0.5})
assert_type(twist.angular, geometry_msgs.Vector3)
values = {"pose": {"position": {"x": 1.0}}}
poses = [geometry_msgs.PoseStamped()]
assert_type(nav_msgs.Path(poses=[values, {}, *poses], header=values).poses, list[geometry_msgs.PoseStamped])
nav_msgs.Path(poses=poses), nav_msgs.Path(poses=tuple(poses)), nav_msgs.Path(poses=[values])
nav_msgs.Path(poses=poses).poses = poses
imu = ros_z_py.sensor_msgs.Imu(orientation_covariance=[0.0] * 9)
assert_type(imu.orientation.w, float)
assert_type(sensor_msgs.BatteryState.POWER_SUPPLY_STATUS_FULL, int)
assert_type(AddTwoIntsRequest(a=1, b=2).a, int)
assert_type(AddTwoInts.Request(a=1), AddTwoIntsRequest)
assert_type(AddTwoInts.Event().request, list[AddTwoIntsRequest])
assert_type(ros_z_py.codec(Probe).decode(b""), Probe)
assert_type(ros_z_py.from_json(sensor_msgs.Imu, "{}").header.frame_id, str)
assert_type(AddTwoInts.Request().__type_hash__, str)
messages: list[ros_z_py.Message] = [probe, twist, imu]
interface: type[ros_z_py.Interface] = AddTwoInts
assert_type(time.now(), builtin_interfaces.Time)
assert_type(time.to_ns(imu.header.stamp), int)
assert_type(time.to_datetime(imu.header.stamp), datetime.datetime)
cloud = rnp.array_to_pointcloud2(np.zeros((3, 3), np.float32), header=std_msgs.Header(frame_id="map"))
assert_type(cloud, sensor_msgs.PointCloud2)
assert_type(rnp.image_to_array(sensor_msgs.Image()).tobytes(), bytes)
rclpy.init()
old = rclpy.create_node("old", namespace="/robot")
old.create_publisher(std_msgs.String, "chatter", 10).publish(std_msgs.String(data="a"))
old.create_publisher("chatter", std_msgs.String, QoSProfile(depth=1, reliability=ReliabilityPolicy.RELIABLE))
old.create_subscription(std_msgs.String, "chatter", lambda msg: print(msg.data), qos_profile_sensor_data)
old.create_service(AddTwoInts, "add", lambda request, response: response)
assert_type(old.get_clock().now().nanoseconds, int)
assert_type(old.create_publisher(std_msgs.String, "a"), rclpy_node.Publisher[std_msgs.String])
assert_type(old.create_client(AddTwoInts, "add").call_async(AddTwoInts.Request()), Future[Any])
assert_type(wait_for_message(std_msgs.String, old, "a")[1], std_msgs.String | None)
assert_type(old.create_subscription("a", std_msgs.String, print), rclpy_node.Subscription[std_msgs.String])
assert_type(old.create_subscription("my_msgs/msg/Any", "a", print, raw=True), rclpy_node.Subscription[Any])
old.create_subscription(std_msgs.String, "a", lambda cdr: print(cdr.hex()), raw=True)
old.create_service("my_msgs/srv/Any", "a", lambda request, response: response)
match twist:
    case geometry_msgs.Twist(linear=geometry_msgs.Vector3(x=x)):
        assert_type(x, float)
"""

WRONG = """
from ros_z_py import geometry_msgs, rclpy, sensor_msgs, std_msgs, stub_msgs
from ros_z_py.example_interfaces import AddTwoIntsRequest

def listen(msg: std_msgs.Int8) -> None: ...

old = rclpy.create_node("old")
old.create_publisher(std_msgs.String, "a").publish(std_msgs.Int8())  # error
old.create_subscription(std_msgs.String, "a", listen)  # error

stub_msgs.Probe(sample=[1.0])  # error
stub_msgs.Probe(samples="abc")  # error
stub_msgs.Probe(names="abc")  # error
stub_msgs.Prob()  # error
stub_msgs.Probe().header.frame  # error
stub_msgs.Probe().samples = ["a"]  # error
stub_msgs.Probe().raw = "text"  # error
stub_msgs.Probe(samples=(float(x) for x in range(3)))  # error
stub_msgs.Probe().on = "yes"  # error
stub_msgs.Probe().points = [geometry_msgs.Vector3()]  # error
std_msgs.String(data=1)  # error
std_msgs.String("by position")  # error
geometry_msgs.Twist(linear=geometry_msgs.Point())  # error
geometry_msgs.Twist(linear=1.0)  # error
geometry_msgs.Twist().linear = {"x": 1.0}  # error
stub_msgs.Probe(points={"x": 1.0})  # error
stub_msgs.Probe(points=["x"])  # error
stub_msgs.Probe(points=[geometry_msgs.Vector3()])  # error
stub_msgs.Probe().points = [{"x": 1.0}]  # error
geometry_msgs.Twist().linear.w  # error
sensor_msgs.Imu.NO_SUCH_CONSTANT  # error
AddTwoIntsRequest(sum=1)  # error
"""


WRONG_LINES = {number for number, line in enumerate(WRONG.splitlines(), 1) if line.endswith("# error")}


def write_program(folder: Path, output: str) -> None:
    """A program that is right and one that is wrong, and stubs of their types below a folder ``output``."""
    for name in ("msg/Probe.msg", "srv/Ask.srv"):
        (folder / "stub_msgs" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "stub_msgs" / name).write_text(PROBE if name.endswith("msg") else f"{PROBE}---\nProbe probe\n")
    written = ros_z("--type-path", folder, "stubs", folder / "stub_msgs", "-o", folder / output).splitlines()
    package = folder / output / "ros_z_py-stubs" / "stub_msgs"
    assert written == [str(package / name) for name in ("msg.pyi", "srv.pyi", "__init__.pyi")]
    (folder / "right.py").write_text(RIGHT)
    (folder / "wrong.py").write_text(WRONG)


def test_mypy_checks_programs_that_use_them(tmp_path: Path) -> None:
    """`mypy --strict` of a program with built-in types and types whose stubs were just written."""
    write_program(tmp_path, "typings")
    command = [sys.executable, "-m", "mypy", "--strict", "--python-version=3.10", "--no-error-summary", "--no-pretty"]
    path = os.pathsep.join(["typings", str(PACKAGE.parent)])
    done = subprocess.run(
        [*command, "right.py", "wrong.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": path},
    )
    errors = {line.split(": error: ")[0] for line in done.stdout.splitlines() if ": error: " in line}
    assert errors == {f"wrong.py:{number}" for number in WRONG_LINES}, done.stdout + done.stderr


@pytest.mark.skipif(shutil.which("node") is None, reason="pyright runs on Node.js")
@pytest.mark.parametrize("output, extra_paths", [("typings", []), ("own", ["own"])], ids=["typings", "extraPaths"])
def test_pyright_checks_programs_that_use_them(tmp_path: Path, output: str, extra_paths: list[str]) -> None:
    """The same programs: in ``typings`` pyright looks by itself, elsewhere where ``extraPaths`` says."""
    write_program(tmp_path, output)
    paths = [*extra_paths, str(PACKAGE.parent), *site.getsitepackages()]
    config = {"typeCheckingMode": "standard", "pythonVersion": "3.10", "extraPaths": paths}
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(config))
    command = [sys.executable, "-m", "pyright", "--outputjson"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300)
    found = [each for each in json.loads(done.stdout)["generalDiagnostics"] if each["severity"] == "error"]
    places = {f"{Path(each['file']).name}:{each['range']['start']['line'] + 1}" for each in found}
    assert places == {f"wrong.py:{number}" for number in WRONG_LINES}, done.stdout
