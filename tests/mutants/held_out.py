"""Wrong versions of ``held_out`` that the checker does not know by name."""

import numpy as np


def _where(labels, label):
    return np.flatnonzero(np.asarray(labels) == label)


def _joined(labels, choose):
    parts = [choose(_where(labels, label)) for label in np.unique(labels)]
    return np.sort(np.concatenate(parts))


def starts_at_n(labels, every):
    return _joined(labels, lambda places: places[every::every])


def starts_one_early(labels, every):
    return _joined(labels, lambda places: places[max(every - 2, 0) :: every])


def steps_one_too_far(labels, every):
    return _joined(labels, lambda places: places[every - 1 :: every + 1])


def steps_of_two(labels, every):
    return _joined(labels, lambda places: places[every - 1 :: 2])


def class_zero_left_out(labels, every):
    kept = [_where(labels, label)[every - 1 :: every] for label in np.unique(labels) if label]
    return np.sort(np.concatenate([np.zeros(0, int), *kept]))


def class_zero_only(labels, every):
    return _where(labels, 0)[every - 1 :: every]


def last_of_each_class(labels, every):
    return _joined(labels, lambda places: places[-1:])


def rounds_up(labels, every):
    return _joined(
        labels, lambda places: places[every - 1 :: every] if len(places) >= every else places[:1]
    )


def a_share_from_the_front(labels, every):
    return _joined(labels, lambda places: places[: len(places) // every])


def a_share_from_the_end(labels, every):
    return _joined(labels, lambda places: places[len(places) - len(places) // every :])


def sorted_by_class_first(labels, every):
    return np.argsort(np.array(labels), kind="stable")[every - 1 :: every]


def falling_order(labels, every):
    return _joined(labels, lambda places: places[every - 1 :: every])[::-1]


def marks_instead_of_positions(labels, every):
    chosen = _joined(labels, lambda places: places[every - 1 :: every])
    return np.isin(np.arange(len(labels)), chosen)


def neighbours_that_change(labels, every):
    seen, kept = {}, []
    for place, label in enumerate(labels):
        seen[label] = seen.get(label, 0) + 1
        if seen[label] == every:
            kept.append(place)
            seen = {}
    return np.array(kept, int)
