"""What is compared: objects that are there, and boxes that a detector reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from cnncourse import _checks, boxes


@dataclass(frozen=True, eq=False)
class GroundTruth:
    """The objects of a data set, one row each, image after image or in any other order.

    Parameters
    ----------
    images : sequence
        The id of every image, those without objects too; distinct. Where scores are equal, the
        image that comes first here counts first.
    class_names : sequence of str
        Distinct; every class is reported, those without objects as not measured.
    image, label : array_like of int, shape (N,)
        Indices into `images` and `class_names`.
    boxes : array_like of shape (N, 4)
        ``xywh``: left, top, width, height, in pixels.
    crowd : array_like of bool, shape (N,), optional
        Regions of many objects that nobody told apart: they don't have to be found, and a
        detection of which enough lies inside one counts neither for nor against the detector.
    difficult : array_like of bool, shape (N,), optional
        Single objects that don't have to be found; neither does finding them count.
    areas : array_like of shape (N,), optional
        What the area ranges go by: COCO's is that of the mask. The boxes' own, unless told.
    class_ids : sequence of int, optional
        The ids of the classes in a COCO file.

    Raises
    ------
    ValueError
        If numbers don't agree, an index points nowhere, a box is none, or an id comes twice.
    """

    images: Sequence[Any]
    class_names: Sequence[str]
    image: np.ndarray
    label: np.ndarray
    boxes: np.ndarray
    crowd: np.ndarray = None  # type: ignore[assignment]
    difficult: np.ndarray = None  # type: ignore[assignment]
    areas: np.ndarray = None  # type: ignore[assignment]
    class_ids: Sequence[int] = field(default=())

    def __post_init__(self) -> None:
        count = _settle_columns(self, self.images, self.class_names)
        for name in ("crowd", "difficult"):
            given = getattr(self, name)
            flags = np.zeros(count, bool) if given is None else np.asarray(given)
            if flags.shape != (count,) or (flags.dtype != bool and count):
                _checks.fail(name, f"{count} times True or False", flags)
            object.__setattr__(self, name, flags.astype(bool))
        areas = np.prod(self.boxes[:, 2:], axis=1) if self.areas is None else self.areas
        object.__setattr__(self, "areas", _column("areas", areas, count, minimum=0))
        ids = tuple(self.class_ids) or tuple(range(len(self.class_names)))
        if len(set(ids)) != len(self.class_names):
            _checks.fail("class_ids", f"{len(self.class_names)} distinct ids", ids)
        object.__setattr__(self, "class_ids", ids)

    @classmethod
    def from_lists(
        cls,
        boxes_of: Sequence[ArrayLike],
        labels_of: Sequence[ArrayLike],
        class_names: Sequence[str],
        box_format: str = "xyxy",
    ) -> GroundTruth:
        """Take what is in every image: the form in which data sets usually come.

        Parameters
        ----------
        boxes_of : sequence of array_like, each of shape (K, 4)
            The boxes of each image, in pixels.
        labels_of : sequence of array_like of int, each of shape (K,)
            Indices into `class_names`.
        class_names : sequence of str
        box_format : {"xyxy", "xywh", "cxcywh"}

        Examples
        --------
        >>> truth = GroundTruth.from_lists([[[0, 0, 4, 3]], []], [[1], []], ["daisy", "rose"])
        >>> truth.boxes, truth.image, len(truth.images)
        (array([[0., 0., 4., 3.]]), array([0]), 2)
        """
        image, given = _flat("boxes_of", boxes_of, box_format)
        labels = _joined("labels_of", labels_of, image, len(boxes_of))
        return cls(range(len(boxes_of)), class_names, image, labels, given)

    def __len__(self) -> int:
        return len(self.boxes)


@dataclass(frozen=True, eq=False)
class Detections:
    """What a detector reports, one row each, in any order.

    Parameters
    ----------
    image, label : array_like of int, shape (N,)
        Indices into the images and the classes of the ground truth it is compared with.
    boxes : array_like of shape (N, 4)
        ``xywh``: left, top, width, height, in pixels.
    scores : array_like of shape (N,)
        How sure it is; only their order matters.

    Raises
    ------
    ValueError
        If numbers don't agree, an index is negative, a box is none, or a score isn't finite.
    """

    image: np.ndarray
    label: np.ndarray
    boxes: np.ndarray
    scores: np.ndarray

    def __post_init__(self) -> None:
        count = _settle_columns(self)
        object.__setattr__(self, "scores", _column("scores", self.scores, count))

    @classmethod
    def from_lists(
        cls,
        boxes_of: Sequence[ArrayLike],
        labels_of: Sequence[ArrayLike],
        scores_of: Sequence[ArrayLike],
        box_format: str = "xyxy",
    ) -> Detections:
        """Take what was reported for every image, in the order of the ground truth's images.

        Parameters
        ----------
        boxes_of : sequence of array_like, each of shape (K, 4)
            In pixels.
        labels_of : sequence of array_like of int, each of shape (K,)
        scores_of : sequence of array_like, each of shape (K,)
        box_format : {"xyxy", "xywh", "cxcywh"}

        Examples
        --------
        >>> Detections.from_lists([[], [[0, 0, 4, 3]]], [[], [1]], [[], [0.9]]).image
        array([1])
        """
        image, given = _flat("boxes_of", boxes_of, box_format)
        labels = _joined("labels_of", labels_of, image, len(boxes_of))
        scores = _joined("scores_of", scores_of, image, len(boxes_of))
        return cls(image, labels, given, scores)

    def __len__(self) -> int:
        return len(self.boxes)


def _settle_columns(rows: Any, *names: Sequence[Any]) -> int:
    """Check `image`, `label` and `boxes`; return how many rows there are."""
    given = boxes.convert(rows.boxes, "xywh", "xywh")
    object.__setattr__(rows, "boxes", given)
    for name in ("image", "label"):
        column = _column(name, getattr(rows, name), len(given), minimum=0, whole=True)
        object.__setattr__(rows, name, column)
    for name, target, column in zip(
        ("images", "class_names"), names, (rows.image, rows.label), strict=bool(names)
    ):
        entries = tuple(target)
        if len(set(entries)) != len(entries):
            _checks.fail(name, "distinct entries", entries)
        if len(column) and column.max() >= len(entries):
            index = "image" if name == "images" else "label"
            _checks.fail(index, f"indices below {len(entries)}, the number of {name}", column.max())
        object.__setattr__(rows, name, entries)
    return len(given)


def _column(
    name: str, value: Any, count: int, minimum: float | None = None, whole: bool = False
) -> np.ndarray:
    try:
        column = np.asarray(value)
    except ValueError:
        column = np.array(None)
    kinds, kind = ("iu", "integers") if whole else ("fiu", "finite numbers")
    expected = f"{count} {kind}" + ("" if minimum is None else f" of at least {minimum}")
    if count == 0 and column.size == 0:
        return np.zeros(0, np.int64 if whole else np.float64)
    if column.shape != (count,) or column.dtype.kind not in kinds:
        _checks.fail(name, expected, column if column.dtype.kind != "O" else value)
    column = column.astype(np.int64 if whole else np.float64)
    bad = ~np.isfinite(column) | (False if minimum is None else column < minimum)
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        _checks.fail(name, expected, f"{column[row]} in row {row}")
    return column


def _flat(name: str, boxes_of: Any, box_format: str) -> tuple[np.ndarray, np.ndarray]:
    _checks.choice("box_format", box_format, boxes.FORMATS[:3])
    if isinstance(boxes_of, str) or not isinstance(boxes_of, (Sequence, np.ndarray)):
        _checks.fail(name, "a sequence with the boxes of every image", boxes_of)
    parts = [boxes.convert(part, box_format, "xywh") for part in boxes_of]
    image = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    return image, np.concatenate([np.zeros((0, 4)), *parts])


def _joined(name: str, parts: Any, image: np.ndarray, images: int) -> np.ndarray:
    """Return what `parts` hold for the boxes of every image, end to end."""
    if isinstance(parts, str) or not isinstance(parts, (Sequence, np.ndarray)):
        _checks.fail(name, "a sequence with one array for every image", parts)
    arrays = [np.asarray(part) for part in parts]
    wanted = np.bincount(image, minlength=images).tolist()
    received = [len(part) if part.ndim == 1 else None for part in arrays]
    if received != wanted:
        _checks.fail(name, f"as many entries an image as boxes, {wanted}", received)
    filled = [part for part in arrays if part.size]
    return np.concatenate(filled) if filled else np.zeros(0, np.int64)
