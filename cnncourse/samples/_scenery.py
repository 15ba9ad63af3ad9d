"""What stands around a flower: backgrounds, bokeh, blades, leaves and the camera's finish."""

from __future__ import annotations

import numpy as np

from ._canvas import Canvas, Colour, hsv, mix, noise, scaled
from ._dice import Dice
from ._exact import clip01, smooth


def _blend(canvas: Canvas, low: Colour, high: Colour, share: np.ndarray) -> None:
    for plane, a, b in zip(canvas.planes, low, high, strict=True):
        plane[:] = a + (b - a) * share


def _clouds(dice: Dice, size: int, rows: int, columns: int) -> np.ndarray:
    """Two octaves of noise, in [0, 1)."""
    coarse = noise(dice, size, rows, columns)
    return coarse * 0.65 + noise(dice, size, rows * 3, columns * 3) * 0.35


def _green(dice: Dice, value: float) -> Colour:
    return hsv(dice.uniform(0.2, 0.36), dice.uniform(0.4, 0.8), value)


def _grass(canvas: Canvas, dice: Dice) -> None:
    deep, bright = _green(dice, dice.uniform(0.1, 0.25)), _green(dice, dice.uniform(0.4, 0.7))
    streaks = noise(dice, canvas.n, 3, 26) * 0.5 + _clouds(dice, canvas.n, 3, 4) * 0.5
    _blend(canvas, deep, bright, smooth(streaks * 1.3 - 0.1) * (0.55 + 0.45 * canvas.axis[:, None]))
    for _ in range(dice.integer(8, 20)):
        _blade(canvas, dice, mix(deep, bright, dice.uniform(0.2, 1.2)), dice.uniform(0.005, 0.04))


def _blade(canvas: Canvas, dice: Dice, colour: Colour, soft: float) -> None:
    canvas.leaf(
        dice.uniform(-0.05, 1.05), dice.uniform(0.95, 1.15), -0.25 + dice.bell(0.05),
        dice.uniform(0.4, 1.1), dice.uniform(0.01, 0.035), dice.bell(0.06), colour, soft,
        veins=False,
    )  # fmt: skip


def _soil(canvas: Canvas, dice: Dice) -> None:
    hue = dice.uniform(0.04, 0.1)
    dark = hsv(hue, dice.uniform(0.3, 0.6), dice.uniform(0.12, 0.25))
    light = hsv(hue + 0.01, dice.uniform(0.2, 0.45), dice.uniform(0.45, 0.72))
    patches = _clouds(dice, canvas.n, 4, 4)
    crumbs = noise(dice, canvas.n, 19, 23) * 0.6 + noise(dice, canvas.n, 47, 43) * 0.4
    step = max(1, canvas.n // 64)
    back = np.maximum(np.arange(canvas.n) - step, 0)
    relief = crumbs - crumbs[back][:, back]  # lit from one corner
    _blend(canvas, dark, light, clip01(patches * 0.7 + crumbs * 0.25 + relief * 0.7))
    for _ in range(dice.integer(4, 14)):
        x, y, radius = dice.unit(), dice.unit(), dice.uniform(0.008, 0.03)
        tone = dice.uniform(0.5, 1.1)
        canvas.disc(x + 0.008, y + 0.012, radius, scaled(dark, 0.5), 0.02, 0.8)
        canvas.disc(x, y, radius, scaled(mix(dark, light, tone), 1.05), 0.012)


def _sky(canvas: Canvas, dice: Dice) -> None:
    hue = dice.uniform(0.53, 0.61)
    top = hsv(hue, dice.uniform(0.35, 0.7), dice.uniform(0.6, 0.95))
    low = hsv(hue - 0.02, dice.uniform(0.08, 0.3), dice.uniform(0.88, 1.0))
    _blend(canvas, top, low, smooth(canvas.axis * 1.1)[:, None] * np.ones_like(canvas.planes[0]))
    cover = smooth(_clouds(dice, canvas.n, 5, 3) * 2.6 - dice.uniform(0.9, 1.7))
    for plane in canvas.planes:
        plane += 0.75 * cover * (0.98 - plane)
    if dice.chance(0.6):  # hills, out of focus
        horizon = dice.uniform(0.6, 0.95)
        ridge = horizon - 0.12 * noise(dice, canvas.n, 1, 4)[:1]
        land = smooth((canvas.axis[:, None] - ridge) * dice.uniform(8.0, 25.0) + 0.5)
        green = _green(dice, dice.uniform(0.3, 0.55))
        tone = 0.75 + 0.5 * _clouds(dice, canvas.n, 6, 4)
        for plane, channel in zip(canvas.planes, green, strict=True):
            plane += land * (tone * channel - plane)


def _bokeh(canvas: Canvas, dice: Dice) -> None:
    dark = hsv(dice.uniform(0.2, 0.5), dice.uniform(0.3, 0.7), dice.uniform(0.06, 0.25))
    glow = hsv(dice.uniform(0.12, 0.4), dice.uniform(0.3, 0.7), dice.uniform(0.35, 0.65))
    _blend(canvas, dark, glow, smooth(noise(dice, canvas.n, 3, 3) * 1.2 - 0.15))
    warm = dice.uniform(0.08, 0.4)
    for _ in range(dice.integer(10, 26)):
        colour = hsv(warm + dice.bell(0.07), dice.uniform(0.1, 0.7), dice.uniform(0.55, 1.0))
        x, y, radius = dice.unit(), dice.unit(), dice.uniform(0.02, 0.1)
        strength = dice.uniform(0.12, 0.45)
        canvas.disc(x, y, radius, colour, 0.015, strength)
        canvas.disc(x, y, radius * 0.86, mix(colour, dark, 0.35), 0.02, strength * 0.4)


def _foliage(canvas: Canvas, dice: Dice) -> None:
    deep = _green(dice, dice.uniform(0.08, 0.2))
    _blend(canvas, deep, scaled(deep, 2.2), _clouds(dice, canvas.n, 4, 4))
    bright = _green(dice, dice.uniform(0.4, 0.65))
    count = dice.integer(12, 22)
    for step in range(count):
        light = (step + 1) / count  # nearer leaves are lighter and sharper
        canvas.leaf(
            dice.uniform(-0.1, 1.1), dice.uniform(-0.1, 1.1), dice.unit(),
            dice.uniform(0.2, 0.5), dice.uniform(0.04, 0.1), dice.bell(0.07),
            scaled(mix(deep, bright, light), dice.uniform(0.7, 1.1)), 0.05 - 0.04 * light,
        )  # fmt: skip


def _wall(canvas: Canvas, dice: Dice) -> None:
    tone = hsv(dice.unit(), dice.uniform(0.03, 0.35), dice.uniform(0.25, 0.9))
    lean = dice.uniform(-0.4, 0.4)
    light = 0.75 + 0.3 * canvas.axis[None, :] * lean + 0.25 * _clouds(dice, canvas.n, 2, 2)
    fine = 0.07 * (noise(dice, canvas.n, 40, 14) - 0.5)
    _blend(canvas, (0.0, 0.0, 0.0), tone, light + fine - 0.2 * canvas.axis[:, None])


def _far_flowers(canvas: Canvas, dice: Dice) -> None:
    """Blurred spots in flower colours: neither colour nor roundness alone names a species."""
    for _ in range(dice.integer(3, 14)):
        colour = hsv(dice.uniform(-0.22, 0.17), dice.uniform(0.0, 0.85), dice.uniform(0.6, 1.0))
        x, y, near = dice.unit(), dice.unit(), dice.unit()
        radius = 0.012 + 0.07 * near * near
        canvas.disc(x, y, radius, colour, 0.02 + 0.5 * radius, 0.85)
        canvas.disc(x, y, radius * 0.4, scaled(colour, 0.6), 0.02 + 0.4 * radius, 0.6)


_KINDS = (_grass, _soil, _sky, _bokeh, _foliage, _wall)


def background(dice: Dice, size: int, plain: float = 0.0) -> Canvas:
    """Canvas of one of six kinds of surroundings, or just a wall with chance `plain`."""
    canvas = Canvas(size)
    kind = _wall if dice.chance(plain) else dice.pick(_KINDS)
    kind(canvas, dice)
    if kind in (_grass, _foliage) and dice.chance(0.7):
        _far_flowers(canvas, dice)
    return canvas


def finish(planes: np.ndarray, dice: Dice, blur: float = 0.2) -> np.ndarray:
    """Give planes (3, H, W) the look of a photo: focus, light, colour, vignette and grain."""
    size = planes.shape[1]
    if dice.chance(blur):  # out of focus, by as much at every size
        for _ in range(max(1, int(size * size * dice.uniform(0.00002, 0.00012)))):
            planes = _soften(planes)
    axis = (np.arange(size, dtype=np.float32) + 0.5) / size - 0.5
    square = axis * axis
    fall = 1.0 - dice.uniform(0.0, 0.6) * (square[:, None] + square[None, :])
    exposure = dice.uniform(0.78, 1.18)
    balance = [exposure * (1.0 + dice.bell(0.06)) for _ in range(3)]
    pale = dice.uniform(-0.15, 0.25)
    contrast = dice.uniform(-0.15, 0.45)
    grain = dice.grain(planes.shape) * np.float32(dice.uniform(0.01, 0.05) / 255.0)
    grey = planes[0] * 0.3 + planes[1] * 0.59 + planes[2] * 0.11
    graded = [
        (plane + pale * (grey - plane)) * (fall * gain)
        for plane, gain in zip(planes, balance, strict=True)
    ]
    planes = clip01(np.stack(graded))
    return planes + contrast * (smooth(planes) - planes) + grain


def _soften(planes: np.ndarray) -> np.ndarray:
    """Average each pixel with its neighbours by weights 1, 2, 1 along both axes."""
    for axis in (1, 2):
        last = planes.shape[axis] - 1
        index = np.arange(last + 1)
        before = np.take(planes, np.maximum(index - 1, 0), axis)
        after = np.take(planes, np.minimum(index + 1, last), axis)
        planes = planes * 0.5 + (before + after) * 0.25
    return planes
