"""Write the address of the repository in every place that names it.

    python -m tools.set_repository https://github.com/OWNER/NAME

`_config.yml` holds the address; this finds it and all its copies (package metadata, set-up cells
of the chapters, Colab links, the address of the published pages) and writes the new one.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import yaml

from tools.book.layout import write_atomically

ROOT = Path(__file__).resolve().parents[1]
FORM = re.compile(r"https://github\.com/([A-Za-z0-9][A-Za-z0-9-]*)/([A-Za-z0-9._-]+?)(?:\.git)?/?")
TEXTS = {
    *(".cff", ".css", ".html", ".ipynb", ".js", ".json", ".md", ".mjs", ".py", ".svg"),
    *(".toml", ".txt", ".yaml", ".yml"),
}
# Folders that hold nothing of ours; names with a leading dot are skipped too, save .github.
FOREIGN = {"_build", "build", "dist", "node_modules", "__pycache__"}


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit status."""
    given = sys.argv[1:] if arguments is None else arguments
    if len(given) != 1 or not FORM.fullmatch(given[0]):
        print(
            "Which repository? Expected one address such as https://github.com/OWNER/NAME; "
            f"received {' '.join(given) or 'none'!r}.",
            file=sys.stderr,
        )
        return 1
    changed = rewrite(ROOT, given[0])
    for path in changed:
        print(f"  {path.relative_to(ROOT)}")
    print(f"{current(ROOT)} now stands in every place ({len(changed)} files changed).")
    return 0


def current(root: Path) -> str:
    """Return the address that `_config.yml` under `root` holds."""
    config = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    return str(config["repository"]["url"])


def texts(root: Path) -> Iterator[Path]:
    """Yield the project's own text files below `root`, sorted."""
    for path in sorted(root.iterdir()):
        hidden = path.name.startswith(".") and path.name != ".github"
        if path.is_symlink() or hidden or path.name in FOREIGN:
            continue
        if path.is_dir():
            yield from texts(path)
        elif path.suffix in TEXTS:
            yield path


def rewrite(root: Path, url: str) -> list[Path]:
    """Replace the present address by `url` in all text files; return the files that changed."""
    before, after = _parts(current(root)), _parts(url)
    boundary = r"(?![\w-])"
    changes = [
        (
            re.compile(
                r"(?P<host>github\.com/|colab\.research\.google\.com/github/)"
                + re.escape("/".join(before))
                + boundary
            ),
            rf"\g<host>{'/'.join(after)}",
        ),
        (
            re.compile(re.escape(f"{before[0].lower()}.github.io/{before[1]}") + boundary),
            f"{after[0].lower()}.github.io/{after[1]}",
        ),
    ]
    # _config.yml comes last: killed before that, the next run still finds every old place.
    files = sorted(texts(root), key=lambda path: path == root / "_config.yml")
    changed = []
    for path in files:
        old = path.read_bytes().decode("utf-8")
        new = old
        for pattern, replacement in changes:
            new = pattern.sub(replacement, new)
        if new != old:
            write_atomically(path, new)
            changed.append(path)
    return changed


def _parts(url: str) -> tuple[str, str]:
    found = FORM.fullmatch(url)
    if found is None:
        raise ValueError(f"expected an address such as https://github.com/OWNER/NAME: {url!r}")
    return found.group(1), found.group(2)


if __name__ == "__main__":
    sys.exit(main())
