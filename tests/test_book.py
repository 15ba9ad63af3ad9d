"""The book as committed and as executed, and the checks themselves on chapters gone wrong."""

from __future__ import annotations

import copy
import re
import shlex
import subprocess
import sys
from pathlib import Path

import book_rules as rules
import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from cnncourse import check, quiz
from tools.book import gate
from tools.book.layout import Layout
from tools.clean_notebooks import KERNEL, clean, cleaned_text, main

ROOT = Path(__file__).resolve().parents[1]
BOOK = Layout(ROOT)
NOTEBOOKS = sorted(path.stem for path in BOOK.book.glob("*.ipynb"))
CHAPTERS = [name for name in NOTEBOOKS if name[0].isdigit()]
PAGES = sorted(path.stem for path in BOOK.book.glob("*.md"))


def read(name: str):
    return nbformat.read(BOOK.source(name), as_version=4)


def test_table_of_contents_and_files_agree():
    assert rules.toc_matches_files(BOOK.pages(), BOOK.book) == []


def test_there_are_chapters_and_every_bank_has_one():
    assert "01_convolution" in CHAPTERS
    assert set(quiz.names()) <= set(CHAPTERS)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_notebook_is_committed_clean(name):
    nbformat.validate(read(name))
    assert rules.clean(BOOK.source(name)) == []


@pytest.mark.parametrize("name", NOTEBOOKS)
@pytest.mark.parametrize(
    "rule",
    [rules.has_parameters, rules.has_inert_setup, rules.describes_itself, rules.names_exist],
    ids=lambda rule: rule.__name__,
)
def test_notebook(name, rule):
    assert rule(read(name)) == []


@pytest.mark.parametrize("name", PAGES)
def test_page_names_what_exists(name):
    text = (BOOK.book / f"{name}.md").read_text(encoding="utf-8")
    assert rules.names_exist_in_text(text) == []


@pytest.mark.parametrize("name", CHAPTERS)
def test_objectives_are_listed_asked_and_trained(name):
    bank = rules.read_bank(BOOK.book / "quizzes" / f"{name}.yml")
    assert rules.objectives_are_practised(read(name), bank) == []


def test_question_banks_are_valid():
    assert set(quiz.validate_all()) == set(quiz.names())


def test_full_parameters_exist():
    assert set(BOOK.parameters("full")) == set(NOTEBOOKS)


@pytest.mark.slow
def test_executed_figures_are_described():
    found = []
    for name in BOOK.chapters():
        path = BOOK.executed("quick", name)
        assert path.is_file(), "run `make book` first (`make test` does)"
        notebook = nbformat.read(path, as_version=4)
        assert gate.check_notebook(BOOK, name, notebook) == []
        found += gate.alts(name, notebook)
    assert found
    assert gate.check_alts(found) == []


@pytest.mark.slow
@pytest.mark.parametrize(("stored", "status"), [("5", 0), ("6", 1)], ids=["right", "wrong"])
def test_make_compares_tagged_outputs(tmp_path, stored, status):
    notebook = good()
    notebook.cells[4].outputs[0]["data"]["text/plain"] = stored
    notebook.cells[3:4] = [new_code_cell("from cnncourse import arithmetic", id="use")]
    path = tmp_path / "chapter.ipynb"
    nbformat.write(notebook, path)
    (command,) = re.findall(r"^NBVAL := \$\(RUN\) (.*)$", (ROOT / "Makefile").read_text(), re.M)
    done = subprocess.run(
        [sys.executable, *shlex.split(command), "-c", str(ROOT / "pyproject.toml"), str(path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == status, done.stdout
    assert ("mismatch" in done.stdout) == bool(status)


# The checks, tried on a good chapter and on ones that differ from it in one point.

SETUP = """\
import sys

if "google.colab" in sys.modules:
    %pip install --quiet "cnncourse @ git+https://example.org/cnncourse"
"""


def good():
    names = check.names()[:2]
    objectives = [check.EXERCISES[name].exercise.objective for name in names]
    spans = "\n".join(f'- <span id="objective-{name}"></span>This.' for name in objectives)
    checked = new_output("execute_result", {"text/plain": "5"}, execution_count=1)
    notebook = new_notebook(
        cells=[
            new_code_cell(SETUP, id="setup", metadata={"tags": ["setup", "remove-cell"]}),
            new_markdown_cell(f"# Title\n\nUse `ops.conv2d`.\n\n{spans}", id="title"),
            new_code_cell("epochs = 1", id="parameters", metadata={"tags": ["parameters"]}),
            new_code_cell("from cnncourse import arithmetic, ops as o\no.conv2d", id="use"),
            new_code_cell(
                "arithmetic.conv_output_size(7, 3)",
                id="checked",
                metadata={"tags": ["nbval-check-output"]},
                outputs=[checked],
                execution_count=1,
            ),
            *(
                new_code_cell(f"{name} = ...", id=name, metadata={"tags": [f"exercise:{name}"]})
                for name in names
            ),
        ]
    )
    notebook.metadata.update(
        cnncourse={
            "objectives": objectives,
            "description": "What this chapter is about, said in a sentence of the right length.",
        },
        kernelspec=dict(KERNEL),
        language_info={"name": "python"},
    )
    return notebook


def bank():
    objectives = good().metadata["cnncourse"]["objectives"]
    return {"questions": [{"objective": objective} for objective in objectives]}


def judge(notebook, folder: Path) -> list[str]:
    """Return what all rules find in `notebook`."""
    path = folder / "chapter.ipynb"
    path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")
    found = rules.clean(path) + rules.objectives_are_practised(notebook, bank())
    for rule in (rules.has_parameters, rules.has_inert_setup):
        found += rule(notebook)
    return found + rules.describes_itself(notebook) + rules.names_exist(notebook)


def test_a_good_chapter_passes(tmp_path):
    assert judge(good(), tmp_path) == []


def output(notebook, cell: int, text: str) -> None:
    notebook.cells[cell].outputs = [new_output("stream", name="stdout", text=text)]


MUTANTS = {
    "volatile output": (
        lambda n: output(n, 3, "took 1.73 s"),
        "cell 4: has outputs, but is not tagged nbval-check-output",
    ),
    "address in a compared output": (
        lambda n: output(n, 4, "<Model at 0x7f12345678ab>"),
        "cell 5: an output holds a memory address",
    ),
    "nothing to compare": (
        lambda n: n.cells[4].update(outputs=[]),
        "cell 5: is tagged nbval-check-output, but has no outputs to compare",
    ),
    "execution count": (
        lambda n: n.cells[3].update(execution_count=3),
        "cell 4: has execution count 3",
    ),
    "compared output that nbval would refuse": (
        lambda n: n.cells[4].update(execution_count=None),
        "cell 5: has execution count None",
    ),
    "editor's metadata": (
        lambda n: n.cells[3].metadata.update(collapsed=True),
        "not as `python -m tools.clean_notebooks` leaves it",
    ),
    "no parameters": (
        lambda n: n.cells[2].metadata.update(tags=[]),
        "0 cells are tagged parameters, not one",
    ),
    "two parameters cells": (
        lambda n: n.cells[3].metadata.update(tags=["parameters"]),
        "2 cells are tagged parameters, not one",
    ),
    "empty parameters": (
        lambda n: n.cells[2].update(source="# none"),
        "the parameters cell sets nothing",
    ),
    "set-up not first": (
        lambda n: n.cells.insert(0, n.cells.pop(1)),
        "the first cell is no code cell tagged setup and remove-cell",
    ),
    "set-up everywhere": (
        lambda n: n.cells[0].update(source=SETUP.split("\n", 3)[3].strip()),
        "the set-up cell does something outside Colab",
    ),
    "set-up does nothing": (
        lambda n: n.cells[0].update(source="import sys"),
        "the set-up cell does not install the package in Colab",
    ),
    "set-up brings TensorFlow": (
        lambda n: n.cells[0].update(source=SETUP.replace("cnncourse @", "cnncourse[tf] @")),
        "the set-up cell would replace Colab's TensorFlow",
    ),
    "unknown import": (
        lambda n: n.cells[3].update(source="from cnncourse import convolutions"),
        "cnncourse has no convolutions",
    ),
    "unknown function": (
        lambda n: n.cells[3].update(source="from cnncourse import ops as o\no.convolve2d(1)"),
        "cnncourse.ops has no convolve2d",
    ),
    "unknown function of a whole import": (
        lambda n: n.cells[3].update(source="import cnncourse.ops\ncnncourse.ops.conv3d(1)"),
        "cnncourse.ops has no conv3d",
    ),
    "unknown name in prose": (
        lambda n: n.cells[1].update(source=n.cells[1].source.replace("ops.conv2d", "ops.conv")),
        "`ops.conv`: cnncourse.ops has no conv",
    ),
    "no description": (
        lambda n: n.metadata["cnncourse"].update(description=""),
        "description of 0 characters, not 50–160",
    ),
    "objective without a mark": (
        lambda n: n.cells[1].update(source="# Title"),
        "marked 0 times in the text, not once",
    ),
    "objective without an exercise": (
        lambda n: n.cells.pop(),
        "no exercise trains it",
    ),
    "objective without a question": (
        lambda n: n.metadata["cnncourse"]["objectives"].append("new"),
        "objective new: no question asks for it",
    ),
    "objective left out": (
        lambda n: n.metadata["cnncourse"]["objectives"].pop(),
        "not in the metadata",
    ),
    "unknown exercise": (
        lambda n: n.cells[-1].metadata.update(tags=["exercise:juggle"]),
        "exercise juggle: unknown to check",
    ),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_chapter_gone_wrong_is_caught(name, tmp_path):
    change, complaint = MUTANTS[name]
    notebook = good()
    change(notebook)
    assert complaint in "\n".join(judge(notebook, tmp_path))


def test_pages_missing_extra_or_twice_are_caught(tmp_path):
    for file in ("index.md", "01_a.ipynb", "extra.md", "_assets/note.md"):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text("")
    assert rules.toc_matches_files(["index", "01_a", "01_a", "lost"], tmp_path) == [
        "extra: not in _toc.yml",
        "lost: in _toc.yml, but no file",
        "01_a: twice in _toc.yml",
    ]


def test_names_in_pages_are_found_in_spans_and_blocks():
    page = "`cnncourse.ops.nothing` and `ops.conv2d(x)` and `data.shape`\n\n```{}\n{}\n```\n"
    code = "from cnncourse import viz\nviz.nothing()"
    expected = [
        "cnncourse.viz has no nothing",
        "`cnncourse.ops.nothing`: cnncourse.ops has no nothing",
    ]
    assert rules.names_exist_in_text(page.format("python", code)) == expected
    assert rules.names_exist_in_text(page.format("{code-block} python", code)) == expected
    assert rules.names_exist_in_text(page.format("text", code)) == expected[1:]
    assert rules.names_exist_in_text(page.format("python", "print 'old'")) == expected[1:]


def test_cleaning_takes_log_lines_out_of_compared_outputs():
    shown, logged = (
        nbformat.v4.new_output("stream", name=name, text="1\n") for name in ("stdout", "stderr")
    )
    cell = nbformat.v4.new_code_cell("print(1)", outputs=[logged, shown], execution_count=1)
    cell.metadata["tags"] = ["nbval-check-output"]
    assert clean(nbformat.v4.new_notebook(cells=[cell])).cells[0].outputs == [shown]


def test_cleaning_keeps_what_the_course_wrote_and_nothing_else(tmp_path, capsys):
    notebook = good()
    dirty = copy.deepcopy(notebook)
    output(dirty, 3, "noise")
    dirty.cells[3].metadata.update(collapsed=False, ExecuteTime={"start_time": "now"})
    dirty.cells[4].outputs[0]["execution_count"] = 7
    dirty.cells[4]["execution_count"] = None
    dirty.metadata.update(language_info={"name": "python", "version": "3.12"}, widgets={})
    dirty.metadata["kernelspec"] = {"name": "conda", "display_name": "Mine", "language": "python"}
    assert clean(dirty) == notebook
    path = tmp_path / "chapter.ipynb"
    path.write_text(nbformat.writes(dirty))
    assert main([str(path)]) == 1
    assert path.read_text() == cleaned_text(notebook)
    assert main([str(path)]) == 0
    assert capsys.readouterr().out == f"cleaned {path}\n"
