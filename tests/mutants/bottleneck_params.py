"""Wrong versions of ``bottleneck_params`` that the checker does not know by name."""


def _count(c_in, filters, stride, kernel=3, wide=4, norm=2):
    out = wide * filters
    total = c_in * filters + kernel**2 * filters**2 + filters * out + norm * (2 * filters + out)
    if stride > 1 or c_in != out:
        total += c_in * out + norm * out
    return total


def twice_as_wide(c_in, filters, stride=1):
    return _count(c_in, filters, stride, wide=2)


def five_by_five(c_in, filters, stride=1):
    return _count(c_in, filters, stride, kernel=5)


def kernel_as_a_line(c_in, filters, stride=1):
    return _count(c_in, filters, stride) - 6 * filters**2


def one_number_to_normalise(c_in, filters, stride=1):
    return _count(c_in, filters, stride, norm=1)


def shortcut_without_normalisation(c_in, filters, stride=1):
    projects = stride > 1 or c_in != 4 * filters
    return _count(c_in, filters, stride) - (8 * filters if projects else 0)


def last_convolution_without_normalisation(c_in, filters, stride=1):
    return _count(c_in, filters, stride) - 8 * filters


def projection_three_by_three(c_in, filters, stride=1):
    projects = stride > 1 or c_in != 4 * filters
    return _count(c_in, filters, stride) + (8 * c_in * 4 * filters if projects else 0)


def projection_from_the_filters(c_in, filters, stride=1):
    projects = stride > 1 or c_in != 4 * filters
    total = _count(4 * filters, filters, 1) + (c_in - 4 * filters) * filters
    return total + (filters * 4 * filters + 8 * filters if projects else 0)


def projection_where_the_input_has_the_filters(c_in, filters, stride=1):
    total = _count(4 * filters, filters, 1) + (c_in - 4 * filters) * filters
    return total + (c_in * 4 * filters + 8 * filters if c_in != filters else 0)


def times_the_stride(c_in, filters, stride=1):
    return _count(c_in, filters, stride) * stride


def first_convolution_forgotten(c_in, filters, stride=1):
    return _count(c_in, filters, stride) - c_in * filters


def input_normalised_as_well(c_in, filters, stride=1):
    return _count(c_in, filters, stride) + 2 * c_in


def gives_a_float(c_in, filters, stride=1):
    return float(_count(c_in, filters, stride))
