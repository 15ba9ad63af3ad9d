"""Exercises on heads: what one costs, and when the base may move."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from cnncourse import arithmetic
from cnncourse.check.exercise import Draw, Exercise, Wrong


def head_params(height: int, width: int, channels: int, classes: int, pooled: bool) -> int:
    """Return how many parameters one dense layer on feature maps has, pooled or flattened."""
    values = channels if pooled else height * width * channels
    return arithmetic.dense_params(values, classes)


def _maps(draw: Draw) -> dict[str, Any]:
    sides = [draw.integer(1, 2 * draw.size) for _ in range(4)]
    names = ("height", "width", "channels", "classes")
    return {**dict(zip(names, sides, strict=True)), "pooled": draw.choice((True, False))}


HEAD_PARAMS = Exercise(
    name="head_params",
    task=(
        "A base ends in feature maps of `height` × `width` × `channels`. The head is one dense "
        "layer, with a bias, to `classes` scores. If `pooled`, it reads the mean of each map; if "
        "not, all values, flattened. Return its number of parameters."
    ),
    objective="transfer-features",
    reference=head_params,
    inputs=_maps,
    wrong=(
        Wrong(
            "the biases forgotten",
            lambda height, width, channels, classes, pooled: (
                (channels if pooled else height * width * channels) * classes
            ),
            ("Is a score nothing but a weighted sum?", "Each class has one bias."),
        ),
        Wrong(
            "flattened, even where it is pooled",
            lambda height, width, channels, classes, pooled: head_params(
                height, width, channels, classes, False
            ),
            (
                "How many numbers does a map leave after pooling?",
                "One, its mean: a pooled head reads `channels` numbers.",
            ),
        ),
        Wrong(
            "pooled, even where it is flattened",
            lambda height, width, channels, classes, pooled: head_params(
                height, width, channels, classes, True
            ),
            (
                "Does your answer depend on the size of the maps?",
                "Flattened, each of height * width * channels values has its own weights.",
            ),
        ),
        Wrong(
            "the channels forgotten",
            lambda height, width, channels, classes, pooled: (
                ((channels if pooled else height * width) + 1) * classes
            ),
            (
                "How many maps are flattened?",
                "All of them: multiply by `channels` as well.",
            ),
        ),
        Wrong(
            "what is read returned, not the parameters",
            lambda height, width, channels, classes, pooled: (
                channels if pooled else height * width * channels
            ),
            (
                "How often is each value used?",
                "Once for each class, with a weight of its own: (values + 1) * classes.",
            ),
        ),
    ),
    hints=(
        "First: how many numbers does the dense layer read? Then: how many weights has each class?",
        "values = channels if pooled else height * width * channels; then (values + 1) * classes.",
    ),
)


def fine_tune(
    x: ArrayLike,
    y: ArrayLike,
    base: ArrayLike,
    head: ArrayLike,
    steps: Sequence[int],
    rates: Sequence[float],
) -> np.ndarray:
    """Train the head, then base and head; return the base with the head as its last row."""
    return _trained(x, y, base, head, steps, rates)


def _trained(
    x: Any,
    y: Any,
    base: Any,
    head: Any,
    steps: Sequence[int],
    rates: Sequence[float],
    moves: tuple[str, str] = ("head", "both"),
    mean: bool = True,
    in_turn: bool = False,
) -> np.ndarray:
    x, y, base, head = (np.asarray(value, float) for value in (x, y, base, head))
    for move, count, rate in zip(moves, steps, rates, strict=True):
        for _ in range(count):
            error = (x @ base @ head - y) / (len(x) if mean else 1)
            of_base, of_head = np.outer(x.T @ error, head), (x @ base).T @ error
            if move != "head":
                base = base - rate * of_base
                if in_turn:
                    of_head = (x @ base).T @ (x @ base @ head - y) / len(x)
            if move != "base":
                head = head - rate * of_head
    return np.vstack([base, head])


def _runs(draw: Draw) -> dict[str, Any]:
    most = min(draw.size, 3)
    images, values, maps = (draw.integer(1, most) for _ in range(3))
    steps = (draw.integer(0, 2), draw.integer(0, 2))
    rates = (draw.choice((0.1, 0.2)), draw.choice((0.01, 0.02)))
    return {
        "x": draw.array(images, values),
        "y": draw.array(images),
        "base": draw.array(values, maps),
        "head": draw.array(maps),
        "steps": steps,
        "rates": rates,
    }


FINE_TUNE = Exercise(
    name="fine_tune",
    task=(
        "A base without activations gives features `x @ base`, a head the prediction "
        "`x @ base @ head`; the loss is half the mean of the squared errors against `y`. First "
        "`steps[0]` steps of gradient descent at `rates[0]` on the head alone, then `steps[1]` "
        "steps at `rates[1]` on both, each with the gradients from before the step. Return the "
        "base with the head as one more row below it. `x` (N, D), `base` (D, K), `head` (K,)."
    ),
    objective="transfer-fine-tune",
    reference=fine_tune,
    inputs=_runs,
    rounds=((2, 80), (3, 100), (4, 60)),
    wrong=(
        Wrong(
            "the base trained from the first step on",
            lambda x, y, base, head, steps, rates: _trained(
                x, y, base, head, steps, rates, ("both", "both")
            ),
            (
                "What may move in the first phase?",
                "The head alone; the base is frozen until the second phase.",
            ),
        ),
        Wrong(
            "the base never unfrozen",
            lambda x, y, base, head, steps, rates: _trained(
                x, y, base, head, steps, rates, ("head", "head")
            ),
            ("Is the base the same at the end?", "In the second phase it takes steps as well."),
        ),
        Wrong(
            "the head's rate kept for fine-tuning",
            lambda x, y, base, head, steps, rates: _trained(
                x, y, base, head, steps, (rates[0], rates[0])
            ),
            ("Which rate does the second phase have?", "rates[1], the lower one, for both."),
        ),
        Wrong(
            "the rates swapped",
            lambda x, y, base, head, steps, rates: _trained(x, y, base, head, steps, rates[::-1]),
            ("Which phase may take large steps?", "The first, at rates[0], on the head alone."),
        ),
        Wrong(
            "the head frozen while the base is trained",
            lambda x, y, base, head, steps, rates: _trained(
                x, y, base, head, steps, rates, ("head", "base")
            ),
            (
                "Does anything freeze the head in the second phase?",
                "No: base and head both take a step.",
            ),
        ),
        Wrong(
            "the gradient summed over the images",
            lambda x, y, base, head, steps, rates: _trained(
                x, y, base, head, steps, rates, mean=False
            ),
            (
                "Does your step grow with the number of images?",
                "The loss is a mean: divide the errors by len(x).",
            ),
        ),
        Wrong(
            "the head's step taken with the base's new weights",
            lambda x, y, base, head, steps, rates: _trained(
                x, y, base, head, steps, rates, in_turn=True
            ),
            (
                "With which weights is the second gradient of a step computed?",
                "With those from before the step: compute both gradients first, then move.",
            ),
        ),
    ),
    hints=(
        "Write one step first: errors, gradient of the head, gradient of the base.",
        "error = (x @ base @ head - y) / len(x); the head's gradient is (x @ base).T @ error, the "
        "base's np.outer(x.T @ error, head).",
    ),
)
