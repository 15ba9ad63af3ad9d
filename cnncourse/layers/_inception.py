"""The blocks of network in network and of GoogLeNet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras

from cnncourse import _checks
from cnncourse.layers._block import Block, convolve, feature_maps, register


@register
class MlpConv(Block):
    """A convolution followed by 1×1 convolutions: a small network that slides over the image.

    Parameters
    ----------
    filters : int
        Of the convolution, at least 1.
    kernel : int
        Its size, at least 1.
    hidden : sequence of int
        Filters of the 1×1 convolutions that follow; may be empty.
    stride : int
        Of the convolution, at least 1.
    **options
        Those of every Keras layer, such as `name`.

    Raises
    ------
    ValueError
        If an argument is out of its range, or the input isn't (N, H, W, C).

    Notes
    -----
    "Same" padding, biases and a ReLU after every convolution.

    References
    ----------
    M. Lin, Q. Chen and S. Yan, "Network in network", ICLR 2014, arXiv:1312.4400, section 3.1.

    Examples
    --------
    >>> MlpConv(192, 5, hidden=(160, 96)).compute_output_shape((None, 32, 32, 3))
    (None, 32, 32, 96)
    """

    SETTINGS: tuple[str, ...] = ("filters", "kernel", "hidden", "stride")

    def __init__(
        self,
        filters: int,
        kernel: int,
        hidden: Sequence[int] = (),
        stride: int = 1,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.filters = _checks.integer("filters", filters, 1)
        self.kernel = _checks.integer("kernel", kernel, 1)
        self.hidden = _filters("hidden", hidden)
        self.stride = _checks.integer("stride", stride, 1)

    def wire(self, x: Any) -> Any:
        """Return the maps after the last 1×1 convolution."""
        x = convolve(
            x, self.filters, self.kernel, self.stride, name="conv", bias=True, activation="relu"
        )
        for number, filters in enumerate(self.hidden, 1):
            x = convolve(x, filters, 1, name=f"mlp{number}", bias=True, activation="relu")
        return x


@register
class Inception(Block):
    """Look at the same maps through windows of several sizes and stack what each one finds.

    Four branches side by side: 1×1; 1×1 then 3×3; 1×1 then 5×5; 3×3 max pooling then 1×1. The
    1×1 convolutions before the large kernels are bottlenecks that keep the cost down.

    Parameters
    ----------
    one : int
        Filters of the 1×1 branch.
    three, five : (int, int)
        Filters of the bottleneck and of the 3×3 or 5×5 convolution after it.
    pool : int
        Filters of the 1×1 convolution after the pooling.
    **options
        Those of every Keras layer, such as `name`.

    Raises
    ------
    ValueError
        If a number of filters is below 1, or the input isn't (N, H, W, C).

    Notes
    -----
    "Same" padding, stride 1, biases and a ReLU after every convolution. The output has
    ``one + three[1] + five[1] + pool`` channels.

    References
    ----------
    C. Szegedy et al., "Going deeper with convolutions", CVPR 2015, arXiv:1409.4842, figure 2b.

    Examples
    --------
    >>> module = Inception(64, (96, 128), (16, 32), 32)  # 3a of GoogLeNet
    >>> module.compute_output_shape((None, 28, 28, 192))
    (None, 28, 28, 256)
    """

    SETTINGS: tuple[str, ...] = ("one", "three", "five", "pool")

    def __init__(
        self, one: int, three: Sequence[int], five: Sequence[int], pool: int, **options: Any
    ) -> None:
        super().__init__(**options)
        self.one = _checks.integer("one", one, 1)
        self.three = _filters("three", three, 2)
        self.five = _filters("five", five, 2)
        self.pool = _checks.integer("pool", pool, 1)

    def wire(self, x: Any) -> Any:
        """Return the four branches, concatenated."""

        def conv(maps: Any, filters: int, kernel: int, name: str) -> Any:
            return convolve(maps, filters, kernel, name=name, bias=True, activation="relu")

        pooled = keras.layers.MaxPooling2D(3, strides=1, padding="same", name="pool")(x)
        branches = [
            conv(x, self.one, 1, "1x1"),
            conv(conv(x, self.three[0], 1, "3x3_reduce"), self.three[1], 3, "3x3"),
            conv(conv(x, self.five[0], 1, "5x5_reduce"), self.five[1], 5, "5x5"),
            conv(pooled, self.pool, 1, "pool_proj"),
        ]
        return keras.layers.Concatenate(name="concat")(branches)


@register
class AuxiliaryHead(Block):
    """A classifier in the middle of a network, which feeds gradients to the layers below it.

    Average pooling (5×5, stride 3), a 1×1 convolution, a dense layer, dropout and the classes.
    Its loss is added to the main one times 0.3; at inference the head is left out.

    Parameters
    ----------
    classes : int
        At least 1.
    filters, units : int
        Of the 1×1 convolution and of the dense layer, at least 1.
    dropout : float
        Fraction of the units dropped in training, from 0 to below 1.
    activation : {"softmax", "linear"}
        Probabilities or logits; float32 even under mixed precision.
    **options
        Those of every Keras layer, such as `name`.

    Raises
    ------
    ValueError
        If an argument is out of its range, or the input has fewer than 5 rows or columns.

    References
    ----------
    C. Szegedy et al., "Going deeper with convolutions", CVPR 2015, arXiv:1409.4842, section 5.

    Examples
    --------
    >>> AuxiliaryHead(1000).compute_output_shape((None, 14, 14, 512))
    (None, 1000)
    """

    SETTINGS: tuple[str, ...] = ("classes", "filters", "units", "dropout", "activation")
    WINDOW = 5  # the smallest map it can stand on

    def __init__(
        self,
        classes: int,
        filters: int = 128,
        units: int = 1024,
        dropout: float = 0.7,
        activation: str = "softmax",
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.classes = _checks.integer("classes", classes, 1)
        self.filters = _checks.integer("filters", filters, 1)
        self.units = _checks.integer("units", units, 1)
        self.dropout = _checks.number("dropout", dropout, 0, 1)
        if self.dropout == 1:
            _checks.fail("dropout", "a number from 0 to below 1", dropout)
        self.activation = _checks.choice("activation", activation, ("softmax", "linear"))

    def wire(self, x: Any) -> Any:
        """Return the classes' probabilities or logits."""
        feature_maps(x.shape, self.WINDOW)
        x = keras.layers.AveragePooling2D(self.WINDOW, strides=3, name="pool")(x)
        x = convolve(x, self.filters, 1, name="conv", bias=True, activation="relu")
        x = keras.layers.Flatten(name="flatten")(x)
        x = keras.layers.Dense(
            self.units, activation="relu", kernel_initializer="he_normal", name="dense"
        )(x)
        x = keras.layers.Dropout(self.dropout, name="dropout")(x)
        x = keras.layers.Dense(self.classes, name="logits")(x)
        return keras.layers.Activation(self.activation, dtype="float32", name=self.activation)(x)


def _filters(name: str, value: Any, length: int | None = None) -> tuple[int, ...]:
    expected = "a sequence of " + (f"{length} integers" if length else "integers")
    if not isinstance(value, (list, tuple)) or (length is not None and len(value) != length):
        _checks.fail(name, expected, value)
    return tuple(_checks.integer(name, filters, 1) for filters in value)
