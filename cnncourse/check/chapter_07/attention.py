"""Exercises on squeeze and excitation: the block, and what it adds to a network."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from cnncourse.check.exercise import Draw, Exercise, Wrong


def _sigmoid(values: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-values))


def squeeze_excite(
    x: np.ndarray, w1: np.ndarray, b1: np.ndarray, w2: np.ndarray, b2: np.ndarray
) -> np.ndarray:
    """Return maps (N, H, W, C), each multiplied by its gate."""
    x = np.asarray(x)
    return x * _gates(x, w1, b1, w2, b2)[:, np.newaxis, np.newaxis]


def _gates(
    x: np.ndarray, w1: np.ndarray, b1: np.ndarray, w2: np.ndarray, b2: np.ndarray
) -> np.ndarray:
    hidden = np.maximum(x.mean(axis=(1, 2)) @ w1 + b1, 0)
    return _sigmoid(hidden @ w2 + b2)


def _block_inputs(draw: Draw) -> dict[str, Any]:
    channels, hidden = draw.integer(1, 3), draw.integer(1, 2)
    images, height, width = draw.integer(1, 2), draw.integer(1, 2), draw.integer(1, 3)
    return {
        "x": draw.array(images, height, width, channels),
        "w1": draw.array(channels, hidden),
        "b1": draw.array(hidden),
        "w2": draw.array(hidden, channels),
        "b2": draw.array(channels),
    }


def _pixel_by_pixel(
    x: np.ndarray, w1: np.ndarray, b1: np.ndarray, w2: np.ndarray, b2: np.ndarray
) -> np.ndarray:
    return x * _sigmoid(np.maximum(x @ w1 + b1, 0) @ w2 + b2)


SQUEEZE_EXCITE = Exercise(
    name="squeeze_excite",
    task=(
        "Build a squeeze-and-excitation block. Squeeze maps `x` (N, H, W, C) to their means, "
        "(N, C). Excite: a dense layer `w1` (C, R), `b1` with ReLU, then `w2` (R, C), `b2` with "
        "sigmoid: one gate a channel. Return `x` with every map multiplied by its gate."
    ),
    objective="se-block",
    reference=squeeze_excite,
    inputs=_block_inputs,
    rounds=((2, 60), (3, 80), (4, 80)),
    wrong=(
        Wrong(
            "the gates returned, not the maps",
            lambda x, w1, b1, w2, b2: _gates(x, w1, b1, w2, b2),
            (
                "Which shape should come out?",
                "That of x: multiply the maps by the gates, one a channel.",
            ),
        ),
        Wrong(
            "the ReLU left out",
            lambda x, w1, b1, w2, b2: (
                x * _sigmoid((x.mean(axis=(1, 2), keepdims=True) @ w1 + b1) @ w2 + b2)
            ),
            (
                "What becomes of a negative value in the middle?",
                "Zero: np.maximum(..., 0) between the two dense layers.",
            ),
        ),
        Wrong(
            "the sigmoid left out",
            lambda x, w1, b1, w2, b2: (
                x * (np.maximum(x.mean(axis=(1, 2), keepdims=True) @ w1 + b1, 0) @ w2 + b2)
            ),
            (
                "Between which values does a gate lie?",
                "0 and 1: the second dense layer ends in 1 / (1 + exp(-z)).",
            ),
        ),
        Wrong(
            "the gates added",
            lambda x, w1, b1, w2, b2: x + _gates(x, w1, b1, w2, b2)[:, None, None],
            ("What does a closed gate, 0, leave of its map?", "Nothing: multiply, don't add."),
        ),
        Wrong(
            "the maximum squeezed, not the mean",
            lambda x, w1, b1, w2, b2: (
                x * _gates(x.max(axis=(1, 2), keepdims=True), w1, b1, w2, b2)[:, None, None]
            ),
            ("Which one number stands for a map?", "Its mean over rows and columns."),
        ),
        Wrong(
            "a gate for every pixel",
            _pixel_by_pixel,
            (
                "How many gates are there for one image?",
                "One a channel: take the mean over rows and columns first.",
            ),
        ),
        Wrong(
            "the biases left out",
            lambda x, w1, b1, w2, b2: (
                x * _gates(x, w1, np.zeros_like(b1), w2, np.zeros_like(b2))[:, None, None]
            ),
            (
                "Which arguments does your code not use?",
                "Each dense layer adds its bias before its activation.",
            ),
        ),
    ),
    hints=(
        "Three steps: means, two dense layers, a product.",
        "gates = sigmoid(maximum(x.mean(axis=(1, 2)) @ w1 + b1, 0) @ w2 + b2) is (N, C); the "
        "product needs it as gates[:, None, None].",
    ),
)


def se_params(stages: Iterable[tuple[int, int]], ratio: int = 16) -> int:
    """Return the parameters of SE blocks, one in each of a network's units."""
    return sum(units * _block(channels, max(1, channels // ratio)) for units, channels in stages)


def _block(channels: int, hidden: int) -> int:
    return 2 * channels * hidden + hidden + channels


def _stages(draw: Draw) -> dict[str, Any]:
    ratio = draw.choice((16, 1, 2, 4, 8))
    stages = [
        (draw.integer(1, draw.size), draw.integer(1, 12 * draw.size))
        for _ in range(draw.integer(1, 4))
    ]
    return {"stages": stages, "ratio": ratio}


SE_PARAMS = Exercise(
    name="se_params",
    task=(
        "Return how many parameters squeeze-and-excitation adds to a network, as an integer. "
        "`stages` lists (units, channels); every unit gets one block with two dense layers and "
        "their biases: channels → hidden → channels, hidden = channels // ratio, at least 1."
    ),
    objective="se-cost",
    reference=se_params,
    inputs=_stages,
    rounds=((2, 60), (4, 80), (6, 80)),
    wrong=(
        Wrong(
            "the biases forgotten",
            lambda stages, ratio=16: sum(n * 2 * c * max(1, c // ratio) for n, c in stages),
            (
                "What does each unit of a dense layer add to its sum?",
                "A bias: hidden of them in the first layer, channels in the second.",
            ),
        ),
        Wrong(
            "one bias for each hidden unit only",
            lambda stages, ratio=16: sum(
                n * (2 * c * max(1, c // ratio) + max(1, c // ratio)) for n, c in stages
            ),
            ("How many units has the second dense layer?", "One a channel, each with a bias."),
        ),
        Wrong(
            "one block for each stage",
            lambda stages, ratio=16: se_params([(1, c) for _, c in stages], ratio),
            ("How many blocks has a stage of 3 units?", "One in every unit: times units."),
        ),
        Wrong(
            "the second dense layer forgotten",
            lambda stages, ratio=16: sum(
                n * (c * max(1, c // ratio) + max(1, c // ratio)) for n, c in stages
            ),
            (
                "How do the hidden units become gates?",
                "Through a second dense layer, hidden → channels.",
            ),
        ),
        Wrong(
            "the ratio ignored",
            lambda stages, ratio=16: se_params(stages, 1),
            (
                "How many hidden units are there?",
                "channels // ratio: that is what makes the block cheap.",
            ),
        ),
        Wrong(
            "a ratio of 16 whatever is given",
            lambda stages, ratio=16: se_params(stages, 16),
            (
                "Which argument does your code not use?",
                "16 is only the default. Divide by ratio.",
            ),
        ),
    ),
    hints=(
        "Count one block first; then add up over all units.",
        "hidden = max(1, channels // ratio); a block has channels * hidden + hidden + hidden * "
        "channels + channels.",
    ),
)
