"""A network as a stack of slabs: the maps shrink and thicken from the input to the classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon, Rectangle

from cnncourse import _checks
from cnncourse.viz._display import describe
from cnncourse.viz._layout import check_axes
from cnncourse.viz._style import ACCENT, GOOD, INK, LINE, MUTED, PAPER, WARM, WIDTH, styled

COLOURS = {
    "input": MUTED,
    "conv": ACCENT,
    "pool": WARM,
    "block": "#7a3fb0",
    "dense": GOOD,
    "other": MUTED,
}

# All in inches; the axes of a figure of our own have one unit an inch.
CENTRE, FACE, SLANT, THICKEST, BAR = 1.0, 1.3, (0.36, 0.2), 0.42, 0.13
LABEL, SHAPE, PARAMS = 2.08, 5.42, WIDTH - 0.04
ROW, GAP, HEAD, FOOT = 0.36, 0.13, 0.36, 0.06


class _Slab(NamedTuple):
    width: float
    thickness: float
    slant: tuple[float, float]  # how far the back is to the right and above
    flat: bool = False  # a dense layer's bar

    @property
    def height(self) -> float:
        return self.thickness + self.slant[1]


@styled
def architecture(
    stages: Sequence[Any], ax: Axes | None = None, alt: str | None = None
) -> Figure | Axes:
    """Draw a network from top to bottom, a slab for the output of each stage.

    The face of a slab shows the maps' width, its depth their height and its thickness the
    channels, each as a square root, so that 7 pixels can be seen beside 224. Dense layers are
    bars. Side branches, such as auxiliary heads, stand to the right of the flow.

    Parameters
    ----------
    stages : sequence of stages
        As ``models.outline`` returns them: objects with `name`, `kind`, `label`, `shape`,
        `params`, `repeats` and `source`.
    ax : matplotlib.axes.Axes, optional
        Draw here instead of on a new figure.
    alt : str, optional
        What the figure shows, at least 40 characters.

    Returns
    -------
    matplotlib.figure.Figure or matplotlib.axes.Axes
        A new figure as tall as the network needs, or `ax` where it was given.

    Raises
    ------
    ValueError
        If there are no stages, one of them isn't such an object, or `alt` is too short.
    """
    rows = _check(stages)
    slabs = _slabs(rows)
    heights = [max(ROW, slab.height + GAP) for slab in slabs]
    total = HEAD + sum(heights) + FOOT
    if ax is None:
        figure = Figure(figsize=(WIDTH, total))  # the rows are laid out to the inch already
        owner: Figure | Axes = figure
        axes = figure.add_axes((0, 0, 1, 1))
    else:
        owner = axes = check_axes(ax)
    axes.set(xlim=(0, WIDTH), ylim=(total, 0), aspect="equal")
    axes.set_axis_off()
    head: dict[str, Any] = {"color": MUTED, "va": "center", "fontsize": 10}
    axes.text(LABEL, HEAD / 2, "layer", **head)
    axes.text(SHAPE, HEAD / 2, "output H × W × C", ha="right", **head)
    axes.text(PARAMS, HEAD / 2, "parameters", ha="right", **head)
    top, previous = HEAD, None
    for row, slab, height in zip(rows, slabs, heights, strict=True):
        middle = top + height / 2
        axes.add_line(Line2D([0.05, WIDTH], [top, top], color=LINE, linewidth=0.7, zorder=0))
        _flow(axes, row, slab, middle, previous)
        _draw(axes, row, slab, middle)
        _write(axes, row, middle)
        if not row.source:
            previous = middle + slab.height / 2
        top += height
    return describe(owner, alt)


def _check(stages: Any) -> list[Any]:
    expected = "stages with name, kind, label, shape, params, repeats and source, at least one"
    try:
        rows = list(stages)
        for row in rows:
            _ = row.name, row.kind, row.label, row.params, row.repeats, row.source
            if len(row.shape) not in (1, 2, 3) or min(row.shape) < 1:
                _checks.fail("stages", "shapes (H, W, C), (L, C) or (units,)", row.shape)
    except (AttributeError, TypeError):
        rows = []
    if not rows:
        _checks.fail("stages", expected, stages)
    return rows


def _slabs(rows: list[Any]) -> list[_Slab]:
    sizes = [(1, *row.shape)[-3:] for row in rows if len(row.shape) > 1]
    longest = max((max(size[:2]) for size in sizes), default=1)
    deepest = max((size[2] for size in sizes), default=1)
    units = max((row.shape[0] for row in rows if len(row.shape) == 1), default=1)
    slabs = []
    for row in rows:
        if len(row.shape) == 1:
            length = max(0.1, FACE * (row.shape[0] / units) ** 0.5)
            slabs.append(_Slab(length / 2 if row.source else length, BAR, (0, 0), flat=True))
            continue
        height, width, channels = (1, *row.shape)[-3:]
        deep = (height / longest) ** 0.5
        slabs.append(
            _Slab(
                FACE * (width / longest) ** 0.5,
                max(0.035, THICKEST * (channels / deepest) ** 0.5),
                (SLANT[0] * deep, SLANT[1] * deep),
            )
        )
    return slabs


def _flow(axes: Axes, row: Any, slab: _Slab, middle: float, previous: float | None) -> None:
    """Draw the arrow that leads to a slab."""
    if previous is None:
        return
    end = middle - slab.height / 2
    if not row.source:
        axes.annotate(
            "", (CENTRE, end), (CENTRE, previous),
            arrowprops={"arrowstyle": "-", "color": MUTED, "linewidth": 1.4, "shrinkA": 0,
                        "shrinkB": 0},
        )  # fmt: skip
        return
    axes.annotate(
        "", (_side(slab) - 0.02, middle), (CENTRE, previous),
        arrowprops={"arrowstyle": "-|>", "color": MUTED, "linewidth": 1.4, "shrinkA": 0,
                    "shrinkB": 0, "connectionstyle": "angle,angleA=90,angleB=0,rad=6"},
    )  # fmt: skip


def _side(slab: _Slab) -> float:
    """Return where the slab of a side branch starts."""
    return min(CENTRE + 0.3, LABEL - 0.1 - slab.width)


def _draw(axes: Axes, row: Any, slab: _Slab, middle: float) -> None:
    colour = COLOURS.get(row.kind, MUTED)
    across, up = slab.slant
    left = _side(slab) if row.source else CENTRE - (slab.width + across) / 2
    bottom = middle + slab.height / 2
    top = bottom - slab.thickness
    edge: dict[str, Any] = {"edgecolor": PAPER, "linewidth": 0.6, "joinstyle": "round"}
    axes.add_patch(
        Rectangle((left, top), slab.width, slab.thickness, facecolor=colour, **edge, zorder=2)
    )
    if slab.flat:
        return
    right = left + slab.width
    axes.add_patch(
        Polygon(
            [(left, top), (left + across, top - up), (right + across, top - up), (right, top)],
            facecolor=mixed(colour, 0.62), **edge, zorder=2,
        )
    )  # fmt: skip
    axes.add_patch(
        Polygon(
            [(right, top), (right + across, top - up), (right + across, bottom - up),
             (right, bottom)],
            facecolor=mixed(colour, 0.3), **edge, zorder=2,
        )
    )  # fmt: skip


def _write(axes: Axes, row: Any, middle: float) -> None:
    indent = LABEL
    if row.repeats > 1:
        axes.text(
            LABEL, middle, f"{row.repeats} ×", va="center", fontsize=11, fontweight="bold",
            color=COLOURS.get(row.kind, MUTED),
        )  # fmt: skip
        indent += 0.45 if row.repeats > 9 else 0.36
    axes.text(indent, middle, row.label, va="center", fontsize=11, color=INK)
    shape = " × ".join(f"{size:,}" for size in row.shape)
    axes.text(SHAPE, middle, shape, va="center", ha="right", fontsize=11, color=INK)
    axes.text(PARAMS, middle, _short(row.params), va="center", ha="right", fontsize=11, color=MUTED)


def _short(count: int) -> str:
    if count == 0:
        return "–"
    for size, unit in ((10**6, " M"), (10**3, " k")):
        if count >= size:
            value = count / size
            return f"{value:.{0 if value >= 100 else 1}f}{unit}"
    return str(count)


def mixed(colour: str, share: float) -> tuple[float, ...]:
    """Return a colour with a share of white."""
    return tuple(share + (1 - share) * part for part in to_rgb(colour))
