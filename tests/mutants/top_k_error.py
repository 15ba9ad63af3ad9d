"""Wrong versions of ``top_k_error`` that the checker does not know by name."""

import numpy as np


def _ranks(scores, labels):
    """Return how many classes score higher than the right one."""
    right = scores[np.arange(len(scores)), labels]
    return (scores > right[:, np.newaxis]).sum(axis=1)


def first_image_only(scores, labels, k):
    return float((_ranks(scores, labels) >= k)[0])


def any_image(scores, labels, k):
    return float((_ranks(scores, labels) >= k).any())


def all_images(scores, labels, k):
    return float((_ranks(scores, labels) >= k).all())


def best_always_left_out(scores, labels, k):
    ranks = _ranks(scores, labels)
    return float(((ranks >= k) | (ranks == 0)).mean())


def exactly_in_place_k(scores, labels, k):
    return float((_ranks(scores, labels) != k - 1).mean())


def five_always(scores, labels, k):
    return float((_ranks(scores, labels) >= 5).mean())


def two_always(scores, labels, k):
    return float((_ranks(scores, labels) >= 2).mean())


def divided_by_the_classes(scores, labels, k):
    return float((_ranks(scores, labels) >= k).sum() / scores.shape[1])


def divided_by_k(scores, labels, k):
    return float((_ranks(scores, labels) >= k).mean() / k)


def one_image_more(scores, labels, k):
    return float((_ranks(scores, labels) >= k).sum() / (len(labels) + 1))


def absolute_scores(scores, labels, k):
    return float((_ranks(np.abs(scores), labels) >= k).mean())


def labels_sorted(scores, labels, k):
    return float((_ranks(scores, sorted(labels)) >= k).mean())


def label_compared_with_position(scores, labels, k):
    order = np.argsort(np.argsort(-scores, axis=1), axis=1)
    return float(np.mean([order[i][0] >= k or labels[i] >= k for i in range(len(labels))]))
