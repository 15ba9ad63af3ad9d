"""The real sets, from layouts that the fixtures lay out of `CNNCOURSE_REAL_DATA`."""

from __future__ import annotations

import numpy as np
import pytest

from cnncourse import data

pytestmark = pytest.mark.real_data


@pytest.fixture
def keras_only(keras_layout, monkeypatch, tmp_path):
    monkeypatch.setenv("KERAS_HOME", str(keras_layout))
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path / "no_tfds"))
    monkeypatch.delenv("CNNCOURSE_DATA_DIR", raising=False)


@pytest.fixture
def folders(folder_layout, keras_only, monkeypatch):
    monkeypatch.setenv("CNNCOURSE_DATA_DIR", str(folder_layout))


@pytest.fixture
def flowers_by_tfds(tfds_layout, monkeypatch):
    monkeypatch.setenv("TFDS_DATA_DIR", str(tfds_layout))
    return data.load("flowers", source="real")


@pytest.mark.parametrize(
    ("name", "first_labels"),
    [
        # The first labels of the published training files, in their order.
        ("mnist", (5, 0, 4, 1, 9, 2, 1, 3, 1, 4)),
        ("fashion_mnist", (9, 0, 0, 3, 0, 2, 7, 2, 5, 5)),
    ],
)
def test_grey_sets_are_whole(keras_only, name, first_labels):
    loaded = data.load(name, source="real")
    assert [len(split) for split in loaded.splits.values()] == [54_000, 6_000, 10_000]
    assert loaded.train.images.shape == (54_000, 28, 28)
    assert loaded.train.images.dtype == np.uint8
    assert loaded.train.images.max() == 255
    assert not loaded.is_partial
    # Training and validation together are the published 60,000.
    total = np.bincount(loaded.train.labels) + np.bincount(loaded.validation.labels)
    if name == "fashion_mnist":
        assert total.tolist() == [6_000] * 10
        assert loaded.class_names[-1] == "Ankle boot"
    else:
        # Counts of the ten digits in MNIST's training file.
        assert total.tolist() == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    from cnncourse.data import _keras_sets

    assert tuple(getattr(_keras_sets, name)().y_train[:10]) == first_labels


def test_a_part_of_cifar10_says_so(keras_only):
    loaded = data.load("cifar10", source="real")
    assert loaded.is_partial
    assert (len(loaded.train), loaded.train.whole) == (3_600, 45_000)
    assert (len(loaded.validation), loaded.validation.whole) == (400, 5_000)
    assert (len(loaded.test), loaded.test.whole) == (0, 10_000)
    assert "3,600 of 45,000" in loaded.describe()
    assert "a part of the published set" in loaded.describe()
    assert loaded.train.images.shape == (3_600, 32, 32, 3)
    from cnncourse.data import _keras_sets

    first = _keras_sets.cifar10()
    # Frog, truck, truck, deer, automobile …: the start of data_batch_1 as published.
    assert first.y_train[:10].tolist() == [6, 9, 9, 4, 1, 1, 2, 7, 8, 3]


def test_flowers_by_tfds(flowers_by_tfds):
    loaded = flowers_by_tfds
    assert loaded.class_names == ("dandelion", "daisy", "tulips", "sunflowers", "roses")
    # 75/15/10 percent of 350 and of the published 3,670: a quarter, 87.5, rounds to 88.
    assert [len(split) for split in loaded.splits.values()] == [262, 53, 35]
    assert [split.whole for split in loaded.splits.values()] == [2_752, 551, 367]
    assert loaded.is_partial
    small = loaded.test.to_arrays(size=64)
    assert small.images.shape == (35, 64, 64, 3)
    assert small.images.dtype == np.uint8
    assert small.images.std() > 30
    labels = [int(example["label"]) for example in loaded.train.stream()]
    everything = np.bincount(labels, minlength=5)
    for split in (loaded.validation, loaded.test):
        everything += np.bincount([int(x["label"]) for x in split.stream()], minlength=5)
    assert everything.tolist() == [70] * 5


def test_pictures_of_several_sizes_need_one(flowers_by_tfds):
    with pytest.raises(ValueError, match=r"argument `size`.*differ in size"):
        flowers_by_tfds.test.to_arrays()


def test_flowers_from_class_folders(folders, real_data):
    loaded = data.load("flowers", source="real")
    published = sum(1 for _ in (real_data / "flower_photos").glob("*/*.jpg"))
    assert sum(len(split) for split in loaded.splits.values()) == published
    assert loaded.is_partial
    assert loaded.class_names[0] == "dandelion"


def test_bccd(folders):
    loaded = data.load("bccd", source="real")
    assert [len(split) for split in loaded.splits.values()] == [205, 87, 72]
    assert not loaded.is_partial
    labels = np.concatenate([x for split in loaded.splits.values() for x in split.labels])
    # As the data set's own page counts them.
    assert np.bincount(labels).tolist() == [4155, 372, 361]
    boxes = np.concatenate([x for split in loaded.splits.values() for x in split.boxes])
    assert boxes.min() >= 0
    assert (boxes[:, 2] <= 640).all()
    assert (boxes[:, 3] <= 480).all()
    assert (boxes[:, 2:] > boxes[:, :2]).all()
    example = next(iter(loaded.train.stream()))
    assert example["image"].shape == (480, 640, 3)
    square = loaded.train.to_arrays(size=96, limit=3)
    assert square.images.shape == (3, 96, 96, 3)
    assert all(box.max() <= 96 for box in square.boxes)


def test_imdb_as_text(folders):
    loaded = data.load("imdb", source="real", size=200)
    assert [len(split) for split in loaded.splits.values()] == [3_600, 400, 2_000]
    assert [split.whole for split in loaded.splits.values()] == [22_500, 2_500, 25_000]
    assert loaded.train.tokens.shape == (3_600, 200)
    assert loaded.train.tokens.max() < 10_000 == len(loaded.vocabulary)
    assert np.bincount(loaded.test.labels).tolist() == [1_000, 1_000]
    assert loaded.class_names == ("negative", "positive")
    # Rank 1 of the published word index is "the", hence number 4.
    assert loaded.vocabulary[4] == "the"
    assert (loaded.train.tokens == 4).mean() > 0.03


def test_real_photos_flow_through_the_pipeline(flowers_by_tfds):
    batches = data.pipeline(
        flowers_by_tfds.train,
        (48, 64),
        batch=50,
        training=True,
        preprocess=data.preprocessing("mobilenet_v2"),
    )
    sizes = []
    for images, labels in batches:
        sizes.append(len(labels))
        assert images.shape[1:] == (48, 64, 3)
        assert float(images.numpy().min()) >= -1
        assert float(images.numpy().max()) <= 1
    assert sizes == [50] * 5 + [12]
