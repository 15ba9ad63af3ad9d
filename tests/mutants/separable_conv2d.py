"""Wrong versions of ``separable_conv2d`` that the checker does not know by name."""

import numpy as np

from cnncourse import ops


def _mix(maps, pointwise):
    return maps @ pointwise[0, 0]


def rounds_the_maps(x, depthwise_kernel, pointwise_kernel, stride=1):
    return _mix(np.floor(ops.depthwise_conv2d(x, depthwise_kernel, stride)), pointwise_kernel)


def strides_rows_only(x, depthwise_kernel, pointwise_kernel, stride=1):
    return _mix(ops.depthwise_conv2d(x, depthwise_kernel, (stride, 1)), pointwise_kernel)


def dilates_instead_of_striding(x, depthwise_kernel, pointwise_kernel, stride=1):
    maps = ops.depthwise_conv2d(x, depthwise_kernel, 1)
    return _mix(np.roll(maps, 1, axis=1)[:, ::stride, ::stride], pointwise_kernel)


def forgets_the_last_pointwise_filter(x, depthwise_kernel, pointwise_kernel, stride=1):
    out = ops.separable_conv2d(x, depthwise_kernel, pointwise_kernel, stride)
    out[..., -1] = 0
    return out


def shares_the_last_channels_kernel(x, depthwise_kernel, pointwise_kernel, stride=1):
    shared = np.broadcast_to(depthwise_kernel[:, :, -1:], depthwise_kernel.shape)
    return ops.separable_conv2d(x, shared, pointwise_kernel, stride)


def only_the_first_image(x, depthwise_kernel, pointwise_kernel, stride=1):
    out = ops.separable_conv2d(x, depthwise_kernel, pointwise_kernel, stride)
    out[1:] = out[:1]
    return out


def centres_the_kernel(x, depthwise_kernel, pointwise_kernel, stride=1):
    centred = depthwise_kernel - depthwise_kernel.mean(axis=(0, 1))
    return ops.separable_conv2d(x, centred, pointwise_kernel, stride)


def normalises_the_mix(x, depthwise_kernel, pointwise_kernel, stride=1):
    out = ops.separable_conv2d(x, depthwise_kernel, pointwise_kernel, stride)
    return out / pointwise_kernel.shape[2]


def absolute_maps(x, depthwise_kernel, pointwise_kernel, stride=1):
    return _mix(np.abs(ops.depthwise_conv2d(x, depthwise_kernel, stride)), pointwise_kernel)


def averages_over_the_window(x, depthwise_kernel, pointwise_kernel, stride=1):
    out = ops.separable_conv2d(x, depthwise_kernel, pointwise_kernel, stride)
    return out / np.prod(depthwise_kernel.shape[:2])


def loses_the_corner_of_the_kernel(x, depthwise_kernel, pointwise_kernel, stride=1):
    cut = depthwise_kernel.copy()
    cut[-1, -1] = 0
    return ops.separable_conv2d(x, cut, pointwise_kernel, stride)


def adds_the_input(x, depthwise_kernel, pointwise_kernel, stride=1):
    out = ops.separable_conv2d(x, depthwise_kernel, pointwise_kernel, stride)
    return out + x[:, : out.shape[1], : out.shape[2], :1]
