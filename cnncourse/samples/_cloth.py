"""Pieces that garments are cut from: a grey sheet, silhouettes and fabrics."""

from __future__ import annotations

import math

import numpy as np

from ._canvas import noise
from ._dice import Dice
from ._exact import clip01, cos, curve, smooth

Knots = tuple[float, ...]


class Cloth:
    """Grey picture in the frame x, y in [-1, 1] (y down), white cloth on black."""

    def __init__(self, n: int, dice: Dice) -> None:
        axis = (np.arange(n, dtype=np.float32) + 0.5) * (2.0 / n) - 1.0
        lean, stretch = dice.bell(0.05), dice.uniform(0.98, 1.22)
        x, y = axis[None, :], axis[:, None]
        self.x = x * stretch + y * lean + dice.bell(0.03)
        self.y = y * dice.uniform(1.02, 1.14) - x * lean
        self.pixel = 2.0 / n
        self.grey = np.zeros((n, n), np.float32)
        self.fabric = _fabric(dice, n, self.x, self.y)
        self.base = dice.uniform(0.2, 0.98)

    def cover(self, distance: np.ndarray) -> np.ndarray:
        """Coverage from a distance that is positive inside."""
        return clip01(distance * (1.0 / self.pixel) + 0.5)

    def lay(self, alpha, tone) -> None:
        """Paint a grey over what lies there."""
        self.grey += alpha * (tone - self.grey)

    def piece(self, distance: np.ndarray, light: float = 1.0, seam: float = 0.22) -> np.ndarray:
        """Lay a piece of the garment's own cloth, darker along its edge; return its coverage."""
        alpha = self.cover(distance)
        edge = 1.0 - seam * smooth(1.0 - distance * 9.0)
        self.lay(alpha, self.base * light * edge * self.fabric)
        return alpha

    def column(self, at: Knots, half: Knots, centre: float = 0.0) -> np.ndarray:
        """Distance inside a shape that is symmetric about x = centre, half as wide as the knots."""
        width = curve(self.y, at, half)
        ends = np.minimum(self.y - at[0], at[-1] - self.y)
        return np.minimum(width - np.abs(self.x - centre), ends)

    def limb(
        self, x0: float, y0: float, x1: float, y1: float, w0: float, w1: float
    ) -> tuple[np.ndarray, np.ndarray]:
        """Distance inside a tapered strip with a straight end, and the way along it, 0 to 1."""
        run_x, run_y = x1 - x0, y1 - y0
        length = math.sqrt(run_x * run_x + run_y * run_y)
        dx, dy = self.x - x0, self.y - y0
        along = (dx * run_x + dy * run_y) * (1.0 / (length * length))
        across = np.abs(dx * run_y - dy * run_x) * (1.0 / length)
        width = w0 + (w1 - w0) * clip01(along)
        ends = np.minimum(along + 0.15, 1.0 - along) * length
        return np.minimum(width - across, ends), along

    def sleeves(
        self, dice: Dice, shoulder: float, top: float, reach_x: float, reach_y: float,
        wide: float, narrow: float, cuff: float = 0.0,
    ) -> None:  # fmt: skip
        """Both sleeves, with a ribbed cuff over the last share `cuff` of their length."""
        for side in (-1.0, 1.0):
            wobble = dice.bell(0.02)
            distance, along = self.limb(
                side * shoulder, top + wide * 0.7, side * (reach_x + wobble),
                reach_y + dice.bell(0.02), wide, narrow,
            )  # fmt: skip
            alpha = self.piece(distance, dice.uniform(0.86, 0.97), 0.34)
            if cuff:
                self.lay(alpha * (along > 1.0 - cuff), self.base * 0.72)

    def neck(self, dice: Dice, width: float, depth: float, pointed: bool, band: float) -> None:
        """Cut the neck out of the top edge and sew a band around it."""
        down = (self.y + 0.93) * (1.0 / depth)
        across = np.abs(self.x) * (1.0 / width)
        reach = across + down if pointed else np.sqrt(across * across + down * down)
        collar = self.cover((1.0 + band / depth - reach) * depth) * (self.grey > 0.05)
        self.lay(collar, self.base * dice.uniform(0.65, 1.1))
        self.lay(self.cover((1.0 - reach) * depth), 0.0)
        inside = self.cover((1.0 - reach) * depth) * (self.y > -0.9)
        self.lay(inside * dice.uniform(0.0, 0.5), self.base * 0.4)


def _fabric(dice: Dice, n: int, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Folds, weave and print as one factor near 1."""
    folds = noise(dice, n, 2, 6) * 0.6 + noise(dice, n, 5, 5) * 0.4 - 0.5
    cloth = (
        1.0
        + dice.uniform(0.2, 0.8) * folds
        + dice.uniform(0.05, 0.3) * (noise(dice, n, 20, 20) - 0.5)
    )
    kind = dice.integer(0, 8)
    strength = dice.uniform(0.12, 0.6)
    pitch = dice.uniform(2.5, 6.0)
    if kind == 0:
        cloth = cloth * (1.0 - strength * smooth(cos(y * pitch) * 2.0 + 0.5))
    elif kind == 1:
        cloth = cloth * (1.0 - strength * smooth(cos(x * pitch) * 2.0 + 0.5))
    elif kind == 2:
        cloth = cloth * (1.0 - strength * (0.5 + 0.25 * (cos(x * pitch) + cos(y * pitch))))
    elif kind == 3:  # mottled
        cloth = cloth * (1.0 - strength * smooth(noise(dice, n, 9, 9) * 3.0 - 1.0))
    return cloth
