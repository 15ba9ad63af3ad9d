"""Where the parts of a figure go."""

from __future__ import annotations

import math
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cnncourse import _checks
from cnncourse.viz._style import WIDTH, styled

TITLE_INCHES = 0.3


def new_figure(height: float, width: float = WIDTH) -> Figure:
    """Return an empty figure, size in inches, that no global state knows of.

    For axes in a row `subplots` is shorter, and they wear the common style.
    """
    return Figure(figsize=(width, height), layout="constrained")


@styled
def subplots(
    columns: int, height: float, width_ratios: Sequence[float] | None = None
) -> tuple[Figure, list[Axes]]:
    """Return a figure of the usual width with axes in a row, in the common style.

    Parameters
    ----------
    columns : int
        How many axes, at least 1.
    height : float
        Of the figure, in inches.
    width_ratios : sequence of float, optional
        Relative widths of the axes.

    Returns
    -------
    figure : matplotlib.figure.Figure
        To be handed to `show`.
    axes : list of matplotlib.axes.Axes
        To be handed to the drawing functions, from the left.

    Raises
    ------
    ValueError
        If a number is out of its range, or there is not one ratio for each of the axes.

    Examples
    --------
    >>> figure, (left, right) = subplots(2, height=2.5, width_ratios=[3, 1])
    """
    count = _checks.integer("columns", columns, minimum=1)
    tall = _checks.number("height", height, minimum=0.1)
    if width_ratios is not None and len(width_ratios) != count:
        _checks.fail("width_ratios", f"a sequence of {count} numbers", width_ratios)
    figure = new_figure(tall)
    return figure, list(figure.subplots(1, count, squeeze=False, width_ratios=width_ratios)[0])


def check_axes(ax: Axes) -> Axes:
    """Return `ax` if it is Matplotlib axes."""
    if not isinstance(ax, Axes):
        _checks.fail("ax", "Matplotlib axes or None", ax)
    return ax


def check_titles(titles: Sequence[str] | None, count: int) -> list[str]:
    """Return one title for each of `count` parts."""
    if titles is None:
        return [""] * count
    if isinstance(titles, str) or len(titles) != count:
        _checks.fail("titles", f"a sequence of {count} titles", titles)
    return list(titles)


def one(ax: Axes | None, height: float, width: float = WIDTH) -> tuple[Figure | Axes, Axes]:
    """Return what the caller gets back, and the axes to draw on."""
    if ax is None:
        figure = new_figure(height, width)
        return figure, figure.add_subplot()
    return check_axes(ax), ax


def many(
    ax: Axes | None,
    titles: Sequence[str],
    columns: int | None,
    aspect: float,
    widest: float = 3.4,
) -> tuple[Figure | Axes, list[Axes]]:
    """Return what the caller gets back, and one axes for each title.

    `aspect` is height through width of one part, which is at most `widest` inches wide. Given axes
    are divided into a grid of insets; otherwise a figure is made.
    """
    count = len(titles)
    columns = min(count, 4) if columns is None else _checks.integer("columns", columns, minimum=1)
    columns = min(columns, count)
    rows = math.ceil(count / columns)
    titled = any(titles)
    if ax is None:
        width = min(WIDTH, widest * columns)
        lines = max(title.count("\n") + 1 for title in titles)
        row_height = width / columns * aspect + titled * (TITLE_INCHES * lines) + 0.06
        figure = new_figure(rows * row_height, width)
        grid = figure.subplots(rows, columns, squeeze=False).ravel()
        for spare in grid[count:]:
            spare.remove()
        return figure, list(grid[:count])
    check_axes(ax).axis("off")
    row_height, column_width = 1 / rows, 1 / columns
    head = 0.16 if titled else 0.04
    cells = []
    for index in range(count):
        row, column = divmod(index, columns)
        bottom, height = 1 - (row + 1) * row_height, (1 - head) * row_height
        cells.append(ax.inset_axes((column * column_width, bottom, 0.96 * column_width, height)))
    return ax, cells
