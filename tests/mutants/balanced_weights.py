"""Wrong versions of ``balanced_weights`` that the checker does not know by name."""

import numpy as np


def _right(losses, shares):
    weights = np.asarray(shares, float) / np.asarray(losses, float)
    return weights / weights.sum()


def the_largest_is_one(losses, shares):
    weights = np.asarray(shares, float) / np.asarray(losses, float)
    return weights / weights.max()


def the_first_is_one(losses, shares):
    weights = np.asarray(shares, float) / np.asarray(losses, float)
    return weights / weights[0]


def unit_length(losses, shares):
    weights = np.asarray(shares, float) / np.asarray(losses, float)
    return weights / np.sqrt((weights**2).sum())


def in_reverse(losses, shares):
    return _right(losses, shares)[::-1]


def shares_in_reverse(losses, shares):
    return _right(losses, shares[::-1])


def as_many_as_there_are(losses, shares):
    return _right(losses, shares) * len(losses)


def divided_by_squares(losses, shares):
    weights = np.asarray(shares, float) / np.asarray(losses, float) ** 2
    return weights / weights.sum()


def divided_by_roots(losses, shares):
    weights = np.asarray(shares, float) / np.sqrt(np.asarray(losses, float))
    return weights / weights.sum()


def the_weighted_losses(losses, shares):
    return _right(losses, shares) * np.asarray(losses, float)


def all_alike(losses, shares):
    return np.full(len(losses), 1 / len(losses))


def the_last_makes_up_for_the_rest(losses, shares):
    weights = np.asarray(shares, float) / np.asarray(losses, float)
    return np.append(weights[:-1], 1 - weights[:-1].sum())


def a_softmax(losses, shares):
    weights = np.exp(_right(losses, shares))
    return weights / weights.sum()
