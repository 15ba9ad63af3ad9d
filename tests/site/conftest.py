"""A browser and the built site for the tests of this folder.

Without a browser or without a site these tests are skipped and say so; where the environment
variable ``CI`` is set they fail instead, so that no gate passes on tests that never ran.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from site_audit import Visit, missing

from tools.screenshots import FLAGS, find_chromium, serve

SITE = Path(__file__).resolve().parents[2] / "_build" / "html"


@pytest.fixture(scope="session")
def browser_path() -> str:
    """Return the path of a Chromium."""
    path = find_chromium()
    if path is None:
        missing(
            "no Chromium found", "install chromium, or set CNNCOURSE_CHROMIUM to one's full path"
        )
    return str(path)


# One browser a module, not one a session: Playwright keeps an event loop running in its thread,
# and tests elsewhere in the same process want to start their own.
@pytest.fixture(scope="module")
def browser(browser_path: str) -> Iterator[Any]:
    """Return a Chromium of Playwright with a fresh profile."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=browser_path, args=list(FLAGS))
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def built() -> Path:
    """Return the folder of the built site."""
    if not (SITE / "index.html").is_file():
        missing("_build/html is empty", "run `make book`")
    return SITE


@pytest.fixture(scope="session")
def site_url(built: Path) -> Iterator[str]:
    """Return the address at which this machine serves the built site."""
    with serve(built) as address:
        yield address


@pytest.fixture
def open_page(browser: Any) -> Iterator[Callable[..., Visit]]:
    """Return a function that opens an address and records what the page says and asks for.

    ``open_page(address, theme="light", width=1280, **options)``; `options` go to Playwright's
    ``new_context``. What was opened is closed after the test.
    """
    contexts = []

    def open_(address: str, theme: str = "light", width: int = 1280, **options: Any) -> Visit:
        context = browser.new_context(
            color_scheme=theme,
            reduced_motion="reduce",
            viewport={"width": width, "height": 844 if width < 600 else 800},
            **options,
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        return Visit(context.new_page(), address)

    yield open_
    for context in contexts:
        context.close()
