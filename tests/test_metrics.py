"""Scores against pycocotools, against loops as in VOC's own code, and worked out by hand."""

import doctest
import importlib
import itertools
import json
import types
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from detection_cases import as_columns, coco_case, pycocotools_says, voc_says
from hypothesis import given
from hypothesis import strategies as st
from metrics_mutants import MUTANTS

from cnncourse import boxes, metrics
from cnncourse.metrics import (
    Detections,
    GroundTruth,
    _average_precision,
    _curves,
    _errors,
    _evaluate,
    _types,
)

SEEDS = range(40)
EXACT = {"rtol": 0, "atol": 1e-9}


@pytest.fixture(scope="module")
def coco_cases():
    """Random sets and pycocotools' answers; of some, with other limits and thresholds."""
    cases = []
    for seed in SEEDS:
        data, results = coco_case(seed)
        cases.append((data, results, {}, pycocotools_says(data, results)))
    for seed in SEEDS[:8]:
        data, results = coco_case(seed)
        limits, thresholds = (2, 5, 20), np.array([0.25, 0.5, 1.0])
        other = {"max_detections": limits, "iou_thresholds": thresholds}
        cases.append((data, results, other, pycocotools_says(data, results, limits, thresholds)))
    return cases


@pytest.fixture(scope="module")
def voc_cases():
    cases = []
    for seed in SEEDS[:16]:
        truth, found = as_columns(*coco_case(seed))
        difficult = np.random.default_rng(seed).random(len(truth)) < 0.2
        truth = GroundTruth(
            truth.images, truth.class_names, truth.image, truth.label, truth.boxes,
            difficult=difficult,
        )  # fmt: skip
        threshold = (0.5, 0.3)[seed % 2]
        for method in ("voc07", "voc10"):
            expected = voc_says(truth, found, threshold, method)
            cases.append((truth, found, threshold, method, expected))
    return cases


def against_coco(cases, evaluate):
    """Return the largest difference from pycocotools, in every number it has."""
    largest = 0.0
    for data, results, settings, theirs in cases:
        ours = evaluate(*as_columns(data, results), **settings)
        precision = theirs.eval["precision"][..., -1].transpose(3, 0, 2, 1)  # A T K R
        recall = theirs.eval["recall"].transpose(2, 0, 1, 3)
        for mine, expected in ((ours.precisions, precision), (ours.recalls, recall)):
            mine = np.where(np.isnan(mine), -1, mine)
            if mine.shape != expected.shape:
                return np.inf
            largest = max(largest, float(np.abs(mine - expected).max()))
        if not settings:
            twelve = np.array(list(ours.twelve.values()))
            largest = max(largest, float(np.abs(twelve - theirs.stats).max()))
    return largest


def against_voc(cases, evaluate):
    largest = 0.0
    for truth, found, threshold, method, expected in cases:
        ours = evaluate(truth, found, method=method, iou_thresholds=[threshold]).ap[0, 0]
        if not np.array_equal(np.isnan(ours), np.isnan(expected)):
            return np.inf
        largest = max(largest, float(np.nanmax(np.abs(ours - expected))))
    return largest


# --- COCO ------------------------------------------------------------------------------------


def test_the_cases_are_hard(coco_cases):
    notes = [note for data, *_ in coco_cases for note in data["annotations"]]
    assert {0, 1} == {note["iscrowd"] for note in notes}
    assert {32.0**2, 96.0**2, 0.0} <= {note["area"] for note in notes}
    for data, results, *_ in coco_cases:
        scores = [row["score"] for row in results]
        assert len(set(scores)) < len(scores) / 8
        noted = {note["image_id"] for note in data["annotations"]}
        assert noted < {image["id"] for image in data["images"]}
        assert {note["category_id"] for note in data["annotations"]} < {
            category["id"] for category in data["categories"]
        }
        counts = np.bincount([row["image_id"] for row in results])
        assert counts.max() > 100
    regular = [theirs.stats for *_, settings, theirs in coco_cases if not settings]
    assert 0.02 < np.mean([stats[0] for stats in regular]) < 0.9
    assert len({round(float(stats[0]), 6) for stats in regular}) == len(SEEDS)


def test_every_number_equals_pycocotools(coco_cases):
    assert against_coco(coco_cases, metrics.evaluate_detections) < 1e-9


def test_every_number_equals_pycocotools_on_measured_boxes():
    # No grid: sizes and scores as a detector reports them.
    rng = np.random.default_rng(11)
    data, results = coco_case(11)
    for row in data["annotations"] + results:
        row["bbox"] = [float(v) for v in np.round(np.abs(row["bbox"] + rng.normal(0, 2, 4)), 2)]
        if "score" in row:
            row["score"] = float(rng.random())
    case = (data, results, {}, pycocotools_says(data, results))
    assert against_coco([case], metrics.evaluate_detections) < 1e-9


@pytest.mark.parametrize("empty", ["annotations", "results", "both"])
def test_nothing_there_or_nothing_found(empty):
    truth = GroundTruth([3], ["a"], *np.zeros((2, 0), int), np.zeros((0, 4)))
    found = Detections(*np.zeros((2, 0), int), np.zeros((0, 4)), np.zeros(0))
    ours = metrics.evaluate_detections(
        truth if empty != "results" else as_columns(*coco_case(0))[0],
        found if empty != "annotations" else Detections([0], [0], [[0, 0, 2, 3]], [0.5]),
    )
    if empty == "results":
        assert ours.mean_ap == ours.recall == 0
    else:
        assert np.isnan(ours.mean_ap)
        assert set(ours.twelve.values()) == {-1.0}
    assert str(ours)


def test_the_official_file_formats_need_no_conversion(coco_cases, tmp_path):
    data, results, _, theirs = coco_cases[3]
    (tmp_path / "instances.json").write_text(json.dumps(data))
    (tmp_path / "results.json").write_text(json.dumps(results))
    ours = metrics.evaluate_detections(tmp_path / "instances.json", str(tmp_path / "results.json"))
    np.testing.assert_allclose(list(ours.twelve.values()), theirs.stats, **EXACT)


def test_many_ranges_and_thresholds_are_split_alike():
    truth, found = as_columns(*coco_case(5))
    thresholds = np.linspace(0.05, 0.95, 40)  # one range at a time fits into 64 bits
    many = metrics.evaluate_detections(truth, found, iou_thresholds=thresholds)
    for index in (0, 17, 39):
        one = metrics.evaluate_detections(truth, found, iou_thresholds=[thresholds[index]])
        np.testing.assert_array_equal(many.precisions[:, [index]], one.precisions)
        np.testing.assert_array_equal(many.recalls[:, [index]], one.recalls)


# --- VOC -------------------------------------------------------------------------------------


def test_voc_equals_one_detection_after_the_other(voc_cases):
    assert against_voc(voc_cases, metrics.evaluate_detections) < 1e-12
    expected = np.array([case[4] for case in voc_cases])
    assert np.isnan(expected).any()
    assert 0.05 < np.nanmean(expected) < 0.95


def padilla_boxes(folder):
    """One array an image of what the lines of ``class [score] x y width height`` say."""
    files = sorted(folder.glob("*.txt"))
    lines = [[line.split()[1:] for line in path.read_text().splitlines()] for path in files]
    return [np.array(rows, float) for rows in lines]


@pytest.mark.real_data
def test_the_published_example(real_data):
    # https://github.com/rafaelpadilla/Object-Detection-Metrics, sample 2, at IoU 0.3. As in VOC,
    # the pixel at the right and at the bottom belongs to a box: it is one wider than x + width.
    home = real_data / "od_metrics" / "rafaelpadilla"
    truth_of, found_of = padilla_boxes(home / "groundtruths"), padilla_boxes(home / "detections")
    assert [len(truth_of), sum(map(len, truth_of)), sum(map(len, found_of))] == [7, 15, 24]
    one_wider = np.array([0, 0, 1, 1])
    truth = GroundTruth.from_lists(
        [rows + one_wider for rows in truth_of],
        [np.zeros(len(rows), int) for rows in truth_of], ["person"], "xywh",
    )  # fmt: skip
    found = Detections.from_lists(
        [rows[:, 1:] + one_wider for rows in found_of],
        [np.zeros(len(rows), int) for rows in found_of],
        [rows[:, 0] for rows in found_of], "xywh",
    )  # fmt: skip
    for method, expected in PUBLISHED.items():
        result = metrics.evaluate_detections(truth, found, method, iou_thresholds=[0.3])
        assert result.mean_ap == pytest.approx(expected, abs=1e-12)
        curve = metrics.precision_recall(truth, found, "person", 0.3, rule="voc")
        assert curve.average_precision(method) == pytest.approx(expected, abs=1e-12)
        assert curve.hits.sum() == 7


# The corners of the example's curve are published: 1/15, 2/15, 6/15 and 7/15 of recall at a
# precision of 1, 2/3, 3/7 and 7/23.
PUBLISHED = {
    "voc07": (1 + 2 / 3 + 3 * 3 / 7) / 11,
    "voc10": (1 * 1 + 1 * 2 / 3 + 4 * 3 / 7 + 1 * 7 / 23) / 15,
}


def test_the_published_curve():
    recall, precision = np.array([1, 2, 6, 7]) / 15, [1, 2 / 3, 3 / 7, 7 / 23]
    for method, percent in (("voc07", 26.84), ("voc10", 24.56)):
        ours = metrics.average_precision(recall, precision, method)
        assert ours == pytest.approx(PUBLISHED[method], abs=1e-12)
        # Published from sides cut off after four digits: 24.56 for 24.569.
        assert 100 * ours == pytest.approx(percent, abs=0.01)


def test_the_two_rules_differ_where_the_best_object_is_taken():
    objects = [[0, 0, 10, 10], [0, 3, 10, 13]]
    twice = [[0, 0, 10, 10], [0, 1, 10, 11]]  # the second: 90/110 with the first, 80/120 with it
    coco = metrics.match_detections(objects, twice, [0.9, 0.8])
    voc = metrics.match_detections(objects, twice, [0.9, 0.8], rule="voc")
    assert coco.tolist() == [0, 1]
    assert voc.tolist() == [0, -1]


def test_matching_by_hand():
    objects = [[0, 0, 10, 10], [20, 0, 30, 10], [40, 0, 50, 10]]
    reported = [
        [0, 0, 10, 8],  # 0.8 with the first object, but a better one comes before
        [20, 0, 30, 5],  # exactly a half of the second
        [0, 0, 10, 9],
        [40, 0, 50, 4.9],  # not quite a half of the third
        [60, 0, 70, 10],  # nothing there
    ]
    scores = [0.6, 0.5, 0.7, 0.9, 0.8]
    assert metrics.match_detections(objects, reported, scores).tolist() == [-1, 1, 0, -1, -1]
    assert metrics.match_detections(objects, reported, scores, 0.49).tolist() == [-1, 1, 0, 2, -1]
    assert metrics.match_detections(objects, [], []).tolist() == []
    assert metrics.match_detections([], reported, scores).tolist() == [-1] * 5


# --- curves ----------------------------------------------------------------------------------


def test_the_toy_curve():
    precision = [0.91, 0.94, 0.96, 0.94, 0.95, 0.92, 0.80, 0.60, 0.45, 0.20, 0.10]
    # By hand: 3 × 0.96, 2 × 0.95, then falling as it is: 7.85 / 11.
    assert metrics.average_precision(np.linspace(0, 1, 11), precision, "voc07") == pytest.approx(
        7.85 / 11, abs=1e-12
    )
    assert f"{7.85 / 11:.5f}" == "0.71364"


@pytest.mark.parametrize(
    ("hits", "objects", "voc07", "voc10", "coco"),
    [
        # Found, not, found of two: precision 1, 1/2, 2/3. Levels up to a half see 1, the others
        # 2/3; of 101 levels 51 reach up to 0.5.
        ("101", 2, (6 + 5 * 2 / 3) / 11, (1 + 2 / 3) / 2, (51 + 50 * 2 / 3) / 101),
        # One of four after two false ones: 1/3 up to a quarter, then nothing.
        ("001", 4, 3 / 3 / 11, 1 / 12, 26 / 3 / 101),
        # All three of ten at once: recall 0.3 reaches the level 0.3.
        ("111", 10, 4 / 11, 3 / 10, 31 / 101),
        ("000", 3, 0, 0, 0),
        ("", 3, 0, 0, 0),
    ],
)
def test_averages_by_hand(hits, objects, voc07, voc10, coco):
    found = np.cumsum([int(hit) for hit in hits])
    recall, precision = found / objects, found / np.arange(1, len(hits) + 1)
    for method, expected in (("voc07", voc07), ("voc10", voc10), ("coco", coco)):
        ours = metrics.average_precision(recall, precision, method)
        assert ours == pytest.approx(expected, abs=1e-12), method


@given(st.lists(st.booleans(), max_size=40), st.integers(1, 45))
def test_averages_equal_fractions(hits, more):
    objects = sum(hits) + more
    points, found = [], 0
    for count, hit in enumerate(hits, start=1):
        found += hit
        points.append((Fraction(found, objects), Fraction(found, count)))

    def best(level):
        return max((p for r, p in points if r >= level), default=Fraction(0))

    steps = [Fraction(0), *(r for r, _ in points)]
    exact = {
        "voc07": sum(best(Fraction(k, 10)) for k in range(11)) / 11,
        "voc10": sum((b - a) * best(b) for a, b in itertools.pairwise(steps)),
    }
    recall, precision = [float(r) for r, _ in points], [float(p) for _, p in points]
    for method, expected in exact.items():
        ours = metrics.average_precision(recall, precision, method)
        assert ours == pytest.approx(float(expected), abs=1e-12)
    # COCO's levels and its recall are compared as floats: that is how pycocotools rounds.
    at_levels = []
    for level in np.linspace(0, 1, 101).tolist():
        reached = [p for r, (_, p) in zip(recall, points, strict=True) if r >= level]
        at_levels.append(max(reached, default=Fraction(0)))
    ours = metrics.average_precision(recall, precision, "coco")
    assert ours == pytest.approx(float(sum(at_levels)) / 101, abs=1e-12)


def test_single_curves_add_up_to_the_evaluation(coco_cases, voc_cases):
    for data, results, settings, _ in coco_cases[:6]:
        assert not settings
        truth, found = as_columns(data, results)
        ours = metrics.evaluate_detections(
            truth, found, iou_thresholds=[0.5, 0.75], max_detections=(1000,)
        )
        for index, threshold in enumerate((0.5, 0.75)):
            for label, name in enumerate(truth.class_names):
                curve = metrics.precision_recall(truth, found, name, threshold)
                expected = ours.ap[0, index, label]
                np.testing.assert_allclose(curve.average_precision("coco"), expected, **EXACT)
                assert (np.diff(curve.scores) <= 0).all()
                np.testing.assert_array_equal(found.scores[curve.rows], curve.scores)
                if curve.objects:
                    recall = ours.recalls[0, index, label, 0]
                    assert curve.hits.sum() / curve.objects == pytest.approx(recall)
    for truth, found, threshold, method, expected in voc_cases:
        for label, name in enumerate(truth.class_names):
            curve = metrics.precision_recall(truth, found, name, threshold, rule="voc")
            np.testing.assert_allclose(curve.average_precision(method), expected[label], **EXACT)


# --- mutants ---------------------------------------------------------------------------------


def mutant(module, right, wrong):
    """Return `evaluate_detections` as it is with one text of one module changed."""
    path = Path(importlib.import_module(f"cnncourse.metrics.{module}").__file__)
    source = path.read_text()
    assert source.count(right) == 1, f"{module} has no such text, or has it twice: {right}"
    changed = types.ModuleType(f"changed{module}")
    exec(compile(source.replace(right, wrong), str(path), "exec"), changed.__dict__)
    if module == "_evaluate":
        return changed.evaluate_detections
    evaluate = types.ModuleType("evaluate")
    source = Path(_evaluate.__file__).read_text()
    exec(compile(source, _evaluate.__file__, "exec"), evaluate.__dict__)
    if module == "_matching":
        evaluate._matching = changed
    else:
        for name in ("average_precision", "hits_needed", "HUNDREDTHS"):
            setattr(evaluate, name, getattr(changed, name))
    return evaluate.evaluate_detections


@pytest.mark.parametrize(("module", "why", "right", "wrong"), MUTANTS, ids=[m[1] for m in MUTANTS])
def test_wrong_metrics_are_caught(module, why, right, wrong, coco_cases, voc_cases):
    evaluate = mutant(module, right, wrong)
    differences = []
    for against, cases in ((against_coco, coco_cases), (against_voc, voc_cases)):
        try:
            differences.append(against(cases, evaluate))
        except (ValueError, IndexError, FloatingPointError, RuntimeWarning):
            differences.append(np.inf)
    assert max(differences) > 1e-3 or ("rounded" in why and max(differences) > 1e-9)


# --- errors ----------------------------------------------------------------------------------


def test_kinds_of_errors_by_hand():
    truth = GroundTruth.from_lists(
        [[[0, 0, 10, 10], [20, 0, 30, 10], [40, 0, 50, 10], [60, 0, 70, 10]], [[0, 0, 8, 8]]],
        [[0, 1, 0, 1], [1]],
        ["daisy", "rose"],
    )
    reported = [
        ([0, 0, 10, 9], 0, 0.9, "correct", 0),
        ([0, 0, 10, 8], 0, 0.8, "duplicate", 0),
        ([20, 0, 30, 9], 0, 0.7, "classification", 1),
        ([40, 0, 50, 4], 0, 0.6, "localization", 2),
        ([40, 0, 50, 4], 1, 0.5, "background", -1),  # wrong twice
        ([80, 0, 90, 10], 0, 0.4, "background", -1),
        ([60, 0, 70, 9], 1, 0.05, "", -1),  # not shown
    ]
    found = Detections.from_lists(
        [[row[0] for row in reported], []],
        [[row[1] for row in reported], []],
        [[row[2] for row in reported], []],
    )
    errors = metrics.error_types(truth, found, min_score=0.1)
    assert errors.kinds.tolist() == [row[3] for row in reported]
    assert errors.partner.tolist() == [row[4] for row in reported]
    assert errors.missed.tolist() == [False, False, False, True, True]
    assert errors.counts == {
        "correct": 1, "duplicate": 1, "classification": 1, "localization": 1, "background": 2,
        "ignored": 0, "missed": 2,
    }  # fmt: skip
    assert "missed" in str(errors)


def test_kinds_of_errors_agree_with_the_scores():
    ignored = 0
    for seed in SEEDS[:8]:
        truth, found = as_columns(*coco_case(seed))
        errors = metrics.error_types(truth, found)
        hits = 0
        for name in truth.class_names:
            curve = metrics.precision_recall(truth, found, name)
            assert set(errors.kinds[curve.rows[curve.hits]]) <= {"correct"}
            assert "correct" not in errors.kinds[curve.rows[~curve.hits]]
            hits += int(curve.hits.sum())
        assert errors.counts["correct"] == hits
        near = {"duplicate", "classification", "localization", "correct", "ignored"}
        assert ((errors.partner >= 0) == np.isin(errors.kinds, list(near))).all()
        assert not errors.missed[errors.partner[errors.partner >= 0]].any()
        assert not errors.missed[truth.crowd].any()
        ignored += errors.counts["ignored"]
    assert ignored > 0


# --- what is refused, and the report ---------------------------------------------------------

TRUTH = GroundTruth.from_lists([[[0, 0, 4, 3]], []], [[0], []], ["daisy", "rose"])
FOUND = Detections([0], [0], [[0, 0, 4, 3]], [0.5])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: metrics.average_precision([0.5, 0.4], [1, 1]), "numbers that never fall"),
        (lambda: metrics.average_precision([0.5], [1, 1]), "as many numbers as `recall` has, 1"),
        (lambda: metrics.average_precision([np.nan], [1]), "`recall`: expected numbers from 0"),
        (lambda: metrics.average_precision([0.5], [np.nan]), "`precision`: expected numbers"),
        (lambda: metrics.average_precision([0.5], [1.5]), "`precision`: expected numbers from 0"),
        (lambda: metrics.average_precision([[0.5]], [[1]]), "on one axis"),
        (lambda: metrics.average_precision(["a"], [1]), "`recall`"),
        (lambda: metrics.average_precision([0.5], [1], "voc12"), "one of 'voc07', 'voc10'"),
        (lambda: Detections([0], [0], [[0, 0, 4, 3]], [np.nan]), "1 finite numbers"),
        (lambda: Detections([0], [0], [[0, 0, 4, 3]], [0.5, 0.6]), "`scores`: expected 1 finite"),
        (lambda: Detections([0], [0], [[0, 0, 4, np.inf]], [0.5]), "`boxes`: expected finite"),
        (lambda: Detections([0], [0], [[0, 0, -4, 3]], [0.5]), "a width and a height of at least"),
        (lambda: Detections([0.5], [0], [[0, 0, 4, 3]], [0.5]), "`image`: expected 1 integers"),
        (lambda: Detections([-1], [0], [[0, 0, 4, 3]], [0.5]), "of at least 0"),
        (lambda: Detections([0], [0], [[0, 0, 4, 3]], ["high"]), "`scores`"),
        (lambda: GroundTruth([1, 1], ["a"], [0], [0], [[0, 0, 1, 1]]), "`images`: expected dist"),
        (lambda: GroundTruth([1], ["a", "a"], [0], [0], [[0, 0, 1, 1]]), "`class_names`: expecte"),
        (lambda: GroundTruth([1], ["a"], [1], [0], [[0, 0, 1, 1]]), "`image`: expected indices b"),
        (lambda: GroundTruth([1], ["a"], [0], [2], [[0, 0, 1, 1]]), "`label`: expected indices b"),
        (lambda: GroundTruth([1], ["a"], [0], [0], [[0, 0, 1, 1]], crowd=[2]), "`crowd`"),
        (lambda: GroundTruth([1], ["a"], [0], [0], [[0, 0, 1, 1]], areas=[-1.0]), "`areas`"),
        (lambda: GroundTruth([1], ["a"], [0], [0], [[0, 0, 1, 1]], class_ids=[1, 2]), "`class_id"),
        (lambda: GroundTruth.from_lists([[[0, 0, 1, 1]]], [[0, 1]], ["a", "b"]), "`labels_of`"),
        (lambda: GroundTruth.from_lists([[[0, 0, 1]]], [[0]], ["a"]), "`boxes`"),
        (lambda: GroundTruth.from_lists("abc", [[0]], ["a"]), "`boxes_of`"),
        (lambda: metrics.evaluate_detections(TRUTH, Detections([2], [0], [[0, 0, 1, 1]], [0.5])),
         "`detections.image`: expected indices below 2; received 2"),
        (lambda: metrics.evaluate_detections(TRUTH, Detections([0], [2], [[0, 0, 1, 1]], [0.5])),
         "`detections.label`"),
        (lambda: metrics.evaluate_detections([], FOUND), "`ground_truth`: expected a GroundTruth"),
        (lambda: metrics.evaluate_detections(TRUTH, []), "`detections`: expected Detections"),
        (lambda: metrics.evaluate_detections(TRUTH, FOUND, "voc"), "`method`"),
        (lambda: metrics.evaluate_detections(TRUTH, FOUND, iou_thresholds=[0.0]), "`iou_thresh"),
        (lambda: metrics.evaluate_detections(TRUTH, FOUND, iou_thresholds=[0.6, 0.5]), "rising"),
        (lambda: metrics.evaluate_detections(TRUTH, FOUND, iou_thresholds=[np.nan]), "`iou_thr"),
        (lambda: metrics.evaluate_detections(TRUTH, FOUND, iou_thresholds=["x"]), "`iou_thresh"),
        (lambda: metrics.evaluate_detections(TRUTH, FOUND, max_detections=(10, 1)), "rising int"),
        (lambda: metrics.evaluate_detections(TRUTH, FOUND, max_detections=()), "a tuple of"),
        (lambda: metrics.evaluate_detections(TRUTH, FOUND, area_ranges={"all": 3}), "`area_rang"),
        (lambda: metrics.evaluate_detections(TRUTH, FOUND, area_ranges={"a": (3, 2)}), "at leas"),
        (lambda: metrics.evaluate_detections(TRUTH, FOUND, "voc10").twelve, "'coco' with COCO's"),
        (lambda: metrics.evaluate_detections(TRUTH, FOUND, "voc10").ap_at(0.75), "one of 0.5"),
        (lambda: metrics.match_detections([[0, 0, 1, 1]], [[0, 0, 1, 1]], [0.5], 0), "above 0"),
        (lambda: metrics.match_detections([[0, 0, 1, 1]], [[0, 0, 1]], [0.5]), "`boxes`"),
        (lambda: metrics.match_detections([], [[0, 0, 1, 1]], []), "`scores_of`"),
        (lambda: metrics.match_detections([], [], [], rule="pascal"), "`rule`"),
        (lambda: metrics.precision_recall(TRUTH, FOUND, "tulip"), "one of 'daisy', 'rose'"),
        (lambda: metrics.precision_recall(TRUTH, FOUND, "rose", np.nan), "`iou_threshold`"),
        (lambda: metrics.error_types(TRUTH, FOUND, 0.5, 0.6), "`background_threshold`"),
        (lambda: metrics.error_types(TRUTH, FOUND, min_score=np.nan), "`min_score`"),
    ],
)  # fmt: skip
def test_bad_calls_say_what_was_expected(call, message):
    with pytest.raises(ValueError, match="Invalid value for argument") as caught:
        call()
    assert message in str(caught.value)


@given(st.data())
def test_any_numbers_are_scored_or_refused(data):
    number = st.floats(width=32) | st.integers(-3, 40)
    row = st.tuples(*[number] * 4).map(list)
    columns = {
        "image": st.integers(-1, 2), "label": st.integers(-1, 2), "boxes": row, "scores": number
    }  # fmt: skip
    count = data.draw(st.integers(0, 4))
    drawn = {
        name: [data.draw(each) for _ in range(count)]
        for name, each in columns.items()
    }  # fmt: skip
    try:
        found = Detections(**drawn)
        result = metrics.evaluate_detections(TRUTH, found)
    except ValueError as error:
        if "Invalid value for argument" not in str(error):
            raise
        return
    assert 0 <= result.mean_ap <= 1
    assert 0 <= result.recall <= 1
    assert np.isnan(result.ap_per_class["rose"])


def test_class_without_objects_is_reported_as_not_measured():
    result = metrics.evaluate_detections(TRUTH, FOUND)
    for ours in (result.mean_ap, result.ap_at(0.5), result.ap_per_class["daisy"]):
        assert ours == pytest.approx(1, abs=1e-15)  # pycocotools' own rounding
    lines = str(result).splitlines()
    assert lines[0] == "coco on 1 objects of 1 classes, 1 detections"
    assert "mAP@[0.5:0.95] 1.000" in lines[1]
    assert lines[-1].split() == ["rose", "0", "–", "–"]
    assert lines[-2].split() == ["daisy", "1", "1.000", "1.000"]


def test_lists_and_formats_say_the_same():
    corners = np.array([[1, 2, 5, 9.0], [0, 0, 3, 4]])
    truth = GroundTruth.from_lists([corners, []], [[0, 1], []], ["a", "b"])
    for name in ("xywh", "cxcywh"):
        again = GroundTruth.from_lists(
            [boxes.convert(corners, "xyxy", name), []], [[0, 1], []], ["a", "b"], name
        )
        np.testing.assert_array_equal(again.boxes, truth.boxes)
    assert truth.areas.tolist() == [28, 12]


@pytest.mark.parametrize("module", [_average_precision, _curves, _errors, _evaluate, _types])
def test_examples_run(module):
    results = doctest.testmod(module, extraglobs={"np": np})
    assert results.attempted > 1
    assert results.failed == 0
