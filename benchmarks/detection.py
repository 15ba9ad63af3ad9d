"""COCO's evaluation three ways: `metrics.evaluate_detections`, pycocotools and faster-coco-eval.

Run ``python -m benchmarks.detection``. It takes some minutes, nearly all of them pycocotools'.
faster-coco-eval is no dependency of the project: without it the table has two rows.
"""

from __future__ import annotations

import contextlib
import copy
import io
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks._paired import describe_machine, paired, report
from cnncourse.metrics import Detections, GroundTruth, evaluate_detections

IMAGES, CLASSES, OBJECTS, DETECTIONS = 5000, 80, 7, 36  # the last two an image
ROUNDS = 3
GROWTH = (1250, 2500, 5000, 10000, 20000)
HEIGHT, WIDTH = 480, 640


def draw(images: int, seed: int = 0) -> tuple[GroundTruth, Detections]:
    """Draw a data set and a middling detector: a few common classes, most boxes nearly right.

    Two of five detections are of an object that is there, moved and scaled a little and with a
    wrong class now and then; the others are anywhere. One object of fifty is a crowd.
    """
    rng = np.random.default_rng(seed)
    common = 1 / np.arange(1, CLASSES + 1) ** 0.7
    common /= common.sum()

    def places(count: int) -> np.ndarray:
        sides = np.exp(rng.uniform(np.log(12), np.log(300), (count, 2)))
        corners = rng.random((count, 2)) * np.maximum([WIDTH, HEIGHT] - sides, 1)
        return np.concatenate([corners, sides], axis=1).round(2)

    image = np.repeat(np.arange(images), rng.poisson(OBJECTS, images))
    theme = rng.choice(CLASSES, images, p=common)  # half of an image's objects are of one class
    label = np.where(
        rng.random(len(image)) < 0.5, theme[image], rng.choice(CLASSES, len(image), p=common)
    )
    truth = GroundTruth(
        images=range(images),
        class_names=[f"class {index}" for index in range(CLASSES)],
        image=image,
        label=label,
        boxes=places(len(image)),
        crowd=rng.random(len(image)) < 0.02,
    )
    total = images * DETECTIONS
    of = rng.integers(0, len(image), 2 * total // 5)
    near = truth.boxes[of]
    near[:, :2] += rng.normal(0, 0.07, (len(of), 2)) * near[:, 2:]
    near[:, 2:] *= np.exp(rng.normal(0, 0.12, (len(of), 2)))
    others = rng.integers(0, images, total - len(of))
    wrong = rng.random(len(of)) < 0.15
    seen = np.where(wrong, rng.choice(CLASSES, len(of), p=common), label[of])
    guessed = np.where(
        rng.random(len(others)) < 0.5, theme[others], rng.choice(CLASSES, len(others), p=common)
    )
    order = rng.permutation(total)
    found = Detections(
        image=np.concatenate([image[of], others])[order],
        label=np.concatenate([seen, guessed])[order],
        boxes=np.concatenate([near, places(len(others))])[order].round(2),
        scores=np.concatenate([rng.beta(4, 2, len(of)), rng.beta(1, 4, len(others))])[order].round(
            4
        ),
    )
    return truth, found


def as_coco(truth: GroundTruth, found: Detections) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Write both as COCO's JSON has them; ids count from 1."""
    columns = zip(
        truth.image, truth.label, truth.boxes.tolist(), truth.areas, truth.crowd, strict=True
    )
    notes = [
        {"id": number, "image_id": int(image) + 1, "category_id": int(label) + 1, "bbox": box,
         "area": float(area), "iscrowd": int(crowd)}
        for number, (image, label, box, area, crowd) in enumerate(columns, start=1)
    ]  # fmt: skip
    data = {
        "info": {},
        "images": [{"id": n + 1, "width": WIDTH, "height": HEIGHT} for n in truth.images],
        "categories": [{"id": n + 1, "name": name} for n, name in enumerate(truth.class_names)],
        "annotations": notes,
    }
    results = [
        {"image_id": int(image) + 1, "category_id": int(label) + 1, "bbox": box, "score": score}
        for image, label, box, score in zip(
            found.image, found.label, found.boxes.tolist(), found.scores.tolist(), strict=True
        )
    ]
    return data, results


def evaluators(truth: GroundTruth, found: Detections) -> dict[str, Callable[[], np.ndarray]]:
    """Return the candidates; each evaluates what is loaded already and returns twelve numbers."""
    data, results = as_coco(truth, found)

    def quietly(work: Callable[[], Any]) -> Any:
        with contextlib.redirect_stdout(io.StringIO()):
            return work()

    def pycocotools() -> Callable[[], np.ndarray]:
        from pycocotools.coco import COCO
        from pycocotools.cocoeval import COCOeval

        ground = COCO()
        ground.dataset = data
        ground.createIndex()
        loaded = ground.loadRes(copy.deepcopy(results))

        def run() -> np.ndarray:
            evaluation = COCOeval(ground, loaded, "bbox")
            evaluation.evaluate()
            evaluation.accumulate()
            evaluation.summarize()
            return evaluation.stats

        return run

    def faster_coco_eval() -> Callable[[], np.ndarray]:
        from faster_coco_eval import COCO, COCOeval_faster

        ground = COCO(data)
        loaded = ground.loadRes(copy.deepcopy(results))

        def run() -> np.ndarray:
            evaluation = COCOeval_faster(ground, loaded, "bbox", print_function=lambda *_: None)
            evaluation.evaluate()
            evaluation.accumulate()
            evaluation.summarize()
            return np.asarray(evaluation.stats[:12])

        return run

    def ours() -> np.ndarray:
        return np.array(list(evaluate_detections(truth, found).twelve.values()))

    candidates = {"cnncourse": ours}
    for prepare in (faster_coco_eval, pycocotools):
        try:
            run = quietly(prepare)
        except ImportError as error:
            name = error.name or prepare.__name__
            print(f"{name} isn't installed and is left out: pip install {name.replace('_', '-')}")
        else:
            candidates[prepare.__name__.replace("faster_coco_eval", "faster-coco-eval")] = (
                lambda run=run: quietly(run)
            )
    return candidates


def peak_memory(work: Callable[[], object]) -> float:
    """Return the most memory that Python and NumPy held at a time, in MiB."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1] / 2**20
    finally:
        tracemalloc.stop()


def main() -> None:
    print(describe_machine())
    truth, found = draw(IMAGES)
    candidates = evaluators(truth, found)
    expected = list(candidates.values())[-1]()
    for name, evaluate in candidates.items():
        difference = np.abs(evaluate() - expected).max()
        if difference > 1e-9:
            raise AssertionError(f"{name} differs from {list(candidates)[-1]} by {difference:.1e}")
        print(f"{name}: the twelve numbers differ by at most {difference:.0e}")
    title = (
        f"\n{IMAGES} images, {CLASSES} classes, {len(truth)} objects, {len(found)} detections, "
        f"mAP {expected[0]:.3f}"
    )
    print(report(title, paired(candidates, ROUNDS), baseline="cnncourse"))
    memory = peak_memory(lambda: evaluate_detections(truth, found))
    print(f"  cnncourse holds at most {memory:.0f} MiB beside the detections")

    print("\nGrowth of cnncourse with the number of images")
    sets = {f"{images} images": draw(images) for images in GROWTH}
    times = paired(
        {name: lambda each=each: evaluate_detections(*each) for name, each in sets.items()}, 7
    )
    for name, (truth, found) in sets.items():
        seconds = min(times[name])
        memory = peak_memory(lambda each=(truth, found): evaluate_detections(*each))
        print(
            f"  {name:>12}  {seconds * 1e3:8.1f} ms  {seconds / len(truth.images) * 1e6:6.1f} µs an"
            f" image  {memory:6.0f} MiB  {memory / len(truth.images) * 1024:5.1f} KiB an image"
        )


if __name__ == "__main__":
    main()
