"""Exercises of chapter 8, pretrained networks, in the order of the page."""

from cnncourse.check.exercise import Exercise

EXERCISES: tuple[Exercise, ...] = ()
