"""Wrong versions of ``product_kernel`` that the checker does not know by name."""

import numpy as np


def _product(depthwise, pointwise):
    c_in, each = depthwise.shape[2:]
    return np.einsum("hwcm,cmo->hwco", depthwise, pointwise.reshape(c_in, each, -1))


def only_the_last_kernel(depthwise_kernel, pointwise_kernel):
    each = depthwise_kernel.shape[3]
    return _product(depthwise_kernel[..., -1:], pointwise_kernel[:, :, each - 1 :: each])


def first_filter_for_all(depthwise_kernel, pointwise_kernel):
    out = _product(depthwise_kernel, pointwise_kernel)
    return np.broadcast_to(out[..., :1], out.shape)


def last_channel_for_all(depthwise_kernel, pointwise_kernel):
    out = _product(depthwise_kernel, pointwise_kernel)
    return np.broadcast_to(out[:, :, -1:], out.shape)


def channels_reversed(depthwise_kernel, pointwise_kernel):
    return _product(depthwise_kernel, pointwise_kernel)[:, :, ::-1]


def filters_reversed(depthwise_kernel, pointwise_kernel):
    return _product(depthwise_kernel, pointwise_kernel)[..., ::-1]


def rows_reversed(depthwise_kernel, pointwise_kernel):
    return _product(depthwise_kernel, pointwise_kernel)[::-1]


def divides_by_the_window(depthwise_kernel, pointwise_kernel):
    return _product(depthwise_kernel, pointwise_kernel) / np.prod(depthwise_kernel.shape[:2])


def relu_in_between(depthwise_kernel, pointwise_kernel):
    return _product(np.maximum(depthwise_kernel, 0), pointwise_kernel)


def cuts_to_integers(depthwise_kernel, pointwise_kernel):
    return _product(depthwise_kernel, pointwise_kernel).astype(int)


def largest_of_the_kernels(depthwise_kernel, pointwise_kernel):
    each = depthwise_kernel.shape[3]
    parts = [
        _product(depthwise_kernel[..., m : m + 1], pointwise_kernel[:, :, m::each])
        for m in range(each)
    ]
    return np.max(parts, axis=0)


def loses_the_corner(depthwise_kernel, pointwise_kernel):
    out = _product(depthwise_kernel, pointwise_kernel)
    out[-1, -1] = 0
    return out


def unit_sum(depthwise_kernel, pointwise_kernel):
    total = np.abs(depthwise_kernel).sum(axis=(0, 1), keepdims=True)
    return _product(depthwise_kernel / np.maximum(total, 1), pointwise_kernel)


def squares_the_mix(depthwise_kernel, pointwise_kernel):
    return _product(depthwise_kernel, pointwise_kernel**2)
