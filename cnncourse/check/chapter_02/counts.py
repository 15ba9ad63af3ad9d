"""Exercises on plain integers: output sizes, and what a stack of layers costs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from cnncourse import arithmetic
from cnncourse.check.exercise import Draw, Exercise, Wrong


def pool_output_size(
    size: int, pool: int, stride: int | None = None, padding: str = "valid"
) -> int:
    """Return how many windows of `pool` inputs there are along an axis of `size`."""
    stride = pool if stride is None else stride
    return arithmetic.conv_output_size(size, pool, stride, padding)


def _along_an_axis(draw: Draw) -> dict[str, Any]:
    padding = draw.choice(("valid", "same"))
    stride = draw.choice((None, 1, 2, 3, draw.size + 2))
    pool = draw.integer(1, draw.size + 1)
    low = pool if padding == "valid" else 1
    size = draw.integer(low, low + 5 * draw.size)
    return {"size": size, "pool": pool, "stride": stride, "padding": padding}


def _only(chosen: str, version: Callable[[int, int, int], int]) -> Callable[..., int]:
    """Return a version that is wrong for one kind of padding and right for the other."""

    def mixed(size: int, pool: int, stride: int | None = None, padding: str = "valid") -> int:
        if padding != chosen:
            return pool_output_size(size, pool, stride, padding)
        return version(size, pool, pool if stride is None else stride)

    return mixed


POOL_OUTPUT_SIZE = Exercise(
    name="pool_output_size",
    task=(
        "Return how many outputs pooling has along an axis of `size` inputs, as an integer. The "
        "window is `pool` long; a `stride` of None means that it moves by its own length. "
        "`padding` is 'valid' (whole windows only) or 'same' (size / stride, rounded up)."
    ),
    objective="pool-output-size",
    reference=pool_output_size,
    inputs=_along_an_axis,
    rounds=((2, 80), (4, 120), (8, 120)),
    wrong=(
        Wrong(
            "a stride of 1 when none is given",
            lambda size, pool, stride=None, padding="valid": pool_output_size(
                size, pool, 1 if stride is None else stride, padding
            ),
            (
                "How far does a pooling window move when nobody says how far?",
                "Unlike a convolution's, its step is its own length: stride = pool if it is None.",
            ),
        ),
        Wrong(
            "the stride ignored",
            lambda size, pool, stride=None, padding="valid": pool_output_size(
                size, pool, None, padding
            ),
            (
                "Which argument does your formula not use?",
                "Only a stride of None stands for the window's length.",
            ),
        ),
        Wrong(
            "rounded up where it has to be rounded down",
            _only("valid", lambda size, pool, stride: -(-(size - pool) // stride) + 1),
            (
                "What becomes of the pixels at the end that don't fill a window?",
                "With 'valid' they are dropped: (size - pool) // stride + 1.",
            ),
        ),
        Wrong(
            "the + 1 forgotten",
            _only("valid", lambda size, pool, stride: (size - pool) // stride),
            (
                "A window exactly as long as the input: how many outputs?",
                "(size - pool) // stride counts the steps; where the window starts counts, too.",
            ),
        ),
        Wrong(
            "size divided by stride, the window forgotten",
            _only("valid", lambda size, pool, stride: size // stride),
            (
                "5 inputs, a window of 3, stride 2: where does the second window end?",
                "Only where stride and window are equal may you divide by the stride alone.",
            ),
        ),
        Wrong(
            "'same' taken for an unchanged size",
            _only("same", lambda size, pool, stride: size),
            (
                "Is the output as long as the input when the stride is 2?",
                "'same' means ceil(size / stride).",
            ),
        ),
        Wrong(
            "rounded down where 'same' rounds up",
            _only("same", lambda size, pool, stride: size // stride),
            (
                "5 inputs at stride 2: does 'same' leave the last one out?",
                "'same' gives the rest a window, too: -(-size // stride) rounds up.",
            ),
        ),
        Wrong(
            "padding ignored",
            _only("same", lambda size, pool, stride: max((size - pool) // stride + 1, 0)),
            (
                "Does your function give different answers for 'valid' and 'same'?",
                "Treat padding == 'same' first: the window's length has no part in its answer.",
            ),
        ),
    ),
    hints=(
        "Settle the stride first; then it is the formula of a convolution.",
        "stride = pool if stride is None else stride; 'valid': (size - pool) // stride + 1; "
        "'same': size / stride, rounded up.",
    ),
)


def stack_macs(size: int, layers: Iterable[tuple[str, int]]) -> int:
    """Return the multiplications of a stack of 3×3 convolutions ("same") and poolings."""
    total, channels = 0, 1
    for kind, number in layers:
        if kind == "pool":
            size = arithmetic.conv_output_size(size, number, number)
        else:
            total += arithmetic.conv_macs(size, 3, channels, number)
            channels = number
    return total


def _stack(draw: Draw) -> dict[str, Any]:
    layers: list[tuple[str, int]] = []
    side = size = draw.integer(1, 4 * draw.size)
    for _ in range(draw.integer(1, 5)):
        kind, number = draw.choice(("conv", "pool")), draw.integer(1, 4)
        if kind == "pool" and number > side:
            kind = "conv"
        side = side // number if kind == "pool" else side
        layers.append((kind, number))
    return {"size": size, "layers": layers}


def _wrong_stack(
    cost: Callable[[int, int, int], int] | None = None, shrinks: bool = True, chains: bool = True
) -> Callable[..., int]:
    """Return a version with another cost of a layer, or that forgets what a layer leaves behind."""

    def version(size: int, layers: Iterable[tuple[str, int]]) -> int:
        total, channels = 0, 1
        for kind, number in layers:
            if kind == "pool":
                size = size // number if shrinks else size
                continue
            total += (cost or _macs)(size, channels, number)
            channels = number if chains else 1
        return total

    return version


def _macs(size: int, channels: int, filters: int) -> int:
    return arithmetic.conv_macs(size, 3, channels, filters)


def _pooling_multiplies(size: int, layers: Iterable[tuple[str, int]]) -> int:
    total, channels = 0, 1
    for kind, number in layers:
        if kind == "pool":
            size //= number
            total += size * size * channels * number * number
        else:
            total += _macs(size, channels, number)
            channels = number
    return total


def _pool_first(size: int, layers: Iterable[tuple[str, int]]) -> int:
    """Count every convolution at the size that the last pooling leaves."""
    layers = list(layers)
    for kind, number in layers:
        size = size // number if kind == "pool" else size
    return stack_macs(size, [layer for layer in layers if layer[0] == "conv"])


STACK_MACS = Exercise(
    name="stack_macs",
    task=(
        "Return how many multiplications a stack of layers needs for a picture of `size` × `size` "
        "pixels and 1 channel, as an integer. `layers` lists ('conv', filters), a 3×3 convolution "
        "with 'same' padding and stride 1, and ('pool', n), an n×n max pooling with stride n and "
        "'valid' padding. Biases and maxima are no multiplications."
    ),
    objective="pool-order",
    reference=stack_macs,
    inputs=_stack,
    rounds=((2, 60), (4, 80), (5, 100)),
    wrong=(
        Wrong(
            "the pooled size forgotten",
            _wrong_stack(shrinks=False),
            (
                "At how many places does a convolution after a pooling stand?",
                "A pooling of n divides the size by n, rounded down, for all layers after it.",
            ),
        ),
        Wrong(
            "every convolution counted at the last size",
            _pool_first,
            (
                "Does a pooling save anything in the layers before it?",
                "Walk through the layers in order and shrink the size when you meet a pooling.",
            ),
        ),
        Wrong(
            "the input channels forgotten",
            _wrong_stack(lambda size, channels, filters: _macs(size, 1, filters)),
            (
                "How many numbers does one filter of the second convolution hold?",
                "Each filter reads all maps of the convolution before: times its channels.",
            ),
        ),
        Wrong(
            "the number of filters forgotten",
            _wrong_stack(lambda size, channels, filters: _macs(size, channels, 1)),
            (
                "How many maps come out of a convolution?",
                "Multiply by the number of filters as well.",
            ),
        ),
        Wrong(
            "parameters counted, not multiplications",
            _wrong_stack(lambda size, channels, filters: 9 * channels * filters),
            (
                "Does your answer change with the size of the picture?",
                "Each weight is used once at every pixel: times size * size.",
            ),
        ),
        Wrong(
            "1×1 kernels",
            _wrong_stack(lambda size, channels, filters: size * size * channels * filters),
            (
                "How many pixels does one window hold?",
                "A 3×3 kernel has 9 weights for each channel: times 9.",
            ),
        ),
        Wrong(
            "pooling counted as multiplying",
            _pooling_multiplies,
            (
                "What does a max pooling multiply?",
                "Nothing: it only compares. It adds 0 to the count and makes the size smaller.",
            ),
        ),
        Wrong(
            "no padding",
            _wrong_stack(
                lambda size, channels, filters: _macs(max(size - 2, 1), channels, filters)
            ),
            (
                "How large is the output of a 3×3 convolution with 'same' padding?",
                "As large as its input: size * size places.",
            ),
        ),
    ),
    hints=(
        "Keep two numbers while you walk through the layers: the size and the channels.",
        "A convolution adds size * size * 9 * channels * filters and sets channels = filters; a "
        "pooling only sets size = size // n.",
    ),
)
