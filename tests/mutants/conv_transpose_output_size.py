"""Wrong versions of ``conv_transpose_output_size`` that the checker does not know by name."""


def _size(size, kernel, stride, padding, extra):
    steps = (size - 1) * stride
    if padding == "same":
        return steps + (stride if extra is None else kernel % 2 + extra)
    return steps + (max(kernel, stride) if extra is None else kernel + extra)


def the_kernel_stretched_by_the_stride(
    size, kernel, stride=1, padding="valid", output_padding=None
):
    if padding == "valid":
        return _size(size, (kernel - 1) * stride + 1, stride, padding, output_padding)
    return _size(size, kernel, stride, padding, output_padding)


def valid_one_short(size, kernel, stride=1, padding="valid", output_padding=None):
    return _size(size, kernel, stride, padding, output_padding) - (padding == "valid")


def same_one_short_for_even_kernels(size, kernel, stride=1, padding="valid", output_padding=None):
    wrong = padding == "same" and output_padding is None and kernel % 2 == 0
    return _size(size, kernel, stride, padding, output_padding) - wrong


def same_without_the_odd_kernels_middle(
    size, kernel, stride=1, padding="valid", output_padding=None
):
    if padding == "same" and output_padding is not None:
        return (size - 1) * stride + output_padding
    return _size(size, kernel, stride, padding, output_padding)


def same_as_if_every_kernel_were_odd(size, kernel, stride=1, padding="valid", output_padding=None):
    if padding == "same" and output_padding is not None:
        return (size - 1) * stride + 1 + output_padding
    return _size(size, kernel, stride, padding, output_padding)


def same_with_even_sides_cut_off(size, kernel, stride=1, padding="valid", output_padding=None):
    if padding == "same" and output_padding is None:
        return (size - 1) * stride + kernel - 2 * ((kernel - 1) // 2)
    return _size(size, kernel, stride, padding, output_padding)


def extra_outputs_at_every_step(size, kernel, stride=1, padding="valid", output_padding=None):
    added = (size - 1) * (output_padding or 0)
    return _size(size, kernel, stride, padding, output_padding) + added


def zeros_behind_the_last_pixel_too(size, kernel, stride=1, padding="valid", output_padding=None):
    if padding == "valid" and output_padding is None:
        return size * stride + kernel - 1
    return _size(size, kernel, stride, padding, output_padding)


def the_smaller_of_kernel_and_stride(size, kernel, stride=1, padding="valid", output_padding=None):
    if padding == "valid" and output_padding is None:
        return (size - 1) * stride + min(kernel, stride)
    return _size(size, kernel, stride, padding, output_padding)


def no_stride_for_one_pixel_kernels(size, kernel, stride=1, padding="valid", output_padding=None):
    return _size(size, kernel, 1 if kernel == 1 else stride, padding, output_padding)


def kernel_and_stride_swapped(size, kernel, stride=1, padding="valid", output_padding=None):
    return _size(size, stride, kernel, padding, output_padding)


def extra_outputs_subtracted(size, kernel, stride=1, padding="valid", output_padding=None):
    return _size(size, kernel, stride, padding, output_padding) - 2 * (output_padding or 0)


def never_less_than_the_input_and_the_kernel(
    size, kernel, stride=1, padding="valid", output_padding=None
):
    return max(_size(size, kernel, stride, padding, output_padding), size + kernel - 1)
