"""Writes what a check found, as text for terminals and screen readers and as HTML."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from cnncourse import _html
from cnncourse.check.compare import as_array
from cnncourse.check.exercise import Exercise

_CSS = """
.cnn-check{color:var(--cnn-ink);background:var(--cnn-panel);border-left:4px solid var(--edge);
padding:.6rem 1rem;border-radius:4px;}
.cnn-check p{margin:.3rem 0;}
.cnn-check pre{margin:.3rem 0;padding:.4rem .6rem;color:inherit;background:var(--cnn-paper);
border:1px solid var(--cnn-line);
white-space:pre-wrap;overflow-wrap:anywhere;}
.cnn-check code{padding:0;color:inherit;background:none;border:0;}
"""
_EDGES = {"Passed": "good", "Not yet": "bad", "To do": "accent"}


@dataclass(frozen=True, repr=False)
class Result(_html.Html):
    """What a check found; a notebook shows it, ``print`` gives the text.

    Parameters
    ----------
    html, text : str
        The report.
    passed : bool
        Whether the function is right on every input tried.
    exercise : str
        Name of the exercise.
    kind : str
        ``"passed"``, ``"to do"``, ``"signature"``, ``"value"``, ``"shape"``, ``"type"``,
        ``"nan"``, ``"raised"``, ``"changed"``, ``"endless"`` or ``"slow"``.
    misconception : str
        Name of the known mistake that gives the same answers; ``""`` if none does.
    counterexample : dict or None
        Arguments, by name, of the smallest call that failed.
    """

    passed: bool
    exercise: str
    kind: str
    misconception: str = ""
    counterexample: dict[str, Any] | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Code:
    """A piece of a report that is shown as code."""

    text: str


def result(
    exercise: Exercise, kind: str, headline: str, body: Iterable[str | Code], **details: Any
) -> Result:
    """Return the report that starts with `headline` and goes on with the pieces of `body`.

    Parameters
    ----------
    exercise : Exercise
        What was checked.
    kind : str
        As in `Result`.
    headline : str
        ``"Passed"``, ``"Not yet"`` or ``"To do"``.
    body : iterable of str or Code
        Paragraphs and code; empty ones are left out.
    **details
        Further fields of `Result`.
    """
    title = f"{headline}: {exercise.name}"
    pieces = [piece for piece in body if (piece.text if isinstance(piece, Code) else piece)]
    lines, markup = [title], [f"<p><strong>{_html.escape(title)}</strong></p>"]
    for piece in pieces:
        if isinstance(piece, Code):
            lines.append(textwrap.indent(piece.text, "    "))
            markup.append(f"<pre>{_html.escape(piece.text)}</pre>")
        else:
            lines.append(piece)
            marked = re.sub(r"`([^`]+)`", r"<code>\1</code>", _html.escape(piece))
            markup.append(f"<p>{marked}</p>")
    html = (
        f'<div class="cnn cnn-check" style="--edge:var(--cnn-{_EDGES[headline]})">'
        f"{_html.style(_html.theme_css() + _CSS)}{''.join(markup)}</div>"
    )
    return Result(html, "\n".join(lines), headline == "Passed", exercise.name, kind=kind, **details)


def show_call(exercise: Exercise, case: dict[str, Any]) -> Code:
    """Return the call of `case` as code that can be copied; arrays get a line each."""
    lines, given = [], []
    positional, keywords = exercise.split(case)
    names = list(exercise.signature.parameters)
    for name, value in zip(names, positional, strict=False):
        if isinstance(value, np.ndarray):
            start = f"{name} = np.array("
            lines.append(f"{start}{_numbers(value, len(start))})  # shape {value.shape}")
            given.append(name)
        else:
            given.append(repr(value))
    given += [f"{name}={value!r}" for name, value in keywords.items()]
    return Code("\n".join([*lines, f"{exercise.name}({', '.join(given)})"]))


def show_answer(value: Any) -> Code:
    """Return what a function returned, as code; arrays with their shape."""
    array = as_array(value)
    if array is None or not isinstance(value, (np.ndarray, list)):
        return Code(_short(value))
    return Code(f"{_numbers(array, 0)}  # shape {array.shape}")


def ranges(cases: Iterable[dict[str, Any]]) -> str:
    """Return over which ranges the arguments of `cases` went, such as ``"stride 1 to 3"``."""
    columns: dict[str, list[Any]] = {}
    for case in cases:
        for name, value in case.items():
            columns.setdefault(name, []).append(value)
    return "; ".join(f"{name} {_range(values)}" for name, values in columns.items())


def _range(values: list[Any]) -> str:
    given = [value for value in values if value is not None]
    if given and len(given) < len(values):
        return f"None and {_range(given)}"
    if isinstance(values[0], np.ndarray):
        shapes = sorted((v.shape for v in values), key=lambda shape: (len(shape), *shape))
        ranks = sorted({len(shape) for shape in shapes})
        parts = []
        for rank in ranks:
            sides = list(zip(*(shape for shape in shapes if len(shape) == rank), strict=True))
            low, high = (" × ".join(str(pick(side)) for side in sides) for pick in (min, max))
            parts.append(f"{low} to {high}")
        return " and ".join(parts)
    if all(isinstance(value, list) for value in values):
        return f"of {min(map(len, values))} to {max(map(len, values))} entries"
    if all(isinstance(value, int) and not isinstance(value, bool) for value in values):
        return f"{min(values)} to {max(values)}"
    numbers = [v for v in values if isinstance(v, (int, float)) and not isinstance(v, bool)]
    others = sorted({repr(v) for v in values if isinstance(v, (bool, str))})
    pairs = [v for v in values if isinstance(v, tuple)]
    parts = [f"{min(numbers)} to {max(numbers)}"] if numbers else []
    parts += [f"{min(pairs)} to {max(pairs)}"] if pairs else []
    return " and ".join(parts + others)


def _numbers(array: np.ndarray, indent: int) -> str:
    # Every option is given, so that the learner's own print options change nothing.
    text = np.array2string(
        array + 0 if array.dtype.kind == "f" else array,  # no negative zeros
        separator=", ",
        prefix=" " * indent,
        precision=6,
        suppress_small=True,
        threshold=200,
        edgeitems=3,
        max_line_width=88,
        floatmode="maxprec",
        sign="-",
        formatter={},
    )
    # Beyond two axes NumPy spreads few numbers over many lines.
    return text if array.ndim <= 2 else re.sub(r"\s+", " ", text)


def _short(value: Any) -> str:
    try:
        text = repr(value)
    except Exception:
        text = f"<{type(value).__name__}>"
    return text if len(text) <= 200 else f"{text[:197]}..."
