"""Pooling against Keras and TensorFlow, by hand, and by what must hold of any pooling."""

import doctest
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_sample_images

from cnncourse import arithmetic, ops
from cnncourse.ops import _pooling

CASES = 160
TOLERANCE = 1e-6
KINDS = {
    "max": (ops.max_pool2d, ops.max_pool2d_backward),
    "average": (ops.avg_pool2d, ops.avg_pool2d_backward),
}


def random_case(rng, ties=False):
    """Draw one asymmetric pooling; negative values, so that a zero of the padding would win."""
    while True:
        height, width = rng.integers(1, 13, 2)
        size, stride = (tuple(map(int, pair)) for pair in rng.integers(1, 6, (2, 2)))
        padding = str(rng.choice(["valid", "same"]))
        fits = padding == "same" or (size[0] <= height and size[1] <= width)
        if height != width and size[0] != size[1] and fits:
            break
    shape = (rng.integers(1, 4), height, width, rng.integers(2, 5))
    x = rng.integers(-3, 0, shape) if ties else rng.uniform(-3, 0.2, shape)
    given_stride = None if rng.random() < 0.2 else stride
    return x.astype(np.float32), {"size": size, "stride": given_stride, "padding": padding}


def keras_pool(kind, x, size, stride, padding):
    import keras

    pool = keras.ops.max_pool if kind == "max" else keras.ops.average_pool
    return pool(x, pool_size=size, strides=size if stride is None else stride, padding=padding)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("ties", [False, True], ids=["distinct", "ties"])
def test_equals_keras_forward_and_backward(kind, ties):
    import tensorflow as tf

    rng = np.random.default_rng(len(kind) + ties)
    forward, backward = KINDS[kind]
    seen = set()
    for number in range(CASES):
        x, settings = random_case(rng, ties)
        images = tf.constant(x)
        with tf.GradientTape() as tape:
            tape.watch(images)
            expected = keras_pool(kind, images, **settings)
        grad = rng.normal(size=expected.shape).astype(np.float32)
        gradient = tape.gradient(expected, images, output_gradients=grad)
        what = (number, x.shape, settings)
        ours, dx = forward(x, **settings), backward(grad, x, **settings)
        assert ours.dtype == dx.dtype == np.float32, what
        np.testing.assert_allclose(ours, expected, rtol=0, atol=TOLERANCE, err_msg=str(what))
        # Sums over windows that overlap: single precision rounds with the largest of them.
        largest = max(1, np.abs(gradient).max())
        np.testing.assert_allclose(
            dx, gradient, rtol=0, atol=TOLERANCE * largest, err_msg=str(what)
        )
        step = settings["size"] if settings["stride"] is None else settings["stride"]
        seen.add(settings["padding"])
        seen.add("longer stride" if step > settings["size"] else "overlap or even")
        seen.add("default" if settings["stride"] is None else "given")
    assert seen == {"valid", "same", "longer stride", "overlap or even", "default", "given"}


@pytest.mark.parametrize("kind", KINDS)
def test_equals_a_keras_layer_with_its_defaults(kind):
    import keras

    layers = {"max": keras.layers.MaxPooling2D, "average": keras.layers.AveragePooling2D}
    x = np.random.default_rng(0).normal(size=(2, 7, 10, 3)).astype(np.float32)
    forward = KINDS[kind][0]
    np.testing.assert_allclose(forward(x, (3, 2)), layers[kind]((3, 2))(x), atol=TOLERANCE)
    same = layers[kind](3, strides=2, padding="same")(x)
    np.testing.assert_allclose(forward(x, 3, 2, "same"), same, atol=TOLERANCE)


def test_global_average_equals_keras_forward_and_backward():
    import keras
    import tensorflow as tf

    rng = np.random.default_rng(1)
    x, grad = rng.normal(size=(3, 5, 8, 4)).astype(np.float32), rng.normal(size=(3, 4))
    images = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(images)
        expected = keras.layers.GlobalAveragePooling2D()(images)
    gradient = tape.gradient(expected, images, output_gradients=grad.astype(np.float32))
    np.testing.assert_allclose(ops.global_avg_pool2d(x), expected, atol=TOLERANCE)
    dx = ops.global_avg_pool2d_backward(grad.astype(np.float32), x)
    assert dx.dtype == np.float32
    np.testing.assert_allclose(dx, gradient, atol=TOLERANCE)


@pytest.mark.parametrize("ties", [False, True], ids=["distinct", "ties"])
def test_depth_pooling_equals_tensorflow(ties):
    """TensorFlow has no gradient here; laying the channels along an axis of the image has one."""
    import tensorflow as tf

    rng = np.random.default_rng(2 + ties)
    for size in (1, 2, 3, 6):
        x = rng.integers(-3, 0, (2, 3, 5, 6)) if ties else rng.normal(size=(2, 3, 5, 6))
        x = x.astype(np.float32)
        expected = tf.nn.max_pool(x, (1, 1, 1, size), (1, 1, 1, size), "VALID")
        np.testing.assert_array_equal(ops.depth_max_pool(x, size), expected)
        grad = rng.normal(size=expected.shape).astype(np.float32)
        turned = tf.constant(x.reshape(30, 1, 6, 1))
        with tf.GradientTape() as tape:
            tape.watch(turned)
            pooled = tf.nn.max_pool2d(turned, (1, size), (1, size), "VALID")
        gradient = tape.gradient(pooled, turned, grad.reshape(pooled.shape))
        dx = ops.depth_max_pool_backward(grad, x, size)
        np.testing.assert_array_equal(dx, np.reshape(gradient, x.shape))


# --- golden numbers ------------------------------------------------------------------------------


def test_halves_height_and_width_and_keeps_the_channels():
    x = np.zeros((1, 100, 100, 15))
    assert ops.max_pool2d(x, 2).shape == ops.avg_pool2d(x, 2).shape == (1, 50, 50, 15)


def test_global_average_of_the_two_photo_crops():
    """The five-digit numbers are Keras'; its float32 sum over 8,400 pixels is off by up to 8e-6."""
    import keras

    crops = np.stack(load_sample_images().images)[:, 150:220, 130:250] / 255
    expected = [[0.27888, 0.22508, 0.20968], [0.51288, 0.45952, 0.33424]]
    layer = keras.layers.GlobalAveragePooling2D()
    np.testing.assert_array_equal(
        np.round(layer(crops.astype(np.float32)), 5), np.float32(expected)
    )
    for x in (crops, crops.astype(np.float32)):
        np.testing.assert_allclose(ops.global_avg_pool2d(x), expected, rtol=0, atol=1e-5)
        np.testing.assert_allclose(
            ops.global_avg_pool2d(x), np.mean(crops, axis=(1, 2)), rtol=0, atol=1e-7
        )


def test_by_hand():
    x = np.array([[1, 2, 9], [4, 3, 7]]).reshape(1, 2, 3, 1)
    assert ops.max_pool2d(x, 2).ravel().tolist() == [4]
    assert ops.max_pool2d(x, 2, 1).ravel().tolist() == [4, 9]
    assert ops.max_pool2d(x, 2, padding="same").ravel().tolist() == [4, 9]
    assert ops.avg_pool2d(x, 2, padding="same").ravel().tolist() == [2.5, 8]
    # The middle column is in both windows, and 9 wins once.
    grad = np.array([10.0, 20.0]).reshape(1, 1, 2, 1)
    dmax = ops.max_pool2d_backward(grad, x, 2, 1)[0, ..., 0]
    np.testing.assert_array_equal(dmax, [[0, 0, 20], [10, 0, 0]])
    davg = ops.avg_pool2d_backward(grad, x, 2, 1)[0, ..., 0]
    np.testing.assert_array_equal(davg, [[2.5, 7.5, 5], [2.5, 7.5, 5]])


def test_padding_never_wins_a_maximum_nor_counts_in_a_mean():
    x = np.full((1, 3, 5, 2), -7.0)
    np.testing.assert_array_equal(ops.max_pool2d(x, (2, 4), padding="same"), -7.0)
    np.testing.assert_array_equal(ops.avg_pool2d(x, (2, 4), padding="same"), -7.0)


def test_nan_in_a_window_is_not_hidden():
    x = np.arange(8.0).reshape(1, 2, 4, 1)
    x[0, 0, 0, 0] = np.nan
    assert np.isnan(ops.max_pool2d(x, 2).ravel()).tolist() == [True, False]


# --- properties ----------------------------------------------------------------------------------

seeds = st.integers(0, 2**32 - 1)


@given(seeds)
def test_sizes_follow_the_arithmetic(seed):
    x, settings = random_case(np.random.default_rng(seed))
    stride = settings["size"] if settings["stride"] is None else settings["stride"]
    expected = tuple(
        arithmetic.conv_output_size(
            x.shape[1 + axis], settings["size"][axis], stride[axis], settings["padding"]
        )
        for axis in (0, 1)
    )
    for forward, _ in KINDS.values():
        assert forward(x, **settings).shape[1:3] == expected


@given(seeds)
def test_average_lies_below_the_maximum_and_above_the_smallest(seed):
    x, settings = random_case(np.random.default_rng(seed))
    x = x.astype(np.float64)
    average = ops.avg_pool2d(x, **settings)
    assert (average <= ops.max_pool2d(x, **settings) + 1e-12).all()
    assert (average >= -ops.max_pool2d(-x, **settings) - 1e-12).all()


@given(seeds)
def test_average_backward_is_the_adjoint_of_forward(seed):
    rng = np.random.default_rng(seed)
    x, settings = random_case(rng)
    x = x.astype(np.float64)
    grad = rng.normal(size=ops.avg_pool2d(x, **settings).shape)
    dx = ops.avg_pool2d_backward(grad, x, **settings)
    assert np.vdot(dx, x) == pytest.approx(np.vdot(grad, ops.avg_pool2d(x, **settings)))


@given(seeds, st.booleans())
def test_max_backward_hands_on_every_gradient_once(seed, ties):
    rng = np.random.default_rng(seed)
    x, settings = random_case(rng, ties)
    grad = rng.normal(size=ops.max_pool2d(x, **settings).shape)
    dx = ops.max_pool2d_backward(grad, x, **settings)
    np.testing.assert_allclose(dx.sum(axis=(1, 2)), grad.sum(axis=(1, 2)), atol=1e-9)


def test_a_window_as_large_as_the_map_is_global_pooling():
    x = np.random.default_rng(4).normal(size=(2, 5, 7, 3))
    whole = ops.avg_pool2d(x, (5, 7))
    assert whole.shape == (2, 1, 1, 3)
    np.testing.assert_allclose(whole[:, 0, 0], ops.global_avg_pool2d(x))


# --- bad input -----------------------------------------------------------------------------------

X = np.ones((2, 3, 5, 6))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ops.max_pool2d(X[0], 2), "`x`: expected a numeric array with 4 axes (N, H, W, C)"),
        (lambda: ops.max_pool2d(X, 0), "`size`: expected an integer of at least 1; received 0."),
        (lambda: ops.max_pool2d(X, (2, 2, 1)), "`size`: expected an integer or a pair"),
        (lambda: ops.avg_pool2d(X, np.nan), "`size`: expected an integer of at least 1"),
        (lambda: ops.max_pool2d(X, 4), "`size`: expected at most the 3 rows of x, or padding"),
        (lambda: ops.avg_pool2d(X, (3, 6)), "`size`: expected at most the 5 columns of x"),
        (lambda: ops.avg_pool2d(X, 2, stride=0), "`stride`: expected an integer of at least 1"),
        (lambda: ops.max_pool2d(X, 2, padding="full"), "`padding`: expected one of 'valid'"),
        (
            lambda: ops.max_pool2d(X, 2, padding=((1, 1), (1, 1))),
            "`padding`: expected one of 'valid', 'same'",
        ),
        (
            lambda: ops.max_pool2d_backward(np.ones((2, 1, 2, 5)), X, 2),
            "`grad`: expected the shape of the output, (2, 1, 2, 6)",
        ),
        (
            lambda: ops.avg_pool2d_backward(np.ones((2, 3, 5, 6)), X, 2),
            "`grad`: expected the shape of the output, (2, 1, 2, 6)",
        ),
        (lambda: ops.global_avg_pool2d(X[0, 0]), "`x`: expected a numeric array with 4 axes"),
        (
            lambda: ops.global_avg_pool2d_backward(np.ones((6, 2)), X),
            "`grad`: expected the shape of the output, (2, 6)",
        ),
        (lambda: ops.depth_max_pool(X, 4), "`size`: expected a divisor of the 6 channels of x"),
        (lambda: ops.depth_max_pool(X, (1, 2)), "`size`: expected an integer of at least 1"),
        (
            lambda: ops.depth_max_pool_backward(X, X, 2),
            "`grad`: expected the shape of the output, (2, 3, 5, 3)",
        ),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()


def test_examples():
    result = doctest.testmod(_pooling, extraglobs={"np": np})
    assert result.attempted > 0
    assert result.failed == 0
