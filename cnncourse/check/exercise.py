"""What an exercise declares: a reference, how to draw inputs, and the mistakes people make."""

from __future__ import annotations

import functools
import inspect
import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

# Hypothesis mixes constants that it finds in the user's own modules into the integers that it
# draws, so that the same check could end differently in two notebooks. No module holds numbers
# just above this one, which is why every draw happens there.
_OFFSET = 9_437_189
# What arrays hold, the simplest first; the halves show up answers that are cut to integers.
VALUES = (0.0, 1.0, -1.0, 2.0, -2.0, 3.0, -3.0, 0.5, -1.5, 2.5)


class Draw:
    """Source of random choices for one input; what is drawn first is made small first.

    Parameters
    ----------
    integers : callable
        ``integers(low, high)`` returns an integer within both, inclusive.
    size : int
        How large sides may be in the present round; it grows from round to round.
    """

    def __init__(self, integers: Callable[[int, int], int], size: int) -> None:
        self.size = size
        self._integers = integers

    def integer(self, low: int, high: int) -> int:
        """Return an integer from `low` to `high`, both included; `low` counts as smallest."""
        # Drawn even where there is no choice: the same number of draws, whatever came before,
        # is what lets one of them shrink while the others stay.
        return low + self._integers(_OFFSET, _OFFSET + max(high - low, 0)) - _OFFSET

    def signed(self, limit: int) -> int:
        """Return an integer from ``-limit`` to `limit`; those near zero count as smallest."""
        step = self.integer(0, 2 * limit)
        return (step + 1) // 2 * (1 if step % 2 else -1)

    def choice(self, options: Sequence[Any]) -> Any:
        """Return one of `options`; the first counts as smallest."""
        return options[self.integer(0, len(options) - 1)]

    def array(self, *shape: int) -> np.ndarray:
        """Return a float array of `shape` that holds some of `VALUES`."""
        # One draw for the whole array: its sides can then shrink without disturbing what follows.
        seed = self.integer(0, 255)
        values = random.Random(repr((seed, shape))).choices(VALUES, k=math.prod(shape))
        return np.array(values, dtype=float).reshape(shape)


@dataclass(frozen=True)
class Wrong:
    """A known mistake: its name, a function that makes it, and two hints, the second plainer.

    Parameters
    ----------
    name : str
        What went wrong in a few words, such as ``"bias forgotten"``.
    version : callable
        Has the signature of the exercise.
    hints : tuple of (str, str)
        The first points the way, the second nearly says it.
    """

    name: str
    version: Callable[..., Any]
    hints: tuple[str, str]


@dataclass(frozen=True)
class Exercise:
    """One exercise; declaring it is all that adding it takes.

    Parameters
    ----------
    name : str
        As in ``check.<name>``; also the name of the learner's function.
    task : str
        What the function has to return, in a sentence or two.
    objective : str
        Id of the objective that it trains.
    reference : callable
        The package's own function; its signature is the learner's.
    inputs : callable
        Takes a `Draw`, returns the arguments of one call by name. Arguments must be valid.
    wrong : tuple of Wrong
        Known mistakes; the first of two that can't be told apart is the one that is named.
    hints : tuple of (str, str)
        For answers that match no known mistake.
    leaves_out : tuple of str
        Optional parameters of the reference that the exercise does without.
    rounds : tuple of (size, inputs)
        How large inputs are and how many are tried, from small to large.
    """

    name: str
    task: str
    objective: str
    reference: Callable[..., Any]
    inputs: Callable[[Draw], dict[str, Any]]
    wrong: tuple[Wrong, ...]
    hints: tuple[str, str]
    leaves_out: tuple[str, ...] = ()
    rounds: tuple[tuple[int, int], ...] = ((2, 40), (4, 60), (6, 60))

    @functools.cached_property
    def signature(self) -> inspect.Signature:
        """The learner's signature: that of the reference, without annotations."""
        parameters = [
            parameter.replace(annotation=inspect.Parameter.empty)
            for name, parameter in inspect.signature(self.reference).parameters.items()
            if name not in self.leaves_out
        ]
        return inspect.Signature(parameters)

    def split(self, case: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
        """Return `case` as positional and keyword arguments, leaving defaults to the function."""
        positional, keywords = [], {}
        for name, parameter in self.signature.parameters.items():
            if parameter.default is inspect.Parameter.empty:
                positional.append(case[name])
            elif name in case and case[name] != parameter.default:
                keywords[name] = case[name]
        return positional, keywords
