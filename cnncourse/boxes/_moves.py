"""What happens to boxes when their image is clipped, mirrored or cropped."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from cnncourse import _checks
from cnncourse.boxes import _given


def clip(boxes: ArrayLike, size: tuple[float, float]) -> np.ndarray:
    """Cut off what lies outside the image.

    Parameters
    ----------
    boxes : array_like of shape (N, 4)
        ``xyxy`` in pixels.
    size : (height, width)
        The image's.

    Returns
    -------
    ndarray of shape (N, 4)
        A box wholly outside becomes a line or a point on the edge nearest to it: area 0.

    Raises
    ------
    ValueError
        If boxes are none, or `size` is below 1.

    Examples
    --------
    >>> clip([[-5, 10, 30, 40], [50, 0, 60, 9]], size=(32, 48))
    array([[ 0., 10., 30., 32.],
           [48.,  0., 48.,  9.]])
    """
    corners = _given.boxes("boxes", boxes)
    return np.clip(corners, 0, np.tile(_given.size(size), 2))


def flip(boxes: ArrayLike, size: tuple[float, float], direction: str = "horizontal") -> np.ndarray:
    """Move boxes as a mirror moves their image.

    Parameters
    ----------
    boxes : array_like of shape (N, 4)
        ``xyxy`` in pixels.
    size : (height, width)
        The image's.
    direction : {"horizontal", "vertical"}
        Left and right change places, or top and bottom.

    Returns
    -------
    ndarray of shape (N, 4)
        Flipped twice, boxes are back where they were.

    Raises
    ------
    ValueError
        If boxes are none, or an argument is unknown or out of range.

    Examples
    --------
    >>> flip([[0, 5, 10, 20]], size=(32, 48))
    array([[38.,  5., 48., 20.]])
    """
    corners = _given.boxes("boxes", boxes)
    width, height = _given.size(size)
    left, top, right, bottom = corners.T
    if _checks.choice("direction", direction, ("horizontal", "vertical")) == "horizontal":
        return np.stack([width - right, top, width - left, bottom], axis=1)
    return np.stack([left, height - bottom, right, height - top], axis=1)


def crop(
    boxes: ArrayLike, window: ArrayLike, min_visible: float = 0.0
) -> tuple[np.ndarray, np.ndarray]:
    """Carry boxes into a part that is cut out of their image.

    Parameters
    ----------
    boxes : array_like of shape (N, 4)
        ``xyxy`` in pixels.
    window : array_like of shape (4,)
        The part, ``xyxy`` in pixels, with an area.
    min_visible : float
        From 0 to 1: the share of a box's area that has to be left of it.

    Returns
    -------
    boxes : ndarray of shape (K, 4)
        ``xyxy`` in pixels of the part, cut off at its edges.
    kept : ndarray of int64, shape (K,)
        Which boxes these are: use it to carry labels along. Dropped are boxes with less than
        `min_visible` or nothing in sight, and boxes that had no area before.

    Raises
    ------
    ValueError
        If boxes are none, the window has no area, or `min_visible` is out of range.

    Examples
    --------
    >>> crop([[0, 0, 10, 10], [8, 4, 20, 12], [30, 30, 40, 40]], window=[4, 2, 16, 18])
    (array([[ 0.,  0.,  6.,  8.],
           [ 4.,  2., 12., 10.]]), array([0, 1]))
    >>> crop([[0, 0, 10, 10], [8, 4, 20, 12]], window=[4, 2, 16, 18], min_visible=0.5)[1]
    array([1])
    """
    corners = _given.boxes("boxes", boxes)
    part = _given.boxes("window", np.asarray(window)[None])[0]
    smallest = _checks.number("min_visible", min_visible, 0, 1)
    sides = part[2:] - part[:2]
    if not sides.all():
        _checks.fail("window", "a part with an area", window)
    moved = np.clip(corners - np.tile(part[:2], 2), 0, np.tile(sides, 2))
    before, after = (np.prod(each[:, 2:] - each[:, :2], axis=1) for each in (corners, moved))
    kept = np.flatnonzero((after > 0) & (after >= smallest * before))
    return moved[kept], kept
