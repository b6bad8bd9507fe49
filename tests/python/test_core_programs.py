"""The programs that users write, word for word, each in a process of its own.

They name no endpoint, or the one that is usual; `ZENOH_CONFIG_OVERRIDE` points them to the router of this test.
"""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap

import pytest

HEAD = """
import ros_z_py
from ros_z_py import std_msgs, geometry_msgs, sensor_msgs, example_interfaces
"""

TALKER = """
ctx = ros_z_py.ZContextBuilder().with_domain_id(0).build()
node = ctx.create_node("talker").build()

pub = node.create_publisher("/chatter", std_msgs.String)
#wait: pub.wait_for_subscriber(timeout=10)
pub.publish(std_msgs.String(data="hello"))
"""

LISTENER = """
ctx = ros_z_py.ZContextBuilder().with_domain_id(0).build()
node = ctx.create_node("my_node").with_namespace("/robot1").build()

sub = node.create_subscriber("/chatter", std_msgs.String)
#wait: sub.wait_for_publisher(timeout=10)
msg = sub.recv(timeout=1.0)                 # None when the time is up
print(msg.data)
"""

TWIST = """
ctx = ros_z_py.ZContextBuilder().with_domain_id(0).build()
node = ctx.create_node("talker").build()
pub = node.create_publisher("/cmd_vel", geometry_msgs.Twist)
twist = geometry_msgs.Twist(linear=geometry_msgs.Vector3(x=1.0, y=0.0, z=0.0),
                            angular=geometry_msgs.Vector3(x=0.0, y=0.0, z=0.5))
#wait: pub.wait_for_subscriber(timeout=10)
pub.publish(twist)
"""

TWIST_LISTENER = """
ctx = ros_z_py.ZContextBuilder().with_domain_id(0).build()
sub = ctx.create_node("listener").build().create_subscriber("/cmd_vel", geometry_msgs.Twist)
#wait: sub.wait_for_publisher(timeout=10)
msg = sub.recv(timeout=1.0)
print(msg.linear.x, msg.angular.z)
"""

ECHO = """
ctx = ros_z_py.ZContextBuilder().with_domain_id(0).build()
node = ctx.create_node("echo").build()
sub = node.create_subscriber("/bytes", std_msgs.ByteMultiArray)
pub = node.create_publisher("/echo", std_msgs.ByteMultiArray)
#wait: pub.wait_for_subscriber(timeout=10)
msg = sub.recv(timeout=10.0)
mv = memoryview(msg.data)                   # zero-copy; mv[:8] slices without copying
data = bytes(msg.data)                      # the only copy
echo = std_msgs.ByteMultiArray(data=msg.data); pub.publish(echo)   # no copy of the payload
print(len(mv), bytes(mv[:8]) == data[:8], mv.readonly)
"""

SENDER = """
ctx = ros_z_py.ZContextBuilder().with_domain_id(0).build()
node = ctx.create_node("sender").build()
pub = node.create_publisher("/bytes", std_msgs.ByteMultiArray)
sub = node.create_subscriber("/echo", std_msgs.ByteMultiArray)
#wait: pub.wait_for_subscriber(timeout=10) and sub.wait_for_publisher(timeout=10)
pub.publish(std_msgs.ByteMultiArray(data=bytes(range(256)) * 1024))
msg = sub.recv(timeout=10.0)
print(msg.data == bytes(range(256)) * 1024)
"""


SERVER = """
ctx = ros_z_py.ZContextBuilder().with_domain_id(0).build()
node = ctx.create_node("server").build()
server = node.create_server("add_two_ints", example_interfaces.AddTwoIntsRequest)
request_id, req = server.take_request()     # blocks; also timeout=, and try_take_request()
server.send_response(example_interfaces.AddTwoIntsResponse(sum=req.a + req.b), request_id)
print(req.a, req.b)
"""

CLIENT = """
ctx = ros_z_py.ZContextBuilder().with_domain_id(0).build()
node = ctx.create_node("client").build()
client = node.create_client("add_two_ints", example_interfaces.AddTwoIntsRequest)
resp = client.call(example_interfaces.AddTwoIntsRequest(a=5, b=7), timeout=5.0)
print(resp.sum)
"""


def start(program: str, router, *, stays: bool = False) -> subprocess.Popen[str]:
    """A process with the program; `#wait:` lines, which keep both sides in step, become assertions. One that stays does
    so until its input is closed."""
    text = textwrap.dedent(HEAD + program).replace("#wait: ", "assert ")
    if stays:
        text += "import sys; sys.stdin.read()\n"
    environment = {
        **os.environ,
        "ZENOH_CONFIG_OVERRIDE": f'connect/endpoints=["{router.endpoint}"]',
        "ROS_DOMAIN_ID": "77",
    }
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", text]
    return subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, stderr=pipe, text=True)


@pytest.mark.parametrize(
    ("first", "second", "printed"),
    [
        pytest.param(LISTENER, TALKER, ["hello\n", ""], id="string"),
        pytest.param(TWIST_LISTENER, TWIST, ["1.0 0.5\n", ""], id="twist"),
        pytest.param(ECHO, SENDER, ["262144 True True\n", "True\n"], id="zero copy"),
        pytest.param(SERVER, CLIENT, ["5 7\n", "12\n"], id="service"),
        pytest.param(CLIENT, SERVER, ["12\n", "5 7\n"], id="service, client first"),
    ],
)
def test_two_programs(router, first, second, printed):
    processes = [start(first, router), start(second, router, stays=True)]
    results = [process.communicate(timeout=30) for process in processes]
    assert [out for out, _ in results] == printed, [errors for _, errors in results]
    assert [process.returncode for process in processes] == [0, 0]


def test_the_other_way_to_build_a_context(router):
    program = f"""
ctx = (ros_z_py.ZContextBuilder()
       .with_connect_endpoints(["{router.endpoint}"])
       .disable_multicast_scouting()
       .build())
print(ctx.domain_id)
"""
    out, errors = start(program, router).communicate(timeout=30)
    assert out == "77\n", errors
