"""The environment: which uv makes it, what a killed set-up leaves behind, what the lock holds."""

from __future__ import annotations

import re
import subprocess
import tomllib
from itertools import chain
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools import make_environment

ROOT = Path(__file__).resolve().parents[1]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Return a project without packages, whose commands are written down instead of run."""
    (tmp_path / "requirements.lock").write_text(LOCK)
    monkeypatch.setattr(make_environment, "ROOT", tmp_path)
    monkeypatch.setattr(make_environment, "LOCK", tmp_path / "requirements.lock")
    made: list[dict] = []

    def create(home: Path, **options) -> None:
        made.append(options)
        (home / "bin").mkdir(parents=True, exist_ok=True)
        (home / "bin" / "python").touch()

    monkeypatch.setattr(make_environment.venv, "create", create)
    return tmp_path, made


def commands(monkeypatch, fails=lambda command: False) -> list[str]:
    """Replace running by writing down; return the list that fills."""
    ran: list[str] = []

    def run(*command: str) -> None:
        text = " ".join(command)
        ran.append(text)
        assert not make_environment.ROOT.joinpath(".venv", ".ready").exists()
        if fails(text):
            raise subprocess.CalledProcessError(1, command)

    monkeypatch.setattr(make_environment, "_run", run)
    return ran


def test_uv_is_pinned_with_hashes_and_nothing_else():
    lines = make_environment.pinned("uv", LOCK).splitlines()
    assert re.match(r"uv==\d+\.\d+\.\d+ ", lines[0])
    assert len(lines) > 2
    assert all(re.match(r"    --hash=sha256:[0-9a-f]{64}", line) for line in lines[1:])
    with pytest.raises(SystemExit, match="pins no uvx"):
        make_environment.pinned("uvx", LOCK)


def test_the_stamp_comes_last_and_a_second_run_starts_from_it(project, monkeypatch):
    root, made = project
    ran = commands(monkeypatch)
    assert make_environment.main() == 0
    assert (root / ".venv" / ".ready").is_file()
    assert made == [{"clear": True, "with_pip": True, "prompt": "cnncourse"}]
    assert [bool(re.search(r"--require-hashes -r", command)) for command in ran] == [
        True,
        True,
        False,
    ]
    assert "uv pip install" in ran[1]
    assert ran[2].endswith(f"install --no-deps --no-build-isolation -e {root}")
    assert make_environment.main() == 0
    assert len(made) == 1


def test_without_uv_pip_installs_the_same_lock(project, monkeypatch):
    root, _ = project
    ran = commands(monkeypatch, fails=lambda command: " uv pip " in command)
    assert make_environment.main() == 0
    assert " -m pip " in ran[2]
    assert ran[2].endswith(f"install --require-hashes -r {root}/requirements.lock")


@pytest.mark.parametrize("killer", [subprocess.CalledProcessError(1, "x"), KeyboardInterrupt()])
def test_after_a_broken_set_up_the_next_starts_afresh(project, monkeypatch, killer):
    root, made = project
    commands(monkeypatch)
    assert make_environment.main() == 0

    def stop(*command: str) -> None:
        raise killer

    monkeypatch.setattr(make_environment, "_run", stop)
    if isinstance(killer, KeyboardInterrupt):
        with pytest.raises(KeyboardInterrupt):
            make_environment.main()
    else:
        assert make_environment.main() == 1
    assert not (root / ".venv" / ".ready").exists()
    commands(monkeypatch)
    assert make_environment.main() == 0
    assert len(made) == 2


def test_the_lock_names_no_host_and_pins_every_dependency_with_a_hash():
    assert "://" not in LOCK
    pins = re.findall(r"^([A-Za-z0-9._-]+)==\S+(.*)\n((?:    --hash=.*\n?)*)", LOCK, re.MULTILINE)
    assert all(hashes for _, _, hashes in pins)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    names = {canonicalize_name(Requirement(text).name) for text in wanted} - {"cnncourse"}
    assert names - {name for name, _, _ in pins} == set()


def test_conda_reads_the_same_lock():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    python, pip, packages = environment["dependencies"]
    assert (python, pip) == ("python=3.11", "pip")
    assert packages == {"pip": ["--requirement requirements.lock"]}
