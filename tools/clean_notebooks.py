"""Take outputs, counts and editors' notes out of chapters before they are committed.

    python -m tools.clean_notebooks book/01_convolution.ipynb …

Outputs of cells tagged ``nbval-check-output`` stay, because the tests compare them, except what
was written to standard error: log lines differ from run to run. The count of such a cell is
always 1, for nbval compares no cell that has none. The exit status is 1 when a
file was changed, so that a commit hook stops and shows it.
"""

from __future__ import annotations

import copy
import sys
from pathlib import Path
from typing import Any

import nbformat
from nbstripout import strip_output

from tools.book.layout import read_notebook, tags, write_atomically

CHECKED = "nbval-check-output"
RUN = 1
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
# What the course itself writes; editors add the rest.
NOTEBOOK_KEYS = {"kernelspec", "cnncourse", "myst", "mystnb"}
CELL_KEYS = {"tags", "objective", "cnncourse", "mystnb"}


def main(arguments: list[str] | None = None) -> int:
    """Clean the named files and return 1 if any was changed, else 0."""
    changed = 0
    for name in sys.argv[1:] if arguments is None else arguments:
        path = Path(name)
        text = cleaned_text(read_notebook(path))
        if text != path.read_text(encoding="utf-8"):
            write_atomically(path, text)
            print(f"cleaned {path}")
            changed = 1
    return changed


def cleaned_text(notebook: Any) -> str:
    """Return the file content of a notebook as it should be committed."""
    return nbformat.writes(clean(notebook)) + "\n"


def clean(notebook: Any) -> Any:
    """Return a copy of `notebook` without anything that running or editing it leaves behind."""
    result = copy.deepcopy(notebook)
    kept = {
        cell.id: [output for output in cell.outputs if output.get("name") != "stderr"]
        for cell in result.cells
        if cell.cell_type == "code" and CHECKED in tags(cell)
    }
    strip_output(result, keep_output=False, keep_count=False, keep_id=True)
    for cell in result.cells:
        if kept.get(cell.get("id")):
            cell["outputs"] = kept[cell.id]
            for counted in (cell, *cell.outputs):
                if "execution_count" in counted:
                    counted["execution_count"] = RUN
        for key in set(cell.metadata) - CELL_KEYS:
            del cell.metadata[key]
    for key in set(result.metadata) - NOTEBOOK_KEYS:
        del result.metadata[key]
    result.metadata["kernelspec"] = nbformat.from_dict(KERNEL)
    # Its version would follow whoever saved last; the name lets editors colour the code.
    result.metadata["language_info"] = nbformat.from_dict({"name": "python"})
    return result


if __name__ == "__main__":
    sys.exit(main())
