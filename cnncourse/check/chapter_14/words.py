"""Exercises on text: what a filter listens to, and what is left when blocks change places."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np

from cnncourse.check.exercise import Draw, Exercise, Wrong


def top_windows(answers: np.ndarray, count: int) -> np.ndarray:
    """Return where a filter answers most strongly; the reference of the exercise."""
    order = np.argsort(-answers, axis=None, kind="stable")[:count]
    return np.column_stack(np.unravel_index(order, answers.shape))


def _top_inputs(draw: Draw) -> dict[str, Any]:
    sequences, steps = draw.integer(1, draw.size), draw.integer(1, draw.size)
    return {
        "count": draw.integer(1, min(sequences * steps, draw.size + 1)),
        "answers": draw.array(sequences, steps),
    }


def _ranked(key: Callable[[np.ndarray], np.ndarray]) -> Callable[..., np.ndarray]:
    """Return a version that ranks the answers by another key, the smallest first."""

    def version(answers: np.ndarray, count: int) -> np.ndarray:
        order = np.argsort(key(answers), axis=None, kind="stable")[:count]
        return np.column_stack(np.unravel_index(order, answers.shape))

    return version


def _later_of_equals(answers: np.ndarray, count: int) -> np.ndarray:
    order = np.argsort(answers, axis=None, kind="stable")[::-1][:count]
    return np.column_stack(np.unravel_index(order, answers.shape))


def _in_reading_order(answers: np.ndarray, count: int) -> np.ndarray:
    order = np.sort(np.argsort(-answers, axis=None, kind="stable")[:count])
    return np.column_stack(np.unravel_index(order, answers.shape))


def _one_a_sequence(answers: np.ndarray, count: int) -> np.ndarray:
    steps = answers.argmax(axis=1)
    rows = np.argsort(-answers.max(axis=1), kind="stable")[:count]
    return np.column_stack([rows, steps[rows]])


TOP_WINDOWS = Exercise(
    name="top_windows",
    task=(
        "`answers` (N, T) holds what one filter answered at each step of N sequences. Return the "
        "places of the `count` largest answers, the largest first, as an array (count, 2) of "
        "sequence and step. Of equal answers the earlier sequence comes first, then the earlier "
        "step."
    ),
    objective="seq-listen",
    reference=top_windows,
    inputs=_top_inputs,
    rounds=((2, 60), (3, 60), (4, 60)),
    wrong=(
        Wrong(
            "the smallest answers",
            _ranked(lambda answers: answers),
            (
                "In which order does np.argsort put the values?",
                "Smallest first. Sort the negative answers instead: np.argsort(-answers, ...).",
            ),
        ),
        Wrong(
            "the strongest in either direction",
            _ranked(lambda answers: -np.abs(answers)),
            (
                "Is -3 a larger answer than 2?",
                "Take the answers as they are, without np.abs: a ReLU drops the negative ones.",
            ),
        ),
        Wrong(
            "the later of two equal answers first",
            _later_of_equals,
            (
                "Give it two equal answers. Which one comes first?",
                'Sort the negative answers with kind="stable" instead of turning the result round.',
            ),
        ),
        Wrong(
            "in the order of the sequences",
            _in_reading_order,
            (
                "Which of the windows you return comes first?",
                "The largest comes first, whatever sequence it is from.",
            ),
        ),
        Wrong(
            "one window from each sequence",
            _one_a_sequence,
            (
                "May both of the two largest answers lie in the same sequence?",
                "They may: sort all N * T answers together, with axis=None.",
            ),
        ),
        Wrong(
            "sequence and step swapped",
            lambda answers, count: top_windows(answers, count)[:, ::-1],
            (
                "Which axis of `answers` counts the sequences?",
                "Axis 0: the number of the sequence comes first.",
            ),
        ),
        Wrong(
            "places not taken apart",
            lambda answers, count: np.argsort(-answers, axis=None, kind="stable")[:count],
            (
                "What shape has your result?",
                "np.unravel_index turns places in the flattened array into sequence and step.",
            ),
        ),
    ),
    hints=(
        "Sort all answers together, and keep track of where each came from.",
        'np.argsort(-answers, axis=None, kind="stable")[:count] gives flat places; '
        "np.unravel_index takes them apart.",
    ),
)


def reorder_blocks(tokens: np.ndarray, size: int, order: list[int]) -> np.ndarray:
    """Cut a sequence into blocks and put them in another order; the reference of the exercise."""
    return tokens.reshape(len(order), size)[order].ravel()


def _block_inputs(draw: Draw) -> dict[str, Any]:
    size, blocks = draw.integer(1, draw.size), draw.integer(1, draw.size)
    chance = random.Random(draw.integer(0, 255))
    return {
        "tokens": draw.array(size * blocks),
        "size": size,
        "order": chance.sample(range(blocks), blocks),
    }


REORDER_BLOCKS = Exercise(
    name="reorder_blocks",
    task=(
        "Cut `tokens` into blocks of `size` and return an array with the blocks in another order: "
        "`order` lists the numbers of the old blocks, from 0, as they follow each other now. "
        "Inside a block nothing moves, and `tokens` itself stays as it is."
    ),
    objective="seq-order",
    reference=reorder_blocks,
    inputs=_block_inputs,
    rounds=((2, 60), (3, 80), (4, 80)),
    wrong=(
        Wrong(
            "the order read the other way round",
            lambda tokens, size, order: reorder_blocks(tokens, size, np.argsort(order).tolist()),
            (
                "order = [2, 0, 1]: which old block comes first?",
                "Number 2. `order` says what is taken, not where it goes: blocks[order].",
            ),
        ),
        Wrong(
            "words turned round inside the blocks",
            lambda tokens, size, order: tokens.reshape(len(order), size)[order][:, ::-1].ravel(),
            (
                "What happens to the words of one block?",
                "Nothing: they stay next to each other, in the same order.",
            ),
        ),
        Wrong(
            "as many blocks as a block has words",
            lambda tokens, size, order: tokens.reshape(size, len(order))[:, order].ravel(),
            (
                "How many blocks are there, and how long is one?",
                "len(order) blocks of `size` words: reshape to (len(order), size).",
            ),
        ),
        Wrong(
            "every so-manieth word put into one block",
            lambda tokens, size, order: tokens.reshape(size, len(order)).T[order].ravel(),
            (
                "Which words make up the first block?",
                "The first `size` words, which stand next to each other.",
            ),
        ),
    ),
    hints=(
        "Make a table of it: one row for each block.",
        "tokens.reshape(len(order), size)[order] puts the rows in order; then flatten.",
    ),
)
