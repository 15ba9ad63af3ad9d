"""The figure "precision_recall" in a real browser: numbers, keyboard, touch, light and dark."""

from __future__ import annotations

import re

import numpy as np
import pytest
from site_audit import accessibility
from test_widgets_page import LOOKS, live, press, tab_to, too_small, visit  # noqa: F401
from widget_scoring_cases import golden_cases, wrong_answers

from cnncourse import widgets
from cnncourse.widgets import _precision_recall

pytestmark = pytest.mark.site

NAMES = ("aster", "daisy")
# Picture 1: aster found twice, a bad box, a daisy missed. Picture 2: an aster found late.
TRUTHS = [
    ([[10, 10, 50, 40], [60, 5, 90, 45]], [0, 1]),
    ([[20, 20, 60, 50]], [0]),
]
FOUND = [
    ([[10, 10, 50, 38], [12, 10, 50, 40], [70, 10, 95, 50]], [0, 0, 0], [0.9, 0.8, 0.7]),
    ([[20, 20, 60, 44]], [0], [0.3]),
]


def figure(**settings):
    pictures = np.random.default_rng(1).integers(60, 200, (2, 60, 100, 3)).astype(np.uint8)
    call = pictures, TRUTHS, FOUND, NAMES
    return widgets.precision_recall(*call, **settings), _precision_recall.figure(*call)


def table(page):
    rows = page.locator(".cnn-table tbody tr").all()
    return [row.locator("td").all_inner_texts() for row in rows]


def test_core_equals_metrics_in_the_browser(visit):  # noqa: F811
    cases = golden_cases()
    with visit() as page:
        answers = page.evaluate(
            "async (questions) => (await import('/scoring_harness.mjs'))"
            ".answers(await import('/scoring.mjs'), questions)",
            [question for question, _ in cases],
        )
    assert wrong_answers(cases, answers) == []


def test_scores_and_overlaps_by_keyboard_alone(visit):  # noqa: F811
    shown, python = figure(task="Find every aster.", goal={"recall": 1.0, "class_name": "aster"})
    with visit(shown.html) as page:
        # By hand: the best hits, the second repeats it, the third hits nothing.
        assert live(page) == (
            "Of class aster, scores of at least 0.5 show 3 detections in all pictures. At an IoU "
            "of 0.5: 1 true positive, 2 false positives, 1 of them a duplicate; 1 of 2 objects "
            "missed."
        )
        assert "= 1 / 3 = 0.333" in page.locator(".cnn-shares").inner_text()
        matches = page.locator(".cnn-matches li").all_inner_texts()
        assert [re.sub(r"\s+", " ", each) for each in matches] == [
            "1 score 0.9, true positive: IoU 0.933",
            "2 score 0.8, duplicate: IoU 0.95 with an object that is found already",
            "3 score 0.7, false positive: it touches no object of its class",
        ]
        # 11 points: 1 up to recall 0.5 (6 of them), then 2/4. Area: 0.5 · 1 + 0.5 · 0.5.
        assert table(page)[:2] == [["0.773", "0.386"], ["0.750", "0.375"]]
        tab_to(page, "[id$=score]")
        press(page, *["ArrowLeft"] * 20)
        assert "= 2 / 2 = 1" in page.locator(".cnn-shares").inner_text()
        assert page.locator(".cnn-verdict").inner_text() == "✓ That’s it."
        assert table(page)[0] == ["0.773", "0.386"], "the least score leaves the average alone"

        tab_to(page, "[id$=iou]")
        press(page, "End", *["ArrowLeft"] * 6)
        known = python.facts(python.settle({"score": 30, "iou": 94}))
        assert known["true_positives"] == 1, "now the second box fits better"
        assert f"{known['true_positives']} true positive, " in live(page)
        assert table(page)[2] == [f"{known['ap_coco']:.3f}", f"{known['mean_ap_coco']:.3f}"]

        tab_to(page, "[name$=picture]")
        press(page, "ArrowRight")
        assert page.locator(".cnn-stage").get_attribute("aria-label") == (
            "Picture 2 of 2: 0 true positives, 1 false positive, 1 of 1 object missed"
        )
        assert "score 0.3, false positive: IoU 0.8, not enough" in (
            page.locator(".cnn-matches").inner_text()
        )
        page.get_by_role("button", name="Start again").focus()
        press(page, "Enter")
        assert page.locator("[id$=score]").input_value() == "50"
        assert page.locator("[name$=picture]").first.is_checked()


def test_every_class_and_convention_is_drawn(visit):  # noqa: F811
    shown, _ = figure(average="voc07")
    with visit(shown.html) as page:
        assert page.locator(".cnn-plot .cnn-place").count() == 11
        page.get_by_label("COCO", exact=True).check()
        assert page.locator(".cnn-plot .cnn-place").count() == 101
        page.get_by_label("VOC 2010", exact=True).check()
        assert page.locator(".cnn-plot .cnn-place").count() == 0
        assert page.locator(".cnn-over .cnn-true, .cnn-over .cnn-false").count() == 4
        page.locator("select").select_option(label="daisy")
        assert "0 / 0, not defined" in page.locator(".cnn-shares").inner_text()
        assert page.locator(".cnn-matches li").all_inner_texts() == ["?\nmissed object"]
        assert page.locator(".cnn-now").count() == 0
        assert table(page)[0][0] == "0.000"
        assert page.locator("[name$=picture]").first.get_attribute("aria-label") == (
            "1: 0 true positives, 0 false positives, 1 of 1 object missed"
        )
        page.locator("[name$=picture]").nth(1).check()
        assert "Nothing of this class is here" in page.locator(".cnn-matches").inner_text()


def test_boxes_lie_where_they_are(visit):  # noqa: F811
    shown, _ = figure()
    with visit(shown.html, width=390, has_touch=True) as page:
        stage = page.locator(".cnn-stage").bounding_box()
        box = page.locator(".cnn-stage .cnn-true rect").nth(1).bounding_box()
        assert stage["width"] / stage["height"] == pytest.approx(100 / 60, rel=0.01)
        assert (box["x"] - stage["x"]) / stage["width"] == pytest.approx(0.10, abs=0.02)
        assert (box["y"] - stage["y"]) / stage["height"] == pytest.approx(10 / 60, abs=0.03)
        small = page.locator(".cnn-gallery label").nth(1).bounding_box()
        assert min(small["width"], small["height"]) >= 44
        page.locator("[name$=picture]").nth(1).tap()
        assert page.locator(".cnn-stage").get_attribute("aria-label").startswith("Picture 2 of 2")


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_no_accessibility_violation(visit, theme, width):  # noqa: F811
    shown, _ = figure(task="Find every aster.", goal={"recall": 1.0})
    with visit(shown.html, theme=theme, width=width) as page:
        page.wait_for_timeout(400)
        assert accessibility(page) == []
        page.locator("[id$=score]").fill("0")
        page.locator("[name$=picture]").nth(1).check()
        page.wait_for_timeout(400)
        assert page.locator(".cnn-verdict").inner_text() != ""
        assert accessibility(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width, "scrolls sideways"
        assert too_small(page) == []


def test_the_same_figure_twice_works_twice(visit):  # noqa: F811
    html = figure()[0].html
    with visit(html, html) as page:
        ids = page.evaluate("[...document.querySelectorAll('[id]')].map((node) => node.id)")
        assert len(ids) == len(set(ids))
        page.locator("[id$=score]").nth(1).fill("0")
        assert "show 3 detections" in live(page, 0)
        assert "show 4 detections" in live(page, 1)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_still_picture_stands_in_without_javascript(visit, theme):  # noqa: F811
    shown, _ = figure()
    with visit(shown.html, theme=theme, java_script_enabled=False) as page:
        picture = page.locator(".cnn-still").get_by_role("img")
        assert picture.bounding_box()["height"] > 100
        assert "1 true positive, 2 false positives" in picture.get_attribute("aria-label")
        assert "AP of aster: 0.773 (VOC 2007), 0.750 (VOC 2010)" in (
            page.locator(".cnn-still").inner_text()
        )
        assert page.locator(".cnn-figure").count() == 0
