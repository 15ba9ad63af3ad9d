"""How a training went and where the trained network is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from cnncourse import _checks
from cnncourse.viz._display import describe
from cnncourse.viz._images import image_grid
from cnncourse.viz._layout import one
from cnncourse.viz._plots import DASHES
from cnncourse.viz._style import INK, PAPER, SERIES, styled

# Pale to the end: halfway to the accent neither dark nor white numbers would be readable.
SHARES = LinearSegmentedColormap.from_list("cnn_shares", [PAPER, "#6f93e6"])


@styled
def history(
    runs: Mapping[str, Any],
    ylabel: str,
    title: str = "",
    ax: Axes | None = None,
    alt: str | None = None,
) -> Figure | Axes:
    """Draw one curve for each arm: the mean over its seeds, in a band of ± one deviation.

    Parameters
    ----------
    runs : mapping of str to array_like of shape (S, E) or (E,)
        For each arm, at most six, the value of each of S seeds after each of E epochs. The arms
        may differ in S and E. One seed has no band.
    ylabel : str
        What the values are.
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
        If there are no arms or more than six, a value is not finite, a shape is another, or `alt`
        is too short.

    Notes
    -----
    The band is the sample standard deviation, with S - 1 in the denominator.

    Examples
    --------
    >>> figure = history({"Adam": [[0.5, 0.75], [0.75, 1.0]], "SGD": [0.25, 0.5]}, "accuracy")
    >>> [line.get_ydata().tolist() for line in figure.axes[0].lines]
    [[0.625, 0.875], [0.25, 0.5]]
    """
    if not 1 <= len(runs) <= len(SERIES):
        _checks.fail("runs", f"one to {len(SERIES)} arms", f"{len(runs)} arms")
    arms = {}
    for name, values in runs.items():
        seeds = np.atleast_2d(_checks.array("runs", values, "seeds epochs or epochs"))
        if not np.isfinite(seeds).all():
            _checks.fail("runs", f"finite values for {name!r}", values)
        arms[name] = seeds
    owner, axes = one(ax, 3.4)
    axes.grid(True)
    for (name, seeds), colour, dash in zip(arms.items(), SERIES, DASHES, strict=False):
        epochs = np.arange(1, seeds.shape[1] + 1)
        mean = seeds.mean(axis=0)
        # A lone epoch has no line to see.
        marker = "o" if len(epochs) == 1 else None
        axes.plot(epochs, mean, color=colour, linestyle=dash, label=name, marker=marker)
        if len(seeds) > 1:
            spread = seeds.std(axis=0, ddof=1)
            axes.fill_between(
                epochs, mean - spread, mean + spread, color=colour, alpha=0.18, linewidth=0
            )
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set(xlabel="epoch", ylabel=ylabel, title=title)
    if len(arms) > 1:
        above: dict[str, Any] = {
            "loc": "lower center",
            "bbox_to_anchor": (0.5, 1),
            "ncols": min(3, len(arms)),
        }
        axes.legend(**({} if title else above))
    return describe(owner, alt)


@styled
def confusion_matrix(
    counts: Any,
    class_names: Sequence[str],
    title: str = "",
    ax: Axes | None = None,
    alt: str | None = None,
) -> Figure | Axes:
    """Draw how often each class was taken for each other.

    Every cell carries its count and is coloured by its share of the row, so that a rare class is
    as visible as a frequent one.

    Parameters
    ----------
    counts : array_like of shape (K, K)
        Whole numbers from 0 up; the row is the true class, the column the predicted one.
    class_names : sequence of K str
        In the order of the classes.
    title, ax, alt
        As in `history`.

    Returns
    -------
    matplotlib.figure.Figure or matplotlib.axes.Axes
        A new figure, or `ax` where it was given.

    Raises
    ------
    ValueError
        If `counts` is not a square of whole numbers from 0 up, the number of names is another, or
        `alt` is too short.
    """
    table = _checks.array("counts", counts, "true predicted")
    square = table.shape[0] == table.shape[1]
    # Written so that NaN and infinity fail as well.
    if not (square and ((table >= 0) & (table < np.inf) & (table == np.floor(table))).all()):
        _checks.fail("counts", "a square array of whole numbers from 0 up", counts)
    size = len(table)
    if isinstance(class_names, str) or len(class_names) != size:
        _checks.fail("class_names", f"a sequence of {size} names", class_names)
    # A class without images has a row of zeros, not of NaN.
    shares = table / np.maximum(table.sum(axis=1, keepdims=True), 1)
    owner, axes = one(ax, 1.6 + 0.42 * size)
    axes.imshow(shares, cmap=SHARES, vmin=0, vmax=1, aspect="auto")
    for (row, column), count in np.ndenumerate(table):
        axes.text(column, row, f"{count:.0f}", ha="center", va="center", fontsize=10, color=INK)
    axes.set_xticks(np.arange(size), list(class_names), rotation=45, ha="right")
    axes.set_yticks(np.arange(size), list(class_names))
    axes.tick_params(length=0)
    axes.set(xlabel="predicted", ylabel="true", title=title)
    return describe(owner, alt)


@styled
def misclassified(
    images: Any,
    true: Any,
    predicted: Any,
    class_names: Sequence[str],
    confidence: Any = None,
    most: int = 12,
    ax: Axes | None = None,
    alt: str | None = None,
) -> Figure | Axes:
    """Draw the images whose predicted class is wrong, with both names.

    Parameters
    ----------
    images : array_like of shape (N, H, W) or (N, H, W, 3)
        Floats from 0 to 1, integers from 0 to 255, or bools.
    true, predicted : array_like of int, shape (N,)
        Classes, from 0 to K - 1.
    class_names : sequence of K str
        In the order of the classes.
    confidence : array_like of shape (N,), optional
        Probability of the predicted class, from 0 to 1. Where given, the most confident mistakes
        come first; otherwise they come in the order of `images`.
    most : int
        Images drawn at most.
    ax, alt
        As in `history`.

    Returns
    -------
    matplotlib.figure.Figure or matplotlib.axes.Axes
        A new figure, or `ax` where it was given.

    Raises
    ------
    ValueError
        If lengths differ, a class has no name, a confidence is not from 0 to 1, nothing is
        misclassified, or `alt` is too short.
    """
    limit = _checks.integer("most", most, minimum=1)
    count = len(images)
    truth = _classes("true", true, count, len(class_names))
    guess = _classes("predicted", predicted, count, len(class_names))
    wrong = np.flatnonzero(truth != guess)
    if not wrong.size:
        _checks.fail("predicted", "at least one class that differs from the true one", predicted)
    if confidence is not None:
        sure = _checks.array("confidence", confidence, "N")
        if sure.shape != (count,) or not ((sure >= 0) & (sure <= 1)).all():
            _checks.fail("confidence", f"{count} numbers from 0 to 1", confidence)
        wrong = wrong[np.argsort(-sure[wrong], kind="stable")]
    chosen = wrong[:limit]
    titles = [f"{class_names[truth[i]]}\nas {class_names[guess[i]]}" for i in chosen]
    return image_grid(np.asarray(images)[chosen], titles, ax=ax, alt=alt)


def _classes(name: str, value: Any, count: int, classes: int) -> np.ndarray:
    numbers = np.asarray(value)
    if (
        numbers.shape != (count,)
        or numbers.dtype.kind not in "iu"
        or not ((numbers >= 0) & (numbers < classes)).all()
    ):
        _checks.fail(name, f"{count} integers from 0 to {classes - 1}", numbers)
    return numbers
