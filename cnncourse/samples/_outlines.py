"""Outlines of the shape classes: (dice, u, v) -> signed distance, positive inside radius 1."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from ._dice import Dice
from ._exact import angle, clip01, cos, direction, smooth

Outline = Callable[[Dice, np.ndarray, np.ndarray], np.ndarray]


def _radius(u, v):
    return np.sqrt(u * u + v * v)


def _polygon(u, v, corners: int):
    """Regular polygon whose corners lie on radius 0.95."""
    sector = angle(v, u) * corners
    off = (sector - np.floor(sector) - 0.5) / corners
    return 0.95 * direction(0.5 / corners)[0] - _radius(u, v) * cos(off)


def _disc(dice, u, v):
    return 0.92 - _radius(u, v)


def _ring(dice, u, v):
    width = dice.uniform(0.14, 0.24)
    return width - np.abs(_radius(u, v) - (0.95 - width))


def _triangle(dice, u, v):
    return _polygon(u, v, 3)


def _square(dice, u, v):
    return _polygon(u, v, 4)


def _hexagon(dice, u, v):
    return _polygon(u, v, 6)


def _cross(dice, u, v):
    arm = dice.uniform(0.2, 0.34)
    a, b = np.abs(u), np.abs(v)
    return np.maximum(
        np.minimum(arm - a, 0.92 - b),
        np.minimum(arm - b, 0.92 - a),
    )


def _star(dice, u, v):
    """Straight-sided star of five points."""
    sector = angle(v, u) * 5
    off = np.abs(sector - np.floor(sector) - 0.5) / 5
    r = _radius(u, v)
    inner = dice.uniform(0.38, 0.48)
    # The side runs from the point (0.96, on the axis) to the notch (inner, a tenth turn away).
    c, s = direction(0.1)
    x, y = r * cos(off), r * cos(off - 0.25)
    run_x, run_y = inner * c - 0.96, inner * s
    length = math.sqrt(run_x * run_x + run_y * run_y)
    return ((x - 0.96) * run_y - y * run_x) * (-1.0 / length)


def _heart(dice, u, v):
    """Two round lobes over a point, joined by the tangents from the point to the lobes."""
    a, b = np.abs(u), v + 0.32
    lobes = 0.48 - _radius(a - 0.44, b)
    # Normal of the tangent from (0, 1.22) to the lobe around (0.44, 0); they touch at b = 0.318.
    side = -(0.7483263 * a + 0.6633308 * (b - 1.22))
    between = np.where((b > 0) & (a < 0.44), 0.3, -1.0)
    return np.maximum(lobes, np.where(b > 0.318, side, between))


def _crescent(dice, u, v):
    shift = dice.uniform(0.35, 0.55)
    return np.minimum(0.92 - _radius(u, v), _radius(u - shift, v) - 0.72)


def _drop(dice, u, v):
    """Round below, drawn out to a point above."""
    h = (0.95 - v) * (1.0 / 1.9)  # 0 at the foot, 1 at the tip
    inside = np.minimum(np.maximum(h, 0.0), 1.0)
    half = 1.25 * np.sqrt(inside) * (1.0 - inside) * (1.25 - 0.35 * inside)
    return np.where((h > 0) & (h < 1), (half - np.abs(u)) * 0.8, -0.5)


def _leaf(dice, u, v):
    bend = dice.uniform(-0.2, 0.2)
    half = dice.uniform(0.28, 0.42)
    across = v - bend * (1.0 - u * u)
    return (half * (1.0 - u * u) - np.abs(across)) * 0.85


def _rosette(u, v, petals: int, depth: float, sharp: float):
    wave = clip01(0.5 + 0.5 * cos(angle(v, u) * petals))
    edge = wave + sharp * (np.sqrt(wave) - wave)
    return (0.95 - depth * (1.0 - edge) - _radius(u, v)) * 0.6


def _broad_petals(dice, u, v):
    return _rosette(u, v, dice.integer(4, 7), dice.uniform(0.4, 0.5), 0.9)


def _narrow_petals(dice, u, v):
    return _rosette(u, v, dice.integer(11, 18), dice.uniform(0.4, 0.55), 0.6)


def _pointed_petals(dice, u, v):
    petals = dice.integer(7, 11)
    sector = angle(v, u) * petals
    ray = 1.0 - 2.0 * np.abs(sector - np.floor(sector) - 0.5)
    depth = dice.uniform(0.38, 0.5)
    return (0.96 - depth * (1.0 - ray) - _radius(u, v)) * 0.6


def _gear(dice, u, v):
    teeth = dice.integer(8, 13)
    step = smooth(cos(angle(v, u) * teeth) * 4.0 + 0.5)
    body = 0.74 + 0.2 * step - _radius(u, v)
    return np.minimum(body, _radius(u, v) - dice.uniform(0.2, 0.34))


def _blob(dice, u, v):
    turn = angle(v, u)
    edge = 0.72 + 0.11 * cos(turn * 2 + dice.unit()) + 0.09 * cos(turn * 3 + dice.unit())
    return (edge + 0.03 * cos(turn * 5 + dice.unit()) - _radius(u, v)) * 0.8


OUTLINES: dict[str, Outline] = {
    "disc": _disc, "ring": _ring, "triangle": _triangle, "square": _square, "hexagon": _hexagon,
    "cross": _cross, "star": _star, "heart": _heart, "crescent": _crescent, "drop": _drop,
    "leaf": _leaf, "broad petals": _broad_petals, "narrow petals": _narrow_petals,
    "pointed petals": _pointed_petals, "gear": _gear, "blob": _blob,
}  # fmt: skip
