"""Exercise on shortcuts: which classes a network knows by something beside the object."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from cnncourse.check.exercise import Draw, Exercise, Wrong


def shortcut_classes(shares: Any, areas: Any, labels: Any) -> np.ndarray:
    """Return the classes whose heat lies inside the boxes less than by chance, in order."""
    return _picked(lambda own, chance: sum(own) < sum(chance))(shares, areas, labels)


def _pictures(draw: Draw) -> dict[str, Any]:
    """Return lists, because what is drawn is whole per cents and classes."""
    most = 2 + draw.size
    count = draw.integer(1, most)
    rows = [
        (10 * draw.integer(0, 10), 10 * draw.integer(1, 9), draw.integer(0, 2)) for _ in range(most)
    ][:count]
    shares, areas, labels = (list(column) for column in zip(*rows, strict=True))
    return {"shares": shares, "areas": areas, "labels": labels}


def _picked(
    test: Callable[[list[int], list[int]], bool],
) -> Callable[..., np.ndarray]:
    """Return a version that judges each class by its own shares and areas."""

    def version(shares: Any, areas: Any, labels: Any) -> np.ndarray:
        found = []
        for label in sorted(set(labels)):
            rows = [row for row, own in enumerate(labels) if own == label]
            if test([shares[row] for row in rows], [areas[row] for row in rows]):
                found.append(label)
        return np.array(found, int)

    return version


def _most(shares: list[int], areas: list[int]) -> bool:
    below = sum(share < area for share, area in zip(shares, areas, strict=True))
    return 2 * below > len(shares)


def _overall(shares: Any, areas: Any, labels: Any) -> np.ndarray:
    mean = sum(areas) / len(areas)
    return _picked(lambda own, _: sum(own) / len(own) < mean)(shares, areas, labels)


def _rows(shares: Any, areas: Any, labels: Any) -> np.ndarray:
    return np.flatnonzero(np.less(shares, areas))


def _ratios(shares: list[int], areas: list[int]) -> bool:
    return sum(s / a for s, a in zip(shares, areas, strict=True)) < len(shares)


SHORTCUT_CLASSES = Exercise(
    name="shortcut_classes",
    task=(
        "Return the suspicious classes as an array, in rising order. For each picture, `shares` "
        "says what percentage of its heat map lies inside the true box, `areas` what percentage "
        "of the picture the box takes, and `labels` the class. A class is suspicious if the "
        "mean of its shares is less than the mean of its areas: a map that is equal everywhere "
        "would do better."
    ),
    objective="see-shortcut",
    reference=shortcut_classes,
    inputs=lambda draw: _pictures(draw),
    rounds=((2, 100), (4, 120), (8, 120)),
    wrong=(
        Wrong(
            "less than half taken for suspicious",
            _picked(lambda shares, areas: sum(shares) / len(shares) < 50),
            (
                "Is a share of 40 % bad if the box takes 10 % of the picture?",
                "Compare with `areas`, which is what chance gives.",
            ),
        ),
        Wrong(
            "chance counts as suspicious",
            _picked(lambda shares, areas: sum(shares) <= sum(areas)),
            ("Which side do equals fall on?", "Less than chance: use <, not <=."),
        ),
        Wrong(
            "more than chance taken for suspicious",
            _picked(lambda shares, areas: sum(shares) > sum(areas)),
            (
                "Where does the heat lie if the network looks at the object?",
                "Inside; a share *below* the area is the alarm.",
            ),
        ),
        Wrong(
            "one mean area for all classes",
            _overall,
            (
                "Do all classes have equally large boxes?",
                "Take the mean of the areas of this class alone.",
            ),
        ),
        Wrong(
            "most pictures decide",
            _picked(_most),
            (
                "May one picture weigh more than two others?",
                "Compare the mean of the shares with the mean of the areas.",
            ),
        ),
        Wrong(
            "ratios averaged",
            _picked(_ratios),
            (
                "Is the mean of quotients the quotient of means?",
                "Average shares and areas separately, and compare the two.",
            ),
        ),
        Wrong(
            "pictures instead of classes",
            _rows,
            (
                "What does the list hold: rows or labels?",
                "Group by label first; each class appears at most once.",
            ),
        ),
        Wrong(
            "all classes or none",
            lambda shares, areas, labels: sorted(set(labels)) if sum(shares) < sum(areas) else [],
            (
                "May one class be suspicious and another not?",
                "Judge each class by its own pictures.",
            ),
        ),
    ),
    hints=(
        "For each label: the mean of its shares and the mean of its areas.",
        "np.array([c for c in sorted(set(labels)) if its mean share < its mean area], int).",
    ),
)
