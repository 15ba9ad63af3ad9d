"""Wrong versions of ``decode_top`` that the checker does not know by name."""

import numpy as np


def first_two_swapped(scores, k):
    order = np.argsort(-scores, axis=1, kind="stable")
    order[:, :2] = order[:, 1::-1]
    return order[:, :k]


def sorts_the_numbers_of_the_best(scores, k):
    return np.sort(np.argsort(-scores, axis=1, kind="stable")[:, :k], axis=1)


def largest_first_by_magnitude(scores, k):
    return np.argsort(-np.abs(scores - 0.5), axis=1, kind="stable")[:, :k]


def order_of_the_first_row_for_all(scores, k):
    order = np.argsort(-scores, axis=1, kind="stable")[:1, :k]
    return np.repeat(order, len(scores), axis=0)


def one_too_many(scores, k):
    return np.argsort(-scores, axis=1, kind="stable")[:, : k + 1]


def one_too_few(scores, k):
    return np.argsort(-scores, axis=1, kind="stable")[:, : max(k - 1, 1)]


def skips_the_best(scores, k):
    return np.roll(np.argsort(-scores, axis=1, kind="stable"), -1, axis=1)[:, :k]


def ranks(scores, k):
    order = np.argsort(-scores, axis=1, kind="stable")
    return np.argsort(order, axis=1)[:, :k]


def transposed(scores, k):
    return np.argsort(-scores, axis=1, kind="stable")[:, :k].T


def rounded_to_whole_numbers(scores, k):
    return np.argsort(-np.round(scores), axis=1, kind="stable")[:, :k]


def all_images_in_one_list(scores, k):
    return np.argsort(-scores, axis=1, kind="stable")[:, :k].ravel()


def best_class_repeated(scores, k):
    return np.repeat(scores.argmax(axis=1)[:, None], k, axis=1)


def never_more_than_three(scores, k):
    return np.argsort(-scores, axis=1, kind="stable")[:, : min(k, 3)]
