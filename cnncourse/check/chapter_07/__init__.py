"""Exercises of chapter 7, separable and attention, in the order of the page."""

from cnncourse.check.chapter_07.attention import SE_PARAMS, SQUEEZE_EXCITE
from cnncourse.check.chapter_07.convolutions import PRODUCT_KERNEL, SEPARABLE_CONV2D
from cnncourse.check.chapter_07.costs import SEPARABLE_SAVING

EXERCISES = (SEPARABLE_CONV2D, SEPARABLE_SAVING, PRODUCT_KERNEL, SQUEEZE_EXCITE, SE_PARAMS)
