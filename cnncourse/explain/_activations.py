"""What every layer makes of pictures, and which pictures a filter likes best."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import keras
import numpy as np

from cnncourse import _checks
from cnncourse.explain._network import Network, batches


def activations(
    model: Any, images: Any, layers: Sequence[Any] | None = None, *, batch_size: int = 32
) -> dict[str, Any]:
    """Return what the layers of a model return for a batch of images.

    Parameters
    ----------
    model : keras.Model
        Functional, sequential or subclassed; layers of inner models have paths such as
        ``"base/stage3"``.
    images : array_like of shape (N, H, W, C)
        As the model takes them.
    layers : sequence of str or keras.layers.Layer, optional
        Which ones; by default all that the model calls.
    batch_size : int

    Returns
    -------
    dict of str to ndarray of shape (N, ...)
        By path, in the order of the calls. Of a layer that is called several times, what it
        returned last. Layers that return several tensors give a structure of arrays.

    Raises
    ------
    ValueError
        If there is no such layer, or the images don't fit.

    Examples
    --------
    >>> from cnncourse import explain
    >>> model = keras.Sequential([keras.Input((8, 12, 3)), keras.layers.Conv2D(4, 3, name="look"),
    ...                           keras.layers.Flatten(name="line")])
    >>> found = explain.activations(model, np.ones((5, 8, 12, 3)))
    >>> {name: values.shape for name, values in found.items()}
    {'look': (5, 6, 10, 4), 'line': (5, 240)}
    """
    network = Network(model, images)
    if isinstance(layers, (str, keras.layers.Layer)):
        _checks.fail("layers", "a sequence of layers, or None for all", layers)
    wanted = list(network.shapes) if layers is None else [network.find(one) for one in layers]
    parts: list[dict[str, Any]] = []
    for rows in batches(len(network.images), batch_size):
        heard = network.run(network.images[rows], wanted)[1]
        parts.append(
            {
                path: keras.tree.map_structure(keras.ops.convert_to_numpy, value)
                for path, value in heard.items()
            }
        )
    return {
        path: keras.tree.map_structure(
            lambda *each: np.concatenate(each), *[part[path] for part in parts]
        )
        for path in parts[0]
    }


class Patches(NamedTuple):
    """The patches that some filters respond to most; see `top_patches`."""

    images: np.ndarray  # (F, count, size, size, C), as the images were
    activations: np.ndarray  # (F, count), falling
    indices: np.ndarray  # (F, count): which image each comes from


def top_patches(
    model: Any,
    images: Any,
    layer: Any,
    filters: Sequence[int] | None = None,
    *,
    count: int = 8,
    size: int = 32,
    batch_size: int = 32,
) -> Patches:
    """Return, for each filter of a layer, the patches of the images that it responds to most.

    At most one patch comes from an image. It is centred on the place of the filter's highest
    response, as far as the image reaches.

    Parameters
    ----------
    model : keras.Model
    images : array_like of shape (N, H, W, C)
        As the model takes them.
    layer : str or keras.layers.Layer
        One that gives maps.
    filters : sequence of int, optional
        Which filters; by default all.
    count : int
        Patches a filter, at most N.
    size : int
        Side of a patch in pixels, at most that of the images. The layer's receptive field is the
        natural choice.
    batch_size : int

    Returns
    -------
    Patches
        Named arrays ``images``, ``activations`` and ``indices``.

    Raises
    ------
    ValueError
        If there is no such layer or filter, or not enough images.

    References
    ----------
    M. D. Zeiler and R. Fergus, "Visualizing and Understanding Convolutional Networks", ECCV 2014,
    arXiv:1311.2901, figure 2.

    Examples
    --------
    >>> from cnncourse import explain
    >>> model = keras.Sequential([keras.Input((8, 12, 3)), keras.layers.Conv2D(4, 3, name="look")])
    >>> found = explain.top_patches(model, np.ones((5, 8, 12, 3)), "look", [2], count=3, size=5)
    >>> found.images.shape, found.activations.shape
    ((1, 3, 5, 5, 3), (1, 3))
    """
    network = Network(model, images)
    path = network.find_maps(network.find(layer))
    given = np.asarray(images)
    side = _checks.integer("size", size, 1)
    if side > min(given.shape[1:3]):
        _checks.fail("size", f"at most the images' shorter side, {min(given.shape[1:3])}", size)
    best = _checks.integer("count", count, 1)
    if best > len(given):
        _checks.fail("count", f"at most {len(given)}, the number of images", count)
    chosen = filter_numbers(filters, network.shapes[path][-1])  # type: ignore[index]
    highest, places = [], []
    for rows in batches(len(given), batch_size):
        maps = keras.ops.convert_to_numpy(network.run(network.images[rows], [path])[1][path])
        flat = maps[..., chosen].reshape(len(maps), -1, len(chosen))
        highest.append(flat.max(axis=1))
        places.append(flat.argmax(axis=1))
    responses, where = np.concatenate(highest).T, np.concatenate(places).T  # (F, N)
    order = np.argsort(-responses, axis=1, kind="stable")[:, :best]
    cells = np.stack(np.unravel_index(np.take_along_axis(where, order, 1), maps.shape[1:3]), -1)
    sides = np.array(given.shape[1:3])
    centres = (cells + 0.5) * sides / maps.shape[1:3]
    corners = np.clip(np.round(centres - side / 2), 0, sides - side).astype(int)  # (F, count, 2)
    windows = np.lib.stride_tricks.sliding_window_view(given, (side, side), axis=(1, 2))
    patches = windows[order, corners[..., 0], corners[..., 1]]  # (F, count, C, side, side)
    return Patches(
        np.moveaxis(patches, 2, -1), np.take_along_axis(responses, order, 1), order
    )  # fmt: skip


def filter_numbers(filters: Any, count: int) -> np.ndarray:
    """Return filters as an array, all of `count` by default."""
    if filters is None:
        return np.arange(count)
    chosen = np.asarray(filters)
    expected = f"filters from 0 to {count - 1}, at least one"
    if chosen.ndim != 1 or not chosen.size or chosen.dtype.kind not in "iu":
        _checks.fail("filters", expected, filters)
    if chosen.min() < 0 or chosen.max() >= count:
        _checks.fail("filters", expected, filters)
    return chosen
