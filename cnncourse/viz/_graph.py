"""Layers and what flows between them: branches side by side, skips around them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch
from matplotlib.path import Path

from cnncourse import _checks
from cnncourse.viz._architecture import COLOURS, mixed
from cnncourse.viz._display import describe
from cnncourse.viz._layout import check_axes
from cnncourse.viz._style import INK, MUTED, PAPER, WIDTH, styled

# All in inches; the axes of a figure of our own have one unit an inch.
BOX, BETWEEN, LANE, GAP, EDGE = 1.42, 0.14, 0.2, 0.28, 0.06
LINE_HEIGHT, PADDING, SIGN, NARROWEST = 0.185, 0.11, 0.36, 3.2
SWEEPS = 6
SIGNS = ("+", "−", "×")

Name = Any  # a node's, or a lane: source, target and row
Rows = list[list[Name]]
Chain = list[Name]


@styled
def graph(graph: Any, ax: Axes | None = None, alt: str | None = None) -> Figure | Axes:
    """Draw a block's layers from top to bottom, each below all that it takes its input from.

    Parameters
    ----------
    graph : Graph
        As ``models.graph`` returns it: an object with `nodes` (each with `name`, `kind`, `label`,
        `note` and `shape`) and `edges`, pairs of names.
    ax : matplotlib.axes.Axes, optional
        Draw here instead of on a new figure.
    alt : str, optional
        What the figure shows, at least 40 characters.

    Returns
    -------
    matplotlib.figure.Figure or matplotlib.axes.Axes
        A new figure as tall as the graph needs, or `ax` where it was given.

    Raises
    ------
    ValueError
        If there are no nodes, an edge names another node, edges run in a circle, or `alt` is too
        short.

    Notes
    -----
    Nodes stand in rows by their longest way from the input, and within a row near their
    neighbours (K. Sugiyama, S. Tagawa and M. Toda, 1981, doi:10.1109/TSMC.1981.4308636). An edge
    that passes a row keeps a lane of its own there, so that it crosses no node.
    """
    nodes, edges = _check(graph)
    rows, chains = _rows(nodes, edges)
    across = _across(_ordered(rows, chains), chains, nodes)
    heights = [max(_size(name, nodes)[1] for name in row) for row in rows]
    tops = np.cumsum([EDGE, *(height + GAP for height in heights)])
    total = float(tops[-1]) + EDGE
    left = min(x - _size(name, nodes)[0] / 2 for name, x in across.items()) - EDGE
    right = max(x + _size(name, nodes)[0] / 2 for name, x in across.items()) + EDGE
    wide = max(right - left, NARROWEST)
    scale = min(1.0, WIDTH / wide)
    if ax is None:
        figure = Figure(figsize=(wide * scale, total * scale))
        owner: Figure | Axes = figure
        axes = figure.add_axes((0, 0, 1, 1))
    else:
        owner = axes = check_axes(ax)
    start = (left + right - wide) / 2
    axes.set(xlim=(start, start + wide), ylim=(total, 0), aspect="equal")
    axes.set_axis_off()
    places = {}  # of each node and lane: middle, and where its own height starts and ends
    for row, top, height in zip(rows, tops, heights, strict=False):
        for name in row:
            half = (_size(name, nodes)[1] if name in nodes else height) / 2
            y = float(top) + height / 2
            places[name] = (across[name], y - half, y + half)
    for chain in chains:
        _flow(axes, [places[name] for name in chain], nodes[chain[-1]].label in SIGNS)
    for name in nodes.keys() - {edge[0] for edge in edges}:
        x, _, bottom = places[name]
        _arrow(axes, Path([(x, bottom), (x, bottom + GAP)]))
    for name, node in nodes.items():
        x, top, bottom = places[name]
        _draw(axes, node, x, (top + bottom) / 2, scale)
    return describe(owner, alt)


def _check(graph: Any) -> tuple[dict[Name, Any], list[tuple[Name, Name]]]:
    expected = "a graph of nodes with name, kind, label, note and shape, and of edges between them"
    try:
        nodes = {node.name: node for node in graph.nodes}
        edges = [(source, target) for source, target in dict.fromkeys(graph.edges)]
        _ = [(n.kind, n.label, n.note, tuple(n.shape)) for n in nodes.values()]
        known = all(name in nodes for edge in edges for name in edge)
    except (AttributeError, TypeError, ValueError):
        nodes, known = {}, False
    if not nodes or not known:
        _checks.fail("graph", expected, graph)
    try:
        TopologicalSorter(_neighbours(edges, 1, 0)).prepare()
    except CycleError:
        _checks.fail("graph", "edges that don't run in a circle", graph)
    return nodes, edges


def _neighbours(edges: Iterable[Sequence[Name]], one: int, other: int) -> dict[Name, list[Name]]:
    """Return for the names at one end of the edges those at the other end."""
    found = defaultdict(list)
    for edge in edges:
        found[edge[one]].append(edge[other])
    return found


def _rows(nodes: Mapping[Name, Any], edges: list[tuple[Name, Name]]) -> tuple[Rows, list[Chain]]:
    """Return the names in each row, and each edge as a chain from row to row."""
    sources = _neighbours(edges, 1, 0)
    ranks: dict[Name, int] = {}
    for name in TopologicalSorter({name: sources[name] for name in nodes}).static_order():
        ranks[name] = 1 + max((ranks[source] for source in sources[name]), default=-1)
    rows: Rows = [[] for _ in range(1 + max(ranks.values()))]

    # Branches in the order in which their join takes them; of a sum's, the longest comes first.
    done: set[Name] = set()

    def visit(name: Name) -> None:
        if name in done:
            return
        done.add(name)
        longest_first = nodes[name].label in SIGNS
        for source in sorted(sources[name], key=lambda s: -ranks[s] if longest_first else 0):
            visit(source)
        rows[ranks[name]].append(name)

    for name in reversed(list(nodes)):
        visit(name)
    chains = []
    for source, target in edges:
        lanes = [(source, target, rank) for rank in range(ranks[source] + 1, ranks[target])]
        chains.append([source, *lanes, target])
        for lane in lanes:
            rows[lane[2]].append(lane)
    return rows, chains


def _ordered(rows: Rows, chains: list[Chain]) -> Rows:
    """Sort each row, in place, so that names stand near their neighbours above and below."""
    pairs = [pair for chain in chains for pair in pairwise(chain)]
    above, below = _neighbours(pairs, 1, 0), _neighbours(pairs, 0, 1)
    for _ in range(SWEEPS):
        for order, near in ((rows, above), (rows[::-1], below)):
            for before, row in pairwise(order):
                places = {name: place for place, name in enumerate(before)}
                means = {
                    name: np.mean([places[n] for n in near[name]]) if near[name] else place
                    for place, name in enumerate(row)
                }
                row.sort(key=means.__getitem__)
    return rows


def _across(rows: Rows, chains: list[Chain], nodes: Mapping[Name, Any]) -> dict[Name, float]:
    """Return how far to the right everything stands: in the middle of the room that it has."""
    threads = _threads(rows, chains, nodes)
    try:
        return _middles(rows, threads, nodes)
    except CycleError:  # branches that cross can't all be straight
        return _middles(rows, {name: name for row in rows for name in row}, nodes)


def _threads(rows: Rows, chains: list[Chain], nodes: Mapping[Name, Any]) -> dict[Name, Name]:
    """Return for each name the first one of the straight line that it stands on."""
    forks = {name for name, ends in _neighbours(chains, 0, -1).items() if len(ends) > 1}
    skips = [chain for chain in chains if len(chain) > 2 and chain[0] in forks]
    pairs = [pair for chain in chains if chain not in skips for pair in pairwise(chain)]
    pairs += [pair for chain in skips for pair in pairwise(chain[1:-1])]
    above, below = _neighbours(pairs, 1, 0), _neighbours(pairs, 0, 1)
    threads: dict[Name, Name] = {}
    for name in (name for row in rows for name in row):
        only = above[name][0] if len(above[name]) == 1 else None
        straight = only is not None and len(below[only]) == 1
        threads[name] = threads[only] if straight else name
    return threads


def _middles(
    rows: Rows, threads: Mapping[Name, Name], nodes: Mapping[Name, Any]
) -> dict[Name, float]:
    """Return the mean of the leftmost and the rightmost place at which everything fits."""
    distances: dict[Name, dict[Name, float]] = {thread: {} for thread in threads.values()}
    for one, other in (pair for row in rows for pair in pairwise(row)):
        step = (_size(one, nodes)[0] + _size(other, nodes)[0]) / 2 + BETWEEN
        before = distances[threads[other]]
        before[threads[one]] = max(step, before.get(threads[one], 0))
    order = list(TopologicalSorter(distances).static_order())
    left: dict[Name, float] = {}
    for thread in order:
        left[thread] = max((left[t] + step for t, step in distances[thread].items()), default=0.0)
    right = dict.fromkeys(order, max(left.values()))
    for thread in reversed(order):
        for before_it, step in distances[thread].items():
            right[before_it] = min(right[before_it], right[thread] - step)
    return {name: (left[thread] + right[thread]) / 2 for name, thread in threads.items()}


def _lines(node: Any) -> list[str]:
    shape = " × ".join(f"{size:,}" for size in node.shape)
    small = node.kind in ("norm", "activation")
    return [line for line in (node.label, node.note, "" if small else shape) if line]


def _size(name: Name, nodes: Mapping[Name, Any]) -> tuple[float, float]:
    """Return the width and the height of a node; a lane has no height of its own."""
    if name not in nodes:
        return LANE, 0.0
    if nodes[name].label in SIGNS:
        return SIGN, SIGN
    return BOX, LINE_HEIGHT * len(_lines(nodes[name])) + PADDING


def _flow(axes: Axes, places: list[tuple[float, float, float]], to_sign: bool) -> None:
    """Draw an edge through its lanes, and into the side of a sign that doesn't stand below."""
    x, _, y = places[0]
    corners, codes = [(x, y)], [Path.MOVETO]
    for number, (right, top, bottom) in enumerate(places[1:], 1):
        last = number == len(places) - 1
        if last and to_sign and abs(right - x) > SIGN:
            centre, side = (top + bottom) / 2, right + (SIGN / 2 if x > right else -SIGN / 2)
            corners += [(x, centre), (x, centre), (side, centre)]
        else:
            corners += [(x, (y + top) / 2), (right, (y + top) / 2), (right, top)]
        codes += [Path.CURVE4] * 3
        if not last:
            corners.append((right, bottom))
            codes.append(Path.LINETO)
        x, y = right, bottom
    _arrow(axes, Path(corners, codes))


def _arrow(axes: Axes, path: Path) -> None:
    axes.add_patch(
        FancyArrowPatch(
            path=path, arrowstyle="-|>", mutation_scale=11, color=MUTED, linewidth=1.4,
            shrinkA=0, shrinkB=0, zorder=1,
        )
    )  # fmt: skip


def _draw(axes: Axes, node: Any, x: float, y: float, scale: float) -> None:
    colour = COLOURS.get(node.kind, MUTED)
    if node.label in SIGNS:
        axes.add_patch(Circle((x, y), SIGN / 2, facecolor=INK, edgecolor=PAPER, zorder=2))
        axes.text(
            x, y, node.label, ha="center", va="center", color=PAPER, fontsize=16 * scale,
            fontweight="bold", zorder=3,
        )  # fmt: skip
        return
    lines = _lines(node)
    width, height = BOX, LINE_HEIGHT * len(lines) + PADDING
    axes.add_patch(
        FancyBboxPatch(
            (x - width / 2, y - height / 2), width, height,
            boxstyle="round,pad=0,rounding_size=0.07", facecolor=mixed(colour, 0.86),
            edgecolor=colour, linewidth=1.2, zorder=2,
        )
    )  # fmt: skip
    for number, line in enumerate(lines):
        axes.text(
            x, y + (number - (len(lines) - 1) / 2) * LINE_HEIGHT, line, ha="center", va="center",
            fontsize=(10.5 if number == 0 else 9.5) * scale, zorder=3,
            fontweight="bold" if number == 0 else "normal", color=INK if number == 0 else MUTED,
        )  # fmt: skip
