"""Depthwise and depthwise separable convolution, forward and backward."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from cnncourse import _checks
from cnncourse.ops._convolution import conv2d, conv2d_backward
from cnncourse.ops._windows import Windows


def depthwise_conv2d(
    x: ArrayLike,
    kernel: ArrayLike,
    stride: int | tuple[int, int] = 1,
    padding: Any = "valid",
    dilation: int | tuple[int, int] = 1,
) -> np.ndarray:
    """Convolve every channel with kernels of its own, as Keras' ``DepthwiseConv2D`` (no bias).

    Nothing is summed over channels: that is what makes it cheap, and why a 1×1 convolution
    usually follows (`separable_conv2d`).

    Parameters
    ----------
    x : array_like of shape (N, H, W, C)
        Images.
    kernel : array_like of shape (KH, KW, C, M)
        M kernels for each of the C channels.
    stride, padding, dilation
        As in `conv2d`.

    Returns
    -------
    ndarray of shape (N, H_out, W_out, C * M)
        The M maps of the first channel come first, then those of the second, and so on.

    Raises
    ------
    ValueError
        If a rank or an argument is wrong, the channels don't match, or the kernel reaches
        beyond the padded input.

    See Also
    --------
    depthwise_conv2d_backward : its gradients.

    Examples
    --------
    >>> images, kernels = np.ones((8, 28, 32, 3)), np.ones((5, 3, 3, 2))
    >>> depthwise_conv2d(images, kernels).shape
    (8, 24, 30, 6)
    """
    x, kernel, windows = _prepare(x, kernel, stride, padding, dilation)
    padded = windows.pad(x)
    out = np.zeros((len(x), *windows.output, *kernel.shape[2:]), np.result_type(x, kernel))
    for row, column, index in windows.shifts():
        out += padded[index][..., np.newaxis] * kernel[row, column]  # (N, H, W, C, 1) * (C, M)
    return out.reshape(*out.shape[:3], -1)


def depthwise_conv2d_backward(
    grad: ArrayLike,
    x: ArrayLike,
    kernel: ArrayLike,
    stride: int | tuple[int, int] = 1,
    padding: Any = "valid",
    dilation: int | tuple[int, int] = 1,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the gradients of `depthwise_conv2d` with respect to its images and its kernel.

    Parameters
    ----------
    grad : array_like of shape (N, H_out, W_out, C * M)
        Gradient of a loss with respect to the output of ``depthwise_conv2d(x, kernel, ...)``.
    x, kernel, stride, padding, dilation
        What `depthwise_conv2d` was given.

    Returns
    -------
    dx : ndarray of shape (N, H, W, C)
        Each input's gradient, from its own channel's maps alone.
    dkernel : ndarray of shape (KH, KW, C, M)
        Summed over all images and positions.

    Raises
    ------
    ValueError
        As `depthwise_conv2d`, and if `grad` hasn't the shape of its output.

    Examples
    --------
    >>> images, kernels = np.ones((8, 28, 32, 3)), np.ones((5, 3, 3, 2))
    >>> dx, dkernel = depthwise_conv2d_backward(np.ones((8, 24, 30, 6)), images, kernels)
    >>> dx.shape, dkernel.shape
    ((8, 28, 32, 3), (5, 3, 3, 2))
    """
    x, kernel, windows = _prepare(x, kernel, stride, padding, dilation)
    shape = (len(x), *windows.output, kernel.shape[2] * kernel.shape[3])
    grad = _checks.gradient(grad, shape, "N H_out W_out C*M")

    grad = grad.reshape(*shape[:3], *kernel.shape[2:])
    dtype = np.result_type(grad, x, kernel)
    padded = windows.pad(x)
    dpadded = np.zeros(padded.shape, dtype)
    dkernel = np.empty(kernel.shape, dtype)
    for row, column, index in windows.shifts():
        dkernel[row, column] = np.einsum("nhwc,nhwcm->cm", padded[index], grad)
        dpadded[index] += (grad * kernel[row, column]).sum(axis=-1)
    # A copy, so that the padded array can be freed.
    return np.ascontiguousarray(windows.crop(dpadded)), dkernel


def separable_conv2d(
    x: ArrayLike,
    depthwise_kernel: ArrayLike,
    pointwise_kernel: ArrayLike,
    stride: int | tuple[int, int] = 1,
    padding: Any = "valid",
    dilation: int | tuple[int, int] = 1,
) -> np.ndarray:
    """Convolve every channel by itself, then mix the channels, as Keras' ``SeparableConv2D``.

    Parameters
    ----------
    x : array_like of shape (N, H, W, C_in)
        Images.
    depthwise_kernel : array_like of shape (KH, KW, C_in, M)
        M kernels for each channel.
    pointwise_kernel : array_like of shape (1, 1, C_in * M, C_out)
        How the depthwise maps are mixed, the same at every position.
    stride, padding, dilation
        Of the depthwise step, as in `conv2d`.

    Returns
    -------
    ndarray of shape (N, H_out, W_out, C_out)
        What an ordinary convolution gives whose kernel is a product, for M = 1
        ``depthwise[row, column, c_in] * pointwise[c_in, c_out]``.

    Raises
    ------
    ValueError
        As `depthwise_conv2d`, and if `pointwise_kernel` doesn't fit to its output.

    See Also
    --------
    separable_conv2d_backward : its gradients.

    Examples
    --------
    >>> images = np.ones((8, 28, 32, 3))
    >>> separable_conv2d(images, np.ones((5, 3, 3, 2)), np.ones((1, 1, 6, 16))).shape
    (8, 24, 30, 16)
    """
    maps = depthwise_conv2d(x, depthwise_kernel, stride, padding, dilation)
    return conv2d(maps, _pointwise(pointwise_kernel, maps))


def separable_conv2d_backward(
    grad: ArrayLike,
    x: ArrayLike,
    depthwise_kernel: ArrayLike,
    pointwise_kernel: ArrayLike,
    stride: int | tuple[int, int] = 1,
    padding: Any = "valid",
    dilation: int | tuple[int, int] = 1,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the gradients of `separable_conv2d` with respect to its images and both kernels.

    Parameters
    ----------
    grad : array_like of shape (N, H_out, W_out, C_out)
        Gradient of a loss with respect to the output.
    x, depthwise_kernel, pointwise_kernel, stride, padding, dilation
        What `separable_conv2d` was given.

    Returns
    -------
    dx, ddepthwise, dpointwise : ndarray
        In the shapes of `x`, `depthwise_kernel` and `pointwise_kernel`.

    Raises
    ------
    ValueError
        As `separable_conv2d`, and if `grad` hasn't the shape of its output.

    Examples
    --------
    >>> images, depthwise = np.ones((8, 9, 7, 3)), np.ones((3, 3, 3, 1))
    >>> pointwise = np.ones((1, 1, 3, 5))
    >>> grads = separable_conv2d_backward(np.ones((8, 7, 5, 5)), images, depthwise, pointwise)
    >>> [gradient.shape for gradient in grads]
    [(8, 9, 7, 3), (3, 3, 3, 1), (1, 1, 3, 5)]
    """
    maps = depthwise_conv2d(x, depthwise_kernel, stride, padding, dilation)
    dmaps, dpointwise = conv2d_backward(grad, maps, _pointwise(pointwise_kernel, maps))
    dx, ddepthwise = depthwise_conv2d_backward(
        dmaps, x, depthwise_kernel, stride, padding, dilation
    )
    return dx, ddepthwise, dpointwise


def _prepare(
    x: ArrayLike, kernel: ArrayLike, stride: Any, padding: Any, dilation: Any
) -> tuple[np.ndarray, np.ndarray, Windows]:
    x = _checks.array("x", x, "N H W C")
    kernel = _checks.array("kernel", kernel, "H W C M")
    if kernel.shape[2] != x.shape[3]:
        _checks.fail("kernel", f"{x.shape[3]} channels (its third axis), as many as x has", kernel)
    windows = Windows.over(x.shape[1:3], kernel.shape[:2], stride, padding, dilation, kernel)
    return x, kernel, windows


def _pointwise(kernel: ArrayLike, maps: np.ndarray) -> np.ndarray:
    kernel = _checks.array("pointwise_kernel", kernel, "1 1 C_in*M C_out")
    c_in = maps.shape[3]
    if kernel.shape[:3] != (1, 1, c_in):
        expected = f"shape (1, 1, {c_in}, C_out), as the depthwise step makes {c_in} maps"
        _checks.fail("pointwise_kernel", expected, kernel)
    return kernel
