"""Wrong versions of ``head_params`` that the checker does not know by name."""


def _right(height, width, channels, classes, pooled):
    values = channels if pooled else height * width * channels
    return (values + 1) * classes


def adds_instead_of_multiplying(height, width, channels, classes, pooled):
    values = channels if pooled else height + width + channels
    return (values + 1) * classes


def one_bias_for_all(height, width, channels, classes, pooled):
    values = channels if pooled else height * width * channels
    return values * classes + 1


def a_bias_for_each_value(height, width, channels, classes, pooled):
    values = channels if pooled else height * width * channels
    return values * classes + values


def maps_taken_for_square(height, width, channels, classes, pooled):
    return _right(height, height, channels, classes, pooled)


def maps_taken_for_square_by_width(height, width, channels, classes, pooled):
    return _right(width, width, channels, classes, pooled)


def pooled_and_flattened_swapped(height, width, channels, classes, pooled):
    return _right(height, width, channels, classes, not pooled)


def pools_by_two(height, width, channels, classes, pooled):
    values = (height // 2) * (width // 2) * channels if pooled else height * width * channels
    return (values + 1) * classes


def pooled_keeps_a_mean_and_a_maximum(height, width, channels, classes, pooled):
    values = 2 * channels if pooled else height * width * channels
    return (values + 1) * classes


def one_class_less(height, width, channels, classes, pooled):
    return _right(height, width, channels, classes - 1, pooled)


def one_class_more(height, width, channels, classes, pooled):
    return _right(height, width, channels, classes + 1, pooled)


def pooled_over_channels(height, width, channels, classes, pooled):
    values = height * width if pooled else height * width * channels
    return (values + 1) * classes


def weights_of_one_class(height, width, channels, classes, pooled):
    values = channels if pooled else height * width * channels
    return values + classes
