"""Exercises on plain integers: the depth of a residual network, the cost of a bottleneck."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from cnncourse import arithmetic
from cnncourse.check.exercise import Draw, Exercise, Wrong


def resnet_depth(units: Sequence[int], bottleneck: bool) -> int:
    """Return how many layers with weights there are on the way through a residual network."""
    return 1 + _inside(units, bottleneck) + 1


def _inside(units: Sequence[int], bottleneck: bool) -> int:
    return (3 if bottleneck else 2) * sum(units)


def _stages(draw: Draw) -> dict[str, Any]:
    bottleneck = draw.choice((False, True))
    units = [draw.integer(1, 2 * draw.size) for _ in range(4)]
    return {"units": tuple(units[: draw.integer(1, 4)]), "bottleneck": bottleneck}


RESNET_DEPTH = Exercise(
    name="resnet_depth",
    task=(
        "Return the number in a residual network's name, as an integer: one convolution in front, "
        "then stages of residual units (`units` lists how many in each stage), then one dense "
        "layer. A unit holds 2 convolutions, or 3 if `bottleneck`. Projections on shortcuts and "
        "normalisation are not counted."
    ),
    objective="res-depth",
    reference=resnet_depth,
    inputs=_stages,
    rounds=((2, 80), (4, 120), (8, 120)),
    wrong=(
        Wrong(
            "first and last layer forgotten",
            _inside,
            (
                "Which layers with weights are not in a unit?",
                "One convolution in front and one dense layer at the end: plus 2.",
            ),
        ),
        Wrong(
            "only one of the first and the last layer counted",
            lambda units, bottleneck: _inside(units, bottleneck) + 1,
            (
                "Which layers with weights are not in a unit?",
                "One convolution in front *and* one dense layer at the end: plus 2.",
            ),
        ),
        Wrong(
            "always two convolutions a unit",
            lambda units, bottleneck: resnet_depth(units, False),
            (
                "Does `bottleneck` play a part in your answer?",
                "A bottleneck unit holds three convolutions: 1×1, 3×3, 1×1.",
            ),
        ),
        Wrong(
            "always three convolutions a unit",
            lambda units, bottleneck: resnet_depth(units, True),
            (
                "Does `bottleneck` play a part in your answer?",
                "Without a bottleneck a unit holds two convolutions.",
            ),
        ),
        Wrong(
            "units counted as layers",
            lambda units, bottleneck: sum(units) + 2,
            (
                "How many convolutions does one unit hold?",
                "Two, or three in a bottleneck: multiply the sum of the units.",
            ),
        ),
        Wrong(
            "projections counted",
            lambda units, bottleneck: (
                resnet_depth(units, bottleneck) + len(units) - (0 if bottleneck else 1)
            ),
            (
                "Is a layer on the shortcut one more layer on the way through?",
                "The names leave projections out.",
            ),
        ),
        Wrong(
            "normalisation counted",
            lambda units, bottleneck: resnet_depth(units, bottleneck) + _inside(units, bottleneck),
            (
                "Does batch normalisation count as a layer of its own?",
                "Only convolutions and the dense layer count.",
            ),
        ),
    ),
    hints=(
        "How many units are there, how many convolutions in each, and what stands around them?",
        "1 + (3 if bottleneck else 2) * sum(units) + 1",
    ),
)


def bottleneck_params(c_in: int, filters: int, stride: int = 1) -> int:
    """Return the trainable parameters of a bottleneck unit without biases."""
    c_out = 4 * filters
    total = sum(_normalised(*layer) for layer in _layers(c_in, filters))
    return total + (_normalised(1, c_in, c_out) if _projects(c_in, c_out, stride) else 0)


def _layers(c_in: int, filters: int) -> list[tuple[int, int, int]]:
    return [(1, c_in, filters), (3, filters, filters), (1, filters, 4 * filters)]


def _projects(c_in: int, c_out: int, stride: int) -> bool:
    return stride > 1 or c_in != c_out


def _normalised(kernel: int, c_in: int, filters: int) -> int:
    return arithmetic.conv_params(kernel, c_in, filters, bias=False) + 2 * filters


def _channels(c_in: int, filters: int, stride: int) -> int:
    """Return how many maps are normalised, those of the projection among them."""
    projected = 4 * filters if _projects(c_in, 4 * filters, stride) else 0
    return 6 * filters + projected


def _unit(draw: Draw) -> dict[str, Any]:
    stride, filters = draw.integer(1, 2), draw.integer(1, 3 * draw.size)
    c_in = draw.choice((filters, 4 * filters, 2 * filters, draw.integer(1, 8 * draw.size)))
    return {"c_in": c_in, "filters": filters, "stride": stride}


def _with_projection(where: Callable[[int, int, int], bool]) -> Callable[..., int]:
    """Return a version that projects elsewhere."""

    def version(c_in: int, filters: int, stride: int = 1) -> int:
        total = sum(_normalised(*layer) for layer in _layers(c_in, filters))
        projected = _normalised(1, c_in, 4 * filters)
        return total + (projected if where(c_in, 4 * filters, stride) else 0)

    return version


BOTTLENECK_PARAMS = Exercise(
    name="bottleneck_params",
    task=(
        "Return the number of trainable parameters of a bottleneck unit, as an integer. Its "
        "convolutions have no biases: 1×1 from `c_in` to `filters` maps (with `stride`), 3×3 to "
        "`filters`, 1×1 to 4 · `filters`. If the shape changes (stride above 1, or `c_in` is not "
        "4 · `filters`), the shortcut holds a 1×1 convolution from `c_in` to 4 · `filters`. After "
        "every convolution, that one included, stands batch normalisation with two trainable "
        "numbers for each map."
    ),
    objective="res-bottleneck",
    reference=bottleneck_params,
    inputs=_unit,
    rounds=((2, 80), (4, 120), (8, 120)),
    wrong=(
        Wrong(
            "normalisation forgotten",
            lambda c_in, filters, stride=1: (
                bottleneck_params(c_in, filters, stride) - 2 * _channels(c_in, filters, stride)
            ),
            (
                "What does batch normalisation learn?",
                "A factor and an offset for each map: 2 · filters after each convolution.",
            ),
        ),
        Wrong(
            "running statistics counted",
            lambda c_in, filters, stride=1: (
                bottleneck_params(c_in, filters, stride) + 2 * _channels(c_in, filters, stride)
            ),
            (
                "Which of the four numbers of a normalised map does training adjust by gradients?",
                "Factor and offset: 2 a map. Running mean and variance are not trainable.",
            ),
        ),
        Wrong(
            "biases counted",
            lambda c_in, filters, stride=1: (
                bottleneck_params(c_in, filters, stride) + _channels(c_in, filters, stride)
            ),
            (
                "Do the convolutions have biases?",
                "No: normalisation would take them out again. Leave the `+ filters` away.",
            ),
        ),
        Wrong(
            "never projected",
            _with_projection(lambda c_in, c_out, stride: False),
            (
                "Can x be added when it has another shape than the residual?",
                "Count the 1×1 convolution on the shortcut where the shape changes.",
            ),
        ),
        Wrong(
            "always projected",
            _with_projection(lambda c_in, c_out, stride: True),
            (
                "Does a unit that keeps the shape need weights on its shortcut?",
                "Only project where stride > 1 or c_in != 4 * filters.",
            ),
        ),
        Wrong(
            "projected only at a stride",
            _with_projection(lambda c_in, c_out, stride: stride > 1),
            (
                "The first unit of ResNet-50: 64 maps in, 256 out, stride 1. Can x be added?",
                "The channels count, too: stride > 1 or c_in != 4 * filters.",
            ),
        ),
        Wrong(
            "projected only where the channels change",
            _with_projection(lambda c_in, c_out, stride: c_in != c_out),
            (
                "256 maps in, 256 out, stride 2: can x be added?",
                "The size counts, too: stride > 1 or c_in != 4 * filters.",
            ),
        ),
        Wrong(
            "the 3×3 convolution at full width",
            lambda c_in, filters, stride=1: (
                bottleneck_params(c_in, filters, stride) + 9 * 15 * filters**2
            ),
            (
                "What is the first 1×1 convolution good for?",
                "It makes the maps few, so that the 3×3 one goes from filters to filters.",
            ),
        ),
        Wrong(
            "the 3×3 kernel counted as 1×1",
            lambda c_in, filters, stride=1: (
                bottleneck_params(c_in, filters, stride) - 8 * filters**2
            ),
            (
                "How many weights does a 3×3 kernel hold for each pair of maps?",
                "Nine: 9 * filters * filters.",
            ),
        ),
    ),
    hints=(
        "List the convolutions as (kernel, from, to), the projection if there is one, and add "
        "kernel² · from · to + 2 · to for each.",
        "(1, c_in, filters), (3, filters, filters), (1, filters, 4 * filters), and (1, c_in, "
        "4 * filters) if stride > 1 or c_in != 4 * filters.",
    ),
)
