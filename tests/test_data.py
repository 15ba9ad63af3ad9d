"""`data.load` on the samples, and the shapes a split comes in."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import numpy as np
import pytest

from cnncourse import data, samples
from cnncourse.data import Split


@pytest.fixture(autouse=True, scope="module")
def cache(tmp_path_factory):
    """Keep this module's drawings apart, and draw each of them once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CNNCOURSE_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture
def no_network(monkeypatch):
    def refuse(*arguments, **options):
        raise AssertionError("a sample reached for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


SMALL = {
    "mnist": {"count": 300},
    "fashion_mnist": {"count": 120},
    "cifar10": {"count": 100},
    "flowers": {"count": 60, "size": 64},
    "dogs": {"count": 140, "size": 32},
    "pets": {"count": 60, "size": 64},
    "flower_scenes": {"count": 30, "size": 64},
    "voc": {"count": 30, "size": 64},
    "bccd": {"count": 30, "size": 64},
    "imdb": {"count": 100, "size": 40},
}


def test_every_name_is_tried():
    assert set(SMALL) == set(data.names())


@pytest.mark.parametrize("name", data.names())
def test_samples_need_no_network_and_are_whole(no_network, name):
    loaded = data.load(name, **SMALL[name])
    assert (loaded.name, loaded.source) == (name, "sample")
    assert sum(len(split) for split in loaded.splits.values()) == SMALL[name]["count"]
    assert not loaded.is_partial
    assert loaded.licence
    assert loaded.provenance
    assert "sample data" in loaded.describe()
    for split in loaded.splits.values():
        assert split.in_memory
        labels = split.labels
        flat = np.concatenate(labels) if isinstance(labels, list) else labels
        assert flat.dtype == np.int64
        assert flat.min() >= 0
        assert flat.max() < len(loaded.class_names)
        inputs = split.tokens if name == "imdb" else split.images
        assert len(inputs) == len(labels) == len(split)
        assert inputs.dtype == (np.int32 if name == "imdb" else np.uint8)


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("mnist", (28, 28)),
        ("fashion_mnist", (28, 28)),
        ("cifar10", (32, 32, 3)),
        ("flowers", (64, 64, 3)),
        ("dogs", (32, 32, 3)),
    ],
)
def test_shapes(name, shape):
    assert data.load(name, **SMALL[name]).train.images.shape[1:] == shape


@pytest.mark.parametrize("name", ["mnist", "fashion_mnist", "cifar10", "flowers"])
def test_splits_are_stratified(name):
    loaded = data.load(name, **SMALL[name])
    for split in loaded.splits.values():
        counts = np.bincount(split.labels, minlength=len(loaded.class_names))
        assert counts.max() - counts.min() <= (3 if name != "mnist" else 9)


def test_splits_share_no_picture():
    loaded = data.load("fashion_mnist", count=200)
    seen = [image.tobytes() for split in loaded.splits.values() for image in split.images]
    assert len(set(seen)) == 200


def test_flowers_are_cut_75_15_10():
    loaded = data.load("flowers", count=60, size=64)
    assert [len(split) for split in loaded.splits.values()] == [45, 10, 5]
    assert loaded.class_names == ("dandelion", "daisy", "tulips", "sunflowers", "roses")


def test_digits_are_scikit_learns():
    from sklearn.datasets import load_digits

    loaded = data.load("mnist")
    published = load_digits()
    everything = np.concatenate([split.labels for split in loaded.splits.values()])
    assert len(everything) == 1_797
    np.testing.assert_array_equal(np.bincount(everything), np.bincount(published.target))
    # Enlarging keeps the amount of ink: mean grey of 0 to 16 against 0 to 255.
    ink = np.mean([split.images.mean() * len(split) for split in loaded.splits.values()])
    assert ink * 3 / 1_797 == pytest.approx(published.images.mean() * 255 / 16, rel=0.03)


def test_the_seed_decides():
    first, again, other = (data.load("fashion_mnist", seed=s, count=50) for s in (1, 1, 2))
    np.testing.assert_array_equal(first.train.images, again.train.images)
    assert (first.train.images != other.train.images).any()


def test_the_cache_returns_what_was_drawn():
    fresh = samples.flower_scenes(7, size=64, seed=3)
    for _ in range(2):
        loaded = data.load("flower_scenes", seed=3, count=7, size=64)
        parts = loaded.splits.values()
        images = np.concatenate([part.images for part in parts if len(part)])
        np.testing.assert_array_equal(images, fresh.images)
        for field in ("boxes", "labels", "masks"):
            stored = [item for part in parts for item in getattr(part, field)]
            for ours, theirs in zip(stored, getattr(fresh, field), strict=True):
                np.testing.assert_array_equal(ours, theirs)


def test_names_that_draw_alike_share_the_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("CNNCOURSE_CACHE_DIR", str(tmp_path))
    for name in ("voc", "bccd", "flower_scenes"):
        data.load(name, count=5, size=64)
    assert len(list(tmp_path.iterdir())) == 1


def test_two_processes_load_the_same_bytes(tmp_path):
    program = (
        "import hashlib; from cnncourse import data\n"
        "loaded = data.load('cifar10', seed=5, count=60)\n"
        "print(hashlib.sha256(loaded.train.images.tobytes()).hexdigest())"
    )
    digests = set()
    for number in range(2):
        done = subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
            env={**os.environ, "CNNCOURSE_CACHE_DIR": str(tmp_path / str(number))},
        )
        digests.add(done.stdout)
    assert len(digests) == 1


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"name": "mnits"}, "`name`: expected one of 'mnist'.*received 'mnits'"),
        ({"name": "mnist", "source": "web"}, "`source`.*'sample', 'real'.*received 'web'"),
        ({"name": "mnist", "seed": -1}, "`seed`"),
        ({"name": "mnist", "seed": True}, "`seed`"),
        ({"name": "mnist", "size": 32}, "`size`.*size of 'mnist' is given"),
        ({"name": "mnist", "count": 1_798}, "`count`.*at most 1,797"),
        ({"name": "flowers", "count": 0}, "`count`"),
        ({"name": "flowers", "size": 10}, "`size`"),
        ({"name": "flowers", "source": "real", "size": 64}, "`size`.*is given"),
        ({"name": "flowers", "source": "real", "count": 64}, "`count`.*read whole"),
    ],
)
def test_bad_arguments(arguments, expected):
    with pytest.raises(ValueError, match=expected):
        data.load(**arguments)


def test_a_split_streams_its_arrays():
    loaded = data.load("pets", **SMALL["pets"])
    first = next(iter(loaded.test.stream()))
    assert set(first) == {"image", "label", "boxes", "masks"}
    np.testing.assert_array_equal(first["image"], loaded.test.images[0])
    np.testing.assert_array_equal(first["masks"], loaded.test.masks[0])
    assert first["boxes"].shape == (4,)
    assert int(first["label"]) == loaded.test.labels[0]


def test_scenes_stream_any_number_of_objects():
    loaded = data.load("flower_scenes", **SMALL["flower_scenes"])
    stream = loaded.train.stream()
    assert int(stream.cardinality()) == len(loaded.train)
    counts = []
    for index, example in enumerate(stream):
        np.testing.assert_array_equal(example["boxes"], loaded.train.boxes[index])
        assert example["masks"].shape == (len(example["label"]), 64, 64)
        counts.append(len(example["label"]))
    assert len(set(counts)) > 1


def test_to_arrays_resizes_boxes_and_masks_with_the_picture():
    loaded = data.load("flower_scenes", **SMALL["flower_scenes"])
    half = loaded.train.to_arrays(size=32, limit=4)
    assert half.images.shape == (4, 32, 32, 3)
    assert half.images.dtype == np.uint8
    assert (len(half), half.whole) == (4, 21)
    for small, large in zip(half.boxes, loaded.train.boxes, strict=False):
        np.testing.assert_allclose(small, large / 2)
    assert half.masks[0].shape[1:] == (32, 32)
    one = data.load("pets", **SMALL["pets"]).train.to_arrays(size=32)
    assert one.boxes.shape == (40, 4)
    assert one.masks.shape == (40, 32, 32)


def test_to_arrays_without_size_keeps_the_arrays():
    train = data.load("flowers", **SMALL["flowers"]).train
    assert train.to_arrays() is train
    few = train.to_arrays(limit=3)
    assert (len(few), few.whole, few.images.shape) == (3, 45, (3, 64, 64, 3))


def test_a_partial_set_says_so():
    whole = data.load("flowers", **SMALL["flowers"])
    part = Split(images=whole.train.images, labels=whole.train.labels, count=45, whole=3_670)
    dataset = data.Dataset("x", "real", part, part, part, ("a",), "licence", "somewhere")
    assert dataset.is_partial
    assert "45 of 3,670" in dataset.describe()
    assert "a part of the published set" in dataset.describe()


def test_reviews_come_with_their_words():
    loaded = data.load("imdb", **SMALL["imdb"])
    assert loaded.train.tokens.shape == (60, 40)
    assert loaded.train.tokens.max() < len(loaded.vocabulary)
    assert loaded.class_names == ("negative", "positive")
