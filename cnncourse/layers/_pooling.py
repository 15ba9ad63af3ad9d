"""Pooling over channels as a layer."""

from __future__ import annotations

from typing import Any

import keras

from cnncourse import _checks
from cnncourse.layers._block import Layer, feature_maps, register


@register
class DepthMaxPooling2D(Layer):
    """Keep the largest of every few neighbouring channels, position by position.

    Where the channels of a group are detectors for the same thing in several poses, the result
    doesn't depend on the pose: pooling over depth learns what it is invariant to. Keras pools over
    rows and columns alone.

    Parameters
    ----------
    size : int
        Channels in a group, at least 1; divides the number of channels.
    **options
        Those of every Keras layer, such as `name`.

    Raises
    ------
    ValueError
        If `size` is no integer of at least 1 or doesn't divide the channels, or the input
        isn't (N, H, W, C).

    Examples
    --------
    >>> DepthMaxPooling2D(3).compute_output_shape((None, 28, 30, 24))
    (None, 28, 30, 8)
    """

    SETTINGS: tuple[str, ...] = ("size",)

    def __init__(self, size: int, **options: Any) -> None:
        super().__init__(**options)
        self.size = _checks.integer("size", size, 1)

    def build(self, input_shape: Any) -> None:
        """Check that the channels fall into groups."""
        self.compute_output_shape(input_shape)

    def call(self, inputs: Any) -> Any:
        """Return feature maps of shape (N, H, W, C / size)."""
        height, width, channels = keras.ops.shape(inputs)[1:]
        groups = (-1, height, width, channels // self.size, self.size)
        return keras.ops.max(keras.ops.reshape(inputs, groups), axis=-1)

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """Return ``(N, H, W, C / size)``."""
        *rest, channels = feature_maps(input_shape)
        assert channels is not None  # feature_maps has seen to it
        if channels % self.size:
            expected = f"a divisor of the {channels} channels"
            _checks.fail("size", expected, self.size)
        return (*rest, channels // self.size)
