"""Wrong versions of ``stack_macs`` that the checker does not know by name."""


def _walk(size, layers, cost, pooled):
    channels, total = 1, 0
    for kind, number in layers:
        if kind == "pool":
            size = pooled(size, number)
        else:
            total += cost(size, channels, number)
            channels = number
    return total


def _macs(size, channels, filters):
    return 9 * size * size * channels * filters


def _floor(size, number):
    return size // number


def starts_with_three_channels(size, layers):
    total, channels = 0, 3
    for kind, number in layers:
        if kind == "pool":
            size //= number
        else:
            total += _macs(size, channels, number)
            channels = number
    return total


def rounds_the_pooled_size_up(size, layers):
    return _walk(size, layers, _macs, lambda size, number: -(-size // number))


def a_weight_less_in_every_kernel(size, layers):
    return _walk(size, layers, lambda s, c, f: 8 * s * s * c * f, _floor)


def kernels_along_one_axis(size, layers):
    return _walk(size, layers, lambda s, c, f: 3 * s * s * c * f, _floor)


def pixels_counted_along_one_axis(size, layers):
    return _walk(size, layers, lambda s, c, f: 9 * s * c * f, _floor)


def pools_by_two_always(size, layers):
    return _walk(size, layers, _macs, lambda size, number: size // 2)


def pooling_halves_the_channels(size, layers):
    total, channels = 0, 1
    for kind, number in layers:
        if kind == "pool":
            size //= number
            channels = max(channels // number, 1)
        else:
            total += _macs(size, channels, number)
            channels = number
    return total


def only_the_last_layer(size, layers):
    total, channels = 0, 1
    for kind, number in layers:
        if kind == "pool":
            size //= number
        else:
            total = _macs(size, channels, number)
            channels = number
    return total


def stops_at_the_first_pooling(size, layers):
    kinds = [kind for kind, _ in layers]
    end = kinds.index("pool") if "pool" in kinds else len(layers)
    return _walk(size, layers[:end], _macs, _floor)


def one_bias_a_pixel(size, layers):
    return _walk(size, layers, lambda s, c, f: _macs(s, c, f) + s * s * f, _floor)


def one_bias_a_filter(size, layers):
    return _walk(size, layers, lambda s, c, f: _macs(s, c, f) + f, _floor)


def two_operations_each(size, layers):
    return _walk(size, layers, lambda s, c, f: 2 * _macs(s, c, f), _floor)


def pools_to_one_pixel_at_least_two(size, layers):
    return _walk(size, layers, _macs, lambda size, number: max(size // number, 2))
