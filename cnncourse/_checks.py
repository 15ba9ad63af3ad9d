"""Every argument check of the package, and its wording.

A failed check raises a ``ValueError`` that names the argument, what was expected and what came,
so that a learner can mend the call without reading our source.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable
from typing import Any, NoReturn

import numpy as np

PADDINGS = ("valid", "same")


def describe(value: Any) -> str:
    """Return `value` short enough for an error message; arrays show shape and dtype."""
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape} and dtype {value.dtype}"
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def fail(name: str, expected: str, received: Any) -> NoReturn:
    """Raise the ``ValueError`` of every failed check."""
    raise ValueError(
        f"Invalid value for argument `{name}`: expected {expected}; received {describe(received)}."
    )


def integer(name: str, value: Any, minimum: int | None = None) -> int:
    """Return `value` as an int; bools, floats (NaN too) and values below `minimum` fail."""
    expected = "an integer" if minimum is None else f"an integer of at least {minimum}"
    if isinstance(value, (bool, np.bool_)):
        fail(name, expected, value)
    try:
        number = operator.index(value)
    except TypeError:
        fail(name, expected, value)
    if minimum is not None and number < minimum:
        fail(name, expected, value)
    return number


def pair(name: str, value: Any, minimum: int | None = None) -> tuple[int, int]:
    """Return an integer or a pair of integers as ``(height, width)``."""
    if isinstance(value, (tuple, list)):
        if len(value) != 2:
            fail(name, "an integer or a pair (height, width)", value)
        return integer(name, value[0], minimum), integer(name, value[1], minimum)
    number = integer(name, value, minimum)
    return number, number


def choice(name: str, value: Any, choices: Iterable[str]) -> str:
    """Return `value` if it is one of `choices`."""
    allowed = tuple(choices)
    if not isinstance(value, str) or value not in allowed:
        fail(name, "one of " + ", ".join(repr(option) for option in allowed), value)
    return value


def flag(name: str, value: Any) -> bool:
    """Return `value` if it is True or False; 0, 1 and other truthy values fail."""
    if not isinstance(value, (bool, np.bool_)):
        fail(name, "True or False", value)
    return bool(value)


def padding(name: str, value: Any, words: tuple[str, ...] = PADDINGS) -> str | tuple[int, int]:
    """Return the padding of one axis: one of `words`, or ``(before, after)``."""
    expected = ", ".join(repr(word) for word in words)
    expected += " or a pair (before, after) of integers of at least 0"
    if isinstance(value, str) and value in words:
        return value
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        fail(name, expected, value)
    try:
        return integer(name, value[0], 0), integer(name, value[1], 0)
    except ValueError:
        fail(name, expected, value)


def padding_pair(name: str, value: Any) -> tuple[str | tuple[int, int], str | tuple[int, int]]:
    """Return the padding of two axes, height first.

    Both get the same word when `value` is ``"valid"`` or ``"same"``; otherwise `value` is
    ``((top, bottom), (left, right))``.
    """
    expected = "'valid', 'same' or ((top, bottom), (left, right)) of integers of at least 0"
    if isinstance(value, str) and value in PADDINGS:
        return value, value
    if (
        not isinstance(value, (tuple, list))
        or len(value) != 2
        or any(isinstance(side, str) for side in value)
    ):
        fail(name, expected, value)
    try:
        return padding(name, value[0]), padding(name, value[1])
    except ValueError:
        fail(name, expected, value)


def number(
    name: str, value: Any, minimum: float | None = None, maximum: float | None = None
) -> float:
    """Return `value` as a finite float within ``[minimum, maximum]``."""
    expected = "a finite number"
    if minimum is not None and maximum is not None:
        expected += f" between {minimum} and {maximum}"
    elif minimum is not None:
        expected += f" of at least {minimum}"
    elif maximum is not None:
        expected += f" of at most {maximum}"
    if isinstance(value, (bool, np.bool_, str)):
        fail(name, expected, value)
    try:
        result = float(value)
    except (TypeError, ValueError):
        fail(name, expected, value)
    if (
        not np.isfinite(result)
        or (minimum is not None and result < minimum)
        or (maximum is not None and result > maximum)
    ):
        fail(name, expected, value)
    return result


def gradient(value: Any, shape: tuple[int, ...], axes: str = "N H W C") -> np.ndarray:
    """Return the argument ``grad`` as `array` does, if it has the `shape` of an output."""
    grad = array("grad", value, axes)
    if grad.shape != shape:
        fail("grad", f"the shape of the output, {shape}", grad)
    return grad


def array(name: str, value: Any, axes: str) -> np.ndarray:
    """Return `value` as a numeric array whose axes are named by `axes`, such as ``"N H W C"``.

    Two layouts are offered as in ``"H W or H W C"``. Integers and bools become float64; floats
    keep their precision. A wrong rank, an empty array or a dtype that is not numeric fails. NaN
    and infinities pass: what they mean is the caller's decision.
    """
    layouts = [layout.split() for layout in axes.split(" or ")]
    expected = "a numeric array with " + " or ".join(
        f"{len(names)} axes ({', '.join(names)})" for names in layouts
    )
    expected += ", none of them empty"
    try:
        result = np.asarray(value)
    except ValueError:
        fail(name, expected, value)
    ranks = {len(names) for names in layouts}
    if result.dtype.kind not in "fiub" or result.ndim not in ranks or result.size == 0:
        fail(name, expected, result if result.dtype.kind != "O" else value)
    return result if result.dtype.kind == "f" else result.astype(np.float64)
