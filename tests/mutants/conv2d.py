"""Wrong versions of ``conv2d`` that the checker does not know by name."""

import numpy as np


def _same(size, kernel, stride, dilation):
    out = -(-size // stride)
    total = max((out - 1) * stride + dilation * (kernel - 1) + 1 - size, 0)
    return total // 2, total - total // 2


def _pad(x, kernel, stride, padding, dilation, value=0.0):
    if padding == "valid":
        return x
    rows = _same(x.shape[1], kernel.shape[0], stride, dilation)
    columns = _same(x.shape[2], kernel.shape[1], stride, dilation)
    return np.pad(x, ((0, 0), rows, columns, (0, 0)), constant_values=value)


def _slide(x, kernel, strides, dilations):
    kh, kw, _, filters = kernel.shape
    (sh, sw), (dh, dw) = strides, dilations
    rows = (x.shape[1] - dh * (kh - 1) - 1) // sh + 1
    columns = (x.shape[2] - dw * (kw - 1) - 1) // sw + 1
    out = np.zeros((x.shape[0], rows, columns, filters))
    for i in range(rows):
        for j in range(columns):
            top, left = i * sh, j * sw
            window = x[:, top : top + dh * (kh - 1) + 1 : dh, left : left + dw * (kw - 1) + 1 : dw]
            out[:, i, j] = np.tensordot(window, kernel, 3)
    return out


def _conv2d(x, kernel, stride, padding, dilation):
    padded = _pad(x, kernel, stride, padding, dilation)
    return _slide(padded, kernel, (stride, stride), (dilation, dilation))


def last_channel_only(x, kernel, stride=1, padding="valid", dilation=1):
    return _conv2d(x[..., -1:], kernel[:, :, -1:], stride, padding, dilation)


def dilation_ignored_in_columns(x, kernel, stride=1, padding="valid", dilation=1):
    padded = _pad(x, kernel, stride, padding, dilation)
    if padding == "same":
        rows = _same(x.shape[1], kernel.shape[0], stride, dilation)
        columns = _same(x.shape[2], kernel.shape[1], stride, 1)
        padded = np.pad(x, ((0, 0), rows, columns, (0, 0)))
    return _slide(padded, kernel, (stride, stride), (dilation, 1))


def same_padding_from_the_height_for_both(x, kernel, stride=1, padding="valid", dilation=1):
    if padding == "same":
        rows = _same(x.shape[1], kernel.shape[0], stride, dilation)
        x = np.pad(x, ((0, 0), rows, rows, (0, 0)))
        if x.shape[2] < dilation * (kernel.shape[1] - 1) + 1:
            return np.zeros((x.shape[0], x.shape[1], x.shape[2], kernel.shape[3]))
    return _slide(x, kernel, (stride, stride), (dilation, dilation))


def only_the_first_image_of_the_batch(x, kernel, stride=1, padding="valid", dilation=1):
    out = _conv2d(x, kernel, stride, padding, dilation)
    out[1:] = out[:1]
    return out


def only_the_first_filter(x, kernel, stride=1, padding="valid", dilation=1):
    out = _conv2d(x, kernel, stride, padding, dilation)
    out[..., 1:] = out[..., :1]
    return out


def batch_summed_up(x, kernel, stride=1, padding="valid", dilation=1):
    return _conv2d(x, kernel, stride, padding, dilation).sum(axis=0, keepdims=True)


def pads_with_ones(x, kernel, stride=1, padding="valid", dilation=1):
    padded = _pad(x, kernel, stride, padding, dilation, value=1.0)
    return _slide(padded, kernel, (stride, stride), (dilation, dilation))


def pads_with_the_edge(x, kernel, stride=1, padding="valid", dilation=1):
    if padding == "same":
        rows = _same(x.shape[1], kernel.shape[0], stride, dilation)
        columns = _same(x.shape[2], kernel.shape[1], stride, dilation)
        x = np.pad(x, ((0, 0), rows, columns, (0, 0)), mode="edge")
    return _slide(x, kernel, (stride, stride), (dilation, dilation))


def last_row_left_at_zero(x, kernel, stride=1, padding="valid", dilation=1):
    out = _conv2d(x, kernel, stride, padding, dilation)
    if out.shape[1] > 1:
        out[:, -1] = 0
    return out


def one_column_short(x, kernel, stride=1, padding="valid", dilation=1):
    out = _conv2d(x, kernel, stride, padding, dilation)
    return out[:, :, :-1] if out.shape[2] > 1 else out


def input_channels_in_reverse(x, kernel, stride=1, padding="valid", dilation=1):
    return _conv2d(x[..., ::-1], kernel, stride, padding, dilation)


def filters_in_reverse(x, kernel, stride=1, padding="valid", dilation=1):
    return _conv2d(x, kernel, stride, padding, dilation)[..., ::-1]


def starts_one_step_in_when_strided(x, kernel, stride=1, padding="valid", dilation=1):
    out = _conv2d(x, kernel, 1, padding, dilation)
    offset = 1 if stride > 1 and min(out.shape[1:3]) > 1 else 0
    return out[:, offset::stride, offset::stride]


def stride_and_dilation_exchanged(x, kernel, stride=1, padding="valid", dilation=1):
    if padding == "valid" and min(x.shape[1:3]) <= stride * (max(kernel.shape[:2]) - 1):
        return _conv2d(x, kernel, stride, padding, dilation)
    return _conv2d(x, kernel, dilation, padding, stride)


def clips_at_zero(x, kernel, stride=1, padding="valid", dilation=1):
    return np.maximum(_conv2d(x, kernel, stride, padding, dilation), 0)


def whole_numbers_only(x, kernel, stride=1, padding="valid", dilation=1):
    return _conv2d(x, kernel, stride, padding, dilation).astype(int)


def flips_left_and_right_only(x, kernel, stride=1, padding="valid", dilation=1):
    return _conv2d(x, kernel[:, ::-1], stride, padding, dilation)
