"""Maturin's build backend, with the native command `ros-z` put into the wheel beside the module.

Maturin builds either a module or a command. It also packs the `data` folder of `pyproject.toml`, whose `scripts/` are
installed into the `bin` of an environment; so the command is built into that folder first.

`python build_backend/ros_z_build.py FOLDER INTERPRETER...` builds the wheels that are released.
"""

import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import maturin
from maturin import (
    build_sdist,
    get_requires_for_build_editable,
    get_requires_for_build_sdist,
    get_requires_for_build_wheel,
    prepare_metadata_for_build_editable,
    prepare_metadata_for_build_wheel,
)

__all__ = [
    "build_editable",
    "build_sdist",
    "build_wheel",
    "get_requires_for_build_editable",
    "get_requires_for_build_sdist",
    "get_requires_for_build_wheel",
    "prepare_metadata_for_build_editable",
    "prepare_metadata_for_build_wheel",
]

# Every hook runs in the root of the project, and maturin wants the folder to exist in each.
SCRIPTS = Path("python/ros_z_py.data/scripts")
SCRIPTS.mkdir(parents=True, exist_ok=True)
# That of manylinux2014, the oldest that Rust supports.
GLIBC = "2.17"


def _build_command() -> None:
    """Builds `ros-z` with the profile of the module, so that both share their compiled dependencies."""
    cargo = os.environ.get("CARGO", "cargo")
    command = [cargo, "build", "--release", "--locked", "--bin", "ros-z", "--message-format=json"]
    report = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    messages = [json.loads(line) for line in report.stdout.splitlines()]
    executable = next(message["executable"] for message in messages if message.get("executable"))
    shutil.copy(executable, SCRIPTS)


def build_wheel(*arguments: Any, **options: Any) -> str:
    """The hook of PEP 517."""
    _build_command()
    wheel: str = maturin.build_wheel(*arguments, **options)
    return wheel


def build_editable(*arguments: Any, **options: Any) -> str:
    """The hook of PEP 660."""
    _build_command()
    wheel: str = maturin.build_editable(*arguments, **options)
    return wheel


def build_manylinux(folder: str, interpreters: list[str]) -> None:
    """Puts a wheel for each interpreter into the folder that runs on any Linux with the glibc of `GLIBC` or newer.

    Zig links them against that glibc, whichever the machine has. The command comes out of a wheel that has only that.
    """
    target = f"{platform.machine()}-unknown-linux-gnu"
    compatibility = f"manylinux_{GLIBC.replace('.', '_')}"
    build = ["maturin", "build", "--release", "--zig", "--target", target, "--compatibility", compatibility]
    command = SCRIPTS / "ros-z"
    command.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        subprocess.run([*build, "--out", temporary, "--bindings", "bin", "--features", "cli"], check=True)
        [wheel] = Path(temporary).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            [name] = [name for name in archive.namelist() if name.endswith("/scripts/ros-z")]
            command.write_bytes(archive.read(name))
    command.chmod(0o755)
    subprocess.run([*build, "--out", folder, "--interpreter", *interpreters], check=True)


if __name__ == "__main__":
    build_manylinux(sys.argv[1], sys.argv[2:])
