"""A process that a test talks to."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import textwrap
import threading

import pytest

DEADLINE = 30.0


class Process:
    """A process that is told things and says things, a line each."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, text=True)
        self.said: queue.Queue[str] = queue.Queue()
        self.reader = threading.Thread(target=self.read)
        self.reader.start()

    def read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.put(line.strip())

    @classmethod
    def of(cls, program: str, *arguments: object) -> Process:
        """A Python program, which has said that it is ready."""
        command = [sys.executable, "-c", textwrap.dedent(program), *map(str, arguments)]
        process = cls(command, dict(os.environ))
        process.expect("ready")
        return process

    def tell(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def expect(self, line: str) -> None:
        """Waits for a line; what comes before it is of no interest."""
        seen = []
        while line not in seen:
            try:
                seen.append(self.said.get(timeout=DEADLINE))
            except queue.Empty:
                pytest.fail(f"{line!r} was not said, but {seen}")

    def next(self, timeout: float = DEADLINE) -> str:
        """The next line."""
        try:
            return self.said.get(timeout=timeout)
        except queue.Empty:
            pytest.fail("nothing was said")

    def kill(self) -> None:
        with self.process:
            self.process.kill()
            self.reader.join()
