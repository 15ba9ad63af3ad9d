"""Residual units: learn what to add to the input."""

from __future__ import annotations

from typing import Any

import keras

from cnncourse import _checks
from cnncourse.layers._block import Block, activate, batch_norm, convolve, register

EXPANSION = 4  # how many times wider a bottleneck's output is than its 3×3 convolution


@register
class ResidualUnit(Block):
    """Add a few convolutions' output to the input, which goes around them by a shortcut.

    Parameters
    ----------
    filters : int
        Of the 3×3 convolutions, at least 1. The output of a bottleneck has four times as many
        channels.
    stride : int
        At least 1; the first convolution takes it, and the shortcut.
    bottleneck : bool
        False: 3×3, 3×3. True: 1×1 down to `filters`, 3×3, 1×1 up to ``4 * filters``.
    preactivation : bool
        False: convolution, normalisation, ReLU, and a ReLU after the addition (2015). True:
        normalisation, ReLU, convolution, and nothing after the addition (2016); a projection then
        starts from the normalised input.
    shortcut : {"auto", "identity", "projection"}
        "projection" is a 1×1 convolution; "auto" is one where the shape changes, and the
        identity elsewhere (option B of the paper). "identity" insists on the same shape.
    bias : bool
        Whether the convolutions have biases. Normalisation makes them idle; `keras.applications`
        has them.
    epsilon : float
        Of the batch normalisation, at least 0.
    **options
        Those of every Keras layer, such as `name`.

    Raises
    ------
    ValueError
        If an argument is out of its range, the input isn't (N, H, W, C), or an identity is asked
        for where the shape changes.

    Notes
    -----
    The stride of a bottleneck is on its first 1×1 convolution, as the paper's costs have it;
    PyTorch's models put it on the 3×3. Padding is "same", which puts an odd zero to the bottom
    and the right; Caffe and PyTorch pad both sides alike.

    References
    ----------
    K. He, X. Zhang, S. Ren and J. Sun, "Deep residual learning for image recognition", CVPR 2016,
    arXiv:1512.03385; "Identity mappings in deep residual networks", ECCV 2016, arXiv:1603.05027.

    Examples
    --------
    >>> ResidualUnit(64).compute_output_shape((None, 56, 40, 64))
    (None, 56, 40, 64)
    >>> ResidualUnit(128, stride=2, bottleneck=True).compute_output_shape((None, 56, 40, 256))
    (None, 28, 20, 512)
    """

    SETTINGS: tuple[str, ...] = (
        "filters",
        "stride",
        "bottleneck",
        "preactivation",
        "shortcut",
        "bias",
        "epsilon",
    )

    def __init__(
        self,
        filters: int,
        stride: int = 1,
        bottleneck: bool = False,
        preactivation: bool = False,
        shortcut: str = "auto",
        bias: bool = False,
        epsilon: float = 1e-5,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.filters = _checks.integer("filters", filters, 1)
        self.stride = _checks.integer("stride", stride, 1)
        self.bottleneck = _checks.flag("bottleneck", bottleneck)
        self.preactivation = _checks.flag("preactivation", preactivation)
        self.shortcut = _checks.choice("shortcut", shortcut, ("auto", "identity", "projection"))
        self.bias = _checks.flag("bias", bias)
        self.epsilon = _checks.number("epsilon", epsilon, 0)

    def wire(self, x: Any) -> Any:
        """Return the sum of the shortcut and the residual."""
        filters = self.filters
        steps = [(filters, 3, self.stride), (filters, 3, 1)]
        if self.bottleneck:
            steps = [(filters, 1, self.stride), (filters, 3, 1), (EXPANSION * filters, 1, 1)]
        projected = self._projects(x.shape[-1], steps[-1][0])
        join = self._join_preactivated if self.preactivation else self._join
        return join(x, steps, projected)

    def finish(self, residual: Any) -> Any:
        """Return the residual as it is added; a subclass may do something to it."""
        return residual

    def _join(self, x: Any, steps: list[tuple[int, int, int]], projected: bool) -> Any:
        shortcut = x
        if projected:
            shortcut = self._convolve(x, steps[-1][0], 1, self.stride, "shortcut_conv")
            shortcut = self._normalise(shortcut, "shortcut_norm")
        for number, step in enumerate(steps, 1):
            x = self._normalise(self._convolve(x, *step, f"conv{number}"), f"norm{number}")
            if number < len(steps):
                x = activate(x, "relu", f"relu{number}")
        total = keras.layers.Add(name="add")([shortcut, self.finish(x)])
        return activate(total, "relu", "relu")

    def _join_preactivated(self, x: Any, steps: list[tuple[int, int, int]], projected: bool) -> Any:
        shortcut = x
        for number, step in enumerate(steps, 1):
            x = activate(self._normalise(x, f"norm{number}"), "relu", f"relu{number}")
            if number == 1 and projected:
                shortcut = self._convolve(x, steps[-1][0], 1, self.stride, "shortcut_conv")
            x = self._convolve(x, *step, f"conv{number}")
        return keras.layers.Add(name="add")([shortcut, self.finish(x)])

    def _convolve(self, x: Any, filters: int, kernel: int, stride: int, name: str) -> Any:
        return convolve(x, filters, kernel, stride, name=name, bias=self.bias)

    def _normalise(self, x: Any, name: str) -> Any:
        return batch_norm(name, self.epsilon)(x)

    def _projects(self, c_in: int, c_out: int) -> bool:
        changes = self.stride > 1 or c_in != c_out
        if changes and self.shortcut == "identity":
            expected = (
                f"'auto' or 'projection' where the shape changes ({c_in} to {c_out} channels, "
                f"stride {self.stride})"
            )
            _checks.fail("shortcut", expected, self.shortcut)
        return changes or self.shortcut == "projection"
