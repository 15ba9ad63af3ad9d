"""Whether a heat map lies where the object is."""

from __future__ import annotations

from typing import Any

import numpy as np

from cnncourse import _checks, boxes


def energy_in_box(maps: Any, true_boxes: Any) -> np.ndarray:
    """Return the share of each heat map that lies inside its box.

    Chance is the box's share of the picture: that is what a map gets that is equal everywhere.

    Parameters
    ----------
    maps : array_like of shape (N, H, W)
        Negative values count as 0.
    true_boxes : array_like of shape (N, 4)
        Left, top, right, bottom in pixels; a pixel that is cut counts in proportion.

    Returns
    -------
    ndarray of float64, shape (N,)
        0 … 1. A map without anything positive points nowhere, and gets 0.

    Raises
    ------
    ValueError
        If the shapes don't fit together.

    References
    ----------
    H. Wang and others, "Score-CAM: Score-Weighted Visual Explanations for Convolutional Neural
    Networks", CVPR workshops 2020, arXiv:1910.01279, section 4.3 (energy-based pointing game).

    Examples
    --------
    >>> energy_in_box([[[1, 1], [1, 3]]], [[1, 0, 2, 2]])
    array([0.66666667])
    """
    heat, inside = _both(maps, true_boxes)
    heat = np.maximum(heat, 0)
    total = heat.sum(axis=(1, 2))
    share = (heat * inside).sum(axis=(1, 2))
    return np.divide(share, total, out=np.zeros_like(total), where=total > 0)


def pointing_game(maps: Any, true_boxes: Any) -> np.ndarray:
    """Return whether the highest place of each heat map lies inside its box.

    Parameters
    ----------
    maps : array_like of shape (N, H, W)
    true_boxes : array_like of shape (N, 4)
        Left, top, right, bottom in pixels. A pixel is inside if half of it is.

    Returns
    -------
    ndarray of float64, shape (N,)
        1 for a hit and 0 for a miss. If several places are equally high, the share of them inside:
        what a draw among them would hit on average. A map without anything positive misses.

    Raises
    ------
    ValueError
        If the shapes don't fit together.

    References
    ----------
    J. Zhang and others, "Top-Down Neural Attention by Excitation Backprop", International Journal
    of Computer Vision 126, 2018, doi:10.1007/s11263-017-1059-x, section 5.1 (there a miss by up to
    15 pixels is a hit).

    Examples
    --------
    >>> pointing_game([[[1, 1], [1, 3]], [[2, 2], [0, 0]]], [[1, 1, 2, 2], [0, 0, 1, 2]])
    array([1. , 0.5])
    """
    heat, inside = _both(maps, true_boxes)
    peak = heat.max(axis=(1, 2), keepdims=True)
    highest = (heat == peak) & (peak > 0)
    count = highest.sum(axis=(1, 2)).astype(float)
    hits = (highest & (inside >= 0.5)).sum(axis=(1, 2))
    return np.divide(hits, count, out=np.zeros_like(count), where=count > 0)


def centre_prior(count: int, size: Any, spread: float = 0.2) -> np.ndarray:
    """Return heat maps that always point to the middle, the rival that knows no network.

    Parameters
    ----------
    count : int
    size : int or (height, width)
    spread : float
        Standard deviation of the bell, as a share of height and width.

    Returns
    -------
    ndarray of float64, shape (count, height, width)
        1 would be the middle.

    Examples
    --------
    >>> centre_prior(1, (1, 3)).round(3).tolist()
    [[[0.249, 1.0, 0.249]]]
    """
    count = _checks.integer("count", count, 1)
    spread = _checks.number("spread", spread, np.finfo(float).tiny)
    bells = [
        np.exp(-0.5 * (((np.arange(side) + 0.5) / side - 0.5) / spread) ** 2)
        for side in _checks.pair("size", size, 1)
    ]
    return np.repeat(np.outer(*bells)[np.newaxis], count, axis=0)


def _both(maps: Any, true_boxes: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return heat maps as float64 and how much of each pixel its box covers."""
    heat = _checks.array("maps", maps, "N H W").astype(np.float64)
    if not np.isfinite(heat).all():
        _checks.fail("maps", "finite numbers", "NaN or infinite values")
    corners = np.asarray(true_boxes, float)
    boxes.area(corners)  # refuses what can't be boxes
    if len(corners) != len(heat):
        _checks.fail("true_boxes", f"{len(heat)} boxes, one a map", corners)
    cover = [
        np.clip(
            np.minimum(np.arange(side) + 1, corners[:, axis + 2, np.newaxis])
            - np.maximum(np.arange(side), corners[:, axis, np.newaxis]),
            0,
            1,
        )
        for axis, side in ((1, heat.shape[1]), (0, heat.shape[2]))
    ]
    return heat, cover[0][:, :, np.newaxis] * cover[1][:, np.newaxis, :]
