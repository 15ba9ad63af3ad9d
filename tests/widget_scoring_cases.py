"""Golden cases for the numbers of the figure "precision_recall", answered by the room `metrics`.

Every case is (question, answer), both plain JSON values; ``golden/scoring_harness.mjs`` puts the
questions to ``scoring.mjs``. `MUTANTS` are wrong versions of that file, each of them (what is
wrong, the text that makes it right, the text that makes it wrong).
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from cnncourse import metrics

TOLERANCE = 1e-6
SEED = 20261124
CLASSES = ("aster", "daisy", "rose", "tulip")  # of the last there is no object
METHODS = ("voc07", "voc10", "coco")

MUTANTS: list[tuple[str, str, str]] = [
    (
        "duplicates count as found",
        "asked.find((at) => free[at]) ?? -1",
        "asked[0] ?? -1",
    ),
    (
        "a detection finds the object that comes first, not the one it overlaps most with",
        "near.sort((one, other) =>",
        "near.slice().sort((one, other) =>",
    ),
    (
        "of equal overlaps COCO takes the first object",
        'rule === "voc" ? one - other : other - one',
        "one - other",
    ),
    (
        "of equal overlaps VOC takes the last object",
        'rule === "voc" ? one - other : other - one',
        "other - one",
    ),
    (
        "VOC's rule looks for another object when the best is taken",
        'rule === "voc" ? near.slice(0, 1) : near;',
        "near;",
    ),
    (
        "COCO's rule gives up when the best object is taken",
        'rule === "voc" ? near.slice(0, 1) : near;',
        "near.slice(0, 1);",
    ),
    (
        "an overlap has to be more than the threshold",
        "overlaps[at] >= enough",
        "overlaps[at] > enough",
    ),
    (
        "a threshold of 1 is never reached because of rounding",
        "const enough = Math.min(threshold, NEARLY_ONE);",
        "const enough = threshold + 1e-13;",
    ),
    (
        "the overlap is divided by the detection alone",
        "width * height + across * along - shared",
        "width * height",
    ),
    (
        "the shared part is counted twice",
        "width * height + across * along - shared",
        "width * height + across * along",
    ),
    (
        "boxes that lie apart both ways share something",
        "if (!(right > 0 && down > 0)) return 0;",
        "if (right * down <= 0) return 0;",
    ),
    (
        "boxes are read as left, top, right, bottom",
        "Math.min(x + width, left + across)",
        "Math.min(width, across)",
    ),
    (
        "classes are mixed",
        "rows[row].label === label",
        "rows[row].label >= 0",
    ),
    (
        "the least sure detection comes first",
        "scene.detections[other].score - scene.detections[one].score",
        "scene.detections[one].score - scene.detections[other].score",
    ),
    (
        "detections find objects of other pictures",
        "objects.filter((row) => scene.objects[row].picture === picture)",
        "objects",
    ),
    (
        "recall is divided by what is shown",
        "hits / objects.length, precision",
        "hits / (at + 1), precision",
    ),
    (
        "precision is divided by the objects",
        "precision: hits / (at + 1)",
        "precision: hits / Math.max(objects.length, 1)",
    ),
    (
        "precision is not raised to what comes later",
        "best[at] = Math.max(best[at], best[at + 1]);",
        "best[at] = Math.max(best[at], 0);",
    ),
    (
        "precision is raised to what came before",
        "best[at] = Math.max(best[at], best[at + 1]);",
        "best[at] = Math.max(...points.slice(0, at + 1).map(({ precision }) => precision));",
    ),
    (
        "a level of recall has to be passed",
        "point.recall >= recall",
        "point.recall > recall",
    ),
    (
        "levels that are never reached are left out",
        "places.reduce((sum, { precision }) => sum + precision, 0) / places.length",
        "places.reduce((sum, { precision }) => sum + precision, 0) / "
        "Math.max(places.filter(({ precision }) => precision > 0).length, 1)",
    ),
    (
        "ten levels instead of eleven",
        "{ length: 11 }, (_, at) => at / 10",
        "{ length: 10 }, (_, at) => (at + 1) / 10",
    ),
    (
        "a hundred levels instead of a hundred and one",
        "{ length: 101 }, (_, at) => at * 0.01",
        "{ length: 100 }, (_, at) => (at + 1) * 0.01",
    ),
    (
        "the area below the raw points, by the trapezoidal rule",
        "(recall - (at === 0 ? 0 : points[at - 1].recall)) * best[at]",
        "(recall - (at === 0 ? 0 : points[at - 1].recall)) * "
        "(points[at].precision + points[Math.max(at - 1, 0)].precision) / 2",
    ),
    (
        "the area begins at the first point",
        "at === 0 ? 0 : points[at - 1].recall",
        "at === 0 ? recall : points[at - 1].recall",
    ),
    (
        "a class without objects counts as nothing",
        "if (objects.length === 0) return null;\n  if",
        "if (objects.length === 0) return 0;\n  if",
    ),
    (
        "the mean is taken over classes that are not measured, too",
        "/ known.length;",
        "/ values.length;",
    ),
    (
        "a score equal to the least is left out",
        "score >= least",
        "score > least",
    ),
    (
        "objects that hidden detections would find are not missed",
        'kept.filter(({ kind }) => kind === "true").map',
        'entries.filter(({ kind }) => kind === "true").map',
    ),
    (
        "duplicates are no false positives",
        "wrong: kept.length - right",
        'wrong: count("false")',
    ),
]


def scene(rng: np.random.Generator) -> dict[str, Any]:
    """Draw objects and detections with equal scores, equal overlaps and overlaps at a threshold."""
    pictures = int(rng.integers(1, 6))
    objects, detections = [], []

    def box():
        left, top = rng.integers(0, 9, 2) * 4.0
        width, height = rng.choice([8.0, 16.0, 24.0], 2)
        return [float(left), float(top), float(width), float(height)]

    for picture in range(pictures):
        for _ in range(rng.integers(0, 5)):
            label, place = int(rng.integers(3)), box()
            objects.append([picture, label, *place])
            if rng.random() < 0.5:
                # A twin, one box half way between the two, and one nearer to the first.
                twin = [place[0] + 4, *place[1:]]
                objects.append([picture, label, *twin])
                for shift in (2.0, float(rng.choice([0.0, 1.0, 3.0]))):
                    score = int(rng.integers(10, 21)) / 20
                    detections.append([picture, label, score, place[0] + shift, *place[1:]])
            for _ in range(rng.integers(0, 4)):
                moved = [place[0] + float(rng.integers(-2, 3)) * 2, *place[1:]]
                other = label if rng.random() < 0.85 else int(rng.integers(len(CLASSES)))
                detections.append([picture, other, int(rng.integers(0, 21)) / 20, *moved])
        if rng.random() < 0.5:
            # Sides that no float holds exactly: the same box again has an IoU near 1.
            third = [float(side) for side in rng.random(4) * 10 + 0.1]
            objects.append([picture, 0, *third])
            detections.append([picture, 0, float(rng.random()), *third])
        for _ in range(rng.integers(0, 3)):
            detections.append(
                [picture, int(rng.integers(len(CLASSES))), float(rng.random()) / 2, *box()]
            )
    if not objects:
        objects.append([0, 1, *box()])
    return {"pictures": pictures, "objects": objects, "detections": detections}


def as_metrics(drawn: dict[str, Any]) -> tuple[metrics.GroundTruth, metrics.Detections]:
    """Return the scene as the room `metrics` takes it."""
    objects = np.array(drawn["objects"]).reshape(-1, 6)
    found = np.array(drawn["detections"]).reshape(-1, 7)
    truth = metrics.GroundTruth(
        range(drawn["pictures"]),
        CLASSES,
        objects[:, 0].astype(int),
        objects[:, 1].astype(int),
        objects[:, 2:],
    )
    return truth, metrics.Detections(
        found[:, 0].astype(int), found[:, 1].astype(int), found[:, 3:], found[:, 2]
    )


def answer(drawn: dict[str, Any], percent: int, least: int, rule: str) -> dict[str, Any]:
    """Return what `metrics` says of every class of a scene."""
    truth, found = as_metrics(drawn)
    threshold, told = percent / 100, []
    kinds = metrics.error_types(
        truth, found, threshold, background_threshold=min(0.1, threshold)
    ).kinds
    for label, name in enumerate(CLASSES):
        curve = metrics.precision_recall(truth, found, name, threshold, rule)
        averages = [curve.average_precision(method) for method in METHODS]
        kept = int((curve.scores >= least / 100).sum())
        right = int(curve.hits[:kept].sum())
        told.append(
            {
                "rows": curve.rows.tolist(),
                "hits": curve.hits.tolist(),
                "recall": curve.recall.tolist() if curve.objects else None,
                "precision": curve.precision.tolist(),
                "averages": [None if np.isnan(each) else each for each in averages],
                "right": right,
                "wrong": kept - right,
                "missed": int((truth.label == label).sum()) - right,
                # `error_types` matches as COCO does.
                "duplicates": int((kinds[curve.rows[:kept]] == "duplicate").sum())
                if rule == "coco"
                else None,
            }
        )
    means = []
    for method in METHODS:
        values = [each["averages"][METHODS.index(method)] for each in told]
        known = [value for value in values if value is not None]
        means.append(float(np.mean(known)))
    return {"classes": told, "means": means}


@functools.cache
def golden_cases() -> list[tuple[dict, dict]]:
    """Return all cases, the same ones each time."""
    rng = np.random.default_rng(SEED)
    cases = []
    for _ in range(250):
        question: dict[str, Any] = {
            **scene(rng),
            "iou": int(rng.choice([1, 20, 33, 50, 60, 75, 100])),
            "least": int(rng.choice([0, 5, 30, 50, 75, 100])),
            "rule": ("coco", "voc")[int(rng.integers(2))],
            "classes": len(CLASSES),
        }
        told = answer(question, question["iou"], question["least"], question["rule"])
        cases.append((question, told))
    return cases


def agree(got: Any, expected: Any) -> bool:
    """Whether `got` equals `expected`, floats to 1e-6; None where nothing is known to compare."""
    if isinstance(expected, dict):
        return isinstance(got, dict) and all(
            key in got and (agree(got[key], value) or (key == "duplicates" and value is None))
            for key, value in expected.items()
        )
    if isinstance(expected, list):
        return (
            isinstance(got, list)
            and len(got) == len(expected)
            and all(agree(*pair) for pair in zip(got, expected, strict=True))
        )
    if isinstance(expected, float):
        return isinstance(got, (int, float)) and abs(got - expected) <= TOLERANCE
    return bool(got == expected)


def wrong_answers(cases: list[tuple[dict, dict]], answers: list[Any]) -> list[int]:
    """Return the numbers of the cases that `answers` gets wrong."""
    assert len(answers) == len(cases)
    return [
        number
        for number, ((_, expected), got) in enumerate(zip(cases, answers, strict=True))
        if not agree(got, expected)
    ]
