"""Explanations by single pixels: saliency, SmoothGrad, integrated gradients."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any, NamedTuple

import numpy as np

from cnncourse import _checks
from cnncourse.explain._gradients import Score, gradients, scores_of
from cnncourse.explain._network import Network, batches


def saliency(
    model: Any,
    images: Any,
    class_index: Any = None,
    *,
    score: Callable[[Any], Any] | None = None,
    batch_size: int = 32,
) -> np.ndarray:
    """Return how much the score of a class changes with each pixel.

    Parameters
    ----------
    model, images, class_index, score, batch_size
        As for `grad_cam`.

    Returns
    -------
    ndarray of float32, shape (N, H, W)
        The largest absolute gradient among a pixel's channels.

    Raises
    ------
    ValueError
        If there is no such class, or the images don't fit.

    References
    ----------
    K. Simonyan, A. Vedaldi and A. Zisserman, "Deep Inside Convolutional Networks", ICLR workshop
    2014, arXiv:1312.6034, section 3.1.

    Examples
    --------
    >>> import keras
    >>> from cnncourse import explain
    >>> model = keras.Sequential([keras.Input((8, 12, 3)), keras.layers.Flatten(),
    ...                           keras.layers.Dense(2)])
    >>> explain.saliency(model, np.ones((5, 8, 12, 3))).shape
    (5, 8, 12)
    """
    network = Network(model, images)
    target, logits = scores_of(network, class_index, score, batch_size)
    slopes = [
        gradients(network, network.images[rows], target, rows, logits=logits)[2]
        for rows in batches(len(network.images), batch_size)
    ]
    return np.abs(np.concatenate(slopes)).max(axis=-1)


def smooth_grad(
    model: Any,
    images: Any,
    class_index: Any = None,
    *,
    samples: int = 25,
    noise: float = 0.1,
    seed: int = 0,
    score: Callable[[Any], Any] | None = None,
    batch_size: int = 32,
) -> np.ndarray:
    """Return saliency of gradients that are averaged over noisy copies of each image.

    Parameters
    ----------
    model, images, class_index, score, batch_size
        As for `grad_cam`. Without a class, the one that the model votes for on the clean image.
    samples : int
        Noisy copies an image.
    noise : float
        Standard deviation of the noise, as a share of an image's range of values.
    seed : int

    Returns
    -------
    ndarray of float32, shape (N, H, W)

    Raises
    ------
    ValueError
        If there is no such class, or the images don't fit.

    References
    ----------
    D. Smilkov and others, "SmoothGrad: removing noise by adding noise", 2017, arXiv:1706.03825.

    Examples
    --------
    >>> import keras
    >>> from cnncourse import explain
    >>> model = keras.Sequential([keras.Input((8, 12, 3)), keras.layers.Flatten(),
    ...                           keras.layers.Dense(2)])
    >>> images = np.random.default_rng(0).normal(size=(5, 8, 12, 3))
    >>> plain, smooth = explain.saliency(model, images, 1), explain.smooth_grad(model, images, 1)
    >>> bool(np.allclose(plain, smooth))  # of a linear model the gradient is the same everywhere
    True
    """
    samples = _checks.integer("samples", samples, 1)
    noise = _checks.number("noise", noise, 0)
    rng = np.random.default_rng(_checks.integer("seed", seed, 0))
    network = Network(model, images)
    target, logits = scores_of(network, class_index, score, batch_size)
    parts = []
    for rows in batches(len(network.images), batch_size):
        clean = network.images[rows]
        spread = noise * np.ptp(clean, axis=(1, 2, 3), keepdims=True)
        copies = (
            clean + spread * rng.standard_normal(clean.shape, np.float32) for _ in range(samples)
        )
        total = _summed_slopes(network, copies, target, rows, logits, batch_size)
        parts.append(np.abs(total / samples).max(axis=-1))
    return np.concatenate(parts)


class Integrated(NamedTuple):
    """What `integrated_gradients` found."""

    attributions: np.ndarray  # (N, H, W, C), signed
    difference: np.ndarray  # (N,): score of the image less that of the baseline
    error: np.ndarray  # (N,): |sum of attributions - difference| / |difference|


def integrated_gradients(
    model: Any,
    images: Any,
    class_index: Any = None,
    *,
    baseline: Any = 0.0,
    steps: int = 32,
    tolerance: float = 0.01,
    most_steps: int = 1024,
    score: Callable[[Any], Any] | None = None,
    batch_size: int = 32,
) -> Integrated:
    """Return what each pixel adds to a score on the straight way from a baseline to the image.

    The attributions of an image add up to the difference of the two scores, which is called
    completeness. It holds exactly for the integral; here gradients at the middles of `steps` parts
    of the way stand in for it, and the number of parts is doubled until the sum is right.

    Parameters
    ----------
    model, images, class_index, score, batch_size
        As for `grad_cam`.
    baseline : float or array_like
        The picture without information, in the model's own pixels: a number, or anything that
        broadcasts to the images. The choice matters: pixels that equal the baseline get 0,
        whatever they mean.
    steps : int
        Parts of the way, to begin with.
    tolerance : float
        Largest error of the sum, as a share of the difference.
    most_steps : int
        Where to stop doubling.

    Returns
    -------
    Integrated
        Named arrays ``attributions`` (N, H, W, C), ``difference`` and ``error`` (N,).

    Raises
    ------
    ValueError
        If there is no such class, or images or baseline don't fit.

    Warns
    -----
    UserWarning
        If the sum of some image is still wrong by more than `tolerance`.

    References
    ----------
    M. Sundararajan, A. Taly and Q. Yan, "Axiomatic Attribution for Deep Networks", ICML 2017,
    arXiv:1703.01365, equations 1 and 3, proposition 1.

    Examples
    --------
    >>> import keras
    >>> from cnncourse import explain
    >>> model = keras.Sequential([keras.Input((4, 6, 1)), keras.layers.Conv2D(3, 3, activation=
    ...     "relu"), keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(2)])
    >>> found = explain.integrated_gradients(model, np.ones((2, 4, 6, 1)), 1)
    >>> bool((found.error < 0.01).all())
    True
    """
    steps = _checks.integer("steps", steps, 1)
    most = _checks.integer("most_steps", most_steps, steps)
    tolerance = _checks.number("tolerance", tolerance, 0)
    network = Network(model, images)
    target, logits = scores_of(network, class_index, score, batch_size)
    start = _baseline(baseline, network.images)
    count = len(network.images)
    both = [
        np.concatenate(
            [
                gradients(network, pixels[rows], target, rows, logits=logits)[0]
                for rows in batches(count, batch_size)
            ]
        )
        for pixels in (network.images, start)
    ]
    difference = both[0].astype(np.float64) - both[1]
    attributions = np.zeros(network.images.shape, np.float32)
    error = np.full(count, np.inf)
    left = np.arange(count)
    while left.size and steps <= most:
        for part in batches(len(left), batch_size):
            rows = left[part]
            way = network.images[rows] - start[rows]
            middles = ((np.arange(steps) + 0.5) / steps).astype(np.float32)
            places = (start[rows] + middle * way for middle in middles)
            total = _summed_slopes(network, places, target, rows, logits, batch_size)
            attributions[rows] = way * total / steps
        missing = attributions.sum(axis=(1, 2, 3), dtype=np.float64) - difference
        scale = np.maximum(np.abs(difference), np.finfo(np.float32).tiny)
        error = np.abs(missing) / scale
        left = np.flatnonzero(error > tolerance)
        steps *= 2
    if left.size:
        warnings.warn(
            f"The attributions of {left.size} of {count} images miss the difference of their "
            f"scores by up to {error.max():.1%} after {steps // 2} steps: raise `most_steps`, or "
            "take a baseline whose score differs more.",
            stacklevel=2,
        )
    return Integrated(attributions, difference.astype(np.float32), error.astype(np.float32))


def _summed_slopes(
    network: Network,
    versions: Iterable[np.ndarray],
    target: Score,
    rows: Any,
    logits: bool,
    batch_size: int,
) -> np.ndarray:
    """Return the sum of the gradients by several versions of a batch, (n, H, W, C).

    As many versions as `batch_size` allows are shown at once.
    """
    versions = iter(versions)
    total: Any = 0.0
    indices = np.arange(len(network.images))[rows]
    together = max(1, batch_size // len(indices))
    while shown := list(islice(versions, together)):
        slopes = gradients(
            network, np.concatenate(shown), target, np.tile(indices, len(shown)), logits=logits
        )[2]
        total = total + slopes.reshape(len(shown), *shown[0].shape).sum(axis=0, dtype=np.float64)
    return total


def _baseline(value: Any, images: np.ndarray) -> np.ndarray:
    try:
        start = np.broadcast_to(np.asarray(value, np.float32), images.shape)
    except (TypeError, ValueError):
        _checks.fail("baseline", f"a number or pixels of shape {images.shape}", value)
    if not np.isfinite(start).all():
        _checks.fail("baseline", "finite pixels", value)
    return start
