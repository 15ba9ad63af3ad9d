"""Ten kinds of garment in the manner of Fashion-MNIST, drawn from a seed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from . import _dice
from ._canvas import shrink
from ._cloth import Cloth
from ._dice import Dice
from ._exact import clip01, cos, smooth
from ._shoes import ankle_boot, bag, sandal, sneaker
from ._types import Samples

_GARMENTS = 6
_SIDE, _FACTOR = 28, 3
NAMES = ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker",
         "Bag", "Ankle boot")  # fmt: skip


def _torso(cloth: Cloth, dice: Dice, half: float, length: float, flare: float) -> np.ndarray:
    """Body of a top: shoulders, a slight waist and a hem."""
    waist = half * dice.uniform(0.84, 1.0)
    return cloth.piece(
        cloth.column(
            (-0.93, -0.84, -0.5, 0.1, length),
            (half * 0.62, half * 0.98, half * 0.93, waist, half * flare),
        )
    )


def _print(cloth: Cloth, dice: Dice) -> None:
    """Print a motif on the chest."""
    tone = dice.uniform(0.1, 0.5) if cloth.base > 0.6 else dice.uniform(0.75, 1.0)
    x, y = cloth.x, cloth.y + dice.uniform(0.1, 0.35)
    if dice.chance(0.5):
        wide, high = dice.uniform(0.12, 0.3), dice.uniform(0.06, 0.22)
        shape = np.minimum(wide - np.abs(x), high - np.abs(y))
    else:
        shape = dice.uniform(0.12, 0.26) - np.sqrt(x * x + y * y)
    speckle = 0.55 + 0.45 * cos(x * dice.uniform(3, 8)) * cos(y * dice.uniform(3, 8))
    cloth.lay(cloth.cover(shape) * dice.uniform(0.5, 1.0) * speckle, tone)


def _hem(cloth: Cloth, body: np.ndarray, start: float, tone: float) -> None:
    ribs = 0.85 + 0.15 * cos(cloth.x * 9.0)
    cloth.lay(body * (cloth.y > start), cloth.base * tone * ribs)


def _t_shirt(cloth: Cloth, dice: Dice) -> None:
    half = dice.uniform(0.46, 0.6)
    if dice.chance(0.85):
        reach = dice.uniform(0.2, 0.42) if dice.chance(0.85) else dice.uniform(0.5, 1.3)
        cloth.sleeves(
            dice, half * 0.8, -0.95, min(0.9, half + reach * dice.uniform(0.7, 1.0)), -0.72 + reach,
            dice.uniform(0.19, 0.25), dice.uniform(0.15, 0.21),
        )  # fmt: skip
    _torso(cloth, dice, half, dice.uniform(0.82, 0.98), dice.uniform(0.92, 1.12))
    cloth.neck(dice, dice.uniform(0.17, 0.28), dice.uniform(0.1, 0.26), dice.chance(0.25), 0.05)
    if dice.chance(0.4):
        _print(cloth, dice)
    elif dice.chance(0.2):
        _placket(cloth, dice)


def _placket(cloth: Cloth, dice: Dice) -> None:
    """Sew a short opening below the neck."""
    line = cloth.cover(0.03 - np.abs(cloth.x)) * (cloth.y < dice.uniform(-0.5, -0.1))
    cloth.lay(line * (cloth.grey > 0.05) * dice.uniform(0.3, 0.8), cloth.base * 0.45)


def _pullover(cloth: Cloth, dice: Dice) -> None:
    half = dice.uniform(0.46, 0.58)
    cloth.sleeves(
        dice, half * 0.8, -0.95, dice.uniform(0.76, 0.9), dice.uniform(0.6, 0.92),
        dice.uniform(0.2, 0.26), dice.uniform(0.11, 0.16), dice.uniform(0.06, 0.14),
    )  # fmt: skip
    length = dice.uniform(0.78, 0.97)
    body = _torso(cloth, dice, half, length, dice.uniform(0.88, 1.0))
    if dice.chance(0.55):
        _hem(cloth, body, length - dice.uniform(0.08, 0.16), dice.uniform(0.7, 0.95))
    if dice.chance(0.25):  # a hood or a rolled collar
        cloth.piece(cloth.column((-0.99, -0.94, -0.72), (0.2, 0.27, 0.14)), 0.8)
    else:
        cloth.neck(dice, dice.uniform(0.16, 0.24), dice.uniform(0.08, 0.2), dice.chance(0.2), 0.07)
    if dice.chance(0.25):
        _print(cloth, dice)
    elif dice.chance(0.3):  # a cardigan or a half-zip
        if dice.chance(0.5):
            _front(cloth, dice, body, 0.025, dice.integer(4, 7))
        else:
            _placket(cloth, dice)


def _front(cloth: Cloth, dice: Dice, body: np.ndarray, wide: float, buttons: int) -> None:
    """Line of an opening down the front, with buttons beside it."""
    line = cloth.cover(wide - np.abs(cloth.x + dice.bell(0.015))) * (cloth.y > -0.72)
    cloth.lay(body * line * dice.uniform(0.1, 0.8), cloth.base * dice.uniform(0.25, 0.6))
    step = (cloth.y + 0.6) * (0.5 * buttons)
    off = (step - np.floor(step) - 0.5) * (2.0 / buttons)
    beside = cloth.x - 0.07
    button = cloth.cover(0.04 - np.sqrt(beside * beside + off * off))
    cloth.lay(body * button * dice.uniform(0.0, 0.7), 0.15 if cloth.base > 0.6 else 0.9)


def _collar(cloth: Cloth, dice: Dice, depth: float, wide: float) -> None:
    """Two lapels that meet below the neck."""
    down = (cloth.y + 0.95) * (1.0 / depth)
    across = np.abs(cloth.x) * (1.0 / wide)
    reach = across + down
    lapel = cloth.cover((1.5 - reach) * wide) * (cloth.y < depth * 1.3 - 0.95) * (across < 1.35)
    cloth.lay(lapel * (cloth.grey > 0.05), cloth.base * dice.uniform(1.0, 1.25))
    rim = clip01(1.0 - np.abs(reach - 1.5) * wide * 28.0) * (across < 1.3) * (cloth.grey > 0.05)
    cloth.lay(rim * 0.6, cloth.base * 0.4)
    cloth.lay(cloth.cover((0.72 - reach) * wide), cloth.base * 0.22)
    cloth.lay(cloth.cover((0.4 - reach) * wide), 0.0)


def _pocket(cloth: Cloth, dice: Dice, x: float, y: float, wide: float, high: float) -> None:
    box = np.minimum(wide - np.abs(cloth.x - x), high - np.abs(cloth.y - y))
    edge = clip01(1.0 - np.abs(box) * 26.0) * (box > -0.04)
    cloth.lay(edge * dice.uniform(0.4, 0.8), cloth.base * 0.5)


def _shirt(cloth: Cloth, dice: Dice) -> None:
    half = dice.uniform(0.44, 0.58)
    wide = dice.uniform(0.18, 0.25)
    if dice.chance(0.68):
        cloth.sleeves(
            dice, half * 0.8, -0.95, dice.uniform(0.74, 0.9), dice.uniform(0.55, 0.9), wide,
            dice.uniform(0.1, 0.16), 0.08 if dice.chance(0.5) else 0.0,
        )  # fmt: skip
    else:
        reach = dice.uniform(0.25, 0.5)
        cloth.sleeves(dice, half * 0.8, -0.95, half + reach * 0.8, -0.7 + reach, wide, 0.17)
    body = _torso(cloth, dice, half, dice.uniform(0.85, 0.99), dice.uniform(0.95, 1.12))
    if dice.chance(0.6):
        _front(cloth, dice, body, 0.025, dice.integer(5, 8))
    if dice.chance(0.5):
        _collar(cloth, dice, dice.uniform(0.2, 0.32), dice.uniform(0.2, 0.27))
    else:
        cloth.neck(dice, dice.uniform(0.15, 0.24), dice.uniform(0.1, 0.3), dice.chance(0.5), 0.04)
    if dice.chance(0.25):
        _print(cloth, dice)
    elif dice.chance(0.3):
        _pocket(cloth, dice, 0.24, -0.25, 0.11, 0.12)


def _coat(cloth: Cloth, dice: Dice) -> None:
    half = dice.uniform(0.46, 0.58)
    cloth.sleeves(
        dice, half * 0.82, -0.95, dice.uniform(0.78, 0.92), dice.uniform(0.6, 0.9),
        dice.uniform(0.2, 0.26), dice.uniform(0.13, 0.18), 0.1 if dice.chance(0.25) else 0.0,
    )  # fmt: skip
    length = dice.uniform(0.86, 0.99)
    body = _torso(cloth, dice, half, length, dice.uniform(0.95, 1.2))
    _front(cloth, dice, body, dice.uniform(0.02, 0.07), dice.integer(3, 6))
    if dice.chance(0.55):
        _collar(cloth, dice, dice.uniform(0.25, 0.6), dice.uniform(0.22, 0.3))
    else:
        cloth.neck(dice, dice.uniform(0.16, 0.22), dice.uniform(0.1, 0.2), dice.chance(0.4), 0.08)
    if dice.chance(0.3):
        belt = body * cloth.cover(0.05 - np.abs(cloth.y - 0.12))
        cloth.lay(belt, cloth.base * dice.uniform(0.35, 0.7))
    if dice.chance(0.4):
        for side in (-1.0, 1.0):
            _pocket(cloth, dice, side * 0.29, 0.45, 0.13, dice.uniform(0.03, 0.13))


def _dress(cloth: Cloth, dice: Dice) -> None:
    bust = dice.uniform(0.24, 0.36)
    waist = bust * dice.uniform(0.68, 0.95)
    if dice.chance(0.2):  # a straight tunic
        bust = waist = dice.uniform(0.34, 0.46)
    hem = dice.uniform(0.26, 0.6) if dice.chance(0.75) else waist * 1.05
    long = dice.chance(0.3)
    if long:
        cloth.sleeves(
            dice, bust * 0.85, -0.97, bust + dice.uniform(0.15, 0.3), dice.uniform(-0.2, 0.35),
            0.13, 0.08,
        )  # fmt: skip
    elif dice.chance(0.45):
        cloth.sleeves(dice, bust * 0.8, -0.97, bust + 0.18, -0.55, 0.14, 0.12)
    at_waist = dice.uniform(-0.3, -0.05)
    body = cloth.piece(
        cloth.column(
            (-0.96, -0.72, -0.55, at_waist, 0.4, 0.97),
            (bust * 0.7, bust * 0.82, bust, waist, (waist + hem) * 0.52, hem),
        )
    )
    pleats = cos(cloth.x * (3.2 / (0.25 + 0.35 * clip01(cloth.y + 0.3))))
    skirt = body * smooth((cloth.y - at_waist) * 3.0)
    cloth.lay(skirt * dice.uniform(0.0, 0.28) * (0.5 + 0.5 * pleats), cloth.base * 0.45)
    cloth.neck(
        dice, bust * dice.uniform(0.4, 0.62), dice.uniform(0.12, 0.34), dice.chance(0.4), 0.02
    )
    if dice.chance(0.4):
        belt = body * cloth.cover(0.04 - np.abs(cloth.y - at_waist))
        cloth.lay(belt, cloth.base * dice.uniform(0.3, 0.7))


def _trouser(cloth: Cloth, dice: Dice) -> None:
    hip = dice.uniform(0.3, 0.44)
    ankle = dice.uniform(0.09, 0.2)
    apart = dice.uniform(0.16, 0.34)
    crotch = dice.uniform(-0.5, -0.3)
    end = 0.97 if dice.chance(0.85) else dice.uniform(0.1, 0.5)
    for side in (-1.0, 1.0):
        down = clip01((cloth.y - crotch) * (1.0 / (0.97 - crotch)))
        centre = side * (hip * 0.5 + (apart - hip * 0.5) * down)
        wide = hip * 0.56 + (ankle - hip * 0.56) * smooth(down * 0.85)
        inside = np.minimum(wide - np.abs(cloth.x - centre), (cloth.x * side) + 0.004)
        ends = np.minimum(cloth.y - crotch + 0.3, end - cloth.y)
        alpha = cloth.piece(np.minimum(inside, ends), dice.uniform(0.9, 1.0), 0.3)
        crease = clip01(1.0 - np.abs(cloth.x - centre) * 22.0)
        cloth.lay(alpha * crease * dice.uniform(0.0, 0.3), cloth.base * 1.2)
    top = cloth.piece(
        cloth.column((-0.97, -0.6, crotch + 0.06), (hip * 0.82, hip * 0.97, hip * 1.04)), 0.98
    )
    cloth.lay(top * (cloth.y < -0.86), cloth.base * dice.uniform(0.55, 0.85))
    fly = clip01(1.0 - np.abs(cloth.x) * 30.0) * (cloth.y < crotch)
    cloth.lay(top * fly * dice.uniform(0.2, 0.6), cloth.base * 0.4)


MAKERS: tuple[Callable[[Cloth, Dice], None], ...] = (
    _t_shirt, _trouser, _pullover, _dress, _coat, sandal, _shirt, sneaker, bag, ankle_boot,
)  # fmt: skip


def garments(count: int, seed: int = 0, *, progress: bool | None = None) -> Samples:
    """Draw garments in the manner of Fashion-MNIST: white on black, 28 × 28.

    The ten classes have the names and the order of Fashion-MNIST [1]_. Cut, sleeves, fabric and
    folds vary, and as in the real set T-shirt, pullover, coat and shirt are easily confused.

    Every ten images, counted from the first, hold each class once in random order, so the
    classes of any draw differ by one image at most.

    Parameters
    ----------
    count : int
        How many to draw, at least 0.
    seed : int, default 0
        At least 0. Item i depends on the set, the seed and i alone: a shorter draw
        is the beginning of a longer one.
    progress : bool, optional
        Show a progress bar: always, never, or (None) when drawing takes more than a second.

    Returns
    -------
    Samples
        ``images`` uint8 (N, 28, 28) and ``labels`` int64 (N,).

    Raises
    ------
    ValueError
        If an argument is out of its range.

    References
    ----------
    .. [1] H. Xiao, K. Rasul, R. Vollgraf. Fashion-MNIST: a novel image dataset for benchmarking
       machine learning algorithms. arXiv:1708.07747, 2017.

    Examples
    --------
    >>> from cnncourse import samples
    >>> drawn = samples.garments(20)
    >>> drawn.images.shape, drawn.class_names[6]
    ((20, 28, 28), 'Shirt')
    """
    count, seed = _dice.request(count, seed, progress)
    labels = _dice.balanced(_GARMENTS, seed, count, len(NAMES))
    images = np.empty((count, _SIDE, _SIDE), np.uint8)
    for i in _dice.track(range(count), "garments", progress):
        dice = _dice.item_dice(_GARMENTS, seed, i)
        cloth = Cloth(_SIDE * _FACTOR, dice)
        MAKERS[labels[i]](cloth, dice)
        images[i] = _develop(cloth.grey, dice)
    return Samples(images, labels, NAMES)


def _develop(grey: np.ndarray, dice: Dice) -> np.ndarray:
    """Shrink to 28 × 28 and quantise; the black around stays black."""
    (small,) = shrink(grey[None], _FACTOR)
    rough = dice.grain(small.shape) * np.float32(0.05 / 255.0)
    small = clip01(small * (1.0 + rough))
    return np.floor(small * 255.0 + 0.5).astype(np.uint8)
