"""Wrong versions of ``unchanged_outputs`` that the checker does not know by name."""

import numpy as np

from cnncourse import ops


def _pool(image, size):
    return ops.max_pool2d(image[None, :, :, None], size)[0, :, :, 0]


def _move(image, right):
    return ops.translate(image, 0, right)


def moves_down(image, right, size):
    return int((_pool(image, size) == _pool(ops.translate(image, right, 0), size)).sum())


def repeats_the_edge(image, right, size):
    columns = np.clip(np.arange(image.shape[1]) - right, 0, image.shape[1] - 1)
    return int((_pool(image, size) == _pool(image[:, columns], size)).sum())


def pools_in_steps_of_one(image, right, size):
    def pool(values):
        return ops.max_pool2d(values[None, :, :, None], size, 1)

    return int((pool(image) == pool(_move(image, right))).sum())


def only_the_last_row(image, right, size):
    return int((_pool(image, size)[-1] == _pool(_move(image, right), size)[-1]).sum())


def only_pixels_of_the_first_column_of_windows(image, right, size):
    return int((_pool(image, size)[:, 0] == _pool(_move(image, right), size)[:, 0]).sum())


def almost_equal_counts(image, right, size):
    return int((np.abs(_pool(image, size) - _pool(_move(image, right), size)) <= 1).sum())


def zero_outputs_left_out(image, right, size):
    a, b = _pool(image, size), _pool(_move(image, right), size)
    return int(((a == b) & (a != 0)).sum())


def counts_outputs_whose_row_is_unchanged(image, right, size):
    same = _pool(image, size) == _pool(_move(image, right), size)
    return int(same.all(axis=1).sum() * same.shape[1])


def sums_differences(image, right, size):
    difference = np.abs(_pool(image, size) - _pool(_move(image, right), size)).sum()
    return max(int(_pool(image, size).size - difference), 0)


def moves_by_whole_windows(image, right, size):
    return int((_pool(image, size) == _pool(_move(image, right // size * size), size)).sum())


def compares_sorted_values(image, right, size):
    a, b = (
        np.sort(_pool(image, size), axis=None),
        np.sort(_pool(_move(image, right), size), axis=None),
    )
    return int((a == b).sum())


def one_step_at_most(image, right, size):
    return int((_pool(image, size) == _pool(_move(image, min(right, 1)), size)).sum())


def gives_a_share(image, right, size):
    return float((_pool(image, size) == _pool(_move(image, right), size)).mean())
