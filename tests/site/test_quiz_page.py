"""Quizzes in a real browser, on a page of their own and in the built chapter.

A page of their own needs no built book; the chapter shows that the site's theme and scripts leave
them alone. Right and wrong answers come from the package, not from this file.
"""

from __future__ import annotations

import re
from html import unescape

import pytest
from site_audit import accessibility

from cnncourse import quiz
from cnncourse.quiz import bank, questions
from tools.screenshots import serve

pytestmark = pytest.mark.site

NAME = "01_convolution"

DOCUMENT = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Quizzes</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<script>
document.documentElement.dataset.theme =
  matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
</script>
<style>body{{margin:0}} html[data-theme="dark"] body{{background:#12161f;color:#e6eaf2}}</style>
</head><body><main style="padding:1rem"><h1>Quizzes</h1>{body}</main></body></html>"""


@pytest.fixture(scope="module")
def own_page(tmp_path_factory):
    """Serve two pages: one with the whole quiz, one with two selections that overlap."""
    folder = tmp_path_factory.mktemp("quiz")
    pages = {
        "whole": quiz.show(NAME).html,
        "two": quiz.show(NAME, questions=["notes-width", "notes-depth"]).html
        + quiz.show(NAME, questions=["notes-depth", "notes-width"]).html
        + quiz.show(NAME, questions=["notes-depth", "notes-width"]).html,
    }
    for name, body in pages.items():
        (folder / f"{name}.html").write_text(DOCUMENT.format(body=body), encoding="utf-8")
    with serve(folder) as address:
        yield address.rstrip("/")


@pytest.fixture(params=["own page", "chapter"])
def address(request):
    if request.param == "own page":
        return f"{request.getfixturevalue('own_page')}/whole.html"
    return f"{request.getfixturevalue('site_url').rstrip('/')}/{NAME}.html"


@pytest.fixture(scope="module")
def asked():
    return {question.id: question for question in questions.build(NAME, bank.read(NAME))}


@pytest.fixture
def visit(open_page):
    """Open a page, and hold it to a clean console and no foreign request when the test ends."""
    visits = []

    def open_(address, **options):
        seen = open_page(address, **options)
        seen.page.wait_for_selector(".cnn-quiz.cnn-ready")
        visits.append(seen)
        return seen.page

    yield open_
    for seen in visits:
        assert seen.problems() == []


def form(page, question):
    return page.locator(f'form[data-question="{question}"]').first


def feedback(where):
    """Return what the live region says once it says something."""
    output = where.locator("output")
    output.locator("xpath=self::*[normalize-space()]").wait_for()
    return output.inner_text()


def check(where):
    where.get_by_role("button", name="Check").click()
    return feedback(where)


def words(html):
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())


def key(variant):
    return next(option for option in variant.options if option.correct)


def focused(page, attribute):
    return page.evaluate(f"document.activeElement.{attribute}")


def score(where):
    quiz_around = where.locator("xpath=ancestor::div[contains(@class, 'cnn-quiz')]")
    return quiz_around.locator(".cnn-score output").inner_text()


def test_a_number_is_answered_by_keyboard_alone(visit, address, asked):
    page = visit(address)
    where = form(page, "notes-width")
    (variant,) = asked["notes-width"].variants
    # Only the way to the first field is spared; from there on there are keys alone.
    where.locator("input").focus()
    page.keyboard.type("128")
    page.keyboard.press("Enter")
    said = feedback(where)
    assert said.startswith("Not quite.")
    assert "Took “same” at its word" in said or 'Took "same" at its word' in said
    assert focused(page, "tagName") == "INPUT", "the learner can type on at once"
    assert where.locator("input").get_attribute("aria-invalid") == "true"

    page.keyboard.press("Control+A")
    page.keyboard.type(str(key(variant).value))
    page.keyboard.press("Tab")
    assert focused(page, "textContent") == "Check"
    page.keyboard.press("Space")
    where.locator("output strong", has_text="Right.").wait_for()
    assert where.locator("input").get_attribute("aria-invalid") == "false"
    page.keyboard.press("Tab")
    assert focused(page, "tagName") == "SUMMARY"
    page.keyboard.press("Enter")
    assert where.locator("details .cnn-key").inner_text() == "64 pixels"
    assert where.locator("details").is_visible()


def test_a_choice_is_answered_by_keyboard_alone(visit, address, asked):
    page = visit(address)
    where = form(page, "notes-depth")
    (variant,) = asked["notes-depth"].variants
    place = [option.correct for option in variant.options].index(True)
    wrong = (place + 1) % len(variant.options)
    where.locator("input").first.focus()
    page.keyboard.press("Space")
    for _ in range(wrong):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    said = feedback(where)
    assert said.startswith("Not quite.")
    assert words(variant.options[wrong].misconception) in said
    assert words(variant.options[wrong].feedback) in " ".join(said.split())

    for _ in range((place - wrong) % len(variant.options)):
        page.keyboard.press("ArrowDown")
    assert where.locator("output").inner_text() == "", "old feedback is gone with the old answer"
    page.keyboard.press("Enter")
    assert feedback(where).startswith("Right.")


def test_ticks_are_answered_by_keyboard_alone(visit, address, asked):
    page = visit(address)
    where = form(page, "params-depend-on")
    (variant,) = asked["params-depend-on"].variants
    where.locator("input").first.focus()
    for option in variant.options:
        # Everything the wrong way round first.
        if not option.correct:
            page.keyboard.press("Space")
        page.keyboard.press("Tab")
    assert focused(page, "textContent") == "Check"
    page.keyboard.press("Enter")
    said = " ".join(feedback(where).split())
    assert f"0 of {len(variant.options)} are as they should be" in said
    for option in variant.options:
        assert f"{'Left out' if option.correct else 'Ticked'}: {words(option.label)}" in said
        assert words(option.misconception) in said

    for _ in variant.options:
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Space")
    where.locator("input").last.focus()
    page.keyboard.press("Enter")
    assert feedback(where).startswith("Right.")


def test_every_computed_wrong_number_meets_its_own_feedback(visit, own_page, asked):
    page = visit(f"{own_page}/whole.html")
    tried = 0
    for question in asked.values():
        if question.kind != "number":
            continue
        where = form(page, question.id)
        for variant in question.variants:
            for option in variant.options:
                where.locator("input").fill(repr(option.value))
                said = " ".join(check(where).split())
                if option.correct:
                    assert said.startswith("Right."), (question.id, option.value)
                else:
                    assert words(option.misconception) in said, (question.id, option.value)
                tried += 1
            if len(question.variants) > 1:
                where.get_by_role("button", name="Another one").click()
    assert tried > 100


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("115520", True),
        ("115,520", True),
        ("115 520", True),
        (" 115520.0 ", True),
        ("1.1552e5", True),
        ("231040/2", True),
        ("115519", False),
        ("-115520", False),
    ],
)
def test_numbers_are_read_as_people_write_them(visit, own_page, typed, right):
    where = form(visit(f"{own_page}/whole.html"), "dense-instead")
    where.locator("input").fill(typed)
    assert check(where).startswith("Right." if right else "Not quite.")


@pytest.mark.parametrize(("typed", "right"), [("80", True), ("79,6", True), ("80.6", False)])
def test_the_tolerance_is_kept_and_a_decimal_comma_read(visit, own_page, typed, right):
    where = form(visit(f"{own_page}/whole.html"), "dark-corner")
    where.locator("input").fill(typed)
    assert check(where).startswith("Right." if right else "Not quite.")


def test_nothing_and_nonsense_are_no_attempts(visit, own_page):
    page = visit(f"{own_page}/whole.html")
    where = form(page, "notes-width")
    assert check(where) == "Type a number first."
    for nonsense in ("many", "1/0", "6 4 pixels", "--3"):
        where.locator("input").fill(nonsense)
        assert "does not read as a number" in check(where)
    assert check(form(page, "notes-depth")) == "Choose an answer first."
    assert not where.locator("details").is_visible()
    where.locator("input").fill("64")
    check(where)
    assert score(where) == "1 of 24 right, 1 at the first try"


def test_another_one_changes_the_numbers_and_comes_round(visit, address, asked):
    page = visit(address)
    where = form(page, "valid-output-size")
    variants = asked["valid-output-size"].variants
    assert len(variants) >= 5
    for number, variant in enumerate([*variants, variants[0]]):
        if number:
            where.get_by_role("button", name="Another one").click()
            assert focused(page, "tagName") == "LEGEND", "a screen reader reads the new question"
            assert where.locator("output").inner_text() == ""
            assert not where.locator("details").is_visible()
        assert words(variant.prompt[0]) in " ".join(where.locator("legend").inner_text().split())
        assert where.locator("input").input_value() == ""
        where.locator("input").fill(str(key(variant).value))
        assert check(where).startswith("Right.")


def test_the_score_counts_and_starts_again(visit, own_page):
    page = visit(f"{own_page}/whole.html")
    width, depth = form(page, "notes-width"), form(page, "shift-and-stride")
    assert score(width) == "0 of 24 right"
    width.locator("input").fill("7")
    check(width)
    assert score(width) == "0 of 24 right"
    width.locator("input").fill("64")
    check(width)
    assert score(width) == "1 of 24 right, 0 at the first try"
    depth.locator("input").fill("3")
    check(depth)
    assert score(width) == "2 of 24 right, 1 at the first try"
    page.get_by_role("button", name="Start again").click()
    assert score(width) == "0 of 24 right"
    assert width.locator("input").input_value() == ""
    assert focused(page, "tagName") == "LEGEND"
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [
        0,
        0,
        "",
    ]


def test_quizzes_on_one_page_do_not_meddle_with_each_other(visit, own_page):
    page = visit(f"{own_page}/two.html")
    quizzes = page.locator(".cnn-quiz.cnn-ready")
    assert quizzes.count() == 3
    # The last two are the same quiz shown twice, as when a cell is run again elsewhere.
    for index in range(3):
        own = quizzes.nth(index).locator('form[data-question="notes-width"]')
        own.locator("input").fill("64")
        assert check(own).startswith("Right.")
        scores = [quizzes.nth(i).locator(".cnn-score output").inner_text() for i in range(3)]
        assert [text.startswith("1") for text in scores] == [i <= index for i in range(3)]


def test_formulas_are_drawn(visit, address):
    page = visit(address)
    where = form(page, "correlate-by-hand")
    # MathJax may have replaced the MathML of the page; either way something is there to see.
    drawn = where.locator("math:visible, mjx-container:visible")
    boxes = [drawn.nth(i).bounding_box() for i in range(drawn.count())]
    matrices = [box for box in boxes if box["height"] > 30]
    assert len(matrices) >= 2
    assert all(box["width"] > 40 for box in matrices)
    assert "$" not in where.inner_text()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_no_accessibility_violation_in_use(visit, address, theme, width):
    page = visit(address, theme=theme, width=width)
    assert accessibility(page) == []
    wrong, right = form(page, "notes-width"), form(page, "valid-output-size")
    wrong.locator("input").fill("128")
    check(wrong)
    wrong.locator("summary").click()
    right.locator("input").fill("8")
    check(right)
    ticks = form(page, "half-turn-kernels")
    ticks.locator("input").first.check()
    check(ticks)
    form(page, "same-padding-sides").get_by_role("button", name="Another one").click()
    check(form(page, "flip-or-not"))
    assert accessibility(page) == []


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_sticks_out_and_targets_are_large(visit, address, width):
    page = visit(address, width=width)
    overflow, small = page.evaluate(
        """() => {
          const quiz = document.querySelector(".cnn-quiz");
          const edge = quiz.getBoundingClientRect().right + 0.5;
          const inside = [...quiz.querySelectorAll("legend, label, button, output, p, math")];
          const targets = [...quiz.querySelectorAll(
            ".cnn-options label, input[type=text], button, summary")];
          const box = (element) => element.getBoundingClientRect();
          const seen = targets.filter((element) => box(element).width > 0);
          return [
            inside.filter((e) => box(e).right > edge).map((e) => e.outerHTML.slice(0, 80)),
            seen.filter((e) => box(e).height < 44).map((e) => e.outerHTML.slice(0, 80)),
          ];
        }"""
    )
    assert overflow == []
    assert small == []


def test_focus_is_visible(visit, address):
    page = visit(address)
    where = form(page, "notes-depth")
    for target, outlined in (
        (where.locator("input").first, where.locator("label").first),
        (where.get_by_role("button", name="Check"),) * 2,
        (form(page, "notes-width").locator("input"),) * 2,
    ):
        target.focus()
        page.keyboard.press("Shift")
        style = outlined.evaluate(
            "e => [getComputedStyle(e).outlineStyle, getComputedStyle(e).outlineWidth]"
        )
        assert style == ["solid", "3px"]


def test_motion_is_reduced_on_request(visit, own_page):
    page = visit(f"{own_page}/whole.html")
    moving = "e => getComputedStyle(e).transitionDuration"
    assert page.locator(".cnn-options label").first.evaluate(moving) == "0s"


def test_without_javascript_the_answers_can_be_opened(open_page, own_page, asked):
    seen = open_page(f"{own_page}/whole.html", java_script_enabled=False)
    where = form(seen.page, "notes-params-896")
    assert where.locator("button:visible").count() == 0
    assert seen.page.get_by_text("The answer and its reason are under each of them").is_visible()
    assert not where.locator(".cnn-key").is_visible()
    where.locator("summary").click()
    assert where.locator(".cnn-key").inner_text() == "896 parameters"
    assert seen.problems() == []
