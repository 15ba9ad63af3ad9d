"""The cache: whatever happens to it, the data are right and the run goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
import warnings

import numpy as np
import pytest

from cnncourse.data import _cache


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    monkeypatch.setenv("CNNCOURSE_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


def arrays(value=7):
    return {"pixels": np.full((3, 5), value, np.uint8), "names": np.array(["a", "bc"])}


def must_not_build():
    raise AssertionError("the entry was built although it is there")


def test_builds_once_then_reads(folder):
    first = _cache.cached("set", (1,), arrays)
    second = _cache.cached("set", (1,), must_not_build)
    for name, value in arrays().items():
        np.testing.assert_array_equal(first[name], value)
        np.testing.assert_array_equal(second[name], value)
    assert [path.suffix for path in folder.iterdir()] == [".npz"]


def test_the_key_decides(folder):
    _cache.cached("set", (1,), arrays)
    other = _cache.cached("set", (2,), lambda: arrays(9))
    assert other["pixels"][0, 0] == 9
    assert len(list(folder.iterdir())) == 2


@pytest.mark.parametrize("keep", [0.0, 0.3, 0.9, 0.999])
def test_a_truncated_file_is_built_again(folder, keep):
    _cache.cached("set", (1,), arrays)
    (path,) = folder.iterdir()
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * keep)])
    with pytest.warns(UserWarning, match=r"damaged .*drawing it again"):
        again = _cache.cached("set", (1,), arrays)
    np.testing.assert_array_equal(again["pixels"], arrays()["pixels"])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        _cache.cached("set", (1,), must_not_build)


def test_a_flipped_bit_is_noticed(folder):
    _cache.cached("set", (1,), arrays)
    (path,) = folder.iterdir()
    content = bytearray(path.read_bytes())
    place = content.index(bytes([7] * 15))
    content[place + 4] ^= 1
    path.write_bytes(content)
    with pytest.warns(UserWarning, match="damaged"):
        again = _cache.cached("set", (1,), arrays)
    assert (again["pixels"] == 7).all()


def test_a_pickle_in_the_cache_is_not_run(folder):
    _cache.cached("set", (1,), arrays)
    (path,) = folder.iterdir()
    np.savez(path, pixels=np.array([{"a": 1}], dtype=object))
    with pytest.warns(UserWarning, match="damaged"):
        again = _cache.cached("set", (1,), arrays)
    assert again["pixels"].dtype == np.uint8


def test_a_folder_that_cannot_be_written_costs_a_warning(monkeypatch, tmp_path):
    # Root may write into any folder, but nobody below a file.
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("CNNCOURSE_CACHE_DIR", str(tmp_path / "file" / "cache"))
    with pytest.warns(UserWarning, match="cannot be written .*going on without it"):
        result = _cache.cached("set", (1,), arrays)
    np.testing.assert_array_equal(result["pixels"], arrays()["pixels"])


READ_ONLY = """
import os, sys, warnings
import numpy as np
from cnncourse.data import _cache
if os.geteuid() == 0:
    os.setuid(65534)  # root may write anywhere: become nobody
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    result = _cache.cached("set", (1,), lambda: {"pixels": np.full((3, 5), 7, np.uint8)})
assert (result["pixels"] == 7).all()
print(caught[0].message)
"""


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
def test_a_read_only_folder_costs_a_warning(monkeypatch):
    # Not below tmp_path, which nobody but its owner may enter.
    with tempfile.TemporaryDirectory() as place:
        os.chmod(place, 0o555)
        monkeypatch.setenv("CNNCOURSE_CACHE_DIR", place)
        done = subprocess.run(
            [sys.executable, "-c", READ_ONLY], capture_output=True, text=True, timeout=60
        )
        assert "cannot be written" in done.stdout, done.stderr
        assert not os.listdir(place)


def test_a_failing_build_leaves_nothing(folder):
    def build():
        raise RuntimeError("interrupted")

    with pytest.raises(RuntimeError, match="interrupted"):
        _cache.cached("set", (1,), build)
    assert not folder.exists() or not list(folder.iterdir())


PROGRAM = """
import numpy as np, sys
from cnncourse.data import _cache
print("ready", flush=True)
sys.stdin.readline()
result = _cache.cached("set", (1,), lambda: {"pixels": np.full((400, 500), 7, np.uint8)})
assert (result["pixels"] == 7).all()
print("done", flush=True)
"""


def _start(program):
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline().strip() == "ready"
    return process


def test_two_processes_fill_the_same_entry(folder):
    processes = [_start(PROGRAM) for _ in range(2)]
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        output, _ = process.communicate(timeout=60)
        assert output.strip() == "done"
        assert process.returncode == 0
    assert [path.suffix for path in folder.iterdir()] == [".npz"]
    assert (_cache.cached("set", (1,), must_not_build)["pixels"] == 7).all()


KILLED = """
import os, sys, time
import numpy as np
from cnncourse.data import _cache
def hang(file, **arrays):
    file.write(b"half of it"); file.flush()
    print("ready", flush=True)
    time.sleep(60)
np.savez = hang
_cache.cached("set", (1,), lambda: {"pixels": np.full((3, 5), 7, np.uint8)})
"""


@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
def test_a_killed_fill_leaves_no_half_entry(folder):
    process = _start(KILLED)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    (leftover,) = folder.iterdir()
    assert leftover.suffix == ".part"
    assert (_cache.cached("set", (1,), arrays)["pixels"] == 7).all()
    # A day later the next fill of this entry sweeps it up.
    day_ago = time.time() - 86_400
    os.utime(leftover, (day_ago, day_ago))
    (entry,) = folder.glob("*.npz")
    entry.unlink()
    _cache.cached("set", (1,), arrays)
    assert not leftover.exists()


def test_the_version_follows_the_source(tmp_path):
    (tmp_path / "a.py").write_text("x = 1\n")
    before = _cache.source_version(tmp_path)
    assert before == _cache.source_version(tmp_path)
    (tmp_path / "a.py").write_text("x = 2\n")
    assert _cache.source_version(tmp_path) != before
