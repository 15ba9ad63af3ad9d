"""What a check says in each case that can come up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cnncourse.check import report, runner
from cnncourse.check.exercise import Exercise, Wrong
from cnncourse.check.report import Code, Result

PATIENCE = 6  # all calls together may take this many times the seconds of one


@dataclass(frozen=True)
class Verdict:
    """How one call compares with the reference; `kind` is ``""`` where they agree."""

    case: dict[str, Any]
    call: runner.Call
    expected: Any
    kind: str
    sentence: str = ""


def to_do(exercise: Exercise, hint: int) -> Result:
    """Return the report on an untouched stub."""
    body = [
        exercise.task,
        f"Write the body of {exercise.name}{exercise.signature} in place of `...` and run the "
        "cell again.",
        *_hints(exercise.hints, hint),
        _invitation(exercise, hint),
    ]
    return report.result(exercise, "to do", "To do", body)


def misfit(exercise: Exercise, problem: str) -> Result:
    """Return the report on a function that can't be called as it has to be."""
    return report.result(exercise, "signature", "Not yet", [problem, exercise.task])


def passed(exercise: Exercise, cases: list[dict[str, Any]]) -> Result:
    """Return the report on a function that is right on all `cases`."""
    body = [
        f"{len(cases)} inputs, from the smallest up: each time what the course's own "
        f"{exercise.reference.__name__} gives.",
        f"Tried: {report.ranges(cases)}.",
    ]
    return report.result(exercise, "passed", "Passed", body)


def failed(
    exercise: Exercise, verdict: Verdict, wrong: Wrong | None, hint: int, seconds: float
) -> Result:
    """Return the report on the smallest input that failed, and on what probably went wrong."""
    call = verdict.call
    body: list[str | Code] = []
    if call.how == "raised":
        where, _, source = call.line.partition(": ")
        body.append(f"Your code raised an exception{' in ' if where else ''}{where}:")
        body.append(Code(f"{source}\n{call.error}".strip()))
    elif call.how == "endless":
        body.append(
            f"Stopped after {seconds:g} seconds: your function had not returned. Is there a loop "
            "whose condition never becomes false?"
        )
        if not call.stopped:
            body.append("It could not be ended and still runs: restart the kernel to be rid of it.")
    elif verdict.kind == "slow":
        body.append(
            f"Stopped: all calls together took more than {PATIENCE * seconds:g} seconds, although "
            "the inputs are small. The answers so far were right, but something takes far too long."
        )
    body.append(verdict.sentence)
    body += [
        "The smallest input found on which it fails:",
        report.show_call(exercise, verdict.case),
    ]
    body += ["Expected:", report.show_answer(verdict.expected)]
    if call.how == "returned" and verdict.kind in ("value", "shape", "type", "nan"):
        body += ["Yours:", report.show_answer(call.value)]
    if call.printed.strip():
        body += ["It printed:", Code(call.printed.strip())]
    if wrong is not None:
        body.append(f"This looks like a known mix-up: {wrong.name}.")
    if verdict.kind in ("value", "shape", "type", "nan", "raised", "endless"):
        body += _hints(wrong.hints if wrong else exercise.hints, hint)
        body.append(_invitation(exercise, hint))
    return report.result(
        exercise,
        verdict.kind,
        "Not yet",
        body,
        misconception=wrong.name if wrong else "",
        counterexample=verdict.case,
    )


def _hints(hints: tuple[str, str], level: int) -> list[str]:
    return [f"Hint {number}: {text}" for number, text in enumerate(hints[:level], 1)]


def _invitation(exercise: Exercise, level: int) -> str:
    if level >= 2:
        return ""
    more = "a hint" if level == 0 else "a plainer one"
    return f"For {more}: check.{exercise.name}({exercise.name}, hint={level + 1})"
