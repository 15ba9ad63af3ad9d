"""Exercises on the two steps of a separable convolution, and on what they can't do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from cnncourse import ops
from cnncourse.check.exercise import Draw, Exercise, Wrong


def _separable_inputs(draw: Draw) -> dict[str, Any]:
    rows, columns = draw.integer(1, min(draw.size, 3)), draw.integer(1, min(draw.size, 3))
    height, width = draw.integer(rows, rows + 2), draw.integer(columns, columns + 2)
    c_in, each, filters = draw.integer(1, 3), draw.integer(1, 2), draw.integer(1, 3)
    images, stride = draw.integer(1, 2), draw.integer(1, 2)
    return {
        "x": draw.array(images, height, width, c_in),
        "depthwise_kernel": draw.array(rows, columns, c_in, each),
        "pointwise_kernel": draw.array(1, 1, c_in * each, filters),
        "stride": stride,
    }


def _with(change: Callable[..., tuple[Any, ...]]) -> Callable[..., np.ndarray]:
    """Return a version that computes rightly with the changed arguments."""

    def version(
        x: np.ndarray, depthwise_kernel: np.ndarray, pointwise_kernel: np.ndarray, stride: int = 1
    ) -> np.ndarray:
        return ops.separable_conv2d(*change(x, depthwise_kernel, pointwise_kernel, stride))

    return version


def _kernel_by_kernel(
    x: np.ndarray, depthwise_kernel: np.ndarray, pointwise_kernel: np.ndarray, stride: int = 1
) -> np.ndarray:
    """Mix the maps as if all channels' first kernels came first."""
    maps = ops.depthwise_conv2d(x, depthwise_kernel, stride)
    c_in, each = depthwise_kernel.shape[2:]
    order = np.arange(c_in * each).reshape(c_in, each).T.ravel()
    return maps[..., order] @ pointwise_kernel[0, 0]


def _relu_between(
    x: np.ndarray, depthwise_kernel: np.ndarray, pointwise_kernel: np.ndarray, stride: int = 1
) -> np.ndarray:
    maps = ops.depthwise_conv2d(x, depthwise_kernel, stride)
    return np.maximum(maps, 0) @ pointwise_kernel[0, 0]


SEPARABLE_CONV2D = Exercise(
    name="separable_conv2d",
    task=(
        "Convolve each channel of `x` (N, H, W, C) with its own kernels `depthwise_kernel` "
        "(KH, KW, C, M), without padding, in steps of `stride`: C * M maps, those of the first "
        "channel first. Then mix them at every pixel with `pointwise_kernel` (1, 1, C * M, "
        "C_out). Return the result, (N, H_out, W_out, C_out)."
    ),
    objective="separable-conv",
    reference=ops.separable_conv2d,
    leaves_out=("padding", "dilation"),
    inputs=_separable_inputs,
    rounds=((2, 60), (3, 80), (3, 80)),
    wrong=(
        Wrong(
            "the stride ignored",
            _with(lambda x, depthwise, pointwise, stride: (x, depthwise, pointwise)),
            (
                "Which argument does your code not use?",
                "The window of output (row, column) starts at (row * stride, column * stride).",
            ),
        ),
        Wrong(
            "the kernel turned by 180°",
            _with(lambda x, d, p, stride: (x, d[::-1, ::-1], p, stride)),
            (
                "Does the top left weight meet the top left pixel of its window?",
                "Multiply window and kernel as they lie, without turning either.",
            ),
        ),
        Wrong(
            "one kernel for all channels",
            _with(
                lambda x, d, p, stride: (x, np.broadcast_to(d[:, :, :1], d.shape), p, stride),
            ),
            (
                "How many kernels are there in depthwise_kernel?",
                "Channel c has its own: depthwise_kernel[:, :, c].",
            ),
        ),
        Wrong(
            "the depthwise maps in the wrong order",
            _kernel_by_kernel,
            (
                "With two kernels a channel: which map comes second?",
                "The second kernel's of channel 0. Map c * M + m is kernel m of channel c.",
            ),
        ),
        Wrong(
            "a ReLU in between",
            _relu_between,
            (
                "What becomes of a negative value between the two steps?",
                "Nothing: the task has no activation anywhere.",
            ),
        ),
        Wrong(
            "height and width swapped",
            lambda x, depthwise_kernel, pointwise_kernel, stride=1: ops.separable_conv2d(
                x, depthwise_kernel, pointwise_kernel, stride
            ).transpose(0, 2, 1, 3),
            (
                "Try an image that is wider than high and look at the shape of your result.",
                "x is (N, H, W, C): axis 1 goes down, axis 2 goes right, in the result as well.",
            ),
        ),
        Wrong(
            "the maps added up, not mixed",
            _with(lambda x, d, p, stride: (x, d, np.ones_like(p), stride)),
            (
                "Does your answer change with pointwise_kernel?",
                "Output channel o is the sum of maps[..., i] * pointwise_kernel[0, 0, i, o].",
            ),
        ),
        Wrong(
            "padded to the input's size",
            lambda x, depthwise_kernel, pointwise_kernel, stride=1: ops.separable_conv2d(
                x, depthwise_kernel, pointwise_kernel, stride, "same"
            ),
            (
                "How many places are there for a kernel that stays inside the image?",
                "(H - KH) // stride + 1 rows of them, and as many columns likewise.",
            ),
        ),
    ),
    hints=(
        "Two steps, one after the other: look at the maps between them before you mix.",
        "For each window, (window[..., None] * depthwise_kernel).sum(axis=(1, 2)) has shape "
        "(N, C, M); reshape it to (N, C * M). The mix is maps @ pointwise_kernel[0, 0].",
    ),
)


def product_kernel(depthwise_kernel: np.ndarray, pointwise_kernel: np.ndarray) -> np.ndarray:
    """Return the plain kernel (KH, KW, C, O) that does what the two steps do."""
    return np.einsum("hwcm,cmo->hwco", *_parts(depthwise_kernel, pointwise_kernel))


def _parts(depthwise: np.ndarray, pointwise: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the depthwise kernel and the mix with an axis of its own for the kernels."""
    depthwise = np.asarray(depthwise)
    return depthwise, np.reshape(pointwise, (*depthwise.shape[2:], -1))


def _product_inputs(draw: Draw) -> dict[str, Any]:
    rows, columns = draw.integer(1, min(draw.size, 3)), draw.integer(1, min(draw.size, 3))
    c_in, each, filters = draw.integer(1, 3), draw.integer(1, 2), draw.integer(1, 3)
    return {
        "depthwise_kernel": draw.array(rows, columns, c_in, each),
        "pointwise_kernel": draw.array(1, 1, c_in * each, filters),
    }


def _of_parts(formula: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> Callable[..., np.ndarray]:
    """Return a version that computes `formula` of the parts, (KH, KW, C, M) and (C, M, O)."""

    def version(depthwise_kernel: np.ndarray, pointwise_kernel: np.ndarray) -> np.ndarray:
        return formula(*_parts(depthwise_kernel, pointwise_kernel))

    return version


def _channels_added(d: np.ndarray, p: np.ndarray) -> np.ndarray:
    summed = np.einsum("hwcm,cmo->hwo", d, p)
    return np.repeat(summed[:, :, np.newaxis], d.shape[2], axis=2)


PRODUCT_KERNEL = Exercise(
    name="product_kernel",
    task=(
        "Return the one plain kernel (KH, KW, C, O) whose convolution gives what a depthwise step "
        "with `depthwise_kernel` (KH, KW, C, M) and then a pointwise step with "
        "`pointwise_kernel` (1, 1, C * M, O) give. Map c * M + m is kernel m of channel c."
    ),
    objective="separable-rank",
    reference=product_kernel,
    inputs=_product_inputs,
    rounds=((2, 60), (3, 80), (4, 80)),
    wrong=(
        Wrong(
            "the mix read in the wrong order",
            lambda depthwise_kernel, pointwise_kernel: np.einsum(
                "hwcm,mco->hwco",
                depthwise_kernel,
                np.reshape(pointwise_kernel, (*depthwise_kernel.shape[:1:-1], -1)),
            ),
            (
                "Which weight of the mix meets the second kernel of channel 0?",
                "Number 1. Reshape the mix to (C, M, O), channel first.",
            ),
        ),
        Wrong(
            "the first kernel of each channel only",
            _of_parts(lambda d, p: np.einsum("hwc,co->hwco", d[..., 0], p[:, 0])),
            (
                "How many kernels has a channel?",
                "M, and their products add up: sum over m.",
            ),
        ),
        Wrong(
            "averaged over a channel's kernels",
            _of_parts(lambda d, p: np.einsum("hwcm,cmo->hwco", d, p) / d.shape[3]),
            (
                "What does the pointwise step do with the maps: add, or average?",
                "It adds, weight by weight: a sum over m, without dividing.",
            ),
        ),
        Wrong(
            "added over the channels",
            _of_parts(_channels_added),
            (
                "Does your kernel treat all input channels alike?",
                "kernel[:, :, c] depends on channel c's weights alone; the convolution adds later.",
            ),
        ),
        Wrong(
            "the two weights added, not multiplied",
            _of_parts(
                lambda d, p: (d[..., np.newaxis] + p[np.newaxis, np.newaxis]).sum(axis=3),
            ),
            (
                "A pixel passes through two weights, one after the other: what happens to them?",
                "They are multiplied: depthwise[row, column, c, m] * pointwise[c, m, o].",
            ),
        ),
        Wrong(
            "the kernel turned by 180°",
            _of_parts(lambda d, p: np.einsum("hwcm,cmo->hwco", d[::-1, ::-1], p)),
            ("Does either step turn its kernel?", "No: row and column stay as they are."),
        ),
        Wrong(
            "one depthwise kernel for all channels",
            _of_parts(
                lambda d, p: np.einsum("hwcm,cmo->hwco", np.broadcast_to(d[:, :, :1], d.shape), p)
            ),
            (
                "How many depthwise kernels are there?",
                "Channel c has its own: depthwise_kernel[:, :, c].",
            ),
        ),
    ),
    hints=(
        "Take one channel and one kernel a channel first: what number multiplies the top left "
        "pixel on its way to filter o?",
        "depthwise[row, column, c, m] * mix[c, m, o], summed over m, with mix = "
        "pointwise_kernel.reshape(C, M, O).",
    ),
)
