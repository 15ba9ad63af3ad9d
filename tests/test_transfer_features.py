"""Features on disk: computed once, and never those of another model, image or preprocessing."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import warnings

import keras
import numpy as np
import pytest

from cnncourse import data, transfer
from cnncourse.data import _cache
from cnncourse.transfer._features import model_key


def small(seed=0, scale=1.0, name=None):
    """A model of two weights layers that is quick to run."""
    keras.utils.set_random_seed(seed)
    return keras.Sequential(
        [
            keras.Input((6, 8, 3)),
            keras.layers.Rescaling(scale),
            keras.layers.Conv2D(4, 3, name=name),
            keras.layers.BatchNormalization(),
        ]
    )


@pytest.fixture(scope="module")
def images():
    return np.random.default_rng(0).integers(0, 256, (10, 6, 8, 3), dtype=np.uint8)


@pytest.fixture
def model():
    return small()


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "features"


def counted(model, monkeypatch):
    """Return a list that grows by the number of images with each time the model runs."""
    calls, run = [], model.predict

    def predict(images, **options):
        calls.append(len(images))
        return run(images, **options)

    monkeypatch.setattr(model, "predict", predict)
    return calls


def test_they_are_what_the_model_makes(model, images, folder):
    expected = np.asarray(model(images, training=False))
    np.testing.assert_allclose(transfer.features(model, images), expected, atol=1e-4)
    for _ in range(2):
        found = transfer.features(model, images, cache=folder, shard=4)
        np.testing.assert_allclose(found, expected, atol=1e-4)
    assert len(list(folder.iterdir())) == 3


def test_each_piece_is_computed_once(model, images, folder, monkeypatch):
    calls = counted(model, monkeypatch)
    first = transfer.features(model, images, cache=folder, shard=4)
    assert calls == [4, 4, 2]
    again = transfer.features(model, images, cache=folder, shard=4)
    assert calls == [4, 4, 2]
    np.testing.assert_array_equal(first, again)


def test_a_changed_image_costs_its_own_piece(model, images, folder, monkeypatch):
    transfer.features(model, images, cache=folder, shard=4)
    changed = images.copy()
    changed[5, 0, 0, 0] ^= 1
    calls = counted(model, monkeypatch)
    found = transfer.features(model, changed, cache=folder, shard=4)
    assert calls == [4]
    np.testing.assert_array_equal(found, transfer.features(model, changed, shard=4))


@pytest.mark.parametrize(
    "change",
    [
        lambda model: model.layers[1].kernel.assign_add(np.full((3, 3, 3, 4), 1e-6)),
        lambda model: model.layers[2].moving_mean.assign_add(np.full(4, 0.5)),
    ],
    ids=["a kernel", "statistics"],
)
def test_other_weights_never_meet_old_features(model, images, folder, monkeypatch, change):
    transfer.features(model, images, cache=folder)
    change(model)
    calls = counted(model, monkeypatch)
    found = transfer.features(model, images, cache=folder)
    assert calls == [10]
    np.testing.assert_array_equal(found, transfer.features(model, images))


def test_another_preprocessing_never_meets_old_features(images, folder, monkeypatch):
    transfer.features(small(), images, cache=folder)
    other = small(scale=1 / 255)  # in the model: the same weights, another setting
    calls = counted(other, monkeypatch)
    found = transfer.features(other, images, cache=folder)
    assert calls == [10]
    np.testing.assert_array_equal(found, transfer.features(other, images))

    model = small()
    calls = counted(model, monkeypatch)
    transfer.features(model, images, cache=folder, preprocess=lambda image: image[::-1])
    transfer.features(model, images, cache=folder, preprocess=lambda image: image / 2)
    assert calls == [10, 10]


def test_type_and_order_of_images_count(model, images, folder, monkeypatch):
    transfer.features(model, images, cache=folder)
    calls = counted(model, monkeypatch)
    transfer.features(model, images.astype(np.float32), cache=folder)
    turned = transfer.features(model, images[::-1], cache=folder)
    assert calls == [10, 10]
    np.testing.assert_allclose(turned[::-1], transfer.features(model, images), atol=1e-4)


def test_the_same_model_built_again_finds_its_features(images, folder, monkeypatch):
    transfer.features(small(), images, cache=folder)
    again = small()  # Keras gives its layers new names
    calls = counted(again, monkeypatch)
    transfer.features(again, images, cache=folder)
    assert calls == []


def test_names_do_not_count_but_settings_and_connections_do():
    def model(*, activation="relu", name="relu", swap=False):
        inputs = keras.Input((6, 8, 3))
        one = keras.layers.Dense(3, activation=activation, kernel_initializer="zeros", name=name)
        two = keras.layers.Activation("tanh")(one(inputs))
        three = keras.layers.Activation("sigmoid")(one(inputs))
        ends = [three, two] if swap else [two, three]
        return keras.Model(inputs, keras.layers.Subtract()(ends))

    assert model_key(model()) == model_key(model(name="other"))
    assert model_key(model()) != model_key(model(swap=True))
    # A layer named like another's setting must not be taken for it.
    assert model_key(model(activation="relu", name="relu")) != model_key(
        model(activation="elu", name="elu")
    )


def test_freezing_changes_nothing_that_is_computed(model):
    key = model_key(model)
    transfer.freeze(model)
    assert model_key(model) == key


@pytest.mark.parametrize("keep", [0.0, 0.5, 0.99])
def test_a_cut_file_is_made_again(model, images, folder, monkeypatch, keep):
    first = transfer.features(model, images, cache=folder)
    (path,) = folder.iterdir()
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * keep)])
    with pytest.warns(UserWarning, match=r"damaged .*computing its features again"):
        again = transfer.features(model, images, cache=folder)
    np.testing.assert_array_equal(first, again)
    calls = counted(model, monkeypatch)
    transfer.features(model, images, cache=folder)
    assert calls == []


def test_a_flipped_bit_is_noticed(model, images, folder):
    first = transfer.features(model, images, cache=folder)
    (path,) = folder.iterdir()
    content = bytearray(path.read_bytes())
    content[content.index(first.tobytes()[:64]) + 1] ^= 1
    path.write_bytes(content)
    with pytest.warns(UserWarning, match="damaged"):
        again = transfer.features(model, images, cache=folder)
    np.testing.assert_array_equal(first, again)


def test_a_file_under_another_ones_name_is_noticed(images, folder):
    one, other = small(0), small(1)
    transfer.features(one, images, cache=folder)
    (path,) = folder.iterdir()
    wrong = path.read_bytes()
    path.unlink()
    expected = transfer.features(other, images, cache=folder)
    (path,) = folder.iterdir()
    path.write_bytes(wrong)
    with pytest.warns(UserWarning, match=r"holds other features; computing them again"):
        found = transfer.features(other, images, cache=folder)
    np.testing.assert_array_equal(found, expected)


def test_a_full_disk_costs_one_warning(model, images, folder, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(_cache.os, "fsync", full)
    with pytest.warns(UserWarning, match=r"No space left .*going on without it") as caught:
        found = transfer.features(model, images, cache=folder, shard=3)
    assert len(caught) == 1
    np.testing.assert_array_equal(found, transfer.features(model, images, shard=3))
    assert list(folder.iterdir()) == []


def test_an_interrupted_run_goes_on(model, images, folder, monkeypatch):
    run = model.predict

    def interrupted(piece, **options):
        if len(list(folder.iterdir() if folder.exists() else [])) == 2:
            raise KeyboardInterrupt
        return run(piece, **options)

    monkeypatch.setattr(model, "predict", interrupted)
    with pytest.raises(KeyboardInterrupt):
        transfer.features(model, images, cache=folder, shard=3)
    monkeypatch.setattr(model, "predict", run)
    calls = counted(model, monkeypatch)
    found = transfer.features(model, images, cache=folder, shard=3)
    assert calls == [3, 1]
    np.testing.assert_array_equal(found, transfer.features(model, images, shard=3))


SLOW_RUN = """
import sys, time
import numpy as np
sys.path.insert(0, sys.argv[2])
from test_transfer_features import small
from cnncourse import transfer
model, images = small(), np.arange(10 * 6 * 8 * 3, dtype=np.uint8).reshape(10, 6, 8, 3)
def slowly():
    for number, image in enumerate(images):
        if number >= 6:
            time.sleep(60)
        yield image
transfer.features(model, slowly(), cache=sys.argv[1], shard=2)
"""


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_a_killed_process_leaves_only_whole_files(folder, monkeypatch, repository):
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW_RUN, str(folder), str(repository / "tests")], cwd=repository
    )
    deadline = time.monotonic() + 300
    while len(list(folder.glob("*.npz"))) < 3:
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.1)
    process.send_signal(signal.SIGKILL)
    process.wait()

    model = small()
    images = np.arange(10 * 6 * 8 * 3, dtype=np.uint8).reshape(10, 6, 8, 3)
    calls = counted(model, monkeypatch)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = transfer.features(model, images, cache=folder, shard=2)
    assert calls == [2, 2]
    np.testing.assert_allclose(found, transfer.features(model, images), atol=1e-4)


# --- what images may be --------------------------------------------------------------------------


def test_pictures_of_many_shapes_are_brought_to_one(model):
    rng = np.random.default_rng(0)
    pictures = [rng.integers(0, 256, (9 + n, 12 - n, 3), dtype=np.uint8) for n in range(4)]
    found = transfer.features(model, pictures, preprocess=lambda one: data.resize(one, (6, 8)))
    expected = model(np.stack([data.resize(one, (6, 8)) for one in pictures]), training=False)
    np.testing.assert_allclose(found, expected, atol=1e-3)
    open_size = keras.Sequential([keras.Input((None, None, 3)), keras.layers.Rescaling(2)])
    with pytest.raises(ValueError, match=r"one shape, as the first .*`preprocess` can resize"):
        transfer.features(open_size, pictures)


@pytest.mark.parametrize("batch", [None, 3])
def test_a_data_set_gives_labels_in_its_order(model, images, folder, batch):
    import tensorflow as tf

    labels = np.arange(10) % 4
    stream = tf.data.Dataset.from_tensor_slices((images, labels)).shuffle(10, seed=1)
    stream = stream if batch is None else stream.batch(batch)
    for _ in range(2):  # shuffled anew each time it is read
        found, targets = transfer.features(model, stream, cache=folder, shard=4)
        assert sorted(targets) == sorted(labels)
        whole = transfer.features(model, images)
        for row, target in zip(found, targets, strict=True):
            near = np.abs(whole - row).max((1, 2, 3)).argmin()
            assert labels[near] == target


def test_a_data_set_without_labels(model, images):
    import tensorflow as tf

    stream = tf.data.Dataset.from_tensor_slices(images).batch(4)
    np.testing.assert_allclose(
        transfer.features(model, stream), transfer.features(model, images), atol=1e-4
    )


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"images": np.zeros((0, 6, 8, 3))}, "`images`: expected at least one image"),
        ({"images": np.zeros((6, 8, 3))}, "`images`: expected images of shape (H, W, C)"),
        ({"images": np.zeros((2, 8, 6, 3))}, "`images`: expected images of shape (6, 8, 3), as"),
        ({"images": 7}, "`images`: expected an array (N, H, W, C), images one by one, or"),
        ({"images": np.full((2, 6, 8, 3), np.nan)}, "`model`: expected finite outputs"),
        ({"batch_size": 0}, "`batch_size`: expected an integer of at least 1"),
        ({"shard": 0.5}, "`shard`: expected an integer of at least 1"),
        ({"preprocess": 2}, "`preprocess`: expected a function of an image, or None"),
        ({"model": "vgg16"}, "`model`: expected a Keras model with one input and one output"),
    ],
)
def test_bad_input_is_named(model, images, wrong, message):
    arguments = {"model": model, "images": images} | wrong
    with pytest.raises(ValueError, match=re.escape(message)):
        transfer.features(arguments.pop("model"), arguments.pop("images"), **arguments)
