"""Random detectors and data sets, as hard as they come, and what pycocotools says of them."""

from __future__ import annotations

import contextlib
import copy
import io
from typing import Any

import numpy as np

from cnncourse.metrics import Detections, GroundTruth

CLASSES = 5  # the last but one has no object, the last has no detection


def coco_case(seed: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return a COCO data set and results for it.

    Boxes lie on a coarse grid and scores are few, so that equal scores, equal overlaps and overlaps
    equal to a threshold are common; areas of exactly 32² and 96² occur, crowds, images with nothing
    in them, boxes without area, and in one image more than a hundred detections of a class.
    """
    rng = np.random.default_rng(seed)
    images = [int(one) for one in rng.permutation(np.arange(3, 3 + 2 * 9, 2))]
    categories = [int(one) for one in rng.permutation(np.arange(1, 1 + 3 * CLASSES, 3))]
    grid = int(rng.choice([4, 8, 16]))
    sides = np.array([0, 16, 32, 48, 96, 128])

    def box():
        width, height = rng.choice(sides, 2, p=[0.02, 0.2, 0.3, 0.18, 0.2, 0.1])
        left, top = rng.integers(0, 160 // grid, 2) * grid
        return [float(left), float(top), float(width), float(height)]

    known = sorted(categories)
    annotations, results = [], []
    for image in images[:-1]:
        for _ in range(rng.integers(0, 9)):
            category = known[int(rng.choice([0, 1, 2, CLASSES - 1]))]
            place = box()
            crowd = int(rng.random() < 0.15)
            if crowd:
                place[2:] = [96.0, 128.0]
            share = rng.choice([1.0, 1.0, 0.5])
            annotations.append(
                {"id": len(annotations) + 1, "image_id": image, "category_id": category,
                 "bbox": place, "area": place[2] * place[3] * share, "iscrowd": crowd}
            )  # fmt: skip
            if rng.random() < 0.4 and place[2] >= 32 and not crowd:
                # A twin at its side, one box half way between the two and one on its other side.
                step = place[2] / 8
                twin = [place[0] + step, *place[1:]]
                annotations.append({**annotations[-1], "id": len(annotations) + 1, "bbox": twin})
                if category != known[-1]:
                    results += [
                        {"image_id": image, "category_id": category,
                         "bbox": [place[0] + shift * step, *place[1:]], "score": score}
                        for shift, score in ((0.5, 0.9), (rng.choice([-1.0, 1.5]), 0.8))
                    ]  # fmt: skip
            for _ in range(rng.integers(0, 5)):
                moved = [v + grid * rng.integers(-1, 2) / 2 for v in place[:2]] + place[2:]
                other = known[int(rng.integers(0, CLASSES - 1))] if rng.random() < 0.2 else category
                if other != known[-1]:
                    results.append(
                        {"image_id": image, "category_id": other, "bbox": moved,
                         "score": int(rng.integers(1, 8)) / 8}
                    )  # fmt: skip
    crowded = images[0]
    for image in [crowded] * 130 + [int(one) for one in rng.choice(images, 40)]:
        category = known[1] if image == crowded else known[int(rng.integers(0, CLASSES - 1))]
        results.append(
            {"image_id": image, "category_id": category, "bbox": box(),
             "score": int(rng.integers(1, 17)) / 16}
        )  # fmt: skip
    order = rng.permutation(len(results))
    data = {
        "images": [{"id": one, "width": 300, "height": 300} for one in images],
        "categories": [{"id": one, "name": f"class {one}"} for one in categories],
        "annotations": annotations,
        "info": {},
    }
    return data, [results[index] for index in order]


def as_columns(data: dict[str, Any], results: list[dict[str, Any]]) -> Any:
    """Return both as our columns."""
    images = sorted(one["id"] for one in data["images"])
    classes = sorted(one["id"] for one in data["categories"])
    notes = data["annotations"]

    def column(rows, key, ids=None):
        return np.array([ids.index(row[key]) if ids else row[key] for row in rows])

    truth = GroundTruth(
        images=images,
        class_names=[f"class {one}" for one in classes],
        image=column(notes, "image_id", images),
        label=column(notes, "category_id", classes),
        boxes=column(notes, "bbox"),
        crowd=column(notes, "iscrowd").astype(bool),
        areas=column(notes, "area"),
    )
    found = Detections(
        column(results, "image_id", images),
        column(results, "category_id", classes),
        column(results, "bbox"),
        column(results, "score"),
    )
    return truth, found


def pycocotools_says(
    data: dict[str, Any],
    results: list[dict[str, Any]],
    max_detections: tuple[int, int, int] = (1, 10, 100),
    thresholds: np.ndarray | None = None,
) -> Any:
    """Return pycocotools' evaluation: ``stats`` and ``eval`` hold its numbers."""
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    with contextlib.redirect_stdout(io.StringIO()):
        truth = COCO()
        truth.dataset = copy.deepcopy(data)
        truth.createIndex()
        evaluation = COCOeval(truth, truth.loadRes(copy.deepcopy(results)), "bbox")
        evaluation.params.maxDets = list(max_detections)
        if thresholds is not None:
            evaluation.params.iouThrs = thresholds
        evaluation.evaluate()
        evaluation.accumulate()
        if thresholds is None and max_detections[2] == 100:
            evaluation.summarize()
    return evaluation


def voc_says(truth: GroundTruth, found: Detections, threshold: float, method: str) -> list[float]:
    """Return the AP of each class, one detection after the other, as VOC's own code does."""
    scores = []
    for label in range(len(truth.class_names)):
        mine = np.flatnonzero(truth.label == label)
        total = int((~truth.difficult[mine]).sum())
        rows = np.flatnonzero(found.label == label)
        rows = rows[np.lexsort((rows, found.image[rows], -found.scores[rows]))]
        taken: set[int] = set()
        true, false = [], []
        for row in rows:
            best, at = -1.0, -1
            for index in mine[truth.image[mine] == found.image[row]]:
                overlap = plain_iou(found.boxes[row], truth.boxes[index])
                if overlap > best:
                    best, at = overlap, int(index)
            enough = best >= threshold
            if enough and truth.difficult[at]:
                continue
            hit = enough and at not in taken
            if hit:
                taken.add(at)
            true.append(hit)
            false.append(not hit)
        scores.append(
            voc_average(np.cumsum(true), np.cumsum(false), total, method) if total else np.nan
        )
    return scores


def voc_average(true: np.ndarray, false: np.ndarray, total: int, method: str) -> float:
    if method == "voc07":
        best = [
            max(
                (t / (t + f) for t, f in zip(true, false, strict=True) if 10 * t >= level * total),
                default=0.0,
            )
            for level in range(11)
        ]
        return sum(best) / 11
    area, before = 0.0, 0.0
    for index, count in enumerate(true):
        best = max(
            t / (t + f) for t, f in zip(true[index:], false[index:], strict=True)
        )  # from here on
        area += (count / total - before) * best
        before = count / total
    return area


def plain_iou(a: np.ndarray, b: np.ndarray) -> float:
    width = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    height = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    shared = max(width, 0) * max(height, 0)
    union = a[2] * a[3] + b[2] * b[3] - shared
    return shared / union if union else 0.0
