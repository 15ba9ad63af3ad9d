"""Bars and curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cnncourse import _checks
from cnncourse.viz._display import describe
from cnncourse.viz._layout import one
from cnncourse.viz._style import ACCENT, SERIES, styled

DASHES = ("-", (0, (5, 2)), (0, (1, 1.5)), (0, (6, 2, 1, 2)), (0, (3, 1)), "-")


@styled
def bars(
    values: Any,
    labels: Sequence[str],
    unit: str,
    title: str = "",
    log: bool = False,
    number_format: str = "{:,.0f}",
    ax: Axes | None = None,
    alt: str | None = None,
) -> Figure | Axes:
    """Draw labelled horizontal bars with their values written at the end.

    Parameters
    ----------
    values : array_like of shape (N,)
        Lengths, from 0 up (above 0 where `log`).
    labels : sequence of N str
        One for each bar, the first on top.
    unit : str
        What is counted; stands at the axis.
    title : str
        Stands above it.
    log : bool
        Logarithmic axis, for values that differ by orders of magnitude.
    number_format : str
        Format string of the written values.
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
        If a value is out of range, `labels` has another length, or `alt` is too short.
    """
    lengths = _checks.array("values", values, "N")
    # Written so that NaN fails as well.
    if not (lengths > 0 if log else lengths >= 0).all():
        _checks.fail("values", "numbers above 0" if log else "numbers from 0 up", values)
    if isinstance(labels, str) or len(labels) != len(lengths):
        _checks.fail("labels", f"a sequence of {len(lengths)} labels", labels)
    owner, axes = one(ax, 0.9 + 0.45 * len(lengths))
    drawn = axes.barh(np.arange(len(lengths)), lengths, color=ACCENT, height=0.66)
    axes.bar_label(drawn, [number_format.format(value) for value in lengths], padding=4)
    axes.set_yticks(np.arange(len(lengths)), list(labels))
    axes.tick_params(axis="y", length=0)
    axes.invert_yaxis()
    if log:
        axes.set_xscale("log")
    # Room for the written values.
    axes.margins(x=0.35 if log else 0.22)
    axes.set(xlabel=unit, title=title)
    return describe(owner, alt)


@styled
def curves(
    x: Any,
    series: Mapping[str, Any],
    xlabel: str,
    ylabel: str,
    title: str = "",
    log: bool = False,
    markers: bool = False,
    ax: Axes | None = None,
    alt: str | None = None,
) -> Figure | Axes:
    """Draw one or more curves, told apart by colour and by line style.

    Parameters
    ----------
    x : array_like of shape (N,)
        Positions on the horizontal axis.
    series : mapping of str to array_like of shape (N,)
        Name and values of each curve, at most six.
    xlabel, ylabel : str
        What the axes show, with units.
    title : str
        Stands above it.
    log : bool
        Logarithmic vertical axis.
    markers : bool
        Mark each point.
    ax, alt
        As in `bars`.

    Returns
    -------
    matplotlib.figure.Figure or matplotlib.axes.Axes
        A new figure, or `ax` where it was given.

    Raises
    ------
    ValueError
        If a curve's length differs from that of `x`, there are none or more than six, or `alt` is
        too short.
    """
    positions = _checks.array("x", x, "N")
    if not 1 <= len(series) <= len(SERIES):
        _checks.fail("series", f"one to {len(SERIES)} curves", f"{len(series)} curves")
    owner, axes = one(ax, 3.4)
    axes.grid(True)
    for (name, values), colour, dash in zip(series.items(), SERIES, DASHES, strict=False):
        heights = _checks.array("series", values, "N")
        if heights.shape != positions.shape:
            _checks.fail("series", f"{positions.size} values for {name!r}", f"{heights.size}")
        axes.plot(
            positions, heights, color=colour, linestyle=dash, label=name,
            marker="o" if markers else None,
        )  # fmt: skip
    if log:
        axes.set_yscale("log")
    axes.set(xlabel=xlabel, ylabel=ylabel, title=title)
    if len(series) > 1:
        # Above the curves, where it covers none of them, unless a title stands there.
        above: dict[str, Any] = {
            "loc": "lower center",
            "bbox_to_anchor": (0.5, 1),
            "ncols": min(3, len(series)),
        }
        axes.legend(**({} if title else above))
    return describe(owner, alt)
