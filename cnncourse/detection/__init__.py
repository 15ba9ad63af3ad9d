"""A small detector: centres on a map and boxes around them, trained end to end.

Every cell of a map, a quarter as fine as the image, answers two questions: is the centre of an
object of this class here, and how far is it from here to the four sides of its box? `encode`
writes the true boxes down in that form, `detector` is a network that answers in it, `CentreLoss`
compares the two, `train` trains, and `decode` reads the answers back as boxes with scores.

>>> from cnncourse import detection
>>> target = detection.encode([[[8, 4, 40, 28]]], [[1]], classes=2, size=(32, 48))
>>> target.shape
(1, 8, 12, 7)
>>> found = detection.decode(detection.as_outputs(target))
>>> found[0].boxes.round(3), found[0].labels
(array([[ 8.,  4., 40., 28.]]), array([1]))
"""

from cnncourse.detection._loss import CentreLoss, giou_loss
from cnncourse.detection._network import detector
from cnncourse.detection._targets import STRIDE, Found, as_outputs, decode, encode, mirror
from cnncourse.detection._training import train

__all__ = [
    "STRIDE",
    "CentreLoss",
    "Found",
    "as_outputs",
    "decode",
    "detector",
    "encode",
    "giou_loss",
    "mirror",
    "train",
]
