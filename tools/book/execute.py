"""Run chapters with papermill and keep the executed notebooks, each under a hash of its inputs."""

from __future__ import annotations

import json
import os
import queue
import re
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from tools.book.layout import (
    BuildError,
    Layout,
    files_below,
    fingerprint,
    read_notebook,
    tags,
    write_atomically,
)

KERNEL = "cnncourse-build"
RECORD = "cnncourse_build"
ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")

# Lines that TensorFlow's native code and progress bars write to stderr. They say nothing about
# the chapter; whatever else comes there does, and the gate stops at it.
NOISE = re.compile(
    r"^\s*$"
    r"|^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+: [IWE] "
    r"|^[IWEF]\d{4} \d\d:\d\d:\d\d"
    r"|^WARNING: All log messages before absl::InitializeLog"
    r"|^To enable the following instructions:"
    r"|\d+%\|.*\|"
)


@dataclass(frozen=True)
class Chapter:
    """One chapter of a build: what it runs with and how long its last run took."""

    name: str
    parameters: dict[str, Any]
    key: str


def plan(layout: Layout, profile: str) -> list[Chapter]:
    """Return the chapters of the book with the hash of everything that their outputs rest on."""
    return [
        Chapter(name, parameters, _inputs_hash(layout, name, parameters))
        for name, parameters in layout.parameters(profile).items()
    ]


def _inputs_hash(layout: Layout, name: str, parameters: dict[str, Any]) -> str:
    text = layout.source(name).read_text(encoding="utf-8")
    quizzes = [
        path
        for path in files_below(layout.book / "quizzes")
        if path.stem == name or path.stem in text
    ]
    package = files_below(layout.root / "cnncourse")
    results = files_below(layout.book / "results")
    lock = [path for path in [layout.root / "requirements.lock"] if path.is_file()]
    return fingerprint(
        layout.root,
        [layout.source(name), *quizzes, *package, *results, *lock],
        json.dumps(parameters, sort_keys=True),
        sys.version,
        Path(__file__).read_text(encoding="utf-8"),
    )


def record(layout: Layout, profile: str, name: str) -> dict[str, Any] | None:
    """Return key and seconds of the last finished run of a chapter, None if there is none."""
    path = layout.executed(profile, name)
    if not path.is_file():
        return None
    try:
        return json.loads(path.read_text(encoding="utf-8"))["metadata"][RECORD]
    except (ValueError, KeyError):
        return None


def run(
    layout: Layout,
    profile: str,
    chapters: list[Chapter],
    workers: int,
    timeout: int | None,
    say: Callable[[str], None],
) -> int:
    """Execute `chapters`, `workers` at a time, and return how many failed.

    Every failure is reported through `say` when it happens; the other chapters go on, so that
    one run shows all that is wrong.
    """
    if not chapters:
        return 0
    # Slow to import, and a build with nothing to run needs neither it nor papermill.
    from jupyter_core.utils import ensure_event_loop

    _install_kernel(layout)
    rows: queue.SimpleQueue[int] = queue.SimpleQueue()
    for row in range(workers):
        rows.put(row)

    def task(chapter: Chapter) -> float:
        row = rows.get()
        try:
            return _execute(layout, profile, chapter, timeout, row)
        finally:
            ensure_event_loop().close()
            rows.put(row)

    failures = 0
    pool = ThreadPoolExecutor(workers)
    try:
        futures = {pool.submit(task, chapter): chapter.name for chapter in chapters}
        for future in as_completed(futures):
            try:
                seconds = future.result()
            except BuildError as error:
                failures += 1
                say(str(error))
            else:
                say(f"  {futures[future]}: executed in {seconds:.1f} s")
    except KeyboardInterrupt:
        # Kernels end when this process does; joining the threads would wait for their cells.
        say("Interrupted; what was finished is kept.")
        os._exit(130)
    pool.shutdown()
    return failures


def _install_kernel(layout: Layout) -> None:
    """Describe a kernel that is this very interpreter, whatever kernels the machine has."""
    home = layout.build / "jupyter"
    specification = {
        "argv": [
            *(sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"),
            # It warns about unencrypted sockets, which never leave this machine.
            "--IPKernelApp.log_level=CRITICAL",
        ],
        "display_name": "Python 3",
        "language": "python",
        "env": {
            "IPYTHONDIR": str(home / "ipython"),
            "KERAS_BACKEND": "tensorflow",
            "MPLBACKEND": "module://matplotlib_inline.backend_inline",
            "PYTHONHASHSEED": "0",
            "TF_CPP_MIN_LOG_LEVEL": "3",
        },
    }
    write_atomically(home / "kernels" / KERNEL / "kernel.json", json.dumps(specification))
    before = os.environ.get("JUPYTER_PATH")
    if str(home) not in (before or "").split(os.pathsep):
        os.environ["JUPYTER_PATH"] = os.pathsep.join([str(home), *([before] if before else [])])


def _execute(
    layout: Layout, profile: str, chapter: Chapter, timeout: int | None, row: int
) -> float:
    import papermill

    target = layout.executed(profile, chapter.name)
    target.parent.mkdir(parents=True, exist_ok=True)
    running = target.with_name(f".{chapter.name}.running.ipynb")
    start = time.perf_counter()
    try:
        notebook = papermill.execute_notebook(
            layout.source(chapter.name),
            running,
            parameters=chapter.parameters,
            kernel_name=KERNEL,
            execution_timeout=timeout,
            # Not papermill's own `cwd`, which moves the whole process and with it other threads.
            resources={"metadata": {"path": str(layout.book)}},
            progress_bar={
                "desc": chapter.name,
                "position": row,
                "leave": False,
                "disable": None,
            },
        )
    except papermill.exceptions.PapermillExecutionError as error:
        shift = _injected_before(running, error.cell_index)
        raise BuildError(
            _failure(
                chapter.name,
                error.cell_index + 1 - shift,
                error.source,
                "\n".join(error.traceback) or f"{error.ename}: {error.evalue}",
            )
        ) from error
    except Exception as error:
        number, source = _running_cell(running)
        detail = f"{type(error).__name__}: {error}"
        raise BuildError(_failure(chapter.name, number, source, detail)) from error
    finally:
        running.unlink(missing_ok=True)
    seconds = time.perf_counter() - start
    _clean(notebook, read_notebook(layout.source(chapter.name)))
    notebook.metadata[RECORD] = {"key": chapter.key, "seconds": round(seconds, 2)}
    write_atomically(target, nbformat.writes(notebook) + "\n")
    return seconds


def _injected_before(path: Path, index: int) -> int:
    """Return 1 if papermill's own cell stands before cell `index` of the notebook it saved."""
    cells = [
        cell for cell in read_notebook(path).cells if "papermill-error-cell-tag" not in tags(cell)
    ]
    return int(any("injected-parameters" in tags(cell) for cell in cells[:index]))


def _running_cell(path: Path) -> tuple[int | None, str]:
    """Return number and source of the cell that ran when the kernel died or time was up."""
    if path.is_file():
        cells = read_notebook(path).cells
        for index, cell in reversed(list(enumerate(cells))):
            # papermill calls cells that never started "completed"; only their start tells.
            if cell.metadata.get("papermill", {}).get("start_time"):
                return index + 1 - _injected_before(path, index), cell.source
    return None, ""


def _failure(name: str, number: int | None, source: str, detail: str) -> str:
    lines = [f"\nChapter {name} failed" + (f" in cell {number}:" if number else ":"), ""]
    lines += [f"    {line}" for line in source.splitlines()]
    return "\n".join([*lines, "", ANSI.sub("", detail).rstrip(), ""])


def _clean(notebook: Any, source: Any) -> None:
    """Take out of an executed notebook all that differs between two equal runs."""
    notebook.metadata.pop("papermill", None)
    if "kernelspec" in source.metadata:
        notebook.metadata["kernelspec"] = source.metadata["kernelspec"]
    for cell in notebook.cells:
        for key in ("papermill", "execution"):
            cell.metadata.pop(key, None)
        if not tags(cell):
            cell.metadata.pop("tags", None)
        if "injected-parameters" in tags(cell):
            cell["id"] = "injected-parameters"
            cell.metadata["tags"] = ["injected-parameters", "remove-cell"]
        if cell.cell_type == "code":
            cell["outputs"] = _joined(cell.outputs)


def _joined(outputs: list[Any]) -> list[Any]:
    """Join streams that timing alone split, and drop the noise of native code from stderr."""
    result: list[Any] = []
    for output in outputs:
        if output.output_type == "stream":
            if output.name == "stderr":
                lines = re.split(r"[\r\n]+", output.text)
                output["text"] = "".join(f"{line}\n" for line in lines if not NOISE.search(line))
                if not output.text:
                    continue
            previous = result[-1] if result else None
            if (
                previous is not None
                and previous.output_type == "stream"
                and previous.name == output.name
            ):
                previous["text"] += output.text
                continue
        result.append(output)
    return result
