"""Exercises that count: parameters and the inputs that an output sees."""

from __future__ import annotations

from typing import Any

import numpy as np

from cnncourse import arithmetic
from cnncourse.check.exercise import Draw, Exercise, Wrong


def _conv_params_inputs(draw: Draw) -> dict[str, Any]:
    side = draw.integer(1, draw.size + 1)
    kernel = draw.choice((side, (side, draw.integer(1, draw.size + 1))))
    c_in, filters = draw.integer(1, 4 * draw.size), draw.integer(1, 4 * draw.size)
    return {
        "kernel": kernel,
        "c_in": c_in,
        "filters": filters,
        "bias": draw.choice((True, False)),
    }


def _weights(kernel: Any, c_in: int, filters: int) -> int:
    return arithmetic.conv_params(kernel, c_in, filters, bias=False)


CONV_PARAMS = Exercise(
    name="conv_params",
    task=(
        "Return the number of parameters of a convolution as an integer. `kernel` is one number "
        "for a square kernel or a pair (height, width); each filter has one bias if `bias` is true."
    ),
    objective="conv-params",
    reference=arithmetic.conv_params,
    leaves_out=("groups",),
    inputs=_conv_params_inputs,
    rounds=((2, 80), (4, 120), (8, 120)),
    wrong=(
        Wrong(
            "bias forgotten",
            lambda kernel, c_in, filters, bias=True: _weights(kernel, c_in, filters),
            (
                "Is anything added after the products are summed up?",
                "Each filter has one bias: + filters.",
            ),
        ),
        Wrong(
            "bias counted even where there is none",
            lambda kernel, c_in, filters, bias=True: arithmetic.conv_params(kernel, c_in, filters),
            (
                "Which argument does your formula not use?",
                "Add the biases only if `bias` is true.",
            ),
        ),
        Wrong(
            "one bias for the whole layer",
            lambda kernel, c_in, filters, bias=True: _weights(kernel, c_in, filters) + bool(bias),
            (
                "Do two filters share their bias?",
                "Every filter has a bias of its own: + filters, not + 1.",
            ),
        ),
        Wrong(
            "input channels forgotten",
            lambda kernel, c_in, filters, bias=True: arithmetic.conv_params(
                kernel, 1, filters, bias
            ),
            (
                "How deep is one filter that looks at a colour image?",
                "A filter has height * width * c_in weights: a slice for each input channel.",
            ),
        ),
        Wrong(
            "number of filters forgotten",
            lambda kernel, c_in, filters, bias=True: arithmetic.conv_params(kernel, c_in, 1, bias),
            (
                "You have counted one filter. How many are there?",
                "Every filter has height * width * c_in weights and its bias: times `filters`.",
            ),
        ),
        Wrong(
            "kernel counted along one side",
            lambda kernel, c_in, filters, bias=True: arithmetic.conv_params(
                (kernel if isinstance(kernel, int) else kernel[0], 1), c_in, filters, bias
            ),
            (
                "How many entries has a kernel of 3?",
                "kernel=3 means 3 × 3: multiply height by width.",
            ),
        ),
        Wrong(
            "bias counted as one more input channel",
            lambda kernel, c_in, filters, bias=True: _weights(kernel, c_in + bool(bias), filters),
            (
                "Is a bias as large as a slice of the kernel?",
                "A bias is one number for each filter: it stands outside the product.",
            ),
        ),
    ),
    hints=(
        "Count the weights of a single filter first, on paper.",
        "One filter: height * width * c_in weights and perhaps a bias. There are `filters` of "
        "them.",
    ),
)


def _receptive_field_inputs(draw: Draw) -> dict[str, Any]:
    layers: list[tuple[int, ...]] = []
    for _ in range(draw.integer(0, draw.size)):
        layer = draw.integer(1, 3 if draw.size < 4 else 5), draw.integer(1, 3)
        layers.append(draw.choice((layer, (*layer, draw.integer(1, 3)))))
    return {"layers": layers}


def _grow(step: Any, start: int = 1) -> Any:
    """Return a version that grows the field layer by layer by ``step(reach, stride, jump)``."""

    def version(layers: Any) -> int:
        field, jump = start, 1
        for kernel, stride, *dilation in layers:
            reach = arithmetic.kernel_reach(kernel, *dilation)
            field += step(reach, stride, jump)
            jump *= stride
        return field

    return version


RECEPTIVE_FIELD = Exercise(
    name="receptive_field",
    task=(
        "Return how many inputs, along one axis, one output of a stack of layers sees. `layers` is "
        "a list, first layer first, of (kernel, stride) or (kernel, stride, dilation); without "
        "layers the answer is 1."
    ),
    objective="conv-receptive-field",
    reference=arithmetic.receptive_field,
    inputs=_receptive_field_inputs,
    rounds=((2, 80), (4, 120), (6, 80)),
    wrong=(
        Wrong(
            "strides ignored",
            _grow(lambda reach, stride, jump: reach - 1),
            (
                "After a layer with stride 2, how far apart, in pixels, are two neighbours?",
                "Each layer adds (kernel - 1) times the product of all strides before it.",
            ),
        ),
        Wrong(
            "a layer's own stride counted too early",
            _grow(lambda reach, stride, jump: (reach - 1) * jump * stride),
            (
                "A single layer with kernel 3 and stride 2: how many inputs does one output see?",
                "The stride of a layer spreads the layers after it: grow the field first, then "
                "multiply the jump.",
            ),
        ),
        Wrong(
            "kernels added up",
            _grow(lambda reach, stride, jump: reach * jump, start=0),
            (
                "Two layers with kernel 3 see 5 inputs. What does yours say?",
                "Start at 1 and add kernel - 1 (times the jump): neighbours overlap.",
            ),
        ),
        Wrong(
            "started from 0 instead of 1",
            _grow(lambda reach, stride, jump: (reach - 1) * jump, start=0),
            (
                "How many inputs does one value see without any layer?",
                "It sees itself: start at 1.",
            ),
        ),
        Wrong(
            "dilation forgotten",
            lambda layers: arithmetic.receptive_field([layer[:2] for layer in layers]),
            (
                "Some layers have a third number. What does it do to the kernel?",
                "Put dilation * (kernel - 1) in place of kernel - 1.",
            ),
        ),
        Wrong(
            "kernels multiplied",
            lambda layers: int(np.prod([arithmetic.kernel_reach(k, *d) for k, _, *d in layers])),
            (
                "Two layers with kernel 3 and stride 1: draw which inputs the output sees.",
                "Windows of neighbours overlap, so the field grows by adding, not multiplying.",
            ),
        ),
    ),
    hints=(
        "Walk through the layers with two numbers: the field so far, and how many inputs lie "
        "between two neighbours (the jump).",
        "Start with field = jump = 1; per layer field += dilation * (kernel - 1) * jump, then "
        "jump *= stride.",
    ),
)
