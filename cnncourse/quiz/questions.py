"""From a bank as written to questions with every variant computed, or a `BankError`.

Nothing here is typed by an author that could be computed: the key, the wrong answers that stand
for misconceptions, and the numbers in feedback and explanation all follow from the variant.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from cnncourse import _html
from cnncourse.quiz import markup
from cnncourse.quiz.bank import BankError
from cnncourse.quiz.expressions import ExpressionError, evaluate

# Formulas without a name of their own say nothing as the label of an answer.
_SILENT = re.compile(r"<math (?!aria-label).*?</math>")


@dataclass(frozen=True)
class Option:
    """One answer of a variant, right or wrong.

    `label` is HTML (for a number: what is shown as the value), `value` what it was computed as
    (None for free text), and `feedback` what a learner reads who judges it wrongly.
    """

    label: str
    value: Any
    correct: bool
    misconception: str = ""
    feedback: str = ""


@dataclass(frozen=True)
class Variant:
    """A question with one row of numbers put in; all texts are HTML lines."""

    prompt: list[str]
    options: list[Option]
    explanation: str
    text: str


@dataclass(frozen=True)
class Question:
    """A question, ready to be rendered."""

    id: str
    objective: str
    kind: str
    unit: str
    tolerance: float
    variants: list[Variant]


def build(bank_name: str, bank: Mapping[str, Any]) -> list[Question]:
    """Return the questions of `bank`, whose form has been checked, with all variants computed.

    Raises
    ------
    BankError
        If an expression fails, two answers coincide in any variant, a variant repeats another,
        a multiple choice has nothing to tick or to leave, or a text can't be rendered.
    """
    return [_Builder(bank_name, question).question() for question in bank["questions"]]


class _Builder:
    def __init__(self, bank_name: str, raw: Mapping[str, Any]):
        self.bank_name = bank_name
        self.raw = raw
        self.tolerance = float(raw.get("tolerance", 0))

    def fail(self, field: str, expected: str, received: Any) -> BankError:
        return BankError(self.bank_name, self.raw["id"], field, expected, received)

    def question(self) -> Question:
        rows = self.raw.get("variants", [{}])
        for number, row in enumerate(rows, 1):
            if row.keys() != rows[0].keys():
                raise self.fail(
                    f"variants.{number}", "the names " + ", ".join(rows[0]), ", ".join(row)
                )
        variants = [self.variant(number, row) for number, row in enumerate(rows, 1)]
        seen: dict[tuple[str, ...], int] = {}
        for number, variant in enumerate(variants, 1):
            earlier = seen.setdefault(tuple(variant.prompt), number)
            if earlier != number:
                raise self.fail(
                    f"prompt (variant {number})",
                    f"a prompt that differs from variant {earlier}",
                    self.raw["prompt"],
                )
        return Question(
            id=self.raw["id"],
            objective=self.raw["objective"],
            kind=self.raw["kind"],
            unit=self.raw.get("unit", ""),
            tolerance=self.tolerance,
            variants=variants,
        )

    def variant(self, number: int, row: Mapping[str, Any]) -> Variant:
        values = {name: evaluate(value, {}) for name, value in row.items()}
        for name, expression in self.raw.get("let", {}).items():
            values[name] = self.compute(number, f"let.{name}", expression, values)
        if self.raw["kind"] == "multiple":
            options = self.judged_options(number, values)
        else:
            options = self.alternatives(number, values)
        self.check_distinct(number, options)
        order = sorted(range(len(options)), key=lambda index: self.rank(number, index))
        return Variant(
            prompt=self.written(number, "prompt", self.raw["prompt"], values, markup.blocks),
            options=[options[index] for index in order],
            explanation=self.line(number, "explanation", self.raw["explanation"], values),
            text=markup.plain(self.raw["prompt"], values),
        )

    def rank(self, number: int, index: int) -> str:
        """Shuffle by a hash, so that the key is not always first and every build is the same."""
        return hashlib.sha256(f"{self.raw['id']}/{number}/{index}".encode()).hexdigest()

    def alternatives(self, number: int, values: dict[str, Any]) -> list[Option]:
        """Return the answer, then the distractors, of a `choice` or `number` question."""
        answer = self.raw["answer"]
        if isinstance(answer, dict) and answer.keys() == {"text"}:
            options = [Option(self.line(number, "answer", answer["text"], values), None, True)]
        else:
            value = self.compute(number, "answer", answer, values)
            options = [Option(self.shown(number, "answer", value), value, True)]
            values["answer"] = value
        for position, raw in enumerate(self.raw["distractors"], 1):
            field = f"distractors.{position}"
            if "text" in raw:
                value, label = None, self.line(number, f"{field}.text", raw["text"], values)
            else:
                value = self.compute(number, f"{field}.value", raw["value"], values)
                label = self.shown(number, f"{field}.value", value)
            options.append(Option(label, value, False, **self.advice(number, field, raw, values)))
        return options

    def judged_options(self, number: int, values: dict[str, Any]) -> list[Option]:
        """Return the options of a `multiple` question."""
        options = []
        for position, raw in enumerate(self.raw["options"], 1):
            field = f"options.{position}"
            correct = self.compute(number, f"{field}.correct", raw["correct"], values)
            if not isinstance(correct, bool):
                raise self.fail(f"{field}.correct (variant {number})", "true or false", correct)
            label = self.line(number, f"{field}.text", raw["text"], values)
            options.append(Option(label, None, correct, **self.advice(number, field, raw, values)))
        if len({option.correct for option in options}) < 2:
            raise self.fail(
                f"options (variant {number})",
                "at least one option to tick and one to leave",
                f"{sum(option.correct for option in options)} of {len(options)} to tick",
            )
        return options

    def advice(
        self, number: int, field: str, raw: Mapping[str, Any], values: Mapping[str, Any]
    ) -> dict[str, str]:
        return {
            part: self.line(number, f"{field}.{part}", raw[part], values)
            for part in ("misconception", "feedback")
        }

    def compute(self, number: int, field: str, expression: Any, values: Mapping[str, Any]) -> Any:
        try:
            value = evaluate(expression, values)
        except ExpressionError as error:
            raise self.fail(
                f"{field} (variant {number})", error.expected, error.received
            ) from error
        if self.raw["kind"] == "number" and not field.startswith("let.") and not _is_finite(value):
            raise self.fail(f"{field} (variant {number})", "a finite number", value)
        return value

    def shown(self, number: int, field: str, value: Any) -> str:
        """Return a computed answer as a learner sees it, by the question's `show` if it has one."""
        if "show" not in self.raw:
            return _html.escape(markup.prose(value))
        entries = value if isinstance(value, tuple) else (value,)
        values = {str(position): entry for position, entry in enumerate(entries)}
        return self.line(number, f"{field} by `show`", self.raw["show"], values)

    def line(self, number: int, field: str, text: str, values: Mapping[str, Any]) -> str:
        return self.written(number, field, text, values, markup.line)

    def written(
        self, number: int, field: str, text: str, values: Mapping[str, Any], write: Any
    ) -> Any:
        try:
            return write(text.strip(), values)
        except ExpressionError as error:
            raise self.fail(
                f"{field} (variant {number})", error.expected, error.received
            ) from error
        except ValueError as error:  # a formula that does not convert
            raise self.fail(f"{field} (variant {number})", f"a text ({error})", text) from error

    def check_distinct(self, number: int, options: list[Option]) -> None:
        """Refuse two answers that a learner, or the marking, could not tell apart."""
        for option in options:
            if not _SILENT.sub("", option.label).strip():
                raise self.fail(
                    f"answers (variant {number})",
                    "words beside a formula, so that a screen reader has something to say",
                    option.label,
                )
        for (first, a), (second, b) in combinations(enumerate(options), 2):
            if a.label != b.label and not _coincide(a.value, b.value, self.tolerance):
                continue
            if self.raw["kind"] == "multiple":
                fields = f"options.{second + 1}", f"option {first + 1}"
            else:
                fields = (
                    f"distractors.{second}",
                    "the answer" if first == 0 else f"distractor {first}",
                )
            raise self.fail(
                f"{fields[0]} (variant {number})",
                f"something that differs from {fields[1]}",
                b.label if b.value is None else b.value,
            )


def _is_finite(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _coincide(a: Any, b: Any, tolerance: float) -> bool:
    """Whether two computed answers are one: numbers when their tolerances overlap."""
    if a is None or b is None:
        return False
    if _is_finite(a) and _is_finite(b):
        return math.isclose(a, b, rel_tol=1e-9, abs_tol=2 * tolerance)
    return bool(np.array_equal(np.asarray(a), np.asarray(b)))
