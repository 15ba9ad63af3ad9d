"""Exercises of chapter 11, mean average precision, in the order of the page."""

from cnncourse.check.chapter_11.overlap import IOU, NMS
from cnncourse.check.chapter_11.scoring import AVERAGE_PRECISIONS, MATCH
from cnncourse.check.chapter_11.shipping import CHEAPEST_COUNT

EXERCISES = (IOU, NMS, MATCH, AVERAGE_PRECISIONS, CHEAPEST_COUNT)
