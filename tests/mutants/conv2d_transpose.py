"""Wrong versions of ``conv2d_transpose`` that the checker does not know by name."""

import numpy as np


def _stamped(x, kernel, stride, place=None, scale=None, end=None):
    """Stamp pixel by pixel; the arguments change where, how strongly, and how much is kept."""
    count, height, width, _ = x.shape
    rows, columns, c_out, _ = kernel.shape
    tall = (height - 1) * stride + max(rows, stride)
    wide = (width - 1) * stride + max(columns, stride)
    room = np.zeros((count, tall + stride + rows, wide + stride + columns, c_out))
    for i in range(height):
        for j in range(width):
            top, left = place(i, j) if place else (i * stride, j * stride)
            stamp = np.einsum("rcoi,ni->nrco", kernel, x[:, i, j])
            factor = scale(i, j) if scale else 1
            room[:, top : top + rows, left : left + columns] += factor * stamp
    if end:
        tall, wide = end(tall, wide)
    return room[:, :tall, :wide]


def begins_one_pixel_late(x, kernel, stride=1):
    return _stamped(x, kernel, stride, place=lambda i, j: (i * stride + 1, j * stride + 1))


def rows_and_columns_of_the_kernel_swapped(x, kernel, stride=1):
    turned = kernel.transpose(1, 0, 2, 3)
    room = np.zeros(_stamped(x, kernel, stride).shape)
    found = _stamped(x, turned, stride)
    height, width = (min(a, b) for a, b in zip(room.shape[1:3], found.shape[1:3], strict=True))
    room[:, :height, :width] = found[:, :height, :width]
    return room


def batch_mixed_up(x, kernel, stride=1):
    return _stamped(x[::-1], kernel, stride)


def only_the_first_output_channel(x, kernel, stride=1):
    out = _stamped(x, kernel, stride)
    out[..., 1:] = out[..., :1]
    return out


def one_column_less(x, kernel, stride=1):
    return _stamped(x, kernel, stride, end=lambda tall, wide: (tall, wide - 1))


def the_last_row_of_pixels_left_out(x, kernel, stride=1):
    last = x.shape[1] - 1
    return _stamped(x, kernel, stride, scale=lambda i, j: float(i < last))


def same_size_as_stride_times_the_input(x, kernel, stride=1):
    return _stamped(x, kernel, stride, end=lambda *_: (x.shape[1] * stride, x.shape[2] * stride))


def stamps_side_by_side(x, kernel, stride=1):
    step = max(stride, kernel.shape[0], kernel.shape[1])
    return _stamped(x, kernel, stride, place=lambda i, j: (i, j) if step == stride else (0, 0))


def divided_by_the_stride(x, kernel, stride=1):
    return _stamped(x, kernel, stride) / stride


def negative_pixels_clipped(x, kernel, stride=1):
    return _stamped(np.maximum(x, 0), kernel, stride)


def output_clipped_at_zero(x, kernel, stride=1):
    return np.maximum(_stamped(x, kernel, stride), 0)


def kernel_turned_by_ninety_degrees_if_square(x, kernel, stride=1):
    square = kernel.shape[0] == kernel.shape[1]
    return _stamped(x, np.rot90(kernel).copy() if square else kernel, stride)


def input_channels_averaged(x, kernel, stride=1):
    return _stamped(x, kernel, stride) / x.shape[3]
