"""Softmax and the cross-entropy of logits, forward and backward."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from cnncourse import _checks


def softmax(logits: ArrayLike) -> np.ndarray:
    """Turn each row of logits into probabilities.

    Parameters
    ----------
    logits : array_like of shape (N, C)
        Any numbers, a row for each item and a column for each class. Minus infinity rules a
        class out.

    Returns
    -------
    ndarray of shape (N, C)
        ``exp(logits) / sum(exp(logits))`` over each row: between 0 and 1, and 1 together. The
        largest logit of the row is subtracted first; that changes nothing but that no exponential
        overflows. A row that holds NaN or infinity, or nothing but minus infinity, gives NaN.

    Raises
    ------
    ValueError
        If `logits` is no filled, numeric array with two axes.

    See Also
    --------
    softmax_backward : its gradient.

    References
    ----------
    J. S. Bridle, "Probabilistic interpretation of feedforward classification network outputs",
    in Neurocomputing, Springer 1990, pages 227 to 236. DOI 10.1007/978-3-642-76153-9_28.

    Examples
    --------
    >>> softmax([[0.0, 0.0], [1000.0, 1000.0 + np.log(3)]])
    array([[0.5 , 0.5 ],
           [0.25, 0.75]])
    """
    return np.exp(_log_softmax(_checks.array("logits", logits, "N C")))


def softmax_backward(grad: ArrayLike, logits: ArrayLike) -> np.ndarray:
    """Return the gradient of `softmax` with respect to the logits.

    Parameters
    ----------
    grad : array_like of shape (N, C)
        Gradient of a loss with respect to the probabilities.
    logits : array_like of shape (N, C)
        What `softmax` was given.

    Returns
    -------
    ndarray of shape (N, C)
        Each row adds up to 0: to add the same to all logits of a row changes nothing.

    Raises
    ------
    ValueError
        As `softmax`, and if `grad` hasn't the shape of `logits`.

    Examples
    --------
    >>> softmax_backward([[1.0, 0.0]], [[0.0, 0.0]])
    array([[ 0.25, -0.25]])
    """
    probabilities = softmax(logits)
    grad = _checks.gradient(grad, probabilities.shape, "N C")
    mean = (grad * probabilities).sum(axis=1, keepdims=True)
    return probabilities * (grad - mean)


def cross_entropy(logits: ArrayLike, labels: ArrayLike) -> np.floating:
    """Return the mean cross-entropy between softmax probabilities and the true classes.

    Equals Keras' ``SparseCategoricalCrossentropy(from_logits=True)``.

    Parameters
    ----------
    logits : array_like of shape (N, C)
        Any numbers, a row for each item and a column for each class.
    labels : array_like of shape (N,)
        The true class of each item, integers from 0 to C - 1.

    Returns
    -------
    floating
        Mean of ``-log(softmax(logits)[i, labels[i]])``, at least 0 and in nats: guessing among C
        classes costs ``log(C)``. The logarithm is never taken of a probability that was rounded
        to 0, so any finite logits (unless twice their size overflows) give a finite loss.

    Raises
    ------
    ValueError
        As `softmax`, and if `labels` doesn't hold one class for each row.

    See Also
    --------
    cross_entropy_backward : its gradient.

    Examples
    --------
    >>> logits = [[2.0, 2.0, 2.0, 2.0], [0.0, 1000.0, 0.0, 0.0]]
    >>> print(cross_entropy(logits[:1], [3]))  # log(4)
    1.3862943611198906
    >>> print(cross_entropy(logits, [3, 0]))  # (log(4) + 1000) / 2
    500.69314718055995
    """
    logits = _checks.array("logits", logits, "N C")
    labels = _true_classes(labels, logits)
    return -_log_softmax(logits)[np.arange(len(labels)), labels].mean()


def cross_entropy_backward(grad: float, logits: ArrayLike, labels: ArrayLike) -> np.ndarray:
    """Return the gradient of `cross_entropy` with respect to the logits.

    Parameters
    ----------
    grad : float
        Gradient of a loss with respect to the mean cross-entropy: 1 where that is the loss.
    logits, labels
        What `cross_entropy` was given.

    Returns
    -------
    ndarray of shape (N, C)
        ``grad / N`` times the probabilities, less 1 at the true class: what was guessed minus
        what is true.

    Raises
    ------
    ValueError
        As `cross_entropy`, and if `grad` is no finite number.

    Examples
    --------
    >>> cross_entropy_backward(1.0, [[0.0, 0.0], [0.0, 0.0]], [0, 1])
    array([[-0.25,  0.25],
           [ 0.25, -0.25]])
    """
    logits = _checks.array("logits", logits, "N C")
    labels = _true_classes(labels, logits)
    difference = softmax(logits)
    difference[np.arange(len(labels)), labels] -= 1
    return difference * (_checks.number("grad", grad) / len(labels))


def _log_softmax(logits: np.ndarray) -> np.ndarray:
    # Infinities meet here, and their difference is NaN, as documented.
    with np.errstate(invalid="ignore", over="ignore"):
        shifted = logits - logits.max(axis=1, keepdims=True)
        return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def _true_classes(labels: ArrayLike, logits: np.ndarray) -> np.ndarray:
    items, classes = logits.shape
    expected = f"{items} integers from 0 to {classes - 1}, a class for each row of `logits`"
    try:
        found = np.asarray(labels)
    except ValueError:
        _checks.fail("labels", expected, labels)
    if found.dtype.kind not in "iu" or found.shape != (items,):
        _checks.fail("labels", expected, labels)
    wrong = found[(found < 0) | (found >= classes)]
    if wrong.size:
        _checks.fail("labels", expected, int(wrong[0]))
    return found
