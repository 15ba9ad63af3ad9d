"""Exercises on arrays: local response normalisation, and two kernels that are one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from cnncourse import ops
from cnncourse.check.exercise import Draw, Exercise, Wrong


def _maps(draw: Draw) -> dict[str, Any]:
    n, k = draw.choice((3, 1, 5)), draw.choice((1.0, 2.0, 0.5))
    alpha, beta = draw.choice((1.0, 0.5, 0.25)), draw.choice((1.0, 0.75, 0.5))
    channels = draw.integer(1, draw.size + 1)
    sides = [draw.integer(1, min(draw.size, 3)) for _ in range(2)]
    images = draw.integer(1, 2)
    return {
        "x": draw.array(images, *sides, channels),
        "n": n,
        "alpha": alpha,
        "beta": beta,
        "k": k,
    }


def _scaled(
    scale: Callable[[np.ndarray, int], np.ndarray], fixed: float | None = None
) -> Callable[..., np.ndarray]:
    """Return a version with another sum over the window, ``scale(x, n)``, or `fixed` for k."""

    def version(
        x: ArrayLike, n: int = 5, alpha: float = 1e-4, beta: float = 0.75, k: float = 2.0
    ) -> np.ndarray:
        x = np.asarray(x, float)
        return x * ((k if fixed is None else fixed) + alpha * scale(x, n)) ** -beta

    return version


def _window(values: np.ndarray, reach: int) -> np.ndarray:
    """Return the sum over the channels from ``c - reach`` to ``c + reach``."""
    channels = values.shape[-1]
    near = abs(np.subtract.outer(np.arange(channels), np.arange(channels))) <= reach
    return values @ near.astype(float)


def _around(values: np.ndarray, reach: int, axis: int) -> np.ndarray:
    shifts = range(-reach, reach + 1)
    return np.sum([np.roll(values, shift, axis) for shift in shifts], axis=0)


LOCAL_RESPONSE_NORM = Exercise(
    name="local_response_norm",
    task=(
        "Return feature maps `x` (N, H, W, C) after AlexNet's local response normalisation, as an "
        "array of the same shape: x / (k + alpha * s) ** beta, where s is, at each position, the "
        "sum of x ** 2 over the channel itself and n // 2 channels on either side, as far as "
        "there are any. `n` is odd."
    ),
    objective="classic-alexnet",
    reference=ops.local_response_norm,
    inputs=_maps,
    rounds=((2, 60), (3, 60), (5, 60)),
    wrong=(
        Wrong(
            "n taken for the radius",
            _scaled(lambda x, n: _window(x**2, n)),
            (
                "With n = 3, how many channels are added up?",
                "Three: one on either side, n // 2. TensorFlow's depth_radius is that 1.",
            ),
        ),
        Wrong(
            "alpha divided by n",
            _scaled(lambda x, n: _window(x**2, n // 2) / n),
            (
                "Is s a sum or a mean?",
                "A sum. Dividing alpha by n is what Caffe and PyTorch do, not the paper.",
            ),
        ),
        Wrong(
            "nothing squared",
            _scaled(lambda x, n: abs(_window(x, n // 2))),
            (
                "Two strong neighbours, +3 and -3: do they cancel each other?",
                "Square each activation before you add them up.",
            ),
        ),
        Wrong(
            "the exponent forgotten",
            lambda x, n=5, alpha=1e-4, beta=0.75, k=2.0: ops.local_response_norm(
                x, n, alpha, 1.0, k
            ),
            ("Which argument does your code not use?", "Raise k + alpha * s to the power beta."),
        ),
        Wrong(
            "multiplied instead of divided",
            lambda x, n=5, alpha=1e-4, beta=0.75, k=2.0: (
                np.asarray(x, float)
                * (k + alpha * _window(np.asarray(x, float) ** 2, n // 2)) ** beta
            ),
            (
                "Does a strong neighbour make an activation larger or smaller?",
                "Smaller: divide by (k + alpha * s) ** beta.",
            ),
        ),
        Wrong(
            "k fixed at 1",
            _scaled(lambda x, n: _window(x**2, n // 2), fixed=1.0),
            ("Which argument does your code not use?", "k + alpha * s, with the k that is given."),
        ),
        Wrong(
            "the window wrapped around",
            _scaled(lambda x, n: _around(x**2, n // 2, -1)),
            (
                "Which neighbours has the first channel?",
                "Only those after it: cut the window off at 0 and at C.",
            ),
        ),
        Wrong(
            "the activation itself left out",
            _scaled(lambda x, n: _window(x**2, n // 2) - x**2),
            ("Does a channel belong to its own window?", "Yes: from i - n // 2 to i + n // 2."),
        ),
        Wrong(
            "columns taken for channels",
            _scaled(lambda x, n: np.moveaxis(_window(np.moveaxis(x**2, 2, -1), n // 2), -1, 2)),
            (
                "Along which axis do the neighbours lie?",
                "Along the last one: the same pixel in other feature maps.",
            ),
        ),
        Wrong(
            "the root of the sum",
            _scaled(lambda x, n: _window(x**2, n // 2) ** 0.5),
            (
                "Is there a square root in the equation?",
                "Only the power beta, around k + alpha * s as a whole.",
            ),
        ),
    ),
    hints=(
        "Square first, then add up slices of channels; the edges have fewer neighbours.",
        "For channel c: (x[..., max(c - n // 2, 0) : c + n // 2 + 1] ** 2).sum(axis=-1).",
    ),
)


def compose_kernels(first: ArrayLike, second: ArrayLike) -> np.ndarray:
    """Return the one kernel that does what `first` and then `second` do, nothing in between."""
    first, second = np.asarray(first, float), np.asarray(second, float)
    rows, columns = first.shape
    result = np.zeros((rows + second.shape[0] - 1, columns + second.shape[1] - 1))
    for (row, column), weight in np.ndenumerate(second):
        result[row : row + rows, column : column + columns] += weight * first
    return result


def _two_kernels(draw: Draw) -> dict[str, Any]:
    limit = min(draw.size, 3)
    shapes = [[draw.integer(1, limit) for _ in range(2)] for _ in range(2)]
    return {"first": draw.array(*shapes[0]), "second": draw.array(*shapes[1])}


def _corner(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    rows, columns = (max(a, b) for a, b in zip(first.shape, second.shape, strict=True))
    return compose_kernels(first, second)[:rows, :columns]


def _added(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    result = np.zeros(compose_kernels(first, second).shape)
    result[: first.shape[0], : first.shape[1]] += first
    result[: second.shape[0], : second.shape[1]] += second
    return result


COMPOSE_KERNELS = Exercise(
    name="compose_kernels",
    task=(
        "Return the one kernel that gives `ops.correlate2d(ops.correlate2d(image, first), second)` "
        "in a single step, for every image. Both kernels have two axes, of any height and width; "
        "the result has height h1 + h2 - 1 and width w1 + w2 - 1."
    ),
    objective="classic-stacks",
    reference=compose_kernels,
    inputs=_two_kernels,
    rounds=((2, 80), (3, 80)),
    wrong=(
        Wrong(
            "the second kernel turned by 180°",
            lambda first, second: compose_kernels(first, second[::-1, ::-1]),
            (
                "Where does the weight second[0, 0] put its copy of the first kernel?",
                "At the top left: result[row : row + h1, ...] += second[row, column] * first.",
            ),
        ),
        Wrong(
            "the result turned by 180°",
            lambda first, second: compose_kernels(first, second)[::-1, ::-1],
            (
                "Try two kernels with a single 1 in their top left corners.",
                "The top left weight is first[0, 0] * second[0, 0].",
            ),
        ),
        Wrong(
            "cut to the larger kernel",
            _corner,
            (
                "How many pixels does one value see after two 3×3 kernels?",
                "Five by five: the sizes add up, less one.",
            ),
        ),
        Wrong(
            "kernels added, not composed",
            _added,
            (
                "Double the first kernel: what happens to the output of both?",
                "It doubles, too, so weights are multiplied with each other.",
            ),
        ),
        Wrong(
            "copies laid side by side",
            lambda first, second: np.kron(second, first),
            (
                "By how much do the windows of two neighbouring outputs differ?",
                "One pixel. The copies of the first kernel overlap, and are added up.",
            ),
        ),
        Wrong(
            "rows and columns of the result swapped",
            lambda first, second: compose_kernels(first, second).T,
            (
                "Try kernels that are wider than high and look at the shape.",
                "result[row, column]: the row comes first.",
            ),
        ),
        Wrong(
            "averaged over the second kernel",
            lambda first, second: compose_kernels(first, np.full(second.shape, second.mean())),
            (
                "Does the place of a weight in the second kernel matter?",
                "Yes: second[row, column] belongs to the copy that is moved by (row, column).",
            ),
        ),
    ),
    hints=(
        "Write down which pixels one output of `second` sees, and with which weights.",
        "Add up copies of `first`, moved by (row, column) and multiplied by second[row, column].",
    ),
)
