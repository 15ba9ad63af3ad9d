"""An exercise on the 1×1 convolution: one small dense layer at every pixel."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from cnncourse import ops
from cnncourse.check.exercise import Draw, Exercise, Wrong


def pointwise_conv2d(x: ArrayLike, weights: ArrayLike, bias: ArrayLike) -> np.ndarray:
    """Return a 1×1 convolution of images `x` (N, H, W, C), its weights given as (C, filters)."""
    return ops.conv2d(x, np.asarray(weights)[np.newaxis, np.newaxis]) + np.asarray(bias)


def _inputs(draw: Draw) -> dict[str, Any]:
    channels, filters = draw.integer(1, 3), draw.integer(1, 3)
    height, width = (draw.integer(1, min(draw.size, 4)) for _ in range(2))
    images = draw.integer(1, 2)
    return {
        "x": draw.array(images, height, width, channels),
        "weights": draw.array(channels, filters),
        "bias": draw.array(filters),
    }


def _in_place_of(pixels: Any) -> Any:
    """Return a version that reads ``pixels(x)`` where it should read `x`."""

    def version(x: np.ndarray, weights: np.ndarray, bias: np.ndarray) -> np.ndarray:
        return pointwise_conv2d(pixels(x), weights, bias)

    return version


def _neighbours(x: np.ndarray) -> np.ndarray:
    """Return the sum of every pixel's 3×3 neighbourhood."""
    channels = x.shape[-1]
    return ops.conv2d(x, np.eye(channels) * np.ones((3, 3, 1, 1)), padding="same")


POINTWISE_CONV2D = Exercise(
    name="pointwise_conv2d",
    task=(
        "Return a 1×1 convolution of images `x` (N, H, W, C) as an array (N, H, W, K): at every "
        "pixel, its C values times `weights` (C, K), plus `bias` (K,). No activation."
    ),
    objective="inc-pointwise",
    reference=pointwise_conv2d,
    inputs=_inputs,
    rounds=((2, 60), (4, 60), (6, 60)),
    wrong=(
        Wrong(
            "bias forgotten",
            lambda x, weights, bias: pointwise_conv2d(x, weights, np.zeros_like(bias)),
            ("A black picture: what comes out?", "Add `bias`; NumPy lines it up with the filters."),
        ),
        Wrong(
            "bias added once a channel",
            lambda x, weights, bias: pointwise_conv2d(x, weights, bias * x.shape[-1]),
            ("How many biases does one filter have?", "Sum over the channels first, then add it."),
        ),
        Wrong(
            "averaged over the channels",
            lambda x, weights, bias: pointwise_conv2d(x / x.shape[-1], weights, bias),
            (
                "Two channels that hold 1, two weights of 1: 2 or 1?",
                "The products are added up, not averaged: x @ weights.",
            ),
        ),
        Wrong(
            "an activation applied",
            lambda x, weights, bias: np.maximum(pointwise_conv2d(x, weights, bias), 0),
            ("Can your answer be negative?", "Leave the ReLU out: it is a step of its own."),
        ),
        Wrong(
            "only the first channel read",
            lambda x, weights, bias: pointwise_conv2d(x[..., :1], weights[:1], bias),
            (
                "Change the last channel of x: does your answer change?",
                "Each filter reads all channels of its pixel: x @ weights.",
            ),
        ),
        Wrong(
            "the neighbouring pixels read as well",
            _in_place_of(_neighbours),
            (
                "How many pixels does a 1×1 window hold?",
                "One. Nothing of (row, column + 1) may reach the output at (row, column).",
            ),
        ),
        Wrong(
            "the picture averaged first",
            _in_place_of(
                lambda x: np.broadcast_to(x.mean(axis=(1, 2), keepdims=True), x.shape).copy()
            ),
            (
                "Do two different pixels get two different answers?",
                "Nothing is averaged over rows and columns; each pixel stands for itself.",
            ),
        ),
    ),
    hints=(
        "Forget the picture: think of a list of pixels, each a vector of C numbers.",
        "The operator @ multiplies along the last axis of `x` whatever stands in front of it.",
    ),
)
