"""Heat maps over pictures."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from cnncourse import _checks

# From dark violet over orange to pale yellow: light rises all the way, so it also reads in grey.
_RAMP = np.array([[0.23, 0.06, 0.44], [0.72, 0.21, 0.38], [0.98, 0.55, 0.14], [0.99, 0.96, 0.70]])


def enlarge(maps: Any, size: Any) -> np.ndarray:
    """Return maps in another size, bilinearly.

    Parameters
    ----------
    maps : array_like of shape (N, h, w)
    size : (height, width)

    Returns
    -------
    ndarray of float32, shape (N, height, width)

    Examples
    --------
    >>> enlarge([[[0.0, 1.0]]], (1, 4)).tolist()
    [[[0.0, 0.25, 0.75, 1.0]]]
    """
    array = _checks.array("maps", maps, "N h w").astype(np.float32)
    height, width = _checks.pair("size", size, 1)
    resized = keras.ops.image.resize(array[..., np.newaxis], (height, width), "bilinear")
    return keras.ops.convert_to_numpy(resized)[..., 0]


def overlay(images: Any, maps: Any, strength: float = 0.7) -> np.ndarray:
    """Return pictures with their heat maps laid over them.

    Each map is divided by its own maximum. Where it is 0 the picture is left as it is; where it is
    highest, `strength` of it is covered.

    Parameters
    ----------
    images : array_like of shape (N, H, W, 3) or (N, H, W)
        Integers from 0 to 255 or floats from 0 to 1.
    maps : array_like of shape (N, h, w)
        At least 0; of another size they are enlarged.
    strength : float
        0 … 1.

    Returns
    -------
    ndarray of float32, shape (N, H, W, 3)
        0 … 1.

    Raises
    ------
    ValueError
        If the numbers of maps and images differ, or a value is out of its range.

    Examples
    --------
    >>> overlay(np.zeros((1, 1, 2, 3)), [[[0.0, 5.0]]], strength=1).round(2).tolist()
    [[[[0.0, 0.0, 0.0], [0.9900000095367432, 0.9599999785423279, 0.699999988079071]]]]
    """
    given = np.asarray(images)
    pictures = _checks.array("images", images, "N H W or N H W C")
    if pictures.ndim == 3:
        pictures = pictures[..., np.newaxis]
    if pictures.shape[-1] not in (1, 3):
        _checks.fail("images", "grey or colour pictures, (N, H, W) or (N, H, W, 3)", given)
    top = 255 if given.dtype.kind in "iu" else 1
    if not (pictures.min() >= 0 and pictures.max() <= top):
        _checks.fail("images", "integers from 0 to 255 or floats from 0 to 1", given)
    heat = _checks.array("maps", maps, "N h w").astype(np.float32)
    if len(heat) != len(pictures) or not (heat >= 0).all():
        _checks.fail("maps", f"{len(pictures)} maps of at least 0, one an image", heat)
    strength = _checks.number("strength", strength, 0, 1)
    if heat.shape[1:] != pictures.shape[1:3]:
        heat = enlarge(heat, pictures.shape[1:3])
    highest = heat.max(axis=(1, 2), keepdims=True)
    heat = np.divide(heat, highest, out=np.zeros_like(heat), where=highest > 0)
    stops = np.linspace(0, 1, len(_RAMP))
    colours = np.stack([np.interp(heat, stops, _RAMP[:, channel]) for channel in range(3)], -1)
    cover = (strength * heat)[..., np.newaxis]
    return ((1 - cover) * (pictures / top) + cover * colours).astype(np.float32)
