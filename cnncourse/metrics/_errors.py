"""What kind of mistake each detection is, and which objects were missed."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from cnncourse import _checks
from cnncourse.metrics import _matching
from cnncourse.metrics._evaluate import check_kinds
from cnncourse.metrics._types import Detections, GroundTruth

KINDS = ("correct", "duplicate", "classification", "localization", "background", "ignored")


@dataclass(frozen=True, eq=False)
class Errors:
    """Every detection by kind, and the objects that none of them stands for.

    Attributes
    ----------
    kinds : ndarray of str, shape (detections,)
        One of ``"correct"``, ``"duplicate"``, ``"classification"``, ``"localization"``,
        ``"background"`` and ``"ignored"`` for each detection, in the given order.
    partner : ndarray of int, shape (detections,)
        The object that the kind is about, -1 for background.
    missed : ndarray of bool, shape (objects,)
        Objects that have to be found and that no detection stands for, not even with a wrong
        class or a bad box.
    counts : dict
        How many there are of each kind, and of ``"missed"``.
    """

    kinds: np.ndarray
    partner: np.ndarray
    missed: np.ndarray

    @property
    def counts(self) -> dict[str, int]:
        """How many there are of each kind, and how many objects were missed."""
        counts = {kind: int((self.kinds == kind).sum()) for kind in KINDS}
        return {**counts, "missed": int(self.missed.sum())}

    def report(self) -> str:
        """Return the counts, one line a kind, with each kind's share of those that are shown."""
        total = max(int((self.kinds != "").sum()), 1)
        lines = [
            f"{kind:<15}{count:6d}" + ("" if kind == "missed" else f"  {count / total:6.1%}")
            for kind, count in self.counts.items()
        ]
        return "\n".join(lines)

    __str__ = report


def error_types(
    ground_truth: GroundTruth,
    detections: Detections,
    iou_threshold: float = 0.5,
    background_threshold: float = 0.1,
    min_score: float = -np.inf,
) -> Errors:
    """Sort detections by what is wrong with them.

    The first of these that fits is a detection's kind. Overlaps are with objects in its image.

    - **correct**: it is matched, as COCO matches.
    - **ignored**: it is matched to a crowd or a difficult object, or lies enough inside a crowd.
    - **duplicate**: it overlaps enough with an object of its class that a better one has taken.
    - **classification**: it overlaps enough with an object of another class.
    - **localization**: it overlaps, but not enough, with an object of its class.
    - **background**: none of these. (A wrong class *and* a bad box count here.)

    Parameters
    ----------
    ground_truth : GroundTruth
    detections : Detections
    iou_threshold : float
        What is enough: above 0 and at most 1.
    background_threshold : float
        From which IoU on a box is near an object, above 0 and at most `iou_threshold`.
    min_score : float
        Detections below it are left out: those that are shipped are judged, not the long tail.
        Their kind is ``""``.

    Returns
    -------
    Errors

    Raises
    ------
    ValueError
        If an argument is out of its range, or detections don't fit the ground truth.

    References
    ----------
    D. Bolya et al., "TIDE: A General Toolbox for Identifying Object Detection Errors", ECCV 2020,
    section 2.2. https://doi.org/10.1007/978-3-030-58580-8_33

    Examples
    --------
    >>> truth = GroundTruth.from_lists([[[0, 0, 10, 10], [20, 0, 30, 10]]], [[0, 1]], ["a", "b"])
    >>> found = Detections.from_lists(
    ...     [[[0, 0, 10, 9], [0, 0, 9, 10], [20, 0, 30, 9]]], [[0, 0, 0]], [[0.9, 0.8, 0.7]]
    ... )
    >>> error_types(truth, found).kinds.tolist()
    ['correct', 'duplicate', 'classification']
    """
    check_kinds(ground_truth, detections)
    enough = _checks.number("iou_threshold", iou_threshold, maximum=1)
    near = _checks.number("background_threshold", background_threshold, maximum=enough)
    if near <= 0:
        _checks.fail("background_threshold", "a number above 0", background_threshold)
    if np.isnan(min_score):
        _checks.fail("min_score", "a number", min_score)

    kinds = np.full(len(detections), "", dtype="<U14")
    partner = np.full(len(detections), -1)
    shown = np.flatnonzero(detections.scores >= min_score)
    kept = Detections(
        *(getattr(detections, name)[shown] for name in ("image", "label", "boxes", "scores"))
    )
    exempt = ground_truth.crowd | ground_truth.difficult

    line = _matching.line_up(ground_truth, kept, None)
    pairs = _matching.overlapping_pairs(ground_truth, line, min(enough, 1 - 1e-10))
    matches = _matching.match(
        line,
        pairs,
        np.array([enough]),
        ~exempt[None, line.objects],
        ground_truth.crowd[line.objects],
        best_only=False,
    )
    hit = matches.partner >= 0
    mine = shown[line.rows[hit]]
    partner[mine] = line.objects[matches.partner[hit]]
    kinds[mine] = np.where(exempt[partner[mine]], "ignored", "correct")

    for kind, fitting in _near(ground_truth, kept, exempt, enough, near).items():
        rows, objects = fitting
        open_rows = kinds[shown[rows]] == ""
        kinds[shown[rows[open_rows]]] = kind
        partner[shown[rows[open_rows]]] = objects[open_rows]
    kinds[shown[kinds[shown] == ""]] = "background"
    touched = np.zeros(len(ground_truth), bool)
    touched[partner[partner >= 0]] = True
    return Errors(kinds, partner, ~touched & ~exempt)


def _near(
    truth: GroundTruth, found: Detections, exempt: np.ndarray, enough: float, near: float
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Return for each kind the detections that it fits, and the object each overlaps most with."""
    nothing = np.zeros(len(truth), int)
    together = replace(truth, class_names=("any",), class_ids=(), label=nothing)
    line = _matching.line_up(together, replace(found, label=np.zeros(len(found), int)), None)
    place, target, iou = _matching.overlapping_pairs(together, line, near)
    row, target = line.rows[place], line.objects[target]
    order = np.lexsort((target, -iou, row))
    order = order[~exempt[target[order]]]
    row, target, iou = row[order], target[order], iou[order]
    same = truth.label[target] == found.label[row]
    fitting = {}
    for kind, fits in (
        ("duplicate", same & (iou >= enough)),
        ("classification", ~same & (iou >= enough)),
        ("localization", same),
    ):
        rows, first = np.unique(row[fits], return_index=True)
        fitting[kind] = rows, target[fits][first]
    return fitting
