"""Wrong versions of ``translate`` that the checker does not know by name."""

import numpy as np


def _shift(image, down, right):
    out = np.zeros_like(image)
    rows, columns = image.shape[:2]
    for i in range(rows):
        for j in range(columns):
            if 0 <= i - down < rows and 0 <= j - right < columns:
                out[i, j] = image[i - down, j - right]
    return out


def negative_shifts_wrap(image, down, right):
    return (
        np.roll(image, (down, right), (0, 1))
        if min(down, right) < 0
        else (_shift(image, down, right))
    )


def wraps_down_only(image, down, right):
    return np.roll(_shift(image, 0, right), down, axis=0)


def wraps_right_only(image, down, right):
    return np.roll(_shift(image, down, 0), right, axis=1)


def one_step_too_far_to_the_right(image, down, right):
    return _shift(image, down, right + 1 if right > 0 else right)


def negative_rows_go_the_wrong_way(image, down, right):
    return _shift(image, abs(down), right)


def last_row_lost(image, down, right):
    out = _shift(image, down, right)
    if out.shape[0] > 1:
        out[-1] = 0
    return out


def fills_with_ones(image, down, right):
    mask = _shift(np.ones(image.shape[:2]), down, right)
    out = _shift(image, down, right).astype(float)
    out[mask == 0] = 1
    return out


def large_shifts_come_back(image, down, right):
    return _shift(image, down % (image.shape[0] + 1), right)


def first_channel_only(image, down, right):
    if image.ndim == 3 and image.shape[2] > 1:
        out = image.copy()
        out[..., 0] = _shift(image[..., 0], down, right)
        return out
    return _shift(image, down, right)


def last_channel_everywhere(image, down, right):
    out = _shift(image, down, right)
    if image.ndim == 3:
        out[...] = out[..., -1:]
    return out


def pixels_of_value_above_one_are_cut(image, down, right):
    return np.minimum(_shift(image, down, right), 1)


def shifts_by_the_sum(image, down, right):
    return _shift(image, down, right + down)


def limit_of_the_rows_used_for_the_columns(image, down, right):
    rows, columns = image.shape[:2]
    out = np.zeros_like(image)
    for i in range(rows):
        for j in range(min(rows, columns)):
            if 0 <= i - down < rows and 0 <= j - right < columns:
                out[i, j] = image[i - down, j - right]
    return out


def bigger_canvas(image, down, right):
    pad = [(abs(down), 0), (abs(right), 0)] + [(0, 0)] * (image.ndim - 2)
    return np.pad(image, pad) if down >= 0 and right >= 0 else _shift(image, down, right)


def stays_when_only_one_axis_moves(image, down, right):
    return image.copy() if (down == 0) != (right == 0) else _shift(image, down, right)


# Those that do, on every input where they fail, just what a known mistake does.
SAME_AS_KNOWN = {
    "negative_shifts_wrap": "wraps around",
}
