"""Exercises on training: the weights of a network, a step with momentum, when to stop."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from cnncourse import arithmetic
from cnncourse.check.exercise import Draw, Exercise, Wrong


def network_params(size: int, filters: Sequence[int], units: Sequence[int]) -> int:
    """Return the parameters of a network of 3×3 convolutions, poolings and dense layers."""
    return _params(size, filters, units)


def _params(
    size: int,
    filters: Sequence[int],
    units: Sequence[int],
    kernel: int = 3,
    conv_bias: bool = True,
    dense_bias: bool = True,
) -> int:
    total, channels = 0, 1
    for number in filters:
        total += arithmetic.conv_params(kernel, channels, number, bias=conv_bias)
        size, channels = size // 2, number
    inputs = size * size * channels
    for number in units:
        total += arithmetic.dense_params(inputs, number, bias=dense_bias)
        inputs = number
    return total


def _network_inputs(draw: Draw) -> dict[str, Any]:
    convolutions, dense = draw.integer(1, min(draw.size, 2)), draw.integer(1, min(draw.size, 2))
    size = draw.integer(4, 4 + 2 * draw.size)
    numbers = [draw.integer(1, draw.size) for _ in range(4)]
    return {"size": size, "filters": numbers[:convolutions], "units": numbers[2 : 2 + dense]}


def _last_maps(size: int, filters: Sequence[int]) -> int:
    return size // 2 ** len(filters)


NETWORK_PARAMS = Exercise(
    name="network_params",
    task=(
        "Pictures of `size` × `size` pixels and one channel meet, for every number in `filters`, "
        "a 3×3 convolution ('same') with so many filters and a 2×2 max pooling; then Flatten and, "
        "for every number in `units`, a dense layer. Return the number of parameters. All layers "
        "have biases; an odd last row or column is dropped by the pooling."
    ),
    objective="first-build",
    reference=network_params,
    inputs=_network_inputs,
    rounds=((2, 60), (4, 100), (6, 100)),
    wrong=(
        Wrong(
            "biases forgotten",
            lambda size, filters, units: _params(
                size, filters, units, conv_bias=False, dense_bias=False
            ),
            ("Is anything added after the products?", "One bias a filter, and one a unit."),
        ),
        Wrong(
            "biases of the dense layers forgotten",
            lambda size, filters, units: _params(size, filters, units, dense_bias=False),
            ("Have dense layers no biases?", "They have one for each unit."),
        ),
        Wrong(
            "poolings overlooked",
            lambda size, filters, units: (
                _params(size, filters, units)
                + (size**2 - _last_maps(size, filters) ** 2) * filters[-1] * units[0]
            ),
            (
                "How large are the maps when they reach Flatten?",
                "Each pooling halves the side: size //= 2, once for each convolution.",
            ),
        ),
        Wrong(
            "channels left out of Flatten",
            lambda size, filters, units: (
                _params(size, filters, units)
                - _last_maps(size, filters) ** 2 * (filters[-1] - 1) * units[0]
            ),
            ("How many values does Flatten hand on?", "side * side * the last number of filters."),
        ),
        Wrong(
            "one side of the maps, not both",
            lambda size, filters, units: (
                _params(size, filters, units)
                - (_last_maps(size, filters) - 1)
                * _last_maps(size, filters)
                * filters[-1]
                * units[0]
            ),
            ("How many pixels has a map?", "side * side, rows and columns."),
        ),
        Wrong(
            "every filter reads one channel",
            lambda size, filters, units: (
                _params(size, filters, units)
                - sum(9 * (a - 1) * b for a, b in itertools.pairwise(filters))
            ),
            (
                "How deep is a filter of the second convolution?",
                "As deep as its input: 3 * 3 * channels weights.",
            ),
        ),
        Wrong(
            "every dense layer reads Flatten",
            lambda size, filters, units: (
                _params(size, filters, units)
                + sum(
                    (_last_maps(size, filters) ** 2 * filters[-1] - a) * b
                    for a, b in itertools.pairwise(units)
                )
            ),
            (
                "What does the second dense layer read?",
                "The units of the first: inputs = units[0].",
            ),
        ),
    ),
    hints=(
        "Go through the layers and keep two numbers: the side of the maps and the channels.",
        "(9 * channels + 1) * filters for a convolution, (inputs + 1) * units for a dense layer; "
        "inputs = side * side * channels after Flatten.",
    ),
)


def momentum_path(gradients: ArrayLike, rate: float, momentum: float) -> np.ndarray:
    """Return a weight that starts at 0 after each step of SGD with momentum."""
    return _path(gradients, lambda v, g: momentum * v - rate * g)


def _path(gradients: ArrayLike, velocity: Any) -> np.ndarray:
    speed, weight, places = 0.0, 0.0, []
    for gradient in np.asarray(gradients, float):
        speed = velocity(speed, gradient)
        weight += speed
        places.append(weight)
    return np.array(places)


def _momentum_inputs(draw: Draw) -> dict[str, Any]:
    steps = draw.integer(1, min(draw.size, 4))
    return {
        "gradients": draw.array(steps),
        "rate": draw.choice((1.0, 0.5, 0.1)),
        "momentum": draw.choice((0.5, 0.0, 0.9)),
    }


MOMENTUM_PATH = Exercise(
    name="momentum_path",
    task=(
        "A weight starts at 0, its velocity as well. In each step the velocity becomes `momentum` "
        "times the velocity, less `rate` times the gradient, and is then added to the weight. "
        "Return the weight after each step, as an array as long as `gradients`."
    ),
    objective="first-optimizer",
    reference=momentum_path,
    inputs=_momentum_inputs,
    rounds=((2, 60), (4, 100), (6, 100)),
    wrong=(
        Wrong(
            "uphill",
            lambda gradients, rate, momentum: -momentum_path(gradients, rate, momentum),
            (
                "Which way does a positive gradient push the weight?",
                "Down: the loss would grow that way. Subtract rate * gradient.",
            ),
        ),
        Wrong(
            "momentum ignored",
            lambda gradients, rate, momentum: momentum_path(gradients, rate, 0.0),
            (
                "Does the second step know of the first?",
                "Keep a velocity from step to step, and multiply it by `momentum`.",
            ),
        ),
        Wrong(
            "a gradient weighted with 1 - momentum",
            lambda gradients, rate, momentum: _path(
                gradients, lambda v, g: momentum * v - (1 - momentum) * rate * g
            ),
            (
                "With a momentum of 0.9, how far does the first step go?",
                "rate * gradient, in full: Keras' SGD takes no average.",
            ),
        ),
        Wrong(
            "Nesterov's step",
            lambda gradients, rate, momentum: _nesterov(gradients, rate, momentum),
            (
                "Is the gradient used twice in a step?",
                "Add the velocity as it is; looking ahead is Nesterov's variant.",
            ),
        ),
        Wrong(
            "the velocity returned, not the weight",
            lambda gradients, rate, momentum: np.diff(
                momentum_path(gradients, rate, momentum), prepend=0.0
            ),
            ("Is the velocity asked for?", "Add it to the weight, and return the weights."),
        ),
        Wrong(
            "the start included, the last step left out",
            lambda gradients, rate, momentum: np.concatenate(
                [[0.0], momentum_path(gradients, rate, momentum)[:-1]]
            ),
            (
                "What is the first number: before or after the first step?",
                "After it. The start at 0 is left out.",
            ),
        ),
    ),
    hints=(
        "Two numbers go from step to step: velocity and weight.",
        "velocity = momentum * velocity - rate * gradient; weight = weight + velocity.",
    ),
)


def _nesterov(gradients: ArrayLike, rate: float, momentum: float) -> np.ndarray:
    speed, weight, places = 0.0, 0.0, []
    for gradient in np.asarray(gradients, float):
        speed = momentum * speed - rate * gradient
        weight += momentum * speed - rate * gradient
        places.append(weight)
    return np.array(places)


def early_stop(losses: ArrayLike, patience: int) -> tuple[int, int]:
    """Return the last epoch trained and the best one, counted from 1."""
    return _stop(losses, patience)


def _stop(losses: ArrayLike, patience: int, ties: bool = False) -> tuple[int, int]:
    values = np.asarray(losses, float)
    best = 0
    for epoch, loss in enumerate(values):
        if loss < values[best] or (ties and loss == values[best]):
            best = epoch
        if epoch - best >= patience:
            return epoch + 1, best + 1
    return len(values), best + 1


def _stop_inputs(draw: Draw) -> dict[str, Any]:
    epochs = draw.integer(1, min(draw.size, 4) if draw.size < 6 else 6)
    return {"losses": draw.array(epochs), "patience": draw.integer(1, 3)}


def _in_a_row(losses: np.ndarray, patience: int) -> tuple[int, int]:
    rises = 0
    for epoch in range(1, len(losses)):
        rises = rises + 1 if losses[epoch] >= losses[epoch - 1] else 0
        if rises >= patience:
            return epoch + 1, int(losses[: epoch + 1].argmin()) + 1
    return len(losses), int(losses.argmin()) + 1


EARLY_STOP = Exercise(
    name="early_stop",
    task=(
        "`losses` (E,) are the validation losses after each epoch. Training stops as soon as "
        "`patience` epochs in a row have brought no loss below the best so far, or after the last "
        "epoch. Return a pair, counted from 1: the last epoch trained, and the epoch with the "
        "lowest loss until then, the first of equals."
    ),
    objective="first-overfitting",
    reference=early_stop,
    inputs=_stop_inputs,
    rounds=((2, 60), (4, 100), (6, 140)),
    wrong=(
        Wrong(
            "counted from 0",
            lambda losses, patience: tuple(n - 1 for n in early_stop(losses, patience)),
            ("Which number has the first epoch?", "1. Add 1 to both positions."),
        ),
        Wrong(
            "stopped one epoch late",
            lambda losses, patience: early_stop(losses, patience + 1),
            (
                "Patience 1, and the second loss is higher: how many epochs are trained?",
                "Two. Stop as soon as epoch - best reaches `patience`.",
            ),
        ),
        Wrong(
            "the best of all epochs, also of those never trained",
            lambda losses, patience: (
                early_stop(losses, patience)[0],
                int(losses.argmin()) + 1,
            ),
            (
                "Can the best epoch lie behind the last one trained?",
                "What comes after the stop is never seen: look at losses[:last] only.",
            ),
        ),
        Wrong(
            "never stopped",
            lambda losses, patience: (len(losses), int(losses.argmin()) + 1),
            ("Does `patience` play a part in your answer?", "Stop when it has run out."),
        ),
        Wrong(
            "compared with the epoch before, not with the best",
            _in_a_row,
            (
                "The losses are 1, 3, 2: has the third epoch brought anything?",
                "No: 2 is above the best so far, 1.",
            ),
        ),
        Wrong(
            "an equal loss taken for a better one",
            lambda losses, patience: _stop(losses, patience, ties=True),
            ("Is a loss equal to the best below it?", "No: only < resets the patience."),
        ),
        Wrong(
            "best and last swapped",
            lambda losses, patience: early_stop(losses, patience)[::-1],
            ("Which comes first in the pair?", "The last epoch trained, then the best one."),
        ),
    ),
    hints=(
        "Go through the epochs and keep the position of the best loss so far.",
        "Stop where epoch - best >= patience; return (epoch + 1, best + 1).",
    ),
)
