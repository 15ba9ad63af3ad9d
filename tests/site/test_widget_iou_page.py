"""The figure "iou" in a real browser: keyboard, pointer, screen reader, light and dark."""

from __future__ import annotations

import pytest
from site_audit import accessibility
from test_widgets_page import LOOKS, live, press, tab_to, visit  # noqa: F401

from cnncourse import widgets
from cnncourse.widgets import _iou

pytestmark = pytest.mark.site


def cells(page, column, row):
    """Return where a point of the plane is on the screen."""
    area = page.locator(".cnn-plane").bounding_box()
    return (
        area["x"] + area["width"] * column / _iou.COLUMNS,
        area["y"] + area["height"] * row / _iou.ROWS,
    )


def drag(page, start, end):
    page.mouse.move(*cells(page, *start))
    page.mouse.down()
    page.mouse.move(*cells(page, *end), steps=4)
    page.mouse.up()


def told(page):
    return page.locator(".cnn-plane").get_attribute("aria-label")


def test_boxes_by_keyboard_alone(visit):  # noqa: F811
    figure = widgets.show(
        "iou", a=(0, 0, 2, 2), b=(4, 1, 6, 3), task="Make it a seventh.", goal={"iou": 1 / 7}
    )
    with visit(figure.html) as page:
        assert told(page) == (
            "Box A from (0, 0) to (2, 2), box B from (4, 1) to (6, 3); B is chosen"
        )
        tab_to(page, ".cnn-plane")
        press(page, "ArrowLeft", "ArrowLeft")
        assert page.locator(".cnn-verdict").inner_text() == ""
        assert "share 0 cells: IoU 0, GIoU −0.333" in live(page)  # 8 of a hull of 12
        press(page, "ArrowLeft")
        assert "share 1 cell: IoU 0.143" in live(page)
        assert page.locator(".cnn-verdict").inner_text() == "✓ That’s it."
        assert "not enough for a threshold of 0.5" in live(page)

        press(page, "Space")
        assert page.get_by_label("A, the object").is_checked()
        press(page, "Shift+ArrowRight", "Shift+ArrowDown", "ArrowUp", "ArrowLeft")
        assert "Box A from (0, 0) to (3, 3)" in told(page)
        assert "share 4 cells: IoU 0.444" in live(page)
        page.get_by_role("button", name="Start again").focus()
        press(page, "Enter")
        assert "box B from (4, 1) to (6, 3); A is chosen" in told(page)


def test_boxes_follow_a_pointer(visit):  # noqa: F811
    with visit(widgets.show("iou").html) as page:
        drag(page, (3, 3), (5.2, 3.9))  # inside A alone
        assert told(page) == (
            "Box A from (4, 3) to (11, 8), box B from (5, 4) to (12, 9); A is chosen"
        )
        drag(page, (12, 9), (15, 9.4))  # the corner of B
        assert "box B from (5, 4) to (15, 9); B is chosen" in told(page)
        drag(page, (14, 8), (30, 8))  # B stops at the edge
        assert "box B from (6, 4) to (16, 9)" in told(page)
        drag(page, (1, 1), (4, 4))  # nothing there
        assert "A from (4, 3)" in told(page)
        assert "(6, 4)" in told(page)
        # 5 by 4 of 35 + 50 - 20
        assert "IoU = 20 / 65 = 0.308" in page.locator(".cnn-formula").inner_text()
        page.locator("[id$=threshold]").fill("30")
        assert "is enough for a threshold of 0.3" in live(page)


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_no_accessibility_violation(visit, theme, width):  # noqa: F811
    figure = widgets.show("iou", task="Let them touch.", goal={"giou": 0})
    with visit(figure.html, theme=theme, width=width) as page:
        page.wait_for_timeout(400)
        assert accessibility(page) == []
        tab_to(page, ".cnn-plane")
        press(page, "ArrowRight")
        page.wait_for_timeout(400)
        assert accessibility(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width, "scrolls sideways"
        assert page.locator(".cnn-plane").bounding_box()["width"] > 250
