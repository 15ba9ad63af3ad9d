"""Wrong versions of ``gradient_agreement`` that the checker does not know by name."""

import numpy as np


def _rows(first, second):
    return np.reshape(first, (len(first), -1)), np.reshape(second, (len(second), -1))


def _cosines(a, b):
    lengths = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    return np.divide((a * b).sum(axis=1), lengths, out=np.zeros(len(a)), where=lengths > 0)


def nothing_done_about_zeros(first, second):
    a, b = _rows(first, second)
    with np.errstate(all="ignore"):
        return (a * b).sum(axis=1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)


def one_where_a_gradient_is_zero(first, second):
    a, b = _rows(first, second)
    lengths = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    return np.where(lengths > 0, _cosines(a, b), 1.0)


def opposite_sign(first, second):
    return -_cosines(*_rows(first, second))


def squared(first, second):
    return _cosines(*_rows(first, second)) ** 2


def never_below_zero(first, second):
    return np.maximum(_cosines(*_rows(first, second)), 0)


def distance(first, second):
    return 1 - _cosines(*_rows(first, second))


def sums_of_magnitudes_for_lengths(first, second):
    a, b = _rows(first, second)
    lengths = np.abs(a).sum(axis=1) * np.abs(b).sum(axis=1)
    return np.divide((a * b).sum(axis=1), lengths, out=np.zeros(len(a)), where=lengths > 0)


def lengths_not_rooted(first, second):
    a, b = _rows(first, second)
    lengths = (a**2).sum(axis=1) * (b**2).sum(axis=1)
    return np.divide((a * b).sum(axis=1), lengths, out=np.zeros(len(a)), where=lengths > 0)


def first_row_of_pixels_only(first, second):
    return _cosines(*_rows(np.asarray(first)[:, :1], np.asarray(second)[:, :1]))


def first_channel_only(first, second):
    return _cosines(*_rows(np.asarray(first)[..., 0], np.asarray(second)[..., 0]))


def everything_with_the_first_image(first, second):
    a, b = _rows(first, second)
    return _cosines(np.broadcast_to(a[:1], a.shape), b)


def images_backwards(first, second):
    return _cosines(*_rows(first, second))[::-1]


def keeps_an_axis(first, second):
    return _cosines(*_rows(first, second))[:, None]


def rounded(first, second):
    return np.round(_cosines(*_rows(first, second)))
