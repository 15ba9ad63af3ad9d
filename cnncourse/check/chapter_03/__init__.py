"""Exercises of chapter 3, the first network, in the order of the page."""

from cnncourse.check.exercise import Exercise

EXERCISES: tuple[Exercise, ...] = ()
