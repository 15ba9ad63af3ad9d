"""Local response normalisation, forward and backward."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from cnncourse import _checks


def local_response_norm(
    x: ArrayLike, n: int = 5, alpha: float = 1e-4, beta: float = 0.75, k: float = 2.0
) -> np.ndarray:
    """Divide each activation by the activity of its neighbouring channels, as AlexNet does.

    Parameters
    ----------
    x : array_like of shape (N, H, W, C)
        Feature maps.
    n : int
        Width of the window over channels, at least 1. As in the paper it reaches ``n // 2`` to
        both sides, so an even `n` covers ``n + 1`` channels. TensorFlow asks for
        ``depth_radius = n // 2`` instead.
    alpha, beta, k : float
        Strength (at least 0), exponent (at least 0) and offset (above 0).

    Returns
    -------
    ndarray of shape (N, H, W, C)
        ``x / (k + alpha * s) ** beta``, where ``s`` is the sum of ``x ** 2`` over the window at
        the same position. Channels beyond the first and the last count as 0.

    Raises
    ------
    ValueError
        If an argument is out of its range.

    See Also
    --------
    local_response_norm_backward : its gradient.

    References
    ----------
    A. Krizhevsky, I. Sutskever and G. Hinton, "ImageNet classification with deep convolutional
    neural networks", NIPS 2012, section 3.3. Caffe and PyTorch divide `alpha` by `n` first.

    Examples
    --------
    >>> x = np.array([1.0, 2.0, 3.0, 4.0]).reshape(1, 1, 1, 4)
    >>> local_response_norm(x, n=3, alpha=1.0, beta=1.0, k=1.0).ravel()  # 1 / 6, 2 / 15, …
    array([0.16666667, 0.13333333, 0.1       , 0.15384615])
    """
    x, n = _prepare(x, n)
    alpha, beta, k = _settings(alpha, beta, k)
    return x * (k + alpha * _window_sum(x**2, n)) ** -beta


def local_response_norm_backward(
    grad: ArrayLike,
    x: ArrayLike,
    n: int = 5,
    alpha: float = 1e-4,
    beta: float = 0.75,
    k: float = 2.0,
) -> np.ndarray:
    """Return the gradient of `local_response_norm` with respect to its feature maps.

    Parameters
    ----------
    grad : array_like of shape (N, H, W, C)
        Gradient of a loss with respect to the output.
    x, n, alpha, beta, k
        What `local_response_norm` was given.

    Returns
    -------
    ndarray of shape (N, H, W, C)
        A direct part, through the numerator, and what each activation does to its neighbours.

    Raises
    ------
    ValueError
        As `local_response_norm`, and if `grad` hasn't the shape of `x`.

    Examples
    --------
    >>> x = np.ones((8, 28, 32, 16))
    >>> local_response_norm_backward(np.ones_like(x), x).shape
    (8, 28, 32, 16)
    """
    x, n = _prepare(x, n)
    alpha, beta, k = _settings(alpha, beta, k)
    grad = _checks.gradient(grad, x.shape)
    scale = k + alpha * _window_sum(x**2, n)
    # The window is symmetric: the outputs that x[c] weighs on are those it is weighed by.
    neighbours = _window_sum(grad * x * scale ** (-beta - 1), n)
    return grad * scale**-beta - 2 * alpha * beta * x * neighbours


def _window_sum(values: np.ndarray, n: int) -> np.ndarray:
    radius, channels = n // 2, values.shape[-1]
    padded = np.pad(values, ((0, 0), (0, 0), (0, 0), (radius, radius)))
    total = np.zeros_like(values)
    for shift in range(2 * radius + 1):
        total += padded[..., shift : shift + channels]
    return total


def _prepare(x: ArrayLike, n: int) -> tuple[np.ndarray, int]:
    return _checks.array("x", x, "N H W C"), _checks.integer("n", n, 1)


def _settings(alpha: float, beta: float, k: float) -> tuple[float, float, float]:
    alpha = _checks.number("alpha", alpha, 0)
    beta = _checks.number("beta", beta, 0)
    if _checks.number("k", k, 0) == 0:
        _checks.fail("k", "a number above 0", k)
    return alpha, beta, float(k)
