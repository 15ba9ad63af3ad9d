"""Of boxes that show the same object, keep the best: non-maximum suppression, hard and soft."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from cnncourse import _checks
from cnncourse.boxes import _given
from cnncourse.boxes._overlap import iou

BLOCK = 128  # boxes that are settled at a time


def nms(
    boxes: ArrayLike,
    scores: ArrayLike,
    iou_threshold: float,
    classes: ArrayLike | None = None,
) -> np.ndarray:
    """Keep a box unless it overlaps too much with one that is kept and scores higher.

    Parameters
    ----------
    boxes : array_like of shape (N, 4)
        ``xyxy``.
    scores : array_like of shape (N,)
        Of equal scores the earlier box counts as the higher one.
    iou_threshold : float
        From 0 to 1. A box goes when its IoU with a kept one is *above* it, not when it is equal.
    classes : array_like of int, shape (N,), optional
        Boxes of different classes leave each other alone.

    Returns
    -------
    ndarray of int64
        Indices of the boxes that are kept, by falling score.

    Raises
    ------
    ValueError
        If boxes are none, scores aren't finite, or numbers don't agree.

    Examples
    --------
    >>> boxes = [[0, 0, 4, 4], [0, 0, 4, 3], [5, 5, 9, 9]]
    >>> nms(boxes, [0.6, 0.9, 0.3], iou_threshold=0.5)
    array([1, 2])
    >>> nms(boxes, [0.6, 0.9, 0.3], iou_threshold=0.5, classes=[0, 1, 1])
    array([1, 0, 2])
    """
    given = _given.boxes("boxes", boxes)
    values = _given.scores("scores", scores, len(given))
    threshold = _checks.number("iou_threshold", iou_threshold, 0, 1)
    order = np.argsort(-values, kind="stable")
    if classes is None:
        return _keep(given, order, threshold)
    groups = _given.scores("classes", classes, len(given))
    kept = [_keep(given, order[groups[order] == one], threshold) for one in np.unique(groups)]
    chosen = np.zeros(len(given), bool)
    chosen[np.concatenate([np.zeros(0, np.int64), *kept])] = True
    return order[chosen[order]]


def _keep(boxes: np.ndarray, order: np.ndarray, threshold: float) -> np.ndarray:
    """Settle the best `BLOCK` boxes among themselves, drop what they suppress, and go on."""
    kept = [np.zeros(0, np.int64)]
    while len(order):
        block, order = order[:BLOCK], order[BLOCK:]
        suppresses = np.triu(iou(boxes[block], boxes[block]) > threshold, 1)
        alive = np.ones(len(block), bool)
        for row in range(len(block)):  # a box that has gone suppresses nobody
            if alive[row]:
                alive &= ~suppresses[row]
        kept.append(block[alive])
        if len(order):
            order = order[~(iou(boxes[kept[-1]], boxes[order]) > threshold).any(axis=0)]
    return np.concatenate(kept)


def soft_nms(
    boxes: ArrayLike,
    scores: ArrayLike,
    sigma: float = 0.5,
    score_threshold: float = 0.001,
    iou_threshold: float | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Lower the score of boxes that overlap with a better one, instead of dropping them.

    Parameters
    ----------
    boxes : array_like of shape (N, 4)
        ``xyxy``.
    scores : array_like of shape (N,)
        At least 0.
    sigma : float
        Above 0. Each score is multiplied by ``exp(-iou² / sigma)`` for every better box.
    score_threshold : float
        Boxes whose score is not above it are left out, at least 0.
    iou_threshold : float, optional
        From 0 to 1. If given, the linear form is used in place of the exponential one: a score
        is multiplied by ``1 - iou`` where the IoU is at least this, `sigma` doesn't matter.

    Returns
    -------
    indices : ndarray of int64
        Boxes in the order in which they are chosen, which is that of the falling new scores.
    scores : ndarray of float64
        Their new scores.

    Raises
    ------
    ValueError
        If boxes are none, or a number is out of its range.

    References
    ----------
    N. Bodla et al., "Soft-NMS: Improving Object Detection With One Line of Code", ICCV 2017.
    https://doi.org/10.1109/ICCV.2017.593

    Examples
    --------
    >>> indices, scores = soft_nms([[0, 0, 4, 4], [0, 0, 4, 3], [5, 5, 9, 9]], [0.6, 0.9, 0.3])
    >>> indices, scores.round(3)
    (array([1, 2, 0]), array([0.9  , 0.3  , 0.195]))
    """
    given = _given.boxes("boxes", boxes)
    values = _given.scores("scores", scores, len(given))
    _given.refuse_rows("scores", "numbers of at least 0", values, values < 0)
    if _checks.number("sigma", sigma) <= 0:
        _checks.fail("sigma", "a number above 0", sigma)
    lowest = _checks.number("score_threshold", score_threshold, 0)
    linear = iou_threshold is not None
    threshold = _checks.number("iou_threshold", iou_threshold, 0, 1) if linear else 0.0
    left = np.flatnonzero(values > lowest)
    indices, new = [], []
    while len(left):
        best = left[np.argmax(values[left])]  # the first of equals
        indices.append(best)
        new.append(values[best])
        left = left[left != best]
        overlap = iou(given[[best]], given[left])[0]
        if linear:
            values[left] *= np.where(overlap >= threshold, 1 - overlap, 1)
        else:
            values[left] *= np.exp(-(overlap**2) / sigma)
        left = left[values[left] > lowest]
    return np.array(indices, np.int64), np.array(new, np.float64)
