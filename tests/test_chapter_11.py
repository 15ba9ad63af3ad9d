"""The numbers of chapter 11, from the package, by hand and from the published example."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from cnncourse import boxes, check, metrics

BOOK = Path(__file__).parents[1] / "book"


@pytest.fixture(scope="module")
def chapter():
    page = BOOK / "11_mean_average_precision.ipynb"
    return json.loads(page.read_text(encoding="utf-8"))


def cell(chapter, name):
    return next(c for c in chapter["cells"] if c["id"] == f"map-{name}")


def prose(chapter, name):
    return " ".join("".join(cell(chapter, name)["source"]).split())


def printed(chapter, name):
    return "".join("".join(output["text"]) for output in cell(chapter, name)["outputs"])


# --- row 32: overlap -----------------------------------------------------------------------------
def test_two_squares_that_share_a_quarter(chapter):
    assert boxes.iou([[0, 0, 2, 2]], [[1, 1, 3, 3]]).tolist() == [[1 / 7]]
    shared = boxes.intersection([[0, 0, 2, 2]], [[1, 1, 3, 3]]) / boxes.area([[0, 0, 2, 2]])
    assert shared.tolist() == [[0.25]]
    assert "1 / 7 = 0.1429" in printed(chapter, "iou-by-hand")


def test_equal_boxes_share_two_thirds_at_an_iou_of_a_half(chapter):
    for share, enough in ((2 / 3 + 1e-9, True), (2 / 3 - 1e-9, False)):
        box = [[0, 0, 7, 5]]
        other = [[7 * (1 - share), 0, 7 * (2 - share), 5]]
        assert (boxes.iou(box, other)[0, 0] >= 0.5) == enough
    assert "two thirds of their area before it reaches a half" in prose(chapter, "iou-read")


# --- row 33: averages ----------------------------------------------------------------------------
def test_the_toy_curve_is_an_average_precision(chapter):
    # By hand: the best from there on is 0.96 three times, 0.95 twice, then the curve itself.
    by_hand = (3 * 0.96 + 2 * 0.95 + 0.92 + 0.80 + 0.60 + 0.45 + 0.20 + 0.10) / 11
    assert f"{by_hand:.5f}" == "0.71364" == printed(chapter, "toy").strip()


def test_the_published_example(chapter):
    by_points = (1 + 2 / 3 + 3 * 3 / 7) / 11  # 0; 0.1; 0.2, 0.3 and 0.4; beyond 7/15 nothing
    by_area = (1 * 1 + 1 * 2 / 3 + 4 * 3 / 7 + 1 * 7 / 23) / 15
    shown = printed(chapter, "published-numbers")
    assert f"voc07: {by_points:.2%}" in shown
    assert f"voc10: {by_area:.2%}" in shown
    text = prose(chapter, "published-read")
    assert "26.84 % and 24.56 %" in text
    assert f"{by_points:.2%}" == "26.84%"
    # Sides cut off after four digits, as published, give the authors' last digit.
    recall = [0, 0.0666, 0.1333, 0.4, 0.4666]
    precision = [1, 0.6666, 0.4285, 0.3043]
    cut = sum((b - a) * p for a, b, p in zip(recall, recall[1:], precision, strict=False))
    assert f"{cut:.2%}" == "24.56%"
    assert by_points - by_area > 0.02
    assert "more than two points apart" in text


@pytest.mark.real_data
def test_one_pixel_less_costs_two_points(chapter, real_data):
    home = real_data / "od_metrics" / "rafaelpadilla"

    def read(folder):
        files = sorted((home / folder).glob("*.txt"))
        rows = [[line.split()[1:] for line in path.read_text().splitlines()] for path in files]
        return [np.array(each, float) for each in rows]

    objects, reported = read("groundtruths"), read("detections")
    assert (sum(map(len, objects)), sum(map(len, reported))) == (15, 24)
    found = {}
    for wider in (0, 1):
        more = np.array([0, 0, wider, wider])
        truth = metrics.GroundTruth.from_lists(
            [rows + more for rows in objects],
            [np.zeros(len(rows), int) for rows in objects], ["person"], "xywh",
        )  # fmt: skip
        detections = metrics.Detections.from_lists(
            [rows[:, 1:] + more for rows in reported],
            [np.zeros(len(rows), int) for rows in reported],
            [rows[:, 0] for rows in reported], "xywh",
        )  # fmt: skip
        result = metrics.evaluate_detections(truth, detections, "voc10", iou_thresholds=[0.3])
        found[wider] = 100 * result.mean_ap
    assert f"falls from {found[1]:.2f} % to {found[0]:.2f} %" in prose(chapter, "errors-read")


def test_what_the_page_says_of_its_table_holds(chapter):
    rows = {}
    for line in printed(chapter, "moves").splitlines()[1:]:
        numbers = [float(number) for number in re.findall(r"\d\.\d{3}", line)]
        rows[line[:27].strip()] = numbers[0], numbers[2]
    base = rows["as it is"]
    assert rows["1 scores squared"] == base
    assert rows["3 all twice"][0] < 0.6 * base[0]
    for nearly in ("4 all twice, copies last", "5 a thousand random boxes"):
        assert np.allclose(rows[nearly], base, atol=0.005)
    for column in (0, 1):
        assert rows["2 below 0.5 thrown away"][column] < base[column] - 0.03
        assert rows["6 suppressed"][column] > base[column]
    dropped = np.subtract(base, rows["7 moved by two pixels"])
    assert dropped[0] < 0.01 < 0.05 < dropped[1]


def test_pascal_voc_reads_one_pixel_wider_than_a_difference(tmp_path):
    (tmp_path / "1.xml").write_text(
        "<annotation><object><name>dog</name><bndbox><xmin>3</xmin><ymin>1</ymin><xmax>5</xmax>"
        "<ymax>4</ymax></bndbox></object></annotation>"
    )
    assert metrics.read_voc(tmp_path).boxes.tolist() == [[2, 0, 3, 4]]


def test_a_careless_iou_gives_a_number_where_ours_refuses(chapter):
    read_wrongly = [[50, 60, 20, 10]]  # left, top, width, height
    a = np.array(read_wrongly[0])
    careless = np.prod(a[2:] - a[:2])
    assert careless > 0
    message = "boxes with left <= right and top <= bottom"
    with pytest.raises(ValueError, match=message):
        boxes.iou(read_wrongly, read_wrongly)
    assert message in prose(chapter, "errors-read")


def test_mean_leaves_classes_without_objects_out():
    truth = metrics.GroundTruth.from_lists([[[0, 0, 4, 3]]], [[0]], ["daisy", "rose"])
    found = metrics.Detections.from_lists([[[0, 0, 4, 3], [0, 0, 4, 3]]], [[0, 1]], [[0.9, 0.8]])
    assert metrics.evaluate_detections(truth, found, "voc10").mean_ap == 1


# --- the page ------------------------------------------------------------------------------------
def test_exercises_stand_in_order_each_as_a_stub_and_a_folded_solution(chapter):
    tags = [tag for c in chapter["cells"] for tag in c["metadata"].get("tags", [])]
    names = [
        name for name in check.names() if check.EXERCISES[name].exercise.objective[:4] == "map-"
    ]
    assert names == ["iou", "nms", "match", "average_precisions", "cheapest_count"]
    assert [tag for tag in tags if tag.startswith(("exercise:", "solution:"))] == [
        f"{kind}:{name}" for name in names for kind in ("exercise", "solution")
    ]


def test_the_page_says_that_its_detector_is_an_imitation(chapter):
    text = prose(chapter, "title")
    assert "The detector is an imitation" in text
    assert "sample flowers" in text


def test_no_cell_loads_tensorflow(chapter):
    code = "".join("".join(c["source"]) for c in chapter["cells"] if c["cell_type"] == "code")
    assert not re.search(r"import (keras|tensorflow)|from (keras|tensorflow)", code)
