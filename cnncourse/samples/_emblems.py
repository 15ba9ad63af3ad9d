"""Shapes filled with patterns, small and in clutter: a source task that asks for both."""

from __future__ import annotations

import numpy as np

from . import _dice
from ._canvas import hsv, quantise, shrink, tight_box, visible
from ._dice import Dice
from ._exact import clip01, smooth
from ._outlines import OUTLINES
from ._patterns import PATTERNS
from ._scenery import background, finish
from ._source import _cover, _frame, _standing_out
from ._types import Samples

_EMBLEMS = 8
_FACTOR = 2
_SMALLEST = 24
_SHAPES = tuple(OUTLINES)
# Those patterns that show at a few dozen pixels.
_FILLS = (
    *("plain", "stripes", "checks", "dots", "rings"),
    *("rays", "spiral", "scales", "seeds", "veins"),
)

EMBLEM_NAMES = tuple(
    shape.replace("_", " ") if fill == "plain" else f"{shape} of {fill}".replace("_", " ")
    for shape in _SHAPES
    for fill in _FILLS
)


def _draw(dice: Dice, size: int, kind: int) -> tuple[np.ndarray, np.ndarray]:
    """Image (3, size, size) of one emblem in its surroundings, and its mask."""
    shape, fill = divmod(kind, len(_FILLS))
    canvas = background(dice, size, plain=0.15).enlarged(_FACTOR)
    radius = dice.uniform(0.18, 0.44)
    room = 0.8 * radius
    x, y = dice.uniform(room, 1 - room), dice.uniform(room, 1 - room)
    turn = dice.bell(0.04) if dice.chance(0.5) else dice.unit()
    window = canvas.window(x - radius, y - radius, x + radius, y + radius)
    assert window is not None  # most of the emblem lies inside the picture
    dx, dy = canvas.offsets(window, x, y)
    u, v = _frame(dx, dy, turn, 1.0 / radius, dice.uniform(0.65, 1.0))
    distance = OUTLINES[_SHAPES[shape]](dice, u, v)
    alpha = clip01(distance * (radius / canvas.pixel) + 0.5)
    low, high = _standing_out(dice, canvas, mixed=(0.4, 0.9), apart=0.12)
    if fill:
        share = PATTERNS[_FILLS[fill]](dice, u * 0.35, v * 0.35)
        share = dice.uniform(0.75, 1.0) * share
    else:
        share = 0.4 * smooth(u * 0.5 + 0.5)
    rim = 1.0 - dice.uniform(0.1, 0.45) * (1.0 - smooth(distance * 8.0))
    colour = [rim * (b + (a - b) * share) for a, b in zip(low, high, strict=True)]
    if dice.chance(0.3):
        _eye(dice, colour, u, v, radius / canvas.pixel)
    shadow = smooth((1.05 - np.sqrt(u * u + v * v)) * 3.0) * dice.uniform(0.0, 0.3)
    canvas.planes[(slice(None), *window)] *= 1.0 - shadow
    canvas.paint(window, alpha, colour, owner=1)
    if dice.chance(0.3):
        _cover(canvas, dice, x, y, radius)
    (mask,) = visible(canvas.owner, 1, _FACTOR)
    return finish(shrink(canvas.planes, _FACTOR), dice, blur=0.1), mask


def _eye(dice: Dice, colour: list[np.ndarray], u: np.ndarray, v: np.ndarray, scale: float) -> None:
    """Lay a disc of any colour over the middle."""
    inside = clip01((dice.uniform(0.15, 0.45) - np.sqrt(u * u + v * v)) * scale + 0.5)
    other = hsv(dice.unit(), dice.unit(), dice.uniform(0.1, 1.0))
    for plane, channel in zip(colour, other, strict=True):
        plane += inside * (channel - plane)


def emblems(count: int, size: int = 64, seed: int = 0, *, progress: bool | None = None) -> Samples:
    """Draw pictures of one emblem each, a shape filled with a pattern, with exact boxes and masks.

    Sixteen outlines times ten fills (plain, or one of nine patterns of `textures`) are 160 classes,
    such as "gear of checks". The largest emblems are more than twice the smallest; they stand
    anywhere, foreshortened, in the surroundings of `flowers`, some behind a blade of grass, some
    with an eye in the middle that means nothing. To tell all of them apart, a network needs both
    the outline and what lies inside of it, at any scale; the colours tell nothing.

    Every 160 images, counted from the first, hold each class once in random order, so the classes
    of any draw differ by one image at most.

    Parameters
    ----------
    count : int
        How many to draw, at least 0.
    size : int, default 64
        Side of a picture in pixels, 24 to 224. It changes the resolution, not what is shown
        (rarely the colours, which depend on how the background comes out).
    seed : int, default 0
        At least 0. Item i depends on the set, the seed and i (and `size`) alone: a shorter draw
        is the beginning of a longer one.
    progress : bool, optional
        Show a progress bar: always, never, or (None) when drawing takes more than a second.

    Returns
    -------
    Samples
        ``images`` uint8 (N, size, size, 3), ``labels`` int64 (N,), ``boxes`` float32 (N, 4) and
        ``masks`` bool (N, size, size). The label is 10 times the outline's number plus the fill's,
        in the order of ``class_names``.

    Raises
    ------
    ValueError
        If an argument is out of its range.

    Examples
    --------
    >>> from cnncourse import samples
    >>> drawn = samples.emblems(3)
    >>> drawn.images.shape, len(drawn.class_names)
    ((3, 64, 64, 3), 160)
    """
    count, seed = _dice.request(count, seed, progress)
    size = _dice.side(size, _SMALLEST)
    labels = _dice.balanced(_EMBLEMS, seed, count, len(EMBLEM_NAMES))
    images = np.empty((count, size, size, 3), np.uint8)
    masks = np.empty((count, size, size), bool)
    boxes = np.empty((count, 4), np.float32)
    for i in _dice.track(range(count), "emblems", progress):
        dice = _dice.item_dice(_EMBLEMS, seed, i)
        planes, masks[i] = _draw(dice, size, int(labels[i]))
        images[i], boxes[i] = quantise(planes), tight_box(masks[i])
    return Samples(images, labels, EMBLEM_NAMES, boxes, masks)
