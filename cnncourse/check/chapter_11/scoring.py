"""Exercises on scoring a detector: who finds whom, and what the curve is worth."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from cnncourse import boxes
from cnncourse.check.chapter_11.overlap import draw_boxes, draw_scores
from cnncourse.check.exercise import Draw, Exercise, Wrong
from cnncourse.metrics import average_precision


def _match(
    objects: Any,
    detections: Any,
    scores: Any,
    threshold: float,
    *,
    by_score: bool = True,
    once: bool = True,
    strict: bool = False,
    best_only: bool = False,
    first: bool = False,
) -> np.ndarray:
    """Return the object of each detection, -1 for none; the switches make known mistakes."""
    overlap = boxes.iou(detections, objects)
    found = np.full(len(overlap), -1)
    left = np.ones(overlap.shape[1], bool)
    values = np.asarray(scores)
    order = np.argsort(-values, kind="stable") if by_score else np.arange(len(values))
    for index in order:
        possible = overlap[index] > threshold if strict else overlap[index] >= threshold
        if best_only:
            possible &= np.arange(len(left)) == np.argmax(overlap[index])
        if once:
            possible &= left
        if possible.any():
            choice = possible if first else np.where(possible, overlap[index], -1)
            found[index] = int(np.argmax(choice))
            left[found[index]] = False
    return found


def match(objects: Any, detections: Any, scores: Any, iou_threshold: float) -> np.ndarray:
    """Return the object that each detection finds, -1 for a false positive."""
    return _match(objects, detections, scores, iou_threshold)


def _with(**switches: bool) -> Callable[..., np.ndarray]:
    def version(objects: Any, detections: Any, scores: Any, iou_threshold: float) -> np.ndarray:
        return _match(objects, detections, scores, iou_threshold, **switches)

    return version


def _in_order_of_score(
    objects: Any, detections: Any, scores: Any, iou_threshold: float
) -> np.ndarray:
    found = match(objects, detections, scores, iou_threshold)
    return found[np.argsort(-np.asarray(scores), kind="stable")]


def _objects_choose(objects: Any, detections: Any, scores: Any, iou_threshold: float) -> np.ndarray:
    overlap = boxes.iou(objects, detections)
    found = np.full(overlap.shape[1], -1)
    for index, row in enumerate(overlap):
        best = int(np.argmax(row))
        if row[best] >= iou_threshold and found[best] < 0:
            found[best] = index
    return found


def _one_scene(draw: Draw) -> dict[str, Any]:
    objects, detections = draw_boxes(draw, 3), draw_boxes(draw, 4)
    return {
        "objects": objects,
        "detections": detections,
        "scores": draw_scores(draw, len(detections), 4),
        "iou_threshold": draw.choice((0.5, 0.25, 0.3)),
    }


MATCH = Exercise(
    name="match",
    task=(
        "Return, for each detection in the order given, the index of the object that it finds, or "
        "-1 for a false positive: an array of integers. The best score chooses first, each takes "
        "the object it overlaps most with among those that are left (of equals the first), if the "
        "IoU is at least `iou_threshold`. Boxes are lists of [left, top, right, bottom]; no two "
        "scores are equal."
    ),
    objective="map-match",
    reference=match,
    inputs=_one_scene,
    rounds=((2, 100), (4, 140), (6, 140)),
    wrong=(
        Wrong(
            "duplicates count as found",
            _with(once=False),
            (
                "Two detections lie on one object. How many objects are found?",
                "Remember which objects are taken; a second detection of one is a false positive.",
            ),
        ),
        Wrong(
            "the order given, not that of the scores",
            _with(by_score=False),
            (
                "Two detections fit one object. Which of them may have it?",
                "Walk through np.argsort(scores)[::-1].",
            ),
        ),
        Wrong(
            "an overlap equal to the threshold isn't enough",
            _with(strict=True),
            (
                "What does 'at least' mean for an IoU of exactly a half?",
                "Compare with >=, not with >.",
            ),
        ),
        Wrong(
            "no second choice (Pascal VOC's rule)",
            _with(best_only=True),
            (
                "The best object is taken, and the next best overlaps enough. What now?",
                "Look for the best among the objects that are left.",
            ),
        ),
        Wrong(
            "the first object that fits, not the best",
            _with(first=True),
            (
                "Two objects overlap enough. Which one does the detection find?",
                "The one with the largest IoU: np.argmax.",
            ),
        ),
        Wrong(
            "answers in the order of the scores",
            _in_order_of_score,
            (
                "To which detection does the first number of your answer belong?",
                "Write the answer to found[index], where index is the detection's own.",
            ),
        ),
        Wrong(
            "objects choose, not detections",
            _objects_choose,
            (
                "Who chooses: the object its best detection, or the detection its object?",
                "Loop over detections by falling score; each looks for an object.",
            ),
        ),
        Wrong(
            "duplicates count, and the first object that fits",
            _with(once=False, first=True),
            (
                "Which object, if several fit? And how often may one be found?",
                "The one with the largest IoU among those that nobody has taken yet.",
            ),
        ),
    ),
    hints=(
        "Two things to keep while you walk through the detections: who found what, what is left.",
        "For each index by falling score: set the IoU with taken objects to -1, take np.argmax, "
        "and accept it if it is at least the threshold.",
    ),
)


def _curve(hits: Any, objects: int) -> tuple[np.ndarray, np.ndarray]:
    found = np.cumsum(np.asarray(hits, float))
    return found / objects, found / np.arange(1, len(found) + 1)


def average_precisions(hits: Any, objects: int) -> np.ndarray:
    """Return the average precision by eleven points and by all points."""
    curve = _curve(hits, objects)
    return np.array([average_precision(*curve, method) for method in ("voc07", "voc10")])


def _from_curve(
    eleven: Callable[[np.ndarray, np.ndarray], float] | None = None,
    whole: Callable[[np.ndarray, np.ndarray], float] | None = None,
) -> Callable[..., np.ndarray]:
    """Return a version that takes one of the two averages, or both, in another way."""

    def version(hits: Any, objects: int) -> np.ndarray:
        right, curve = average_precisions(hits, objects), _curve(hits, objects)
        return np.array(
            [
                right[0] if eleven is None else eleven(*curve),
                right[1] if whole is None else whole(*curve),
            ]
        )

    return version


def _best(precision: np.ndarray) -> np.ndarray:
    return np.maximum.accumulate(precision[::-1])[::-1]


def _area(recall: np.ndarray, precision: np.ndarray) -> float:
    return float((np.diff(recall, prepend=0) * precision).sum())


def _levels(levels: np.ndarray, recall: np.ndarray, precision: np.ndarray) -> float:
    best = np.append(_best(precision), 0)
    return float(best[np.searchsorted(recall, levels)].mean())


def _as_it_is(recall: np.ndarray, precision: np.ndarray) -> float:
    at = np.append(precision, 0)[np.searchsorted(recall, np.arange(11) / 10)]
    return float(at.mean())


def _kept_up(recall: np.ndarray, precision: np.ndarray) -> float:
    at = np.minimum(np.searchsorted(recall, np.arange(11) / 10), len(recall) - 1)
    return float(_best(precision)[at].mean())


def _of_the_found(hits: Any, objects: int) -> np.ndarray:
    return average_precisions(hits, max(int(np.sum(hits)), 1))


AVERAGE_PRECISIONS = Exercise(
    name="average_precisions",
    task=(
        "Return two numbers as an array: the average precision by eleven points and by all points. "
        "`hits` says of each detection, the best score first, whether it found an object (1) or "
        "not (0); `objects` is how many there are to be found. First replace every precision by "
        "the largest at that recall or beyond. Then average it over the recalls 0, 0.1 … 1 (0 "
        "where a recall isn't reached), and take the area below the whole curve."
    ),
    objective="map-conventions",
    reference=average_precisions,
    inputs=lambda draw: _detector(draw),
    rounds=((2, 100), (4, 120), (8, 120)),
    wrong=(
        Wrong(
            "recall of what was found, not of what is there",
            _of_the_found,
            (
                "What is the recall of a detector that finds one of ten objects?",
                "Divide the hits by `objects`, however few were found.",
            ),
        ),
        Wrong(
            "the curve as it is, at the eleven points",
            _from_curve(eleven=_as_it_is),
            (
                "Which precision counts at a recall, if a later one is higher?",
                "The largest from there on: np.maximum.accumulate, from the end.",
            ),
        ),
        Wrong(
            "the curve's precision kept up beyond its end",
            _from_curve(eleven=_kept_up),
            (
                "What is the precision at a recall that is never reached?",
                "0: it pulls the mean down, and has to.",
            ),
        ),
        Wrong(
            "ten points: recall 0 left out",
            _from_curve(eleven=lambda *curve: _levels(np.arange(1, 11) / 10, *curve)),
            ("How many numbers are 0, 0.1 … 1?", "Eleven: np.arange(11) / 10."),
        ),
        Wrong(
            "the curve as it is, in the area",
            _from_curve(whole=_area),
            (
                "Which precision counts at a recall, if a later one is higher?",
                "Take the area below the best precision from there on.",
            ),
        ),
        Wrong(
            "all points taken for eleven",
            lambda hits, objects: average_precisions(hits, objects)[[1, 1]],
            (
                "Are your two numbers the same?",
                "The first is a mean over eleven recalls, the second an area.",
            ),
        ),
        Wrong(
            "eleven points taken for all",
            lambda hits, objects: average_precisions(hits, objects)[[0, 0]],
            (
                "Are your two numbers the same?",
                "The second is the area: steps of recall times the precision there.",
            ),
        ),
        Wrong(
            "the two in the wrong order",
            lambda hits, objects: average_precisions(hits, objects)[::-1],
            ("Which of the two comes first?", "Eleven points first, then all points."),
        ),
        Wrong(
            "the best precision up to there, not from there on",
            _from_curve(
                lambda recall, precision: float(
                    np.append(np.maximum.accumulate(precision), 0)[
                        np.searchsorted(recall, np.arange(11) / 10)
                    ].mean()
                ),
                lambda recall, precision: _area(recall, np.maximum.accumulate(precision)),
            ),
            (
                "At a recall of 0.5, which detections may still help: those before or after?",
                "Accumulate the maximum from the end: [::-1], then back.",
            ),
        ),
        Wrong(
            "the mean of all precisions",
            _from_curve(whole=lambda recall, precision: float(_best(precision).mean())),
            (
                "Does a false positive that adds no recall have a place in the area?",
                "Weight each precision by how much recall its detection adds.",
            ),
        ),
    ),
    hints=(
        "Three arrays: hits so far, recall and precision; then the best precision from there on.",
        "found = np.cumsum(hits); recall = found / objects; precision = found / (1, 2, 3 …); best "
        "= np.maximum.accumulate(precision[::-1])[::-1].",
    ),
)


def _detector(draw: Draw) -> dict[str, Any]:
    most = 3 + draw.size
    count = draw.integer(1, most)
    hits = [draw.integer(0, 1) for _ in range(most)][:count]
    return {"hits": hits, "objects": sum(hits) + draw.integer(0, 3) or 1}
