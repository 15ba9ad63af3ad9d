"""Depthwise and separable convolution against Keras, a loop, and their own definition."""

import doctest
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnncourse import ops
from cnncourse.ops import _separable

CASES = 60
TOLERANCE = 1e-5  # of the largest value; float32 sums in another order differ by less


@pytest.fixture(scope="module")
def tf():
    import tensorflow

    return tensorflow


def case(rng, keras=True):
    """Draw one asymmetric depthwise convolution; Keras wants one stride, and no dilation by it."""
    while True:
        height, width = map(int, rng.integers(5, 13, 2))
        kernel_height, kernel_width = map(int, rng.integers(2, 5, 2))
        if height != width and kernel_height != kernel_width:
            break
    channels, multiplier = map(int, rng.choice(np.arange(1, 5), 2, replace=False))
    stride = int(rng.integers(1, 4))
    dilation = 1 if keras and stride > 1 else int(rng.integers(1, 3))
    padding = str(rng.choice(["valid", "same"]))
    if padding == "valid" and (
        dilation * (kernel_height - 1) >= height or dilation * (kernel_width - 1) >= width
    ):
        dilation = 1
    x = rng.normal(size=(2, height, width, channels)).astype(np.float32)
    kernel = rng.normal(size=(kernel_height, kernel_width, channels, multiplier))
    settings = {"stride": stride, "padding": padding, "dilation": dilation}
    return x, kernel.astype(np.float32), settings


def keras_settings(settings):
    return {
        "strides": settings["stride"],
        "padding": settings["padding"],
        "dilation_rate": settings["dilation"],
    }


def assert_close(ours, expected, what):
    expected = np.asarray(expected)
    assert (ours.dtype, ours.shape) == (expected.dtype, expected.shape), what
    assert np.max(np.abs(ours - expected)) <= TOLERANCE * np.max(np.abs(expected)), what


def test_depthwise_equals_keras_forward_and_backward(tf):
    import keras

    rng = np.random.default_rng(0)
    seen = set()
    for number in range(CASES):
        x, kernel, settings = case(rng)
        images, filters = tf.constant(x), tf.constant(kernel)
        with tf.GradientTape() as tape:
            tape.watch((images, filters))
            output = keras.ops.depthwise_conv(images, filters, **keras_settings(settings))
        what = (number, x.shape, kernel.shape, settings)
        assert_close(ops.depthwise_conv2d(x, kernel, **settings), output, what)
        grad = rng.normal(size=output.shape).astype(np.float32)
        expected = tape.gradient(output, (images, filters), output_gradients=grad)
        for ours, theirs in zip(
            ops.depthwise_conv2d_backward(grad, x, kernel, **settings), expected, strict=True
        ):
            assert_close(ours, theirs, what)
        seen.add((settings["padding"], settings["stride"] > 1, settings["dilation"] > 1))
    assert len(seen) == 6


def test_separable_equals_keras_forward_and_backward(tf):
    import keras

    rng = np.random.default_rng(1)
    for number in range(CASES):
        x, depthwise, settings = case(rng)
        maps = depthwise.shape[2] * depthwise.shape[3]
        pointwise = rng.normal(size=(1, 1, maps, maps + 1)).astype(np.float32)
        watched = [tf.constant(values) for values in (x, depthwise, pointwise)]
        with tf.GradientTape() as tape:
            tape.watch(watched)
            output = keras.ops.separable_conv(*watched, **keras_settings(settings))
        what = (number, x.shape, depthwise.shape, settings)
        assert_close(ops.separable_conv2d(x, depthwise, pointwise, **settings), output, what)
        grad = rng.normal(size=output.shape).astype(np.float32)
        expected = tape.gradient(output, watched, output_gradients=grad)
        ours = ops.separable_conv2d_backward(grad, x, depthwise, pointwise, **settings)
        for mine, theirs in zip(ours, expected, strict=True):
            assert_close(mine, theirs, what)


def test_separable_equals_the_keras_layer():
    import keras

    x = np.random.default_rng(2).normal(size=(2, 9, 13, 3)).astype(np.float32)
    layer = keras.layers.SeparableConv2D(5, (3, 2), depth_multiplier=2, use_bias=False)
    expected = layer(x)
    ours = ops.separable_conv2d(x, layer.depthwise_kernel.numpy(), layer.pointwise_kernel.numpy())
    assert_close(ours, expected, "layer")


def test_depthwise_convolves_each_channel_by_itself():
    rng = np.random.default_rng(3)
    x, kernel = rng.normal(size=(2, 6, 9, 3)), rng.normal(size=(3, 2, 3, 2))
    maps = ops.depthwise_conv2d(x, kernel)
    assert maps.shape == (2, 4, 8, 6)
    for channel, which in np.ndindex(3, 2):
        alone = ops.conv2d(
            x[..., channel : channel + 1], kernel[:, :, channel : channel + 1, which : which + 1]
        )
        np.testing.assert_allclose(maps[..., channel * 2 + which], alone[..., 0], atol=1e-12)


@given(st.integers(0, 2**32 - 1))
def test_a_separable_convolution_is_a_convolution_whose_kernel_is_a_product(seed):
    rng = np.random.default_rng(seed)
    x, depthwise, settings = case(rng, keras=False)
    x, depthwise = x.astype(np.float64), depthwise[..., :1].astype(np.float64)
    pointwise = rng.normal(size=(1, 1, x.shape[3], x.shape[3] + 2))
    product = depthwise * pointwise  # (KH, KW, C, 1) * (1, 1, C, F)
    np.testing.assert_allclose(
        ops.separable_conv2d(x, depthwise, pointwise, **settings),
        ops.conv2d(x, product, **settings),
        atol=1e-10,
    )


@given(st.integers(0, 2**32 - 1))
def test_backward_is_the_adjoint_of_forward(seed):
    rng = np.random.default_rng(seed)
    x, kernel, settings = case(rng, keras=False)
    x, kernel = x.astype(np.float64), kernel.astype(np.float64)
    output = ops.depthwise_conv2d(x, kernel, **settings)
    grad = rng.normal(size=output.shape)
    dx, dkernel = ops.depthwise_conv2d_backward(grad, x, kernel, **settings)
    assert np.vdot(grad, output) == pytest.approx(np.vdot(dx, x), abs=1e-8)
    assert np.vdot(grad, output) == pytest.approx(np.vdot(dkernel, kernel), abs=1e-8)


def test_explicit_padding_equals_padding_first():
    rng = np.random.default_rng(4)
    x, kernel = rng.normal(size=(2, 5, 7, 3)), rng.normal(size=(3, 2, 3, 2))
    padded = np.pad(x, ((0, 0), (1, 2), (0, 3), (0, 0)))
    np.testing.assert_array_equal(
        ops.depthwise_conv2d(x, kernel, padding=((1, 2), (0, 3))),
        ops.depthwise_conv2d(padded, kernel),
    )


X = np.ones((2, 6, 8, 3))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: ops.depthwise_conv2d(X, np.ones((3, 3, 4, 1))),
            "`kernel`: expected 3 channels (its third axis), as many as x has",
        ),
        (
            lambda: ops.depthwise_conv2d(X, np.ones((7, 3, 3, 1))),
            "`kernel`: expected at most the 6 rows",
        ),
        (
            lambda: ops.depthwise_conv2d(X, np.ones((3, 3, 3))),
            "`kernel`: expected a numeric array with 4 axes (H, W, C, M)",
        ),
        (
            lambda: ops.depthwise_conv2d_backward(np.ones((2, 4, 6, 4)), X, np.ones((3, 3, 3, 2))),
            "`grad`: expected the shape of the output, (2, 4, 6, 6)",
        ),
        (
            lambda: ops.separable_conv2d(X, np.ones((3, 3, 3, 2)), np.ones((1, 1, 3, 5))),
            "`pointwise_kernel`: expected shape (1, 1, 6, C_out)",
        ),
        (
            lambda: ops.separable_conv2d(X, np.ones((3, 3, 3, 1)), np.ones((1, 2, 3, 5))),
            "`pointwise_kernel`: expected shape (1, 1, 3, C_out)",
        ),
        (
            lambda: ops.separable_conv2d(X, np.ones((3, 3, 3, 1)), np.ones((1, 1, 3, 5)), stride=0),
            "`stride`: expected an integer of at least 1; received 0.",
        ),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()


def test_examples():
    result = doctest.testmod(_separable, extraglobs={"np": np})
    assert result.attempted > 0
    assert result.failed == 0
