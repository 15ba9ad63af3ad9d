"""Pooling: over windows, over whole feature maps, and over channels; forward and backward."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from cnncourse import _checks
from cnncourse.ops._windows import Windows


def max_pool2d(
    x: ArrayLike,
    size: int | tuple[int, int],
    stride: int | tuple[int, int] | None = None,
    padding: str = "valid",
) -> np.ndarray:
    """Keep the largest value of every window, channel by channel, as Keras' ``MaxPooling2D``.

    Parameters
    ----------
    x : array_like of shape (N, H, W, C)
        Images or feature maps.
    size : int or (vertical, horizontal)
        The window, at least 1.
    stride : int or (vertical, horizontal), optional
        Step of the window, at least 1; `size` unless told, so that windows lie side by side.
    padding : {"valid", "same"}
        Drop the windows that don't fit, or let them hang over the edge, as evenly as it goes (an
        odd line is at the bottom and the right). What hangs over holds nothing: it can't win.

    Returns
    -------
    ndarray of shape (N, H_out, W_out, C)
        H_out and W_out are `cnncourse.arithmetic.conv_output_size`. A window that holds NaN
        gives NaN.

    Raises
    ------
    ValueError
        If a rank or an argument is wrong, or no window fits.

    See Also
    --------
    max_pool2d_backward : its gradient.

    Examples
    --------
    >>> max_pool2d(np.ones((8, 100, 100, 15)), 2).shape
    (8, 50, 50, 15)
    >>> max_pool2d(np.ones((8, 13, 20, 15)), (3, 2), stride=2, padding="same").shape
    (8, 7, 10, 15)
    """
    x, windows = _prepare(x, size, stride, padding)
    return _largest(windows.pad(x, -np.inf), windows)


def max_pool2d_backward(
    grad: ArrayLike,
    x: ArrayLike,
    size: int | tuple[int, int],
    stride: int | tuple[int, int] | None = None,
    padding: str = "valid",
) -> np.ndarray:
    """Return the gradient of `max_pool2d` with respect to its images.

    Parameters
    ----------
    grad : array_like of shape (N, H_out, W_out, C)
        Gradient of a loss with respect to the output of ``max_pool2d(x, ...)``.
    x, size, stride, padding
        What `max_pool2d` was given.

    Returns
    -------
    ndarray of shape (N, H, W, C)
        The winner of a window gets all of its gradient, everything else nothing. Of equal
        winners the first in reading order gets it, as in TensorFlow: after a ReLU ties are
        common, because whole windows are 0. A pixel that won several windows gets their sum.

    Raises
    ------
    ValueError
        As `max_pool2d`, and if `grad` hasn't the shape of its output.

    Examples
    --------
    >>> x = np.array([[3.0, 3.0], [1.0, 2.0]]).reshape(1, 2, 2, 1)
    >>> max_pool2d_backward([[[[10.0]]]], x, 2)[0, :, :, 0]
    array([[10.,  0.],
           [ 0.,  0.]])
    """
    x, windows = _prepare(x, size, stride, padding)
    grad = _checks.gradient(grad, (len(x), *windows.output, x.shape[3]))
    padded = windows.pad(x, -np.inf)
    winner = _largest(padded, windows)
    dpadded = np.zeros(padded.shape, np.result_type(grad, x))
    waiting = np.ones(winner.shape, bool)
    for _, _, index in windows.shifts():  # in reading order
        won = waiting & (padded[index] == winner)
        dpadded[index] += np.where(won, grad, 0)
        waiting &= ~won
    return np.ascontiguousarray(windows.crop(dpadded))


def avg_pool2d(
    x: ArrayLike,
    size: int | tuple[int, int],
    stride: int | tuple[int, int] | None = None,
    padding: str = "valid",
) -> np.ndarray:
    """Average every window, channel by channel, as Keras' ``AveragePooling2D``.

    Parameters
    ----------
    x, size, stride, padding
        As in `max_pool2d`. With ``"same"`` the mean is over the pixels that are there: what hangs
        over the edge is left out of the sum *and* of the count, so edges don't darken.

    Returns
    -------
    ndarray of shape (N, H_out, W_out, C)
        H_out and W_out are `cnncourse.arithmetic.conv_output_size`.

    Raises
    ------
    ValueError
        If a rank or an argument is wrong, or no window fits.

    See Also
    --------
    avg_pool2d_backward : its gradient.

    Examples
    --------
    >>> x = np.array([1.0, 3.0, 8.0]).reshape(1, 1, 3, 1)
    >>> avg_pool2d(x, (1, 2), padding="same").ravel()  # 8 stands alone, and isn't halved
    array([2., 8.])
    """
    x, windows = _prepare(x, size, stride, padding)
    padded = windows.pad(x)
    total = np.zeros((len(x), *windows.output, x.shape[3]), x.dtype)
    for _, _, index in windows.shifts():
        total += padded[index]
    return total / _counts(x, windows)


def avg_pool2d_backward(
    grad: ArrayLike,
    x: ArrayLike,
    size: int | tuple[int, int],
    stride: int | tuple[int, int] | None = None,
    padding: str = "valid",
) -> np.ndarray:
    """Return the gradient of `avg_pool2d` with respect to its images.

    Parameters
    ----------
    grad : array_like of shape (N, H_out, W_out, C)
        Gradient of a loss with respect to the output of ``avg_pool2d(x, ...)``.
    x, size, stride, padding
        What `avg_pool2d` was given.

    Returns
    -------
    ndarray of shape (N, H, W, C)
        Each window's gradient, shared out evenly among the pixels that it holds.

    Raises
    ------
    ValueError
        As `avg_pool2d`, and if `grad` hasn't the shape of its output.

    Examples
    --------
    >>> grad, x = np.array([6.0, 5.0]).reshape(1, 1, 2, 1), np.zeros((1, 1, 3, 1))
    >>> avg_pool2d_backward(grad, x, (1, 2), padding="same").ravel()
    array([3., 3., 5.])
    """
    x, windows = _prepare(x, size, stride, padding)
    grad = _checks.gradient(grad, (len(x), *windows.output, x.shape[3]))
    share = grad / _counts(x, windows)
    dpadded = np.zeros(windows.pad(x).shape, np.result_type(grad, x))
    for _, _, index in windows.shifts():
        dpadded[index] += share
    return np.ascontiguousarray(windows.crop(dpadded))


def global_avg_pool2d(x: ArrayLike) -> np.ndarray:
    """Return the mean of every feature map, as Keras' ``GlobalAveragePooling2D``.

    Parameters
    ----------
    x : array_like of shape (N, H, W, C)
        Feature maps of any height and width.

    Returns
    -------
    ndarray of shape (N, C)
        One number a map, summed up in double precision.

    Raises
    ------
    ValueError
        If the rank is wrong.

    See Also
    --------
    global_avg_pool2d_backward : its gradient.

    Examples
    --------
    >>> global_avg_pool2d(np.ones((8, 7, 5, 512))).shape
    (8, 512)
    """
    x = _checks.array("x", x, "N H W C")
    return x.mean(axis=(1, 2), dtype=np.float64).astype(x.dtype)


def global_avg_pool2d_backward(grad: ArrayLike, x: ArrayLike) -> np.ndarray:
    """Return the gradient of `global_avg_pool2d` with respect to its feature maps.

    Parameters
    ----------
    grad : array_like of shape (N, C)
        Gradient of a loss with respect to the output.
    x : array_like of shape (N, H, W, C)
        What `global_avg_pool2d` was given; only its shape matters.

    Returns
    -------
    ndarray of shape (N, H, W, C)
        Every pixel of a map gets ``1 / (H * W)`` of the map's gradient.

    Raises
    ------
    ValueError
        If a rank is wrong, or `grad` hasn't the shape of the output.

    Examples
    --------
    >>> global_avg_pool2d_backward(np.full((1, 1), 6.0), np.zeros((1, 1, 3, 1))).ravel()
    array([2., 2., 2.])
    """
    x = _checks.array("x", x, "N H W C")
    grad = _checks.gradient(grad, (x.shape[0], x.shape[3]), "N C")
    share = (grad / (x.shape[1] * x.shape[2])).astype(np.result_type(grad, x))
    return np.broadcast_to(share[:, None, None, :], x.shape).copy()


def depth_max_pool(x: ArrayLike, size: int) -> np.ndarray:
    """Keep the largest of every `size` neighbouring channels, pixel by pixel.

    Parameters
    ----------
    x : array_like of shape (N, H, W, C)
        Feature maps.
    size : int
        Channels in a group, at least 1; it has to divide C. Groups don't overlap.

    Returns
    -------
    ndarray of shape (N, H, W, C // size)
        Channel g is the maximum of the channels ``g * size`` to ``(g + 1) * size - 1``.

    Raises
    ------
    ValueError
        If the rank is wrong, or `size` doesn't divide the channels.

    See Also
    --------
    depth_max_pool_backward : its gradient.

    References
    ----------
    I. Goodfellow et al., "Maxout networks", ICML 2013, section 3, where a layer whose units do
    this is called maxout. ``tf.nn.max_pool`` does it with ``ksize=(1, 1, 1, size)``, on a CPU.

    Examples
    --------
    >>> depth_max_pool(np.array([4.0, 1.0, 2.0, 3.0, 5.0, 9.0]).reshape(1, 1, 1, 6), 3).ravel()
    array([4., 9.])
    """
    return _channel_groups(x, size)[1].max(axis=-1)


def depth_max_pool_backward(grad: ArrayLike, x: ArrayLike, size: int) -> np.ndarray:
    """Return the gradient of `depth_max_pool` with respect to its feature maps.

    Parameters
    ----------
    grad : array_like of shape (N, H, W, C // size)
        Gradient of a loss with respect to the output.
    x, size
        What `depth_max_pool` was given.

    Returns
    -------
    ndarray of shape (N, H, W, C)
        The winning channel of a group gets all of it; of equal ones the first.

    Raises
    ------
    ValueError
        As `depth_max_pool`, and if `grad` hasn't the shape of its output.

    Examples
    --------
    >>> x = np.array([4.0, 1.0, 2.0, 9.0, 5.0, 9.0]).reshape(1, 1, 1, 6)
    >>> depth_max_pool_backward(np.array([10.0, 20.0]).reshape(1, 1, 1, 2), x, 3).ravel()
    array([10.,  0.,  0., 20.,  0.,  0.])
    """
    x, groups = _channel_groups(x, size)
    grad = _checks.gradient(grad, groups.shape[:-1])
    dgroups = np.zeros(groups.shape, np.result_type(grad, x))
    winners = groups.argmax(axis=-1)[..., None]  # the first of equal ones
    np.put_along_axis(dgroups, winners, grad[..., None], axis=-1)
    return dgroups.reshape(x.shape)


def _prepare(x: ArrayLike, size: Any, stride: Any, padding: Any) -> tuple[np.ndarray, Windows]:
    x = _checks.array("x", x, "N H W C")
    size = _checks.pair("size", size, 1)
    padding = _checks.choice("padding", padding, _checks.PADDINGS)
    for axis, lines in ((0, "rows"), (1, "columns")):
        if padding == "valid" and size[axis] > x.shape[1 + axis]:
            _checks.fail(
                "size", f"at most the {x.shape[1 + axis]} {lines} of x, or padding 'same'", size
            )
    stride = size if stride is None else stride
    return x, Windows.over(x.shape[1:3], size, stride, padding, 1, size)


def _largest(padded: np.ndarray, windows: Windows) -> np.ndarray:
    views = (padded[index] for _, _, index in windows.shifts())
    largest = next(views).copy()
    for view in views:
        np.maximum(largest, view, out=largest)
    return largest


def _counts(x: np.ndarray, windows: Windows) -> np.ndarray:
    """Return how many real pixels each window holds, of shape (1, H_out, W_out, 1)."""
    real = windows.pad(np.ones((1, *x.shape[1:3], 1), x.dtype))
    counts = np.zeros((1, *windows.output, 1), x.dtype)
    for _, _, index in windows.shifts():
        counts += real[index]
    return counts


def _channel_groups(x: ArrayLike, size: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return `x` and a view of it of shape (N, H, W, C // size, size)."""
    x = _checks.array("x", x, "N H W C")
    size = _checks.integer("size", size, 1)
    if x.shape[3] % size:
        _checks.fail("size", f"a divisor of the {x.shape[3]} channels of x", size)
    return x, x.reshape(*x.shape[:3], x.shape[3] // size, size)
