"""Wrong versions of ``correlate2d`` that the checker does not know by name."""

import numpy as np


def _slide(image, kernel):
    kh, kw = kernel.shape
    rows, columns = image.shape[0] - kh + 1, image.shape[1] - kw + 1
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            out[i, j] = (image[i : i + kh, j : j + kw] * kernel).sum()
    return out


def last_row_left_at_zero(image, kernel):
    out = _slide(image, kernel)
    if out.shape[0] > 1:
        out[-1] = 0
    return out


def one_column_short(image, kernel):
    out = _slide(image, kernel)
    return out[:, :-1] if out.shape[1] > 1 else out


def flips_left_and_right_only(image, kernel):
    return _slide(image, kernel[:, ::-1])


def flips_up_and_down_only(image, kernel):
    return _slide(image, kernel[::-1])


def takes_the_kernel_for_square(image, kernel):
    k = kernel.shape[0]
    rows, columns = image.shape[0] - k + 1, image.shape[1] - k + 1
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            out[i, j] = (image[i : i + k, j : j + k] * kernel).sum()
    return out


def clips_at_zero(image, kernel):
    return np.maximum(_slide(image, kernel), 0)


def whole_numbers_only(image, kernel):
    return _slide(image, kernel).astype(int)


def total_not_reset_on_a_new_row(image, kernel):
    kh, kw = kernel.shape
    rows, columns = image.shape[0] - kh + 1, image.shape[1] - kw + 1
    out = np.zeros((rows, columns))
    for i in range(rows):
        total = 0.0
        for j in range(columns):
            if j == 0 or kh == 1:
                total = 0.0
            total += (image[i : i + kh, j : j + kw] * kernel).sum()
            out[i, j] = total
    return out


def wrong_for_one_row(image, kernel):
    if image.shape[0] == 1:
        return np.convolve(image[0], kernel[0], mode="valid")[None]
    return _slide(image, kernel)


def last_kernel_column_unused(image, kernel):
    used = kernel.copy()
    if used.shape[1] > 1:
        used[:, -1] = 0
    return _slide(image, used)


def first_kernel_row_unused_in_tall_kernels(image, kernel):
    used = kernel.copy()
    if used.shape[0] > 2:
        used[0] = 0
    return _slide(image, used)


def divides_by_the_kernel_sum(image, kernel):
    total = kernel.sum()
    return _slide(image, kernel) / (total if total > 0 else 1)


def multiplies_row_by_column_like_a_matrix_product(image, kernel):
    kh, kw = kernel.shape
    rows, columns = image.shape[0] - kh + 1, image.shape[1] - kw + 1
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            out[i, j] = (image[i : i + kh, j : j + kw].T @ kernel).sum()
    return out


def every_second_position(image, kernel):
    return _slide(image, kernel)[::2]


def stops_after_four_rows(image, kernel):
    out = _slide(image, kernel)
    out[4:] = 0
    return out


# Those that do, on every input where they fail, just what a known mistake does.
SAME_AS_KNOWN = {
    "wrong_for_one_row": "kernel flipped",
}
