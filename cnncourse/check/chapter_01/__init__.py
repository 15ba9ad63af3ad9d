"""Exercises of chapter 1, convolution, in the order of the page."""

from cnncourse.check.chapter_01.batches import CONV2D
from cnncourse.check.chapter_01.counts import CONV_PARAMS, RECEPTIVE_FIELD
from cnncourse.check.chapter_01.images import CORRELATE2D, TRANSLATE
from cnncourse.check.chapter_01.sizes import CONV_OUTPUT_SIZE, SAME_PADDING

EXERCISES = (
    CORRELATE2D,
    CONV_OUTPUT_SIZE,
    SAME_PADDING,
    CONV_PARAMS,
    CONV2D,
    RECEPTIVE_FIELD,
    TRANSLATE,
)
