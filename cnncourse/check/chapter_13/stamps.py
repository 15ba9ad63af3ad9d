"""Exercises on transposed convolution: the stamps themselves, their sizes, and where they meet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from cnncourse import arithmetic, ops
from cnncourse.check.exercise import Draw, Exercise, Wrong


def _maps_and_kernel(draw: Draw) -> dict[str, Any]:
    stride = draw.integer(1, 3)
    kernel = [draw.integer(1, min(draw.size, 3)) for _ in range(2)]
    sides = [draw.integer(1, draw.size) for _ in range(2)]
    c_in, c_out, images = (draw.integer(1, 2) for _ in range(3))
    return {
        "x": draw.array(images, *sides, c_in),
        "kernel": draw.array(*kernel, c_out, c_in),
        "stride": stride,
    }


def _last_stamp_wins(x: np.ndarray, kernel: np.ndarray, stride: int = 1) -> np.ndarray:
    out = np.zeros_like(ops.conv2d_transpose(x, kernel, stride))
    rows, columns = kernel.shape[:2]
    for i in range(x.shape[1]):
        for j in range(x.shape[2]):
            top, left = i * stride, j * stride
            stamp = np.einsum("rcoi,ni->nrco", kernel, x[:, i, j])
            out[:, top : top + rows, left : left + columns] = stamp
    return out


def _averaged(x: np.ndarray, kernel: np.ndarray, stride: int = 1) -> np.ndarray:
    ones = np.ones((1, *x.shape[1:3], 1))
    stamps = ops.conv2d_transpose(ones, np.ones((*kernel.shape[:2], 1, 1)), stride)
    return ops.conv2d_transpose(x, kernel, stride) / np.maximum(stamps, 1)


def _no_gap_at_the_end(x: np.ndarray, kernel: np.ndarray, stride: int = 1) -> np.ndarray:
    return ops.conv2d_transpose(x, kernel, stride, output_padding=0)


def _axes_read_as_in_conv2d(x: np.ndarray, kernel: np.ndarray, stride: int = 1) -> np.ndarray:
    rows, columns, c_out, c_in = kernel.shape
    misread = kernel.reshape(rows, columns, c_in, c_out).transpose(0, 1, 3, 2)
    return ops.conv2d_transpose(x, misread, stride)


CONV2D_TRANSPOSE = Exercise(
    name="conv2d_transpose",
    task=(
        "Stamp feature maps `x` (N, H, W, C_in) with `kernel` (KH, KW, C_out, C_in), the integer "
        "`stride` apart in both directions, and add up where stamps overlap. Return an array "
        "(N, H_out, W_out, C_out), padding 'valid': H_out is (H - 1) * stride + max(KH, stride)."
    ),
    objective="tc-stamps",
    reference=ops.conv2d_transpose,
    leaves_out=("padding", "output_padding", "dilation"),
    inputs=_maps_and_kernel,
    rounds=((2, 60), (3, 60), (4, 60)),
    wrong=(
        Wrong(
            "overwritten where stamps overlap",
            _last_stamp_wins,
            (
                "Two stamps meet in a pixel. What stands there in the end?",
                "Add: out[...] += stamp, not out[...] = stamp.",
            ),
        ),
        Wrong(
            "averaged where stamps overlap",
            _averaged,
            (
                "Is anything divided when two stamps meet?",
                "They add up; nothing is divided by their number.",
            ),
        ),
        Wrong(
            "kernel turned",
            lambda x, kernel, stride=1: ops.conv2d_transpose(x, kernel[::-1, ::-1], stride),
            (
                "What does a single pixel of value 1 leave behind?",
                "The kernel as it is. It is turned only where a convolution does the stamping.",
            ),
        ),
        Wrong(
            "the axes of the kernel read as in conv2d",
            _axes_read_as_in_conv2d,
            (
                "Which of the last two axes of the kernel has as many entries as x has channels?",
                "The kernel is (KH, KW, C_out, C_in): out[o] += kernel[row, column, o, i] * x[i].",
            ),
        ),
        Wrong(
            "stride forgotten",
            lambda x, kernel, stride=1: ops.conv2d_transpose(x, kernel, 1),
            (
                "Which argument does your code not use?",
                "The stamp of pixel (i, j) begins at row i * stride, column j * stride.",
            ),
        ),
        Wrong(
            "stride in one direction only, down",
            lambda x, kernel, stride=1: ops.conv2d_transpose(x, kernel, (stride, 1)),
            (
                "How far does the next stamp lie to the right?",
                "Columns step by the stride, too: left = j * stride.",
            ),
        ),
        Wrong(
            "stride in one direction only, to the right",
            lambda x, kernel, stride=1: ops.conv2d_transpose(x, kernel, (1, stride)),
            (
                "How far does the next stamp lie further down?",
                "Rows step by the stride, too: top = i * stride.",
            ),
        ),
        Wrong(
            "the last step of a stride beyond the kernel left out",
            _no_gap_at_the_end,
            (
                "A kernel of 1 and a stride of 3: what lies behind the last pixel?",
                "Every pixel gets its whole step: max(KH, stride) for the last one.",
            ),
        ),
        Wrong(
            "only the first input channel used",
            lambda x, kernel, stride=1: ops.conv2d_transpose(x[..., :1], kernel[..., :1], stride),
            (
                "Does your result change when only the second channel changes?",
                "Each channel stamps with its own part of the kernel, and all of them add up.",
            ),
        ),
    ),
    hints=(
        "Begin with zeros, and let every pixel (i, j) add a copy of the kernel, scaled by it.",
        "out[:, top : top + KH, left : left + KW] += stamp, with stamp = np.einsum("
        "'rcoi,ni->nrco', kernel, x[:, i, j]).",
    ),
)


def _transposed_axis(draw: Draw) -> dict[str, Any]:
    padding = draw.choice(("valid", "same"))
    kernel, stride = draw.integer(1, draw.size + 1), draw.integer(1, draw.size + 1)
    size = draw.integer(1, 3 * draw.size)
    # An even kernel with "same" and nothing added is a size that TensorFlow refuses to compute.
    lowest = int(padding == "same" and kernel % 2 == 0)
    extra = draw.integer(lowest, stride - 1)
    given = draw.choice((False, True)) and extra < stride
    case = {"size": size, "kernel": kernel, "stride": stride, "padding": padding}
    return {**case, "output_padding": extra if given else None}


_size_of = arithmetic.conv_transpose_output_size


def _for(padding: str, given: bool, version: Callable[[int, int, int, int], int]) -> Any:
    """Return a version that is wrong for one padding, with or without output padding."""
    chosen = padding

    def mixed(
        size: int,
        kernel: int,
        stride: int = 1,
        padding: str = "valid",
        output_padding: int | None = None,
    ) -> int:
        if padding == chosen and (output_padding is not None) == given:
            return version(size, kernel, stride, output_padding or 0)
        return _size_of(size, kernel, stride, padding, output_padding)

    return mixed


def _extra_as(change: Callable[[int, int], int]) -> Any:
    """Return a version in which given output padding is added in another way."""

    def version(
        size: int,
        kernel: int,
        stride: int = 1,
        padding: str = "valid",
        output_padding: int | None = None,
    ) -> int:
        automatic = _size_of(size, kernel, stride, padding)
        if output_padding is None:
            return automatic
        return change(automatic, output_padding)

    return version


CONV_TRANSPOSE_OUTPUT_SIZE = Exercise(
    name="conv_transpose_output_size",
    task=(
        "Return how many outputs Keras' transposed convolution has along an axis of `size` inputs, "
        "as an integer. `padding` is 'valid' or 'same'; `output_padding` is None or an integer "
        "from 0 to stride - 1."
    ),
    objective="tc-sizes",
    reference=arithmetic.conv_transpose_output_size,
    leaves_out=("dilation",),
    inputs=_transposed_axis,
    rounds=((2, 100), (4, 120), (8, 120)),
    wrong=(
        Wrong(
            "the size of an ordinary convolution",
            lambda size, kernel, stride=1, padding="valid", output_padding=None: (
                -(-size // stride) if padding == "same" else max((size - kernel) // stride + 1, 0)
            ),
            (
                "Should the output be larger or smaller than the input?",
                "Multiply by the stride where a convolution divides by it.",
            ),
        ),
        Wrong(
            "every pixel a step, and the kernel forgotten",
            _for("valid", False, lambda size, kernel, stride, extra: size * stride),
            (
                "What sticks out after the last step when the kernel is longer than the stride?",
                "The last stamp is a whole kernel: (size - 1) * stride + kernel.",
            ),
        ),
        Wrong(
            "a whole step and the kernel for the last pixel",
            _for("valid", False, lambda size, kernel, stride, extra: size * stride + kernel),
            (
                "One pixel and a kernel of 3: how long is its stamp?",
                "Only size - 1 steps lie between the first and the last stamp.",
            ),
        ),
        Wrong(
            "a stride beyond the kernel forgotten",
            _for("valid", False, lambda size, kernel, stride, extra: (size - 1) * stride + kernel),
            (
                "A kernel of 1 and a stride of 3: does Keras end right after the last pixel?",
                "It keeps the whole step: (size - 1) * stride + max(kernel, stride).",
            ),
        ),
        Wrong(
            "nothing cut off with 'same'",
            _for(
                "same",
                False,
                lambda size, kernel, stride, extra: (size - 1) * stride + max(kernel, stride),
            ),
            (
                "What did 'same' promise, for a convolution of that stride?",
                "With 'same' the output is size * stride, whatever the kernel.",
            ),
        ),
        Wrong(
            "nothing cut off with 'same' and output padding",
            _for(
                "same",
                True,
                lambda size, kernel, stride, extra: (size - 1) * stride + kernel + extra,
            ),
            (
                "How much of the kernel stays when 'same' cuts half of it off on each side?",
                "kernel - 2 * (kernel // 2) of it stays, 1 or 0: (size - 1) * stride + kernel % 2 "
                "+ output_padding.",
            ),
        ),
        Wrong(
            "output padding ignored",
            _extra_as(lambda automatic, extra: automatic),
            (
                "Does your result change with `output_padding`?",
                "When it is given, nothing is chosen by Keras: work the size out without the "
                "default, then add it.",
            ),
        ),
        Wrong(
            "output padding added to what Keras chooses without it",
            _extra_as(lambda automatic, extra: automatic + extra),
            (
                "Is None the same as 0?",
                "None lets Keras choose. A number replaces that choice; it isn't added to it.",
            ),
        ),
        Wrong(
            "'same' and 'valid' swapped",
            lambda size, kernel, stride=1, padding="valid", output_padding=None: _size_of(
                size, kernel, stride, "same" if padding == "valid" else "valid", output_padding
            ),
            (
                "Which of the two words cuts something off?",
                "'same' cuts down to size * stride, 'valid' keeps all.",
            ),
        ),
    ),
    hints=(
        "Count steps first: between the first and the last stamp lie size - 1 of them.",
        "'same': size * stride, or (size - 1) * stride + kernel % 2 + output_padding. 'valid': "
        "(size - 1) * stride + max(kernel, stride), or ... + kernel + output_padding.",
    ),
)


def stamp_counts(size: int, kernel: int, stride: int) -> np.ndarray:
    """Return how many stamps meet in each of ``(size - 1) * stride + kernel`` outputs."""
    length = (size - 1) * stride + kernel
    counts = np.zeros(length, int)
    for start in range(0, size * stride, stride):
        counts[start : start + kernel] += 1
    return counts


def _constant(value: Callable[[int, int, int], int]) -> Callable[..., np.ndarray]:
    def version(size: int, kernel: int, stride: int) -> np.ndarray:
        return np.full((size - 1) * stride + kernel, value(size, kernel, stride))

    return version


STAMP_COUNTS = Exercise(
    name="stamp_counts",
    task=(
        "Return how many stamps meet in each output of a transposed convolution along an axis of "
        "`size` inputs, as an array of (size - 1) * stride + kernel integers. `stride` may be "
        "larger than `kernel`; then some outputs get 0."
    ),
    objective="tc-checkerboard",
    reference=stamp_counts,
    inputs=lambda draw: {
        "size": draw.integer(1, draw.size + 1),
        "kernel": draw.integer(1, draw.size + 1),
        "stride": draw.integer(1, draw.size),
    },
    rounds=((2, 80), (4, 100), (6, 100)),
    wrong=(
        Wrong(
            "one stamp everywhere",
            _constant(lambda size, kernel, stride: 1),
            (
                "A stride of 1 and a kernel of 3: how many stamps reach a pixel in the middle?",
                "Every output gets a count of its own: add 1 for each stamp that covers it.",
            ),
        ),
        Wrong(
            "kernel / stride everywhere, rounded down",
            _constant(lambda size, kernel, stride: kernel // stride),
            (
                "How many stamps reach the very first output?",
                "Only the first one does. Count stamp by stamp instead of dividing.",
            ),
        ),
        Wrong(
            "kernel / stride everywhere, rounded up",
            _constant(lambda size, kernel, stride: -(-kernel // stride)),
            (
                "Do all outputs get the same number of stamps?",
                "Only if the stride divides the kernel, and then only in the middle. Count.",
            ),
        ),
        Wrong(
            "the kernel everywhere",
            _constant(lambda size, kernel, stride: kernel),
            (
                "Is it taps that you count, or stamps?",
                "So many values does a *convolution* read. Count the stamps that reach an output.",
            ),
        ),
        Wrong(
            "all inputs everywhere",
            _constant(lambda size, kernel, stride: size),
            (
                "Does the stamp of the last input reach the first output?",
                "A stamp covers `kernel` outputs and no more.",
            ),
        ),
        Wrong(
            "the last stamp left out",
            lambda size, kernel, stride: np.append(
                stamp_counts(size - 1, kernel, stride) if size > 1 else [],
                np.zeros(stride if size > 1 else kernel),
            ).astype(int),
            (
                "How many stamps are there for `size` inputs?",
                "Go through range(size), the last one included.",
            ),
        ),
        Wrong(
            "one tap too many",
            lambda size, kernel, stride: stamp_counts(size, kernel + 1, stride)[:-1],
            (
                "Which outputs does a kernel of 1 reach?",
                "The slice start : start + kernel holds exactly `kernel` outputs.",
            ),
        ),
        Wrong(
            "stride forgotten",
            lambda size, kernel, stride: stamp_counts(size, kernel, 1),
            (
                "Where does the second stamp begin?",
                "At `stride`, the third at 2 * stride, and so on.",
            ),
        ),
    ),
    hints=(
        "Begin with zeros; let every input add 1 to all outputs that its stamp covers.",
        "for i in range(size): counts[i * stride : i * stride + kernel] += 1.",
    ),
)
