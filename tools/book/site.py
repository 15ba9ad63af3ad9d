"""Put executed chapters and pages together and compile them into the site."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import nbformat

from tools.book import execute, gate
from tools.book.layout import BuildError, Layout, files_below, fingerprint, read_notebook

STAMP = ".inputs"
# What MathJax can ask for: itself, its fonts, and the TeX extensions that it loads on first use.
MATHJAX = (
    "tex-chtml.js",
    "output/chtml/fonts/woff-v2/*.woff",
    "input/tex/extensions/*.js",
)
MATHJAX_UNUSED = {"all-packages.js"}


def stage(layout: Layout, profile: str, stale: list[str]) -> list[tuple[str, str]]:
    """Fill the stage and return pages and alt texts of the executed figures.

    Chapters in `stale` are taken as they were last executed, or unexecuted if they never were.
    """
    shutil.rmtree(layout.stage, ignore_errors=True)
    shutil.copytree(
        layout.book,
        layout.stage,
        ignore=shutil.ignore_patterns(".ipynb_checkpoints", "*.ipynb"),
    )
    for name in ("_config.yml", "_toc.yml"):
        shutil.copy2(layout.root / name, layout.stage / name)
    _copy_mathjax(layout.stage / "_vendor" / "mathjax")
    problems = gate.check_quizzes(layout)
    found: list[tuple[str, str]] = []
    described: list[tuple[str, str]] = []
    for name in layout.chapters():
        path = layout.executed(profile, name)
        done = path.is_file() and (name not in stale or execute.record(layout, profile, name))
        notebook = read_notebook(path if done else layout.source(name))
        if done:
            problems += gate.check_notebook(layout, name, notebook)
            found += gate.alts(name, notebook)
            described += [(name, alt) for _, alt in gate.alts(name, notebook)]
        _finish(notebook)
        target = layout.stage / f"{name}.ipynb"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")
    problems += gate.check_alts(found)
    if problems:
        raise BuildError("The chapters ran, but must not be shown so:\n\n" + "\n".join(problems))
    return described


def _copy_mathjax(target: Path) -> None:
    spec = find_spec("sphinx-mathjax-offline")
    if spec is None or spec.origin is None:
        raise BuildError("the package sphinx-mathjax-offline is missing: run `make` again")
    origin = Path(spec.origin).parent / "static" / "mathjax"
    for pattern in MATHJAX:
        for path in origin.glob(pattern):
            if path.name not in MATHJAX_UNUSED:
                copy = target / path.relative_to(origin)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, copy)


def _finish(notebook: Any) -> None:
    """Move alt texts and the description to where the compiler reads them."""
    notebook.metadata.pop(execute.RECORD, None)
    description = notebook.metadata.get("cnncourse", {}).get("description")
    if description:
        notebook.metadata.setdefault("myst", {}).setdefault("html_meta", {})["description"] = (
            description
        )
    for cell in notebook.cells:
        if cell.cell_type == "code":
            images = [alt for alt in gate.figures(cell) if alt]
            if images:
                options = cell.metadata.setdefault("mystnb", {}).setdefault("image", {})
                options["alt"] = images[0]


def compile_site(layout: Layout, described: list[tuple[str, str]]) -> bool:
    """Compile the stage into the site, unless the site was made of the very same files.

    The site is compiled beside the last good one and takes its place only when it is whole and
    passed its checks. Returns whether anything was compiled.
    """
    recover(layout)
    tools = files_below(Path(__file__).parent)
    lock = layout.root / "requirements.lock"
    key = fingerprint(
        layout.stage,
        files_below(layout.stage),
        sys.version,
        lock.read_text(encoding="utf-8") if lock.is_file() else "",
        *(path.read_text(encoding="utf-8") for path in tools),
    )
    stamp = layout.html / STAMP
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == key:
        return False
    work = layout.build / "compile"
    shutil.rmtree(work, ignore_errors=True)
    command = [
        *(sys.executable, "-c", "from jupyter_book.cli.main import main; main()"),
        *("build", str(layout.stage), "--path-output", str(work)),
        # Warnings of pages that did not change must count too, so nothing is taken over.
        *("--all", "-W", "-n", "--keep-going", "-q"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, env=_environment())
    site = work / "_build" / "html"
    if done.returncode != 0 or not (site / "index.html").is_file():
        raise BuildError("The site does not compile:\n\n" + _complaints(layout, done))
    for path in (site / "_static").rglob("*.map"):
        path.unlink()
    shutil.rmtree(site / "reports", ignore_errors=True)
    problems = gate.check_site(site, described)
    if problems:
        raise BuildError("The pages compile, but must not be shown so:\n\n" + "\n".join(problems))
    (site / STAMP).write_text(key, encoding="utf-8")
    _swap(layout, site)
    shutil.rmtree(work, ignore_errors=True)
    return True


def _environment() -> dict[str, str]:
    # A fixed hash seed and language make two compilations byte-identical.
    return {**os.environ, "PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8", "PYTHONWARNINGS": "ignore"}


def _complaints(layout: Layout, done: subprocess.CompletedProcess[str]) -> str:
    """Return the compiler's warnings with the names that the author knows."""
    text = execute.ANSI.sub("", done.stderr + "\n" + done.stdout)
    text = text.replace(f"{layout.stage}{os.sep}", f"book{os.sep}")
    lines = [line for line in text.splitlines() if line.strip()]
    told = [line for line in lines if "WARNING" in line or "ERROR" in line or "CRITICAL" in line]
    return "\n".join(told or lines[-40:])


def _swap(layout: Layout, site: Path) -> None:
    old = layout.build / "html.old"
    shutil.rmtree(old, ignore_errors=True)
    if layout.html.exists():
        os.rename(layout.html, old)
    os.rename(site, layout.html)
    shutil.rmtree(old, ignore_errors=True)


def recover(layout: Layout) -> None:
    """Put the last good site back if a build was killed between the two renames of a swap."""
    old = layout.build / "html.old"
    if old.exists() and not layout.html.exists():
        os.rename(old, layout.html)
