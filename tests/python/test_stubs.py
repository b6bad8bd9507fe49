"""The stub `_native.pyi` is the manual: it has the names, parameters, defaults and docstrings of the runtime, and mypy
makes of it what users expect."""

from __future__ import annotations

import ast
import doctest
import inspect
import json
import shutil
import site
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

import ros_z_py
from ros_z_py import _native

ROOT = Path(__file__).parents[2]
STUB = ast.parse(Path(ros_z_py.__file__).with_name("_native.pyi").read_text())

# Written by Python itself, or different from version to version.
UNLISTED = {
    "__buffer__", "__class_getitem__", "__doc__", "__ge__", "__gt__", "__le__", "__lt__", "__module__", "__ne__",
    "__release_buffer__", "__repr__", "__str__",
    "__slotnames__",  # `copyreg` leaves it where an instance was pickled
}  # fmt: skip

Declarations = dict[str, list[ast.stmt]]


def declarations(body: list[ast.stmt]) -> Declarations:
    """The statements of a module or class that declare something, by name; overloads are several."""
    found: Declarations = defaultdict(list)
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found[node.name].append(node)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found[node.target.id].append(node)
    return found


MODULE = declarations(STUB.body)


def is_public(name: str) -> bool:
    return not name.startswith("_") or name == "__version__"


def class_of(name: str) -> ast.ClassDef:
    (node,) = MODULE[name]
    assert isinstance(node, ast.ClassDef)
    return node


def members(name: str) -> Declarations:
    """What a class of the stub declares, itself or through a private base that only the stub has."""
    node = class_of(name)
    bases = [base.value if isinstance(base, ast.Subscript) else base for base in node.bases]
    inherited = [members(base.id) for base in bases if isinstance(base, ast.Name) and base.id in MODULE]
    merged = {name: nodes for base in inherited for name, nodes in base.items()}
    return {member: nodes for member, nodes in {**merged, **declarations(node.body)}.items() if member not in UNLISTED}


def has_decorator(node: ast.stmt, name: str) -> bool:
    decorators = node.decorator_list if isinstance(node, ast.FunctionDef | ast.ClassDef) else []
    return any(isinstance(decorator, ast.Name) and decorator.id == name for decorator in decorators)


PUBLIC = sorted(name for name in MODULE if is_public(name))
CLASSES = [name for name in PUBLIC if isinstance(MODULE[name][0], ast.ClassDef)]
FUNCTIONS = [name for name in PUBLIC if isinstance(MODULE[name][0], ast.FunctionDef)]
MEMBERS = [(name, member) for name in CLASSES for member in members(name)]


def runtime_members(name: str) -> set[str]:
    return {member for member in vars(getattr(_native, name)) if member not in UNLISTED}


def test_the_names_of_the_stub_are_those_of_the_runtime() -> None:
    assert set(PUBLIC) == {name for name in vars(_native) if is_public(name)}


def test_every_name_is_one_of_the_package() -> None:
    own = {name for name in PUBLIC if name != "main"}
    assert own <= set(ros_z_py.__all__)
    assert [name for name in ros_z_py.__all__ if not hasattr(ros_z_py, name)] == []


@pytest.mark.parametrize("name", CLASSES)
def test_members(name: str) -> None:
    assert set(members(name)) == runtime_members(name)


@pytest.mark.parametrize("name", CLASSES)
def test_class_is_final_and_generic_as_declared(name: str) -> None:
    node, runtime = class_of(name), getattr(_native, name)
    can_be_subclassed = bool(runtime.__flags__ & 1 << 10)  # Py_TPFLAGS_BASETYPE
    assert has_decorator(node, "final") != can_be_subclassed
    is_generic = any(isinstance(base, ast.Subscript) and ast.unparse(base.value) == "Generic" for base in node.bases)
    assert hasattr(runtime, "__class_getitem__") == is_generic, "#[pyclass(generic)] makes a class subscriptable"


Parameters = list[tuple[str, Any]]


def stub_parameters(node: ast.stmt, is_method: bool) -> tuple[Parameters, dict[str, Any]]:
    """Names with kinds, and the defaults, of a function of the stub."""
    assert isinstance(node, ast.FunctionDef)
    arguments = node.args
    assert arguments.vararg is None
    positional = [(argument.arg, inspect.Parameter.POSITIONAL_ONLY) for argument in arguments.posonlyargs]
    positional += [(argument.arg, inspect.Parameter.POSITIONAL_OR_KEYWORD) for argument in arguments.args]
    keyword = [(argument.arg, inspect.Parameter.KEYWORD_ONLY) for argument in arguments.kwonlyargs]
    with_default = [name for name, _ in positional[len(positional) - len(arguments.defaults) :]]
    nodes = dict(zip(with_default, arguments.defaults, strict=True))
    names = [name for name, _ in keyword]
    nodes |= {name: default for name, default in zip(names, arguments.kw_defaults, strict=True) if default}
    defaults = {name: ast.literal_eval(default) for name, default in nodes.items()}
    rest = [(arguments.kwarg.arg, inspect.Parameter.VAR_KEYWORD)] if arguments.kwarg else []
    return positional[is_method:] + keyword + rest, defaults


def compare_signatures(nodes: list[ast.stmt], runtime: Any, is_method: bool) -> None:
    signature = inspect.signature(runtime)
    # `__new__` is compared with the signature of its class, which has no `cls`.
    skipped = is_method and not isinstance(runtime, type)
    expected = list(signature.parameters.values())[skipped:]
    defaults = {each.name: each.default for each in expected if each.default is not inspect.Parameter.empty}
    declared: dict[str, Any] = {}
    for node in nodes:
        parameters, own_defaults = stub_parameters(node, is_method)
        assert parameters == [(each.name, each.kind) for each in expected]
        assert own_defaults.items() <= defaults.items()
        declared |= own_defaults
    assert declared == defaults


def assert_documented(nodes: list[ast.stmt], runtime: Any) -> None:
    documents = [ast.get_docstring(node) for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    assert any(documents), "the stub has no docstring"
    assert runtime.__doc__, "the runtime has no docstring"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_function(name: str) -> None:
    compare_signatures(MODULE[name], getattr(_native, name), is_method=False)
    assert_documented(MODULE[name], getattr(_native, name))


@pytest.mark.parametrize("name", CLASSES)
def test_class_is_documented(name: str) -> None:
    assert_documented(MODULE[name], getattr(_native, name))


@pytest.mark.parametrize("name, member", MEMBERS)
def test_member(name: str, member: str) -> None:
    nodes, owner = members(name)[member], getattr(_native, name)
    runtime = vars(owner)[member]
    is_special = member.startswith("__")
    if isinstance(nodes[0], ast.AnnAssign):
        assert (member, runtime) == ("__hash__", None)
    elif member == "__new__":
        compare_signatures(nodes, owner, is_method=True)
    elif has_decorator(nodes[0], "property"):
        assert inspect.isdatadescriptor(runtime)
    elif not is_special or member == "__dlpack__":
        compare_signatures(nodes, runtime, is_method=True)
    if not is_special:
        assert_documented(nodes, runtime)


def test_every_instance_is_of_the_declared_class() -> None:
    values = {name: MODULE[name][0] for name in PUBLIC if isinstance(MODULE[name][0], ast.AnnAssign)}
    declared = {name: ast.unparse(node.annotation) for name, node in values.items() if isinstance(node, ast.AnnAssign)}
    assert declared == {name: type(getattr(_native, name)).__name__ for name in values}


EXAMPLES = {name: text for name in CLASSES if ">>>" in (text := ast.get_docstring(class_of(name)) or "")}


def test_every_class_has_an_example() -> None:
    assert [name for name in CLASSES if name not in EXAMPLES] == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_example(router, name: str) -> None:
    """The examples of the manual are run, with the names that its head mentions."""
    names: dict[str, Any] = {"ros_z_py": ros_z_py}
    failures: list[str] = []
    builder = ros_z_py.ZContextBuilder().with_domain_id(7).with_connect_endpoints([router.endpoint])
    with builder.build() as context, context.create_node("talker").build() as node:
        names |= {"context": context, "node": node}
        example = doctest.DocTestParser().get_doctest(EXAMPLES[name], names, name, "_native.pyi", 0)
        doctest.DocTestRunner(verbose=False).run(example, out=failures.append)
    assert failures == []


SAMPLE = """
import ros_z_py
from ros_z_py import std_msgs
from typing_extensions import Any, assert_type

class Probe:
    label: str

codec = ros_z_py.codec(Probe)
assert_type(codec, ros_z_py.Codec[Probe])
assert_type(codec.decode(b""), Probe)
assert_type(ros_z_py.from_json(Probe, "{}"), Probe)
assert_type(ros_z_py.from_dict("std_msgs/msg/String", {}), Any)
ros_z_py.encode(std_msgs.String(data="hello"))
view = ros_z_py.ZBufView(b"abc")
assert_type(view[0], int)
assert_type(view[1:], bytes)
memoryview(view), bytes(view)
node = ros_z_py.ZContextBuilder().build().create_node("talker").build()
publisher = node.create_publisher("/probe", Probe, qos=10)
publisher.publish(Probe())
publisher.publish({"label": "a"})
assert_type(node.create_subscriber("/probe", Probe).recv(timeout=1.0), Probe | None)
assert_type(node.create_subscriber("/probe", Probe, output="dict").try_recv(), dict[str, Any] | None)
assert_type(node.create_subscriber("/probe", "my_msgs/msg/Probe", output="raw").recv(), ros_z_py.ZBufView | None)

codec.encode(1)  # error
codec.to_json(b"", bytes="hex")  # error
publisher.publish("text")  # error
node.create_subscriber("/probe", Probe, output="xml")  # error
ros_z_py.ZContxtBuilder()  # error
ros_z_py.codecs("std_msgs/msg/String")  # error
"""


def test_mypy_agrees(tmp_path: Path) -> None:
    """The package passes `mypy --strict`, and so do its examples and users; a name or value that is wrong does not."""
    sample = tmp_path / "sample.py"
    sample.write_text(SAMPLE)
    command = [sys.executable, "-m", "mypy", "--no-error-summary", "--hide-error-context", "--no-pretty"]
    done = subprocess.run(
        [*command, "python/ros_z_py", "examples", str(sample)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    wrong = [number for number, line in enumerate(SAMPLE.splitlines(), 1) if line.endswith("# error")]
    errors = [line.split(": error: ")[0] for line in done.stdout.splitlines() if ": error: " in line]
    # By file name: mypy may tell from its cache what it found where the sample lay last time.
    places = [Path(place).name for place in errors]
    assert sorted(places) == sorted(f"sample.py:{number}" for number in wrong), done.stdout + done.stderr


REVEALED = {
    "ros_z_py.codec(sensor_msgs.Imu).decode(b'')": "Imu",
    "std_msgs.String().data": "str",
    "time.now().sec": "int",
    "rnp.image_to_array(sensor_msgs.Image())": "ndarray[tuple[Any, ...], dtype[Any]]",
    "node.create_subscriber('/a', std_msgs.String).recv()": "String | None",
    "node.create_subscriber('/a', std_msgs.String, output='dict').recv()": "dict[str, Any] | None",
    "node.create_publisher('/a', std_msgs.String)": "ZPublisher[String]",
    "rclpy.create_node('a').create_client(std_msgs.String, 'a').call_async({}).done()": "bool",
}


@pytest.mark.skipif(shutil.which("node") is None, reason="pyright runs on Node.js")
def test_pyright_agrees(tmp_path: Path) -> None:
    """The examples pass `pyright` in its strict mode, and types are what readers expect."""
    for example in (ROOT / "examples").glob("*.py"):
        (tmp_path / example.name).write_text(example.read_text())
    lines = [
        "import ros_z_py",
        "from ros_z_py import numpy as rnp, rclpy, sensor_msgs, std_msgs, time",
        "node = ros_z_py.ZContextBuilder().build().create_node('a').build()",
        *(f"reveal_type({expression})" for expression in REVEALED),
    ]
    (tmp_path / "sample.py").write_text("\n".join(lines) + "\n")
    paths = [str(ROOT / "python"), *site.getsitepackages()]
    config = {"typeCheckingMode": "strict", "pythonVersion": "3.10", "extraPaths": paths}
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(config))
    command = [sys.executable, "-m", "pyright", "--outputjson"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300)
    found = json.loads(done.stdout)["generalDiagnostics"]
    assert [each["message"] for each in found if each["severity"] == "error"] == []
    revealed = [each["message"].rpartition(' is "')[2].rstrip('"') for each in found]
    assert revealed == list(REVEALED.values())
