"""Wrong versions of ``giou_losses`` that the checker does not know by name."""

import numpy as np


def _parts(a, b):
    a, b = np.asarray(a, float), np.asarray(b, float)
    inner = np.minimum(a[:, 2:], b[:, 2:]) - np.maximum(a[:, :2], b[:, :2])
    shared = np.prod(np.maximum(inner, 0), axis=1)
    areas = [np.prod(each[:, 2:] - each[:, :2], axis=1) for each in (a, b)]
    hull = np.prod(np.maximum(a[:, 2:], b[:, 2:]) - np.minimum(a[:, :2], b[:, :2]), axis=1)
    return shared, areas[0] + areas[1] - shared, hull, areas


def _right(a, b):
    shared, union, hull, _ = _parts(a, b)
    return 1 - shared / union + (hull - union) / hull


def half_of_it(a, b):
    return _right(a, b) / 2


def shifted_by_one(a, b):
    return _right(a, b) - 1


def their_mean(a, b):
    return np.full(len(a), _right(a, b).mean())


def never_above_one(a, b):
    return np.minimum(_right(a, b), 1)


def only_where_they_are_apart(a, b):
    shared, union, hull, _ = _parts(a, b)
    return 1 - shared / union + np.where(shared > 0, 0, (hull - union) / hull)


def the_hull_over_the_union(a, b):
    shared, union, hull, _ = _parts(a, b)
    return 1 - shared / union + (hull - union) / union


def the_union_as_a_share_of_the_hull(a, b):
    shared, union, hull, _ = _parts(a, b)
    return 1 - shared / union + union / hull


def the_shared_part_of_the_hull(a, b):
    shared, union, hull, _ = _parts(a, b)
    return 1 - shared / hull + (hull - union) / hull


def the_smaller_box_for_the_union(a, b):
    shared, union, hull, areas = _parts(a, b)
    return 1 - shared / np.minimum(*areas) + (hull - union) / hull


def a_logarithm(a, b):
    return -np.log((3 - _right(a, b)) / 3)


def squared(a, b):
    return _right(a, b) ** 2


def the_sum_for_the_union(a, b):
    shared, _, hull, areas = _parts(a, b)
    both = areas[0] + areas[1]
    return 1 - shared / both + (hull - both) / hull


def against_the_first_only(a, b):
    return _right(np.repeat([a[0]], len(b), axis=0), b)
