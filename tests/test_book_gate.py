"""What the gate says of outputs and images that must not reach the site."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from tools.book import gate
from tools.book.layout import Layout

ROOT = Path(__file__).resolve().parents[1]


def executed(*cells) -> nbformat.NotebookNode:
    notebook = new_notebook(cells=[new_code_cell("x", id=f"c{i}") for i, _ in enumerate(cells)])
    for cell, outputs in zip(notebook.cells, cells, strict=True):
        cell.outputs = [nbformat.from_dict(output) for output in outputs]
    return notebook


def image(alt: str | None, kind: str = "image/png") -> dict:
    return {
        "output_type": "display_data",
        "data": {kind: "iVBORw0KGgo="},
        "metadata": {kind: {"alt": alt} if alt else {}},
    }


GOOD = "A described figure, whose description is long enough to say what is seen."


@pytest.mark.parametrize(
    ("outputs", "problem"),
    [
        ([image(None)], "without alt text"),
        ([image(None, "image/svg+xml")], "without alt text"),
        ([image(GOOD), image(GOOD + " Two.")], "shows 2 figures"),
        (
            [{"output_type": "stream", "name": "stderr", "text": "UserWarning: beware\n"}],
            "writes to stderr .*\n    UserWarning: beware",
        ),
        (
            [{"output_type": "error", "ename": "KeyError", "evalue": "'a'", "traceback": []}],
            "shows an exception: KeyError: 'a'",
        ),
        (
            [{"output_type": "stream", "name": "stdout", "text": "<Thing at 0x7f3a5c1e90d0>"}],
            "memory address",
        ),
        (
            [{"output_type": "stream", "name": "stdout", "text": "{root}/book"}],
            "path of this machine",
        ),
    ],
)
def test_outputs_that_must_not_be_shown(tmp_path, outputs, problem):
    for output in outputs:
        if "text" in output:
            output["text"] = output["text"].format(root=tmp_path)
    (told,) = gate.check_notebook(Layout(tmp_path), "01_first", executed([], outputs))
    assert told.startswith("01_first, cell 2: ")
    assert re.search(problem, told)


def test_outputs_that_may_be_shown(tmp_path):
    table = {
        "output_type": "execute_result",
        "data": {"text/plain": "<Table at 0x7f3a5c1e90d0>", "text/html": "<p>1</p>"},
        "metadata": {},
    }
    notebook = executed([image(GOOD)], [table], [image(None)])
    notebook.cells[2].metadata["tags"] = ["remove-output"]
    assert gate.check_notebook(Layout(tmp_path), "01_first", notebook) == []
    assert gate.alts("01_first", notebook) == [("01_first, cell 1", GOOD)]


def test_alt_texts_are_long_enough_and_used_once():
    short, edge = "x" * 39, "y" * 40
    found = [("a, cell 1", edge), ("a, cell 2", short), ("b, cell 5", edge)]
    problems = gate.check_alts(found)
    assert problems[0].startswith("a, cell 2: alt text of 39 characters")
    assert problems[1].startswith("b, cell 5: same alt text as a, cell 1")
    assert len(problems) == 2


def test_images_of_compiled_pages_are_checked(tmp_path):
    (tmp_path / "a.html").write_text(f'<img src="_images/1.png" alt="{GOOD}"><img src="logo.svg">')
    (tmp_path / "b.html").write_text(f'<img src="_images/2.png" alt="{GOOD}">')
    assert gate.check_site(tmp_path, [("a", GOOD), ("b", GOOD + " Gone.")]) == [
        "a.html, image logo.svg: no alt text",
        f"b.html, image _images/2.png: same alt text as a.html, image _images/1.png: {GOOD!r}",
        f"b.html: the alt text of an executed figure did not arrive: {GOOD + ' Gone.'!r}",
    ]


def test_question_banks_of_another_book_are_not_asked_for(tmp_path):
    assert gate.check_quizzes(Layout(tmp_path)) == []


def test_a_bank_that_is_not_valid_is_told(monkeypatch):
    from cnncourse import quiz

    def broken() -> None:
        raise ValueError("question `pad`: a distractor equals the answer")

    monkeypatch.setattr(quiz, "validate_all", broken)
    assert gate.check_quizzes(Layout(ROOT)) == [
        "question banks: question `pad`: a distractor equals the answer"
    ]
