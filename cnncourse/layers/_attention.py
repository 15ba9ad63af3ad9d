"""Squeeze and excitation: channels that turn each other up and down."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras

from cnncourse import _checks
from cnncourse.layers._block import Block, register
from cnncourse.layers._inception import Inception
from cnncourse.layers._residual import ResidualUnit


@register
class SqueezeExcite(Block):
    """Weigh every channel by what all the channels show in the image as a whole.

    Squeeze: the mean of each map. Excite: two dense layers, the first with one unit for every
    `ratio` channels and ReLU, the second with one sigmoid unit a channel. Each map is then
    multiplied by its unit, its *gate*.

    Parameters
    ----------
    ratio : int
        Channels for each unit of the first dense layer, at least 1; there is at least one unit.
    **options
        Those of every Keras layer, such as `name`.

    Raises
    ------
    ValueError
        If `ratio` is below 1, or the input isn't (N, H, W, C).

    References
    ----------
    J. Hu, L. Shen and G. Sun, "Squeeze-and-excitation networks", CVPR 2018, arXiv:1709.01507.

    Examples
    --------
    >>> block = SqueezeExcite(ratio=16)
    >>> block.compute_output_shape((None, 14, 10, 64))
    (None, 14, 10, 64)
    >>> block(np.ones((2, 14, 10, 64))).shape, block.gates(np.ones((2, 14, 10, 64))).shape
    (TensorShape([2, 14, 10, 64]), TensorShape([2, 64]))
    """

    SETTINGS: tuple[str, ...] = ("ratio",)

    def __init__(self, ratio: int = 16, **options: Any) -> None:
        super().__init__(**options)
        self.ratio = _checks.integer("ratio", ratio, 1)

    def wire(self, x: Any) -> Any:
        """Return the maps, each multiplied by its gate."""
        channels = x.shape[-1]
        gate = keras.layers.GlobalAveragePooling2D(keepdims=True, name="squeeze")(x)
        gate = keras.layers.Dense(
            max(1, channels // self.ratio),
            activation="relu",
            kernel_initializer="he_normal",
            name="reduce",
        )(gate)
        gate = keras.layers.Dense(channels, activation="sigmoid", name="excite")(gate)
        return keras.layers.Multiply(name="scale")([x, gate])

    def gates(self, inputs: Any) -> Any:
        """Return the gates for feature maps, of shape (N, C) and from 0 to 1.

        Parameters
        ----------
        inputs : array_like of shape (N, H, W, C)
            What the block would be called on.

        Returns
        -------
        tensor of shape (N, C)
        """
        inputs = keras.ops.convert_to_tensor(inputs, self.compute_dtype)
        if not self.built:
            self(inputs)
        excite = keras.Model(self.graph.inputs, self.graph.get_layer("excite").output)
        return keras.ops.squeeze(excite(inputs), (1, 2))


@register
class SEResidualUnit(ResidualUnit):
    """A `ResidualUnit` whose residual passes through `SqueezeExcite` before the addition.

    Parameters
    ----------
    filters : int
        As in `ResidualUnit`.
    ratio : int
        As in `SqueezeExcite`.
    **options
        The other arguments of `ResidualUnit`, and those of every Keras layer.

    Raises
    ------
    ValueError
        As both of them.

    References
    ----------
    J. Hu, L. Shen and G. Sun, "Squeeze-and-excitation networks", CVPR 2018, arXiv:1709.01507,
    figure 3.

    Examples
    --------
    >>> unit = SEResidualUnit(64, bottleneck=True, stride=2)
    >>> unit.compute_output_shape((None, 56, 40, 64))
    (None, 28, 20, 256)
    """

    SETTINGS: tuple[str, ...] = (*ResidualUnit.SETTINGS, "ratio")

    def __init__(self, filters: int, ratio: int = 16, **options: Any) -> None:
        super().__init__(filters, **options)
        self.ratio = _checks.integer("ratio", ratio, 1)

    def finish(self, residual: Any) -> Any:
        """Return the residual as it is added: gated."""
        return SqueezeExcite(self.ratio, name="se")(residual)


@register
class SEInception(Inception):
    """An `Inception` module whose output passes through `SqueezeExcite`.

    Parameters
    ----------
    one, three, five, pool
        As in `Inception`.
    ratio : int
        As in `SqueezeExcite`.
    **options
        Those of every Keras layer, such as `name`.

    Raises
    ------
    ValueError
        As both of them.

    References
    ----------
    J. Hu, L. Shen and G. Sun, "Squeeze-and-excitation networks", CVPR 2018, arXiv:1709.01507,
    figure 2.

    Examples
    --------
    >>> module = SEInception(64, (96, 128), (16, 32), 32)
    >>> module.compute_output_shape((None, 28, 28, 192))
    (None, 28, 28, 256)
    """

    SETTINGS: tuple[str, ...] = (*Inception.SETTINGS, "ratio")

    def __init__(
        self,
        one: int,
        three: Sequence[int],
        five: Sequence[int],
        pool: int,
        ratio: int = 16,
        **options: Any,
    ) -> None:
        super().__init__(one, three, five, pool, **options)
        self.ratio = _checks.integer("ratio", ratio, 1)

    def wire(self, x: Any) -> Any:
        """Return the four branches, concatenated and gated."""
        return SqueezeExcite(self.ratio, name="se")(super().wire(x))
