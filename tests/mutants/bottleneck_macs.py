"""Wrong versions of ``bottleneck_macs`` that the checker does not know by name."""


def _right(size, c_in, reduce, filters, kernel):
    return size * size * (c_in * reduce + kernel * kernel * reduce * filters)


def pixels_counted_along_one_axis(size, c_in, reduce, filters, kernel):
    return size * (c_in * reduce + kernel * kernel * reduce * filters)


def two_operations_each(size, c_in, reduce, filters, kernel):
    return 2 * _right(size, c_in, reduce, filters, kernel)


def one_bias_a_filter(size, c_in, reduce, filters, kernel):
    return _right(size, c_in, reduce, filters, kernel) + reduce + filters


def squeezes_to_the_filters_and_back(size, c_in, reduce, filters, kernel):
    return _right(size, c_in, filters, reduce, kernel)


def the_dearer_of_the_two(size, c_in, reduce, filters, kernel):
    return size * size * max(c_in * reduce, kernel * kernel * reduce * filters)


def the_saving(size, c_in, reduce, filters, kernel):
    plain = size * size * kernel * kernel * c_in * filters
    return plain - _right(size, c_in, reduce, filters, kernel)


def always_three_by_three(size, c_in, reduce, filters, kernel):
    return _right(size, c_in, reduce, filters, 3)


def multiplies_the_two_layers(size, c_in, reduce, filters, kernel):
    return size * size * c_in * reduce * kernel * kernel * reduce * filters


def restores_the_channels_by_a_third_layer(size, c_in, reduce, filters, kernel):
    inner = size * size * kernel * kernel * reduce * reduce
    return size * size * (c_in * reduce + reduce * filters) + inner


def depthwise_in_the_middle(size, c_in, reduce, filters, kernel):
    return size * size * (c_in * reduce + kernel * kernel * reduce + reduce * filters)


def bottleneck_behind_the_kernel(size, c_in, reduce, filters, kernel):
    return size * size * (kernel * kernel * c_in * reduce + reduce * filters)


def a_row_and_a_column_too_many(size, c_in, reduce, filters, kernel):
    return (size + 1) * (size + 1) * (c_in * reduce + kernel * kernel * reduce * filters)


def halves_the_picture_in_between(size, c_in, reduce, filters, kernel):
    half = -(-size // 2)
    return size * size * c_in * reduce + half * half * kernel * kernel * reduce * filters
