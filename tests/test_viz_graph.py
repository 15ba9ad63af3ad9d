"""The drawing of a graph: every node and edge, no overlap, branches straight, skips around."""

from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch

from cnncourse import viz

ALT = "An input, two layers and a skip around them that ends in a plus sign."


def node(name, label, kind="conv", note="", shape=(8, 6, 4)):
    return SimpleNamespace(name=name, kind=kind, label=label, note=note, shape=shape)


def build(text, **labels):
    """Return a graph from "a>b b>c"; labels by name."""
    edges = [tuple(pair.split(">")) for pair in text.split()]
    names = dict.fromkeys(name for edge in edges for name in edge)
    nodes = [node(name, labels.get(name, f"layer {name}")) for name in names]
    return SimpleNamespace(nodes=nodes, edges=edges)


RESIDUAL = build("in>a a>b in>add b>add add>out", add="+")
BRANCHES = build("in>a in>b1 b1>b2 in>c1 c1>c2 a>join b2>join c2>join", join="concat")
NESTED = build("in>a a>b b>x a>x x>add in>add", x="×", add="+")
DEEP = build(" ".join(f"n{i}>n{i + 1}" for i in range(12)) + " n0>n6 n3>n9 n0>n12")


def boxes(figure):
    """Return the middle and the size of every node, by its first line."""
    found = {}
    for patch in figure.axes[0].patches:
        if isinstance(patch, (FancyBboxPatch, Circle)):
            area = patch.get_path().transformed(patch.get_patch_transform()).get_extents()
            inside = [
                text.get_text()
                for text in figure.axes[0].texts
                if area.contains(*text.get_position())
            ]
            found[inside[0]] = area
    return found


def middle(area):
    return ((area.x0 + area.x1) / 2, (area.y0 + area.y1) / 2)


def arrows(figure):
    return [a for a in figure.axes[0].patches if isinstance(a, FancyArrowPatch)]


@pytest.mark.parametrize("graph", [RESIDUAL, BRANCHES, NESTED, DEEP])
def test_every_node_stands_below_its_sources_and_none_overlaps(graph):
    figure = viz.graph(graph)
    found = boxes(figure)
    by_name = {n.name: found[n.label] for n in graph.nodes}
    assert len(found) == len(graph.nodes)
    for source, target in graph.edges:
        assert by_name[source].y1 < by_name[target].y0
    areas = list(found.values())
    for number, one in enumerate(areas):
        assert not any(one.overlaps(other) for other in areas[number + 1 :])
    sinks = {n.name for n in graph.nodes} - {source for source, _ in graph.edges}
    assert len(arrows(figure)) == len(graph.edges) + len(sinks)


@pytest.mark.parametrize("graph", [RESIDUAL, BRANCHES, NESTED, DEEP])
def test_no_edge_runs_through_a_node_that_it_does_not_belong_to(graph):
    figure = viz.graph(graph)
    for area in boxes(figure).values():
        for arrow in arrows(figure):
            path = arrow._path_original.interpolated(1)
            points = np.concatenate(path.to_polygons(closed_only=False))
            inner = area.shrunk(0.98, 0.98)
            crossing = [p for p in points[1:-1] if inner.contains(*p)]
            assert not crossing


def test_the_way_through_the_layers_is_straight_and_the_skip_goes_around_it():
    figure = viz.graph(RESIDUAL)
    found = boxes(figure)
    across = {label: middle(area)[0] for label, area in found.items()}
    assert len({round(x, 6) for x in across.values()}) == 1
    right = max(area.x1 for area in found.values())
    furthest = [max(a._path_original.vertices[:, 0]) for a in arrows(figure)]
    assert sum(x > right for x in furthest) == 1


def test_branches_stand_side_by_side_in_the_order_of_their_join():
    across = {label: middle(area)[0] for label, area in boxes(viz.graph(BRANCHES)).items()}
    assert across["layer a"] < across["layer b1"] < across["layer c1"]
    assert across["layer b1"] == pytest.approx(across["layer b2"])
    assert across["layer in"] == pytest.approx(across["concat"])
    assert across["layer in"] == pytest.approx((across["layer a"] + across["layer c1"]) / 2)


def test_joins_are_marked_and_words_are_written():
    graph = SimpleNamespace(
        nodes=[
            node("a", "input", "input", shape=(8, 6, 1024)),
            node("b", "conv 3×3, 16", note="stride 2, ReLU", shape=(4, 3, 16)),
            node("n", "batch norm", "norm"),
            node("add", "+", "join"),
        ],
        edges=[("a", "b"), ("b", "n"), ("n", "add"), ("b", "add")],
    )
    figure = viz.graph(graph)
    words = [text.get_text() for text in figure.axes[0].texts]
    assert words == [
        "input", "8 × 6 × 1,024", "conv 3×3, 16", "stride 2, ReLU", "4 × 3 × 16", "batch norm", "+",
    ]  # fmt: skip
    assert sum(isinstance(patch, Circle) for patch in figure.axes[0].patches) == 1


def test_text_stays_within_its_box_however_wide_the_graph_is():
    for count in (1, 4, 7):
        names = [f"b{i}" for i in range(count)]
        labels = dict.fromkeys(names, "conv 3×3, 384")
        wide = build(" ".join(f"in>{n} {n}>join" for n in names), join="concat", **labels)
        figure = viz.graph(wide)
        assert figure.get_figwidth() <= viz.new_figure(1).get_figwidth() + 1e-9
        renderer = FigureCanvasAgg(figure).get_renderer()
        texts = [t for t in figure.axes[0].texts if t.get_text() == "conv 3×3, 384"]
        extents = sorted((t.get_window_extent(renderer) for t in texts), key=lambda e: e.x0)
        assert len(extents) == count
        assert all(one.x1 < other.x0 for one, other in pairwise(extents))


def test_crossing_branches_are_drawn_all_the_same():
    crossing = build("in>a in>b a>c b>d a>d b>c c>out d>out a>out", out="+")
    found = boxes(viz.graph(crossing))
    assert set(found) == {"layer in", "layer a", "layer b", "layer c", "layer d", "+"}


def test_axes_and_descriptions_work_as_everywhere():
    ax = Figure(figsize=(5, 4)).add_subplot()
    assert viz.graph(RESIDUAL, ax=ax) is ax
    assert viz.show(viz.graph(RESIDUAL, alt=ALT)).alt == ALT
    with pytest.raises(ValueError, match=r"`alt`: expected a sentence"):
        viz.graph(RESIDUAL, alt="too short")


@pytest.mark.parametrize(
    "graph",
    [
        None,
        SimpleNamespace(nodes=[], edges=[]),
        SimpleNamespace(nodes=[node("a", "a")], edges=[("a", "b")]),
        SimpleNamespace(nodes=["a"], edges=[]),
        SimpleNamespace(nodes=[node("a", "a")], edges=["ab", 3]),
    ],
)
def test_what_is_no_graph_is_refused(graph):
    with pytest.raises(ValueError, match=r"`graph`: expected a graph of nodes with name, kind"):
        viz.graph(graph)


def test_a_circle_is_refused():
    with pytest.raises(ValueError, match=r"`graph`: expected edges that don't run in a circle"):
        viz.graph(build("a>b b>a"))
