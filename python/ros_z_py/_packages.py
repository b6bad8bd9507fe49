"""Packages of message types as Python modules: ``ros_z_py.std_msgs``, ``ros_z_py.std_msgs.msg``.

An attribute is looked up in the registry of the process when it is first asked for, and again when a name may mean
something else, so that types that are loaded later appear in them too. A finder on ``sys.meta_path`` makes them
importable, and one behind all others says what is close to a name that is not there.
"""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import TYPE_CHECKING, Any

from ._errors import RosZError
from ._messages import suggestion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ._native import TypeRegistry

_NAMESPACES = ("msg", "srv", "action")
# Longest first: `FooSendGoalRequest` ends in `Request` too, and means `Foo_SendGoal_Request`.
_DERIVED = ("SendGoal", "GetResult", "FeedbackMessage", "Request", "Response", "Event", "Goal", "Result", "Feedback")

_types: TypeRegistry
_packages: list[_Package] = []


class _Package:
    """A package of message types, or one of its namespaces ``msg``, ``srv``, ``action``, as a module.

    What was found is in the module's dict: programs name a class with every message that they make, and an attribute
    that is missing at first costs as much as publishing the message (N4). The module is one of Python's own, for whose
    attributes it has a quick path; this looks after it (PEP 562).
    """

    def __init__(self, name: str, doc: str) -> None:
        self.name = name
        self.module = ModuleType(name, doc)
        self.found: set[str] = set()
        self.module.__dict__.update(__getattr__=self.look_up, __dir__=self.names)
        _packages.append(self)

    def look_up(self, name: str) -> Any:
        if name == "__all__":  # what `import *` and `help` go by
            return self.names()
        if name.startswith("__"):
            raise AttributeError(f"module {self.name!r} has no attribute {name!r}")
        stamp = _types._stamp()
        found = self.find(name)
        self.found.add(name)
        self.module.__dict__[name] = found
        if _types._stamp() != stamp:  # changed by another thread, which may have forgotten already
            self.forget()
        return found

    def forget(self) -> None:
        while self.found:
            self.module.__dict__.pop(self.found.pop(), None)

    def find(self, name: str) -> Any:
        _, package, *namespace = self.name.split(".")
        if not namespace and name in _NAMESPACES:
            return _import(f"{self.name}.{name}")
        meant = [f"{package}/{kind}/{each}" for each in _spellings(name) for kind in namespace or _NAMESPACES]
        for full in meant:
            if full in _types:
                return _types[full]
        known = _types.names()
        for full in filter(known.__contains__, meant):
            try:
                return _types[full]
            except RosZError as error:  # such as a type in it that is not known
                raise _missing(self.module, str(error)) from error
        where = "/".join([package, *namespace])
        hint = suggestion(name, self.names()) or "load it with ros_z_py.types.load(path)"
        raise _missing(self.module, f"there is no type {name!r} in {where}; {hint}")

    def names(self) -> list[str]:
        _, package, *namespace = self.name.split(".")
        wanted = tuple(f"{package}/{kind}/" for kind in namespace or _NAMESPACES)
        names = [name.rsplit("/", 1)[1] for name in _types.names() if name.startswith(wanted)]
        return sorted({*names, *(() if namespace else _NAMESPACES)})


def _missing(module: ModuleType, text: str) -> AttributeError:
    """An error that says what is close; told the object but no name, Python does not say it a second time."""
    return AttributeError(text, obj=module)


def _spellings(name: str) -> list[str]:
    """``AddTwoIntsRequest`` also means ``AddTwoInts_Request``; a type that has the very name wins."""
    spellings = [name]
    for suffix in _DERIVED:
        stem = name.removesuffix(suffix)
        if stem and stem != name and not stem.endswith("_"):
            spellings += [f"{inner}_{suffix}" for inner in _spellings(stem)]
    return spellings


class _Finder:
    # Not derived from the classes of `importlib.abc`, whose import takes longer than that of all the rest here (T1).
    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if not fullname.startswith("ros_z_py.") or fullname.startswith("ros_z_py._"):
            return None  # asked for every module that a program imports
        loader: Any = self
        match fullname.split("."):
            case ["ros_z_py", package] if _is_package(package):
                return ModuleSpec(fullname, loader, is_package=True)
            case ["ros_z_py", package, namespace] if namespace in _NAMESPACES and _is_package(package):
                # A package too, with nothing in it, so that `_Missed` hears of names that it does not have.
                return ModuleSpec(fullname, loader, is_package=True)
        return None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Package(spec.name, f"The types of {spec.name.split('.', 1)[1].replace('.', '/')}.").module

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to run: attributes are looked up on demand."""


class _Missed:
    """Finds nothing: asked when nobody else knows a module, it raises what the attribute of that name says."""

    def find_spec(self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> None:
        parent, _, name = fullname.rpartition(".")
        if not fullname.startswith("ros_z_py.") or name.startswith("_"):
            return
        if parent != "ros_z_py" and all(parent != package.name for package in _packages):
            return
        if sys._getframe(2).f_globals.get("__name__") == "importlib.util":
            return  # `find_spec` of a program, which wants to know whether there is one
        try:
            getattr(sys.modules[parent], name)
        except AttributeError as error:
            # Without its `name`, by which `from ... import` knows errors that it replaces with its own.
            raise ModuleNotFoundError(str(error)) from error.__cause__


def _is_package(name: str) -> bool:
    return name in _types.packages()


def _import(fullname: str) -> ModuleType:
    __import__(fullname)
    return sys.modules[fullname]


def package(parent: str, name: str) -> ModuleType:
    """The module of a package of the registry; an ``AttributeError`` when there is none."""
    if name.startswith("_") or not _is_package(name):
        near = suggestion(name, dir(sys.modules[parent]))
        hint = f"; {near}" if near else ", and no package of that name is loaded"
        raise _missing(sys.modules[parent], f"module {parent!r} has no attribute {name!r}{hint}")
    return _import(f"{parent}.{name}")


def forget() -> None:
    """Has every attribute looked up again. Called when the registry of the process has changed."""
    for package in _packages:
        package.forget()


def install(types: TypeRegistry) -> None:
    """Makes the packages of ``types`` importable."""
    global _types
    _types = types
    # Before the ordinary finders, which take the folders of stubs for namespace packages.
    sys.meta_path.insert(0, _Finder())
    sys.meta_path.append(_Missed())
