"""What the docstrings of the package need to become pages; named in `mkdocs.yml`."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any

import griffe

if TYPE_CHECKING:
    from collections.abc import Iterator


class Docstrings(griffe.Extension):
    """Changes a package when all of it was read."""

    def on_package(self, *, pkg: griffe.Module, **_: Any) -> None:
        for each in list(_objects(pkg)):
            if each.docstring is not None:
                each.docstring.value = _sections(
                    _links(each.docstring.value, each, pkg)
                )


def _objects(parent: griffe.Object) -> Iterator[griffe.Object]:
    yield parent
    if isinstance(parent, (griffe.Module, griffe.Class)):
        _add_overloaded(parent)
    if isinstance(parent, griffe.Class):
        _add_init(parent)
    for member in parent.members.values():
        if isinstance(member, griffe.Object):
            yield from _objects(member)


def _add_overloaded(parent: griffe.Module | griffe.Class) -> None:
    """In a stub no function is behind the overloads: the first stands for it."""
    for name, overloads in parent.overloads.items():
        if name not in parent.members:
            function = copy.copy(overloads[0])
            function.overloads = overloads
            parent.set_member(name, function)
    if isinstance(parent, griffe.Class):
        parent.members = dict(
            sorted(parent.members.items(), key=lambda member: member[1].lineno or 0)
        )


def _add_init(made: griffe.Class) -> None:
    """How an object is made is shown at its class, also where `__new__` makes it."""
    new = made.members.get("__new__")
    if isinstance(new, griffe.Function) and "__init__" not in made.members:
        new.name, new.returns = "__init__", None
        made.set_member("__init__", new)
        made.del_member("__new__")


def _links(text: str, where: griffe.Object, package: griffe.Module) -> str:
    """Roles of Sphinx, and names of public classes, as links to their public paths."""

    def role(found: re.Match[str]) -> str:
        name = found[1].removeprefix(f"{package.name}.")
        scope: griffe.Object | None = where
        while scope is not None and name.partition(".")[0] not in scope.all_members:
            scope = scope.parent
        if scope is None:
            raise ValueError(f"{where.path}: there is no {found[0]}")
        path = re.sub(r"\._\w+\.", ".", f"{scope.path}.{name}")
        return f"[`{name}`][{path}]"

    def public(found: re.Match[str]) -> str:
        name = found[1]
        is_known = name in (package.exports or ()) and name != where.name
        return f"[`{name}`][{package.name}.{name}]" if is_known else found[0]

    return re.sub(r"``([A-Z]\w+)``", public, re.sub(r":\w+:`([\w.]+)`", role, text))


def _sections(text: str) -> str:
    """The beginning in one line; prompts, and what is printed, as examples."""
    blocks = text.split("\n\n")
    # Summaries show the first line.
    blocks[0] = blocks[0].replace("\n", " ")
    return "\n\n".join(
        "Examples:\n    " + block.replace("\n", "\n    ")
        if block.startswith(">>> ")
        else block
        for block in blocks
    )
