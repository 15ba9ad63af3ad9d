"""Stubs and solutions in the chapters stay in step with each other and with the checker.

That every known mistake is caught and named is held by tests/test_check.py, for each exercise.
"""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from cnncourse import check

BOOK = Path(__file__).resolve().parents[1] / "book"
NOTEBOOKS = sorted(BOOK.glob("*.ipynb"))


def cells_tagged(notebook, kind):
    """Return ``[(position, exercise, cell)]`` of all cells with the tag ``kind:exercise``."""
    return [
        (position, tag.removeprefix(f"{kind}:"), cell)
        for position, cell in enumerate(notebook.cells)
        for tag in cell.metadata.get("tags", [])
        if tag.startswith(f"{kind}:")
    ]


def names_in(notebook):
    kinds = ("exercise", "solution")
    return sorted({name for kind in kinds for _, name, _ in cells_tagged(notebook, kind)})


def run(notebook, position):
    """Run one cell with those imports of earlier cells that it uses, and no other."""
    source = notebook.cells[position].source
    used = {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}
    scope: dict[str, object] = {}
    for cell in notebook.cells[:position]:
        if cell.cell_type != "code" or "setup" in cell.metadata.get("tags", []):
            continue
        for node in ast.parse(cell.source).body:
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                node.names = [n for n in node.names if (n.asname or n.name) in used]
                if node.names:
                    exec(compile(ast.Module([node], []), "<imports>", "exec"), scope)
    exec(compile(source, f"<cell {position + 1}>", "exec"), scope)
    return scope


def ends_with_its_check(cell, name):
    last = ast.parse(cell.source).body[-1]
    return isinstance(last, ast.Expr) and ast.unparse(last) == f"check.{name}({name})"


def problems(notebook, name):
    """Return what is wrong with one exercise of a notebook."""
    stubs = [(p, cell) for p, n, cell in cells_tagged(notebook, "exercise") if n == name]
    solutions = [(p, cell) for p, n, cell in cells_tagged(notebook, "solution") if n == name]
    if len(stubs) != 1 or len(solutions) != 1:
        return [f"{len(stubs)} stubs and {len(solutions)} solutions, not one of each"]
    if name not in check.names():
        return ["unknown to check"]
    checker = check.EXERCISES[name]
    found = []
    if checker.exercise.objective not in notebook.metadata.get("cnncourse", {}).get(
        "objectives", []
    ):
        found.append(f"its objective {checker.exercise.objective} is none of the chapter's")
    if solutions[0][0] < stubs[0][0]:
        found.append("the solution comes before the stub")
    if "hide-cell" not in solutions[0][1].metadata.tags:
        found.append("the solution is not folded")
    functions = {}
    for what, (position, cell) in (("stub", stubs[0]), ("solution", solutions[0])):
        if not ends_with_its_check(cell, name):
            found.append(f"the {what} does not end with check.{name}({name})")
        functions[what] = run(notebook, position).get(name)
        if not callable(functions[what]):
            found.append(f"the {what} does not define {name}")
        elif str(inspect.signature(functions[what])) != str(checker.exercise.signature):
            found.append(f"the {what} has another signature than {checker.exercise.signature}")
    if found:
        return found
    for what, wanted in (("stub", "to do"), ("solution", "passed")):
        result = checker(functions[what])
        if result.kind != wanted:
            found.append(f"the {what} gives {result.kind!r}, not {wanted!r}: {result.text}")
        if what == "stub" and checker.exercise.task not in result.text:
            found.append("the stub does not print what to do")
    return found


PAIRS = [
    pytest.param(path, name, id=f"{path.stem}-{name}")
    for path in NOTEBOOKS
    for name in names_in(nbformat.read(path, as_version=4))
]


@pytest.mark.parametrize(("path", "name"), PAIRS)
def test_stub_and_solution_are_in_step(path, name):
    assert problems(nbformat.read(path, as_version=4), name) == []


def test_every_exercise_stands_in_exactly_one_chapter():
    found = [name for path in NOTEBOOKS for name in names_in(nbformat.read(path, as_version=4))]
    assert sorted(found) == sorted(check.names())


# --- the rules themselves can fail --------------------------------------------------------------

STUB = "def receptive_field(layers):\n    ...\n\n\ncheck.receptive_field(receptive_field)"
SOLUTION = (
    "def receptive_field(layers):\n    return arithmetic.receptive_field(layers)\n\n\n"
    "check.receptive_field(receptive_field)"
)


def chapter():
    return new_notebook(
        metadata={"cnncourse": {"objectives": ["conv-receptive-field"]}},
        cells=[
            new_code_cell("!pip install x", id="setup", metadata={"tags": ["setup"]}),
            new_markdown_cell("# Title", id="title"),
            new_code_cell(
                "import no_such_module\nfrom cnncourse import arithmetic, check", id="imports"
            ),
            new_code_cell(STUB, id="stub", metadata={"tags": ["exercise:receptive_field"]}),
            new_code_cell(
                SOLUTION,
                id="solution",
                metadata={"tags": ["solution:receptive_field", "hide-cell"]},
            ),
        ],
    )


def test_a_good_chapter_has_no_problems():
    assert problems(chapter(), "receptive_field") == []


def swap(notebook):
    notebook.cells[3:5] = notebook.cells[4:2:-1]


def replace(position, old, new):
    def change(notebook):
        cell = notebook.cells[position]
        assert old in cell.source
        cell.source = cell.source.replace(old, new)

    return change


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda n: n.cells.pop(), "1 stubs and 0 solutions"),
        (lambda n: n.cells.pop(3), "0 stubs and 1 solutions"),
        (lambda n: n.cells.append(n.cells[3]), "2 stubs and 1 solutions"),
        (swap, "the solution comes before the stub"),
        (lambda n: n.cells[4].metadata.tags.remove("hide-cell"), "the solution is not folded"),
        (lambda n: n.metadata.cnncourse.objectives.clear(), "its objective conv-receptive-field"),
        (replace(3, "...", "return 1"), "the stub gives 'value'"),
        (replace(3, "check.receptive_field(receptive_field)", "1"), "does not end with check"),
        (replace(3, "(layers)", "(rows)"), "the stub has another signature"),
        (replace(4, "(layers):", "(layers, more=1):"), "the solution has another signature"),
        (replace(4, "(layers)\n\n", "(layers) + 1\n\n"), "the solution gives 'value'"),
    ],
)
def test_each_way_out_of_step_is_noticed(change, words):
    notebook = chapter()
    change(notebook)
    assert any(words in problem for problem in problems(notebook, "receptive_field"))


def test_an_unknown_exercise_is_noticed():
    notebook = chapter()
    for cell, kind in zip(notebook.cells[3:], ("exercise", "solution"), strict=True):
        cell.metadata.tags[0] = f"{kind}:juggle"
    assert names_in(notebook) == ["juggle"]
    assert problems(notebook, "juggle") == ["unknown to check"]
