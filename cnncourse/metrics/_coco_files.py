"""Read COCO's two kinds of JSON: what is there, and what was detected."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from cnncourse import _checks
from cnncourse.metrics._types import Detections, GroundTruth


def read_coco(path: str | Path) -> GroundTruth:
    """Read a COCO annotation file, such as ``instances_val2017.json``.

    Parameters
    ----------
    path : str or Path
        JSON with the lists ``images`` (each with an ``id``), ``categories`` (``id`` and ``name``)
        and ``annotations`` (``image_id``, ``category_id``, ``bbox`` as left, top, width, height;
        ``area`` is the box's own where it is missing, ``iscrowd`` is 0).

    Returns
    -------
    GroundTruth
        Images and classes by rising id.

    Raises
    ------
    ValueError
        If the file isn't of this form: the message says where and what was expected.
    FileNotFoundError
        If there is no file.
    """
    content = _load(path)
    if not isinstance(content, dict):
        _refuse(path, "", "an object with images, categories and annotations", content)
    for name in ("images", "categories", "annotations"):
        if not isinstance(content.get(name), list):
            _refuse(path, "", f"a list {name!r}", content.get(name))
    images = _ids(path, "images", content["images"])
    by_id = dict(
        zip(
            _ids(path, "categories", content["categories"], in_order=False),
            content["categories"],
            strict=True,
        )
    )
    classes = sorted(by_id)
    names = [by_id[one].get("name") for one in classes]
    if not all(isinstance(name, str) for name in names) or len(set(names)) != len(names):
        _refuse(path, "categories", "a distinct name for each", names)
    rows = content["annotations"]
    boxes = _boxes(path, "annotations", rows)
    crowd = [row.get("iscrowd", 0) for row in rows]
    for index, value in enumerate(crowd):
        if value not in (0, 1):
            _refuse(path, f"annotations[{index}].iscrowd", "0 or 1", value)
    areas = [
        _number(path, f"annotations[{index}].area", row["area"], 0)
        if "area" in row
        else boxes[index, 2] * boxes[index, 3]
        for index, row in enumerate(rows)
    ]
    return GroundTruth(
        images=images,
        class_names=names,
        image=_indices(path, "annotations", rows, "image_id", images),
        label=_indices(path, "annotations", rows, "category_id", classes),
        boxes=boxes,
        crowd=np.array(crowd, bool),
        areas=np.array(areas, float),
        class_ids=classes,
    )


def read_coco_results(path: str | Path, ground_truth: GroundTruth) -> Detections:
    """Read detections in COCO's results format.

    Parameters
    ----------
    path : str or Path
        JSON, a list of objects with ``image_id``, ``category_id``, ``bbox`` as left, top, width,
        height, and ``score``.
    ground_truth : GroundTruth
        What it is for: from `read_coco`.

    Returns
    -------
    Detections
        In the order of the file.

    Raises
    ------
    ValueError
        If the file isn't of this form, or names an image or a category that isn't there.
    FileNotFoundError
        If there is no file.
    """
    rows = _load(path)
    if not isinstance(rows, list):
        _refuse(path, "", "a list of detections", rows)
    boxes = _boxes(path, "", rows)
    scores = [_number(path, f"[{i}].score", row.get("score")) for i, row in enumerate(rows)]
    return Detections(
        image=_indices(path, "", rows, "image_id", ground_truth.images),
        label=_indices(path, "", rows, "category_id", ground_truth.class_ids),
        boxes=boxes,
        scores=np.array(scores, float),
    )


def _load(path: str | Path) -> Any:
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f"{path}: expected JSON; {error}") from error


def _refuse(path: str | Path, where: str, expected: str, received: Any) -> NoReturn:
    place = f"{path}: {where}" if where else f"{path}"
    raise ValueError(f"{place}: expected {expected}; received {_checks.describe(received)}.")


def _number(path: str | Path, where: str, value: Any, minimum: float | None = None) -> float:
    fits = isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e300
    if not fits or (minimum is not None and value < minimum):
        limit = "" if minimum is None else f" of at least {minimum}"
        _refuse(path, where, f"a finite number{limit}", value)
    return float(value)


def _ids(path: str | Path, name: str, rows: list[Any], in_order: bool = True) -> list[Any]:
    ids = [row.get("id") if isinstance(row, dict) else None for row in rows]
    kinds = {type(one) for one in ids}
    if not (kinds <= {int} or kinds <= {str}) or len(set(ids)) != len(ids):
        _refuse(path, name, "distinct ids, all integers or all strings", ids)
    return sorted(ids) if in_order else ids


def _boxes(path: str | Path, name: str, rows: list[Any]) -> np.ndarray:
    boxes = []
    for index, row in enumerate(rows):
        if not isinstance(row, dict):
            _refuse(path, f"{name}[{index}]", "an object", row)
        box = row.get("bbox")
        if not (isinstance(box, list) and len(box) == 4 and all(map(_is_coordinate, box))) or (
            min(box[2:]) < 0
        ):
            expected = "left, top, width, height: finite numbers, the sizes of at least 0"
            _refuse(path, f"{name}[{index}].bbox", expected, box)
        boxes.append(box)
    return np.array(boxes, np.float64).reshape(-1, 4)


def _is_coordinate(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) <= 1e150


def _indices(path: str | Path, name: str, rows: list[Any], key: str, ids: Any) -> np.ndarray:
    places = {one: index for index, one in enumerate(ids)}
    indices = []
    for index, row in enumerate(rows):
        value = row.get(key)
        if isinstance(value, bool) or not isinstance(value, (int, str)) or value not in places:
            _refuse(path, f"{name}[{index}].{key}", "an id that the ground truth has", value)
        indices.append(places[value])
    return np.array(indices, np.int64)
