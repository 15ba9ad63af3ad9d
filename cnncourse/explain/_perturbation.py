"""Deletion and insertion: take away what a heat map calls important, and watch the answer."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from cnncourse import _checks
from cnncourse.explain._network import Network

_KINDS = ("deletion", "insertion")


def perturbation(
    model: Any,
    images: Any,
    maps: Any,
    class_index: Any = None,
    *,
    kind: str = "deletion",
    steps: int = 16,
    fill: float | str = "blur",
    batch_size: int = 64,
) -> np.ndarray:
    """Return the probability of a class while pixels go, or come, the hottest first.

    If a map is right about what matters, the probability falls early in deletion and rises early in
    insertion. Unlike a true box, this asks what the *network* used, right or wrong.

    Parameters
    ----------
    model, images, class_index
        As for `grad_cam`.
    maps : array_like of shape (N, H, W)
        Heat maps of the images' size. Of equally hot pixels, the upper left ones go first.
    kind : {"deletion", "insertion"}
    steps : int
        Equal parts in which the pixels go or come.
    fill : {"blur", "mean"} or float
        What stands where pixels are missing: the image heavily blurred, its mean colour, or a
        value in the model's pixels. Whatever it is, the network has hardly seen such pictures.
    batch_size : int

    Returns
    -------
    ndarray of float32, shape (N, steps + 1)
        Probability after 0, 1 … `steps` parts. `curve_area` sums a curve up.

    Raises
    ------
    ValueError
        If shapes don't fit, or there is no such class.

    References
    ----------
    V. Petsiuk, A. Das and K. Saenko, "RISE: Randomized Input Sampling for Explanation of Black-box
    Models", BMVC 2018, arXiv:1806.07421, section 4.2.

    Examples
    --------
    >>> from cnncourse import explain
    >>> model = keras.Sequential([keras.Input((8, 12, 3)), keras.layers.Flatten(),
    ...                           keras.layers.Dense(2)])
    >>> explain.perturbation(model, np.ones((5, 8, 12, 3)), np.ones((5, 8, 12)), steps=4).shape
    (5, 5)
    """
    kind = _checks.choice("kind", kind, _KINDS)
    steps = _checks.integer("steps", steps, 1)
    network = Network(model, images)
    heat = _checks.array("maps", maps, "N H W")
    pixels = network.images
    if heat.shape != pixels.shape[:3]:
        _checks.fail("maps", f"heat maps of the images' size, shape {pixels.shape[:3]}", heat)
    classes = network.classes(class_index, batch_size)
    empty = _filled(pixels, fill)
    if kind == "insertion":
        pixels, empty = empty, pixels
    order = np.argsort(-heat.reshape(len(heat), -1), axis=1, kind="stable")
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.arange(order.shape[1])[np.newaxis], axis=1)
    limits = np.arange(steps + 1) * order.shape[1] / steps
    changed = ranks.reshape(heat.shape)[:, np.newaxis] < limits[:, np.newaxis, np.newaxis]
    result = np.empty((len(heat), steps + 1), np.float32)
    for row in range(len(heat)):
        shown = np.where(changed[row, ..., np.newaxis], empty[row], pixels[row])
        result[row] = network.probabilities(shown, batch_size)[:, classes[row]]
    return result


def curve_area(curves: Any) -> np.ndarray:
    """Return the area below each curve of `perturbation`, by trapezia, over a width of 1.

    Small is good for deletion, large for insertion.

    Parameters
    ----------
    curves : array_like of shape (N, steps + 1)

    Returns
    -------
    ndarray of float64, shape (N,)

    Examples
    --------
    >>> curve_area([[1, 0, 0]])
    array([0.25])
    """
    values = _checks.array("curves", curves, "N steps")
    if values.shape[1] < 2:
        _checks.fail("curves", "at least two points each", values)
    return ((values[:, 1:] + values[:, :-1]) / 2).mean(axis=1, dtype=np.float64)


def _filled(images: np.ndarray, fill: float | str) -> np.ndarray:
    """Return pictures without information about what is where."""
    if isinstance(fill, str):
        if _checks.choice("fill", fill, ("blur", "mean")) == "mean":
            return np.broadcast_to(images.mean(axis=(1, 2), keepdims=True), images.shape)
        size = 2 * (min(images.shape[1:3]) // 4) + 1
        soft = keras.ops.image.gaussian_blur(images, (size, size), (size / 4, size / 4))
        # Beyond the border the blur sees 0; dividing by what it saw mends that.
        seen = keras.ops.image.gaussian_blur(
            np.ones_like(images[:1]), (size, size), (size / 4, size / 4)
        )
        return keras.ops.convert_to_numpy(soft / seen)
    return np.full_like(images, _checks.number("fill", fill))
