"""Exercises of chapter 3, the first network, in the order of the page."""

from cnncourse.check.chapter_03.images import HELD_OUT, STANDARDIZE
from cnncourse.check.chapter_03.restarts import RESUME_AT
from cnncourse.check.chapter_03.scores import CONFUSION_COUNTS, CROSS_ENTROPIES
from cnncourse.check.chapter_03.training import EARLY_STOP, MOMENTUM_PATH, NETWORK_PARAMS

EXERCISES = (
    HELD_OUT,
    STANDARDIZE,
    NETWORK_PARAMS,
    CROSS_ENTROPIES,
    MOMENTUM_PATH,
    EARLY_STOP,
    CONFUSION_COUNTS,
    RESUME_AT,
)
