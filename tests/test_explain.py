"""Listening to layers, activations, patches and filter maximisation."""

import doctest
import importlib
import pkgutil

import keras
import numpy as np
import pytest
from explain_models import CLASSES, HEIGHT, KINDS, WIDTH, built, leaves, pictures
from hypothesis import given, settings
from hypothesis import strategies as st

from cnncourse import explain

MODULES = [f"cnncourse.explain.{m.name}" for m in pkgutil.iter_modules(explain.__path__)]


@pytest.mark.parametrize("name", ["cnncourse.explain", *MODULES])
def test_examples(name):
    module = importlib.import_module(name)
    keras.utils.set_random_seed(0)
    assert doctest.testmod(module, extraglobs={"np": np}).failed == 0


def as_array(tensor):
    return keras.ops.convert_to_numpy(tensor)


# --- activations ---------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", KINDS)
def test_activations_equal_the_layers_outputs_one_by_one(kind):
    model = built(kind)
    found = explain.activations(model, pictures(), batch_size=4)
    x = pictures().astype("float32")
    seen = 0
    for layer in leaves(model):
        x = layer(x, training=False) if "norm" in layer.name else layer(x)
        (path,) = [path for path in found if path.rpartition("/")[2] == layer.name]
        np.testing.assert_allclose(found[path], as_array(x), atol=1e-5)
        seen += 1
    assert seen == 7
    np.testing.assert_allclose(found[list(found)[-1]], as_array(model(pictures())), atol=1e-6)


def test_paths_lead_into_inner_models():
    assert list(explain.activations(built("nested twice"), pictures(1))) == [
        "middle/base/scale", "middle/base/early", "middle/base/norm", "middle/base/late",
        "middle/base", "middle", "head/pool", "head/hidden", "head/answer", "head",
    ]  # fmt: skip


def test_layers_are_named_by_name_path_or_themselves():
    model = built("nested twice")
    early = next(layer for layer in leaves(model) if layer.name == "early")
    for one in ("early", "middle/base/early", early):
        assert list(explain.activations(model, pictures(1), [one])) == ["middle/base/early"]


def test_a_layer_that_is_called_twice_gives_its_last_output():
    inputs = keras.Input((4, 6, 3))
    twice = keras.layers.Conv2D(3, 1, use_bias=False, name="twice")
    model = keras.Model(inputs, twice(twice(inputs)))
    twice.set_weights([2 * np.eye(3)[np.newaxis, np.newaxis]])
    found = explain.activations(model, np.ones((2, 4, 6, 3)))
    assert list(found) == ["twice"]
    assert np.allclose(found["twice"], 4)


def test_layers_with_several_outputs_keep_their_structure():
    class Split(keras.layers.Layer):
        def call(self, x):
            return {"left": x[..., :1], "right": x[..., 1:]}

    inputs = keras.Input((4, 6, 3))
    parts = Split(name="split")(inputs)
    model = keras.Model(inputs, keras.layers.Flatten(name="flat")(parts["right"]))
    found = explain.activations(model, np.ones((5, 4, 6, 3)), batch_size=2)
    assert found["split"]["left"].shape == (5, 4, 6, 1)
    assert found["split"]["right"].shape == (5, 4, 6, 2)


def test_two_layers_of_one_name_are_told_apart():
    class Two(keras.Model):
        def __init__(self):
            super().__init__(name="two")
            self.a = keras.layers.Conv2D(2, 1, name="same")
            self.b = keras.layers.Conv2D(3, 1, name="same")

        def call(self, x):
            return self.b(self.a(x))

    model, images = Two(), np.ones((1, 4, 6, 3))
    found = explain.activations(model, images)
    assert [values.shape[-1] for values in found.values()] == [2, 3]
    assert list(explain.activations(model, images, [model.b])) == ["same#2"]


def test_nothing_is_left_behind_on_the_layers():
    model = built("nested")
    before = [dict(vars(layer)) for layer in leaves(model)]
    explain.activations(model, pictures())
    explain.grad_cam(model, pictures(), 1)
    with pytest.raises(ZeroDivisionError):
        explain.grad_cam(model, pictures(), score=lambda output: 1 / 0)
    for layer, attributes in zip(leaves(model), before, strict=True):
        assert set(vars(layer)) == set(attributes)
        assert vars(layer).get("activation") is attributes.get("activation")
        assert "call" not in vars(layer)


def test_training_behaviour_is_off():
    inputs = keras.Input((4, 6, 3))
    x = keras.layers.Dropout(0.5, name="drop")(inputs)
    model = keras.Model(inputs, keras.layers.BatchNormalization(name="norm")(x))
    before = model.get_weights()
    found = explain.activations(model, np.full((2, 4, 6, 3), 9.0))
    assert (found["drop"] == 9).all()
    assert all((a == b).all() for a, b in zip(before, model.get_weights(), strict=True))


# --- what is refused -----------------------------------------------------------------------------
def test_an_unknown_layer_names_those_that_exist():
    with pytest.raises(ValueError, match=r"`layer`: expected a layer that 'nested' calls: .*late"):
        explain.activations(built("nested"), pictures(), ["stage7"])
    with pytest.raises(ValueError, match="`layers`: expected a sequence of layers"):
        explain.activations(built("nested"), pictures(), "late")


def test_a_name_that_occurs_twice_asks_for_a_path():
    inner = [keras.Sequential([keras.layers.Conv2D(3, 1, name="look")], name=name) for name in "ab"]
    model = keras.Sequential([keras.Input((4, 6, 3)), *inner])
    with pytest.raises(ValueError, match="one layer; there are a/look, b/look; received 'look'"):
        explain.activations(model, np.ones((1, 4, 6, 3)), ["look"])


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (pictures()[0], r"4 axes \(N, H, W, C\)"),
        (pictures()[:, :-1], r"what 'flat' takes, shape \(None, 16, 22, 3\)"),
        (pictures()[..., :2], "what 'flat' takes"),
        (pictures() / 255, "pixels of 0 to 255, which the layer 'scale' scales.*values from 0 to"),
        (pictures() - 300.0, "pixels of 0 to 255"),
        (pictures() * 2.0, "pixels of 0 to 255"),
        (np.full((1, HEIGHT, WIDTH, 3), np.nan), "finite pixels"),
        (pictures().astype(str), "numeric array"),
        (pictures()[:0], "none of them empty"),
    ],
)
def test_images_that_do_not_fit(images, message):
    with pytest.raises(ValueError, match=f"`images`: expected .*{message}"):
        explain.grad_cam(built("functional"), images)


def test_black_pictures_are_pixels():
    assert explain.grad_cam(built("functional"), np.zeros((1, HEIGHT, WIDTH, 3))).shape == (
        1,
        16,
        22,
    )


def test_what_is_no_model_and_what_has_two_inputs():
    with pytest.raises(ValueError, match="`model`: expected a Keras model"):
        explain.activations(lambda x: x, pictures())
    a, b = keras.Input((4, 6, 3)), keras.Input((4, 6, 3))
    model = keras.Model([a, b], keras.layers.Add()([a, b]))
    with pytest.raises(ValueError, match="`model`: expected one with a single input"):
        explain.activations(model, np.ones((1, 4, 6, 3)))


@pytest.mark.parametrize("size", [0, -1, 2.5])
def test_batch_sizes(size):
    with pytest.raises(ValueError, match="`batch_size`"):
        explain.activations(built("functional"), pictures(), batch_size=size)


# --- patches -------------------------------------------------------------------------------------
def brightness(stride=1):
    """Return a network whose first filter is the mean of the colours, and the second its minus."""
    layer = keras.layers.Conv2D(2, stride, strides=stride, use_bias=False, name="mean")
    model = keras.Sequential([keras.Input((None, None, 3)), layer])
    weight = np.full((stride, stride, 3, 1), 1 / (3 * stride**2))
    layer.set_weights([np.concatenate([weight, -weight], axis=-1)])
    return model


def test_top_patches_are_those_of_the_highest_response():
    images = np.random.default_rng(0).integers(0, 60, (5, 12, 17, 3))
    spots = {3: (6, 9), 1: (0, 16), 4: (11, 0)}
    for brightness_, (index, (row, column)) in zip((250, 200, 150), spots.items(), strict=True):
        images[index, row, column] = brightness_
    found = explain.top_patches(brightness(), images, "mean", [0], count=3, size=5, batch_size=2)
    assert found.indices.tolist() == [[3, 1, 4]]
    np.testing.assert_allclose(found.activations, [[250, 200, 150]], rtol=1e-6)
    np.testing.assert_array_equal(found.images[0, 0], images[3, 4:9, 7:12])  # centred
    np.testing.assert_array_equal(found.images[0, 1], images[1, :5, 12:])  # as far as it reaches
    np.testing.assert_array_equal(found.images[0, 2], images[4, 7:, :5])
    assert found.images.dtype == images.dtype


def test_patches_of_a_coarse_layer_are_centred_on_its_cells():
    images = np.zeros((1, 12, 20, 3))
    images[0, 4:8, 8:12] = 9  # the cell in row 1, column 2 of windows of four pixels
    found = explain.top_patches(brightness(4), images, "mean", [0], count=1, size=6)
    np.testing.assert_array_equal(found.images[0, 0], images[0, 3:9, 7:13])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"filters": [2]}, "`filters`: expected filters from 0 to 1"),
        ({"filters": [-1]}, "`filters`: expected filters from 0 to 1"),
        ({"filters": []}, "`filters`"),
        ({"filters": [0.5]}, "`filters`"),
        ({"count": 4}, "`count`: expected at most 3"),
        ({"size": 13}, "`size`: expected at most the images' shorter side, 12"),
        ({"layer": "other"}, "`layer`: expected a layer that .* calls: mean"),
    ],
)
def test_patches_that_are_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        explain.top_patches(
            brightness(), np.ones((3, 12, 17, 3)), **{"layer": "mean", "size": 4, "count": 2}
            | changes
        )  # fmt: skip


# --- filter maximisation -------------------------------------------------------------------------
def test_the_response_of_every_filter_rises_step_by_step():
    model = built("nested")
    found = explain.maximize_filter(model, "late", jitter=0, blur=0, crop=0, steps=12)
    assert found.images.shape == (7, HEIGHT, WIDTH, 3)
    assert found.activations.shape == (13, 7)
    rising = np.diff(found.activations, axis=0)
    alive = found.activations[-1] > 0
    assert alive.sum() >= 3
    assert (rising[:, alive] > 0).mean() > 0.95
    assert (found.activations[-1] >= found.activations[0])[alive].all()


def test_maximisation_is_a_batch_of_what_each_filter_does_alone():
    model = built("functional")
    how = {"jitter": 2, "steps": 4, "seed": 5}
    together = explain.maximize_filter(model, "early", [4, 1], **how)
    parts = explain.maximize_filter(model, "early", [4, 1], **how, batch_size=1)
    np.testing.assert_allclose(together.images[0], parts.images[0], atol=1e-4)
    assert not np.allclose(together.images[0], together.images[1])


def test_a_linear_filter_gets_the_picture_of_its_kernel():
    """By hand: the mean response of a bright-minus-dark pair climbs along a striped pattern."""
    layer = keras.layers.Conv2D(1, (1, 1), use_bias=False, name="red")
    model = keras.Sequential([keras.Input((12, 14, 3)), layer])
    layer.set_weights([np.array([1.0, 0.0, -1.0]).reshape(1, 1, 3, 1)])
    found = explain.maximize_filter(model, "red", steps=60, rate=0.05, jitter=0, blur=0, crop=3)
    inner = found.images[0]
    assert inner.shape == (6, 8, 3)
    assert inner[..., 0].mean() > 0.99
    assert inner[..., 2].mean() < 0.01
    assert abs(inner[..., 1].mean() - 0.5) < 0.02  # green makes no difference


def test_a_dead_filter_keeps_its_noise():
    layer = keras.layers.Conv2D(2, 3, activation="relu", name="look")
    model = keras.Sequential([keras.Input((16, 20, 3)), layer])
    kernel, _ = layer.get_weights()
    layer.set_weights([np.abs(kernel), np.array([-1e6, 0.0])])
    found = explain.maximize_filter(model, "look", steps=3)
    assert (found.activations[:, 0] == 0).all()
    assert (np.diff(found.activations[:, 1]) > 0).all()
    assert abs(found.images[0].mean() - 0.5) < 0.01
    assert found.images[0].std() > 0.01


@settings(max_examples=8)
@given(st.integers(0, 3), st.sampled_from([(0, 255), (-1, 1), (0, 1)]))
def test_pictures_stay_in_range_and_are_repeatable(crop, value_range):
    layer = keras.layers.Conv2D(3, 3, name="look")
    model = keras.Sequential([keras.Input((12, 16, 1)), layer])
    how = {"steps": 3, "crop": crop, "rate": 0.5, "value_range": value_range}
    one, two = (explain.maximize_filter(model, "look", [2], **how) for _ in range(2))
    np.testing.assert_array_equal(one.images, two.images)
    assert one.images.shape == (1, 12 - 2 * crop, 16 - 2 * crop, 1)
    assert one.images.min() >= 0
    assert one.images.max() <= 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"layer": "pool"}, r"`layer`: expected one that gives maps \(N, H, W, C\).*'pool'"),
        ({"filters": [7]}, "`filters`: expected filters from 0 to 6"),
        ({"steps": 0}, "`steps`"),
        ({"jitter": -1}, "`jitter`"),
        ({"rate": -0.1}, "`rate`"),
        ({"blur": -1}, "`blur`"),
        ({"crop": 8}, "`crop`: expected less than half of the shorter side, 16"),
        ({"value_range": (1, 0)}, "`value_range`"),
        ({"model": 3}, "`model`"),
        ({"size": 20}, "`images`: expected what 'flat' takes"),
    ],
)
def test_maximisation_that_is_refused(changes, message):
    arguments = {"model": built("functional"), "layer": "late"} | changes
    with pytest.raises(ValueError, match=message):
        explain.maximize_filter(**arguments)


def test_classes_of_the_small_network_differ():
    """The other tests would prove little if every picture had the same answer."""
    logits = as_array(built("functional", None)(pictures()))
    assert logits.shape == (6, CLASSES)
    assert np.ptp(logits, axis=0).min() > 1e-3
