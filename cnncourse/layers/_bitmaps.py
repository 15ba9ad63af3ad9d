"""The ten digits as small pictures: the target codes of LeNet-5's output layer."""

from __future__ import annotations

import numpy as np

HEIGHT, WIDTH = 12, 7

# Ours; the paper prints its own in figure 3. Alike digits get alike codes on purpose: a picture
# that could be either is then torn between two near codes, and not thrown at a third.
_DIGITS = """
....... ....... ....... ....... ....... ....... ....... ....... ....... .......
..###.. ...##.. .#####. .#####. ....##. ####### ..####. ####### .#####. .#####.
.##.##. ..###.. ##...## ##...## ...###. ##..... .##.... ##...## ##...## ##...##
##...## .####.. .....## .....## ..####. ##..... ##..... .....## ##...## ##...##
##...## ...##.. .....## .....## .##.##. ##..... ##..... ....##. ##...## ##...##
##...## ...##.. ....##. ..####. ##..##. ######. ######. ....##. .#####. .######
##...## ...##.. ...##.. .....## ####### .....## ##...## ...##.. ##...## .....##
##...## ...##.. ..##... .....## ....##. .....## ##...## ...##.. ##...## .....##
##...## ...##.. .##.... .....## ....##. .....## ##...## ..##... ##...## .....##
.##.##. ...##.. ##..... ##...## ....##. ##...## ##...## ..##... ##...## ....##.
..###.. .###### ####### .#####. ....##. .#####. .#####. ..##... .#####. .####..
....... ....... ....... ....... ....... ....... ....... ....... ....... .......
"""


def digit_codes() -> np.ndarray:
    """Return the digits 0 to 9, a row each: +1 for ink, -1 for paper; (10, 84), read by rows."""
    rows = np.array([[list(row) for row in line.split()] for line in _DIGITS.split("\n") if line])
    return np.where(rows.swapaxes(0, 1) == "#", 1.0, -1.0).reshape(10, HEIGHT * WIDTH)


def random_codes(classes: int, features: int) -> np.ndarray:
    """Return a code of -1 and +1 for each class, by fair coins; the same in every run."""
    rng = np.random.default_rng(0)
    return rng.choice([-1.0, 1.0], (classes, features))
