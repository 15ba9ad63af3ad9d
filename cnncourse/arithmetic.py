"""Convolution arithmetic on plain integers: sizes, padding, windows, parameters and costs.

Everything here concerns one axis unless it says otherwise; height and width are two calls. The
numbers are those of Keras 3, floors and uneven padding included.

References
----------
V. Dumoulin and F. Visin, "A guide to convolution arithmetic for deep learning", 2016,
arXiv:1603.07285, derives the formulas with drawings.
"""

from __future__ import annotations

from collections.abc import Iterable

from cnncourse import _checks

Padding = str | tuple[int, int]
Size = int | tuple[int, int]

__all__ = [
    "conv_macs",
    "conv_output_size",
    "conv_params",
    "conv_transpose_output_size",
    "conv_transpose_window",
    "dense_params",
    "kernel_reach",
    "padding_amounts",
    "receptive_field",
    "same_padding",
    "separable_conv_macs",
    "separable_conv_params",
    "window",
]


def kernel_reach(kernel: int, dilation: int = 1) -> int:
    """Return how many neighbouring inputs a dilated kernel spans, gaps included.

    Parameters
    ----------
    kernel : int
        Taps of the kernel, at least 1.
    dilation : int
        Distance between two taps, at least 1; 1 means no gaps.

    Returns
    -------
    int
        ``dilation * (kernel - 1) + 1``.

    Raises
    ------
    ValueError
        If an argument is not an integer of at least 1.

    Examples
    --------
    >>> kernel_reach(3), kernel_reach(3, dilation=2)
    (3, 5)
    """
    kernel = _checks.integer("kernel", kernel, 1)
    dilation = _checks.integer("dilation", dilation, 1)
    return dilation * (kernel - 1) + 1


def same_padding(size: int, kernel: int, stride: int = 1, dilation: int = 1) -> tuple[int, int]:
    """Return the zeros that ``padding="same"`` adds, as ``(before, after)``.

    As many as give ``ceil(size / stride)`` outputs. An odd number puts the extra zero *after*
    (bottom and right), as TensorFlow and Keras do; PyTorch and Caffe models pad both sides alike.

    Parameters
    ----------
    size : int
        Inputs along the axis, at least 1.
    kernel, stride, dilation : int
        Of the convolution, each at least 1.

    Returns
    -------
    tuple of int
        ``(before, after)``, both at least 0.

    Raises
    ------
    ValueError
        If an argument is not an integer of at least 1.

    Examples
    --------
    >>> same_padding(13, kernel=6, stride=5)
    (1, 2)
    """
    size = _checks.integer("size", size, 1)
    reach = kernel_reach(kernel, dilation)
    stride = _checks.integer("stride", stride, 1)
    outputs = -(-size // stride)
    total = max((outputs - 1) * stride + reach - size, 0)
    return total // 2, total - total // 2


def padding_amounts(
    size: int, kernel: int, stride: int = 1, padding: Padding = "valid", dilation: int = 1
) -> tuple[int, int]:
    """Return the zeros that any kind of padding adds, as ``(before, after)``.

    Parameters
    ----------
    size, kernel, stride, dilation : int
        As in `same_padding`.
    padding : {"valid", "same"} or (before, after)
        ``"valid"`` adds nothing; a pair of integers of at least 0 is returned as it is.

    Returns
    -------
    tuple of int
        ``(before, after)``, both at least 0.

    Raises
    ------
    ValueError
        If an argument is out of its range.

    Examples
    --------
    >>> padding_amounts(5, kernel=3, padding="same"), padding_amounts(5, 3, padding=(2, 0))
    ((1, 1), (2, 0))
    """
    padding = _checks.padding("padding", padding)
    same = same_padding(size, kernel, stride, dilation)  # checks the other arguments, too
    if padding == "same":
        return same
    return (0, 0) if isinstance(padding, str) else padding


def conv_output_size(
    size: int, kernel: int, stride: int = 1, padding: Padding = "valid", dilation: int = 1
) -> int:
    """Return how many outputs a convolution or a pooling has along one axis.

    Parameters
    ----------
    size : int
        Inputs along the axis, at least 1.
    kernel, stride, dilation : int
        Each at least 1.
    padding : {"valid", "same"} or (before, after)
        ``"valid"`` lets the kernel stay inside the input, ``"same"`` gives
        ``ceil(size / stride)`` outputs, a pair counts the zeros on both sides.

    Returns
    -------
    int
        ``(size + before + after - reach) // stride + 1``, at least 1, where
        ``reach = dilation * (kernel - 1) + 1``.

    Raises
    ------
    ValueError
        If an argument is out of its range, or the kernel does not fit into the padded input.

    Examples
    --------
    >>> conv_output_size(28, kernel=5)
    24
    >>> conv_output_size(200, kernel=2, stride=2)
    100
    >>> conv_output_size(13, kernel=6, stride=5, padding="same")
    3
    """
    before, after = padding_amounts(size, kernel, stride, padding, dilation)
    reach = kernel_reach(kernel, dilation)
    if size + before + after < reach:
        _checks.fail(
            "size",
            f"at least {reach - before - after}, for a kernel that reaches over {reach} inputs "
            f"(kernel {kernel}, dilation {dilation}) with padding {padding!r}",
            size,
        )
    return (size + before + after - reach) // stride + 1


def window(
    index: int,
    size: int,
    kernel: int,
    stride: int = 1,
    padding: Padding = "valid",
    dilation: int = 1,
) -> range:
    """Return the input positions that feed output number `index` of a convolution.

    Parameters
    ----------
    index : int
        Which output, from 0 to ``conv_output_size(...) - 1``.
    size, kernel, stride, padding, dilation
        As in `conv_output_size`.

    Returns
    -------
    range
        `kernel` positions, `dilation` apart. Positions below 0 or from `size` on lie in the
        padding.

    Raises
    ------
    ValueError
        If an argument is out of its range, or there is no such output.

    Examples
    --------
    >>> list(window(0, size=13, kernel=6, stride=5, padding="same"))
    [-1, 0, 1, 2, 3, 4]
    """
    outputs = conv_output_size(size, kernel, stride, padding, dilation)
    index = _checks.integer("index", index, 0)
    if index >= outputs:
        _checks.fail("index", f"an integer from 0 to {outputs - 1}", index)
    before, _ = padding_amounts(size, kernel, stride, padding, dilation)
    start = index * stride - before
    return range(start, start + kernel_reach(kernel, dilation), dilation)


def conv_transpose_output_size(
    size: int,
    kernel: int,
    stride: int = 1,
    padding: Padding = "valid",
    output_padding: int | None = None,
    dilation: int = 1,
) -> int:
    """Return how many outputs a transposed convolution has along one axis.

    Parameters
    ----------
    size : int
        Inputs along the axis, at least 1.
    kernel, stride, dilation : int
        Each at least 1.
    padding : {"valid", "same"} or (before, after)
        A pair is what is cut off the full result on each side.
    output_padding : int, optional
        How many outputs more, from 0 to ``stride - 1``. None is Keras' default: as many as
        make ``"same"`` give ``size * stride``, and ``"valid"`` leave out no step of the stride;
        with explicit padding it means 0.

    Returns
    -------
    int
        At least 1.

    Raises
    ------
    ValueError
        If an argument is out of its range, or nothing would be left.

    Notes
    -----
    With ``"same"`` and a given `output_padding`, Keras computes
    ``(size - 1) * stride + reach % 2 + output_padding``. For an even reach and
    ``output_padding=0`` that is a size which TensorFlow then refuses to compute.

    Examples
    --------
    >>> conv_transpose_output_size(5, kernel=3, stride=2)
    11
    >>> conv_transpose_output_size(5, kernel=3, stride=2, padding="same")
    10
    >>> conv_transpose_output_size(5, kernel=3, stride=2, padding="same", output_padding=0)
    9
    """
    size = _checks.integer("size", size, 1)
    reach = kernel_reach(kernel, dilation)
    stride = _checks.integer("stride", stride, 1)
    padding = _checks.padding("padding", padding)
    extra = None if output_padding is None else _checks.integer("output_padding", output_padding, 0)
    if extra is not None and extra >= stride:
        _checks.fail("output_padding", f"None or an integer below the stride, {stride}", extra)

    steps = (size - 1) * stride
    if padding == "same":
        outputs = steps + (stride if extra is None else reach % 2 + extra)
    elif padding == "valid":
        outputs = steps + (max(reach, stride) if extra is None else reach + extra)
    else:
        outputs = steps + reach - int(padding[0]) - int(padding[1]) + (extra or 0)
    if outputs < 1:
        _checks.fail("size", "an input large enough to leave at least one output", size)
    return outputs


def conv_transpose_window(
    index: int,
    size: int,
    kernel: int,
    stride: int = 1,
    padding: Padding = "valid",
    output_padding: int | None = None,
    dilation: int = 1,
) -> tuple[int, ...]:
    """Return the input positions that feed output number `index` of a transposed convolution.

    A transposed convolution runs a convolution backwards: input ``i`` feeds output ``o`` just when
    the convolution that makes `size` values of the outputs reads ``o`` for its value ``i``.

    Parameters
    ----------
    index : int
        Which output, from 0 to ``conv_transpose_output_size(...) - 1``.
    size, kernel, stride, padding, output_padding, dilation
        As in `conv_transpose_output_size`.

    Returns
    -------
    tuple of int
        Rising positions within the input; empty where a stride beyond the kernel leaves a gap.

    Raises
    ------
    ValueError
        If an argument is out of its range, or there is no such output.

    Examples
    --------
    >>> [conv_transpose_window(o, size=2, kernel=3, stride=2) for o in range(5)]
    [(0,), (0,), (0, 1), (1,), (1,)]
    """
    outputs = conv_transpose_output_size(size, kernel, stride, padding, output_padding, dilation)
    index = _checks.integer("index", index, 0)
    if index >= outputs:
        _checks.fail("index", f"an integer from 0 to {outputs - 1}", index)
    before, _ = padding_amounts(outputs, kernel, stride, padding, dilation)
    reach = kernel_reach(kernel, dilation)
    first = -before
    return tuple(
        i
        for i in range(size)
        if index in range(first + i * stride, first + i * stride + reach, dilation)
    )


def receptive_field(layers: Iterable[tuple[int, ...]]) -> int:
    """Return how many inputs one output of a stack of layers sees along one axis.

    Parameters
    ----------
    layers : iterable of (kernel, stride) or (kernel, stride, dilation)
        First layer first; convolutions and poolings alike, each number at least 1.

    Returns
    -------
    int
        1 for no layer. Padding does not change it.

    Raises
    ------
    ValueError
        If a layer is not such a tuple of integers.

    References
    ----------
    A. Araujo, W. Norris and J. Sim, "Computing receptive fields of convolutional neural
    networks", Distill, 2019, doi:10.23915/distill.00021, equation 2.

    Examples
    --------
    >>> receptive_field([(3, 1), (3, 1), (3, 1)])
    7
    >>> receptive_field([(3, 1), (2, 2), (3, 1)])
    8
    """
    expected = "(kernel, stride) or (kernel, stride, dilation) for every layer"
    if isinstance(layers, str) or not isinstance(layers, Iterable):
        _checks.fail("layers", expected, layers)
    field = jump = 1
    for layer in layers:
        if not isinstance(layer, (tuple, list)) or len(layer) not in (2, 3):
            _checks.fail("layers", expected, layer)
        reach = kernel_reach(layer[0], *layer[2:])
        stride = _checks.integer("stride", layer[1], 1)
        field += (reach - 1) * jump
        jump *= stride
    return field


def _groups(groups: int, c_in: int, filters: int) -> int:
    groups = _checks.integer("groups", groups, 1)
    if c_in % groups or filters % groups:
        _checks.fail("groups", f"a divisor of both c_in ({c_in}) and filters ({filters})", groups)
    return groups


def conv_params(kernel: Size, c_in: int, filters: int, bias: bool = True, groups: int = 1) -> int:
    """Return the number of parameters of a 2-D convolution.

    Parameters
    ----------
    kernel : int or (height, width)
        Each at least 1. A 1-D convolution of `k` taps is ``(k, 1)``.
    c_in, filters : int
        Input and output channels, at least 1.
    bias : bool
        Whether each filter has a bias.
    groups : int
        Into how many independent parts the channels are split; divides both channel numbers.

    Returns
    -------
    int
        ``height * width * c_in / groups * filters``, plus `filters` with bias. The size of the
        image is not in it: that is what sharing the parameters means.

    Raises
    ------
    ValueError
        If an argument is out of its range.

    Examples
    --------
    >>> conv_params(3, c_in=3, filters=32)
    896
    """
    height, width = _checks.pair("kernel", kernel, 1)
    c_in = _checks.integer("c_in", c_in, 1)
    filters = _checks.integer("filters", filters, 1)
    groups = _groups(groups, c_in, filters)
    weights = height * width * (c_in // groups) * filters
    return weights + filters * _checks.flag("bias", bias)


def separable_conv_params(
    kernel: Size, c_in: int, filters: int, bias: bool = True, multiplier: int = 1
) -> int:
    """Return the number of parameters of a depthwise separable 2-D convolution.

    Parameters
    ----------
    kernel : int or (height, width)
        Of the depthwise step, each at least 1.
    c_in, filters : int
        Input and output channels, at least 1.
    bias : bool
        Whether each filter has a bias; the depthwise step has none, as in Keras.
    multiplier : int
        Depthwise kernels per input channel, at least 1.

    Returns
    -------
    int
        Depthwise plus pointwise (1×1) weights, plus `filters` with bias.

    Raises
    ------
    ValueError
        If an argument is out of its range.

    Examples
    --------
    >>> separable_conv_params(3, c_in=64, filters=128), conv_params(3, c_in=64, filters=128)
    (8896, 73856)
    """
    height, width = _checks.pair("kernel", kernel, 1)
    channels = _checks.integer("c_in", c_in, 1) * _checks.integer("multiplier", multiplier, 1)
    return height * width * channels + conv_params(1, channels, filters, bias)


def dense_params(inputs: int, units: int, bias: bool = True) -> int:
    """Return the number of parameters of a dense layer.

    Parameters
    ----------
    inputs, units : int
        At least 1.
    bias : bool
        Whether each unit has a bias.

    Returns
    -------
    int
        ``inputs * units``, plus `units` with bias.

    Raises
    ------
    ValueError
        If an argument is out of its range.

    Examples
    --------
    >>> dense_params(7 * 7 * 64, 10)
    31370
    """
    return conv_params(
        1, _checks.integer("inputs", inputs, 1), _checks.integer("units", units, 1), bias
    )


def conv_macs(output_size: Size, kernel: Size, c_in: int, filters: int, groups: int = 1) -> int:
    """Return the multiply-accumulates of a 2-D convolution on one image.

    Parameters
    ----------
    output_size : int or (height, width)
        Of the feature maps that come out (not of the input), each at least 1.
    kernel : int or (height, width)
        Each at least 1.
    c_in, filters, groups : int
        As in `conv_params`.

    Returns
    -------
    int
        One for every weight at every output position. Biases don't count, and positions in the
        padding do. FLOP counts are usually twice as large.

    Raises
    ------
    ValueError
        If an argument is out of its range.

    Examples
    --------
    >>> conv_macs(output_size=(24, 24), kernel=5, c_in=1, filters=6)
    86400
    """
    height, width = _checks.pair("output_size", output_size, 1)
    return height * width * conv_params(kernel, c_in, filters, bias=False, groups=groups)


def separable_conv_macs(
    output_size: Size, kernel: Size, c_in: int, filters: int, multiplier: int = 1
) -> int:
    """Return the multiply-accumulates of a depthwise separable 2-D convolution on one image.

    Parameters
    ----------
    output_size : int or (height, width)
        Of the feature maps that come out, each at least 1.
    kernel, c_in, filters, multiplier
        As in `separable_conv_params`.

    Returns
    -------
    int
        Depthwise plus pointwise step.

    Raises
    ------
    ValueError
        If an argument is out of its range.

    Examples
    --------
    >>> separable_conv_macs((56, 56), kernel=3, c_in=64, filters=128)
    27496448
    """
    height, width = _checks.pair("output_size", output_size, 1)
    weights = separable_conv_params(kernel, c_in, filters, bias=False, multiplier=multiplier)
    return height * width * weights
