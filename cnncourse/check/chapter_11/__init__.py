"""Exercises of chapter 11, mean average precision, in the order of the page."""

from cnncourse.check.exercise import Exercise

EXERCISES: tuple[Exercise, ...] = ()
