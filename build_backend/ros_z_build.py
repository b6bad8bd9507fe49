"""Maturin's build backend, with the native command `ros-z` put into the wheel beside the module.

Maturin builds either a module or a command. It also packs the `data` folder of `pyproject.toml`, whose `scripts/` are
installed into the `bin` of an environment; so the command is built into that folder first.
"""

import json
import os
import shutil
import subprocess
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
