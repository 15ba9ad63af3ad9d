"""Box losses in Keras against the same overlaps in NumPy, and their gradients."""

import doctest

import keras
import numpy as np
import pytest
import tensorflow as tf

from cnncourse import boxes, losses


def drawn(count, seed):
    """Return pairs of boxes near and far, as ``cxcywh``, no two alike."""
    rng = np.random.default_rng(seed)
    places, sides = rng.uniform(0, 3, (2, count, 2)), rng.uniform(0.1, 2, (2, count, 2))
    return np.concatenate([places, sides], axis=-1).astype("float32")


def corners(values):
    return boxes.convert(values, "cxcywh", "xyxy")


def test_examples_run():
    assert doctest.testmod(losses).failed == 0


@pytest.mark.parametrize("name", ["iou", "giou"])
def test_overlaps_equal_those_of_numpy(name):
    a, b = drawn(500, seed=1)
    wanted = getattr(boxes, name)(corners(a), corners(b), paired=True)
    assert (wanted <= 0).any()  # some lie apart
    np.testing.assert_allclose(getattr(losses, name)(a, b), wanted, atol=2e-6)


def test_by_hand():
    # Squares that share a quarter: 1/7. Their hull is 3 by 3 and holds 2 empty cells of 9.
    a, b = [[1.0, 1, 2, 2]], [[2.0, 2, 2, 2]]
    np.testing.assert_allclose(losses.iou(a, b), [1 / 7], rtol=1e-6)
    np.testing.assert_allclose(losses.giou(a, b), [1 / 7 - 2 / 9], rtol=1e-6)
    np.testing.assert_allclose(losses.BoxLoss("iou")(a, b), 6 / 7, rtol=1e-6)
    # Two of four numbers are off by 1: a mean absolute error of 1/2.
    loss = losses.BoxLoss("giou", l1=3)(np.array(a), np.array(b))
    np.testing.assert_allclose(loss, 1 - 1 / 7 + 2 / 9 + 1.5, rtol=1e-6)


@pytest.mark.parametrize("name", ["iou", "giou"])
@pytest.mark.parametrize(
    ("a", "b"),
    [
        ([1.0, 1, 0, 2], [1.0, 1, 3, 2]),  # no width
        ([1.0, 1, 0, 0], [1.0, 1, 0, 0]),  # the same point twice
        ([1.0, 1, 0, 0], [2.0, 3, 0, 0]),  # two points
    ],
)
def test_boxes_without_area_are_decided_as_in_boxes(name, a, b):
    wanted = getattr(boxes, name)(corners([a]), corners([b]), paired=True)
    np.testing.assert_allclose(getattr(losses, name)([a], [b]), wanted, atol=1e-6)


def test_a_negative_size_counts_as_none():
    box, turned = [[1.0, 1, 2, 2]], [[1.0, 1, -1, 2]]
    assert float(losses.iou(box, turned)[0]) == 0
    np.testing.assert_allclose(losses.giou(box, turned), losses.giou(box, [[1.0, 1, 0, 2]]))


def gradient(function, true, predicted):
    x = tf.Variable(predicted)
    with tf.GradientTape() as tape:
        value = keras.ops.sum(function(true, x))
    return tape.gradient(value, x).numpy()


@pytest.mark.parametrize("name", ["iou", "giou"])
def test_gradients_are_finite_differences_of_numpy(name):
    true, predicted = drawn(40, seed=2)
    overlap, step = getattr(boxes, name), 1e-5
    wanted = np.zeros(predicted.shape)
    for column in range(4):
        shift = step * np.eye(4)[column]
        high, low = (
            overlap(corners(true), corners(predicted.astype(float) + sign * shift), paired=True)
            for sign in (1, -1)
        )
        wanted[:, column] = (high - low) / (2 * step)
    got = gradient(getattr(losses, name), true, predicted)
    np.testing.assert_allclose(got, wanted, atol=1e-4)


def test_only_the_generalised_one_pulls_boxes_that_lie_apart():
    true, far = np.array([[1.0, 1, 1, 1]], "float32"), np.array([[5.0, 1, 2, 1]], "float32")
    assert not gradient(losses.iou, true, far).any()
    assert gradient(losses.giou, true, far)[0, 0] < 0  # moving right makes it worse


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_it_trains_and_loads_again(tmp_path):
    keras.utils.set_random_seed(0)
    inputs = keras.Input((3,))
    model = keras.Model(inputs, keras.layers.Dense(4, activation="sigmoid")(inputs))
    model.compile(
        keras.optimizers.Adam(0.05),
        losses.BoxLoss("giou", l1=0.5),
        metrics=[losses.iou],
        jit_compile=False,
    )
    x = np.ones((8, 3), "float32")
    y = np.tile(np.array([[0.7, 0.3, 0.2, 0.4]], "float32"), (8, 1))
    history = model.fit(x, y, epochs=60, verbose=0).history
    assert history["iou"][-1] > 0.9
    model.save(tmp_path / "box.keras")
    again = keras.saving.load_model(tmp_path / "box.keras", custom_objects={"iou": losses.iou})
    assert again.loss.get_config() == model.loss.get_config()
    np.testing.assert_allclose(again.evaluate(x, y, verbose=0), model.evaluate(x, y, verbose=0))


def test_leading_axes_are_kept():
    a, b = drawn(12, seed=3).reshape(2, 3, 4, 4)
    flat = losses.giou(a.reshape(-1, 4), b.reshape(-1, 4))
    np.testing.assert_array_equal(losses.giou(a, b), np.reshape(flat, (3, 4)))


@pytest.mark.parametrize(
    ("options", "argument"), [({"overlap": "mse"}, "overlap"), ({"l1": -1}, "l1")]
)
def test_bad_input_names_the_argument(options, argument):
    with pytest.raises(ValueError, match=f"argument `{argument}`"):
        losses.BoxLoss(**options)
