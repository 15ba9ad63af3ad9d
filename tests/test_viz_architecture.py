"""The drawing of a network: every stage with its words, slabs in the right proportions."""

from itertools import pairwise
from types import SimpleNamespace

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Polygon, Rectangle

from cnncourse import viz

ALT = "Seven rows from the image to the classes; maps shrink, channels grow."


def stage(name, kind, label, shape, params, repeats=1, source=""):
    return SimpleNamespace(
        name=name, kind=kind, label=label, shape=shape, params=params, repeats=repeats,
        source=source,
    )  # fmt: skip


STAGES = [
    stage("images", "input", "input", (64, 36, 4), 0),
    stage("conv1", "conv", "conv 3×3", (64, 36, 16), 950, repeats=2),
    stage("head", "block", "auxiliary head", (25,), 1_234, source="conv1"),
    stage("pool1", "pool", "max pool 2×2", (16, 9, 16), 0),
    stage("unit", "block", "residual unit", (16, 9, 64), 56_780, repeats=12),
    stage("fc", "dense", "dense", (100,), 2_345_678),
    stage("logits", "dense", "dense", (25,), 123_456_789),
]


def words(figure):
    return [text.get_text() for text in figure.findobj(lambda a: hasattr(a, "get_text"))]


def faces(figure):
    return [p for p in figure.axes[0].patches if isinstance(p, Rectangle)]


def test_every_stage_is_told_in_words():
    written = words(viz.architecture(STAGES))
    for text in (
        "input", "conv 3×3", "2 ×", "12 ×", "64 × 36 × 4", "16 × 9 × 64", "100", "–", "950",
        "1.2 k", "56.8 k", "2.3 M", "123 M", "output H × W × C", "parameters",
    ):  # fmt: skip
        assert text in written
    assert written.count("–") == 2
    assert sum(text.endswith(" ×") for text in written) == 2


def test_slabs_follow_the_square_roots_of_width_height_and_channels():
    figure = viz.architecture(STAGES)
    images, conv, head, pool, unit, dense, logits = faces(figure)
    assert conv.get_width() / pool.get_width() == pytest.approx((36 / 9) ** 0.5)
    assert images.get_width() == conv.get_width()
    assert unit.get_height() / pool.get_height() == pytest.approx((64 / 16) ** 0.5)
    assert conv.get_height() / images.get_height() == pytest.approx((16 / 4) ** 0.5)
    assert dense.get_width() / logits.get_width() == pytest.approx((100 / 25) ** 0.5)
    assert head.get_width() == logits.get_width() / 2
    tops = [p for p in figure.axes[0].patches if isinstance(p, Polygon)][::2]
    depths = [top.get_xy()[1][0] - top.get_xy()[0][0] for top in tops]
    assert depths[1] / depths[2] == pytest.approx((64 / 16) ** 0.5)
    assert len(tops) == 4  # bars have none


def test_the_flow_stays_in_line_and_side_branches_leave_it():
    figure = viz.architecture(STAGES)
    middles = [face.get_x() + face.get_width() / 2 for face in faces(figure)]
    assert middles[5] == pytest.approx(middles[6])
    assert middles[2] > middles[5] + 0.2


@pytest.mark.parametrize("count", [1, 7, 40])
def test_no_slab_overlaps_the_next_or_the_text(count):
    figure = viz.architecture((STAGES * 6)[:count])
    boxes = [p.get_path().get_extents(p.get_patch_transform()) for p in faces(figure)]
    for above, below in pairwise(boxes):
        assert above.y1 <= below.y0
    renderer = FigureCanvasAgg(figure).get_renderer()
    extents = [t.get_window_extent(renderer) for t in figure.axes[0].texts if t.get_text()]
    for number, one in enumerate(extents):
        assert one.x0 >= 0
        assert one.x1 <= figure.bbox.width
        assert not any(one.overlaps(other) for other in extents[number + 1 :])


def test_sequences_are_drawn_as_maps_of_one_row():
    rows = [stage("a", "conv", "conv 5", (50, 8), 10), stage("b", "conv", "conv 5", (50, 8), 10)]
    assert len(faces(viz.architecture(rows))) == 2


def test_axes_and_descriptions_work_as_everywhere():
    ax = Figure(figsize=(5, 4)).add_subplot()
    assert viz.architecture(STAGES, ax=ax) is ax
    assert viz.show(viz.architecture(STAGES, alt=ALT)).alt == ALT
    with pytest.raises(ValueError, match=r"`alt`: expected a sentence"):
        viz.architecture(STAGES, alt="too short")
    with pytest.raises(ValueError, match=r"`ax`: expected Matplotlib axes"):
        viz.architecture(STAGES, ax=3)


@pytest.mark.parametrize("stages", [[], None, 3, ["conv"], [("conv", 3)]])
def test_what_is_no_stage_is_refused(stages):
    with pytest.raises(ValueError, match=r"`stages`: expected stages with name, kind, label"):
        viz.architecture(stages)


@pytest.mark.parametrize("shape", [(), (1, 2, 3, 4), (0, 3, 2)])
def test_shapes_of_another_kind_are_refused(shape):
    with pytest.raises(ValueError, match=r"`stages`: expected shapes \(H, W, C\)"):
        viz.architecture([stage("a", "conv", "conv", shape, 1)])
