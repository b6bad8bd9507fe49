"""Messages and their classes in pickles, which processes that have never heard of a type can read."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys

import msgspec
import pytest

import ros_z_py
from ros_z_py import example_interfaces, sensor_msgs, std_msgs, std_srvs

PROBE = "# A probe.\nuint8 IDLE=7\nfloat32[] samples\nstring<=16 label hello\ngeometry_msgs/Point at\nint8 from\n"


@pytest.fixture
def registry() -> ros_z_py.TypeRegistry:
    return ros_z_py.TypeRegistry()


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickles_of_built_in_types(protocol: int) -> None:
    imu = sensor_msgs.Imu(orientation_covariance=[1.0] * 9)
    again = pickle.loads(pickle.dumps(imu, protocol))
    assert again == imu and type(again) is sensor_msgs.Imu
    request = example_interfaces.AddTwoInts.Request(a=1)
    assert pickle.loads(pickle.dumps(request, protocol)) == request


def test_pickled_arrays_are_copied() -> None:
    cloud = sensor_msgs.LaserScan(ranges=[1.0, 2.0])
    view = ros_z_py.codec(sensor_msgs.LaserScan).decode(ros_z_py.encode(cloud))
    again = pickle.loads(pickle.dumps(view))
    assert again == view == cloud and type(again.ranges) is ros_z_py.ZArrayView


READER = """
import pickle, sys
import ros_z_py
message, request, points = pickle.load(sys.stdin.buffer)
assert "pickled_msgs" in ros_z_py.types.packages()
from ros_z_py import pickled_msgs
assert type(message) is pickled_msgs.Probe and type(request) is pickled_msgs.AskRequest, type(message)
assert (message.IDLE, message.label, message.from_, message.samples) == (7, "x", 3, [1.0]), message
assert pickled_msgs.Probe().label == "hello" and pickled_msgs.Probe.__doc__.endswith("A probe.")
assert pickled_msgs.AskRequest.WHY == 1 and request.probe == pickled_msgs.Probe()
assert points == [message] * 1000
print(ros_z_py.encode(message).hex(), message.__type_hash__)
"""


def run_reader(data: bytes, program: str = READER) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-W", "error", "-c", program]
    return subprocess.run(command, input=data, capture_output=True, check=False, timeout=60)


def test_a_pickle_brings_the_definition(registry) -> None:
    """To a process that has never heard of the type: with its defaults, constants and comments."""
    probe = registry.add("pickled_msgs/msg/Probe", PROBE)
    ask = registry.add("pickled_msgs/srv/Ask", "int8 WHY=1\nProbe probe\n---\n")
    message = probe(samples=[1.0], label="x", from_=3)
    data = pickle.dumps((message, ask.Request(), [message.__replace__() for _ in range(1000)]))
    assert data.count(PROBE.encode()) == 1, "a definition is in a pickle once"
    done = run_reader(data)
    assert done.returncode == 0, done.stderr.decode()
    codec = registry.codec(probe)
    assert done.stdout.decode().split() == [codec.encode(message).hex(), codec.type_hash]


def test_a_pickle_does_not_change_what_a_name_means(registry) -> None:
    """Where another definition of the name is known, the message keeps its own beside it."""
    theirs = registry.add("pickled_msgs/msg/Two", "int8 theirs")
    ours = ros_z_py.types.add("pickled_msgs/msg/Two", "int8 ours")
    again = pickle.loads(pickle.dumps(theirs(theirs=3)))
    assert again.theirs == 3 and type(again).__type_hash__ == theirs.__type_hash__
    assert ros_z_py.types["pickled_msgs/msg/Two"] is ours


def test_a_pickle_whose_definition_is_another_is_refused(registry) -> None:
    message = registry.add("pickled_msgs/msg/Changed", "int8 one")(one=1)
    data = pickle.dumps(message)
    with pytest.raises(ros_z_py.TypeMismatchError) as error:
        pickle.loads(data.replace(b'"one"', b'"two"').replace(b"int8 one", b"int8 two"))
    name = "pickled_msgs/msg/Changed"
    expected = f"the definition that came with a message of {name} is that of {name} with the hash RIHS01_"
    assert str(error.value).startswith(expected) and str(error.value).endswith(f", not {type(message).__type_hash__}")
    assert error.value.kind == "type_mismatch"


def test_profiles_are_copied_and_pickled() -> None:
    profile = ros_z_py.QosProfile("best_effort", depth=3, deadline=0.5, liveliness="manual_by_topic")
    assert pickle.loads(pickle.dumps(profile)) == copy.copy(profile) == copy.deepcopy(profile) == profile
    assert (
        repr(profile)
        == 'QosProfile("best_effort", "volatile", "keep_last", 3, deadline=0.5, liveliness="manual_by_topic")'
    )


# Classes


class Named(std_msgs.String):
    """A class below a message class."""


class Other(msgspec.Struct):
    """A class that is none of ours."""


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("pickler", [pickle.dumps, pickle._dumps], ids=["c", "python"])
@pytest.mark.parametrize(
    "cls",
    [std_msgs.String, std_srvs.Trigger, std_srvs.Trigger.Request, example_interfaces.Fibonacci, ros_z_py.Message,
     ros_z_py.Interface, Named, Other],
    ids=lambda cls: cls.__name__,
)  # fmt: skip
def test_classes_are_what_they_were(cls: type, pickler, protocol: int) -> None:
    assert pickle.loads(pickler(cls, protocol)) is cls
    assert copy.copy(cls) is copy.deepcopy(cls) is cls


CLASSES = """
import pickle, sys
import ros_z_py
probe, ask, request, go, message, builtin = pickle.load(sys.stdin.buffer)
from ros_z_py import pickled_msgs
assert probe is pickled_msgs.Probe is type(message) and probe().label == "hello" and probe.IDLE == 7
assert ask is pickled_msgs.Ask and request is ask.Request and request.WHY == 1 and ask.Response().two.r == 3
assert go is pickled_msgs.Go and go.Feedback().two.r == 3 and go.SendGoal.Request().goal == go.Goal()
assert builtin is ros_z_py.std_srvs.Trigger
print(probe.__type_hash__, ask.__type_hash__, go.__type_hash__)
"""


def test_a_pickled_class_brings_its_definition() -> None:
    """As a message does: `spawn` hands the arguments of a worker to a process that knows the built-in types alone."""
    types = ros_z_py.types
    types.add("pickled_msgs/msg/Third", "int8 r 3\n")
    probe = types.add("pickled_msgs/msg/Probe", PROBE)
    ask = types.add("pickled_msgs/srv/Ask", "int8 WHY=1\nProbe probe\n---\nThird two\n")
    go = types.add("pickled_msgs/action/Go", "Probe probe\n---\nint8 x\n---\nThird two\n")
    data = pickle.dumps((probe, ask, ask.Request, go, probe(), std_srvs.Trigger))
    done = run_reader(data, CLASSES)
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.decode().split() == [probe.__type_hash__, ask.__type_hash__, go.__type_hash__]


def test_a_class_of_another_registry(registry) -> None:
    probe = registry.add("pickled_msgs/msg/Private", "int8 x 4\n")
    done = run_reader(pickle.dumps(probe), "import pickle, sys\nprint(pickle.load(sys.stdin.buffer)())")
    assert done.stdout == b"Private(x=4)\n", done.stderr.decode()
    ask = registry.add("pickled_msgs/srv/Private", "int8 x\n---\n")
    with pytest.raises(
        pickle.PicklingError, match=r"pickled_msgs\.srv\.Private'> cannot be pickled: only the registry"
    ):
        pickle.dumps(ask)
