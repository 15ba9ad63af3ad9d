"""What LeNet-5 had in 1998 and Keras hasn't."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from cnncourse import _checks
from cnncourse.layers._bitmaps import HEIGHT, WIDTH, digit_codes, random_codes
from cnncourse.layers._block import Layer, feature_maps, precise, register

# Which of the six maps of S2 each of the sixteen maps of C3 sees (table I of the paper).
LENET_C3 = (
    *((0, 1, 2), (1, 2, 3), (2, 3, 4), (3, 4, 5), (0, 4, 5), (0, 1, 5)),
    *((0, 1, 2, 3), (1, 2, 3, 4), (2, 3, 4, 5), (0, 3, 4, 5), (0, 1, 4, 5), (0, 1, 2, 5)),
    *((0, 1, 3, 4), (1, 2, 4, 5), (0, 2, 3, 5)),
    (0, 1, 2, 3, 4, 5),
)


@register
def scaled_tanh(x: Any) -> Any:
    """Return ``1.7159 * tanh(2 / 3 * x)``, which maps 1 to 1 and -1 to -1.

    Parameters
    ----------
    x : tensor
        Of any shape.

    Returns
    -------
    tensor
        Of the same shape, between -1.7159 and 1.7159.

    References
    ----------
    Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, "Gradient-based learning applied to document
    recognition", Proceedings of the IEEE 86, 1998, doi:10.1109/5.726791, appendix A.
    """
    return 1.7159 * keras.ops.tanh(x * (2 / 3))


class _Activated(Layer):
    """A layer with an argument `activation`, a name or a function, as Keras takes them."""

    def __init__(self, activation: Any, **options: Any) -> None:
        super().__init__(**options)
        self.activation = keras.activations.get(activation)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, as Keras' savers want them."""
        activation = keras.activations.serialize(self.activation)
        return {**super().get_config(), "activation": activation}


@register
class TrainableSubsampling2D(_Activated):
    """Add up each window, multiply by one weight per map, add one bias per map, squash.

    Parameters
    ----------
    size : int or (height, width)
        Of the windows, which don't overlap; rows and columns beyond the last one are dropped.
    activation : str, callable or None
        Applied last.
    **options
        Those of every Keras layer, such as `name`.

    Raises
    ------
    ValueError
        If `size` is below 1, or the input isn't (N, H, W, C) or smaller than a window.

    Notes
    -----
    Two parameters a map. The weights start at ``1 / (height * width)``: the mean of the window.

    References
    ----------
    Y. LeCun et al., "Gradient-based learning applied to document recognition", 1998,
    doi:10.1109/5.726791, section II.B, layers S2 and S4.

    Examples
    --------
    >>> TrainableSubsampling2D().compute_output_shape((None, 28, 24, 6))
    (None, 14, 12, 6)
    """

    SETTINGS: tuple[str, ...] = ("size",)

    def __init__(
        self,
        size: int | Sequence[int] = 2,
        activation: Any = scaled_tanh,
        **options: Any,
    ) -> None:
        super().__init__(activation, **options)
        self.size = _checks.pair("size", size, 1)
        self.pool_size = self.strides = self.size  # the window, by the names that Keras gives it
        self.padding = "valid"

    def build(self, input_shape: Any) -> None:
        """Make a weight and a bias for every map."""
        maps = (self.compute_output_shape(input_shape)[3],)
        mean = keras.initializers.Constant(1 / (self.size[0] * self.size[1]))
        self.coefficient = self.add_weight(shape=maps, initializer=mean, name="coefficient")
        self.bias = self.add_weight(shape=maps, initializer="zeros", name="bias")

    def call(self, inputs: Any) -> Any:
        """Return the smaller maps."""
        area = self.size[0] * self.size[1]
        total = keras.ops.average_pool(inputs, self.size, self.size) * area
        return self.activation(total * self.coefficient + self.bias)

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """Return ``(N, H // height, W // width, C)``."""
        images, *sizes, maps = feature_maps(input_shape)
        return (images, *(_steps(n, k, k) for n, k in zip(sizes, self.size, strict=True)), maps)


@register
class PartialConv2D(_Activated):
    """A convolution in which every filter sees some of the maps, those that a table names.

    Parameters
    ----------
    connections : sequence of sequences of int
        For each filter the input maps that it sees, counted from 0; at least one, none twice.
        `LENET_C3` is the table of LeNet-5.
    kernel_size : int or (height, width)
        Of all filters, at least 1.
    activation : str, callable or None
        Applied last.
    **options
        Those of every Keras layer, such as `name`.

    Raises
    ------
    ValueError
        If a connection is no map of the input, or doubled, or `kernel_size` is below 1.

    Notes
    -----
    Stride 1, no padding, one bias a filter. Only weights of connections exist, as `kernel` of
    shape (height, width, connections): ``height * width * connections + filters`` parameters, 1,516
    for C3. `full_kernel` is the ordinary kernel, zero where there is no connection.

    References
    ----------
    Y. LeCun et al., "Gradient-based learning applied to document recognition", 1998,
    doi:10.1109/5.726791, table I: fewer connections, and different filters for different inputs.

    Examples
    --------
    >>> layer = PartialConv2D(LENET_C3, 5)
    >>> layer.compute_output_shape((None, 14, 14, 6))
    (None, 10, 10, 16)
    """

    SETTINGS: tuple[str, ...] = ("connections", "kernel_size")

    def __init__(
        self,
        connections: Sequence[Sequence[int]],
        kernel_size: int | Sequence[int],
        activation: Any = None,
        **options: Any,
    ) -> None:
        super().__init__(activation, **options)
        self.connections = _connections(connections)
        self.kernel_size = _checks.pair("kernel_size", kernel_size, 1)
        self.strides, self.padding = (1, 1), "valid"

    def build(self, input_shape: Any) -> None:
        """Make the weights of the connections, and one bias for every filter."""
        self.compute_output_shape(input_shape)  # checks it
        c_in = input_shape[3]
        filters = len(self.connections)
        links = [(c, f) for f, maps in enumerate(self.connections) for c in maps]
        if max(c for c, _ in links) >= c_in:
            expected = f"maps from 0 to {c_in - 1}, as the input has {c_in}"
            _checks.fail("connections", expected, max(c for c, _ in links))
        # One row for each connection, with a 1 at its place in the ordinary kernel.
        placement = np.zeros((len(links), c_in, filters), "float32")
        for row, (c, f) in enumerate(links):
            placement[row, c, f] = 1
        self.placement = placement.reshape(len(links), -1)
        # Glorot's limit, over the connections that a filter and a map have on average.
        area = self.kernel_size[0] * self.kernel_size[1]
        limit = (6 / (area * len(links) * (1 / filters + 1 / c_in))) ** 0.5
        self.kernel = self.add_weight(
            shape=(*self.kernel_size, len(links)),
            initializer=keras.initializers.RandomUniform(-limit, limit),
            name="kernel",
        )
        self.bias = self.add_weight(shape=(filters,), initializer="zeros", name="bias")

    def full_kernel(self) -> Any:
        """Return the kernel of shape (height, width, maps, filters) that this amounts to."""
        kernel = keras.ops.convert_to_tensor(self.kernel)
        placement = keras.ops.cast(self.placement, kernel.dtype)
        shape = (*self.kernel_size, -1, len(self.connections))
        return keras.ops.reshape(keras.ops.matmul(kernel, placement), shape)

    def call(self, inputs: Any) -> Any:
        """Return one map for each filter."""
        return self.activation(keras.ops.conv(inputs, self.full_kernel()) + self.bias)

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """Return ``(N, H - height + 1, W - width + 1, filters)``."""
        images, *sizes, _ = feature_maps(input_shape)
        sizes = [_steps(n, k, 1) for n, k in zip(sizes, self.kernel_size, strict=True)]
        return (images, *sizes, len(self.connections))


@register
class RBFOutput(Layer):
    """Squared distances between the features and a fixed code for each class.

    ``y[i] = sum((x[j] - code[i, j]) ** 2)``: the *smallest* output is the answer, so their
    negatives serve as logits.

    Parameters
    ----------
    classes : int
        At least 1.
    codes : {"digits", "random"}
        Small pictures of the digits 0 to 9 (12 × 7 pixels, ±1, so 10 classes and 84 features), or
        fair coin tosses, always the same.
    **options
        Those of every Keras layer, such as `name`.

    Raises
    ------
    ValueError
        If the input isn't (N, features), or "digits" is asked for other numbers.

    Notes
    -----
    The codes are weights that training leaves alone. Distances are float32 even under mixed
    precision.

    References
    ----------
    Y. LeCun et al., "Gradient-based learning applied to document recognition", 1998,
    doi:10.1109/5.726791, equation 7 and figure 3 (whose pictures are the authors' own).

    Examples
    --------
    >>> RBFOutput().compute_output_shape((None, 84))
    (None, 10)
    """

    SETTINGS: tuple[str, ...] = ("classes", "codes")

    def __init__(self, classes: int = 10, codes: str = "digits", **options: Any) -> None:
        super().__init__(**options)
        self.classes = _checks.integer("classes", classes, 1)
        self.codes = _checks.choice("codes", codes, ("digits", "random"))
        if codes == "digits" and classes != 10:
            _checks.fail("classes", "10 with codes 'digits'", classes)

    def build(self, input_shape: Any) -> None:
        """Set the codes up."""
        if len(input_shape) != 2 or input_shape[1] is None:
            _checks.fail("inputs", "features of shape (N, F), F known", input_shape)
        features = input_shape[1]
        if self.codes == "digits" and features != HEIGHT * WIDTH:
            _checks.fail("inputs", f"{HEIGHT * WIDTH} features with codes 'digits'", input_shape)
        digits = self.codes == "digits"
        codes = digit_codes() if digits else random_codes(self.classes, features)
        self.code = self.add_weight(
            shape=codes.shape,
            initializer=lambda shape, dtype: keras.ops.convert_to_tensor(codes, dtype),
            trainable=False,
            name="code",
        )

    def call(self, inputs: Any) -> Any:
        """Return the squared distance to each code, of shape (N, classes)."""
        dtype = precise(self.compute_dtype)
        x = keras.ops.expand_dims(keras.ops.cast(inputs, dtype), 1)
        return keras.ops.sum((x - keras.ops.cast(self.code, dtype)) ** 2, axis=-1)

    def compute_output_spec(self, inputs: Any) -> Any:
        """Return the symbolic output: float32 under mixed precision, whatever comes in."""
        return keras.KerasTensor((inputs.shape[0], self.classes), precise(self.compute_dtype))

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """Return ``(N, classes)``."""
        return (input_shape[0], self.classes)


def _steps(size: int | None, kernel: int, stride: int) -> int | None:
    if size is None:
        return None
    if size < kernel:
        _checks.fail("inputs", f"feature maps of at least {kernel} rows and columns", size)
    return (size - kernel) // stride + 1


def _connections(value: Any) -> tuple[tuple[int, ...], ...]:
    expected = "for each filter a sequence of different maps, at least one"
    if not isinstance(value, (list, tuple)) or not value:
        _checks.fail("connections", expected, value)
    for maps in value:
        if not isinstance(maps, (list, tuple)) or not maps or len(set(maps)) < len(maps):
            _checks.fail("connections", expected, maps)
    return tuple(tuple(_checks.integer("connections", c, 0) for c in maps) for maps in value)
