"""Wrong versions of ``widest_reduce`` that the checker does not know by name."""


def _conv(kernel, c_in, filters, bias=1):
    return kernel * kernel * c_in * filters + bias * filters


def _rest(c_in, one, five, pool):
    fifth = _conv(1, c_in, five[0]) + _conv(5, five[0], five[1])
    return _conv(1, c_in, one) + fifth + _conv(1, c_in, pool)


def _right(budget, c_in, one, three, five, pool):
    left = budget - _rest(c_in, one, five, pool) - three
    return max(0, left // (c_in + 1 + 9 * three))


def leaves_the_pooling_branch_out(budget, c_in, one, three, five, pool):
    left = budget - _rest(c_in, one, five, 0) - three
    return max(0, left // (c_in + 1 + 9 * three))


def leaves_the_first_branch_out(budget, c_in, one, three, five, pool):
    left = budget - _rest(c_in, 0, five, pool) - three
    return max(0, left // (c_in + 1 + 9 * three))


def a_5x5_without_bottleneck(budget, c_in, one, three, five, pool):
    rest = _conv(1, c_in, one) + _conv(5, c_in, five[1]) + _conv(1, c_in, pool)
    return max(0, (budget - rest - three) // (c_in + 1 + 9 * three))


def one_at_least(budget, c_in, one, three, five, pool):
    return max(1, _right(budget, c_in, one, three, five, pool))


def as_many_as_come_in_at_most(budget, c_in, one, three, five, pool):
    return min(c_in, _right(budget, c_in, one, three, five, pool))


def as_many_as_go_out_at_most(budget, c_in, one, three, five, pool):
    return min(three, _right(budget, c_in, one, three, five, pool))


def kernel_counted_along_one_axis(budget, c_in, one, three, five, pool):
    left = budget - _rest(c_in, one, five, pool) - three
    return max(0, left // (c_in + 1 + 3 * three))


def a_3x3_for_the_5x5(budget, c_in, one, three, five, pool):
    fifth = _conv(1, c_in, five[0]) + _conv(3, five[0], five[1])
    rest = _conv(1, c_in, one) + fifth + _conv(1, c_in, pool)
    return max(0, (budget - rest - three) // (c_in + 1 + 9 * three))


def biases_elsewhere_forgotten(budget, c_in, one, three, five, pool):
    rest = _rest(c_in, one, five, pool) - one - sum(five) - pool
    return max(0, (budget - rest - three) // (c_in + 1 + 9 * three))


def even_numbers_only(budget, c_in, one, three, five, pool):
    return _right(budget, c_in, one, three, five, pool) // 2 * 2


def stops_at_six(budget, c_in, one, three, five, pool):
    return min(6, _right(budget, c_in, one, three, five, pool))


def the_first_that_is_too_dear(budget, c_in, one, three, five, pool):
    return _right(budget, c_in, one, three, five, pool) + 1


def what_is_left_over(budget, c_in, one, three, five, pool):
    left = budget - _rest(c_in, one, five, pool) - three
    return max(0, left - _right(budget, c_in, one, three, five, pool) * (c_in + 1 + 9 * three))


def what_the_module_then_has(budget, c_in, one, three, five, pool):
    reduce = _right(budget, c_in, one, three, five, pool)
    return _rest(c_in, one, five, pool) + three + reduce * (c_in + 1 + 9 * three)
