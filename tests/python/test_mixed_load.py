"""The mixed load of `benches/python/load.py`, for seconds instead of minutes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

LOAD = Path(__file__).parents[2] / "benches/python/load.py"


@pytest.mark.parametrize("options", [[], ["--shared-memory"]], ids=["tcp", "memory"])
def test_nothing_is_lost_under_mixed_load(options):
    command = [sys.executable, str(LOAD), "--seconds", "3", *options]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stdout.count("dropped") == 3
