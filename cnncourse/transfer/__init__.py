"""Pretrained networks and what is learnt from them: our backbone, features, freezing, heads.

>>> from cnncourse import transfer
>>> base = transfer.freeze(transfer.backbone((64, 64, 3)))
>>> model = transfer.classifier(base, classes=5)
>>> model.output_shape
(None, 5)
"""

from cnncourse.transfer._backbone import Guess, backbone, card, decode, truncate
from cnncourse.transfer._cases import Advice, recommend
from cnncourse.transfer._features import features
from cnncourse.transfer._freezing import batch_norms, freeze, unfreeze
from cnncourse.transfer._heads import classifier, head
from cnncourse.transfer._preprocessing import Preprocessing, check_pixels, wants

__all__ = [
    "Advice",
    "Guess",
    "Preprocessing",
    "backbone",
    "batch_norms",
    "card",
    "check_pixels",
    "classifier",
    "decode",
    "features",
    "freeze",
    "head",
    "recommend",
    "truncate",
    "unfreeze",
    "wants",
]
