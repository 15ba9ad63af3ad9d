"""Exercises of chapter 8, pretrained networks, in the order of the page."""

from cnncourse.check.chapter_08.classes import DECODE_TOP
from cnncourse.check.chapter_08.pixels import PREPROCESS
from cnncourse.check.chapter_08.windows import CROP_WINDOW, SQUARE_CROP

EXERCISES = (PREPROCESS, CROP_WINDOW, SQUARE_CROP, DECODE_TOP)
