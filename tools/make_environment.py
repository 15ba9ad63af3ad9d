"""Make `.venv` hold exactly what requirements.lock pins, starting from a bare Python.

Runs on the standard library alone, because it runs before anything is installed. The stamp
`.venv/.ready` is taken away first and written last: a run that is killed half-way leaves no
stamp, and the next run starts the environment afresh.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements.lock"
HASHED = ("--require-hashes", "-r")


def main() -> int:
    """Make or update the environment and return the exit status."""
    if sys.version_info < (3, 11):  # noqa: UP036 - whatever `make PYTHON=…` names comes here
        print(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}", file=sys.stderr)
        return 1
    home = ROOT / ".venv"
    stamp = home / ".ready"
    python = home / "bin" / "python"
    whole = stamp.is_file() and python.is_file()
    stamp.unlink(missing_ok=True)
    if not whole:
        print("Making .venv ...", flush=True)
        venv.create(home, clear=True, with_pip=True, prompt="cnncourse")
    pip = (str(python), "-m", "pip", "--disable-pip-version-check", "--quiet")
    try:
        if not _install_with_uv(python, pip):
            print("uv can't do it here; installing with pip, which takes minutes ...", flush=True)
            _run(*pip, "install", *HASHED, str(LOCK))
        # Build tools come from the lock, so this needs no network.
        _run(*pip, "install", "--no-deps", "--no-build-isolation", "-e", str(ROOT))
    except subprocess.CalledProcessError as error:
        print(f"\nInstalling failed: {' '.join(map(str, error.cmd))}", file=sys.stderr)
        return 1
    stamp.touch()
    print(".venv is ready.", flush=True)
    return 0


def _install_with_uv(python: Path, pip: tuple[str, ...]) -> bool:
    """Install the lock with the uv that it pins; return whether that worked."""
    pin = python.parents[1] / "uv.lock-lines"
    pin.write_text(pinned("uv", LOCK.read_text(encoding="utf-8")), encoding="utf-8")
    print("Installing what requirements.lock pins ...", flush=True)
    try:
        _run(*pip, "install", *HASHED, str(pin))
        _run(str(python), "-m", "uv", "pip", "install", "--python", str(python), *HASHED, str(LOCK))
    except subprocess.CalledProcessError:
        return False
    return True


def pinned(name: str, lock: str) -> str:
    """Return the lines that pin package `name`, with their hashes."""
    found = re.search(rf"^{re.escape(name)}==.*(?:\n[ \t]+--hash=.*)*", lock, re.MULTILINE)
    if found is None:
        raise SystemExit(f"requirements.lock pins no {name}")
    return found.group() + "\n"


def _run(*command: str) -> None:
    # An active environment must not decide where uv and pip install.
    environment = {key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"}
    subprocess.run(command, check=True, cwd=ROOT, env=environment)


if __name__ == "__main__":
    sys.exit(main())
