"""Flowers that grow nowhere: a source task that is near to `flowers`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import product

import numpy as np

from . import _dice
from ._canvas import Colour, hsv, mix, scaled
from ._dice import Dice
from ._exact import TAU, clip01, cos, direction, smooth
from ._flowers import Kind, portrait
from ._species import Head, centre, pointed_petal, ring, round_petal, spirals, strap_petal
from ._types import Samples

_GARDEN = 9
_SMALLEST = 24

_PETALS: dict[str, Callable] = {
    "round": round_petal,
    "pointed": pointed_petal,
    "strap": strap_petal,
    "spoon": lambda s: 0.22 + 1.5 * s * s * s * np.sqrt(clip01((1.0 - s) * 3.0)),
}
_WHORLS = ("few", "many", "double", "full")
_MIDDLES = ("bare", "button", "disc")


def _any(dice: Dice, dark: float = 0.35) -> Colour:
    """Any colour but the green of the leaves."""
    return hsv(dice.uniform(0.4, 1.2), dice.uniform(0.05, 0.95), dice.uniform(dark, 1.0))


def _open(head: Head, dice: Dice, petals: str, whorls: str, middle: str) -> None:
    """Paint a flower seen from above: its petals, how they are set, and what is in the middle."""
    base, tip = _any(dice), _any(dice)
    base = mix(base, tip, dice.uniform(0.2, 0.9))
    lengths: tuple[float, ...]
    if whorls == "few":
        count, lengths = dice.integer(4, 8), (0.98,)
    elif whorls == "many":
        count, lengths = dice.integer(12, 22), (0.98, 0.93)
    elif whorls == "double":
        count, lengths = dice.integer(6, 12), (1.0, 0.68)
    else:
        count, lengths = dice.integer(12, 22), (1.0, 0.82, 0.64, 0.46, 0.3)
    for step, length in enumerate(lengths):
        number = max(4, count - 2 * step)
        width = dice.uniform(0.95, 1.25) * 1.9 * length / number
        light = 0.78 + 0.24 * (step + 1) / len(lengths)
        ring(
            head, dice, number, length, width, _PETALS[petals], scaled(base, light),
            scaled(tip, light), dice.uniform(0.0, 0.2), dice.uniform(0.02, 0.2),
        )  # fmt: skip
    if middle != "bare":
        core = _any(dice, 0.15)
        reach = dice.uniform(0.1, 0.19) if middle == "button" else dice.uniform(0.3, 0.5)
        turns = dice.pick(((8, 13, 4.0), (13, 21, 4.5), (21, 34, 7.0)))
        rim = mix(core, _any(dice, 0.15), dice.uniform(0.0, 0.6))
        centre(head, reach, rim, core, dice.uniform(0.1, 0.42), turns)


def _globe(head: Head, dice: Dice) -> None:
    """Paint many small florets on a ball."""
    colour, other = _any(dice), _any(dice)
    count = dice.integer(9, 15)
    light = 1.0 - 0.25 * (head.u * 0.6 + head.v * 0.8)
    head.lay(head.edge(0.92 - head.radius), light * 0.6, colour)
    for step, out in enumerate((0.86, 0.66, 0.45, 0.22)):
        number = max(4, int(count * (0.4 + out)))
        at = head.turn * number + dice.unit()
        sideways = (at - np.floor(at) - 0.5) * (TAU / number) * out
        radial = head.radius - out
        distance = np.sqrt(radial * radial + sideways * sideways)
        floret = mix(colour, other, 0.15 * step)
        head.lay(head.edge(0.15 - distance), light * (1.15 - 3.0 * distance), floret)


def _wheel(head: Head, dice: Dice) -> None:
    """Paint spokes with a drop at each end: an umbel from above."""
    colour, green = _any(dice), hsv(dice.uniform(0.18, 0.36), 0.6, dice.uniform(0.3, 0.7))
    count = dice.integer(7, 13)
    at = head.turn * count + dice.unit()
    sideways = (at - np.floor(at) - 0.5) * (TAU / count)
    spoke = np.abs(sideways) * head.radius
    head.lay(head.edge(0.03 - spoke) * (head.radius < 0.8), 1.0, green)
    size = dice.uniform(0.16, 0.26)
    for out in (0.8, 0.45):
        radial = head.radius - out
        across = sideways * out
        distance = np.sqrt(radial * radial + across * across)
        head.lay(head.edge(size * (0.55 + 0.5 * out) - distance), 1.1 - 1.5 * distance, colour)


def _pinwheel(head: Head, dice: Dice) -> None:
    """Paint petals bent all one way around the middle."""
    colour, other = _any(dice), _any(dice)
    count = dice.integer(5, 9)
    bent = head.turn * count + dice.sign() * dice.uniform(0.5, 1.1) * head.radius + dice.unit()
    step = bent - np.floor(bent)
    reach = 0.72 + 0.26 * 2.0 * np.minimum(step, 1.0 - step)
    tone = 0.6 + 0.45 * step
    way = smooth(head.radius)
    shades = [a + (b - a) * way for a, b in zip(colour, other, strict=True)]
    head.lay(head.edge(reach - head.radius), tone, shades)
    head.lay(head.edge(dice.uniform(0.08, 0.2) - head.radius), 1.0, _any(dice))


def _bell(head: Head, dice: Dice) -> None:
    """Paint a bell seen from the side, open below, its rim cut into teeth."""
    colour, other = _any(dice), _any(dice)
    drop = clip01((head.v + 0.95) * (1.0 / 1.8))
    wide = dice.uniform(0.5, 0.62) * np.sqrt(drop) + dice.uniform(0.12, 0.3) * drop * drop * drop
    share = head.u / (wide + 1e-3)
    teeth = 0.08 * cos(share * dice.pick((1.0, 1.5, 2.0)))
    inside = (head.v > -0.95) & (head.v < 0.82 + teeth)
    tone = 1.0 - 0.4 * share * share + 0.08 * cos(share * dice.integer(1, 4))
    shades = [a + (b - a) * drop for a, b in zip(colour, mix(colour, other, 0.6), strict=True)]
    head.lay(head.edge(wide - np.abs(head.u)) * inside, tone, shades)
    lip = head.v - 0.8
    mouth = np.sqrt(head.u * head.u * 2.4 + lip * lip * 40.0)
    head.lay(head.edge(0.8 - mouth) * (head.v > 0.6), 0.55, mix(colour, other, 0.6))


def _spike(head: Head, dice: Dice) -> None:
    """Paint rows of small florets up an upright axis."""
    colour, green = _any(dice), hsv(dice.uniform(0.2, 0.36), 0.6, dice.uniform(0.3, 0.6))
    head.lay(head.edge(0.05 - np.abs(head.u)) * (np.abs(head.v) < 0.97), 1.0, green)
    rows, narrow = dice.integer(6, 11), dice.uniform(0.3, 0.5)
    for row in range(rows):
        y = -0.88 + 1.76 * row / (rows - 1)
        half = narrow * (0.35 + 0.65 * row / (rows - 1))
        for side in (-0.66, 0.0, 0.66):
            u, v = head.u - side * half, head.v - y - dice.bell(0.03)
            distance = np.sqrt(u * u + v * v)
            tone = 1.1 - 2.0 * distance + 0.2 * side
            head.lay(head.edge(0.62 * half - distance), tone, colour)


def _brush(head: Head, dice: Dice) -> None:
    """Paint a green cup with a tuft of bristles: a thistle from the side."""
    colour, green = _any(dice), hsv(dice.uniform(0.2, 0.4), 0.5, dice.uniform(0.3, 0.6))
    fan = dice.uniform(0.45, 0.8)
    rise = clip01((0.25 - head.v) * (1.0 / 1.15))
    wide = 0.22 + fan * rise
    share = head.u / wide
    bristle = 0.5 + 0.5 * cos(share * dice.integer(5, 9))
    top = -0.78 - 0.14 * bristle + 0.2 * share * share
    inside = (head.v < 0.3) & (head.v > top)
    head.lay(head.edge(wide - np.abs(head.u)) * inside, 0.65 + 0.45 * bristle, colour)
    low = head.v - 0.42
    bulb = np.sqrt(head.u * head.u * 1.4 + low * low)
    scale = spirals(head, 0.5, 8, 5, 4.0)
    head.lay(head.edge(0.42 - bulb), 1.0 - 0.6 * bulb + 0.2 * scale, green)


def _slipper(head: Head, dice: Dice) -> None:
    """Paint two wings above, a broad lip below with a dark throat: an orchid from the front."""
    colour, other = _any(dice), _any(dice)
    spread = dice.uniform(0.42, 0.6)
    for turn, long, wide, light in (
        (0.75, 0.9, 0.3, 0.75), (0.5 + 0.14, 0.85, 0.24, 0.7), (1.0 - 0.14, 0.85, 0.24, 0.7),
        (0.53, 0.95, spread, 0.95), (0.97, 0.95, spread, 0.95), (0.25, 0.98, 0.52, 1.05),
    ):  # fmt: skip
        c, s = direction(turn + dice.bell(0.012))
        along = head.u * c + head.v * s
        across = np.abs(head.v * c - head.u * s)
        t = clip01(along * (1.0 / long))
        half = wide * 1.9 * np.sqrt(t * (1.0 - t)) * (0.5 + 0.6 * t)
        lip = turn == 0.25
        tone = light * (1.0 - 0.3 * across / (half + 0.05))
        head.shade(0.3 * smooth((half - across + 0.05) * 10.0) * head.alpha * (along > 0))
        head.lay(head.edge(half - across) * (along > 0), tone, other if lip else colour)
    v = head.v - 0.12
    throat = np.sqrt(head.u * head.u + v * v)
    head.lay(smooth((dice.uniform(0.14, 0.24) - throat) * 12.0), 0.5, other)


_OTHERS: dict[str, Kind] = {
    "globe": Kind(_globe, 0.85),
    "umbel": Kind(_wheel, 0.6),
    "pinwheel": Kind(_pinwheel, 0.55),
    "bell": Kind(_bell, 0.8, upright=True),
    "spike": Kind(_spike, 0.8, upright=True),
    "thistle": Kind(_brush, 0.8, upright=True),
    "slipper": Kind(_slipper, 0.75, upright=True),
}
_PLANS = tuple(product(_PETALS, _WHORLS, _MIDDLES))
_KINDS = (
    *(Kind(partial(_open, petals=p, whorls=w, middle=m), 0.5) for p, w, m in _PLANS),
    *_OTHERS.values(),
)
GARDEN_NAMES = (
    *(f"{whorls} {petals} petals, {middle}" for petals, whorls, middle in _PLANS),
    *_OTHERS,
)


def garden(count: int, size: int = 64, seed: int = 0, *, progress: bool | None = None) -> Samples:
    """Draw pictures of one made-up flower each, of 55 kinds that grow nowhere.

    Forty-eight are seen from above: four forms of petal, set in one of four ways, around one of
    three middles, such as "many spoon petals, disc". Seven more are globe, umbel, pinwheel, bell,
    spike, thistle and slipper. They stand in the surroundings of `flowers`, as large, as turned
    and as often behind leaves, but in any colours, leaf green excepted: the colours tell nothing.
    It is the task for a network that shall know flowers later on, near to `flowers`: its five
    species are not drawn, but a daisy has the plan of "many round petals, button".

    Every 55 images, counted from the first, hold each class once in random order, so the classes
    of any draw differ by one image at most.

    Parameters
    ----------
    count : int
        How many to draw, at least 0.
    size : int, default 64
        Side of a picture in pixels, 24 to 224. It changes the resolution, not what is shown.
    seed : int, default 0
        At least 0. Item i depends on the set, the seed and i (and `size`) alone: a shorter draw
        is the beginning of a longer one.
    progress : bool, optional
        Show a progress bar: always, never, or (None) when drawing takes more than a second.

    Returns
    -------
    Samples
        ``images`` uint8 (N, size, size, 3) and ``labels`` int64 (N,).

    Raises
    ------
    ValueError
        If an argument is out of its range.

    Examples
    --------
    >>> from cnncourse import samples
    >>> drawn = samples.garden(2)
    >>> drawn.images.shape, len(drawn.class_names)
    ((2, 64, 64, 3), 55)
    """
    count, seed = _dice.request(count, seed, progress)
    size = _dice.side(size, _SMALLEST)
    labels = _dice.balanced(_GARDEN, seed, count, len(GARDEN_NAMES))
    images = np.empty((count, size, size, 3), np.uint8)
    for i in _dice.track(range(count), "garden", progress):
        dice = _dice.item_dice(_GARDEN, seed, i)
        images[i], _ = portrait(dice, size, int(labels[i]), _KINDS, (0.16, 0.44))
    return Samples(images, labels, GARDEN_NAMES)
