"""An exercise on families of detectors: how many boxes one of them answers with."""

from __future__ import annotations

from typing import Any

from cnncourse.check.exercise import Draw, Exercise, Wrong


def default_boxes(sides: Any, per_cell: Any) -> int:
    """Return how many boxes a detector predicts for every image.

    Parameters
    ----------
    sides : sequence of int
        Of its square maps, in cells.
    per_cell : sequence of int
        Boxes that each cell of a map predicts.

    Returns
    -------
    int
    """
    return sum(side * side * count for side, count in zip(sides, per_cell, strict=True))


def _maps(draw: Draw) -> dict[str, Any]:
    count = draw.integer(1, 3)
    sides = [draw.integer(1, 3 * draw.size) for _ in range(3)]
    boxes = [draw.integer(1, 6) for _ in range(3)]
    return {"sides": sides[:count], "per_cell": boxes[:count]}


DEFAULT_BOXES = Exercise(
    name="default_boxes",
    task=(
        "Return how many boxes a detector predicts for each image, whatever is on it. Its maps are "
        "square: `sides` lists how many cells wide and high each is, `per_cell` how many boxes "
        "each cell of that map predicts."
    ),
    objective="detect-families",
    reference=default_boxes,
    inputs=_maps,
    wrong=(
        Wrong(
            "one row of each map",
            lambda sides, per_cell: sum(s * n for s, n in zip(sides, per_cell, strict=True)),
            (
                "How many cells has a map of 7 x 7?",
                "49: square the side.",
            ),
        ),
        Wrong(
            "one box a cell",
            lambda sides, per_cell: sum(s * s for s, n in zip(sides, per_cell, strict=True)),
            (
                "What does `per_cell` say?",
                "Multiply the cells of each map by its boxes per cell.",
            ),
        ),
        Wrong(
            "all cells times all boxes",
            lambda sides, per_cell: sum(s * s for s in sides) * sum(per_cell),
            (
                "Does a cell of the first map predict the boxes of the second?",
                "Multiply map by map, then add.",
            ),
        ),
        Wrong(
            "the first number of boxes for all maps",
            lambda sides, per_cell: sum(s * s for s in sides) * per_cell[0],
            (
                "Has every map as many boxes per cell?",
                "Walk through both lists together: zip(sides, per_cell).",
            ),
        ),
        Wrong(
            "the sides added before they are squared",
            lambda sides, per_cell: (
                sum(s * n for s, n in zip(sides, per_cell, strict=True)) * sum(sides)
            ),
            (
                "Are two maps of 2 x 2 cells one map of 4 x 4?",
                "Square each side by itself, then add.",
            ),
        ),
        Wrong(
            "the number of boxes squared instead of the side",
            lambda sides, per_cell: sum(s * n * n for s, n in zip(sides, per_cell, strict=True)),
            (
                "Which of the two numbers stands for an area?",
                "The side of the map is to be squared.",
            ),
        ),
        Wrong(
            "multiplied where they are to be added",
            lambda sides, per_cell: _product(sides, per_cell),
            (
                "A second map predicts boxes of its own. Are they more, or times as many?",
                "Add the boxes of the maps.",
            ),
        ),
    ),
    hints=(
        "How many boxes does one map predict?",
        "sum(side * side * count for side, count in zip(sides, per_cell))",
    ),
)


def _product(sides: Any, per_cell: Any) -> int:
    total = 1
    for side, count in zip(sides, per_cell, strict=True):
        total *= side * side * count
    return total
