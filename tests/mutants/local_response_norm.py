"""Wrong versions of ``local_response_norm`` that the checker does not know by name."""

import numpy as np


def _sum(values, reach, lower=None):
    lower = reach if lower is None else lower
    channels = values.shape[-1]
    total = np.zeros(values.shape)
    for channel in range(channels):
        window = values[..., max(channel - lower, 0) : channel + reach + 1]
        total[..., channel] = window.sum(axis=-1)
    return total


def only_channels_before(x, n=5, alpha=1e-4, beta=0.75, k=2.0):
    return x / (k + alpha * _sum(x**2, 0, n // 2)) ** beta


def only_channels_after(x, n=5, alpha=1e-4, beta=0.75, k=2.0):
    return x / (k + alpha * _sum(x**2, n // 2, 0)) ** beta


def the_last_neighbour_left_out(x, n=5, alpha=1e-4, beta=0.75, k=2.0):
    return x / (k + alpha * _sum(x**2, n // 2 - 1, n // 2)) ** beta


def all_channels(x, n=5, alpha=1e-4, beta=0.75, k=2.0):
    return x / (k + alpha * (x**2).sum(axis=-1, keepdims=True)) ** beta


def own_channel_only(x, n=5, alpha=1e-4, beta=0.75, k=2.0):
    return x / (k + alpha * x**2) ** beta


def alpha_squared(x, n=5, alpha=1e-4, beta=0.75, k=2.0):
    return x / (k + alpha**2 * _sum(x**2, n // 2)) ** beta


def k_scaled_by_alpha(x, n=5, alpha=1e-4, beta=0.75, k=2.0):
    return x / (alpha * (k + _sum(x**2, n // 2))) ** beta


def k_outside_of_the_power(x, n=5, alpha=1e-4, beta=0.75, k=2.0):
    return x / (k + (alpha * _sum(x**2, n // 2)) ** beta)


def the_largest_neighbour(x, n=5, alpha=1e-4, beta=0.75, k=2.0):
    reach = n // 2
    largest = np.zeros(x.shape)
    for channel in range(x.shape[-1]):
        window = x[..., max(channel - reach, 0) : channel + reach + 1] ** 2
        largest[..., channel] = window.max(axis=-1)
    return x / (k + alpha * largest) ** beta


def summed_before_squaring(x, n=5, alpha=1e-4, beta=0.75, k=2.0):
    return x / (k + alpha * _sum(x, n // 2) ** 2) ** beta


def sign_lost(x, n=5, alpha=1e-4, beta=0.75, k=2.0):
    return abs(x) / (k + alpha * _sum(x**2, n // 2)) ** beta


def normalised_in_place_channel_by_channel(x, n=5, alpha=1e-4, beta=0.75, k=2.0):
    reach, y = n // 2, np.array(x, float)
    for channel in range(x.shape[-1]):
        window = y[..., max(channel - reach, 0) : channel + reach + 1]
        y[..., channel] = y[..., channel] / (k + alpha * (window**2).sum(axis=-1)) ** beta
    return y


def first_image_only(x, n=5, alpha=1e-4, beta=0.75, k=2.0):
    return x / (k + alpha * _sum(x[:1] ** 2, n // 2)) ** beta
