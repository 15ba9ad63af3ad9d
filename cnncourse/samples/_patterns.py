"""The texture classes: (dice, u, v) -> share of the second colour, 0 to 1; the picture spans 1."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ._dice import Dice
from ._exact import angle, clip01, cos, smooth

Pattern = Callable[[Dice, np.ndarray, np.ndarray], np.ndarray]


def _radius(u, v):
    return np.sqrt(u * u + v * v)


def _hard(wave, sharp: float = 3.0):
    """Wave in [-1, 1] as a band with short soft edges."""
    return smooth(wave * sharp + 0.5)


def _stripes(dice, u, v):
    return _hard(cos(u * dice.uniform(4, 9) + 0 * v) + dice.uniform(-0.3, 0.3))


def _waves(dice, u, v):
    bend = dice.uniform(0.06, 0.12) * cos(v * dice.uniform(2.5, 4.0) + dice.unit())
    return _hard(cos((u + bend) * dice.uniform(5, 9)))


def _checks(dice, u, v):
    pitch = dice.uniform(2.5, 5)
    return _hard(cos(u * pitch) * cos(v * pitch) * 1.5)


def _tartan(dice, u, v):
    pitch, ratio = dice.uniform(3, 5.5), dice.uniform(1.8, 3.0)
    bands = 0.42 * _hard(cos(u * pitch)) + 0.42 * _hard(cos(v * pitch))
    lines = clip01(cos(u * pitch * ratio) * 6.0 - 5.0) + clip01(cos(v * pitch * ratio) * 6.0 - 5.0)
    return clip01(bands + 0.3 * lines)


def _dots(dice, u, v):
    pitch = dice.uniform(4, 8)
    row = np.floor(v * pitch)
    x = u * pitch + 0.5 * (row - 2.0 * np.floor(row * 0.5))
    x, y = x - np.floor(x) - 0.5, v * pitch - row - 0.5
    return smooth((dice.uniform(0.24, 0.36) - _radius(x, y)) * 10.0 + 0.5)


def _rings(dice, u, v):
    return _hard(cos(_radius(u, v) * dice.uniform(6, 12) + dice.unit()))


def _rays(dice, u, v):
    return _hard(cos(angle(v, u) * dice.integer(9, 19)), 2.0)


def _spiral(dice, u, v):
    arms = dice.integer(1, 4) * dice.sign()
    return _hard(cos(angle(v, u) * arms + _radius(u, v) * dice.uniform(5, 9)))


def _scales(dice, u, v):
    """Overlapping round scales, row over row."""
    pitch = dice.uniform(4, 7)
    share = np.zeros(np.broadcast(u, v).shape, np.float32)
    row = np.floor(v * pitch * 2.0)
    for step in (1.0, 0.0):
        line = row + step
        x = u * pitch + 0.5 * (line - 2.0 * np.floor(line * 0.5))
        x = x - np.floor(x) - 0.5
        y = v * pitch - (line - 1.0) * 0.5
        inside = clip01((0.55 - _radius(x, y)) * 1.8)
        share = np.where(inside > 0, smooth(inside * 2.2), share)
    return share


def _bricks(dice, u, v):
    across, down = dice.uniform(2.5, 4.0), dice.uniform(5.5, 8.0)
    row = np.floor(v * down)
    x = u * across + 0.5 * (row - 2.0 * np.floor(row * 0.5))
    x, y = np.abs(x - np.floor(x) - 0.5), np.abs(v * down - row - 0.5)
    return smooth((0.46 - x) * 22.0) * smooth((0.42 - y) * 12.0)


def _weave(dice, u, v):
    pitch = dice.uniform(3, 5)
    x, y = u * pitch, v * pitch
    cell = np.floor(x) + np.floor(y)
    over = cell - 2.0 * np.floor(cell * 0.5)
    along = np.where(over > 0, y - np.floor(y), x - np.floor(x)) - 0.5
    across = np.where(over > 0, x - np.floor(x), y - np.floor(y)) - 0.5
    return clip01(1.0 - 3.2 * across * across - 1.6 * along * along - 0.3 * over)


def _petals(dice, u, v):
    """Small rosettes on a lattice."""
    pitch = dice.uniform(2.5, 4.5)
    row = np.floor(v * pitch)
    x = u * pitch + 0.5 * (row - 2.0 * np.floor(row * 0.5))
    x, y = x - np.floor(x) - 0.5, v * pitch - row - 0.5
    petals = dice.integer(5, 8)
    edge = 0.33 + 0.12 * cos(angle(y, x) * petals)
    r = _radius(x, y)
    return smooth((edge - r) * 12.0 + 0.5) * smooth((r - 0.07) * 14.0)


def _seeds(dice, u, v):
    """Crossing spirals, as in the disc of a sunflower."""
    root = np.sqrt(_radius(u, v)) * dice.uniform(6, 8)
    turn = angle(v, u)
    return _hard(cos(turn * 13 + root) * cos(turn * 21 - root * 1.6), 2.0)


def _veins(dice, u, v):
    """Midrib and side veins of a leaf."""
    rib = clip01(1.0 - np.abs(v) * 22.0)
    pitch = dice.uniform(5, 9)
    lean = dice.uniform(0.7, 1.3)
    side = clip01(cos((u - np.abs(v) * lean) * pitch) * 4.0 - 2.9)
    return np.maximum(rib, side)


PATTERNS: dict[str, Pattern] = {
    "stripes": _stripes, "waves": _waves, "checks": _checks, "tartan": _tartan, "dots": _dots,
    "rings": _rings, "rays": _rays, "spiral": _spiral, "scales": _scales, "bricks": _bricks,
    "weave": _weave, "rosettes": _petals, "seeds": _seeds, "veins": _veins,
}  # fmt: skip
