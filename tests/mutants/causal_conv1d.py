"""Wrong versions of ``causal_conv1d`` that the checker does not know by name."""

import numpy as np

from cnncourse import ops


def _right(x, kernel, dilation=1):
    return ops.conv1d(x, kernel, padding="causal", dilation=dilation)


def _filled(mode):
    def version(x, kernel, dilation):
        reach = dilation * (len(kernel) - 1)
        padded = np.pad(x, ((0, 0), (reach, 0), (0, 0)), mode=mode)
        return ops.conv1d(padded, kernel, dilation=dilation)

    return version


def repeats_the_first_step(x, kernel, dilation=1):
    return _filled("edge")(x, kernel, dilation)


def reads_round_the_corner(x, kernel, dilation=1):
    return _filled("wrap")(x, kernel, dilation)


def drops_the_first_output(x, kernel, dilation=1):
    return _right(x, kernel, dilation)[:, 1:] if len(kernel) > 1 else _right(x, kernel, dilation)


def averages_the_taps(x, kernel, dilation=1):
    return _right(x, kernel, dilation) / len(kernel)


def averages_the_channels(x, kernel, dilation=1):
    return _right(x, kernel, dilation) / x.shape[2]


def divides_by_the_real_steps(x, kernel, dilation=1):
    real = _right(np.ones_like(x[..., :1]), np.ones((len(kernel), 1, 1)), dilation)
    return _right(x, kernel, dilation) * len(kernel) / real


def never_below_zero(x, kernel, dilation=1):
    return np.maximum(_right(x, kernel, dilation), 0)


def oldest_tap_forgotten(x, kernel, dilation=1):
    out = _right(x, kernel, dilation)
    if len(kernel) == 1:
        return out
    return _right(x, np.concatenate([0 * kernel[:1], kernel[1:]]), dilation)


def one_step_further_apart(x, kernel, dilation=1):
    return _right(x, kernel, dilation + 1)


def adds_up_as_it_goes(x, kernel, dilation=1):
    return np.cumsum(_right(x, kernel, dilation), axis=1)


def backwards_in_time(x, kernel, dilation=1):
    return _right(x, kernel, dilation)[:, ::-1]


def filters_mixed_up(x, kernel, dilation=1):
    return _right(x, kernel, dilation)[..., ::-1]


def filters_added_up(x, kernel, dilation=1):
    out = _right(x, kernel, dilation)
    return np.broadcast_to(out.sum(axis=2, keepdims=True), out.shape)


def first_sequence_for_all(x, kernel, dilation=1):
    out = _right(x, kernel, dilation)
    return np.broadcast_to(out[:1], out.shape)


def overwrites_its_input(x, kernel, dilation=1):
    out = _right(x, kernel, dilation)
    x[:, :1] += 1
    return out
