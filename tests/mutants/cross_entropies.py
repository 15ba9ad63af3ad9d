"""Wrong versions of ``cross_entropies`` that the checker does not know by name."""

import numpy as np


def _log_softmax(logits):
    shifted = logits - logits.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def _true(values, labels):
    return values[np.arange(len(labels)), labels]


def one_number(logits, labels, temperature=1.0):
    logits = logits / temperature
    return -_true(_log_softmax(logits), labels).mean()


def summed_up(logits, labels, temperature=1.0):
    logits = logits / temperature
    return np.full(len(labels), -_true(_log_softmax(logits), labels).sum())


def largest_of_all_rows(logits, labels, temperature=1.0):
    logits = logits / temperature
    shifted = logits - logits.max()
    with np.errstate(all="ignore"):
        return np.log(np.exp(shifted).sum(axis=1)) - _true(shifted, labels)


def shifted_by_the_mean(logits, labels, temperature=1.0):
    logits = logits / temperature
    shifted = logits - logits.mean(axis=1, keepdims=True)
    with np.errstate(all="ignore"):
        return np.log(np.exp(shifted).sum(axis=1)) - _true(shifted, labels)


def shift_forgotten_in_the_second_term(logits, labels, temperature=1.0):
    logits = logits / temperature
    shifted = logits - logits.max(axis=1, keepdims=True)
    return np.log(np.exp(shifted).sum(axis=1)) - _true(logits, labels)


def base_ten(logits, labels, temperature=1.0):
    logits = logits / temperature
    return -_true(_log_softmax(logits), labels) / np.log(10)


def probability_missing(logits, labels, temperature=1.0):
    logits = logits / temperature
    return 1 - np.exp(_true(_log_softmax(logits), labels))


def largest_margin(logits, labels, temperature=1.0):
    logits = logits / temperature
    return logits.max(axis=1) - _true(logits, labels)


def first_class_always(logits, labels, temperature=1.0):
    logits = logits / temperature
    return -_log_softmax(logits)[:, 0]


def true_class_left_out_of_the_sum(logits, labels, temperature=1.0):
    logits = logits / temperature
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    rest = powers.sum(axis=1) - _true(powers, labels)
    with np.errstate(all="ignore"):
        return np.log(rest) - _true(logits - logits.max(axis=1, keepdims=True), labels)


def squared_error(logits, labels, temperature=1.0):
    logits = logits / temperature
    wanted = np.eye(logits.shape[1])[labels]
    return ((np.exp(_log_softmax(logits)) - wanted) ** 2).sum(axis=1)


def all_classes_summed(logits, labels, temperature=1.0):
    logits = logits / temperature
    return -_log_softmax(logits).sum(axis=1)


def labels_counted_from_one(logits, labels, temperature=1.0):
    logits = logits / temperature
    return -_true(_log_softmax(logits), np.array(labels) - 1)


def small_number_in_the_logarithm(logits, labels, temperature=1.0):
    logits = logits / temperature
    return -np.log(np.exp(_true(_log_softmax(logits), labels)) + 1e-3)


def logits_cut(logits, labels, temperature=1.0):
    logits = logits / temperature
    return -_true(_log_softmax(np.clip(logits, -30, 30)), labels)


def entropy(logits, labels, temperature=1.0):
    logits = logits / temperature
    logs = _log_softmax(logits)
    return -(np.exp(logs) * logs).sum(axis=1)
