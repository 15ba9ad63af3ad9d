"""Which detection finds which object: greedy, by falling score, at many thresholds at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cnncourse.metrics._types import Detections, GroundTruth

BITS = 64
NEARLY_ONE = 1 - 1e-10  # a threshold of 1 asks for the same box, but for rounding (as pycocotools)


@dataclass(frozen=True, eq=False)
class LineUp:
    """Objects and detections, sorted into groups: one class in one image each.

    Attributes
    ----------
    rows : ndarray of int
        Which detections are compared, as indices into the given ones: at most so many a group.
    group, label, rank, boxes, scores : ndarray
        Of these, sorted by group, then by falling score; `rank` counts within the group.
    objects : ndarray of int
        Indices of the given objects, sorted by group, in the given order inside.
    counts : ndarray of int, shape (groups,)
        Objects in each group.
    """

    rows: np.ndarray
    group: np.ndarray
    label: np.ndarray
    rank: np.ndarray
    boxes: np.ndarray
    scores: np.ndarray
    objects: np.ndarray
    counts: np.ndarray


def line_up(truth: GroundTruth, found: Detections, at_most: int | None) -> LineUp:
    """Sort both into groups and keep the best `at_most` detections of each."""
    images = len(truth.images)
    group = found.label * images + found.image
    order = np.argsort(-found.scores, kind="stable")
    order = order[np.argsort(group[order], kind="stable")]
    rank = rank_in_run(group[order])
    if at_most is not None:
        kept = rank < at_most
        order, rank = order[kept], rank[kept]
    object_group = truth.label * images + truth.image
    objects = np.argsort(object_group, kind="stable")
    return LineUp(
        rows=order,
        group=group[order],
        label=found.label[order],
        rank=rank,
        boxes=found.boxes[order],
        scores=found.scores[order],
        objects=objects,
        counts=np.bincount(object_group, minlength=images * len(truth.class_names)),
    )


def rank_in_run(keys: np.ndarray) -> np.ndarray:
    """Return the position of every element within its run of equal keys."""
    starts = np.flatnonzero(np.diff(keys, prepend=-1))  # keys aren't negative
    return np.arange(len(keys)) - np.repeat(starts, np.diff(starts, append=len(keys)))


def overlapping_pairs(
    truth: GroundTruth, line: LineUp, smallest: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return every detection and object of one group whose IoU is at least `smallest`.

    Returns
    -------
    detection, object, iou : ndarray of shape (P,)
        Positions within the line-up, sorted by detection. With a crowd it is not the union that
        the intersection is divided by, but the detection alone.
    """
    counts = line.counts[line.group]
    starts = (np.cumsum(line.counts) - line.counts)[line.group]
    detection = np.repeat(np.arange(len(counts)), counts)
    ends = np.cumsum(counts)
    target = np.arange(len(detection)) + np.repeat(starts - ends + counts, counts)
    x, y, width, height = np.ascontiguousarray(line.boxes.T)
    object_x, object_y, object_width, object_height = truth.boxes[line.objects].T

    # One axis after the other, on what is left: most pairs of a picture don't touch.
    shared = np.minimum((x + width)[detection], (object_x + object_width)[target])
    shared -= np.maximum(x[detection], object_x[target])
    touching = np.flatnonzero(shared > 0)
    detection, target, shared = detection[touching], target[touching], shared[touching]
    rows = np.minimum((y + height)[detection], (object_y + object_height)[target])
    rows -= np.maximum(y[detection], object_y[target])
    touching = np.flatnonzero(rows > 0)
    detection, target = detection[touching], target[touching]
    shared = shared[touching] * rows[touching]

    whole = (width * height)[detection]
    union = whole + (object_width * object_height)[target] - shared
    iou = shared / np.where(truth.crowd[line.objects][target], whole, union)
    enough = iou >= smallest
    return detection[enough], target[enough], iou[enough]


@dataclass(frozen=True, eq=False)
class Matches:
    """What became of every detection of a line-up, one bit for each column.

    A column is an area range and a threshold: bit ``range * thresholds + threshold``.

    Attributes
    ----------
    matched, ignored : ndarray of uint64
        Whether it found an object; whether that was one that doesn't have to be found.
    partner : ndarray of int
        Which object, in the first column; -1 for none.
    """

    matched: np.ndarray
    ignored: np.ndarray
    partner: np.ndarray


def match(
    line: LineUp,
    pairs: tuple[np.ndarray, np.ndarray, np.ndarray],
    thresholds: np.ndarray,
    regular: np.ndarray,
    reusable: np.ndarray,
    best_only: bool,
) -> Matches:
    """Give every detection, by falling score, the best object that is left.

    Objects that have to be found come first; one that doesn't have to is taken if none is left. Of
    equal overlaps the last object wins, as in pycocotools. All groups take their first pair in one
    step, then all take their second: within a step no two share a detection or an object.

    Parameters
    ----------
    line : LineUp
    pairs : tuple of ndarray
        From `overlapping_pairs`.
    thresholds : ndarray
        Rising.
    regular : ndarray of bool, shape (ranges, objects)
        Which objects have to be found, objects as in the line-up.
    reusable : ndarray of bool, shape (objects,)
        Which objects can be found any number of times.
    best_only : bool
        A detection may ask for no object but the one it overlaps most with (of equals the
        first), taken or not: the rule of Pascal VOC.
    """
    detection, target, iou = pairs
    width = len(thresholds)
    if best_only:
        order = np.lexsort((target, -iou, detection))
        order = order[rank_in_run(detection[order]) == 0]
    else:
        order = np.lexsort((-target, -iou, detection))
    detection, target, iou = detection[order], target[order], iou[order]

    # Bits of the thresholds that an overlap passes, the same in every range.
    passed = np.searchsorted(np.minimum(thresholds, NEARLY_ONE), iou, side="right")
    everywhere = sum(1 << shift for shift in range(0, len(regular) * width, width))
    asked = np.array([((1 << n) - 1) * everywhere for n in range(width + 1)], np.uint64)[passed]
    everything = np.uint64(((1 << width) - 1) * everywhere)
    wanted = range_bits(regular, width)[target]

    # Each pair twice: where its object has to be found and, after all those, where it doesn't.
    masks = np.concatenate([asked & wanted, asked & ~wanted])
    second = np.repeat([False, True], len(target))
    turn = np.flatnonzero(masks)
    turn = turn[np.argsort((2 * np.tile(detection, 2) + second)[turn], kind="stable")]
    step = rank_in_run(line.group[detection[turn % max(len(target), 1)]])
    by_step = np.argsort(step.astype(np.min_scalar_type(step.max(initial=0))), kind="stable")
    turn = turn[by_step]
    masks, second = masks[turn], second[turn]
    detection, target = np.tile(detection, 2)[turn], np.tile(target, 2)[turn]

    taken_again = np.where(reusable, everything, np.uint64(0))
    matched, ignored = (np.zeros(len(line.rows), np.uint64) for _ in range(2))
    free = np.full(len(reusable), everything)
    partner = np.full(len(line.rows), -1)
    ends = np.cumsum(np.bincount(step))
    for start, end in zip(ends - np.bincount(step), ends, strict=True):
        d, g = detection[start:end], target[start:end]
        new = masks[start:end] & ~matched[d] & free[g]
        matched[d] |= new
        free[g] &= ~new | taken_again[g]
        ignored[d] |= np.where(second[start:end], new, np.uint64(0))
        first = (new & np.uint64(1)).astype(bool)
        partner[d[first]] = g[first]
    return Matches(matched, ignored, partner)


def range_bits(flags: np.ndarray, width: int) -> np.ndarray:
    """Return for each column of `flags` the bits of all thresholds in the ranges that are True."""
    bits = np.zeros(flags.shape[1], np.uint64)
    for row, shift in zip(flags, range(0, len(flags) * width, width), strict=True):
        bits[row] |= np.uint64(((1 << width) - 1) << shift)
    return bits
