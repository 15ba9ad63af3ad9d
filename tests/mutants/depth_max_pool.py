"""Wrong versions of ``depth_max_pool`` that the checker does not know by name."""

import numpy as np


def _groups(x, size):
    return x.reshape(*x.shape[:3], x.shape[3] // size, size)


def smallest(x, size):
    return _groups(x, size).min(axis=-1)


def middle_of_each_group(x, size):
    return _groups(x, size)[..., size // 2]


def largest_by_absolute_value(x, size):
    groups = _groups(x, size)
    at = np.abs(groups).argmax(axis=-1)[..., None]
    return np.take_along_axis(groups, at, axis=-1)[..., 0]


def never_below_zero(x, size):
    return np.maximum(_groups(x, size).max(axis=-1), 0)


def groups_in_reverse(x, size):
    return _groups(x, size).max(axis=-1)[..., ::-1]


def index_of_the_winner(x, size):
    return _groups(x, size).argmax(axis=-1)


def keeps_a_group_axis(x, size):
    return _groups(x, size).max(axis=-1, keepdims=True)


def last_of_group_ignored(x, size):
    groups = _groups(x, size)
    return groups[..., : max(size - 1, 1)].max(axis=-1)


def first_group_for_all(x, size):
    out = _groups(x, size).max(axis=-1)
    return np.repeat(out[..., :1], out.shape[-1], axis=-1)


def two_at_a_time(x, size):
    return _groups(x, 2).max(axis=-1) if x.shape[3] % 2 == 0 else _groups(x, size).max(axis=-1)


def over_rows_as_well(x, size):
    out = _groups(x, size).max(axis=-1)
    return np.broadcast_to(out.max(axis=1, keepdims=True), out.shape)


def writes_into_its_input(x, size):
    groups = _groups(x, size)
    for index in range(1, size):
        np.maximum(groups[..., 0], groups[..., index], out=groups[..., 0])
    return groups[..., 0]
