"""Precision over recall, and its average in three conventions."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from cnncourse import _checks

METHODS = ("voc07", "voc10", "coco")
ELEVENTHS = np.arange(11) / 10
# pycocotools' own hundred and one levels, rounding and all: k / 100 differs from some of them.
HUNDREDTHS = np.linspace(0, 1, 101)


def average_precision(recall: ArrayLike, precision: ArrayLike, method: str = "coco") -> float:
    """Return the average precision of one class from its curve.

    All three conventions first replace each precision by the largest one at that recall or any
    beyond it. They differ in where they look.

    Parameters
    ----------
    recall : array_like of shape (N,)
        From 0 to 1, never falling: after the best detection, the best two, and so on.
    precision : array_like of shape (N,)
        From 0 to 1, at the same places.
    method : {"coco", "voc10", "voc07"}
        ``"voc07"`` averages the precision at 11 levels of recall, 0, 0.1 … 1; ``"coco"`` at 101
        levels, 0, 0.01 … 1; ``"voc10"`` takes the whole area below the curve.

    Returns
    -------
    float
        From 0 to 1. Without any detection (two empty arrays) 0. At levels of recall that are never
        reached, precision counts as 0.

    Raises
    ------
    ValueError
        If lengths differ, a number is out of its range or NaN, or recall falls.

    References
    ----------
    M. Everingham et al., "The Pascal Visual Object Classes (VOC) Challenge", IJCV 88, 2010,
    section 4.2. https://doi.org/10.1007/s11263-009-0275-4

    T.-Y. Lin et al., "Microsoft COCO: Common Objects in Context", ECCV 2014.
    https://doi.org/10.1007/978-3-319-10602-1_48

    Examples
    --------
    >>> recall, precision = [0.25, 0.25, 0.5, 0.75], [1.0, 0.5, 2 / 3, 0.75]
    >>> average_precision(recall, precision, "voc10")  # 0.25 * 1 + 0.5 * 0.75
    0.625
    >>> average_precision(recall, precision, "voc07")  # (3 * 1 + 5 * 0.75 + 3 * 0) / 11
    0.6136363636363636
    """
    recalls, precisions = _share("recall", recall), _share("precision", precision)
    _checks.choice("method", method, METHODS)
    if recalls.shape != precisions.shape:
        _checks.fail("precision", f"as many numbers as `recall` has, {recalls.size}", precisions)
    if (np.diff(recalls) < 0).any():
        _checks.fail("recall", "numbers that never fall", recalls.tolist())
    best = np.append(np.maximum.accumulate(precisions[::-1])[::-1], 0.0)
    if method == "voc10":
        return float((np.diff(recalls, prepend=0) * best[:-1]).sum())
    levels = ELEVENTHS if method == "voc07" else HUNDREDTHS
    return float(best[np.searchsorted(recalls, levels)].mean())


def _share(name: str, value: ArrayLike) -> np.ndarray:
    expected = "numbers from 0 to 1 on one axis"
    try:
        array = np.asarray(value)
    except ValueError:
        _checks.fail(name, expected, value)
    if array.ndim != 1 or (array.size and array.dtype.kind not in "fiu"):
        _checks.fail(name, expected, array if array.dtype.kind != "O" else value)
    array = array.astype(np.float64)
    if not ((array >= 0) & (array <= 1)).all():
        _checks.fail(name, expected, array.tolist())
    return array


def hits_needed(objects: np.ndarray) -> np.ndarray:
    """Return how many hits reach each of the `HUNDREDTHS`, an array of shape (…, 101).

    The smallest whole number n with ``n / objects >= level`` in floating point, but at least 1:
    that is where a search in the curve ends up. (The curve is highest from its first hit on.)
    """
    total = np.maximum(objects, 1)[..., None]
    needed = np.ceil(HUNDREDTHS * total)
    needed -= (needed - 1) / total >= HUNDREDTHS  # rounding may have gone past the whole number
    needed += needed / total < HUNDREDTHS
    return np.maximum(needed, 1).astype(np.int64)
