"""Wrong versions of ``flip_boxes`` that the checker does not know by name."""

import numpy as np


def _right(boxes, width):
    left, top, right, bottom = np.asarray(boxes, float).T
    return np.stack([width - right, top, width - left, bottom], axis=1)


def both_directions(boxes, width):
    left, top, right, bottom = np.asarray(boxes, float).T
    return np.stack([width - right, width - bottom, width - left, width - top], axis=1)


def negative_sides(boxes, width):
    return np.asarray(boxes, float) * np.array([-1, 1, -1, 1])


def only_the_left_moves(boxes, width):
    rows = np.asarray(boxes, float).copy()
    rows[:, 0] = _right(boxes, width)[:, 0]
    return rows


def moved_to_the_right_edge(boxes, width):
    left, top, right, bottom = np.asarray(boxes, float).T
    return np.stack([width - right + left, top, np.full(len(left), width), bottom], axis=1)


def mirrored_at_the_middle_of_all_boxes(boxes, width):
    rows = np.asarray(boxes, float)
    left, right = rows[:, 0], rows[:, 2]
    middle = left.min() + right.max()
    return np.stack([middle - right, rows[:, 1], middle - left, rows[:, 3]], axis=1)


def as_shares(boxes, width):
    return _right(boxes, width) / width


def in_reverse_order(boxes, width):
    return _right(boxes, width)[::-1]


def a_quarter_turn(boxes, width):
    left, top, right, bottom = np.asarray(boxes, float).T
    return np.stack([top, width - right, bottom, width - left], axis=1)


def corner_and_size(boxes, width):
    return _right(boxes, width) - np.concatenate(
        [np.zeros((len(boxes), 2)), _right(boxes, width)[:, :2]], axis=1
    )


def only_the_first(boxes, width):
    rows = np.asarray(boxes, float).copy()
    rows[0] = _right(boxes, width)[0]
    return rows


def as_if_they_were_squares(boxes, width):
    left, top, _, bottom = np.asarray(boxes, float).T
    side = bottom - top
    return np.stack([width - left - side, top, width - left, bottom], axis=1)
