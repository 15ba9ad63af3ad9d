"""The numbers of chapter 10: its study, its examples by hand, and what it says of Keras."""

import json
from pathlib import Path

import keras
import numpy as np
import pytest

from cnncourse import boxes, losses, results
from cnncourse.quiz import bank as quiz_bank

BOOK = Path(__file__).parents[1] / "book"
MOVED = "boxes mirrored too"


@pytest.fixture(scope="module")
def chapter():
    return json.loads((BOOK / "10_localization.ipynb").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def study():
    return results.load("localization")


def cell(chapter, name):
    return next(c for c in chapter["cells"] if c["id"] == f"loc-{name}")


def prose(chapter, name):
    return " ".join("".join(cell(chapter, name)["source"]).split())


def printed(chapter, name):
    return "".join("".join(output["text"]) for output in cell(chapter, name)["outputs"])


# --- row 31: two heads, weights, normalised boxes, roots -----------------------------------------
def test_the_pretrained_network_finds_the_flowers(study):
    """Must hold: a mean IoU of 0.70 on new pictures, over seeds, and far above a blind answer."""
    best = {"loss": "GIoU + L1", "weight": 2.0, "mirrored": MOVED}
    assert study.settings("seed") == [0, 1, 2]
    assert len(study.values("iou", **best)) == 3
    assert study.mean("iou", **best) >= 0.70
    blind = study.mean("iou", loss="none, the mean box")
    assert 0.2 < blind < 0.3
    assert study.mean("accuracy", loss="none, the mean box") == pytest.approx(0.2, abs=0.01)


def test_shares_by_hand(chapter):
    # From 100 to 180 of 400: a centre of 140, a width of 80. From 30 to 90 of 200: 60 and 60.
    wanted = [140 / 400, 60 / 200, 80 / 400, 60 / 200]
    found = boxes.convert([[100, 30, 180, 90]], "xyxy", "rel_cxcywh", size=(200, 400))[0]
    assert found == pytest.approx(wanted)
    lines = printed(chapter, "by-hand").splitlines()
    assert len({line.split("[")[1] for line in lines}) == 1
    assert "[0.35 0.3  0.2  0.3 ]" in lines[0]


def test_four_pixels_too_many(chapter):
    rows = [line.split() for line in printed(chapter, "roots-table").splitlines()[1:]]
    widths, overlap, plain, roots = np.array(rows, float).T
    assert widths.tolist() == [8, 16, 32, 64]
    assert overlap == pytest.approx(widths / (widths + 4), abs=0.006)
    assert plain == pytest.approx((4 / 96) ** 2, abs=6e-6)
    assert roots == pytest.approx((np.sqrt(widths + 4) - np.sqrt(widths)) ** 2 / 96, abs=6e-6)
    assert 12 / 8 == 1.5
    assert "on one of 8 the box is half as wide again" in prose(chapter, "roots")
    # "both fall off like one over the width": at eight times the width about an eighth is left.
    for price in (1 - overlap, roots):
        assert 5 < price[0] / price[-1] < 8


def test_the_notes_weights_leave_the_box_next_to_nothing():
    squared = 0.025  # of the blind box; a cell asserts the share with the page's own
    assert 0.2 * squared / (0.2 * squared + 0.8 * np.log(5)) < 0.01


# --- row 32: IoU and what MeanIoU measures -------------------------------------------------------
def mean_iou(a, b, classes):
    metric = keras.metrics.MeanIoU(num_classes=classes)
    metric.update_state(np.asarray(a), np.asarray(b))
    return float(metric.result())


def test_what_keras_mean_iou_computes(chapter):
    apart = [[0.1, 0.2, 0.3, 0.4]], [[0.6, 0.7, 0.9, 0.9]]
    assert boxes.iou(*apart) == 0
    assert mean_iou(*apart, classes=2) == pytest.approx(1, abs=1e-6)
    assert mean_iou(*(100 * np.array(each) for each in apart), classes=100) == 0
    # "which it would also say of a box that is one pixel off", of ten in width and height
    assert mean_iou([[10, 20, 30, 40]], [[11, 21, 31, 41]], classes=100) == 0
    assert boxes.iou([[10, 20, 30, 40]], [[11, 21, 31, 41]])[0, 0] > 0.8
    first, second, third = printed(chapter, "meaniou").splitlines()
    assert first.endswith("1.000000")
    assert second.endswith("0.000000")
    assert third.endswith("0.000000")


def test_for_masks_it_is_right(chapter):
    # Two 3 × 3 squares in 6 × 6 that share 4: 4/14 of the flower, 22/32 of the rest.
    text = printed(chapter, "meaniou-masks")
    for value in (4 / 14, 22 / 32):
        assert f"{value:.4f}" in text
    assert text.count(f"{(4 / 14 + 22 / 32) / 2:.4f}") == 2


def test_slopes_of_boxes_that_are_apart(chapter):
    text = printed(chapter, "giou-keras")
    assert "NumPy and Keras agree: True" in text
    assert "slope of 1 - iou, boxes apart: 0.0" in text
    # Width and height 0.2, centres d = 0.5 apart: the hull is 0.2 (d + 0.2), the union 0.08, so
    # the loss is 2 - 0.4 / (d + 0.2), and its slope 0.4 / (d + 0.2)² = 0.4 / 0.49.
    assert f"slope of 1 - giou, boxes apart: {0.4 / 0.49:.1f}" in text


def test_sliding_away(chapter):
    rows = {
        line[:20].strip(): [float(number) for number in line[20:].split()]
        for line in printed(chapter, "slide").splitlines()
    }
    d = np.array([0, 0.1, 0.25, 0.4])
    shared = np.maximum(0.2 - d, 0) * 0.2
    iou, hull = shared / (0.08 - shared), 0.2 * (d + 0.2)
    assert rows["10 × squared error"] == pytest.approx(10 * d**2 / 4, abs=6e-4)
    assert rows["1 - IoU"] == pytest.approx(1 - iou, abs=6e-4)
    giou = iou - (hull - 0.08 + shared) / hull
    assert rows["1 - GIoU"] == pytest.approx(1 - giou, abs=6e-4)


def test_losses_lie_between_nothing_and_two():
    for far, loss in ((0.0, 0), (1e4, 2)):
        found = losses.BoxLoss("giou")([[0.0, 0, 1, 1]], [[far, 0, 1, 1]])
        assert float(found) == pytest.approx(loss, abs=1e-3)


# --- the page ------------------------------------------------------------------------------------
def test_metrics_in_one_list_fail_and_two_are_given_out_by_the_alphabet():
    """Both halves of the first pitfall."""
    inputs = keras.Input((3,))
    outputs = {name: keras.layers.Dense(4, name=name)(inputs) for name in ("species", "box")}
    x, y = np.zeros((2, 3)), {"species": np.zeros((2, 4)), "box": np.zeros((2, 4))}

    def train(metrics):
        model = keras.Model(inputs, outputs)
        model.compile(
            "sgd", loss={"species": "mse", "box": "mse"}, metrics=metrics, jit_compile=False
        )
        return model.evaluate(x, y, verbose=0, return_dict=True)

    with pytest.raises(ValueError, match="metrics"):
        train(["accuracy"])
    names = set(train([["mae"], ["mape"]]))
    assert "box_mae" in names
    assert "species_mape" in names


def test_the_quiz_is_long_enough():
    assert len(quiz_bank.read("10_localization")["questions"]) >= 12


# --- what the page says of its study -------------------------------------------------------------
def of(study, column, loss="GIoU + L1", weight=2.0, mirrored=MOVED):
    return study.mean(column, loss=loss, weight=weight, mirrored=mirrored)


def test_losses(chapter, study):
    text = prose(chapter, "study-losses-read")
    usual = {"MSE": 20, "MSE on roots": 20, "L1": 8, "IoU": 2, "GIoU": 2, "GIoU + L1": 2}
    iou = {name: of(study, "iou", name, weight) for name, weight in usual.items()}
    assert "0.26 becomes 0.67 to 0.71" in text
    assert f"{of(study, 'iou', 'none, the mean box', 0):.2f}" == "0.26"
    assert f"{min(iou.values()):.2f} {max(iou.values()):.2f}" == "0.67 0.71"
    for name, weight in usual.items():
        assert 0.965 < of(study, "accuracy", name, weight) < 0.975
    best = study.values("iou", loss="GIoU + L1", mirrored=MOVED)
    for name, weight in usual.items():
        if name != "GIoU + L1":
            others = study.values("iou", loss=name, weight=weight, mirrored=MOVED)
            assert all(a > b for a, b in zip(best, others, strict=True)), name
    assert f"{iou['GIoU + L1']:.3f} on average and {of(study, 'iou_small'):.3f}" in text
    for name in ("L1", "IoU", "GIoU"):
        assert iou[name] == pytest.approx(0.70, abs=0.005)
        assert 0.015 < iou[name] - iou["MSE"] < 0.03
    assert 0.03 < iou["GIoU + L1"] - iou["MSE"] < 0.035
    small = [of(study, "iou_small", name, 20) for name in ("MSE on roots", "MSE")]
    assert "there {:.3f} stands against {:.3f}".format(*small) in text
    spread = study.spread("iou_small", loss="MSE on roots", weight=20, mirrored=MOVED)
    assert abs(small[0] - small[1]) < spread


def test_weights(chapter, study):
    text = prose(chapter, "study-weights-read")
    weights = (0.25, 2, 20, 200)
    iou = [of(study, "iou", "MSE", weight) for weight in weights]
    assert iou == sorted(iou)
    assert f"far worse: {iou[0]:.3f}" in text
    assert f"{iou[-1]:.3f} at a weight of 200" in text
    assert iou[-1] == pytest.approx(of(study, "iou", "L1", 8), abs=0.005)
    accuracy = [of(study, "accuracy", "MSE", weight) for weight in weights]
    assert "with 95 % in place of 97 %" in text
    assert [f"{value:.0%}" for value in accuracy[1:]] == ["97%", "97%", "95%"]


def test_mirrored_pictures(chapter, study):
    text = prose(chapter, "study-flips-read")
    moved = of(study, "iou")
    unmoved, unused = (of(study, "iou", mirrored=m) for m in ("boxes left alone", "not used"))
    assert "one and a half points over no mirrored pictures" in text
    assert moved - unused == pytest.approx(0.015, abs=0.003)
    assert f"a quarter of the whole scale**: {unmoved:.3f}" in text
    assert unused - unmoved == pytest.approx(0.25, abs=0.01)
    assert of(study, "accuracy", mirrored="boxes left alone") > 0.96


def test_summary(chapter, study):
    text = prose(chapter, "summary")
    best = study.text("iou", loss="GIoU + L1", weight=2.0, mirrored=MOVED)
    assert f"it is {best} over three seeds" in text
    assert len(study.arms) == 3 * 12  # eleven ways and the blind answer
