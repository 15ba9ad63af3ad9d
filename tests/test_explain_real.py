"""Heat maps of a real network on two photos; nothing is tested here without its weights."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_sample_images

from cnncourse import explain, transfer

pytestmark = [pytest.mark.real_data, pytest.mark.slow]

# Squares of the photos, 224 pixels wide, and where the temple and the dahlia stand in them, read
# off with a ruler.
COLUMNS = slice(106, 533)
BOXES = np.array([[0, 15, 140, 215], [33, 44, 180, 190]])


@pytest.fixture(scope="module")
def photos():
    squares = [Image.fromarray(photo[:, COLUMNS]) for photo in load_sample_images().images]
    return np.stack([np.asarray(square.resize((224, 224))) for square in squares])


@pytest.fixture
def network(keras_layout, monkeypatch):
    from keras.src.utils import file_utils  # where Keras keeps what KERAS_HOME said at its import

    monkeypatch.setenv("KERAS_HOME", str(keras_layout))
    monkeypatch.setattr(file_utils.config, "keras_home", lambda: str(keras_layout))
    return keras.applications.MobileNet(alpha=0.75, weights="imagenet")


def test_mobilenet_looks_at_the_temple_and_at_the_dahlia(network, photos):
    inputs = keras.Input((224, 224, 3))
    nested = keras.Model(inputs, network(transfer.Preprocessing("tf")(inputs)))
    votes = nested.predict(photos.astype("float32"), verbose=0).argmax(axis=1)

    heat = explain.grad_cam(nested, photos, votes)
    flat = explain.grad_cam(network, photos / 127.5 - 1, votes)
    np.testing.assert_allclose(heat, flat, atol=1e-4 * flat.max())
    np.testing.assert_array_equal(heat, explain.grad_cam(nested, photos))

    share = (BOXES[:, 2:] - BOXES[:, :2]).prod(axis=1) / 224**2
    assert (explain.energy_in_box(heat, BOXES) > share + 0.15).all()
    assert explain.pointing_game(heat, BOXES).tolist() == [1, 1]

    with explain.shuffled_weights(nested):
        lost = explain.grad_cam(nested, photos, votes)
    assert explain.energy_in_box(lost, BOXES).mean() < explain.energy_in_box(heat, BOXES).mean()
