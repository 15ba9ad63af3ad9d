"""Wrong versions of ``centre_target`` that the checker does not know by name."""

import math

import numpy as np


def _right(box, stride):
    left, top, right, bottom = box
    column, row = (left + right) // 2 // stride, (top + bottom) // 2 // stride
    x, y = (column + 0.5) * stride, (row + 0.5) * stride
    return np.array([row, column, x - left, y - top, right - x, bottom - y], float)


def counts_cells_from_one(box, stride):
    return _right(box, stride) + np.array([1, 1, 0, 0, 0, 0])


def rounds_up(box, stride):
    left, top, right, bottom = box
    column = math.ceil((left + right) / 2 / stride)
    row = math.ceil((top + bottom) / 2 / stride)
    x, y = (column + 0.5) * stride, (row + 0.5) * stride
    return np.array([row, column, x - left, y - top, right - x, bottom - y])


def cell_of_the_lower_right_corner(box, stride):
    left, top, right, bottom = box
    column, row = right // stride, bottom // stride
    x, y = (column + 0.5) * stride, (row + 0.5) * stride
    return np.array([row, column, x - left, y - top, right - x, bottom - y])


def right_before_left(box, stride):
    return _right(box, stride)[[0, 1, 4, 3, 2, 5]]


def vertical_sides_first(box, stride):
    return _right(box, stride)[[0, 1, 3, 2, 5, 4]]


def both_left_and_top_negative(box, stride):
    return _right(box, stride) * np.array([1, 1, -1, -1, 1, 1])


def row_for_both(box, stride):
    return _right(box, stride)[[0, 0, 2, 3, 4, 5]]


def centre_and_size(box, stride):
    left, top, right, bottom = box
    target = _right(box, stride)
    target[2:] = (left + right) / 2, (top + bottom) / 2, right - left, bottom - top
    return target


def rounded_to_pixels(box, stride):
    return np.floor(_right(box, stride))


def stride_always_four(box, stride):
    return _right(box, 4)


def middle_of_the_image_as_origin(box, stride):
    left, top, right, bottom = box
    target = _right(box, stride)
    target[2:] = [left, top, right, bottom] - np.mean(box)
    return target


def shares_of_the_box(box, stride):
    left, top, right, bottom = box
    target = _right(box, stride)
    target[2:] /= np.array([right - left, bottom - top] * 2)
    return target
