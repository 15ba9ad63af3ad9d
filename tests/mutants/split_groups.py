"""Wrong versions of ``split_groups`` that the checker does not know by name."""

import numpy as np


def _held(groups, start, step):
    order = list(dict.fromkeys(groups))
    chosen = set(order[start::step])
    return np.array([place for place, group in enumerate(groups) if group in chosen], int)


def one_group_late(groups, every):
    return _held(groups, every, every)


def one_group_early(groups, every):
    return _held(groups, max(every - 2, 0), every)


def steps_one_too_far(groups, every):
    return _held(groups, every - 1, every + 1)


def only_the_first_such_group(groups, every):
    return _held(groups, every - 1, len(groups) + every)


def only_the_last_group(groups, every):
    order = list(dict.fromkeys(groups))
    return np.flatnonzero(np.asarray(groups) == order[-1])


def neighbours_taken_for_a_group(groups, every):
    runs = np.cumsum([a != b for a, b in zip(groups, groups[:1] + groups[:-1], strict=True)])
    return _held(runs.tolist(), every - 1, every)


def last_image_of_each_group_stays(groups, every):
    held = _held(groups, every - 1, every)
    last = {group: place for place, group in enumerate(groups)}
    return np.array([place for place in held if last[groups[place]] != place], int)


def first_image_of_each_group_stays(groups, every):
    held = _held(groups, every - 1, every)
    return np.array([place for place in held if groups.index(groups[place]) != place], int)


def falling_order(groups, every):
    return _held(groups, every - 1, every)[::-1]


def groups_from_the_end(groups, every):
    order = list(dict.fromkeys(groups))[::-1]
    chosen = set(order[every - 1 :: every])
    return np.array([place for place, group in enumerate(groups) if group in chosen], int)


def everything_held_out(groups, every):
    return np.arange(len(groups))


def groups_by_their_size(groups, every):
    order = sorted(dict.fromkeys(groups), key=groups.count)
    chosen = set(order[every - 1 :: every])
    return np.array([place for place, group in enumerate(groups) if group in chosen], int)


def groups_whose_number_divides(groups, every):
    return np.array([place for place, group in enumerate(groups) if group % every == 0], int)


SAME_AS_KNOWN = {
    "groups_from_the_end": "the first of each n groups held out, not the last",
}
