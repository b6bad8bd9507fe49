"""Types: how long it takes to import the package, to load types, and to show one. In milliseconds, not as ratios.

Interface files of real packages are read from ``../shared/data/corpus`` where that is.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import ros_z_py

ROOT = Path(__file__).parents[2]
CORPUS = ROOT.parent / "shared" / "data" / "corpus"
ROS_Z = Path(sys.executable).with_name("ros-z")
RUNS = 20
REPEATS = 3
MANY = 5000
SUFFIXES = ("msg", "srv", "action")
FIRST_USED = (
    "std_msgs/msg/String",
    "sensor_msgs/msg/Imu",
    "nav_msgs/msg/Odometry",
    "visualization_msgs/msg/MarkerArray",
)


class Time(NamedTuple):
    """What took how long, and how long it may."""

    goal: str
    work: str
    measured_ms: float
    limit_ms: float

    @property
    def passes(self) -> bool:
        return self.measured_ms <= self.limit_ms


def elapsed(command: list[str | Path], output: str) -> float:
    """The shortest run of a command, start and end of the process included, in milliseconds."""
    times = []
    for _ in range(RUNS):
        start = time.perf_counter_ns()
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        times.append((time.perf_counter_ns() - start) / 1e6)
        assert output in done.stdout, done.stdout
    return min(times)


def interface_files(folder: Path) -> list[Path]:
    """All interface files below, without those of IDL that say the same as another file."""
    found = sorted(path for path in folder.rglob("*.*") if path.parent.name in SUFFIXES)
    own = {path.with_suffix("") for path in found if path.suffix[1:] in SUFFIXES}
    return [
        path
        for path in found
        if path.suffix[1:] in SUFFIXES or (path.suffix == ".idl" and path.with_suffix("") not in own)
    ]


def parse_and_hash(files: list[Path]) -> tuple[float, dict[str, str]]:
    """CPU time in milliseconds, and the hashes of all types whose dependencies are among the files."""
    good, names = [], []
    types = ros_z_py.TypeRegistry()
    for file in files:
        with suppress(ros_z_py.RosZError):  # the official tools refuse it, too
            names += types.load(file)
            good.append(file)
    hashes = {}
    for name in names:
        with suppress(ros_z_py.RosZError):  # it refers to a package that is not in the corpus
            hashes[name] = types.hash(name)
    times = []
    for _ in range(REPEATS):
        types = ros_z_py.TypeRegistry()
        start = time.process_time_ns()
        for file in good:
            types.load(file)
        found = [types.hash(name) for name in hashes]
        times.append((time.process_time_ns() - start) / 1e6)
        assert found == list(hashes.values())
    return min(times), hashes


def many_files(files: list[Path], folder: Path) -> list[Path]:
    """The files, and copies of them under other names of packages, ``MANY`` in all."""
    many = list(files)
    plain = [file for file in files if file.suffix != ".idl"]  # the text of others names their package
    for number, file in enumerate(plain * (MANY // len(plain) + 1)):
        if len(many) == MANY:
            break
        origin = re.sub("[^a-z0-9]+", "_", str(file.parent.parent.relative_to(CORPUS)).lower())
        copy = folder / f"{origin}_n{number // len(plain)}" / file.parent.name / file.name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(file.read_bytes())
        many.append(copy)
    return many


def corpus_times() -> Iterator[Time]:
    if not CORPUS.exists():
        print(f"T3 is skipped: {CORPUS} is not here")
        return
    files = interface_files(CORPUS / "interfaces")
    spent, hashes = parse_and_hash(files)
    oracle = json.loads((CORPUS / "rihs01_oracle.json").read_text())
    known = [name for name in hashes if name in oracle]
    different = [name for name in known if hashes[name] != oracle[name]["hash"]]
    assert len(known) > 1500 and not different, (len(known), different)
    yield Time("T3", f"parse and hash {len(files)} files", spent, 300 * len(files) / 900)
    with tempfile.TemporaryDirectory() as folder:
        many, hashes = parse_and_hash(many_files(files, Path(folder)))
    assert len(hashes) > MANY
    yield Time("T3m", f"... {MANY} files, linear", many, 1.25 * spent * MANY / len(files))


def spent_by(program: str) -> float:
    """What a fresh Python prints, a time in nanoseconds, at its least, in milliseconds."""
    runs = (subprocess.run([sys.executable, "-c", program], capture_output=True, check=True) for _ in range(RUNS))
    return min(int(run.stdout) for run in runs) / 1e6


def import_times() -> Iterator[Time]:
    bare = spent_by("import time; print(time.process_time_ns())")
    imported = spent_by("import time, ros_z_py; print(time.process_time_ns())")
    yield Time("T1", "import ros_z_py", imported - bare, 60)
    for name in FIRST_USED:
        first_use = (
            "import time, ros_z_py; start = time.process_time_ns(); "
            f"ros_z_py.codec({name!r}); print(time.process_time_ns() - start)"
        )
        yield Time("T2", f"first use of {name}", spent_by(first_use), 2)


def command_times() -> Iterator[Time]:
    if not ROS_Z.exists():
        print(f"T4 is skipped: {ROS_Z} is not here")
        return
    yield Time("T4", "ros-z --help", elapsed([ROS_Z, "--help"], "interface"), 15)
    show = [ROS_Z, "interface", "show", "std_msgs/msg/String"]
    yield Time("T4", "ros-z interface show", elapsed(show, "string data\n"), 15)


def measure() -> list[Time]:
    parts: list[Callable[[], Iterator[Time]]] = [import_times, corpus_times, command_times]
    return [each for part in parts for each in part()]


def print_times(times: list[Time]) -> None:
    print(f"\n{'goal':<5}{'work':<54}{'measured':>12}{'goal':>12}")
    for each in times:
        verdict = "pass" if each.passes else "FAIL"
        print(f"{each.goal:<5}{each.work:<54}{each.measured_ms:>9.1f} ms{each.limit_ms:>9.1f} ms  {verdict}")


if __name__ == "__main__":
    print_times(measure())
