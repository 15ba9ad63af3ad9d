"""The exercise on whole batches: convolution with all that belongs to it."""

from __future__ import annotations

from typing import Any

from cnncourse import arithmetic, ops
from cnncourse.check.exercise import Draw, Exercise, Wrong


def _conv2d_inputs(draw: Draw) -> dict[str, Any]:
    padding = draw.choice(("valid", "same"))
    stride, dilation = draw.integer(1, 3), draw.integer(1, 2)
    kernel = [draw.integer(1, min(draw.size, 3)) for _ in range(2)]
    reach = [arithmetic.kernel_reach(k, dilation) if padding == "valid" else 1 for k in kernel]
    sides = [draw.integer(low, max(low + draw.size // 4, draw.size)) for low in reach]
    channels, filters, images = (draw.integer(1, 2) for _ in range(3))
    return {
        "x": draw.array(images, *sides, channels),
        "kernel": draw.array(*kernel, channels, filters),
        "stride": stride,
        "padding": padding,
        "dilation": dilation,
    }


def _padded(rule: Any) -> Any:
    """Return a version of conv2d whose 'same' padding is ``rule(before, after, reach)``."""

    def version(x: Any, kernel: Any, stride: Any = 1, padding: Any = "valid", dilation: int = 1):
        if padding == "valid":
            return ops.conv2d(x, kernel, stride, padding, dilation)
        amounts = [
            rule(
                *arithmetic.same_padding(side, taps, stride, dilation),
                arithmetic.kernel_reach(taps, dilation),
            )
            for side, taps in zip(x.shape[1:3], kernel.shape[:2], strict=True)
        ]
        return ops.conv2d(x, kernel, stride, tuple(amounts), dilation)

    return version


CONV2D = Exercise(
    name="conv2d",
    task=(
        "Convolve images `x` (N, H, W, C_in) with `kernel` (KH, KW, C_in, C_out), without turning "
        "it, and return an array (N, H_out, W_out, C_out). `stride` and `dilation` are integers "
        "for both axes, `padding` is 'valid' or 'same'."
    ),
    objective="conv-channels",
    reference=ops.conv2d,
    inputs=_conv2d_inputs,
    rounds=((2, 60), (3, 60), (5, 60)),
    wrong=(
        Wrong(
            "kernel flipped",
            lambda x, kernel, stride=1, padding="valid", dilation=1: ops.conv2d(
                x, kernel[::-1, ::-1], stride, padding, dilation
            ),
            (
                "Which entry of the kernel meets the top left pixel of the window?",
                "Deep-learning libraries lay the kernel on as it is: no [::-1].",
            ),
        ),
        Wrong(
            "height and width swapped",
            lambda x, kernel, stride=1, padding="valid", dilation=1: ops.conv2d(
                x, kernel, stride, padding, dilation
            ).transpose(0, 2, 1, 3),
            (
                "Try an image that is wider than high and look at the shape of your result.",
                "x is (N, H, W, C): axis 1 goes down, axis 2 goes right, in the result as well.",
            ),
        ),
        Wrong(
            "stride in one direction only, down",
            lambda x, kernel, stride=1, padding="valid", dilation=1: ops.conv2d(
                x, kernel, (stride, 1), padding, dilation
            ),
            (
                "How far does your window move to the right in one step?",
                "Columns step by the stride, too: left = column * stride.",
            ),
        ),
        Wrong(
            "stride in one direction only, to the right",
            lambda x, kernel, stride=1, padding="valid", dilation=1: ops.conv2d(
                x, kernel, (1, stride), padding, dilation
            ),
            (
                "How far does your window move down in one step?",
                "Rows step by the stride, too: top = row * stride.",
            ),
        ),
        Wrong(
            "stride forgotten",
            lambda x, kernel, stride=1, padding="valid", dilation=1: ops.conv2d(
                x, kernel, 1, padding, dilation
            ),
            (
                "Which argument does your code not use?",
                "The window of output (row, column) starts at (row * stride, column * stride).",
            ),
        ),
        Wrong(
            "dilation forgotten",
            lambda x, kernel, stride=1, padding="valid", dilation=1: ops.conv2d(
                x, kernel, stride, padding, 1
            ),
            (
                "Which argument does your code not use?",
                "The taps lie `dilation` apart: window = x[top : top + reach : dilation, ...].",
            ),
        ),
        Wrong(
            "padding on one side only",
            _padded(lambda before, after, reach: (0, before + after)),
            (
                "Where is the centre of the kernel for the first output?",
                "Half of the zeros, rounded down, come before (top and left), the rest after.",
            ),
        ),
        Wrong(
            "the odd zero put before instead of after",
            _padded(lambda before, after, reach: (after, before)),
            (
                "An odd number of zeros: which side gets the extra one?",
                "Keras puts it after, at the bottom and on the right.",
            ),
        ),
        Wrong(
            "same padding computed without the stride",
            _padded(lambda before, after, reach: ((reach - 1) // 2, reach // 2)),
            (
                "How many zeros does the last window really need when the stride is 2?",
                "total = max((outputs - 1) * stride + reach - size, 0); a larger stride needs "
                "fewer zeros.",
            ),
        ),
        Wrong(
            "only the first input channel used",
            lambda x, kernel, stride=1, padding="valid", dilation=1: ops.conv2d(
                x[..., :1], kernel[:, :, :1], stride, padding, dilation
            ),
            (
                "Does your result change when only the second channel changes?",
                "Add up over all input channels.",
            ),
        ),
        Wrong(
            "input channels averaged",
            lambda x, kernel, stride=1, padding="valid", dilation=1: (
                ops.conv2d(x, kernel, stride, padding, dilation) / x.shape[3]
            ),
            (
                "Compare your answer with the expected one: by what factor do they differ?",
                "The channels are added up, not averaged.",
            ),
        ),
    ),
    hints=(
        "Get stride 1, 'valid' and one channel right first; then add one thing at a time.",
        "Pad, then for each output (row, column) take the window that starts at (row * stride, "
        "column * stride) with taps `dilation` apart, multiply by each filter and add up over "
        "height, width and channels.",
    ),
)
