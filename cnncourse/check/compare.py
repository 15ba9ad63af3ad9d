"""Compares what a learner's function returned with what the reference returns."""

from __future__ import annotations

from typing import Any

import numpy as np

_TOLERANCE = 1e-5  # float32 answers are as good as float64 ones


def expected_kind(expected: Any) -> str:
    """Return what an answer has to be, in words."""
    if isinstance(expected, np.ndarray):
        return f"an array of shape {expected.shape}"
    if isinstance(expected, tuple):
        return f"a pair of integers, such as {expected}"
    return f"an integer, such as {expected}"


def fault(value: Any, expected: Any) -> tuple[str, str]:
    """Return what is wrong with `value` as a kind and a sentence; the kind is ``""`` if nothing is.

    Arrays may come as anything that NumPy turns into a numeric array (nested lists, tensors), pairs
    as tuples or lists, integers as Python's or NumPy's.

    Returns
    -------
    kind : {"", "type", "shape", "nan", "value"}
    sentence : str
    """
    if value is None or value is Ellipsis:
        return "type", (
            f"It returned {value}, which is no answer: is there a `return` on every path? "
            f"Expected {expected_kind(expected)}."
        )
    if isinstance(expected, np.ndarray):
        return _array_fault(value, expected)
    if isinstance(expected, tuple):
        if not isinstance(value, (tuple, list)) or len(value) != len(expected):
            return "type", f"It returned {_named(value)}; expected {expected_kind(expected)}."
        parts = list(zip(value, expected, strict=True))
    else:
        parts = [(value, expected)]
    for part, _ in parts:
        if not _is_integer(part):
            if isinstance(part, (float, np.floating)) and part != part:
                return "nan", "It returned NaN (not a number)."
            return "type", f"It returned {_named(part)}; expected {expected_kind(expected)}."
    return ("", "") if all(a == b for a, b in parts) else ("value", "")


def _array_fault(value: Any, expected: np.ndarray) -> tuple[str, str]:
    array = as_array(value)
    if array is None:
        return "type", (
            f"It returned {_named(value)}, which does not convert to an array of numbers; "
            f"expected {expected_kind(expected)}."
        )
    if array.shape != expected.shape:
        return "shape", (
            f"It returned an array of shape {array.shape}; expected shape {expected.shape}."
        )
    if np.isnan(array).any():
        return "nan", "What it returned holds NaN (not a number)."
    return ("", "") if _close(array, expected) else ("value", "")


def agree(first: Any, second: Any) -> bool:
    """Return whether two answers are one: same type (integer or not), shape and values."""
    a, b = as_array(first), as_array(second)
    if a is None or b is None:
        return first is second
    scalars = not (isinstance(first, np.ndarray) or isinstance(second, np.ndarray))
    if scalars and a.dtype.kind != b.dtype.kind:
        return False
    return a.shape == b.shape and _close(a, b)


def as_array(value: Any) -> np.ndarray | None:
    """Return `value` as an array of integers or floats, or None if it isn't one."""
    try:
        array = np.asarray(value)
    except Exception:  # ragged lists, and objects whose own conversion fails
        return None
    return array if array.dtype.kind in "iuf" else None


def same_input(before: Any, after: Any) -> bool:
    """Return whether an argument is what it was before the call."""
    if isinstance(before, np.ndarray):
        return before.shape == np.shape(after) and bool(np.array_equal(before, after))
    return bool(before == after)


def _close(a: np.ndarray, b: np.ndarray) -> bool:
    return bool(np.allclose(a, b, rtol=_TOLERANCE, atol=_TOLERANCE, equal_nan=True))


def _is_integer(value: Any) -> bool:
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)


def _named(value: Any) -> str:
    """Return `value` with its type, short enough for a sentence."""
    kind = type(value).__name__
    article = "an" if kind[0] in "aeiou" else "a"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape} and dtype {value.dtype}"
    if callable(value):  # its repr would hold an address
        return f"{article} {kind}"
    try:
        text = repr(value)
    except Exception:
        return f"{article} {kind}"
    if " at 0x" in text:
        return f"{article} {kind}"
    return f"{article} {kind}, {text if len(text) <= 60 else text[:57] + '...'}"
