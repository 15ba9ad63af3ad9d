"""Exercises on a single image: correlation and translation."""

from __future__ import annotations

from typing import Any

import numpy as np

from cnncourse import ops
from cnncourse.check.exercise import Draw, Exercise, Wrong


def _correlate2d_inputs(draw: Draw) -> dict[str, Any]:
    kh, kw = draw.integer(1, min(draw.size, 3)), draw.integer(1, min(draw.size, 3))
    height, width = draw.integer(kh, max(kh, draw.size)), draw.integer(kw, max(kw, draw.size))
    return {"image": draw.array(height, width), "kernel": draw.array(kh, kw)}


def _slide(image: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Correlate; a kernel that does not fit gives an empty result instead of an error."""
    shape = [max(side - taps + 1, 0) for side, taps in zip(image.shape, kernel.shape, strict=True)]
    return ops.correlate2d(image, kernel) if all(shape) else np.zeros(shape)


CORRELATE2D = Exercise(
    name="correlate2d",
    task=(
        "Lay `kernel` (KH rows, KW columns) on every place of `image` (H rows, W columns) where it "
        "fits, without turning it. Return the sums of products as an array of shape "
        "(H - KH + 1, W - KW + 1)."
    ),
    objective="conv-correlate",
    reference=ops.correlate2d,
    inputs=_correlate2d_inputs,
    wrong=(
        Wrong(
            "kernel flipped",
            lambda image, kernel: ops.correlate2d(image, kernel[::-1, ::-1]),
            (
                "Which entry of the kernel meets the top left pixel of the window?",
                "Mathematical convolution turns the kernel by 180 degrees; here kernel[i, j] "
                "multiplies image[row + i, column + j].",
            ),
        ),
        Wrong(
            "height and width swapped in the result",
            lambda image, kernel: ops.correlate2d(image, kernel).T,
            (
                "Try an image that is wider than high and look at the shape of your result.",
                "Rows come first: the result has H - KH + 1 rows and is filled as "
                "output[row, column].",
            ),
        ),
        Wrong(
            "height and width of the kernel swapped",
            lambda image, kernel: _slide(image, kernel.T),
            (
                "Try a kernel of one row: over how many rows of the image does yours reach?",
                "kernel.shape is (KH, KW): kernel[i, j] lies i rows down and j columns right.",
            ),
        ),
        Wrong(
            "stops one row and one column short",
            lambda image, kernel: ops.correlate2d(image, kernel)[:-1, :-1],
            (
                "In how many places does a kernel of 2 fit into 3 pixels?",
                "It fits in H - KH + 1 places, and range(H - KH) leaves the last one out.",
            ),
        ),
        Wrong(
            "image padded with zeros",
            lambda image, kernel: ops.conv2d(
                image[None, :, :, None], kernel[:, :, None, None], padding="same"
            )[0, :, :, 0],
            (
                "Does the kernel stay inside the image in your solution?",
                "Only places where the whole kernel lies on the image count; the result is "
                "smaller than the image.",
            ),
        ),
        Wrong(
            "kernel left out of the sum",
            lambda image, kernel: ops.correlate2d(image, np.ones_like(kernel)),
            (
                "What changes in your result when you change the kernel?",
                "Multiply each pixel of the window by the kernel entry above it, then add up.",
            ),
        ),
        Wrong(
            "mean instead of sum",
            lambda image, kernel: ops.correlate2d(image, kernel) / kernel.size,
            (
                "Compare your answer with the expected one: by what factor do they differ?",
                "Products are added up, not averaged: use a sum where you take a mean.",
            ),
        ),
    ),
    hints=(
        "Write two loops over the rows and columns of the result first, with its shape printed.",
        "For each (row, column): take image[row : row + KH, column : column + KW], multiply by the "
        "kernel entry by entry, and add up.",
    ),
)


def _translate_inputs(draw: Draw) -> dict[str, Any]:
    height, width = draw.integer(1, draw.size), draw.integer(1, draw.size)
    # Mostly within the image; beyond it every answer is zeros and tells mistakes apart badly.
    down, right = draw.signed(height // 2 + 1), draw.signed(width // 2 + 1)
    channels = draw.choice(((), (1,), (2,)))
    return {"image": draw.array(height, width, *channels), "down": down, "right": right}


def _edge_repeated(image: np.ndarray, down: int, right: int) -> np.ndarray:
    rows = np.clip(np.arange(image.shape[0]) - down, 0, image.shape[0] - 1)
    columns = np.clip(np.arange(image.shape[1]) - right, 0, image.shape[1] - 1)
    return image[rows][:, columns]


TRANSLATE = Exercise(
    name="translate",
    task=(
        "Return `image` (H, W) or (H, W, C) moved by `down` rows and `right` columns, in the same "
        "shape. Negative numbers move up and left; what comes into view is 0, what leaves is lost."
    ),
    objective="conv-equivariance",
    reference=ops.translate,
    inputs=_translate_inputs,
    wrong=(
        Wrong(
            "wraps around",
            lambda image, down, right: np.roll(image, (down, right), (0, 1)),
            (
                "Where do the pixels go that leave the frame?",
                "np.roll brings them back on the other side; they have to be lost, and zeros come "
                "in.",
            ),
        ),
        Wrong(
            "moved the opposite way",
            lambda image, down, right: ops.translate(image, -down, -right),
            (
                "Move by one down: is your first row empty, or your last?",
                "output[row + down, column + right] = image[row, column].",
            ),
        ),
        Wrong(
            "down and right swapped",
            lambda image, down, right: ops.translate(image, right, down),
            (
                "Which axis of the array goes down?",
                "Axis 0 are rows: `down` belongs to the first index, `right` to the second.",
            ),
        ),
        Wrong(
            "edge repeated instead of zeros",
            _edge_repeated,
            (
                "What stands in the rows that came into view?",
                "Start from np.zeros_like(image) and copy only what stays in the frame.",
            ),
        ),
        Wrong(
            "negative shifts ignored",
            lambda image, down, right: ops.translate(image, max(down, 0), max(right, 0)),
            (
                "What does your function do for down=-1?",
                "Negative numbers move up and left: check both limits of each index.",
            ),
        ),
        Wrong(
            "moved down only",
            lambda image, down, right: ops.translate(image, down, 0),
            ("Which argument does your code not use?", "Move the columns by `right`, too."),
        ),
        Wrong(
            "moved to the right only",
            lambda image, down, right: ops.translate(image, 0, right),
            ("Which argument does your code not use?", "Move the rows by `down`, too."),
        ),
    ),
    hints=(
        "Start from np.zeros_like(image) and ask, for each pixel, where it comes from.",
        "output[row, column] = image[row - down, column - right] wherever that lies inside.",
    ),
)
