"""Grouped convolution that any processor can run."""

from __future__ import annotations

from typing import Any

import keras

from cnncourse.layers._block import register


@register
class GroupedConv2D(keras.layers.Conv2D):
    """Convolution in independent groups, written out as one convolution for each of them.

    Output group g sees input group g alone, which divides weights and costs by the number of
    groups. Same arguments, weights and results as ``keras.layers.Conv2D(..., groups=g)``. On a
    CPU TensorFlow has no grouped convolution, and Keras compiles one through XLA at every call
    outside of a graph; split and concatenate, it runs everywhere at once.

    Parameters
    ----------
    filters : int
        Output channels, a multiple of `groups`.
    kernel_size : int or (height, width)
        Of every filter.
    **options
        Those of ``keras.layers.Conv2D``, `groups` among them: a divisor of the input channels.

    Raises
    ------
    ValueError
        Keras', for arguments out of range or channels that `groups` doesn't divide.

    References
    ----------
    A. Krizhevsky, I. Sutskever and G. Hinton, "ImageNet classification with deep convolutional
    neural networks", NIPS 2012, section 3.2: two groups, one on each GPU.

    Examples
    --------
    >>> layer = GroupedConv2D(256, 5, groups=2, padding="same")
    >>> layer.compute_output_shape((None, 27, 27, 96))
    (None, 27, 27, 256)
    """

    def convolution_op(self, inputs: Any, kernel: Any) -> Any:
        """Convolve each group of channels with its own filters."""
        convolve = super().convolution_op
        return keras.ops.concatenate(
            [
                convolve(maps, filters)
                for maps, filters in zip(
                    keras.ops.split(inputs, self.groups, axis=-1),
                    keras.ops.split(kernel, self.groups, axis=-1),
                    strict=True,
                )
            ],
            axis=-1,
        )
