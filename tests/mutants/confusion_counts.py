"""Wrong versions of ``confusion_counts`` that the checker does not know by name."""

import numpy as np


def _counts(true, predicted, classes):
    counts = np.zeros((classes, classes), int)
    for t, p in zip(true, predicted, strict=True):
        counts[t, p] += 1
    return counts


def shares_of_a_column(true, predicted, classes):
    counts = _counts(true, predicted, classes)
    return counts / np.maximum(counts.sum(axis=0), 1)


def shares_of_all(true, predicted, classes):
    return _counts(true, predicted, classes) / len(true)


def begins_with_ones(true, predicted, classes):
    return _counts(true, predicted, classes) + 1


def first_image_left_out(true, predicted, classes):
    return _counts(true[1:], predicted[1:], classes)


def last_image_left_out(true, predicted, classes):
    return _counts(true[:-1], predicted[:-1], classes)


def both_ways(true, predicted, classes):
    counts = _counts(true, predicted, classes)
    return counts + counts.T


def counts_per_true_class(true, predicted, classes):
    return np.diag(np.bincount(true, minlength=classes))


def counts_per_predicted_class(true, predicted, classes):
    return np.diag(np.bincount(predicted, minlength=classes))


def flat(true, predicted, classes):
    return _counts(true, predicted, classes).ravel()


def one_more_class(true, predicted, classes):
    return np.pad(_counts(true, predicted, classes), ((0, 1), (0, 1)))


def upper_triangle(true, predicted, classes):
    return np.triu(_counts(true, predicted, classes))


def classes_in_falling_order(true, predicted, classes):
    return _counts(true, predicted, classes)[::-1, ::-1]


def twice_at_most(true, predicted, classes):
    return np.minimum(_counts(true, predicted, classes), 2)


def mistakes_negative(true, predicted, classes):
    counts = _counts(true, predicted, classes)
    return np.where(np.eye(classes, dtype=bool), counts, -counts)


def sorted_before_counting(true, predicted, classes):
    return _counts(np.sort(true), np.sort(predicted), classes)
