"""Splits, preprocessing and input pipelines."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnncourse import data
from cnncourse.data import Split


def split(count=23, height=40, width=50):
    generator = np.random.default_rng(0)
    images = generator.integers(0, 256, (count, height, width, 3)).astype(np.uint8)
    return Split(images=images, labels=np.arange(count), count=count, whole=count)


@given(
    labels=st.lists(st.integers(0, 3), min_size=60, max_size=200),
    shares=st.sampled_from([(0.5, 0.5), (0.75, 0.15, 0.10), (0.6, 0.4)]),
    seed=st.integers(0, 99),
)
@settings(max_examples=50, deadline=None)
def test_stratified_split_keeps_shares(labels, shares, seed):
    labels = np.array(labels + [0, 1, 2, 3] * 3)
    parts = data.stratified_split(labels, shares, seed)
    assert sorted(np.concatenate(parts).tolist()) == list(range(len(labels)))
    for label in range(4):
        total = (labels == label).sum()
        for part, share in zip(parts, shares, strict=True):
            assert abs((labels[part] == label).sum() - share * total) <= 1


def test_stratified_split_is_seeded_and_shuffled():
    labels = np.repeat([0, 1, 2], 50)
    first, again, other = (data.stratified_split(labels, (0.8, 0.2), s)[0] for s in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()
    assert (np.diff(labels[first]) != 0).sum() > 20


@pytest.mark.parametrize(
    ("labels", "shares", "expected"),
    [
        ([0, 1], (0.5, 0.4), "`fractions`.*sum to 1"),
        ([0, 1], (1.0,), "`fractions`.*at least two"),
        ([0, 0, 0, 1], (0.5, 0.5), "`labels`.*examples of class 1"),
        ([], (0.5, 0.5), "`labels`.*non-empty"),
        ([0.5, 1.5], (0.5, 0.5), "`labels`.*integers"),
        ([0, 0, 0, 0], (1.5, -0.5), "`fractions`.*between"),
    ],
)
def test_impossible_splits(labels, shares, expected):
    with pytest.raises(ValueError, match=expected):
        data.stratified_split(labels, shares)


@pytest.mark.parametrize(
    ("model", "white", "black"),
    [
        # x / 127.5 - 1 for the Inception family; for VGG the means of BGR are taken off.
        ("mobilenet_v2", (1, 1, 1), (-1, -1, -1)),
        ("xception", (1, 1, 1), (-1, -1, -1)),
        ("vgg16", (151.061, 138.221, 131.32), (-103.939, -116.779, -123.68)),
        ("resnet50", (151.061, 138.221, 131.32), (-103.939, -116.779, -123.68)),
        # (1 - mean) / sd with the channel statistics of ImageNet.
        ("densenet121", (2.2489, 2.4286, 2.64), (-2.1179, -2.0357, -1.8044)),
        ("efficientnet_b0", (255, 255, 255), (0, 0, 0)),
    ],
)
def test_preprocessing_of_white_and_black(model, white, black):
    preprocess = data.preprocessing(model)
    for value, expected in ((255, white), (0, black)):
        images = np.full((1, 2, 3, 3), value, np.float32)
        result = np.asarray(preprocess(images))
        np.testing.assert_allclose(result[0, 1, 2], expected, atol=1e-3)
        assert (images == value).all()


def test_unknown_model_names_the_known():
    with pytest.raises(ValueError, match=r"argument `model`.*'mobilenet_v2'.*received 'mobilnet'"):
        data.preprocessing("mobilnet")


def test_evaluation_keeps_order_and_pixels():
    source = split(height=40, width=50)
    batches = list(data.pipeline(source, 40, batch=10))
    assert [len(labels) for _, labels in batches] == [10, 10, 3]
    assert np.concatenate([labels for _, labels in batches]).tolist() == list(range(23))
    images = np.concatenate([images for images, _ in batches])
    np.testing.assert_array_equal(images, source.images[:, :, 5:45].astype(np.float32))


def test_training_draws_anew_each_epoch_and_repeats_by_seed():
    def epochs(seed):
        batches = data.pipeline(split(), (24, 32), batch=23, training=True, seed=seed)
        return [next(iter(batches)) for _ in range(2)]

    (first, first_labels), (second, second_labels) = epochs(0)
    (again, again_labels), _ = epochs(0)
    (other, other_labels), _ = epochs(1)
    np.testing.assert_array_equal(first, again)
    np.testing.assert_array_equal(first_labels, again_labels)
    assert sorted(first_labels.numpy()) == sorted(second_labels.numpy()) == list(range(23))
    assert (first_labels.numpy() != second_labels.numpy()).any()
    assert (first_labels.numpy() != other_labels.numpy()).any()
    at = dict(zip(first_labels.numpy(), first.numpy(), strict=True))
    moved = [
        np.abs(at[label] - image).max() > 0
        for label, image in zip(second_labels.numpy(), second.numpy(), strict=True)
    ]
    assert sum(moved) > 15
    assert np.abs(first.numpy() - other.numpy()).max() > 0


def test_augment_sees_batches_in_training_only():
    seen = []

    def augment(images):
        seen.append(images.shape)
        return images * 0 + 5

    trained = next(iter(data.pipeline(split(), 16, batch=7, training=True, augment=augment)))
    assert (trained[0].numpy() == 5).all()
    assert seen[0][1:] == (16, 16, 3)
    evaluated = next(iter(data.pipeline(split(), 16, batch=7, augment=augment)))
    assert evaluated[0].numpy().max() > 5


def test_preprocess_comes_last():
    batches = data.pipeline(
        split(), 16, training=True, augment=lambda x: x * 0 + 255, preprocess=lambda x: x / 255
    )
    assert (next(iter(batches))[0].numpy() == 1).all()


def test_repeat_goes_on():
    batches = data.pipeline(split(), 16, batch=23, training=True, repeat=True)
    labels = [labels.numpy() for _, labels in batches.take(4)]
    assert len(labels) == 4
    assert all(sorted(part) for part in labels)


def test_the_model_can_be_fitted():
    import keras

    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [keras.Input((16, 16, 3)), keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(23)]
    )
    model.compile(loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    history = model.fit(
        data.pipeline(split(), 16, training=True), epochs=2, shuffle=False, verbose=0
    )
    assert np.isfinite(history.history["loss"]).all()


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"size": 0}, "`size`"),
        ({"size": 16, "batch": 0}, "`batch`"),
        ({"size": 16, "margin": -0.1}, "`margin`"),
        ({"size": 16, "margin": float("nan")}, "`margin`"),
        ({"size": 16, "seed": -1}, "`seed`"),
    ],
)
def test_bad_settings(options, expected):
    with pytest.raises(ValueError, match=expected):
        data.pipeline(split(), **options)


def test_training_pictures_are_windows_at_whole_pixels():
    count, rows, columns = 40, 30, 30
    values = np.arange(count * rows * columns * 3, dtype=np.int64) * 7919 % 251
    images = values.astype(np.uint8).reshape(count, rows, columns, 3)
    source = Split(images=images, labels=np.arange(count), count=count, whole=count)
    size = (24, 20)
    # A margin of a quarter asks for 30 x 25 pixels; the pictures come as squares of 30.
    batches = data.pipeline(source, size, batch=count, training=True, margin=0.25)
    stored = {
        int(label): image
        for image, label in (
            (batch_image, batch_label)
            for pictures, labels in data.pipeline(source, (30, 25), batch=count)
            for batch_image, batch_label in zip(pictures.numpy(), labels.numpy(), strict=True)
        )
    }
    places, mirrored = set(), 0
    for picture, label in zip(*(part.numpy() for part in next(iter(batches))), strict=True):
        found = [
            (top, left, turned)
            for top in range(30 - 24 + 1)
            for left in range(25 - 20 + 1)
            for turned in (False, True)
            if np.abs(
                stored[int(label)][top : top + 24, left : left + 20][:, :: -1 if turned else 1]
                - picture
            ).max()
            < 0.51
        ]
        assert len(found) == 1
        places.add(found[0][:2])
        mirrored += found[0][2]
    assert len(places) > 15
    assert 8 <= mirrored <= 32
