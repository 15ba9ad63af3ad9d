"""Single matches and single curves: what an average precision is made of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from cnncourse import _checks
from cnncourse.boxes import convert
from cnncourse.metrics import _matching
from cnncourse.metrics._average_precision import average_precision
from cnncourse.metrics._evaluate import check_kinds
from cnncourse.metrics._types import Detections, GroundTruth

RULES = ("coco", "voc")


@dataclass(frozen=True, eq=False)
class Curve:
    """Precision over recall of one class at one threshold, after the best N detections.

    Attributes
    ----------
    recall, precision : ndarray of shape (N,)
    scores : ndarray of shape (N,)
        Falling.
    hits : ndarray of bool, shape (N,)
        True positives. Detections that don't count (crowds, difficult objects) are left out.
    rows : ndarray of int, shape (N,)
        Which of the given detections these are.
    objects : int
        How many there are to be found. If there is none, recall is NaN.
    """

    recall: np.ndarray
    precision: np.ndarray
    scores: np.ndarray
    hits: np.ndarray
    rows: np.ndarray
    objects: int

    def average_precision(self, method: str = "coco") -> float:
        """Return the area below, see `average_precision`; NaN if there is no object."""
        if self.objects == 0:
            return float("nan")
        return average_precision(self.recall, self.precision, method)


def match_detections(
    ground_truth: ArrayLike,
    boxes: ArrayLike,
    scores: ArrayLike,
    iou_threshold: float = 0.5,
    rule: str = "coco",
) -> np.ndarray:
    """Match the detections of one class in one image, the best first.

    Parameters
    ----------
    ground_truth : array_like of shape (G, 4)
        ``xyxy`` of the objects.
    boxes : array_like of shape (N, 4)
        ``xyxy`` of the detections.
    scores : array_like of shape (N,)
        Of equal scores the earlier detection comes first.
    iou_threshold : float
        Above 0 and at most 1; an IoU equal to it is enough.
    rule : {"coco", "voc"}
        ``"coco"``: each takes the object it overlaps most with *among those that are left* (of
        equals the last). ``"voc"``: each may only take the one it overlaps most with (of equals
        the first); if that is taken, it gets none.

    Returns
    -------
    ndarray of int, shape (N,)
        The object of each detection; -1 for a false positive.

    Raises
    ------
    ValueError
        If boxes are none, or an argument is out of its range.

    Examples
    --------
    >>> objects = [[0, 0, 10, 10], [0, 2, 10, 12]]
    >>> detections = [[0, 1, 10, 11], [0, 0, 10, 10], [0, 0, 10, 5]]
    >>> match_detections(objects, detections, [0.7, 0.9, 0.8])
    array([ 1,  0, -1])
    """
    _checks.choice("rule", rule, RULES)
    objects, reported = (convert(each, "xyxy", "xyxy") for each in (ground_truth, boxes))
    found = Detections.from_lists([reported], [np.zeros(len(reported), int)], [scores])
    truth = GroundTruth.from_lists([objects], [np.zeros(len(objects), int)], ["object"])
    line, matches = _match_once(truth, found, _threshold(iou_threshold), rule)
    partner = np.full(len(found), -1)
    partner[line.rows] = matches.partner
    return partner


def precision_recall(
    ground_truth: GroundTruth,
    detections: Detections,
    class_name: str,
    iou_threshold: float = 0.5,
    rule: str = "coco",
) -> Curve:
    """Return the curve of one class.

    Parameters
    ----------
    ground_truth : GroundTruth
    detections : Detections
        All of them count, however many an image has.
    class_name : str
        One of the ground truth's.
    iou_threshold : float
        Above 0 and at most 1.
    rule : {"coco", "voc"}
        How detections are matched, see `match_detections`.

    Returns
    -------
    Curve

    Raises
    ------
    ValueError
        If an argument is out of its range, or detections don't fit the ground truth.

    Examples
    --------
    >>> truth = GroundTruth.from_lists([[[0, 0, 4, 3], [5, 5, 9, 8]]], [[0, 0]], ["daisy"])
    >>> found = Detections.from_lists([[[0, 0, 4, 3], [6, 0, 9, 3]]], [[0, 0]], [[0.7, 0.9]])
    >>> curve = precision_recall(truth, found, "daisy")
    >>> curve.recall, curve.precision
    (array([0. , 0.5]), array([0. , 0.5]))
    """
    check_kinds(ground_truth, detections)
    label = ground_truth.class_names.index(
        _checks.choice("class_name", class_name, ground_truth.class_names)
    )
    _checks.choice("rule", rule, RULES)
    line, matches = _match_once(ground_truth, detections, _threshold(iou_threshold), rule)
    order = np.flatnonzero((line.label == label) & (matches.ignored == 0))
    order = order[np.argsort(-line.scores[order], kind="stable")]
    hits = matches.matched[order] > 0
    exempt = ground_truth.crowd | ground_truth.difficult
    objects = int((~exempt & (ground_truth.label == label)).sum())
    found = np.cumsum(hits)
    return Curve(
        recall=found / objects if objects else np.full(len(order), np.nan),
        precision=found / np.arange(1, len(order) + 1),
        scores=line.scores[order],
        hits=hits,
        rows=line.rows[order],
        objects=objects,
    )


def _match_once(
    truth: GroundTruth, found: Detections, threshold: float, rule: str
) -> tuple[_matching.LineUp, _matching.Matches]:
    line = _matching.line_up(truth, found, None)
    exempt = (truth.crowd | truth.difficult)[line.objects]
    matches = _matching.match(
        line,
        _matching.overlapping_pairs(truth, line, min(threshold, _matching.NEARLY_ONE)),
        np.array([threshold]),
        ~exempt[None],
        exempt if rule == "voc" else truth.crowd[line.objects],
        best_only=rule == "voc",
    )
    return line, matches


def _threshold(value: float) -> float:
    threshold = _checks.number("iou_threshold", value, maximum=1)
    if threshold <= 0:
        _checks.fail("iou_threshold", "a number above 0 and at most 1", value)
    return threshold
