"""Who may import whom, read from the sources and held to one table."""

import ast
import json
import subprocess
import sys
import tomllib
from functools import cache
from graphlib import TopologicalSorter
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import NamedTuple

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "cnncourse"

# What makes an import slow; every other declared dependency is free to all rooms.
HEAVY = {"keras", "tensorflow", "tensorflow_datasets", "matplotlib"}


class Room(NamedTuple):
    """What one room may import besides `_checks`, the standard library and light dependencies."""

    rooms: frozenset[str] = frozenset()
    libraries: frozenset[str] = frozenset()  # heavy ones, when the room is imported
    inside: frozenset[str] = frozenset()  # heavy ones, only inside functions


def room(rooms="", libraries="", inside=""):
    return Room(frozenset(rooms.split()), frozenset(libraries.split()), frozenset(inside.split()))


TABLE = {
    "__init__": room(),
    "_checks": room(),
    "_html": room(),
    "arithmetic": room(),
    "boxes": room(),
    "samples": room(),
    "ops": room("arithmetic"),
    "metrics": room("boxes"),
    "data": room("samples boxes", inside="keras tensorflow tensorflow_datasets"),
    "layers": room(libraries="keras", inside="tensorflow"),
    "losses": room(libraries="keras"),
    "models": room("layers arithmetic"),
    "transfer": room("data layers", libraries="keras", inside="tensorflow"),
    "detection": room("boxes layers losses transfer", libraries="keras"),
    "explain": room("boxes", libraries="keras", inside="tensorflow"),
    "results": room(),
    "viz": room(libraries="matplotlib"),
    "quiz": room("_html arithmetic ops boxes metrics"),
    "check": room("_html arithmetic ops boxes metrics", inside="keras tensorflow"),
    "widgets": room("_html arithmetic"),
}
LEAVES = {"results", "viz", "explain", "quiz", "check", "widgets"}
# Rooms that look modules up by name: `__init__` on request, `quiz` from its allow-list.
DYNAMIC = {"__init__", "quiz"}
NO_NUMPY = {"__init__", "arithmetic", "_html"}


class Import(NamedTuple):
    module: str  # dotted, absolute
    inside: bool  # runs only when a function is called, or never (TYPE_CHECKING)
    line: int


def room_of(path, package=PACKAGE):
    return path.relative_to(package).with_suffix("").parts[0]


def imports_of(source, path, package=PACKAGE):
    """Return every import in `source`, which stands for the file `path`."""
    parents = [package.name, *path.relative_to(package).parts[:-1]]
    found = []

    def visit(node, inside):
        if isinstance(node, ast.Import):
            found.extend(Import(alias.name, inside, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = parents[: len(parents) - node.level + 1] if node.level else []
            base = [*base, *(node.module.split(".") if node.module else [])]
            if base == [package.name]:  # `from cnncourse import ops` names rooms
                names = [f"{package.name}.{a.name}" for a in node.names if a.name[:2] != "__"]
            else:
                names = [".".join(base)]
            found.extend(Import(name, inside, node.lineno) for name in names)
        elif isinstance(node, ast.Call) and called(node) in {"import_module", "__import__"}:
            found.append(Import("(by name)", inside, node.lineno))
        for field, value in ast.iter_fields(node):
            later = inside or (
                isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
                and field == "body"
            )
            later = later or (
                isinstance(node, ast.If)
                and field == "body"
                and "TYPE_CHECKING" in ast.unparse(node.test)
            )
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    visit(child, later)

    visit(ast.parse(source), False)
    return found


def called(node):
    return getattr(node.func, "attr", getattr(node.func, "id", None))


@cache
def declared():
    """Return the distributions of pyproject.toml: always installed, and with extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    base = {canonicalize_name(Requirement(text).name) for text in project["dependencies"]}
    extras = {
        canonicalize_name(Requirement(text).name)
        for texts in project["optional-dependencies"].values()
        for text in texts
    }
    return base, base | extras


@cache
def installed():
    """Return which distributions every top-level module comes from."""
    return packages_distributions()


def violations(source, path, package=PACKAGE):
    """Return what in `source` breaks the table, a sentence each."""
    name = room_of(path, package)
    if name not in TABLE:
        return [f"{name}: a room that the table doesn't know"]
    rules, problems = TABLE[name], []
    base, extras = declared()
    distributions = installed()
    for module, inside, line in imports_of(source, path, package):
        top, _, rest = module.partition(".")
        where = f"{path.relative_to(package)}:{line}"
        if module == "(by name)":
            if name not in DYNAMIC:
                problems.append(f"{where}: imports a module by name, past this table")
        elif top == package.name:
            target = rest.partition(".")[0]
            if target not in {name, "_checks", *rules.rooms}:
                problems.append(f"{where}: {name} may not import {target or 'the whole package'}")
        elif top in sys.stdlib_module_names:
            continue
        elif top in HEAVY:
            if top not in rules.libraries and not (inside and top in rules.inside):
                when = "inside a function" if inside else "when it is imported"
                problems.append(f"{where}: {name} may not import {top} {when}")
        elif top == "numpy" and name in NO_NUMPY:
            problems.append(f"{where}: {name} does without NumPy")
        else:
            owners = {canonicalize_name(owner) for owner in distributions.get(top, ())}
            if not owners & (extras if inside else base):
                problems.append(f"{where}: {top} is no declared dependency")
    return problems


SOURCES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_follow_the_table(path):
    assert violations(path.read_text(), path) == []


def test_leaves_are_imported_by_nobody():
    assert not {leaf for rules in TABLE.values() for leaf in rules.rooms & LEAVES}
    for path in SOURCES:
        for module, _, line in imports_of(path.read_text(), path):
            target = module.removeprefix("cnncourse.").partition(".")[0]
            if module.startswith("cnncourse.") and target in LEAVES:
                assert room_of(path) == target, f"{path}:{line} imports a leaf"


def test_the_table_has_no_circle_and_knows_every_room_it_names():
    assert {name for rules in TABLE.values() for name in rules.rooms} <= set(TABLE)
    TopologicalSorter({name: rules.rooms for name, rules in TABLE.items()}).prepare()


@pytest.mark.parametrize(
    ("file", "source", "problem"),
    [
        ("ops/_pooling.py", "from cnncourse import arithmetic, _checks", None),
        ("ops/_pooling.py", "from ..arithmetic import window\nfrom . import _windows", None),
        ("ops/_pooling.py", "from .. import quiz", "ops may not import quiz"),
        ("ops/_pooling.py", "from ..quiz.bank import names", "ops may not import quiz"),
        ("ops/_pooling.py", "import cnncourse.viz as viz", "ops may not import viz"),
        ("ops/_pooling.py", "import cnncourse", "may not import the whole package"),
        ("ops/_pooling.py", "def f():\n    from cnncourse import viz", "ops may not import viz"),
        ("ops/_pooling.py", "import keras", "ops may not import keras when it is imported"),
        ("ops/_pooling.py", "f = lambda: __import__('keras')", "past this table"),
        ("data/x.py", "import tensorflow as tf", "data may not import tensorflow when it is"),
        ("data/x.py", "class A:\n    import keras", "data may not import keras when it is"),
        ("data/x.py", "def f():\n    import tensorflow.data", None),
        ("data/x.py", "if TYPE_CHECKING:\n    import keras", None),
        ("data/x.py", "try:\n    import keras\nexcept ImportError: pass", "may not import keras"),
        ("explain.py", "def f():\n    import matplotlib", "may not import matplotlib inside"),
        ("viz/x.py", "from matplotlib import pyplot", None),
        ("arithmetic.py", "import numpy", "arithmetic does without NumPy"),
        ("samples.py", "import sklearn, PIL.Image", None),
        ("samples.py", "import papermill", "papermill is no declared dependency"),
        ("samples.py", "import no_such_module", "no_such_module is no declared dependency"),
        ("helpers.py", "", "a room that the table doesn't know"),
    ],
)
def test_the_reader_sees_what_breaks_the_table(file, source, problem):
    found = violations(source, PACKAGE / file)
    if problem is None:
        assert found == []
    else:
        assert len(found) == 1
        assert problem in found[0]


def run_python(code):
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=ROOT
    )
    return json.loads(done.stdout)


def test_importing_the_package_loads_nothing_else():
    loaded = run_python(
        "import sys, json; before = set(sys.modules); import cnncourse;"
        "print(json.dumps(sorted(set(sys.modules) - before)))"
    )
    assert [name for name in loaded if name.partition(".")[0] not in sys.stdlib_module_names] == [
        "cnncourse"
    ]


def test_light_rooms_load_no_heavy_library():
    light = [
        name
        for name in sorted({room_of(path) for path in SOURCES} - {"__init__"})
        if not TABLE[name].libraries and not any(TABLE[r].libraries for r in TABLE[name].rooms)
    ]
    loaded = run_python(
        f"""
import importlib, json, sys
found = {{}}
for name in {light!r}:
    importlib.import_module("cnncourse." + name)
    found[name] = sorted({HEAVY!r} & set(sys.modules))
print(json.dumps(found))
"""
    )
    assert loaded == {name: [] for name in light}


def test_rooms_come_when_they_are_asked_for():
    answer = run_python(
        """
import json, sys
import cnncourse
before = "cnncourse.ops" in sys.modules
shape = cnncourse.ops.conv2d([[[[1.0]]]], [[[[1.0]]]]).shape
print(json.dumps([before, shape, hasattr(cnncourse, "nonsense"), dir(cnncourse)]))
"""
    )
    before, shape, nonsense, names = answer
    assert not before
    assert shape == [1, 1, 1, 1]
    assert not nonsense
    assert {"arithmetic", "ops", "__version__"} <= set(names)


def test_the_module_map_names_every_room():
    text = ast.get_docstring(ast.parse((PACKAGE / "__init__.py").read_text()))
    named = {line.split("`")[1] for line in text.splitlines() if line.startswith("- `")}
    assert named == {name for path in SOURCES if not (name := room_of(path)).startswith("_")}
