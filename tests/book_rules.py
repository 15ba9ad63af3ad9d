"""What must hold of every chapter as it is committed; each rule returns what is wrong."""

from __future__ import annotations

import ast
import importlib
import re
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from unittest import mock

import nbformat
import yaml
from IPython.core.inputtransformer2 import TransformerManager

from cnncourse import check
from tools.book import gate
from tools.book.layout import files_below, parameter_names, tags
from tools.clean_notebooks import CHECKED, RUN, cleaned_text

SPAN = re.compile(r'<span id="objective-([a-z0-9-]+)"></span>')
INLINE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
FENCE = re.compile(r"^(`{3,})\s*(?:\{code-block\} )?(?:python|py)\n(.*?)^\1\s*$", re.M | re.S)
DOTTED = re.compile(r"\bcnncourse((?:\.[A-Za-z_]\w*)+)")
# Names of rooms that prose uses for nothing else: `ops.conv2d` in a page means ours.
ROOMS = ("arithmetic", "ops", "samples", "layers", "models", "viz", "quiz", "widgets")
ROOM_NAME = re.compile(rf"^({'|'.join(ROOMS)})((?:\.[A-Za-z_]\w*)+)")


def toc_matches_files(listed: list[str], book: Path) -> list[str]:
    """Every page is in the table of contents, once, and every entry is a page."""
    pages = [
        path.relative_to(book).with_suffix("").as_posix()
        for path in files_below(book)
        if path.suffix in (".ipynb", ".md") and not path.relative_to(book).parts[0].startswith("_")
    ]
    found = [f"{page}: not in _toc.yml" for page in sorted(set(pages) - set(listed))]
    found += [f"{page}: in _toc.yml, but no file" for page in sorted(set(listed) - set(pages))]
    found += [f"{page}: twice in _toc.yml" for page in set(listed) if listed.count(page) > 1]
    found += [f"{page}: both .ipynb and .md" for page in set(pages) if pages.count(page) > 1]
    return found


def clean(path: Path) -> list[str]:
    """No outputs but compared ones, no counts, no editor's metadata, and nothing volatile."""
    notebook = nbformat.read(path, as_version=4)
    found = []
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type != "code":
            continue
        checked = CHECKED in tags(cell)
        if cell.outputs and not checked:
            found.append(f"cell {number}: has outputs, but is not tagged {CHECKED}")
        if checked and not cell.outputs:
            found.append(f"cell {number}: is tagged {CHECKED}, but has no outputs to compare")
        if cell.execution_count not in ({RUN} if checked else {None}):
            found.append(f"cell {number}: has execution count {cell.execution_count}")
        for output in cell.outputs:
            if gate.ADDRESS.search(str(output)):
                found.append(f"cell {number}: an output holds a memory address")
    if not found and cleaned_text(notebook) != path.read_text(encoding="utf-8"):
        found.append("not as `python -m tools.clean_notebooks` leaves it")
    return found


def has_parameters(notebook) -> list[str]:
    """Exactly one cell is tagged ``parameters``, and it sets something."""
    cells = [cell for cell in notebook.cells if "parameters" in tags(cell)]
    if len(cells) != 1:
        return [f"{len(cells)} cells are tagged parameters, not one"]
    return [] if parameter_names(notebook) else ["the parameters cell sets nothing"]


def has_inert_setup(notebook) -> list[str]:
    """The first cell installs the package in Colab and does nothing anywhere else."""
    first = notebook.cells[0]
    if first.cell_type != "code" or not {"setup", "remove-cell"} <= set(tags(first)):
        return ["the first cell is no code cell tagged setup and remove-cell"]
    code = compile(TransformerManager().transform_cell(first.source), "setup", "exec")
    calls: list[tuple] = []
    shell = SimpleNamespace(
        run_line_magic=lambda *given: calls.append(given),
        system=lambda *given: calls.append(given),
    )

    def run() -> None:
        exec(code, {"get_ipython": lambda: shell})

    run()
    found = ["the set-up cell does something outside Colab"] if calls else []
    calls.clear()
    with mock.patch.dict(sys.modules, {"google.colab": ModuleType("google.colab")}):
        run()
    text = " ".join(map(str, calls))
    if "install" not in text or "cnncourse @ git+https://" not in text:
        found.append("the set-up cell does not install the package in Colab")
    if "tensorflow" in text or "[" in text.split("git+")[0].replace("cnncourse @", ""):
        found.append("the set-up cell would replace Colab's TensorFlow")
    return found


def describes_itself(notebook) -> list[str]:
    """The metadata hold a description that search engines show whole."""
    text = notebook.metadata.get("cnncourse", {}).get("description", "")
    return [] if 50 <= len(text) <= 160 else [f"description of {len(text)} characters, not 50–160"]


def names_exist(notebook) -> list[str]:
    """Every name of the package that cells use or mention exists."""
    found = []
    code = [
        TransformerManager().transform_cell(cell.source)
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]
    found += _missing_in_code("\n".join(code))
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            found += names_exist_in_text(cell.source)
    return found


def names_exist_in_text(text: str) -> list[str]:
    """Every name of the package that a page's code spans and Python blocks mention exists."""
    found = []
    for _, block in FENCE.findall(text):
        try:
            found += _missing_in_code(block)
        except SyntaxError:
            # Old snippets are quoted as they were, Python 2 among them.
            continue
    for span in INLINE.findall(FENCE.sub("", text)):
        mentioned = list(DOTTED.findall(span))
        mentioned += ["." + "".join(match) for match in ROOM_NAME.findall(span)]
        found += [f"`{span}`: {wrong}" for names in mentioned if (wrong := _missing(names))]
    return found


def _missing(dotted: str) -> str | None:
    """Return what is wrong with ``.room.name…`` below the package, None if it exists."""
    value: object = importlib.import_module("cnncourse")
    path = "cnncourse"
    for name in dotted.strip(".").split("."):
        if not hasattr(value, name) and isinstance(value, ModuleType):
            try:
                importlib.import_module(f"{path}.{name}")
            except ImportError:
                return f"{path} has no {name}"
        if not hasattr(value, name):
            return f"{path} has no {name}"
        value, path = getattr(value, name), f"{path}.{name}"
    return None


def _missing_in_code(source: str) -> list[str]:
    tree = ast.parse(source)
    bound: dict[str, str] = {}
    wanted: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] == "cnncourse":
                    whole = alias.name.removeprefix("cnncourse")
                    bound[alias.asname or "cnncourse"] = whole if alias.asname else ""
                    wanted.append(whole)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "cnncourse":
            below = (node.module or "").removeprefix("cnncourse")
            for alias in node.names:
                bound[alias.asname or alias.name] = f"{below}.{alias.name}"
                wanted.append(f"{below}.{alias.name}")
    rebound = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    rebound |= {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    for node in ast.walk(tree):
        chain = _chain(node)
        if chain and chain[0] in bound and chain[0] not in rebound:
            below = bound[chain[0]]
            # Past a module's own name lie methods of results, which only running can tell.
            depth = 2 if below == "" else max(1, 2 - below.count("."))
            wanted.append(".".join([below, *chain[1 : 1 + depth]]))
    return [
        wrong for name in dict.fromkeys(wanted) if name.strip(".") and (wrong := _missing(name))
    ]


def _chain(node: ast.AST) -> list[str]:
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name) and names:
        return [node.id, *reversed(names)]
    return []


def objectives_are_practised(notebook, bank: dict) -> list[str]:
    """Each objective stands in the text and is carried by a question and an exercise.

    Parameters
    ----------
    notebook : NotebookNode
        A chapter.
    bank : dict
        Its question bank as parsed.
    """
    listed = notebook.metadata.get("cnncourse", {}).get("objectives", [])
    found = [] if listed else ["metadata list no objectives"]
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    marked = SPAN.findall(prose)
    asked = {question["objective"] for question in bank["questions"]}
    exercises = [
        tag.removeprefix("exercise:")
        for cell in notebook.cells
        for tag in tags(cell)
        if tag.startswith("exercise:")
    ]
    found += [
        f"exercise {name}: unknown to check" for name in exercises if name not in check.names()
    ]
    trained = {
        check.EXERCISES[name].exercise.objective for name in exercises if name in check.names()
    }
    for name in listed:
        if marked.count(name) != 1:
            found.append(
                f"objective {name}: marked {marked.count(name)} times in the text, not once"
            )
        if name not in asked:
            found.append(f"objective {name}: no question asks for it")
        if name not in trained:
            found.append(f"objective {name}: no exercise trains it")
    strangers = (set(marked) | asked | trained) - set(listed)
    found += [f"objective {name}: not in the metadata" for name in sorted(strangers)]
    return found


def read_bank(path: Path) -> dict:
    """Return a question bank as parsed."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))
