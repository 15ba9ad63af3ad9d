"""Wrong versions of ``same_padding`` that the checker does not know by name."""


def _total(size, kernel, stride, dilation):
    out = -(-size // stride)
    return max((out - 1) * stride + dilation * (kernel - 1) + 1 - size, 0)


def _split(total):
    return total // 2, total - total // 2


def output_size_rounded_down(size, kernel, stride=1, dilation=1):
    out = size // stride
    return _split(max((out - 1) * stride + dilation * (kernel - 1) + 1 - size, 0))


def output_counted_once_too_often(size, kernel, stride=1, dilation=1):
    out = -(-size // stride)
    total = out * stride + dilation * (kernel - 1) + 1 - size - 1
    return _split(max(total, 0))


def at_least_one_when_strided(size, kernel, stride=1, dilation=1):
    total = _total(size, kernel, stride, dilation)
    return _split(max(total, 1) if stride > kernel else total)


def kernel_times_dilation(size, kernel, stride=1, dilation=1):
    out = -(-size // stride)
    return _split(max((out - 1) * stride + dilation * kernel - size, 0))


def never_more_than_half_the_kernel(size, kernel, stride=1, dilation=1):
    before, after = _split(_total(size, kernel, stride, dilation))
    return min(before, kernel // 2), min(after, kernel // 2)


def rounds_both_sides_up(size, kernel, stride=1, dilation=1):
    half = -(-_total(size, kernel, stride, dilation) // 2)
    return half, half


def all_the_rest_before_when_dilated(size, kernel, stride=1, dilation=1):
    before, after = _split(_total(size, kernel, stride, dilation))
    return (after, before) if dilation > 1 else (before, after)


def swapped_when_strided(size, kernel, stride=1, dilation=1):
    before, after = _split(_total(size, kernel, stride, dilation))
    return (after, before) if stride > 1 else (before, after)


def nothing_for_one_pixel(size, kernel, stride=1, dilation=1):
    return (0, 0) if size == 1 else _split(_total(size, kernel, stride, dilation))


def remainder_rule_without_its_second_case(size, kernel, stride=1, dilation=1):
    return _split(max(dilation * (kernel - 1) + 1 - (size % stride or 1), 0))


def kernels_wider_than_the_input_are_cut(size, kernel, stride=1, dilation=1):
    return _split(_total(size, min(kernel, size), stride, dilation))


def gives_floats(size, kernel, stride=1, dilation=1):
    total = _total(size, kernel, stride, dilation)
    return total / 2, total / 2


# Those that do, on every input where they fail, just what a known mistake does.
SAME_AS_KNOWN = {
    "swapped_when_strided": "before and after swapped",
    "all_the_rest_before_when_dilated": "before and after swapped",
    "remainder_rule_without_its_second_case": "stride forgotten",
}
