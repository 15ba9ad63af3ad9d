"""Features computed once: kept on disk, keyed by all they depend on, never another model's."""

from __future__ import annotations

import hashlib
import json
import os
import warnings
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np

from cnncourse import _checks
from cnncourse.data import _cache

FORMAT = 1


def features(
    model: keras.Model,
    images: Any,
    *,
    cache: str | os.PathLike | None = None,
    preprocess: Callable[[Any], Any] | None = None,
    batch_size: int = 32,
    shard: int = 256,
) -> Any:
    """Return what a model makes of images; with a cache, compute each piece only once.

    The cache is a folder with a file for each `shard` images. A file's name is a digest of what
    its features depend on: the model's layers and weights, and the images as the model is given
    them, after `preprocess`. So a changed image, another weight or another preprocessing can't
    meet old features; a run that was killed goes on after its last whole file; and the cache may
    be thrown away at any time. A file that is damaged, or isn't what its name says, is computed
    again with a warning. A folder that can't be written costs a warning and is not tried again.

    Parameters
    ----------
    model : keras.Model
        With one input and one output. It runs as in inference.
    images : array_like of shape (N, H, W, C), iterable or tf.data.Dataset
        An iterable gives images (H, W, C) one by one; a data set gives images, or batches of
        them, alone or as ``(images, labels)``. A data set is read once and must end.
    cache : path, optional
        A folder, made if need be. Without it nothing is kept.
    preprocess : callable, optional
        From an image (H, W, C) to an image, before the model: resizing, for instance. Afterwards
        all must have one shape.
    batch_size : int
        Images that the model sees at once, at least 1.
    shard : int
        Images for each file, at least 1.

    Returns
    -------
    ndarray of shape (N, …), or a pair
        The model's outputs in the order of the images. For a data set of ``(images, labels)``, a
        pair of the outputs and the labels.

    Raises
    ------
    ValueError
        If there are no images, if they differ in shape or don't fit the model, or if an output
        isn't finite.

    Notes
    -----
    The key holds a layer's settings, not its code: after changing the code of a layer of your
    own, throw the cache away.

    References
    ----------
    A. Razavian and others, "CNN features off-the-shelf: an astounding baseline for recognition",
    CVPR workshops 2014, arXiv:1403.6382.

    Examples
    --------
    >>> import tempfile
    >>> from cnncourse import transfer
    >>> base, images = transfer.backbone((64, 64, 3)), np.zeros((5, 64, 64, 3), np.uint8)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     first = transfer.features(base, images, cache=folder)
    ...     again = transfer.features(base, images, cache=folder)  # read
    >>> first.shape, bool((first == again).all())
    ((5, 4, 4, 120), True)
    """
    if len(getattr(model, "inputs", ())) != 1 or len(getattr(model, "outputs", ())) != 1:
        _checks.fail("model", "a Keras model with one input and one output", model)
    batch_size = _checks.integer("batch_size", batch_size, 1)
    shard = _checks.integer("shard", shard, 1)
    if preprocess is not None and not callable(preprocess):
        _checks.fail("preprocess", "a function of an image, or None", preprocess)
    store = None if cache is None else _Store(Path(cache), model_key(model))

    labels: list[Any] = []
    found = []
    for piece in _pieces(_examples(images, labels), preprocess, shard):
        _fits(piece, model)

        def compute(piece: np.ndarray = piece) -> np.ndarray:
            outputs = np.asarray(model.predict(piece, batch_size=batch_size, verbose=0))
            if not np.isfinite(outputs).all():
                _checks.fail("model", "finite outputs", outputs)
            return outputs

        found.append(compute() if store is None else store.get(piece, compute))
    if not found:
        _checks.fail("images", "at least one image", "none")
    outputs = np.concatenate(found)
    return (outputs, np.asarray(labels)) if labels else outputs


def model_key(model: keras.Model) -> str:
    """Return a digest of a model's layers, how they are connected, and all of its weights.

    Names don't count: Keras numbers them anew each time.
    """
    digest = hashlib.sha256(f"{FORMAT} {keras.__version__} {keras.backend.backend()}".encode())
    config = json.loads(model.to_json())
    digest.update(json.dumps(_nameless(config, {}), sort_keys=True).encode())
    for array in model.get_weights():
        digest.update(f"{array.dtype} {array.shape}".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def _nameless(part: Any, numbers: dict[str, str]) -> Any:
    """Return a configuration with layers' names replaced by numbers, in order of appearance."""

    def number(name: str) -> str:
        return numbers.setdefault(name, f"#{len(numbers)}")

    def ends(value: Any) -> Any:  # ["name", 0, 0], or lists and dicts of such
        if isinstance(value, list) and value and isinstance(value[0], str):
            return [number(value[0]), *value[1:]]
        if isinstance(value, dict):
            return {key: ends(one) for key, one in value.items()}
        return [ends(one) for one in value] if isinstance(value, list) else value

    if isinstance(part, list):
        return [_nameless(one, numbers) for one in part]
    if not isinstance(part, dict):
        return part
    result = {}
    for key, value in part.items():
        if key == "name" and isinstance(value, str):
            result[key] = number(value)
        elif key in ("keras_history", "input_layers", "output_layers"):
            result[key] = ends(value)
        elif key not in ("trainable", "compile_config"):
            result[key] = _nameless(value, numbers)
    return result


class _Store:
    """A folder of features of one model."""

    def __init__(self, folder: Path, model: str) -> None:
        self.folder = folder
        self.model = model
        self.writable = True

    def get(self, images: np.ndarray, compute: Callable[[], np.ndarray]) -> np.ndarray:
        digest = hashlib.sha256(f"{self.model} {images.dtype} {images.shape}".encode())
        digest.update(np.ascontiguousarray(images).tobytes())
        key = digest.hexdigest()
        path = self.folder / f"features-{key[:32]}.npz"
        try:
            stored = _cache.read(path)
            if str(stored["key"]) == key and len(stored["features"]) == len(images):
                return stored["features"]
            self._warn(f"The file {path} holds other features; computing them again.")
        except (FileNotFoundError, NotADirectoryError, PermissionError):
            pass
        except _cache.DAMAGE as error:
            self._warn(f"The file {path} is damaged ({error}); computing its features again.")
        outputs = compute()
        if self.writable:
            try:
                _cache.write(path, {"features": outputs, "key": np.array(key)})
            except OSError as error:
                self.writable = False
                self._warn(
                    f"The folder {self.folder} cannot be written ({error}); going on without it."
                )
        return outputs

    @staticmethod
    def _warn(message: str) -> None:
        warnings.warn(message, stacklevel=4)


def _examples(images: Any, labels: list[Any]) -> Iterator[Any]:
    """Yield images one by one; what labels come with them is put into `labels`."""
    if hasattr(images, "element_spec"):  # a data set of TensorFlow
        for element in images:
            batch, target = element if isinstance(element, tuple) else (element, None)
            array = keras.ops.convert_to_numpy(batch)
            alone = array.ndim == 3
            if target is not None:
                target = keras.ops.convert_to_numpy(target)
                labels.extend([target] if alone else target)
            yield from [array] if alone else array
    elif isinstance(images, Iterable):
        yield from images
    else:
        _checks.fail("images", "an array (N, H, W, C), images one by one, or a data set", images)


def _pieces(
    images: Iterator[Any], preprocess: Callable[[Any], Any] | None, size: int
) -> Iterator[np.ndarray]:
    """Yield arrays of up to `size` images as the model shall see them."""
    piece: list[np.ndarray] = []
    shape = None
    for image in images:
        shown = np.asarray(image if preprocess is None else preprocess(image))
        if shown.ndim != 3 or shown.dtype == object:
            _checks.fail("images", "images of shape (H, W, C)", shown)
        if shape not in (None, shown.shape):
            expected = f"images of one shape, as the first of {shape}; `preprocess` can resize them"
            _checks.fail("images", expected, shown)
        shape = shown.shape
        piece.append(shown)
        if len(piece) == size:
            yield np.stack(piece)
            piece = []
    if piece:
        yield np.stack(piece)


def _fits(images: np.ndarray, model: keras.Model) -> None:
    wanted = model.input_shape[1:]
    if len(wanted) != 3 or any(
        side not in (None, other) for side, other in zip(wanted, images.shape[1:], strict=True)
    ):
        _checks.fail("images", f"images of shape {wanted}, as the model takes", images)
