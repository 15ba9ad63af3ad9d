"""Saliency, SmoothGrad, integrated gradients and occlusion against what is known by hand."""

import warnings
from functools import cache

import keras
import numpy as np
import pytest
from explain_models import CLASSES, HEIGHT, KINDS, WIDTH, built, pictures
from hypothesis import given, settings
from hypothesis import strategies as st

from cnncourse import explain

SHAPE = (5, 7, 3)


@cache
def linear(seed=0):
    """Return a linear model of two classes and its weights, (H, W, C, 2)."""
    model = keras.Sequential(
        [keras.Input(SHAPE), keras.layers.Flatten(), keras.layers.Dense(2, name="scores")]
    )
    kernel = np.random.default_rng(seed).normal(size=(105, 2)).astype("float32")
    model.set_weights([kernel, np.array([0.3, -0.2])])
    return model, kernel.reshape(*SHAPE, 2)


def images(count=4, seed=1):
    return np.random.default_rng(seed).normal(size=(count, *SHAPE))


# --- saliency ------------------------------------------------------------------------------------
def test_saliency_of_a_linear_model_is_its_weight():
    model, weight = linear()
    found = explain.saliency(model, images(), [0, 1, 1, 0], batch_size=3)
    expected = np.abs(np.moveaxis(weight[..., [0, 1, 1, 0]], -1, 0)).max(axis=-1)
    np.testing.assert_allclose(found, expected, rtol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_saliency_equals_differences_on_every_kind_of_model(kind):
    model, photo = built(kind), pictures(1).astype("float64")
    logits = built("functional", None)
    found = explain.saliency(model, photo, 2)[0]
    for row, column in ((3, 4), (10, 17), (7, 0)):
        slopes = []
        for channel in range(3):
            ends = []
            for step in (-0.02, 0.02):
                moved = photo.copy()
                moved[0, row, column, channel] += step
                ends.append(float(logits(moved.astype("float32"))[0, 2]))
            slopes.append(abs(ends[1] - ends[0]) / 0.04)
        assert abs(found[row, column] - max(slopes)) < 5e-5


def test_smooth_grad_averages_gradients_of_noisy_copies():
    model = built("nested")
    none = explain.smooth_grad(model, pictures(), 1, samples=2, noise=0)
    np.testing.assert_allclose(none, explain.saliency(model, pictures(), 1), rtol=1e-5)
    noisy = explain.smooth_grad(model, pictures(), 1, samples=3, noise=0.2, seed=4)
    np.testing.assert_array_equal(
        noisy, explain.smooth_grad(model, pictures(), 1, samples=3, noise=0.2, seed=4)
    )
    assert not np.allclose(noisy, none)
    assert not np.allclose(
        noisy, explain.smooth_grad(model, pictures(), 1, samples=3, noise=0.2, seed=5)
    )


def test_smooth_grad_of_a_square_is_the_gradient_of_its_mean():
    """d(x²)/dx = 2x is odd in the noise: over many copies the noise leaves the average."""

    class Square(keras.layers.Layer):
        def call(self, x):
            return keras.ops.sum(x**2, axis=(1, 2, 3))[:, None]

    model = keras.Sequential([keras.Input(SHAPE), Square()])
    x = np.broadcast_to(np.linspace(-1, 1, 7)[:, None], (1, *SHAPE)).copy()
    found = explain.smooth_grad(model, x, 0, samples=400, noise=0.1)
    np.testing.assert_allclose(found, np.abs(2 * x).max(axis=-1), atol=0.06)


# --- integrated gradients ------------------------------------------------------------------------
def test_of_a_linear_model_each_pixel_adds_its_product():
    model, weight = linear()
    x, base = images(), images(1, seed=8)[0]
    found = explain.integrated_gradients(model, x, 1, baseline=base, steps=1)
    np.testing.assert_allclose(found.attributions, (x - base) * weight[..., 1], atol=1e-5)
    np.testing.assert_allclose(found.difference, found.attributions.sum(axis=(1, 2, 3)), rtol=1e-4)
    assert found.error.max() < 1e-4


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("baseline", [0.0, 127.5])
def test_completeness_within_one_per_cent(kind, baseline):
    model, plain = built(kind), built("functional", None)
    found = explain.integrated_gradients(model, pictures(), 3, baseline=baseline)
    logits = [
        plain(np.broadcast_to(np.float32(x), pictures().shape).astype("float32"))[:, 3].numpy()
        for x in (pictures(), baseline)
    ]
    difference = logits[0] - logits[1]
    assert np.abs(difference).min() > 1e-3
    np.testing.assert_allclose(found.difference, difference, atol=1e-5)
    sums = found.attributions.sum(axis=(1, 2, 3))
    assert (np.abs(sums - difference) <= 0.01 * np.abs(difference) + 1e-6).all()
    assert found.error.max() <= 0.01


def test_pixels_that_equal_the_baseline_get_nothing():
    x = pictures().copy()
    x[:, 3:6, 4:9] = 0
    found = explain.integrated_gradients(built("nested"), x, 0)
    assert (found.attributions[:, 3:6, 4:9] == 0).all()
    assert (found.attributions != 0).any()


def test_a_sum_that_stays_wrong_is_said():
    inputs = keras.Input(SHAPE)
    x = keras.layers.Lambda(lambda x: keras.ops.tanh(500 * keras.ops.mean(x, axis=(1, 2, 3)) - 4))(
        inputs
    )
    model = keras.Model(inputs, keras.ops.expand_dims(x, -1))
    with pytest.warns(UserWarning, match="miss the difference of their scores by up to"):
        found = explain.integrated_gradients(model, np.ones((2, *SHAPE)), 0, steps=2, most_steps=4)
    assert found.error.min() > 0.01
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = explain.integrated_gradients(model, np.ones((2, *SHAPE)), 0, steps=2)
    assert found.error.max() <= 0.01


# --- occlusion -----------------------------------------------------------------------------------
@settings(max_examples=15)
@given(st.integers(1, 5), st.integers(1, 7), st.integers(1, 4), st.integers(1, 4))
def test_occlusion_of_a_linear_model_is_the_mean_of_what_was_hidden(height, width, down, right):
    stride = (min(down, height), min(right, width))
    model, weight = linear()
    x = images(2)
    found = explain.occlusion(
        model, x, 1, window=(height, width), stride=stride, fill=0.5, batch_size=7
    )
    tops = sorted({*range(0, 5 - height + 1, stride[0]), 5 - height})
    lefts = sorted({*range(0, 7 - width + 1, stride[1]), 7 - width})
    gain = ((x - 0.5) * weight[..., 1]).sum(axis=-1)  # what each pixel adds over the fill
    for row, column in ((0, 0), (4, 6), (2, 3)):
        falls = [
            gain[:, top : top + height, left : left + width].sum(axis=(1, 2))
            for top in tops
            for left in lefts
            if top <= row < top + height and left <= column < left + width
        ]
        np.testing.assert_allclose(found[:, row, column], np.mean(falls, axis=0), atol=1e-4)


def test_occlusion_fills_with_each_images_mean_colour():
    """A picture of one colour can't be hidden."""
    model = built("nested")
    plain = np.full((2, HEIGHT, WIDTH, 3), [200, 50, 90])
    assert np.abs(explain.occlusion(model, plain, 1, window=6)).max() < 1e-4
    assert np.abs(explain.occlusion(model, plain, 1, window=6, fill=0)).max() > 1e-3


def test_occlusion_is_the_same_on_every_kind_of_model():
    expected = explain.occlusion(built("functional", None), pictures(2), [3, 1], window=8, stride=5)
    for kind in ("nested", "subclassed"):
        found = explain.occlusion(built(kind), pictures(2), [3, 1], window=8, stride=5)
        np.testing.assert_allclose(found, expected, atol=1e-5)


@pytest.mark.parametrize(
    ("method", "changes", "message"),
    [
        ("saliency", {"class_index": CLASSES}, "`class_index`: expected classes from 0 to 3"),
        ("smooth_grad", {"samples": 0}, "`samples`"),
        ("smooth_grad", {"noise": -1}, "`noise`"),
        ("integrated_gradients", {"baseline": np.zeros((2, 2))}, "`baseline`: expected a number"),
        ("integrated_gradients", {"baseline": "black"}, "`baseline`"),
        ("integrated_gradients", {"baseline": np.inf}, "`baseline`"),
        ("integrated_gradients", {"steps": 0}, "`steps`"),
        ("integrated_gradients", {"steps": 8, "most_steps": 4}, "`most_steps`"),
        ("occlusion", {"window": 17}, "`window`: expected at most the images' size"),
        ("occlusion", {"window": 3, "stride": 4}, "`stride`: expected at most the window"),
        ("occlusion", {"fill": "grey"}, "`fill`"),
    ],
)  # fmt: skip
def test_what_is_refused(method, changes, message):
    with pytest.raises(ValueError, match=message):
        getattr(explain, method)(built("functional"), pictures(), **changes)
