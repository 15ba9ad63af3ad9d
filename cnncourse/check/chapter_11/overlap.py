"""Exercises on boxes alone: how much two overlap, and which of many to keep."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from cnncourse import boxes
from cnncourse.check.exercise import Draw, Exercise, Wrong


def draw_boxes(draw: Draw, most: int) -> list[list[int]]:
    """Return one to `most` boxes with an area, on a plane of four by four cells.

    Lists, because the checker fills arrays with any numbers when it simplifies an input, and four
    numbers are seldom a box.
    """
    count, rows = draw.integer(1, most), []
    for _ in range(most):
        left, top = draw.integer(0, 3), draw.integer(0, 3)
        rows.append([left, top, draw.integer(left + 1, 4), draw.integer(top + 1, 4)])
    return rows[:count]


def draw_scores(draw: Draw, count: int, most: int) -> list[float]:
    """Return `count` distinct scores; `most` are drawn, so that counterexamples stay small."""
    pool = [0.9, 0.8, 0.7, 0.6, 0.5][:most]
    return [pool.pop(draw.integer(0, len(pool) - 1)) for _ in range(most)][:count]


def _wrong_iou(
    measure: Callable[[np.ndarray, np.ndarray, np.ndarray, np.ndarray], np.ndarray],
) -> Callable[..., np.ndarray]:
    """Return a version from the sides of the shared part, both areas and the hull's area."""

    def version(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        first, second = np.asarray(a, float)[:, None], np.asarray(b, float)[None]
        sides = np.minimum(first[..., 2:], second[..., 2:])
        sides = sides - np.maximum(first[..., :2], second[..., :2])
        hull = np.maximum(first[..., 2:], second[..., 2:])
        hull = hull - np.minimum(first[..., :2], second[..., :2])
        areas = [np.prod(each[..., 2:] - each[..., :2], axis=-1) for each in (first, second)]
        return measure(sides, areas[0], areas[1], np.prod(hull, axis=-1))

    return version


def _shared(sides: np.ndarray) -> np.ndarray:
    return np.prod(np.maximum(sides, 0), axis=-1)


def _inclusive(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    wider = np.array([0, 0, 1, 1])
    return boxes.iou(np.asarray(a) + wider, np.asarray(b) + wider)


def _as_sizes(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return boxes.iou(boxes.convert(a, "xywh", "xyxy"), boxes.convert(b, "xywh", "xyxy"))


IOU = Exercise(
    name="iou",
    task=(
        "Return the IoU of every box in `a` with every box in `b`: an array with one row for each "
        "box of `a` and one column for each of `b`. A box is left, top, right, bottom; right and "
        "bottom are one past the last pixel. Every box has an area. `a` and `b` are lists of "
        "lists: np.asarray makes arrays of them."
    ),
    objective="map-overlap",
    reference=boxes.iou,
    leaves_out=("paired",),
    inputs=lambda draw: {"a": draw_boxes(draw, 3), "b": draw_boxes(draw, 4)},
    wrong=(
        Wrong(
            "the shared part counted twice",
            _wrong_iou(lambda sides, a, b, hull: _shared(sides) / (a + b)),
            (
                "What do both areas hold, so that their sum holds it twice?",
                "The union is area + area - intersection.",
            ),
        ),
        Wrong(
            "the sides of boxes that are apart taken as they are",
            _wrong_iou(
                lambda sides, a, b, hull: (
                    np.prod(sides, axis=-1) / (a + b - np.prod(sides, axis=-1))
                )
            ),
            (
                "How wide is the shared part of two boxes side by side with a gap between them?",
                "Cut width and height off at 0 before you multiply them.",
            ),
        ),
        Wrong(
            "the area cut off at 0 instead of the sides",
            _wrong_iou(
                lambda sides, a, b, hull: (
                    np.maximum(np.prod(sides, axis=-1), 0)
                    / (a + b - np.maximum(np.prod(sides, axis=-1), 0))
                )
            ),
            (
                "Two boxes are apart across and down: what is minus times minus?",
                "Cut width and height off at 0, each by itself, and then multiply.",
            ),
        ),
        Wrong(
            "one pixel too wide and too high",
            _inclusive,
            (
                "How wide is a box from 0 to 1, if 1 is one past its last pixel?",
                "The width is right - left, with no + 1.",
            ),
        ),
        Wrong(
            "right and bottom taken for width and height",
            _as_sizes,
            (
                "What do the third and the fourth number of a box mean?",
                "They are where it ends: the width is right - left.",
            ),
        ),
        Wrong(
            "divided by the smaller box",
            _wrong_iou(lambda sides, a, b, hull: _shared(sides) / np.minimum(a, b)),
            (
                "What is the IoU of a small box inside a huge one?",
                "Divide by the union of both, not by one of them.",
            ),
        ),
        Wrong(
            "divided by the first box",
            _wrong_iou(lambda sides, a, b, hull: _shared(sides) / (a + 0 * b)),
            (
                "Does your answer change when a and b change places?",
                "Divide by the union: area of a + area of b - intersection.",
            ),
        ),
        Wrong(
            "divided by the hull",
            _wrong_iou(lambda sides, a, b, hull: _shared(sides) / hull),
            (
                "Is everything between two boxes part of their union?",
                "The union is what at least one of them covers: area + area - intersection.",
            ),
        ),
        Wrong(
            "the intersection itself",
            _wrong_iou(lambda sides, a, b, hull: _shared(sides)),
            ("What is the IoU of a box with itself?", "Divide the intersection by the union."),
        ),
    ),
    hints=(
        "The shared part begins at the larger left and ends at the smaller right; the same down.",
        "a[:, None] and b[None] compare all pairs; np.maximum(sides, 0); then inter / "
        "(area_a[:, None] + area_b - inter).",
    ),
)


def _greedy(
    boxes_given: Any,
    scores: Any,
    threshold: float,
    order: Callable[[np.ndarray], np.ndarray] = lambda scores: np.argsort(-scores, kind="stable"),
    too_much: Callable[[float, float], bool] = lambda overlap, limit: overlap > limit,
    against: Callable[[list[int], list[int]], list[int]] = lambda kept, seen: kept,
) -> list[int]:
    overlap = boxes.iou(boxes_given, boxes_given)
    kept: list[int] = []
    seen: list[int] = []
    for index in order(np.asarray(scores)).tolist():
        if not any(too_much(overlap[index, other], threshold) for other in against(kept, seen)):
            kept.append(index)
        seen.append(index)
    return kept


def _nms(change: Callable[[list[int]], Any] = lambda kept: kept, **how: Any) -> Callable[..., Any]:
    def version(boxes: Any, scores: Any, iou_threshold: float) -> np.ndarray:
        return np.array(change(_greedy(boxes, scores, iou_threshold, **how)), np.int64)

    return version


def _suppression(draw: Draw) -> dict[str, Any]:
    given = draw_boxes(draw, 4)
    return {
        "boxes": given,
        "scores": draw_scores(draw, len(given), 4),
        "iou_threshold": draw.choice((0.5, 0.25, 0.3, 0.0)),
    }


NMS = Exercise(
    name="nms",
    task=(
        "Return the indices of the boxes that non-maximum suppression keeps, as an array of "
        "integers, the best score first. A box goes when its IoU with a kept one that scores "
        "higher is above `iou_threshold`. `boxes` is a list of [left, top, right, bottom], "
        "`scores` a list of numbers, no two of them equal. Use your `iou`, or the course's."
    ),
    objective="map-nms",
    reference=boxes.nms,
    leaves_out=("classes",),
    inputs=_suppression,
    rounds=((2, 80), (4, 100), (6, 100)),
    wrong=(
        Wrong(
            "boxes that have gone still suppress",
            _nms(against=lambda kept, seen: seen),
            (
                "A suppresses B, and B overlaps with C, which A doesn't touch. What becomes of C?",
                "Compare only with boxes that are kept.",
            ),
        ),
        Wrong(
            "an overlap equal to the threshold is enough to go",
            _nms(too_much=lambda overlap, limit: overlap >= limit),
            (
                "What does 'above' mean for an overlap of exactly the threshold?",
                "Drop a box only if iou > iou_threshold.",
            ),
        ),
        Wrong(
            "taken in the order given",
            _nms(order=lambda scores: np.arange(len(scores))),
            (
                "Which box is looked at first?",
                "Sort by score first: np.argsort(scores)[::-1].",
            ),
        ),
        Wrong(
            "the lowest score first",
            _nms(order=lambda scores: np.argsort(scores, kind="stable")),
            (
                "In which direction does np.argsort sort?",
                "It rises; turn it round with [::-1].",
            ),
        ),
        Wrong(
            "indices sorted, not by score",
            _nms(change=sorted),
            (
                "In which order do the answers come?",
                "By falling score: append each kept index as you go, and don't sort at the end.",
            ),
        ),
        Wrong(
            "compared with the best box only",
            _nms(against=lambda kept, seen: kept[:1]),
            (
                "May the second box that is kept suppress the third?",
                "Compare each box with all boxes that are kept so far.",
            ),
        ),
        Wrong(
            "compared with the last kept box only",
            _nms(against=lambda kept, seen: kept[-1:]),
            (
                "May the best box of all still suppress the worst?",
                "Compare each box with all boxes that are kept so far.",
            ),
        ),
        Wrong(
            "everything kept, sorted by score",
            _nms(against=lambda kept, seen: []),
            (
                "When does a box go?",
                "When its IoU with any kept box is above the threshold.",
            ),
        ),
        Wrong(
            "places in the sorted order, not indices",
            lambda boxes, scores, iou_threshold: np.argsort(
                np.argsort(-np.asarray(scores), kind="stable"), kind="stable"
            )[_greedy(boxes, scores, iou_threshold)],
            (
                "Into which array do your numbers point?",
                "Keep the original indices: walk through np.argsort(scores)[::-1] itself.",
            ),
        ),
    ),
    hints=(
        "Walk through the boxes by falling score and keep a list of those that stay.",
        "for index in np.argsort(scores)[::-1]: append it if no kept box has an IoU above the "
        "threshold with it.",
    ),
)
