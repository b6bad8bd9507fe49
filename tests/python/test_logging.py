"""Loggers of nodes: what goes to ``/rosout``, what to ``logging``, and what happens at the edges."""

from __future__ import annotations

import gc
import inspect
import logging
import os
import subprocess
import sys
import threading
import weakref

import pytest

import ros_z_py
from ros_z_py import Logger, LoggingSeverity, RosoutHandler, std_msgs
from ros_z_py.rcl_interfaces import Log

TIME = 20.0
ROSOUT = {"durability": "transient_local", "depth": 1000}
HASH = "RIHS01_e28ce254ca8abc06abf92773b74602cdbf116ed34fbaf294fb9f81da9f318eac"
KEY = f"{{domain}}/rosout/rcl_interfaces::msg::dds_::Log_/{HASH}"


@pytest.fixture
def node(context):
    with context.create_node("talker").with_namespace("/robot1").build() as node:
        yield node


@pytest.fixture
def lines(other_context):
    """Takes the first lines of /rosout, of before it is asked."""
    with other_context.create_node("reader").with_rosout(False).build() as reader:

        def take(count: int) -> list:
            assert reader.wait_for_publisher("/rosout", timeout=TIME)
            subscriber = reader.create_subscriber("/rosout", Log, qos=ROSOUT)
            return [subscriber.recv(timeout=TIME) for _ in range(count)]

        yield take


def test_a_line_has_its_stamp_level_name_and_place(node, lines, caplog) -> None:
    logger = node.get_logger()
    assert logger is node.get_logger() and logger.name == "robot1.talker"
    first = inspect.currentframe().f_lineno + 1
    assert logger.info("a")
    assert logger.warning("b") and logger.warn("c") and logger.error("d") and logger.fatal("e") and logger.critical("f")
    assert logger.log("g", LoggingSeverity.WARN) and not logger.debug("h")
    logger.get_child("arm").info("ready: %s {}")
    got = lines(8)
    assert [(line.level, line.msg) for line in got] == [
        (20, "a"), (30, "b"), (30, "c"), (40, "d"), (50, "e"), (50, "f"), (30, "g"), (20, "ready: %s {}"),
    ]  # fmt: skip
    assert [line.name for line in got] == ["robot1.talker"] * 7 + ["robot1.talker.arm"]
    place = (__file__, "test_a_line_has_its_stamp_level_name_and_place", first)
    assert (got[0].file, got[0].function, got[0].line) == place
    record = caplog.records[0]
    assert (record.name, record.levelname, record.lineno) == ("ros_z_py.node.robot1.talker", "INFO", first)
    assert abs(record.created - (got[0].stamp.sec + got[0].stamp.nanosec * 1e-9)) < 1e-6
    assert len(caplog.records) == 8


def test_levels_are_those_of_logging(node, lines, caplog) -> None:
    logger, arm = node.get_logger(), node.get_logger().get_child("arm")
    assert logger.get_level() == LoggingSeverity.UNSET and logger.get_effective_level() == LoggingSeverity.INFO
    logger.set_level(LoggingSeverity.DEBUG)
    assert arm.get_effective_level() == LoggingSeverity.DEBUG and arm.debug("heard")
    arm.set_level(logging.ERROR)
    assert arm.get_level() == LoggingSeverity.ERROR and not arm.warning("passed over") and logger.debug("heard too")
    assert not arm.is_enabled_for(logging.WARNING)
    drop = type("Drop", (), {"filter": lambda self, record: "secret" not in record.getMessage()})()
    logging.getLogger("ros_z_py.node.robot1.talker").addFilter(drop)
    assert not logger.error("a secret") and logger.error("no such thing")
    logging.getLogger("ros_z_py.node.robot1.talker").removeFilter(drop)
    for one in (logger, arm):
        one.set_level(LoggingSeverity.UNSET)
    assert [line.msg for line in lines(3)] == ["heard", "heard too", "no such thing"]
    assert "secret" not in caplog.text


def test_conditions_count_by_place(node, caplog) -> None:
    for _ in range(3):
        node.get_logger().warn("once", once=True)
        node.get_logger().error("not at first", skip_first=True)
        node.get_logger().info("now and then", throttle_duration_sec=3600)
        node.get_logger().get_child("arm").info("once", once=True)
        node.get_logger().info("always", throttle_duration_sec=0)
    said = [record.getMessage() for record in caplog.records]
    counts = {text: said.count(text) for text in said}
    assert counts == {"once": 2, "now and then": 1, "not at first": 2, "always": 3}
    with pytest.raises(TypeError, match="twice"):
        node.get_logger().info("x", twice=True)


def test_what_ros_cannot_have_is_escaped_and_long_lines_are_whole(node, lines) -> None:
    long = "\u017elu\u0165" * 300_000
    for text in ("a\0b", "half \udc80", "", long, "two\nlines"):
        node.get_logger().info(text)
    node.get_logger().info(["any", "object"])
    texts = [line.msg for line in lines(6)]
    assert texts == ["a\\x00b", "half \\udc80", "", long, "two\nlines", "['any', 'object']"]


def test_the_console_is_that_of_ros_where_nothing_is_set_up(context, capsys, monkeypatch) -> None:
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    node = context.create_node("talker").with_namespace("/robot1").build()
    assert node.get_logger().warning("hello") and Logger("free").info("too")
    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith("[WARN] [1") and first.endswith("] [robot1.talker]: hello")
    assert len(first.split("] [")[1]) == len("1795942260.617088768") and second.endswith("] [free]: too")


def test_other_loggers_are_sent_by_a_handler_and_nothing_twice(node, lines, caplog) -> None:
    planner, root = logging.getLogger("planner"), logging.getLogger()
    handlers = RosoutHandler(node, logging.WARNING), RosoutHandler(node, logging.WARNING)
    handlers[0].setFormatter(logging.Formatter("<%(message)s>"))
    planner.addHandler(handlers[0])
    root.addHandler(handlers[1])
    try:
        planner.propagate = False
        planner.info("below the handler's level")
        planner.log(35, "between %s", "levels")
        node.get_logger().error("sent once")
        try:
            raise ValueError("broken")
        except ValueError:
            logging.getLogger("elsewhere").exception("seen")
    finally:
        planner.propagate = True
        planner.removeHandler(handlers[0])
        root.removeHandler(handlers[1])
    got = lines(3)
    assert [(line.name, line.level) for line in got] == [("planner", 30), ("robot1.talker", 40), ("elsewhere", 40)]
    assert [line.msg for line in got[:2]] == ["<between levels>", "sent once"]
    assert got[2].msg.startswith("seen\nTraceback") and got[2].msg.endswith("ValueError: broken")


def test_a_raw_peer_reads_every_field(node, raw, domain) -> None:
    node.get_logger().error("wrong")
    codec = ros_z_py.codec("rcl_interfaces/msg/Log")
    asked = raw.get(f"{KEY.format(domain=domain)}/@adv/**?_max=1;_anyke", timeout=TIME)
    (sample,) = [reply.ok for reply in asked]
    line = codec.decode(bytes(sample.payload))
    own = "test_a_raw_peer_reads_every_field"
    assert (line.name, line.msg, line.level, line.function) == ("robot1.talker", "wrong", 40, own)
    assert len(bytes(sample.attachment)) == 33 and bytes(sample.attachment)[:8] == (1).to_bytes(8, "little")


def test_after_the_end_lines_go_to_logging_alone(context, caplog) -> None:
    node = context.create_node("short").build()
    logger = node.get_logger()
    node.close()
    assert logger.error("still written") and caplog.messages == ["still written"]
    handler = RosoutHandler(node)
    handler.handle(logging.makeLogRecord({"msg": "nobody hears"}))


def test_a_node_without_a_log(context, caplog) -> None:
    node = context.create_node("quiet").with_rosout(False).build()
    assert node.count_publishers("/rosout") == 0 and node.get_logger().info("written")
    assert caplog.messages == ["written"]


def test_nothing_keeps_a_node_that_logged(context) -> None:
    node = context.create_node("passing").build()
    node.get_logger().info("here")
    logger = weakref.ref(node.get_logger())
    del node
    gc.collect()
    assert logger() is None
    assert "passing" not in context.create_node("other").build().get_node_names()


def test_callbacks_and_threads_log_at_once(context, other_context, caplog) -> None:
    node, done = context.create_node("busy").build(), threading.Semaphore(0)

    def heard(message) -> None:
        node.get_logger().info(message.data)
        done.release()

    node.create_subscriber("/rosout", Log, qos=ROSOUT, callback=lambda line: done.release())
    node.create_subscriber("chatter", std_msgs.String, callback=heard)
    publisher = node.create_publisher("chatter", std_msgs.String)

    def publish(name: str) -> None:
        for number in range(20):
            publisher.publish({"data": f"{name} {number}"})

    threads = [threading.Thread(target=publish, args=[name]) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for _ in range(10):
        assert done.acquire(timeout=TIME)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_a_child_and_the_end_of_the_interpreter(router) -> None:
    program = f"""
import atexit, os, threading
import ros_z_py
builder = ros_z_py.ZContextBuilder().with_domain_id(3).with_connect_endpoints([{router.endpoint!r}])
logger = builder.build().create_node("parent").build().get_logger()
atexit.register(lambda: logger.info("at exit"))
stop = threading.Event()
def chatter():
    while not stop.is_set():
        logger.debug("not written")
        logger.info("again", once=True)
threading.Thread(target=chatter, daemon=True).start()
child = os.fork()
if child == 0:
    logger.info("in the child")
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
logger.info("in the parent")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    texts = sorted(line.rsplit("]: ", 1)[1] for line in done.stderr.splitlines())
    assert texts == ["again", "at exit", "in the child", "in the parent"]
