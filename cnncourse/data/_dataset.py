"""What `data.load` returns: three splits and what one must know about them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from cnncourse import _checks


@dataclass(frozen=True)
class Split:
    """Part of a data set: arrays in memory, or a stream of examples decoded on the way.

    Attributes
    ----------
    images : ndarray of uint8, shape (N, H, W) or (N, H, W, 3), or None
        Pictures of one size, values 0 to 255.
    tokens : ndarray of int32, shape (N, T), or None
        Word numbers of a text set; 0 fills up in front, 1 starts, 2 is any unknown word.
    labels : ndarray of int64, shape (N,), list of ndarray, or None
        Class numbers; one array per picture where a picture holds several objects.
    boxes : ndarray of float32, shape (N, 4), list of ndarray of shape (K, 4), or None
        ``xyxy`` in pixels: left, top, right, bottom; right and bottom exclusive.
    masks : ndarray of bool, shape (N, H, W), list of ndarray of shape (K, H, W), or None
        True where the object is seen.
    count : int
        How many examples are here.
    whole : int
        How many the published split has; `count` is smaller for a partial copy.
    """

    images: np.ndarray | None = None
    tokens: np.ndarray | None = None
    labels: Any = None
    boxes: Any = None
    masks: Any = None
    count: int = 0
    whole: int = 0
    source: Callable[[], Any] | None = field(default=None, repr=False)

    def __len__(self) -> int:
        return self.count

    @property
    def in_memory(self) -> bool:
        """True when the examples are arrays, False when they come as a stream only."""
        return self.source is None

    @property
    def is_partial(self) -> bool:
        """True when examples of the published split are missing."""
        return self.count < self.whole

    def stream(self):
        """Return a ``tf.data.Dataset`` of dicts, one per example, in a fixed order.

        Keys are those of ``image``, ``tokens``, ``label``, ``boxes`` and ``mask`` (``labels`` and
        ``masks`` where there are several objects) that the set has.
        """
        if self.source is not None:
            return self.source()
        from cnncourse.data._streams import from_arrays

        return from_arrays(self)

    def to_arrays(self, size: int | None = None, limit: int | None = None) -> Split:
        """Return the split with its examples in memory.

        Parameters
        ----------
        size : int, optional
            Side in pixels of the central square that every picture is resized to. Needed where
            pictures differ in size.
        limit : int, optional
            Take only the first `limit` examples.
        """
        if size is not None:
            size = _checks.integer("size", size, 1)
        if limit is not None:
            limit = min(_checks.integer("limit", limit, 1), self.count)
        if self.in_memory and size is None:
            return self if limit is None else self.take(limit)
        from cnncourse.data._streams import to_arrays

        return to_arrays(self, size, limit)

    def take(self, count: int) -> Split:
        """Return the first `count` examples of a split in memory; `whole` stays."""
        count = min(_checks.integer("count", count, 1), self.count)
        parts = {
            name: value[:count]
            for name in ("images", "tokens", "labels", "boxes", "masks")
            if (value := getattr(self, name)) is not None
        }
        return replace(self, count=count, **parts)


@dataclass(frozen=True)
class Dataset:
    """A data set by name, with its origin written on it.

    Attributes
    ----------
    name, source : str
        What was asked for; `source` is ``"sample"`` or ``"real"``.
    train, validation, test : Split
    class_names : tuple of str
        Position is class number.
    licence, provenance : str
        Under what terms the data may be used, and where it comes from.
    vocabulary : tuple of str
        Words by token number; empty for pictures.
    """

    name: str
    source: str
    train: Split
    validation: Split
    test: Split
    class_names: tuple[str, ...]
    licence: str
    provenance: str
    vocabulary: tuple[str, ...] = ()

    @property
    def splits(self) -> dict[str, Split]:
        """The three splits by name."""
        return {"train": self.train, "validation": self.validation, "test": self.test}

    @property
    def is_partial(self) -> bool:
        """True when any split lacks published examples."""
        return any(split.is_partial for split in self.splits.values())

    def describe(self) -> str:
        """Return a few lines of text: counts (n of N where partial), classes, origin, licence."""
        counts = ", ".join(
            f"{name} {split.count:,}" + (f" of {split.whole:,}" if split.is_partial else "")
            for name, split in self.splits.items()
        )
        kind = "sample data" if self.source == "sample" else "real data"
        if self.is_partial:
            kind += ", a part of the published set"
        return (
            f"{self.name} ({kind})\n  examples: {counts}\n"
            f"  classes: {len(self.class_names)} ({', '.join(self.class_names[:10])}"
            f"{', …' if len(self.class_names) > 10 else ''})\n"
            f"  from: {self.provenance}\n  licence: {self.licence}"
        )
