"""The real set behind every name, found on disk or fetched once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from cnncourse.data import _folders, _keras_sets, _tfds_sets
from cnncourse.data._dataset import Split
from cnncourse.data._errors import DataUnavailableError
from cnncourse.data._places import folders_home, keras_home
from cnncourse.data.pipelines import stratified_split

FASHION_CLASSES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
CIFAR_CLASSES = (
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
)
FLOWER_CLASSES = ("dandelion", "daisy", "tulips", "sunflowers", "roses")
BLOOD_CELLS = ("RBC", "WBC", "Platelets")
SENTIMENTS = ("negative", "positive")
IMDB_WORDS = 10_000
IMDB_LENGTH = 400
HELD_OUT = 0.1

Loaded = tuple[dict[str, Split], tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True)
class RealSet:
    """Where a real set comes from, and how it is read.

    Attributes
    ----------
    read : callable
        ``read(seed, size)`` → splits, class names, vocabulary.
    """

    read: Callable[[int, int | None], Loaded]
    provenance: str
    licence: str


def _mnist(seed: int, size: int | None) -> Loaded:
    return _grey(_keras_sets.mnist(), seed, 60_000, 10_000), tuple("0123456789"), ()


def _fashion_mnist(seed: int, size: int | None) -> Loaded:
    return _grey(_keras_sets.fashion_mnist(), seed, 60_000, 10_000), FASHION_CLASSES, ()


def _cifar10(seed: int, size: int | None) -> Loaded:
    return _grey(_keras_sets.cifar10(), seed, 50_000, 10_000), CIFAR_CLASSES, ()


def _grey(arrays: _keras_sets.Arrays, seed: int, train: int, test: int) -> dict[str, Split]:
    return _held_out(arrays, seed, "images", train, test)


def _held_out(
    arrays: _keras_sets.Arrays, seed: int, field: str, train: int, test: int
) -> dict[str, Split]:
    """Take a stratified tenth of the published training split for validation."""

    def part(inputs: np.ndarray, labels: np.ndarray, whole: int) -> Split:
        fields: dict[str, Any] = {field: inputs, "labels": labels.astype(np.int64)}
        return Split(**fields, count=len(inputs), whole=whole)

    x, y = arrays.x_train, arrays.y_train
    kept, held = stratified_split(y, (1 - HELD_OUT, HELD_OUT), seed)
    wanted = round(train * HELD_OUT)
    return {
        "train": part(x[kept], y[kept], train - wanted),
        "validation": part(x[held], y[held], wanted),
        "test": part(arrays.x_test, arrays.y_test, test),
    }


def _flowers(seed: int, size: int | None) -> Loaded:
    folder = _folder("flower_photos")
    if _tfds_sets.prepared_folder("tf_flowers") is None and folder is not None:
        files = _folders.class_folder(folder, FLOWER_CLASSES)
        labels = np.array([label for _, label in files])
        parts = stratified_split(labels, (0.75, 0.15, 0.10), seed)
        # The shares of the 3,670 published photos, as TFDS rounds them.
        published = {"train": 2_752, "validation": 551, "test": 367}
        splits = {
            name: _folders.photo_split([files[index] for index in part], whole)
            for (name, whole), part in zip(published.items(), parts, strict=True)
        }
        return splits, FLOWER_CLASSES, ()
    return _from_tfds("flowers", _tfds_sets.FLOWERS, _not_there("flower_photos"))


def _dogs(seed: int, size: int | None) -> Loaded:
    return _from_tfds("dogs", _tfds_sets.DOGS)


def _pets(seed: int, size: int | None) -> Loaded:
    return _from_tfds("pets", _tfds_sets.PETS)


def _voc(seed: int, size: int | None) -> Loaded:
    return _from_tfds("voc", _tfds_sets.VOC)


def _from_tfds(name: str, spec: _tfds_sets.TfdsSet, *also_tried: str) -> Loaded:
    splits, class_names = _tfds_sets.load(name, spec, also_tried)
    return splits, class_names, ()


def _bccd(seed: int, size: int | None) -> Loaded:
    tried = []
    for inside in ("bccd/BCCD", "BCCD", "BCCD_Dataset/BCCD"):
        folder = _folder(inside)
        if folder is not None and (folder / "Annotations").is_dir():
            published = {"train": ("train", 205), "validation": ("val", 87), "test": ("test", 72)}
            splits = {
                ours: _folders.annotated_split(
                    _folders.voc_annotations(folder, theirs, BLOOD_CELLS), whole
                )
                for ours, (theirs, whole) in published.items()
            }
            return splits, BLOOD_CELLS, ()
        tried.append(_not_there(inside))
    raise DataUnavailableError(
        "bccd",
        tried,
        "clone the repository Shenggan/BCCD_Dataset and set CNNCOURSE_DATA_DIR to the folder that "
        "holds it",
    )


def _flower_scenes(seed: int, size: int | None) -> Loaded:
    raise DataUnavailableError(
        "flower_scenes",
        ["flower scenes exist as samples only: nobody has published boxes for such photos"],
        'for real pictures with boxes load "voc" or "bccd"',
    )


def _imdb(seed: int, size: int | None) -> Loaded:
    length = IMDB_LENGTH if size is None else size
    arrays = _keras_sets.imdb(IMDB_WORDS)
    folder = _folder("aclImdb")
    if arrays is None and folder is not None:
        index = _keras_sets.imdb_word_index()
        train, test = (
            _folders.review_folder(folder / part, index, IMDB_WORDS) for part in ("train", "test")
        )
        arrays = _keras_sets.Arrays(*train, *test)  # type: ignore[arg-type]
    elif arrays is None:
        try:
            _keras_sets.fetch_imdb()
        except DataUnavailableError as error:
            raise DataUnavailableError(
                "imdb",
                [_not_there("aclImdb"), *error.tried],
                "connect to the network once, or unpack the reviews (aclImdb/train/pos/*.txt …) "
                "below CNNCOURSE_DATA_DIR; their word numbers need imdb_word_index.json in "
                f"{keras_home() / 'datasets'}",
            ) from error
        arrays = _keras_sets.imdb(IMDB_WORDS)
        assert arrays is not None
    padded = _keras_sets.Arrays(
        _padded(arrays.x_train, length),
        arrays.y_train,
        _padded(arrays.x_test, length),
        arrays.y_test,
    )
    vocabulary = _vocabulary(_keras_sets.imdb_word_index())
    return _held_out(padded, seed, "tokens", 25_000, 25_000), SENTIMENTS, vocabulary


def _padded(reviews, length: int) -> np.ndarray:
    """Keep the last `length` words of every review, short ones with 0 in front, as Keras does."""
    tokens = np.zeros((len(reviews), length), np.int32)
    for row, review in zip(tokens, reviews, strict=True):
        kept = review[-length:]
        row[length - len(kept) :] = kept
    return tokens


def _vocabulary(word_index: dict[str, int]) -> tuple[str, ...]:
    words = ["<pad>", "<start>", "<unknown>", "<unused>"]
    ranked = sorted(word_index, key=word_index.__getitem__)
    return tuple(words + ranked[: IMDB_WORDS - len(words)])


def _folder(inside: str) -> Path | None:
    home = folders_home()
    folder = None if home is None else home / inside
    return folder if folder is not None and folder.is_dir() else None


def _not_there(inside: str) -> str:
    home = folders_home()
    if home is None:
        return f"{inside} below CNNCOURSE_DATA_DIR: that variable is not set"
    return f"{home / inside}: no such folder"


REAL_SETS = {
    "mnist": RealSet(
        _mnist, "MNIST (LeCun, Cortes and Burges), from Keras' data sets", "CC BY-SA 3.0"
    ),
    "fashion_mnist": RealSet(
        _fashion_mnist, "Fashion-MNIST (Xiao, Rasul and Vollgraf, 2017), from Keras' sets", "MIT"
    ),
    "cifar10": RealSet(
        _cifar10,
        "CIFAR-10 (Krizhevsky, 2009), from Keras' data sets",
        "none stated; its authors ask to be cited",
    ),
    "flowers": RealSet(
        _flowers,
        "tf_flowers (The TensorFlow Team, 2019), by TensorFlow Datasets",
        "CC BY, each photo by its own author",
    ),
    "dogs": RealSet(
        _dogs,
        "Stanford Dogs (Khosla et al., 2011), by TensorFlow Datasets",
        "ImageNet's terms: research and teaching, not for sale",
    ),
    "pets": RealSet(
        _pets,
        "Oxford-IIIT Pet (Parkhi et al., 2012), by TensorFlow Datasets",
        "CC BY-SA 4.0",
    ),
    "flower_scenes": RealSet(_flower_scenes, "none: see voc and bccd", "–"),
    "voc": RealSet(
        _voc,
        "PASCAL VOC 2007 (Everingham et al.), by TensorFlow Datasets",
        "Flickr's terms of use, each photo by its own author",
    ),
    "bccd": RealSet(_bccd, "BCCD: blood cells with boxes (Shenggan and cosmicad, 2018)", "MIT"),
    "imdb": RealSet(
        _imdb,
        "IMDB reviews (Maas et al., 2011), from Keras' data sets or as text files",
        "none stated; its authors ask to be cited",
    ),
}
