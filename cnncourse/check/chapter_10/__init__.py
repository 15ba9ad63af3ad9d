"""Exercises of chapter 10, localization, in the order of the page."""

from cnncourse.check.chapter_10.encoding import DECODE_BOXES, FLIP_BOXES
from cnncourse.check.chapter_10.training import BALANCED_WEIGHTS, GIOU_LOSSES

EXERCISES = (DECODE_BOXES, GIOU_LOSSES, FLIP_BOXES, BALANCED_WEIGHTS)
