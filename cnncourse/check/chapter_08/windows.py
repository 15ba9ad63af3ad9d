"""Exercises on cutting: a box of shares as pixels, and the largest square in the middle."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from cnncourse.check.exercise import Draw, Exercise, Wrong


def _whole(value: float) -> int:
    return floor(value + 0.5)


def crop_window(box: Sequence[float], height: int, width: int) -> tuple[int, int, int, int]:
    """Return ``(left, top, right, bottom)`` in pixels of a box given in shares of the picture."""
    top, left, bottom, right = box
    return (
        _whole(left * width),
        _whole(top * height),
        _whole(right * width),
        _whole(bottom * height),
    )


def _boxes(draw: Draw) -> dict[str, Any]:
    # Fifths of whole numbers never lie halfway between two: any way of rounding is right.
    top, left = draw.integer(0, 4), draw.integer(0, 4)
    bottom, right = draw.integer(top + 1, 5), draw.integer(left + 1, 5)
    height, width = draw.integer(1, 8 * draw.size), draw.integer(1, 8 * draw.size)
    box = (top / 5, left / 5, bottom / 5, right / 5)
    return {"box": box, "height": height, "width": width}


CROP_WINDOW = Exercise(
    name="crop_window",
    task=(
        "A `box` is given as TensorFlow does, `(top, left, bottom, right)` in shares of the "
        "picture from 0 to 1; the picture has `height` rows and `width` columns. Return `(left, "
        "top, right, bottom)` in pixels, each rounded to the nearest integer."
    ),
    objective="pre-sizes",
    reference=crop_window,
    inputs=_boxes,
    wrong=(
        Wrong(
            "the order of the box kept",
            lambda box, height, width: (
                _whole(box[0] * height),
                _whole(box[1] * width),
                _whole(box[2] * height),
                _whole(box[3] * width),
            ),
            (
                "Which side comes first in what you return?",
                "(left, top, right, bottom); the box has top first.",
            ),
        ),
        Wrong(
            "the box read as left, top, right, bottom",
            lambda box, height, width: (
                _whole(box[0] * width),
                _whole(box[1] * height),
                _whole(box[2] * width),
                _whole(box[3] * height),
            ),
            ("In which order do the shares come?", "top, left, bottom, right = box."),
        ),
        Wrong(
            "height and width swapped",
            lambda box, height, width: crop_window(box, width, height),
            (
                "Along which side does the left edge move?",
                "Left and right are shares of the width, top and bottom of the height.",
            ),
        ),
        Wrong(
            "width and height of the window instead of its far corner",
            lambda box, height, width: (
                _whole(box[1] * width),
                _whole(box[0] * height),
                _whole(box[3] * width) - _whole(box[1] * width),
                _whole(box[2] * height) - _whole(box[0] * height),
            ),
            (
                "Are the last two numbers a size or a place?",
                "A place: right and bottom, counted from the picture's corner.",
            ),
        ),
        Wrong(
            "the shares rounded, not the pixels",
            lambda box, height, width: (
                _whole(box[1]) * width,
                _whole(box[0]) * height,
                _whole(box[3]) * width,
                _whole(box[2]) * height,
            ),
            ("What is left of 0.3 once it is rounded?", "Multiply first, round afterwards."),
        ),
    ),
    hints=(
        "Four products, each with the side along which it runs, and four roundings.",
        "top, left, bottom, right = box; then round(left * width), round(top * height) and so on.",
    ),
)


def square_crop(image: ArrayLike) -> np.ndarray:
    """Return the largest square in the middle of a picture (H, W, C)."""
    image = np.asarray(image)
    height, width = image.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return image[top : top + side, left : left + side]


def _pictures(draw: Draw) -> dict[str, Any]:
    height, width, channels = draw.integer(1, 8), draw.integer(1, 8), draw.integer(1, 3)
    return {"image": draw.array(height, width, channels)}


def _cut(image: np.ndarray, margin_y: int, margin_x: int) -> np.ndarray:
    height, width = image.shape[:2]
    return image[margin_y : height - margin_y, margin_x : width - margin_x]


def _side(image: np.ndarray, side: int) -> np.ndarray:
    """Return the middle `side` × `side` pixels, cut to the picture."""
    height, width = image.shape[:2]
    top, left = max((height - side) // 2, 0), max((width - side) // 2, 0)
    return image[top : top + side, left : left + side]


SQUARE_CROP = Exercise(
    name="square_crop",
    task=(
        "Cut the largest square out of the middle of `image` (H, W, C). If a margin can't be "
        "equal on both sides, the smaller one is on the top, or on the left."
    ),
    objective="pre-sizes",
    reference=square_crop,
    inputs=_pictures,
    rounds=((2, 80), (4, 80), (6, 60)),
    wrong=(
        Wrong(
            "a quarter of each side cut off",
            lambda image: _cut(image, image.shape[0] // 4, image.shape[1] // 4),
            (
                "Is a picture of 4 × 8 pixels square afterwards?",
                "Half of each side is as oblong as before. The shorter side decides.",
            ),
        ),
        Wrong(
            "a quarter of the shorter side cut off all around",
            lambda image: _cut(image, min(image.shape[:2]) // 4, min(image.shape[:2]) // 4),
            (
                "Equal margins on all sides: what becomes of an oblong picture?",
                "It stays oblong. The margins are half of what each side has too much.",
            ),
        ),
        Wrong(
            "the longer side taken",
            lambda image: _side(image, max(image.shape[:2])),
            ("How large can a square inside the picture be?", "As large as the *shorter* side."),
        ),
        Wrong(
            "the height taken for the side",
            lambda image: _side(image, image.shape[0]),
            ("What if the picture is taller than wide?", "side = min(height, width)."),
        ),
        Wrong(
            "the width taken for the side",
            lambda image: _side(image, image.shape[1]),
            ("What if the picture is wider than tall?", "side = min(height, width)."),
        ),
        Wrong(
            "half of the shorter side",
            lambda image: _side(image, max(min(image.shape[:2]) // 2, 1)),
            (
                "Could the square be larger?",
                "Its side is the whole of the shorter side, not half of it.",
            ),
        ),
    ),
    hints=(
        "Which side of the picture decides how large the square can be?",
        "side = min(height, width); top = (height - side) // 2, and left likewise.",
    ),
)
