"""Exercises that answer a wrong solution with the smallest input on which it fails.

``check.<name>(your_function)`` tries your function against the course's own, from small inputs to
larger ones. `names` lists the exercises; each takes the same arguments:

function : callable
    Yours, with the signature of the exercise.
hint : int
    0, 1 or 2: how much to give away.
seconds : float
    How long one call of your function may take.

Examples
--------
>>> from cnncourse import check
>>> check.conv_output_size(lambda size, kernel, stride=1, padding="valid", dilation=1: size).kind
'value'
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from cnncourse import _checks
from cnncourse.check import (
    chapter_01,
    chapter_02,
    chapter_03,
    chapter_04,
    chapter_05,
    chapter_06,
    chapter_07,
    chapter_08,
    chapter_09,
    chapter_10,
    chapter_11,
    chapter_12,
    chapter_13,
    chapter_14,
    engine,
)
from cnncourse.check.exercise import Draw, Exercise, Wrong
from cnncourse.check.report import Result

__all__ = ["EXERCISES", "Checker", "Draw", "Exercise", "Result", "Wrong", "names"]


class Checker:
    """Checks functions against one exercise.

    Parameters
    ----------
    exercise : Exercise
        Its declaration.
    """

    def __init__(self, exercise: Exercise) -> None:
        self.exercise = exercise
        self.__doc__ = f"{exercise.task}\n\nSignature: {exercise.name}{exercise.signature}"

    def __call__(self, function: Callable[..., Any], hint: int = 0, seconds: float = 5.0) -> Result:
        """Check `function`.

        Parameters
        ----------
        function : callable
            The learner's solution, with the signature of the exercise. It may do anything: what it
            raises, prints or never finishes ends up in the report.
        hint : int
            0 names a known mistake, 1 and 2 say ever more about the way out.
        seconds : float
            How long one call may take, from 0.05 on. It is not waited for beyond.

        Returns
        -------
        Result
            Whether it passed, and the report.

        Raises
        ------
        ValueError
            If `function` can't be called, or `hint` or `seconds` is out of its range.
        """
        if not callable(function):
            _checks.fail("function", f"your function {self.exercise.name}, without ()", function)
        if _checks.integer("hint", hint, 0) > 2:
            _checks.fail("hint", "0, 1 or 2", hint)
        seconds = _checks.number("seconds", seconds, 0.05)
        return engine.check(self.exercise, function, int(hint), seconds)

    def __repr__(self) -> str:
        return f"<check.{self.exercise.name}: {self.exercise.task}>"


_CHAPTERS = (
    chapter_01,
    chapter_02,
    chapter_03,
    chapter_04,
    chapter_05,
    chapter_06,
    chapter_07,
    chapter_08,
    chapter_09,
    chapter_10,
    chapter_11,
    chapter_12,
    chapter_13,
    chapter_14,
)
EXERCISES: Mapping[str, Checker] = MappingProxyType(
    {exercise.name: Checker(exercise) for chapter in _CHAPTERS for exercise in chapter.EXERCISES}
)


def names() -> tuple[str, ...]:
    """Return the names of all exercises, in the order of the course."""
    return tuple(EXERCISES)


def __getattr__(name: str) -> Checker:
    if name in EXERCISES:
        return EXERCISES[name]
    raise AttributeError(f"There is no exercise {name!r}; there are: {', '.join(EXERCISES)}.")


def __dir__() -> list[str]:
    return sorted({*globals(), *EXERCISES})
