"""What an evaluation has found, and its report."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Evaluation:
    """The scores of a detector: A area ranges, T thresholds, K classes, M limits, R recall levels.

    NaN stands wherever a class has no object to be found, and is left out of every mean.

    Attributes
    ----------
    method : str
    class_names : tuple of K str
    iou_thresholds : ndarray of shape (T,)
    area_ranges : dict
    max_detections : tuple of int
        Empty: no limit.
    objects : ndarray of int, shape (A, K)
        How many there are to be found.
    ap : ndarray of shape (A, T, K)
        Average precision.
    recalls : ndarray of shape (A, T, K, M)
        Share of the objects that are found in the end.
    precisions : ndarray of shape (A, T, K, R)
        The highest precision at each of COCO's 101 levels of recall and beyond; R is 0 for VOC.
    detections : int
        How many were given.
    """

    method: str
    class_names: tuple[str, ...]
    iou_thresholds: np.ndarray
    area_ranges: dict[str, tuple[float, float]]
    max_detections: tuple[int, ...]
    objects: np.ndarray
    ap: np.ndarray
    recalls: np.ndarray
    precisions: np.ndarray
    detections: int

    @property
    def mean_ap(self) -> float:
        """The mean over classes and thresholds: COCO's mAP@[.5:.95], or VOC's mAP@0.5."""
        return mean(self.ap[0])

    @property
    def ap_per_class(self) -> dict[str, float]:
        """The mean over thresholds for each class, NaN for a class without objects."""
        return dict(zip(self.class_names, self.ap[0].mean(axis=0).tolist(), strict=True))

    @property
    def recall(self) -> float:
        """COCO's AR: the mean over classes and thresholds, at the largest limit."""
        return mean(self.recalls[0, ..., -1])

    def ap_at(self, iou_threshold: float) -> float:
        """Return the mean over classes at one threshold of `iou_thresholds`.

        Raises
        ------
        ValueError
            If it isn't one of them.
        """
        return mean(self.ap[0, self._row(iou_threshold)])

    @property
    def twelve(self) -> dict[str, float]:
        """The twelve numbers that pycocotools prints, in its order; -1 for what isn't measured.

        Raises
        ------
        ValueError
            If the evaluation wasn't made with COCO's own settings.
        """
        if (
            self.method != "coco"
            or list(self.area_ranges) != ["all", "small", "medium", "large"]
            or len(self.max_detections) != 3
        ):
            _fail_twelve(self)
        few, more, most = self.max_detections
        numbers = {
            "AP": self.mean_ap,
            "AP50": self.ap_at(0.5),
            "AP75": self.ap_at(0.75),
            "AP small": mean(self.ap[1]),
            "AP medium": mean(self.ap[2]),
            "AP large": mean(self.ap[3]),
            f"AR {few}": mean(self.recalls[0, ..., 0]),
            f"AR {more}": mean(self.recalls[0, ..., 1]),
            f"AR {most}": mean(self.recalls[0, ..., 2]),
            "AR small": mean(self.recalls[1, ..., 2]),
            "AR medium": mean(self.recalls[2, ..., 2]),
            "AR large": mean(self.recalls[3, ..., 2]),
        }
        return {name: -1.0 if np.isnan(value) else value for name, value in numbers.items()}

    def report(self) -> str:
        """Return the numbers as a table: those of the whole, then one line a class."""
        low, high = self.iou_thresholds[[0, -1]]
        span = f"{low:g}" if low == high else f"[{low:g}:{high:g}]"
        lines = [
            f"{self.method} on {int(self.objects[0].sum())} objects of "
            f"{int((self.objects[0] > 0).sum())} classes, {self.detections} detections",
            f"mAP@{span} {_number(self.mean_ap)}   AR {_number(self.recall)}",
        ]
        if low != high:
            places = [f"mAP@{t:g} {_number(self.ap_at(t))}" for t in (0.5, 0.75) if self._has(t)]
            sizes = [
                f"{name} {_number(mean(self.ap[index]))}"
                for index, name in enumerate(self.area_ranges)
                if index
            ]
            lines += ["   ".join(part) for part in (places, sizes) if part]
        width = max(map(len, ("class", *self.class_names)))
        lines.append(f"{'class':{width}}  objects     AP  recall")
        for index, name in enumerate(self.class_names):
            ap, recall = self.ap[0, :, index].mean(), self.recalls[0, :, index, -1].mean()
            lines.append(
                f"{name:{width}}  {self.objects[0, index]:7d}  {_number(ap)}   {_number(recall)}"
            )
        return "\n".join(lines)

    __str__ = report

    def _has(self, iou_threshold: float) -> bool:
        return bool(np.isclose(self.iou_thresholds, iou_threshold, rtol=0, atol=1e-9).any())

    def _row(self, iou_threshold: float) -> int:
        from cnncourse import _checks

        wanted = _checks.number("iou_threshold", iou_threshold)
        if not self._has(wanted):
            known = ", ".join(f"{each:g}" for each in self.iou_thresholds)
            _checks.fail("iou_threshold", f"one of {known}", iou_threshold)
        return int(np.argmin(np.abs(self.iou_thresholds - wanted)))


def mean(values: np.ndarray) -> float:
    """Return the mean of what is measured, NaN if nothing is."""
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else float("nan")


def _fail_twelve(evaluation: Evaluation) -> None:
    from cnncourse import _checks

    _checks.fail("method", "'coco' with COCO's area ranges and three limits", evaluation.method)


def _number(value: float) -> str:
    return "   – " if np.isnan(value) else f"{value:.3f}"
