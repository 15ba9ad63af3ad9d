"""Convolution along time against Keras, a loop, and what causal means."""

import doctest
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import signal

from cnncourse import arithmetic, ops
from cnncourse.ops import _conv1d

CASES = 120
TOLERANCE = 1e-5  # of the largest value; float32 sums in another order differ by less
PADDINGS = ("valid", "same", "causal")


@pytest.fixture(scope="module")
def tf():
    import tensorflow

    return tensorflow


def case(rng, both=False, explicit=False):
    """Draw one convolution with C_in ≠ C_out; Keras knows no stride together with dilation."""
    while True:
        steps, taps = int(rng.integers(1, 24)), int(rng.integers(1, 7))
        stride, dilation = map(int, rng.integers(1, 5, 2))
        if not both and rng.random() < 0.5:
            stride = 1
        elif not both:
            dilation = 1
        padding = str(rng.choice(PADDINGS))
        if explicit:
            padding = tuple(map(int, rng.integers(0, 5, 2)))
        added = sum(padding) if explicit else 0
        if padding in ("same", "causal") or steps + added > dilation * (taps - 1):
            break
    c_in, filters = map(int, rng.choice(np.arange(1, 7), 2, replace=False))
    x = rng.normal(size=(rng.integers(1, 4), steps, c_in)).astype(np.float32)
    kernel = rng.normal(size=(taps, c_in, filters)).astype(np.float32)
    return x, kernel, {"stride": stride, "padding": padding, "dilation": dilation}


def assert_close(ours, expected, what):
    expected = np.asarray(expected)
    assert (ours.dtype, ours.shape) == (expected.dtype, expected.shape), what
    assert np.max(np.abs(ours - expected)) <= TOLERANCE * np.max(np.abs(expected)), what


def slow(x, kernel, stride, padding, dilation):
    """Convolve in plain loops: every output by itself, steps outside the sequence left out."""
    steps, taps = x.shape[1], len(kernel)
    reach = dilation * (taps - 1) + 1
    if padding == "valid":
        before, outputs = 0, (steps - reach) // stride + 1
    elif padding == "causal":
        before, outputs = reach - 1, -(-steps // stride)
    else:
        outputs = -(-steps // stride)
        before = max((outputs - 1) * stride + reach - steps, 0) // 2
    out = np.zeros((len(x), outputs, kernel.shape[2]))
    for at in range(outputs):
        for tap in range(taps):
            step = at * stride - before + tap * dilation
            if 0 <= step < steps:
                out[:, at] += x[:, step] @ kernel[tap]
    return out


# --- Keras and loops -----------------------------------------------------------------------------


def test_equals_the_keras_layer_forward_and_backward(tf):
    import keras

    rng = np.random.default_rng(0)
    seen = set()
    for number in range(CASES):
        x, kernel, settings = case(rng)
        if len(kernel) == 1 and settings["stride"] > 1:
            continue  # TensorFlow 2.21 writes beyond its memory in this gradient (oneDNN)
        layer = keras.layers.Conv1D(
            kernel.shape[2],
            len(kernel),
            strides=settings["stride"],
            padding=settings["padding"],
            dilation_rate=settings["dilation"],
            use_bias=False,
        )
        layer.build(x.shape)
        layer.set_weights([kernel])
        sequences, what = tf.constant(x), (number, x.shape, kernel.shape, settings)
        with tf.GradientTape() as tape:
            tape.watch(sequences)
            output = layer(sequences)
        assert_close(ops.conv1d(x, kernel, **settings), output, what)
        grad = rng.normal(size=output.shape).astype(np.float32)
        expected = tape.gradient(output, (sequences, layer.kernel.value), output_gradients=grad)
        ours = ops.conv1d_backward(grad, x, kernel, **settings)
        for mine, theirs in zip(ours, expected, strict=True):
            assert_close(mine, theirs, what)
        seen.add((settings["padding"], settings["stride"] > 1, settings["dilation"] > 1))
    assert len(seen) == 9


def test_equals_loops_with_stride_and_dilation_at_once():
    rng = np.random.default_rng(1)
    both = 0
    for number in range(CASES):
        x, kernel, settings = case(rng, both=True)
        x, kernel = x.astype(float), kernel.astype(float)
        expected = slow(x, kernel, **settings)
        assert_close(ops.conv1d(x, kernel, **settings), expected, (number, settings))
        both += settings["stride"] > 1 and settings["dilation"] > 1
    assert both > CASES / 3


def test_equals_scipy():
    rng = np.random.default_rng(2)
    x, kernel = rng.normal(size=(2, 15, 3)), rng.normal(size=(4, 3, 5))
    full = np.zeros((2, 12, 5))
    for row, c_in, filters in np.ndindex(2, 3, 5):
        full[row, :, filters] += signal.correlate(
            x[row, :, c_in], kernel[:, c_in, filters], "valid"
        )
    np.testing.assert_allclose(ops.conv1d(x, kernel), full, rtol=0, atol=1e-12)
    np.testing.assert_allclose(ops.conv1d(x, kernel, stride=3), full[:, ::3], rtol=0, atol=1e-12)


def test_is_a_conv2d_on_an_image_one_row_high():
    rng = np.random.default_rng(3)
    x, kernel = rng.normal(size=(2, 13, 3)), rng.normal(size=(4, 3, 5))
    for settings in ({}, {"stride": 2, "padding": "same"}, {"dilation": 3}):
        image = ops.conv2d(
            x[:, np.newaxis],
            kernel[np.newaxis],
            (1, settings.get("stride", 1)),
            settings.get("padding", "valid"),
            (1, settings.get("dilation", 1)),
        )
        np.testing.assert_allclose(
            ops.conv1d(x, kernel, **settings), image[:, 0], rtol=0, atol=1e-12
        )


def test_by_hand():
    x, kernel = np.array([[[1.0], [2], [3], [4]]]), np.array([[[10.0]], [[1]]])
    by_hand = {
        "valid": [12, 23, 34],
        "same": [12, 23, 34, 40],  # the one zero comes at the end
        "causal": [1, 12, 23, 34],  # or, in causal padding, at the beginning
        (1, 1): [1, 12, 23, 34, 40],
    }
    for padding, expected in by_hand.items():
        out = ops.conv1d(x, kernel, padding=padding)
        np.testing.assert_array_equal(out[0, :, 0], expected)
    out = ops.conv1d(x, kernel, dilation=2, padding="causal")
    np.testing.assert_array_equal(out[0, :, 0], [1, 2, 13, 24])
    out = ops.conv1d(x, kernel, stride=2, padding="causal")
    np.testing.assert_array_equal(out[0, :, 0], [1, 23])


# --- properties ----------------------------------------------------------------------------------

cases = st.builds(
    lambda seed, explicit: (
        np.random.default_rng(seed),
        case(np.random.default_rng(seed), both=True, explicit=explicit),
    ),
    st.integers(0, 2**32 - 1),
    st.booleans(),
)


@given(cases)
def test_backward_is_the_adjoint_of_forward(drawn):
    """Conv1d is linear in sequences and kernel, so <conv(x, k), g> = <x, dx> = <k, dk>."""
    rng, (x, kernel, settings) = drawn
    x, kernel = x.astype(np.float64), kernel.astype(np.float64)
    out = ops.conv1d(x, kernel, **settings)
    grad = rng.normal(size=out.shape)
    dx, dkernel = ops.conv1d_backward(grad, x, kernel, **settings)
    assert (dx.shape, dkernel.shape) == (x.shape, kernel.shape)
    expected, scale = np.sum(out * grad), np.sum(np.abs(out * grad)) + 1
    assert abs(np.sum(x * dx) - expected) < 1e-11 * scale
    assert abs(np.sum(kernel * dkernel) - expected) < 1e-11 * scale


@given(cases)
def test_lengths_are_those_of_arithmetic(drawn):
    _, (x, kernel, settings) = drawn
    padding, taps = settings["padding"], len(kernel)
    if padding == "causal":
        padding = (settings["dilation"] * (taps - 1), 0)
    expected = arithmetic.conv_output_size(
        x.shape[1], taps, settings["stride"], padding, settings["dilation"]
    )
    assert ops.conv1d(x, kernel, **settings).shape == (len(x), expected, kernel.shape[2])


@given(cases, st.integers(0, 100))
def test_causal_outputs_do_not_see_the_future(drawn, number):
    rng, (x, kernel, settings) = drawn
    settings["padding"], now = "causal", number % x.shape[1]
    before = ops.conv1d(x, kernel, **settings)
    changed = x.copy()
    changed[:, now:] = rng.normal(size=changed[:, now:].shape)
    after = ops.conv1d(changed, kernel, **settings)
    past = -(-now // settings["stride"])  # outputs whose last step lies before `now`
    np.testing.assert_array_equal(after[:, :past], before[:, :past])
    if now % settings["stride"] == 0 and np.any(x[:, now] != changed[:, now]):
        assert np.any(after[:, past] != before[:, past])


def test_a_delayed_sequence_gives_a_delayed_output():
    rng = np.random.default_rng(4)
    x, kernel = rng.normal(size=(2, 14, 3)), rng.normal(size=(3, 3, 5))
    late = np.concatenate([np.zeros((2, 4, 3)), x[:, :-4]], axis=1)
    out = ops.conv1d(x, kernel, padding="causal", dilation=2)
    delayed = ops.conv1d(late, kernel, padding="causal", dilation=2)
    np.testing.assert_allclose(delayed[:, 4:], out[:, :-4], rtol=0, atol=1e-12)
    np.testing.assert_array_equal(delayed[:, :4], 0)


# --- dtypes, inputs left alone -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("x_dtype", "kernel_dtype", "expected"),
    [
        (np.float32, np.float32, np.float32),
        (np.float32, np.float64, np.float64),
        (np.uint8, np.float32, np.float64),
    ],
)
def test_dtypes(x_dtype, kernel_dtype, expected):
    x, kernel = np.full((1, 5, 2), 200, x_dtype), np.ones((3, 2, 4), kernel_dtype)
    out = ops.conv1d(x, kernel)
    assert out.dtype == expected
    assert np.all(out == 200 * 6)  # uint8 would have wrapped around
    dx, dkernel = ops.conv1d_backward(out, x, kernel)
    assert dx.dtype == dkernel.dtype == expected


def test_inputs_are_left_alone_and_results_are_new():
    rng = np.random.default_rng(5)
    arrays = rng.normal(size=(2, 6, 3)), rng.normal(size=(1, 3, 2)), rng.normal(size=(2, 6, 2))
    before = [array.copy() for array in arrays]
    for array in arrays:
        array.flags.writeable = False
    x, kernel, grad = arrays
    results = [ops.conv1d(x, kernel), *ops.conv1d_backward(grad, x, kernel)]
    for array, copy in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(array, copy)
    assert not any(np.shares_memory(r, array) for r in results for array in arrays)


# --- bad input -----------------------------------------------------------------------------------

X, KERNEL = np.ones((2, 5, 3)), np.ones((4, 3, 6))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: ops.conv1d(X[0], KERNEL),
            "`x`: expected a numeric array with 3 axes (N, T, C_in), none of them empty; received "
            "an array of shape (5, 3) and dtype float64.",
        ),
        (
            lambda: ops.conv1d(X, KERNEL[0]),
            "`kernel`: expected a numeric array with 3 axes (K, C_in, C_out), none of them empty; "
            "received an array of shape (3, 6) and dtype float64.",
        ),
        (
            lambda: ops.conv1d(X, KERNEL[:, :2]),
            "`kernel`: expected 3 input channels (its second axis), as many as x has; received an "
            "array of shape (4, 2, 6) and dtype float64.",
        ),
        (
            lambda: ops.conv1d(X, KERNEL, stride=(1, 2)),
            "`stride`: expected an integer of at least 1; received (1, 2).",
        ),
        (
            lambda: ops.conv1d(X, KERNEL, dilation=0),
            "`dilation`: expected an integer of at least 1; received 0.",
        ),
        (
            lambda: ops.conv1d(X, KERNEL, padding="full"),
            "`padding`: expected 'valid', 'same', 'causal' or a pair (before, after) of integers "
            "of at least 0; received 'full'.",
        ),
        (
            lambda: ops.conv1d(X, KERNEL, padding=(1, 0), dilation=3),
            "`kernel`: expected at most the 6 steps of the padded sequence; with dilation 3 it "
            "reaches over 10; received an array of shape (4, 3, 6) and dtype float64.",
        ),
        (
            lambda: ops.conv1d_backward(np.ones((2, 6, 2)), X, KERNEL),
            "`grad`: expected the shape of the output, (2, 2, 6); received an array of shape "
            "(2, 6, 2) and dtype float64.",
        ),
        (
            lambda: ops.conv1d_backward(np.ones((2, 6)), X, KERNEL),
            "`grad`: expected a numeric array with 3 axes (N, T_out, C_out), none of them empty; "
            "received an array of shape (2, 6) and dtype float64.",
        ),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=f"^Invalid value for argument {re.escape(message)}$"):
        call()


def test_examples():
    result = doctest.testmod(_conv1d, extraglobs={"np": np})
    assert result.attempted > 0
    assert result.failed == 0
