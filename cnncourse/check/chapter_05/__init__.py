"""Exercises of chapter 5, inception, in the order of the page."""

from cnncourse.check.exercise import Exercise

EXERCISES: tuple[Exercise, ...] = ()
