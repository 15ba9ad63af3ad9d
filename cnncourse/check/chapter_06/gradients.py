"""An exercise on gradients that are compared, image by image."""

from __future__ import annotations

from typing import Any

import numpy as np

from cnncourse.check.exercise import Draw, Exercise, Wrong


def gradient_agreement(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return the cosine of the angle between the gradients of each image, 0 where one is zero."""
    a, b = _rows(first), _rows(second)
    return _share((a * b).sum(axis=1), _length(a) * _length(b))


def _rows(gradients: np.ndarray) -> np.ndarray:
    return np.reshape(gradients, (len(gradients), -1))


def _length(rows: np.ndarray) -> np.ndarray:
    return np.sqrt((rows**2).sum(axis=1))


def _share(products: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    return np.divide(products, lengths, out=np.zeros(len(products)), where=lengths > 0)


def _inputs(draw: Draw) -> dict[str, Any]:
    images, channels = draw.integer(1, 2), draw.integer(1, 2)
    height, width = (draw.integer(1, draw.size) for _ in range(2))
    shape = (images, height, width, channels)
    return {"first": draw.array(*shape), "second": draw.array(*shape)}


def _centred(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    a, b = _rows(first), _rows(second)
    a, b = a - a.mean(axis=1, keepdims=True), b - b.mean(axis=1, keepdims=True)
    return _share((a * b).sum(axis=1), _length(a) * _length(b))


def _whole_batch(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    together = gradient_agreement(np.reshape(first, (1, -1)), np.reshape(second, (1, -1)))
    return np.repeat(together, len(first))


GRADIENT_AGREEMENT = Exercise(
    name="gradient_agreement",
    task=(
        "`first` and `second` hold the gradients of N images, each array (N, H, W, C). Return an "
        "array of N numbers: for each image the sum of the products of its two gradients, divided "
        "by the product of their lengths (a length is the root of the sum of squares). Where a "
        "length is 0 the answer is 0."
    ),
    objective="res-degradation",
    reference=gradient_agreement,
    inputs=_inputs,
    rounds=((2, 60), (3, 60), (4, 60)),
    wrong=(
        Wrong(
            "not divided by the lengths",
            lambda first, second: (_rows(first) * _rows(second)).sum(axis=1),
            (
                "Double one of the gradients: should they agree more?",
                "Divide by both lengths, so that only the direction counts.",
            ),
        ),
        Wrong(
            "divided by one length, squared",
            lambda first, second: _share(
                (_rows(first) * _rows(second)).sum(axis=1), _length(_rows(first)) ** 2
            ),
            (
                "Does the length of the second gradient play a part in your answer?",
                "Divide by the length of the first times the length of the second.",
            ),
        ),
        Wrong(
            "one number for the whole batch",
            _whole_batch,
            (
                "Does the answer for one image change with another one?",
                "Sum over axes 1, 2 and 3 only, in the product and in both lengths.",
            ),
        ),
        Wrong(
            "the sign dropped",
            lambda first, second: np.abs(gradient_agreement(first, second)),
            (
                "What should two opposite gradients give?",
                "-1. Don't take magnitudes.",
            ),
        ),
        Wrong(
            "the means subtracted",
            _centred,
            (
                "Did you compute a correlation?",
                "An angle is between the gradients as they are; subtract nothing.",
            ),
        ),
        Wrong(
            "signs compared",
            lambda first, second: (np.sign(_rows(first)) * np.sign(_rows(second))).mean(axis=1),
            (
                "Do large entries count more than small ones in your answer?",
                "They should: sum the products of the values, not of their signs.",
            ),
        ),
        Wrong(
            "the angle, not its cosine",
            lambda first, second: np.arccos(np.clip(gradient_agreement(first, second), -1, 1)),
            (
                "What does your function give for two equal gradients?",
                "It should be 1: leave the arccos out.",
            ),
        ),
    ),
    hints=(
        "Turn each image's gradient into one long row first; then it is a cosine of two rows.",
        "(a * b).sum(axis=1) / (length(a) * length(b)), and 0 where that product is 0.",
    ),
)
