"""Exercises of chapter 6, residual networks, in the order of the page."""

from cnncourse.check.chapter_06.counts import BOTTLENECK_PARAMS, RESNET_DEPTH
from cnncourse.check.chapter_06.gradients import GRADIENT_AGREEMENT
from cnncourse.check.chapter_06.units import RESIDUAL_DX, RESIDUAL_UNIT

EXERCISES = (RESIDUAL_UNIT, RESIDUAL_DX, GRADIENT_AGREEMENT, RESNET_DEPTH, BOTTLENECK_PARAMS)
