"""Shoes seen from the side, toe to the left, and bags."""

from __future__ import annotations

import numpy as np

from ._cloth import Cloth, Knots
from ._dice import Dice
from ._exact import clip01, cos, curve, smooth


def _between(cloth: Cloth, at: Knots, top: Knots, foot: Knots) -> np.ndarray:
    """Distance inside the region between two lines over x, rounded off at both ends."""
    upper, lower = curve(cloth.x, at, top), curve(cloth.x, at, foot)
    height = np.minimum(cloth.y - upper, lower - cloth.y)
    ends = np.minimum(cloth.x - at[0], at[-1] - cloth.x)
    return np.minimum(height, ends)


def _sole(cloth: Cloth, dice: Dice, at: Knots, foot: Knots, thick: float) -> None:
    top = tuple(y - thick for y in foot)
    alpha = cloth.cover(_between(cloth, at, top, foot))
    cloth.lay(alpha, dice.uniform(0.25, 1.0) if dice.chance(0.7) else 1.0)
    seam = clip01(1.0 - np.abs(cloth.y - curve(cloth.x, at, top)) * 22.0)
    cloth.lay(alpha * seam * 0.6, 0.12)


def _plain(cloth: Cloth) -> None:
    """Take most of the pattern out of the fabric: shoes are leather or canvas."""
    cloth.fabric = 1.0 + 0.4 * (cloth.fabric - 1.0)


def sneaker(cloth: Cloth, dice: Dice) -> None:
    """Low shoe with a sole, laces and stripes."""
    _plain(cloth)
    low, rise = dice.uniform(0.36, 0.46), dice.uniform(-0.02, 0.14)
    tongue, collar = dice.uniform(-0.46, -0.26) - rise, dice.uniform(-0.28, -0.1) - rise
    heel = collar - dice.uniform(0.02, 0.16)
    at = (-0.97, -0.82, -0.45, 0.0, 0.2, 0.5, 0.86, 0.97)
    toe = low - dice.uniform(0.28, 0.36)
    top = (low - 0.12, toe, toe - 0.1, tongue + 0.14, tongue, collar, heel, heel + 0.06)
    foot = (low - 0.06, low, low, low, low, low, low, low - 0.03)
    body = cloth.piece(_between(cloth, at, top, foot), 1.0, 0.3)
    if dice.chance(0.75):  # stripes or a wedge on the side
        lean = dice.uniform(-0.8, 0.8)
        run = (cloth.x - dice.uniform(0.0, 0.35) + cloth.y * lean) * dice.uniform(2.0, 4.5)
        mark = smooth(cos(run) * 3.0 - 0.6) * clip01((0.42 - np.abs(cloth.x - 0.25)) * 8.0)
        cloth.lay(body * mark * dice.uniform(0.4, 0.9), dice.uniform(0.1, 1.0))
    lace = np.minimum(0.17 - np.abs(cloth.x + 0.2 + cloth.y * 0.9), 0.25 - np.abs(cloth.y + 0.05))
    rungs = smooth(cos(cloth.y * dice.uniform(5.0, 7.5) - cloth.x * 2.0) * 2.0)
    cloth.lay(body * cloth.cover(lace) * rungs * 0.7, dice.uniform(0.7, 1.0))
    cap = body * cloth.cover(-0.6 - cloth.x - cloth.y * 0.3)
    cloth.lay(cap * dice.uniform(0.0, 0.5), cloth.base * 0.6)
    hollow = clip01(1.0 - np.abs(cloth.y - curve(cloth.x, at, top) - 0.04) * 20.0)
    cloth.lay(body * hollow * (cloth.x > 0.22) * 0.5, 0.1)
    _sole(cloth, dice, at, foot, dice.uniform(0.1, 0.17))


def ankle_boot(cloth: Cloth, dice: Dice) -> None:
    """Boot with a shaft, and a flat, block or slender heel."""
    _plain(cloth)
    low = dice.uniform(0.62, 0.8)
    raised = dice.uniform(0.0, 0.3) if dice.chance(0.6) else 0.0
    shaft = dice.uniform(-0.92, -0.6)
    front, back = dice.uniform(-0.08, 0.12), dice.uniform(0.78, 0.93)
    heel_foot = low - raised
    at = (-0.97, -0.8, -0.4, front - 0.12, front, front + 0.2, back - 0.1, back)
    toe = low - dice.uniform(0.22, 0.3)
    top = (low - 0.1, toe, toe - 0.14, toe - 0.34, shaft + 0.15, shaft, shaft, shaft + 0.04)
    foot = (low - 0.04, low, low, low - raised * 0.5, low - raised * 0.7, heel_foot, heel_foot,
            heel_foot)  # fmt: skip
    body = cloth.piece(_between(cloth, at, top, foot), 1.0, 0.3)
    ankle = clip01(1.0 - np.abs(cloth.y - 0.12 + cloth.x * 0.35) * 9.0)
    cloth.lay(body * ankle * dice.uniform(0.0, 0.5), cloth.base * 0.55)
    if dice.chance(0.5):  # elastic, zip or laces
        side = cloth.x - front - dice.uniform(0.2, 0.4)
        line = cloth.cover(dice.uniform(0.02, 0.1) - np.abs(side)) * (cloth.y < 0.2)
        cloth.lay(body * line * 0.7, cloth.base * dice.uniform(0.3, 0.6))
    else:
        near = cloth.cover(0.14 - np.abs(cloth.x - front - 0.08 + 0.4 * clip01(cloth.y)))
        rungs = smooth(cos(cloth.y * dice.uniform(3.5, 6.0)) * 2.0)
        cloth.lay(body * near * rungs * (cloth.y < 0.35) * 0.8, dice.uniform(0.1, 1.0))
    cloth.lay(body * (cloth.y < shaft + 0.12) * dice.uniform(0.0, 0.8), cloth.base * 0.6)
    _sole(cloth, dice, at, foot, 0.07 + 0.06 * dice.unit())
    start = back - dice.uniform(0.16, 0.42)
    heel = np.minimum(cloth.x - start - (cloth.y - heel_foot) * 0.2, back - cloth.x)
    heel = np.minimum(heel, np.minimum(cloth.y - heel_foot + 0.05, low + 0.08 - cloth.y))
    cloth.lay(cloth.cover(heel), dice.uniform(0.2, 0.7))


def sandal(cloth: Cloth, dice: Dice) -> None:
    """Open shoe: a sole on a flat, wedge or high heel, and a few straps."""
    high = dice.uniform(0.25, 0.85) if dice.chance(0.6) else dice.uniform(0.0, 0.12)
    low = dice.uniform(0.3, 0.42) + 0.35 * high
    at = (-0.97, -0.75, -0.35, 0.15, 0.55, 0.95)
    bed = (low - 0.12, low - 0.08, low - 0.1, low - high * 0.55, low - high * 0.95, low - high)
    thick = dice.uniform(0.06, 0.15)
    straps = dice.integer(2, 5)
    arch = dice.uniform(0.28, 0.5)
    for k in range(straps):
        share = (k + dice.uniform(0.2, 0.8)) / straps
        foot_x = -0.85 + 1.5 * share
        lean = dice.uniform(-0.25, 0.35)
        near = cloth.x - foot_x - lean * (curve(cloth.x, at, bed) - cloth.y)
        tall = curve(cloth.x, at, bed) - cloth.y
        reach = arch * (0.55 + 0.65 * share)
        strip = np.minimum(dice.uniform(0.04, 0.1) - np.abs(near), np.minimum(tall, reach - tall))
        cloth.piece(strip, dice.uniform(0.8, 1.1), 0.1)
    over = curve(cloth.x, at, bed) - arch * curve(cloth.x, at, (0.0, 0.55, 0.8, 1.0, 1.1, 0.9))
    band = dice.uniform(0.03, 0.08) - np.abs(cloth.y - over)
    span = np.minimum(cloth.x - dice.uniform(-0.85, -0.5), dice.uniform(0.2, 0.95) - cloth.x)
    cloth.piece(np.minimum(band, span), 1.05, 0.1)
    if dice.chance(0.6):  # strap behind the heel
        tall = curve(cloth.x, at, bed) - cloth.y
        back = np.minimum(0.05 - np.abs(cloth.x - 0.86 + tall * 0.12), arch * 1.25 - tall)
        cloth.piece(np.minimum(back, tall), 0.95, 0.1)
    foot = tuple(y + thick for y in bed)
    wedge = high > 0.12 and dice.chance(0.45)
    if wedge:
        foot = (low, low + 0.03, low + 0.03, low + 0.03, low + 0.03, low + 0.03)
    alpha = cloth.cover(_between(cloth, at, bed, foot))
    cloth.lay(alpha, cloth.base * dice.uniform(0.5, 1.1) * cloth.fabric)
    if high > 0.12 and not wedge:
        wide = dice.uniform(0.05, 0.16)
        heel = np.minimum(wide - np.abs(cloth.x - 0.9 + wide), low + 0.03 - cloth.y)
        heel = np.minimum(heel, cloth.y - low + high)
        cloth.lay(cloth.cover(heel), cloth.base * dice.uniform(0.4, 0.9))


def bag(cloth: Cloth, dice: Dice) -> None:
    """Bag with a flap or a zip, and a handle or a strap above."""
    wide, top = dice.uniform(0.68, 0.97), dice.uniform(-0.45, -0.05)
    low = dice.uniform(0.6, 0.92)
    taper = dice.uniform(0.75, 1.0)
    handle = dice.uniform(0.3, 0.62)
    rise = dice.uniform(0.35, 0.9) + top
    rise = max(rise, top + 0.25)
    arc_y = (cloth.y - top) * (1.0 / max(0.2, min(rise - top, 0.93 + top)))
    across = cloth.x * (1.0 / (wide * handle / 0.62))
    strap = np.abs(np.sqrt(across * across + arc_y * arc_y) - 0.9)
    if dice.chance(0.85):
        cloth.piece((dice.uniform(0.05, 0.1) - strap) * 0.6, dice.uniform(0.6, 1.0), 0.1)
    corner = dice.uniform(0.05, 0.2)
    width = wide * (taper + (1.0 - taper) * smooth((cloth.y - top) * (1.0 / (low - top))))
    dx = np.maximum(np.abs(cloth.x) - width + corner, 0.0)
    dy = np.abs(cloth.y - 0.5 * (top + low)) - 0.5 * (low - top) + corner
    dy = np.maximum(dy, 0.0)
    body = cloth.piece(corner - np.sqrt(dx * dx + dy * dy), 1.0, 0.3)
    if dice.chance(0.55):  # flap with a clasp
        end = top + (low - top) * dice.uniform(0.3, 0.65)
        bow = end - dice.uniform(0.0, 0.25) * cloth.x * cloth.x
        flap = body * cloth.cover(bow - cloth.y)
        cloth.lay(flap * dice.uniform(0.1, 0.5), cloth.base * dice.uniform(0.6, 1.3))
        cloth.lay(body * clip01(1.0 - np.abs(cloth.y - bow) * 24.0) * 0.8, cloth.base * 0.35)
        y = cloth.y - end + 0.02
        clasp = dice.uniform(0.05, 0.1) - np.maximum(np.abs(cloth.x), np.abs(y))
        cloth.lay(cloth.cover(clasp) * body, 0.95 if cloth.base < 0.75 else 0.2)
    else:
        zip_y = top + (low - top) * dice.uniform(0.12, 0.3)
        cloth.lay(body * clip01(1.0 - np.abs(cloth.y - zip_y) * 24.0) * 0.8, cloth.base * 0.35)
        if dice.chance(0.5):
            for side in (-1.0, 1.0):
                line = clip01(1.0 - np.abs(cloth.x - side * wide * 0.45) * 20.0)
                cloth.lay(body * line * 0.6, cloth.base * 0.45)
