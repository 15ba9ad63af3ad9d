"""Wrong versions of ``vgg_params`` that the checker does not know by name."""


def _count(size, stages, hidden, classes, *, kernel=3, c_in=3, dense_bias=1, conv_bias=1):
    total = 0
    for convs, filters in stages:
        for _ in range(convs):
            total += kernel * kernel * c_in * filters + conv_bias * filters
            c_in = filters
        size //= 2
    for inputs, units in ((size * size * c_in, hidden), (hidden, hidden), (hidden, classes)):
        total += inputs * units + dense_bias * units
    return total


def two_by_two_kernels(size, stages, hidden, classes):
    return _count(size, stages, hidden, classes, kernel=2)


def seven_by_seven_kernels(size, stages, hidden, classes):
    return _count(size, stages, hidden, classes, kernel=7)


def convolutions_without_bias(size, stages, hidden, classes):
    return _count(size, stages, hidden, classes, conv_bias=0)


def dense_without_bias(size, stages, hidden, classes):
    return _count(size, stages, hidden, classes, dense_bias=0)


def four_channels(size, stages, hidden, classes):
    return _count(size, stages, hidden, classes, c_in=4)


def no_classes(size, stages, hidden, classes):
    return _count(size, stages, hidden, classes) - hidden * classes - classes


def three_hidden_layers(size, stages, hidden, classes):
    return _count(size, stages, hidden, classes) + hidden * hidden + hidden


def one_more_pooling(size, stages, hidden, classes):
    return _count(max(size // 2, 1), stages, hidden, classes)


def pooling_after_all_but_the_last_stage(size, stages, hidden, classes):
    return _count(2 * size, stages, hidden, classes)


def pooling_of_four(size, stages, hidden, classes):
    return _count(size // 2 ** len(stages), stages, hidden, classes)


def first_stage_only(size, stages, hidden, classes):
    return _count(size, stages[:1], hidden, classes)


def last_convolution_of_each_stage_left_out(size, stages, hidden, classes):
    return _count(size, [(convs - 1, filters) for convs, filters in stages], hidden, classes)


def convs_and_filters_swapped(size, stages, hidden, classes):
    return _count(size, [(filters, convs) for convs, filters in stages], hidden, classes)
