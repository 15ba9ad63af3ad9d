"""Wrong versions of ``squeeze_excite`` that the checker does not know by name."""

import numpy as np


def _sigmoid(values):
    return 1 / (1 + np.exp(-values))


def _gates(squeezed, w1, b1, w2, b2):
    return _sigmoid(np.maximum(squeezed @ w1 + b1, 0) @ w2 + b2)


def squeezes_rows_only(x, w1, b1, w2, b2):
    return x * _gates(x.mean(axis=1, keepdims=True), w1, b1, w2, b2)


def sums_instead_of_averaging(x, w1, b1, w2, b2):
    return x * _gates(x.sum(axis=(1, 2), keepdims=True), w1, b1, w2, b2)


def one_gate_for_all_images(x, w1, b1, w2, b2):
    return x * _gates(x.mean(axis=(0, 1, 2), keepdims=True), w1, b1, w2, b2)


def first_image_gates_all(x, w1, b1, w2, b2):
    return x * _gates(x[:1].mean(axis=(1, 2), keepdims=True), w1, b1, w2, b2)


def sigmoid_in_the_middle(x, w1, b1, w2, b2):
    squeezed = x.mean(axis=(1, 2), keepdims=True)
    return x * _sigmoid(_sigmoid(squeezed @ w1 + b1) @ w2 + b2)


def twice_the_gate(x, w1, b1, w2, b2):
    return x * 2 * _gates(x.mean(axis=(1, 2), keepdims=True), w1, b1, w2, b2)


def one_minus_the_gate(x, w1, b1, w2, b2):
    return x * (1 - _gates(x.mean(axis=(1, 2), keepdims=True), w1, b1, w2, b2))


def relu_before_the_bias(x, w1, b1, w2, b2):
    squeezed = x.mean(axis=(1, 2), keepdims=True)
    return x * _sigmoid((np.maximum(squeezed @ w1, 0) + b1) @ w2 + b2)


def tanh_for_the_gate(x, w1, b1, w2, b2):
    squeezed = x.mean(axis=(1, 2), keepdims=True)
    return x * np.tanh(np.maximum(squeezed @ w1 + b1, 0) @ w2 + b2)


def centre_pixel_for_the_mean(x, w1, b1, w2, b2):
    return x * _gates(x[:, :1, :1], w1, b1, w2, b2)


def residual_around_it(x, w1, b1, w2, b2):
    return x + x * _gates(x.mean(axis=(1, 2), keepdims=True), w1, b1, w2, b2)


def hard_gate(x, w1, b1, w2, b2):
    squeezed = x.mean(axis=(1, 2), keepdims=True)
    return x * np.clip(np.maximum(squeezed @ w1 + b1, 0) @ w2 + b2, 0, 1)


def forgets_the_last_channel(x, w1, b1, w2, b2):
    out = x * _gates(x.mean(axis=(1, 2), keepdims=True), w1, b1, w2, b2)
    out[..., -1] = x[..., -1]
    return out
