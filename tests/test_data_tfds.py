"""The sets of TFDS whose photos are not at hand, from tiny folders that TFDS itself prepares."""

from __future__ import annotations

import numpy as np
import pytest

from cnncourse import data


def prepare(home, name, version, features, splits, config=None):
    import tensorflow_datasets as tfds

    tfds.dataset_builders.store_as_tfds_dataset(
        name=name,
        version=version,
        config=config,
        features=tfds.features.FeaturesDict(features),
        split_datasets={split: list(enumerate(examples)) for split, examples in splits.items()},
        data_dir=str(home),
        disable_shuffling=True,
    )


@pytest.fixture
def tfds_home(monkeypatch, tmp_path):
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path))
    return tmp_path


def picture(seed, height=12, width=20):
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3)).astype(np.uint8)


def test_dogs(tfds_home):
    import tensorflow_datasets as tfds

    names = ["n02085620-chihuahua", "n02085782-japanese_spaniel", "n02113978-mexican_hairless"]
    features = {
        "image": tfds.features.Image(encoding_format="png"),
        "label": tfds.features.ClassLabel(names=names),
        "image/filename": tfds.features.Text(),
    }
    examples = [
        {"image": picture(n, 10 + n), "label": n % 3, "image/filename": f"{n}.jpg"}
        for n in range(10)
    ]
    prepare(
        tfds_home, "stanford_dogs", "0.2.0", features, {"train": examples, "test": examples[:4]}
    )
    loaded = data.load("dogs", source="real")
    assert loaded.class_names == ("chihuahua", "japanese_spaniel", "mexican_hairless")
    assert [len(split) for split in loaded.splits.values()] == [9, 1, 4]
    # Nine tenths and one tenth of the 12,000 published for training, and 8,580 for testing.
    assert [split.whole for split in loaded.splits.values()] == [10_800, 1_200, 8_580]
    assert loaded.is_partial
    streamed = list(loaded.train.stream().as_numpy_iterator())
    assert set(streamed[0]) == {"image", "label"}
    for number, example in enumerate(streamed):
        np.testing.assert_array_equal(example["image"], examples[number]["image"])
        assert example["label"] == number % 3


def test_pets_get_the_tight_box_of_their_mask(tfds_home):
    import tensorflow_datasets as tfds

    trimap = np.full((12, 20, 1), 2, np.uint8)
    trimap[3:8, 5:17] = 3  # the outline …
    trimap[4:7, 6:16] = 1  # … around the pet
    empty = np.full((12, 20, 1), 2, np.uint8)
    features = {
        "image": tfds.features.Image(encoding_format="png"),
        "label": tfds.features.ClassLabel(names=["Abyssinian", "beagle"]),
        "segmentation_mask": tfds.features.Image(
            shape=(None, None, 1), use_colormap=True, encoding_format="png"
        ),
    }
    examples = [
        {"image": picture(n), "label": n % 2, "segmentation_mask": trimap if n else empty}
        for n in range(10)
    ]
    prepare(tfds_home, "oxford_iiit_pet", "4.0.0", features, {"train": examples, "test": examples})
    loaded = data.load("pets", source="real")
    assert [split.whole for split in loaded.splits.values()] == [3_312, 368, 3_669]
    streamed = list(loaded.train.stream().as_numpy_iterator())
    assert streamed[1]["boxes"].tolist() == [5, 3, 17, 8]
    np.testing.assert_array_equal(streamed[1]["masks"], trimap[..., 0] != 2)
    assert streamed[0]["boxes"].tolist() == [0, 0, 0, 0]
    assert not streamed[0]["masks"].any()
    square = loaded.train.to_arrays(size=6, limit=2)
    # The central square takes columns 4 to 16; half the size halves the box.
    assert square.boxes[1].tolist() == [0.5, 1.5, 6, 4]


def test_voc_boxes_are_pixels_from_zero(tfds_home):
    import tensorflow_datasets as tfds

    features = {
        "image": tfds.features.Image(encoding_format="png"),
        "objects": tfds.features.Sequence(
            {
                "label": tfds.features.ClassLabel(names=["aeroplane", "bicycle"]),
                "bbox": tfds.features.BBoxFeature(),
                "is_difficult": np.bool_,
            }
        ),
    }
    # VOC: xmin 1, ymin 3, xmax 10, ymax 12 of 20 x 12 pixels, counted from 1, ends included.
    box = tfds.features.BBox(ymin=3 / 12, xmin=1 / 20, ymax=12 / 12, xmax=10 / 20)
    whole = tfds.features.BBox(ymin=1 / 12, xmin=1 / 20, ymax=1.0, xmax=1.0)
    examples = [
        {
            "image": picture(number),
            "objects": [
                {"label": 1, "bbox": box, "is_difficult": True},
                {"label": 0, "bbox": whole, "is_difficult": False},
            ][: 1 + number % 2],
        }
        for number in range(4)
    ]
    splits = {"train": examples, "validation": examples[:2], "test": examples[:3]}
    prepare(tfds_home, "voc", "5.0.0", features, splits, config="2007")
    loaded = data.load("voc", source="real")
    assert loaded.class_names == ("aeroplane", "bicycle")
    assert [len(split) for split in loaded.splits.values()] == [4, 2, 3]
    assert [split.whole for split in loaded.splits.values()] == [2_501, 2_510, 4_952]
    streamed = list(loaded.train.stream().as_numpy_iterator())
    np.testing.assert_allclose(streamed[0]["boxes"], [[0, 2, 10, 12]], atol=1e-5)
    np.testing.assert_allclose(streamed[1]["boxes"], [[0, 2, 10, 12], [0, 0, 20, 12]], atol=1e-5)
    assert streamed[1]["label"].tolist() == [1, 0]
    assert streamed[1]["difficult"].tolist() == [True, False]
    # The first object ends at column 10: a window right of it loses all that was known of it.
    left = data.crop_and_resize(streamed[1], (12, 0, 20, 12), 6)
    assert left["label"].numpy().tolist() == [0]
    assert left["difficult"].numpy().tolist() == [False]


def test_a_missing_split_is_damage(tfds_home):
    import tensorflow_datasets as tfds

    features = {
        "image": tfds.features.Image(encoding_format="png"),
        "label": tfds.features.ClassLabel(names=["n1-a"]),
    }
    prepare(
        tfds_home,
        "stanford_dogs",
        "0.2.0",
        features,
        {"train": [{"image": picture(0), "label": 0}]},
    )
    with pytest.raises(data.DamagedDataError, match=r"'test', 'train'.*no \['test'\]"):
        data.load("dogs", source="real")
