"""Wrong versions of ``grad_cam_map`` that the checker does not know by name."""

import numpy as np


def _right(maps, gradients):
    return np.maximum((gradients.mean(axis=(0, 1)) * maps).sum(axis=-1), 0)


def mean_over_rows_only(maps, gradients):
    return np.maximum((gradients.mean(axis=0)[0] * maps).sum(axis=-1), 0)


def the_strongest_gradient_as_weight(maps, gradients):
    return np.maximum((gradients.max(axis=(0, 1)) * maps).sum(axis=-1), 0)


def median_for_mean(maps, gradients):
    return np.maximum((np.median(gradients, axis=(0, 1)) * maps).sum(axis=-1), 0)


def the_last_channel_forgotten(maps, gradients):
    weights = gradients.mean(axis=(0, 1))
    weights[-1] = 0
    return np.maximum((weights * maps).sum(axis=-1), 0)


def only_the_best_channel(maps, gradients):
    weights = gradients.mean(axis=(0, 1))
    best = weights.argmax()
    return np.maximum(weights[best] * maps[..., best], 0)


def upside_down(maps, gradients):
    return _right(maps, gradients)[::-1]


def negative_maps_cut_off(maps, gradients):
    return _right(np.maximum(maps, 0), gradients)


def against_the_class(maps, gradients):
    return _right(maps, -gradients)


def cut_off_at_the_mean(maps, gradients):
    heat = (gradients.mean(axis=(0, 1)) * maps).sum(axis=-1)
    return np.maximum(heat - heat.mean(), 0)


def weights_that_sum_to_one(maps, gradients):
    weights = np.abs(gradients.mean(axis=(0, 1)))
    weights = weights / weights.sum() if weights.sum() else weights
    return np.maximum((weights * maps).sum(axis=-1), 0)


def strongest_product_for_the_sum(maps, gradients):
    return np.maximum((gradients.mean(axis=(0, 1)) * maps).max(axis=-1), 0)


def one_where_anything_speaks_for_it(maps, gradients):
    return (_right(maps, gradients) > 0).astype(float)
