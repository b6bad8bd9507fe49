"""What happens once in a program: the import, and the first use of a type. Each is timed in interpreters of its own."""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Iterator

RUNS = 10
TYPES = ["std_msgs/msg/String", "sensor_msgs/msg/Imu", "nav_msgs/msg/Odometry", "visualization_msgs/msg/MarkerArray"]
FIRST_USE = """
import sys, time, ros_z_py
start = time.process_time_ns()
ros_z_py.codec(sys.argv[1])
print(time.process_time_ns() - start)
"""


def run(program: str, *arguments: str) -> tuple[int, str]:
    """CPU time of a program in nanoseconds, and what it prints."""

    def spent() -> float:
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime

    before = spent()
    command = [sys.executable, "-c", program, *arguments]
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return int((spent() - before) * 1e9), output


def import_ns() -> int:
    """What `import ros_z_py` adds to the start of an interpreter."""
    with_it, without = (min(run(program)[0] for _ in range(RUNS)) for program in ("import ros_z_py", "pass"))
    return with_it - without


def first_uses() -> Iterator[tuple[str, int]]:
    """Each type, and what its first use costs: parsing, hash, plan and classes of it and of all that it holds."""
    for name in TYPES:
        yield name.rsplit("/", 1)[1], min(int(run(FIRST_USE, name)[1]) for _ in range(RUNS))
