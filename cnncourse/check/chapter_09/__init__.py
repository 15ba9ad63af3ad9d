"""Exercises of chapter 9, transfer learning, in the order of the page."""

from cnncourse.check.chapter_09.heads import FINE_TUNE, HEAD_PARAMS
from cnncourse.check.chapter_09.reports import (
    ACCURACY_INTERVAL,
    CLEAR_WINNER,
    SPLIT_GROUPS,
)

EXERCISES = (HEAD_PARAMS, CLEAR_WINNER, SPLIT_GROUPS, FINE_TUNE, ACCURACY_INTERVAL)
