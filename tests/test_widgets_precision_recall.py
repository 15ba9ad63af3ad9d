"""The figure "precision_recall" against `metrics`: its numbers, its words, and wrong versions."""

import json
import math
import os
import re
import subprocess
import sys

import numpy as np
import pytest
from test_widgets import FOLDER, MODULES, answers_of, node_path, run_node, whole_page
from widget_scoring_cases import (
    CLASSES,
    METHODS,
    MUTANTS,
    agree,
    as_metrics,
    golden_cases,
    scene,
    wrong_answers,
)

from cnncourse import metrics, widgets
from cnncourse.widgets import _bundle, _pictures, _precision_recall, _scoring


@pytest.fixture(scope="module")
def cases():
    return golden_cases()


def pictures(count, height=48, width=64):
    rng = np.random.default_rng(4)
    return rng.integers(0, 256, (count, height, width, 3)).astype(np.uint8)


def given(count=3, seed=8):
    """Pictures, truths, detections and class names as a page has them."""
    rng = np.random.default_rng(seed)
    while (drawn := scene(rng))["pictures"] != count or len(drawn["detections"]) < 12:
        pass
    return pictures(count), *as_metrics(drawn), CLASSES


# ---- numbers -------------------------------------------------------------------------------------


def test_the_cases_are_many_and_hard(cases):
    told = [each for _, answer in cases for each in answer["classes"]]
    assert len(cases) >= 250
    assert sum(bool(each["duplicates"]) for each in told) > 50
    assert sum(each["recall"] is None and bool(each["rows"]) for each in told) > 50
    assert sum(not each["rows"] and each["recall"] is not None for each in told) > 15
    differing = sum(len({round(a, 4) for a in each["averages"] if a}) == 3 for each in told)
    assert differing > 100, "conventions that differ"
    rules = 0
    for question, _ in cases:
        truth, found = as_metrics(question)
        rules += any(
            metrics.precision_recall(
                truth, found, name, question["iou"] / 100, "coco"
            ).hits.tolist()
            != metrics.precision_recall(
                truth, found, name, question["iou"] / 100, "voc"
            ).hits.tolist()
            for name in CLASSES
        )
    assert rules > 20, "matching rules that differ"


def test_core_equals_metrics(cases):
    answers = answers_of(
        FOLDER / "scoring.mjs", [question for question, _ in cases], "scoring_harness"
    )
    assert wrong_answers(cases, answers) == []


@pytest.mark.parametrize(("why", "right", "wrong"), MUTANTS, ids=[why for why, *_ in MUTANTS])
def test_wrong_cores_are_caught(why, right, wrong, cases, tmp_path):
    source = (FOLDER / "scoring.mjs").read_text(encoding="utf-8")
    assert source.count(right) == 1, "the mutant has to change exactly one place"
    mutant = tmp_path / "scoring.mjs"
    mutant.write_text(source.replace(right, wrong), encoding="utf-8")
    answers = answers_of(mutant, [question for question, _ in cases], "scoring_harness")
    assert wrong_answers(cases, answers), f"not caught: {why}"


def test_python_side_equals_metrics(cases):
    for question, expected in cases:
        curves = [
            _scoring.curve(
                question["objects"],
                question["detections"],
                label,
                question["iou"] / 100,
                question["rule"],
            )
            for label in range(len(CLASSES))
        ]
        for curve, told in zip(curves, expected["classes"], strict=True):
            shown = curve.shown(question["least"] / 100)
            assert [entry.kind == "true" for entry in curve.entries] == told["hits"]
            assert agree([curve.average(method) for method in METHODS], told["averages"])
            assert (shown["right"], shown["wrong"]) == (told["right"], told["wrong"])
            assert len(shown["missed"]) == told["missed"]
            assert told["duplicates"] in (None, shown["duplicates"])
            assert agree(curve.precision, told["precision"])
            if told["recall"] is not None:
                assert agree(curve.recall, told["recall"])
        means = [_scoring.mean([curve.average(method) for curve in curves]) for method in METHODS]
        assert agree(means, expected["means"])


def test_conventions_equal_a_whole_evaluation():
    _, truth, found, _ = given()
    figure = _precision_recall.figure(*given())
    for method, rule in (("coco", "coco"), ("voc07", "voc"), ("voc10", "voc")):
        whole = metrics.evaluate_detections(truth, found, method, iou_thresholds=[0.6])
        known = figure.facts(figure.settle({"iou": 60, "rule": rule}))
        assert known[f"mean_ap_{method}"] == pytest.approx(whole.mean_ap, abs=1e-6)


# ---- words ---------------------------------------------------------------------------------------


def told_by(expression, rows):
    script = f"""
        import {{ readFileSync }} from "node:fs";
        import * as figure from {json.dumps((FOLDER / "precision_recall.mjs").as_uri())};
        import {{ unpacked }} from {json.dumps((FOLDER / "scoring.mjs").as_uri())};
        const given = JSON.parse(readFileSync(0, "utf8"));
        console.log(JSON.stringify({expression}));
    """
    return json.loads(run_node(script, json.dumps(rows)))


def test_sentences_tell_the_numbers(cases):
    rows = [question for question, _ in cases[:80]]
    told = told_by(
        """given.map(({ iou, least, rule, ...rows }) => {
          const scene = { ...unpacked(rows), classes: ["aster", "daisy", "rose", "tulip"] };
          return scene.classes.map((name, label) => {
            const found = figure.judged(scene, { label, score: least, iou, rule });
            return {
              averages: found.averages, lines: figure.shareLines(found),
              said: figure.scoreSentence(found, name, least, iou),
              matches: found.curve.entries.map((one) => [one.kind, figure.matchSentence(one)]),
            };
          });
        })""",
        rows,
    )
    ends = set()
    for (question, expected), classes in zip(cases, told, strict=False):
        for name, answer, got in zip(CLASSES, expected["classes"], classes, strict=True):
            kept, objects = answer["right"] + answer["wrong"], answer["right"] + answer["missed"]
            assert f"class {name}, " in got["said"]
            assert f"show {kept} detection" in got["said"]
            assert f"{answer['right']} true positive" in got["said"]
            assert f"{answer['wrong']} false positive" in got["said"]
            assert f"{answer['missed']} of {objects} object" in got["said"]
            assert f"IoU of {question['iou'] / 100:g}:" in got["said"]
            for line, below in zip(got["lines"], (kept, objects), strict=True):
                assert f"= {answer['right']} / {below}" in line
                share = answer["right"] / below if below else None
                end = "not defined" if share is None else f"= {float(f'{share:.3f}'):g}"
                assert line.endswith(end), line
            assert agree([each["own"] for each in got["averages"]], answer["averages"])
            assert agree([each["mean"] for each in got["averages"]], expected["means"])
            for kind, text in got["matches"]:
                ends.add((kind, re.sub(r"[\d.]+", "0", text.partition(": ")[2])))
    assert ends == {
        ("true", "IoU 0"),
        ("duplicate", "IoU 0 with an object that is found already"),
        ("false", "IoU 0, not enough"),
        ("false", "it touches no object of its class"),
    }


# ---- the front -----------------------------------------------------------------------------------


def test_both_forms_of_the_data_give_the_same_figure():
    array, truth, found, names = given()

    def parts(rows, *columns):
        whole = [np.flatnonzero(rows.image == at) for at in range(len(array))]
        boxes = [np.array(rows.boxes[at]) for at in whole]
        corners = [np.concatenate([b[:, :2], b[:, :2] + b[:, 2:]], axis=1) for b in boxes]
        others = [[getattr(rows, name)[at] for name in columns] for at in whole]
        return [(c, *o) for c, o in zip(corners, others, strict=True)]

    lists = widgets.precision_recall(
        array, parts(truth, "label"), parts(found, "label", "scores"), list(names), iou=60
    )
    columns = widgets.precision_recall(array, truth, found, names, iou=60)

    def without_data(html):
        return re.sub(r'"(objects|detections)": \[\[.*?\]\]|cnn-[0-9a-f]{12}', "", html)

    # There and back, a side may lose its last bit; the counts do not.
    assert without_data(lists.html) == without_data(columns.html)
    assert lists.text == columns.text


def test_rows_are_sorted_by_picture_and_equal_scores_keep_their_order():
    found = metrics.Detections([1, 0, 1], [0, 0, 0], [[0, 0, 2, 3], [1, 1, 5, 4], [0, 0, 9, 9]],
                               [0.5, 0.5, 0.5])  # fmt: skip
    assert _pictures.detection_rows("detections", found, 2, ["daisy"]) == [
        [0, 0, 0.5, 1, 1, 5, 4],
        [1, 0, 0.5, 0, 0, 2, 3],
        [1, 0, 0.5, 0, 0, 9, 9],
    ]


def test_output_is_whole_light_and_asks_nobody():
    assert len(whole_page(widgets.precision_recall(*given()))) < 500_000


def test_the_still_picture_tells_the_counts():
    figure = _precision_recall.figure(*given())
    for settings in ({}, {"score": 0, "picture": 2}, {"class_name": "tulip"}, {"score": 100}):
        checked = figure.settle(settings)
        still, known = figure.still(checked), figure.facts(checked)
        assert f"{known['true_positives']} true positive" in still.alt
        assert f"{known['false_positives']} false positive" in still.alt
        assert (
            f"{known['duplicates']} of them duplicates, and {known['missed']} missed" in still.alt
        )
        wanted = known["ap_voc10"]
        assert ("not defined" if wanted is None else f"{wanted:.3f} (VOC 2010)") in still.caption
        assert still.svg.count("<image") == 1
        assert ("<circle" in still.svg) == (None not in (known["precision"], known["recall"]))


def test_names_that_look_like_markup_stay_text():
    array = pictures(1)
    html = widgets.precision_recall(
        array, [([[0, 0, 9, 9]], [0])], [([], [], [])], ["<b>{x}</b> & co"]
    ).html
    assert "<b>{x}" not in html
    assert "&lt;b&gt;{x}&lt;/b&gt; &amp; co" in html


def test_large_pictures_are_made_smaller_but_boxes_keep_their_pixels():
    large = np.full((1, 600, 1000, 3), 90, np.uint8)
    (picture,) = _pictures.encoded(large)
    assert (picture["width"], picture["height"]) == (1000, 600)
    assert len(picture["src"]) < 10_000
    with pytest.raises(
        ValueError, match="`pictures`: expected at most 300 kB once they are packed"
    ):
        _pictures.encoded(np.random.default_rng(0).integers(0, 256, (24, 320, 320, 3), np.uint8))


def test_two_processes_give_the_same_bytes():
    script = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from test_widgets_precision_recall import given; from cnncourse import widgets\n"
        "import hashlib\n"
        "html = widgets.precision_recall(*given()).html\n"
        "print(hashlib.sha256(html.encode()).hexdigest())"
    )
    prints = {
        subprocess.run(
            [sys.executable, "-c", script, str(FOLDER.parents[1] / "tests")],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(prints) == 1


def test_ids_follow_the_data():
    array, truth, found, names = given()

    def id_of(*args, **settings):
        html = widgets.precision_recall(*args, **settings).html
        return re.search(r'id="(cnn-\w+)"', html)[1]

    first = id_of(array, truth, found, names)
    assert first == id_of(array, truth, found, names, score=50)
    others = {
        id_of(array, truth, found, names, score=51),
        id_of(255 - array, truth, found, names),
        id_of(array, truth, metrics.Detections([], [], np.zeros((0, 4)), []), names),
    }
    assert len(others | {first}) == 4


def test_bundle_is_one_module_with_unique_names(tmp_path):
    text = _bundle.bundle("precision_recall")
    file = tmp_path / "bundle.mjs"
    file.write_text(f"const data = {{}};\n{text}", encoding="utf-8")
    subprocess.run([node_path(), "--check", str(file)], check=True, capture_output=True)
    assert text.count("function element(") == 1
    assert (FOLDER / "scoring.mjs") in MODULES
    assert "document." not in (FOLDER / "scoring.mjs").read_text()


ONE = np.zeros((1, 8, 9, 3), np.uint8)
TRUTHS = [([[0, 0, 4, 5]], [0])]
FOUND = [([[0, 0, 4, 5]], [0], [0.5])]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"pictures": ONE.astype(float)}, "`pictures`: expected uint8 of shape (N, H, W, 3)"),
        ({"pictures": ONE[0]}, "`pictures`: expected uint8 of shape (N, H, W, 3)"),
        ({"pictures": np.zeros((25, 2, 3, 3), np.uint8)}, "with 1 to 24 pictures"),
        ({"pictures": [[1], [2, 3]]}, "`pictures`: expected uint8"),
        ({"truths": []}, "`truths`: expected one (boxes, labels) for each of the 1 pictures"),
        ({"truths": [([[0, 0, 4, 5]],)]}, "`truths`: expected one (boxes, labels)"),
        ({"truths": [([[0, 0, 4]], [0])]}, "`truths`: expected finite numbers, of boxes four"),
        ({"truths": [([[0, 0, math.nan, 5]], [0])]}, "`truths`: expected finite numbers"),
        ({"truths": [([[4, 0, 0, 5]], [0])]}, "`truths`: expected boxes with left <= right"),
        ({"truths": [([[0, 0, 4, 5]], [2])]}, "`truths`: expected labels below 2"),
        ({"truths": [([[0, 0, 4, 5]], [0, 1])]}, "as many entries as boxes in picture 0"),
        ({"truths": [([[0, 0, 4, 5]], 0)]}, "`truths`: expected a list of labels"),
        ({"truths": [([[0, 0, 4, 5]], [0.5])]}, "`truths`: expected an integer of at least 0"),
        ({"truths": [([], [])]}, "`truths`: expected at least one object"),
        (
            {"truths": metrics.GroundTruth(range(2), ("a", "b"), [0], [0], [[0, 0, 4, 5]])},
            "`truths`: expected a ground truth of the 1 pictures; received 2",
        ),
        (
            {"truths": metrics.GroundTruth(range(1), ("a", "c"), [0], [0], [[0, 0, 4, 5]])},
            "`truths`: expected a ground truth of the classes ['a', 'b']",
        ),
        (
            {"truths": metrics.GroundTruth([0], ("a", "b"), [0], [0], [[0, 0, 4, 5]], [True])},
            "`truths`: expected objects that all have to be found",
        ),
        ({"detections": [([[0, 0, 4, 5]], [0])]}, "one (boxes, labels, scores) for each"),
        ({"detections": [([[0, 0, 4, 5]], [0], [1.5])]}, "expected scores from 0 to 1"),
        ({"detections": [([[0, 0, 4, 5]], [0], [])]}, "as many entries as boxes in picture 0"),
        (
            {"detections": metrics.Detections([1], [0], [[0, 0, 4, 5]], [0.5])},
            "`detections`: expected indices below 1 of pictures and 2 of classes",
        ),
        (
            {"detections": [([[0, 0, 4, 5]] * 1001, [0] * 1001, [0.5] * 1001)]},
            "`detections`: expected at most 1000",
        ),
        ({"class_names": "ab"}, "`class_names`: expected 1 to 30 distinct names"),
        ({"class_names": ["a", "a"]}, "`class_names`: expected 1 to 30 distinct names"),
        ({"class_name": "c"}, "`class_name`: expected one of 'a', 'b'"),
        ({"score": 101}, "`score`: expected an integer from 0 to 100, in percent"),
        ({"iou": 0}, "`iou`: expected an integer of at least 1"),
        ({"rule": "pascal"}, "`rule`: expected one of 'coco', 'voc'"),
        ({"average": "voc12"}, "`average`: expected one of 'voc07', 'voc10', 'coco'"),
        ({"picture": 1}, "`picture`: expected an integer from 0 to 0"),
        ({"threshold": 1}, "`setting`: expected one of 'class_name', 'score', 'iou'"),
        ({"task": "Go", "goal": {"ap": 1}}, "`goal`: expected one of 'class_name', 'score'"),
        ({"task": "Go", "goal": {"recall": 1}}, "something that the initial state has not"),
    ],
)
def test_bad_calls_say_what_there_is(change, message):
    call = {
        "pictures": ONE,
        "truths": TRUTHS,
        "detections": FOUND,
        "class_names": ["a", "b"],
    } | change
    with pytest.raises(ValueError, match=re.escape(message)):
        widgets.precision_recall(**call)
