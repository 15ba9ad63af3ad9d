"""Exercises of chapter 4, classic architectures, in the order of the page."""

from cnncourse.check.chapter_04.counts import PARTIAL_CONV_PARAMS, TOP_K_MISSES, VGG_PARAMS
from cnncourse.check.chapter_04.maps import COMPOSE_KERNELS, LOCAL_RESPONSE_NORM

EXERCISES = (
    TOP_K_MISSES,
    PARTIAL_CONV_PARAMS,
    LOCAL_RESPONSE_NORM,
    VGG_PARAMS,
    COMPOSE_KERNELS,
)
