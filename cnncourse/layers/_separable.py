"""Depthwise separable convolutions with what stands around them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras

from cnncourse import _checks
from cnncourse.layers._block import Block, activate, batch_norm, convolve, register

ORDERS = ("depthwise_first", "pointwise_first")
ACTIVATIONS = ("linear", "relu", "relu6", "elu")


@register
class SeparableUnit(Block):
    """Convolve each channel by itself (depthwise) and mix the channels (pointwise, 1×1).

    Parameters
    ----------
    filters : int
        Output channels, at least 1.
    kernel : int
        Size of the depthwise kernels, at least 1.
    stride : int
        Of the depthwise step, at least 1.
    order : {"depthwise_first", "pointwise_first"}
        The first is what libraries compute; the second is the Xception paper's "extreme
        Inception": 1×1 first, then one kernel for each of the `filters` channels.
    between : {"linear", "relu", "relu6", "elu"}
        Activation between the two steps; "linear" is none, as in Xception.
    activation : {"linear", "relu", "relu6", "elu"}
        Activation at the end.
    normalisation : {"none", "end", "both"}
        Batch normalisation: nowhere, after the second step, or after each step.
    bias : bool
        Whether the second step has biases, as in Keras' ``SeparableConv2D``.
    **options
        Those of every Keras layer, such as `name`.

    Raises
    ------
    ValueError
        If an argument is out of its range, or the input isn't (N, H, W, C).

    References
    ----------
    F. Chollet, "Xception: deep learning with depthwise separable convolutions", CVPR 2017,
    arXiv:1610.02357, sections 1.2 and 4.7; A. Howard et al., "MobileNets", 2017,
    arXiv:1704.04861.

    Examples
    --------
    >>> unit = SeparableUnit(128, stride=2)
    >>> unit.compute_output_shape((None, 28, 20, 64))
    (None, 14, 10, 128)
    """

    SETTINGS: tuple[str, ...] = (
        "filters",
        "kernel",
        "stride",
        "order",
        "between",
        "activation",
        "normalisation",
        "bias",
    )

    def __init__(
        self,
        filters: int,
        kernel: int = 3,
        stride: int = 1,
        order: str = "depthwise_first",
        between: str = "linear",
        activation: str = "linear",
        normalisation: str = "none",
        bias: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.filters = _checks.integer("filters", filters, 1)
        self.kernel = _checks.integer("kernel", kernel, 1)
        self.stride = _checks.integer("stride", stride, 1)
        self.order = _checks.choice("order", order, ORDERS)
        self.between = _checks.choice("between", between, ACTIVATIONS)
        self.activation = _checks.choice("activation", activation, ACTIVATIONS)
        self.normalisation = _checks.choice("normalisation", normalisation, ("none", "end", "both"))
        self.bias = _checks.flag("bias", bias)

    def wire(self, x: Any) -> Any:
        """Return the maps after both steps."""
        first, second = ("depthwise", "pointwise")[:: 1 if self.order == ORDERS[0] else -1]
        x = self._step(x, first, bias=False)
        if self.normalisation == "both":
            x = batch_norm(f"{first}_norm")(x)
        if self.between != "linear":
            x = activate(x, self.between, "between")
        x = self._step(x, second, self.bias)
        if self.normalisation != "none":
            x = batch_norm(f"{second}_norm")(x)
        return x if self.activation == "linear" else activate(x, self.activation, self.activation)

    def _step(self, x: Any, kind: str, bias: bool) -> Any:
        if kind == "pointwise":
            return convolve(x, self.filters, 1, name=kind, bias=bias)
        gain = 1 if self.between == "linear" else 2
        return keras.layers.DepthwiseConv2D(
            self.kernel,
            strides=self.stride,
            padding="same",
            use_bias=bias,
            # A depthwise kernel sees one channel; Keras' initialisers would count them all.
            depthwise_initializer=keras.initializers.RandomNormal(stddev=gain**0.5 / self.kernel),
            name=kind,
        )(x)


@register
class XceptionUnit(Block):
    """A residual unit of separable convolutions, as Xception stacks them.

    Parameters
    ----------
    filters : sequence of int
        Of the separable 3×3 convolutions, each after a ReLU and followed by batch normalisation.
    stride : int
        Above 1, the maps are max-pooled (3×3) at the end, and the shortcut is a strided 1×1
        convolution with normalisation. At 1 the shortcut is the identity.
    first_relu : bool
        Whether the first convolution has a ReLU before it; the input of the first unit has just
        been through one.
    **options
        Those of every Keras layer, such as `name`.

    Raises
    ------
    ValueError
        If an argument is out of its range, the input isn't (N, H, W, C), or stride 1 would change
        the number of channels.

    References
    ----------
    F. Chollet, "Xception: deep learning with depthwise separable convolutions", CVPR 2017,
    arXiv:1610.02357, figure 5.

    Examples
    --------
    >>> XceptionUnit((256, 256), stride=2).compute_output_shape((None, 74, 74, 128))
    (None, 37, 37, 256)
    """

    SETTINGS: tuple[str, ...] = ("filters", "stride", "first_relu")

    def __init__(
        self, filters: Sequence[int], stride: int = 1, first_relu: bool = True, **options: Any
    ) -> None:
        super().__init__(**options)
        if not isinstance(filters, (list, tuple)) or not filters:
            _checks.fail("filters", "a sequence of integers, at least one", filters)
        self.filters = tuple(_checks.integer("filters", count, 1) for count in filters)
        self.stride = _checks.integer("stride", stride, 1)
        self.first_relu = _checks.flag("first_relu", first_relu)

    def wire(self, x: Any) -> Any:
        """Return the sum of the shortcut and the separable convolutions."""
        shortcut, strided = x, self.stride > 1
        if strided:
            shortcut = convolve(x, self.filters[-1], 1, self.stride, name="shortcut_conv")
            shortcut = batch_norm("shortcut_norm")(shortcut)
        elif x.shape[-1] != self.filters[-1]:
            expected = f"{x.shape[-1]} filters at the end, as the input has, for stride 1"
            _checks.fail("filters", expected, self.filters)
        for number, filters in enumerate(self.filters, 1):
            if number > 1 or self.first_relu:
                x = activate(x, "relu", f"relu{number}")
            x = SeparableUnit(filters, normalisation="end", name=f"separable{number}")(x)
        if strided:
            pool = keras.layers.MaxPooling2D(3, strides=self.stride, padding="same", name="pool")
            x = pool(x)
        return keras.layers.Add(name="add")([x, shortcut])
