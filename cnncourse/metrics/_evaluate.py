"""Score a detector on a data set: mean average precision and what belongs to it."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from cnncourse import _checks
from cnncourse.metrics import _coco_files, _matching
from cnncourse.metrics._average_precision import HUNDREDTHS, METHODS, average_precision, hits_needed
from cnncourse.metrics._evaluation import Evaluation
from cnncourse.metrics._types import Detections, GroundTruth

COCO_THRESHOLDS = np.linspace(0.5, 0.95, 10)
# Smallest and largest area in square pixels; both belong to the range.
COCO_AREAS = {
    "all": (0.0, 1e10),
    "small": (0.0, 32.0**2),
    "medium": (32.0**2, 96.0**2),
    "large": (96.0**2, 1e10),
}


def evaluate_detections(
    ground_truth: GroundTruth | str | Path,
    detections: Detections | str | Path,
    method: str = "coco",
    iou_thresholds: ArrayLike | None = None,
    max_detections: tuple[int, ...] | None = None,
    area_ranges: dict[str, tuple[float, float]] | None = None,
) -> Evaluation:
    """Score detections against what is there.

    Parameters
    ----------
    ground_truth : GroundTruth or path
        A path is read with `read_coco`.
    detections : Detections or path
        A path is read with `read_coco_results`: a file in COCO's results format needs nothing else.
    method : {"coco", "voc07", "voc10"}
        How a curve is averaged, see `average_precision`, *and* how detections are matched. In
        COCO's way a detection takes the best object of its class that is left. In Pascal VOC's it
        asks for the one it overlaps with most; if that is taken, it is a false positive.
    iou_thresholds : array_like of shape (T,), optional
        Rising, above 0 and at most 1, at most 64. COCO: 0.5, 0.55 … 0.95. VOC: 0.5 alone.
    max_detections : tuple of int, optional
        How many of the best detections of each class count in an image: recall is measured for
        each of these numbers, precision for the last and largest. COCO: 1, 10, 100. VOC: all.
    area_ranges : dict of (smallest, largest), optional
        Objects outside a range don't have to be found in it, and what is reported outside isn't
        held against the detector. COCO: "all", "small", "medium" and "large", which meet at 32² and
        96² pixels. VOC: "all". The first one is what the main numbers are for.

    Returns
    -------
    Evaluation
        Per class and mean; ``print`` it for a report.

    Raises
    ------
    ValueError
        If a file or an argument is wrong, or a detection names an image or a class that the ground
        truth doesn't know.

    Notes
    -----
    With ``"coco"`` the numbers are pycocotools', ties, crowds and rounding included. Time and
    memory grow with the number of detections and of overlapping pairs, not with classes × images.

    Examples
    --------
    >>> truth = GroundTruth.from_lists(
    ...     [[[0, 0, 10, 8]], [[5, 5, 25, 15], [30, 0, 40, 9]]], [[0], [0, 0]], ["daisy"]
    ... )
    >>> found = Detections.from_lists(
    ...     [[[0, 0, 10, 8]], [[5, 5, 25, 15], [0, 20, 9, 29]]], [[0], [0, 0]], [[0.9], [0.6, 0.8]]
    ... )
    >>> result = evaluate_detections(truth, found, method="voc10")
    >>> result.mean_ap, result.recall  # 1/3 * 1 + 1/3 * 2/3 + 0; two of three are found
    (0.5555555555555556, 0.6666666666666666)
    """
    if isinstance(ground_truth, (str, Path)):
        ground_truth = _coco_files.read_coco(ground_truth)
    if isinstance(detections, (str, Path)):
        detections = _coco_files.read_coco_results(detections, ground_truth)
    check_kinds(ground_truth, detections)
    coco = _checks.choice("method", method, METHODS) == "coco"
    thresholds = _check_thresholds(iou_thresholds, coco)
    limits = _check_limits(max_detections, coco)
    ranges = _check_ranges(area_ranges, coco)

    line = _matching.line_up(ground_truth, detections, limits[-1] if limits else None)
    pairs = _matching.overlapping_pairs(ground_truth, line, min(thresholds[0], 1 - 1e-10))
    at_once = max(_matching.BITS // len(thresholds), 1)
    names = list(ranges)
    parts = [
        _score(
            ground_truth,
            line,
            pairs,
            thresholds,
            np.array([ranges[name] for name in names[start : start + at_once]]),
            limits,
            method,
        )
        for start in range(0, len(names), at_once)
    ]
    precision, recall, ap, objects = (np.concatenate(each) for each in zip(*parts, strict=True))
    return Evaluation(
        method=method,
        class_names=tuple(ground_truth.class_names),
        iou_thresholds=thresholds,
        area_ranges=ranges,
        max_detections=limits,
        objects=objects,
        ap=ap,
        recalls=recall,
        precisions=precision,
        detections=len(detections),
    )


def _score(
    truth: GroundTruth,
    line: _matching.LineUp,
    pairs: tuple[np.ndarray, np.ndarray, np.ndarray],
    thresholds: np.ndarray,
    ranges: np.ndarray,
    limits: tuple[int, ...],
    method: str,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return precision (A, T, K, R), recall (A, T, K, M), AP (A, T, K) and objects (A, K)."""
    classes, width = len(truth.class_names), len(thresholds)
    smallest, largest = ranges.T[:, :, None]
    rows = line.objects
    areas, exempt = truth.areas[rows], truth.crowd[rows] | truth.difficult[rows]
    regular = (areas >= smallest) & (areas <= largest) & ~exempt  # (A, objects)
    sizes = line.boxes[:, 2] * line.boxes[:, 3]
    outside = (sizes < smallest) | (sizes > largest)  # (A, detections)
    voc = method != "coco"
    reusable = exempt if voc else truth.crowd[rows]
    matches = _matching.match(line, pairs, thresholds, regular, reusable, best_only=voc)
    labels = truth.label[rows]
    objects = np.array([np.bincount(labels[row], minlength=classes) for row in regular])

    # The order in which a class is read: by score; of equals, earlier images and ranks come first.
    order = np.argsort(-line.scores, kind="stable")
    order = order[np.argsort(line.label[order].astype(np.min_scalar_type(classes)), kind="stable")]
    label = line.label[order]

    # Most detections touch nothing; they count alike at every threshold. The others correct that.
    counted = np.cumsum(~outside[:, order], axis=1)  # (A, detections)
    touching = np.flatnonzero(matches.matched[order])
    mine = order[touching]
    hits = matches.matched[mine] & ~matches.ignored[mine]
    corrected = _matching.range_bits(outside[:, mine], width)
    added = _columns(hits & corrected, len(ranges) * width)
    taken = _columns(matches.ignored[mine] & ~corrected, len(ranges) * width)
    correction = np.cumsum(added.astype(np.int8) - taken.view(np.int8), axis=1, dtype=np.int32)

    column, place = np.nonzero(_columns(hits, len(ranges) * width))
    at = touching[place]
    curve = column * classes + label[at]  # one curve for each column and class
    lengths = np.bincount(curve, minlength=len(ranges) * width * classes)
    starts = np.cumsum(lengths) - lengths
    found = np.arange(len(curve)) - starts[curve] + 1  # hits up to and with this one

    # Subtract what was counted before the class began.
    begins = np.searchsorted(label, np.arange(classes))
    base = np.pad(counted, ((0, 0), (1, 0)))[:, begins]
    base_correction = np.pad(correction, ((0, 0), (1, 0)))[:, np.searchsorted(touching, begins)]
    read = counted[column // width, at] - base[column // width, label[at]]
    read += correction[column, place] - base_correction[column, label[at]]

    shape = (len(ranges), width, classes)
    recall = np.full((*shape, max(len(limits), 1)), np.nan)
    known = np.broadcast_to(objects[:, None] > 0, shape)
    total = np.broadcast_to(objects[:, None], shape)
    for index, limit in enumerate(limits or (None,)):
        early = curve if limit is None else curve[line.rank[order[at]] < limit]
        counts = np.bincount(early, minlength=len(lengths)).reshape(shape)
        recall[known, index] = counts[known] / total[known]
    if voc:
        ap = np.full(shape, np.nan)
        ends = starts + lengths
        for where in np.argwhere(known):
            one = np.ravel_multi_index(where, shape)
            part = slice(starts[one], ends[one])
            ap[tuple(where)] = average_precision(
                found[part] / total[tuple(where)], found[part] / read[part], method
            )
        return np.full((*shape, 0), np.nan), recall, ap, objects

    # The highest precision from each level of recall on: first between the levels, then beyond.
    precision = found / (read + np.spacing(1))  # as pycocotools divides
    needed = np.broadcast_to(hits_needed(objects)[:, None], (*shape, len(HUNDREDTHS)))
    reached = needed <= lengths.reshape(*shape, 1)
    first = (needed + starts.reshape(*shape, 1) - 1)[reached]
    highest = np.zeros(reached.shape)
    if first.size:
        highest[reached] = np.maximum.reduceat(precision, first)
    highest = np.maximum.accumulate(highest[..., ::-1], axis=-1)[..., ::-1]
    highest[~known] = np.nan
    return highest, recall, highest.mean(axis=-1), objects


def _columns(bits: np.ndarray, count: int) -> np.ndarray:
    """Return the lowest `count` bits of every number as rows of 0 and 1, of shape (count, N)."""
    octets = bits.astype("<u8").view(np.uint8).reshape(len(bits), 8)
    return np.unpackbits(octets.T[: -(-count // 8)], axis=0, bitorder="little")[:count]


def check_kinds(ground_truth: Any, detections: Any) -> None:
    """Fail unless `detections` fit `ground_truth`."""
    if not isinstance(ground_truth, GroundTruth):
        _checks.fail("ground_truth", "a GroundTruth, or the path of a COCO file", ground_truth)
    if not isinstance(detections, Detections):
        _checks.fail("detections", "Detections, or the path of a COCO results file", detections)
    for name, entries in (("image", ground_truth.images), ("label", ground_truth.class_names)):
        column = getattr(detections, name)
        if len(column) and column.max() >= len(entries):
            _checks.fail(f"detections.{name}", f"indices below {len(entries)}", int(column.max()))


def _check_thresholds(value: Any, coco: bool) -> np.ndarray:
    if value is None:
        return COCO_THRESHOLDS if coco else np.array([0.5])
    expected = f"at most {_matching.BITS} rising numbers above 0 and at most 1"
    try:
        thresholds = np.asarray(value, np.float64)
    except (TypeError, ValueError):
        _checks.fail("iou_thresholds", expected, value)
    if (
        thresholds.ndim != 1
        or not 1 <= thresholds.size <= _matching.BITS
        or not ((thresholds > 0) & (thresholds <= 1)).all()
        or (np.diff(thresholds) <= 0).any()
    ):
        _checks.fail("iou_thresholds", expected, value)
    return thresholds


def _check_limits(value: Any, coco: bool) -> tuple[int, ...]:
    if value is None:
        return (1, 10, 100) if coco else ()
    if not isinstance(value, (tuple, list)) or not value:
        _checks.fail("max_detections", "a tuple of rising integers of at least 1", value)
    limits = tuple(_checks.integer("max_detections", each, 1) for each in value)
    if any(after <= before for before, after in itertools.pairwise(limits)):
        _checks.fail("max_detections", "rising integers", value)
    return limits


def _check_ranges(value: Any, coco: bool) -> dict[str, tuple[float, float]]:
    if value is None:
        return dict(COCO_AREAS) if coco else {"all": (0.0, np.inf)}
    expected = "a dict of names and pairs (smallest, largest) of areas"
    if not isinstance(value, dict) or not value:
        _checks.fail("area_ranges", expected, value)
    checked = {}
    for name, limits in value.items():
        if not isinstance(name, str) or not isinstance(limits, (tuple, list)) or len(limits) != 2:
            _checks.fail("area_ranges", expected, value)
        smallest = _checks.number("area_ranges", limits[0], 0)
        checked[name] = (smallest, _checks.number("area_ranges", limits[1], smallest))
    return checked
