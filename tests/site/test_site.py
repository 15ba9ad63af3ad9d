"""Every page of the built site: quiet, self-contained, accessible, whole, light and dark."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import site_audit as audit
import yaml

from cnncourse import _html
from tools.book.layout import Layout

pytestmark = pytest.mark.site

ROOT = Path(__file__).resolve().parents[2]
CONFIG = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
WRITTEN = Layout(ROOT).pages()
CHAPTERS = Layout(ROOT).chapters()
PAGES = [f"{name}.html" for name in (*WRITTEN, "search", "genindex")]
LOOKS = [(theme, width) for theme in ("light", "dark") for width in (1280, 390)]


def test_no_page_is_left_untested(built):
    found = {
        str(path.relative_to(built))
        for path in built.rglob("*.html")
        if path.relative_to(built).parts[0] not in ("_static", "_sources")
    }
    assert found == set(PAGES)


@pytest.mark.parametrize(("theme", "width"), LOOKS)
@pytest.mark.parametrize("name", PAGES)
def test_page_in_the_browser(open_page, site_url, name, theme, width):
    visit = open_page(f"{site_url}/{name}", theme, width)
    assert visit.page.evaluate("document.documentElement.dataset.theme") == theme
    problems = [
        *audit.headings(visit.page),
        *audit.pictures(visit.page),
        *audit.formulas(visit.page),
        *audit.overflow(visit.page),
        *audit.cut_off(visit.page),
        *audit.accessibility(visit.page),
        *visit.problems(),
    ]
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("name", PAGES)
def test_page_in_its_file(built, name):
    path = built / name
    problems = [*audit.links(path), *audit.off_site(path), *audit.alternatives(path)]
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("name", WRITTEN)
def test_page_describes_itself(built, name):
    assert audit.description(built / f"{name}.html") == []


def test_descriptions_differ(built):
    texts = [audit.parsed(built / f"{name}.html").metas["description"] for name in WRITTEN]
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("name", CHAPTERS)
def test_launch_and_download_buttons_lead_to_the_repository(built, name):
    repository = CONFIG["repository"]
    slug = repository["url"].removeprefix("https://github.com/")
    found = audit.parsed(built / f"{name}.html").links
    colab = f"{CONFIG['launch_buttons']['colab_url']}/github/{slug}/blob"
    notebook = f"{repository['branch']}/{repository['path_to_book']}/{name}.ipynb"
    assert f"{colab}/{notebook}" in found
    assert (ROOT / repository["path_to_book"] / f"{name}.ipynb").is_file()
    assert f"_sources/{name}.ipynb" in found
    assert repository["url"] in found
    owned = [link for link in found if "github.com" in link and "/issues/new" in link]
    assert owned
    assert all(link.startswith(repository["url"]) for link in owned)


def test_pages_wear_the_colours_of_quizzes_and_figures():
    text = (ROOT / "book" / "_assets" / "palette.css").read_text(encoding="utf-8")
    blocks = re.findall(r"^(html\S*) \{\n(.*?)^\}", text, re.MULTILINE | re.DOTALL)
    colours = {
        selector: dict(re.findall(r"--c-([a-z-]+): (#[0-9a-f]{6});", body))
        for selector, body in blocks
    }
    assert colours["html"] == _html.LIGHT
    assert colours['html[data-theme="dark"]'] == _html.DARK


def test_icon_and_logo_load(open_page, site_url):
    page = open_page(f"{site_url}/index.html").page
    sizes = page.evaluate(
        """async () => {
          const icon = new Image();
          icon.src = document.querySelector("link[rel=icon]").href;
          await icon.decode();
          const logo = document.querySelector(".logo__image.only-light");
          return [icon.naturalWidth, logo.getBoundingClientRect().width];
        }"""
    )
    assert sizes[0] > 0
    assert 24 <= sizes[1] <= 96


def focus_on(page, selector: str, limit: int = 60) -> None:
    """Walk with Tab until `selector` has the focus."""
    for _ in range(limit):
        page.keyboard.press("Tab")
        if page.evaluate("name => document.activeElement.matches(name)", selector):
            return
    raise AssertionError(f"Tab does not reach {selector}")


@pytest.mark.parametrize("width", [1280, 390])
def test_first_chapter_is_reached_by_keyboard(open_page, site_url, width):
    page = open_page(f"{site_url}/index.html", width=width).page
    focus_on(page, "a.cnn-start")
    outline = page.evaluate(
        """() => {
          const style = getComputedStyle(document.activeElement);
          return [style.outlineStyle, parseFloat(style.outlineWidth)];
        }"""
    )
    assert outline[0] == "solid"
    assert outline[1] >= 2
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{CHAPTERS[0]}.html")


def test_first_screen_sells_the_course(open_page, site_url):
    """Heading, call to action, picture and promises fit on a laptop's first screen."""
    page = open_page(f"{site_url}/index.html").page
    for selector in ("h1", "a.cnn-start", ".cnn-hero img", ".cnn-promises"):
        box = page.locator(selector).locator("visible=true").first.bounding_box()
        assert box["y"] >= 0, selector
        assert box["y"] + box["height"] <= 800, selector


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_skip_link_is_the_first_stop_and_readable(open_page, site_url, theme):
    page = open_page(f"{site_url}/glossary.html", theme).page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main-content"
    box = page.locator("#pst-skip-link").bounding_box()
    assert box["y"] >= 0
    assert audit.accessibility(page) == []


def test_colours_follow_the_switch(open_page, site_url):
    page = open_page(f"{site_url}/index.html", theme="light").page
    paper = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(paper) == "rgb(255, 255, 255)"
    for _ in range(3):
        page.locator(".theme-switch-button").locator("visible=true").first.press("Enter")
        if page.evaluate("document.documentElement.dataset.theme") == "dark":
            break
    assert page.evaluate(paper) == "rgb(18, 22, 31)"


def test_a_symptom_is_found_by_the_site_search(open_page, site_url):
    visit = open_page(f"{site_url}/search.html?q=border_mode")
    result = visit.page.locator("#search-results a").first
    result.wait_for()
    assert "still_broken.html" in result.get_attribute("href")
    assert visit.problems() == []


@pytest.mark.parametrize("name", ["index", *CHAPTERS])
def test_page_reads_without_script(open_page, site_url, name):
    page = open_page(f"{site_url}/{name}.html", java_script_enabled=False).page
    assert page.locator("article h1").is_visible()
    assert len(page.locator("article").inner_text()) > 500


def test_landing_page_promises_no_chapter_that_is_not_there(built):
    linked = {link for link in audit.parsed(built / "index.html").links if re.match(r"\d\d_", link)}
    assert linked == {f"{name}.html" for name in CHAPTERS if re.match(r"\d\d_", name)}
