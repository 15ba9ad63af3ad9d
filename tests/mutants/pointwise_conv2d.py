"""Wrong versions of ``pointwise_conv2d`` that the checker does not know by name."""

import numpy as np


def _right(x, weights, bias):
    return np.asarray(x) @ weights + bias


def reads_the_channels_backwards(x, weights, bias):
    return _right(x[..., ::-1], weights, bias)


def leaves_the_last_channel_out(x, weights, bias):
    return x[..., :-1] @ weights[:-1] + bias


def adds_the_bias_twice(x, weights, bias):
    return _right(x, weights, 2 * bias)


def subtracts_the_bias(x, weights, bias):
    return _right(x, weights, -bias)


def adds_the_biases_in_reverse(x, weights, bias):
    return _right(x, weights, bias[::-1])


def one_bias_for_all_filters(x, weights, bias):
    return _right(x, weights, bias[0])


def turns_the_rows_upside_down(x, weights, bias):
    return _right(x[:, ::-1], weights, bias)


def transposes_the_picture(x, weights, bias):
    return _right(x.swapaxes(1, 2), weights, bias)


def answers_with_the_first_image(x, weights, bias):
    return _right(np.repeat(x[:1], len(x), axis=0), weights, bias)


def keeps_the_largest_product(x, weights, bias):
    return (x[..., np.newaxis] * weights).max(axis=-2) + bias


def ignores_negative_pixels(x, weights, bias):
    return _right(np.maximum(x, 0), weights, bias)


def takes_weights_by_their_size(x, weights, bias):
    return _right(x, np.abs(weights), bias)


def cuts_to_integers(x, weights, bias):
    return np.trunc(_right(x, weights, bias))


def one_row_for_the_whole_picture(x, weights, bias):
    return np.broadcast_to(_right(x[:, :1], weights, bias), (*x.shape[:3], weights.shape[1]))


def adds_its_left_neighbour(x, weights, bias):
    return _right(x + np.pad(x, ((0, 0), (0, 0), (1, 0), (0, 0)))[:, :, :-1], weights, bias)


def drops_the_picture_axes(x, weights, bias):
    return _right(x, weights, bias).reshape(-1, weights.shape[1])
