"""Sliding windows over two axes: what convolution and pooling share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from cnncourse import _checks, arithmetic


class Windows(NamedTuple):
    """Where a kernel stands on a batch of images, each pair in the order height, width."""

    kernel: tuple[int, int]
    stride: tuple[int, int]
    dilation: tuple[int, int]
    padding: tuple[tuple[int, int], tuple[int, int]]
    output: tuple[int, int]

    @classmethod
    def over(
        cls,
        image: tuple[int, int],
        kernel: tuple[int, int],
        stride: Any,
        padding: Any,
        dilation: Any,
        received: Any,
    ) -> Windows:
        """Check the settings and resolve them for images of `image` (height, width).

        `received` is what the error shows when the kernel doesn't fit.
        """
        stride = _checks.pair("stride", stride, 1)
        dilation = _checks.pair("dilation", dilation, 1)
        kinds = _checks.padding_pair("padding", padding)
        amounts, output = [], []
        for axis, lines in enumerate(("rows", "columns")):
            settings = (kernel[axis], stride[axis], kinds[axis], dilation[axis])
            before, after = arithmetic.padding_amounts(image[axis], *settings)
            available = image[axis] + before + after
            reach = arithmetic.kernel_reach(kernel[axis], dilation[axis])
            if reach > available:
                _checks.fail(
                    "kernel",
                    f"at most the {available} {lines} of the padded input; with dilation "
                    f"{dilation[axis]} it reaches over {reach}",
                    received,
                )
            amounts.append((before, after))
            output.append(arithmetic.conv_output_size(image[axis], *settings))
        return cls(kernel, stride, dilation, (amounts[0], amounts[1]), (output[0], output[1]))

    def pad(self, x: np.ndarray, value: float = 0.0) -> np.ndarray:
        """Return `x` (N H W C) with its padding filled with `value`."""
        if self.padding == ((0, 0), (0, 0)):
            return x
        return np.pad(x, ((0, 0), *self.padding, (0, 0)), constant_values=value)

    def crop(self, padded: np.ndarray) -> np.ndarray:
        """Return `padded` (N H W C) without its padding: the reverse of `pad`."""
        (top, bottom), (left, right) = self.padding
        height, width = padded.shape[1:3]
        return padded[:, top : height - bottom, left : width - right]

    def shifts(self) -> Iterator[tuple[int, int, tuple[slice, slice, slice]]]:
        """Yield ``(row, column, index)`` for every tap of the kernel.

        ``padded[index]`` is what that tap reads for all output positions at once, of shape
        (N, H_out, W_out, C).
        """
        for row in range(self.kernel[0]):
            for column in range(self.kernel[1]):
                rows = self._lines(0, row)
                columns = self._lines(1, column)
                yield row, column, (slice(None), rows, columns)

    def _lines(self, axis: int, tap: int) -> slice:
        start = tap * self.dilation[axis]
        stride = self.stride[axis]
        return slice(start, start + (self.output[axis] - 1) * stride + 1, stride)
