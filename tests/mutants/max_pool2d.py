"""Wrong versions of ``max_pool2d`` that the checker does not know by name."""

import numpy as np


def _pool(x, size, stride, reduce):
    rows, columns = ((side - size) // stride + 1 for side in x.shape[1:3])
    out = np.zeros((len(x), rows, columns, x.shape[3]))
    for i in range(rows):
        for j in range(columns):
            top, left = i * stride, j * stride
            out[:, i, j] = reduce(x[:, top : top + size, left : left + size])
    return out


def _largest(window):
    return window.max(axis=(1, 2))


def _right(x, size, stride=None):
    return _pool(x, size, size if stride is None else stride, _largest)


def of_absolute_values(x, size, stride=None):
    return _right(np.abs(x), size, stride)


def keeps_the_strongest_with_its_sign(x, size, stride=None):
    high, low = _right(x, size, stride), -_right(-x, size, stride)
    return np.where(-low > high, low, high)


def never_below_zero(x, size, stride=None):
    return np.maximum(_right(x, size, stride), 0)


def corner_pixel_left_out(x, size, stride=None):
    step = size if stride is None else stride
    if size == 1:
        return _right(x, size, stride)

    def reduce(window):
        flat = window.reshape(len(window), -1, window.shape[3])
        return flat[:, :-1].max(axis=1)

    return _pool(x, size, step, reduce)


def second_largest(x, size, stride=None):
    def reduce(window):
        flat = np.sort(window.reshape(len(window), -1, window.shape[3]), axis=1)
        return flat[:, max(flat.shape[1] - 2, 0)]

    return _pool(x, size, size if stride is None else stride, reduce)


def diagonal_only(x, size, stride=None):
    def reduce(window):
        return np.max([window[:, i, i] for i in range(size)], axis=0)

    return _pool(x, size, size if stride is None else stride, reduce)


def over_the_batch(x, size, stride=None):
    return np.broadcast_to(_right(x, size, stride).max(axis=0), _right(x, size, stride).shape)


def last_row_of_outputs_missing(x, size, stride=None):
    out = _right(x, size, stride)
    return out[:, :-1] if out.shape[1] > 1 else out


def channels_mixed_up(x, size, stride=None):
    return _right(x, size, stride)[..., ::-1]


def windows_one_pixel_wider(x, size, stride=None):
    step = size if stride is None else stride
    rows, columns = ((side - size) // step + 1 for side in x.shape[1:3])
    out = np.zeros((len(x), rows, columns, x.shape[3]))
    for i in range(rows):
        for j in range(columns):
            top, left = i * step, j * step
            out[:, i, j] = _largest(x[:, top : top + size, left : left + size + 1])
    return out


def truncates_to_integers(x, size, stride=None):
    return _right(x, size, stride).astype(int)


def sorts_its_input(x, size, stride=None):
    x.sort(axis=1)
    return _right(x, size, stride)
