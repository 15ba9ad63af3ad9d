"""Build the book: execute what changed, check it, compile the site.

    python -m tools.build_book                      # quick tier, two chapters at a time
    python -m tools.build_book --only 01_convolution
    python -m tools.build_book --profile full       # parameters of book/full.yml

The site lies at `_build/html/index.html`, the wall time of each chapter in `_build/times.json`.
Whatever goes wrong, the last good site stays where it is and the exit status is 1.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

from tqdm import tqdm

from tools.book import execute, site
from tools.book.layout import PROFILES, BuildError, Layout, only_build, write_atomically

# A quick cell that takes this long hangs; a full one may train for hours.
CELL_TIMEOUT = {"quick": 1200, "full": None}


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit status."""
    options = _parser().parse_args(arguments)
    layout = Layout(options.root.resolve())
    try:
        with only_build(layout):
            timeout = options.timeout or CELL_TIMEOUT[options.profile]
            return build(layout, options.profile, options.only, options.workers, timeout)
    except BuildError as error:
        print(f"{error}\n\nNot built.{_last_site(layout)}", file=sys.stderr)
        return 1


def build(layout: Layout, profile: str, only: list[str], workers: int, timeout: int | None) -> int:
    """Build the book at `layout` and return the exit status."""
    site.recover(layout)
    chapters = execute.plan(layout, profile)
    names = [chapter.name for chapter in chapters]
    unknown = [name for name in only if name not in names]
    if unknown:
        raise BuildError(f"no chapter {', '.join(unknown)}; there are: {', '.join(names)}")
    changed = [
        chapter
        for chapter in chapters
        if (execute.record(layout, profile, chapter.name) or {}).get("key") != chapter.key
    ]
    chosen = [chapter for chapter in changed if not only or chapter.name in only]
    if chosen:
        print(f"Executing {len(chosen)} of {len(chapters)} chapters ({profile} tier):", flush=True)
    failed = execute.run(layout, profile, chosen, workers, timeout, _say)
    _report_times(layout, profile, names, {chapter.name for chapter in chosen})
    if failed:
        raise BuildError(f"{failed} of {len(chosen)} chapters failed; see above.")
    stale = [chapter.name for chapter in changed if chapter not in chosen]
    if stale:
        print(f"Shown as last executed, or without outputs: {', '.join(stale)}")
    start = time.perf_counter()
    described = site.stage(layout, profile, stale)
    if site.compile_site(layout, described):
        print(f"Compiled the site in {time.perf_counter() - start:.1f} s.")
    else:
        print("The site is up to date.")
    page = layout.html / "index.html"
    print(f"Open {page} in a browser, or run `make serve`.")
    return 0


def _report_times(layout: Layout, profile: str, names: list[str], ran: set[str]) -> None:
    """Print how long each chapter's last run took, and keep it."""
    times = {}
    for name in names:
        record = execute.record(layout, profile, name)
        if record:
            times[name] = record["seconds"]
    if times:
        width = max(map(len, times))
        for name, seconds in times.items():
            note = "" if name in ran else "  (unchanged, not run)"
            print(f"  {name:<{width}}  {seconds:7.1f} s{note}")
        print(f"  {'all':<{width}}  {sum(times.values()):7.1f} s", flush=True)
    text = json.dumps({"profile": profile, "seconds": times}, indent=2) + "\n"
    write_atomically(layout.build / "times.json", text)


def _say(text: str) -> None:
    tqdm.write(text, file=sys.stderr)


def _last_site(layout: Layout) -> str:
    return " The last good site is still in _build/html." if layout.html.exists() else ""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="build_book", description=__doc__.split("\n\n")[0])
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="these chapters only")
    parser.add_argument("--profile", choices=PROFILES, default="quick", help="quick or full tier")
    parser.add_argument("--workers", type=_positive, default=2, help="chapters at a time")
    parser.add_argument("--timeout", type=_positive, help="seconds that one cell may take")
    parser.add_argument(
        "--root", type=Path, default=Path(__file__).parents[1], help="book to build"
    )
    return parser


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("at least 1 is needed")
    return value


if __name__ == "__main__":
    sys.exit(main())
