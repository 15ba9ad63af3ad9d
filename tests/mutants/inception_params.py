"""Wrong versions of ``inception_params`` that the checker does not know by name."""


def _conv(kernel, c_in, filters, bias=1):
    return kernel * kernel * c_in * filters + bias * filters


def _right(c_in, one, three, five, pool, kernels=(3, 5)):
    total = _conv(1, c_in, one) + _conv(1, c_in, pool)
    for kernel, (reduce, filters) in zip(kernels, (three, five), strict=True):
        total += _conv(1, c_in, reduce) + _conv(kernel, reduce, filters)
    return total


def kernels_counted_along_one_axis(c_in, one, three, five, pool):
    total = _conv(1, c_in, one) + _conv(1, c_in, pool)
    for kernel, (reduce, filters) in ((3, three), (5, five)):
        total += _conv(1, c_in, reduce) + kernel * reduce * filters + filters
    return total


def swaps_the_two_kernels(c_in, one, three, five, pool):
    return _right(c_in, one, three, five, pool, kernels=(5, 3))


def reads_the_pairs_backwards(c_in, one, three, five, pool):
    return _right(c_in, one, three[::-1], five[::-1], pool)


def seven_for_five(c_in, one, three, five, pool):
    return _right(c_in, one, three, five, pool, kernels=(3, 7))


def counts_maps_that_come_out(c_in, one, three, five, pool):
    return one + three[1] + five[1] + pool


def counts_filters(c_in, one, three, five, pool):
    return one + sum(three) + sum(five) + pool


def one_bias_a_layer(c_in, one, three, five, pool):
    weights = _right(c_in, one, three, five, pool)
    return weights - (one + sum(three) + sum(five) + pool) + 6


def weights_for_the_pooling_window(c_in, one, three, five, pool):
    return _right(c_in, one, three, five, pool) + 9 * c_in


def batch_normalisation_as_well(c_in, one, three, five, pool):
    return _right(c_in, one, three, five, pool) + 2 * (one + sum(three) + sum(five) + pool)


def the_largest_branch(c_in, one, three, five, pool):
    branches = [_conv(1, c_in, one), _conv(1, c_in, pool)]
    for kernel, (reduce, filters) in ((3, three), (5, five)):
        branches.append(_conv(1, c_in, reduce) + _conv(kernel, reduce, filters))
    return max(branches)


def branches_in_a_row(c_in, one, three, five, pool):
    total, channels = 0, c_in
    for kernel, filters in ((1, one), (1, three[0]), (3, three[1]), (1, five[0]), (5, five[1])):
        total += _conv(kernel, channels, filters)
        channels = filters
    return total + _conv(1, channels, pool)


def a_bias_a_channel(c_in, one, three, five, pool):
    return _right(c_in, one, three, five, pool) + c_in


def large_branches_only(c_in, one, three, five, pool):
    return sum(
        _conv(1, c_in, reduce) + _conv(kernel, reduce, filters)
        for kernel, (reduce, filters) in ((3, three), (5, five))
    )


def one_bottleneck_for_both(c_in, one, three, five, pool):
    return _right(c_in, one, three, five, pool) - _conv(1, c_in, five[0])
