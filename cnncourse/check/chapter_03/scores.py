"""Exercises on what a network says: its loss, and which classes it mixes up."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from cnncourse import ops
from cnncourse.check.exercise import Draw, Exercise, Wrong


def cross_entropies(logits: ArrayLike, labels: ArrayLike, temperature: float = 1.0) -> np.ndarray:
    """Return the cross-entropy of each image, its logits divided by `temperature` first."""
    rows, classes = np.asarray(logits, float) / temperature, np.asarray(labels)
    return np.array(
        [ops.cross_entropy(rows[i : i + 1], classes[i : i + 1]) for i in range(len(rows))]
    )


def _cross_entropy_inputs(draw: Draw) -> dict[str, Any]:
    images, classes = draw.integer(1, min(draw.size, 3)), draw.integer(2, 3)
    labels = [draw.integer(0, classes - 1) for _ in range(3)]
    return {
        "logits": draw.array(images, classes),
        "labels": labels[:images],
        "temperature": draw.choice((1.0, 0.001)),
    }


def _true(values: np.ndarray, labels: list[int]) -> np.ndarray:
    return values[np.arange(len(labels)), labels]


def _on_scaled(loss: Any) -> Any:
    """Return a version that computes ``loss(logits, labels)`` of logits divided already."""

    def version(logits: np.ndarray, labels: list[int], temperature: float = 1.0) -> np.ndarray:
        with np.errstate(all="ignore"):
            return loss(logits / temperature, labels)

    return version


def _overflowing(logits: np.ndarray, labels: list[int]) -> np.ndarray:
    powers = np.exp(logits)
    return -np.log(_true(powers / powers.sum(axis=1, keepdims=True), labels))


CROSS_ENTROPIES = Exercise(
    name="cross_entropies",
    task=(
        "Divide `logits` (N, C) by `temperature`. Return the cross-entropy of each image as an "
        "array (N,): minus the natural logarithm of the probability that the softmax of its row "
        "gives to its true class in `labels` (N,). Logits of a few thousand must not overflow."
    ),
    objective="first-loss",
    reference=cross_entropies,
    inputs=_cross_entropy_inputs,
    wrong=(
        Wrong(
            "exponentials that overflow",
            _on_scaled(_overflowing),
            (
                "What is np.exp(1000)? And the logarithm of a probability rounded to 0?",
                "Subtract each row's largest logit first, and never take the logarithm of a "
                "quotient: log(sum(exp(shifted))) - shifted[label].",
            ),
        ),
        Wrong(
            "probabilities kept away from 0",
            _on_scaled(
                lambda logits, labels: -np.log(np.maximum(_true(ops.softmax(logits), labels), 1e-7))
            ),
            (
                "Is a confident mistake at logits of a thousand as bad as one at twenty?",
                "Clipping hides how wrong it is. Work with the logits: log(sum(exp(shifted))) - "
                "shifted[label].",
            ),
        ),
        Wrong(
            "the temperature ignored",
            lambda logits, labels, temperature=1.0: cross_entropies(logits, labels),
            ("Which argument does your function not use?", "Divide the logits by it at first."),
        ),
        Wrong(
            "multiplied by the temperature",
            lambda logits, labels, temperature=1.0: cross_entropies(
                logits, labels, 1 / temperature
            ),
            ("Does a low temperature make logits larger?", "Yes: divide, don't multiply."),
        ),
        Wrong(
            "the probability, not its logarithm",
            _on_scaled(lambda logits, labels: _true(ops.softmax(logits), labels)),
            ("What is the loss when the true class gets everything?", "0: take -log of it."),
        ),
        Wrong(
            "the minus forgotten",
            _on_scaled(lambda logits, labels: -cross_entropies(logits, labels)),
            ("Can a loss be negative?", "A probability's logarithm is below 0: turn its sign."),
        ),
        Wrong(
            "logarithm to the base 2",
            _on_scaled(lambda logits, labels: cross_entropies(logits, labels) / np.log(2)),
            ("Which logarithm is it?", "The natural one, np.log."),
        ),
        Wrong(
            "the true logit only, with its sign turned",
            _on_scaled(lambda logits, labels: -_true(logits, labels)),
            (
                "Do the other classes play a part in your answer?",
                "log(sum(exp(shifted))) over the row comes before it.",
            ),
        ),
        Wrong(
            "the predicted class in place of the true one",
            _on_scaled(lambda logits, labels: cross_entropies(logits, logits.argmax(axis=1))),
            ("Do the labels play a part in your answer?", "Pick shifted[label], not the largest."),
        ),
        Wrong(
            "averaged over the images",
            _on_scaled(
                lambda logits, labels: np.full(len(labels), cross_entropies(logits, labels).mean())
            ),
            ("Has every image the same loss?", "Leave out the mean: one number an image."),
        ),
    ),
    hints=(
        "Write the logarithm of the softmax down and simplify it before you compute it.",
        "shifted = logits - logits.max(axis=1, keepdims=True), after the division; the loss is "
        "log(sum(exp(shifted))) - shifted[label].",
    ),
)


def confusion_counts(true: ArrayLike, predicted: ArrayLike, classes: int) -> np.ndarray:
    """Return how often each class (row) was taken for each class (column)."""
    counts = np.zeros((classes, classes), int)
    np.add.at(counts, (np.asarray(true), np.asarray(predicted)), 1)
    return counts


def _confusion_inputs(draw: Draw) -> dict[str, Any]:
    classes, images = draw.integer(1, min(draw.size, 4)), draw.integer(1, 2 * draw.size)
    true = [draw.integer(0, classes - 1) for _ in range(12)]
    predicted = [draw.integer(0, classes - 1) for _ in range(12)]
    return {
        "true": true[:images],
        "predicted": predicted[:images],
        "classes": classes,
    }


def _without_diagonal(counts: np.ndarray) -> np.ndarray:
    return counts * (1 - np.eye(len(counts), dtype=int))


CONFUSION_COUNTS = Exercise(
    name="confusion_counts",
    task=(
        "Return an array (classes, classes) whose entry in row t, column p counts the images of "
        "class t that were taken for class p. `true` and `predicted` list the classes of N images, "
        "integers from 0."
    ),
    objective="first-errors",
    reference=confusion_counts,
    inputs=_confusion_inputs,
    rounds=((2, 60), (4, 100), (6, 100)),
    wrong=(
        Wrong(
            "rows and columns swapped",
            lambda true, predicted, classes: confusion_counts(predicted, true, classes),
            ("Does a row stand for a true class?", "counts[true, predicted], in this order."),
        ),
        Wrong(
            "pairs that occur twice counted once",
            lambda true, predicted, classes: np.minimum(
                confusion_counts(true, predicted, classes), 1
            ),
            (
                "Two images of the same class with the same mistake: what stands there?",
                "counts[true, predicted] += 1 adds once for equal pairs. Loop, or use np.add.at.",
            ),
        ),
        Wrong(
            "mistakes only",
            lambda true, predicted, classes: _without_diagonal(
                confusion_counts(true, predicted, classes)
            ),
            ("Where are the right answers counted?", "On the diagonal. They belong there, too."),
        ),
        Wrong(
            "right answers only",
            lambda true, predicted, classes: (
                confusion_counts(true, predicted, classes) * np.eye(classes, dtype=int)
            ),
            ("Where do the mistakes stand?", "Off the diagonal: count every image."),
        ),
        Wrong(
            "shares of a row",
            lambda true, predicted, classes: (
                confusion_counts(true, predicted, classes)
                / np.maximum(np.bincount(true, minlength=classes), 1)[:, np.newaxis]
            ),
            ("Are counts asked for, or shares?", "Counts: don't divide by the row's sum."),
        ),
        Wrong(
            "only as many classes as occur",
            lambda true, predicted, classes: confusion_counts(
                true, predicted, 1 + max(max(true), max(predicted))
            ),
            ("What if the last class doesn't occur?", "The array is (classes, classes) anyway."),
        ),
    ),
    hints=(
        "Begin with zeros and go through the images one by one.",
        "counts[t, p] += 1 for t, p in zip(true, predicted).",
    ),
)
