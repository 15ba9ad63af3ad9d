"""Take full-page screenshots of the built site: light and dark, desktop and phone.

    python -m tools.screenshots shots                      # the landing page
    python -m tools.screenshots shots index 01_convolution
    python -m tools.screenshots shots index --theme light --width 1280 --fold

Files are called ``<page>-<theme>-<width>.png``. Chromium is taken from ``CNNCOURSE_CHROMIUM`` or
from the search path.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

SITE = Path(__file__).parents[1] / "_build" / "html"
THEMES = ("light", "dark")
HEIGHTS = {1280: 800, 390: 844}
# No window, no GPU, and nothing that the browser would fetch on its own account.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_chromium() -> str | None:
    """Return the path of a Chromium or Chrome, or None where there is none."""
    chosen = os.environ.get("CNNCOURSE_CHROMIUM")
    if chosen:
        return shutil.which(chosen)
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for path in map(shutil.which, names) if path), None)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: Any) -> None:
        """Say nothing: a page makes dozens of requests."""


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """Serve `folder` on a free port of this machine; yield the address, without a last slash."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def shoot(page: Any, address: str, target: Path, theme: str, width: int, full: bool = True) -> None:
    """Write a picture of the page at `address` to `target`."""
    page.set_viewport_size({"width": width, "height": HEIGHTS.get(width, 800)})
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    page.goto(address, wait_until="load")
    # MathJax sets the formulas after the page has loaded.
    page.evaluate("window.MathJax?.startup?.promise?.then(() => true)")
    page.evaluate("document.fonts.ready.then(() => true)")
    page.screenshot(path=target, full_page=full, animations="disabled")


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument("pages", nargs="*", default=["index"], help="page names without .html")
    parser.add_argument("--theme", choices=THEMES, action="append", help="default: both")
    parser.add_argument("--width", type=int, action="append", help="default: 1280 and 390")
    parser.add_argument("--fold", action="store_true", help="only what fits on the first screen")
    parser.add_argument("--site", type=Path, default=SITE, help="folder of the built site")
    options = parser.parse_args(arguments)
    chromium = find_chromium()
    missing = [name for name in options.pages if not (options.site / f"{name}.html").is_file()]
    if chromium is None or missing:
        absent = f"no page {', '.join(missing)} in {options.site}: run `make book`"
        print(absent if missing else "no Chromium found: set CNNCOURSE_CHROMIUM", file=sys.stderr)
        return 1

    from playwright.sync_api import sync_playwright

    options.folder.mkdir(parents=True, exist_ok=True)
    with serve(options.site) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        for theme in options.theme or THEMES:
            for width in options.width or list(HEIGHTS):
                page = browser.new_page()
                for name in options.pages:
                    target = options.folder / f"{name.replace('/', '-')}-{theme}-{width}.png"
                    shoot(page, f"{address}/{name}.html", target, theme, width, not options.fold)
                    print(target)
                page.close()
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
