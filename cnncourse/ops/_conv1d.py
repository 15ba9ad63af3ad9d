"""Convolution along time: a sequence is an image one column wide."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from cnncourse import _checks, arithmetic
from cnncourse.ops._convolution import conv2d, conv2d_backward

_PADDINGS = (*_checks.PADDINGS, "causal")


def conv1d(
    x: ArrayLike, kernel: ArrayLike, stride: int = 1, padding: Any = "valid", dilation: int = 1
) -> np.ndarray:
    """Convolve a batch of sequences with a bank of filters, as Keras' ``Conv1D`` does (no bias).

    Every filter spans `K` steps and all channels. Like `conv2d` it is not flipped: its last tap
    meets the latest step.

    Parameters
    ----------
    x : array_like of shape (N, T, C_in)
        Sequences of T steps.
    kernel : array_like of shape (K, C_in, C_out)
        Filters.
    stride : int
        Step of the window, at least 1.
    padding : {"valid", "same", "causal"} or (before, after)
        No zeros; as many as give ``ceil(T / stride)`` outputs (an odd one goes to the end);
        ``dilation * (K - 1)`` zeros before the first step, so that no output sees a later input;
        or the numbers of zeros themselves.
    dilation : int
        Distance between the taps, at least 1. Unlike Keras, stride and dilation may both be
        above 1.

    Returns
    -------
    ndarray of shape (N, T_out, C_out)
        One value per filter at every place of the window.

    Raises
    ------
    ValueError
        If a rank or an argument is wrong, the channels don't match, or the kernel reaches
        beyond the padded sequence.

    See Also
    --------
    conv1d_backward : its gradients.
    conv2d : the same with two axes to slide along.

    References
    ----------
    A. van den Oord et al., "WaveNet: a generative model for raw audio", 2016, arXiv:1609.03499,
    section 2.1: causal and dilated convolution.

    Examples
    --------
    >>> sequences, filters = np.ones((8, 50, 3)), np.ones((5, 3, 16))
    >>> conv1d(sequences, filters).shape
    (8, 46, 16)
    >>> conv1d([[[1], [2], [3], [4]]], [[[10]], [[1]]], padding="causal")[0, :, 0]
    array([ 1., 12., 23., 34.])
    """
    images, filters, settings = _as_images(x, kernel, stride, padding, dilation)
    return conv2d(images, filters, *settings)[:, :, 0]


def conv1d_backward(
    grad: ArrayLike,
    x: ArrayLike,
    kernel: ArrayLike,
    stride: int = 1,
    padding: Any = "valid",
    dilation: int = 1,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the gradients of `conv1d` with respect to its sequences and its kernel.

    Parameters
    ----------
    grad : array_like of shape (N, T_out, C_out)
        Gradient of a loss with respect to the output of ``conv1d(x, kernel, ...)``.
    x, kernel, stride, padding, dilation
        What `conv1d` was given.

    Returns
    -------
    dx : ndarray of shape (N, T, C_in)
        Each output's gradient is sent back to the steps that fed it.
    dkernel : ndarray of shape (K, C_in, C_out)
        Summed over all sequences and places of the window.

    Raises
    ------
    ValueError
        As `conv1d`, and if `grad` hasn't the shape of its output.

    Examples
    --------
    >>> sequences, filters = np.ones((8, 50, 3)), np.ones((5, 3, 16))
    >>> dx, dkernel = conv1d_backward(np.ones((8, 46, 16)), sequences, filters)
    >>> dx.shape, dkernel.shape
    ((8, 50, 3), (5, 3, 16))
    """
    images, filters, settings = _as_images(x, kernel, stride, padding, dilation)
    along_time = (setting[0] for setting in settings)
    outputs = arithmetic.conv_output_size(images.shape[1], len(filters), *along_time)
    grad = _checks.gradient(grad, (len(images), outputs, filters.shape[3]), "N T_out C_out")
    dx, dkernel = conv2d_backward(grad[:, :, np.newaxis], images, filters, *settings)
    return dx[:, :, 0], dkernel[:, 0]


def _as_images(
    x: ArrayLike, kernel: ArrayLike, stride: Any, padding: Any, dilation: Any
) -> tuple[np.ndarray, np.ndarray, tuple[Any, Any, Any]]:
    """Return images one column wide, filters one column wide, and the settings of `conv2d`."""
    x = _checks.array("x", x, "N T C_in")
    kernel = _checks.array("kernel", kernel, "K C_in C_out")
    if kernel.shape[1] != x.shape[2]:
        _checks.fail(
            "kernel", f"{x.shape[2]} input channels (its second axis), as many as x has", kernel
        )
    stride = _checks.integer("stride", stride, 1)
    dilation = _checks.integer("dilation", dilation, 1)
    padding = _checks.padding("padding", padding, _PADDINGS)
    reach = arithmetic.kernel_reach(len(kernel), dilation)
    if padding == "causal":
        amounts = (reach - 1, 0)
    else:
        amounts = arithmetic.padding_amounts(x.shape[1], len(kernel), stride, padding, dilation)
    available = x.shape[1] + sum(amounts)
    if reach > available:
        _checks.fail(
            "kernel",
            f"at most the {available} steps of the padded sequence; with dilation {dilation} it "
            f"reaches over {reach}",
            kernel,
        )
    settings = ((stride, 1), (amounts, (0, 0)), (dilation, 1))
    return x[:, :, np.newaxis], kernel[:, np.newaxis], settings
