"""One address of the repository, in every place, and a rewrite that loses nothing."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from pathlib import Path

import pytest
import yaml

from tools import set_repository

ROOT = Path(__file__).resolve().parents[1]
URL = set_repository.current(ROOT)
SLUG = URL.removeprefix("https://github.com/")
NAME = SLUG.split("/")[1]
OTHER = "https://github.com/Another-Owner/conv.course"
# In two parts, so that the rewrite back finds it nowhere in this file.
THIRD = "https://github.com/" + "Third-Owner/net.course"


@pytest.fixture
def copy(tmp_path) -> Path:
    """Return a copy of the project's text files."""
    for path in set_repository.texts(ROOT):
        target = tmp_path / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    return tmp_path


def contents(root: Path) -> dict[Path, bytes]:
    return {path.relative_to(root): path.read_bytes() for path in set_repository.texts(root)}


def test_package_metadata_and_citation_name_the_repository():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["urls"]["Repository"] == URL
    assert project["urls"]["Issues"] == f"{URL}/issues"
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert citation["repository-code"] == URL


def test_every_set_up_cell_installs_from_the_repository():
    chapters = sorted((ROOT / "book").glob("[0-9][0-9]_*.ipynb"))
    assert chapters
    for path in chapters:
        cells = json.loads(path.read_text())["cells"]
        (setup,) = [cell for cell in cells if "setup" in cell["metadata"].get("tags", [])]
        found = re.findall(r"cnncourse @ git\+(https://[^\s\"']+)", "".join(setup["source"]))
        assert found == [URL], path.name


def test_no_place_names_another_repository_of_this_name():
    owner = re.compile(
        r"(?:github\.com|google\.com/github)/([\w-]+)/" + re.escape(NAME) + r"(?![\w-])"
    )
    pages = re.compile(r"([\w-]+)\.github\.io/" + re.escape(NAME) + r"(?![\w-])")
    for path in set_repository.texts(ROOT):
        text = path.read_text(encoding="utf-8")
        for found in owner.findall(text):
            assert f"{found}/{NAME}" == SLUG, path
        for found in pages.findall(text):
            assert found == SLUG.split("/")[0].lower(), path


def test_the_rewrite_reaches_every_place_and_back(copy):
    before = contents(copy)
    places = [copy / path for path, text in before.items() if f"/{SLUG}".encode() in text]
    assert set(places) >= {
        copy / name for name in ("_config.yml", "pyproject.toml", "CITATION.cff", "README.md")
    }
    assert set(set_repository.rewrite(copy, THIRD)) >= set(places)
    assert set_repository.current(copy) == THIRD
    assert [path for path, text in contents(copy).items() if SLUG.encode() in text] == []
    for path in copy.rglob("*.ipynb"):
        json.loads(path.read_text())
    set_repository.rewrite(copy, URL)
    assert contents(copy) == before


def test_only_whole_addresses_are_rewritten(tmp_path):
    (tmp_path / "_config.yml").write_text("repository:\n  url: https://github.com/me/book\n")
    page = tmp_path / "page.md"
    page.write_text(
        "https://github.com/me/book.git https://github.com/me/book/issues\n"
        "https://colab.research.google.com/github/me/book/blob/main/a.ipynb\n"
        "https://me.github.io/book/ https://github.com/me/bookshelf me/book\n"
    )
    set_repository.rewrite(tmp_path, OTHER)
    assert page.read_text() == (
        "https://github.com/Another-Owner/conv.course.git "
        "https://github.com/Another-Owner/conv.course/issues\n"
        "https://colab.research.google.com/github/Another-Owner/conv.course/blob/main/a.ipynb\n"
        "https://another-owner.github.io/conv.course/ https://github.com/me/bookshelf me/book\n"
    )


@pytest.mark.parametrize(
    "url", ["", "http://github.com/a/b", "https://github.com/a", "git@github.com:a/b", f"{URL}/x y"]
)
def test_an_address_of_another_form_is_refused(url, capsys, monkeypatch):
    monkeypatch.setattr(set_repository, "ROOT", Path("/nonexistent"))
    assert set_repository.main([url]) == 1
    assert "Expected one address such as https://github.com/OWNER/NAME" in capsys.readouterr().err


def test_a_trailing_slash_and_git_suffix_are_dropped(tmp_path):
    (tmp_path / "_config.yml").write_text("repository:\n  url: https://github.com/me/book\n")
    set_repository.rewrite(tmp_path, f"{OTHER}.git/")
    assert set_repository.current(tmp_path) == OTHER
