"""Exercises of chapter 13, transposed convolution and segmentation, in the order of the page."""

from cnncourse.check.chapter_13.scores import CLASS_IOUS
from cnncourse.check.chapter_13.stamps import (
    CONV2D_TRANSPOSE,
    CONV_TRANSPOSE_OUTPUT_SIZE,
    STAMP_COUNTS,
)

EXERCISES = (CONV2D_TRANSPOSE, CONV_TRANSPOSE_OUTPUT_SIZE, STAMP_COUNTS, CLASS_IOUS)
