"""An exercise on classifying every window at once: a dense layer that becomes a convolution."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from cnncourse.check.exercise import Draw, Exercise, Wrong


def as_convolution(weights: Any, height: int, width: int) -> np.ndarray:
    """Return the kernel of the convolution that computes what a dense layer does.

    Parameters
    ----------
    weights : array_like of shape (height * width * channels, units)
        Of a dense layer behind a Flatten of maps (height, width, channels).
    height, width : int
        Of those maps.

    Returns
    -------
    ndarray of shape (height, width, channels, units)
    """
    array = np.asarray(weights)
    return array.reshape(height, width, -1, array.shape[1])


def _version(change: Callable[..., np.ndarray]) -> Callable[..., np.ndarray]:
    """Return a version from the weights, the sides of the maps, their channels and the units."""

    def version(weights: Any, height: int, width: int) -> np.ndarray:
        array = np.asarray(weights)
        return change(array, height, width, array.shape[0] // (height * width), array.shape[1])

    return version


def _layer(draw: Draw) -> dict[str, Any]:
    height, width = draw.integer(1, min(draw.size, 3)), draw.integer(1, min(draw.size, 3))
    channels, units = draw.integer(1, 2), draw.integer(1, 2)
    return {
        "weights": draw.array(height * width * channels, units).tolist(),
        "height": height,
        "width": width,
    }


AS_CONVOLUTION = Exercise(
    name="as_convolution",
    task=(
        "A dense layer with the weights `weights`, one column a unit, stands behind a Flatten of "
        "maps of `height` x `width` cells and some channels. Return the kernel of the convolution "
        "that computes the same: an array (height, width, channels, units). Keras flattens maps "
        "(height, width, channels) with the last axis running fastest. `weights` is a list of rows."
    ),
    objective="detect-windows",
    reference=as_convolution,
    inputs=_layer,
    wrong=(
        Wrong(
            "channels taken for the slowest axis",
            _version(lambda array, h, w, c, u: array.reshape(c, h, w, u).transpose(1, 2, 0, 3)),
            (
                "Which index changes from one row of `weights` to the next?",
                "The channel runs fastest: reshape to (height, width, channels, units) at once.",
            ),
        ),
        Wrong(
            "width before height",
            _version(lambda array, h, w, c, u: array.reshape(w, h, c, u).transpose(1, 0, 2, 3)),
            (
                "Does Flatten walk along a row of the map first, or down a column?",
                "Along a row: reshape to (height, width, ...), height first.",
            ),
        ),
        Wrong(
            "rows and columns of the weights exchanged",
            _version(lambda array, h, w, c, u: array.T.reshape(h, w, c, u)),
            (
                "Is a unit a row or a column of `weights`?",
                "A column. Don't transpose: the last axis is the units' already.",
            ),
        ),
        Wrong(
            "the kernel turned round",
            _version(lambda array, h, w, c, u: array.reshape(h, w, c, u)[::-1, ::-1]),
            (
                "Does a convolution layer flip its kernel?",
                "No: it correlates. The first weights belong to the upper left cell.",
            ),
        ),
        Wrong(
            "units before channels",
            _version(lambda array, h, w, c, u: array.reshape(h, w, u, c).transpose(0, 1, 3, 2)),
            (
                "What do two neighbouring columns of `weights` belong to?",
                "To two units: the units are the last axis.",
            ),
        ),
        Wrong(
            "one place for all cells",
            _version(lambda array, h, w, c, u: array.reshape(1, 1, h * w * c, u)),
            (
                "How many cells does the kernel have to cover?",
                "All of the map that was flattened: height x width of them.",
            ),
        ),
        Wrong(
            "summed over the cells",
            _version(
                lambda array, h, w, c, u: (
                    np.ones((h, w, 1, 1)) * array.reshape(h, w, c, u).sum((0, 1))
                )
            ),
            (
                "May the lower right cell of a window have other weights than the upper left one?",
                "Each cell keeps its own weights; only reshape.",
            ),
        ),
    ),
    hints=(
        "No number changes. Which of the four axes runs slowest in the rows of `weights`?",
        "np.asarray(weights).reshape(height, width, -1, units)",
    ),
)
