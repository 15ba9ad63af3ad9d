"""The exercise on what separating saves."""

from __future__ import annotations

from typing import Any

from cnncourse import arithmetic
from cnncourse.check.exercise import Draw, Exercise, Wrong


def separable_saving(size: int, kernel: int, c_in: int, filters: int) -> int:
    """Return how many multiplications a separable convolution saves on size × size outputs."""
    plain = arithmetic.conv_macs(size, kernel, c_in, filters)
    return plain - arithmetic.separable_conv_macs(size, kernel, c_in, filters)


def _inputs(draw: Draw) -> dict[str, Any]:
    return {
        "size": draw.integer(1, 3 * draw.size),
        "kernel": draw.integer(1, draw.size),
        "c_in": draw.integer(1, 2 * draw.size),
        "filters": draw.integer(1, 2 * draw.size),
    }


def _plain(size: int, kernel: int, c_in: int, filters: int) -> int:
    return arithmetic.conv_macs(size, kernel, c_in, filters)


SEPARABLE_SAVING = Exercise(
    name="separable_saving",
    task=(
        "Return how many multiplications a depthwise separable convolution saves against a plain "
        "one, as an integer (below zero if it needs more): kernel × kernel windows, stride 1, "
        "`c_in` channels in, `filters` out, one depthwise kernel a channel, `size` × `size` "
        "outputs. Biases are no multiplications."
    ),
    objective="separable-cost",
    reference=separable_saving,
    inputs=_inputs,
    rounds=((2, 60), (4, 80), (6, 80)),
    wrong=(
        Wrong(
            "the depthwise step forgotten",
            lambda size, kernel, c_in, filters: (
                _plain(size, kernel, c_in, filters) - size**2 * c_in * filters
            ),
            (
                "How many steps does a separable convolution have?",
                "Take off kernel * kernel * c_in for each output place, too.",
            ),
        ),
        Wrong(
            "the pointwise step forgotten",
            lambda size, kernel, c_in, filters: (
                _plain(size, kernel, c_in, filters) - size**2 * kernel**2 * c_in
            ),
            (
                "What mixes the channels?",
                "The 1×1 step: c_in * filters multiplications for each output place.",
            ),
        ),
        Wrong(
            "weights counted, not multiplications",
            lambda size, kernel, c_in, filters: separable_saving(1, kernel, c_in, filters),
            (
                "Does your answer change with the size of the maps?",
                "Each weight is used once at every output place: times size * size.",
            ),
        ),
        Wrong(
            "what the separable one needs",
            lambda size, kernel, c_in, filters: arithmetic.separable_conv_macs(
                size, kernel, c_in, filters
            ),
            (
                "Is that what it costs, or what it saves?",
                "Subtract it from what the plain convolution needs.",
            ),
        ),
        Wrong(
            "the sign turned",
            lambda size, kernel, c_in, filters: -separable_saving(size, kernel, c_in, filters),
            ("Which of the two is larger as a rule?", "Plain minus separable."),
        ),
        Wrong(
            "the full kernel in the pointwise step",
            lambda size, kernel, c_in, filters: -(size**2) * kernel**2 * c_in,
            (
                "How large is the window of the pointwise step?",
                "1×1: c_in * filters for each output place, without kernel * kernel.",
            ),
        ),
        Wrong(
            "one depthwise kernel for all channels",
            lambda size, kernel, c_in, filters: (
                _plain(size, kernel, c_in, filters) - size**2 * (kernel**2 + c_in * filters)
            ),
            (
                "How many depthwise kernels are there?",
                "c_in of them: kernel * kernel * c_in multiplications for each output place.",
            ),
        ),
    ),
    hints=(
        "Write down both costs for one output place first.",
        "size² * (kernel² * c_in * filters - (kernel² * c_in + c_in * filters)).",
    ),
)
