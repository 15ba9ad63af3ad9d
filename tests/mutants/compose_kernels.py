"""Wrong versions of ``compose_kernels`` that the checker does not know by name."""

import numpy as np


def _full(first, second):
    first, second = np.asarray(first, float), np.asarray(second, float)
    (h1, w1), (h2, w2) = first.shape, second.shape
    out = np.zeros((h1 + h2 - 1, w1 + w2 - 1))
    for row in range(h2):
        for column in range(w2):
            out[row : row + h1, column : column + w1] += second[row, column] * first
    return out


def flipped_upside_down_only(first, second):
    return _full(first, second[::-1])


def flipped_left_to_right_only(first, second):
    return _full(first, second[:, ::-1])


def second_transposed(first, second):
    return _full(first, np.resize(second.T, second.shape))


def negative(first, second):
    return -_full(first, second)


def first_used_twice(first, second):
    return _full(first, np.resize(first, second.shape))


def first_row_of_second_only(first, second):
    kept = np.zeros(second.shape)
    kept[0] = second[0]
    return _full(first, kept)


def last_column_of_second_left_out(first, second):
    kept = np.array(second, float)
    kept[:, -1] = 0
    return _full(first, kept)


def overwritten_not_added(first, second):
    out = np.zeros_like(_full(first, second))
    for row in range(second.shape[0]):
        for column in range(second.shape[1]):
            rows, columns = first.shape
            out[row : row + rows, column : column + columns] = second[row, column] * first
    return out


def normalised(first, second):
    out = _full(first, second)
    return out / max(abs(out).max(), 1)


def rounded(first, second):
    return np.floor(_full(first, second))


def scaled_by_the_number_of_weights(first, second):
    return _full(first, second) / second.size


def relu_in_between(first, second):
    return _full(np.maximum(first, 0), second)


def one_row_too_few(first, second):
    return _full(first, second)[:-1] if len(first) + len(second) > 2 else _full(first, second) + 1
