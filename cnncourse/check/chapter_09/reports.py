"""Exercises on what may be claimed: a split without a leak, a winner, an interval."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from cnncourse.check.exercise import Draw, Exercise, Wrong

Z = 1.96  # so many standard deviations to either side hold 95 % of a normal distribution


def split_groups(groups: ArrayLike, every: int) -> np.ndarray:
    """Return the positions of the images of every n-th group, in rising order."""
    listed = np.asarray(groups).tolist()
    chosen = set(list(dict.fromkeys(listed))[every - 1 :: every])
    return np.array([place for place, group in enumerate(listed) if group in chosen], int)


def _photographed(draw: Draw) -> dict[str, Any]:
    count, every = draw.integer(1, 2 * draw.size), draw.integer(1, 3)
    groups = [draw.integer(0, 4) for _ in range(12)]
    return {"groups": groups[:count], "every": every}


def _some_of_each(groups: list[int], every: int) -> np.ndarray:
    """Return every n-th image of each group: a stratified split."""
    where = [np.flatnonzero(np.asarray(groups) == group) for group in dict.fromkeys(groups)]
    return np.sort(np.concatenate([places[every - 1 :: every] for places in where]))


def _by_number(groups: list[int], every: int) -> np.ndarray:
    return np.flatnonzero(np.isin(groups, np.unique(groups)[every - 1 :: every]))


SPLIT_GROUPS = Exercise(
    name="split_groups",
    task=(
        "`groups` says for each of N images which group it belongs to, such as the plant it shows. "
        "A group must not be torn apart. In the order in which the groups first appear, hold out "
        "every `every`-th: with 3 the third, the sixth and so on. Return the positions of their "
        "images in `groups`, in rising order."
    ),
    objective="transfer-data",
    reference=split_groups,
    inputs=_photographed,
    rounds=((2, 60), (4, 100), (6, 100)),
    wrong=(
        Wrong(
            "every n-th image held out, whatever its group",
            lambda groups, every: np.arange(every - 1, len(groups), every),
            (
                "Do the groups play a part in your answer?",
                "Count groups, not images; then take all images of those you chose.",
            ),
        ),
        Wrong(
            "groups torn apart: some images of each held out",
            _some_of_each,
            (
                "Can two images of one group end up on different sides?",
                "They must not: a group goes as a whole.",
            ),
        ),
        Wrong(
            "groups counted in the order of their numbers",
            _by_number,
            (
                "Which group is the first if `groups` begins with a 3?",
                "Group 3: the order of appearance counts, and np.unique sorts.",
            ),
        ),
        Wrong(
            "the first of each n groups held out, not the last",
            lambda groups, every: np.flatnonzero(
                np.isin(groups, list(dict.fromkeys(groups))[::every])
            ),
            (
                "With `every` = 3, is the first group held out?",
                "Begin at the group at position every - 1.",
            ),
        ),
        Wrong(
            "the images that stay returned",
            lambda groups, every: np.setdiff1d(np.arange(len(groups)), split_groups(groups, every)),
            ("Which part is asked for?", "The images held out; you returned the others."),
        ),
        Wrong(
            "groups returned, not positions",
            lambda groups, every: np.array(list(dict.fromkeys(groups))[every - 1 :: every], int),
            (
                "What is a position?",
                "Where in `groups` an image stands: 0 is the first.",
            ),
        ),
        Wrong(
            "one image of each group only",
            lambda groups, every: np.array(
                [groups.index(group) for group in list(dict.fromkeys(groups))[every - 1 :: every]],
                int,
            ),
            ("A group with two images: how many positions?", "Both; all of its images go along."),
        ),
        Wrong(
            "counted from 1",
            lambda groups, every: split_groups(groups, every) + 1,
            ("Where is the first image?", "At position 0, not at 1."),
        ),
    ),
    hints=(
        "list(dict.fromkeys(groups)) has each group once, in the order of appearance.",
        "Choose [every - 1 :: every] of those groups, then collect the positions of all images "
        "whose group was chosen.",
    ),
)


def clear_winner(accuracies: ArrayLike) -> int:
    """Return which row is ahead of all others in every column, -1 if none is."""
    scores = np.asarray(accuracies)
    best = int(np.argmax(scores.mean(axis=1)))
    return best if (scores[best] > np.delete(scores, best, axis=0)).all() else -1


def _tournament(draw: Draw) -> dict[str, Any]:
    approaches, seeds = draw.integer(2, max(draw.size, 2)), draw.integer(1, 3)
    row, columns = draw.integer(0, approaches - 1), draw.integer(0, seeds)
    accuracies = draw.array(approaches, seeds)
    for column in accuracies.T[:columns]:  # by chance alone winners would be rare
        best = column.argmax()
        column[[row, best]] = column[[best, row]]
    return {"accuracies": accuracies}


CLEAR_WINNER = Exercise(
    name="clear_winner",
    task=(
        "`accuracies` has a row for each approach and a column for each seed; in one column all "
        "approaches had the same images. Return the number of the row that is ahead of every "
        "other one for *every* seed, or -1 if there is none: a win that another seed undoes, or a "
        "draw, is no win. Any number counts as an accuracy here."
    ),
    objective="transfer-cases",
    reference=clear_winner,
    inputs=_tournament,
    rounds=((2, 80), (3, 100), (4, 100)),
    wrong=(
        Wrong(
            "the best mean taken for a win",
            lambda accuracies: int(np.argmax(accuracies.mean(axis=1))),
            (
                "Is there always a winner in your answer?",
                "A better mean is not enough; the row must be ahead in every column.",
            ),
        ),
        Wrong(
            "the first seed decides",
            lambda accuracies: int(np.argmax(accuracies[:, 0])),
            ("How many seeds do you look at?", "All of them, and -1 if they disagree."),
        ),
        Wrong(
            "the best single run taken for a win",
            lambda accuracies: int(np.argmax(accuracies.max(axis=1))),
            (
                "Is one lucky run a win?",
                "Compare seed by seed; the row must be ahead in every column.",
            ),
        ),
        Wrong(
            "a draw counted as a win",
            lambda accuracies: next(
                (
                    row
                    for row, own in enumerate(accuracies)
                    if (own >= np.delete(accuracies, row, axis=0)).all()
                ),
                -1,
            ),
            ("Two rows with equal values: who is ahead?", "Nobody: compare with >, not >=."),
        ),
        Wrong(
            "the winner's worst seed held against the others' best",
            lambda accuracies: next(
                (
                    row
                    for row, own in enumerate(accuracies)
                    if own.min() > np.delete(accuracies, row, axis=0).max()
                ),
                -1,
            ),
            (
                "Which runs had the same images?",
                "Those of one column: compare within columns, not across them.",
            ),
        ),
        Wrong(
            "a majority of the seeds taken for a win",
            lambda accuracies: next(
                (
                    row
                    for row, own in enumerate(accuracies)
                    if (own > np.delete(accuracies, row, axis=0)).all(axis=0).mean() > 0.5
                ),
                -1,
            ),
            ("How many seeds may say otherwise?", "None: it must be ahead for every seed."),
        ),
        Wrong(
            "rows and columns swapped",
            lambda accuracies: clear_winner(accuracies.T) if accuracies.shape[1] > 1 else 0,
            ("What does one row hold?", "An approach; the seeds are the columns."),
        ),
    ),
    hints=(
        "Only the row with the best mean can win. What must hold of it in each column?",
        "best = accuracies.mean(axis=1).argmax(); it wins if accuracies[best] > every other row, "
        "in all columns.",
    ),
)


def accuracy_interval(right: int, total: int) -> np.ndarray:
    """Return both ends of Wilson's interval for a share, at 95 %."""
    share, weight = right / total, Z**2 / total
    middle = (share + weight / 2) / (1 + weight)
    half = Z * np.sqrt(share * (1 - share) / total + weight / (4 * total)) / (1 + weight)
    return np.array([middle - half, middle + half])


def _marked(draw: Draw) -> dict[str, Any]:
    total = draw.integer(1, 8 * draw.size)
    return {"right": draw.integer(0, total), "total": total}


def _normal(right: int, total: int, z: float = Z) -> np.ndarray:
    share = right / total
    return share + np.array([-1, 1]) * z * np.sqrt(share * (1 - share) / total)


def _wilson(right: int, total: int, z: float, share: float | None = None) -> np.ndarray:
    share = right / total if share is None else share
    weight = z**2 / total
    half = z * np.sqrt(share * (1 - share) / total + weight / (4 * total))
    return (share + weight / 2 + np.array([-half, half])) / (1 + weight)


ACCURACY_INTERVAL = Exercise(
    name="accuracy_interval",
    task=(
        "Of `total` test images `right` are classified rightly. Return the two ends, low and high, "
        "of Wilson's interval for the accuracy: with p = right / total, z = 1.96 and w = z² / "
        "total it is (p + w / 2 ± z √(p (1 - p) / total + w / (4 total))) / (1 + w)."
    ),
    objective="transfer-report",
    reference=accuracy_interval,
    inputs=_marked,
    wrong=(
        Wrong(
            "the interval of the normal approximation",
            _normal,
            (
                "How wide is it if every image was right?",
                "p ± z √(p (1 - p) / total) has no width there. Wilson's formula adds terms in w.",
            ),
        ),
        Wrong(
            "one standard deviation to either side",
            lambda right, total: _wilson(right, total, 1.0),
            ("How many deviations hold 95 % of a bell curve?", "z = 1.96, not 1."),
        ),
        Wrong(
            "the interval put around p",
            lambda right, total: (
                right / total
                + (accuracy_interval(right, total)[1] - accuracy_interval(right, total)[0])
                * np.array([-0.5, 0.5])
            ),
            (
                "Is the middle of the interval the accuracy that was measured?",
                "It is (p + w / 2) / (1 + w), nearer to one half.",
            ),
        ),
        Wrong(
            "per cent",
            lambda right, total: 100 * accuracy_interval(right, total),
            ("Between which numbers does an accuracy lie?", "Between 0 and 1, not 0 and 100."),
        ),
        Wrong(
            "the root forgotten",
            lambda right, total: (
                (
                    right / total
                    + Z**2 / total / 2
                    + np.array([-Z, Z])
                    * (right / total * (1 - right / total) / total + Z**2 / total / (4 * total))
                )
                / (1 + Z**2 / total)
            ),
            ("Is what you multiply z with a variance or a deviation?", "Take the root first."),
        ),
        Wrong(
            "z not squared in w",
            lambda right, total: (
                (
                    right / total
                    + Z / total / 2
                    + np.array([-Z, Z])
                    * np.sqrt(right / total * (1 - right / total) / total + Z / total / (4 * total))
                )
                / (1 + Z / total)
            ),
            ("What is w for total = 1?", "z squared, 3.84: w = z**2 / total."),
        ),
    ),
    hints=(
        "Work out p and w first, then the middle, then half the width; divide both by 1 + w.",
        "middle = (p + w / 2) / (1 + w); half = z * np.sqrt(p * (1 - p) / total + w / (4 * total)) "
        "/ (1 + w).",
    ),
)
