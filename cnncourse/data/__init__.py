"""Data sets by name, as a sample that is drawn here or as the real thing, and input pipelines.

>>> from cnncourse import data
>>> flowers = data.load("flowers")
>>> flowers.train.images.shape
(750, 96, 96, 3)

``source="sample"`` never touches the network. ``source="real"`` looks where Keras
(``KERAS_HOME``), TensorFlow Datasets (``TFDS_DATA_DIR``) and people (``CNNCOURSE_DATA_DIR``:
``flower_photos/<class>/*.jpg``, ``bccd/BCCD/Annotations``, ``aclImdb/train/pos/*.txt``) keep
files, then tries to download, and says within seconds when that can't be. Samples are kept below
``CNNCOURSE_CACHE_DIR`` (default: the user's cache folder).
"""

from __future__ import annotations

from dataclasses import dataclass

from cnncourse import _checks
from cnncourse.data._dataset import Dataset, Split
from cnncourse.data._errors import DamagedDataError, DataError, DataUnavailableError
from cnncourse.data._real_sets import REAL_SETS
from cnncourse.data._sample_sets import SAMPLE_SETS
from cnncourse.data._sample_sets import load as _load_sample
from cnncourse.data.pipelines import pipeline, preprocessing, stratified_split
from cnncourse.data.transforms import (
    central_crop,
    crop_and_resize,
    crop_or_pad,
    flip,
    random_crop,
    random_flip,
    resize,
)

__all__ = [
    "DamagedDataError",
    "DataError",
    "DataUnavailableError",
    "Dataset",
    "Entry",
    "Split",
    "catalogue",
    "central_crop",
    "crop_and_resize",
    "crop_or_pad",
    "flip",
    "load",
    "names",
    "pipeline",
    "preprocessing",
    "random_crop",
    "random_flip",
    "resize",
    "stratified_split",
]


@dataclass(frozen=True)
class Entry:
    """One row of `catalogue`: where the sample and the real set of a name come from."""

    name: str
    sample: str
    sample_licence: str
    real: str
    real_licence: str


def catalogue() -> tuple[Entry, ...]:
    """Return origin and licence of every set's sample and real form."""
    return tuple(
        Entry(
            name,
            sample.provenance,
            sample.licence,
            REAL_SETS[name].provenance,
            REAL_SETS[name].licence,
        )
        for name, sample in SAMPLE_SETS.items()
    )


def names() -> tuple[str, ...]:
    """Return the names that `load` knows."""
    return tuple(SAMPLE_SETS)


def load(
    name: str,
    source: str = "sample",
    seed: int = 0,
    *,
    count: int | None = None,
    size: int | None = None,
    progress: bool | None = None,
) -> Dataset:
    """Return a data set, as a sample or as the real one.

    Parameters
    ----------
    name : str
        One of `names`.
    source : {"sample", "real"}
        The sample is drawn from `seed` (or ships with scikit-learn) and needs no network.
    seed : int
        Of the sample's pictures, and of the split into training and validation wherever none is
        published.
    count : int, optional
        Examples of the sample in all splits together.
    size : int, optional
        Side of the sample's pictures in pixels where it can be chosen; for texts, sample or real,
        the number of words kept.
    progress : bool, optional
        Show a progress bar while drawing; by default when it takes more than about a second.

    Returns
    -------
    Dataset

    Raises
    ------
    ValueError
        For an unknown name or source, or an argument that the set does not have.
    DataUnavailableError
        If the real set is neither on disk nor reachable: what was tried, and what to do.
    DamagedDataError
        If a file is not what it should be: which, and how it differs.
    """
    _checks.choice("name", name, SAMPLE_SETS)
    _checks.choice("source", source, ("sample", "real"))
    seed = _checks.integer("seed", seed, 0)
    spec = SAMPLE_SETS[name]
    if size is not None:
        if spec.size is None or (source == "real" and name != "imdb"):
            _checks.fail("size", f"None, since the size of '{name}' is given", size)
        size = _checks.integer("size", size, 1)
    if source == "real":
        if count is not None:
            _checks.fail("count", "None, since a real set is read whole", count)
        real = REAL_SETS[name]
        splits, class_names, vocabulary = real.read(seed, size)
        provenance, licence = real.provenance, real.licence
    else:
        count = spec.count if count is None else _checks.integer("count", count, 1)
        if name == "mnist" and count > spec.count:
            _checks.fail("count", f"at most {spec.count:,}, all there are", count)
        splits, class_names, vocabulary = _load_sample(
            spec, count, size or spec.size, seed, progress
        )
        provenance, licence = spec.provenance, spec.licence
    return Dataset(
        name=name,
        source=source,
        class_names=class_names,
        licence=licence,
        provenance=provenance,
        vocabulary=vocabulary,
        **splits,
    )
