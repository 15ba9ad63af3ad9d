"""A sanity check: an explanation has to change when the network forgets what it learnt."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import keras
import numpy as np

from cnncourse import _checks
from cnncourse.explain._network import Network


@contextmanager
def shuffled_weights(model: Any, layers: Sequence[Any] | None = None, seed: int = 0) -> Iterator:
    """Shuffle the weights of a model for a while, each array within itself.

    The values, and so their scale, stay; where they belong is forgotten. Afterwards every weight is
    what it was, also after an error.

    Parameters
    ----------
    model : keras.Model
        With weights.
    layers : sequence of keras.layers.Layer, optional
        Only these, with what is inside of them.
    seed : int

    Yields
    ------
    keras.Model
        The same model.

    Examples
    --------
    >>> from cnncourse import explain
    >>> model = keras.Sequential([keras.Input((8, 12, 3)), keras.layers.Conv2D(4, 3)])
    >>> before = model.get_weights()[0]
    >>> with explain.shuffled_weights(model):
    ...     during = model.get_weights()[0]
    >>> bool((before == during).all()), bool((before == model.get_weights()[0]).all())
    (False, True)
    """
    if not isinstance(model, keras.Model):
        _checks.fail("model", "a Keras model", model)
    rng = np.random.default_rng(_checks.integer("seed", seed, 0))
    owners = [model] if layers is None else list(layers)
    weights = list({id(one): one for owner in owners for one in owner.weights}.values())
    if not weights:
        _checks.fail("model", "one with weights, built by a first call", model.name)
    kept = [weight.numpy().copy() for weight in weights]
    try:
        for weight, values in zip(weights, kept, strict=True):
            weight.assign(rng.permutation(values.reshape(-1)).reshape(values.shape))
        yield model
    finally:
        for weight, values in zip(weights, kept, strict=True):
            weight.assign(values)


class Randomised(NamedTuple):
    """One stage of `randomisation`."""

    down_to: str  # path of the lowest layer that is shuffled; "" where none is yet
    similarity: np.ndarray  # (N,), -1 … 1


def randomisation(
    model: Any,
    images: Any,
    explanation: Callable[[Any, np.ndarray], Any],
    *,
    stages: int = 4,
    seed: int = 0,
) -> list[Randomised]:
    """Compare heat maps with those of ever more shuffled versions of the network, from the top.

    An explanation that looks the same for a network that has forgotten everything shows the
    picture, an edge detector say, and not the network.

    Parameters
    ----------
    model : keras.Model
    images : array_like of shape (N, H, W, C)
    explanation : callable
        From a model and images to heat maps (N, H, W), such as
        ``lambda model, images: explain.grad_cam(model, images, labels)``. Fix the class: a shuffled
        network votes for another one.
    stages : int
        Into how many equal groups the layers with weights are divided, the last called first.
    seed : int

    Returns
    -------
    list of Randomised
        Of length ``stages + 1``: named pairs of the lowest shuffled layer and the rank correlation
        of each heat map with the original. The first is the network as it is.

    Raises
    ------
    ValueError
        If there are fewer layers with weights than stages, or the explanation returns no maps.

    References
    ----------
    J. Adebayo and others, "Sanity Checks for Saliency Maps", NeurIPS 2018, arXiv:1810.03292,
    section 3 (there weights are drawn anew).

    Examples
    --------
    >>> from cnncourse import explain
    >>> model = keras.Sequential([keras.Input((8, 12, 3)), keras.layers.Conv2D(4, 3, name="a"),
    ...                           keras.layers.Flatten(), keras.layers.Dense(2, name="b")])
    >>> images = np.random.default_rng(0).normal(size=(3, 8, 12, 3))
    >>> found = explain.randomisation(model, images, lambda model, images:
    ...                               explain.saliency(model, images, 1), stages=2)
    >>> [(stage.down_to, stage.similarity.shape) for stage in found]
    [('', (3,)), ('b', (3,)), ('a', (3,))]
    """
    if not callable(explanation):
        _checks.fail("explanation", "a function of a model and images", explanation)
    network = Network(model, images)
    leaves = [
        path
        for path in network.shapes
        if network.layers[path].weights
        and not any(other.startswith(f"{path}/") for other in network.shapes)
    ]
    count = _checks.integer("stages", stages, 1)
    if count > len(leaves):
        _checks.fail("stages", f"at most {len(leaves)}, the layers with weights", stages)
    original = _maps(explanation(model, np.asarray(images)), len(network.images))
    found = [Randomised("", np.ones(len(original)))]
    for stage in range(1, count + 1):
        part = leaves[len(leaves) - round(stage * len(leaves) / count) :]
        with shuffled_weights(model, [network.layers[path] for path in part], seed):
            other = _maps(explanation(model, np.asarray(images)), len(original))
        found.append(Randomised(part[0], rank_correlation(original, other)))
    return found


def rank_correlation(a: Any, b: Any) -> np.ndarray:
    """Return Spearman's rank correlation of each pair of heat maps.

    Parameters
    ----------
    a, b : array_like of shape (N, H, W)

    Returns
    -------
    ndarray of float64, shape (N,)
        -1 … 1; equal values share their mean rank. With a map that is the same everywhere it is 0.

    Examples
    --------
    >>> rank_correlation([[[1, 2], [3, 4]]], [[[10, 20], [40, 30]]])
    array([0.8])
    """
    first, second = _checks.array("a", a, "N H W"), _checks.array("b", b, "N H W")
    if first.shape != second.shape:
        _checks.fail("b", f"the shape of `a`, {first.shape}", second)
    ranks = [np.stack([_ranks(one.reshape(-1)) for one in maps]) for maps in (first, second)]
    x, y = (each - each.mean(axis=1, keepdims=True) for each in ranks)
    scale = np.sqrt((x**2).sum(axis=1) * (y**2).sum(axis=1))
    return np.divide((x * y).sum(axis=1), scale, out=np.zeros(len(x)), where=scale > 0)


def _ranks(values: np.ndarray) -> np.ndarray:
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[place]


def _maps(value: Any, count: int) -> np.ndarray:
    maps = np.asarray(value)
    if maps.ndim != 3 or len(maps) != count:
        _checks.fail("explanation", f"a function that returns {count} maps (N, H, W)", maps)
    return maps
