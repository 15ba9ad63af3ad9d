"""Real data laid out as Keras, TFDS and people keep it, from a folder outside the project.

The folder is named by ``CNNCOURSE_REAL_DATA``; nothing but these fixtures reads that variable.
"""

from __future__ import annotations

import os
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest

FLOWERS = ("dandelion", "daisy", "tulips", "sunflowers", "roses")


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Return the folder of real data sets; without one, the tests that read it are skipped."""
    folder = os.environ.get("CNNCOURSE_REAL_DATA", "")
    if not folder:
        pytest.skip("CNNCOURSE_REAL_DATA names no folder: NOTHING is tested on real data here")
    path = Path(folder).resolve()
    if not path.is_dir():
        pytest.fail(f"CNNCOURSE_REAL_DATA names no folder: {path}")
    return path


@pytest.fixture(scope="session")
def keras_layout(real_data, tmp_path_factory) -> Path:
    """Return a KERAS_HOME of links, so that Keras may write beside the files."""
    home = tmp_path_factory.mktemp("keras_home")
    for kind in ("datasets", "models"):
        (home / kind).mkdir()
        for path in (real_data / "keras_home" / kind).iterdir():
            (home / kind / path.name).symlink_to(path)
    with np.load(real_data / "cifar10" / "cifar10_train4000_lossless.npz") as stored:
        batch = {
            b"data": stored["x"].transpose(0, 3, 1, 2).reshape(len(stored["x"]), -1),
            b"labels": stored["y"].tolist(),
        }
    folder = home / "datasets" / "cifar-10-batches-py-target" / "cifar-10-batches-py"
    folder.mkdir(parents=True)
    (folder / "data_batch_1").write_bytes(pickle.dumps(batch))
    return home


@pytest.fixture(scope="session")
def folder_layout(real_data, tmp_path_factory) -> Path:
    """Return a CNNCOURSE_DATA_DIR with BCCD, the flower photos and the reviews."""
    home = tmp_path_factory.mktemp("data_dir")
    for name in ("bccd", "flower_photos"):
        (home / name).symlink_to(real_data / name)
    with zipfile.ZipFile(real_data / "imdb_text" / "aclImdb_subset.zip") as archive:
        archive.extractall(home)
    return home


@pytest.fixture(scope="session")
def tfds_layout(real_data, tmp_path_factory) -> Path:
    """Return a TFDS_DATA_DIR in which TFDS has prepared 350 photos as tf_flowers."""
    import tensorflow_datasets as tfds

    home = tmp_path_factory.mktemp("tfds")
    photos = [
        {"image": str(path), "label": label}
        for label, name in enumerate(FLOWERS)
        for path in sorted((real_data / "flower_photos" / name).glob("*.jpg"))[:70]
    ]
    order = np.random.default_rng(0).permutation(len(photos))
    features = tfds.features.FeaturesDict(
        {
            "image": tfds.features.Image(shape=(None, None, 3)),
            "label": tfds.features.ClassLabel(names=list(FLOWERS)),
        }
    )
    tfds.dataset_builders.store_as_tfds_dataset(
        name="tf_flowers",
        version="3.0.1",
        features=features,
        split_datasets={"train": [(int(index), photos[index]) for index in order]},
        data_dir=str(home),
        disable_shuffling=True,
    )
    return home
