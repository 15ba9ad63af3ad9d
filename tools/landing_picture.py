"""Draw the picture of the landing page: a photo and what two line filters find in it.

Run it as ``python -m tools.landing_picture``; it writes ``book/_assets/landing.png``. Nothing is
drawn by hand: the maps are the positive outputs of `cnncourse.ops.conv2d` on a photo that
scikit-learn ships, with a 7 × 7 kernel for vertical lines (blue) and one for horizontal lines
(orange). Each kernel is drawn, seven times enlarged, in the corner of its map.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from PIL import Image

TARGET = Path(__file__).parents[1] / "book" / "_assets" / "landing.png"

ROWS, COLUMNS = slice(22, 242), slice(62, 366)  # the tower of china.jpg
SIZE = 7  # of the kernels
GAP = 14  # transparent pixels between the panels
RADIUS = 10  # of the panels' corners
CELL = 7  # side of a kernel cell in the corner of a map
PAPER = np.array([0x12, 0x16, 0x1F], "float32")
INK = np.array([0xE6, 0xEA, 0xF2], "float32")
BLUE = np.array([0x8A, 0xB4, 0xFF], "float32")
ORANGE = np.array([0xFF, 0xAB, 0x70], "float32")


def line_kernel(vertical: bool) -> np.ndarray:
    """Return a (7, 7) kernel that answers to thin light lines and sums to zero.

    Examples
    --------
    >>> line_kernel(vertical=True)[0].round(2).tolist()
    [-1.0, -1.0, -1.0, 6.0, -1.0, -1.0, -1.0]
    """
    kernel = np.full((SIZE, SIZE), -1.0, "float32")
    kernel[:, SIZE // 2] = SIZE - 1
    return kernel if vertical else kernel.T


def responses(photo: np.ndarray) -> np.ndarray:
    """Return the positive responses to both kernels, scaled to 0…1 together.

    Parameters
    ----------
    photo : ndarray of shape (H, W, 3), uint8

    Returns
    -------
    ndarray of shape (H, W, 2), float32
        Vertical lines first. The brightest half per cent is cut off at 1.
    """
    from cnncourse import ops

    grey = photo.astype("float32").mean(axis=-1)[None, :, :, None] / 255
    kernel = np.stack([line_kernel(True), line_kernel(False)], axis=-1)[:, :, None, :]
    maps = np.maximum(ops.conv2d(grey, kernel, padding="same")[0], 0)
    return np.minimum(maps / np.quantile(maps, 0.995), 1)


def glow(strength: np.ndarray, colour: np.ndarray) -> np.ndarray:
    """Return `strength` (H, W; 0…1) as light of one colour on dark paper, (H, W, 3) in 0…255."""
    light = (strength**0.7)[..., None]
    return PAPER + light * (colour - PAPER)


def stamp(panel: np.ndarray, kernel: np.ndarray, colour: np.ndarray) -> None:
    """Draw `kernel` into the lower left corner of `panel`, in place."""
    side, margin = SIZE * CELL, 12
    top, left = panel.shape[0] - margin - side, margin
    panel[top - 3 : top + side + 2, left - 3 : left + side + 2] = PAPER
    for row, column in np.ndindex(SIZE, SIZE):
        y, x = top + row * CELL, left + column * CELL
        lit = kernel[row, column] > 0
        panel[y : y + CELL - 1, x : x + CELL - 1] = colour if lit else PAPER + 0.22 * (INK - PAPER)


def rounded(height: int, width: int) -> np.ndarray:
    """Return the opacity (H, W; 0…255) of a card with rounded, smoothed corners."""
    y = np.abs(np.arange(height) - (height - 1) / 2) - (height / 2 - RADIUS)
    x = np.abs(np.arange(width) - (width - 1) / 2) - (width / 2 - RADIUS)
    distance = np.hypot(np.maximum(y, 0)[:, None], np.maximum(x, 0)[None])
    return np.clip(RADIUS + 0.5 - distance, 0, 1) * 255


def draw() -> Image.Image:
    """Return the whole picture, RGBA: photo, vertical lines, horizontal lines."""
    from sklearn.datasets import load_sample_image

    photo = load_sample_image("china.jpg")
    maps = responses(photo)[ROWS, COLUMNS]
    # A little grain keeps the sky smooth when `main` cuts the colours down to 256.
    grain = np.random.default_rng(0).uniform(-5, 5, photo[ROWS, COLUMNS].shape)
    panels = [np.clip(photo[ROWS, COLUMNS] + grain, 0, 255)]
    for index, colour in enumerate((BLUE, ORANGE)):
        panel = glow(maps[..., index], colour)
        stamp(panel, line_kernel(vertical=index == 0), colour)
        panels.append(panel)
    height, width = maps.shape[:2]
    canvas = np.zeros((height, 3 * width + 2 * GAP, 4), "float32")
    for index, panel in enumerate(panels):
        left = index * (width + GAP)
        canvas[:, left : left + width, :3] = panel
        canvas[:, left : left + width, 3] = rounded(height, width)
    return Image.fromarray(canvas.round().astype("uint8"), "RGBA")


def main(target: Path = TARGET) -> None:
    """Write the picture to `target`, whole or not at all."""
    draft = target.with_suffix(".tmp")
    # 256 colours take a quarter of the bytes and look the same at this size.
    draw().quantize(256, method=Image.Quantize.FASTOCTREE, kmeans=8).save(
        draft, "PNG", optimize=True
    )
    os.replace(draft, target)
    print(f"{target}: {target.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
