import doctest
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import signal

from cnncourse import ops

KERAS_CASES = 240
BOTH_CASES = 120
GRADIENT_CASES = 240
TOLERANCE = 1e-5  # of the largest value; float32 sums in another order differ by less


@pytest.fixture(scope="module")
def tf():
    import tensorflow

    return tensorflow


@pytest.fixture(scope="module")
def keras():
    import keras

    return keras


def random_case(rng, stride=3, dilation=3, explicit=False):
    """Draw one asymmetric convolution: no two sizes that could be mixed up are equal."""
    while True:
        height, width = rng.integers(1, 14, 2)
        kernel_height, kernel_width = rng.integers(1, 6, 2)
        c_in, filters = rng.choice(np.arange(1, 7), 2, replace=False)
        strides = tuple(map(int, rng.integers(1, stride + 1, 2)))
        dilations = tuple(map(int, rng.integers(1, dilation + 1, 2)))
        if explicit:
            padding = tuple(tuple(map(int, side)) for side in rng.integers(0, 4, (2, 2)))
        else:
            padding = str(rng.choice(["valid", "same"]))
        added = np.sum(padding, axis=1) if explicit else (0, 0)
        reach = [
            d * (k - 1) + 1 for d, k in zip(dilations, (kernel_height, kernel_width), strict=True)
        ]
        fits = height + added[0] >= reach[0] and width + added[1] >= reach[1]
        if height != width and (padding == "same" or fits):
            break
    x = rng.normal(size=(rng.integers(1, 4), height, width, c_in)).astype(np.float32)
    kernel = rng.normal(size=(kernel_height, kernel_width, c_in, filters)).astype(np.float32)
    return x, kernel, {"stride": strides, "padding": padding, "dilation": dilations}


def assert_close(ours, expected, what):
    expected = np.asarray(expected)
    assert ours.dtype == expected.dtype, what
    assert ours.shape == expected.shape, what
    largest = np.max(np.abs(expected), initial=0)
    assert np.max(np.abs(ours - expected)) <= TOLERANCE * largest, what


def stuffed(tf, kernel, dilation):
    """Return `kernel` with the zeros between its taps written out, differentiable."""
    (dilate_h, dilate_w), (height, width, c_in, filters) = dilation, kernel.shape
    rows, columns = np.meshgrid(
        np.arange(height) * dilate_h, np.arange(width) * dilate_w, indexing="ij"
    )
    shape = (rows.max() + 1, columns.max() + 1, c_in, filters)
    return tf.scatter_nd(np.stack([rows, columns], -1), kernel, shape)


# --- conv2d against other implementations --------------------------------------------------------


@pytest.mark.parametrize("limits", [(3, 1), (1, 3)], ids=["stride", "dilation"])
def test_conv2d_equals_keras(keras, limits):
    rng = np.random.default_rng(limits)
    paddings = set()
    for number in range(KERAS_CASES // 2):
        x, kernel, settings = random_case(rng, *limits)
        expected = keras.ops.conv(
            x,
            kernel,
            strides=settings["stride"],
            padding=settings["padding"],
            dilation_rate=settings["dilation"],
        )
        what = (number, x.shape, kernel.shape, settings)
        assert_close(ops.conv2d(x, kernel, **settings), expected, what)
        paddings.add(settings["padding"])
    assert paddings == {"valid", "same"}


def test_conv2d_equals_tensorflow_with_stride_and_dilation_at_once(tf):
    rng = np.random.default_rng(2)
    both = 0
    for number in range(BOTH_CASES):
        x, kernel, settings = random_case(rng)
        expected = tf.nn.conv2d(
            x,
            kernel,
            settings["stride"],
            settings["padding"].upper(),
            dilations=settings["dilation"],
        )
        what = (number, x.shape, kernel.shape, settings)
        assert_close(ops.conv2d(x, kernel, **settings), expected, what)
        both += max(settings["stride"]) > 1 and max(settings["dilation"]) > 1
    assert both > BOTH_CASES / 3


@pytest.mark.parametrize(
    "settings",
    [
        {"strides": (2, 3), "padding": "same"},
        {"strides": 1, "padding": "valid", "dilation_rate": (2, 1)},
    ],
)
def test_conv2d_equals_a_keras_layer(keras, settings):
    x = np.random.default_rng(3).normal(size=(2, 9, 13, 3)).astype(np.float32)
    layer = keras.layers.Conv2D(5, (3, 2), use_bias=False, **settings)
    expected = layer(x)
    ours = ops.conv2d(
        x,
        layer.kernel.numpy(),
        settings["strides"],
        settings["padding"],
        settings.get("dilation_rate", 1),
    )
    assert_close(ours, expected, settings)


def test_conv2d_equals_scipy():
    """SciPy knows no stride and no channels: sum over channels and keep every n-th value."""
    rng = np.random.default_rng(4)
    x, kernel = rng.normal(size=(2, 9, 14, 3)), rng.normal(size=(4, 3, 3, 5))
    full = np.zeros((2, 6, 12, 5))
    for image, filters, c_in in np.ndindex(2, 5, 3):
        full[image, :, :, filters] += signal.correlate2d(
            x[image, :, :, c_in], kernel[:, :, c_in, filters], "valid"
        )
    np.testing.assert_allclose(ops.conv2d(x, kernel), full, rtol=0, atol=1e-12)
    np.testing.assert_allclose(
        ops.conv2d(x, kernel, stride=(2, 3)), full[:, ::2, ::3], rtol=0, atol=1e-12
    )


def test_explicit_padding_equals_padding_first():
    rng = np.random.default_rng(5)
    x, kernel = rng.normal(size=(2, 5, 7, 2)), rng.normal(size=(3, 2, 2, 4))
    padded = np.pad(x, ((0, 0), (1, 2), (0, 3), (0, 0)))
    np.testing.assert_array_equal(
        ops.conv2d(x, kernel, padding=((1, 2), (0, 3))), ops.conv2d(padded, kernel)
    )


def test_conv2d_by_hand():
    x = np.arange(12.0).reshape(1, 3, 4, 1)
    kernel = np.array([[1.0, 0.0], [0.0, -1.0]]).reshape(2, 2, 1, 1)
    # Every window is its upper left value minus its lower right one: always -5 here.
    np.testing.assert_array_equal(ops.conv2d(x, kernel)[0, :, :, 0], np.full((2, 3), -5.0))
    # Same padding adds a row below and a column on the right, where only the 1 meets the image.
    expected = [[-5, -5, -5, 3], [-5, -5, -5, 7], [8, 9, 10, 11]]
    np.testing.assert_array_equal(ops.conv2d(x, kernel, padding="same")[0, :, :, 0], expected)


# --- gradients -----------------------------------------------------------------------------------


@pytest.mark.parametrize("explicit", [False, True], ids=["named", "explicit"])
def test_conv2d_backward_equals_autodiff(tf, explicit):
    rng = np.random.default_rng(6 + explicit)
    for number in range(GRADIENT_CASES // 2):
        x, kernel, settings = random_case(rng, explicit=explicit)
        grad = rng.normal(size=ops.conv2d(x, kernel, **settings).shape).astype(np.float32)
        images, filters = tf.constant(x), tf.constant(kernel)
        with tf.GradientTape() as tape:
            tape.watch((images, filters))
            padded, word, stride = images, settings["padding"], settings["stride"]
            if explicit:
                padded, word = tf.pad(images, ((0, 0), *settings["padding"], (0, 0))), "valid"
            if kernel.shape[:2] == (1, 1):
                # The same by slicing: TensorFlow 2.21's own filter gradient (oneDNN) writes
                # beyond its memory for 1×1 kernels with a stride, and sometimes aborts.
                padded, stride = padded[:, :: stride[0], :: stride[1]], 1
            output = tf.nn.conv2d(
                padded, stuffed(tf, filters, settings["dilation"]), stride, word.upper()
            )
        expected = tape.gradient(output, (images, filters), output_gradients=grad)
        what = (number, x.shape, kernel.shape, settings)
        dx, dkernel = ops.conv2d_backward(grad, x, kernel, **settings)
        assert_close(dx, expected[0], what)
        assert_close(dkernel, expected[1], what)


@given(st.integers(0, 2**32 - 1), st.booleans())
def test_backward_is_the_adjoint_of_forward(seed, explicit):
    """Conv2d is linear in images and kernel, so <conv(x, k), g> = <x, dx> = <k, dk>."""
    rng = np.random.default_rng(seed)
    x, kernel, settings = random_case(rng, explicit=explicit)
    x, kernel = x.astype(np.float64), kernel.astype(np.float64)
    out = ops.conv2d(x, kernel, **settings)
    grad = rng.normal(size=out.shape)
    dx, dkernel = ops.conv2d_backward(grad, x, kernel, **settings)
    expected = np.sum(out * grad)
    scale = np.sum(np.abs(out * grad)) + 1
    assert abs(np.sum(x * dx) - expected) < 1e-11 * scale
    assert abs(np.sum(kernel * dkernel) - expected) < 1e-11 * scale


# --- dtypes, inputs left alone -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("x_dtype", "kernel_dtype", "expected"),
    [
        (np.float32, np.float32, np.float32),
        (np.float64, np.float64, np.float64),
        (np.float32, np.float64, np.float64),
        (np.uint8, np.float32, np.float64),
        (np.uint8, np.int64, np.float64),
    ],
)
def test_dtypes(x_dtype, kernel_dtype, expected):
    x, kernel = np.full((1, 4, 5, 2), 200, x_dtype), np.ones((3, 2, 2, 3), kernel_dtype)
    out = ops.conv2d(x, kernel)
    assert out.dtype == expected
    assert np.all(out == 200 * 12)  # uint8 would have wrapped around
    dx, dkernel = ops.conv2d_backward(out, x, kernel)
    assert dx.dtype == dkernel.dtype == expected
    assert ops.correlate2d(x[0, :, :, 0], kernel[:, :, 0, 0]).dtype == expected


def test_inputs_are_left_alone_and_results_are_new():
    rng = np.random.default_rng(8)
    x, kernel = rng.normal(size=(2, 5, 6, 3)), rng.normal(size=(1, 1, 3, 2))
    grad = rng.normal(size=(2, 5, 6, 2))
    arrays = (x, kernel, grad)
    before = [array.copy() for array in arrays]
    for array in arrays:
        array.flags.writeable = False
    results = [ops.conv2d(x, kernel), *ops.conv2d_backward(grad, x, kernel)]
    results += [ops.translate(x[0], 0, 0), ops.correlate2d(x[0, :, :, 0], kernel[:, :, 0, 0])]
    for array, copy in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(array, copy)
    for result in results:
        assert not any(np.shares_memory(result, array) for array in arrays)


def test_lists_are_accepted():
    out = ops.conv2d([[[[1], [2], [3]]]], [[[[10]], [[1]]]])
    np.testing.assert_array_equal(out, [[[[12], [23]]]])


# --- one channel ---------------------------------------------------------------------------------


@given(
    hnp.arrays(
        np.float64, st.tuples(st.integers(1, 7), st.integers(1, 7)), elements=st.floats(-9, 9)
    ),
    st.data(),
)
def test_correlate2d_equals_scipy(image, data):
    shape = (
        data.draw(st.integers(1, image.shape[0])),
        data.draw(st.integers(1, image.shape[1])),
    )
    kernel = data.draw(hnp.arrays(np.float64, shape, elements=st.floats(-9, 9)))
    expected = signal.correlate2d(image, kernel, "valid")
    np.testing.assert_allclose(ops.correlate2d(image, kernel), expected, rtol=0, atol=1e-9)


def test_correlate2d_does_not_flip_the_kernel():
    image = np.zeros((5, 6))
    image[2, 3] = 1
    kernel = np.arange(1.0, 7).reshape(2, 3)
    # A single bright pixel writes the kernel back to front: the sign of correlation.
    np.testing.assert_array_equal(ops.correlate2d(image, kernel)[1:3, 1:4], kernel[::-1, ::-1])
    convolved = signal.convolve2d(image, kernel, "valid")
    np.testing.assert_array_equal(ops.correlate2d(image, kernel[::-1, ::-1]), convolved)


def test_correlate2d_is_the_single_channel_conv2d():
    rng = np.random.default_rng(9)
    image, kernel = rng.normal(size=(7, 9)), rng.normal(size=(3, 4))
    out = ops.conv2d(image[None, :, :, None], kernel[:, :, None, None])[0, :, :, 0]
    np.testing.assert_allclose(ops.correlate2d(image, kernel), out, rtol=0, atol=1e-12)


@given(
    hnp.arrays(np.uint8, hnp.array_shapes(min_dims=2, max_dims=3, max_side=5)),
    st.integers(-7, 7),
    st.integers(-7, 7),
)
def test_translate_moves_every_pixel(image, down, right):
    moved = ops.translate(image, down, right)
    assert moved.dtype == image.dtype
    height, width = image.shape[:2]
    for row, column in np.ndindex(height, width):
        source = (row - down, column - right)
        inside = 0 <= source[0] < height and 0 <= source[1] < width
        expected = image[source] if inside else np.zeros_like(image[0, 0])
        np.testing.assert_array_equal(moved[row, column], expected)


def test_conv2d_is_equivariant_to_translation_away_from_the_edges():
    rng = np.random.default_rng(10)
    image, kernel = np.zeros((12, 15, 2)), rng.normal(size=(3, 3, 2, 4))
    image[3:6, 4:8] = rng.normal(size=(3, 4, 2))
    maps = ops.conv2d(image[None], kernel)[0]
    moved = ops.conv2d(ops.translate(image, 3, -2)[None], kernel)[0]
    np.testing.assert_array_equal(moved, ops.translate(maps, 3, -2))


# --- bad input -----------------------------------------------------------------------------------

X = np.ones((2, 4, 5, 3))
KERNEL = np.ones((3, 2, 3, 6))


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (
            lambda: ops.conv2d(X[0], KERNEL),
            "`x`: expected a numeric array with 4 axes (N, H, W, C), none of them empty; received "
            "an array of shape (4, 5, 3) and dtype float64.",
        ),
        (
            lambda: ops.conv2d(X[:0], KERNEL),
            "`x`: expected a numeric array with 4 axes (N, H, W, C), none of them empty; received "
            "an array of shape (0, 4, 5, 3) and dtype float64.",
        ),
        (
            lambda: ops.conv2d(X, KERNEL[:, :, 0]),
            "`kernel`: expected a numeric array with 4 axes (H, W, C_in, C_out), none of them "
            "empty; received an array of shape (3, 2, 6) and dtype float64.",
        ),
        (
            lambda: ops.conv2d(X, KERNEL[:, :, :2]),
            "`kernel`: expected 3 input channels (its third axis), as many as x has; received an "
            "array of shape (3, 2, 2, 6) and dtype float64.",
        ),
        (
            lambda: ops.conv2d(X, KERNEL, stride=0),
            "`stride`: expected an integer of at least 1; received 0.",
        ),
        (
            lambda: ops.conv2d(X, KERNEL, stride=(1, 2, 1)),
            "`stride`: expected an integer or a pair (height, width); received (1, 2, 1).",
        ),
        (
            lambda: ops.conv2d(X, KERNEL, dilation=float("nan")),
            "`dilation`: expected an integer of at least 1; received nan.",
        ),
        (
            lambda: ops.conv2d(X, KERNEL, padding="full"),
            "`padding`: expected 'valid', 'same' or ((top, bottom), (left, right)) of integers of "
            "at least 0; received 'full'.",
        ),
        (
            lambda: ops.conv2d(X, KERNEL, padding=(1, 1)),
            "`padding`: expected 'valid', 'same' or ((top, bottom), (left, right)) of integers of "
            "at least 0; received (1, 1).",
        ),
        (
            lambda: ops.conv2d(X, KERNEL, dilation=(2, 1)),
            "`kernel`: expected at most the 4 rows of the padded input; with dilation 2 it reaches "
            "over 5; received an array of shape (3, 2, 3, 6) and dtype float64.",
        ),
        (
            lambda: ops.conv2d(X, np.ones((1, 7, 3, 6)), padding=((0, 0), (1, 0))),
            "`kernel`: expected at most the 6 columns of the padded input; with dilation 1 it "
            "reaches over 7; received an array of shape (1, 7, 3, 6) and dtype float64.",
        ),
        (
            lambda: ops.conv2d_backward(np.ones((2, 4, 2, 6)), X, KERNEL),
            "`grad`: expected the shape of the output, (2, 2, 4, 6); received an array of shape "
            "(2, 4, 2, 6) and dtype float64.",
        ),
        (
            lambda: ops.conv2d_backward(np.ones((2, 2, 4)), X, KERNEL),
            "`grad`: expected a numeric array with 4 axes (N, H_out, W_out, C_out), none of them "
            "empty; received an array of shape (2, 2, 4) and dtype float64.",
        ),
        (
            lambda: ops.correlate2d(X[0], KERNEL[:, :, 0, 0]),
            "`image`: expected a numeric array with 2 axes (H, W), none of them empty; received an "
            "array of shape (4, 5, 3) and dtype float64.",
        ),
        (
            lambda: ops.correlate2d(np.ones((4, 5)), np.ones((2, 6))),
            "`kernel`: expected at most the image's shape (4, 5); received an array of shape "
            "(2, 6) and dtype float64.",
        ),
        (
            lambda: ops.translate(np.ones(4), 1, 1),
            "`image`: expected a numeric array with 2 axes (H, W) or 3 axes (H, W, C), none of "
            "them empty; received an array of shape (4,) and dtype float64.",
        ),
        (
            lambda: ops.translate(np.ones((4, 5)), 1.5, 1),
            "`down`: expected an integer; received 1.5.",
        ),
    ],
)
def test_bad_input_is_named(call, expected):
    with pytest.raises(ValueError, match=f"^Invalid value for argument {re.escape(expected)}$"):
        call()


@pytest.mark.parametrize("module", ["_convolution", "_single_channel"])
def test_examples_in_the_docstrings(module):
    room = __import__(f"cnncourse.ops.{module}", fromlist=["*"])
    result = doctest.testmod(room, extraglobs={"np": np})
    assert result.attempted > 0
    assert result.failed == 0
