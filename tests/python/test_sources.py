"""Where types come from: files, folders, recordings, descriptions, distributions; and two definitions of one name."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

import ros_z_py
from ros_z_py import TypeRegistry

ROOT = Path(__file__).parents[2]
RANGE = "sensor_msgs/msg/Range"


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def run(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ROS_", "AMENT_"))}
    return subprocess.run(
        [sys.executable, "-c", code], env=kept | environment, capture_output=True, text=True, timeout=60, check=False
    )


def test_a_folder_is_usable_though_a_file_in_it_is_bad(tmp_path: Path) -> None:
    write(tmp_path, {"a_msgs/msg/Good.msg": "int32 x\n", "a_msgs/msg/Bad.msg": "int32 1\n", "b_msgs/srv/B.srv": "x\n"})
    registry = TypeRegistry()
    names = registry.load(tmp_path)
    assert names[:2] == ["a_msgs/msg/Bad", "a_msgs/msg/Good"]
    assert registry["a_msgs/Good"](x=3).x == 3
    with pytest.raises(ros_z_py.InterfaceError, match=r"2 of 3 files in .*\n.*Bad.msg:1:7: (.|\n)*B.srv:1:2: "):
        _ = registry["a_msgs/Bad"]
    errors = registry.check()
    assert all(isinstance(error, ros_z_py.InterfaceError) for error in errors)
    assert [error.kind for error in errors] == ["syntax", "syntax"]


def test_recordings_are_sources_of_types(tmp_path: Path) -> None:
    registry = TypeRegistry()
    names = registry.load(ROOT / "fixtures/recordings/probe.mcap")
    assert names[0] == "demo_msgs/msg/Probe"
    assert registry["demo_msgs/Probe"](label="x").label == "x"

    database = sqlite3.connect(tmp_path / "bag_0.db3")
    database.executescript("""
        CREATE TABLE topics(id INTEGER PRIMARY KEY, name TEXT, type TEXT, serialization_format TEXT);
        CREATE TABLE messages(id INTEGER PRIMARY KEY, topic_id INTEGER, timestamp INTEGER, data BLOB);
        CREATE TABLE message_definitions(id INTEGER PRIMARY KEY, topic_type TEXT, encoding TEXT,
            encoded_message_definition TEXT, type_description_hash TEXT);
        INSERT INTO message_definitions VALUES (1, 'bag_msgs/msg/A', 'ros2msg', 'B b
==========
MSG: bag_msgs/B
int32 x
', '');
    """)
    database.close()
    (tmp_path / "metadata.yaml").write_text("rosbag2_bagfile_information:\n  relative_file_paths:\n    - bag_0.db3\n")
    for path in (tmp_path / "bag_0.db3", tmp_path):
        registry = TypeRegistry()
        assert registry.load(path) == ["bag_msgs/msg/A", "bag_msgs/msg/B"]
        assert registry["bag_msgs/A"]().b.x == 0

    (tmp_path / "broken.mcap").write_bytes(b"hello")
    with pytest.raises(ros_z_py.InterfaceFileError, match="not a recording"):
        registry.load(tmp_path / "broken.mcap")


def test_what_is_loaded_of_a_recording_keeps_defaults_that_are_known(tmp_path: Path) -> None:
    text = "float64 x\nfloat64 y\nfloat64 z\nfloat64 w\n"
    database = sqlite3.connect(tmp_path / "a.db3")
    database.executescript(f"""
        CREATE TABLE topics(id INTEGER PRIMARY KEY, name TEXT, type TEXT, serialization_format TEXT);
        CREATE TABLE message_definitions(id INTEGER PRIMARY KEY, topic_type TEXT, encoding TEXT,
            encoded_message_definition TEXT);
        INSERT INTO message_definitions VALUES (1, 'geometry_msgs/msg/Quaternion', 'ros2msg', '{text}');
    """)
    database.close()
    registry = TypeRegistry()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        registry.load(tmp_path / "a.db3")
    assert registry["geometry_msgs/Quaternion"]().w == 1.0


def test_descriptions_are_sources_of_types(tmp_path: Path) -> None:
    schema = ros_z_py.types.schema("example_interfaces/srv/AddTwoInts")
    description = json.loads(schema.to_json())
    for given in (schema.to_json(), description):
        registry = TypeRegistry()
        service = registry.add_description(given)
        assert service.Request(a=1).a == 1
        assert service.__type_hash__ == schema.hash
    installed = {"type_description_msg": description, "type_hashes": []}
    for noted, is_right in ((schema.hash, True), (schema.hash[:-1] + "x", False)):
        installed["type_hashes"] = [{"type_name": schema.name, "hash_string": noted}]
        (tmp_path / "AddTwoInts.json").write_text(json.dumps(installed))
        if is_right:
            assert TypeRegistry().load(tmp_path / "AddTwoInts.json")[0] == schema.name
        else:
            with pytest.raises(ros_z_py.TypeMismatchError, match="has the hash RIHS01_"):
                TypeRegistry().load(tmp_path / "AddTwoInts.json")
    with pytest.raises(ros_z_py.SerializationError, match="not a type description"):
        TypeRegistry().add_description({"type_description": 3})


def test_two_definitions_live_side_by_side_and_the_second_is_announced() -> None:
    registry = TypeRegistry()
    old = registry.add("side_msgs/msg/A", "int32 x\nint8 LIMIT=1\n")
    with pytest.warns(ros_z_py.TypeConflictWarning) as caught:
        new = registry.add("side_msgs/msg/A", "int64 x\nint8 LIMIT=1\n")
    (text,) = (str(warning.message) for warning in caught)
    assert "`side_msgs/msg/A` is defined twice" in text
    assert old.__type_hash__ in text
    assert new.__type_hash__ in text
    assert "x: type int32 -> int64" in text
    assert caught[0].filename == __file__

    assert registry.versions("side_msgs/A") == [new.__type_hash__, old.__type_hash__]
    assert registry["side_msgs/A"] is new
    assert registry[old.__type_hash__] is old
    assert registry.get("side_msgs/A", hash=old.__type_hash__) is old
    assert registry.get("side_msgs/B", hash=old.__type_hash__) is None
    assert registry.codec(old.__type_hash__).encode({"x": 1}) != registry.codec("side_msgs/A").encode({"x": 1})
    assert old.LIMIT == 1
    assert new.__type_hash__ in registry
    assert "RIHS01_" + 64 * "0" not in registry
    with pytest.raises(ros_z_py.UnknownTypeError, match="no known type has the hash"):
        _ = registry["RIHS01_" + 64 * "0"]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        registry.add("side_msgs/msg/A", "int64   x  # the same\nint8 LIMIT=1\n")


def test_distributions_differ_at_run_time() -> None:
    humble = TypeRegistry(distro="humble")
    assert (humble.distro, TypeRegistry().distro) == ("humble", "jazzy")
    assert not hasattr(humble[RANGE](), "variance")
    assert ros_z_py.types.with_distro("humble")[RANGE] is ros_z_py.types.with_distro("humble")[RANGE]
    assert hasattr(ros_z_py.types.with_distro("jazzy")[RANGE](), "variance")
    assert set(humble.versions(RANGE)) == set(TypeRegistry().versions(RANGE))
    assert len(humble.versions(RANGE)) == 2
    assert "rosgraph_msgs/msg/Graph" in TypeRegistry(distro="rolling")
    with pytest.raises(ros_z_py.ArgumentError, match="known are humble, iron, jazzy"):
        TypeRegistry(distro="foxy")


def test_field_lists_are_those_that_another_library_has() -> None:
    stores = pytest.importorskip("rosbags.typesys")
    compared = 0
    for distro in ("humble", "iron", "jazzy", "kilted", "lyrical"):
        theirs = stores.get_typestore(stores.Stores[f"ROS2_{distro.upper()}"])
        ours = TypeRegistry(distro=distro)
        known = set(ours.names())
        for name, (constants, fields) in theirs.fielddefs.items():
            if name not in known:
                continue
            schema = ours.schema(name)
            assert [field.name for field in schema.fields] == [
                field for field, _ in fields if field != "structure_needs_at_least_one_member"
            ], (distro, name)
            assert {key: value for key, _, value in constants} == schema.constants, (distro, name)
            compared += 1
    assert compared > 700


def test_the_environment_says_where_to_search_and_of_what_distribution(tmp_path: Path) -> None:
    first = write(tmp_path / "first", {"share/env_msgs/msg/A.msg": "int32 of_first\n"})
    second = write(
        tmp_path / "second",
        {
            "share/env_msgs/msg/A.msg": "int32 of_second\n",
            "share/env_msgs/msg/B.msg": "A a\n",
            "share/std_msgs/msg/String.msg": "string data\nint32 more\n",
        },
    )
    code = """
from ros_z_py import types, std_msgs, env_msgs
print(env_msgs.B(), std_msgs.String(), types.distro, hasattr(types["sensor_msgs/Range"](), "variance"))
types.add("env_msgs/msg/A", "int32 explicit")
print(types["env_msgs/B"]())
"""
    ran = run(code, ROS_Z_TYPE_PATH=str(first), AMENT_PREFIX_PATH=str(second), ROS_DISTRO="humble")
    assert ran.stdout.splitlines() == [
        "B(a=A(of_first=0)) String(data='', more=0) humble False",
        "B(a=A(explicit=0))",
    ], ran.stderr
    assert "TypeConflictWarning: `env_msgs/msg/A` is defined twice" in ran.stderr

    ran = run("import ros_z_py; print(ros_z_py.types.distro)", ROS_DISTRO="foxy")
    assert ran.stdout == "jazzy\n"
    assert "RosZWarning: ROS_DISTRO: `foxy` is not a known ROS distribution; known are humble, " in ran.stderr


def test_a_context_is_of_a_distribution(router: ros_z_py.Router, domain: int) -> None:
    builder = ros_z_py.ZContextBuilder().with_domain_id(domain).with_connect_endpoints([router.endpoint])
    with builder.with_distro("humble").build() as context, context.create_node("n").build() as node:
        assert context.distro == "humble"
        publisher = node.create_publisher("/range", RANGE)
        subscriber = node.create_subscriber("/range", RANGE)
        assert subscriber.wait_for_publisher(timeout=10)
        publisher.publish({"range": 2.0})
        message = subscriber.recv(timeout=10)
        assert message.range == 2.0
        assert not hasattr(message, "variance")
    with pytest.raises(ros_z_py.ArgumentError, match="`foxy` is not a known"):
        builder.with_distro("foxy")
