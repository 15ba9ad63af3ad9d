"""Preprocessing as Keras' own functions have it, and pixels that can't be pixels."""

from __future__ import annotations

import re

import keras
import numpy as np
import pytest
from keras.applications import imagenet_utils

from cnncourse import transfer


@pytest.fixture(scope="module")
def images():
    return np.random.default_rng(0).integers(0, 256, (2, 5, 7, 3), dtype=np.uint8)


@pytest.mark.parametrize("mode", ["tf", "torch", "caffe"])
def test_it_is_what_keras_computes(images, mode):
    expected = imagenet_utils.preprocess_input(images.astype(np.float32), mode=mode)
    np.testing.assert_allclose(transfer.Preprocessing(mode)(images), expected, atol=1e-4)


def test_none_changes_nothing(images):
    found = np.asarray(transfer.Preprocessing("none")(images))
    np.testing.assert_array_equal(found, images)
    assert found.dtype == np.float32


# The mode in the source of each module of keras.applications; "none" where its preprocess_input
# returns what it is given, since the network scales by itself.
@pytest.mark.parametrize(
    "family",
    [
        *("vgg16", "vgg19", "resnet", "resnet_v2", "inception_v3", "inception_resnet_v2"),
        *("xception", "mobilenet", "mobilenet_v2", "mobilenet_v3", "nasnet", "densenet"),
        *("efficientnet", "efficientnet_v2", "convnext"),
    ],
)
def test_each_family_wants_what_its_own_function_does(images, family):
    function = getattr(keras.applications, family).preprocess_input
    expected = function(images.astype(np.float32))
    found = transfer.Preprocessing(transfer.wants(family))(images)
    np.testing.assert_allclose(found, expected, atol=1e-4)


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        ("ResNet50", "caffe"),
        ("ResNet50V2", "tf"),
        ("ResNet101V2", "tf"),
        ("MobileNetV3Small", "none"),
        ("EfficientNetV2B0", "none"),
        ("NASNetMobile", "tf"),
        (transfer.backbone(weights=None).name, "none"),
    ],
)
def test_names_of_networks(name, mode):
    assert transfer.wants(name) == mode


@pytest.mark.filterwarnings("ignore:.*__array__.*:DeprecationWarning")
@pytest.mark.parametrize("mode", ["tf", "torch", "caffe", "none"])
def test_it_travels_with_a_saved_model(images, mode, tmp_path):
    model = keras.Sequential([keras.Input((5, 7, 3)), transfer.Preprocessing(mode)])
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded(images), model(images))
    assert loaded.layers[-1].mode == mode


def test_pixels_pass(images):
    for good in (images, images[0], images.astype(np.float32), images // 255, images * 0.0):
        assert transfer.check_pixels(good) is good


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda x: x / 255, "as after a division by 255"),
        (lambda x: x / 127.5 - 1, "values from -1 to 1, as after preprocessing"),
        (lambda x: x * 2.0, "values from 0 to 510"),
        (lambda x: np.where(x > 250, np.nan, x), "expected finite pixels"),
        (lambda x: x[..., 0, 0], "expected numbers of shape (N, H, W, C) or (H, W, C)"),
        (lambda x: x[:0], "expected numbers of shape"),
        (lambda x: x.astype(str), "expected numbers of shape"),
    ],
)
def test_what_cannot_be_pixels_is_named(images, wrong, message):
    images = images.copy()
    images.flat[:2] = 0, 255
    with pytest.raises(ValueError, match=re.escape(message)):
        transfer.check_pixels(wrong(images))


def test_bad_input_is_named(images):
    with pytest.raises(ValueError, match="`mode`: expected one of 'tf', 'torch', 'caffe', 'none'"):
        transfer.Preprocessing("imagenet")
    with pytest.raises(ValueError, match="`inputs`: expected images with three channels"):
        transfer.Preprocessing("tf")(images[..., :1])
    with pytest.raises(ValueError, match="`name`: expected a network of one of the families"):
        transfer.wants("lenet5")
