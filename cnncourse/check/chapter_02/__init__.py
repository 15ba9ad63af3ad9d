"""Exercises of chapter 2, pooling, in the order of the page."""

from cnncourse.check.chapter_02.counts import POOL_OUTPUT_SIZE, STACK_MACS
from cnncourse.check.chapter_02.pools import AVG_POOL2D, DEPTH_MAX_POOL, MAX_POOL2D
from cnncourse.check.chapter_02.shifts import UNCHANGED_OUTPUTS

EXERCISES = (
    MAX_POOL2D,
    POOL_OUTPUT_SIZE,
    AVG_POOL2D,
    UNCHANGED_OUTPUTS,
    DEPTH_MAX_POOL,
    STACK_MACS,
)
