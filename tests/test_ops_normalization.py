"""Local response normalisation against TensorFlow, by hand, and by finite differences."""

import doctest
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnncourse import ops
from cnncourse.ops import _normalization

SETTINGS = [
    {},  # the paper's
    {"n": 3, "alpha": 0.5, "beta": 0.6, "k": 1.5},
    {"n": 4, "alpha": 0.7, "beta": 1.0, "k": 0.5},  # even: reaches two to both sides
    {"n": 21, "alpha": 0.3, "beta": 0.5, "k": 1.0},  # wider than the channels
]
PAPER = {"n": 5, "alpha": 1e-4, "beta": 0.75, "k": 2.0}


@pytest.mark.parametrize("settings", SETTINGS)
def test_equals_tensorflow_forward_and_backward(settings):
    import tensorflow as tf

    n, alpha, beta, k = (PAPER | settings).values()
    rng = np.random.default_rng(0)
    x, grad = (20 * rng.normal(size=(2, 2, 5, 3, 7))).astype(np.float32)
    images = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(images)
        expected = tf.nn.local_response_normalization(
            images, depth_radius=n // 2, bias=k, alpha=alpha, beta=beta
        )
    gradient = tape.gradient(expected, images, output_gradients=grad)
    ours = ops.local_response_norm(x, **settings)
    assert ours.dtype == np.float32
    np.testing.assert_allclose(ours, expected, rtol=2e-5, atol=1e-5)
    dx = ops.local_response_norm_backward(grad, x, **settings)
    assert dx.dtype == np.float32
    np.testing.assert_allclose(dx, gradient, rtol=2e-4, atol=2e-4)


def test_by_hand_as_the_paper_writes_it():
    x = np.random.default_rng(1).normal(size=(1, 2, 3, 6))
    n, alpha, beta, k = 5, 0.2, 0.75, 2.0
    expected = np.empty_like(x)
    for image, row, column, i in np.ndindex(x.shape):
        first, last = max(0, i - n // 2), min(6 - 1, i + n // 2)
        total = sum(x[image, row, column, j] ** 2 for j in range(first, last + 1))
        expected[image, row, column, i] = x[image, row, column, i] / (k + alpha * total) ** beta
    np.testing.assert_allclose(ops.local_response_norm(x, n, alpha, beta, k), expected, rtol=1e-12)


def test_a_loud_channel_damps_its_neighbours_only():
    x = np.ones((1, 1, 1, 7))
    x[..., 3] = 100.0
    calm = ops.local_response_norm(np.ones_like(x), n=3, alpha=1.0)[0, 0, 0]
    loud = ops.local_response_norm(x, n=3, alpha=1.0)[0, 0, 0]
    np.testing.assert_array_equal(loud[[0, 1, 5, 6]], calm[[0, 1, 5, 6]])
    assert (loud[[2, 4]] < 0.01 * calm[[2, 4]]).all()


@given(st.integers(0, 2**32 - 1))
def test_backward_equals_finite_differences(seed):
    rng = np.random.default_rng(seed)
    settings = {"n": int(rng.integers(1, 8)), "alpha": rng.uniform(0, 1), "beta": rng.uniform(0, 1)}
    x, grad, direction = rng.normal(size=(3, 2, 3, 2, 5))

    def loss(step):
        return np.vdot(grad, ops.local_response_norm(x + step * direction, **settings))

    slope = (loss(1e-5) - loss(-1e-5)) / 2e-5
    dx = ops.local_response_norm_backward(grad, x, **settings)
    assert np.vdot(dx, direction) == pytest.approx(slope, abs=1e-7)


X = np.ones((2, 3, 4, 5))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ops.local_response_norm(X, n=0), "`n`: expected an integer of at least 1"),
        (lambda: ops.local_response_norm(X, n=2.5), "`n`: expected an integer of at least 1"),
        (lambda: ops.local_response_norm(X, alpha=-1), "`alpha`: expected a finite number of at"),
        (lambda: ops.local_response_norm(X, beta=np.nan), "`beta`: expected a finite number"),
        (lambda: ops.local_response_norm(X, k=0), "`k`: expected a number above 0; received 0."),
        (lambda: ops.local_response_norm(X[0]), "`x`: expected a numeric array with 4 axes"),
        (
            lambda: ops.local_response_norm_backward(X[:1], X),
            "`grad`: expected the shape of the output, (2, 3, 4, 5)",
        ),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()


def test_examples():
    result = doctest.testmod(_normalization, extraglobs={"np": np})
    assert result.attempted > 0
    assert result.failed == 0
