"""How boxes are written down, and their area."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from cnncourse import _checks
from cnncourse.boxes import _given

FORMATS = ("xyxy", "xywh", "cxcywh", "rel_xyxy", "rel_xywh", "rel_cxcywh")


def convert(
    boxes: ArrayLike, source: str, target: str, size: tuple[float, float] | None = None
) -> np.ndarray:
    """Write boxes down in another format.

    Parameters
    ----------
    boxes : array_like of shape (N, 4)
        Boxes in the format `source`.
    source, target : {"xyxy", "xywh", "cxcywh", "rel_xyxy", "rel_xywh", "rel_cxcywh"}
        ``xyxy`` is left, top, right, bottom (Pascal VOC), ``xywh`` left, top, width, height
        (COCO), ``cxcywh`` the centre and the size (YOLO). With ``rel_`` in front the numbers are
        shares of the image's width and height, from 0 to 1 where the box lies inside; without,
        they are pixels.
    size : (height, width), optional
        The image's. Needed between pixels and shares.

    Returns
    -------
    ndarray of shape (N, 4)
        The same boxes in the format `target`. There and back gives the first boxes again, but for
        the last digits of a float.

    Raises
    ------
    ValueError
        If a format is unknown, `size` is missing or below 1, or boxes are none (see above).

    Examples
    --------
    >>> convert([[10, 20, 50, 80]], "xyxy", "xywh")
    array([[10., 20., 40., 60.]])
    >>> convert([[10, 20, 50, 80]], "xyxy", "rel_cxcywh", size=(100, 200))
    array([[0.15, 0.5 , 0.2 , 0.6 ]])
    """
    source = _checks.choice("source", source, FORMATS)
    target = _checks.choice("target", target, FORMATS)
    kind, wanted = source.removeprefix("rel_"), target.removeprefix("rel_")
    given = _given.boxes("boxes", boxes, kind)
    sides = None if size is None else _given.size(size)
    first, second = given[:, :2], given[:, 2:]
    if (source == kind) != (target == wanted):
        if sides is None:
            _checks.fail("size", f"the image's (height, width) for {source} to {target}", size)
        if source == kind:
            first, second = first / sides, second / sides
        else:
            first, second = first * sides, second * sides
    if kind != wanted:
        if kind != "xywh":  # all ways lead over xywh
            first, second = (
                (first, second - first) if kind == "xyxy" else (first - second / 2, second)
            )
        if wanted == "xyxy":
            second = first + second
        elif wanted == "cxcywh":
            first = first + second / 2
    return np.concatenate([first, second], axis=1)


def area(boxes: ArrayLike) -> np.ndarray:
    """Return the area of every box.

    Parameters
    ----------
    boxes : array_like of shape (N, 4)
        ``xyxy``.

    Returns
    -------
    ndarray of shape (N,)
        In square pixels, or as shares of the image where the boxes are. 0 for a point or a line.

    Raises
    ------
    ValueError
        If boxes are none.

    Examples
    --------
    >>> area([[0, 0, 2, 3], [1, 1, 1, 5]])
    array([6., 0.])
    """
    corners = _given.boxes("boxes", boxes)
    return np.prod(corners[:, 2:] - corners[:, :2], axis=1)


def encode_sqrt(boxes: ArrayLike, size: tuple[float, float]) -> np.ndarray:
    """Write boxes as a network may learn them: relative centres and roots of relative sizes.

    A root makes the same error in pixels weigh more on a small box than on a large one.

    Parameters
    ----------
    boxes : array_like of shape (N, 4)
        ``xyxy`` in pixels.
    size : (height, width)
        The image's.

    Returns
    -------
    ndarray of shape (N, 4)
        Centre x and y, roots of width and height; all from 0 to 1 for boxes inside the image.

    Raises
    ------
    ValueError
        If boxes are none, or `size` is below 1.

    See Also
    --------
    decode_sqrt : its inverse.

    References
    ----------
    J. Redmon et al., "You Only Look Once: Unified, Real-Time Object Detection", CVPR 2016,
    section 2.2. https://doi.org/10.1109/CVPR.2016.91

    Examples
    --------
    >>> encode_sqrt([[0, 0, 50, 36]], size=(100, 200))
    array([[0.125, 0.18 , 0.5  , 0.6  ]])
    """
    values = convert(boxes, "xyxy", "rel_cxcywh", size)
    return np.concatenate([values[:, :2], np.sqrt(values[:, 2:])], axis=1)


def decode_sqrt(values: ArrayLike, size: tuple[float, float]) -> np.ndarray:
    """Return the boxes that `encode_sqrt` wrote down, or that a network predicts in that form.

    Parameters
    ----------
    values : array_like of shape (N, 4)
        Centre x and y, roots of width and height, relative to the image. A negative root, which
        an untrained network can predict, counts as 0: a box without area.
    size : (height, width)
        The image's.

    Returns
    -------
    ndarray of shape (N, 4)
        ``xyxy`` in pixels.

    Raises
    ------
    ValueError
        If values aren't finite, have another shape or lie beyond ±1e75, or `size` is below 1.

    Examples
    --------
    >>> decode_sqrt([[0.25, 0.5, 0.5, 0.5]], size=(100, 200))
    array([[25. , 37.5, 75. , 62.5]])
    """
    given = _given.numbers("values", values, "centre_x centre_y root_width root_height")
    _given.refuse_rows("values", "numbers from -1e+75 to 1e+75", given, np.abs(given) > 1e75)
    sides = np.maximum(given[:, 2:], 0) ** 2
    return convert(np.concatenate([given[:, :2], sides], axis=1), "rel_cxcywh", "xyxy", size)
