"""Many things compared: dots in columns, and dots against each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter, NullLocator

from cnncourse import _checks
from cnncourse.viz._display import describe
from cnncourse.viz._layout import check_axes, new_figure, one
from cnncourse.viz._style import ACCENT, INK, LINE, SERIES, styled

MARKERS = ("o", "s", "^", "D", "v", "P")
# Where a label may stand, in points right of and above its point.
SIDES = (
    *((9, 0), (-9, 0), (0, 14), (0, -14), (8, 13), (-8, 13), (8, -13), (-8, -13)),
    *((0, 28), (0, -28)),
)
UNITS = ((1e9, "G"), (1e6, "M"), (1e3, "k"))


@styled
def dots(
    labels: Sequence[str],
    columns: Mapping[str, Any],
    spreads: Mapping[str, Any] | None = None,
    log: Sequence[str] = (),
    ax: Axes | None = None,
    alt: str | None = None,
) -> Figure | Axes:
    """Draw a row for each thing and a column for each measure, a dot where they meet.

    Parameters
    ----------
    labels : sequence of N str
        The rows, the first on top.
    columns : mapping of str to array_like of shape (N,)
        What stands below each axis, and the values; NaN where a row has none. At most four.
    spreads : mapping of str to array_like of shape (N,), optional
        Standard deviations for columns, drawn as bars to both sides.
    log : sequence of str
        Which columns have a logarithmic axis.
    ax : matplotlib.axes.Axes, optional
        Draw here, divided into columns, instead of on a new figure.
    alt : str, optional
        What the figure shows, at least 40 characters.

    Returns
    -------
    matplotlib.figure.Figure or matplotlib.axes.Axes
        A new figure, or `ax` where it was given.

    Raises
    ------
    ValueError
        If there are no columns or more than four, one of them has another length, a value on a
        logarithmic axis isn't above 0, `spreads` or `log` name no column, or `alt` is too short.

    Examples
    --------
    >>> figure = dots(["LeNet-5", "VGG-16"], {"parameters": [6e4, 1.4e8], "layers": [5, 16]})
    >>> len(figure.axes)
    2
    """
    if isinstance(labels, str) or not len(labels):
        _checks.fail("labels", "a sequence of labels, at least one", labels)
    if not 1 <= len(columns) <= 4:
        _checks.fail("columns", "one to four columns", f"{len(columns)} columns")
    values = {name: _column("columns", column, len(labels)) for name, column in columns.items()}
    around = {
        _checks.choice("spreads", name, values): _column("spreads", spread, len(labels))
        for name, spread in (spreads or {}).items()
    }
    for name in log:
        if (values[_checks.choice("log", name, values)] <= 0).any():
            _checks.fail("columns", f"values above 0 for {name!r}, whose axis is logarithmic", name)
    if ax is None:
        figure = new_figure(0.7 + 0.245 * len(labels))
        owner: Figure | Axes = figure
        cells = list(figure.subplots(1, len(values), squeeze=False)[0])
    else:
        owner = check_axes(ax)
        owner.axis("off")
        width = 1 / len(values)
        cells = [owner.inset_axes((n * width, 0, 0.94 * width, 1)) for n in range(len(values))]
    rows = np.arange(len(labels))
    for number, (cell, (name, column)) in enumerate(zip(cells, values.items(), strict=True)):
        cell.grid(True, axis="x")
        cell.hlines(rows, 0, 1, color=LINE, linewidth=0.7, transform=cell.get_yaxis_transform())
        cell.errorbar(
            column, rows, xerr=around.get(name), fmt="o", color=ACCENT, markersize=6,
            elinewidth=2, capsize=3,
        )  # fmt: skip
        cell.set_xlabel(name, fontsize=11)
        if name in log:
            cell.set_xscale("log")
            cell.xaxis.set_major_locator(LogLocator(numticks=3))
            cell.xaxis.set_minor_locator(NullLocator())
        else:
            cell.xaxis.set_major_locator(MaxNLocator(4))
        cell.xaxis.set_major_formatter(FuncFormatter(_short))
        cell.set_ylim(len(labels) - 0.4, -0.6)
        cell.set_yticks(rows, list(labels) if number == 0 else [""] * len(labels))
        cell.tick_params(labelsize=10)
        cell.tick_params(axis="y", length=0)
        cell.spines["left"].set_visible(False)
    return describe(owner, alt)


@styled
def scatter(
    x: Any,
    y: Any,
    labels: Sequence[str],
    xlabel: str,
    ylabel: str,
    groups: Sequence[str] | None = None,
    log: str = "",
    ax: Axes | None = None,
    alt: str | None = None,
) -> Figure | Axes:
    """Draw labelled points, told apart by colour and by shape where they are of several groups.

    Parameters
    ----------
    x, y : array_like of shape (N,)
        Finite values.
    labels : sequence of N str
        Written beside the points.
    xlabel, ylabel : str
        What the axes show, with units.
    groups : sequence of N str, optional
        Which group each point is of; at most six.
    log : {"", "x", "y", "xy"}
        Which axes are logarithmic.
    ax, alt
        As in `dots`.

    Returns
    -------
    matplotlib.figure.Figure or matplotlib.axes.Axes
        A new figure, or `ax` where it was given.

    Raises
    ------
    ValueError
        If lengths differ, a value isn't finite or, on a logarithmic axis, not above 0, there are
        more than six groups, or `alt` is too short.
    """
    across, up = _checks.array("x", x, "N"), _checks.array("y", y, "N")
    for name, array in (("x", across), ("y", up)):
        if array.shape != across.shape or not np.isfinite(array).all():
            _checks.fail(name, f"{across.size} finite numbers", array)
        if name in _checks.choice("log", log, ("", "x", "y", "xy")) and (array <= 0).any():
            _checks.fail(name, "numbers above 0, because the axis is logarithmic", array)
    member = [""] * len(across) if groups is None else list(groups)
    for name, words in (("labels", labels), ("groups", member)):
        if isinstance(words, str) or len(words) != len(across):
            _checks.fail(name, f"a sequence of {len(across)} names", words)
    kinds = list(dict.fromkeys(member))
    if len(kinds) > len(MARKERS):
        _checks.fail("groups", f"at most {len(MARKERS)} groups", f"{len(kinds)} groups")
    owner, axes = one(ax, 4.6)
    axes.grid(True)
    for kind, colour, marker in zip(kinds, SERIES, MARKERS, strict=False):
        chosen = np.array([group == kind for group in member], bool)
        axes.scatter(
            across[chosen], up[chosen], color=colour, marker=marker, s=52, label=kind or None,
            zorder=3,
        )  # fmt: skip
    for name, axis in (("x", axes.xaxis), ("y", axes.yaxis)):
        if name in log:
            axes.set(**{f"{name}scale": "log"})
            narrow = np.ptp(np.log10({"x": across, "y": up}[name])) < 1
            axis.set_major_formatter(FuncFormatter(_short))
            axis.set_minor_formatter(FuncFormatter(_short) if narrow else NullFormatter())
            axis.set_tick_params(which="minor", labelsize=11, labelcolor=INK)
    axes.margins(0.16, 0.16)
    axes.set(xlabel=xlabel, ylabel=ylabel)
    for label, place, height, (right, above) in zip(
        labels,
        across,
        up,
        _beside(np.log(across) if "x" in log else across, np.log(up) if "y" in log else up, labels),
        strict=True,
    ):
        axes.annotate(
            label, (place, height), (right, above), textcoords="offset points",
            ha={0: "center", 1: "left", -1: "right"}[int(np.sign(right))], va="center", fontsize=10,
        )  # fmt: skip
    if groups is not None:
        axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=min(3, len(kinds)))
    return describe(owner, alt)


def _beside(across: np.ndarray, up: np.ndarray, labels: Sequence[str]) -> list[tuple[int, int]]:
    """Return where each label goes, in points right of and above its point.

    Each takes the first of `SIDES` where it covers no point and no label before it, or else the
    one where it covers least.
    """
    x, y = (
        extent * (values - values.min()) / (np.ptp(values) or 1.0)
        for values, extent in ((across, 290.0), (up, 210.0))  # points in a figure of our own
    )
    taken = [(at - 5, at + 5, height - 5, height + 5) for at, height in zip(x, y, strict=True)]
    taken += [(-999, -50, -999, 999), (340, 999, -999, 999)]  # beyond the axes
    taken += [(-999, 999, -999, -26), (-999, 999, 236, 999)]
    chosen = []
    for at, height, label in zip(x, y, labels, strict=True):
        length = 6.2 * len(label)
        boxes = []
        for right, above in SIDES:
            left = at + right - length * (1 - np.sign(right)) / 2
            boxes.append((left, left + length, height + above - 6, height + above + 6))
        covered = [sum(_overlap(box, other) for other in taken) for box in boxes]
        best = int(np.argmin(covered))
        taken.append(boxes[best])
        chosen.append(SIDES[best])
    return chosen


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    wide = min(one[1], other[1]) - max(one[0], other[0])
    tall = min(one[3], other[3]) - max(one[2], other[2])
    return max(wide, 0.0) * max(tall, 0.0)


def _column(name: str, values: Any, count: int) -> np.ndarray:
    column = _checks.array(name, values, "N")
    if column.shape != (count,) or np.isinf(column).any():
        _checks.fail(name, f"{count} numbers, NaN where there is none", column)
    return column


def _short(value: float, _: Any = None) -> str:
    """Return a tick's number: 25M for 25,000,000."""
    for size, unit in UNITS:
        if abs(value) >= size:
            return f"{value / size:g}{unit}"
    return f"{value:g}"
