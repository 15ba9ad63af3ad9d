"""Wrong versions of ``residual_unit`` that the checker does not know by name."""

import numpy as np

from cnncourse import ops


def _relu(x):
    return np.maximum(x, 0)


def _shortcut(x, projection, stride):
    return x if projection is None else ops.conv2d(x, projection, stride, "same")


def _inside(x, kernel1, kernel2, stride):
    return ops.conv2d(_relu(ops.conv2d(x, kernel1, stride, "same")), kernel2, 1, "same")


def _unit(x, kernel1, kernel2, projection, stride):
    return _relu(_inside(x, kernel1, kernel2, stride) + _shortcut(x, projection, stride))


def starts_with_a_relu(x, kernel1, kernel2, projection, stride=1):
    y = _inside(_relu(x), kernel1, kernel2, stride)
    return _relu(y + _shortcut(x, projection, stride))


def halves_the_sum(x, kernel1, kernel2, projection, stride=1):
    return _unit(x, kernel1, kernel2, projection, stride) / 2


def adds_the_shortcut_twice(x, kernel1, kernel2, projection, stride=1):
    y = _inside(x, kernel1, kernel2, stride)
    return _relu(y + 2 * _shortcut(x, projection, stride))


def magnitudes_for_relus(x, kernel1, kernel2, projection, stride=1):
    y = ops.conv2d(np.abs(ops.conv2d(x, kernel1, stride, "same")), kernel2, 1, "same")
    return np.abs(y + _shortcut(x, projection, stride))


def leaks(x, kernel1, kernel2, projection, stride=1):
    total = _inside(x, kernel1, kernel2, stride) + _shortcut(x, projection, stride)
    return np.where(total > 0, total, 0.1 * total)


def kernels_turned_around(x, kernel1, kernel2, projection, stride=1):
    return _unit(x, kernel1[::-1, ::-1], kernel2[::-1, ::-1], projection, stride)


def first_kernel_with_axes_swapped(x, kernel1, kernel2, projection, stride=1):
    return _unit(x, kernel1.swapaxes(0, 1), kernel2, projection, stride)


def channels_backwards(x, kernel1, kernel2, projection, stride=1):
    return _unit(x, kernel1, kernel2, projection, stride)[..., ::-1]


def shortcut_of_the_first_image(x, kernel1, kernel2, projection, stride=1):
    y = _inside(x, kernel1, kernel2, stride)
    return _relu(y + _shortcut(x, projection, stride)[:1])


def projection_added_even_to_a_first_layer(x, kernel1, kernel2, projection, stride=1):
    first = _relu(ops.conv2d(x, kernel1, stride, "same") + _shortcut(x, projection, stride))
    y = ops.conv2d(first, kernel2, 1, "same")
    return _relu(y + _shortcut(x, projection, stride))


def shortcut_by_pooling(x, kernel1, kernel2, projection, stride=1):
    pooled = ops.max_pool2d(x, 3, 1, "same")
    y = _inside(x, kernel1, kernel2, stride)
    return _relu(y + _shortcut(pooled, projection, stride))


def larger_of_the_two(x, kernel1, kernel2, projection, stride=1):
    y = _inside(x, kernel1, kernel2, stride)
    return _relu(np.maximum(y, _shortcut(x, projection, stride)))


def only_the_middle_of_the_second_kernel(x, kernel1, kernel2, projection, stride=1):
    return _unit(x, kernel1, kernel2[1:2, 1:2], projection, stride)


def writes_into_its_input(x, kernel1, kernel2, projection, stride=1):
    result = _unit(x, kernel1, kernel2, projection, stride)
    x[...] = 0
    return result
