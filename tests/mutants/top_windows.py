"""Wrong versions of ``top_windows`` that the checker does not know by name."""

import numpy as np


def _right(answers, count):
    order = np.argsort(-answers, axis=None, kind="stable")[:count]
    return np.column_stack(np.unravel_index(order, answers.shape))


def skips_the_strongest(answers, count):
    return _right(answers, answers.size)[1 : count + 1]


def one_too_many(answers, count):
    return _right(answers, count + 1)


def positive_ones_only(answers, count):
    found = _right(answers, count)
    return found[[answers[row, step] > 0 for row, step in found]]


def counts_from_one(answers, count):
    return _right(answers, count) + 1


def only_the_first_sequence(answers, count):
    return _right(answers[:1], count)


def each_step_once(answers, count):
    found, seen = [], set()
    for row, step in _right(answers, answers.size):
        if step not in seen:
            found.append((row, step))
            seen.add(step)
    return found[:count]


def strongest_again_and_again(answers, count):
    return np.repeat(_right(answers, 1), count, axis=0)


def distance_from_the_mean(answers, count):
    return _right(np.abs(answers - answers.mean()), count)


def cuts_to_whole_numbers(answers, count):
    return _right(np.trunc(answers), count)


def gives_the_values(answers, count):
    return np.array([answers[row, step] for row, step in _right(answers, count)])


def reads_down_the_columns(answers, count):
    order = np.argsort(-answers, axis=None, kind="stable")[:count]
    return np.column_stack(np.unravel_index(order, answers.shape, order="F"))


def neighbours_of_the_strongest(answers, count):
    at = int(np.argmax(answers))
    order = (at + np.arange(count)) % answers.size
    return np.column_stack(np.unravel_index(order, answers.shape))


def sorts_its_input(answers, count):
    found = _right(answers, count)
    answers.sort(axis=None) if answers.ndim == 1 else answers.sort(axis=1)
    return found


# Those that do, on every input where they fail, just what a known mistake does.
SAME_AS_KNOWN: dict[str, str] = {}
