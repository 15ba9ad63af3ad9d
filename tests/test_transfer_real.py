"""Pretrained networks of others on photos: what chapters 8 and 9 say of them in the full tier."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from sklearn.datasets import load_sample_image

from cnncourse import data, transfer

pytestmark = [pytest.mark.real_data, pytest.mark.slow]


@pytest.fixture
def weights(keras_layout, monkeypatch):
    """Let Keras find its weights in a folder instead of on the network."""
    from keras.src.utils import file_utils  # where Keras keeps what KERAS_HOME said at its import

    monkeypatch.setenv("KERAS_HOME", str(keras_layout))
    monkeypatch.setattr(file_utils.config, "keras_home", lambda: str(keras_layout))


@pytest.fixture
def photos(folder_layout, monkeypatch, tmp_path):
    monkeypatch.setenv("CNNCOURSE_DATA_DIR", str(folder_layout))
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path / "no_tfds"))
    return data.load("flowers", source="real")


def test_the_temple_of_the_sample_photo_is_a_bell_cote(weights):
    network = keras.applications.MobileNet(alpha=0.75, weights="imagenet")
    photo = load_sample_image("china.jpg")
    assert photo.shape == (427, 640, 3)
    shown = keras.ops.image.resize(photo[None].astype(np.float32), (224, 224))
    wanted = transfer.Preprocessing(transfer.wants("MobileNet"))(shown)
    (guesses,) = keras.applications.imagenet_utils.decode_predictions(
        network.predict(wanted, verbose=0), top=3
    )
    assert guesses[0][1] == "bell_cote"


def test_a_head_on_features_of_mobilenet_knows_flowers(weights, photos, tmp_path, monkeypatch):
    """Mean over five splits of all photos, a quarter of them for testing."""
    base = keras.applications.MobileNetV2((224, 224, 3), include_top=False, weights="imagenet")
    inputs = keras.Input((224, 224, 3))
    x = transfer.Preprocessing(transfer.wants("MobileNetV2"))(inputs)
    model = keras.Model(inputs, keras.layers.GlobalAveragePooling2D(keepdims=True)(base(x)))

    examples = [one for split in photos.splits.values() for one in split.stream()]
    labels = np.array([int(one["label"]) for one in examples])

    def compute():
        return transfer.features(
            model,
            (one["image"] for one in examples),
            cache=tmp_path / "features",
            preprocess=lambda image: np.asarray(data.resize(image, 224)),
            shard=100,
        )

    maps = compute()
    assert maps.shape == (len(labels), 1, 1, 1280)
    monkeypatch.setattr(model, "predict", None)  # from now on everything is read
    np.testing.assert_array_equal(compute(), maps)

    accuracies = []
    for seed in range(5):
        train, test = data.stratified_split(labels, (0.75, 0.25), seed)
        keras.utils.set_random_seed(seed)
        head = transfer.head(maps.shape[1:], 5)
        head.compile(
            "adam", "sparse_categorical_crossentropy", metrics=["accuracy"], jit_compile=False
        )
        head.fit(maps[train], labels[train], epochs=40, batch_size=32, verbose=0)
        accuracies.append(head.evaluate(maps[test], labels[test], verbose=0)[1])
    assert np.mean(accuracies) >= 0.85
