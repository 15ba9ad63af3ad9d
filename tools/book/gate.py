"""What must hold of executed chapters and of compiled pages before they become the site."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from tools.book.layout import Layout, tags

SHORTEST_ALT = 40
IMAGES = ("image/png", "image/jpeg", "image/svg+xml", "image/gif")
ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,}")


def check_notebook(layout: Layout, name: str, notebook: Any) -> list[str]:
    """Return what is wrong with the outputs of an executed chapter."""
    problems: list[str] = []
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type != "code" or _unseen(cell):
            continue
        where = f"{name}, cell {number}"
        for output in cell.outputs:
            if output.output_type == "error":
                problems.append(f"{where}: shows an exception: {output.ename}: {output.evalue}")
            elif output.output_type == "stream" and output.name == "stderr":
                problems.append(
                    f"{where}: writes to stderr (mend it, or print what the reader should see):\n"
                    + "\n".join(f"    {line}" for line in output.text.splitlines()[:8])
                )
            else:
                text = _text(output)
                if ADDRESS.search(text):
                    problems.append(f"{where}: shows a memory address, new in every run")
                if str(layout.root) in text:
                    problems.append(f"{where}: shows a path of this machine")
        images = figures(cell)
        if len(images) > 1:
            problems.append(
                f"{where}: shows {len(images)} figures; a cell can describe one, so split it"
            )
        elif images and not images[0]:
            problems.append(f"{where}: shows a figure without alt text (use viz.show)")
    return problems


def check_alts(found: Iterable[tuple[str, str]]) -> list[str]:
    """Return what is wrong with pairs of place and alt text: too short, or used twice."""
    problems: list[str] = []
    first: dict[str, str] = {}
    for where, alt in found:
        if len(alt) < SHORTEST_ALT:
            problems.append(
                f"{where}: alt text of {len(alt)} characters; at least {SHORTEST_ALT} are needed "
                f"to state what the figure shows: {alt!r}"
            )
        if alt in first:
            problems.append(f"{where}: same alt text as {first[alt]}: {alt!r}")
        first.setdefault(alt, where)
    return problems


def alts(name: str, notebook: Any) -> list[tuple[str, str]]:
    """Return place and alt text of every described figure that the page will show."""
    return [
        (f"{name}, cell {number}", alt)
        for number, cell in enumerate(notebook.cells, start=1)
        if cell.cell_type == "code" and not _unseen(cell)
        for alt in figures(cell)
        if alt
    ]


def figures(cell: Any) -> list[str]:
    """Return the alt text of each figure among a cell's outputs, "" where it has none."""
    found = []
    for output in cell.outputs:
        data = output.get("data", {})
        kind = next((kind for kind in IMAGES if kind in data), None)
        if kind and "text/html" not in data:
            alt = output.get("metadata", {}).get(kind, {}).get("alt", "")
            found.append(" ".join(str(alt).split()))
    return found


def _unseen(cell: Any) -> bool:
    return bool({"remove-cell", "remove-output"} & set(tags(cell)))


def _text(output: Any) -> str:
    if output.output_type == "stream":
        return str(output.text)
    data = output.get("data", {})
    # A page shows the richest form: the repr behind a figure or a table is never seen.
    kinds = ["text/html"] if "text/html" in data else ["text/plain"]
    if any(kind in data for kind in IMAGES):
        kinds = []
    return "\n".join(str(data[kind]) for kind in kinds if kind in data)


class _Images(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            values = dict(attrs)
            self.found.append(
                (values.get("src") or "", " ".join((values.get("alt") or "").split()))
            )


def check_site(site: Path, expected: Iterable[tuple[str, str]]) -> list[str]:
    """Return what is wrong with the images of compiled pages.

    `expected` are pages and the alt texts that their executed figures carry: each must have
    arrived in the page.
    """
    problems: list[str] = []
    described: list[tuple[str, str]] = []
    pages: dict[str, set[str]] = {}
    for path in sorted(site.rglob("*.html")):
        if "_static" in path.parts:
            continue
        parser = _Images()
        parser.feed(path.read_text(encoding="utf-8"))
        page = path.relative_to(site).with_suffix("").as_posix()
        pages[page] = {alt for _, alt in parser.found}
        for source, alt in parser.found:
            where = f"{page}.html, image {source}"
            if not alt:
                problems.append(f"{where}: no alt text")
            elif "_images/" in source:
                described.append((where, alt))
    problems += check_alts(described)
    problems += [
        f"{page}.html: the alt text of an executed figure did not arrive: {alt!r}"
        for page, alt in expected
        if alt not in pages.get(page, set())
    ]
    return problems


def check_quizzes(layout: Layout) -> list[str]:
    """Return why the question banks of this book are not valid."""
    if (
        not (layout.root / "cnncourse" / "quiz.py").is_file()
        and not (layout.root / "cnncourse" / "quiz").is_dir()
    ):
        return []
    from cnncourse import quiz

    try:
        quiz.validate_all()
    except Exception as error:
        return [f"question banks: {error}"]
    return []
