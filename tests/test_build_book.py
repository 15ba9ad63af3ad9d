"""The build, tried on tiny books: what runs, what is left alone, what stops it, what survives."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tools import build_book
from tools.book import execute, site
from tools.book.layout import BuildError, Layout, only_build

ROOT = Path(__file__).resolve().parents[1]
NAMES = ("01_first", "02_second")
FIGURE = """\
class Figure:
    def _repr_mimebundle_(self, include=None, exclude=None):
        return {{"image/png": "{png}", "text/plain": "<figure>"}}, {{"image/png": {metadata}}}

Figure()"""
PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
ALT = 'One pixel, "light" & square, stands for the figure of chapter {name}'


def figure(alt: str | None) -> str:
    metadata = {"width": 10} if alt is None else {"alt": alt, "width": 10}
    return FIGURE.format(png=PNG, metadata=metadata)


def write_chapter(root: Path, name: str, *sources: str) -> None:
    """Write a chapter with a parameters cell, the given cells and one described figure."""
    cells = [
        new_markdown_cell(f"# Chapter {name}\n\nIn maths: $a^2$.", id="title"),
        new_code_cell("epochs = 1\nrate = 0.5", id="defaults", metadata={"tags": ["parameters"]}),
        *(new_code_cell(source, id=f"cell-{i}") for i, source in enumerate(sources)),
        new_code_cell(figure(ALT.format(name=name)), id="figure"),
    ]
    notebook = new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {
        "name": "python3",
        "display_name": "Python 3",
        "language": "python",
    }
    notebook.metadata["cnncourse"] = {"description": f"What {name} is about."}
    nbformat.write(notebook, root / "book" / f"{name}.ipynb")


def write_book(root: Path) -> Layout:
    """Write a book of two chapters under the real site's settings."""
    for folder in ("_assets", "quizzes", "results"):
        (root / "book" / folder).mkdir(parents=True)
    shutil.copy(ROOT / "_config.yml", root)
    toc = "format: jb-book\nroot: index\nchapters:\n"
    (root / "_toc.yml").write_text(toc + "".join(f"  - file: {name}\n" for name in NAMES))
    (root / "book" / "index.md").write_text("# A tiny book\n\nHello.\n")
    (root / "book" / "references.bib").write_text("")
    for name in ("logo.svg", "favicon.svg"):
        (root / "book" / "_assets" / name).write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    for name in ("course.css", "course.js"):
        (root / "book" / "_assets" / name).write_text("")
    for name in NAMES:
        write_chapter(root, name, "print('epochs', epochs)")
    return Layout(root)


def build(layout: Layout, *options: str) -> int:
    return build_book.main(["--root", str(layout.root), "--workers", "1", *options])


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Layout:
    """Return a book that was built once; tests work on copies."""
    layout = write_book(tmp_path_factory.mktemp("built"))
    assert build(layout) == 0
    return layout


@pytest.fixture
def copy(built, tmp_path) -> Layout:
    """Return a copy of the built book."""
    shutil.copytree(built.root, tmp_path / "copy")
    return Layout(tmp_path / "copy")


def outputs(layout: Layout, name: str, profile: str = "quick") -> str:
    cells = nbformat.read(layout.executed(profile, name), as_version=4).cells
    return "".join(
        output.text
        for cell in cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.output_type == "stream"
    )


def snapshot(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def never(*arguments, **keywords):
    raise AssertionError("this must not run")


@pytest.mark.slow
def test_the_site_holds_outputs_alt_texts_descriptions_and_no_source_maps(built):
    page = (built.html / "01_first.html").read_text()
    assert "epochs 1" in page
    assert 'alt="One pixel, &quot;light&quot; &amp; square, stands for the figure of' in page
    assert '<meta content="What 01_first is about." name="description"' in page
    assert '"_static/mathjax/tex-chtml.js' in page
    assert (built.html / "_static/mathjax/output/chtml/fonts/woff-v2").is_dir()
    assert (built.html / "index.html").is_file()
    assert not list(built.html.rglob("*.map"))
    assert not (built.html / "reports").exists()
    times = json.loads((built.build / "times.json").read_text())
    assert list(times["seconds"]) == list(NAMES)
    assert all(seconds > 0 for seconds in times["seconds"].values())


@pytest.mark.slow
def test_two_builds_in_two_folders_are_byte_identical(built, tmp_path):
    other = write_book(tmp_path / "elsewhere")
    assert build(other, "--workers", "2") == 0
    ours, theirs = snapshot(built.html), snapshot(other.html)
    assert ours.keys() == theirs.keys()
    assert [name for name in ours if ours[name] != theirs[name]] == []


def test_nothing_runs_when_nothing_changed(built, monkeypatch, capsys):
    monkeypatch.setattr(execute, "_execute", never)
    monkeypatch.setattr(site.subprocess, "run", never)
    assert build(built) == 0
    assert "The site is up to date." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("change", "runs"),
    [
        (lambda root: write_chapter(root, "02_second", "print(2)"), {"02_second"}),
        (lambda root: (root / "book/quizzes/01_first.yml").write_text("q"), {"01_first"}),
        (lambda root: (root / "book/results/study.json").write_text("{}"), set(NAMES)),
        (lambda root: (root / "requirements.lock").write_text("numpy==2"), set(NAMES)),
        (lambda root: (root / "book/index.md").write_text("# Other\n"), set()),
        (lambda root: (root / "book/quizzes/09_other.yml").write_text("q"), set()),
    ],
    ids=["notebook", "own-quiz", "results", "lock", "page", "other-quiz"],
)
def test_what_makes_a_chapter_run_again(copy, change, runs):
    change(copy.root)
    changed = {
        chapter.name
        for chapter in execute.plan(copy, "quick")
        if execute.record(copy, "quick", chapter.name)["key"] != chapter.key
    }
    assert changed == runs


def test_a_changed_package_makes_every_chapter_run_again(copy):
    before = [chapter.key for chapter in execute.plan(copy, "quick")]
    (copy.root / "cnncourse" / "widgets").mkdir(parents=True)
    (copy.root / "cnncourse" / "widgets" / "conv.mjs").write_text("export {}")
    after = [chapter.key for chapter in execute.plan(copy, "quick")]
    assert not set(before) & set(after)


def test_a_failing_cell_is_shown_and_the_last_site_stays(copy, capsys):
    before = snapshot(copy.html)
    write_chapter(copy.root, "02_second", "x = 1", "def halve(n):\n    return n / 0\n\nhalve(3)")
    assert build(copy) == 1
    told = capsys.readouterr()
    assert "Chapter 02_second failed in cell 4:" in told.err
    assert "    halve(3)" in told.err
    assert "ZeroDivisionError" in told.err
    assert "return n / 0" in told.err
    assert "\x1b[" not in told.err
    assert "The last good site is still in _build/html." in told.err
    assert snapshot(copy.html) == before
    assert [path.name for path in copy.executed("quick", "x").parent.iterdir()].count(
        "02_second.ipynb"
    ) == 1


@pytest.mark.slow
def test_a_dead_kernel_and_a_hanging_cell_are_named_and_the_others_go_on(copy, capsys):
    write_chapter(copy.root, "01_first", "import os\nos._exit(3)")
    write_chapter(copy.root, "02_second", "import time\ntime.sleep(60)")
    assert build(copy, "--timeout", "2") == 1
    told = capsys.readouterr().err
    assert "Chapter 01_first failed in cell 3:" in told
    assert "    os._exit(3)" in told
    assert "DeadKernelError" in told
    assert "Chapter 02_second failed in cell 3:" in told
    assert "CellTimeoutError" in told
    assert "2 of 2 chapters failed" in told


def test_the_full_profile_injects_parameters_into_a_hidden_cell(copy):
    (copy.book / "full.yml").write_text("02_second: {epochs: 7}\n")
    chapters = execute.plan(copy, "full")
    assert execute.run(copy, "full", chapters, 1, None, print) == 0
    assert outputs(copy, "01_first", "full") == "epochs 1\n"
    assert outputs(copy, "02_second", "full") == "epochs 7\n"
    assert outputs(copy, "02_second", "quick") == "epochs 1\n"
    cells = nbformat.read(copy.executed("full", "02_second"), as_version=4).cells
    injected = [cell for cell in cells if cell.id == "injected-parameters"]
    assert len(injected) == 1
    assert "remove-cell" in injected[0].metadata.tags
    # The number of a failing cell is its number in the committed file all the same.
    write_chapter(copy.root, "02_second", "1 / 0")
    said: list[str] = []
    assert execute.run(copy, "full", execute.plan(copy, "full")[1:], 1, None, said.append) == 1
    assert "Chapter 02_second failed in cell 3:" in said[0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("02_second: {epoch: 7}", "sets epoch for 02_second, .* defines only: epochs, rate"),
        ("03_third: {}", "book/full.yml names no chapter: 03_third"),
    ],
)
def test_full_parameters_must_exist(copy, text, message):
    (copy.book / "full.yml").write_text(text)
    with pytest.raises(BuildError, match=message):
        execute.plan(copy, "full")


def test_only_runs_the_named_chapter_and_shows_the_rest_as_it_was(copy, capsys, monkeypatch):
    write_chapter(copy.root, "01_first", "print('new', epochs)")
    write_chapter(copy.root, "02_second", "print('new', epochs)")
    monkeypatch.setattr(site, "compile_site", lambda layout, described: True)
    assert build(copy, "--only", "02_second") == 0
    assert outputs(copy, "01_first") == "epochs 1\n"
    assert outputs(copy, "02_second") == "new 1\n"
    assert "Shown as last executed, or without outputs: 01_first" in capsys.readouterr().out


def test_an_unknown_name_lists_the_names(built, capsys):
    assert build(built, "--only", "1_convolution") == 1
    assert "no chapter 1_convolution; there are: 01_first, 02_second" in capsys.readouterr().err


def test_a_page_that_is_missing_is_named(copy, capsys):
    (copy.book / "index.md").unlink()
    assert build(copy) == 1
    assert "_toc.yml lists pages that book/ lacks" in capsys.readouterr().err


@pytest.mark.slow
def test_killed_in_the_middle_the_next_build_completes(copy):
    write_chapter(copy.root, "01_first", "print('done')")
    write_chapter(copy.root, "02_second", "import time\ntime.sleep(3)\nprint('slept')")
    before = snapshot(copy.html)
    command = [sys.executable, "-m", "tools.build_book", "--root", str(copy.root)]
    process = subprocess.Popen([*command, "--workers", "1"], cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        running = copy.executed("quick", ".02_second.running")
        deadline = time.monotonic() + 60
        while not running.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        assert running.exists()
        message = rf"another build .* \(process {process.pid}\)"
        with pytest.raises(BuildError, match=message), only_build(copy):
            never()
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert snapshot(copy.html) == before
    first = copy.executed("quick", "01_first").stat().st_mtime_ns
    assert build(copy) == 0
    assert copy.executed("quick", "01_first").stat().st_mtime_ns == first
    assert outputs(copy, "02_second") == "slept\n"
    assert "slept" in (copy.html / "02_second.html").read_text()
    assert not running.exists()


def test_killed_between_the_renames_the_last_site_comes_back(copy):
    before = snapshot(copy.html)
    os.rename(copy.html, copy.build / "html.old")
    site.recover(copy)
    assert snapshot(copy.html) == before


def test_a_half_written_executed_notebook_counts_as_none(copy):
    path = copy.executed("quick", "01_first")
    path.write_text(path.read_text()[:200])
    assert execute.record(copy, "quick", "01_first") is None


@pytest.mark.slow
def test_every_fault_of_a_page_is_told_and_the_last_site_stays(copy, capsys):
    before = snapshot(copy.html)
    page = "# A book\n\n{ref}`nowhere`\n\n![](_assets/lost.png)\n"
    (copy.book / "index.md").write_text(page)
    assert build(copy) == 1
    told = capsys.readouterr().err
    assert "book/index.md:3: WARNING: undefined label: 'nowhere'" in told
    assert "image file not readable: _assets/lost.png" in told
    assert snapshot(copy.html) == before


def test_a_figure_without_alt_text_stops_the_build(copy, capsys):
    before = snapshot(copy.html)
    write_chapter(copy.root, "02_second", figure(None))
    assert build(copy) == 1
    assert "02_second, cell 3: shows a figure without alt text" in capsys.readouterr().err
    assert snapshot(copy.html) == before


def test_noise_of_native_code_is_dropped_and_split_streams_are_joined():
    def stream(name: str, text: str) -> nbformat.NotebookNode:
        return nbformat.from_dict({"output_type": "stream", "name": name, "text": text})

    noise = (
        "2026-11-02 10:11:12.345678: I tensorflow/core/util/port.cc:153] oneDNN custom\n"
        "WARNING: All log messages before absl::InitializeLog() is called are written\n"
        "I0000 00:00:1730.5 12 cuda_executor.cc:1001] could not open\n"
        "\rdrawing:  40%|####      | 4/10 [00:01<00:01]\rdrawing: 100%|##########| 10/10\n"
    )
    joined = execute._joined(
        [
            stream("stdout", "one "),
            stream("stderr", noise),
            stream("stdout", "line\n"),
            stream("stderr", "UserWarning: beware\n" + noise),
        ]
    )
    assert [(output.name, output.text) for output in joined] == [
        ("stdout", "one line\n"),
        ("stderr", "UserWarning: beware\n"),
    ]
