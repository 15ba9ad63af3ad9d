"""Wrong versions of ``as_convolution`` that the checker does not know by name."""

import numpy as np


def _parts(weights, height, width):
    array = np.asarray(weights)
    channels = array.shape[0] // (height * width)
    return array, (height, width, channels, array.shape[1])


def upside_down(weights, height, width):
    array, shape = _parts(weights, height, width)
    return array.reshape(shape)[::-1]


def left_to_right(weights, height, width):
    array, shape = _parts(weights, height, width)
    return array.reshape(shape)[:, ::-1]


def channels_reversed(weights, height, width):
    array, shape = _parts(weights, height, width)
    return array.reshape(shape)[:, :, ::-1]


def units_reversed(weights, height, width):
    array, shape = _parts(weights, height, width)
    return array.reshape(shape)[..., ::-1]


def units_before_channels(weights, height, width):
    array, shape = _parts(weights, height, width)
    return array.reshape(shape).transpose(0, 1, 3, 2)


def one_kernel_too_flat(weights, height, width):
    array, (h, w, c, u) = _parts(weights, height, width)
    return array.reshape(1, h * w, c, u)


def the_mean_over_places(weights, height, width):
    array, shape = _parts(weights, height, width)
    return np.broadcast_to(array.reshape(shape).mean((0, 1)), shape)


def scaled_by_the_number_of_places(weights, height, width):
    array, shape = _parts(weights, height, width)
    return array.reshape(shape) / (height * width)


def channels_fastest_but_one(weights, height, width):
    array, (h, w, c, u) = _parts(weights, height, width)
    return array.reshape(h, c, w, u).transpose(0, 2, 1, 3)


def only_the_first_place(weights, height, width):
    array, shape = _parts(weights, height, width)
    kernel = np.zeros(shape)
    kernel[0, 0] = array.reshape(shape)[0, 0]
    return kernel


def absolute_values(weights, height, width):
    array, shape = _parts(weights, height, width)
    return np.abs(array.reshape(shape))


def cut_to_integers(weights, height, width):
    array, shape = _parts(weights, height, width)
    return array.reshape(shape).astype(int)
