"""Heads of the five species, shaded sample by sample.

A head lives in its own frame: u and v in [-1, 1], v down, the head reaching about radius 1. A
painter gets that frame and dice, and fills a `Head` with colour and coverage.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ._canvas import Colour, hsv, mix, scaled
from ._dice import Dice
from ._exact import TAU, angle, clip01, cos, direction, sin, smooth

NAMES = ("dandelion", "daisy", "tulips", "sunflowers", "roses")


class Head:
    """Colour (3, h, w) and coverage (h, w) of one flower head, painted from the back forwards."""

    def __init__(self, u: np.ndarray, v: np.ndarray, pixel: float) -> None:
        self.u, self.v, self.pixel = u, v, pixel
        self.colour = np.zeros((3, *u.shape), np.float32)
        self.alpha = np.zeros(u.shape, np.float32)
        self.radius = np.sqrt(u * u + v * v)
        self.turn = angle(v, u)
        self.body: np.ndarray | None = (
            None  # what counts as the flower where it can be seen through
        )

    def lay(self, alpha: np.ndarray, tone, colour) -> None:
        """Paint `colour` (numbers or arrays) times `tone` with the given coverage."""
        for plane, channel in zip(self.colour, colour, strict=True):
            plane += alpha * (tone * channel - plane)
        np.maximum(self.alpha, alpha, out=self.alpha)

    def edge(self, distance: np.ndarray) -> np.ndarray:
        """Coverage from a distance that is positive inside."""
        return clip01(distance * (1.0 / self.pixel) + 0.5)

    def shade(self, alpha: np.ndarray) -> None:
        """Darken what is painted so far."""
        self.colour *= 1.0 - alpha


def round_petal(s):
    q = s * s
    return 2.0 * np.sqrt(q * (1.0 - q))


def pointed_petal(s):
    return 2.6 * s * (1.0 - s) * (1.0 + s)


def strap_petal(s):
    return np.minimum(0.55 + 0.45 * s, (1.0 - s) * 9.0)


def ring(
    head: Head, dice: Dice, count: int, length: float, width: float, profile: Callable,
    base: Colour, tip: Colour, vein: float = 0.12, ragged: float = 0.12, cup: float = 0.3,
    phase: float | None = None,
) -> None:  # fmt: skip
    """Whorl of `count` petals around the centre; of two that overlap the brighter lies on top."""
    lean = dice.table(count, -0.22, 0.22)
    longs = dice.table(count, length * (1.0 - ragged), length)
    shades = dice.table(count, 0.82, 1.06)
    at = head.turn * count + (dice.unit() if phase is None else phase)
    near = np.floor(at + 0.5)
    offset = at - near
    arc = head.radius * (TAU / count)

    def petal(step, offset):
        index = (near + step).astype(np.intp) % count
        s = np.minimum(head.radius / longs[index], 1.0)
        across = np.abs(offset - lean[index]) * arc
        half = width * profile(s)
        share = np.minimum(across / (half + 1e-4), 1.0)
        tone = 1.0 - cup * share * share + vein * cos(share * 1.5) * s
        distance = np.where(s < 1.0, half - across, -1.0)  # beyond the tip there is no petal
        return distance, shades[index] * tone, shades[index]

    side = np.where(offset < 0, -1.0, 1.0).astype(np.float32)
    edge_1, tone_1, shade_1 = petal(0.0, offset)
    edge_2, tone_2, shade_2 = petal(side, offset - side)
    first = shade_1 >= shade_2
    front, back = np.where(first, edge_1, edge_2), np.where(first, edge_2, edge_1)
    tone_front, tone_back = np.where(first, tone_1, tone_2), np.where(first, tone_2, tone_1)
    # The upper petal's shadow falls a little beyond its edge.
    tone_back = tone_back * (1.0 - 0.4 * clip01(1.0 + front * (9.0 / length)))
    cover = head.edge(front)
    tone = tone_back + cover * (tone_front - tone_back)
    alpha = np.maximum(cover, head.edge(back))
    way = smooth(head.radius * (1.0 / length))
    head.lay(alpha, tone, [b + (t - b) * way for b, t in zip(base, tip, strict=True)])


def spirals(head: Head, radius: float, first: int, second: int, tightness: float) -> np.ndarray:
    """Crossing spirals of a phyllotactic centre, from -1 to 1."""
    root = np.sqrt(head.radius * (1.0 / radius)) * tightness
    return cos(head.turn * first + root) * cos(head.turn * second - root * 1.6)


def centre(head: Head, radius: float, rim: Colour, core: Colour, relief: float, turns) -> None:
    """Domed disc of florets with a soft shadow around it."""
    inside = clip01(head.radius * (1.0 / radius))
    head.shade(0.45 * smooth((radius * 1.35 - head.radius) * (1.0 / (0.35 * radius))))
    dome = 1.0 - 0.35 * inside * inside - 0.22 * (head.u + head.v) * (1.0 / radius)
    tone = dome * (1.0 + relief * spirals(head, radius, *turns))
    way = inside * inside
    colour = [c + (r - c) * way for c, r in zip(core, rim, strict=True)]
    head.lay(head.edge(radius - head.radius), tone, colour)


_DAISIES = ((0.12, 0.03), (0.13, 0.12), (0.93, 0.28), (0.77, 0.32), (0.10, 0.02), (0.13, 0.75),
            (0.07, 0.85), (0.98, 0.75))  # fmt: skip


def daisy(head: Head, dice: Dice) -> None:
    """Daisy: rounded rays, from white to red, around a yellow or brown disc."""
    tint = dice.pick(_DAISIES)
    white = hsv(tint[0] + dice.bell(0.01), tint[1], dice.uniform(0.92, 1.0))
    base = mix(white, hsv(0.2, 0.35, 0.75), 0.45)
    count = dice.integer(11, 19)
    width = dice.uniform(0.95, 1.25) * 1.9 / count
    ring(head, dice, count, 0.98, width, round_petal, scaled(base, 0.8), scaled(white, 0.88))
    ring(head, dice, count, 0.93, width, round_petal, base, white)
    gold = hsv(dice.uniform(0.10, 0.15), 0.95, dice.uniform(0.85, 1.0))
    if dice.chance(0.25):
        gold = hsv(dice.uniform(0.04, 0.09), 0.7, dice.uniform(0.3, 0.5))
    radius = dice.uniform(0.2, 0.38)
    centre(head, radius, scaled(gold, 0.85), mix(gold, (0.75, 0.8, 0.2), 0.4), 0.2, (13, 21, 4.5))


def sunflower(head: Head, dice: Dice) -> None:
    """Sunflower: pointed golden rays around a large dark seed disc."""
    hue = dice.uniform(0.1, 0.15) if dice.chance(0.75) else dice.uniform(0.02, 0.08)
    gold = hsv(hue, dice.uniform(0.55, 1.0), dice.uniform(0.85, 1.0))
    deep = hsv(hue - dice.uniform(0.015, 0.05), 0.97, dice.uniform(0.75, 0.95))
    count = dice.integer(16, 24)
    width = dice.uniform(1.0, 1.3) * 2.2 / count
    for length, light in ((1.0, 0.8), (0.96, 0.93), (0.88, 1.05)):
        ring(
            head, dice, count, length, width, pointed_petal,
            scaled(deep, light), scaled(gold, light), 0.14, 0.18,
        )  # fmt: skip
    radius = dice.uniform(0.3, 0.52)
    brown = hsv(dice.uniform(0.05, 0.09), dice.uniform(0.5, 0.8), dice.uniform(0.28, 0.45))
    core = mix(brown, hsv(0.16, 0.6, 0.6), dice.uniform(0.0, 0.9))
    centre(head, radius, brown, scaled(core, 0.75), 0.42, (21, 34, 7.0))
    seam = head.radius - radius * 0.86
    speck = clip01(spirals(head, radius, 34, 21, 5.0) * 2.0 - 0.4)
    head.lay(clip01(1.0 - np.abs(seam) * 9.0) * speck, 1.0, scaled(gold, 0.8))


def dandelion(head: Head, dice: Dice) -> None:
    """Dandelion: a golden head of narrow florets, or the grey clock of seeds."""
    if dice.chance(0.4):
        _clock(head, dice)
        return
    hue = dice.uniform(0.11, 0.16)
    gold = hsv(hue, dice.uniform(0.7, 1.0), dice.uniform(0.88, 1.0))
    deep = hsv(hue - 0.025, 1.0, dice.uniform(0.7, 0.85))
    count = dice.integer(26, 36)
    for step, length in enumerate((1.0, 0.86, 0.68, 0.48, 0.27)):
        florets = max(9, int(count * (1.0 - 0.15 * step)))
        light = 0.72 + 0.08 * step
        ring(
            head, dice, florets, length, 0.85 * TAU * length * 0.36 / florets, strap_petal,
            scaled(deep, light * 0.8), scaled(gold, light), 0.1, 0.24, 0.35,
        )  # fmt: skip
    head.lay(
        smooth((0.2 - head.radius) * 5.0) * 0.5,
        1.0 + 0.3 * spirals(head, 0.2, 8, 13, 3.0), scaled(deep, 0.8),
    )  # fmt: skip


def _clock(head: Head, dice: Dice) -> None:
    silver = mix((0.95, 0.95, 0.92), (0.85, 0.88, 0.95), dice.unit())
    light = 1.0 - 0.3 * (head.u * 0.6 + head.v * 0.8)
    haze = smooth((1.0 - head.radius) * 5.0)
    head.lay(haze * (0.3 + 0.22 * head.radius * head.radius), light * 0.85, silver)
    spokes = dice.integer(22, 34)
    shift = dice.unit()
    fine = np.abs(cos(head.turn * (0.5 * spokes) + shift)) * head.radius
    head.lay(clip01(1.0 - fine * 11.0) * haze * 0.55, light * 0.8, silver)
    # Parachutes sit on shells of a sphere, closer together towards the outline.
    for shell, reach in enumerate((0.93, 0.8, 0.62, 0.4, 0.18)):
        count = max(5, int(spokes * (0.35 + 0.65 * reach)))
        at = head.turn * count + dice.unit()
        cell = np.floor(at).astype(np.intp) % count
        out = reach + dice.table(count, -0.06, 0.06)[cell]
        radial = head.radius - out
        sideways = (at - np.floor(at) - 0.5) * (TAU / count) * out
        size = 0.14 + 0.03 * shell
        distance = np.sqrt(radial * radial + sideways * sideways)
        fan = 0.5 + 0.5 * cos(angle(radial, sideways) * 9.0)
        inside = clip01(1.0 - distance * (1.0 / size))
        tuft = clip01(inside * 1.3) * (0.25 + 0.75 * fan * fan)
        tuft = tuft + clip01(1.0 - np.abs(inside - 0.12) * 12.0) * 0.35
        seed = clip01(1.0 - distance * 30.0)
        head.lay(clip01(tuft * 0.8) * haze, light * (1.0 + 0.05 * shell), silver)
        head.lay(seed * 0.7 * (reach < 0.7), 0.6, (0.5, 0.4, 0.3))
    heart = 0.11
    head.lay(head.edge(heart - head.radius) * 0.9, 1.0 - 3.0 * head.radius, hsv(0.1, 0.45, 0.6))
    head.body = head.radius < 0.99


_TULIPS = ((0.985, 0.9, 0.85), (0.13, 0.85, 0.98), (0.93, 0.45, 0.97), (0.79, 0.6, 0.62),
           (0.09, 0.06, 0.98), (0.05, 0.88, 0.97), (0.87, 0.75, 0.5))  # fmt: skip


def tulip(head: Head, dice: Dice) -> None:
    """Tulip: a cup of petals seen from the side, or open and seen from above."""
    hue, saturation, value = dice.pick(_TULIPS)
    body = hsv(hue + dice.bell(0.012), saturation * dice.uniform(0.85, 1.05), value)
    tip = mix(body, dice.pick(((1.0, 0.95, 0.75), scaled(body, 0.75), (1.0, 0.8, 0.4))),
              dice.uniform(0.15, 0.6))  # fmt: skip
    if dice.chance(0.25):
        _open_tulip(head, dice, body, tip)
        return
    spread = dice.uniform(0.2, 0.5)
    width = dice.uniform(0.42, 0.54)
    rise = (0.92 - head.v) * (1.0 / 1.86)
    flame = dice.uniform(0.0, 0.5)
    lit = 0.12 * dice.sign()
    sap = mix(body, (0.6, 0.72, 0.3), 0.7)

    def petal(out: float, height: float, half: float, light: float) -> None:
        h = clip01(rise * (1.0 / height))
        axis = out * (0.25 * h + 0.75 * h * h)
        across = head.u - axis
        # Broad and rounded at the foot, drawn together to a soft point.
        wide = half * (2.05 * np.sqrt(h * (1.0 - h)) * (1.14 - 0.46 * h) + 0.1 * (1.0 - h))
        share = np.minimum(np.abs(across) / (wide + 1e-4), 1.0)
        head.shade(0.3 * smooth((wide * 1.12 + 0.02 - np.abs(across)) * 12.0) * head.alpha)
        tone = light * (1.02 - 0.3 * share * share * share + lit * across / (wide + 0.05))
        tone = tone * (0.78 + 0.3 * smooth(h * 1.6))
        tone = tone + 0.03 * cos(share * 4.0 + h) - 0.1 * clip01(1.0 - share * 14.0) * h
        way = clip01(flame * clip01(1.0 - share * 1.8 - h * 0.3) + smooth(h * 1.8 - 0.9) * 0.8)
        foot = 0.5 * smooth(1.0 - h * 5.0)
        colour = [
            b + (t - b) * way + foot * (g - b) for b, t, g in zip(body, tip, sap, strict=True)
        ]
        inside = (rise > 0) & (rise < height)
        head.lay(head.edge(wide - np.abs(across)) * inside, tone, colour)

    petal(dice.bell(0.05), 0.96, width * 0.95, 0.62)
    petal(-0.2 - spread * 0.5, 0.97, width * 0.8, 0.72)
    petal(0.2 + spread * 0.5, 0.95, width * 0.8, 0.74)
    petal(-0.3 - spread, dice.uniform(0.92, 1.0), width * 0.82, 0.9)
    petal(0.3 + spread, dice.uniform(0.92, 1.0), width * 0.82, 0.95)
    petal(dice.bell(0.06), dice.uniform(0.8, 0.92), width * 1.02, 1.05)


def _open_tulip(head: Head, dice: Dice, body: Colour, tip: Colour) -> None:
    heart = mix((0.1, 0.08, 0.12), (0.95, 0.85, 0.3), float(dice.chance(0.4)))
    width = dice.uniform(0.46, 0.56)
    base = mix(body, heart, 0.5)
    phase = dice.unit()  # the inner three stand in the gaps of the outer three
    for length, light, colour, turn in (
        (1.0, 0.75, scaled(body, 0.85), phase),
        (0.92, 1.0, mix(body, tip, 0.4), phase + 0.5),
    ):
        ring(
            head, dice, 3, length, width, round_petal, scaled(base, light), colour, 0.04, 0.05,
            phase=turn,
        )  # fmt: skip
    blotch = 0.3 + 0.06 * cos(head.turn * 6.0)
    head.lay(smooth((blotch - head.radius) * 12.0) * 0.85, 1.0, heart)
    arm = np.abs(sin(head.turn * 3.0 + dice.unit())) * head.radius
    stamen = head.edge(0.035 - arm) * (head.radius < 0.27) * (head.radius > 0.06)
    head.lay(stamen, 0.7 + 1.2 * head.radius, (0.95, 0.8, 0.3))
    head.lay(head.edge(0.07 - head.radius), 1.0, (0.75, 0.8, 0.4))


_ROSES = ((0.98, 0.88, 0.78), (0.95, 0.45, 0.95), (0.94, 0.75, 0.8), (0.11, 0.2, 0.98),
          (0.14, 0.6, 0.97), (0.05, 0.65, 0.97), (0.85, 0.35, 0.85),
          (0.99, 0.95, 0.55))  # fmt: skip


def rose(head: Head, dice: Dice) -> None:
    """Rose: broad outer petals that curl outwards around a tight, raised bud."""
    hue, saturation, value = dice.pick(_ROSES)
    outer = hsv(hue + dice.bell(0.01), saturation * dice.uniform(0.8, 1.0), value)
    inner = hsv(hue + dice.bell(0.015) - 0.01, saturation * 1.2, value * 0.9)
    # The bud stands above its outer petals, so it is seen shifted against them.
    c, s = direction(dice.unit())
    rise = dice.uniform(0.0, 0.22) * clip01(1.0 - head.radius * head.radius)
    u, v = head.u - c * rise, head.v - s * rise
    radius = np.sqrt(u * u + v * v)
    turn = angle(v, u) * dice.sign()
    start = dice.unit()
    deepest = dice.uniform(0.45, 0.62)
    reach = 0.99
    closing = dice.uniform(0.79, 0.84)
    for layer, petals in enumerate((5, 5, 4, 3, 3, 2, 2, 2)):
        depth = layer / 7
        at = turn * petals + start
        start += 0.5 + dice.uniform(-0.16, 0.16)
        cell = np.floor(at)
        f = at - cell
        size = dice.table(petals, 0.88, 1.0)[cell.astype(np.intp) % petals]
        # Each petal begins under its neighbour and ends over the next: a step at every seam.
        lip = 1.0 - np.abs(f - dice.uniform(0.4, 0.6)) * 2.0
        swell = 4.0 * f * (1.0 - f)
        bulge = 0.2 if petals > 3 else 0.12
        rim = reach * size * (1.0 - bulge + bulge * swell + 0.05 * lip * lip * lip - 0.07 * f)
        distance = rim - radius
        head.shade((0.38 + 0.2 * depth) * smooth((distance + 0.09) * 10.0) * head.alpha)
        wide = reach * 0.42
        within = clip01(distance * (1.0 / wide))
        curl = smooth(1.0 - np.abs(within - 0.1) * 7.0)
        tone = 0.96 + 0.16 * curl - deepest * within + 0.1 * swell - 0.3 * smooth(f * 7.0 - 6.0)
        colour = mix(outer, inner, depth)
        head.lay(head.edge(distance), tone * (1.0 - 0.1 * depth), colour)
        reach *= closing if layer < 3 else closing - 0.05
    whorl = 0.5 + 0.5 * cos(turn - radius * 9.0)
    head.shade(0.45 * whorl * smooth((0.2 - radius) * 8.0))


PAINTERS: tuple[Callable[[Head, Dice], None], ...] = (dandelion, daisy, tulip, sunflower, rose)
