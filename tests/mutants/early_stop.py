"""Wrong versions of ``early_stop`` that the checker does not know by name."""

import numpy as np


def _stop(losses, patience, better=np.less):
    best = 0
    for epoch, loss in enumerate(losses):
        if better(loss, losses[best]):
            best = epoch
        if epoch - best >= patience:
            return epoch + 1, best + 1
    return len(losses), best + 1


def highest_is_best(losses, patience):
    return _stop(losses, patience, np.greater)


def last_of_equals(losses, patience):
    last, _ = _stop(losses, patience)
    seen = losses[:last]
    return last, int(np.flatnonzero(seen == seen.min())[-1]) + 1


def first_rise(losses, patience):
    return _stop(losses, 1)


def stopped_one_epoch_early(losses, patience):
    return _stop(losses, max(patience - 1, 1))


def trained_until_the_best_only(losses, patience):
    _, best = _stop(losses, patience)
    return best, best


def last_epoch_as_best(losses, patience):
    last, _ = _stop(losses, patience)
    return last, last


def best_counted_from_zero(losses, patience):
    last, best = _stop(losses, patience)
    return last, best - 1


def last_counted_from_zero(losses, patience):
    last, best = _stop(losses, patience)
    return last - 1, best


def first_epoch_counts_as_bad(losses, patience):
    best, bad = 0, 0
    for epoch, loss in enumerate(losses):
        bad = 0 if loss < losses[best] else bad + 1
        best = epoch if loss < losses[best] else best
        if bad >= patience:
            return epoch + 1, best + 1
    return len(losses), best + 1


def patience_epochs_always(losses, patience):
    last = min(patience + 1, len(losses))
    return last, int(losses[:last].argmin()) + 1


def best_loss_instead_of_its_epoch(losses, patience):
    last, best = _stop(losses, patience)
    return last, int(losses[best - 1])


def size_of_the_loss(losses, patience):
    return _stop(np.abs(losses), patience)


def needs_half_a_point(losses, patience):
    return _stop(losses, patience, lambda new, old: new < old - 0.5)


def epochs_that_are_left(losses, patience):
    last, best = _stop(losses, patience)
    return len(losses) - last, best
