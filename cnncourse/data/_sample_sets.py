"""The sample counterpart of every set: drawn from a seed, kept in the cache."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from cnncourse import samples
from cnncourse.data._cache import cached, source_version
from cnncourse.data._dataset import Split
from cnncourse.data.pipelines import stratified_split

OURS_LICENCE = "CC BY 4.0, as the course"
DIGITS = "real digits of 8 x 8 pixels from scikit-learn (Alpaydin and Kaynak, 1998), enlarged"
CIFAR_SHAPES = 5


@dataclass(frozen=True)
class SampleSet:
    """How a sample set is drawn and cut.

    Attributes
    ----------
    draw : callable
        ``draw(count, size, seed, progress)`` → arrays by name: ``images`` or ``tokens``,
        ``labels``, ``class_names`` and perhaps ``boxes``, ``masks``, ``vocabulary``.
    count : int
        How many examples by default.
    size : int or None
        Default side of the pictures (length of the sequences); None where it is fixed.
    shares : tuple of float
        Train, validation, test.
    """

    draw: Callable[[int, int | None, int, bool | None], dict[str, Any]]
    count: int
    size: int | None
    shares: tuple[float, float, float]
    provenance: str
    licence: str = OURS_LICENCE


def load(
    spec: SampleSet, count: int, size: int | None, seed: int, progress: bool | None
) -> tuple[dict[str, Split], tuple[str, ...], tuple[str, ...]]:
    """Return splits, class names and vocabulary of a sample set."""
    version = source_version(Path(samples.__file__).parent)
    here = source_version(Path(__file__).parent)
    arrays = cached(
        f"sample{spec.draw.__name__}",
        (spec.draw.__name__, count, size, seed, version, here),
        lambda: _pack(spec.draw(count, size, seed, progress)),
    )
    parts = _unpack(arrays)
    class_names = tuple(str(item) for item in parts.pop("class_names"))
    vocabulary = tuple(str(item) for item in parts.pop("vocabulary", ()))
    labels = parts["labels"]
    if isinstance(labels, list):
        # Scenes hold several classes each; their order is random already.
        ends = np.rint(np.cumsum(spec.shares) * len(labels)).astype(int)
        positions = np.split(np.arange(len(labels)), ends[:-1])
    else:
        positions = stratified_split(labels, spec.shares, seed)
    splits = {
        split: _part(parts, where)
        for split, where in zip(("train", "validation", "test"), positions, strict=True)
    }
    return splits, class_names, vocabulary


def _part(parts: dict[str, Any], where: np.ndarray) -> Split:
    chosen: dict[str, Any] = {
        name: [value[index] for index in where] if isinstance(value, list) else value[where]
        for name, value in parts.items()
    }
    return Split(**chosen, count=len(where), whole=len(where))


def _pack(parts: dict[str, Any]) -> dict[str, np.ndarray]:
    """Turn lists of arrays into one array and the lengths of its pieces: no pickles in a cache."""
    arrays: dict[str, np.ndarray] = {}
    for name, value in parts.items():
        if value is None:
            continue
        if isinstance(value, list):
            arrays[f"{name}.lengths"] = np.array([len(item) for item in value], np.int64)
            arrays[name] = np.concatenate(value)
        else:
            arrays[name] = np.asarray(value)
    return arrays


def _unpack(arrays: dict[str, np.ndarray]) -> dict[str, Any]:
    parts: dict[str, Any] = {}
    for name, value in arrays.items():
        if name.endswith(".lengths"):
            continue
        lengths = arrays.get(f"{name}.lengths")
        parts[name] = value if lengths is None else np.split(value, np.cumsum(lengths)[:-1])
    return parts


def _parts(drawn) -> dict[str, Any]:
    return {
        "images": drawn.images,
        "labels": drawn.labels,
        "boxes": drawn.boxes,
        "masks": drawn.masks,
        "class_names": np.array(drawn.class_names),
    }


def _digits(count, size, seed, progress):
    from PIL import Image
    from sklearn.datasets import load_digits

    digits = load_digits()
    order = np.random.default_rng(seed).permutation(len(digits.target))[:count]
    images = np.stack(
        [
            np.asarray(
                Image.fromarray(np.rint(small * (255 / 16)).astype(np.uint8)).resize(
                    (28, 28), Image.Resampling.BICUBIC
                )
            )
            for small in digits.images[order]
        ]
    )
    return {
        "images": images,
        "labels": digits.target[order].astype(np.int64),
        "class_names": np.array([str(number) for number in range(10)]),
    }


def _garments(count, size, seed, progress):
    return _parts(samples.garments(count, seed=seed, progress=progress))


def _objects(count, size, seed, progress):
    """Half flowers, half shapes, ten classes at 32 x 32: small pictures in colour like CIFAR-10."""
    half = count // 2
    flowers = samples.flowers(half, size=64, seed=seed, progress=progress)
    # Means of 2 x 2 pixels, rounded half up in integers so that no platform rounds otherwise.
    blocks = flowers.images.reshape(half, 32, 2, 32, 2, 3).astype(np.uint16).sum(axis=(2, 4))
    small = ((blocks + 2) // 4).astype(np.uint8)
    rest = count - half
    everything = len(samples.shapes(1, size=32, seed=seed).class_names)
    drawn = samples.shapes(
        -(-rest * everything // CIFAR_SHAPES) + everything, size=32, seed=seed, progress=progress
    )
    chosen = np.flatnonzero(np.asarray(drawn.labels) < CIFAR_SHAPES)[:rest]
    images = np.concatenate([small, drawn.images[chosen]])
    labels = np.concatenate(
        [flowers.labels, np.asarray(drawn.labels)[chosen] + len(flowers.class_names)]
    )
    order = np.random.default_rng(seed).permutation(count)
    return {
        "images": images[order],
        "labels": labels[order],
        "class_names": np.array([*flowers.class_names, *drawn.class_names[:CIFAR_SHAPES]]),
    }


def _flowers(count, size, seed, progress):
    return _parts(samples.flowers(count, size=size, seed=seed, progress=progress))


def _textures(count, size, seed, progress):
    return _parts(samples.textures(count, size=size, seed=seed, progress=progress))


def _scenes(count, size, seed, progress):
    return _parts(samples.flower_scenes(count, size=size, seed=seed, progress=progress))


def _reviews(count, size, seed, progress):
    drawn = samples.reviews(count, length=size, seed=seed)
    return {
        "tokens": drawn.tokens,
        "labels": drawn.labels,
        "class_names": np.array(["negative", "positive"]),
        "vocabulary": np.array(drawn.vocabulary),
    }


SAMPLE_SETS = {
    "mnist": SampleSet(_digits, 1_797, None, (0.7, 0.1, 0.2), DIGITS, "CC BY 4.0"),
    "fashion_mnist": SampleSet(
        _garments, 4_000, None, (0.7, 0.1, 0.2), "garments, drawn from a seed"
    ),
    "cifar10": SampleSet(
        _objects, 3_000, None, (0.7, 0.1, 0.2), "five flowers and five shapes, drawn from a seed"
    ),
    "flowers": SampleSet(
        _flowers, 1_000, 96, (0.75, 0.15, 0.10), "flowers with boxes and masks, drawn from a seed"
    ),
    "dogs": SampleSet(
        _textures, 1_500, 64, (0.6, 0.1, 0.3), "patterns in any colours, drawn from a seed"
    ),
    "pets": SampleSet(
        _flowers, 1_000, 96, (0.7, 0.1, 0.2), "flowers with boxes and masks, drawn from a seed"
    ),
    "flower_scenes": SampleSet(
        _scenes, 800, 96, (0.7, 0.1, 0.2), "flower scenes with boxes and masks, drawn from a seed"
    ),
    "voc": SampleSet(
        _scenes, 800, 96, (0.7, 0.1, 0.2), "flower scenes with boxes and masks, drawn from a seed"
    ),
    "bccd": SampleSet(
        _scenes, 800, 96, (0.7, 0.1, 0.2), "flower scenes with boxes and masks, drawn from a seed"
    ),
    "imdb": SampleSet(
        _reviews,
        4_000,
        120,
        (0.6, 0.1, 0.3),
        "word sequences in which order counts, drawn from a seed",
    ),
}
