"""The few marks that bank texts may hold, made into HTML or plain text.

``$k^2$`` is mathematics, ```` `padding="same"` ```` is code, ``**bold**`` and ``*emphasis*`` are
as in Markdown, a blank line ends a paragraph, and three backticks fence a block of code.
``{{name}}`` stands for a value, written as its surroundings want it: 10,000 in prose,
``10{,}000`` and matrices in mathematics, ``10000`` in code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from cnncourse import _html
from cnncourse.quiz.expressions import ExpressionError

_FENCE = re.compile(r"^```\w*\n(.*?)^```[ \t]*$", flags=re.MULTILINE | re.DOTALL)
_INLINE = re.compile(
    r"`(?P<code>[^`]+)`|\$(?P<math>[^$]+)\$|\*\*(?P<strong>.+?)\*\*|\*(?P<em>[^*]+)\*", re.DOTALL
)
_NAME = re.compile(r"\{\{(\w+)\}\}")

# The same formula comes back in feedback after feedback.
_math = lru_cache(maxsize=512)(_html.math)


def prose(value: Any) -> str:
    """Return `value` as a reader of a sentence expects it: ``10,000``, ``−3``, ``(64, 48)``."""
    if isinstance(value, (tuple, list, np.ndarray)):
        return "(" + ", ".join(prose(entry) for entry in value) + ")"
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, float)):
        return str(value)
    return _digits(value, ",").replace("-", "−")


def _digits(value: float, separator: str) -> str:
    text = f"{value:.6g}" if isinstance(value, float) and not value.is_integer() else f"{value:.0f}"
    grouped = f"{value:,.0f}"
    # Grouping starts at five digits: 1998 and 3072 read better without.
    return grouped.replace(",", separator) if "." not in text and abs(value) >= 10_000 else text


def _latex(value: Any) -> str:
    if isinstance(value, np.ndarray) or (
        isinstance(value, (tuple, list)) and any(isinstance(row, (tuple, list)) for row in value)
    ):
        rows = (" & ".join(_latex(entry) for entry in row) for row in value)
        return r"\begin{bmatrix}" + r" \\ ".join(rows) + r"\end{bmatrix}"
    if isinstance(value, (tuple, list)):
        return "(" + ", ".join(_latex(entry) for entry in value) + ")"
    return _digits(value, "{,}") if isinstance(value, (int, float)) else str(value)


def _code(value: Any) -> str:
    return str(value.tolist() if isinstance(value, np.ndarray) else value)


def _fill(text: str, values: Mapping[str, Any], write: Callable[[Any], str]) -> str:
    def value(match: re.Match[str]) -> str:
        if match[1] not in values:
            raise ExpressionError(
                "one of the names " + ", ".join(f"{{{{{name}}}}}" for name in values), match[0]
            )
        return write(values[match[1]])

    return _NAME.sub(value, text)


def _named(formula: str, source: str, values: Mapping[str, Any]) -> str:
    """Name a formula that is nothing but a matrix: as an answer's only content it is its label."""
    match = _NAME.fullmatch(source.strip())
    if not match or np.ndim(values[match[1]]) != 2:
        return formula
    rows = ", ".join(" ".join(prose(entry) for entry in row) for row in values[match[1]])
    return formula.replace("<math ", f'<math aria-label="matrix with the rows {rows}" ', 1)


def line(text: str, values: Mapping[str, Any]) -> str:
    """Return `text` as HTML that may stand inside a label, a legend or a live region."""
    parts = []
    position = 0
    for match in _INLINE.finditer(text):
        parts.append(_html.escape(_fill(text[position : match.start()], values, prose)))
        position = match.end()
        content = match[match.lastgroup or 0]
        if match.lastgroup == "code":
            parts.append(f"<code>{_html.escape(_fill(content, values, _code))}</code>")
        elif match.lastgroup == "math":
            parts.append(_named(_math(_fill(content, values, _latex)), content, values))
        else:
            parts.append(f"<{match.lastgroup}>{line(content, values)}</{match.lastgroup}>")
    parts.append(_html.escape(_fill(text[position:], values, prose)))
    return "".join(parts)


def blocks(text: str, values: Mapping[str, Any]) -> list[str]:
    """Return the paragraphs of `text` as HTML lines, blocks of code as ``<pre>`` elements."""
    result = []
    # With one group in the pattern, every second piece is code.
    for position, piece in enumerate(_FENCE.split(text)):
        if position % 2:
            code = _html.escape(_fill(piece.rstrip("\n"), values, _code))
            # A block that can scroll sideways has to be reachable by keyboard.
            result.append(f'<pre tabindex="0" role="group" aria-label="Code">{code}</pre>')
        else:
            paragraphs = (part.strip() for part in re.split(r"\n\s*\n", piece))
            result += [line(part, values) for part in paragraphs if part]
    return result


def plain(text: str, values: Mapping[str, Any]) -> str:
    """Return `text` with its values put in and its marks kept, as a terminal shows it."""
    return _fill(text, values, _code).strip()
