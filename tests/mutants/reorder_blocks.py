"""Wrong versions of ``reorder_blocks`` that the checker does not know by name."""

import numpy as np


def _right(tokens, size, order):
    return np.concatenate([tokens[at * size : (at + 1) * size] for at in order])


def leaves_all_as_it_is(tokens, size, order):
    return tokens.copy()


def order_backwards(tokens, size, order):
    return _right(tokens, size, order[::-1])


def turns_the_result_round(tokens, size, order):
    return _right(tokens, size, order)[::-1]


def blocks_sorted_inside(tokens, size, order):
    return np.sort(_right(tokens, size, order).reshape(-1, size), axis=1).ravel()


def last_block_forgotten(tokens, size, order):
    return _right(tokens, size, order)[:-size] if len(order) > 1 else _right(tokens, size, order)


def first_block_stays(tokens, size, order):
    rest = [at for at in order if at != 0]
    return _right(tokens, size, [0, *rest])


def overlapping_blocks(tokens, size, order):
    return np.concatenate([tokens[at : at + size] for at in order])


def one_place_further(tokens, size, order):
    return np.roll(_right(tokens, size, order), 1)


def swaps_the_first_two_only(tokens, size, order):
    first = list(range(len(order)))
    first[: len(order)] = [order[0], *[at for at in first if at != order[0]]]
    return _right(tokens, size, first)


def a_row_for_each_block(tokens, size, order):
    return _right(tokens, size, order).reshape(len(order), size)


def first_word_of_each_block(tokens, size, order):
    return np.repeat(_right(tokens, size, order)[::size], size)


def moves_in_place(tokens, size, order):
    tokens[:] = _right(tokens, size, order)
    return tokens


# Those that do, on every input where they fail, just what a known mistake does.
SAME_AS_KNOWN: dict[str, str] = {}
