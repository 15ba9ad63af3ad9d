"""Searches for the smallest input on which a learner's function is wrong, and names the mistake."""

from __future__ import annotations

import copy
import functools
import random
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from cnncourse.check import answers, compare, inspection, runner
from cnncourse.check.answers import Verdict
from cnncourse.check.exercise import VALUES, Draw, Exercise, Wrong
from cnncourse.check.report import Result

_SIMPLER = 60  # fillings that are tried for the arrays of a failing input
_PROBES = 60  # inputs that tell one known mistake from another


class _Stop(BaseException):
    """Ends the search at once; Hypothesis would keep and shrink an ordinary exception."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.kind)
        self.verdict = verdict


def check(exercise: Exercise, function: Callable[..., Any], hint: int, seconds: float) -> Result:
    """Return what is wrong with `function`, on the smallest input found, or that nothing is."""
    if inspection.is_untouched(function):
        return answers.to_do(exercise, hint)
    problem = inspection.signature_problem(exercise, function)
    if problem:
        return answers.misfit(exercise, problem)
    trial = _Trial(exercise, function, seconds)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        worker = runner.work(trial.run, seconds)
    if trial.failed is None and not worker.finished:  # the call in progress resisted
        call = runner.Call("endless", stopped=worker.ended(0))
        trial.failed = Verdict(trial.case, call, _reference(exercise, trial.case), "endless")
    if trial.failed is None:
        return answers.passed(exercise, [verdict.case for verdict in trial.verdicts.values()])
    if trial.failed.call.error_type == "NotImplementedError":  # another way to write a stub
        return answers.to_do(exercise, hint)
    return answers.failed(exercise, trial.failed, trial.wrong, hint, seconds)


class _Trial:
    """All calls of one function that a check makes, each input once."""

    def __init__(self, exercise: Exercise, function: Callable[..., Any], seconds: float) -> None:
        self.exercise = exercise
        self.verdicts: dict[str, Verdict] = {}
        self.case: dict[str, Any] = {}  # of the latest call
        self.failed: Verdict | None = None
        self.wrong: Wrong | None = None
        self._function = function
        self._seconds = seconds
        self._spent = 0.0

    def run(self, worker: runner.Worker) -> None:
        """Set `failed` to the verdict on the smallest input that fails, `wrong` to its cause."""
        self._worker = worker
        self.failed = self._search()
        if self.failed is not None:
            self.wrong = self._recognise(self.failed)

    def _search(self) -> Verdict | None:
        try:
            for size, count in self.exercise.rounds:
                case = self._find(size, count, lambda case: self.judge(case).kind != "")
                if case is not None:
                    return self.judge(self._simplify(case))
        except _Stop as stop:
            return stop.verdict
        return None

    def judge(self, case: dict[str, Any]) -> Verdict:
        """Return the verdict on one input; raise `_Stop` where time is up."""
        key = _key(case)
        if key not in self.verdicts:
            self.verdicts[key] = self._judge(case)
        verdict = self.verdicts[key]
        if verdict.kind in ("endless", "slow"):
            raise _Stop(verdict)
        return verdict

    def _recognise(self, failed: Verdict) -> Wrong | None:
        """Return the known mistake that explains every failure seen, or None."""
        if failed.kind not in ("value", "shape", "type", "nan", "raised"):
            return None
        known = [wrong for wrong in self.exercise.wrong if self._explains(wrong, failed)]
        if not known:
            return None
        size = self.exercise.rounds[-1][0]
        try:
            # Tiny inputs make different mistakes look alike, so larger ones have to agree.
            self._find(size, _PROBES, lambda case: self.judge(case) is None)
            known = [w for w in known if all(self._explains(w, v) for v in self._failures())]
            while len(known) > 1:
                case = self._find(size, _PROBES, functools.partial(_differ, self.exercise, known))
                if case is None:
                    break
                verdict = self.judge(case)
                agreeing = [wrong for wrong in known if self._explains(wrong, verdict)]
                if not agreeing or len(agreeing) == len(known):
                    break
                known = agreeing
        except _Stop:
            return None
        seen = list(self.verdicts.values())
        return max(known, key=lambda w: sum(self._explains(w, v) for v in seen), default=None)

    def _failures(self) -> list[Verdict]:
        return [verdict for verdict in self.verdicts.values() if verdict.kind]

    def _explains(self, wrong: Wrong, verdict: Verdict) -> bool:
        return _alike(_outcome(self.exercise, wrong, verdict.case), verdict.call)

    def _judge(self, case: dict[str, Any]) -> Verdict:
        self.case = case
        expected = _reference(self.exercise, case)
        positional, keywords = self.exercise.split(copy.deepcopy(case))
        given = [*positional, *keywords.values()]
        started = time.monotonic()
        call = self._worker.call(self._function, positional, keywords)
        self._spent += time.monotonic() - started
        if call.how == "returned" and isinstance(call.value, (np.ndarray, list)):
            call.value = copy.deepcopy(call.value)  # the function may go on to change it
        kind, sentence = self._kind(call, case, given, expected)
        return Verdict(case, call, expected, kind, sentence)

    def _kind(
        self, call: runner.Call, case: dict[str, Any], given: list[Any], expected: Any
    ) -> tuple[str, str]:
        if call.how != "returned":
            return call.how, ""
        if self._spent > answers.PATIENCE * self._seconds:
            return "slow", ""
        positional, keywords = self.exercise.split(case)
        names = [*list(self.exercise.signature.parameters)[: len(positional)], *keywords]
        before = [*positional, *keywords.values()]
        changed = [
            f"`{name}`"
            for name, was, now in zip(names, before, given, strict=True)
            if not compare.same_input(was, now)
        ]
        if changed:
            return "changed", (
                f"It changed its argument {' and '.join(changed)} in place. Callers go on using "
                "what they passed in: work on a copy, or write into a new array."
            )
        return compare.fault(call.value, expected)

    def _find(
        self, size: int, count: int, condition: Callable[[dict[str, Any]], bool]
    ) -> dict[str, Any] | None:
        """Return the smallest of `count` inputs of a round that meets `condition`, or None."""
        return _find(lambda draw: self.exercise.inputs(Draw(draw, size)), count, condition, size)

    def _simplify(self, case: dict[str, Any]) -> dict[str, Any]:
        """Return an input like `case` that still fails, with the simplest numbers in its arrays."""

        def same_shapes(integers: Callable[[int, int], int]) -> dict[str, Any]:
            draw = Draw(integers, size=1)
            return {
                name: np.array(
                    [draw.choice(VALUES) for _ in range(value.size)], value.dtype
                ).reshape(value.shape)
                if isinstance(value, np.ndarray)
                else value
                for name, value in case.items()
            }

        if not any(isinstance(value, np.ndarray) for value in case.values()):
            return case
        kind = self.judge(case).kind
        try:
            simple = _find(same_shapes, _SIMPLER, lambda new: self.judge(new).kind == kind, seed=0)
        except _Stop:  # what is known already is worth more than that
            return case
        return case if simple is None else simple


def _find(
    build: Callable[[Callable[[int, int], int]], dict[str, Any]],
    count: int,
    condition: Callable[[dict[str, Any]], bool],
    seed: int,
) -> dict[str, Any] | None:
    """Let Hypothesis look for the smallest input that meets `condition`, the same in each run.

    `build` makes an input; the function that it is given draws an integer between two others.
    """
    import hypothesis  # half a second, so not before a check needs it
    from hypothesis import strategies as st

    @st.composite
    def cases(draw: Callable[..., Any]) -> dict[str, Any]:
        return build(lambda low, high: draw(st.integers(low, high)))

    settings = hypothesis.settings(
        max_examples=count,
        database=None,
        deadline=None,
        derandomize=True,
        phases=[hypothesis.Phase.generate, hypothesis.Phase.shrink],
    )
    try:
        return hypothesis.find(cases(), condition, settings=settings, random=random.Random(seed))
    except hypothesis.errors.NoSuchExample:
        return None


def _key(case: dict[str, Any]) -> str:
    return repr(
        [
            (name, (value.shape, value.tobytes()) if isinstance(value, np.ndarray) else value)
            for name, value in case.items()
        ]
    )


def _reference(exercise: Exercise, case: dict[str, Any]) -> Any:
    positional, keywords = exercise.split(case)
    return exercise.reference(*positional, **keywords)


def _outcome(exercise: Exercise, wrong: Wrong, case: dict[str, Any]) -> runner.Call:
    """Return what a known mistake does; it is our own code, so it needs no box."""
    positional, keywords = exercise.split(copy.deepcopy(case))
    try:
        return runner.Call("returned", value=wrong.version(*positional, **keywords))
    except Exception as error:
        return runner.Call("raised", error_type=type(error).__name__)


def _alike(first: runner.Call, second: runner.Call) -> bool:
    if first.how != second.how:
        return False
    if first.how == "raised":
        return first.error_type == second.error_type
    return compare.agree(first.value, second.value)


def _differ(exercise: Exercise, known: list[Wrong], case: dict[str, Any]) -> bool:
    outcomes = [_outcome(exercise, wrong, case) for wrong in known]
    return not all(_alike(outcomes[0], other) for other in outcomes[1:])
