"""Wrong versions of what the sample sets promise, and sources that are not exact."""

import numpy as np

from cnncourse.samples import _dice, _reviews
from cnncourse.samples._canvas import tight_box


def box_of_last_pixels(mask):
    return tight_box(mask) - np.array([0, 0, 1, 1], np.float32)


def box_with_axes_swapped(mask):
    return tight_box(mask)[[1, 0, 3, 2]]


def box_with_a_margin(mask):
    return tight_box(mask) + np.array([-1, -1, 1, 1], np.float32)


def box_of_the_main_body(mask):
    """Forget thin parts: rows and columns with a single pixel."""
    columns = np.flatnonzero(mask.sum(axis=0) > 1)
    rows = np.flatnonzero(mask.sum(axis=1) > 1)
    if not len(columns) or not len(rows):
        return tight_box(mask)
    return np.array([columns[0], rows[0], columns[-1] + 1, rows[-1] + 1], np.float32)


def labels_drawn_each_by_itself(kind, seed, count, classes):
    dice = _dice.Dice(kind, 0, 0, seed)
    return np.array([dice.integer(0, classes) for _ in range(count)], np.int64)


def labels_shuffled_as_a_whole(kind, seed, count, classes):
    order = _dice.Dice(kind, 0, 0, seed).permutation(count)
    return (np.arange(count) % classes)[order]


def labels_in_turn(kind, seed, count, classes):
    return np.arange(count) % classes


def labels_that_forget_the_seed(kind, seed, count, classes):
    return _dice.balanced(kind, 0, count, classes)


def score_of_single_words(ids):
    return sum(_reviews._SIGNS.get(int(word), 0) for word in ids)


def score_with_the_negator_behind(ids):
    return _reviews.review_score(np.asarray(ids)[::-1])


def score_without_but(ids):
    but = _reviews._IDS["but"]
    return _reviews.review_score([0 if int(word) == but else int(word) for word in ids])


def score_negated_by_any_earlier_negator(ids):
    score, negated = 0, False
    for word in map(int, ids):
        negated |= word in _reviews._NEGATOR_IDS
        score += _reviews._SIGNS.get(word, 0) * (-1 if negated else 1)
    return score


BOXES = [box_of_last_pixels, box_with_axes_swapped, box_with_a_margin, box_of_the_main_body]
LABELS = [
    labels_drawn_each_by_itself,
    labels_shuffled_as_a_whole,
    labels_in_turn,
    labels_that_forget_the_seed,
]
SCORES = [
    score_of_single_words,
    score_with_the_negator_behind,
    score_without_but,
    score_negated_by_any_earlier_negator,
]

# Each may give other bits on another processor, or in another version of Python or NumPy.
INEXACT_SOURCES = [
    "y = np.sin(x)",
    "y = np.exp(x)",
    "y = np.hypot(x, x)",
    "y = np.interp(x, a, b)",
    "y = a @ b",
    "y = x ** 0.5",
    "y **= 2.5",
    "y = x.mean()",
    "y = x.sum(axis=0)",
    "y = a.dot(b)",
    "y = sum(floats)",
    "y = math.sin(x)",
    "y = math.fsum(x)",
    "y = np.random.default_rng(0)",
    "from math import cos",
    "from numpy import sin",
    "import random",
]
