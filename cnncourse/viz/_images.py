"""Photos, grids of photos, and the window that slides over them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke

from cnncourse import _checks
from cnncourse.viz._display import describe
from cnncourse.viz._layout import check_titles, many, one
from cnncourse.viz._style import PAPER, WARM, WIDTH, styled


def image_to_draw(name: str, value: Any) -> np.ndarray:
    """Return `value` as a grey or colour image whose range Matplotlib shows without clipping."""
    expected = (
        "an image of shape (H, W) or (H, W, 3), floats from 0 to 1, integers from 0 to 255 or bools"
    )
    try:
        image = np.asarray(value)
    except ValueError:
        _checks.fail(name, expected, value)
    colour = image.ndim == 3 and image.shape[-1] == 3
    if image.dtype.kind not in "fiub" or image.size == 0 or not (image.ndim == 2 or colour):
        _checks.fail(name, expected, image if image.dtype.kind != "O" else value)
    top = 255 if image.dtype.kind in "iu" else 1
    low, high = image.min(), image.max()
    # Written so that NaN fails as well.
    if not (low >= 0 and high <= top):
        _checks.fail(name, expected, f"values from {low} to {high}")
    return image


def draw_image(ax: Axes, image: np.ndarray, title: str) -> None:
    """Show a checked image without axes."""
    top = 255 if image.dtype.kind in "iu" else 1
    ax.imshow(image, cmap="gray", vmin=0, vmax=top, interpolation="nearest")
    ax.set_title(title)
    ax.set_axis_off()


@styled
def image(
    image: Any, title: str = "", ax: Axes | None = None, alt: str | None = None
) -> Figure | Axes:
    """Draw one image.

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, 3)
        Floats from 0 to 1, integers from 0 to 255, or bools.
    title : str
        Stands above it.
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
        If the shape or the range of `image` is another, or `alt` is too short.
    """
    picture = image_to_draw("image", image)
    height, width = picture.shape[:2]
    owner, axes = one(ax, WIDTH * height / width + (0.35 if title else 0.05))
    draw_image(axes, picture, title)
    return describe(owner, alt)


@styled
def image_grid(
    images: Any,
    titles: Sequence[str] | None = None,
    columns: int | None = None,
    ax: Axes | None = None,
    alt: str | None = None,
) -> Figure | Axes:
    """Draw a batch of images of one size.

    Parameters
    ----------
    images : array_like of shape (N, H, W) or (N, H, W, 3)
        Floats from 0 to 1, integers from 0 to 255, or bools.
    titles : sequence of N str, optional
        One for each image.
    columns : int, optional
        Images in a row, at most four unless told.
    ax, alt
        As in `image`.

    Returns
    -------
    matplotlib.figure.Figure or matplotlib.axes.Axes
        A new figure, or `ax` where it was given.

    Raises
    ------
    ValueError
        If a shape, a range or the number of titles is wrong, or `alt` is too short.

    Examples
    --------
    >>> import numpy as np
    >>> figure = image_grid(np.zeros((5, 28, 20)), columns=3)
    >>> len(figure.axes)
    5
    """
    try:
        batch = np.asarray(images)
    except ValueError:
        batch = np.empty(0)
    if batch.ndim not in (3, 4) or batch.size == 0:
        _checks.fail("images", "a batch of shape (N, H, W) or (N, H, W, 3), not empty", images)
    pictures = [image_to_draw("images", picture) for picture in batch]
    return _row(pictures, titles, columns, ax, alt)


@styled
def side_by_side(
    images: Sequence[Any],
    titles: Sequence[str] | None = None,
    columns: int | None = None,
    ax: Axes | None = None,
    alt: str | None = None,
) -> Figure | Axes:
    """Draw images of any sizes next to each other, to compare them.

    Parameters
    ----------
    images : sequence of array_like, each of shape (H, W) or (H, W, 3)
        Floats from 0 to 1, integers from 0 to 255, or bools.
    titles : sequence of str, optional
        One for each image.
    columns : int, optional
        Images in a row, at most four unless told.
    ax, alt
        As in `image`.

    Returns
    -------
    matplotlib.figure.Figure or matplotlib.axes.Axes
        A new figure, or `ax` where it was given.

    Raises
    ------
    ValueError
        If a shape, a range or the number of titles is wrong, or `alt` is too short.
    """
    pictures = [image_to_draw("images", picture) for picture in images]
    if not pictures:
        _checks.fail("images", "at least one image", images)
    return _row(pictures, titles, columns, ax, alt)


def _row(
    pictures: list[np.ndarray],
    titles: Sequence[str] | None,
    columns: int | None,
    ax: Axes | None,
    alt: str | None,
) -> Figure | Axes:
    names = check_titles(titles, len(pictures))
    aspect = max(picture.shape[0] / picture.shape[1] for picture in pictures)
    owner, cells = many(ax, names, columns, aspect)
    for cell, picture, name in zip(cells, pictures, names, strict=True):
        draw_image(cell, picture, name)
    return describe(owner, alt)


@styled
def window(
    ax: Axes,
    top: int,
    left: int,
    height: int,
    width: int,
    label: str = "",
    colour: str = WARM,
    alt: str | None = None,
) -> Axes:
    """Outline rows ``top … top + height - 1`` and columns ``left … left + width - 1`` on `ax`.

    It marks a kernel's window on its input, a single output pixel, or a crop. `top` and `left` may
    be negative: a window that begins in the padding hangs over the edge.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Axes that show an image or a matrix, one unit a pixel.
    top, left : int
        Row and column of the first pixel inside.
    height, width : int
        Size in pixels, at least 1.
    label : str
        Written above the window.
    colour : str
        Any Matplotlib colour.
    alt
        As in `image`.

    Returns
    -------
    matplotlib.axes.Axes
        `ax`.

    Raises
    ------
    ValueError
        If `ax` is not axes, or a position or size is not an integer in range.
    """
    if not isinstance(ax, Axes):
        _checks.fail("ax", "Matplotlib axes", ax)
    row, column = _checks.integer("top", top), _checks.integer("left", left)
    tall = _checks.integer("height", height, minimum=1)
    wide = _checks.integer("width", width, minimum=1)
    # A light seam keeps the outline visible on any picture.
    halo = [withStroke(linewidth=6, foreground=PAPER)]
    ax.add_patch(
        Rectangle(
            (column - 0.5, row - 0.5), wide, tall, fill=False, edgecolor=colour, linewidth=3,
            clip_on=False, zorder=3, path_effects=halo,
        )
    )  # fmt: skip
    if label:
        ax.annotate(
            label, (column - 0.5 + wide / 2, row - 0.5), (0, 4), textcoords="offset points",
            ha="center", va="bottom", color=colour, fontweight="bold", zorder=4,
            path_effects=halo,
        )  # fmt: skip
    return describe(ax, alt)
