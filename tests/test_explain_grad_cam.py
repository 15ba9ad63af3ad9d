"""Grad-CAM against a plain reference, on every kind of model; overlays."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from explain_models import CLASSES, HEIGHT, KINDS, WIDTH, built, pictures

from cnncourse import explain

LABELS = np.array([0, 3, 1, 2, 2, 0])


def reference(model, images, classes, layer):
    """Return Grad-CAM as the usual recipe has it, for a flat model without a softmax, by loops."""
    inner = keras.Model(model.inputs[0], [model.get_layer(layer).output, model.output])
    result = []
    for image, number in zip(images.astype("float32"), classes, strict=True):
        with tf.GradientTape() as tape:
            maps, logits = inner(image[None])
            tape.watch(maps)
            logit = logits[0, number]
        gradient = tape.gradient(logit, maps)[0].numpy()
        maps = maps[0].numpy()
        heat = np.zeros(maps.shape[:2])
        for channel in range(maps.shape[-1]):
            heat += gradient[..., channel].mean() * maps[..., channel]
        result.append(np.maximum(heat, 0))
    return np.array(result)


@pytest.mark.parametrize("layer", ["early", "norm", "late"])
def test_it_equals_a_plain_reference(layer):
    images, model = pictures(), built("functional", None)
    expected = reference(model, images, LABELS, layer)
    found = explain.grad_cam(model, images, LABELS, layer, upsample=False, batch_size=4)
    assert found.dtype == np.float32
    assert expected.max() > 1e-3
    np.testing.assert_allclose(found, expected, atol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("activation", ["softmax", None])
@pytest.mark.parametrize("layer", ["early", "late"])
def test_every_kind_of_model_gives_the_same_maps(kind, activation, layer):
    """The softmax is undone, so that models with it and without it agree as well."""
    expected = explain.grad_cam(built("functional", None), pictures(), LABELS, layer)
    found = explain.grad_cam(built(kind, activation), pictures(), LABELS, layer)
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_without_a_class_the_models_vote_is_explained():
    model = built("nested")
    votes = keras.ops.convert_to_numpy(model(pictures())).argmax(axis=1)
    np.testing.assert_array_equal(
        explain.grad_cam(model, pictures()), explain.grad_cam(model, pictures(), votes)
    )


def test_without_a_layer_the_last_maps_are_taken():
    for kind in KINDS:
        model = built(kind)
        np.testing.assert_allclose(
            explain.grad_cam(model, pictures(), 2), explain.grad_cam(model, pictures(), 2, "late")
        )


def test_maps_of_one_place_are_passed_over_by_default():
    inputs = keras.Input((HEIGHT, WIDTH, 3))
    x = keras.layers.Conv2D(5, 3, name="look")(inputs)
    x = keras.layers.GlobalAveragePooling2D(keepdims=True, name="pool")(x)
    x = keras.layers.Conv2D(4, 1, name="score")(x)
    model = keras.Model(inputs, keras.layers.Flatten(name="flat")(x))
    np.testing.assert_array_equal(
        explain.grad_cam(model, pictures(), 1), explain.grad_cam(model, pictures(), 1, "look")
    )


@pytest.mark.parametrize(
    "ending",
    [
        [keras.layers.Dense(CLASSES, activation="softmax")],
        [keras.layers.Dense(CLASSES), keras.layers.Activation("softmax", name="probabilities")],
        [keras.layers.Dense(CLASSES), keras.layers.Softmax(name="probabilities")],
        [keras.layers.Dense(CLASSES, activation="sigmoid")],
        [keras.layers.Dense(CLASSES), keras.layers.Softmax(), keras.layers.Dropout(0.5)],
    ],
    ids=["in the layer", "Activation", "Softmax", "sigmoid", "before a dropout"],
)
def test_softmax_and_sigmoid_are_undone(ending):
    layers = [type(layer).from_config(layer.get_config()) for layer in ending]
    front = [keras.layers.Conv2D(5, 3, name="look"), keras.layers.GlobalAveragePooling2D()]
    model = keras.Sequential([keras.Input((HEIGHT, WIDTH, 3)), *front, *layers])
    plain = keras.Sequential(
        [keras.Input((HEIGHT, WIDTH, 3)), *front, keras.layers.Dense(CLASSES, name="logits")]
    )
    rng = np.random.default_rng(0)
    model.set_weights([rng.normal(0, 1, weight.shape) for weight in model.weights])
    plain.set_weights(model.get_weights())
    output = keras.ops.convert_to_numpy(model(pictures().astype("float32")))
    assert (output.max(axis=1) > 0.999).all()  # so sure that its own gradient is all but 0
    expected = explain.grad_cam(plain, pictures(), LABELS)
    assert expected.max() > 1
    found = explain.grad_cam(model, pictures(), LABELS)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)
    after = keras.ops.convert_to_numpy(model(pictures().astype("float32")))
    np.testing.assert_array_equal(after, output)  # the softmax is back


def test_a_softmax_without_a_layer_says_so():
    inputs = keras.Input((HEIGHT, WIDTH, 3))
    x = keras.layers.GlobalAveragePooling2D()(keras.layers.Conv2D(CLASSES, 3, name="look")(inputs))
    model = keras.Model(inputs, keras.ops.softmax(x), name="loose")
    with pytest.raises(ValueError, match="'loose', whose probabilities come from no layer"):
        explain.grad_cam(model, pictures(), 1)
    heat = explain.grad_cam(model, pictures(), score=lambda output: keras.ops.log(output[:, 1]))
    assert heat.shape == (6, HEIGHT, WIDTH)


def test_a_score_is_a_function_of_the_models_own_output():
    """Of logits a class is one such function; of several outputs, any of them."""
    model = built("functional", None)
    np.testing.assert_allclose(
        explain.grad_cam(model, pictures(), score=lambda output: output[:, 3]),
        explain.grad_cam(model, pictures(), 3),
        atol=1e-6,
    )
    maps = model.get_layer("late").output
    pooled = keras.layers.GlobalAveragePooling2D()(maps)
    inputs = model.inputs[0]
    two = keras.Model(
        inputs, {"class": model.output, "box": keras.layers.Dense(4, name="box")(pooled)}
    )
    heat = explain.grad_cam(two, pictures(), layer="late", score=lambda output: output["box"][:, 0])
    assert heat.max() > 0
    assert not np.allclose(heat, explain.grad_cam(model, pictures(), 3))
    with pytest.raises(ValueError, match=r"returns scores \(N, classes\); give `score`"):
        explain.grad_cam(two, pictures(), 1)


def test_the_enlarged_map_is_the_small_one_resized():
    model = built("nested")
    small = explain.grad_cam(model, pictures(), 1, upsample=False)
    assert small.shape == (6, 6, 10)
    np.testing.assert_allclose(
        explain.grad_cam(model, pictures(), 1), explain.enlarge(small, (HEIGHT, WIDTH)), atol=1e-6
    )


def test_batches_do_not_matter():
    model = built("nested")
    whole = explain.grad_cam(model, pictures(), LABELS)
    for size in (1, 4, 6, 100):
        np.testing.assert_allclose(
            explain.grad_cam(model, pictures(), LABELS, batch_size=size), whole, atol=1e-5
        )


@pytest.mark.parametrize(
    "index", [4, -1, 1.0, True, "daisy", [0, 1], [[0] * 6], [0, 0, 0, 0, 0, 4]]
)
def test_classes_out_of_range(index):
    with pytest.raises(ValueError, match="`class_index`: expected classes from 0 to 3"):
        explain.grad_cam(built("functional"), pictures(), index)


def test_other_refusals():
    model = built("functional")
    with pytest.raises(ValueError, match=r"`layer`: .*late.*; received 'conv5'"):
        explain.grad_cam(model, pictures(), 1, "conv5")
    with pytest.raises(ValueError, match=r"gives maps \(N, H, W, C\): scale, early, norm, late"):
        explain.grad_cam(model, pictures(), 1, "hidden")
    with pytest.raises(ValueError, match="`class_index`: expected None when a `score` is given"):
        explain.grad_cam(model, pictures(), 1, score=lambda output: output[:, 0])
    with pytest.raises(ValueError, match="`score`: expected a function"):
        explain.grad_cam(model, pictures(), score=3)
    with pytest.raises(ValueError, match=r"`score`: expected one number an image, shape \(6,\)"):
        explain.grad_cam(model, pictures(), score=lambda output: output)
    with pytest.raises(ValueError, match="`score`: expected a score that depends on the layer"):
        explain.grad_cam(model, pictures(), score=lambda output: keras.ops.zeros(6))
    with pytest.raises(ValueError, match="`upsample`"):
        explain.grad_cam(model, pictures(), 1, upsample=1)


def test_a_model_without_convolution_has_no_maps():
    model = keras.Sequential(
        [
            keras.Input((HEIGHT, WIDTH, 3)),
            keras.layers.Rescaling(1 / 255, name="scale"),
            keras.layers.Flatten(name="line"),
            keras.layers.Dense(CLASSES, name="answer"),
        ],
        name="plain",
    )
    message = "`model`: expected a network with a convolution, .* received 'plain' with the layers"
    with pytest.raises(ValueError, match=message):
        explain.grad_cam(model, pictures(), 1)
    assert explain.saliency(model, pictures(), 1).shape == (6, HEIGHT, WIDTH)


# --- overlays ------------------------------------------------------------------------------------
def test_an_overlay_leaves_cold_places_as_they_are():
    images = pictures(2)
    maps = np.zeros((2, HEIGHT, WIDTH))
    maps[0, 5, 7] = 3
    over = explain.overlay(images, maps)
    assert over.shape == images.shape
    changed = np.abs(over - images / 255).max(axis=-1) > 1e-6
    assert np.argwhere(changed).tolist() == [[0, 5, 7]]
    np.testing.assert_allclose(over[0, 5, 7], 0.3 * images[0, 5, 7] / 255 + 0.7 * np.array(
        [0.99, 0.96, 0.70]), atol=1e-6)  # fmt: skip


def test_overlays_of_other_sizes_greys_and_floats():
    grey = np.full((3, 8, 12), 0.5)
    over = explain.overlay(grey, np.ones((3, 2, 3)), strength=0)
    np.testing.assert_allclose(over, 0.5)
    assert over.shape == (3, 8, 12, 3)
    hot = explain.overlay(grey, np.random.default_rng(0).random((3, 2, 3)))
    assert 0 <= hot.min() < hot.max() <= 1


def test_every_hotter_place_is_lighter():
    heat = np.linspace(0, 1, 50)[np.newaxis, np.newaxis]
    light = explain.overlay(np.zeros((1, 1, 50)), heat, strength=1).mean(axis=-1)[0, 0]
    assert (np.diff(light) > 0).all()


@pytest.mark.parametrize(
    ("images", "maps", "message"),
    [
        (np.full((1, 2, 3), 2.0), np.ones((1, 2, 3)), "`images`"),
        (np.ones((1, 2, 3, 2)), np.ones((1, 2, 3)), "`images`"),
        (np.ones((1, 2, 3)), np.ones((2, 2, 3)), "`maps`: expected 1 maps"),
        (np.ones((1, 2, 3)), -np.ones((1, 2, 3)), "`maps`"),
        (np.ones((1, 2, 3)), np.full((1, 2, 3), np.nan), "`maps`"),
    ],
)
def test_overlays_that_are_refused(images, maps, message):
    with pytest.raises(ValueError, match=message):
        explain.overlay(images, maps)
