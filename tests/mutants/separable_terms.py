"""Wrong versions of ``separable_terms`` that the checker does not know by name."""

import numpy as np


def _slices(kernel):
    return [kernel[:, :, c].reshape(-1, kernel.shape[3]) for c in range(kernel.shape[2])]


def _rank(matrix):
    return max(1, int(np.linalg.matrix_rank(matrix)))


def only_the_first_channel(kernel):
    return _rank(_slices(kernel)[0])


def one_too_many(kernel):
    return 1 + max(_rank(part) for part in _slices(kernel))


def rank_of_the_sum_over_channels(kernel):
    return _rank(sum(_slices(kernel)))


def counts_filters_that_are_not_zero(kernel):
    return max(1, int((kernel != 0).any(axis=(0, 1, 2)).sum()))


def counts_distinct_filters(kernel):
    return max(len(np.unique(part.T, axis=0)) for part in _slices(kernel))


def number_of_channels(kernel):
    return kernel.shape[2]


def mean_rank(kernel):
    return round(sum(_rank(part) for part in _slices(kernel)) / kernel.shape[2])


def always_one(kernel):
    return 1


def rank_after_centring(kernel):
    return max(_rank(part - part.mean(axis=0)) for part in _slices(kernel))


def largest_entries_only(kernel):
    return max(_rank(part * (np.abs(part) > 1)) for part in _slices(kernel))


def two_at_most(kernel):
    return min(2, max(_rank(part) for part in _slices(kernel)))


def rank_of_a_row_of_the_window(kernel):
    return max(_rank(kernel[0, :, c]) for c in range(kernel.shape[2]))


def nothing_for_zeros(kernel):
    return max(int(np.linalg.matrix_rank(part)) for part in _slices(kernel))
