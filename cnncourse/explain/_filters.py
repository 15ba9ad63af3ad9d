"""Pictures that a filter would like to see: gradient ascent on the pixels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import keras
import numpy as np

from cnncourse import _checks
from cnncourse.explain._activations import filter_numbers
from cnncourse.explain._gradients import gradients
from cnncourse.explain._network import Network, batches

_SIDE = 64  # where the model takes any size


class Maximized(NamedTuple):
    """Pictures from gradient ascent; see `maximize_filter`."""

    images: np.ndarray  # (F, h, w, C), 0 … 1
    activations: np.ndarray  # (steps + 1, F)


def maximize_filter(
    model: Any,
    layer: Any,
    filters: Sequence[int] | None = None,
    *,
    size: Any = None,
    steps: int = 30,
    rate: float = 0.02,
    jitter: int = 2,
    blur: float = 0.4,
    crop: int = 4,
    value_range: Sequence[float] = (0, 255),
    seed: int = 0,
    batch_size: int = 64,
) -> Maximized:
    """Return, for each filter of a layer, a picture that it responds to strongly.

    From grey with a little noise, the pixels climb the gradient of the filter's mean response.
    Each step has the same length (the gradient is divided by its root mean square); the picture is
    moved by a few random pixels before it and back after it, and blurred a little, so that
    no fine pattern grows that only fits one alignment. All filters climb together, as one batch.

    Parameters
    ----------
    model : keras.Model
    layer : str or keras.layers.Layer
        One that gives maps.
    filters : sequence of int, optional
        Which filters; by default all.
    size : int or (height, width), optional
        Of the pictures while they climb; by default what the model takes.
    steps : int
    rate : float
        Length of a step, as a share of the range of values.
    jitter : int
        The largest move, in pixels. 0 moves nothing.
    blur : float
        Standard deviation of the blur after each step, in pixels. 0 doesn't blur.
    crop : int
        How many pixels to cut off at each side of the result. There the padding of the layers,
        not the filter, made the pattern. The outermost cells of the maps are left out of the mean
        response for the same reason.
    value_range : (low, high)
        Of the pixels that the model takes.
    seed : int
    batch_size : int

    Returns
    -------
    Maximized
        ``images``, 0 … 1 between low and high, and ``activations``, the mean response before each
        step and after the last. A filter that no gradient reaches, because it is dead on grey,
        keeps its noise and a flat line.

    Raises
    ------
    ValueError
        If there is no such layer or filter, or a setting is out of its range.

    References
    ----------
    D. Erhan, Y. Bengio, A. Courville and P. Vincent, "Visualizing higher-layer features of a deep
    network", technical report 1341, Université de Montréal, 2009 (the ascent); F. Chollet, "Deep
    Learning with Python", Manning 2018, section 5.4.2 (normalised steps).

    Examples
    --------
    >>> from cnncourse import explain
    >>> model = keras.Sequential([keras.Input((16, 20, 3)), keras.layers.Conv2D(4, 3, name="look")])
    >>> found = explain.maximize_filter(model, "look", [0, 3], steps=5)
    >>> found.images.shape, bool((found.activations[-1] > found.activations[0]).all())
    ((2, 8, 12, 3), True)
    """
    steps = _checks.integer("steps", steps, 1)
    jitter, crop = _checks.integer("jitter", jitter, 0), _checks.integer("crop", crop, 0)
    rate, blur = _checks.number("rate", rate, 0), _checks.number("blur", blur, 0)
    if len(value_range) != 2 or not value_range[0] < value_range[1]:
        _checks.fail("value_range", "a pair (low, high)", value_range)
    low, high = map(float, value_range)
    shape = _start_shape(model, size)
    if 2 * crop >= min(shape[:2]):
        _checks.fail("crop", f"less than half of the shorter side, {min(shape[:2])}", crop)
    rng = np.random.default_rng(_checks.integer("seed", seed, 0))
    grey = np.full((1, *shape), (low + high) / 2, np.float32)
    network = Network(model, grey)
    path = network.find_maps(network.find(layer))
    rows, columns, count = network.shapes[path][1:]  # type: ignore[index]
    inside = [slice(cut, side - cut) for side in (rows, columns) for cut in [min(2, side // 4)]]
    pictures, curves = [], []
    for chosen in np.split(
        numbers := filter_numbers(filters, count),
        [part.stop for part in batches(len(numbers), batch_size)][:-1],
    ):

        def response(output: Any, heard: Any, rows: Any, chosen: Any = chosen) -> Any:
            maps = heard[path][:, inside[0], inside[1]]
            means = keras.ops.mean(maps, axis=(1, 2))  # (F, channels)
            return keras.ops.take_along_axis(means, chosen[:, np.newaxis], axis=1)[:, 0]

        noise = rng.normal(0, 0.02 * (high - low), (len(chosen), *shape))
        pixels, curve = (grey + noise).astype(np.float32), []
        for step in range(steps + 1):
            # The last look is at the picture as it is, and moves nothing.
            move = rng.integers(-jitter, jitter + 1, 2) if step < steps else np.zeros(2, int)
            moved = np.roll(pixels, move, axis=(1, 2))
            scores, _, slopes = gradients(
                network, moved, response, slice(None), listen=[path], logits=False
            )
            curve.append(scores)
            if step == steps:
                break
            slopes = np.roll(slopes, -move, axis=(1, 2))
            length = np.sqrt((slopes**2).mean(axis=(1, 2, 3), keepdims=True))
            climb = np.divide(slopes, length, out=np.zeros_like(slopes), where=length > 0)
            reached = length > 0  # a filter without a gradient keeps its noise
            soft = _blurred(pixels + rate * (high - low) * climb, blur)
            pixels = np.where(reached, np.clip(soft, low, high), pixels)
        pictures.append(pixels[:, crop : shape[0] - crop, crop : shape[1] - crop])
        curves.append(np.stack(curve))
    images = np.clip((np.concatenate(pictures) - low) / (high - low), 0, 1)
    return Maximized(images, np.concatenate(curves, axis=1))


def _start_shape(model: Any, size: Any) -> tuple[int, int, int]:
    if not isinstance(model, keras.Model):
        _checks.fail("model", "a Keras model", model)
    wanted = getattr(model, "input_shape", None) if model.built else None
    wanted = wanted if isinstance(wanted, tuple) and len(wanted) == 4 else (None, None, None, 3)
    if size is not None:
        height, width = _checks.pair("size", size, 1)
    else:
        height, width = (side or _SIDE for side in wanted[1:3])
    return height, width, wanted[3] or 3


def _blurred(pixels: np.ndarray, sigma: float) -> np.ndarray:
    if sigma == 0:
        return pixels
    size = 2 * int(np.ceil(2 * sigma)) + 1
    soft = keras.ops.image.gaussian_blur(pixels, (size, size), (sigma, sigma))
    return keras.ops.convert_to_numpy(soft)
