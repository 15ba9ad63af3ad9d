"""Seeded draws, balanced labels and the loop that every set shares.

Every draw is made from the raw 64-bit words of PCG64, whose stream NumPy keeps fixed, by integer
arithmetic and exact scaling; NumPy's own distributions may change between versions.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TypeVar

import numpy as np
from tqdm import tqdm

from cnncourse import _checks

from ._exact import SQRT3

Item = TypeVar("Item")

_WORD = 2.0**-53
_LABELS, _ITEMS = 0, 1


def _size(shape: int | tuple[int, ...]) -> int:
    return shape if isinstance(shape, int) else math.prod(shape)


class Dice:
    """A stream of random numbers that depends on its key alone."""

    def __init__(self, *key: int) -> None:
        self._bits = np.random.PCG64(np.random.SeedSequence(key))

    def unit(self) -> float:
        """Uniform in [0, 1)."""
        return (int(self._bits.random_raw()) >> 11) * _WORD

    def uniform(self, low: float, high: float) -> float:
        """Uniform in [low, high)."""
        return low + (high - low) * self.unit()

    def integer(self, low: int, high: int) -> int:
        """Uniform over low, ..., high - 1."""
        return low + ((int(self._bits.random_raw()) >> 32) * (high - low) >> 32)

    def chance(self, probability: float) -> bool:
        """Return True with the given probability."""
        return self.unit() < probability

    def sign(self) -> float:
        """Return -1.0 or 1.0."""
        return 1.0 if self.chance(0.5) else -1.0

    def pick(self, options: Sequence[Item]) -> Item:
        """One of the options, each as likely."""
        return options[self.integer(0, len(options))]

    def bell(self, spread: float) -> float:
        """Bell-shaped around 0 with standard deviation `spread`, never beyond 3.5 of them."""
        return (self.unit() + self.unit() + self.unit() + self.unit() - 2.0) * SQRT3 * spread

    def table(self, shape: int | tuple[int, ...], low: float, high: float) -> np.ndarray:
        """Float32 array, uniform in [low, high)."""
        words = self._bits.random_raw(_size(shape))
        units = (words >> np.uint64(40)).astype(np.float32) * np.float32(2.0**-24)
        return (units * (high - low) + low).reshape(shape)

    def grain(self, shape: tuple[int, ...]) -> np.ndarray:
        """Int16 array of cheap noise around 0: the sum of two bytes less 255."""
        count = _size(shape)
        words = self._bits.random_raw((2 * count + 7) // 8)
        parts = words.astype("<u8").view(np.uint8)[: 2 * count].astype(np.int16)
        return (parts[:count] + parts[count:] - 255).reshape(shape)

    def permutation(self, count: int) -> np.ndarray:
        """Random order of 0, ..., count - 1."""
        return np.argsort(self._bits.random_raw(count), kind="stable")


def item_dice(kind: int, seed: int, index: int) -> Dice:
    """Dice of item `index` of set number `kind`; the size of the picture plays no part."""
    # The seed comes last: it alone may take more than one 32-bit word, so no two keys meet.
    return Dice(kind, _ITEMS, index, seed)


def balanced(kind: int, seed: int, count: int, classes: int) -> np.ndarray:
    """Int64 labels: every run of `classes` items from the start on holds each class once."""
    blocks = -(-count // classes)
    orders = [Dice(kind, _LABELS, block, seed).permutation(classes) for block in range(blocks)]
    return np.concatenate([np.empty(0, np.int64), *orders])[:count].astype(np.int64)


def request(count: int, seed: int, progress: bool | None) -> tuple[int, int]:
    """Return `count` and `seed` as plain integers once all three arguments are in order."""
    if progress is not None and not isinstance(progress, bool):
        _checks.fail("progress", "True, False or None", progress)
    return _checks.integer("count", count, 0), _checks.integer("seed", seed, 0)


def side(size: int, smallest: int, largest: int = 224) -> int:
    """Return the side of a picture as a plain integer within its range."""
    number = _checks.integer("size", size)
    if not smallest <= number <= largest:
        _checks.fail("size", f"an integer between {smallest} and {largest}", size)
    return number


def track(items: Sequence[Item], label: str, progress: bool | None) -> Iterable[Item]:
    """Go through `items` under a progress bar; with None it appears after a second only."""
    return tqdm(
        items, desc=label, unit=" items", leave=False, disable=progress is False,
        delay=0.0 if progress else 1.0,
    )  # fmt: skip
