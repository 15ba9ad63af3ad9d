"""Wrong versions of ``receptive_field`` that the checker does not know by name."""


def _layers(layers):
    return [(layer[0], layer[1], layer[2] if len(layer) > 2 else 1) for layer in layers]


def _field(layers):
    field, jump = 1, 1
    for kernel, stride, dilation in layers:
        field += dilation * (kernel - 1) * jump
        jump *= stride
    return field


def last_layer_left_out(layers):
    rows = _layers(layers)
    return _field(rows[:-1] if len(rows) > 1 else rows)


def first_layer_left_out(layers):
    rows = _layers(layers)
    return _field(rows[1:] if len(rows) > 1 else rows)


def strides_added_instead_of_multiplied(layers):
    field, jump = 1, 1
    for kernel, stride, dilation in _layers(layers):
        field += dilation * (kernel - 1) * jump
        jump += stride - 1
    return field


def only_the_stride_just_before(layers):
    field, before = 1, 1
    for kernel, stride, dilation in _layers(layers):
        field += dilation * (kernel - 1) * before
        before = stride
    return field


def stride_of_the_first_layer_only(layers):
    rows = _layers(layers)
    field = 1
    for index, (kernel, _, dilation) in enumerate(rows):
        field += dilation * (kernel - 1) * (rows[0][1] if index else 1)
    return field


def one_too_many_after_a_stride(layers):
    rows = _layers(layers)
    return _field(rows) + any(stride > 1 for _, stride, _ in rows)


def one_is_added_for_each_layer(layers):
    return _field(_layers(layers)) + max(len(layers) - 1, 0)


def read_from_the_back(layers):
    return _field(_layers(layers)[::-1])


def stride_capped_by_the_kernel(layers):
    return _field([(k, min(s, k), d) for k, s, d in _layers(layers)])


def widest_layer_only(layers):
    return max((_field([row]) for row in _layers(layers)), default=1)


def dilation_works_like_a_stride(layers):
    field, jump = 1, 1
    for kernel, stride, dilation in _layers(layers):
        field += (kernel - 1) * jump
        jump *= stride * dilation
    return field


def kernel_times_dilation(layers):
    field, jump = 1, 1
    for kernel, stride, dilation in _layers(layers):
        field += (dilation * kernel - 1) * jump
        jump *= stride
    return field


def no_layers_see_nothing(layers):
    return _field(_layers(layers)) if len(layers) else 0


def stops_after_two_layers(layers):
    return _field(_layers(layers)[:2])


def pointwise_layers_forget_the_stride(layers):
    return _field([(k, s if k > 1 else 1, d) for k, s, d in _layers(layers)])


# Those that do, on every input where they fail, just what a known mistake does.
SAME_AS_KNOWN = {
    "no_layers_see_nothing": "kernels added up",
}
