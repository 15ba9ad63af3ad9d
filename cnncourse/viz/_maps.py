"""Signed values as colours: feature maps, kernels and small matrices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from cnncourse import _checks
from cnncourse.viz._display import describe
from cnncourse.viz._layout import check_titles, many, one
from cnncourse.viz._style import DIVERGING, LINE, WIDTH, styled

MOST_NUMBERS = 11


def _stack(name: str, value: Any, axes: str) -> np.ndarray:
    """Return `value` with a last channel axis; a single plane gets one."""
    try:
        plane = np.ndim(value) == 2
    except ValueError:
        plane = False  # ragged: the check below says so
    if plane:
        return _checks.array(name, value, axes.rsplit(" ", 1)[0])[..., np.newaxis]
    return _checks.array(name, value, axes)


def _scale(values: np.ndarray, diverging: bool, limit: float | None = None) -> Normalize:
    """Return the colour scale; a diverging one is symmetric, so that zero is always white."""
    if limit is not None:
        if not diverging:
            _checks.fail("limit", "None, unless the scale is diverging", limit)
        top = _checks.number("limit", limit, minimum=np.finfo(float).tiny)
        return Normalize(-top, top)
    finite = values[np.isfinite(values)]
    if finite.size == 0:
        return Normalize(-1, 1)
    if diverging:
        largest = float(np.abs(finite).max()) or 1.0
        return Normalize(-largest, largest)
    return Normalize(float(finite.min()), float(finite.max()))


@styled
def feature_maps(
    maps: Any,
    titles: Sequence[str] | None = None,
    columns: int | None = None,
    shared_scale: bool = True,
    diverging: bool = True,
    limit: float | None = None,
    unit: str = "response",
    ax: Axes | None = None,
    alt: str | None = None,
) -> Figure | Axes:
    """Draw every channel of a stack of feature maps, with a colour bar.

    Parameters
    ----------
    maps : array_like of shape (H, W, C) or (H, W)
        Any finite numbers.
    titles : sequence of C str, optional
        One for each channel.
    columns : int, optional
        Maps in a row, at most four unless told.
    shared_scale : bool
        One colour scale and one colour bar for all, so that maps compare; otherwise each has its
        own.
    diverging : bool
        Orange for negative, white for zero, blue for positive. ``False`` draws grey from the
        smallest to the largest value, for maps that are pictures rather than evidence.
    limit : float, optional
        Magnitude of the strongest colour of a diverging scale. Where a few values stand out,
        a smaller limit brings out the rest; the colour bar then ends in arrows. Unless told, the
        largest magnitude.
    unit : str
        Stands at the colour bar.
    ax : matplotlib.axes.Axes, optional
        Draw here, divided into a grid, instead of on a new figure.
    alt : str, optional
        What the figure shows, at least 40 characters.

    Returns
    -------
    matplotlib.figure.Figure or matplotlib.axes.Axes
        A new figure, or `ax` where it was given.

    Raises
    ------
    ValueError
        If `maps` has another rank, the number of titles is wrong, `limit` is not positive or given
        for a scale that is not diverging, or `alt` is too short.

    Examples
    --------
    >>> import numpy as np
    >>> figure = feature_maps(np.ones((4, 6, 2)), titles=["vertical", "horizontal"])
    >>> len(figure.axes)  # two maps and a colour bar
    3
    """
    stack = _stack("maps", maps, "H W C")
    height, width, channels = stack.shape
    names = check_titles(titles, channels)
    owner, cells = many(ax, names, columns, height / width)
    colours = DIVERGING if diverging else "gray"
    common = _scale(stack, diverging, limit)
    drawn = []
    for channel, (cell, name) in enumerate(zip(cells, names, strict=True)):
        values = stack[..., channel]
        norm = common if shared_scale else _scale(values, diverging, limit)
        drawn.append(cell.imshow(values, cmap=colours, norm=norm, interpolation="nearest"))
        cell.set_title(name)
        cell.set(xticks=[], yticks=[])
        for spine in cell.spines.values():
            spine.set(visible=True, color=LINE)
    figure: Any = cells[0].get_figure()
    bar: dict[str, Any] = {"location": "bottom", "shrink": 0.7, "aspect": 30, "label": unit}
    if limit is not None:
        bar["extend"] = "both"
    if shared_scale:
        figure.colorbar(drawn[0], ax=cells if ax is None else ax, **bar)
    else:
        for cell, picture in zip(cells, drawn, strict=True):
            figure.colorbar(picture, ax=cell, **bar)
    if ax is None:
        # Room for the bars, which the grid did not know of.
        rows = 1 if shared_scale else len({round(cell.get_position().y0, 4) for cell in cells})
        figure.set_size_inches(figure.get_figwidth(), figure.get_figheight() + 0.75 * rows)
    return describe(owner, alt)


def _number(value: float, digits: int) -> str:
    """Return `value` without trailing zeros, with a true minus sign."""
    text = f"{value:.{digits}f}".rstrip("0").rstrip(".") if digits else f"{value:.0f}"
    return "0" if text in ("-0", "") else text.replace("-", "−")


def _readable_on(colour: tuple[float, float, float, float]) -> str:
    """Return black or white, whichever contrasts more: at least 4.5 to 1 on any colour."""
    rgb = np.asarray(colour[:3])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    luminance = float(linear @ (0.2126, 0.7152, 0.0722))  # as WCAG 2.2 defines it
    return "white" if 1.05 / (luminance + 0.05) > (luminance + 0.05) / 0.05 else "black"


def _matrix(
    ax: Axes, values: np.ndarray, norm: Normalize, numbers: bool, digits: int, fontsize: float
) -> None:
    ax.imshow(values, cmap=DIVERGING, norm=norm, interpolation="nearest")
    rows, columns = values.shape
    ax.set(xticks=[], yticks=[])
    for spine in ax.spines.values():
        spine.set(visible=True, color=LINE)
    for edge in range(1, rows):
        ax.axhline(edge - 0.5, color=LINE, linewidth=1)
    for edge in range(1, columns):
        ax.axvline(edge - 0.5, color=LINE, linewidth=1)
    if not numbers:
        return
    for (row, column), value in np.ndenumerate(values):
        ax.text(
            column, row, _number(float(value), digits), ha="center", va="center",
            color=_readable_on(DIVERGING(norm(value))), fontsize=fontsize,
        )  # fmt: skip


@styled
def kernels(
    kernels: Any,
    titles: Sequence[str] | None = None,
    columns: int | None = None,
    numbers: bool | None = None,
    digits: int = 2,
    ax: Axes | None = None,
    alt: str | None = None,
) -> Figure | Axes:
    """Draw kernels as coloured cells, small ones with their weights written in.

    All share one colour scale, white at zero.

    Parameters
    ----------
    kernels : array_like of shape (KH, KW, N) or (KH, KW)
        Weights of N kernels, one input channel each.
    titles : sequence of N str, optional
        One for each kernel.
    columns : int, optional
        Kernels in a row, at most four unless told.
    numbers : bool, optional
        Write the weights; unless told, where no side is longer than 11.
    digits : int
        Most digits after the point, at least 0.
    ax, alt
        As in `feature_maps`.

    Returns
    -------
    matplotlib.figure.Figure or matplotlib.axes.Axes
        A new figure, or `ax` where it was given.

    Raises
    ------
    ValueError
        If `kernels` has another rank, the number of titles is wrong, or `alt` is too short.
    """
    stack = _stack("kernels", kernels, "KH KW N")
    height, width, count = stack.shape
    names = check_titles(titles, count)
    places = _checks.integer("digits", digits, minimum=0)
    written = max(height, width) <= MOST_NUMBERS if numbers is None else numbers
    widest = float(np.clip(0.37 * width, 1.6, 3.4))
    owner, cells = many(ax, names, columns, height / width, widest)
    norm = _scale(stack, diverging=True)
    longest = max((len(_number(float(v), places)) for v in stack.flat), default=1)
    # Points a cell is wide, through the widest number (a digit is about 0.64 of the size).
    beside = min(len(cells), columns or 4)
    across = min(WIDTH / beside, widest) * 72 / width
    fontsize = float(np.clip(0.8 * across / (0.64 * longest), 7, 14))
    for channel, (cell, name) in enumerate(zip(cells, names, strict=True)):
        _matrix(cell, stack[..., channel], norm, written, places, fontsize)
        cell.set_title(name)
    return describe(owner, alt)


@styled
def matrix(
    values: Any,
    title: str = "",
    digits: int = 2,
    limit: float | None = None,
    ax: Axes | None = None,
    alt: str | None = None,
) -> Figure | Axes:
    """Draw a small matrix with its numbers, coloured around zero.

    Parameters
    ----------
    values : array_like of shape (H, W)
        The numbers.
    title : str
        Stands above it.
    digits : int
        Most digits after the point, at least 0.
    limit : float, optional
        Value of the strongest colour, to compare matrices; unless told, the largest magnitude.
    ax, alt
        As in `feature_maps`.

    Returns
    -------
    matplotlib.figure.Figure or matplotlib.axes.Axes
        A new figure, or `ax` where it was given.

    Raises
    ------
    ValueError
        If `values` has another rank, `limit` is not positive, or `alt` is too short.
    """
    cells = _checks.array("values", values, "H W")
    places = _checks.integer("digits", digits, minimum=0)
    norm = _scale(cells, diverging=True, limit=limit)
    height, width = cells.shape
    size = min(WIDTH, 0.55 * width)
    owner, axes = one(ax, size * height / width + (0.35 if title else 0.05), size)
    _matrix(axes, cells, norm, True, places, 12)
    axes.set_title(title)
    return describe(owner, alt)
