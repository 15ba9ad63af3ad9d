"""Where objects are: boxes and masks over an image."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke

from cnncourse import _checks
from cnncourse.viz._display import describe
from cnncourse.viz._images import draw_image, image_to_draw
from cnncourse.viz._labels import BoxLabel
from cnncourse.viz._layout import check_titles, one
from cnncourse.viz._style import PAPER, WARM, WIDTH, styled


@styled
def boxes(
    image: Any,
    boxes: Any,
    names: Sequence[str] | None = None,
    masks: Any = None,
    title: str = "",
    colour: str = WARM,
    ax: Axes | None = None,
    alt: str | None = None,
) -> Figure | Axes:
    """Draw an image with the boxes, and perhaps the masks, of its objects.

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, 3)
        Floats from 0 to 1, integers from 0 to 255, or bools.
    boxes : array_like of shape (K, 4)
        ``xyxy`` in pixels; right and bottom are one past the last pixel inside.
    names : sequence of K str, optional
        Written at the upper left corner of each box, or at another one where they would hide each
        other or the title.
    masks : array_like of bool, shape (K, H, W), optional
        Tinted with `colour`.
    title : str
        Stands above the image.
    colour : str
        Any Matplotlib colour.
    ax : matplotlib.axes.Axes, optional
        Draw here instead of on a new figure.
    alt : str, optional
        What the figure shows, at least 40 characters.

    Returns
    -------
    matplotlib.figure.Figure or matplotlib.axes.Axes
        A new figure, or `ax` where it was given.

    Raises
    ------
    ValueError
        If a shape, a range or the number of names is wrong, or `alt` is too short.
    """
    picture = image_to_draw("image", image)
    height, width = picture.shape[:2]
    corners = np.asarray(boxes, float)
    if corners.ndim != 2 or corners.shape[1] != 4 or not np.isfinite(corners).all():
        _checks.fail("boxes", "finite numbers of shape (K, 4)", corners)
    labels = check_titles(names, len(corners))
    if masks is not None:
        picture = _tinted(picture, np.asarray(masks), len(corners), colour)
    owner, axes = one(ax, WIDTH * height / width + (0.35 if title else 0.05))
    draw_image(axes, picture, title)
    halo = [withStroke(linewidth=3.2, foreground=PAPER)]
    for (left, top, right, bottom), label in zip(corners, labels, strict=True):
        # Pixel 0 is drawn from -0.5 to 0.5.
        corner = (left - 0.5, top - 0.5)
        axes.add_patch(
            Rectangle(
                corner, right - left, bottom - top, fill=False, edgecolor=colour, linewidth=1.6,
                clip_on=False, zorder=3, path_effects=halo,
            )
        )  # fmt: skip
        if label:
            edges = (*corner, right - 0.5, bottom - 0.5)
            BoxLabel(
                axes, label, edges, color=colour, fontweight="bold", fontsize=10, zorder=4,
                path_effects=halo,
            )  # fmt: skip
    return describe(owner, alt)


def _tinted(picture: np.ndarray, masks: np.ndarray, count: int, colour: str) -> np.ndarray:
    if masks.shape != (count, *picture.shape[:2]) or masks.dtype != bool:
        _checks.fail(
            "masks", f"bools of shape ({count}, {picture.shape[0]}, {picture.shape[1]})", masks
        )
    top = 255 if picture.dtype.kind in "iu" else 1
    grey = picture.ndim == 2
    colours = (np.repeat(picture[..., None], 3, axis=-1) if grey else picture) / top
    inside = np.any(masks, axis=0)[..., None]
    return np.where(inside, 0.45 * colours + 0.55 * np.array(to_rgb(colour)), colours)
