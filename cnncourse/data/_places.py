"""Where real data may lie, and whether the network can be reached at all."""

from __future__ import annotations

import os
import socket
import threading
from pathlib import Path
from urllib.parse import urlsplit

REACH_SECONDS = 3.0


def keras_home() -> Path:
    """Return the folder of Keras' own downloads: ``KERAS_HOME``, else ``~/.keras``."""
    return Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras")


def tfds_home() -> Path:
    """Return the folder of TensorFlow Datasets: ``TFDS_DATA_DIR`` or its default."""
    return Path(os.environ.get("TFDS_DATA_DIR") or Path.home() / "tensorflow_datasets")


def folders_home() -> Path | None:
    """Return ``CNNCOURSE_DATA_DIR``, the parent of plain data folders, or None where unset."""
    place = os.environ.get("CNNCOURSE_DATA_DIR")
    return Path(place) if place else None


def unreachable(origin: str) -> str | None:
    """Return why the server of the address `origin` can't be reached, None if it can.

    The answer comes within ``REACH_SECONDS``.

    Resolving a name can block for minutes where a firewall swallows packets, and no time-out
    applies to it: hence the thread, left behind when it does not answer.
    """
    address = urlsplit(origin)
    host = address.hostname or ""
    port = address.port or (80 if address.scheme == "http" else 443)
    answer: list[str | None] = []

    def connect() -> None:
        try:
            with socket.create_connection((host, port), timeout=REACH_SECONDS):
                answer.append(None)
        except OSError as error:
            answer.append(str(error) or type(error).__name__)

    thread = threading.Thread(target=connect, daemon=True)
    thread.start()
    thread.join(REACH_SECONDS)
    return answer[0] if answer else f"no answer within {REACH_SECONDS:g} s"
