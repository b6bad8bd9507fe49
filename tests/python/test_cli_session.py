"""The terminal session of ``docs/CLI.md`` is real: its commands run here, and print what is written there.

``…`` in the document stands for anything on a line, and a line of it alone for any lines. A command that ends in
``&`` runs on until the end of the session; what it prints is not compared.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import ros_z_py

DOCUMENT = Path(__file__).parents[2] / "docs" / "CLI.md"
ROS_Z = Path(sys.executable).with_name("ros-z")
DEADLINE = 60.0


class Step(NamedTuple):
    """A command and what the document says that it prints, errors included."""

    command: str
    printed: str


def steps() -> Iterator[Step]:
    for block in re.findall(r"^```console\n(.*?)^```$", DOCUMENT.read_text(), re.MULTILINE | re.DOTALL):
        for part in block.removeprefix("$ ").split("\n$ "):
            command, _, printed = part.partition("\n")
            yield Step(command, printed.rstrip("\n"))


def pattern(printed: str) -> re.Pattern[str]:
    parts = []
    for line in printed.split("\n"):
        left_out = line.strip() == "…"
        parts.append(r"(?:.*\n)*?" if left_out else r"[^\n]*".join(map(re.escape, line.split("…"))) + r"\n")
    return re.compile("".join(parts))


def is_printed(written: str, printed: str) -> bool:
    return pattern(written.rstrip("\n")).fullmatch(printed.rstrip("\n") + "\n") is not None


def test_a_pattern_takes_what_is_left_out_and_nothing_else() -> None:
    written = "a: … s\n  …\nend"
    assert is_printed(written, "a: 12 s\nx\ny\nend\n") and is_printed(written, "a:  s\nend")
    assert not is_printed(written, "a: 12\nend") and not is_printed(written, "a: 12 s\nend\nmore")
    assert is_printed("", "") and not is_printed("", "x")


@pytest.mark.skipif(not ROS_Z.exists(), reason="this build has no command")
def test_the_session_is_real(tmp_path: Path) -> None:
    session = list(steps())
    assert len(session) > 10
    with ros_z_py.router(listen="tcp/127.0.0.1:0") as router:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("ROS_", "ZENOH_", "RMW_"))}
        environment = kept | {
            "PATH": f"{ROS_Z.parent}{os.pathsep}{os.environ['PATH']}",
            "ZENOH_CONFIG_OVERRIDE": f'connect/endpoints=["{router.endpoint}"]',
            "ROS_DOMAIN_ID": str(os.getpid() % 100 + 1),
        }
        background = []
        try:
            for command, printed in session:
                if command == "ros-z router &":
                    continue  # this one has another port
                if command.endswith("&"):
                    words = ["bash", "-c", f"exec {command.removesuffix('&')}"]
                    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
                    background.append(subprocess.Popen(words, cwd=tmp_path, env=environment, **quiet))
                    continue
                check(command, printed, tmp_path, environment)
        finally:
            for process in background:
                process.kill()
                process.wait()


def check(command: str, printed: str, folder: Path, environment: dict[str, str]) -> None:
    """Runs it until it prints what is written: others take a moment to be there."""
    deadline = time.monotonic() + DEADLINE
    while True:
        words = ["bash", "-c", command]
        done = subprocess.run(
            words, cwd=folder, env=environment, text=True, check=False, timeout=DEADLINE,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        if is_printed(printed, done.stdout):
            return
        assert time.monotonic() < deadline, f"$ {command}\n{done.stdout}"
