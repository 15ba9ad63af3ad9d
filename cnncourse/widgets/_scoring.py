"""Matches, curves and averages for still pictures and goals: what ``scoring.mjs`` calculates.

The room ``metrics`` has the real thing, which figures don't import; the tests hold both to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

NEARLY_ONE = 1 - 1e-10
LEVELS = {"voc07": [at / 10 for at in range(11)], "coco": [at * 0.01 for at in range(101)]}
METHODS = ("voc07", "voc10", "coco")

Row = list[Any]


@dataclass(frozen=True)
class Entry:
    """A detection and what it is: "true", "duplicate" or "false"."""

    picture: int
    score: float
    box: Row
    kind: str
    object: int  # a row of the objects; -1 for a false one


@dataclass(frozen=True)
class Curve:
    """One class over all pictures, its detections by falling score."""

    objects: list[int]
    entries: list[Entry]
    recall: list[float]
    precision: list[float]

    def average(self, method: str) -> float | None:
        """Return the average precision; None if there is no object."""
        if not self.objects:
            return None
        best = envelope(self.precision)
        if method == "voc10":
            before = [0.0, *self.recall]
            return sum((r - b) * p for r, b, p in zip(self.recall, before, best, strict=False))
        reached = [
            next((p for r, p in zip(self.recall, best, strict=True) if r >= level), 0.0)
            for level in LEVELS[method]
        ]
        return sum(reached) / len(reached)

    def shown(self, least: float) -> dict[str, Any]:
        """Return what is left where scores below `least` are not shown."""
        kept = [entry for entry in self.entries if entry.score >= least]
        found = {entry.object for entry in kept if entry.kind == "true"}
        return {
            "kept": kept,
            "missed": [row for row in self.objects if row not in found],
            "right": len(found),
            "wrong": len(kept) - len(found),
            "duplicates": sum(entry.kind == "duplicate" for entry in kept),
            "precision": self.precision[len(kept) - 1] if kept else None,
            "recall": len(found) / len(self.objects) if self.objects else None,
        }


def envelope(precision: list[float]) -> list[float]:
    """Return at each place the highest precision there or later."""
    best = list(precision)
    for at in range(len(best) - 2, -1, -1):
        best[at] = max(best[at], best[at + 1])
    return best


def iou(detection: Row, target: Row) -> float:
    """Return the overlap of two boxes, left, top, width and height each."""
    (x, y, width, height), (left, top, across, along) = detection, target
    right = min(x + width, left + across) - max(x, left)
    down = min(y + height, top + along) - max(y, top)
    if right <= 0 or down <= 0:
        return 0.0
    return right * down / (width * height + across * along - right * down)


def curve(
    objects: list[Row], detections: list[Row], label: int, threshold: float, rule: str
) -> Curve:
    """Match the detections of one class and return its curve."""
    mine = [row for row, target in enumerate(objects) if target[1] == label]
    order = sorted((each for each in detections if each[1] == label), key=lambda each: -each[2])
    enough, free, entries = min(threshold, NEARLY_ONE), set(mine), []
    for picture, _, score, *box in order:
        overlaps = {row: iou(box, objects[row][2:]) for row in mine if objects[row][0] == picture}
        near = [row for row in overlaps if overlaps[row] >= enough]
        near.sort(key=lambda row: (-overlaps[row], row if rule == "voc" else -row))
        left = [row for row in (near[:1] if rule == "voc" else near) if row in free]
        free -= set(left[:1])
        kind = "true" if left else "duplicate" if near else "false"
        entries.append(Entry(picture, score, box, kind, (left or near or [-1])[0]))
    recall, precision, hits = [], [], 0
    for rank, entry in enumerate(entries, 1):
        hits += entry.kind == "true"
        recall.append(hits / len(mine) if mine else 0.0)
        precision.append(hits / rank)
    return Curve(mine, entries, recall, precision)


def mean(values: list[float | None]) -> float | None:
    """Return the mean of what is measured; None if nothing is."""
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
