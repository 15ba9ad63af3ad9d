"""Four ways to compute one convolution: loops, shifted matrix products, im2col and Keras.

Run ``python -m benchmarks.convolution``.
"""

from __future__ import annotations

import os

import numpy as np

from benchmarks._paired import describe_machine, paired, report
from cnncourse import ops

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

# (what it stands for, images N H W C, kernel H W C_in C_out, rounds)
CASES = [
    ("one small grey image", (1, 48, 64, 1), (5, 3, 1, 1), 9),
    ("a batch of digits, first layer", (32, 28, 28, 1), (5, 5, 1, 6), 15),
    ("a photo, line filters", (1, 427, 640, 3), (7, 7, 3, 2), 9),
    ("a hidden layer", (8, 56, 56, 64), (3, 3, 64, 64), 9),
]


def im2col(x: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Copy every window into one row of a large matrix and multiply once."""
    kernel_height, kernel_width, _, filters = kernel.shape
    windows = np.lib.stride_tricks.sliding_window_view(x, (kernel_height, kernel_width), (1, 2))
    positions = windows.shape[:3]  # image, row, column
    rows = windows.transpose(0, 1, 2, 4, 5, 3).reshape(np.prod(positions), -1)
    return (rows @ kernel.reshape(-1, filters)).reshape(*positions, filters)


def main() -> None:
    import keras

    def with_keras(x, kernel):
        return np.asarray(keras.ops.conv(x, kernel))

    print(describe_machine())
    rng = np.random.default_rng(0)
    for name, x_shape, kernel_shape, rounds in CASES:
        x = rng.normal(size=x_shape).astype(np.float32)
        kernel = rng.normal(size=kernel_shape).astype(np.float32)
        ways = {
            "Keras": lambda x=x, kernel=kernel: with_keras(x, kernel),
            "shifted products": lambda x=x, kernel=kernel: ops.conv2d(x, kernel),
            "im2col": lambda x=x, kernel=kernel: im2col(x, kernel),
        }
        if x_shape[0] == x_shape[3] == kernel_shape[3] == 1:  # elsewhere it takes minutes
            ways["four loops"] = lambda x=x, kernel=kernel: ops.correlate2d(
                x[0, :, :, 0], kernel[:, :, 0, 0]
            )[None, :, :, None]

        expected = ways["Keras"]()
        for way, compute in ways.items():
            difference = np.max(np.abs(compute() - expected)) / np.max(np.abs(expected))
            if difference > 1e-5:
                raise AssertionError(f"{way} differs from Keras by {difference:.1e} on {name}")

        title = f"\n{name}: {' × '.join(map(str, x_shape))} by {' × '.join(map(str, kernel_shape))}"
        print(report(title, paired(ways, rounds), baseline="Keras"))


if __name__ == "__main__":
    main()
