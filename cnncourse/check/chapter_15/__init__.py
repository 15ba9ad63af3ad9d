"""Exercises of chapter 15, seeing inside, in the order of the page."""

from cnncourse.check.chapter_15.heat import GRAD_CAM_MAP, INSIDE_SHARE
from cnncourse.check.chapter_15.shortcut import SHORTCUT_CLASSES

EXERCISES = (GRAD_CAM_MAP, INSIDE_SHARE, SHORTCUT_CLASSES)
