"""Wrong versions of ``conv_output_size`` that the checker does not know by name."""

import math


def _size(size, kernel, stride, padding, dilation):
    if padding == "same":
        return -(-size // stride)
    return (size - dilation * (kernel - 1) - 1) // stride + 1


def too_large_by_one_when_stride_beats_kernel(size, kernel, stride=1, padding="valid", dilation=1):
    return _size(size, kernel, stride, padding, dilation) + (stride > kernel)


def rounds_half_to_even(size, kernel, stride=1, padding="valid", dilation=1):
    if padding == "same":
        return -(-size // stride)
    return round((size - dilation * (kernel - 1) - 1) / stride) + 1


def dilated_extent_without_the_last_tap(size, kernel, stride=1, padding="valid", dilation=1):
    if padding == "same":
        return -(-size // stride)
    extent = dilation * kernel if dilation > 1 else kernel
    return max((size - extent) // stride + 1, 0)


def dilation_added_instead_of_multiplied(size, kernel, stride=1, padding="valid", dilation=1):
    if padding == "same":
        return -(-size // stride)
    return (size - (kernel + dilation - 1)) // stride + 1


def same_shrinks_by_the_kernel(size, kernel, stride=1, padding="valid", dilation=1):
    if padding == "same":
        return -(-(size - kernel + 1) // stride)
    return _size(size, kernel, stride, padding, dilation)


def same_with_symmetric_padding_formula(size, kernel, stride=1, padding="valid", dilation=1):
    if padding == "same":
        return (size + 2 * (dilation * (kernel - 1) // 2) - dilation * (kernel - 1) - 1) // (
            stride
        ) + 1
    return _size(size, kernel, stride, padding, dilation)


def plus_one_before_the_division(size, kernel, stride=1, padding="valid", dilation=1):
    if padding == "same":
        return -(-size // stride)
    return (size - dilation * (kernel - 1)) // stride


def stride_one_whenever_dilated(size, kernel, stride=1, padding="valid", dilation=1):
    return _size(size, kernel, stride if dilation == 1 else 1, padding, dilation)


def never_below_two(size, kernel, stride=1, padding="valid", dilation=1):
    return max(_size(size, kernel, stride, padding, dilation), 2 if size > 1 else 1)


def kernel_one_keeps_the_size(size, kernel, stride=1, padding="valid", dilation=1):
    return size if kernel == 1 else _size(size, kernel, stride, padding, dilation)


def valid_for_even_kernels_always(size, kernel, stride=1, padding="valid", dilation=1):
    if padding == "same" and kernel % 2 == 0 and kernel <= size:
        return (size - kernel) // stride + 1
    return _size(size, kernel, stride, padding, dilation)


def ceil_of_a_rounded_quotient(size, kernel, stride=1, padding="valid", dilation=1):
    if padding == "same":
        return math.ceil(round(size / stride, 0)) or 1
    return _size(size, kernel, stride, padding, dilation)


def drops_the_position_at_the_far_edge(size, kernel, stride=1, padding="valid", dilation=1):
    extent = dilation * (kernel - 1) + 1
    if padding == "valid" and stride > 1 and size > extent and (size - extent) % stride == 0:
        return (size - extent) // stride
    return _size(size, kernel, stride, padding, dilation)


# Those that do, on every input where they fail, just what a known mistake does.
SAME_AS_KNOWN = {
    "plus_one_before_the_division": "the + 1 forgotten",
    "drops_the_position_at_the_far_edge": "the + 1 forgotten",
    "kernel_one_keeps_the_size": "stride forgotten",
    "stride_one_whenever_dilated": "stride forgotten",
    "rounds_half_to_even": "rounded up where it has to be rounded down",
    "ceil_of_a_rounded_quotient": "rounded down where 'same' rounds up",
}
