"""Grad-CAM: which places of a layer's maps speak for a class."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from cnncourse import _checks
from cnncourse.explain._gradients import gradients, scores_of
from cnncourse.explain._network import Network, batches
from cnncourse.explain._overlay import enlarge


def grad_cam(
    model: Any,
    images: Any,
    class_index: Any = None,
    layer: Any = None,
    *,
    score: Callable[[Any], Any] | None = None,
    upsample: bool = True,
    batch_size: int = 32,
) -> np.ndarray:
    """Return the Grad-CAM heat map of every image.

    The maps of a layer are added up, each weighted by the mean gradient of the class's score over
    the map, and what speaks against the class is cut off at 0. The score is the *logit*: a softmax
    or sigmoid at the end is left out, since its gradient vanishes where the network is sure, and
    mixes in the other classes where it isn't.

    Parameters
    ----------
    model : keras.Model
        Functional, sequential or subclassed; models inside of models are fine.
    images : array_like of shape (N, H, W, C)
        As the model takes them.
    class_index : int, sequence of int or None
        The class to explain, for all images or for each. None takes the class that the model
        votes for.
    layer : str, keras.layers.Layer or None
        Whose maps: its name (a path such as ``"base/stage3"`` where names repeat) or itself. None
        takes the last layer that gives maps.
    score : callable, optional
        Instead of a class: a function from the model's output to one number an image, for
        boxes, several outputs or a difference of two classes.
    upsample : bool
        Enlarge the maps to the size of the images, bilinearly; otherwise they keep the layer's.
    batch_size : int

    Returns
    -------
    ndarray of float32, shape (N, H, W), or (N, h, w)
        At least 0, in the units of the score; not scaled, so that maps can be compared.

    Raises
    ------
    ValueError
        If there is no such layer or class, the model has no convolution, or the images don't
        fit; the message names what there is.

    References
    ----------
    R. R. Selvaraju and others, "Grad-CAM: Visual Explanations from Deep Networks via
    Gradient-based Localization", ICCV 2017, doi:10.1109/ICCV.2017.74, equations 1 and 2.

    Examples
    --------
    >>> import keras
    >>> from cnncourse import explain
    >>> model = keras.Sequential([keras.Input((8, 12, 3)), keras.layers.Conv2D(4, 3),
    ...                           keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(2)])
    >>> explain.grad_cam(model, np.ones((5, 8, 12, 3)), class_index=1).shape
    (5, 8, 12)
    """
    upsample = _checks.flag("upsample", upsample)
    network = Network(model, images)
    path = network.find_maps(layer)
    target, logits = scores_of(network, class_index, score, batch_size)
    parts = []
    for rows in batches(len(network.images), batch_size):
        _, maps, slopes = gradients(
            network, network.images[rows], target, rows, at=path, logits=logits
        )
        weights = slopes.mean(axis=(1, 2), keepdims=True)
        parts.append(np.maximum((weights * maps).sum(axis=-1), 0))
    heat = np.concatenate(parts)
    return enlarge(heat, network.images.shape[1:3]) if upsample else heat
