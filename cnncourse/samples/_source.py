"""Shapes and textures in any colour: a source task to pretrain on."""

from __future__ import annotations

import numpy as np

from . import _dice
from ._canvas import (
    Canvas,
    Colour,
    hsv,
    lightness,
    mix,
    noise,
    quantise,
    shrink,
    tight_box,
    visible,
)
from ._dice import Dice
from ._exact import clip01, direction, smooth
from ._outlines import OUTLINES
from ._patterns import PATTERNS
from ._scenery import background, finish
from ._types import Samples

_SHAPES, _TEXTURES, _SOURCE = 3, 4, 5
_FACTOR = 2
_SMALLEST = 24

SHAPE_NAMES = tuple(OUTLINES)
TEXTURE_NAMES = tuple(PATTERNS)
SOURCE_NAMES = SHAPE_NAMES + TEXTURE_NAMES


def _two_colours(dice: Dice) -> tuple[Colour, Colour]:
    """Any two colours that can be told apart by their lightness."""
    while True:
        a, b = (hsv(dice.unit(), dice.uniform(0.0, 0.9), dice.uniform(0.15, 1.0)) for _ in "ab")
        if abs(lightness(a) - lightness(b)) > 0.23:
            return a, b


def _standing_out(
    dice: Dice, canvas: Canvas, mixed: tuple[float, float] = (0.2, 0.6), apart: float = 0.0
) -> tuple[Colour, Colour]:
    """Two related colours that are both lighter or both darker than what lies around them.

    The second is mixed with another by a share within `mixed`; their lightness differs by `apart`.
    """
    around = 0.0
    for y, x in ((1, 1), (1, 3), (2, 2), (3, 1), (3, 3)):
        red, green, blue = canvas.planes[:, canvas.n * y // 4, canvas.n * x // 4].tolist()
        around += 0.2 * lightness((red, green, blue))
    # Dice of their own: how often they are thrown may hang on the size, what follows must not.
    dice = Dice(dice.integer(0, 2**32))
    while True:
        colour = hsv(dice.unit(), dice.uniform(0.0, 0.9), dice.uniform(0.12, 1.0))
        other = mix(colour, hsv(dice.unit(), dice.unit(), dice.unit()), dice.uniform(*mixed))
        gaps = [lightness(one) - around for one in (colour, other)]
        if abs(gaps[0] - gaps[1]) < apart:
            continue
        if min(abs(gap) for gap in gaps) > 0.18 and gaps[0] * gaps[1] > 0:
            return colour, other


def _frame(dx, dy, turn: float, scale: float, squash: float):
    """Turn and foreshorten offsets (dx, dy) into coordinates (u, v)."""
    c, s = direction(turn)
    return (dx * c + dy * s) * scale, (dy * c - dx * s) * (scale / squash)


def _draw_shape(dice: Dice, size: int, kind: int) -> tuple[np.ndarray, np.ndarray]:
    """Image (3, size, size) of one shape on a background, and its mask."""
    canvas = background(dice, size, plain=0.4).enlarged(_FACTOR)
    radius = dice.uniform(0.28, 0.45)
    x, y = dice.uniform(radius, 1 - radius), dice.uniform(radius, 1 - radius)
    # Most stand upright, some lie at any angle.
    turn = dice.bell(0.04) if dice.chance(0.75) else dice.unit()
    window = canvas.window(x - radius, y - radius, x + radius, y + radius)
    assert window is not None  # the shape lies inside the picture
    dx, dy = canvas.offsets(window, x, y)
    u, v = _frame(dx, dy, turn, 1.0 / radius, dice.uniform(0.8, 1.0))
    distance = OUTLINES[SHAPE_NAMES[kind]](dice, u, v)
    alpha = clip01(distance * (radius / canvas.pixel) + 0.5)
    low, high = _standing_out(dice, canvas)
    if dice.chance(0.35):
        share = PATTERNS[dice.pick(TEXTURE_NAMES)](dice, u * 0.5, v * 0.5)
        share = dice.uniform(0.4, 1.0) * share
    else:
        share = 0.4 * smooth(u * 0.5 + 0.5)
    rim = 1.0 - dice.uniform(0.1, 0.45) * (1.0 - smooth(distance * 8.0))
    colour = [rim * (b + (a - b) * share) for a, b in zip(low, high, strict=True)]
    shadow = smooth((1.05 - np.sqrt(u * u + v * v)) * 3.0) * dice.uniform(0.0, 0.25)
    canvas.planes[(slice(None), *window)] *= 1.0 - shadow
    canvas.paint(window, alpha, colour, owner=1)
    if dice.chance(0.2):
        _cover(canvas, dice, x, y, radius)
    (mask,) = visible(canvas.owner, 1, _FACTOR)
    return finish(shrink(canvas.planes, _FACTOR), dice, blur=0.0), mask


def _cover(canvas: Canvas, dice: Dice, x: float, y: float, radius: float) -> None:
    """Lay a blade across the shape, narrow enough to leave most of it in sight."""
    turn = dice.unit()
    c, s = direction(turn)
    aside = radius * dice.bell(0.3)
    canvas.leaf(
        x - 1.4 * radius * c + aside * s, y - 1.4 * radius * s - aside * c, turn,
        2.8 * radius, radius * dice.uniform(0.08, 0.16), dice.bell(0.05),
        hsv(dice.uniform(0.15, 0.4), dice.uniform(0.2, 0.7), dice.uniform(0.2, 0.7)), owner=0,
    )  # fmt: skip


def _draw_texture(dice: Dice, size: int, kind: int) -> np.ndarray:
    """Image (3, size, size) filled with one pattern, lit unevenly."""
    n = size * _FACTOR
    axis = (np.arange(n, dtype=np.float32) + 0.5) / n - 0.5
    warp = dice.uniform(0.0, 0.12)
    dx = axis[None, :] + warp * (noise(dice, n, 2, 2) - 0.5)
    dy = axis[:, None] + warp * (noise(dice, n, 2, 2) - 0.5)
    u, v = _frame(
        dx - dice.bell(0.12), dy - dice.bell(0.12), dice.unit(),
        dice.uniform(0.8, 1.5), dice.uniform(0.75, 1.0),
    )  # fmt: skip
    share = PATTERNS[TEXTURE_NAMES[kind]](dice, u, v)
    low, high = _two_colours(dice)
    soft = mix(low, high, dice.uniform(0.0, 0.3))
    light = 0.75 + 0.4 * noise(dice, n, 2, 2)
    fine = 0.12 * (noise(dice, n, 14, 14) - 0.5)
    planes = np.stack(
        [light * (a + (b - a) * share) + fine for a, b in zip(soft, high, strict=True)]
    )
    return finish(shrink(planes, _FACTOR), dice, blur=0.1)


def shapes(count: int, size: int = 32, seed: int = 0, *, progress: bool | None = None) -> Samples:
    """Draw pictures of one shape each, in any colour, with exact boxes and masks.

    Sixteen outlines from disc to gear, petal-like ones among them, turned, foreshortened and
    filled with any colours or patterns before any background: the outline alone gives the
    class away. Colours are chosen to stand out from the background.

    Every sixteen images, counted from the first, hold each class once in random order, so the
    classes of any draw differ by one image at most.

    Parameters
    ----------
    count : int
        How many to draw, at least 0.
    size : int, default 32
        Side of a picture in pixels, 24 to 224. It changes the resolution, not what is shown
        (rarely the colours of a shape, which depend on how its background comes out).
    seed : int, default 0
        At least 0. Item i depends on the set, the seed and i (and `size`) alone: a shorter draw
        is the beginning of a longer one.
    progress : bool, optional
        Show a progress bar: always, never, or (None) when drawing takes more than a second.

    Returns
    -------
    Samples
        ``images`` uint8 (N, size, size, 3), ``labels`` int64 (N,), ``boxes`` float32 (N, 4) and
        ``masks`` bool (N, size, size) of the visible part.

    Raises
    ------
    ValueError
        If an argument is out of its range.

    Examples
    --------
    >>> from cnncourse import samples
    >>> drawn = samples.shapes(16)
    >>> drawn.images.shape, len(drawn.class_names)
    ((16, 32, 32, 3), 16)
    """
    count, seed = _dice.request(count, seed, progress)
    size = _dice.side(size, _SMALLEST)
    labels = _dice.balanced(_SHAPES, seed, count, len(SHAPE_NAMES))
    images = np.empty((count, size, size, 3), np.uint8)
    masks = np.empty((count, size, size), bool)
    boxes = np.empty((count, 4), np.float32)
    for i in _dice.track(range(count), "shapes", progress):
        dice = _dice.item_dice(_SHAPES, seed, i)
        planes, masks[i] = _draw_shape(dice, size, int(labels[i]))
        images[i], boxes[i] = quantise(planes), tight_box(masks[i])
    return Samples(images, labels, SHAPE_NAMES, boxes, masks)


def textures(count: int, size: int = 64, seed: int = 0, *, progress: bool | None = None) -> Samples:
    """Draw pictures that one texture fills, in any two colours.

    Fourteen patterns (stripes, rays, scales, rosettes, the spirals of a seed head ...) at any
    scale and angle, warped and lit unevenly.

    Every fourteen images, counted from the first, hold each class once in random order, so the
    classes of any draw differ by one image at most.

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
    >>> drawn = samples.textures(14)
    >>> drawn.images.shape, len(drawn.class_names)
    ((14, 64, 64, 3), 14)
    """
    count, seed = _dice.request(count, seed, progress)
    size = _dice.side(size, _SMALLEST)
    labels = _dice.balanced(_TEXTURES, seed, count, len(TEXTURE_NAMES))
    images = np.empty((count, size, size, 3), np.uint8)
    for i in _dice.track(range(count), "textures", progress):
        dice = _dice.item_dice(_TEXTURES, seed, i)
        images[i] = quantise(_draw_texture(dice, size, int(labels[i])))
    return Samples(images, labels, TEXTURE_NAMES)


def source_task(
    count: int, size: int = 64, seed: int = 0, *, progress: bool | None = None
) -> Samples:
    """Draw shapes and textures mixed, as one task to pretrain on.

    The sixteen classes of `shapes` followed by the fourteen of `textures`. What it takes to tell
    them apart (outlines, petals, rays, stripes, spots, at any colour and scale) is what a
    network for flowers needs as well.

    Every thirty images, counted from the first, hold each class once in random order, so the
    classes of any draw differ by one image at most.

    Parameters
    ----------
    count : int
        How many to draw, at least 0.
    size : int, default 64
        Side of a picture in pixels, 24 to 224. It changes the resolution, not what is shown
        (rarely the colours of a shape, which depend on how its background comes out).
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
    >>> drawn = samples.source_task(30)
    >>> drawn.images.shape, len(drawn.class_names)
    ((30, 64, 64, 3), 30)
    """
    count, seed = _dice.request(count, seed, progress)
    size = _dice.side(size, _SMALLEST)
    labels = _dice.balanced(_SOURCE, seed, count, len(SOURCE_NAMES))
    images = np.empty((count, size, size, 3), np.uint8)
    for i in _dice.track(range(count), "source task", progress):
        dice = _dice.item_dice(_SOURCE, seed, i)
        kind = int(labels[i])
        if kind < len(SHAPE_NAMES):
            planes, _ = _draw_shape(dice, size, kind)
        else:
            planes = _draw_texture(dice, size, kind - len(SHAPE_NAMES))
        images[i] = quantise(planes)
    return Samples(images, labels, SOURCE_NAMES)
