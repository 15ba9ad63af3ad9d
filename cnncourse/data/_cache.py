"""Arrays kept on disk: written whole or not at all, keyed by content, rebuilt when damaged.

A cache may never decide a result or stop a run. A folder that cannot be written costs a warning;
a damaged file is drawn again; two processes that fill the same entry write the same bytes, and
the last rename wins.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
import warnings
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import platformdirs

FORMAT = 1
# What reading a damaged file may raise.
DAMAGE = (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile, zlib.error)

Arrays = Mapping[str, np.ndarray]


def cache_home() -> Path:
    """Return the cache folder: ``CNNCOURSE_CACHE_DIR``, else the user's cache folder."""
    place = os.environ.get("CNNCOURSE_CACHE_DIR")
    return Path(place) if place else Path(platformdirs.user_cache_dir("cnncourse"))


def source_version(folder: str | os.PathLike) -> str:
    """Return a digest of the Python sources under `folder`: what they draw changes with them."""
    digest = hashlib.sha256(f"{FORMAT} {np.__version__}".encode())
    for path in sorted(Path(folder).rglob("*.py")):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def cached(name: str, key: tuple, build: Callable[[], Arrays]) -> dict[str, np.ndarray]:
    """Return the arrays of the entry `name`/`key`, built and stored if they are not there.

    Parameters
    ----------
    name : str
        Readable start of the file's name.
    key : tuple
        All that the arrays depend on; its ``repr`` is hashed.
    build : callable
        Returns a mapping of names to arrays without Python objects in them.
    """
    digest = hashlib.sha256(repr((FORMAT, *key)).encode()).hexdigest()[:20]
    path = cache_home() / f"{name}-{digest}.npz"
    try:
        return read(path)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        pass
    except DAMAGE as error:
        warnings.warn(
            f"The cache file {path} is damaged ({error}); drawing it again.", stacklevel=3
        )
    arrays = dict(build())
    try:
        write(path, arrays)
    except OSError as error:
        warnings.warn(
            f"The cache folder {path.parent} cannot be written ({error}); going on without it.",
            stacklevel=3,
        )
    return arrays


def read(path: Path) -> dict[str, np.ndarray]:
    """Return the arrays of a file; damaged, it raises one of `DAMAGE`."""
    # Reading an array to its end makes zipfile compare the checksum of its bytes.
    with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
        return {name: stored[name] for name in stored.files}


def write(path: Path, arrays: Arrays) -> None:
    """Put the arrays into a file, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _sweep(path)
    handle, temporary = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(file, **arrays)  # type: ignore[arg-type]
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _sweep(path: Path) -> None:
    """Remove what killed fills of this entry left behind more than an hour ago."""
    now = time.time()
    for leftover in path.parent.glob(f".{path.stem}-*.part"):
        try:
            if now - leftover.stat().st_mtime > 3600:
                leftover.unlink()
        except OSError:
            continue
