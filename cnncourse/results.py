"""Measured results that the chapters quote: what was measured, mean and spread over seeds.

A study is a JSON file, ``book/results/<name>.json``, which ``make results`` writes. In an
installed wheel the same files lie inside the package as ``cnncourse/_results``.
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cnncourse import _checks

_PACKAGE = Path(__file__).parent


def folder() -> Path:
    """Return the folder that holds the files: the wheel's own, else the source checkout's."""
    installed = _PACKAGE / "_results"
    return installed if installed.is_dir() else _PACKAGE.parent / "book" / "results"


def names() -> list[str]:
    """Return the names of all studies, in alphabetical order."""
    return sorted(path.stem for path in folder().glob("*.json"))


def load(name: str) -> Study:
    """Return a study as its file holds it.

    Parameters
    ----------
    name : str
        One of `names`.

    Returns
    -------
    Study
        Its arms and what they are worth.

    Raises
    ------
    ValueError
        If there is no such study; the message lists those there are.

    Examples
    --------
    >>> study = load("pooling_order")
    >>> study.settings("head")
    ['flatten', 'global average']
    >>> len(study.values("accuracy", head="flatten", arrangement="in turns"))  # one a seed
    5
    """
    known = _checks.choice("name", name, names())
    content = json.loads((folder() / f"{known}.json").read_text(encoding="utf-8"))
    return Study(
        **{key: content[key] for key in ("description", "data", "date", "hardware", "versions")},
        name=known,
        labels=content["labels"],
        tolerance=content["tolerance"],
        arms=content["arms"],
    )


@dataclass(frozen=True)
class Study:
    """What one study measured.

    Attributes
    ----------
    name, description, data, date : str
        What was done, with which data and seeds, and on which day (ISO 8601).
    hardware, versions : mapping
        Of the machine and of the libraries that measured.
    labels : mapping
        Words for names of settings and values.
    tolerance : mapping
        How far off another machine may be: ``{value: {"absolute" or "relative": limit}}``.
    arms : list of dict
        Rows of ``{"arm": settings, "values": numbers, "seconds": wall time}``.
    """

    name: str
    description: str
    data: str
    date: str
    hardware: Mapping[str, Any]
    versions: Mapping[str, str]
    labels: Mapping[str, str]
    tolerance: Mapping[str, Mapping[str, float]]
    arms: list[dict[str, Any]]

    def settings(self, name: str) -> list[Any]:
        """Return what a setting was set to, each once, in the order of the file.

        Raises
        ------
        ValueError
            If no arm has that setting.
        """
        _checks.choice("name", name, {key: None for row in self.arms for key in row["arm"]})
        found = [row["arm"][name] for row in self.arms if name in row["arm"]]
        return [value for place, value in enumerate(found) if value not in found[:place]]

    def values(self, value: str, **settings: Any) -> list[float]:
        """Return a value of every arm with these settings, in the order of the file.

        Parameters
        ----------
        value : str
            Name of what was measured.
        **settings
            What the arms must have in common; with all settings but the seed, one number a seed.

        Returns
        -------
        list of float
            Never empty.

        Raises
        ------
        ValueError
            If nothing of that name was measured, or no arm has these settings.
        """
        _checks.choice("value", value, self.tolerance)
        found = [
            row["values"][value]
            for row in self.arms
            if all(key in row["arm"] and row["arm"][key] == settings[key] for key in settings)
        ]
        if not found:
            arms = "; ".join(str(row["arm"]) for row in self.arms[:3])
            _checks.fail("settings", f"those of an arm of {self.name!r}, such as {arms}", settings)
        return found

    def mean(self, value: str, **settings: Any) -> float:
        """Return the mean of `values`."""
        return statistics.mean(self.values(value, **settings))

    def spread(self, value: str, **settings: Any) -> float:
        """Return the sample standard deviation of `values` (n - 1); 0 if there is only one."""
        found = self.values(value, **settings)
        return statistics.stdev(found) if len(found) > 1 else 0.0

    def text(self, value: str, digits: int = 3, **settings: Any) -> str:
        """Return ``mean ± sd`` of `values`, or the value if there is only one.

        Examples
        --------
        >>> study = load("convolution_agreement")
        >>> study.text(list(study.tolerance)[0], digits=1).count("±")
        1
        """
        digits = _checks.integer("digits", digits, 0)
        mean = f"{self.mean(value, **settings):,.{digits}f}"
        if len(self.values(value, **settings)) == 1:
            return mean
        return f"{mean} ± {self.spread(value, **settings):,.{digits}f}"

    def compare(self, measured: Mapping[str, float], **arm: Any) -> str:
        """Hold numbers measured just now to those of one arm in the file.

        Parameters
        ----------
        measured : mapping of str to float
            What was measured again; one value or more.
        **arm
            All settings of the arm, its seed among them.

        Returns
        -------
        str
            A sentence for the page, the same wherever the numbers agree.

        Raises
        ------
        AssertionError
            If a number is further off than the study allows.
        ValueError
            If there is not exactly one such arm, or nothing was measured.
        """
        if not measured:
            _checks.fail("measured", "at least one value", measured)
        for value, number in measured.items():
            found = self.values(value, **arm)
            if len(found) != 1:
                _checks.fail("arm", "all settings of one arm", arm)
            if not within(found[0], number, self.tolerance[value]):
                raise AssertionError(
                    f"{value} is {number:.6g} here and {found[0]:.6g} in {self.name}.json; "
                    f"allowed: {limit_text(self.tolerance[value])}"
                )
        return "As in the file, within " + ", ".join(
            f"{limit_text(self.tolerance[value])} ({self.labels.get(value, value)})"
            for value in measured
        )


def within(expected: Any, number: float, limit: Mapping[str, float]) -> bool:
    """Return whether `number` is as near to `expected` as `limit` allows.

    Parameters
    ----------
    expected : float
        The number in the file; anything but a number is never met.
    number : float
        Measured again. NaN is never near.
    limit : mapping
        ``{"absolute": a}`` or ``{"relative": r}``, the latter of the file's number.
    """
    if isinstance(expected, bool) or not isinstance(expected, (int, float)):
        return False
    allowed = limit["absolute"] if "absolute" in limit else limit["relative"] * abs(expected)
    return abs(number - expected) <= allowed


def limit_text(limit: Mapping[str, float]) -> str:
    """Return a tolerance in words."""
    if "absolute" in limit:
        return f"{limit['absolute']:g}"
    return f"{limit['relative']:g} of the file's value"
