"""Exercises on one residual unit: forward, and back through the sum."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from cnncourse import ops
from cnncourse.check.exercise import Draw, Exercise, Wrong


def residual_unit(
    x: np.ndarray,
    kernel1: np.ndarray,
    kernel2: np.ndarray,
    projection: np.ndarray | None,
    stride: int = 1,
) -> np.ndarray:
    """Return ReLU(residual + shortcut), where the residual is conv, ReLU, conv of `x`."""
    return _relu(_residual(x, kernel1, kernel2, stride) + _shortcut(x, projection, stride))


def _relu(x: np.ndarray) -> np.ndarray:
    return np.maximum(x, 0)


def _same(x: np.ndarray, kernel: np.ndarray, stride: int = 1) -> np.ndarray:
    return ops.conv2d(x, kernel, stride, "same")


def _residual(
    x: np.ndarray, kernel1: np.ndarray, kernel2: np.ndarray, stride: int = 1
) -> np.ndarray:
    return _same(_relu(_same(x, kernel1, stride)), kernel2)


def _shortcut(x: np.ndarray, projection: np.ndarray | None, stride: int) -> np.ndarray:
    return x if projection is None else _same(x, projection, stride)


def _unit_inputs(draw: Draw) -> dict[str, Any]:
    images, channels = draw.integer(1, 2), draw.integer(1, 2)
    height, width = (draw.integer(1, draw.size) for _ in range(2))
    projects, filters, stride = draw.choice((False, True)), draw.integer(1, 3), draw.integer(1, 2)
    if not projects:
        filters, stride = channels, 1
    return {
        "x": draw.array(images, height, width, channels),
        "kernel1": draw.array(3, 3, channels, filters),
        "kernel2": draw.array(3, 3, filters, filters),
        "projection": draw.array(1, 1, channels, filters) if projects else None,
        "stride": stride,
    }


def _joined(join: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> Callable[..., np.ndarray]:
    """Return a version that joins residual and shortcut in another way."""

    def version(
        x: np.ndarray,
        kernel1: np.ndarray,
        kernel2: np.ndarray,
        projection: np.ndarray | None,
        stride: int = 1,
    ) -> np.ndarray:
        return join(_residual(x, kernel1, kernel2, stride), _shortcut(x, projection, stride))

    return version


RESIDUAL_UNIT = Exercise(
    name="residual_unit",
    task=(
        "Return the output of a residual unit for maps `x` (N, H, W, C), without biases and "
        "normalisation: a 3×3 convolution with `kernel1` and `stride`, ReLU, a 3×3 convolution "
        "with `kernel2` (stride 1), plus the shortcut, and ReLU of the sum. The shortcut is `x`, "
        "or where `projection` (1, 1, C, F) is not None, `x` convolved with it at `stride`. All "
        'convolutions are `ops.conv2d(…, padding="same")`.'
    ),
    objective="res-unit",
    reference=residual_unit,
    inputs=_unit_inputs,
    rounds=((2, 60), (4, 60), (6, 60)),
    wrong=(
        Wrong(
            "the shortcut forgotten",
            _joined(lambda residual, shortcut: _relu(residual)),
            (
                "Where does `x` come in, apart from the first convolution?",
                "Add the shortcut before the last ReLU: relu(y + x).",
            ),
        ),
        Wrong(
            "the ReLU before the sum",
            _joined(lambda residual, shortcut: _relu(residual) + shortcut),
            (
                "Can the residual still take something away from `x`?",
                "Add first, then apply the ReLU: relu(y + shortcut).",
            ),
        ),
        Wrong(
            "no ReLU after the sum",
            _joined(lambda residual, shortcut: residual + shortcut),
            (
                "Does your output hold negative numbers?",
                "The first kind of unit ends with a ReLU: np.maximum(y + shortcut, 0).",
            ),
        ),
        Wrong(
            "no ReLU between the convolutions",
            lambda x, kernel1, kernel2, projection, stride=1: _relu(
                _same(_same(x, kernel1, stride), kernel2) + _shortcut(x, projection, stride)
            ),
            (
                "What are two convolutions with nothing in between?",
                "One larger convolution. Apply np.maximum(…, 0) to the output of the first.",
            ),
        ),
        Wrong(
            "a ReLU after both convolutions",
            _joined(lambda residual, shortcut: _relu(_relu(residual) + shortcut)),
            (
                "Can your residual be negative?",
                "It has to be able to subtract: no ReLU between the second convolution and the "
                "sum.",
            ),
        ),
        Wrong(
            "subtracted",
            _joined(lambda residual, shortcut: _relu(residual - shortcut)),
            (
                "The layers learn h(x) - x. What has to be done to get h(x) back?",
                "Add the shortcut; nothing is subtracted anywhere.",
            ),
        ),
        Wrong(
            "multiplied",
            _joined(lambda residual, shortcut: _relu(residual * shortcut)),
            (
                "What comes out when both kernels hold zeros?",
                "relu(x) should. Add the two, don't multiply them.",
            ),
        ),
        Wrong(
            "the stride on the second convolution",
            lambda x, kernel1, kernel2, projection, stride=1: _relu(
                _same(_relu(_same(x, kernel1)), kernel2, stride) + _shortcut(x, projection, stride)
            ),
            (
                "Which of the two convolutions makes the maps smaller?",
                "The first one takes the stride, the second one stays at 1.",
            ),
        ),
        Wrong(
            "a ReLU on the shortcut",
            _joined(lambda residual, shortcut: _relu(residual + _relu(shortcut))),
            (
                "Is the shortcut changed on its way when there is no projection?",
                "No ReLU on it: it is `x` itself, or the bare projection.",
            ),
        ),
    ),
    hints=(
        "Three lines: the residual, the shortcut, and the ReLU of their sum.",
        "y = conv(relu(conv(x, kernel1, stride)), kernel2); shortcut = x or conv(x, projection, "
        "stride); return relu(y + shortcut).",
    ),
)


def residual_dx(grad: np.ndarray, x: np.ndarray, w1: np.ndarray, w2: np.ndarray) -> np.ndarray:
    """Return the gradient with respect to `x` of ``x + relu(x @ w1) @ w2``."""
    return grad + _through(grad, x, w1, w2)


def _gate(x: np.ndarray, w1: np.ndarray) -> np.ndarray:
    return x @ w1 > 0


def _through(grad: np.ndarray, x: np.ndarray, w1: np.ndarray, w2: np.ndarray) -> np.ndarray:
    return (_gate(x, w1) * (grad @ w2.T)) @ w1.T


def _row_inputs(draw: Draw) -> dict[str, Any]:
    rows, channels, hidden = (draw.integer(1, top) for top in (2, draw.size, draw.size))
    return {
        "grad": draw.array(rows, channels),
        "x": draw.array(rows, channels),
        "w1": draw.array(channels, hidden),
        "w2": draw.array(hidden, channels),
    }


RESIDUAL_DX = Exercise(
    name="residual_dx",
    task=(
        "A unit on rows of numbers computes y = x + relu(x @ w1) @ w2, with `x` (N, C), `w1` "
        "(C, M) and `w2` (M, C). `grad` (N, C) is the gradient of the loss with respect to y. "
        "Return the gradient with respect to `x`, an array (N, C). A ReLU at exactly 0 lets "
        "nothing through."
    ),
    objective="res-gradient",
    reference=residual_dx,
    inputs=_row_inputs,
    rounds=((2, 60), (3, 60), (4, 60)),
    wrong=(
        Wrong(
            "the gradient of the shortcut forgotten",
            lambda grad, x, w1, w2: _through(grad, x, w1, w2),
            (
                "On how many ways does `x` reach y?",
                "On two. The shortcut's share is `grad` as it is: add it.",
            ),
        ),
        Wrong(
            "the gradient of the residual forgotten",
            lambda grad, x, w1, w2: grad + 0.0,
            (
                "Do w1 and w2 play a part in your answer?",
                "Add what comes back through w2, the ReLU and w1.",
            ),
        ),
        Wrong(
            "the ReLU forgotten",
            lambda grad, x, w1, w2: grad + grad @ w2.T @ w1.T,
            (
                "What is the slope of a ReLU whose input was negative?",
                "Multiply by (x @ w1 > 0) between the two matrices.",
            ),
        ),
        Wrong(
            "the gradient cut off where it is negative",
            lambda grad, x, w1, w2: grad + np.maximum(grad @ w2.T, 0) @ w1.T,
            (
                "Does the ReLU's slope depend on the gradient or on what went in?",
                "On what went in: (x @ w1 > 0) * (grad @ w2.T).",
            ),
        ),
        Wrong(
            "multiplied by the ReLU's output",
            lambda grad, x, w1, w2: grad + (np.maximum(x @ w1, 0) * (grad @ w2.T)) @ w1.T,
            (
                "What is the slope of a ReLU at 3?",
                "It is 1, not 3: use the comparison x @ w1 > 0.",
            ),
        ),
        Wrong(
            "zeros let through",
            lambda grad, x, w1, w2: grad + ((x @ w1 >= 0) * (grad @ w2.T)) @ w1.T,
            (
                "What about inputs of exactly 0?",
                "They let nothing through here: > and not >=.",
            ),
        ),
        Wrong(
            "the unit's output, not its gradient",
            lambda grad, x, w1, w2: x + np.maximum(x @ w1, 0) @ w2,
            (
                "Does `grad` play a part in your answer?",
                "Walk backwards: start with grad, multiply by w2.T, then w1.T.",
            ),
        ),
        Wrong(
            "a ReLU after the sum that isn't there",
            lambda grad, x, w1, w2: residual_dx(
                grad * (x + np.maximum(x @ w1, 0) @ w2 > 0), x, w1, w2
            ),
            (
                "What happens to y after the sum?",
                "Nothing in this unit: `grad` reaches both ways whole.",
            ),
        ),
    ),
    hints=(
        "A sum hands its gradient to both of its terms, whole; add up what comes back.",
        "grad + ((x @ w1 > 0) * (grad @ w2.T)) @ w1.T",
    ),
)
