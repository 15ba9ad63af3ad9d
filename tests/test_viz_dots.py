"""Dots in columns and against each other: every value in its place, gaps left as gaps."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.figure import Figure

from cnncourse import viz

ALT = "Three networks in two columns: the deepest has the fewest parameters."
LABELS = ["LeNet-5", "VGG-16", "ResNet-50"]
COLUMNS = {"parameters": [6e4, 1.4e8, 2.6e7], "error, %": [np.nan, 8.1, 6.71]}


def drawn(cell):
    """Return the dots of a column as (value, row)."""
    (line,) = [line for line in cell.lines if line.get_marker() == "o"]
    return list(zip(*(data.tolist() for data in line.get_data()), strict=True))


def test_every_value_stands_in_its_row_and_its_column():
    figure = viz.dots(LABELS, COLUMNS, log=["parameters"])
    left, right = figure.axes
    assert drawn(left) == [(6e4, 0), (1.4e8, 1), (2.6e7, 2)]
    np.testing.assert_equal(drawn(right), [(np.nan, 0), (8.1, 1), (6.71, 2)])
    assert (left.get_xscale(), right.get_xscale()) == ("log", "linear")
    assert [text.get_text() for text in left.get_yticklabels()] == LABELS
    assert [cell.get_xlabel() for cell in figure.axes] == list(COLUMNS)
    bottom, top = left.get_ylim()
    assert bottom > top, "the first row is on top"


def test_spreads_reach_to_both_sides():
    figure = viz.dots(["a", "b"], {"accuracy": [0.5, 0.75]}, {"accuracy": [0.125, 0.25]})
    bars = [c for c in figure.axes[0].collections if isinstance(c, LineCollection)]
    spans = [segment[:, 0].tolist() for c in bars for segment in c.get_segments()]
    assert [0.375, 0.625] in spans
    assert [0.5, 1.0] in spans


def test_large_numbers_have_short_ticks():
    figure = viz.dots(LABELS, COLUMNS, log=["parameters"])
    viz.show(figure, alt=ALT)
    ticks = [tick.get_text() for tick in figure.axes[0].get_xticklabels()]
    assert {"100k", "100M"} <= set(ticks)
    assert not any("000" in tick for tick in ticks)


def test_points_are_labelled_and_grouped():
    figure = viz.scatter(
        [1e6, 3e7, 2e9], [9.0, 8.0, 7.0], LABELS, "MACs", "error, %",
        groups=["one crop", "ten crops", "one crop"], log="x",
    )  # fmt: skip
    (axes,) = figure.axes
    clouds = [c for c in axes.collections if isinstance(c, PathCollection)]
    assert [c.get_offsets().tolist() for c in clouds] == [[[1e6, 9], [2e9, 7]], [[3e7, 8]]]
    assert {text.get_text() for text in axes.texts} == set(LABELS)
    assert [t.get_text() for t in axes.get_legend().get_texts()] == ["one crop", "ten crops"]
    paths = [c.get_paths()[0].vertices.shape for c in clouds]
    assert paths[0] != paths[1], "told apart without colour"
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "linear")


def test_a_short_logarithmic_axis_has_numbers_between_the_powers_of_ten():
    figure = viz.scatter([1, 2], [5.5, 18.0], ["a", "b"], "x", "error, %", log="y")
    viz.show(figure, alt=ALT)
    (axes,) = figure.axes
    written = {tick.get_text() for tick in axes.get_yticklabels(which="both")}
    assert {"6", "10"} <= written
    assert axes.get_yscale() == "log"


def test_labels_of_neighbours_do_not_cover_each_other():
    names = [f"Network-{number}" for number in range(6)]
    figure = viz.scatter([1, 1, 1.02, 9, 9, 8.9], [5, 5.1, 5.2, 7, 7.1, 1], names, "x", "y")
    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.draw(renderer)
    extents = [text.get_window_extent(renderer) for text in figure.axes[0].texts]
    for number, one in enumerate(extents):
        assert not any(one.overlaps(other) for other in extents[number + 1 :])
        assert 0 <= one.x0 < one.x1 <= figure.bbox.width


@pytest.mark.parametrize(
    "draw",
    [
        lambda **options: viz.dots(LABELS, COLUMNS, **options),
        lambda **options: viz.scatter([1, 2], [3, 4], ["a", "b"], "x", "y", **options),
    ],
)
def test_axes_and_descriptions_work_as_everywhere(draw):
    ax = Figure(figsize=(5, 4)).add_subplot()
    assert draw(ax=ax) is ax
    assert viz.show(draw(alt=ALT)).alt == ALT
    with pytest.raises(ValueError, match=r"`alt`: expected a sentence"):
        draw(alt="short")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([], COLUMNS), "`labels`: expected a sequence of labels, at least one"),
        (("abc", COLUMNS), "`labels`: expected a sequence of labels, at least one"),
        ((LABELS, {}), "`columns`: expected one to four columns"),
        ((LABELS, {key: [1, 2, 3] for key in "abcde"}), "`columns`: expected one to four columns"),
        ((LABELS, {"a": [1, 2]}), "`columns`: expected 3 numbers"),
        ((LABELS, {"a": [1, 2, np.inf]}), "`columns`: expected 3 numbers"),
        ((LABELS, COLUMNS, {"time": [1, 2, 3]}), "`spreads`: expected one of 'parameters'"),
        ((LABELS, COLUMNS, None, ["time"]), "`log`: expected one of 'parameters'"),
        ((LABELS, {"a": [0, 1, 2]}, None, ["a"]), "`columns`: expected values above 0 for 'a'"),
    ],
)
def test_bad_columns_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        viz.dots(*arguments)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"y": [1]}, "`y`: expected 2 finite numbers"),
        ({"x": [1, np.nan]}, "`x`: expected 2 finite numbers"),
        ({"x": [0, 1], "log": "x"}, "`x`: expected numbers above 0"),
        ({"y": [0, 1], "log": "xy"}, "`y`: expected numbers above 0"),
        ({"log": True}, "`log`: expected one of '', 'x', 'y', 'xy'"),
        ({"labels": ["a"]}, "`labels`: expected a sequence of 2 names"),
        ({"groups": ["a"]}, "`groups`: expected a sequence of 2 names"),
    ],
)
def test_bad_points_are_refused(changes, message):
    call = {"x": [1, 2], "y": [3, 4], "labels": ["a", "b"], "xlabel": "x", "ylabel": "y"}
    with pytest.raises(ValueError, match=message):
        viz.scatter(**{**call, **changes})


def test_seven_groups_are_too_many():
    names = list("abcdefg")
    with pytest.raises(ValueError, match=r"`groups`: expected at most 6 groups"):
        viz.scatter(range(7), range(7), names, "x", "y", groups=names)
