"""Transposed convolution and the stuffing with zeros that explains it, forward and backward."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from cnncourse import _checks, arithmetic
from cnncourse.ops._windows import Windows


def conv2d_transpose(
    x: ArrayLike,
    kernel: ArrayLike,
    stride: int | tuple[int, int] = 1,
    padding: Any = "valid",
    output_padding: int | tuple[int, int] | None = None,
    dilation: int | tuple[int, int] = 1,
) -> np.ndarray:
    """Run a convolution's sizes backwards, as Keras' ``Conv2DTranspose`` does (no bias).

    Every input pixel stamps a scaled copy of the kernel onto the output, `stride` apart; where
    stamps overlap they add up. It is the gradient of a convolution with respect to its images,
    used as a layer: it brings the shape back, and not the values.

    Parameters
    ----------
    x : array_like of shape (N, H, W, C_in)
        Feature maps.
    kernel : array_like of shape (KH, KW, C_out, C_in)
        Filters; outputs come before inputs, as in Keras.
    stride : int or (vertical, horizontal)
        Distance between two stamps, at least 1; it may be larger than the kernel.
    padding : {"valid", "same"} or ((top, bottom), (left, right))
        Keep everything; cut off as much as gives ``H * stride`` rows; or how many lines to cut.
    output_padding : int or (vertical, horizontal), optional
        How many lines more, from 0 to ``stride - 1``; the sizes are those of
        `cnncourse.arithmetic.conv_transpose_output_size`. With ``"same"`` fewer lines are cut off,
        else empty ones come at the bottom and the right.
    dilation : int or (vertical, horizontal)
        Distance between the taps, at least 1. Unlike Keras, stride and dilation may both be
        above 1.

    Returns
    -------
    ndarray of shape (N, H_out, W_out, C_out)
        H_out and W_out are `cnncourse.arithmetic.conv_transpose_output_size`.

    Raises
    ------
    ValueError
        If a rank or an argument is wrong, the channels don't match, nothing would be left, or no
        convolution leads from that size back to `x`, as for an even kernel with padding
        ``"same"`` and ``output_padding=0``; TensorFlow refuses that, too.

    See Also
    --------
    conv2d_transpose_backward : its gradients.
    upscale : the zeros between the pixels, for the same result by an ordinary convolution.

    References
    ----------
    V. Dumoulin and F. Visin, "A guide to convolution arithmetic for deep learning", 2016,
    arXiv:1603.07285, section 4.

    Examples
    --------
    >>> conv2d_transpose(np.ones((2, 5, 7, 3)), np.ones((3, 3, 4, 3)), stride=2).shape
    (2, 11, 15, 4)
    >>> stamps = conv2d_transpose([[[[1.0], [10.0]]]], np.ones((1, 3, 1, 1)), stride=(1, 2))
    >>> stamps.ravel()  # they meet in the middle
    array([ 1.,  1., 11., 10., 10.])
    """
    x, kernel, size, windows = _prepare(x, kernel, stride, padding, output_padding, dilation)
    out = np.zeros(_padded(len(x), size, windows, kernel.shape[2]), np.result_type(x, kernel))
    for row, column, index in windows.shifts():
        out[index] += x @ kernel[row, column].T  # (N, H, W, C_in) @ (C_in, C_out)
    # A copy, so that what was cut off can be freed.
    return np.ascontiguousarray(windows.crop(out))


def conv2d_transpose_backward(
    grad: ArrayLike,
    x: ArrayLike,
    kernel: ArrayLike,
    stride: int | tuple[int, int] = 1,
    padding: Any = "valid",
    output_padding: int | tuple[int, int] | None = None,
    dilation: int | tuple[int, int] = 1,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the gradients of `conv2d_transpose` with respect to its maps and its kernel.

    Parameters
    ----------
    grad : array_like of shape (N, H_out, W_out, C_out)
        Gradient of a loss with respect to the output of ``conv2d_transpose(x, kernel, ...)``.
    x, kernel, stride, padding, output_padding, dilation
        What `conv2d_transpose` was given.

    Returns
    -------
    dx : ndarray of shape (N, H, W, C_in)
        An ordinary convolution of `grad`: transposing twice leads back.
    dkernel : ndarray of shape (KH, KW, C_out, C_in)
        Summed over all images and positions.

    Raises
    ------
    ValueError
        As `conv2d_transpose`, and if `grad` hasn't the shape of its output.

    Examples
    --------
    >>> maps, filters = np.ones((2, 5, 7, 3)), np.ones((3, 3, 4, 3))
    >>> dx, dkernel = conv2d_transpose_backward(np.ones((2, 11, 15, 4)), maps, filters, stride=2)
    >>> dx.shape, dkernel.shape
    ((2, 5, 7, 3), (3, 3, 4, 3))
    """
    x, kernel, size, windows = _prepare(x, kernel, stride, padding, output_padding, dilation)
    grad = _checks.gradient(grad, (len(x), *size, kernel.shape[2]), "N H_out W_out C_out")
    dtype = np.result_type(grad, x, kernel)
    padded = windows.pad(grad)
    dx, dkernel = np.zeros(x.shape, dtype), np.empty(kernel.shape, dtype)
    for row, column, index in windows.shifts():
        dx += padded[index] @ kernel[row, column]  # (N, H, W, C_out) @ (C_out, C_in)
        dkernel[row, column] = np.tensordot(padded[index], x, axes=((0, 1, 2), (0, 1, 2)))
    return dx, dkernel


def upscale(x: ArrayLike, stride: int | tuple[int, int]) -> np.ndarray:
    """Move the pixels apart and put zeros between them.

    Parameters
    ----------
    x : array_like of shape (N, H, W, C)
        Images or feature maps.
    stride : int or (vertical, horizontal)
        Distance of neighbours afterwards, at least 1; ``stride - 1`` zeros lie between them.

    Returns
    -------
    ndarray of shape (N, (H - 1) * stride + 1, (W - 1) * stride + 1, C)
        Pixel (i, j) of `x` is at (i * stride, j * stride); a copy even for stride 1.

    Raises
    ------
    ValueError
        If the rank or the stride is wrong.

    See Also
    --------
    upscale_backward : its gradient.
    conv2d_transpose : what a convolution makes of it.

    Examples
    --------
    >>> upscale(np.array([[1.0, 2.0, 3.0]]).reshape(1, 1, 3, 1), 3).ravel()
    array([1., 0., 0., 2., 0., 0., 3.])
    """
    x = _checks.array("x", x, "N H W C")
    down, right = _checks.pair("stride", stride, 1)
    count, height, width, channels = x.shape
    out = np.zeros((count, (height - 1) * down + 1, (width - 1) * right + 1, channels), x.dtype)
    out[:, ::down, ::right] = x
    return out


def upscale_backward(grad: ArrayLike, x: ArrayLike, stride: int | tuple[int, int]) -> np.ndarray:
    """Return the gradient of `upscale` with respect to its images.

    Parameters
    ----------
    grad : array_like of shape (N, (H - 1) * stride + 1, (W - 1) * stride + 1, C)
        Gradient of a loss with respect to the output of ``upscale(x, stride)``.
    x, stride
        What `upscale` was given.

    Returns
    -------
    ndarray of shape (N, H, W, C)
        What arrives at the pixels; what arrives at the zeros is lost.

    Raises
    ------
    ValueError
        As `upscale`, and if `grad` hasn't the shape of its output.

    Examples
    --------
    >>> grad, x = np.arange(4.0).reshape(1, 1, 4, 1), np.zeros((1, 1, 2, 1))
    >>> upscale_backward(grad, x, (1, 3)).ravel()
    array([0., 3.])
    """
    x = _checks.array("x", x, "N H W C")
    down, right = _checks.pair("stride", stride, 1)
    count, height, width, channels = x.shape
    grad = _checks.gradient(
        grad, (count, (height - 1) * down + 1, (width - 1) * right + 1, channels)
    )
    return grad[:, ::down, ::right].astype(np.result_type(grad, x))


def _prepare(
    x: ArrayLike, kernel: ArrayLike, stride: Any, padding: Any, output_padding: Any, dilation: Any
) -> tuple[np.ndarray, np.ndarray, tuple[int, int], Windows]:
    """Return the arrays, the output's size, and the windows of the convolution it reverses."""
    x = _checks.array("x", x, "N H W C")
    kernel = _checks.array("kernel", kernel, "H W C_out C_in")
    if kernel.shape[3] != x.shape[3]:
        _checks.fail(
            "kernel", f"{x.shape[3]} input channels (its fourth axis), as many as x has", kernel
        )
    strides = _checks.pair("stride", stride, 1)
    dilations = _checks.pair("dilation", dilation, 1)
    kinds = _checks.padding_pair("padding", padding)
    extra: tuple[int | None, int | None] = (None, None)
    if output_padding is not None:
        extra = _checks.pair("output_padding", output_padding, 0)
    height, width = (
        arithmetic.conv_transpose_output_size(
            x.shape[1 + axis],
            kernel.shape[axis],
            strides[axis],
            kinds[axis],
            extra[axis],
            dilations[axis],
        )
        for axis in (0, 1)
    )
    windows = Windows.over((height, width), kernel.shape[:2], strides, padding, dilations, kernel)
    if windows.output != x.shape[1:3]:
        _checks.fail(
            "output_padding",
            f"a size that a convolution leads back from: {height}×{width} outputs give "
            f"{windows.output[0]}×{windows.output[1]}, and x has {x.shape[1]}×{x.shape[2]}",
            output_padding,
        )
    return x, kernel, (height, width), windows


def _padded(
    count: int, size: tuple[int, int], windows: Windows, channels: int
) -> tuple[int, int, int, int]:
    rows, columns = (
        length + sum(amounts) for length, amounts in zip(size, windows.padding, strict=True)
    )
    return count, rows, columns, channels
