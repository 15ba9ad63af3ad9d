"""The interactive figures in a real browser: numbers, keyboard, touch, screen reader, no script."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from site_audit import Visit, accessibility
from widget_cases import golden_cases, wrong_answers

from cnncourse import arithmetic, ops, widgets
from cnncourse.widgets import _conv

pytestmark = pytest.mark.site

HOST = "http://figures.test"
MODULES = [
    *Path(widgets.__file__).parent.glob("*.mjs"),
    *(Path(__file__).parents[1] / "golden").glob("*.mjs"),
]
REST = 400  # ms after which the live text has spoken
LOOKS = [(theme, width) for theme in ("light", "dark") for width in (1280, 390)]


def document(*bodies: str, theme: str = "light") -> str:
    ground = "#12161f" if theme == "dark" else "#ffffff"
    return (
        f'<!doctype html><html lang="en" data-theme="{theme}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><title>Figures</title>'
        '<link rel="icon" href="data:,">'
        f"<style>body {{ margin: 0 auto; max-width: 46rem; padding: 8px; background: {ground} }} "
        f"h1 {{ color: {'#e6eaf2' if theme == 'dark' else '#1d2433'} }}</style></head>"
        f"<body><main><h1>Figures</h1>{''.join(bodies)}</main></body></html>"
    )


@pytest.fixture
def visit(browser) -> Callable:
    """Return a context manager that shows bodies, and fails on any error or foreign request."""

    @contextmanager
    def show(*bodies: str, theme: str = "light", width: int = 1280, **options: Any) -> Iterator:
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        context.set_default_timeout(5000)
        html = document(*bodies, theme=theme)

        def answer(route):
            files = {
                f"/{path.name}": ("text/javascript", path.read_text("utf-8")) for path in MODULES
            }
            files["/"] = ("text/html", html)
            kind, body = files[route.request.url.removeprefix(HOST)]
            route.fulfill(body=body, content_type=f"{kind}; charset=utf-8")

        context.route(f"{HOST}/*", answer)
        context.route(lambda url: not url.startswith(HOST), lambda route: route.abort())
        try:
            seen = Visit(context.new_page(), f"{HOST}/")
            yield seen.page
            assert seen.problems() == []
        finally:
            context.close()

    return show


def live(page: Any, index: int = 0) -> str:
    page.wait_for_timeout(REST)
    return page.locator(".cnn-live").nth(index).inner_text()


def press(page: Any, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def too_small(page: Any, kinds: str = "button, select, input") -> list[str]:
    """Return the visible parts of figures that a finger misses: below 44 px wide or high."""
    return page.evaluate(
        """(kinds) => [...document.querySelectorAll(`.cnn-widget :is(${kinds})`)]
          .filter((node) => node.offsetParent)
          .map((node) => [node.outerHTML.slice(0, 80), node.getBoundingClientRect()])
          .filter(([, box]) => box.width < 44 || box.height < 44)
          .map(([html]) => html)""",
        kinds,
    )


def tab_to(page: Any, selector: str) -> None:
    """Walk with Tab until the focus is on `selector`."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab never reaches {selector}")


def shown_map(page: Any) -> np.ndarray:
    """Return the values of the output map as a screen reader is told them."""
    labels = page.locator(".cnn-map [role=row]").evaluate_all(
        "rows => rows.map((row) => [...row.children].map((cell) => cell.ariaLabel))"
    )
    return np.array(
        [[float(label.split(": ")[1].replace("−", "-")) for label in row] for row in labels]
    )


def expected_map(photo: str, kernel: Any, **options: Any) -> np.ndarray:
    image = _conv.hundredths(photo)[None, :, :, None] / 100
    return ops.conv2d(image, np.array(kernel, float)[:, :, None, None], **options)[0, :, :, 0]


# ---- numbers -------------------------------------------------------------------------------------


def test_core_equals_keras_in_the_browser(visit):
    cases = golden_cases()
    assert len(cases) >= 500
    with visit() as page:
        answers = page.evaluate(
            "async (questions) => (await import('/widget_harness.mjs'))"
            ".answers(await import('/core.mjs'), questions)",
            [question for question, _ in cases],
        )
    assert wrong_answers(cases, answers) == []


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"photo": "flower", "kernel": "sharpen", "padding": "same"},
        {"kernel": "blur", "padding": "same", "stride": 2, "dilation": 3},
        {"kernel": [[0.5, -1, 2], [0, 3, 0.25], [1, 1, -4]], "stride": 3, "row": 2, "column": 5},
    ],
)
def test_shown_values_equal_the_reference(visit, settings):
    figure = widgets._FIGURES["conv"]
    checked = figure.settle(settings)
    wanted = expected_map(
        checked["photo"],
        checked["kernel"],
        **{name: checked[name] for name in ("stride", "padding", "dilation")},
    )
    with visit(widgets.show("conv", **settings).html) as page:
        got = shown_map(page)
        assert got.shape == wanted.shape
        assert np.abs(got - wanted).max() <= 0.00005 + 1e-9  # four decimals are shown
        result = page.locator(".cnn-result").inner_text()
        value = float(result.removeprefix("= ").replace("−", "-"))
        assert value == pytest.approx(wanted[checked["row"], checked["column"]], abs=1e-6)
        written = page.locator(".cnn-terms").inner_text().replace("−", "-").replace("\n", " ")
        total = eval(re.sub(r"([+-]) ", r"\1", written.replace("·", "*")), {"__builtins__": {}})
        assert total == pytest.approx(value, abs=1e-6)


# ---- by keyboard alone ---------------------------------------------------------------------------


def test_conv_by_keyboard_alone(visit):
    with visit(widgets.show("conv", kernel="sobel_x").html) as page:
        tab_to(page, ".cnn-map [role=gridcell]")
        press(page, *["ArrowRight"] * 4, *["ArrowDown"] * 2, "ArrowLeft", "ArrowUp")
        value = expected_map("china", _conv.PRESETS["sobel_x"]["kernel"])[1, 3]
        said = live(page)
        assert said.startswith(f"Output row 2, column 4 is {value:.6g}.".replace("-", "−"))
        assert "rows 2 to 4 and columns 4 to 6" in said
        press(page, "End", "PageDown")
        assert live(page).startswith("Output row 22, column 30 ")
        press(page, "Control+Home")
        assert live(page).startswith("Output row 1, column 1 ")
        assert page.evaluate("document.activeElement.getAttribute('role')") == "gridcell"

        tab_to(page, "select")
        page.keyboard.type("blur")
        tab_to(page, ".cnn-kernel input")
        assert page.evaluate("document.activeElement.value") == "0.0625"
        press(page, "Control+a")
        page.keyboard.type("-1.5")
        assert page.locator("select").input_value() == "custom"
        kernel = np.array(_conv.PRESETS["blur"]["kernel"])
        kernel[0, 0] = -1.5
        np.testing.assert_allclose(shown_map(page), expected_map("china", kernel), atol=6e-5)
        press(page, "Control+a", "Delete")
        assert page.locator(".cnn-kernel input").first.get_attribute("aria-invalid") == "true"
        assert "last number" in page.locator(".cnn-note").first.inner_text()
        np.testing.assert_allclose(shown_map(page), expected_map("china", kernel), atol=6e-5)

        tab_to(page, "[name$=padding]")
        press(page, "ArrowRight")
        tab_to(page, "[name$=stride]")
        press(page, "ArrowRight")
        tab_to(page, "[name$=dilation]")
        press(page, "ArrowRight")
        options = {"padding": "same", "stride": 2, "dilation": 2}
        np.testing.assert_allclose(
            shown_map(page), expected_map("china", kernel, **options), atol=6e-5
        )
        before, after = arithmetic.same_padding(24, 3, 2, 2)
        title = page.locator(".cnn-title").first.inner_text()
        assert title == f"Input, 24 × 32, padded to {24 + before + after} × {32 + before + after}"
        # The top left corner of the window lies in the padding.
        real = [
            sum(at >= 0 for at in arithmetic.window(0, size, 3, **options)) for size in (24, 32)
        ]
        assert f"{9 - real[0] * real[1]} of its 9 cells are padding zeros" in live(page)
        assert page.locator(".cnn-zero").count() == 9 - real[0] * real[1]
        assert "not both" in page.locator(".cnn-figure > .cnn-note").inner_text()


def test_arithmetic_by_keyboard_alone(visit):
    with visit(widgets.show("arithmetic", size=10).html) as page:
        tab_to(page, "[name$=padding]")
        press(page, "ArrowRight")
        tab_to(page, "[id$=kernel]")
        press(page, "ArrowRight")
        tab_to(page, "[id$=stride]")
        press(page, "ArrowRight", "ArrowRight")
        axis = {"size": 10, "kernel": 4, "stride": 3, "padding": "same"}
        formula = page.locator(".cnn-formula").inner_text()
        outputs = arithmetic.conv_output_size(**axis)
        before, after = arithmetic.same_padding(10, 4, 3)
        assert f"= ⌈10 / 3⌉ = {outputs}" in formula
        assert f"= {before + after}, {before} before and {after} after" in formula
        ghosts = page.locator(".cnn-inputs .cnn-ghost")
        assert ghosts.count() == before + after
        assert set(ghosts.all_inner_texts()) == {"0"}

        tab_to(page, ".cnn-outputs [role=gridcell]")
        press(page, "End")
        window = [i for i in arithmetic.window(outputs - 1, **axis) if i < 10]
        said = live(page)
        padded = 4 - len(window)
        assert said.startswith(f"Output {outputs - 1} reads {padded} padding zeros and inputs ")
        assert re.findall(r"\d+", said.split("inputs")[1].split(".")[0]) == [str(i) for i in window]
        partners = page.locator(".cnn-inputs [role=gridcell].cnn-partner")
        assert partners.all_inner_texts() == [str(i) for i in window]
        assert page.locator(".cnn-ghost.cnn-partner").count() == padded > 1

        press(page, "Shift+Tab", "Home", "ArrowRight")
        fed = [o for o in range(outputs) if 1 in arithmetic.window(o, **axis)]
        assert live(page).startswith(f"Input 1 feeds output {fed[0]}.")
        assert page.locator(".cnn-outputs .cnn-partner").all_inner_texts() == [str(o) for o in fed]


def test_transposed_and_refusals(visit):
    figure = widgets.show("arithmetic", operation="transposed", size=5, kernel=3, stride=2)
    with visit(figure.html) as page:
        assert "= (5 − 1) · 2 + max(3, 2) = 11" in page.locator(".cnn-formula").inner_text()
        page.get_by_label("same", exact=True).check()
        assert "= 5 · 2 = 10" in page.locator(".cnn-formula").inner_text()
        page.locator("[name$=extra]").nth(1).check()
        assert page.locator(".cnn-formula").inner_text().count("= 9") == 1
        page.locator("[name$=extra]").nth(3).check()
        refusal = page.locator(".cnn-refusal")
        assert "2 is not below 2" in refusal.inner_text()
        assert live(page) == refusal.inner_text()
        assert page.locator(".cnn-rulers").is_hidden()
        assert accessibility(page) == []
        page.get_by_label("convolution", exact=True).check()
        assert page.locator("[name$=extra]").first.is_hidden()
        page.get_by_label("valid", exact=True).check()
        page.locator("[id$=size]").fill("2")
        assert "reaches over 3 cells, the input has only 2" in refusal.inner_text()
        page.locator("[id$=size]").fill("3")
        assert refusal.is_hidden()
        page.get_by_label("pooling", exact=True).check()
        assert page.locator("[id$=dilation]").is_disabled()
        assert live(page).startswith("Output 0 pools inputs 0, 1 and 2.")
        page.get_by_role("button", name="Start again").click()
        assert "= 11" in page.locator(".cnn-formula").inner_text()
        assert live(page).startswith("Output 0 gets a share of input 0.")


def test_pooling_by_keyboard_alone(visit):
    settings = {"kind": "average", "size": 3, "stride": 2, "padding": "same", "shift": 3}
    known = widgets._FIGURES["pooling"].facts({**settings, "row": 0, "column": 0})
    with visit(widgets.show("pooling").html) as page:
        assert "Nothing has moved yet" in page.locator(".cnn-formula").inner_text()
        tab_to(page, "[name$=kind]")
        press(page, "ArrowRight")
        tab_to(page, "[name$=size]")
        press(page, "ArrowRight")
        tab_to(page, "[name$=padding]")
        press(page, "ArrowRight")
        tab_to(page, "[id$=shift]")
        press(page, "ArrowRight", "ArrowRight", "ArrowRight")
        shown = page.locator(".cnn-formula").inner_text()
        outputs = known["output_height"] * known["output_width"]
        assert f"Outputs: {known['changed']} of {outputs} changed" in shown
        assert "No whole number of columns" in shown
        assert page.locator(".cnn-map .cnn-changed").count() == known["changed"]
        tab_to(page, ".cnn-map [role=gridcell]")
        press(page, "End")
        window = [at for at in arithmetic.window(5, 12, 3, 2, "same") if at < 12]
        padded = 9 - 3 * len(window)
        said = live(page)
        assert said.startswith("Output row 1, column 6 is ")
        assert f"the mean of {9 - padded} pixels; {padded} cells of padding do not count." in said
        assert "No whole number of columns" in said


def test_max_pooling_marks_its_winner_and_confirms_a_move(visit):
    figure = widgets.show("pooling", task="Move the output by one.", goal={"moved_by": 1})
    with visit(figure.html) as page:
        page.locator("[id$=shift]").fill("1")
        assert page.locator(".cnn-verdict").inner_text() == ""
        page.locator("[id$=shift]").fill("2")
        assert page.locator(".cnn-verdict").inner_text() == "✓ That’s it."
        assert "moved by 1 column, is this one" in page.locator(".cnn-formula").inner_text()
        page.locator(".cnn-map [role=gridcell]").nth(14).click()
        assert page.locator(".cnn-input .cnn-here").count() == 1
        page.get_by_label("average", exact=True).check()
        assert page.locator(".cnn-input .cnn-here").count() == 0
        assert page.locator(".cnn-input + .cnn-note").inner_text().startswith("mean(")
        page.get_by_role("button", name="Start again").click()
        assert "Nothing has moved yet" in page.locator(".cnn-formula").inner_text()
        assert accessibility(page) == []


def test_receptive_field_by_keyboard_alone(visit):
    figure = widgets.show(
        "receptive_field", task="See 7 inputs with two layers.",
        goal={"receptive_field": 7, "layers": 2},
    )  # fmt: skip
    with visit(figure.html) as page:
        assert "= 1 + 2 · 1 + 2 · 1 + 2 · 1 = 7" in page.locator(".cnn-formula").inner_text()
        assert live(page) == "Output 4 of 9 sees inputs 4 to 10: a receptive field of 7."
        tab_to(page, "[id$=output]")
        press(page, "Home", "ArrowRight")
        assert live(page).startswith("Output 1 of 9 sees inputs 1 to 7")
        assert page.locator(".cnn-level").first.locator(".cnn-seen").count() == 7

        tab_to(page, "[id$=remove]")
        press(page, "Enter")
        assert page.locator("[id$=preset]").input_value() == "own"
        assert page.locator(".cnn-level").count() == 3
        assert page.locator(".cnn-verdict").inner_text() == ""
        tab_to(page, "[id$=dilation]")
        press(page, "ArrowRight")
        assert page.locator(".cnn-verdict").inner_text() == "✓ That’s it."
        assert "dilation 2" in page.locator(".cnn-level").last.inner_text()
        tab_to(page, "[name$=kind]")
        press(page, "ArrowRight")
        assert page.locator("[id$=dilation]").is_disabled()
        assert page.locator("[id$=dilation]").input_value() == "1"
        tab_to(page, "[id$=size]")
        press(page, "Home")
        assert "has only 1" in page.locator(".cnn-refusal").inner_text()
        assert page.locator(".cnn-stack").is_hidden()
        assert page.locator("[id$=output]").is_disabled()
        assert accessibility(page) == []
        page.get_by_role("button", name="Start again").click()
        assert page.locator("[id$=preset]").input_value() == "three_3x3"
        assert live(page) == "Output 4 of 9 sees inputs 4 to 10: a receptive field of 7."


def test_a_stack_is_built_layer_by_layer(visit):
    with visit(widgets.show("receptive_field", layers=[], size=20).html, width=390) as page:
        remove = page.get_by_role("button", name="Remove this layer")
        assert remove.is_disabled()
        assert live(page).endswith("a receptive field of 1.")
        add = page.get_by_role("button", name="Add a layer")
        for _ in range(3):
            add.click()
        page.locator("[id$=layer]").select_option("1")
        page.locator("[id$=stride]").fill("2")
        page.get_by_label("same", exact=True).check()
        labels = page.locator(".cnn-level p").all_inner_texts()
        assert [label.split("\n")[0] for label in labels] == [
            "input: 20", "conv 3: 18", "conv 3, stride 2: 9", "conv 3: 7",
        ]  # fmt: skip
        field = arithmetic.receptive_field([(3, 1), (3, 2), (3, 1)])
        assert labels[-1].endswith(f"sees {field}")
        for _ in range(25):
            if add.is_enabled():
                add.click()
        assert page.locator(".cnn-level").count() <= 21


def test_presets_and_dragging(visit):
    with visit(widgets.show("receptive_field").html) as page:
        page.locator("[id$=preset]").select_option("vgg16")
        assert page.locator(".cnn-level").count() == 19
        assert "= 212" in page.locator(".cnn-formula").inner_text()
        assert live(page).startswith("Output 3 of 7 sees inputs 6 to 217")
        page.locator(".cnn-stack").click(position={"x": 2, "y": 40})
        said = live(page)
        assert said.startswith("Output 0 of 7 sees inputs 0 to 121")
        assert said.endswith("of which 90 cells lie in the padding.")
        assert page.locator(".cnn-level").first.locator(".cnn-outside").count() > 0


def test_looking_back_grows_the_field_one_layer_at_a_time(visit):
    with visit(widgets.show("receptive_field").html) as page:
        lit = (
            "[...document.querySelectorAll('.cnn-level')]"
            ".map((level) => level.querySelectorAll('.cnn-seen').length)"
        )
        assert page.evaluate(lit) == [7, 5, 3, 1]
        earlier, later = (page.get_by_role("button", name=name) for name in ("Back", "Step"))
        for wanted in ([0, 5, 3, 1], [0, 0, 3, 1], [0, 0, 0, 1], [0, 0, 0, 1]):
            earlier.click()
            assert page.evaluate(lit) == wanted
        assert live(page) == "Output 4 of 9, before it looks back."
        later.click()
        assert page.evaluate(lit) == [0, 0, 3, 1]
        assert live(page) == "Output 4 of 9, 1 layer back: it sees 3 outputs of layer 2."
        page.get_by_role("button", name="Play").click()
        page.wait_for_function(f"() => {lit}[0] === 7")
        page.wait_for_function("() => document.querySelector('.cnn-main').innerText === '▶ Play'")
        assert page.evaluate(lit) == [7, 5, 3, 1]


# ---- live text, playing, pointers ----------------------------------------------------------------

COUNT_CHANGES = """() => {
  window.changes = [];
  const node = document.querySelector(".cnn-live");
  const note = () => window.changes.push([node.getAttribute("aria-live"), node.textContent]);
  new MutationObserver(note).observe(node, { childList: true, characterData: true, subtree: true });
}"""


@pytest.mark.parametrize("name", ["conv", "arithmetic"])
def test_a_held_key_does_not_flood(visit, name):
    with visit(widgets.show(name).html) as page:
        tab_to(
            page, ".cnn-map [role=gridcell]" if name == "conv" else ".cnn-outputs [role=gridcell]"
        )
        page.wait_for_timeout(REST)
        page.evaluate(COUNT_CHANGES)
        press(page, *["ArrowRight"] * 6)
        page.wait_for_timeout(REST)
        changes = page.evaluate("window.changes")
        assert 1 <= len(changes) <= 2
        assert re.match(r"Output (row 1, column 7|6) ", changes[-1][1])


@pytest.mark.parametrize("name", ["conv", "arithmetic"])
def test_playing_is_asked_for_and_silent(visit, name):
    with visit(widgets.show(name).html) as page:
        start = live(page)
        page.wait_for_timeout(900)
        assert live(page) == start, "nothing plays by itself"
        page.evaluate(COUNT_CHANGES)
        tab_to(page, "button.cnn-main")
        press(page, "Enter")
        page.wait_for_function("window.changes.length >= 3")
        assert {politeness for politeness, _ in page.evaluate("window.changes")} == {"off"}
        assert page.locator("button.cnn-main").inner_text() == "❚❚ Pause"
        press(page, "Enter")
        said = live(page)
        assert said != start
        assert page.locator(".cnn-live").get_attribute("aria-live") == "polite"
        page.wait_for_timeout(900)
        assert live(page) == said
        assert page.evaluate("window.changes.at(-1)") == ["polite", said]
        assert page.locator("button.cnn-main").inner_text() == "▶ Play"


def test_playing_ends_at_the_last_cell(visit):
    with visit(widgets.show("arithmetic", size=4, output=0).html) as page:
        page.clock.install()
        page.get_by_role("button", name="Play").click()
        page.clock.run_for(3000)
        assert page.locator("button.cnn-main").inner_text() == "▶ Play"
        assert page.locator(".cnn-live").inner_text().startswith("Output 1 ")
        page.get_by_role("button", name="Play").click()  # from the start again
        page.clock.run_for(100)
        assert page.locator(".cnn-outputs .cnn-chosen").inner_text() == "0"


@pytest.mark.parametrize("reduced", ["reduce", "no-preference"])
def test_reduced_motion_has_no_transitions(visit, reduced):
    with visit(widgets.show("arithmetic").html, reduced_motion=reduced) as page:
        longest = page.evaluate(
            "Math.max(...[...document.querySelectorAll('.cnn-widget *')]"
            ".map((node) => parseFloat(getComputedStyle(node).transitionDuration)))"
        )
        assert (longest == 0) == (reduced == "reduce")


def test_dragging_moves_the_window(visit):
    with visit(widgets.show("conv").html) as page:
        box = page.locator(".cnn-input").bounding_box()
        cell = box["width"] / 32
        page.mouse.move(box["x"] + 1.5 * cell, box["y"] + 1.5 * cell)
        page.mouse.down()
        page.mouse.move(box["x"] + 10.5 * cell, box["y"] + 5.5 * cell, steps=4)
        assert live(page).startswith("Output row 5, column 10 ")
        page.mouse.move(box["x"] + 3000, box["y"] + 3000)
        page.mouse.up()
        assert live(page).startswith("Output row 22, column 30 ")
        page.mouse.move(box["x"] + 1.5 * cell, box["y"] + 1.5 * cell)
        assert live(page).startswith("Output row 22, column 30 "), "only a pressed pointer drags"
        cell_box = page.locator(".cnn-map [role=row]").nth(3).locator("> *").nth(8).bounding_box()
        page.mouse.click(cell_box["x"] + 2, cell_box["y"] + 2)
        assert live(page).startswith("Output row 4, column 9 ")
        press(page, "ArrowRight")
        assert live(page).startswith("Output row 4, column 10 "), "a click brings the focus along"


def test_pointing_and_touching_a_ruler(visit):
    with visit(widgets.show("arithmetic").html, width=390, has_touch=True) as page:
        page.locator(".cnn-inputs [role=gridcell]").nth(4).hover()
        assert live(page).startswith("Input 4 feeds outputs 2, 3 and 4.")
        box = page.locator(".cnn-outputs [role=gridcell]").nth(6).bounding_box()
        page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + 20)
        assert live(page).startswith("Output 6 reads inputs 6, 7 and 8.")


def test_touch_targets_are_large(visit):
    figures = [widgets.show(name).html for name in widgets.names()]
    with visit(*figures, width=390, has_touch=True) as page:
        assert too_small(page, "button, select, input, .cnn-ruler, .cnn-map, .cnn-input") == []


def test_a_task_is_confirmed_when_it_is_done(visit):
    figure = widgets.show(
        "arithmetic",
        size=10,
        task="Change one setting so that five outputs remain.",
        goal={"output_size": 5},
    )
    with visit(figure.html) as page:
        verdict = page.locator(".cnn-verdict")
        assert page.locator(".cnn-task").inner_text() == (
            "Try this: Change one setting so that five outputs remain."
        )
        page.locator("[id$=stride]").fill("2")
        assert "= 4" in page.locator(".cnn-formula").inner_text()
        assert verdict.inner_text() == ""
        page.get_by_label("same", exact=True).check()
        assert verdict.inner_text() == "✓ That’s it."
        page.locator("[id$=stride]").fill("1")
        assert verdict.inner_text() == ""


# ---- accessible, alone and together --------------------------------------------------------------


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_no_accessibility_violation_in_use(visit, theme, width):
    figures = [
        widgets.show(
            "conv", kernel="blur", padding="same", task="Find it.", goal={"stride": 2}
        ).html,
        widgets.show("arithmetic", padding="same", stride=3).html,
        widgets.show("arithmetic", operation="transposed", size=5, stride=2, padding="same").html,
        widgets.show("pooling", padding="same", size=3, shift=3).html,
        widgets.show("receptive_field", layers="lenet5", size=36, output=0).html,
    ]
    with visit(*figures, theme=theme, width=width) as page:
        page.wait_for_timeout(REST)
        assert accessibility(page) == []
        tab_to(page, ".cnn-map [role=gridcell]")
        press(page, "ArrowRight", "ArrowDown")
        page.locator(".cnn-kernel input").first.fill("")
        page.locator("[name$=stride]").nth(1).check()
        page.locator(".cnn-inputs [role=gridcell]").nth(2).hover()
        page.get_by_label("pooling", exact=True).first.check()
        page.wait_for_timeout(REST)
        assert page.locator(".cnn-verdict").inner_text() != ""
        assert accessibility(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width, "scrolls sideways"


def test_the_same_figure_twice_works_twice(visit):
    html = widgets.show("conv").html
    with visit(html, html, widgets.show("conv", stride=2).html) as page:
        ids = page.evaluate("[...document.querySelectorAll('[id]')].map((node) => node.id)")
        assert len(ids) == len(set(ids))
        assert page.locator(".cnn-figure").count() == 3
        named = page.evaluate(
            "[...document.querySelectorAll('[aria-describedby], label[for]')].map((node) => "
            "node.getAttribute('aria-describedby') ?? node.getAttribute('for'))"
        )
        assert set(named) <= set(ids)
        first, second = (page.locator(".cnn-widget").nth(at) for at in (0, 1))
        second.locator("[name$=stride]").nth(2).check()
        second.locator("[role=gridcell]").nth(5).click()
        assert live(page, 0).startswith("Output row 1, column 1 ")
        assert live(page, 1).startswith("Output row 1, column 6 ")
        assert first.locator("[name$=stride]").nth(0).is_checked()
        assert accessibility(page) == []


def test_other_outputs_keep_their_looks(visit):
    plain = '<p class="cnn-title cnn-bar cnn-live cnn-note" id="other">Text</p>'
    with visit(plain) as page:
        alone = page.evaluate(
            "JSON.stringify([...getComputedStyle(other)].map((p) => getComputedStyle(other)[p]))"
        )
    with visit(plain, widgets.show("conv").html) as page:
        beside = page.evaluate(
            "JSON.stringify([...getComputedStyle(other)].map((p) => getComputedStyle(other)[p]))"
        )
    assert json.loads(alone) == json.loads(beside)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_still_picture_stands_in_without_javascript(visit, theme):
    figures = [widgets.show(name).html for name in widgets.names()]
    with visit(*figures, theme=theme, java_script_enabled=False) as page:
        for at in range(len(figures)):
            still = page.locator(".cnn-still").nth(at)
            picture = still.get_by_role("img")
            assert picture.is_visible()
            assert picture.bounding_box()["height"] > 100
            assert len(picture.get_attribute("aria-label")) > 80
            assert "still picture of an interactive figure" in still.inner_text()
        assert page.locator(".cnn-figure").count() == 0


# ---- in the built chapter ------------------------------------------------------------------------


def test_figures_work_in_the_chapter(open_page, site_url):
    seen = open_page(f"{site_url.rstrip('/')}/01_convolution.html")
    page = seen.page
    conv = page.locator(".cnn-widget:has(.cnn-map)").first
    conv.locator("[role=gridcell]").nth(4).focus()
    before = conv.locator(".cnn-live").inner_text()
    page.keyboard.press("ArrowDown")
    page.wait_for_timeout(REST)
    assert conv.locator(".cnn-live").inner_text() != before
    assert conv.locator(".cnn-live").inner_text().startswith("Output row 2, column 5 ")
    rulers = page.locator(".cnn-widget:has(.cnn-rulers)").first
    rulers.locator(".cnn-outputs [role=gridcell]").nth(1).focus()
    page.wait_for_timeout(REST)
    assert rulers.locator(".cnn-live").inner_text().startswith("Output 1 ")
    assert accessibility(page) == []
    assert seen.problems() == []
