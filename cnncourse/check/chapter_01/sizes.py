"""Exercises on sizes along one axis: outputs and zeros."""

from __future__ import annotations

from typing import Any

from cnncourse import arithmetic
from cnncourse.check.exercise import Draw, Exercise, Wrong


def _along_an_axis(draw: Draw) -> dict[str, Any]:
    padding = draw.choice(("valid", "same"))
    kernel, stride = draw.integer(1, draw.size + 1), draw.integer(1, draw.size + 1)
    dilation = draw.integer(1, 3)
    low = arithmetic.kernel_reach(kernel, dilation) if padding == "valid" else 1
    size = draw.integer(low, low + 5 * draw.size)
    case = {"size": size, "kernel": kernel, "stride": stride}
    return {**case, "padding": padding, "dilation": dilation}


def _only(padding: str, version: Any) -> Any:
    """Return a version that is wrong for one kind of padding and right for the other."""

    def mixed(
        size: int, kernel: int, stride: int = 1, padding: str = "valid", dilation: int = 1
    ) -> Any:
        if padding == chosen:
            return version(size, arithmetic.kernel_reach(kernel, dilation), stride)
        return arithmetic.conv_output_size(size, kernel, stride, padding, dilation)

    chosen = padding
    return mixed


def _swapped(
    size: int, kernel: int, stride: int = 1, padding: str = "valid", dilation: int = 1
) -> int:
    reach = arithmetic.kernel_reach(kernel, dilation)
    return (size - reach) // stride + 1 if padding == "same" else -(-size // stride)


CONV_OUTPUT_SIZE = Exercise(
    name="conv_output_size",
    task=(
        "Return how many outputs a convolution has along an axis of `size` inputs, as an integer. "
        "`padding` is 'valid' (the kernel, dilation included, stays inside) or 'same' "
        "(as many zeros as give size / stride outputs, rounded up)."
    ),
    objective="conv-output-size",
    reference=arithmetic.conv_output_size,
    inputs=_along_an_axis,
    rounds=((2, 80), (4, 120), (8, 120)),
    wrong=(
        Wrong(
            "the + 1 forgotten",
            _only("valid", lambda size, reach, stride: (size - reach) // stride),
            (
                "A kernel exactly as long as the input: how many outputs?",
                "(size - reach) // stride counts the steps; the place where the kernel starts "
                "counts, too: + 1.",
            ),
        ),
        Wrong(
            "rounded up where it has to be rounded down",
            _only("valid", lambda size, reach, stride: -(-(size - reach) // stride) + 1),
            (
                "What becomes of a last step for which there are too few inputs left?",
                "With 'valid' an incomplete step is dropped: use //.",
            ),
        ),
        Wrong(
            "stride forgotten",
            lambda size, kernel, stride=1, padding="valid", dilation=1: arithmetic.conv_output_size(
                size, kernel, 1, padding, dilation
            ),
            ("Which argument does your formula not use?", "Divide by the stride before the + 1."),
        ),
        Wrong(
            "dilation forgotten",
            lambda size, kernel, stride=1, padding="valid", dilation=1: arithmetic.conv_output_size(
                size, kernel, stride, padding
            ),
            (
                "Over how many inputs does a kernel of 2 reach when its taps lie 3 apart?",
                "Put dilation * (kernel - 1) + 1 in place of the kernel.",
            ),
        ),
        Wrong(
            "'same' taken for an unchanged size",
            _only("same", lambda size, reach, stride: size),
            (
                "Is the size of the output still that of the input when the stride is 2?",
                "'same' means ceil(size / stride): the size stays the same for stride 1 alone.",
            ),
        ),
        Wrong(
            "rounded down where 'same' rounds up",
            _only("same", lambda size, reach, stride: size // stride),
            (
                "13 inputs at stride 5: where do the outputs lie?",
                "'same' pads so that no input is left out: -(-size // stride) rounds up.",
            ),
        ),
        Wrong(
            "padding ignored",
            _only("same", lambda size, reach, stride: (size - reach) // stride + 1),
            (
                "Does your function give different answers for 'valid' and 'same'?",
                "Treat padding == 'same' first: the kernel has no part in its answer.",
            ),
        ),
        Wrong(
            "'valid' and 'same' swapped",
            _swapped,
            (
                "Which of the two keeps the kernel inside the input?",
                "'valid' uses only real inputs, so its output shrinks; 'same' adds zeros.",
            ),
        ),
        Wrong(
            "division not rounded",
            lambda size, kernel, stride=1, padding="valid", dilation=1: (
                size / stride
                if padding == "same"
                else (size - arithmetic.kernel_reach(kernel, dilation)) / stride + 1
            ),
            ("Can there be half an output?", "Use // instead of /, which always gives a float."),
        ),
    ),
    hints=(
        "Draw the input as a row of boxes and push the kernel along it, for stride 1 first.",
        "'valid': (size - reach) // stride + 1 with reach = dilation * (kernel - 1) + 1; 'same': "
        "size / stride, rounded up.",
    ),
)


def _same_padding_inputs(draw: Draw) -> dict[str, Any]:
    return {
        "size": draw.integer(1, 5 * draw.size),
        "kernel": draw.integer(1, draw.size + 1),
        "stride": draw.integer(1, draw.size + 1),
        "dilation": draw.integer(1, 3),
    }


def _may_be_negative(size: int, kernel: int, stride: int = 1, dilation: int = 1) -> tuple[int, int]:
    outputs = -(-size // stride)
    total = (outputs - 1) * stride + arithmetic.kernel_reach(kernel, dilation) - size
    return total // 2, total - total // 2


def _resplit(split: Any) -> Any:
    """Return a version that shares out the right number of zeros in another way."""
    return lambda size, kernel, stride=1, dilation=1: split(
        sum(arithmetic.same_padding(size, kernel, stride, dilation))
    )


SAME_PADDING = Exercise(
    name="same_padding",
    task=(
        "Return how many zeros padding='same' puts before and after `size` inputs, as a pair "
        "(before, after): as many as give size / stride outputs, rounded up, and never fewer than "
        "0. If the number is odd, the extra zero comes after."
    ),
    objective="conv-padding",
    reference=arithmetic.same_padding,
    inputs=_same_padding_inputs,
    rounds=((2, 80), (4, 120), (8, 120)),
    wrong=(
        Wrong(
            "padding on one side only, after",
            _resplit(lambda total: (0, total)),
            (
                "Where does the first output lie if all zeros come after?",
                "Half of the zeros, rounded down, come before: total // 2.",
            ),
        ),
        Wrong(
            "padding on one side only, before",
            _resplit(lambda total: (total, 0)),
            (
                "Where does the last output lie if all zeros come before?",
                "Half of the zeros, rounded down, come before, the rest comes after.",
            ),
        ),
        Wrong(
            "before and after swapped",
            _resplit(lambda total: (total - total // 2, total // 2)),
            (
                "An odd number of zeros: which side gets the extra one?",
                "Keras puts it after: (total // 2, total - total // 2).",
            ),
        ),
        Wrong(
            "both sides alike, the odd zero lost",
            _resplit(lambda total: (total // 2, total // 2)),
            (
                "Add your two numbers up: is that the number needed?",
                "After gets what is left: total - total // 2.",
            ),
        ),
        Wrong(
            "the total on both sides",
            _resplit(lambda total: (total, total)),
            ("Add your two numbers up: is that the number needed?", "Halve the total first."),
        ),
        Wrong(
            "stride forgotten",
            lambda size, kernel, stride=1, dilation=1: arithmetic.same_padding(
                size, kernel, 1, dilation
            ),
            (
                "With a stride of 2, how far does the last window reach?",
                "The last window starts at (outputs - 1) * stride; the zeros only have to fill "
                "what it lacks.",
            ),
        ),
        Wrong(
            "dilation forgotten",
            lambda size, kernel, stride=1, dilation=1: arithmetic.same_padding(
                size, kernel, stride
            ),
            (
                "Over how many inputs does a kernel of 2 reach when its taps lie 3 apart?",
                "Put dilation * (kernel - 1) + 1 in place of the kernel.",
            ),
        ),
        Wrong(
            "negative padding not cut off",
            _may_be_negative,
            (
                "What if the stride is larger than the kernel?",
                "Then inputs are left over and no zero is needed: max(total, 0).",
            ),
        ),
    ),
    hints=(
        "How many outputs are there, and where does the last window end?",
        "total = (outputs - 1) * stride + reach - size, at least 0, with outputs = size / stride "
        "rounded up and reach = dilation * (kernel - 1) + 1; then halve it.",
    ),
)
