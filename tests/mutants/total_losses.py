"""Wrong versions of ``total_losses`` that the checker does not know by name."""

import numpy as np


def _losses(logits, labels, log=np.log):
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    shares = powers / powers.sum(axis=-1, keepdims=True)
    return -log(shares[np.arange(len(labels)), labels])


def _heads(auxiliary, labels, log=np.log):
    return np.array([_losses(head, labels, log) for head in auxiliary])


def counts_in_bits(main, auxiliary, labels, weight=0.3):
    return _losses(main, labels, np.log2) + weight * _heads(auxiliary, labels, np.log2).sum(0)


def counts_in_tens(main, auxiliary, labels, weight=0.3):
    return _losses(main, labels, np.log10) + weight * _heads(auxiliary, labels, np.log10).sum(0)


def always_three_tenths(main, auxiliary, labels, weight=0.3):
    return _losses(main, labels) + 0.3 * _heads(auxiliary, labels).sum(0)


def the_worst_head(main, auxiliary, labels, weight=0.3):
    return _losses(main, labels) + weight * _heads(auxiliary, labels).max(0)


def the_best_head(main, auxiliary, labels, weight=0.3):
    return _losses(main, labels) + weight * _heads(auxiliary, labels).min(0)


def a_weight_that_fades_from_head_to_head(main, auxiliary, labels, weight=0.3):
    fading = weight ** np.arange(1, len(auxiliary) + 1)
    return _losses(main, labels) + fading @ _heads(auxiliary, labels)


def squares_the_weight(main, auxiliary, labels, weight=0.3):
    return _losses(main, labels) + weight**2 * _heads(auxiliary, labels).sum(0)


def subtracts_the_heads(main, auxiliary, labels, weight=0.3):
    return _losses(main, labels) - weight * _heads(auxiliary, labels).sum(0)


def adds_up_logits_first(main, auxiliary, labels, weight=0.3):
    return _losses(main + weight * auxiliary.sum(axis=0), labels)


def scales_the_logits(main, auxiliary, labels, weight=0.3):
    return _losses(main, labels) + _heads(weight * auxiliary, labels).sum(0)


def shares_over_the_images(main, auxiliary, labels, weight=0.3):
    def losses(logits):
        powers = np.exp(logits)
        shares = powers / powers.sum(axis=0, keepdims=True)
        return -np.log(shares[np.arange(len(labels)), labels])

    return losses(main) + weight * sum(losses(head) for head in auxiliary)


def labels_of_the_image_before(main, auxiliary, labels, weight=0.3):
    labels = np.roll(labels, 1)
    return _losses(main, labels) + weight * _heads(auxiliary, labels).sum(0)


def class_zero_for_everyone(main, auxiliary, labels, weight=0.3):
    labels = np.zeros(len(labels), int)
    return _losses(main, labels) + weight * _heads(auxiliary, labels).sum(0)


def forgets_the_minus(main, auxiliary, labels, weight=0.3):
    return -_losses(main, labels) - weight * _heads(auxiliary, labels).sum(0)


def squared_errors(main, auxiliary, labels, weight=0.3):
    def losses(logits):
        powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
        shares = powers / powers.sum(axis=-1, keepdims=True)
        return ((shares - np.eye(logits.shape[1])[labels]) ** 2).sum(axis=1)

    return losses(main) + weight * sum(losses(head) for head in auxiliary)
