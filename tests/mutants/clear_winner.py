"""Wrong versions of ``clear_winner`` that the checker does not know by name."""

import numpy as np


def _ahead(accuracies):
    best = int(np.argmax(accuracies.mean(axis=1)))
    others = np.delete(accuracies, best, axis=0)
    return best, (accuracies[best] > others).all()


def nobody_ever_wins(accuracies):
    return -1


def the_first_always_wins(accuracies):
    return 0


def nobody_is_none(accuracies):
    best, ahead = _ahead(accuracies)
    return best if ahead else 0


def nobody_is_the_number_of_approaches(accuracies):
    best, ahead = _ahead(accuracies)
    return best if ahead else len(accuracies)


def looks_at_the_last_seed(accuracies):
    last = accuracies[:, -1]
    best = int(np.argmax(last))
    return best if (np.delete(last, best) < last[best]).all() else -1


def ahead_of_one_other_is_enough(accuracies):
    best = int(np.argmax(accuracies.mean(axis=1)))
    others = np.delete(accuracies, best, axis=0)
    return best if (accuracies[best] > others).all(axis=1).any() else -1


def ahead_for_one_seed_is_enough(accuracies):
    best = int(np.argmax(accuracies.mean(axis=1)))
    others = np.delete(accuracies, best, axis=0)
    return best if (accuracies[best] > others).all(axis=0).any() else -1


def by_the_median(accuracies):
    middle = np.median(accuracies, axis=1)
    best = int(np.argmax(middle))
    return best if (np.delete(middle, best) < middle[best]).all() else -1


def by_the_worst_seed(accuracies):
    worst = accuracies.min(axis=1)
    best = int(np.argmax(worst))
    return best if (np.delete(worst, best) < worst[best]).all() else -1


def a_lead_of_more_than_one(accuracies):
    best, _ = _ahead(accuracies)
    others = np.delete(accuracies, best, axis=0)
    return best if (accuracies[best] > others + 1).all() else -1


def winner_counted_from_the_end(accuracies):
    best, ahead = _ahead(accuracies)
    return len(accuracies) - 1 - best if ahead else -1


def compares_with_the_first_only(accuracies):
    best = int(np.argmax(accuracies.mean(axis=1)))
    return best if best and (accuracies[best] > accuracies[0]).all() else -1


def never_the_last(accuracies):
    best, ahead = _ahead(accuracies)
    return best if ahead and best < len(accuracies) - 1 else -1


SAME_AS_KNOWN = {
    "ahead_of_one_other_is_enough": "the best mean taken for a win",
    "ahead_for_one_seed_is_enough": "the best mean taken for a win",
}
