"""Wrong versions of ``stamp_counts`` that the checker does not know by name."""

import numpy as np

# It fails where stamps overlap, hence without gaps, and is 1 everywhere there.
SAME_AS_KNOWN = {"touched_or_not": "one stamp everywhere"}


def _counts(size, kernel, stride):
    out = np.zeros((size - 1) * stride + kernel, int)
    for start in range(0, size * stride, stride):
        out[start : start + kernel] += 1
    return out


def the_borders_like_the_middle(size, kernel, stride):
    long = _counts(size + 2 * kernel, kernel, stride)
    return long[kernel * stride : kernel * stride + (size - 1) * stride + kernel]


def never_more_than_two(size, kernel, stride):
    return np.minimum(_counts(size, kernel, stride), 2)


def touched_or_not(size, kernel, stride):
    return (_counts(size, kernel, stride) > 0).astype(int)


def the_first_stamp_left_out(size, kernel, stride):
    out = _counts(size, kernel, stride)
    out[:kernel] -= 1
    return out


def only_where_stamps_begin(size, kernel, stride):
    out = np.zeros((size - 1) * stride + kernel, int)
    out[: (size - 1) * stride + 1 : stride] = 1
    return out


def neighbours_only(size, kernel, stride):
    out = _counts(size, kernel, stride)
    return np.where(out > 1, 2, out)[::-1] if size > 1 else out


def numbers_of_the_last_stamp(size, kernel, stride):
    out = np.zeros((size - 1) * stride + kernel, int)
    for number in range(size):
        out[number * stride : number * stride + kernel] = number + 1
    return out


def overlaps_only(size, kernel, stride):
    return np.maximum(_counts(size, kernel, stride) - 1, 0)


def one_tap_too_few(size, kernel, stride):
    out = _counts(size, kernel, stride)
    out[np.arange(size) * stride + kernel - 1] -= 1
    return out


def gaps_closed(size, kernel, stride):
    return _counts(size, kernel, min(stride, kernel))


def falls_off_to_the_sides(size, kernel, stride):
    length = (size - 1) * stride + kernel
    place = np.arange(length)
    return np.minimum(np.minimum(place, place[::-1]) // stride + 1, size)


def multiplied_not_added(size, kernel, stride):
    return 2 ** np.maximum(_counts(size, kernel, stride) - 1, 0)
