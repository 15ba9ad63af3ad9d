"""Wrong versions of ``network_params`` that the checker does not know by name."""


def _walk(size, filters, units, kernel=3, channels=1, side=lambda size: size // 2):
    total = 0
    for number in filters:
        total += (kernel * kernel * channels + 1) * number
        size, channels = side(size), number
    inputs = size * size * channels
    for number in units:
        total += (inputs + 1) * number
        inputs = number
    return total


def kernels_of_five(size, filters, units):
    return _walk(size, filters, units, kernel=5)


def kernels_of_three_pixels(size, filters, units):
    total = _walk(size, filters, units)
    return total - sum(6 * a * b for a, b in zip([1, *filters[:-1]], filters, strict=True))


def colour_pictures(size, filters, units):
    return _walk(size, filters, units, channels=3)


def rounds_up(size, filters, units):
    return _walk(size, filters, units, side=lambda size: -(-size // 2))


def valid_padding(size, filters, units):
    return _walk(size, filters, units, side=lambda size: max(size - 2, 0) // 2)


def pools_once(size, filters, units):
    sides = iter([size // 2] + [size // 2] * len(filters))
    return _walk(size, filters, units, side=lambda _: next(sides))


def global_average(size, filters, units):
    return _walk(1, filters, units, side=lambda _: 1)


def convolutions_only(size, filters, units):
    return _walk(size, filters, [])


def dense_only(size, filters, units):
    return _walk(size, filters, units) - _walk(size, filters, [])


def first_convolution_only(size, filters, units):
    return _walk(size, filters, units) - _walk(size, filters, []) + _walk(size, filters[:1], [])


def last_dense_layer_left_out(size, filters, units):
    return _walk(size, filters, units[:-1])


def one_bias_a_layer(size, filters, units):
    spare = sum(number - 1 for number in [*filters, *units])
    return _walk(size, filters, units) - spare


def biases_counted_twice(size, filters, units):
    return _walk(size, filters, units) + sum(filters) + sum(units)


def biases_of_convolutions_forgotten(size, filters, units):
    return _walk(size, filters, units) - sum(filters)


def weights_at_every_pixel(size, filters, units):
    return _walk(size, filters, units) + 9 * filters[0] * (size * size - 1)
