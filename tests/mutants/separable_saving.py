"""Wrong versions of ``separable_saving`` that the checker does not know by name."""


def one_side_only(size, kernel, c_in, filters):
    return size * (kernel**2 * c_in * filters - kernel**2 * c_in - c_in * filters)


def kernel_not_squared(size, kernel, c_in, filters):
    return size**2 * (kernel * c_in * filters - kernel * c_in - c_in * filters)


def kernel_not_squared_in_the_plain_one(size, kernel, c_in, filters):
    return size**2 * (kernel * c_in * filters - kernel**2 * c_in - c_in * filters)


def depthwise_for_every_filter(size, kernel, c_in, filters):
    return size**2 * (kernel**2 * c_in * filters - kernel**2 * filters - c_in * filters)


def pointwise_square(size, kernel, c_in, filters):
    return size**2 * (kernel**2 * c_in * filters - kernel**2 * c_in - c_in * c_in)


def adds_the_two_costs(size, kernel, c_in, filters):
    return size**2 * (kernel**2 * c_in * filters + kernel**2 * c_in + c_in * filters)


def multiplies_the_two_steps(size, kernel, c_in, filters):
    return size**2 * (kernel**2 * c_in * filters - kernel**2 * c_in * c_in * filters)


def never_below_zero(size, kernel, c_in, filters):
    return max(0, size**2 * (kernel**2 * c_in * filters - kernel**2 * c_in - c_in * filters))


def valid_padding(size, kernel, c_in, filters):
    places = max(size - kernel + 1, 0) ** 2
    return places * (kernel**2 * c_in * filters - kernel**2 * c_in - c_in * filters)


def bias_counted_in(size, kernel, c_in, filters):
    return size**2 * (kernel**2 * c_in * filters - kernel**2 * c_in - c_in * filters + filters)


def depthwise_counted_twice(size, kernel, c_in, filters):
    return size**2 * (kernel**2 * c_in * filters - 2 * kernel**2 * c_in - c_in * filters)


def as_a_float(size, kernel, c_in, filters):
    return size**2 * (kernel**2 * c_in * filters - kernel**2 * c_in - c_in * filters) / 1.0
