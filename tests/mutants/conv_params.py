"""Wrong versions of ``conv_params`` that the checker does not know by name."""


def _pair(kernel):
    return tuple(kernel) if isinstance(kernel, (tuple, list)) else (kernel, kernel)


def bias_counted_twice(kernel, c_in, filters, bias=True):
    kh, kw = _pair(kernel)
    return kh * kw * c_in * filters + 2 * filters * bias


def one_bias_per_input_channel(kernel, c_in, filters, bias=True):
    kh, kw = _pair(kernel)
    return kh * kw * c_in * filters + c_in * bias


def bias_inverted(kernel, c_in, filters, bias=True):
    kh, kw = _pair(kernel)
    return kh * kw * c_in * filters + (0 if bias else filters)


def adds_the_sides_of_the_kernel(kernel, c_in, filters, bias=True):
    kh, kw = _pair(kernel)
    return (kh + kw) * c_in * filters + filters * bias


def filters_equal_channels(kernel, c_in, filters, bias=True):
    kh, kw = _pair(kernel)
    return kh * kw * c_in * c_in + filters * bias


def depthwise(kernel, c_in, filters, bias=True):
    kh, kw = _pair(kernel)
    return kh * kw * c_in + filters * bias


def separable(kernel, c_in, filters, bias=True):
    kh, kw = _pair(kernel)
    return kh * kw * c_in + c_in * filters + filters * bias


def bias_forgotten_for_one_by_one(kernel, c_in, filters, bias=True):
    kh, kw = _pair(kernel)
    return kh * kw * c_in * filters + (filters if bias and (kh, kw) != (1, 1) else 0)


def cubes_the_kernel(kernel, c_in, filters, bias=True):
    kh, kw = _pair(kernel)
    return kh * kw * max(kh, kw) * c_in * filters + filters * bias


def bias_inside_the_kernel_window(kernel, c_in, filters, bias=True):
    kh, kw = _pair(kernel)
    return (kh * kw + bool(bias)) * c_in * filters


def wrong_for_grey_images(kernel, c_in, filters, bias=True):
    kh, kw = _pair(kernel)
    channels = 3 if c_in == 1 else c_in
    return kh * kw * channels * filters + filters * bias


def float_instead_of_count(kernel, c_in, filters, bias=True):
    kh, kw = _pair(kernel)
    return kh * kw * c_in * filters / 1 + filters * bias


def batch_norm_counted_in(kernel, c_in, filters, bias=True):
    kh, kw = _pair(kernel)
    return kh * kw * c_in * filters + (filters if bias else 2 * filters)


# Those that do, on every input where they fail, just what a known mistake does.
SAME_AS_KNOWN = {
    "bias_forgotten_for_one_by_one": "bias forgotten",
}
