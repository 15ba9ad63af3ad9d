"""The figure "grad_cam" in a real browser: pixels, keyboard, touch, light and dark."""

from __future__ import annotations

import numpy as np
import pytest
from site_audit import accessibility
from test_widgets_page import LOOKS, live, press, tab_to, too_small, visit  # noqa: F401
from widget_heat_cases import golden_cases, wrong_answers

from cnncourse import widgets
from cnncourse.widgets import _grad_cam

pytestmark = pytest.mark.site

NAMES = ("aster", "daisy", "rose")


def figure(**settings):
    """Two pictures; in "late" all that speaks for an aster lies in its box, for a rose nothing."""
    pictures = np.random.default_rng(1).integers(60, 200, (2, 40, 60, 3)).astype(np.uint8)
    early = np.random.default_rng(2).random((2, 3, 8, 12))
    late = np.zeros((2, 3, 4, 6))
    late[:, 0, 1, 1] = 8.0  # the cell of rows 10 to 20, columns 10 to 20
    late[:, 1] = 2.0
    chances = [[0.7, 0.2, 0.1], [0.25, 0.15, 0.6]]
    truths = [([[0, 0, 30, 40]], [0]), ([[30, 10, 60, 40]], [1])]
    call = pictures, [early, late], chances, ("early", "late"), NAMES, truths
    return widgets.grad_cam(*call, **settings), _grad_cam.figure(*call)


def opacity(page):
    """Return how much of the picture each pixel of the heat covers, as an array of 0 to 255."""
    width, pixels = page.locator(".cnn-over canvas").evaluate(
        """({ width, height }) => {
          const copy = new OffscreenCanvas(width, height);
          const context = copy.getContext("2d", { willReadFrequently: true });
          context.drawImage(document.querySelector(".cnn-over canvas"), 0, 0);
          return [width, [...context.getImageData(0, 0, width, height).data]];
        }"""
    )
    return np.array(pixels).reshape(-1, width, 4)[..., 3]


def test_core_equals_keras_in_the_browser(visit):  # noqa: F811
    cases = golden_cases()
    with visit() as page:
        answers = page.evaluate(
            "async (questions) => (await import('/heat_harness.mjs'))"
            ".answers(await import('/heat.mjs'), questions)",
            [question for question, _ in cases],
        )
    assert wrong_answers(cases, answers) == []


def test_classes_and_layers_by_keyboard_alone(visit):  # noqa: F811
    shown, python = figure(task="Look early.", goal={"layer": "early", "class_name": "rose"})
    with visit(shown.html) as page:
        # Bilinear weights are symmetric about the cell, so none of its heat leaves the box.
        assert live(page) == (
            "The network gives aster a probability of 0.7. Of the heat in late, 100% lies in the "
            "box of aster; the box fills 50% of the picture."
        )
        title = page.locator(".cnn-title").first
        assert title.inner_text() == "Picture 1: predicted aster (0.7), in truth aster"
        tab_to(page, "[name$=class]")
        press(page, "ArrowDown")
        assert "Of the heat in late, 50% lies in the box of what is there in truth" in live(page)
        press(page, "ArrowDown")
        assert live(page) == (
            "The network gives rose a probability of 0.1. In late nothing speaks for it: the map "
            "is 0 everywhere."
        )
        assert opacity(page).max() == 0
        tab_to(page, "select")
        press(page, "ArrowUp")
        known = python.facts(python.settle({"class_name": "rose", "layer": "early"}))
        assert f"{100 * known['energy']:.1f}".rstrip("0").rstrip(".") + "% lies" in live(page)
        assert page.locator(".cnn-verdict").inner_text() == "✓ That’s it."
        tab_to(page, "[name$=picture]")
        press(page, "ArrowRight")
        assert title.inner_text() == "Picture 2: predicted rose (0.6), in truth daisy"
        assert "gives rose a probability of 0.6" in live(page)
        assert page.locator(".cnn-stage .cnn-other").count() == 1
        page.get_by_role("button", name="Start again").focus()
        press(page, "Enter")
        assert title.inner_text().startswith("Picture 1: ")
        assert "Of the heat in late, 100% lies in the box of aster" in live(page)


def test_heat_covers_what_it_should(visit):  # noqa: F811
    shown, python = figure(opacity=40)
    with visit(shown.html) as page:
        heat = python.settle({})
        scene = python.data(heat)["scene"]
        values = _grad_cam.enlarged(_grad_cam.unpacked_map(scene["layers"][1], 0), (40, 60))
        cover = opacity(page)
        assert cover.shape == (40, 60)
        assert np.abs(cover - 255 * 0.4 * values / 8).max() <= 1
        slider = page.locator("[id$=opacity]")
        slider.focus()
        press(page, "End")
        assert np.abs(opacity(page) - 255 * values / 8).max() <= 1
        press(page, "Home")
        assert opacity(page).max() == 0
        slider.fill("100")
        page.locator("[name$=class]").nth(1).check()
        assert opacity(page).min() == 255, "equal everywhere, and its own highest value"
        page.get_by_label("all classes", exact=True).check()
        assert np.abs(opacity(page) - 255 * 2 / 8).max() <= 1


def test_bars_boxes_and_touch(visit):  # noqa: F811
    shown, _ = figure()
    with visit(shown.html, width=390, has_touch=True) as page:
        rows = page.locator(".cnn-classes label").all()
        bars = [row.locator("i").bounding_box()["width"] for row in rows]
        full = rows[0].locator("span").first.bounding_box()["width"]
        assert [bar / full for bar in bars] == pytest.approx([0.7, 0.2, 0.1], abs=0.02)
        stage = page.locator(".cnn-stage").bounding_box()
        box = page.locator(".cnn-stage .cnn-own rect").nth(1).bounding_box()
        assert stage["width"] / stage["height"] == pytest.approx(1.5, rel=0.01)
        assert box["width"] / stage["width"] == pytest.approx(0.5, abs=0.03)
        page.locator("[name$=class]").nth(2).tap()
        assert "gives rose a probability of 0.1" in live(page)
        small = page.locator(".cnn-gallery label").nth(1).bounding_box()
        assert min(small["width"], small["height"]) >= 44
        page.locator("[name$=picture]").nth(1).tap()
        assert page.locator(".cnn-stage").get_attribute("aria-label") == (
            "Picture 2 of 2 below the heat map of rose in late; predicted rose (0.6), in truth "
            "daisy"
        )


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_no_accessibility_violation(visit, theme, width):  # noqa: F811
    shown, _ = figure(task="Hide it.", goal={"opacity": 0})
    with visit(shown.html, theme=theme, width=width) as page:
        page.wait_for_timeout(400)
        assert accessibility(page) == []
        page.locator("[id$=opacity]").fill("0")
        page.locator("[name$=picture]").nth(1).check()
        page.locator("[name$=class]").nth(2).check()
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
        page.locator(".cnn-widget").nth(1).locator("[name$=class]").nth(2).check()
        assert "gives aster" in live(page, 0)
        assert "gives rose" in live(page, 1)


def test_it_works_from_a_file(browser, tmp_path):
    page = browser.new_page()
    file = tmp_path / "figure.html"
    file.write_text(f'<!doctype html><meta charset="utf-8">{figure()[0].html}', encoding="utf-8")
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(file.as_uri())
    assert "gives aster" in page.locator(".cnn-live").inner_text()
    assert opacity(page).max() > 0
    assert errors == []
    page.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_still_picture_stands_in_without_javascript(visit, theme):  # noqa: F811
    shown, _ = figure()
    with visit(shown.html, theme=theme, java_script_enabled=False) as page:
        picture = page.locator(".cnn-still").get_by_role("img")
        assert picture.bounding_box()["height"] > 100
        assert "100.0% lies in the true boxes" in picture.get_attribute("aria-label")
        assert "Predicted: aster. Layer: late." in page.locator(".cnn-still").inner_text()
        assert page.locator(".cnn-figure").count() == 0
