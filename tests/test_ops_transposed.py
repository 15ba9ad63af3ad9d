"""Transposed convolution against Keras, its own definitions, and the convolution it reverses."""

import doctest
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnncourse import arithmetic, ops
from cnncourse.ops import _transposed

CASES = 100
TOLERANCE = 1e-5  # of the largest value; float32 sums in another order differ by less


@pytest.fixture(scope="module")
def keras():
    import keras

    return keras


@pytest.fixture(scope="module")
def tf():
    import tensorflow

    return tensorflow


def possible(reach, stride, padding, output_padding):
    """TensorFlow refuses the size that Keras computes for an even kernel with nothing added."""
    return not (padding == "same" and output_padding == 0 and reach % 2 == 0)


def random_case(rng, keras=True):
    """Draw one asymmetric case: no two sizes that could be mixed up are equal."""
    while True:
        height, width = map(int, rng.choice(np.arange(1, 9), 2, replace=False))
        kernel_shape = tuple(map(int, rng.integers(1, 6, 2)))
        c_in, c_out = map(int, rng.choice(np.arange(1, 7), 2, replace=False))
        stride = tuple(map(int, rng.integers(1, 5, 2)))
        dilation = (1, 1)
        if stride == (1, 1) or not keras:
            dilation = tuple(map(int, rng.integers(1, 4, 2)))
        padding = str(rng.choice(["valid", "same"]))
        extra = None
        if rng.random() < 0.5 and not (keras and max(dilation) > 1):
            extra = tuple(int(rng.integers(0, step)) for step in stride)
        reach = [d * (k - 1) + 1 for d, k in zip(dilation, kernel_shape, strict=True)]
        if extra is None or all(
            possible(*axis, padding, added)
            for axis, added in zip(zip(reach, stride, strict=True), extra, strict=True)
        ):
            break
    x = rng.normal(size=(int(rng.integers(1, 4)), height, width, c_in)).astype(np.float32)
    kernel = rng.normal(size=(*kernel_shape, c_out, c_in)).astype(np.float32)
    settings = {
        "stride": stride,
        "padding": padding,
        "output_padding": extra,
        "dilation": dilation,
    }
    return x, kernel, settings


def keras_settings(settings):
    return {
        "strides": settings["stride"],
        "padding": settings["padding"],
        "output_padding": settings["output_padding"],
        "dilation_rate": settings["dilation"],
    }


def assert_close(ours, expected, what):
    expected = np.asarray(expected)
    assert (ours.dtype, ours.shape) == (expected.dtype, expected.shape), what
    assert np.max(np.abs(ours - expected)) <= TOLERANCE * np.max(np.abs(expected)), what


# --- against Keras -------------------------------------------------------------------------------


def test_conv2d_transpose_equals_keras_forward_and_backward(keras, tf):
    rng = np.random.default_rng(0)
    seen = set()
    for number in range(CASES):
        x, kernel, settings = random_case(rng)
        if kernel.shape[:2] == (1, 1) and max(settings["stride"]) > 1:
            # TensorFlow 2.21's filter gradient (oneDNN) writes beyond its memory there.
            kernel = np.repeat(kernel, 3, axis=1)
        images, filters = tf.constant(x), tf.constant(kernel)
        with tf.GradientTape() as tape:
            tape.watch((images, filters))
            output = keras.ops.conv_transpose(images, filters, **keras_settings(settings))
        what = (number, x.shape, kernel.shape, settings)
        assert_close(ops.conv2d_transpose(x, kernel, **settings), output, what)
        grad = rng.normal(size=output.shape).astype(np.float32)
        expected = tape.gradient(output, (images, filters), output_gradients=grad)
        ours = ops.conv2d_transpose_backward(grad, x, kernel, **settings)
        for mine, theirs in zip(ours, expected, strict=True):
            assert_close(mine, theirs, what)
        beyond = any(s > k for s, k in zip(settings["stride"], kernel.shape[:2], strict=True))
        seen.add((settings["padding"], settings["output_padding"] is not None, beyond))
    assert len(seen) == 8  # both paddings, extra outputs or not, strides beyond the kernel or not


def test_one_pixel_kernels_equal_keras(keras):
    """Forward only, by reason of the oneDNN fault: the adjoint below covers the gradients."""
    rng = np.random.default_rng(1)
    for stride, padding in (((2, 3), "valid"), ((3, 1), "same"), (1, "valid")):
        x = rng.normal(size=(2, 4, 3, 5)).astype(np.float32)
        kernel = rng.normal(size=(1, 1, 2, 5)).astype(np.float32)
        expected = keras.ops.conv_transpose(x, kernel, stride, padding)
        assert_close(ops.conv2d_transpose(x, kernel, stride, padding), expected, (stride, padding))


@pytest.mark.parametrize(
    "settings",
    [
        {"strides": 2, "padding": "valid"},
        {"strides": (2, 3), "padding": "same"},
        {"strides": (3, 2), "padding": "same", "output_padding": (2, 0)},
        {"strides": (4, 5), "padding": "valid", "output_padding": (1, 3)},
    ],
)
def test_conv2d_transpose_equals_a_keras_layer(keras, settings):
    x = np.random.default_rng(2).normal(size=(2, 4, 6, 3)).astype(np.float32)
    layer = keras.layers.Conv2DTranspose(5, (2, 3), use_bias=False, **settings)
    expected = layer(x)
    ours = ops.conv2d_transpose(
        x,
        layer.kernel.numpy(),
        settings["strides"],
        settings["padding"],
        settings.get("output_padding"),
    )
    assert_close(ours, expected, settings)
    assert tuple(layer.compute_output_shape(x.shape)) == ours.shape


# --- by hand and by definition -------------------------------------------------------------------


def test_by_hand():
    x = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]).reshape(1, 3, 2, 1)
    kernel = np.array([[1.0, 10.0, 100.0]]).reshape(1, 3, 1, 1)
    # Stamps of 1, 10, 100, two apart: the 100 of the first lands on the 1 of the second.
    expected = [[1, 10, 102, 20, 200], [3, 30, 304, 40, 400], [5, 50, 506, 60, 600]]
    stamped = ops.conv2d_transpose(x, kernel, (1, 2))[0, :, :, 0]
    np.testing.assert_array_equal(stamped, expected)
    # A stride of 4 leaves a gap of 1, and Keras the whole last step.
    gaps = ops.conv2d_transpose(x[:, :1], kernel, (1, 4))[0, 0, :, 0]
    np.testing.assert_array_equal(gaps, [1, 10, 100, 0, 2, 20, 200, 0])


def scatter(x, kernel, stride):
    """Return everything that is stamped, pixel by pixel."""
    count, height, width, _ = x.shape
    (down, right), (rows, columns) = stride, kernel.shape[:2]
    shape = (count, (height - 1) * down + rows, (width - 1) * right + columns, kernel.shape[2])
    out = np.zeros(shape)
    for image, i, j in np.ndindex(count, height, width):
        stamp = kernel @ x[image, i, j]
        out[image, i * down : i * down + rows, j * right : j * right + columns] += stamp
    return out


@given(st.integers(0, 2**32 - 1))
def test_three_views_are_one(seed):
    """Stamps; zeros in between and a convolution with turned, swapped filters; a transpose."""
    rng = np.random.default_rng(seed)
    height, width, rows, columns, down, right = map(int, rng.integers(1, 5, 6))
    x = rng.normal(size=(2, height, width, 3))
    kernel = rng.normal(size=(rows, columns, 2, 3))
    stride = (down, right)
    ours = ops.conv2d_transpose(x, kernel, stride, padding=((0, 0), (0, 0)))
    np.testing.assert_allclose(ours, scatter(x, kernel, stride), rtol=0, atol=1e-12)

    turned = kernel[::-1, ::-1].transpose(0, 1, 3, 2)
    around = ((rows - 1, rows - 1), (columns - 1, columns - 1))
    np.testing.assert_allclose(
        ours, ops.conv2d(ops.upscale(x, stride), turned, padding=around), rtol=0, atol=1e-12
    )

    size = ours[0].size
    units = np.eye(size).reshape(size, *ours.shape[1:])
    matrix = ops.conv2d(units, kernel, stride).reshape(size, -1)  # a row for each unit
    expected = (x.reshape(2, -1) @ matrix.T).reshape(ours.shape)
    np.testing.assert_allclose(ours, expected, rtol=0, atol=1e-12)


@given(st.integers(0, 2**32 - 1))
def test_it_is_the_adjoint_of_a_convolution_and_has_one(seed):
    rng = np.random.default_rng(seed)
    x, kernel, settings = random_case(rng, keras=False)
    x, kernel = x.astype(np.float64), kernel.astype(np.float64)
    out = ops.conv2d_transpose(x, kernel, **settings)
    grad = rng.normal(size=out.shape)
    expected, scale = np.sum(out * grad), np.sum(np.abs(out * grad)) + 1
    there = {key: settings[key] for key in ("stride", "padding", "dilation")}
    # <transposed(x), g> = <x, conv(g)>: what "transposed" means.
    assert abs(np.sum(x * ops.conv2d(grad, kernel, **there)) - expected) < 1e-11 * scale
    dx, dkernel = ops.conv2d_transpose_backward(grad, x, kernel, **settings)
    assert abs(np.sum(x * dx) - expected) < 1e-11 * scale
    assert abs(np.sum(kernel * dkernel) - expected) < 1e-11 * scale
    # And it is the gradient that a convolution sends back to images of that size.
    back, _ = ops.conv2d_backward(x, np.zeros_like(out), kernel, **there)
    np.testing.assert_allclose(out, back, rtol=0, atol=1e-12 * (1 + np.abs(out).max()))


@given(st.integers(0, 2**32 - 1))
def test_explicit_padding_cuts_lines_off(seed):
    rng = np.random.default_rng(seed)
    x, kernel = rng.normal(size=(1, 4, 3, 2)), rng.normal(size=(4, 3, 5, 2))
    (top, bottom), (left, right) = cuts = rng.integers(0, 3, (2, 2)).tolist()
    whole = ops.conv2d_transpose(x, kernel, 2)
    cut = whole[:, top : whole.shape[1] - bottom, left : whole.shape[2] - right]
    np.testing.assert_array_equal(ops.conv2d_transpose(x, kernel, 2, padding=cuts), cut)


@given(st.integers(1, 6), st.integers(1, 6), st.integers(1, 4), st.integers(1, 4))
def test_upscale_moves_pixels_and_adds_zeros(height, width, down, right):
    x = np.random.default_rng(3).normal(size=(2, height, width, 3))
    out = ops.upscale(x, (down, right))
    assert out.shape == (2, (height - 1) * down + 1, (width - 1) * right + 1, 3)
    for i, j in np.ndindex(out.shape[1:3]):
        here = i % down == 0 and j % right == 0
        expected = x[:, i // down, j // right] if here else 0
        np.testing.assert_array_equal(out[:, i, j], np.broadcast_to(expected, (2, 3)))
    grad = np.random.default_rng(4).normal(size=out.shape)
    dx = ops.upscale_backward(grad, x, (down, right))
    assert dx.shape == x.shape
    assert np.isclose(np.sum(x * dx), np.sum(out * grad))


def test_the_shape_comes_back_and_the_values_do_not():
    rng = np.random.default_rng(5)
    x, kernel = rng.normal(size=(1, 9, 7, 2)), rng.normal(size=(3, 2, 2, 4))
    back = ops.conv2d_transpose(ops.conv2d(x, kernel, 2), kernel, 2, output_padding=(0, 1))
    assert back.shape == x.shape
    assert np.abs(back - x).max() > 1


@given(st.integers(1, 30), st.integers(1, 7), st.integers(1, 5))
def test_sizes_are_those_of_the_arithmetic(size, kernel, stride):
    x, filters = np.ones((1, size, 2, 1)), np.ones((kernel, 1, 1, 1))
    for padding in ("valid", "same"):
        for extra in (None, *range(stride)):
            if not possible(kernel, stride, padding, extra):
                continue
            out = ops.conv2d_transpose(
                x, filters, (stride, 1), padding, None if extra is None else (extra, 0)
            )
            assert out.shape[1] == arithmetic.conv_transpose_output_size(
                size, kernel, stride, padding, extra
            )


# --- dtypes, inputs left alone, bad input --------------------------------------------------------


@pytest.mark.parametrize(
    ("x_dtype", "kernel_dtype", "expected"),
    [
        (np.float32, np.float32, np.float32),
        (np.float32, np.float64, np.float64),
        (np.uint8, np.float32, np.float64),
    ],
)
def test_dtypes(x_dtype, kernel_dtype, expected):
    x, kernel = np.full((1, 2, 3, 2), 200, x_dtype), np.ones((2, 2, 3, 2), kernel_dtype)
    out = ops.conv2d_transpose(x, kernel)
    assert out.dtype == expected
    assert out.max() == 200 * 2 * 4  # uint8 would have wrapped around
    dx, dkernel = ops.conv2d_transpose_backward(out, x, kernel)
    assert dx.dtype == dkernel.dtype == expected
    assert ops.upscale(x, 2).dtype == (np.float64 if x_dtype == np.uint8 else x_dtype)


def test_inputs_are_left_alone_and_results_are_new():
    rng = np.random.default_rng(6)
    arrays = (rng.normal(size=(2, 4, 3, 2)), rng.normal(size=(1, 1, 5, 2)))
    x, kernel = arrays
    grad = rng.normal(size=(2, 4, 3, 5))
    arrays += (grad,)
    before = [array.copy() for array in arrays]
    for array in arrays:
        array.flags.writeable = False
    results = [
        ops.conv2d_transpose(x, kernel),
        *ops.conv2d_transpose_backward(grad, x, kernel),
        ops.upscale(x, 1),
        ops.upscale_backward(x, x, 1),
    ]
    for array, copy in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(array, copy)
    for result in results:
        assert not any(np.shares_memory(result, array) for array in arrays)


X, KERNEL = np.ones((2, 4, 5, 3)), np.ones((3, 2, 6, 3))


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (
            lambda: ops.conv2d_transpose(X[0], KERNEL),
            "`x`: expected a numeric array with 4 axes (N, H, W, C), none of them empty; received "
            "an array of shape (4, 5, 3) and dtype float64.",
        ),
        (
            lambda: ops.conv2d_transpose(X, KERNEL[0]),
            "`kernel`: expected a numeric array with 4 axes (H, W, C_out, C_in), none of them "
            "empty; received an array of shape (2, 6, 3) and dtype float64.",
        ),
        (  # as for conv2d: inputs before outputs
            lambda: ops.conv2d_transpose(X, KERNEL.transpose(0, 1, 3, 2)),
            "`kernel`: expected 3 input channels (its fourth axis), as many as x has; received an "
            "array of shape (3, 2, 3, 6) and dtype float64.",
        ),
        (
            lambda: ops.conv2d_transpose(X, KERNEL, stride=0),
            "`stride`: expected an integer of at least 1; received 0.",
        ),
        (
            lambda: ops.conv2d_transpose(X, KERNEL, dilation=1.5),
            "`dilation`: expected an integer of at least 1; received 1.5.",
        ),
        (
            lambda: ops.conv2d_transpose(X, KERNEL, padding="full"),
            "`padding`: expected 'valid', 'same' or ((top, bottom), (left, right)) of integers of "
            "at least 0; received 'full'.",
        ),
        (
            lambda: ops.conv2d_transpose(X, KERNEL, 2, output_padding=2),
            "`output_padding`: expected None or an integer below the stride, 2; received 2.",
        ),
        (
            lambda: ops.conv2d_transpose(X, KERNEL, 2, output_padding=(0, -1)),
            "`output_padding`: expected an integer of at least 0; received -1.",
        ),
        (
            lambda: ops.conv2d_transpose(X, KERNEL, 2, "same", output_padding=(0, 0)),
            "`output_padding`: expected a size that a convolution leads back from: 7×8 outputs "
            "give 4×4, and x has 4×5; received (0, 0).",
        ),
        (
            lambda: ops.conv2d_transpose(X[:, :1], KERNEL, padding=((2, 2), (0, 0))),
            "`size`: expected an input large enough to leave at least one output; received 1.",
        ),
        (
            lambda: ops.conv2d_transpose_backward(np.ones((2, 6, 5, 6)), X, KERNEL),
            "`grad`: expected the shape of the output, (2, 6, 6, 6); received an array of shape "
            "(2, 6, 5, 6) and dtype float64.",
        ),
        (
            lambda: ops.upscale(X[0], 2),
            "`x`: expected a numeric array with 4 axes (N, H, W, C), none of them empty; received "
            "an array of shape (4, 5, 3) and dtype float64.",
        ),
        (
            lambda: ops.upscale(X, (2, 0)),
            "`stride`: expected an integer of at least 1; received 0.",
        ),
        (
            lambda: ops.upscale_backward(X, X, 2),
            "`grad`: expected the shape of the output, (2, 7, 9, 3); received an array of shape "
            "(2, 4, 5, 3) and dtype float64.",
        ),
    ],
)
def test_bad_input_is_named(call, expected):
    with pytest.raises(ValueError, match=f"^Invalid value for argument {re.escape(expected)}$"):
        call()


def test_examples_in_the_docstrings():
    result = doctest.testmod(_transposed, extraglobs={"np": np})
    assert result.attempted > 5
    assert result.failed == 0
