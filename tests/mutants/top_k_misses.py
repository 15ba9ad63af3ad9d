"""Wrong versions of ``top_k_misses`` that the checker does not know by name."""

import numpy as np


def _ranks(scores, labels):
    """Return how many classes score higher than the right one."""
    right = scores[np.arange(len(scores)), list(labels)]
    return (scores > right[:, np.newaxis]).sum(axis=1)


def first_image_only(scores, labels, k):
    return int((_ranks(scores, labels) >= k)[0])


def any_image(scores, labels, k):
    return int((_ranks(scores, labels) >= k).any())


def none_or_all(scores, labels, k):
    return len(labels) * int((_ranks(scores, labels) >= k).all())


def best_always_left_out(scores, labels, k):
    ranks = _ranks(scores, labels)
    return int(((ranks >= k) | (ranks == 0)).sum())


def exactly_in_place_k(scores, labels, k):
    return int((_ranks(scores, labels) != k - 1).sum())


def five_always(scores, labels, k):
    return int((_ranks(scores, labels) >= 5).sum())


def two_always(scores, labels, k):
    return int((_ranks(scores, labels) >= 2).sum())


def how_far_off(scores, labels, k):
    return int(np.maximum(_ranks(scores, labels) - k + 1, 0).sum())


def last_image_left_out(scores, labels, k):
    return int((_ranks(scores, labels) >= k)[:-1].sum())


def absolute_scores(scores, labels, k):
    return int((_ranks(np.abs(scores), labels) >= k).sum())


def labels_sorted(scores, labels, k):
    return int((_ranks(scores, sorted(labels)) >= k).sum())


def different_labels_only(scores, labels, k):
    missed = _ranks(scores, labels) >= k
    return len({label for label, miss in zip(labels, missed, strict=True) if miss})


def positive_scores_only(scores, labels, k):
    right = scores[np.arange(len(scores)), list(labels)]
    return int(((_ranks(scores, labels) >= k) | (right <= 0)).sum())
