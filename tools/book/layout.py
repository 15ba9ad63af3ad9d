"""Where things lie, what the table of contents lists, and how files are written."""

from __future__ import annotations

import ast
import fcntl
import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import yaml

PROFILES = ("quick", "full")


class BuildError(Exception):
    """What stops a build; its message is all that the reader needs to see."""


@dataclass(frozen=True)
class Layout:
    """Every path of a book that lies at `root`."""

    root: Path

    @property
    def book(self) -> Path:
        """Sources of the pages."""
        return self.root / "book"

    @property
    def build(self) -> Path:
        """Everything that a build writes; never committed."""
        return self.root / "_build"

    @property
    def stage(self) -> Path:
        """What the compiler reads."""
        return self.build / "stage"

    @property
    def html(self) -> Path:
        """The last good site."""
        return self.build / "html"

    def source(self, name: str) -> Path:
        """Return the committed notebook of chapter `name`."""
        return self.book / f"{name}.ipynb"

    def executed(self, profile: str, name: str) -> Path:
        """Return the executed notebook of chapter `name`."""
        return self.build / "executed" / profile / f"{name}.ipynb"

    def pages(self) -> list[str]:
        """Return every page of the table of contents, in order; a missing file fails."""
        pages = list(_files(read_yaml(self.root / "_toc.yml")))
        missing = [
            page
            for page in pages
            if not any((self.book / f"{page}{end}").is_file() for end in (".ipynb", ".md"))
        ]
        if missing:
            raise BuildError(
                "_toc.yml lists pages that book/ lacks (as .ipynb or .md): " + ", ".join(missing)
            )
        return pages

    def chapters(self) -> list[str]:
        """Return the pages that are notebooks."""
        return [page for page in self.pages() if self.source(page).is_file()]

    def parameters(self, profile: str) -> dict[str, dict[str, Any]]:
        """Return each chapter's parameters in `profile`, checked against its cell."""
        if profile == "quick":
            return {name: {} for name in self.chapters()}
        path = self.book / "full.yml"
        listed = (read_yaml(path) or {}) if path.is_file() else {}
        unknown = sorted(set(listed) - set(self.chapters()))
        if unknown:
            raise BuildError(f"book/full.yml names no chapter: {', '.join(unknown)}")
        for name, values in listed.items():
            known = parameter_names(read_notebook(self.source(name)))
            strangers = sorted(set(values or {}) - known)
            if strangers:
                raise BuildError(
                    f"book/full.yml sets {', '.join(strangers)} for {name}, whose parameters cell "
                    f"defines only: {', '.join(sorted(known)) or 'nothing'}"
                )
        return {name: dict(listed.get(name) or {}) for name in self.chapters()}


def _files(entry: Any) -> Iterator[str]:
    if isinstance(entry, list):
        for item in entry:
            yield from _files(item)
    elif isinstance(entry, dict):
        for key, value in entry.items():
            if key in ("root", "file"):
                yield value
            else:
                yield from _files(value)


def read_yaml(path: Path) -> Any:
    """Return the content of a YAML file."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def read_notebook(path: Path) -> Any:
    """Return the notebook at `path`; one that can't be read fails with its name."""
    try:
        return nbformat.read(path, as_version=4)
    except Exception as error:
        raise BuildError(f"{path} is not a readable notebook: {error}") from error


def tags(cell: Any) -> list[str]:
    """Return the tags of a cell."""
    return list(cell.metadata.get("tags", []))


def parameter_names(notebook: Any) -> set[str]:
    """Return the names that the cells tagged ``parameters`` assign."""
    names: set[str] = set()
    for cell in notebook.cells:
        if cell.cell_type == "code" and "parameters" in tags(cell):
            for statement in ast.parse(cell.source).body:
                if isinstance(statement, ast.Assign):
                    targets = statement.targets
                elif isinstance(statement, ast.AnnAssign):
                    targets = [statement.target]
                else:
                    continue
                names.update(
                    node.id
                    for target in targets
                    for node in ast.walk(target)
                    if isinstance(node, ast.Name)
                )
    return names


def write_atomically(path: Path, text: str) -> None:
    """Write `text` so that `path` holds either its old content or all of the new."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    draft.write_text(text, encoding="utf-8")
    os.replace(draft, path)


def files_below(folder: Path) -> list[Path]:
    """Return the files in and below `folder`, sorted, caches and checkpoints left out."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and not {"__pycache__", ".ipynb_checkpoints"} & set(path.parts)
    )


def fingerprint(root: Path, files: Iterable[Path], *extra: str) -> str:
    """Return a hash over names and contents of `files` and over the `extra` texts."""
    digest = hashlib.sha256()
    for path in files:
        digest.update(f"{path.relative_to(root)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    for text in extra:
        digest.update(f"\0{text}".encode())
    return digest.hexdigest()


@contextmanager
def only_build(layout: Layout) -> Iterator[None]:
    """Hold the build folder for this process; the system frees it however the process ends."""
    layout.build.mkdir(parents=True, exist_ok=True)
    with (layout.build / ".lock").open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise BuildError(
                f"another build of this book is running (process {lock.read().strip() or '?'}); "
                "wait for it to end, or end it, and build again"
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield
