"""Every check of `site_audit` finds the fault it is there for, and lets a good page pass."""

from __future__ import annotations

import pytest
import site_audit as audit

from tools.screenshots import serve

GOOD = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Good</title>
<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">
<meta name="description" content="A page of fifty or more characters, on which nothing is wrong.">
</head><body><main><h1 id="top">Good</h1>{body}<p><a href="#top">Up</a></p></main></body></html>"""
DOT = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='4' height='4'%3E%3C/svg%3E"
)


@pytest.fixture
def write(tmp_path):
    """Return a function that writes a good page with `body` in it, and returns its path."""

    def write_(body: str = "", html: str = GOOD):
        path = tmp_path / f"page{len(list(tmp_path.iterdir()))}.html"
        path.write_text(html.replace("{body}", body), encoding="utf-8")
        return path

    return write_


@pytest.fixture
def show(open_page, write):
    """Return a function that opens a page with `body` in it."""

    def show_(body: str = "", width: int = 390):
        path = write(body)
        with serve(path.parent) as address:
            return open_page(f"{address}/{path.name}", width=width)

    return show_


IN_BROWSER = {
    "headings": audit.headings,
    "pictures": audit.pictures,
    "formulas": audit.formulas,
    "overflow": audit.overflow,
    "cut_off": audit.cut_off,
    "accessibility": audit.accessibility,
}
IN_FILE = {
    "links": audit.links,
    "off_site": audit.off_site,
    "alternatives": audit.alternatives,
    "description": audit.description,
}


@pytest.mark.site
def test_a_good_page_passes_in_the_browser(show):
    visit = show(
        f'<img src="{DOT}" alt="A dot"><p class="math"><mjx-container>x</mjx-container></p>'
        '<div style="overflow: hidden"><button>Play</button></div>'
    )
    assert [problem for check in IN_BROWSER.values() for problem in check(visit.page)] == []
    assert visit.problems() == []


@pytest.mark.site
@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ('<img src="http://elsewhere.invalid/a.png" alt="A dot">', "request to another host"),
        ('<script src="http://elsewhere.invalid/a.js"></script>', "request to another host"),
        ("<style>@import url(http://elsewhere.invalid/a.css);</style>", "request to another host"),
        ("<script>console.error('broken')</script>", "console: broken"),
        ("<script>console.warn('shaky')</script>", "console: shaky"),
        ("<script>throw new Error('thrown')</script>", "console: thrown"),
        ('<img src="missing.png" alt="A dot">', "console: 404 for"),
    ],
    ids=["image", "script", "style", "error", "warning", "exception", "missing file"],
)
def test_noise_and_foreign_requests_are_recorded(show, body, problem):
    assert any(found.startswith(problem) for found in show(body).problems())


@pytest.mark.site
@pytest.mark.parametrize(
    ("check", "body", "problem"),
    [
        ("headings", "<h1>Another</h1>", "2 headings of level 1"),
        ("pictures", '<img src="missing.png" alt="A dot">', "picture does not load"),
        ("formulas", r'<p class="math">\(x\)</p>', "formula not set"),
        ("formulas", "<mjx-container><mjx-merror>x</mjx-merror></mjx-container>", "formula wrong"),
        (
            "formulas",
            '<p class="math"><mjx-container style="display: inline-block"></mjx-container></p>',
            "formula without size",
        ),
        ("overflow", '<div style="width: 420px; height: 9px">x</div>', "wider than the screen"),
        (
            "cut_off",
            '<div style="height: 6px; overflow: hidden"><button>Play</button></div>',
            "control cut off: <button>Play",
        ),
        ("accessibility", '<input type="number">', "axe label"),
        (
            "accessibility",
            '<p style="color: #ccc">Pale words</p>',
            "axe color-contrast",
        ),
        (
            "accessibility",
            "<pre>Dark words</pre><pre>Dark <span style='color: #ccc'>pale</span></pre>",
            "axe color-contrast",
        ),
        (
            "accessibility",
            "<pre>Dark words</pre><pre style='background: #111'>Dark on dark</pre>",
            "axe color-contrast",
        ),
        (
            "accessibility",
            '<button aria-label="Close">Search</button>',
            "axe label-content-name-mismatch",
        ),
    ],
)
def test_a_fault_is_found_in_the_browser(show, check, body, problem):
    found = IN_BROWSER[check](show(body).page)
    assert found
    assert all(text.startswith(problem) for text in found)


def test_a_good_page_passes_in_its_file(write):
    path = write('<img src="page1.html" alt="A dot"><a href="page1.html#top">Next</a>')
    write()
    assert [problem for check in IN_FILE.values() for problem in check(path)] == []


@pytest.mark.parametrize(
    ("check", "body", "problem"),
    [
        ("links", '<a href="gone.html">x</a>', "no such file: gone.html"),
        ("links", '<img src="gone.png" alt="x">', "no such file: gone.png"),
        ("links", '<a href="#gone">x</a>', "no such anchor: #gone"),
        ("links", '<a href="page0.html#gone">x</a>', "no such anchor: page0.html#gone"),
        ("links", '<p id="top">x</p>', "id twice: top"),
        (
            "off_site",
            '<script src="https://elsewhere.invalid/a.js"></script>',
            "loads from another",
        ),
        ("off_site", '<img src="//elsewhere.invalid/a.png" alt="x">', "loads from another host"),
        (
            "off_site",
            '<link rel="stylesheet" href="https://elsewhere.invalid/a.css">',
            "loads from another host",
        ),
        ("alternatives", '<img src="page0.html">', "picture without alt: page0.html"),
        ("alternatives", '<img src="page0.html" alt=" ">', "picture without alt: page0.html"),
    ],
)
def test_a_fault_is_found_in_the_file(write, check, body, problem):
    (found,) = IN_FILE[check](write(body))
    assert found.startswith(problem)


@pytest.mark.parametrize("text", ["", "Too short.", "x" * 201])
def test_a_poor_description_is_found(write, text):
    path = write(html=f'<html><head><meta name="description" content="{text}"></head></html>')
    assert audit.description(path) == [f"description of {len(text)} characters: {text!r}"]


def test_what_is_missing_skips_loudly_and_fails_under_ci(monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="SITE NOT TESTED: no browser; install one"):
        audit.missing("no browser", "install one")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="SITE NOT TESTED: no browser; install one"):
        audit.missing("no browser", "install one")
