"""Exercises on convolution along time: how long, how far back, and from the past alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from cnncourse import arithmetic, ops
from cnncourse.check.exercise import Draw, Exercise, Wrong


def conv1d_steps(
    steps: int, kernel: int, stride: int = 1, padding: str = "valid", dilation: int = 1
) -> int:
    """Return the steps of a 1-D convolution's output; the reference of the exercise."""
    kind = "valid" if padding == "valid" else "same"  # causal padding is as much, all in front
    return arithmetic.conv_output_size(steps, kernel, stride, kind, dilation)


def _steps_inputs(draw: Draw) -> dict[str, Any]:
    padding = draw.choice(("valid", "same", "causal"))
    kernel, stride, dilation = draw.integer(1, 4), draw.integer(1, 3), draw.integer(1, 3)
    least = arithmetic.kernel_reach(kernel, dilation) if padding == "valid" else 1
    return {
        "steps": draw.integer(least, least + 3 * draw.size),
        "kernel": kernel,
        "stride": stride,
        "padding": padding,
        "dilation": dilation,
    }


def _steps_with(
    valid: Callable[[int, int, int], int] = lambda steps, reach, stride: (
        (steps - reach) // stride + 1
    ),
    padded: Callable[[int, int], int] = lambda steps, stride: -(-steps // stride),
    reach: Callable[[int, int], int] = arithmetic.kernel_reach,
) -> Callable[..., int]:
    """Return a version with another rule for one of its parts."""

    def version(
        steps: int, kernel: int, stride: int = 1, padding: str = "valid", dilation: int = 1
    ) -> int:
        if padding == "valid":
            return valid(steps, reach(kernel, dilation), stride)
        return padded(steps, stride)

    return version


def _causal_taken_for_valid(
    steps: int, kernel: int, stride: int = 1, padding: str = "valid", dilation: int = 1
) -> int:
    if padding == "same":
        return -(-steps // stride)
    return (steps - arithmetic.kernel_reach(kernel, dilation)) // stride + 1


CONV1D_STEPS = Exercise(
    name="conv1d_steps",
    task=(
        "Return how many steps a 1-D convolution makes of `steps` steps, as an integer. `padding` "
        "is 'valid', 'same' or 'causal'."
    ),
    objective="seq-slide",
    reference=conv1d_steps,
    inputs=_steps_inputs,
    rounds=((2, 80), (4, 120), (8, 120)),
    wrong=(
        Wrong(
            "the + 1 forgotten",
            _steps_with(valid=lambda steps, reach, stride: (steps - reach) // stride),
            (
                "How many windows are there when the kernel is as long as the sequence?",
                "After the first window it can move floor((steps - reach) / stride) times: + 1.",
            ),
        ),
        Wrong(
            "stride forgotten",
            _steps_with(lambda steps, reach, stride: steps - reach + 1, lambda steps, _: steps),
            (
                "Which argument does your formula not use?",
                "The window moves by `stride` steps at a time: divide by it.",
            ),
        ),
        Wrong(
            "dilation forgotten",
            _steps_with(reach=lambda kernel, dilation: kernel),
            (
                "How many steps does a kernel of 3 taps span when its taps lie 2 apart?",
                "It reaches over dilation * (kernel - 1) + 1 steps.",
            ),
        ),
        Wrong(
            "the reach taken for dilation times kernel",
            _steps_with(reach=lambda kernel, dilation: dilation * kernel),
            (
                "How many gaps lie between 3 taps?",
                "There is no gap after the last tap: dilation * (kernel - 1) + 1.",
            ),
        ),
        Wrong(
            "rounded down where zeros make it round up",
            _steps_with(padded=lambda steps, stride: steps // stride),
            (
                "Which steps does the last window start from when 5 steps meet stride 2?",
                "'same' and 'causal' give ceil(steps / stride): -(-steps // stride).",
            ),
        ),
        Wrong(
            "rounded up where it has to be rounded down",
            _steps_with(valid=lambda steps, reach, stride: -(-(steps - reach) // stride) + 1),
            (
                "May the last window reach beyond the last step?",
                "With 'valid' a window that doesn't fit is dropped: floor, not ceiling.",
            ),
        ),
        Wrong(
            "causal taken for valid",
            _causal_taken_for_valid,
            (
                "What does causal padding put before the first step?",
                "It adds reach - 1 zeros in front, so nothing is lost: ceil(steps / stride).",
            ),
        ),
    ),
    hints=(
        "Do stride 1 and dilation 1 first: how often does the kernel fit?",
        "valid: (steps - reach) // stride + 1 with reach = dilation * (kernel - 1) + 1; 'same' and "
        "'causal': steps / stride, rounded up.",
    ),
)


def causal_conv1d(x: np.ndarray, kernel: np.ndarray, dilation: int = 1) -> np.ndarray:
    """Convolve so that no output sees a later step; the reference of the exercise."""
    return ops.conv1d(x, kernel, padding="causal", dilation=dilation)


def _causal_inputs(draw: Draw) -> dict[str, Any]:
    taps, dilation = draw.integer(1, 3), draw.integer(1, 2)
    steps = draw.integer(1, draw.size + 1)
    channels, filters, sequences = (draw.integer(1, 2) for _ in range(3))
    return {
        "x": draw.array(sequences, steps, channels),
        "kernel": draw.array(taps, channels, filters),
        "dilation": dilation,
    }


def _late(x: np.ndarray, kernel: np.ndarray, dilation: int, by: int) -> np.ndarray:
    """Convolve with `by` of the zeros of a causal convolution moved from the front to the end."""
    reach = dilation * (len(kernel) - 1)
    moved = min(by, reach)
    return ops.conv1d(x, kernel, padding=(reach - moved, moved), dilation=dilation)


CAUSAL_CONV1D = Exercise(
    name="causal_conv1d",
    task=(
        "Convolve sequences `x` (N, T, C_in) with `kernel` (K, C_in, C_out) whose taps lie "
        "`dilation` steps apart, and return (N, T, C_out): output t sees step t and earlier ones "
        "only, with zeros before the first step."
    ),
    objective="seq-causal",
    reference=causal_conv1d,
    inputs=_causal_inputs,
    rounds=((2, 60), (3, 60), (5, 60)),
    wrong=(
        Wrong(
            "all zeros put behind the last step",
            lambda x, kernel, dilation=1: _late(x, kernel, dilation, by=10**6),
            (
                "Which steps does your first output see?",
                "The zeros go in front: np.pad(x, ((0, 0), (reach - 1, 0), (0, 0))).",
            ),
        ),
        Wrong(
            "padded on both sides, as 'same' does",
            lambda x, kernel, dilation=1: ops.conv1d(x, kernel, padding="same", dilation=dilation),
            (
                "Change the last step of a sequence: which outputs may change?",
                "Only the last one may. All dilation * (K - 1) zeros go in front.",
            ),
        ),
        Wrong(
            "not padded",
            lambda x, kernel, dilation=1: causal_conv1d(x, kernel, dilation)[
                :, dilation * (len(kernel) - 1) :
            ],
            (
                "How many outputs does a sequence of T steps have to get?",
                "T outputs: put dilation * (K - 1) zeros in front of the sequence first.",
            ),
        ),
        Wrong(
            "dilation forgotten",
            lambda x, kernel, dilation=1: causal_conv1d(x, kernel),
            (
                "Which argument does your code not use?",
                "Tap k of output t reads step t - (K - 1 - k) * dilation.",
            ),
        ),
        Wrong(
            "dilated, but padded as if it weren't",
            lambda x, kernel, dilation=1: causal_conv1d(x, kernel, dilation)[
                :, (dilation - 1) * (len(kernel) - 1) :
            ],
            (
                "How far back does the first tap reach when the taps lie 2 apart?",
                "Pad with dilation * (K - 1) zeros, not with K - 1.",
            ),
        ),
        Wrong(
            "kernel turned round in time",
            lambda x, kernel, dilation=1: causal_conv1d(x, kernel[::-1], dilation),
            (
                "Which tap meets the present step?",
                "The last one: kernel[K - 1] meets step t, kernel[0] the oldest.",
            ),
        ),
        Wrong(
            "the present step left out",
            lambda x, kernel, dilation=1: ops.conv1d(
                x, kernel, padding=(dilation * (len(kernel) - 1) + 1, 0), dilation=dilation
            )[:, :-1],
            (
                "May output t see step t?",
                "It may: dilation * (K - 1) zeros in front, one less than you have.",
            ),
        ),
        Wrong(
            "only the first channel used",
            lambda x, kernel, dilation=1: causal_conv1d(x[..., :1], kernel[:, :1], dilation),
            (
                "Does your result change when only the second channel changes?",
                "Every tap multiplies all channels: x[:, step] @ kernel[tap] adds them up.",
            ),
        ),
    ),
    hints=(
        "Take one sequence, one channel and two taps, and write down which steps output 0 sees.",
        "Put dilation * (K - 1) zeros in front, then add up padded[:, tap * dilation :][:, :T] @ "
        "kernel[tap] over the taps.",
    ),
)


def doubling_layers(kernel: int, steps: int) -> int:
    """Return the fewest layers of doubling dilation that see `steps`; the reference."""
    layers: list[tuple[int, int, int]] = []
    while arithmetic.receptive_field(layers) < steps:
        layers.append((kernel, 1, 2 ** len(layers)))
    return len(layers)


def _layers_with(grow: Callable[[int, int], int], start: int = 1) -> Callable[[int, int], int]:
    """Return a version whose field grows by ``grow(kernel, layer)``."""

    def version(kernel: int, steps: int) -> int:
        layers, field = 0, start
        while field < steps:
            field += grow(kernel, layers)
            layers += 1
        return layers

    return version


DOUBLING_LAYERS = Exercise(
    name="doubling_layers",
    task=(
        "Causal convolutions with `kernel` taps are stacked, with dilations 1, 2, 4, 8 and so on. "
        "Return the smallest number of layers with which one output sees at least `steps` steps, "
        "its own among them."
    ),
    objective="seq-reach",
    reference=doubling_layers,
    inputs=lambda draw: {
        "kernel": draw.integer(2, 2 + draw.size),
        "steps": draw.integer(1, 8 * draw.size**2),
    },
    rounds=((2, 80), (4, 120), (8, 120)),
    wrong=(
        Wrong(
            "every layer with dilation 1",
            _layers_with(lambda kernel, layer: kernel - 1),
            (
                "By how much does the second layer widen the view when its taps lie 2 apart?",
                "Layer number n, from 0, adds (kernel - 1) * 2**n steps.",
            ),
        ),
        Wrong(
            "the dilations begin with 2",
            _layers_with(lambda kernel, layer: (kernel - 1) * 2 ** (layer + 1)),
            (
                "What is the dilation of the first layer?",
                "It is 1, which is 2**0: count the layers from 0.",
            ),
        ),
        Wrong(
            "a whole kernel added instead of kernel - 1",
            _layers_with(lambda kernel, layer: kernel * 2**layer),
            (
                "How many *new* steps does a layer of 2 taps add?",
                "One tap lies on what was seen already: (kernel - 1) * dilation are new.",
            ),
        ),
        Wrong(
            "the output's own step not counted",
            _layers_with(lambda kernel, layer: (kernel - 1) * 2**layer, start=0),
            (
                "How many steps does an output see without any layer?",
                "One, its own: start from 1, and stop as soon as the field is as large as `steps`.",
            ),
        ),
        Wrong(
            "only the last layer looked at",
            _layers_with(
                lambda kernel, layer: (kernel - 1) * (2**layer - 2**layer // 2),
            ),
            (
                "Does the second layer read the sequence, or what the first layer made of it?",
                "The layers' reaches add up: 1 + (kernel - 1) * (1 + 2 + 4 + ...).",
            ),
        ),
    ),
    hints=(
        "Draw two layers of two taps and mark the steps that one output sees.",
        "The field is 1 + (kernel - 1) * (1 + 2 + 4 + ...); add layers while it is below `steps`.",
    ),
)
