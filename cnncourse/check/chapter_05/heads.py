"""An exercise on the loss of a network that has several heads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from cnncourse import ops
from cnncourse.check.exercise import Draw, Exercise, Wrong


def _losses(logits: ArrayLike, labels: ArrayLike) -> np.ndarray:
    pairs = zip(np.asarray(logits), np.asarray(labels), strict=True)
    return np.array([ops.cross_entropy(row[np.newaxis], [label]) for row, label in pairs])


def total_losses(
    main: ArrayLike, auxiliary: ArrayLike, labels: ArrayLike, weight: float = 0.3
) -> np.ndarray:
    """Return the loss of each image (N,): the main head's, and `weight` times every other's."""
    heads = [_losses(logits, labels) for logits in np.asarray(auxiliary)]
    return _losses(main, labels) + weight * np.sum(heads, axis=0)


def _inputs(draw: Draw) -> dict[str, Any]:
    weight = draw.choice((0.3, 1.0, 0.0, 0.5))
    heads, images, classes = draw.integer(1, 3), draw.integer(1, 3), draw.integer(2, 3)
    main, auxiliary = draw.array(images, classes), draw.array(heads, images, classes)
    labels = [draw.integer(0, classes - 1) for _ in range(3)][:images]
    return {"main": main, "auxiliary": auxiliary, "labels": labels, "weight": weight}


def _joined(join: Callable[[np.ndarray, np.ndarray, float], np.ndarray]) -> Callable[..., Any]:
    """Return a version that puts the losses of the heads together in another way."""

    def version(
        main: np.ndarray, auxiliary: np.ndarray, labels: Any, weight: float = 0.3
    ) -> np.ndarray:
        heads = np.array([_losses(logits, labels) for logits in auxiliary])
        return join(_losses(main, labels), heads, weight)

    return version


def _chosen(logits: np.ndarray, labels: Any) -> np.ndarray:
    return logits[np.arange(len(logits)), labels]


TOTAL_LOSSES = Exercise(
    name="total_losses",
    task=(
        "Return the loss of each image, an array (N,), of a network with auxiliary heads: the "
        "cross-entropy of the `main` logits (N, C), plus `weight` times that of each of the M "
        "heads in `auxiliary` (M, N, C). `labels` holds the N true classes; logarithms are "
        "natural ones."
    ),
    objective="inc-heads",
    reference=total_losses,
    inputs=_inputs,
    rounds=((2, 60), (4, 80), (6, 80)),
    wrong=(
        Wrong(
            "the auxiliary heads forgotten",
            _joined(lambda main, heads, weight: main),
            (
                "Does `auxiliary` play a part in your answer?",
                "Add weight times the loss of each head.",
            ),
        ),
        Wrong(
            "the weight forgotten",
            _joined(lambda main, heads, weight: main + heads.sum(axis=0)),
            (
                "Does `weight` play a part in your answer?",
                "A head's loss counts `weight` times as much as the main one.",
            ),
        ),
        Wrong(
            "the main loss weighted as well",
            _joined(lambda main, heads, weight: weight * (main + heads.sum(axis=0))),
            ("Set weight to 0: what is left?", "The main loss, whole: its weight is 1."),
        ),
        Wrong(
            "the main loss given what the weight leaves",
            _joined(lambda main, heads, weight: (1 - weight) * main + weight * heads.sum(axis=0)),
            (
                "Do the weights have to add up to 1?",
                "No: the main loss counts 1, every head `weight`.",
            ),
        ),
        Wrong(
            "averaged over the heads",
            _joined(lambda main, heads, weight: main + weight * heads.mean(axis=0)),
            (
                "Two heads with a loss of 1 each, weight 0.3: 0.3 or 0.6 more?",
                "0.6: the heads' losses are added up.",
            ),
        ),
        Wrong(
            "only the first head",
            _joined(lambda main, heads, weight: main + weight * heads[0]),
            ("How many heads are there?", "Go through all of `auxiliary`."),
        ),
        Wrong(
            "only the last head",
            _joined(lambda main, heads, weight: main + weight * heads[-1]),
            (
                "How many heads are there?",
                "Add up inside the loop; don't overwrite.",
            ),
        ),
        Wrong(
            "one mean for all images",
            _joined(
                lambda main, heads, weight: np.full_like(
                    main, (main + weight * heads.sum(axis=0)).mean()
                )
            ),
            (
                "Is an image that was guessed right as dear as one that was guessed wrong?",
                "ops.cross_entropy averages over images; give it one at a time.",
            ),
        ),
        Wrong(
            "softmax forgotten",
            lambda main, auxiliary, labels, weight=0.3: (
                -_chosen(main, labels) - weight * sum(_chosen(head, labels) for head in auxiliary)
            ),
            (
                "Are logits logarithms of probabilities yet?",
                "Only after log(softmax(logits)): subtract log(sum(exp(logits))).",
            ),
        ),
        Wrong(
            "the logarithm forgotten",
            lambda main, auxiliary, labels, weight=0.3: (
                1
                - _chosen(ops.softmax(main), labels)
                + weight * sum(1 - _chosen(ops.softmax(head), labels) for head in auxiliary)
            ),
            (
                "What is the loss of an image whose true class gets probability 0.01?",
                "-log(0.01), about 4.6: minus the logarithm of the true class's probability.",
            ),
        ),
    ),
    hints=(
        "First write the loss of one head for every image, then use it 1 + M times.",
        "-log(ops.softmax(logits)[range(N), labels]); the main one counts 1, the others `weight`.",
    ),
)
