"""Wrong versions of ``momentum_path`` that the checker does not know by name."""

import numpy as np


def _path(gradients, step):
    speed, weight, places = 0.0, 0.0, []
    for gradient in gradients:
        speed = step(speed, gradient)
        weight += speed
        places.append(weight)
    return np.array(places)


def rate_on_the_velocity(gradients, rate, momentum):
    return _path(gradients, lambda v, g: rate * v - momentum * g)


def rate_ignored(gradients, rate, momentum):
    return _path(gradients, lambda v, g: momentum * v - g)


def always_nine_tenths(gradients, rate, momentum):
    return _path(gradients, lambda v, g: 0.9 * v - rate * g)


def velocity_kept_in_full(gradients, rate, momentum):
    return _path(gradients, lambda v, g: v - rate * g)


def one_minus_momentum(gradients, rate, momentum):
    return _path(gradients, lambda v, g: (1 - momentum) * v - rate * g)


def momentum_on_both(gradients, rate, momentum):
    return _path(gradients, lambda v, g: momentum * (v - rate * g))


def momentum_against(gradients, rate, momentum):
    return _path(gradients, lambda v, g: -momentum * v - rate * g)


def sign_of_the_gradient(gradients, rate, momentum):
    return _path(gradients, lambda v, g: momentum * v - rate * np.sign(g))


def last_place_only(gradients, rate, momentum):
    return _path(gradients, lambda v, g: momentum * v - rate * g)[-1:]


def starts_at_one(gradients, rate, momentum):
    return 1 + _path(gradients, lambda v, g: momentum * v - rate * g)


def first_gradient_skipped(gradients, rate, momentum):
    later = np.concatenate([[0.0], np.asarray(gradients)[1:]])
    return _path(later, lambda v, g: momentum * v - rate * g)


def backwards(gradients, rate, momentum):
    return _path(gradients[::-1], lambda v, g: momentum * v - rate * g)


def mean_gradient(gradients, rate, momentum):
    means = np.cumsum(gradients) / np.arange(1, len(gradients) + 1)
    return _path(means, lambda v, g: momentum * v - rate * g)


def start_and_all_steps(gradients, rate, momentum):
    path = _path(gradients, lambda v, g: momentum * v - rate * g)
    return np.concatenate([[0.0], path])
