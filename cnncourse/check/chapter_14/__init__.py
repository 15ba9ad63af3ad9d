"""Exercises of chapter 14, sequences, in the order of the page."""

from cnncourse.check.chapter_14.along_time import CAUSAL_CONV1D, CONV1D_STEPS, DOUBLING_LAYERS
from cnncourse.check.chapter_14.words import REORDER_BLOCKS, TOP_WINDOWS

EXERCISES = (CONV1D_STEPS, CAUSAL_CONV1D, DOUBLING_LAYERS, TOP_WINDOWS, REORDER_BLOCKS)
