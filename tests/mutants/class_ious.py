"""Wrong versions of ``class_ious`` that the checker does not know by name."""

import numpy as np


def _parts(true, found, classes):
    true, found = np.asarray(true), np.asarray(found)
    each = np.arange(classes)[:, None, None]
    a, b = true[None] == each, found[None] == each
    shared, either = (a & b).sum((1, 2)), (a | b).sum((1, 2))
    return shared, either, a.sum((1, 2)), b.sum((1, 2))


def _where(shared, whole, either):
    return np.where(either > 0, shared / np.maximum(whole, 1), -1.0)


def the_background_left_out(true, found, classes):
    shared, either, *_ = _parts(true, found, classes)
    out = _where(shared, either, either)
    out[0] = 0
    return out


def absent_where_nothing_is_shared(true, found, classes):
    shared, either, *_ = _parts(true, found, classes)
    return _where(shared, either, shared)


def absent_where_not_in_the_truth(true, found, classes):
    shared, either, there, _ = _parts(true, found, classes)
    return _where(shared, either, there)


def absent_where_not_found(true, found, classes):
    shared, either, _, seen = _parts(true, found, classes)
    return _where(shared, either, seen)


def divided_by_the_smaller(true, found, classes):
    shared, either, there, seen = _parts(true, found, classes)
    return _where(shared, np.minimum(there, seen), either)


def divided_by_the_larger(true, found, classes):
    shared, either, there, seen = _parts(true, found, classes)
    return _where(shared, np.maximum(there, seen), either)


def shares_of_the_image(true, found, classes):
    shared, either, *_ = _parts(true, found, classes)
    return _where(shared, np.full(classes, np.size(true)), either)


def the_last_class_forgotten(true, found, classes):
    shared, either, *_ = _parts(true, found, classes)
    out = _where(shared, either, either)
    out[-1] = -1
    return out


def mean_of_precision_and_recall(true, found, classes):
    shared, either, there, seen = _parts(true, found, classes)
    halves = [_where(shared, whole, either) for whole in (there, seen)]
    return np.where(either > 0, (halves[0] + halves[1]) / 2, -1.0)


def rows_scored_one_by_one(true, found, classes):
    rows = [_parts([a], [b], classes)[:2] for a, b in zip(true, found, strict=True)]
    scores = [_where(shared, either, either) for shared, either in rows]
    return np.maximum(np.mean(scores, axis=0), -1.0)


def whole_numbers(true, found, classes):
    shared, either, *_ = _parts(true, found, classes)
    return np.where(either > 0, shared // np.maximum(either, 1), -1)


def distances(true, found, classes):
    shared, either, *_ = _parts(true, found, classes)
    return np.where(either > 0, 1 - shared / np.maximum(either, 1), -1.0)
