"""How much two boxes overlap, and how far apart they are where they don't."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from cnncourse import _checks
from cnncourse.boxes import _given


def iou(a: ArrayLike, b: ArrayLike, paired: bool = False) -> np.ndarray:
    """Return the intersection over union of every box in `a` with every box in `b`.

    Parameters
    ----------
    a : array_like of shape (N, 4)
        ``xyxy``.
    b : array_like of shape (M, 4)
        ``xyxy``, in the same unit.
    paired : bool
        Compare only ``a[i]`` with ``b[i]``; both have to be equally many.

    Returns
    -------
    ndarray of shape (N, M), or (N,) if `paired`
        From 0 (apart, or touching) to 1 (the same box). 0 where a box has no area.

    Raises
    ------
    ValueError
        If boxes are none, or their numbers differ where they have to be equal.

    References
    ----------
    P. Jaccard, "The distribution of the flora in the alpine zone", New Phytologist 11, 1912.
    https://doi.org/10.1111/j.1469-8137.1912.tb05611.x

    Examples
    --------
    >>> iou([[0, 0, 2, 2]], [[1, 1, 3, 3], [0, 0, 2, 1]])  # 1/7 and 1/2
    array([[0.14285714, 0.5       ]])
    """
    return _iou(*_spread(a, b, paired))


def intersection(a: ArrayLike, b: ArrayLike, paired: bool = False) -> np.ndarray:
    """Return the area that every box in `a` shares with every box in `b`.

    Parameters, shapes and errors are those of `iou`.

    Examples
    --------
    >>> intersection([[0, 0, 2, 2]], [[1, 1, 3, 3], [2, 0, 4, 2]])
    array([[1., 0.]])
    """
    return _shared(*_spread(a, b, paired))


def giou(a: ArrayLike, b: ArrayLike, paired: bool = False) -> np.ndarray:
    """Return the generalised IoU: IoU minus the share of the hull that neither box fills.

    It tells boxes that are far apart from boxes that are close, where IoU is 0 for both.

    Parameters
    ----------
    a, b, paired
        As in `iou`.

    Returns
    -------
    ndarray of shape (N, M), or (N,) if `paired`
        From -1 to 1, never above IoU. Where the hull of two boxes has no area (two
        points on one line), nothing of it is left unfilled: 0.

    Raises
    ------
    ValueError
        As `iou`.

    References
    ----------
    H. Rezatofighi et al., "Generalized Intersection over Union", CVPR 2019, algorithm 1.
    https://doi.org/10.1109/CVPR.2019.00075

    Examples
    --------
    >>> giou([[0, 0, 1, 1]], [[1, 0, 2, 1], [3, 0, 4, 1]])  # touching, and far apart
    array([[ 0. , -0.5]])
    """
    a, b = _spread(a, b, paired)
    shared = _shared(a, b)
    union = _areas(a) + _areas(b) - shared
    hull = np.prod(_hull_sides(a, b), axis=-1)
    return _ratio(shared, union) - _ratio(np.maximum(hull - union, 0), hull)


def diou(a: ArrayLike, b: ArrayLike, paired: bool = False) -> np.ndarray:
    """Return the distance IoU: IoU minus the squared distance of the centres, as a share.

    Parameters
    ----------
    a, b, paired
        As in `iou`.

    Returns
    -------
    ndarray of shape (N, M), or (N,) if `paired`
        From -1 to 1. The distance is divided by the diagonal of the hull, both squared;
        where the hull is one point, the distance is 0.

    Raises
    ------
    ValueError
        As `iou`.

    References
    ----------
    Z. Zheng et al., "Distance-IoU Loss: Faster and Better Learning for Bounding Box Regression",
    AAAI 2020, equation 7. https://doi.org/10.1609/aaai.v34i07.6999

    Examples
    --------
    >>> diou([[0, 0, 2, 2]], [[0, 0, 2, 2], [2, 0, 4, 2]])  # 0 - 4 / 20
    array([[ 1. , -0.2]])
    """
    a, b = _spread(a, b, paired)
    return _iou(a, b) - _distance(a, b)


def ciou(a: ArrayLike, b: ArrayLike, paired: bool = False) -> np.ndarray:
    """Return the complete IoU: `diou` minus a term for unequal aspect ratios.

    Parameters
    ----------
    a, b, paired
        As in `iou`.

    Returns
    -------
    ndarray of shape (N, M), or (N,) if `paired`
        Never above `diou`. The term is ``v² / (1 - iou + v)``, where v is ``4 / π²`` times the
        squared difference of the angles ``arctan(width / height)``; a point counts as a square.

    Raises
    ------
    ValueError
        As `iou`.

    References
    ----------
    Z. Zheng et al., AAAI 2020, equations 8 to 11. https://doi.org/10.1609/aaai.v34i07.6999

    Examples
    --------
    >>> ciou([[0, 0, 2, 2]], [[0, 0, 2, 2], [0, 0, 2, 1]]).round(4)
    array([[1.    , 0.4655]])
    """
    a, b = _spread(a, b, paired)
    overlap = _iou(a, b)
    v = 4 / np.pi**2 * (_angles(a) - _angles(b)) ** 2
    return overlap - _distance(a, b) - _ratio(v**2, 1 - overlap + v)


def _spread(a: ArrayLike, b: ArrayLike, paired: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return both as arrays that NumPy broadcasts against each other, coordinates last."""
    first, second = _given.boxes("a", a), _given.boxes("b", b)
    if _checks.flag("paired", paired):
        if len(first) != len(second):
            _checks.fail("b", f"{len(first)} boxes, one for each in `a`", second)
        return first, second
    return first[:, None], second[None]


def _shared(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    sides = np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2])
    return np.prod(np.maximum(sides, 0), axis=-1)


def _iou(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    shared = _shared(a, b)
    return _ratio(shared, _areas(a) + _areas(b) - shared)


def _areas(boxes: np.ndarray) -> np.ndarray:
    return np.prod(boxes[..., 2:] - boxes[..., :2], axis=-1)


def _hull_sides(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.maximum(a[..., 2:], b[..., 2:]) - np.minimum(a[..., :2], b[..., :2])


def _distance(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return the distance of the centres over the diagonal of the hull, both squared."""
    apart = (a[..., :2] + a[..., 2:] - b[..., :2] - b[..., 2:]) / 2
    return _ratio((apart**2).sum(-1), (_hull_sides(a, b) ** 2).sum(-1))


def _angles(boxes: np.ndarray) -> np.ndarray:
    width, height = np.moveaxis(boxes[..., 2:] - boxes[..., :2], -1, 0)
    return np.where((width == 0) & (height == 0), np.pi / 4, np.arctan2(width, height))


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Return ``part / whole``, and 0 where there is no whole."""
    return np.divide(part, whole, out=np.zeros(np.broadcast(part, whole).shape), where=whole > 0)
