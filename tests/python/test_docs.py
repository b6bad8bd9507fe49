"""The documents are true: their programs run, their tables hold, their commands exist, their links lead somewhere.

A block of Python is executed in a process of its own, at the root of the repository; a block of ``text`` right behind
it is what it prints. One for which that makes no sense is marked ``py``.
"""

from __future__ import annotations

import ast
import os
import re
import shlex
import subprocess
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import pytest

import ros_z_py
from paste import complaints, programs

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "fixtures" / "README.md"])
EXECUTED = [path for path in DOCUMENTS if path.name == "README.md" or ROOT / "docs" in path.parents]
PACKAGE = ROOT / "python" / "ros_z_py"
ROS_Z = Path(sys.executable).with_name("ros-z")
# Nobody waits for a router that is not there.
ENVIRONMENT = {**os.environ, "ZENOH_ROUTER_CHECK_ATTEMPTS": "-1"}
GLOBAL_OPTIONS = ("--connect", "--domain", "--type-path")
EXTRAS = {"ros_z_py.arrow": "pyarrow", "ros_z_py.polars": "polars"}


class Block(NamedTuple):
    """A fenced block: where it begins, what it says it is, its text, and the text that it is said to print."""

    place: str
    language: str
    text: str
    prints: str | None


def blocks(path: Path) -> list[Block]:
    text = path.read_text()
    pattern = r"^```([^\n`]*)\n(.*?)^```$(?:\n\n(?=```text\n(.*?)^```$))?"
    name = path.relative_to(ROOT)
    return [
        Block(f"{name}:{text.count(chr(10), 0, at.start()) + 1}", at[1].strip(), at[2], at[3])
        for at in re.finditer(pattern, text, re.MULTILINE | re.DOTALL)
    ]


def place(block: object) -> str | None:
    return block.place if isinstance(block, Block) else None


BLOCKS = [block for path in EXECUTED for block in blocks(path)]
PYTHON = [block for block in BLOCKS if block.language == "python"]
CONSOLE = [block for block in BLOCKS if block.language in ("console", "bash")]


def commands(block: Block) -> list[list[str]]:
    """The words of each command of a block, without prompt and comment; those of a pipe are several."""
    lines = [
        line.removeprefix("$ ") for line in block.text.splitlines() if block.language == "bash" or line[:2] == "$ "
    ]
    words = [shlex.split(part, comments=True) for line in lines for part in line.split(" | ")]
    return [each for each in words if each]


COMMANDS = [(block.place, words) for block in CONSOLE for words in commands(block)]
MAKE = [(where, words[1:]) for where, words in COMMANDS if words[0] == "make"]
VERBS = [(where, words[1:]) for where, words in COMMANDS if Path(words[0]).name == "ros-z"]


@pytest.mark.parametrize("block", PYTHON, ids=place)
def test_program_runs(block: Block) -> None:
    for module, needed in EXTRAS.items():
        if module in block.text and find_spec(needed) is None:
            pytest.skip(f"{needed} is not installed")
    command = [sys.executable, "-W", "error", "-c", block.text]
    done = subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, check=False, timeout=180)
    assert done.returncode == 0, done.stderr
    assert block.prints is None or done.stdout == block.prints


@pytest.mark.parametrize("program", programs(ROOT / "README.md"))
def test_quick_start_can_be_pasted(program: str) -> None:
    assert complaints(program) == ""


@pytest.mark.parametrize("where, targets", MAKE)
def test_make_target_exists(where: str, targets: list[str]) -> None:
    known = re.findall(r"^([a-z-]+):.* ## ", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert targets and set(targets) <= set(known), where


@cache
def ros_z_help(*verb: str) -> tuple[int, str]:
    done = subprocess.run([ROS_Z, *verb, "--help"], capture_output=True, text=True, check=False, timeout=60)
    return done.returncode, done.stdout


@pytest.mark.parametrize("where, arguments", VERBS)
def test_verb_and_its_options_exist(where: str, arguments: list[str]) -> None:
    if not ROS_Z.exists() or ros_z_help("no-such-verb")[0] == 0:
        pytest.skip("this build has no command")
    while arguments[0].startswith("-"):
        arguments = arguments[2 if arguments[0] in GLOBAL_OPTIONS else 1 :]
    verb = arguments[: next((at for at, word in enumerate(arguments) if not re.fullmatch("[a-z][a-z_-]*", word)), None)]
    code, text = ros_z_help(*verb)
    assert verb and code == 0, where
    options = {word.partition("=")[0] for word in arguments if re.match("--?[a-z]", word)}
    assert [option for option in options if not re.search(rf"{option}\b", text)] == [], where


def test_every_page_is_in_the_book() -> None:
    listed = re.findall(r": ([\w/-]+\.md)$", (ROOT / "mkdocs.yml").read_text(), re.MULTILINE)
    assert sorted(listed) == sorted(str(path.relative_to(ROOT / "docs")) for path in ROOT.glob("docs/**/*.md"))


REFERENCE = [
    (path.name, name)
    for path in sorted(ROOT.glob("docs/reference/*.md"))
    for name in re.findall(r"^::: ros_z_py\.(\S+)$", path.read_text(), re.MULTILINE)
]
RCLPY = [path.relative_to(PACKAGE).with_suffix("") for path in PACKAGE.glob("rclpy/**/[a-z]*.py")]
MODULES = ["arrow", "numpy", "polars", "time", *(".".join(path.parts) for path in RCLPY)]


def exported(module: str) -> list[str]:
    """The public names of a module of the package, which need not be importable; those of others are left out."""
    tree = ast.parse((PACKAGE / module.replace(".", "/")).with_suffix(".py").read_text())
    defined = {getattr(node, "name", None) for node in tree.body}
    lists = [
        node.value for node in tree.body if isinstance(node, ast.Assign) and ast.unparse(node.targets) == "__all__"
    ]
    return [name for name in ast.literal_eval(lists[0]) if name in defined]


def test_every_public_name_is_on_one_page_of_the_reference() -> None:
    listed = [name for _, name in REFERENCE if "." not in name and name not in ("rclpy", *MODULES)]
    assert sorted(listed) == sorted(name for name in ros_z_py.__all__ if name != "__version__")


def test_every_public_module_is_on_one_page_of_the_reference() -> None:
    with_names = [module for module in MODULES if exported(module)]
    listed = [name for _, name in REFERENCE if name in MODULES]
    assert sorted(listed) == sorted(with_names)


def test_every_page_of_the_reference_has_an_introduction_and_names() -> None:
    for path in ROOT.glob("docs/reference/*.md"):
        if path.name == "index.md":
            continue
        introduction = path.read_text().partition("\n::: ")[0].partition("\n\n")[2]
        assert 2 <= len(re.findall(r"[.:](?:\s|$)", introduction.partition("```")[0])) <= 6, path.name
        assert any(page == path.name for page, _ in REFERENCE), path.name


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    links = [link.partition("#")[0] for link in re.findall(r"\]\((?!https?:)([^)]+)\)", path.read_text())]
    assert [link for link in links if link and not (path.parent / link).exists()] == []


def rows(pattern: str) -> list[tuple[str, ...]]:
    """The rows of the tables of JSON.md that end like this; `|` and backticks do not occur inside code there."""
    matches = (re.search(pattern, line) for line in (ROOT / "docs" / "JSON.md").read_text().splitlines())
    return [match.groups() for match in matches if match]


ACCEPTED = rows(r"\| `([^`]+)`: `([^`]+)` → `([^`]+)` \|$")
REFUSED = rows(r"^\| `([^`]+)` \| `([^`]+)` \| (.+) \|$")


def codec_of(field_type: str) -> ros_z_py.Codec:
    """Of a message with one field of that type, in a registry of its own."""
    registry = ros_z_py.TypeRegistry()
    registry.add("json_msgs/msg/Row", f"{field_type} value\n")
    return registry.codec("json_msgs/msg/Row")


def in_message(text: str) -> str:
    return f'{{"value":{text}}}'


def test_every_row_of_the_mapping_has_an_example() -> None:
    table = (ROOT / "docs" / "JSON.md").read_text().partition("| ROS |")[2].partition("\n\n")[0]
    assert len(ACCEPTED) == len(table.splitlines()) - 2
    assert len(REFUSED) > 5


@pytest.mark.parametrize("field_type, read, written", ACCEPTED)
def test_json_example(field_type: str, read: str, written: str) -> None:
    codec = codec_of(field_type)
    text = codec.to_json(codec.from_json(in_message(read))).decode()
    expected = re.escape(in_message(written)).replace("…", r"\d+")
    assert re.fullmatch(expected, text), text
    assert codec.to_json(codec.from_json(text)).decode() == text


@pytest.mark.parametrize("field_type, read, message", REFUSED)
def test_json_error(field_type: str, read: str, message: str) -> None:
    with pytest.raises(ros_z_py.SerializationError) as error:
        codec_of(field_type).from_json(in_message(read))
    assert message.replace("`", "") in str(error.value).replace("`", "")
    assert error.value.path == "value"


def test_octets_as_an_array() -> None:
    codec = codec_of("uint8[]")
    assert codec.to_json(codec.from_json(in_message('"AQL/"')), bytes="array") == b'{"value":[1,2,255]}'
