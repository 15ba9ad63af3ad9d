"""Convolution of batches of images, forward and backward."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from cnncourse import _checks
from cnncourse.ops._windows import Windows


def conv2d(
    x: ArrayLike,
    kernel: ArrayLike,
    stride: int | tuple[int, int] = 1,
    padding: Any = "valid",
    dilation: int | tuple[int, int] = 1,
) -> np.ndarray:
    """Convolve a batch of images with a bank of filters, as Keras' ``Conv2D`` does (no bias).

    Every tap of the kernel multiplies a shifted view of all images by one C_in × C_out matrix;
    the output is the sum of those products. Like every deep-learning library this does not flip
    the kernel: in mathematics it is a cross-correlation.

    Parameters
    ----------
    x : array_like of shape (N, H, W, C_in)
        Images.
    kernel : array_like of shape (KH, KW, C_in, C_out)
        Filters.
    stride : int or (vertical, horizontal)
        Step of the window, at least 1.
    padding : {"valid", "same"} or ((top, bottom), (left, right))
        No zeros; as many as give ``ceil(H / stride)`` rows (an odd one goes to the bottom and
        the right); or the numbers of zeros themselves.
    dilation : int or (vertical, horizontal)
        Distance between the taps, at least 1. Unlike Keras, stride and dilation may both be
        above 1.

    Returns
    -------
    ndarray of shape (N, H_out, W_out, C_out)
        Feature maps; H_out and W_out are `cnncourse.arithmetic.conv_output_size`.

    Raises
    ------
    ValueError
        If a rank or an argument is wrong, the channels don't match, or the kernel reaches
        beyond the padded input.

    See Also
    --------
    conv2d_backward : its gradients.
    correlate2d : one channel, in four loops.

    Examples
    --------
    >>> images, filters = np.ones((8, 28, 32, 3)), np.ones((5, 3, 3, 16))
    >>> conv2d(images, filters).shape
    (8, 24, 30, 16)
    >>> conv2d(images, filters, stride=2, padding="same").shape
    (8, 14, 16, 16)
    """
    x, kernel, windows = _prepare(x, kernel, stride, padding, dilation)
    padded = windows.pad(x)
    out = np.zeros((len(x), *windows.output, kernel.shape[3]), np.result_type(x, kernel))
    for row, column, index in windows.shifts():
        out += padded[index] @ kernel[row, column]  # (N, H_out, W_out, C_in) @ (C_in, C_out)
    return out


def conv2d_backward(
    grad: ArrayLike,
    x: ArrayLike,
    kernel: ArrayLike,
    stride: int | tuple[int, int] = 1,
    padding: Any = "valid",
    dilation: int | tuple[int, int] = 1,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the gradients of `conv2d` with respect to its images and its kernel.

    Parameters
    ----------
    grad : array_like of shape (N, H_out, W_out, C_out)
        Gradient of a loss with respect to the output of ``conv2d(x, kernel, ...)``.
    x, kernel, stride, padding, dilation
        What `conv2d` was given.

    Returns
    -------
    dx : ndarray of shape (N, H, W, C_in)
        Each output's gradient is sent back to the inputs that fed it.
    dkernel : ndarray of shape (KH, KW, C_in, C_out)
        Summed over all images and positions, as the kernel is shared among them.

    Raises
    ------
    ValueError
        As `conv2d`, and if `grad` hasn't the shape of its output.

    Examples
    --------
    >>> images, filters = np.ones((8, 28, 32, 3)), np.ones((5, 3, 3, 16))
    >>> dx, dkernel = conv2d_backward(np.ones((8, 24, 30, 16)), images, filters)
    >>> dx.shape, dkernel.shape
    ((8, 28, 32, 3), (5, 3, 3, 16))
    """
    x, kernel, windows = _prepare(x, kernel, stride, padding, dilation)
    shape = (len(x), *windows.output, kernel.shape[3])
    grad = _checks.gradient(grad, shape, "N H_out W_out C_out")

    dtype = np.result_type(grad, x, kernel)
    padded = windows.pad(x)
    dpadded = np.zeros(padded.shape, dtype)
    dkernel = np.empty(kernel.shape, dtype)
    for row, column, index in windows.shifts():
        dkernel[row, column] = np.tensordot(padded[index], grad, axes=((0, 1, 2), (0, 1, 2)))
        dpadded[index] += grad @ kernel[row, column].T
    # A copy, so that the padded array can be freed.
    return np.ascontiguousarray(windows.crop(dpadded)), dkernel


def _prepare(
    x: ArrayLike, kernel: ArrayLike, stride: Any, padding: Any, dilation: Any
) -> tuple[np.ndarray, np.ndarray, Windows]:
    x = _checks.array("x", x, "N H W C")
    kernel = _checks.array("kernel", kernel, "H W C_in C_out")
    if kernel.shape[2] != x.shape[3]:
        _checks.fail(
            "kernel", f"{x.shape[3]} input channels (its third axis), as many as x has", kernel
        )
    windows = Windows.over(x.shape[1:3], kernel.shape[:2], stride, padding, dilation, kernel)
    return x, kernel, windows
