"""Softmax and cross-entropy against Keras, by hand, and by finite differences."""

import doctest
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnncourse import ops
from cnncourse.ops import _losses

SHAPES = [(1, 2), (7, 3), (4, 10)]  # one class alone makes Keras warn
SCALES = [1.0, 30.0, 1000.0]  # up to where exp() overflows in float32 and float64


def drawn(shape, scale, seed=0):
    """Return logits and a gradient of their shape, in float32, and labels."""
    rng = np.random.default_rng(seed)
    logits, grad = (rng.normal(size=(2, *shape)) * [[[scale]], [[1.0]]]).astype(np.float32)
    return logits, grad, rng.integers(0, shape[1], shape[0])


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("scale", SCALES)
def test_softmax_equals_keras_forward_and_backward(shape, scale):
    import keras
    import tensorflow as tf

    logits, grad, _ = drawn(shape, scale)
    x = tf.constant(logits)
    with tf.GradientTape() as tape:
        tape.watch(x)
        expected = keras.ops.softmax(x, axis=-1)
    gradient = tape.gradient(expected, x, output_gradients=tf.constant(grad))
    ours = ops.softmax(logits)
    dx = ops.softmax_backward(grad, logits)
    assert ours.dtype == dx.dtype == np.float32
    np.testing.assert_allclose(ours, expected, atol=1e-6)
    np.testing.assert_allclose(dx, gradient, atol=1e-6)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("dense", [False, True])
def test_cross_entropy_equals_keras_forward_and_backward(shape, scale, dense):
    import keras
    import tensorflow as tf

    logits, _, labels = drawn(shape, scale, seed=1)
    kind = "CategoricalCrossentropy" if dense else "SparseCategoricalCrossentropy"
    loss = getattr(keras.losses, kind)(from_logits=True)
    truth = np.eye(shape[1], dtype=np.float32)[labels] if dense else labels
    x = tf.constant(logits)
    with tf.GradientTape() as tape:
        tape.watch(x)
        expected = loss(truth, x)
        scaled = 2.5 * expected
    ours = ops.cross_entropy(logits, labels)
    dx = ops.cross_entropy_backward(2.5, logits, labels)
    assert ours.dtype == dx.dtype == np.float32
    np.testing.assert_allclose(ours, expected, rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(dx, tape.gradient(scaled, x), atol=1e-6)


def test_by_hand():
    logits = np.log([[1.0, 2.0, 5.0], [3.0, 3.0, 4.0]])
    np.testing.assert_allclose(
        ops.softmax(logits), [[0.125, 0.25, 0.625], [0.3, 0.3, 0.4]], rtol=1e-14
    )
    loss = ops.cross_entropy(logits, [2, 0])
    assert loss == pytest.approx(-(np.log(0.625) + np.log(0.3)) / 2, rel=1e-14)
    np.testing.assert_allclose(
        ops.cross_entropy_backward(1.0, logits, [2, 0]),
        np.array([[0.125, 0.25, -0.375], [-0.7, 0.3, 0.4]]) / 2,
        rtol=1e-14,
    )


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_stays_finite_and_exact_where_the_formula_overflows(dtype):
    logits = np.array([[2000.0, 1000.0, 0.0], [-2000.0, -1000.0, -3000.0]], dtype)
    np.testing.assert_array_equal(ops.softmax(logits), [[1, 0, 0], [0, 1, 0]])
    assert ops.cross_entropy(logits, [1, 2]) == 1500
    assert ops.cross_entropy(logits, [0, 1]) == 0
    np.testing.assert_array_equal(
        ops.cross_entropy_backward(2.0, logits, [1, 1]), [[1, -1, 0], [0, 0, 0]]
    )


def test_minus_infinity_rules_a_class_out():
    logits = [[0.0, -np.inf, np.log(3)]]
    np.testing.assert_allclose(ops.softmax(logits), [[0.25, 0, 0.75]])
    assert ops.cross_entropy(logits, [1]) == np.inf
    assert ops.cross_entropy(logits, [2]) == pytest.approx(np.log(4 / 3))


@pytest.mark.parametrize("row", [[0, np.nan, 1], [0, np.inf, 1], [-np.inf] * 3])
def test_rows_without_probabilities_are_nan_and_leave_the_others_alone(row):
    found = ops.softmax([row, [0.0, 0.0, 0.0]])
    assert np.isnan(found[0]).all()
    np.testing.assert_allclose(found[1], 1 / 3)
    assert np.isnan(ops.cross_entropy([row, [0.0, 0.0, 0.0]], [0, 0]))


@given(st.integers(0, 2**32 - 1), st.integers(1, 5), st.integers(1, 7))
def test_probabilities_are_such_and_only_differences_of_logits_count(seed, items, classes):
    rng = np.random.default_rng(seed)
    logits = rng.normal(size=(items, classes)) * 5
    found = ops.softmax(logits)
    assert (found >= 0).all()
    np.testing.assert_allclose(found.sum(axis=1), 1, rtol=1e-12)
    shifted = logits + rng.normal(size=(items, 1)) * 100
    np.testing.assert_allclose(ops.softmax(shifted), found, rtol=1e-9)
    labels = rng.integers(0, classes, items)
    assert ops.cross_entropy(shifted, labels) == pytest.approx(ops.cross_entropy(logits, labels))
    assert ops.cross_entropy(np.zeros_like(logits), labels) == pytest.approx(np.log(classes))


@given(st.integers(0, 2**32 - 1), st.integers(1, 5), st.integers(1, 7))
def test_backward_equals_finite_differences(seed, items, classes):
    rng = np.random.default_rng(seed)
    logits, grad, direction = rng.normal(size=(3, items, classes))
    labels = rng.integers(0, classes, items)

    def slope(function):
        return (function(logits + 1e-5 * direction) - function(logits - 1e-5 * direction)) / 2e-5

    numeric = slope(lambda x: np.vdot(grad, ops.softmax(x)))
    analytic = np.vdot(ops.softmax_backward(grad, logits), direction)
    assert analytic == pytest.approx(numeric, abs=1e-7)
    numeric = slope(lambda x: -1.5 * ops.cross_entropy(x, labels))
    analytic = np.vdot(ops.cross_entropy_backward(-1.5, logits, labels), direction)
    assert analytic == pytest.approx(numeric, abs=1e-7)


def test_the_arguments_stay_as_they_are():
    logits, grad, labels = drawn((3, 4), 1.0)
    kept = logits.copy(), grad.copy(), labels.copy()
    ops.softmax_backward(grad, logits)
    ops.cross_entropy(logits, labels)
    ops.cross_entropy_backward(1.0, logits, labels)
    for now, before in zip((logits, grad, labels), kept, strict=True):
        np.testing.assert_array_equal(now, before)


X = np.zeros((2, 3))
CLASSES = "`labels`: expected 2 integers from 0 to 2, a class for each row of `logits`; received "


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ops.softmax(X[0]), "`logits`: expected a numeric array with 2 axes (N, C)"),
        (lambda: ops.softmax(X[:0]), "`logits`: expected a numeric array with 2 axes (N, C)"),
        (lambda: ops.softmax([["a"]]), "`logits`: expected a numeric array with 2 axes (N, C)"),
        (
            lambda: ops.softmax_backward(X[:1], X),
            "`grad`: expected the shape of the output, (2, 3)",
        ),
        (lambda: ops.cross_entropy(X[0], [0]), "`logits`: expected a numeric array with 2 axes"),
        (lambda: ops.cross_entropy(X, [0]), CLASSES + "[0]."),
        (lambda: ops.cross_entropy(X, [0, 3]), CLASSES + "3."),
        (lambda: ops.cross_entropy(X, [-1, 0]), CLASSES + "-1."),
        (lambda: ops.cross_entropy(X, [0.0, 1.0]), CLASSES + "[0.0, 1.0]."),
        (lambda: ops.cross_entropy(X, [True, False]), CLASSES + "[True, False]."),
        (lambda: ops.cross_entropy(X, [[0], [1, 2]]), CLASSES + "[[0], [1, 2]]."),
        (lambda: ops.cross_entropy(X, X), CLASSES + "an array of shape (2, 3)"),
        (lambda: ops.cross_entropy_backward(1.0, X, [0, 3]), CLASSES + "3."),
        (lambda: ops.cross_entropy_backward(np.nan, X, [0, 1]), "`grad`: expected a finite number"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()


def test_examples():
    result = doctest.testmod(_losses, extraglobs={"np": np})
    assert result.attempted > 0
    assert result.failed == 0
