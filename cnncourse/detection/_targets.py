"""Boxes written down on a map of cells, and read back from it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from cnncourse import _checks, boxes

STRIDE = 4  # pixels from one cell to the next
WIDTH = 0.12  # of a hill of heat, as a share of the box: its standard deviation
FOOT = 0.02  # lower heat is none
TAUGHT = 0.2  # from this heat on, a cell is also taught the box
SIDES = 4


class Found(NamedTuple):
    """What a detector reports for one image, the best score first."""

    boxes: np.ndarray
    labels: np.ndarray
    scores: np.ndarray


def encode(
    boxes_of: Sequence[ArrayLike],
    labels_of: Sequence[ArrayLike],
    classes: int,
    size: tuple[int, int],
) -> np.ndarray:
    """Write boxes down as a map of hills at their centres, and of distances to their sides.

    Parameters
    ----------
    boxes_of : sequence of N array_like, each of shape (K, 4)
        The boxes of each image, ``xyxy`` in pixels. Boxes without area are left out.
    labels_of : sequence of N array_like of int, each of shape (K,)
        Classes from 0 to ``classes - 1``.
    classes : int
        At least 1.
    size : (height, width)
        The images', multiples of `STRIDE`.

    Returns
    -------
    ndarray of float32, shape (N, height / 4, width / 4, classes + 5)
        First one map of heat a class: 1 at the cell that holds a centre, falling as a Gaussian
        whose width and height are 0.12 of the box's. Then four distances, from the middle of the
        cell to the left, top, right and bottom side of the box, as shares of the image's width or
        height; where hills overlap they are those of the higher one, and of the smaller box where
        both are as high. Last the weight of these distances, that hill's height; it is 0 below
        0.2, where nobody has to know them. The middle of a cell can lie outside a box that is
        smaller than a cell: its distance there is 0.

    Raises
    ------
    ValueError
        If boxes are none, labels don't agree with them, or `size` isn't a multiple of `STRIDE`.

    References
    ----------
    X. Zhou, D. Wang and P. Krähenbühl, "Objects as Points", 2019, arXiv:1904.07850 (centres as
    hills); Z. Liu et al., "Training-Time-Friendly Network for Real-Time Object Detection", AAAI
    2020, arXiv:1909.00700 (hills in the box's proportions, that weigh what is taught beside the
    centre); Z. Tian et al., "FCOS: Fully Convolutional One-Stage Object Detection", ICCV 2019,
    arXiv:1904.01355 (distances to four sides).

    Examples
    --------
    >>> target = encode([[[8, 4, 40, 28]]], [[1]], classes=2, size=(32, 48))
    >>> target[0, 4, 6].round(3)  # the centre, 24 px across and 16 down, is in row 4, column 6
    array([0.   , 1.   , 0.375, 0.438, 0.292, 0.312, 1.   ], dtype=float32)
    """
    classes = _checks.integer("classes", classes, 1)
    height, width = _size(size)
    if len(boxes_of) != len(labels_of):
        _checks.fail("labels_of", f"labels for each of {len(boxes_of)} images", labels_of)
    rows, columns = height // STRIDE, width // STRIDE
    target = np.zeros((len(boxes_of), rows, columns, classes + SIDES + 1), np.float32)
    # The middles of the cells, in pixels.
    across = (np.arange(columns) + 0.5) * STRIDE
    down = ((np.arange(rows) + 0.5) * STRIDE)[:, None]
    for image, (given, labels) in enumerate(zip(boxes_of, labels_of, strict=True)):
        corners = boxes.clip(given, (height, width))
        areas = boxes.area(corners)
        names = _labels(labels, len(corners), classes)
        # The largest first: of two hills that are as high in a cell, the smaller box's counts.
        for index in np.argsort(-areas, kind="stable")[: np.count_nonzero(areas)]:
            left, top, right, bottom = corners[index]
            column = min(int((left + right) / 2 // STRIDE), columns - 1)
            row = min(int((top + bottom) / 2 // STRIDE), rows - 1)
            hill = np.exp(
                -0.5 * ((across - across[column]) / (WIDTH * (right - left))) ** 2
                - 0.5 * ((down - down[row]) / (WIDTH * (bottom - top))) ** 2
            )
            hill[hill < FOOT] = 0
            heat = target[image, ..., names[index]]
            np.maximum(heat, hill, out=heat)
            near = (hill > TAUGHT) & (hill >= target[image, ..., -1])
            distances = np.broadcast_arrays(
                (across - left) / width,
                (down - top) / height,
                (right - across) / width,
                (bottom - down) / height,
            )
            target[image, near, classes:-1] = np.maximum(np.stack(distances, -1)[near], 0)
            target[image, near, -1] = hill[near]
    return target


def decode(
    outputs: ArrayLike,
    most: int = 40,
    min_score: float = 0.03,
    iou_threshold: float = 0.5,
) -> list[Found]:
    """Read a detector's answers as boxes: peaks of heat, distances around them, suppression.

    Parameters
    ----------
    outputs : array_like of shape (N, rows, columns, classes + 4)
        Logits of heat, one map a class, and distances to left, top, right and bottom as shares of
        the image, at least 0.
    most : int
        Peaks that are looked at in an image, at least 1.
    min_score : float
        From 0 to 1. Peaks with a score below it are left out.
    iou_threshold : float
        From 0 to 1, for the suppression within a class.

    Returns
    -------
    list of Found
        One for each image: boxes ``xyxy`` in pixels, cut off at the edges of the image; labels;
        scores from 0 to 1. A peak is a cell that none of its eight neighbours exceeds.

    Raises
    ------
    ValueError
        If outputs aren't finite, have another shape or negative distances, or a number is out of
        its range.

    Examples
    --------
    >>> outputs = np.full((1, 2, 3, 5), -4.0)  # one class
    >>> outputs[..., 1:] = 0.25
    >>> outputs[0, 1, 2, 0] = 2.0
    >>> decode(outputs, most=1)[0]
    Found(boxes=array([[ 7.,  4., 12.,  8.]]), labels=array([0]), scores=array([0.88079708]))
    """
    answers = _checks.array("outputs", outputs, "N rows columns channels").astype(np.float64)
    _, rows, columns, channels = answers.shape
    if channels <= SIDES or not np.isfinite(answers).all() or (answers[..., -SIDES:] < 0).any():
        _checks.fail("outputs", "finite logits of heat, then four distances of at least 0", outputs)
    most = _checks.integer("most", most, 1)
    lowest = _checks.number("min_score", min_score, 0, 1)
    classes = channels - SIDES
    logits, distances = answers[..., :classes], answers[..., classes:]
    scores = np.exp(-np.logaddexp(0, -logits))  # the sigmoid, without overflow
    scores = np.where(_is_peak(logits), scores, -1)
    size = np.array([columns, rows, columns, rows]) * STRIDE
    middle = np.stack(np.meshgrid(np.arange(columns), np.arange(rows)), -1) + 0.5
    corners = np.tile(middle * STRIDE, 2) + np.array([-1, -1, 1, 1]) * distances * size

    found = []
    for image in range(len(answers)):
        heat = scores[image].reshape(-1)
        best = np.argsort(-heat, kind="stable")[:most]
        best = best[heat[best] >= lowest]
        labels = best % classes
        places = boxes.clip(
            corners[image].reshape(-1, SIDES)[best // classes], (rows * STRIDE, columns * STRIDE)
        )
        kept = boxes.nms(places, heat[best], iou_threshold, classes=labels)
        found.append(Found(places[kept], labels[kept], heat[best][kept]))
    return found


def as_outputs(targets: ArrayLike) -> np.ndarray:
    """Return the answers of a detector that knows the targets: what `decode` would be given.

    Decoding them shows what is lost by writing boxes down as a map: boxes of one class whose
    centres share a cell or lie in neighbouring ones.

    Parameters
    ----------
    targets : array_like of shape (N, rows, columns, classes + 5)
        As `encode` returns them.

    Returns
    -------
    ndarray of shape (N, rows, columns, classes + 4)
        Heat as logits, from about -9 to 9.
    """
    given = _targets(targets)
    heat = np.clip(given[..., : -SIDES - 1], 1e-4, 1 - 1e-4)
    return np.concatenate([np.log(heat / (1 - heat)), given[..., -SIDES - 1 : -1]], axis=-1)


def mirror(images: ArrayLike, targets: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Mirror images left to right, and their targets with them.

    Parameters
    ----------
    images : array_like of shape (N, H, W, C)
    targets : array_like of shape (N, rows, columns, classes + 5)
        As `encode` returns them.

    Returns
    -------
    images, targets : ndarray
        Columns in reverse order; what was the distance to the left side is that to the right.

    Raises
    ------
    ValueError
        If a shape is wrong.
    """
    pictures = _checks.array("images", images, "N H W C")
    turned = _targets(targets)[:, :, ::-1].copy()
    left, right = turned.shape[-1] - SIDES - 1, turned.shape[-1] - SIDES + 1
    turned[..., [left, right]] = turned[..., [right, left]]
    return np.asarray(images)[:, :, ::-1] if len(pictures) else pictures, turned


def _is_peak(heat: np.ndarray) -> np.ndarray:
    """Return where no neighbour, diagonal ones included, is higher."""
    rows, columns = heat.shape[1:3]
    padded = np.pad(heat, ((0, 0), (1, 1), (1, 1), (0, 0)), constant_values=-np.inf)
    shifted = [
        padded[:, down : down + rows, across : across + columns]
        for down in range(3)
        for across in range(3)
    ]
    return heat >= np.max(shifted, axis=0)


def _targets(value: Any) -> np.ndarray:
    given = _checks.array("targets", value, "N rows columns channels")
    if given.shape[-1] < SIDES + 2:
        _checks.fail("targets", "heat, four distances and a weight along the last axis", value)
    return given


def _size(value: Any) -> tuple[int, int]:
    height, width = _checks.pair("size", value, STRIDE)
    if height % STRIDE or width % STRIDE:
        _checks.fail("size", f"(height, width), both multiples of {STRIDE}", value)
    return height, width


def _labels(value: Any, count: int, classes: int) -> np.ndarray:
    labels = np.asarray(value)
    if labels.shape != (count,) or (count and labels.dtype.kind not in "iu"):
        _checks.fail("labels_of", f"{count} integers for as many boxes", labels)
    if count and (labels.min() < 0 or labels.max() >= classes):
        _checks.fail("labels_of", f"classes from 0 to {classes - 1}", value)
    return labels.astype(np.int64)
