"""The exercise on masks: intersection over union, class by class."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from cnncourse.check.exercise import Draw, Exercise, Wrong


def class_ious(true: Any, found: Any, classes: int) -> np.ndarray:
    """Return the IoU of each class of two label maps, -1 for a class that is in neither."""
    shared, there, seen = _counts(true, found, classes)
    return _divided(shared, there + seen - shared, there + seen)


def _counts(true: Any, found: Any, classes: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the pixels of each class that both maps, the true and the found one have."""
    true, found = np.asarray(true).ravel(), np.asarray(found).ravel()
    pairs = np.zeros((classes, classes), int)
    np.add.at(pairs, (true.astype(int), found.astype(int)), 1)
    return pairs.diagonal(), pairs.sum(axis=1), pairs.sum(axis=0)


def _divided(shared: np.ndarray, whole: np.ndarray, either: np.ndarray, absent: float = -1):
    return np.where(either > 0, shared / np.maximum(whole, 1), absent)


def _over(whole: Callable[..., np.ndarray]) -> Callable[..., np.ndarray]:
    """Return a version that divides what is shared by something else than the union."""

    def version(true: Any, found: Any, classes: int) -> np.ndarray:
        shared, there, seen = _counts(true, found, classes)
        return _divided(shared, whole(shared, there, seen), there + seen)

    return version


def _absent(value: float) -> Callable[..., np.ndarray]:
    def version(true: Any, found: Any, classes: int) -> np.ndarray:
        shared, there, seen = _counts(true, found, classes)
        return _divided(shared, there + seen - shared, there + seen, value)

    return version


def _mean(true: Any, found: Any, classes: int) -> np.ndarray:
    scores = class_ious(true, found, classes)
    return np.full(classes, scores[scores >= 0].mean())


def _same_pixels(true: Any, found: Any, classes: int) -> np.ndarray:
    return np.full(classes, np.mean(np.asarray(true) == np.asarray(found)))


def _dice(true: Any, found: Any, classes: int) -> np.ndarray:
    shared, there, seen = _counts(true, found, classes)
    return _divided(2 * shared, there + seen, there + seen)


def _label_maps(draw: Draw) -> dict[str, Any]:
    classes = draw.integer(2, 3)
    height, width = draw.integer(1, 2), draw.integer(1, 3)
    maps = [
        np.array([draw.integer(0, classes - 1) for _ in range(6)], float).reshape(2, 3)
        for _ in range(2)
    ]
    true, found = (each[:height, :width].astype(int) for each in maps)
    return {"true": true, "found": found, "classes": classes}


CLASS_IOUS = Exercise(
    name="class_ious",
    task=(
        "Return the IoU of every class of two label maps (H, W) of integers from 0 to `classes` - "
        "1, as an array of `classes` numbers: pixels of the class in both maps, divided by pixels "
        "of the class in at least one. A class that is in neither gets -1."
    ),
    objective="tc-masks",
    reference=class_ious,
    inputs=_label_maps,
    rounds=((2, 100), (3, 120)),
    wrong=(
        Wrong(
            "divided by both, the shared pixels twice",
            _over(lambda shared, there, seen: there + seen),
            (
                "What is the IoU of a map with itself?",
                "The union is there + seen - shared.",
            ),
        ),
        Wrong(
            "the Dice coefficient",
            _dice,
            (
                "Twice the shared pixels over the sum of both: what is that called?",
                "That is Dice. IoU divides shared by there + seen - shared.",
            ),
        ),
        Wrong(
            "divided by the true pixels: recall",
            _over(lambda shared, there, seen: there),
            (
                "What does painting everything in one class score with you?",
                "Pixels that were found wrongly belong into the denominator, too.",
            ),
        ),
        Wrong(
            "divided by the found pixels: precision",
            _over(lambda shared, there, seen: seen),
            (
                "What does a single right pixel score with you?",
                "Pixels that were not found belong into the denominator, too.",
            ),
        ),
        Wrong(
            "pixel accuracy, the same for all classes",
            _same_pixels,
            (
                "Does every class get a score of its own?",
                "Work with one class at a time: true == k and found == k.",
            ),
        ),
        Wrong(
            "the mean instead of one number a class",
            _mean,
            (
                "Which class is it that goes wrong? Does your answer say?",
                "Return the scores themselves, before any mean is taken.",
            ),
        ),
        Wrong(
            "0 for a class that is in neither map",
            _absent(0),
            (
                "Was a class that isn't there got wrong?",
                "Give it -1, so that a mean can leave it out.",
            ),
        ),
        Wrong(
            "1 for a class that is in neither map",
            _absent(1),
            (
                "Was a class that isn't there found?",
                "Give it -1, so that a mean can leave it out.",
            ),
        ),
    ),
    hints=(
        "For every class, two masks: where the true map has it, and where the found one does.",
        "inter = (a & b).sum(); union = (a | b).sum(); inter / union if union > 0, else -1.",
    ),
)
