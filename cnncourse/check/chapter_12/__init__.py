"""Exercises of chapter 12, detection, in the order of the page."""

from cnncourse.check.chapter_12.families import DEFAULT_BOXES
from cnncourse.check.chapter_12.maps import CENTRE_TARGET, FOCAL_COSTS, PEAKS
from cnncourse.check.chapter_12.windows import AS_CONVOLUTION

EXERCISES = (AS_CONVOLUTION, CENTRE_TARGET, FOCAL_COSTS, PEAKS, DEFAULT_BOXES)
