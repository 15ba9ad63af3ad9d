"""What all our layers share: one base class for layers made of layers, and their checks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras

from cnncourse import _checks

register = keras.saving.register_keras_serializable(package="cnncourse")

# Statistics settle within tens of steps, as short runs need; Keras' 0.99 takes hundreds.
MOMENTUM = 0.9


def feature_maps(shape: Any, minimum: int = 1) -> tuple[int | None, ...]:
    """Return `shape` if it is that of feature maps with at least `minimum` rows and columns."""
    try:
        sizes = tuple(shape)
    except TypeError:
        sizes = ()
    if len(sizes) != 4 or sizes[3] is None:
        _checks.fail("inputs", "feature maps of shape (N, H, W, C), C known", shape)
    if any(size is not None and size < minimum for size in sizes[1:3]):
        _checks.fail("inputs", f"feature maps of at least {minimum} × {minimum}", shape)
    return sizes


def precise(dtype: str) -> str:
    """Return `dtype`, or float32 where squares and sums would leave its range."""
    return "float32" if dtype in ("float16", "bfloat16") else dtype


@contextmanager
def _policy(policy: Any) -> Iterator[None]:
    previous = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(previous)


class Layer(keras.layers.Layer):
    """A layer whose constructor arguments, named in `SETTINGS`, are attributes of it."""

    SETTINGS: tuple[str, ...] = ()

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, as Keras' savers want them."""
        return {**super().get_config(), **{name: getattr(self, name) for name in self.SETTINGS}}


class Block(Layer):
    """A layer made of layers.

    Subclasses say in `wire` how they are connected. Once the block has seen an input shape,
    `graph` is the model inside: its layers can be listed, drawn and looked up by name.
    """

    stride = 1

    def wire(self, x: Any) -> Any:
        """Return the output of the block for the symbolic feature maps `x`."""
        raise NotImplementedError

    def build(self, input_shape: Any) -> None:
        """Make the layers for feature maps of `input_shape`."""
        shape = feature_maps(input_shape)
        with _policy(self.dtype_policy):  # inner layers compute as the block does
            inputs = keras.Input(shape[1:], dtype=self.compute_dtype, name="inputs")
            self.graph = keras.Model(inputs, self.wire(inputs), name="graph")

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        """Run the model inside."""
        return self.graph(inputs, training=training)

    def compute_output_spec(self, inputs: Any, training: bool | None = None) -> Any:
        """Return the symbolic output: an inner layer may have settled on a dtype of its own."""
        shape = self.graph.compute_output_shape(inputs.shape)
        return keras.KerasTensor(shape, self.graph.outputs[0].dtype)

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """Return the shape that comes out for `input_shape`."""
        if self.built:
            return self.graph.compute_output_shape(input_shape)
        twin = type(self).from_config(self.get_config())
        twin.build(input_shape)
        return twin.graph.compute_output_shape(input_shape)


def batch_norm(name: str | None = None, epsilon: float = 1e-3) -> keras.layers.Layer:
    """Return batch normalisation whose statistics settle quickly."""
    return keras.layers.BatchNormalization(momentum=MOMENTUM, epsilon=epsilon, name=name)


def convolve(
    x: Any,
    filters: int,
    kernel: int,
    stride: int = 1,
    *,
    name: str,
    bias: bool = False,
    activation: str | None = None,
) -> Any:
    """Return `x` convolved with He-initialised filters and "same" padding."""
    if kernel == 1 and stride > 1:
        # A 1×1 window never looks at what it strides over, so drop that first. It also keeps
        # clear of TensorFlow 2.21 (oneDNN), whose filter gradient for this case writes beyond
        # its memory.
        x = keras.layers.MaxPooling2D(1, strides=stride, name=f"{name}_stride")(x)
        stride = 1
    return keras.layers.Conv2D(
        filters,
        kernel,
        strides=stride,
        padding="same",
        use_bias=bias,
        activation=activation,
        kernel_initializer="he_normal",
        name=name,
    )(x)


def activate(x: Any, activation: str, name: str) -> Any:
    """Return `x` after an activation by name."""
    return keras.layers.Activation(activation, name=name)(x)
