"""Keras' own layers with the defaults of the course's networks, and how they become a model.

Convolutions start from He's normal distribution (arXiv:1502.01852), with which networks of ReLUs
train whatever their depth, instead of the Gaussians of fixed width of the older papers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import keras
from keras.layers import Layer

from cnncourse.layers._block import batch_norm
from cnncourse.layers._grouped import GroupedConv2D

__all__ = [
    "activation",
    "assemble",
    "average_pool",
    "batch_norm",
    "conv",
    "dense",
    "dropout",
    "flatten",
    "global_average",
    "max_pool",
    "negative",
    "pad",
    "without_weights",
]


T = TypeVar("T")


def conv(
    filters: int,
    kernel: int,
    stride: int = 1,
    padding: str = "same",
    activation: Any = "relu",
    *,
    bias: bool = True,
    groups: int = 1,
    initializer: str = "he_normal",
    name: str | None = None,
) -> Layer:
    """Return a convolution."""
    kind, options = (
        (keras.layers.Conv2D, {}) if groups == 1 else (GroupedConv2D, {"groups": groups})
    )
    return kind(
        filters,
        kernel,
        strides=stride,
        padding=padding,
        activation=activation,
        use_bias=bias,
        kernel_initializer=initializer,
        name=name,
        **options,
    )


def dense(
    units: int,
    activation: Any = None,
    *,
    initializer: str = "glorot_uniform",
    name: str | None = None,
) -> Layer:
    """Return a dense layer; hidden ones with ReLU want ``initializer="he_normal"``."""
    return keras.layers.Dense(
        units, activation=activation, kernel_initializer=initializer, name=name
    )


def max_pool(size: int, stride: int, padding: str = "valid", name: str | None = None) -> Layer:
    """Return max pooling."""
    return keras.layers.MaxPooling2D(size, strides=stride, padding=padding, name=name)


def average_pool(size: int, stride: int, padding: str = "valid", name: str | None = None) -> Layer:
    """Return average pooling."""
    return keras.layers.AveragePooling2D(size, strides=stride, padding=padding, name=name)


def global_average(name: str | None = None) -> Layer:
    """Return the mean of each map."""
    return keras.layers.GlobalAveragePooling2D(name=name)


def pad(amount: int, name: str | None = None) -> Layer:
    """Return `amount` rows and columns of zeros on all four sides."""
    return keras.layers.ZeroPadding2D(amount, name=name)


def flatten(name: str | None = None) -> Layer:
    """Return the maps of an image in one row."""
    return keras.layers.Flatten(name=name)


def dropout(rate: float, name: str | None = None) -> Layer:
    """Return dropout of a fraction `rate`."""
    return keras.layers.Dropout(rate, name=name)


def activation(kind: str, name: str | None = None, dtype: str | None = None) -> Layer:
    """Return an activation; outputs want ``dtype="float32"`` for mixed precision's sake."""
    return keras.layers.Activation(kind, name=name, dtype=dtype)


def negative(name: str | None = None) -> Layer:
    """Return the inputs times -1, in float32."""
    return keras.layers.Rescaling(-1.0, name=name, dtype="float32")


def assemble(
    input_shape: tuple[int | None, ...],
    layers: Iterable[Layer],
    exits: Mapping[str, Layer] | None = None,
    name: str | None = None,
) -> keras.Model:
    """Return a model that runs its layers one after the other.

    Parameters
    ----------
    input_shape : (height, width, channels)
        Without the batch axis.
    layers : iterable of layers
        First to last, each with one input and one output.
    exits : mapping of layer names to layers, optional
        Heads that start from the output of the layer of that name.
    name : str, optional
        Of the model.

    Returns
    -------
    keras.Model
        With one output; or, given exits, with a dict of them: "main" for the last layer's, and
        each head's under the head's own name.

    Examples
    --------
    >>> model = assemble((32, 24, 3), [conv(8, 3), global_average(), dense(5)])
    >>> model.output_shape
    (None, 5)
    """
    exits = exits or {}
    inputs = x = keras.Input(input_shape, name="images")
    outputs = {}
    for layer in layers:
        x = layer(x)
        if layer.name in exits:
            head = exits[layer.name]
            outputs[head.name] = head(x)
    return keras.Model(inputs, {"main": x, **outputs} if exits else x, name=name)


def without_weights(function: Callable[[], T]) -> T:
    """Return ``function()``, in which models get all their shapes but no memory for weights.

    VGG-19 is laid out in a fraction of a second this way, without its 575 MB. Numbers read from
    such a model inside of `function` are right; the model itself can't be called.

    Parameters
    ----------
    function : callable
        Without arguments.

    Returns
    -------
    object
        What `function` returns.

    Examples
    --------
    >>> def count():
    ...     return assemble((224, 224, 3), [flatten(), dense(10_000)]).count_params()
    >>> without_weights(count)
    1505290000
    """

    def work() -> T:
        with keras.StatelessScope(initialize_variables=False):
            return function()

    # A thread of its own, since Keras lists per thread what is still to be initialised, and the
    # next scope to end would allocate all of it.
    with ThreadPoolExecutor(1) as executor:
        return executor.submit(work).result()
