"""The sets that Keras knows, read from Keras' own folder or fetched into it.

Files are read here rather than by ``keras.datasets`` so that a wrong checksum, a truncated file or
a missing network is reported at once and by name, and a partial copy is told from a whole one.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import pickle
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cnncourse.data._errors import DamagedDataError, DataUnavailableError
from cnncourse.data._places import keras_home, unreachable

_ORIGIN = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"

# SHA-256 of the published idx files, unpacked: header and pixels or labels.
_MNIST_DIGESTS = {
    "x_train": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "y_train": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "x_test": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "y_test": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
# MD5 as published beside the files by their authors (Xiao et al., 2017).
_FASHION_DIGESTS = {
    "train-images-idx3-ubyte.gz": "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
    "train-labels-idx1-ubyte.gz": "25c81989df183df01b3e8a0aad5dffbe",
    "t10k-images-idx3-ubyte.gz": "bef4ecab320f06d8554ea6380940ec79",
    "t10k-labels-idx1-ubyte.gz": "bb300cfdad3c16e7a12a480ee83cd310",
}
_CIFAR_ARCHIVE = "cifar-10-python.tar.gz"
_CIFAR_DIGEST = "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce"
_IMDB_DIGEST = "69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f"
_WORDS_DIGEST = "bfafd718b763782e994055a2d397834f"


@dataclass(frozen=True)
class Arrays:
    """Inputs and labels of the two published splits."""

    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray


def mnist() -> Arrays:
    """Return MNIST (60,000 and 10,000 digits), compared with the digests of the published files.

    Not the container is compared but what is in it: the same arrays in another zip are right.
    """
    path = keras_home() / "datasets" / "mnist.npz"
    _fetch("mnist", path, _ORIGIN + "mnist.npz")
    arrays = {}
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            for key in _MNIST_DIGESTS:
                arrays[key] = stored[key]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise DamagedDataError(str(path), "the four arrays of MNIST", str(error)) from error
    for key, published in _MNIST_DIGESTS.items():
        array = arrays[key]
        magic = 2051 if array.ndim == 3 else 2049
        header = struct.pack(f">{array.ndim + 1}i", magic, *array.shape)
        _compare(f"{path}, {key}", hashlib.sha256(header + array.tobytes()), published)
    return Arrays(**arrays)


def fashion_mnist() -> Arrays:
    """Return Fashion-MNIST (60,000 and 10,000 garments), compared with the published MD5 sums."""
    folder = keras_home() / "datasets" / "fashion-mnist"
    arrays = []
    for stem, count in (("train", 60_000), ("t10k", 10_000)):
        for part, header, shape in (
            ("images-idx3", 16, (count, 28, 28)),
            ("labels-idx1", 8, (count,)),
        ):
            name = f"{stem}-{part}-ubyte.gz"
            path = folder / name
            _fetch("fashion_mnist", path, _ORIGIN + name)
            packed = path.read_bytes()
            _compare(str(path), hashlib.md5(packed), _FASHION_DIGESTS[name])
            arrays.append(np.frombuffer(gzip.decompress(packed), np.uint8, offset=header))
            arrays[-1] = arrays[-1].reshape(shape)
    return Arrays(*arrays)


def cifar10() -> Arrays:
    """Return what is there of CIFAR-10: whole batches of the Python version, or a part of them."""
    folder = _cifar_folder()
    batches = [folder / f"data_batch_{number}" for number in range(1, 6)]
    train = [_cifar_batch(path) for path in batches if path.exists()]
    if not train:
        raise DamagedDataError(str(folder), "data_batch_1 to data_batch_5", "none of them")
    test_path = folder / "test_batch"
    empty = (np.zeros((0, 32, 32, 3), np.uint8), np.zeros(0, np.int64))
    x_test, y_test = _cifar_batch(test_path) if test_path.exists() else empty
    return Arrays(
        np.concatenate([images for images, _ in train]),
        np.concatenate([labels for _, labels in train]),
        x_test,
        y_test,
    )


def _cifar_folder() -> Path:
    datasets = keras_home() / "datasets"
    # Keras unpacks into the first; older versions of Keras, and people by hand, into the second.
    for folder in (
        datasets / "cifar-10-batches-py-target" / "cifar-10-batches-py",
        datasets / "cifar-10-batches-py",
    ):
        if folder.is_dir():
            return folder
    origin = "https://www.cs.toronto.edu/~kriz/" + _CIFAR_ARCHIVE
    target = datasets / "cifar-10-batches-py-target"
    _demand_network("cifar10", [target], origin)
    from keras.utils import get_file

    with _download("cifar10", origin):
        get_file("cifar-10-batches-py-target", origin, extract=True, file_hash=_CIFAR_DIGEST)
    return target / "cifar-10-batches-py"


def _cifar_batch(path: Path) -> tuple[np.ndarray, np.ndarray]:
    try:
        batch = _PlainUnpickler(io.BytesIO(path.read_bytes()), encoding="bytes").load()
        images = np.asarray(batch[b"data"], np.uint8).reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
        labels = np.asarray(batch[b"labels"], np.int64)
    except (pickle.UnpicklingError, EOFError, KeyError, ValueError, TypeError, IndexError) as error:
        raise DamagedDataError(str(path), "a batch of CIFAR-10", str(error) or repr(error)) from (
            error
        )
    if len(images) != len(labels):
        raise DamagedDataError(str(path), f"{len(images)} labels", str(len(labels)))
    outside = np.flatnonzero((labels < 0) | (labels > 9))
    if outside.size:
        raise DamagedDataError(
            f"{path}, example {outside[0]}", "a label from 0 to 9", str(labels[outside[0]])
        )
    return np.ascontiguousarray(images), labels


class _PlainUnpickler(pickle.Unpickler):
    """Rebuilds NumPy arrays and nothing else: a pickle can otherwise run any code."""

    _ALLOWED = frozenset(
        [
            ("numpy", "dtype"),
            ("numpy", "ndarray"),
            ("numpy.core.multiarray", "_reconstruct"),
            ("numpy._core.multiarray", "_reconstruct"),
            ("numpy._core.numeric", "_frombuffer"),
            ("numpy.core.numeric", "_frombuffer"),
            ("_codecs", "encode"),
        ]
    )

    def find_class(self, module, name):
        if (module, name) not in self._ALLOWED:
            raise pickle.UnpicklingError(f"a batch holds arrays only, not {module}.{name}")
        return super().find_class(module, name)


def imdb(words: int) -> Arrays | None:
    """Return IMDB (25,000 and 25,000 reviews) as lists of word numbers, or None if not on disk.

    Parameters
    ----------
    words : int
        Numbers from here on become 2, the unknown word.
    """
    path = keras_home() / "datasets" / "imdb.npz"
    if not path.exists():
        return None
    # Keras asks for the file again when its digest is wrong, which would reach for the network.
    _compare(str(path), hashlib.sha256(path.read_bytes()), _IMDB_DIGEST)
    from keras.datasets import imdb as keras_imdb

    (x_train, y_train), (x_test, y_test) = keras_imdb.load_data(path=str(path), num_words=words)
    return Arrays(x_train, np.asarray(y_train), x_test, np.asarray(y_test))


def fetch_imdb() -> None:
    """Download IMDB into Keras' folder, or say at once that it can't be had."""
    path = keras_home() / "datasets" / "imdb.npz"
    _fetch("imdb", path, _ORIGIN + "imdb.npz", sha256=_IMDB_DIGEST)


def imdb_word_index() -> dict[str, int]:
    """Return rank by word, the commonest being 1, compared with the published MD5 sum."""
    path = keras_home() / "datasets" / "imdb_word_index.json"
    _fetch("imdb", path, _ORIGIN + "imdb_word_index.json")
    content = path.read_bytes()
    _compare(str(path), hashlib.md5(content), _WORDS_DIGEST)
    return json.loads(content)


def _compare(where: str, digest, published: str) -> None:
    if digest.hexdigest() != published:
        raise DamagedDataError(
            where,
            f"{digest.name} {published} as published",
            f"{digest.hexdigest()} (delete the file to fetch it anew)",
        )


def _fetch(name: str, path: Path, origin: str, sha256: str | None = None) -> None:
    if path.exists():
        return
    _demand_network(name, [path], origin)
    from keras.utils import get_file

    with _download(name, origin):
        # Keras downloads beside the file and renames, and shows a progress bar.
        get_file(
            path.name,
            origin,
            cache_dir=str(keras_home()),
            cache_subdir=str(path.parent.relative_to(keras_home())),
            file_hash=sha256,
        )


def _demand_network(name: str, places: list[Path], origin: str) -> None:
    reason = unreachable(origin)
    if reason is not None:
        raise DataUnavailableError(
            name,
            [*(f"{place}: not there" for place in places), f"{origin}: {reason}"],
            "connect to the network once, or copy the files from a machine that has them to the "
            "place above (set KERAS_HOME to keep Keras' folder elsewhere)",
        )


class _download:
    """Turn whatever a broken download raises into our error."""

    def __init__(self, name: str, origin: str):
        self.name, self.origin = name, origin

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if error is not None and isinstance(error, Exception):
            raise DataUnavailableError(
                self.name,
                [f"{self.origin}: {error}"],
                "try again; a broken download leaves nothing behind that counts as whole",
            ) from error
        return False
