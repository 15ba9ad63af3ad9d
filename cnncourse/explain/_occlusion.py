"""Occlusion: hide a part of the picture and see what it costs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from cnncourse import _checks
from cnncourse.explain._gradients import scores_of
from cnncourse.explain._network import Network, batches


def occlusion(
    model: Any,
    images: Any,
    class_index: Any = None,
    *,
    window: Any = 12,
    stride: Any = 4,
    fill: float | None = None,
    score: Callable[[Any], Any] | None = None,
    batch_size: int = 64,
) -> np.ndarray:
    """Return how much the score of a class falls when the surroundings of a pixel are hidden.

    No gradient is needed: the model is shown every image with a patch over it, at every place.

    Parameters
    ----------
    model, images, class_index, score
        As for `grad_cam`.
    window, stride : int or (height, width)
        Of the patch in pixels, and how far it moves; it also stands at the far borders.
    fill : float, optional
        What the patch is filled with, in the model's pixels; by default the image's mean colour.
    batch_size : int
        Covered pictures a batch.

    Returns
    -------
    ndarray of float32, shape (N, H, W)
        Mean fall of the score over all patches that cover a pixel. Negative where hiding helps.

    Raises
    ------
    ValueError
        If there is no such class, the images don't fit, or the window is larger than they are.

    References
    ----------
    M. D. Zeiler and R. Fergus, "Visualizing and Understanding Convolutional Networks", ECCV 2014,
    arXiv:1311.2901, section 4.2.

    Examples
    --------
    >>> from cnncourse import explain
    >>> model = keras.Sequential([keras.Input((8, 12, 3)), keras.layers.Flatten(),
    ...                           keras.layers.Dense(2)])
    >>> explain.occlusion(model, np.ones((5, 8, 12, 3)), window=4).shape
    (5, 8, 12)
    """
    network = Network(model, images)
    target, logits = scores_of(network, class_index, score, batch_size)
    patches = _patches(network.images.shape[1:3], window, stride)  # (P, H, W)
    if fill is not None:
        fill = _checks.number("fill", fill)
    covered = patches.sum(axis=0)
    result = np.empty(network.images.shape[:3], np.float32)

    def scores(pixels: np.ndarray, row: int) -> np.ndarray:
        output = network.run(pixels, logits=logits)[0]
        rows = np.full(len(pixels), row)
        return keras.ops.convert_to_numpy(target(output, {}, rows))

    for row, image in enumerate(network.images):
        colour = image.mean(axis=(0, 1)) if fill is None else np.float32(fill)
        whole = scores(image[np.newaxis], row)
        falls = np.concatenate(
            [
                whole - scores(np.where(patches[part, :, :, np.newaxis], colour, image), row)
                for part in batches(len(patches), batch_size)
            ]
        )
        result[row] = np.tensordot(falls, patches, 1) / covered
    return result


def _patches(size: tuple[int, ...], window: Any, stride: Any) -> np.ndarray:
    """Return all places of the patch, as bools of shape (P, H, W)."""
    sides, steps = _checks.pair("window", window, 1), _checks.pair("stride", stride, 1)
    bands = []
    for length, side, step in zip(size, sides, steps, strict=True):
        if side > length:
            _checks.fail("window", f"at most the images' size {size}", window)
        if step > side:
            _checks.fail(
                "stride", f"at most the window {sides}, so that no pixel is missed", stride
            )
        starts = np.unique([*range(0, length - side + 1, step), length - side])
        place = np.arange(length)
        bands.append((place >= starts[:, np.newaxis]) & (place < starts[:, np.newaxis] + side))
    rows, columns = bands
    both = rows[:, np.newaxis, :, np.newaxis] & columns[np.newaxis, :, np.newaxis, :]
    return both.reshape(-1, *size)
