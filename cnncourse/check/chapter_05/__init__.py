"""Exercises of chapter 5, inception, in the order of the page."""

from cnncourse.check.chapter_05.budgets import WIDEST_REDUCE
from cnncourse.check.chapter_05.heads import TOTAL_LOSSES
from cnncourse.check.chapter_05.modules import BOTTLENECK_MACS, INCEPTION_PARAMS
from cnncourse.check.chapter_05.pixels import POINTWISE_CONV2D

EXERCISES = (
    POINTWISE_CONV2D,
    BOTTLENECK_MACS,
    INCEPTION_PARAMS,
    WIDEST_REDUCE,
    TOTAL_LOSSES,
)
