"""Local response normalisation as a layer."""

from __future__ import annotations

from typing import Any

import keras

from cnncourse import _checks
from cnncourse.layers._block import Layer, feature_maps, precise, register


@register
class LocalResponseNormalization(Layer):
    """Divide each activation by the activity of neighbouring channels at the same position.

    ``b[i] = a[i] / (k + alpha * sum(a[j] ** 2)) ** beta`` with j from ``i - n // 2`` to
    ``i + n // 2``, as far as there are channels. No weights. Half precision is widened to float32
    inside, where the squares would overflow.

    Parameters
    ----------
    n : int
        The paper's window over channels, at least 1. TensorFlow's and Keras' ``depth_radius`` is
        ``n // 2``.
    alpha, beta, k : float
        As in the paper: strength and exponent, at least 0, and offset, above 0.
    **options
        Those of every Keras layer, such as `name`.

    Raises
    ------
    ValueError
        If an argument is out of its range, or the input isn't (N, H, W, C).

    References
    ----------
    A. Krizhevsky, I. Sutskever and G. Hinton, "ImageNet classification with deep convolutional
    neural networks", NIPS 2012, section 3.3.

    Examples
    --------
    >>> LocalResponseNormalization().compute_output_shape((None, 55, 55, 96))
    (None, 55, 55, 96)
    """

    SETTINGS: tuple[str, ...] = ("n", "alpha", "beta", "k")

    def __init__(
        self,
        n: int = 5,
        alpha: float = 1e-4,
        beta: float = 0.75,
        k: float = 2.0,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.n = _checks.integer("n", n, 1)
        self.alpha = _checks.number("alpha", alpha, 0)
        self.beta = _checks.number("beta", beta, 0)
        self.k = _checks.number("k", k, 0)
        if self.k == 0:
            _checks.fail("k", "a number above 0", k)

    def build(self, input_shape: Any) -> None:
        """Check the shape; there is nothing to make."""
        feature_maps(input_shape)

    def call(self, inputs: Any) -> Any:
        """Return the normalised feature maps, in the dtype of `inputs`."""
        x = keras.ops.cast(inputs, precise(self.compute_dtype))
        radius, channels = self.n // 2, x.shape[-1]
        squares = keras.ops.pad(x * x, ((0, 0), (0, 0), (0, 0), (radius, radius)))
        total = sum(squares[..., shift : shift + channels] for shift in range(2 * radius + 1))
        return keras.ops.cast(x * (self.k + self.alpha * total) ** -self.beta, self.compute_dtype)

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """Return `input_shape`: nothing changes it."""
        return tuple(input_shape)
