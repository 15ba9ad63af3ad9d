"""Wrong versions of ``conv1d_steps`` that the checker does not know by name."""


def _right(steps, kernel, stride, padding, dilation):
    if padding == "valid":
        return (steps - dilation * (kernel - 1) - 1) // stride + 1
    return -(-steps // stride)


def causal_is_one_longer(steps, kernel, stride=1, padding="valid", dilation=1):
    return _right(steps, kernel, stride, padding, dilation) + (padding == "causal")


def causal_pads_one_zero_too_few(steps, kernel, stride=1, padding="valid", dilation=1):
    if padding == "causal" and kernel > 1:
        return (steps - 2) // stride + 1
    return _right(steps, kernel, stride, padding, dilation)


def causal_takes_no_stride(steps, kernel, stride=1, padding="valid", dilation=1):
    return _right(steps, kernel, 1 if padding == "causal" else stride, padding, dilation)


def pads_once_more_on_both_sides(steps, kernel, stride=1, padding="valid", dilation=1):
    if padding == "valid":
        return _right(steps, kernel, stride, padding, dilation)
    return (steps + 2 * dilation * (kernel - 1) - dilation * (kernel - 1) - 1) // stride + 1


def same_with_half_the_kernel(steps, kernel, stride=1, padding="valid", dilation=1):
    if padding == "same":
        return (steps + 2 * (kernel // 2) - kernel) // stride + 1
    return _right(steps, kernel, stride, padding, dilation)


def dilation_added(steps, kernel, stride=1, padding="valid", dilation=1):
    if padding == "valid":
        return (steps - (kernel + dilation - 1)) // stride + 1
    return _right(steps, kernel, stride, padding, dilation)


def never_below_two(steps, kernel, stride=1, padding="valid", dilation=1):
    return max(_right(steps, kernel, stride, padding, dilation), min(steps, 2))


def dilated_means_no_stride(steps, kernel, stride=1, padding="valid", dilation=1):
    return _right(steps, kernel, stride if dilation == 1 else 1, padding, dilation)


def rounds_to_the_nearest(steps, kernel, stride=1, padding="valid", dilation=1):
    if padding == "valid":
        return _right(steps, kernel, stride, padding, dilation)
    return max(1, (2 * steps + stride) // (2 * stride))


def counts_the_zeros_as_outputs(steps, kernel, stride=1, padding="valid", dilation=1):
    outputs = _right(steps, kernel, stride, padding, dilation)
    return outputs + dilation * (kernel - 1) if padding == "same" else outputs


def steps_by_the_kernel(steps, kernel, stride=1, padding="valid", dilation=1):
    return _right(steps, kernel, max(stride, kernel), padding, dilation)


def gives_a_pair(steps, kernel, stride=1, padding="valid", dilation=1):
    return (_right(steps, kernel, stride, padding, dilation),) * 2


# Those that do, on every input where they fail, just what a known mistake does.
SAME_AS_KNOWN = {
    "causal_takes_no_stride": "stride forgotten",
    "dilated_means_no_stride": "stride forgotten",
    "rounds_to_the_nearest": "rounded down where zeros make it round up",
}
