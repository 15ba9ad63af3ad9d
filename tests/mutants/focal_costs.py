"""Wrong versions of ``focal_costs`` that the checker does not know by name."""

import numpy as np


def _both(probability, heat):
    return np.asarray(probability, float), np.asarray(heat, float)


def _right(probability, heat):
    p, y = _both(probability, heat)
    return np.where(y == 1, -((1 - p) ** 2) * np.log(p), -((1 - y) ** 4) * p**2 * np.log(1 - p))


def the_sum(probability, heat):
    return np.array([_right(probability, heat).sum()])


def base_two(probability, heat):
    return _right(probability, heat) / np.log(2)


def squared_error(probability, heat):
    p, y = _both(probability, heat)
    return (p - y) ** 2


def focusing_cubed(probability, heat):
    p, y = _both(probability, heat)
    return np.where(y == 1, -((1 - p) ** 3) * np.log(p), -((1 - y) ** 4) * p**3 * np.log(1 - p))


def absolute_distance_from_the_heat(probability, heat):
    p, y = _both(probability, heat)
    return np.where(y == 1, -((1 - p) ** 2) * np.log(p), -(np.abs(y - p) ** 2) * np.log(1 - p))


def negatives_cost_nothing(probability, heat):
    p, y = _both(probability, heat)
    return np.where(y == 1, _right(p, y), 0.0)


def hill_weighs_by_its_height(probability, heat):
    p, y = _both(probability, heat)
    return np.where(y == 1, _right(p, y), -(y**4) * p**2 * np.log(1 - p))


def halves_are_positives(probability, heat):
    p, y = _both(probability, heat)
    return np.where(y >= 0.5, -((1 - p) ** 2) * np.log(p), _right(p, y))


def logarithms_swapped(probability, heat):
    p, y = _both(probability, heat)
    return np.where(y == 1, -((1 - p) ** 2) * np.log(1 - p), -((1 - y) ** 4) * p**2 * np.log(p))


def doubled(probability, heat):
    return 2 * _right(probability, heat)


def cut_off_at_a_half(probability, heat):
    return np.minimum(_right(probability, heat), 0.5)
