"""What all tests share: repeatable searches, a quiet TensorFlow, a backend without windows."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["MPLBACKEND"] = "agg"

# The same cases in every run, and no deadline: a busy machine is no defect.
settings.register_profile(
    "repeatable",
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("repeatable")

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def repository() -> Path:
    """Return the root of the project."""
    return ROOT


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Return the folder of real data sets; without one, the tests that read it are skipped."""
    folder = os.environ.get("CNNCOURSE_REAL_DATA", "")
    if not folder:
        pytest.skip("CNNCOURSE_REAL_DATA names no folder: NOTHING is tested on real data here")
    path = Path(folder).resolve()
    if not path.is_dir():
        pytest.fail(f"CNNCOURSE_REAL_DATA names no folder: {path}")
    return path
