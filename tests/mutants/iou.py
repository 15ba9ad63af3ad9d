"""Wrong versions of ``iou`` that the checker does not know by name."""

import numpy as np

from cnncourse import boxes


def _pieces(a, b):
    a, b = np.asarray(a, float)[:, None], np.asarray(b, float)[None]
    sides = np.maximum(np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2]), 0)
    areas = [np.prod(each[..., 2:] - each[..., :2], axis=-1) for each in (a, b)]
    return sides, areas[0], areas[1]


def transposed(a, b):
    return boxes.iou(b, a)


def only_the_first_of_a(a, b):
    return np.repeat(boxes.iou(a, b)[:1], len(a), axis=0)


def generalised(a, b):
    return boxes.giou(a, b)


def minus_the_distance(a, b):
    return boxes.diou(a, b)


def widths_only(a, b):
    sides, *_ = _pieces(a, b)
    a, b = np.asarray(a)[:, None], np.asarray(b)[None]
    union = (a[..., 2] - a[..., 0]) + (b[..., 2] - b[..., 0]) - sides[..., 0]
    return sides[..., 0] / union


def dice_coefficient(a, b):
    sides, first, second = _pieces(a, b)
    return 2 * np.prod(sides, axis=-1) / (first + second)


def divided_by_the_larger(a, b):
    sides, first, second = _pieces(a, b)
    return np.prod(sides, axis=-1) / np.maximum(first, second)


def half_perimeters(a, b):
    sides, first, second = _pieces(a, b)
    return sides.sum(axis=-1) / (first + second)


def distance_instead_of_similarity(a, b):
    return 1 - boxes.iou(a, b)


def rounded_to_tenths(a, b):
    return np.round(boxes.iou(a, b), 1)


def touching_boxes_share_a_line(a, b):
    sides, first, second = _pieces(a, b)
    inter = np.prod(np.maximum(sides, 0.1), axis=-1)
    return inter / (first + second - inter)


def squares_of_the_shared_part(a, b):
    sides, first, second = _pieces(a, b)
    inter = np.prod(sides, axis=-1)
    return inter**2 / (first + second - inter)
