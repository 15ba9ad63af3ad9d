"""Wrong versions of ``residual_dx`` that the checker does not know by name."""

import numpy as np


def _back(grad, x, w1, w2):
    return ((x @ w1 > 0) * (grad @ w2.T)) @ w1.T


def minus_the_residual(grad, x, w1, w2):
    return grad - _back(grad, x, w1, w2)


def shortcut_twice(grad, x, w1, w2):
    return 2 * grad + _back(grad, x, w1, w2)


def half_and_half(grad, x, w1, w2):
    return (grad + _back(grad, x, w1, w2)) / 2


def gate_upside_down(grad, x, w1, w2):
    return grad + ((x @ w1 < 0) * (grad @ w2.T)) @ w1.T


def gate_of_the_first_row(grad, x, w1, w2):
    return grad + ((x[:1] @ w1 > 0) * (grad @ w2.T)) @ w1.T


def averaged_over_the_rows(grad, x, w1, w2):
    return grad + _back(grad, x, w1, w2) / len(x)


def same_for_every_row(grad, x, w1, w2):
    dx = grad + _back(grad, x, w1, w2)
    return np.broadcast_to(dx.sum(axis=0), dx.shape)


def gate_on_the_input(grad, x, w1, w2):
    return grad + (x > 0) * ((grad @ w2.T) @ w1.T)


def magnitudes(grad, x, w1, w2):
    return np.abs(grad + _back(grad, x, w1, w2))


def cut_to_integers(grad, x, w1, w2):
    return np.trunc(grad + _back(grad, x, w1, w2))


def negative_gradients_stopped(grad, x, w1, w2):
    return grad + ((x @ w1 > 0) * np.maximum(grad @ w2.T, 0)) @ w1.T


def times_the_input(grad, x, w1, w2):
    return x * (grad + _back(grad, x, w1, w2))


def writes_into_its_gradient(grad, x, w1, w2):
    grad += _back(grad, x, w1, w2)
    return grad
