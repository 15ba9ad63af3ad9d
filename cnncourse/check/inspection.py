"""Looks at a learner's function without calling it."""

from __future__ import annotations

import dis
import inspect
from collections.abc import Callable
from typing import Any

from cnncourse.check import runner
from cnncourse.check.exercise import Exercise

_IDLE = {"RESUME", "NOP", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST", "POP_TOP", "COPY_FREE_VARS"}


def is_untouched(function: Callable[..., Any]) -> bool:
    """Return whether `function` has no statement that does anything, as ``...`` and ``pass``."""
    code = getattr(runner.plain(function), "__code__", None)
    if code is None:
        return False
    instructions = list(dis.get_instructions(code))
    constants = [i.argval for i in instructions if i.opname in ("LOAD_CONST", "RETURN_CONST")]
    idle = all(instruction.opname in _IDLE for instruction in instructions)
    return idle and all(value is None or value is Ellipsis for value in constants)


def signature_problem(exercise: Exercise, function: Callable[..., Any]) -> str:
    """Return in a sentence why `function` can't be called as the exercise is, or ``""``."""
    try:
        theirs = inspect.signature(function)
    except (TypeError, ValueError):  # some built-in functions have none
        return ""
    positional: list[str] = []
    keywords: dict[str, None] = {}
    for name, parameter in exercise.signature.parameters.items():
        if parameter.default is inspect.Parameter.empty:
            positional.append(name)
        else:
            keywords[name] = None
    try:
        theirs.bind(*positional, **keywords)
        theirs.bind(*positional)
    except TypeError as error:
        bare = inspect.Signature(
            [p.replace(annotation=inspect.Parameter.empty) for p in theirs.parameters.values()]
        )
        return (
            f"It has to be callable as {exercise.name}{exercise.signature}; yours takes "
            f"{bare} ({error})."
        )
    return ""
