"""How good a detector is: matching, precision and recall, average precision, kinds of errors.

Objects and detections are columns of numbers (`GroundTruth`, `Detections`), made from lists of
what is in each image or read from COCO's and Pascal VOC's files. `evaluate_detections` scores them
in one of three conventions: Pascal VOC's of 2007 and of 2010, and COCO's.
"""

from cnncourse.metrics._average_precision import average_precision
from cnncourse.metrics._coco_files import read_coco, read_coco_results
from cnncourse.metrics._curves import Curve, match_detections, precision_recall
from cnncourse.metrics._errors import Errors, error_types
from cnncourse.metrics._evaluate import evaluate_detections
from cnncourse.metrics._evaluation import Evaluation
from cnncourse.metrics._types import Detections, GroundTruth
from cnncourse.metrics._voc_files import read_voc, read_voc_results

__all__ = [
    "Curve",
    "Detections",
    "Errors",
    "Evaluation",
    "GroundTruth",
    "average_precision",
    "error_types",
    "evaluate_detections",
    "match_detections",
    "precision_recall",
    "read_coco",
    "read_coco_results",
    "read_voc",
    "read_voc_results",
]
