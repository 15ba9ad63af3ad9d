"""Wrong versions of ``peaks`` that the checker does not know by name."""

import numpy as np


def _higher(heat, offsets):
    array = np.asarray(heat, float)
    rows, columns = array.shape
    padded = np.pad(array, 1, constant_values=-np.inf)
    peak = np.ones(array.shape, bool)
    for down, across in offsets:
        peak &= array > padded[1 + down : 1 + down + rows, 1 + across : 1 + across + columns]
    return array, peak


AROUND = [(d, a) for d in (-1, 0, 1) for a in (-1, 0, 1) if (d, a) != (0, 0)]


def _listed(array, chosen, most=None):
    rows = np.argwhere(chosen)
    order = np.argsort(-array[tuple(rows.T)], kind="stable")[:most]
    return rows[order]


def _right(heat, threshold, offsets=AROUND, most=None):
    array, peak = _higher(heat, offsets)
    return _listed(array, peak & (array >= threshold), most)


def diagonals_only(heat, threshold):
    return _right(heat, threshold, [(-1, -1), (-1, 1), (1, -1), (1, 1)])


def left_and_right_only(heat, threshold):
    return _right(heat, threshold, [(0, -1), (0, 1)])


def above_and_below_only(heat, threshold):
    return _right(heat, threshold, [(-1, 0), (1, 0)])


def threshold_ignored(heat, threshold):
    return _right(heat, -1)


def valleys(heat, threshold):
    array, valley = _higher(-np.asarray(heat, float), AROUND)
    return _listed(-array, valley & (-array >= threshold))


def at_most_two(heat, threshold):
    return _right(heat, threshold, most=2)


def counts_from_one(heat, threshold):
    return _right(heat, threshold) + 1


def best_of_each_row(heat, threshold):
    array = np.asarray(heat, float)
    peak = array == array.max(axis=1, keepdims=True)
    return _listed(array, peak & (array >= threshold))


def best_of_each_column(heat, threshold):
    array = np.asarray(heat, float)
    peak = array == array.max(axis=0, keepdims=True)
    return _listed(array, peak & (array >= threshold))


def not_the_last_row(heat, threshold):
    found = _right(heat, threshold)
    return found[found[:, 0] < len(heat) - 1] if len(heat) > 1 else found


def flat_indices(heat, threshold):
    found = _right(heat, threshold)
    return found[:, 0] * len(heat[0]) + found[:, 1]
