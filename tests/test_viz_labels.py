"""Names of boxes: at their corner where they can be, elsewhere where they'd hide each other."""

import itertools

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.transforms import Bbox

from cnncourse import viz

IMAGE = np.zeros((60, 90, 3), np.uint8)
MIDDLE = (30, 25, 60, 45)


def drawn(boxes, names, title="", **options):
    """Draw boxes; return their names with where they are, in pixels of the screen, and the axes."""
    figure, (axes,) = viz.subplots(1, height=4)
    viz.boxes(IMAGE, boxes, names, title=title, ax=axes, **options)
    return places(figure), axes


def places(figure):
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    (axes,) = figure.axes
    return [text.get_window_extent(canvas.get_renderer()) for text in axes.texts]


def corners(axes, box):
    """Return the left, lower, right and upper edge of a box, in pixels of the screen."""
    left, top, right, bottom = np.array(box) - 0.5
    return axes.transData.transform([(left, bottom), (right, top)]).ravel()


def overlaps(one, other):
    both = Bbox.intersection(one, other)
    return both is not None and both.width * both.height > 0


def test_a_name_alone_stands_on_the_upper_left_corner():
    (name,), axes = drawn([MIDDLE], ["rose"])
    left, _, _, upper = corners(axes, MIDDLE)
    assert name.x0 == pytest.approx(left, abs=2)
    assert upper < name.y0 < upper + 12


@pytest.mark.parametrize(
    "boxes",
    [
        [MIDDLE, MIDDLE],
        [MIDDLE] * 8,
        [(30, 25, 60, 45), (33, 26, 70, 50)],
        [(20, 20, 40, 40), (10, 18, 35, 50), (15, 22, 45, 55), (28, 19, 60, 48)],
        [(60, 0, 90, 20), (55, 2, 88, 25)],
    ],
)
def test_names_hide_neither_each_other_nor_the_title_nor_leave_the_axes(boxes):
    names, axes = drawn(boxes, ["dandelion"] * len(boxes), title="what is there")
    renderer = FigureCanvasAgg(axes.figure).get_renderer()
    title, room = (each.get_window_extent(renderer) for each in (axes.title, axes))
    for one, other in itertools.combinations([title, *names], 2):
        assert not overlaps(one, other)
    assert all(room.x0 <= name.x0 and name.x1 <= room.x1 for name in names)


def test_a_name_at_the_right_edge_ends_with_its_box():
    box = (82, 25, 89, 45)
    (name,), axes = drawn([box], ["dandelion"])
    assert name.x1 == pytest.approx(corners(axes, box)[2], abs=2)


def test_a_name_under_a_title_goes_down_and_empty_lines_make_room():
    box, title = (20, 0, 60, 30), "what is there, and more of it, in a long line"
    (name,), axes = drawn([box], ["rose"], title=title)
    _, lower, _, _ = corners(axes, box)
    assert name.y1 < lower
    (name,), axes = drawn([box], ["rose"], title=title + "\n")
    _, _, _, upper = corners(axes, box)
    assert name.y0 > upper


def test_a_box_as_high_as_the_image_has_its_name_inside():
    box = (20, 0, 60, 60)
    figure = viz.boxes(IMAGE, [box], ["rose"])
    (name,) = places(figure)
    _, lower, _, upper = corners(figure.axes[0], box)
    assert lower < name.y0
    assert name.y1 < upper


def test_names_of_a_second_call_keep_clear_of_the_first():
    figure, (axes,) = viz.subplots(1, height=4)
    viz.boxes(IMAGE, [MIDDLE], ["missed"], ax=axes)
    viz.boxes(IMAGE, [MIDDLE], ["nothing"], colour="#1d3fbb", ax=axes)
    assert not overlaps(*places(figure))


def test_drawing_again_changes_nothing_and_a_larger_figure_has_room_again():
    boxes, names = [(20, 30, 40, 50), (40, 30, 60, 50)], ["dandelion", "daisy"]
    figure, (axes,) = viz.subplots(1, height=2)
    viz.boxes(IMAGE, boxes, names, ax=axes)
    first = [place.bounds for place in places(figure)]
    assert [place.bounds for place in places(figure)] == first
    assert places(figure)[1].x0 > corners(axes, boxes[1])[0] + 3, "too near to its neighbour"
    figure.set_size_inches(14, 10)
    assert places(figure)[1].x0 == pytest.approx(corners(axes, boxes[1])[0], abs=2)


def test_a_name_above_the_image_is_drawn_whole():
    figure, (axes,) = viz.subplots(1, height=4)
    viz.boxes(IMAGE, [(20, 0, 60, 30)], ["rose"], title="flowers\n", ax=axes)
    (name,) = places(figure)
    assert name.y0 > axes.bbox.y1
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    pixels = np.flipud(np.asarray(canvas.buffer_rgba())[..., :3])
    left, low, right, high = (int(edge) for edge in name.extents)
    assert (pixels[low:high, left:right] < 200).any()
