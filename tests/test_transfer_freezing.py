"""Freezing, unfreezing, new heads, and batch normalisation that stays what it was."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import keras
import numpy as np
import pytest

from cnncourse import arithmetic, layers, models, transfer


def small_base(name="small"):
    """Two stages with batch normalisation, on images that aren't square."""
    inputs = x = keras.Input((16, 24, 3))
    for stage, filters in ((1, 4), (2, 7)):
        x = keras.layers.Conv2D(filters, 3, strides=2, padding="same", name=f"stage{stage}_conv")(x)
        x = keras.layers.BatchNormalization(momentum=0.5, name=f"stage{stage}_norm")(x)
        x = keras.layers.Activation("relu", name=f"stage{stage}")(x)
    return keras.Model(inputs, x, name=name)


@pytest.fixture
def base():
    keras.utils.set_random_seed(0)
    return small_base()


@pytest.fixture(scope="module")
def batch():
    rng = np.random.default_rng(0)
    return rng.normal(40, 9, (12, 16, 24, 3)).astype(np.float32), np.arange(12) % 3


def trained(model, batch, epochs=3):
    model.compile(keras.optimizers.SGD(0.05), "sparse_categorical_crossentropy", jit_compile=False)
    model.fit(*batch, batch_size=4, epochs=epochs, verbose=0)


def values(layers_or_model):
    weights = (
        layers_or_model.weights
        if isinstance(layers_or_model, keras.Model)
        else [weight for layer in layers_or_model for weight in layer.weights]
    )
    return [weight.numpy() for weight in weights]


def same(before, after):
    return [a.tobytes() == b.tobytes() for a, b in zip(before, after, strict=True)]


# --- freezing ------------------------------------------------------------------------------------


def test_a_frozen_base_leaves_exactly_the_heads_weights(base):
    model = transfer.classifier(transfer.freeze(base), 3)
    assert [weight.path for weight in model.trainable_weights] == ["scores/kernel", "scores/bias"]
    assert transfer.freeze(base) is base


def test_training_a_head_leaves_the_base_alone_to_the_bit(base, batch):
    model = transfer.classifier(transfer.freeze(base), 3)
    before, head = values(base), values([model.get_layer("scores")])
    trained(model, batch)
    assert all(same(before, values(base)))
    assert not any(same(head, values([model.get_layer("scores")])))


@pytest.mark.parametrize("top", [None, 1, "stage2"])
def test_fine_tuning_leaves_batch_norm_alone_to_the_bit(base, batch, top):
    model = transfer.classifier(transfer.freeze(base), 3)
    transfer.unfreeze(base, top)
    norms = transfer.batch_norms(model)
    assert [norm.name for norm in norms] == ["stage1_norm", "stage2_norm"]
    before = values(norms)
    kernels = [base.get_layer(f"stage{n}_conv").kernel.numpy() for n in (1, 2)]
    trained(model, batch)
    assert all(same(before, values(norms)))
    after = [base.get_layer(f"stage{n}_conv").kernel.numpy() for n in (1, 2)]
    assert same(kernels, after) == [top is not None, False]


@pytest.mark.parametrize("argument", [None, False])
def test_without_freezing_the_statistics_move_whatever_the_call_says(base, batch, argument):
    """The reason for `unfreeze`: in Keras 3, ``base(x, training=False)`` doesn't hold them."""
    inputs = keras.Input((16, 24, 3))
    maps = base(inputs) if argument is None else base(inputs, training=argument)
    scores = keras.layers.Dense(3, activation="softmax")(
        keras.layers.GlobalAveragePooling2D()(maps)
    )
    before = values(transfer.batch_norms(base))
    trained(keras.Model(inputs, scores), batch)
    assert not any(same(before, values(transfer.batch_norms(base))))


def test_the_backbone_s_statistics_survive_fine_tuning():
    base = transfer.unfreeze(transfer.backbone((32, 48, 3)))
    model = transfer.classifier(base, 4)
    statistics = values(transfer.batch_norms(base))
    kernel = base.get_layer("stem_conv").kernel.numpy()
    rng = np.random.default_rng(0)
    trained(model, (rng.integers(0, 256, (8, 32, 48, 3)), np.arange(8) % 4), epochs=2)
    assert len(statistics) == 4 * 12
    assert all(same(statistics, values(transfer.batch_norms(base))))
    assert (base.get_layer("stem_conv").kernel.numpy() != kernel).any()


# --- what unfreeze leaves ------------------------------------------------------------------------


def learning(model):
    return [weight.path.rpartition("/")[0] for weight in model.trainable_weights][::2]


def test_a_number_counts_layers_with_weights_from_the_top(base):
    assert learning(transfer.unfreeze(base, 1)) == ["stage2_conv"]
    assert learning(transfer.unfreeze(base, 2)) == ["stage1_conv", "stage2_conv"]
    assert learning(transfer.unfreeze(base, 1)) == ["stage2_conv"]  # freezes again what is below


def test_a_name_unfreezes_from_the_first_layer_that_begins_so(base):
    assert learning(transfer.unfreeze(base, "stage2")) == ["stage2_conv"]
    assert learning(transfer.unfreeze(base, "stage1")) == ["stage1_conv", "stage2_conv"]
    assert learning(transfer.unfreeze(base)) == ["stage1_conv", "stage2_conv"]


def test_a_stage_of_the_backbone_is_all_of_it():
    base = transfer.unfreeze(transfer.backbone(), "stage3")
    kernels = {weight.path for weight in base.trainable_weights}
    assert kernels == {
        f"stage3_{name}_conv/kernel" for name in ("unit1_1", "unit1_2", "unit1_shortcut", "1", "2")
    }


def test_layers_inside_of_layers_are_found():
    """Our residual units are layers that hold layers."""
    model = models.build("resnet18", (32, 48, 3), 5, include_top=False, width=0.125)
    units = [layer for layer in model.layers if isinstance(layer, layers.ResidualUnit)]
    norms = transfer.batch_norms(model)
    assert len(norms) == 20
    transfer.unfreeze(model, units[-1].name)
    assert {weight.path.split("/")[0] for weight in model.trainable_weights} == {units[-1].name}
    assert len(model.trainable_weights) == 2  # two 3×3 convolutions, the normalisation frozen
    assert not any(norm.trainable for norm in norms)


# --- heads ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "count"),
    [
        # The notes' two heads for 133 breeds, Chollet's for cats and dogs, and the 120 breeds of
        # stanford_dogs: height times width times channels, plus one, for each class.
        (((7, 7, 512), 133, "flatten"), 3_336_837),
        (((7, 7, 512), 133, "gap"), 68_229),
        (((4, 4, 512), 1, "flatten", (256,)), 2_097_665),
        (((7, 7, 512), 120, "flatten"), 3_010_680),
        (((7, 7, 512), 120, "gap"), 61_560),
        (((5, 3, 7), 4, "flatten", (6, 2)), 5 * 3 * 7 * 6 + 6 + 6 * 2 + 2 + 2 * 4 + 4),
    ],
)
def test_parameters_of_heads(arguments, count):
    shape, classes, kind, *hidden = arguments
    assert (
        transfer.head(shape, classes, kind, hidden=hidden[0] if hidden else ()).count_params()
        == count
    )
    units = [*(hidden[0] if hidden else ()), classes]
    first = shape[2] if kind == "gap" else shape[0] * shape[1] * shape[2]
    by_hand = sum(
        arithmetic.dense_params(i, o) for i, o in zip([first, *units], units, strict=False)
    )
    assert by_hand == count


def test_heads_give_probabilities():
    maps = np.random.default_rng(0).normal(size=(4, 3, 5, 7)).astype(np.float32)
    for kind in ("gap", "flatten"):
        many = np.asarray(transfer.head((3, 5, 7), 6, kind)(maps))
        np.testing.assert_allclose(many.sum(1), 1, atol=1e-6)
    one = np.asarray(transfer.head((3, 5, 7), 1)(maps))
    assert one.shape == (4, 1)
    assert ((one > 0) & (one < 1)).all()


def test_a_pooled_head_is_a_dense_layer_on_the_means():
    maps = np.random.default_rng(0).normal(size=(4, 3, 5, 7)).astype(np.float32)
    model = transfer.head((None, None, 7), 2)
    kernel, bias = (weight.numpy() for weight in model.weights)
    scores = maps.mean((1, 2)) @ kernel + bias
    expected = np.exp(scores) / np.exp(scores).sum(1, keepdims=True)
    np.testing.assert_allclose(model(maps), expected, atol=1e-5)


@pytest.mark.parametrize("kind", ["gap", "flatten"])
def test_a_head_trained_on_features_is_put_on_its_base(base, batch, kind):
    images, labels = batch
    maps = transfer.features(transfer.freeze(base), images)
    head = transfer.head(maps.shape[1:], 3, kind)
    trained(head, (maps, labels))
    joined = transfer.classifier(base, head=head)
    np.testing.assert_allclose(joined(images), head(maps), atol=1e-5)
    assert joined.get_layer("scores").kernel is head.get_layer("scores").kernel


def test_augmentation_works_in_training_only(base, batch):
    class Count(keras.layers.Layer):
        seen = ()

        def call(self, inputs, training=False):
            Count.seen = (*Count.seen, training)
            return inputs

    model = transfer.classifier(base, 3, augmentation=Count())
    Count.seen = ()
    model(batch[0], training=True)
    model(batch[0], training=False)
    assert Count.seen == (True, False)


PREDICT = """
import json, sys
import keras, numpy as np
model = keras.models.load_model(sys.argv[1])
images = np.load(sys.argv[2])
inner = model.get_layer(sys.argv[3]).layers
frozen = [layer.name for layer in inner if layer.weights and not layer.trainable]
print(json.dumps([np.asarray(model(images)).tolist(), frozen]))
"""


@pytest.mark.filterwarnings("ignore:.*__array__.*:DeprecationWarning")
def test_a_nested_base_is_saved_and_predicts_the_same_elsewhere(tmp_path):
    """In a process that never imports this package; what is frozen stays so."""
    base = transfer.unfreeze(transfer.backbone((32, 48, 3)), "stage3")
    model = transfer.classifier(base, 5, dropout=0.3)
    images = np.random.default_rng(0).integers(0, 256, (3, 32, 48, 3)).astype(np.float32)
    expected = np.asarray(model(images))
    model.save(tmp_path / "model.keras")
    np.save(tmp_path / "images.npy", images)
    done = subprocess.run(
        [
            *(sys.executable, "-c", PREDICT),
            *(str(tmp_path / "model.keras"), str(tmp_path / "images.npy"), base.name),
        ],
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    found, frozen = json.loads(done.stdout.splitlines()[-1])
    np.testing.assert_allclose(found, expected, atol=1e-6)
    assert frozen == [one.name for one in base.layers if one.weights and not one.trainable]
    assert "stage3_2_norm" in frozen
    assert "stage3_2_conv" not in frozen


# --- bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda base: transfer.freeze("vgg"), "`model`: expected a Keras model"),
        (lambda base: transfer.unfreeze(base, 3), "`top`: expected at most 2, the layers with"),
        (lambda base: transfer.unfreeze(base, 0), "`top`: expected an integer of at least 1"),
        (lambda base: transfer.unfreeze(base, "block"), "`top`: expected the beginning of a"),
        (lambda base: transfer.unfreeze(base, ""), "`top`: expected the beginning of a layer's"),
        (lambda base: transfer.classifier(base), "`classes`: expected an integer of at least 1"),
        (lambda base: transfer.classifier(base, 0), "`classes`: expected an integer of at least"),
        (lambda base: transfer.classifier(base, 3, "max"), "`head`: expected one of 'gap', 'flatt"),
        (lambda base: transfer.classifier(base, 3, dropout=1), "`dropout`: expected a number from"),
        (lambda base: transfer.classifier(base, 3, hidden=5), "`hidden`: expected a sequence of"),
        (lambda base: transfer.classifier(7, 3), "`base`: expected a Keras model"),
        (
            lambda base: transfer.classifier(transfer.head((4, 6, 7), 3), 3),
            "`base`: expected a model from images to maps (N, H, W, C)",
        ),
        (
            lambda base: transfer.classifier(base, head=transfer.head((4, 6, 8), 3)),
            "`head`: expected a model that takes maps of shape (4, 6, 7); received (4, 6, 8)",
        ),
        (
            lambda base: transfer.classifier(base, 3, head=transfer.head((4, 6, 7), 3)),
            "`head`: expected a word, if classes, hidden or dropout are given",
        ),
        (lambda base: transfer.head((4, 6), 3), "`feature_shape`: expected (height, width, chann"),
        (lambda base: transfer.head((4, 6, 0), 3), "`feature_shape`: expected (height, width, "),
        (lambda base: transfer.head((None, 6, 7), 3, "flatten"), "expected a known height and wi"),
    ],
)
def test_bad_input_is_named(base, call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call(base)
