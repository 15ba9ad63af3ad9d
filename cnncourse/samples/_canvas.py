"""A square canvas of float32 colour planes, and the strokes that several sets share.

Coordinates are in units of the picture: x to the right, y down, both from 0 to 1, so that
the same numbers draw the same picture at every size.
"""

from __future__ import annotations

import numpy as np

from ._dice import Dice
from ._exact import clip01, cos, direction, smooth

Colour = tuple[float, float, float]
Window = tuple[slice, slice]


def hsv(hue: float, saturation: float, value: float) -> Colour:
    """RGB of a hue in turns, a saturation and a value; all three are brought into range."""
    saturation = min(max(saturation, 0.0), 1.0)
    value = min(max(value, 0.0), 1.0)

    def channel(shift: float) -> float:
        k = (hue * 6.0 + shift) % 6.0
        return value * (1.0 - saturation * max(0.0, min(k, 4.0 - k, 1.0)))

    return channel(5.0), channel(3.0), channel(1.0)


def lightness(colour: Colour) -> float:
    """Mean of the three channels."""
    red, green, blue = colour
    return (red + green + blue) * (1.0 / 3.0)


def mix(a: Colour, b: Colour, share: float) -> Colour:
    """Colour on the way from `a` (share 0) to `b` (share 1)."""
    return tuple(x + (y - x) * share for x, y in zip(a, b, strict=True))  # type: ignore[return-value]


def scaled(colour: Colour, factor: float) -> Colour:
    """Colour made darker or lighter."""
    return tuple(channel * factor for channel in colour)  # type: ignore[return-value]


def noise(dice: Dice, size: int, rows: int, columns: int) -> np.ndarray:
    """Smooth value noise in [0, 1), float32 (size, size), on a lattice of rows × columns cells."""
    lattice = dice.table((rows + 1, columns + 1), 0.0, 1.0)
    place = (np.arange(size, dtype=np.float32) + 0.5) / size
    for cells in (rows, columns):  # first along y, then, transposed, along x
        at = place * cells
        low = np.minimum(np.floor(at), cells - 1)
        share = smooth(at - low)[:, None]
        index = low.astype(np.intp)
        lattice = (lattice[index] + share * (lattice[index + 1] - lattice[index])).T
    return np.ascontiguousarray(lattice)


class Canvas:
    """Colour planes (3, n, n) in [0, 1] and, per sample, the number of the object seen there."""

    def __init__(self, n: int) -> None:
        self.n = n
        self.pixel = 1.0 / n
        self.planes = np.zeros((3, n, n), np.float32)
        self.owner = np.zeros((n, n), np.uint8)
        self.axis = (np.arange(n, dtype=np.float32) + 0.5) / n

    def enlarged(self, factor: int) -> Canvas:
        """Copy whose every sample is repeated `factor` times both ways."""
        copy = Canvas(self.n * factor)
        copy.planes = np.repeat(np.repeat(self.planes, factor, axis=1), factor, axis=2)
        return copy

    def window(self, left: float, top: float, right: float, bottom: float) -> Window | None:
        """Slices of the samples in a box, None where it lies outside the canvas."""
        edges = [
            int(edge * self.n) for edge in (left, top, right + self.pixel, bottom + self.pixel)
        ]
        x0, y0, x1, y1 = (min(max(edge, 0), self.n) for edge in edges)
        return (slice(y0, y1), slice(x0, x1)) if x1 > x0 and y1 > y0 else None

    def offsets(self, window: Window, x: float, y: float) -> tuple[np.ndarray, np.ndarray]:
        """Distance of the samples from (x, y): a row of dx and a column of dy."""
        return self.axis[window[1]][None, :] - x, self.axis[window[0]][:, None] - y

    def paint(self, window: Window, alpha, colour, owner: int | None = None) -> None:
        """Lay a colour (numbers or arrays) over a window; `owner` takes what is mostly covered."""
        for plane, value in zip(self.planes, colour, strict=True):
            part = plane[window]
            part += alpha * (value - part)
        if owner is not None:
            self.owner[window][alpha > 0.5] = owner

    def disc(self, x: float, y: float, radius: float, colour, soft: float, strength: float = 1.0):
        """Disc whose edge is `soft` wide: sharp at a sample's width, out of focus when wider."""
        reach = radius + soft
        window = self.window(x - reach, y - reach, x + reach, y + reach)
        if window:
            dx, dy = self.offsets(window, x, y)
            distance = np.sqrt(dx * dx + dy * dy)
            alpha = smooth((radius - distance) * (0.5 / max(soft, self.pixel)) + 0.5)
            self.paint(window, alpha * strength, colour)

    def leaf(
        self, x: float, y: float, turn: float, length: float, width: float, bend: float,
        colour: Colour, soft: float = 0.0, owner: int | None = None, veins: bool = True,
    ) -> None:  # fmt: skip
        """Pointed leaf or blade from (x, y) towards `turn`; `bend` bows it by that share."""
        c, s = direction(turn)
        middle_x, middle_y = x + 0.5 * length * c, y + 0.5 * length * s
        half_x = length * (0.5 * abs(c) + abs(bend) * abs(s)) + width + soft
        half_y = length * (0.5 * abs(s) + abs(bend) * abs(c)) + width + soft
        window = self.window(
            middle_x - half_x, middle_y - half_y, middle_x + half_x, middle_y + half_y
        )
        if not window:
            return
        dx, dy = self.offsets(window, x, y)
        along = (dx * c + dy * s) * (1.0 / length)
        across = (dy * c - dx * s) - (4.0 * bend * length) * (along * (1.0 - along))
        inside = clip01(along)
        half = (2.6 * width) * (np.sqrt(inside) * (1.0 - inside))
        side = np.abs(across)
        alpha = clip01((half - side) * (1.0 / max(soft, self.pixel)) + 0.5)
        alpha = alpha * (half > 0)
        tone = 0.8 + 0.25 * inside + 0.12 * clip01(across * (6.0 / width) + 0.5)
        if veins:
            tone = tone + 0.22 * clip01(1.0 - side * (9.0 / width))
            tone = tone + 0.05 * cos(inside * 11.0 - side * (1.6 / width))
        self.paint(window, alpha, [tone * channel for channel in colour], owner)

    def stem(
        self, x: float, y: float, foot: float, bow: float, width: float, colour: Colour,
        light: float, soft: float = 0.0, owner: int | None = None,
    ) -> None:  # fmt: skip
        """Round stalk from (x, y) down to (foot, 1.02), bowed sideways by `bow`."""
        height = 1.02 - y
        if height <= 0:
            return
        reach = width + abs(bow) + soft
        window = self.window(min(x, foot) - reach, y, max(x, foot) + reach, 1.0)
        if not window:
            return
        dx, dy = self.offsets(window, x, y)
        down = dy * (1.0 / height)
        off = dx - (foot - x) * down - (4.0 * bow) * (down * (1.0 - down))
        alpha = clip01((width - np.abs(off)) * (1.0 / max(soft, self.pixel)) + 0.5)
        tone = 0.9 + (0.35 * light) * clip01(off * (0.5 / width) + 0.5) - 0.2 * light
        self.paint(window, alpha, [tone * channel for channel in colour], owner)


def shrink(planes: np.ndarray, factor: int) -> np.ndarray:
    """Mean over factor × factor samples of planes (C, n, n), added up in a fixed order."""
    rows = planes[:, 0::factor]
    for i in range(1, factor):
        rows = rows + planes[:, i::factor]
    both = rows[:, :, 0::factor]
    for i in range(1, factor):
        both = both + rows[:, :, i::factor]
    return both * (1.0 / (factor * factor))


def visible(owner: np.ndarray, count: int, factor: int) -> list[np.ndarray]:
    """Masks (size, size) of objects 1 to `count`: pixels of which one shows at least half.

    Where two share a pixel evenly, the later, nearer one has it, so that masks never overlap.
    """
    size = owner.shape[0] // factor
    samples = owner.reshape(size, factor, size, factor)
    free = np.ones((size, size), bool)
    masks = []
    for number in range(count, 0, -1):
        hits = (samples == number).sum(axis=(1, 3), dtype=np.int32)
        mask = (2 * hits >= factor * factor) & free
        free &= ~mask
        masks.append(mask)
    return masks[::-1]


def tight_box(mask: np.ndarray) -> np.ndarray:
    """Float32 ``xyxy`` box of the True pixels of a mask that has some."""
    columns = np.flatnonzero(mask.any(axis=0))
    rows = np.flatnonzero(mask.any(axis=1))
    return np.array([columns[0], rows[0], columns[-1] + 1, rows[-1] + 1], np.float32)


def quantise(planes: np.ndarray) -> np.ndarray:
    """Colour planes (3, H, W) in [0, 1] as a uint8 image (H, W, 3)."""
    return np.floor(clip01(planes) * 255.0 + 0.5).astype(np.uint8).transpose(1, 2, 0)
