"""What counts as boxes, scores and an image size."""

from __future__ import annotations

from typing import Any

import numpy as np

from cnncourse import _checks

LARGEST = 1e150  # the square of a difference still fits into float64


def numbers(name: str, value: Any, columns: str = "") -> np.ndarray:
    """Return finite float64 of shape (N,), or (N, K) where `columns` names K of them."""
    names = columns.split()
    shape = f"(N, {len(names)}): {', '.join(names)}" if names else "(N,)"
    expected = f"finite numbers of shape {shape}"
    try:
        array = np.asarray(value)
    except ValueError:
        _checks.fail(name, expected, value)
    if array.shape == (0,):  # an empty list
        array = np.zeros((0, len(names)) if names else 0)
    if array.dtype.kind not in "fiu" or array.shape[1:] != ((len(names),) if names else ()):
        _checks.fail(name, expected, array if array.dtype.kind != "O" else value)
    array = array.astype(np.float64)
    refuse_rows(name, expected, array, ~np.isfinite(array))
    return array


def refuse_rows(name: str, expected: str, array: np.ndarray, bad: np.ndarray) -> None:
    """Fail with the first row of `array` that has something `bad`."""
    rows = np.flatnonzero(bad.any(axis=1) if bad.ndim > 1 else bad)
    if rows.size:
        row = int(rows[0])
        _checks.fail(name, expected, _Row(row, array[row].tolist()))


class _Row:
    def __init__(self, row: int, values: Any):
        self.row, self.values = row, values

    def __repr__(self) -> str:
        return f"{self.values} in row {self.row}"


def boxes(name: str, value: Any, box_format: str = "xyxy") -> np.ndarray:
    """Return boxes in `box_format` as float64 of shape (N, 4), each of them a possible one."""
    columns = {"xyxy": "left top right bottom", "xywh": "left top width height"}.get(
        box_format, "centre_x centre_y width height"
    )
    array = numbers(name, value, columns)
    expected = f"coordinates from {-LARGEST:g} to {LARGEST:g}"
    refuse_rows(name, expected, array, np.abs(array) > LARGEST)
    if box_format == "xyxy":
        expected, bad = "boxes with left <= right and top <= bottom", array[:, :2] > array[:, 2:]
    else:
        expected, bad = "boxes with a width and a height of at least 0", array[:, 2:] < 0
    refuse_rows(name, expected, array, bad)
    return array


def scores(name: str, value: Any, count: int) -> np.ndarray:
    """Return one finite float64 a box."""
    array = numbers(name, value)
    if len(array) != count:
        _checks.fail(name, f"one number for each of the {count} boxes", array)
    return array


def size(value: Any) -> np.ndarray:
    """Return the size of an image, given as (height, width), as ``[width, height]``."""
    if not isinstance(value, (tuple, list, np.ndarray)) or len(value) != 2:
        _checks.fail("size", "the image's (height, width)", value)
    height, width = (_checks.number("size", side, 1, LARGEST) for side in value)
    return np.array([width, height])
