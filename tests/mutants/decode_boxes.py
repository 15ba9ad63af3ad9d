"""Wrong versions of ``decode_boxes`` that the checker does not know by name."""

import numpy as np


def _parts(values, height, width):
    rows = np.asarray(values, float)
    return rows[:, :2], rows[:, 2:], np.array([width, height])


def _corners(centres, sides):
    return np.concatenate([centres - sides / 2, centres + sides / 2], axis=1)


def _right(values, height, width):
    centres, roots, size = _parts(values, height, width)
    return _corners(centres * size, roots**2 * size)


def centres_squared_too(values, height, width):
    centres, roots, size = _parts(values, height, width)
    return _corners(centres**2 * size, roots**2 * size)


def squared_after_scaling(values, height, width):
    centres, roots, size = _parts(values, height, width)
    return _corners(centres * size, (roots * size) ** 2)


def begins_half_a_root_early(values, height, width):
    centres, roots, size = _parts(values, height, width)
    return _corners(centres * size, 2 * (roots / 2) ** 2 * size)


def scaled_by_the_longer_side(values, height, width):
    centres, roots, _ = _parts(values, height, width)
    return _corners(centres, roots**2) * max(height, width)


def one_pixel_too_wide(values, height, width):
    return _right(values, height, width) + np.array([0, 0, 1, 1])


def rows_first(values, height, width):
    return _right(values, height, width)[:, [1, 0, 3, 2]]


def corner_and_size(values, height, width):
    corners = _right(values, height, width)
    return np.concatenate([corners[:, :2], corners[:, 2:] - corners[:, :2]], axis=1)


def cut_off_at_the_image(values, height, width):
    return np.clip(_right(values, height, width), 0, [width, height, width, height])


def whole_pixels(values, height, width):
    return np.floor(_right(values, height, width))


def only_the_first(values, height, width):
    return _right(values, height, width)[:1]


def cubed(values, height, width):
    centres, roots, size = _parts(values, height, width)
    return _corners(centres * size, roots**3 * size)
