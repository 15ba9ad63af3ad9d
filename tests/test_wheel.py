"""An install from the wheel, with the core dependencies alone, far from the source tree."""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import zipfile
from importlib import metadata
from pathlib import Path

import pytest

# What the wheel is made from; copying only this keeps the test off build outputs.
SOURCES = ("cnncourse", "book/quizzes", "book/results", "pyproject.toml", "README.md", "LICENSE")

STUDIES = Path(__file__).parents[1] / "book" / "results"

TRY_IT = """
import json, sys
from cnncourse import quiz, results
from cnncourse.quiz import bank

shown = quiz.show("01_convolution")
print(json.dumps({
    "package": quiz.__file__,
    "banks": str(bank.folder()),
    "names": quiz.names(),
    "studies": [results.load(name).name for name in results.names()],
    "html": shown.html,
    "heavy": sorted({"tensorflow", "keras", "matplotlib"} & set(sys.modules)),
}))
"""


def canonical(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def requirement_names(requirements, extras=()):
    """Return the names of those `requirements` that apply here without (other) extras."""
    from packaging.requirements import Requirement

    for text in requirements:
        requirement = Requirement(text)
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in (*extras, "")):
            yield requirement.name, requirement.extras


def closure(requirements):
    """Return the installed distributions that `requirements` need, directly or not."""
    found = {}
    waiting = list(requirement_names(requirements))
    while waiting:
        name, extras = waiting.pop()
        if canonical(name) in found:
            continue
        distribution = metadata.distribution(name)
        found[canonical(name)] = distribution
        waiting += requirement_names(distribution.requires or (), extras)
    return found


def expose(distribution, site_packages):
    """Link the top-level files and folders of `distribution` into `site_packages`."""
    tops = {
        file.parts[0] for file in distribution.files if file.parts[0] not in ("..", "__pycache__")
    }
    for top in tops:
        link = site_packages / top
        if not link.exists():
            link.symlink_to(distribution.locate_file(top).resolve())


@pytest.fixture(scope="module")
def wheel(repository, tmp_path_factory):
    copy = tmp_path_factory.mktemp("source")
    for name in SOURCES:
        source = repository / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, copy / name)
    # `hatchling` itself, so that nothing is fetched to build with.
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", "dist"],
        cwd=copy,
        check=True,
        capture_output=True,
    )
    (built,) = (copy / "dist").glob("*.whl")
    return built


@pytest.mark.slow
def test_the_wheel_carries_banks_styles_scripts_and_schema(wheel, repository):
    packed = set(zipfile.ZipFile(wheel).namelist())
    for bank in (repository / "book" / "quizzes").glob("*.yml"):
        assert f"cnncourse/_quizzes/{bank.name}" in packed
    for name in ("quiz.css", "quiz.js", "schema.json"):
        assert f"cnncourse/quiz/{name}" in packed
    assert not [name for name in packed if name.startswith(("tests/", "book/"))]


@pytest.mark.slow
def test_the_wheel_carries_the_pretrained_weights_and_what_is_known_of_them(wheel):
    with zipfile.ZipFile(wheel) as archive:
        weights = archive.read("cnncourse/transfer/backbone.npz")
        card = json.loads(archive.read("cnncourse/transfer/backbone.json"))
    assert hashlib.sha256(weights).hexdigest() == card["sha256"]
    assert len(weights) == card["bytes"] <= 1_500_000


@pytest.mark.slow
def test_a_quiz_is_shown_from_an_install_with_the_core_dependencies_alone(wheel, tmp_path):
    environment = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    (site_packages,) = environment.glob("lib/python*/site-packages")
    zipfile.ZipFile(wheel).extractall(site_packages)
    (installed,) = metadata.distributions(name="cnncourse", path=[str(site_packages)])
    core = [text for text in installed.requires if "extra ==" not in text]
    needed = closure(core)
    assert not {"tensorflow", "keras"} & set(needed), "an extra leaked into the core list"
    for distribution in needed.values():
        expose(distribution, site_packages)

    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    # -I keeps the caller's folder and PYTHONPATH out of the search for modules.
    run = subprocess.run(
        [environment / "bin" / "python", "-I", "-c", TRY_IT],
        cwd=elsewhere,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    seen = json.loads(run.stdout)
    assert seen["package"] == str(site_packages / "cnncourse" / "quiz" / "__init__.py")
    assert seen["banks"] == str(site_packages / "cnncourse" / "_quizzes")
    assert "01_convolution" in seen["names"]
    assert seen["studies"] == sorted(path.stem for path in STUDIES.glob("*.json"))
    assert seen["heavy"] == []

    from cnncourse import quiz

    assert seen["html"] == quiz.show("01_convolution").html
