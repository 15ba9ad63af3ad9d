"""How far apart honest float32 convolutions are."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from cnncourse import arithmetic, ops

NAME = "convolution_agreement"
DESCRIPTION = (
    "How far three computations of one convolution lie apart: NumPy (`ops.conv2d`) and Keras in "
    "float32, and a float64 reference. Each number is the largest difference, in billionths of "
    "the largest output."
)
DATA = (
    "Normally distributed images (4 × 23 × 31 pixels) and kernels (3 × 5), drawn anew from each "
    "of the seeds 0 to 4."
)
CHANNELS = ((1, 6), (3, 32), (64, 48))
# Padding, then stride and dilation.
SETTINGS = (("valid", (1, 1)), ("same", (1, 1)), ("same", (2, 1)), ("same", (1, 2)))
ARMS = [
    {"padding": padding, "steps": list(steps), "channels": list(channels), "seed": seed}
    for (padding, steps), channels, seed in itertools.product(SETTINGS, CHANNELS, range(5))
]
LABELS = {
    "steps": "stride, dilation",
    "channels": "channels in, out",
    "numpy_to_reference": "NumPy to float64",
    "keras_to_reference": "Keras to float64",
    "numpy_to_keras": "NumPy to Keras",
}
# Other processors sum in another order; beyond this it would not be rounding.
TOLERANCE = {
    "numpy_to_reference": {"absolute": 2000.0},
    "keras_to_reference": {"absolute": 2000.0},
    "numpy_to_keras": {"absolute": 2000.0},
}


def run(arm: dict[str, Any]) -> dict[str, float]:
    """Return the three largest differences, in billionths of the largest output."""
    import keras

    rng = np.random.default_rng(arm["seed"])
    c_in, filters = arm["channels"]
    x = rng.normal(size=(4, 23, 31, c_in)).astype(np.float32)
    kernel = rng.normal(size=(3, 5, c_in, filters)).astype(np.float32)
    padding, (stride, dilation) = arm["padding"], arm["steps"]

    expected = reference(x, kernel, stride, padding, dilation)
    with_numpy = ops.conv2d(x, kernel, stride, padding, dilation)
    with_keras = np.asarray(keras.ops.conv(x, kernel, stride, padding, dilation_rate=dilation))
    billionth = np.max(np.abs(expected)) / 1e9
    return {
        "numpy_to_reference": np.max(np.abs(with_numpy - expected)) / billionth,
        "keras_to_reference": np.max(np.abs(with_keras - expected)) / billionth,
        "numpy_to_keras": np.max(np.abs(with_numpy - with_keras)) / billionth,
    }


def reference(
    x: np.ndarray, kernel: np.ndarray, stride: int, padding: str, dilation: int
) -> np.ndarray:
    """Sum over explicit windows in float64, sharing no code with `ops.conv2d`."""
    x, kernel = x.astype(np.float64), kernel.astype(np.float64)
    if padding == "same":
        amounts = [
            arithmetic.same_padding(size, taps, stride, dilation)
            for size, taps in zip(x.shape[1:3], kernel.shape[:2], strict=True)
        ]
        x = np.pad(x, ((0, 0), *amounts, (0, 0)))
    reach = tuple(arithmetic.kernel_reach(taps, dilation) for taps in kernel.shape[:2])
    windows = np.lib.stride_tricks.sliding_window_view(x, reach, axis=(1, 2))
    windows = windows[:, ::stride, ::stride, :, ::dilation, ::dilation]
    return np.einsum("nhwcij,ijcf->nhwf", windows, kernel, optimize=True)
