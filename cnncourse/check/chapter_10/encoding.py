"""Exercises on boxes as numbers: read what a network predicts, and mirror boxes with a picture."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from cnncourse import boxes as room
from cnncourse.check.exercise import Draw, Exercise, Wrong


def decode_boxes(values: Any, height: int, width: int) -> np.ndarray:
    """Return the boxes, ``xyxy`` in pixels, that a network predicts as centres and roots."""
    return room.decode_sqrt(values, (height, width))


def _decoded(
    sides_of: Callable[[np.ndarray], np.ndarray] = np.square,
    size_of: Callable[[int, int], Any] = lambda height, width: (width, height),
    corners_of: Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]] | None = None,
) -> Callable[..., np.ndarray]:
    """Return a version that takes one of its steps in another way."""

    def version(values: Any, height: int, width: int) -> np.ndarray:
        rows, scale = np.asarray(values, float), np.array(size_of(height, width))
        centres, sides = rows[:, :2] * scale, sides_of(rows[:, 2:]) * scale
        pair = (centres - sides / 2, centres + sides / 2)
        return np.concatenate(pair if corners_of is None else corners_of(centres, sides), axis=1)

    return version


DECODE_BOXES = Exercise(
    name="decode_boxes",
    task=(
        "Return the boxes in pixels as an array with a row of left, top, right, bottom for each "
        "row of `values`. A row of `values` is what a network predicts: the box's centre x and y, "
        "and the square roots of its width and height. x and width are shares of the picture's "
        "`width`, y and height of its `height`. `values` is a list of lists."
    ),
    objective="loc-encode",
    reference=decode_boxes,
    inputs=lambda draw: _predicted(draw),
    wrong=(
        Wrong(
            "roots not squared",
            _decoded(lambda roots: roots),
            (
                "What are the last two numbers of a row: sides, or roots of sides?",
                "Square them before anything else is done with them.",
            ),
        ),
        Wrong(
            "roots doubled, not squared",
            _decoded(lambda roots: 2 * roots),
            ("What undoes a square root?", "Squaring: root ** 2, not 2 * root."),
        ),
        Wrong(
            "a root taken once more",
            _decoded(np.sqrt),
            ("The roots are taken already. What undoes them?", "Square: root ** 2."),
        ),
        Wrong(
            "width and height of the picture mixed up",
            _decoded(size_of=lambda height, width: (height, width)),
            (
                "Which side of the picture is x a share of?",
                "Centre x and width times `width`, centre y and height times `height`.",
            ),
        ),
        Wrong(
            "shares left as shares",
            _decoded(size_of=lambda height, width: (1, 1)),
            (
                "Your numbers lie near 0 and 1. In which unit are they asked for?",
                "Multiply with the sides of the picture.",
            ),
        ),
        Wrong(
            "the centre taken for the upper left corner",
            _decoded(corners_of=lambda centres, sides: (centres, centres + sides)),
            (
                "Where does a box begin that is 4 wide and has its centre at 10?",
                "Half a side before the centre, and it ends half a side after it.",
            ),
        ),
        Wrong(
            "centre and size returned, not corners",
            _decoded(corners_of=lambda centres, sides: (centres, sides)),
            (
                "What are the four numbers that are asked for?",
                "centre - side / 2 and centre + side / 2.",
            ),
        ),
        Wrong(
            "a whole side to either side of the centre",
            _decoded(lambda roots: 2 * roots**2),
            (
                "How wide is a box from centre - width to centre + width?",
                "Twice as wide as it should be: take half a side.",
            ),
        ),
    ),
    hints=(
        "Three steps: square the roots, go from shares to pixels, go from centres to corners.",
        "centres = rows[:, :2] * [width, height]; sides = rows[:, 2:] ** 2 * [width, height]; then "
        "centres - sides / 2 beside centres + sides / 2.",
    ),
)


def _predicted(draw: Draw) -> dict[str, Any]:
    count, rows = draw.integer(1, 3), []
    for _ in range(3):
        centre = [draw.choice((0.5, 0.25, 0.75, 0.375)) for _ in range(2)]
        rows.append(centre + [draw.choice((0.5, 0.25, 0.75, 1.0)) for _ in range(2)])
    height, width = (4 * draw.integer(1, 2 * draw.size) for _ in range(2))
    return {"values": rows[:count], "height": height, "width": width}


def flip_boxes(boxes: Any, width: int) -> np.ndarray:
    """Return boxes as they lie once their picture, `width` wide, is mirrored left to right."""
    return room.flip(boxes, (1, width))


def _flipped(move: Callable[..., list[Any]]) -> Callable[..., np.ndarray]:
    """Return a version that computes the columns of its answer from those of the boxes."""

    def version(boxes: Any, width: int) -> np.ndarray:
        return np.stack(np.broadcast_arrays(*move(*np.asarray(boxes, float).T, width)), axis=1)

    return version


FLIP_BOXES = Exercise(
    name="flip_boxes",
    task=(
        "A picture is mirrored, left to right. Return where its boxes lie then: an array with a "
        "row of left, top, right, bottom for each row of `boxes`, with left <= right again. Right "
        "and bottom are one past the last pixel, and the picture is `width` pixels wide. `boxes` "
        "is a list of lists."
    ),
    objective="loc-flip",
    reference=flip_boxes,
    inputs=lambda draw: _lying(draw),
    wrong=(
        Wrong(
            "boxes left where they were",
            _flipped(lambda left, top, right, bottom, width: [left, top, right, bottom]),
            (
                "The flower has moved to the other side. Has its box?",
                "What was `right` from the left edge is now as far from the right edge.",
            ),
        ),
        Wrong(
            "left and right not exchanged",
            _flipped(
                lambda left, top, right, bottom, width: [width - left, top, width - right, bottom]
            ),
            (
                "Is the first number of your boxes smaller than the third?",
                "The mirror makes the right edge the left one: left is width - right.",
            ),
        ),
        Wrong(
            "width - 1 in place of width",
            _flipped(
                lambda left, top, right, bottom, width: [
                    width - 1 - right,
                    top,
                    width - 1 - left,
                    bottom,
                ]
            ),
            (
                "Mirror a box that is as wide as the picture. Where does it lie?",
                "Edges go from 0 to width; only the indices of pixels end at width - 1.",
            ),
        ),
        Wrong(
            "the left edge alone mirrored, the size added to it",
            _flipped(
                lambda left, top, right, bottom, width: [
                    width - left,
                    top,
                    width - left + (right - left),
                    bottom,
                ]
            ),
            (
                "Which edge of the box is the left one after the mirror?",
                "The one that was right: left is width - right.",
            ),
        ),
        Wrong(
            "top and bottom mirrored",
            _flipped(
                lambda left, top, right, bottom, width: [left, width - bottom, right, width - top]
            ),
            (
                "Which edges does a mirror from left to right leave alone?",
                "Top and bottom stay; left and right change.",
            ),
        ),
        Wrong(
            "edges exchanged, not mirrored",
            _flipped(lambda left, top, right, bottom, width: [right, top, left, bottom]),
            (
                "How far is the mirrored box from the right edge of the picture?",
                "As far as it was from the left edge: subtract from `width`.",
            ),
        ),
    ),
    hints=(
        "Top and bottom stay. How far from the left edge is what was `right` pixels from it?",
        "New left: width - right. New right: width - left.",
    ),
)


def _lying(draw: Draw) -> dict[str, Any]:
    count, rows = draw.integer(1, 3), []
    for _ in range(3):
        left, top = draw.integer(0, 3), draw.integer(0, 3)
        rows.append([left, top, draw.integer(left + 1, 4), draw.integer(top + 1, 4)])
    return {"boxes": rows[:count], "width": draw.integer(4, 4 + draw.size)}
