"""Wrong versions of ``avg_pool2d`` that the checker does not know by name."""

import numpy as np

from cnncourse import ops


def _right(x, size, padding="valid"):
    return ops.avg_pool2d(x, size, padding=padding)


def median(x, size, padding="valid"):
    y = ops.avg_pool2d(x, size, padding=padding)
    rows, columns = y.shape[1:3]
    before = [0, 0]
    for axis, outputs in ((0, rows), (1, columns)):
        before[axis] = max(outputs * size - x.shape[1 + axis], 0) // 2
    for i in range(rows):
        for j in range(columns):
            top, left = i * size - before[0], j * size - before[1]
            window = x[:, max(top, 0) : top + size, max(left, 0) : left + size]
            y[:, i, j] = np.median(window, axis=(1, 2))
    return y


def mean_of_largest_and_smallest(x, size, padding="valid"):
    high = ops.max_pool2d(x, size, padding=padding)
    return (high - ops.max_pool2d(-x, size, padding=padding)) / 2


def edge_repeated(x, size, padding="valid"):
    if padding == "valid":
        return _right(x, size)
    amounts = []
    for side in x.shape[1:3]:
        total = -side % size
        amounts.append((total // 2, total - total // 2))
    return _right(np.pad(x, ((0, 0), *amounts, (0, 0)), mode="edge"), size)


def zeros_left_out_of_the_mean(x, size, padding="valid"):
    share = _right((x != 0).astype(float), size, padding)
    return _right(x, size, padding) / np.where(share == 0, 1, share)


def divides_by_one_less(x, size, padding="valid"):
    n = size * size
    return _right(x, size, padding) * (n / (n - 1) if n > 1 else 1)


def divides_by_the_side(x, size, padding="valid"):
    return _right(x, size, padding) * size


def whole_division(x, size, padding="valid"):
    return np.floor(_right(x, size, padding))


def over_channels_too(x, size, padding="valid"):
    y = _right(x, size, padding)
    return np.repeat(y.mean(axis=-1, keepdims=True), y.shape[-1], axis=-1)


def steps_by_one(x, size, padding="valid"):
    return ops.avg_pool2d(x, size, 1, padding)


def root_mean_square(x, size, padding="valid"):
    return np.sqrt(_right(x**2, size, padding))


def bottom_edge_counts_as_full(x, size, padding="valid"):
    y = _right(x, size, padding)
    total = -x.shape[1] % size if padding == "same" else 0
    y[:, -1] *= (size - (total - total // 2)) / size
    return y
