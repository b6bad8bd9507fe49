"""What `ros-z topic hz` costs while 50 000 messages a second come: CPU time over wall clock, in cores.

`python benches/python/hz.py [MESSAGES_PER_SECOND [SECONDS]]`, after `make build`. The messages are those of
`ros-z topic pub`, over a router of their own. The rate that `hz` reports is checked; what it says was lost is printed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

ROS_Z = Path(sys.executable).with_name("ros-z")
TOPIC = "/fast"
ENOUGH = 0.9  # of the rate that was asked for; less says more about the publisher or the machine than about `hz`


def cores_of_hz(connect: list[str], reports: int) -> tuple[float, list[dict[str, float]]]:
    """The cores that `hz` takes, its start included, and what it reported."""
    command = [ROS_Z, *connect, "--json", "topic", "hz", TOPIC, "--count", str(reports)]
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as hz:
        assert hz.stdout is not None
        lines = [json.loads(line) for line in hz.stdout]
        _, status, usage = os.wait4(hz.pid, 0)
        hz.returncode = os.waitstatus_to_exitcode(status)
    assert hz.returncode == 0
    return (usage.ru_utime + usage.ru_stime) / (time.perf_counter() - started), lines


def main(rate: float = 50_000, seconds: int = 10) -> None:
    listen = [ROS_Z, "router", "--listen", "tcp/127.0.0.1:0"]
    with subprocess.Popen(listen, stdout=subprocess.PIPE, text=True) as router:
        assert router.stdout is not None
        connect = ["--connect", router.stdout.readline().strip()]
        publish = [ROS_Z, *connect, "-q", "topic", "pub", TOPIC, "std_msgs/msg/String", "{data: fast}", "-r", str(rate)]
        with subprocess.Popen(publish) as publisher:
            try:
                cores, reports = cores_of_hz(connect, seconds)
            finally:
                publisher.terminate()
                router.terminate()
    counted = sum(report["messages"] for report in reports[1:]) / max(len(reports) - 1, 1)
    assert counted >= ENOUGH * rate, f"{counted:.0f} messages a second came, of {rate:.0f}"
    lost, dropped = reports[-1]["lost"], reports[-1]["dropped"]
    print(f"topic hz at {counted:.0f} messages a second: {cores:.2f} cores; {lost} lost on the way, {dropped} dropped")


if __name__ == "__main__":
    main(*map(float, sys.argv[1:2]), *map(int, sys.argv[2:3]))
