"""Pictures of one flower, and scenes of several, with exact boxes and masks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from . import _dice
from ._canvas import Canvas, Colour, hsv, quantise, shrink, tight_box, visible
from ._dice import Dice
from ._exact import direction, smooth
from ._scenery import background, finish
from ._species import NAMES, PAINTERS, Head
from ._types import Samples

_FLOWERS, _SCENES = 1, 2
_SMALLEST = 64
_FACTOR = 2  # samples per pixel and axis; edges inside a sample are soft as well


@dataclass(frozen=True)
class Kind:
    """How a kind of flower is painted, how narrow it may be seen, and whether it grows upright."""

    painter: Callable[[Head, Dice], None]
    flattest: float
    upright: bool = False


# Round dandelions hardly change with the point of view, flat daisies do.
_KINDS = tuple(
    Kind(painter, flattest, upright=name == "tulips")
    for name, painter, flattest in zip(NAMES, PAINTERS, (0.86, 0.5, 0.82, 0.52, 0.66), strict=True)
)


@dataclass
class Plant:
    """A flower of some kind: its class, and centre and radius of its head in picture widths."""

    species: int
    x: float
    y: float
    radius: float


def _lit(head: Head, dice: Dice) -> None:
    """Turn the head towards a light and let its rim fall off."""
    c, s = direction(dice.unit())
    strength = dice.uniform(0.05, 0.25)
    fall = dice.uniform(0.0, 0.22)
    head.colour *= 1.0 + strength * (head.u * c + head.v * s) - fall * head.radius * head.radius


def _paint_plant(canvas: Canvas, dice: Dice, plant: Plant, kind: Kind, number: int) -> None:
    """Paint stem and leaves, then a shadow, then the head that object `number` owns."""
    upright = kind.upright
    tilt = dice.bell(0.05) if upright else dice.unit()
    squash = dice.uniform(kind.flattest, 1.0)
    c, s = direction(tilt)
    reach = plant.radius * 1.12
    window = canvas.window(plant.x - reach, plant.y - reach, plant.x + reach, plant.y + reach)
    assert window is not None  # plants stand inside the picture
    dx, dy = canvas.offsets(window, plant.x, plant.y)
    scale = 1.0 / plant.radius
    u = (dx * c + dy * s) * (scale / squash)
    v = (dy * c - dx * s) * scale
    if not upright:  # turn back: foreshortening alone was meant to be at an angle
        u, v = u * c - v * s, u * s + v * c
    head = Head(u, v, canvas.pixel * scale)
    neck_x, neck_y = plant.x, plant.y
    if upright:  # behind the cup, where an open flower hides it as well
        neck_x, neck_y = plant.x - 0.4 * s * plant.radius, plant.y + 0.4 * c * plant.radius
    _stalk(canvas, dice, neck_x, neck_y, plant, upright)
    kind.painter(head, dice)
    _lit(head, dice)
    depth = dice.uniform(0.0, 0.35)
    shadow = smooth((1.05 - head.radius) * 2.5) * depth
    canvas.planes[(slice(None), *window)] *= 1.0 - shadow
    canvas.paint(window, head.alpha, head.colour)
    body = head.alpha > 0.5 if head.body is None else head.body
    canvas.owner[window][body] = number


def _stalk(canvas: Canvas, dice: Dice, x: float, y: float, plant: Plant, upright: bool) -> None:
    green = hsv(dice.uniform(0.22, 0.36), dice.uniform(0.4, 0.75), dice.uniform(0.3, 0.6))
    foot, bow = x + dice.bell(0.1), dice.bell(0.04)
    width = plant.radius * dice.uniform(0.06, 0.1)
    if not (upright or dice.chance(0.7)):
        return
    canvas.stem(x, y, foot, bow, width, green, dice.sign(), owner=0)
    for _ in range(dice.integer(1, 3) if upright else dice.integer(0, 3)):
        share = dice.uniform(0.35, 0.9)
        at_x = x + (foot - x) * share + 4.0 * bow * share * (1.0 - share)
        at_y = y + (1.02 - y) * share
        side = dice.sign()
        length = plant.radius * (dice.uniform(1.3, 2.2) if upright else dice.uniform(0.7, 1.4))
        wide = length * (dice.uniform(0.07, 0.11) if upright else dice.uniform(0.12, 0.22))
        canvas.leaf(
            at_x, at_y, -0.25 + side * dice.uniform(0.04, 0.17), length, wide,
            dice.bell(0.05), _varied(green, dice), owner=0,
        )  # fmt: skip


def _varied(colour: Colour, dice: Dice) -> Colour:
    r, g, b = colour
    light = dice.uniform(0.7, 1.1)
    return (r * light * dice.uniform(0.9, 1.15), g * light, b * light * dice.uniform(0.85, 1.15))


def _veil(canvas: Canvas, dice: Dice, count: int) -> None:
    """One or two leaves in front, each left out where it would hide most of a flower."""
    for _ in range(dice.integer(1, 3)):
        before = canvas.planes.copy(), canvas.owner.copy()
        colour = hsv(dice.uniform(0.2, 0.36), dice.uniform(0.4, 0.8), dice.uniform(0.22, 0.6))
        canvas.leaf(
            dice.uniform(0.0, 1.0), dice.uniform(0.95, 1.1), -0.25 + dice.bell(0.07),
            dice.uniform(0.6, 1.2), dice.uniform(0.025, 0.07), dice.bell(0.07), colour,
            soft=dice.uniform(0.0, 0.015), owner=0,
        )  # fmt: skip
        for number in range(1, count + 1):
            left, all_of_it = (np.count_nonzero(x == number) for x in (canvas.owner, before[1]))
            if 2 * left < all_of_it:
                canvas.planes, canvas.owner = before
                break


def _picture(
    dice: Dice, size: int, plants: list[Plant], kinds: Sequence[Kind], veil: float
) -> tuple[np.ndarray, list[np.ndarray]]:
    """Image (size, size, 3) and the visible mask of every plant, far plants first."""
    canvas = background(dice, size).enlarged(_FACTOR)
    for number, plant in enumerate(plants, start=1):
        _paint_plant(canvas, dice, plant, kinds[plant.species], number)
    if dice.chance(veil):
        _veil(canvas, dice, len(plants))
    image = quantise(finish(shrink(canvas.planes, _FACTOR), dice))
    return image, visible(canvas.owner, len(plants), _FACTOR)


def portrait(
    dice: Dice, size: int, species: int, kinds: Sequence[Kind], radii: tuple[float, float]
) -> tuple[np.ndarray, np.ndarray]:
    """Image (size, size, 3) of one flower, of some radius and anywhere, and its visible mask."""
    radius = dice.uniform(*radii)
    room = radius * 0.7
    x, y = dice.uniform(room, 1.0 - room), dice.uniform(room, 1.0 - room)
    image, (mask,) = _picture(dice, size, [Plant(species, x, y, radius)], kinds, veil=0.45)
    return image, mask


def flowers(count: int, size: int = 96, seed: int = 0, *, progress: bool | None = None) -> Samples:
    """Draw pictures of one flower each, of five species, with exact boxes and masks.

    The species come in the order of ``tf_flowers`` in TensorFlow Datasets: dandelion (yellow
    head or grey clock), daisy, tulips, sunflowers, roses. Surroundings, light, scale, place and
    colour vary; nearly half of the flowers stand partly behind leaves. Stem and leaves are no part
    of the flower.

    Every five images, counted from the first, hold each class once in random order, so the
    classes of any draw differ by one image at most.

    Parameters
    ----------
    count : int
        How many to draw, at least 0.
    size : int, default 96
        Side of a picture in pixels, 64 to 224. It changes the resolution, not what is shown.
    seed : int, default 0
        At least 0. Item i depends on the set, the seed and i (and `size`) alone: a shorter draw
        is the beginning of a longer one.
    progress : bool, optional
        Show a progress bar: always, never, or (None) when drawing takes more than a second.

    Returns
    -------
    Samples
        ``images`` uint8 (N, size, size, 3), ``labels`` int64 (N,), ``boxes`` float32 (N, 4) and
        ``masks`` bool (N, size, size). Masks show the visible part of the flower: the pixels of
        which it takes at least half. Boxes are tight to the masks.

    Raises
    ------
    ValueError
        If an argument is out of its range.

    Examples
    --------
    >>> from cnncourse import samples
    >>> drawn = samples.flowers(10, size=64)
    >>> drawn.images.shape, drawn.boxes.shape, drawn.masks.shape
    ((10, 64, 64, 3), (10, 4), (10, 64, 64))
    """
    count, seed = _dice.request(count, seed, progress)
    size = _dice.side(size, _SMALLEST)
    labels = _dice.balanced(_FLOWERS, seed, count, len(NAMES))
    images = np.empty((count, size, size, 3), np.uint8)
    masks = np.empty((count, size, size), bool)
    boxes = np.empty((count, 4), np.float32)
    for i in _dice.track(range(count), "flowers", progress):
        dice = _dice.item_dice(_FLOWERS, seed, i)
        images[i], masks[i] = portrait(dice, size, int(labels[i]), _KINDS, (0.13, 0.4))
        boxes[i] = tight_box(masks[i])
    return Samples(images, labels, NAMES, boxes, masks)


def _layout(dice: Dice, count: int) -> list[Plant]:
    """Places of `count` heads that may overlap but never swallow one another, far ones first."""
    plants: list[Plant] = []
    largest = 0.32 - 0.022 * count
    for _ in range(count):
        species = dice.integer(0, len(NAMES))
        radius = dice.uniform(0.085, largest)
        for _ in range(60):
            room = radius * 0.8
            x, y = dice.uniform(room, 1.0 - room), dice.uniform(room, 1.0 - room)
            if all(_apart(x, y, radius, other) for other in plants):
                break
            radius = max(radius * 0.98, 0.07)
        else:
            continue
        plants.append(Plant(species, x, y, radius))
    return sorted(plants, key=lambda plant: plant.radius)


def _apart(x: float, y: float, radius: float, other: Plant) -> bool:
    near, far = max(radius, other.radius), min(radius, other.radius)
    gap = 0.75 * near + 0.4 * far
    return (x - other.x) * (x - other.x) + (y - other.y) * (y - other.y) > gap * gap


def flower_scenes(
    count: int, size: int = 96, seed: int = 0, *, progress: bool | None = None
) -> Samples:
    """Draw scenes of one to six flowers that may overlap, each with its box, class and mask.

    Every six scenes, counted from the first, are laid out with one, two, ... six flowers, in
    random order; each flower's species is drawn anew, all five as likely. Flowers are listed
    from the farthest to the nearest, and a nearer one covers a farther one where they overlap.

    Parameters
    ----------
    count : int
        How many to draw, at least 0.
    size : int, default 96
        Side of a picture in pixels, 64 to 224. It changes the resolution, not what is shown.
    seed : int, default 0
        At least 0. Item i depends on the set, the seed and i (and `size`) alone: a shorter draw
        is the beginning of a longer one.
    progress : bool, optional
        Show a progress bar: always, never, or (None) when drawing takes more than a second.

    Returns
    -------
    Samples
        ``images`` uint8 (N, size, size, 3); ``labels``, ``boxes`` and ``masks`` are lists with
        one array per scene: int64 (K,), float32 (K, 4) and bool (K, size, size), K from 1 to 6.
        Masks show the *visible* part of each flower, never overlap, and boxes are tight to
        them. A flower with no visible pixel is left out of all three lists.

    Raises
    ------
    ValueError
        If an argument is out of its range.

    Examples
    --------
    >>> from cnncourse import samples
    >>> drawn = samples.flower_scenes(6, size=64)
    >>> sorted(len(labels) for labels in drawn.labels)
    [1, 2, 3, 4, 5, 6]
    """
    count, seed = _dice.request(count, seed, progress)
    size = _dice.side(size, _SMALLEST)
    numbers = _dice.balanced(_SCENES, seed, count, 6) + 1
    images = np.empty((count, size, size, 3), np.uint8)
    labels, boxes, masks = [], [], []
    for i in _dice.track(range(count), "flower scenes", progress):
        dice = _dice.item_dice(_SCENES, seed, i)
        plants = _layout(dice, int(numbers[i]))
        images[i], seen = _picture(dice, size, plants, _KINDS, veil=0.3)
        kept = [k for k, mask in enumerate(seen) if mask.any()]
        labels.append(np.array([plants[k].species for k in kept], np.int64))
        masks.append(np.stack([seen[k] for k in kept]))
        boxes.append(np.stack([tight_box(seen[k]) for k in kept]))
    return Samples(images, labels, NAMES, boxes, masks)
