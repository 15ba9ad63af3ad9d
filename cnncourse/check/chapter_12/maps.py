"""Exercises on maps of centres: to write a box down, what an answer costs, to read peaks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from cnncourse.check.exercise import Draw, Exercise, Wrong


def centre_target(box: Any, stride: int) -> np.ndarray:
    """Return the cell that holds the centre of a box, and the way from there to its sides.

    Parameters
    ----------
    box : sequence of four int
        Left, top, right and bottom in pixels.
    stride : int
        Pixels from one cell to the next.

    Returns
    -------
    ndarray of shape (6,)
        Row and column of the cell; distances in pixels from the middle of the cell to the left,
        top, right and bottom side.
    """
    return _target(box, stride)


def _target(
    box: Any,
    stride: int,
    centre: Callable[..., tuple[float, float]] = lambda left, top, right, bottom: (
        (left + right) / 2,
        (top + bottom) / 2,
    ),
    cell: Callable[[float], float] = np.floor,
    middle: float = 0.5,
) -> np.ndarray:
    left, top, right, bottom = box
    x, y = centre(left, top, right, bottom)
    column, row = cell(x / stride), cell(y / stride)
    across, down = (column + middle) * stride, (row + middle) * stride
    return np.array([row, column, across - left, down - top, right - across, bottom - down], float)


def _from_the_centre(box: Any, stride: int) -> np.ndarray:
    left, top, right, bottom = box
    half = np.array([(right - left) / 2, (bottom - top) / 2] * 2)
    return np.concatenate([_target(box, stride)[:2], half])


def _where_sides_are(box: Any, stride: int) -> np.ndarray:
    return np.concatenate([_target(box, stride)[:2], np.asarray(box, float)])


def _box(draw: Draw) -> dict[str, Any]:
    stride = draw.choice((2, 3, 4, 8))
    left, top = draw.integer(0, 9), draw.integer(0, 9)
    width, height = draw.integer(stride, 4 * stride), draw.integer(stride, 4 * stride)
    return {"box": [left, top, left + width, top + height], "stride": stride}


CENTRE_TARGET = Exercise(
    name="centre_target",
    task=(
        "Return six numbers as an array: row and column of the cell that holds the centre of "
        "`box`, then the distances in pixels from the *middle of that cell* to the left, top, "
        "right and bottom side. `box` is [left, top, right, bottom]; cell 0 reaches from pixel 0 "
        "up to `stride`, and a centre on the border of two cells belongs to the later one."
    ),
    objective="detect-targets",
    reference=centre_target,
    inputs=_box,
    rounds=((2, 60), (4, 60), (6, 60)),
    wrong=(
        Wrong(
            "row and column exchanged",
            lambda box, stride: _target(box, stride)[[1, 0, 2, 3, 4, 5]],
            (
                "Which of the two does x tell: the row or the column?",
                "x runs along a row, so it tells the column. The row comes first.",
            ),
        ),
        Wrong(
            "rounded to the nearest cell",
            lambda box, stride: _target(box, stride, cell=lambda q: np.floor(q + 0.5)),
            (
                "In which cell of 4 pixels does pixel 3 lie?",
                "In cell 0: divide and round down.",
            ),
        ),
        Wrong(
            "measured from the centre of the box",
            _from_the_centre,
            (
                "Does the network know where in its cell the centre lies?",
                "It only knows the cell. Measure from the cell's middle: (column + 0.5) * stride.",
            ),
        ),
        Wrong(
            "measured from the corner of the cell",
            lambda box, stride: _target(box, stride, middle=0.0),
            (
                "Where is the middle of cell 0?",
                "At stride / 2: (column + 0.5) * stride.",
            ),
        ),
        Wrong(
            "half a pixel taken for half a cell",
            lambda box, stride: _target(box, stride, middle=0.5 / stride),
            (
                "How far is the middle of a cell of 4 pixels from its corner?",
                "Half a stride: add 0.5 before you multiply by the stride.",
            ),
        ),
        Wrong(
            "the cell of the upper left corner",
            lambda box, stride: _target(
                box, stride, centre=lambda left, top, right, bottom: (left, top)
            ),
            (
                "Which point of the box decides about the cell?",
                "Its centre: ((left + right) / 2, (top + bottom) / 2).",
            ),
        ),
        Wrong(
            "half of the size taken for the centre",
            lambda box, stride: _target(
                box,
                stride,
                centre=lambda left, top, right, bottom: ((right - left) / 2, (bottom - top) / 2),
            ),
            (
                "Where is the centre of a box from 10 to 20?",
                "At (left + right) / 2, with a plus.",
            ),
        ),
        Wrong(
            "in cells instead of pixels",
            lambda box, stride: _target(box, stride) / np.array([1, 1] + [stride] * 4),
            (
                "In which unit are the distances wanted?",
                "In pixels: don't divide them by the stride.",
            ),
        ),
        Wrong(
            "where the sides are, not how far",
            _where_sides_are,
            (
                "How far is it from a middle at 26 to a left side at 8?",
                "middle - left on two sides, right - middle on the others.",
            ),
        ),
    ),
    hints=(
        "First the centre, then the cell, then the middle of the cell, then four differences.",
        "column = int((left + right) / 2 // stride), x = (column + 0.5) * stride, x - left ...",
    ),
)


def focal_costs(probability: Any, heat: Any) -> np.ndarray:
    """Return what the answer in each cell costs.

    Parameters
    ----------
    probability : array_like
        Answers above 0 and below 1.
    heat : array_like of the same shape
        Targets from 0 to 1; 1 is a centre.

    Returns
    -------
    ndarray
    """
    return _costs(probability, heat)


def _costs(
    probability: Any,
    heat: Any,
    focus: int = 2,
    relief: int = 4,
    one: Callable[[np.ndarray], np.ndarray] = lambda y: y == 1,
    sign: float = -1,
) -> np.ndarray:
    p, y = np.asarray(probability, float), np.asarray(heat, float)
    found = (1 - p) ** focus * np.log(p)
    false = (1 - y) ** relief * p**focus * np.log(1 - p)
    return sign * np.where(one(y), found, false)


def _focus_exchanged(probability: Any, heat: Any) -> np.ndarray:
    p, y = np.asarray(probability, float), np.asarray(heat, float)
    found = p**2 * np.log(p)
    return -np.where(y == 1, found, (1 - y) ** 4 * (1 - p) ** 2 * np.log(1 - p))


def _cross_entropy(probability: Any, heat: Any) -> np.ndarray:
    p, y = np.asarray(probability, float), np.asarray(heat, float)
    return -(y * np.log(p) + (1 - y) * np.log(1 - p))


def _cells(draw: Draw) -> dict[str, Any]:
    count = draw.integer(1, 4)
    p = [draw.choice((0.5, 0.25, 0.75, 0.1, 0.9)) for _ in range(4)]
    y = [draw.choice((1.0, 0.0, 0.5, 0.25, 0.75)) for _ in range(4)]
    return {"probability": p[:count], "heat": y[:count]}


FOCAL_COSTS = Exercise(
    name="focal_costs",
    task=(
        "Return, for each cell, what its answer costs. Where `heat` is 1: -(1 - p)**2 * log(p). "
        "Anywhere else: -(1 - heat)**4 * p**2 * log(1 - p). p is `probability`, above 0 and below "
        "1; log is the natural one. Both arguments are lists of equal length; return an array."
    ),
    objective="detect-train",
    reference=focal_costs,
    inputs=_cells,
    wrong=(
        Wrong(
            "the hill costs as much as the plain",
            lambda probability, heat: _costs(probability, heat, relief=0),
            (
                "Is a cell beside a centre as wrong as one far away?",
                "Multiply the negatives by (1 - heat)**4.",
            ),
        ),
        Wrong(
            "easy cells cost as much as hard ones",
            lambda probability, heat: _costs(probability, heat, focus=0),
            (
                "What makes the loss a *focal* one?",
                "The factors (1 - p)**2 and p**2.",
            ),
        ),
        Wrong(
            "focused on the easy cells",
            _focus_exchanged,
            (
                "A centre was found with p = 0.9. Should it cost much?",
                "(1 - p)**2 goes with log(p), and p**2 with log(1 - p).",
            ),
        ),
        Wrong(
            "exponents exchanged",
            lambda probability, heat: _costs(probability, heat, focus=4, relief=2),
            (
                "Which exponent goes with p, and which with the heat?",
                "2 with p or 1 - p, 4 with 1 - heat.",
            ),
        ),
        Wrong(
            "every warm cell a positive",
            lambda probability, heat: _costs(probability, heat, one=lambda y: y > 0),
            (
                "What kind of cell is one whose heat is 0.5?",
                "A negative that costs less: only a heat of exactly 1 is a centre.",
            ),
        ),
        Wrong(
            "every cell a negative",
            lambda probability, heat: _costs(probability, heat, one=lambda y: y > 2),
            (
                "What do the centres cost in your version?",
                "Choose between both formulas: np.where(heat == 1, first, second).",
            ),
        ),
        Wrong(
            "cross-entropy with the heat",
            _cross_entropy,
            (
                "Is a heat of 0.5 a probability that a centre is there?",
                "No, it says how little a false alarm matters. Use the two formulas.",
            ),
        ),
        Wrong(
            "minus forgotten",
            lambda probability, heat: _costs(probability, heat, sign=1),
            (
                "Is the logarithm of 0.5 above or below 0?",
                "Below: a cost needs the minus in front.",
            ),
        ),
    ),
    hints=(
        "Work out both formulas for all cells, and choose with np.where.",
        "np.where(heat == 1, -(1 - p)**2 * np.log(p), -(1 - heat)**4 * p**2 * np.log(1 - p))",
    ),
)


def peaks(heat: Any, threshold: float) -> np.ndarray:
    """Return the cells that are hotter than all their neighbours, the hottest first.

    Parameters
    ----------
    heat : array_like of shape (H, W)
        No two of them equal.
    threshold : float
        Cooler peaks are left out.

    Returns
    -------
    ndarray of int, shape (K, 2)
        Rows and columns.
    """
    return _peaks(heat, threshold)


AROUND = [(d, a) for d in (-1, 0, 1) for a in (-1, 0, 1) if (d, a) != (0, 0)]


def _peaks(
    heat: Any,
    threshold: float,
    around: list[tuple[int, int]] = AROUND,
    strict: bool = False,
    wrap: bool = False,
    hem: int = 0,
) -> np.ndarray:
    array = np.asarray(heat, float)
    rows, columns = array.shape
    chosen = array > threshold if strict else array >= threshold
    if wrap:
        padded = np.pad(array, 1, mode="wrap")
    else:
        padded = np.pad(array, 1, constant_values=-np.inf)
    for down, across in around:
        other = padded[1 + down : 1 + down + rows, 1 + across : 1 + across + columns]
        # An image of one row is its own neighbour where it is wrapped round.
        chosen &= (array > other) | (wrap & (array == other))
    if hem:
        inside = np.zeros(array.shape, bool)
        inside[hem:-hem, hem:-hem] = True
        chosen &= inside
    found = np.argwhere(chosen)
    return found[np.argsort(-array[tuple(found.T)], kind="stable")]


def _single_best(heat: Any, threshold: float) -> np.ndarray:
    return _peaks(heat, threshold)[:1]


def _by_place(heat: Any, threshold: float) -> np.ndarray:
    found = _peaks(heat, threshold)
    return found[np.lexsort(found.T[::-1])]


def _heat(draw: Draw) -> dict[str, Any]:
    height, width = draw.integer(1, min(draw.size, 3)), draw.integer(1, draw.size)
    pool = [number / 20 for number in range(19, 1, -1)]
    values = [pool.pop(draw.integer(0, len(pool) - 1)) for _ in range(18)]
    threshold = draw.choice((0.1, 0.5, 0.3, 0.7))
    rows = [values[6 * row : 6 * row + width] for row in range(height)]
    return {"heat": rows, "threshold": threshold}


PEAKS = Exercise(
    name="peaks",
    task=(
        "Return the cells of `heat` that are hotter than all of their up to eight neighbours and "
        "at least `threshold`: an array with a row (row, column) for each, the hottest first; "
        "shape (0, 2) if there are none. `heat` is a list of rows, no two numbers equal."
    ),
    objective="detect-decode",
    reference=peaks,
    inputs=_heat,
    rounds=((2, 80), (4, 120), (6, 160)),
    wrong=(
        Wrong(
            "all hot cells, peaks or not",
            lambda heat, threshold: _peaks(heat, threshold, []),
            (
                "How many peaks does one broad hill have?",
                "One: keep a cell only if no neighbour is hotter.",
            ),
        ),
        Wrong(
            "diagonal neighbours forgotten",
            lambda heat, threshold: _peaks(heat, threshold, [(-1, 0), (1, 0), (0, -1), (0, 1)]),
            (
                "How many neighbours has a cell in the middle?",
                "Eight, those at its corners included.",
            ),
        ),
        Wrong(
            "only the neighbours to the right and below",
            lambda heat, threshold: _peaks(heat, threshold, [(0, 1), (1, 0), (1, 1), (1, -1)]),
            (
                "The cell to the left is hotter. Is this one a peak?",
                "Compare with all eight, those above and to the left included.",
            ),
        ),
        Wrong(
            "only the neighbours to the left and above",
            lambda heat, threshold: _peaks(heat, threshold, [(0, -1), (-1, 0), (-1, -1), (-1, 1)]),
            (
                "The cell to the right is hotter. Is this one a peak?",
                "Compare with all eight, those below and to the right included.",
            ),
        ),
        Wrong(
            "the image rolled up",
            lambda heat, threshold: _peaks(heat, threshold, wrap=True),
            (
                "Is the last column a neighbour of the first?",
                "No. np.roll wraps round: pad with -inf instead.",
            ),
        ),
        Wrong(
            "the hem left out",
            lambda heat, threshold: _peaks(heat, threshold, hem=1),
            (
                "May a flower stand at the edge of the image?",
                "Cells at the edge have fewer neighbours, and can be peaks.",
            ),
        ),
        Wrong(
            "a heat equal to the threshold is not enough",
            lambda heat, threshold: _peaks(heat, threshold, strict=True),
            (
                "What does 'at least' say of a heat of exactly the threshold?",
                "Use >= for the threshold.",
            ),
        ),
        Wrong(
            "the best peak only",
            _single_best,
            (
                "How many flowers may there be in an image?",
                "Return all peaks, not only the argmax.",
            ),
        ),
        Wrong(
            "from the top down, not by heat",
            _by_place,
            (
                "In which order do np.argwhere and np.nonzero list cells?",
                "Sort by falling heat afterwards: found[np.argsort(-heat[rows, columns])].",
            ),
        ),
        Wrong(
            "the coolest first",
            lambda heat, threshold: _peaks(heat, threshold)[::-1],
            (
                "In which direction does np.argsort sort?",
                "It rises; sort -heat.",
            ),
        ),
        Wrong(
            "column before row",
            lambda heat, threshold: _peaks(heat, threshold)[:, ::-1],
            (
                "Which index of an array comes first?",
                "The row. heat[row, column] is how NumPy reads it.",
            ),
        ),
    ),
    hints=(
        "Put a hem of -inf around the map, so that every cell has eight neighbours.",
        "Take the maximum of the nine shifted copies, keep cells that equal it and reach the "
        "threshold, then sort what np.argwhere finds by falling heat.",
    ),
)
