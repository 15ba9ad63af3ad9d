"""Pictures, boxes and class names that a reader's own data bring into a figure."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from typing import Any

import numpy as np
from PIL import Image

from cnncourse import _checks

LONGEST = 320  # pixels of the longer side: more than that no page shows
MOST = 24  # pictures in a row to choose from
HEAVIEST = 300_000  # bytes of pictures or of maps in one figure, before base64 adds a third
MOST_CLASSES = 30


def encoded(pictures: Any) -> list[dict[str, Any]]:
    """Return for each picture its address as a data URI, and its width and height in pixels.

    Pictures are made JPEG, and those longer than `LONGEST` smaller; the size stays that of the
    pixels that boxes count in.
    """
    expected = f"uint8 of shape (N, H, W, 3) with 1 to {MOST} pictures"
    try:
        array = np.asarray(pictures)
    except ValueError:
        _checks.fail("pictures", expected, pictures)
    if (
        array.dtype != np.uint8
        or array.ndim != 4
        or array.shape[3] != 3
        or not 1 <= len(array) <= MOST
        or min(array.shape) < 1
    ):
        _checks.fail("pictures", expected, array if array.dtype.kind != "O" else pictures)
    height, width = array.shape[1:3]
    files = [_jpeg(picture) for picture in array]
    refuse_heavy("pictures", sum(map(len, files)))
    return [
        {
            "src": "data:image/jpeg;base64," + base64.b64encode(file).decode("ascii"),
            "width": width,
            "height": height,
        }
        for file in files
    ]


def _jpeg(pixels: np.ndarray) -> bytes:
    picture = Image.fromarray(np.ascontiguousarray(pixels))
    picture.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=90, subsampling=0)
    return buffer.getvalue()


def png(pixels: np.ndarray) -> str:
    """Return pixels with an opacity, (H, W, 4), as a data URI."""
    buffer = io.BytesIO()
    picture = Image.fromarray(pixels)
    picture.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
    picture.save(buffer, "PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")


def refuse_heavy(name: str, size: int) -> None:
    """Fail if `size` bytes are too much for a page."""
    if size > HEAVIEST:
        _checks.fail(
            name,
            f"at most {HEAVIEST // 1000} kB once they are packed, so that the page stays light: "
            "take fewer or smaller ones",
            f"{size // 1000} kB",
        )


def percent(name: str, value: Any, minimum: int) -> int:
    """Return `value` if it is a whole number of percent from `minimum` to 100."""
    whole = _checks.integer(name, value, minimum)
    if whole > 100:
        _checks.fail(name, f"an integer from {minimum} to 100, in percent", value)
    return whole


def index(name: str, value: Any, count: int) -> int:
    """Return `value` if it is an index of `count` entries."""
    at = _checks.integer(name, value, 0)
    if at >= count:
        _checks.fail(name, f"an integer from 0 to {count - 1}", value)
    return at


def class_names(value: Any, name: str = "class_names", most: int = MOST_CLASSES) -> list[str]:
    """Return distinct names, none of them empty."""
    expected = f"1 to {most} distinct names"
    if isinstance(value, str) or not isinstance(value, (Sequence, np.ndarray)):
        _checks.fail(name, expected, value)
    names = list(value)
    if (
        not 1 <= len(names) <= most
        or not all(isinstance(each, str) and each.strip() for each in names)
        or len(set(names)) != len(names)
    ):
        _checks.fail(name, expected, value)
    return [str(each) for each in names]


def truth_rows(name: str, value: Any, pictures: int, names: list[str]) -> list[list[Any]]:
    """Return a row ``[picture, label, left, top, width, height]`` for each object of `value`.

    `value` is what the room ``metrics`` calls a ground truth, or one ``(boxes, labels)`` a picture.
    """
    if all(hasattr(value, each) for each in ("images", "crowd", "difficult")):
        if len(value.images) != pictures:
            _checks.fail(name, f"a ground truth of the {pictures} pictures", len(value.images))
        if list(value.class_names) != names:
            _checks.fail(name, f"a ground truth of the classes {names}", value.class_names)
        if (value.crowd | value.difficult).any():
            _checks.fail(name, "objects that all have to be found", "some crowd or difficult")
        return _of_columns(name, value, pictures, len(names), ())
    parts = _parts(name, value, pictures, "(boxes, labels)")
    return _of_parts(name, parts, len(names), 2)


def detection_rows(name: str, value: Any, pictures: int, names: list[str]) -> list[list[Any]]:
    """Return a row ``[picture, label, score, left, top, width, height]`` for each detection.

    `value` is what the room ``metrics`` calls detections, or one ``(boxes, labels, scores)`` a
    picture. Rows are sorted by picture, in the given order inside: what decides between equal
    scores.
    """
    if all(hasattr(value, each) for each in ("image", "label", "boxes", "scores")):
        rows = _of_columns(name, value, pictures, len(names), (value.scores,))
    else:
        parts = _parts(name, value, pictures, "(boxes, labels, scores)")
        rows = _of_parts(name, parts, len(names), 3)
    for row in rows:
        if not 0 <= row[2] <= 1:
            _checks.fail(name, "scores from 0 to 1", row[2])
    return rows


def _of_columns(name: str, value: Any, pictures: int, classes: int, more: Any) -> list[list[Any]]:
    columns = [np.asarray(each).tolist() for each in (value.image, value.label, *more)]
    boxes = np.asarray(value.boxes).tolist()
    rows = [[*row, *box] for *row, box in zip(*columns, boxes, strict=True)]
    for row in rows:
        if row[0] >= pictures or row[1] >= classes:
            _checks.fail(
                name, f"indices below {pictures} of pictures and {classes} of classes", row[:2]
            )
    return sorted(rows, key=lambda row: row[0])


def _parts(name: str, value: Any, pictures: int, form: str) -> list[tuple[Any, ...]]:
    expected = f"one {form} for each of the {pictures} pictures"
    if not isinstance(value, (list, tuple)) or len(value) != pictures:
        _checks.fail(name, expected, value)
    if not all(
        isinstance(part, (list, tuple)) and len(part) == form.count(",") + 1 for part in value
    ):
        _checks.fail(name, expected, value)
    return [tuple(part) for part in value]


def _of_parts(name: str, parts: list[Any], classes: int, length: int) -> list[list[Any]]:
    rows: list[list[Any]] = []
    for picture, (given, *others) in enumerate(parts):
        corners = _finite(name, given, (-1, 4))
        if (corners[:, :2] > corners[:, 2:]).any():
            _checks.fail(name, "boxes with left <= right and top <= bottom", corners.tolist())
        labels = [_checks.integer(name, each, 0) for each in _column(name, others[0])]
        if any(label >= classes for label in labels):
            _checks.fail(name, f"labels below {classes}, the number of class_names", max(labels))
        columns: list[list[Any]] = [labels]
        if length == 3:
            columns.append(_finite(name, others[1], (-1,)).tolist())
        if any(len(column) != len(corners) for column in columns):
            _checks.fail(name, f"as many entries as boxes in picture {picture}", others)
        # Left, top, width, height, as `metrics` keeps them: both calculate with the same numbers.
        kept = np.concatenate([corners[:, :2], corners[:, 2:] - corners[:, :2]], axis=1).tolist()
        rows += [[picture, *entry, *box] for *entry, box in zip(*columns, kept, strict=True)]
    return rows


def _finite(name: str, value: Any, shape: tuple[int, ...]) -> np.ndarray:
    expected = "finite numbers, of boxes four each (left, top, right, bottom)"
    try:
        array = np.asarray(value)
    except ValueError:
        _checks.fail(name, expected, value)
    if array.size == 0:
        return np.zeros([max(length, 0) for length in shape])
    if array.dtype.kind not in "fiu" or (-1, *array.shape[1:]) != shape:
        _checks.fail(name, expected, array if array.dtype.kind != "O" else value)
    array = array.astype(np.float64)
    if not np.isfinite(array).all():
        _checks.fail(name, expected, array.tolist())
    return array


def _column(name: str, value: Any) -> list[Any]:
    try:
        array = np.asarray(value)
    except ValueError:
        array = np.array(None)
    if array.ndim != 1:
        _checks.fail(name, "a list of labels for each picture", value)
    return array.tolist()
