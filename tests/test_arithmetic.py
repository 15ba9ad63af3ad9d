import doctest
import itertools
import math
import re

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cnncourse import arithmetic

SIZES = st.integers(1, 40)
KERNELS = st.integers(1, 9)
STRIDES = st.integers(1, 6)
DILATIONS = st.integers(1, 4)
PADDINGS = st.one_of(
    st.sampled_from(["valid", "same"]), st.tuples(st.integers(0, 5), st.integers(0, 5))
)


@pytest.fixture(scope="module")
def keras():
    import keras

    return keras


@st.composite
def convolutions(draw):
    """Settings of one axis on which the kernel fits."""
    size, kernel, stride, dilation = draw(st.tuples(SIZES, KERNELS, STRIDES, DILATIONS))
    padding = draw(PADDINGS)
    before, after = arithmetic.padding_amounts(size, kernel, stride, padding, dilation)
    assume(size + before + after >= dilation * (kernel - 1) + 1)
    return size, kernel, stride, padding, dilation


# --- golden numbers ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        # Counted by hand: 13 pixels, stride 5, windows centred so that ceil(13 / 5) = 3 fit.
        ({"size": 13, "kernel": 6, "stride": 5, "padding": "same"}, 3),
        ({"size": 200, "kernel": 2, "stride": 2}, 100),
        ({"size": 28, "kernel": 5}, 24),
        ({"size": 13, "kernel": 6, "stride": 5}, 2),
        # Dumoulin & Visin, arXiv:1603.07285: figures 2.1 to 2.7 in their order, then 5.1.
        ({"size": 4, "kernel": 3}, 2),
        ({"size": 5, "kernel": 4, "padding": (2, 2)}, 6),
        ({"size": 5, "kernel": 3, "padding": (1, 1)}, 5),
        ({"size": 5, "kernel": 3, "padding": (2, 2)}, 7),
        ({"size": 5, "kernel": 3, "stride": 2}, 2),
        ({"size": 5, "kernel": 3, "stride": 2, "padding": (1, 1)}, 3),
        ({"size": 6, "kernel": 3, "stride": 2, "padding": (1, 1)}, 3),
        ({"size": 7, "kernel": 3, "dilation": 2}, 3),
        # AlexNet's first layer on the 227 pixels that its arithmetic needs.
        ({"size": 227, "kernel": 11, "stride": 4}, 55),
        # ResNet's stem, with PyTorch's symmetric padding.
        ({"size": 224, "kernel": 7, "stride": 2, "padding": (3, 3)}, 112),
    ],
)
def test_conv_output_size_golden(arguments, expected):
    assert arithmetic.conv_output_size(**arguments) == expected


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"size": 13, "kernel": 6, "stride": 5}, (1, 2)),
        ({"size": 5, "kernel": 3}, (1, 1)),
        ({"size": 5, "kernel": 4}, (1, 2)),
        ({"size": 6, "kernel": 3, "stride": 2}, (0, 1)),
        ({"size": 5, "kernel": 3, "stride": 2}, (1, 1)),
        ({"size": 5, "kernel": 2, "stride": 3}, (0, 0)),
        ({"size": 5, "kernel": 3, "dilation": 2}, (2, 2)),
    ],
)
def test_same_padding_golden(arguments, expected):
    assert arithmetic.same_padding(**arguments) == expected


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"padding": "valid"}, 11),
        ({"padding": "same"}, 10),
        ({"padding": "same", "output_padding": 0}, 9),
        ({"padding": "same", "output_padding": 1}, 10),
        ({"padding": "valid", "output_padding": 1}, 12),
        ({"padding": (1, 1)}, 9),
        ({"padding": (1, 1), "output_padding": 1}, 10),
    ],
)
def test_conv_transpose_output_size_golden(arguments, expected):
    assert arithmetic.conv_transpose_output_size(5, kernel=3, stride=2, **arguments) == expected


def test_conv_transpose_output_size_where_the_stride_exceeds_the_kernel():
    assert arithmetic.conv_transpose_output_size(224, kernel=3, stride=2) == 449
    assert arithmetic.conv_transpose_output_size(4, kernel=2, stride=3) == 12
    assert arithmetic.conv_transpose_output_size(4, kernel=2, stride=3, output_padding=0) == 11


def test_parameters_golden():
    # A first layer of 8 filters on grey images, and 32 filters on colour images.
    assert arithmetic.conv_params(3, c_in=1, filters=8) == 80
    assert arithmetic.conv_params(3, c_in=3, filters=32) == 896
    # LeCun et al. 1998, doi:10.1109/5.726791, section II.B: C1 has 156 parameters.
    assert arithmetic.conv_params((5, 5), c_in=1, filters=6) == 156
    # AlexNet's second layer in two groups: Krizhevsky et al. 2012, kernels of 5×5×48.
    assert arithmetic.conv_params(5, 96, 256, bias=False, groups=2) == 5 * 5 * 48 * 256
    # A 1-D convolution of 3 taps from 2 to 8 channels.
    assert arithmetic.conv_params((3, 1), c_in=2, filters=8) == 56
    assert arithmetic.conv_params(3, c_in=64, filters=128) == 73_856
    assert arithmetic.separable_conv_params(3, c_in=64, filters=128) == 8_896
    # Three 3×3 layers against one 7×7 at 64 channels: VGG, arXiv:1409.1556, section 2.3.
    assert 3 * arithmetic.conv_params(3, 64, 64, bias=False) == 110_592
    assert arithmetic.conv_params(7, 64, 64, bias=False) == 200_704
    assert arithmetic.dense_params(16 * 5 * 5, 120) == 48_120


def test_macs_golden():
    # A 1×1 layer of 16 filters on 28×28×192, then 5×5 of 32: the price of a bottleneck.
    assert arithmetic.conv_macs(28, 5, 192, 32) == 120_422_400
    assert (
        arithmetic.conv_macs(28, 1, 192, 16) + arithmetic.conv_macs((28, 28), 5, 16, 32)
        == 12_443_648
    )
    assert arithmetic.conv_macs((2, 3), (4, 5), 7, 11) == 2 * 3 * 4 * 5 * 7 * 11
    assert arithmetic.separable_conv_macs((2, 3), (4, 5), 7, 11) == 6 * (20 * 7 + 7 * 11)


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        ([], 1),
        ([(3, 1)], 3),
        ([(3, 1), (3, 1)], 5),
        ([(3, 1), (3, 1), (3, 1)], 7),
        ([(3, 1, 1), (3, 1, 2), (3, 1, 4)], 15),
        ([(5, 2), (3, 1)], 9),
        # AlexNet up to its last pooling and VGG-16: 195 and 212, Araujo et al. 2019, table 1.
        ([(11, 4), (3, 2), (5, 1), (3, 2), (3, 1), (3, 1), (3, 1), (3, 2)], 195),
        (
            [*[(3, 1), (3, 1), (2, 2)] * 2, *[(3, 1), (3, 1), (3, 1), (2, 2)] * 3],
            212,
        ),
    ],
)
def test_receptive_field_golden(layers, expected):
    assert arithmetic.receptive_field(layers) == expected
    assert arithmetic.receptive_field(iter(layers)) == expected


def test_examples_in_the_docstrings():
    result = doctest.testmod(arithmetic)
    assert result.attempted > 10
    assert result.failed == 0


# --- oracles -------------------------------------------------------------------------------------


def test_conv_output_size_equals_keras(keras):
    """Height and width take different settings, so a swap would show."""
    rng = np.random.default_rng(0)
    checked = 0
    while checked < 200:
        size, kernel = rng.integers(1, 40, 2), rng.integers(1, 8, 2)
        stride, dilation = rng.integers(1, 5, 2), np.ones(2, int)
        if rng.random() < 0.5:
            stride, dilation = dilation, rng.integers(1, 4, 2)
        padding = str(rng.choice(["valid", "same"]))
        if padding == "valid" and np.any(dilation * (kernel - 1) + 1 > size):
            continue
        layer = keras.layers.Conv2D(
            4,
            tuple(map(int, kernel)),
            strides=tuple(map(int, stride)),
            dilation_rate=tuple(map(int, dilation)),
            padding=padding,
        )
        expected = layer.compute_output_shape((2, *map(int, size), 3))[1:3]
        settings = zip(size, kernel, stride, [padding] * 2, dilation, strict=True)
        assert tuple(arithmetic.conv_output_size(*axis) for axis in settings) == expected
        checked += 1


def transposed_cases():
    for size, kernel, stride, padding in itertools.product(
        (1, 2, 5, 8), (1, 2, 3, 4, 5), (1, 2, 3, 4), ("valid", "same")
    ):
        for output_padding in (None, *range(stride)):
            yield size, kernel, stride, padding, output_padding, 1
    for size, kernel, padding, output_padding, dilation in itertools.product(
        (2, 5), (1, 2, 3), ("valid", "same"), (None, 0), (2, 3)
    ):
        yield size, kernel, 1, padding, output_padding, dilation


def test_conv_transpose_output_size_equals_keras_in_every_case(keras):
    cases = list(transposed_cases())
    assert len(cases) > 500
    for size, kernel, stride, padding, output_padding, dilation in cases:
        layer = keras.layers.Conv1DTranspose(
            2, kernel, stride, padding, output_padding, dilation_rate=dilation
        )
        expected = layer.compute_output_shape((1, size, 3))[1]
        arguments = (size, kernel, stride, padding, output_padding, dilation)
        if expected > 0:
            assert arithmetic.conv_transpose_output_size(*arguments) == expected, arguments
        else:
            with pytest.raises(ValueError, match="leave at least one output"):
                arithmetic.conv_transpose_output_size(*arguments)


def test_conv_transpose_window_equals_the_outputs_that_keras_fills(keras):
    """A one at input i reaches just those outputs whose window holds i."""
    cases = [
        case
        for case in transposed_cases()
        # TensorFlow refuses the size that Keras computes for an even kernel with no extra output.
        if case[0] in (2, 5)
        and not (case[3] == "same" and case[4] == 0 and (case[5] * (case[1] - 1) + 1) % 2 == 0)
    ]
    for size, kernel, stride, padding, output_padding, dilation in cases:
        reached = np.asarray(
            keras.ops.conv_transpose(
                np.eye(size, dtype=np.float32)[:, :, None],
                np.ones((kernel, 1, 1), np.float32),
                stride,
                padding,
                output_padding,
                dilation_rate=dilation,
            )
        )[:, :, 0]
        arguments = (size, kernel, stride, padding, output_padding, dilation)
        for index, column in enumerate(reached.T):
            expected = tuple(np.flatnonzero(column).tolist())
            assert arithmetic.conv_transpose_window(index, *arguments) == expected, arguments


def test_conv_transpose_window_with_explicit_padding_cuts_both_ends():
    windows = [arithmetic.conv_transpose_window(o, 2, 3, 2, (1, 0)) for o in range(4)]
    assert windows == [(0,), (0, 1), (1,), (1,)]


def test_an_even_kernel_without_extra_output_is_what_the_docstring_says(keras):
    assert arithmetic.conv_transpose_output_size(5, 2, 2, "same", output_padding=0) == 8
    layer = keras.layers.Conv1DTranspose(1, 2, 2, "same", output_padding=0)
    assert layer.compute_output_shape((1, 5, 1))[1] == 8
    with pytest.raises(Exception, match=r"(?i)size|shape|dimension"):
        layer(np.ones((1, 5, 1), np.float32))


@pytest.mark.parametrize(
    ("kernel", "c_in", "filters", "bias", "groups"),
    [(3, 3, 32, True, 1), ((5, 2), 4, 7, False, 1), ((1, 3), 6, 10, True, 2)],
)
def test_conv_params_equals_keras(keras, kernel, c_in, filters, bias, groups):
    layer = keras.layers.Conv2D(filters, kernel, use_bias=bias, groups=groups)
    layer.build((None, 20, 30, c_in))
    assert arithmetic.conv_params(kernel, c_in, filters, bias, groups) == layer.count_params()


@pytest.mark.parametrize(
    ("kernel", "c_in", "filters", "bias", "multiplier"),
    [(3, 64, 128, True, 1), ((5, 2), 4, 7, False, 3)],
)
def test_separable_conv_params_equals_keras(keras, kernel, c_in, filters, bias, multiplier):
    layer = keras.layers.SeparableConv2D(
        filters, kernel, use_bias=bias, depth_multiplier=multiplier
    )
    layer.build((None, 20, 30, c_in))
    expected = layer.count_params()
    assert arithmetic.separable_conv_params(kernel, c_in, filters, bias, multiplier) == expected


def test_dense_params_equals_keras(keras):
    for bias in (True, False):
        layer = keras.layers.Dense(11, use_bias=bias)
        layer.build((None, 7))
        assert arithmetic.dense_params(7, 11, bias) == layer.count_params()


def test_conv_macs_counts_the_products_of_a_loop():
    products = sum(
        1 for _ in itertools.product(range(2), range(3), range(4), range(5), range(3), range(2))
    )
    assert arithmetic.conv_macs((2, 3), (4, 5), c_in=3, filters=2) == products
    assert arithmetic.conv_macs((2, 3), (4, 5), c_in=6, filters=4, groups=2) == 2 * products


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(1, 2)), max_size=4))
def test_receptive_field_equals_walking_back_through_the_windows(layers):
    """Walk from output 0 to the inputs it depends on, layer by layer, last layer first."""
    seen = {0}
    for kernel, stride, dilation in reversed(layers):
        seen = {place * stride + tap * dilation for place in seen for tap in range(kernel)}
    assert arithmetic.receptive_field(layers) == max(seen) - min(seen) + 1


# --- properties ----------------------------------------------------------------------------------


@given(convolutions())
def test_output_size_counts_the_windows_that_fit(settings):
    size, kernel, stride, padding, dilation = settings
    before, after = arithmetic.padding_amounts(size, kernel, stride, padding, dilation)
    reach = dilation * (kernel - 1) + 1
    starts = range(-before, size + after - reach + 1, stride)
    assert arithmetic.conv_output_size(*settings) == len(starts)


@given(SIZES, KERNELS, STRIDES, DILATIONS)
def test_same_padding_is_least_and_uneven_only_at_the_end(size, kernel, stride, dilation):
    before, after = arithmetic.same_padding(size, kernel, stride, dilation)
    wanted = math.ceil(size / stride)
    assert 0 <= after - before <= 1
    assert arithmetic.conv_output_size(size, kernel, stride, "same", dilation) == wanted
    assert arithmetic.conv_output_size(size, kernel, stride, (before, after), dilation) == wanted
    if after:
        reach = arithmetic.kernel_reach(kernel, dilation)
        fewer = size + before + after - 1
        assert fewer < reach or (fewer - reach) // stride + 1 < wanted


@given(convolutions(), st.data())
def test_windows_are_the_kernel_laid_on_the_input(settings, data):
    size, kernel, stride, padding, dilation = settings
    index = data.draw(st.integers(0, arithmetic.conv_output_size(*settings) - 1))
    before, after = arithmetic.padding_amounts(size, kernel, stride, padding, dilation)
    places = arithmetic.window(index, *settings)
    assert len(places) == kernel
    assert places[0] == index * stride - before
    assert -before <= places[0] <= places[-1] < size + after
    assert kernel == 1 or places.step == dilation


@given(convolutions())
def test_a_transposed_convolution_reverses_the_sizes_of_a_convolution(settings):
    """Some output padding leads back to the size that the convolution started from."""
    size, kernel, stride, _, dilation = settings
    amounts = arithmetic.padding_amounts(*settings)
    outputs = arithmetic.conv_output_size(*settings)
    possible = set()
    for extra in range(stride):
        reach = arithmetic.kernel_reach(kernel, dilation)
        if (outputs - 1) * stride + reach - sum(amounts) + extra >= 1:
            possible.add(
                arithmetic.conv_transpose_output_size(
                    outputs, kernel, stride, amounts, extra, dilation
                )
            )
    assert size in possible


# --- bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (
            lambda: arithmetic.conv_output_size(4, 5),
            "`size`: expected at least 5, for a kernel that reaches over 5 inputs (kernel 5, "
            "dilation 1) with padding 'valid'; received 4.",
        ),
        (
            lambda: arithmetic.conv_output_size(4, 3, padding=(1, 0), dilation=3),
            "`size`: expected at least 6, for a kernel that reaches over 7 inputs (kernel 3, "
            "dilation 3) with padding (1, 0); received 4.",
        ),
        (
            lambda: arithmetic.conv_output_size(0, 3),
            "`size`: expected an integer of at least 1; received 0.",
        ),
        (
            lambda: arithmetic.conv_output_size(28, math.nan),
            "`kernel`: expected an integer of at least 1; received nan.",
        ),
        (
            lambda: arithmetic.conv_output_size(28, 5.0),
            "`kernel`: expected an integer of at least 1; received 5.0.",
        ),
        (
            lambda: arithmetic.conv_output_size(28, 5, stride=0),
            "`stride`: expected an integer of at least 1; received 0.",
        ),
        (
            lambda: arithmetic.conv_output_size(28, 5, dilation=-1),
            "`dilation`: expected an integer of at least 1; received -1.",
        ),
        (
            lambda: arithmetic.conv_output_size(28, 5, padding="SAME"),
            "`padding`: expected 'valid', 'same' or a pair (before, after) of integers of at "
            "least 0; received 'SAME'.",
        ),
        (
            lambda: arithmetic.same_padding(28, 5, stride=2.5),
            "`stride`: expected an integer of at least 1; received 2.5.",
        ),
        (
            lambda: arithmetic.window(24, 28, 5),
            "`index`: expected an integer from 0 to 23; received 24.",
        ),
        (
            lambda: arithmetic.window(-1, 28, 5),
            "`index`: expected an integer of at least 0; received -1.",
        ),
        (
            lambda: arithmetic.conv_transpose_output_size(5, 3, 2, output_padding=2),
            "`output_padding`: expected None or an integer below the stride, 2; received 2.",
        ),
        (
            lambda: arithmetic.conv_transpose_output_size(5, 3, 2, output_padding=-1),
            "`output_padding`: expected an integer of at least 0; received -1.",
        ),
        (
            lambda: arithmetic.conv_transpose_output_size(1, 3, padding=(2, 2)),
            "`size`: expected an input large enough to leave at least one output; received 1.",
        ),
        (
            lambda: arithmetic.conv_transpose_window(11, 5, 3, 2),
            "`index`: expected an integer from 0 to 10; received 11.",
        ),
        (
            lambda: arithmetic.receptive_field([(3, 1), (3,)]),
            "`layers`: expected (kernel, stride) or (kernel, stride, dilation) for every layer; "
            "received (3,).",
        ),
        (
            lambda: arithmetic.receptive_field(3),
            "`layers`: expected (kernel, stride) or (kernel, stride, dilation) for every layer; "
            "received 3.",
        ),
        (
            lambda: arithmetic.receptive_field([(3, 0)]),
            "`stride`: expected an integer of at least 1; received 0.",
        ),
        (
            lambda: arithmetic.conv_params((3, 0), 3, 32),
            "`kernel`: expected an integer of at least 1; received 0.",
        ),
        (
            lambda: arithmetic.conv_params(3, 3, 32, bias=1),
            "`bias`: expected True or False; received 1.",
        ),
        (
            lambda: arithmetic.conv_params(3, 4, 6, groups=4),
            "`groups`: expected a divisor of both c_in (4) and filters (6); received 4.",
        ),
        (
            lambda: arithmetic.separable_conv_params(3, 3, 32, multiplier=0),
            "`multiplier`: expected an integer of at least 1; received 0.",
        ),
        (
            lambda: arithmetic.dense_params(0, 10),
            "`inputs`: expected an integer of at least 1; received 0.",
        ),
        (
            lambda: arithmetic.conv_macs((24,), 5, 1, 6),
            "`output_size`: expected an integer or a pair (height, width); received (24,).",
        ),
    ],
)
def test_bad_input_is_named(call, expected):
    with pytest.raises(ValueError, match=f"^Invalid value for argument {re.escape(expected)}$"):
        call()
