"""Pastes the programs of a document into an interactive interpreter, as a reader does.

``test_docs.py`` does it with the interpreter of the tests, ``make test-wheel`` in an environment that has nothing but
the wheel: ``python paste.py DOCUMENT [INTERPRETER]``.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

FENCED = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def programs(document: Path) -> list[str]:
    return FENCED.findall(document.read_text())


def complaints(program: str, interpreter: str = sys.executable) -> str:
    """What the interpreter says on its standard error, but for its prompts."""
    command = [interpreter, "-W", "error", "-I", "-q", "-i"]
    done = subprocess.run(command, input=f"{program}\n\n", capture_output=True, text=True, check=False, timeout=60)
    said = re.sub(r"^(?:>>> |\.\.\. )+", "", done.stderr, flags=re.MULTILINE).strip()
    return said if done.returncode == 0 else f"it ends with code {done.returncode}: {said}"


def main(document: str, interpreter: str = sys.executable) -> None:
    pasted = programs(Path(document))
    said = [text for program in pasted if (text := complaints(program, interpreter))]
    if said or not pasted:
        sys.exit("\n".join([f"{interpreter}: {len(said)} of {len(pasted)} programs fail", *said]))
    print(f"{interpreter}: pasted {len(pasted)} programs of {document}")


if __name__ == "__main__":
    main(*sys.argv[1:])
