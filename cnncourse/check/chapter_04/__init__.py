"""Exercises of chapter 4, classic architectures, in the order of the page."""

from cnncourse.check.exercise import Exercise

EXERCISES: tuple[Exercise, ...] = ()
