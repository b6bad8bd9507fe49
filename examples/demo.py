"""The whole of ros_z_py in a few seconds: `make demo`.

A router inside this process; a talker and a listener in processes of their own, on a message type that is loaded from a
`.msg` file at run time; its messages as JSON lines; and a recording, decoded with the schemas inside it.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import ros_z_py

EXAMPLES = Path(__file__).parent
RECORDING = EXAMPLES / "probe.mcap"
COUNT = "5"


def start(role: str, endpoint: str) -> subprocess.Popen[str]:
    command = [sys.executable, str(EXAMPLES / "topic_demo.py"), "-r", role, "-e", endpoint, "-c", COUNT]
    return subprocess.Popen(command, stdout=subprocess.PIPE if role == "listener" else None, text=True)


def main() -> int:
    with ros_z_py.router(listen="tcp/127.0.0.1:0") as router:
        print(f"# router at {router.endpoint}; two processes talk over it, type demo_msgs/msg/Probe", flush=True)
        listener, talker = start("listener", router.endpoint), start("talker", router.endpoint)
        lines, _ = listener.communicate(timeout=15)
        print(lines, end="", flush=True)
        if talker.wait(timeout=5) or listener.returncode or len(lines.splitlines()) != int(COUNT):
            print("the messages did not all arrive", file=sys.stderr)
            return 1
    print(f"# ros-z cat {RECORDING.name}: a recording, decoded with the schemas inside it", flush=True)
    command = Path(sys.executable).with_name("ros-z")
    return subprocess.run([command, "cat", RECORDING, "--limit", "3"], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
