"""Measure the studies whose results the book quotes, and check the files that hold them.

    python -m tools.results                        # every study, into book/results/<study>.json
    python -m tools.results convolution_agreement  # only this one
    python -m tools.results --list
    python -m tools.results --check-random-arm     # one arm of every file again, compared

A study is a module of `tools/studies/`; `tools/studies/__init__.py` says what it holds. Finished
arms are kept in `_build/results/` as they come, so a killed run goes on where it was; the file in
the book is replaced at once when its last arm is done.

A study with ``NEEDS_REAL_DATA = True`` loads real sets in its `run`. Where they are neither on disk
nor to be had, its arms can't be run again: the check then holds its file to the study and says
NOT CHECKED. Nothing but unavailable data excuses an arm, and no other study is excused.

Arms that take minutes are listed in a study's ``LONG_ARMS``: the check runs one of the others.
"""

from __future__ import annotations

import argparse
import datetime
import hashlib
import json
import math
import os
import random
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from cnncourse import data
from cnncourse.results import limit_text, within
from tools import machine

ROOT = Path(__file__).parents[1]
Arm = dict[str, Any]


class ResultsError(Exception):
    """What is wrong with a study or with a results file, for the person at the terminal."""


class RealDataMissing(ResultsError):
    """An arm needs a real data set that is neither on disk nor to be had."""


@dataclass(frozen=True)
class Places:
    """Folders of the studies, of their results and of unfinished results."""

    studies: Path = ROOT / "tools" / "studies"
    results: Path = ROOT / "book" / "results"
    unfinished: Path = ROOT / "_build" / "results"
    package: Path = ROOT / "cnncourse"


@dataclass(frozen=True)
class Study:
    """A loaded study module."""

    name: str
    description: str
    data: str
    arms: list[Arm]
    run: Callable[[Arm], dict[str, float]]
    tolerance: Mapping[str, Mapping[str, float]]
    labels: Mapping[str, str]
    source: Path
    needs_real_data: bool
    long_arms: list[Arm]


def names(places: Places) -> list[str]:
    """Return the names of all studies."""
    return sorted(p.stem for p in places.studies.glob("*.py") if not p.stem.startswith("_"))


def load(name: str, places: Places) -> Study:
    """Import the study `name` and check that it is whole."""
    path = places.studies / f"{name}.py"
    if not path.is_file():
        raise ResultsError(f"no study {name!r}; there are: {', '.join(names(places)) or 'none'}")
    # Compiled here, as Python's own cache takes two versions saved within one second for one.
    module = ModuleType(f"study_{name}")
    module.__file__ = str(path)
    sys.modules[module.__name__] = module  # dataclasses in a study look themselves up there
    exec(compile(path.read_text(encoding="utf-8"), path, "exec"), module.__dict__)
    needed = ("NAME", "DESCRIPTION", "DATA", "ARMS", "TOLERANCE", "run")
    missing = [key for key in needed if not hasattr(module, key)]
    if missing:
        raise ResultsError(f"study {name!r} lacks {', '.join(missing)}")
    if name != module.NAME:
        raise ResultsError(f"study {name!r} calls itself {module.NAME!r}")
    # What JSON would turn into something else could not be recognised in the file later.
    if not module.ARMS or json.loads(json.dumps(module.ARMS)) != module.ARMS:
        raise ResultsError(f"study {name!r}: ARMS must be a filled list of plain JSON objects")
    if any(module.ARMS.count(arm) > 1 for arm in module.ARMS):
        raise ResultsError(f"study {name!r}: two arms are the same")
    for value, limit in module.TOLERANCE.items():
        if set(limit) not in ({"absolute"}, {"relative"}):
            raise ResultsError(f"study {name!r}: {value} needs an absolute or a relative tolerance")
    needs_real_data = getattr(module, "NEEDS_REAL_DATA", False)
    if not isinstance(needs_real_data, bool):
        raise ResultsError(f"study {name!r}: NEEDS_REAL_DATA must be True or False")
    long_arms = getattr(module, "LONG_ARMS", [])
    short = [arm for arm in module.ARMS if arm not in long_arms]
    if len(short) + len(long_arms) != len(module.ARMS) or not short:
        raise ResultsError(f"study {name!r}: LONG_ARMS must be some of ARMS, and not all of them")
    return Study(
        name,
        module.DESCRIPTION,
        module.DATA,
        module.ARMS,
        module.run,
        module.TOLERANCE,
        getattr(module, "LABELS", {}),
        path,
        needs_real_data,
        long_arms,
    )


def run_arm(study: Study, arm: Arm) -> dict[str, float]:
    """Run one arm and return its values; they must be those that have a tolerance."""
    try:
        found = study.run(json.loads(json.dumps(arm)))
    except data.DataUnavailableError as error:
        if study.needs_real_data:
            raise RealDataMissing(f"{study.name}: arm {describe(arm)}: {error}") from error
        raise ResultsError(
            f"{study.name}: arm {describe(arm)} asks for real data, but the study doesn't say "
            f"NEEDS_REAL_DATA = True.\n{error}"
        ) from error
    values = {key: float(value) for key, value in found.items()}
    if set(values) != set(study.tolerance):
        raise ResultsError(
            f"{study.name}: arm {describe(arm)} gave {', '.join(sorted(values))}; "
            f"TOLERANCE names {', '.join(sorted(study.tolerance))}"
        )
    bad = [key for key, value in values.items() if not math.isfinite(value)]
    if bad:
        raise ResultsError(f"{study.name}: arm {describe(arm)} gave no number for {', '.join(bad)}")
    return values


def describe(arm: Arm) -> str:
    """Return an arm on one line."""
    return ", ".join(f"{key}={value}" for key, value in arm.items())


# --- measuring -----------------------------------------------------------------------------------


def regenerate(name: str, places: Places, fresh: bool = False) -> Path:
    """Run the arms of a study that aren't done yet, then replace its file."""
    study = load(name, places)
    unfinished = places.unfinished / f"{name}.json"
    key = _fingerprint(study, places)
    done = [] if fresh else _finished_arms(unfinished, key)
    if done:
        print(f"{name}: going on after {len(done)} of {len(study.arms)} arms")
    for number, arm in enumerate(study.arms[len(done) :], len(done) + 1):
        start = time.perf_counter()
        values = run_arm(study, arm)
        seconds = time.perf_counter() - start
        done.append({"arm": arm, "values": values, "seconds": round(seconds, 3)})
        _write(unfinished, {"key": key, "arms": done})
        print(f"{name} {number}/{len(study.arms)}: {describe(arm)} ({seconds:.1f} s)", flush=True)
    target = places.results / f"{name}.json"
    _write(
        target,
        {
            **_texts(study),
            "date": datetime.date.today().isoformat(),
            "hardware": machine.hardware(),
            "versions": machine.versions(),
            "arms": done,
        },
    )
    unfinished.unlink()
    return target


def rewrite_texts(name: str, places: Places) -> Path:
    """Bring what a file says about its numbers in line with the study; the numbers stay."""
    path = places.results / f"{name}.json"
    content, study = _read(path), load(name, places)
    if [row["arm"] for row in content["arms"]] != study.arms:
        raise ResultsError(f"{name}: the file holds other arms than the study; {_again(name)}")
    _write(path, content | _texts(study))
    return path


def _texts(study: Study) -> dict[str, Any]:
    return {
        "study": study.name,
        "description": study.description,
        "data": study.data,
        "labels": dict(study.labels),
        "tolerance": {value: dict(limit) for value, limit in study.tolerance.items()},
    }


def _again(name: str) -> str:
    return f"run `make results ARGS={name}`"


def _read(path: Path) -> dict[str, Any]:
    """Return a results file whose arms are rows of arm and values."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        for row in content["arms"]:
            dict(row["arm"]), dict(row["values"])
    except FileNotFoundError:
        raise ResultsError(f"{path.stem}: no results file; {_again(path.stem)}") from None
    except (ValueError, KeyError, TypeError) as error:
        reason = f"{type(error).__name__}: {error}"
        raise ResultsError(
            f"{path.stem}: {path.name} can't be read ({reason}); {_again(path.stem)}"
        ) from error
    return content


def _fingerprint(study: Study, places: Places) -> str:
    """Return a hash of what the arms rest on; arms of another one are not carried over."""
    digest = hashlib.sha256(json.dumps([machine.hardware(), machine.versions()]).encode())
    for path in [study.source, *sorted(places.package.rglob("*.py"))]:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _finished_arms(path: Path, key: str) -> list[dict[str, Any]]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return list(content["arms"]) if content["key"] == key else []
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return []


def _write(path: Path, content: Mapping[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)
    beside.write_text(text + "\n", encoding="utf-8")
    os.replace(beside, path)


# --- checking ------------------------------------------------------------------------------------


def check(name: str, places: Places, chance: random.Random) -> list[str]:
    """Run one random arm of a results file again and return what doesn't hold of the file.

    Raises
    ------
    RealDataMissing
        If the file fits its study, but the arm needs real data that can't be had here.
    """
    try:
        study = load(name, places)
        content = _read(places.results / f"{name}.json")
        rows = content["arms"]
        if [row["arm"] for row in rows] != study.arms:
            return [f"{name}: the file holds other arms than the study; {_again(name)}"]
        stale = [key for key, value in _texts(study).items() if content.get(key) != value]
        if stale:
            return [
                f"{name}: the file's {', '.join(stale)} is not the study's; "
                f"run `make results ARGS='--texts {name}'`"
            ]
        row = chance.choice([row for row in rows if row["arm"] not in study.long_arms])
        arm, expected = row["arm"], row["values"]
        start = time.perf_counter()
        values = run_arm(study, arm)
    except RealDataMissing:
        raise
    except ResultsError as error:
        return [str(error)]
    print(f"{name}: ran {describe(arm)} again in {time.perf_counter() - start:.1f} s")
    if set(expected) != set(values):
        return [f"{name}: arm {describe(arm)} holds other values than the study; {_again(name)}"]
    return [
        f"{name}: {value} of arm {describe(arm)}: the file says {expected[value]!r}, "
        f"now it is {values[value]!r}, allowed difference {limit_text(study.tolerance[value])}"
        for value in values
        if not within(expected[value], values[value], study.tolerance[value])
    ]


# --- command line --------------------------------------------------------------------------------


def main(arguments: list[str] | None = None, places: Places | None = None) -> int:
    """Run the command line and return its exit status."""
    places = places or Places()
    options = _parser().parse_args(arguments)
    try:
        if options.list:
            return _list(places)
        if options.check_random_arm:
            return _check_random_arms(options, places)
        for name in options.studies or names(places):
            if options.texts:
                path = rewrite_texts(name, places)
            else:
                path = regenerate(name, places, options.fresh)
            print(f"{name}: written to {path}")
    except ResultsError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _list(places: Places) -> int:
    for name in names(places):
        study = load(name, places)
        path = places.results / f"{name}.json"
        measured = json.loads(path.read_text())["date"] if path.is_file() else "never measured"
        real = ", needs real data" if study.needs_real_data else ""
        slow = f" ({len(study.long_arms)} long)" if study.long_arms else ""
        print(f"{name}  {len(study.arms)} arms{slow}, {measured}{real}\n    {study.description}")
    return 0


def _check_random_arms(options: argparse.Namespace, places: Places) -> int:
    seed = random.SystemRandom().randrange(10**6) if options.seed is None else options.seed
    chance = random.Random(seed)
    # A file without a study is checked, too: the book would quote what nobody can measure again.
    files = [path.stem for path in places.results.glob("*.json")]
    chosen = options.studies or sorted({*names(places), *files})
    if options.one and chosen:
        chosen = [chance.choice(chosen)]
    print(f"Checking one arm each of {', '.join(chosen) or 'no study'} (--seed {seed}).")
    problems, unchecked = [], []
    for name in chosen:
        try:
            problems += check(name, places, chance)
        except RealDataMissing as error:
            unchecked.append(f"{name}: NOT CHECKED: needs real data.\n{error}")
    for words in unchecked + problems:
        print(words, file=sys.stderr)
    return 1 if problems else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.results", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("studies", nargs="*", metavar="study", help="these only; default: all")
    parser.add_argument("--list", action="store_true", help="name the studies and stop")
    parser.add_argument("--fresh", action="store_true", help="don't go on where a run was killed")
    parser.add_argument("--texts", action="store_true", help="rewrite the words, keep the numbers")
    parser.add_argument(
        "--check-random-arm",
        action="store_true",
        help="run one random arm of each file again; exit 1 if it is outside the tolerance",
    )
    parser.add_argument("--one", action="store_true", help="check one random study only")
    parser.add_argument("--seed", type=int, help="of the random choice; printed when not given")
    return parser


if __name__ == "__main__":
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    sys.exit(main())
