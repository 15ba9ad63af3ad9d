"""`viz` draws what it is given, says what it shows, and leaves the reader's settings alone."""

import base64
import io
import subprocess
import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

from cnncourse import viz

ALT = "A test figure whose description is just long enough to be accepted."
RANDOM = np.random.default_rng(7)
PHOTO = RANDOM.integers(0, 256, (5, 8, 3), dtype=np.uint8)
MAPS = RANDOM.normal(size=(5, 8, 3))

DRAWERS = {
    "image": lambda **options: viz.image(PHOTO, "title", **options),
    "image_grid": lambda **options: viz.image_grid([PHOTO, PHOTO], ["a", "b"], **options),
    "side_by_side": lambda **options: viz.side_by_side([PHOTO, PHOTO[:3, :, 0]], **options),
    "feature_maps": lambda **options: viz.feature_maps(MAPS, ["a", "b", "c"], **options),
    "feature_maps_own_scales": lambda **options: viz.feature_maps(
        MAPS, shared_scale=False, **options
    ),
    "boxes": lambda **options: viz.boxes(PHOTO, [[0, 1, 3, 4]], ["a"], **options),
    "kernels": lambda **options: viz.kernels(MAPS, **options),
    "matrix": lambda **options: viz.matrix(MAPS[..., 0], "title", **options),
    "bars": lambda **options: viz.bars([3, 1.5], ["a", "b"], "weights", **options),
    "curves": lambda **options: viz.curves([0, 1], {"a": [2, 3]}, "x (px)", "y", **options),
    "history": lambda **options: viz.history({"a": [[1, 2], [2, 4]]}, "loss", **options),
    "confusion_matrix": lambda **options: viz.confusion_matrix(
        [[3, 1], [0, 2]], ["a", "b"], **options
    ),
    "misclassified": lambda **options: viz.misclassified(
        [PHOTO, PHOTO], [0, 1], [1, 1], ["a", "b"], **options
    ),
}


@pytest.fixture(params=DRAWERS.values(), ids=DRAWERS)
def drawer(request):
    return request.param


def fresh_axes():
    return Figure(figsize=(5, 4), layout="constrained").add_subplot()


def pictures(figure):
    """Return the arrays of all images, in drawing order."""
    return [
        np.asarray(image.get_array())
        for image in figure.findobj(mpl.image.AxesImage)
        if image.axes is not None
    ]


def test_without_axes_comes_a_figure(drawer):
    figure = drawer()
    assert isinstance(figure, Figure)
    assert figure.axes


def test_given_axes_come_back(drawer):
    ax = fresh_axes()
    assert drawer(ax=ax) is ax
    assert ax.figure.findobj(mpl.image.AxesImage) or ax.patches or ax.lines


def test_settings_of_the_reader_survive_and_no_pyplot_figure_is_left(drawer):
    with mpl.rc_context({"font.size": 21, "axes.facecolor": "red"}):
        before = dict(mpl.rcParams)
        viz.show(drawer(alt=ALT))
        assert dict(mpl.rcParams) == before


def test_import_changes_no_setting_and_loads_no_pyplot():
    code = (
        # A copy, as dict(rcParams) makes Matplotlib choose a backend.
        "import matplotlib, sys; before = matplotlib.rcParams.copy()\n"
        "import cnncourse.viz as viz; figure = viz.bars([1, 2], ['a', 'b'], 'weights')\n"
        f"viz.show(figure, alt={ALT!r})\n"
        "assert matplotlib.rcParams.copy() == before\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
        "assert not {'keras', 'tensorflow'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)


def test_a_drawing_looks_the_same_whatever_the_readers_settings_are():
    plain = viz.show(viz.matrix(MAPS[..., 1], "title"), alt=ALT).png
    with mpl.rc_context({"font.size": 30, "figure.facecolor": "red", "savefig.dpi": 20}):
        assert viz.show(viz.matrix(MAPS[..., 1], "title"), alt=ALT).png == plain


def test_alt_given_to_the_drawing_is_the_alt_that_is_shown(drawer):
    assert viz.show(drawer(alt=ALT)).alt == ALT


@pytest.mark.parametrize("alt", ["", "too short", "x" * 39, " " * 60, 5])
def test_a_short_alt_fails_and_names_the_argument(drawer, alt):
    with pytest.raises(ValueError, match=r"`alt`: expected a sentence of at least 40"):
        drawer(alt=alt)
    with pytest.raises(ValueError, match=r"`alt`"):
        viz.show(drawer(), alt=alt)


def test_show_without_any_alt_fails(drawer):
    with pytest.raises(ValueError, match=r"`alt`.*received ''"):
        viz.show(drawer())


def test_alt_of_forty_characters_passes_and_lines_are_joined():
    assert viz.show(viz.image(PHOTO), alt="x" * 40).alt == "x" * 40
    assert viz.show(viz.image(PHOTO), alt=f"one\n   two {ALT}").alt == f"one two {ALT}"


@pytest.mark.parametrize("figure", [None, 3, [fresh_axes()]])
def test_show_wants_a_figure(figure):
    with pytest.raises(ValueError, match=r"`figure`: expected a Matplotlib figure or axes"):
        viz.show(figure, alt=ALT)


def test_mimebundle_holds_a_png_at_twice_its_css_size_and_the_alt():
    figure = viz.feature_maps(MAPS)
    width, height = figure.get_size_inches() * 100
    data, metadata = viz.show(figure, alt=ALT)._repr_mimebundle_()
    assert data["text/plain"] == ALT
    assert metadata == {"image/png": {"alt": ALT, "width": round(width), "height": round(height)}}
    with Image.open(io.BytesIO(base64.b64decode(data["image/png"]))) as png:
        assert png.format == "PNG"
        assert png.width == pytest.approx(2 * width, abs=1)
        assert png.height == pytest.approx(2 * height, abs=1)


def test_ipython_carries_the_alt_into_the_output_metadata():
    from IPython.core.formatters import DisplayFormatter

    data, metadata = DisplayFormatter().format(viz.show(viz.image(PHOTO), alt=ALT))
    assert metadata["image/png"]["alt"] == ALT
    assert data["image/png"]


def test_axes_stand_for_their_figure_and_a_pyplot_figure_is_closed():
    import matplotlib.pyplot as plt

    plt.switch_backend("agg")
    figure, ax = plt.subplots()
    viz.image(PHOTO, ax=ax, alt=ALT)
    assert viz.show(ax).alt == ALT
    assert not plt.fignum_exists(figure.number)


def test_the_same_figure_gives_the_same_bytes(drawer):
    assert viz.show(drawer(), alt=ALT).png == viz.show(drawer(), alt=ALT).png


@settings(max_examples=25, deadline=None)
@given(
    hnp.arrays(
        np.float64,
        st.tuples(st.integers(1, 4), st.integers(1, 5), st.integers(1, 3)),
        elements=st.floats(-1e6, 1e6),
    )
)
def test_maps_are_drawn_as_given_with_zero_in_the_middle(maps):
    figure = viz.feature_maps(maps)
    drawn = pictures(figure)
    assert len(drawn) == maps.shape[-1]
    for channel, picture in enumerate(drawn):
        np.testing.assert_array_equal(picture, maps[..., channel])
    for image in figure.findobj(mpl.image.AxesImage):
        low, high = image.get_clim()
        assert low == -high < 0
        assert high >= np.abs(maps).max()


def test_shared_scale_is_one_colour_bar_and_own_scales_are_one_each():
    maps = np.stack([np.full((2, 3), 1.0), np.full((2, 3), -9.0)], axis=-1)
    shared = viz.feature_maps(maps).findobj(mpl.image.AxesImage)
    assert [image.get_clim() for image in shared] == [(-9, 9), (-9, 9)]
    own = viz.feature_maps(maps, shared_scale=False)
    limits = [image.get_clim() for image in own.findobj(mpl.image.AxesImage)]
    assert limits == [(-1, 1), (-9, 9)]
    assert len(viz.feature_maps(maps).axes) == 3
    assert len(own.axes) == 4


def test_a_limit_strengthens_the_colours_and_the_bar_says_that_values_lie_beyond():
    maps = np.array([[[0.5, -40.0]]])
    figure = viz.feature_maps(maps, limit=2)
    assert [i.get_clim() for i in figure.findobj(mpl.image.AxesImage)] == [(-2, 2), (-2, 2)]
    np.testing.assert_array_equal(np.stack(pictures(figure), axis=-1), maps)
    assert figure.axes[-1]._colorbar.extend == "both"
    assert viz.feature_maps(maps).axes[-1]._colorbar.extend == "neither"


def test_subplots_wear_the_common_style_and_hold_what_is_drawn():
    figure, (left, right) = viz.subplots(2, height=2.5, width_ratios=[3, 1])
    assert figure.get_size_inches().tolist() == [6.4, 2.5]
    assert left.get_gridspec().get_width_ratios() == [3, 1]
    assert not left.spines["top"].get_visible()
    viz.matrix([[1, 2]], ax=left)
    viz.curves([0, 1], {"a": [1, 2]}, "x", "y", ax=right)
    assert left.images
    assert right.lines


def test_maps_that_are_pictures_run_from_their_least_to_their_greatest_value():
    (image,) = viz.feature_maps(np.array([[2.0, 5.0]]), diverging=False).findobj(
        mpl.image.AxesImage
    )
    assert image.get_clim() == (2, 5)
    assert image.get_cmap().name == "gray"


def test_images_are_drawn_as_given_on_the_whole_range():
    grey = np.array([[0.25, 0.5, 0.75]])
    figure = viz.side_by_side([PHOTO, grey, PHOTO[..., 0], grey > 0.4])
    for drawn, given_ in zip(
        pictures(figure), [PHOTO, grey, PHOTO[..., 0], grey > 0.4], strict=True
    ):
        np.testing.assert_array_equal(drawn, given_)
    limits = [image.get_clim() for image in figure.findobj(mpl.image.AxesImage)]
    # Not stretched: a pale image stays pale.
    assert limits[1:] == [(0, 1), (0, 255), (0, 1)]


def test_grid_fills_rows_from_the_left():
    figure = viz.image_grid(np.zeros((5, 4, 6)), titles=list("abcde"), columns=3)
    assert [ax.get_title() for ax in figure.axes] == list("abcde")
    spans = [ax.get_subplotspec() for ax in figure.axes]
    assert [(s.rowspan.start, s.colspan.start) for s in spans] == [
        (0, 0), (0, 1), (0, 2), (1, 0), (1, 1),
    ]  # fmt: skip


def written(figure):
    return [text.get_text() for ax in figure.axes for text in ax.texts]


def test_small_kernels_carry_their_numbers_and_large_ones_do_not():
    kernel = np.array([[-1.0, 0.0, 0.125], [2.0, -0.001, 10.5]])
    assert written(viz.kernels(kernel)) == ["−1", "0", "0.12", "2", "0", "10.5"]
    assert written(viz.kernels(kernel, digits=3)) == ["−1", "0", "0.125", "2", "−0.001", "10.5"]
    assert written(viz.kernels(np.zeros((12, 3)))) == []
    assert written(viz.kernels(np.zeros((12, 3)), numbers=True)) == ["0"] * 36


def test_numbers_contrast_with_their_cells():
    figure = viz.matrix(np.linspace(-1, 1, 42).reshape(6, 7))
    (image,) = figure.findobj(mpl.image.AxesImage)
    shades = image.get_cmap()(image.norm(image.get_array()))[..., :3].reshape(-1, 3)
    inks = np.array([mpl.colors.to_rgb(text.get_color()) for text in figure.axes[0].texts])

    def luminance(rgb):
        linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
        return linear @ [0.2126, 0.7152, 0.0722] + 0.05

    a, b = luminance(shades), luminance(inks)
    assert (np.maximum(a, b) / np.minimum(a, b)).min() >= 4.5


def test_matrix_limit_makes_two_matrices_comparable():
    (image,) = viz.matrix([[1, 2]], limit=8).findobj(mpl.image.AxesImage)
    assert image.get_clim() == (-8, 8)


def test_window_outlines_whole_pixels_and_may_hang_over_the_edge():
    ax = viz.matrix(np.zeros((4, 6))).axes[0]
    limits = ax.get_xlim(), ax.get_ylim()
    assert viz.window(ax, top=-1, left=2, height=3, width=2, label="window") is ax
    (outline,) = ax.patches
    assert outline.get_bbox().extents.tolist() == [1.5, -1.5, 3.5, 1.5]
    assert "window" in [text.get_text() for text in ax.texts]
    assert (ax.get_xlim(), ax.get_ylim()) == limits


def test_bars_have_the_given_lengths_and_say_them():
    (ax,) = viz.bars([80, 1234.5], ["conv", "dense"], "weights", number_format="{:.1f}").axes
    assert [bar.get_width() for bar in ax.patches] == [80, 1234.5]
    assert [text.get_text() for text in ax.texts] == ["80.0", "1234.5"]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["conv", "dense"]
    assert ax.get_xlabel() == "weights"


def test_curves_have_the_given_points_and_differ_in_more_than_colour():
    series = {name: RANDOM.random(5) for name in "abcdef"}
    (ax,) = viz.curves(np.arange(5), series, "shift (px)", "difference").axes
    for line, (name, values) in zip(ax.lines, series.items(), strict=True):
        np.testing.assert_array_equal(line.get_ydata(), values)
        assert line.get_label() == name
    assert len({(line.get_linestyle(), line._unscaled_dash_pattern[1]) for line in ax.lines}) >= 5
    assert ax.get_legend() is not None
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("shift (px)", "difference")


BAD = {
    "image of rank 1": (lambda: viz.image(np.zeros(3)), "image"),
    "image with four channels": (lambda: viz.image(np.zeros((2, 3, 4))), "image"),
    "image beyond 1": (lambda: viz.image(np.full((2, 3), 1.5)), "image"),
    "image below 0": (lambda: viz.image(np.full((2, 3), -1)), "image"),
    "image with NaN": (lambda: viz.image(np.full((2, 3), np.nan)), "image"),
    "image of text": (lambda: viz.image([["a", "b"]]), "image"),
    "ragged image": (lambda: viz.image([[1, 2], [3]]), "image"),
    "empty batch": (lambda: viz.image_grid(np.zeros((0, 2, 3))), "images"),
    "one image for a batch": (lambda: viz.image_grid(np.zeros((2, 3))), "images"),
    "ragged batch": (lambda: viz.image_grid([np.zeros((2, 3)), np.zeros((3, 3))]), "images"),
    "nothing side by side": (lambda: viz.side_by_side([]), "images"),
    "too few titles": (lambda: viz.image_grid(np.zeros((2, 3, 4)), ["a"]), "titles"),
    "a string of titles": (lambda: viz.image_grid(np.zeros((2, 3, 4)), "ab"), "titles"),
    "no columns": (lambda: viz.image_grid(np.zeros((2, 3, 4)), columns=0), "columns"),
    "maps of rank 4": (lambda: viz.feature_maps(np.zeros((1, 2, 3, 4))), "maps"),
    "ragged maps": (lambda: viz.feature_maps([[1], [2, 3]]), "maps"),
    "kernels of rank 1": (lambda: viz.kernels([1, 2]), "kernels"),
    "negative digits": (lambda: viz.kernels([[1]], digits=-1), "digits"),
    "matrix of rank 3": (lambda: viz.matrix(np.zeros((1, 2, 3))), "values"),
    "limit of 0": (lambda: viz.matrix([[1]], limit=0), "limit"),
    "limit on pictures": (lambda: viz.feature_maps([[1]], diverging=False, limit=1), "limit"),
    "no subplots": (lambda: viz.subplots(0, 1), "columns"),
    "flat subplots": (lambda: viz.subplots(2, 0), "height"),
    "ratios and subplots differ": (lambda: viz.subplots(2, 1, [1]), "width_ratios"),
    "no axes": (lambda: viz.image(PHOTO, ax=3), "ax"),
    "window on no axes": (lambda: viz.window(None, 0, 0, 1, 1), "ax"),
    "window of no height": (lambda: viz.window(fresh_axes(), 0, 0, 0, 1), "height"),
    "window at a half": (lambda: viz.window(fresh_axes(), 0.5, 0, 1, 1), "top"),
    "negative bar": (lambda: viz.bars([-1], ["a"], "weights"), "values"),
    "bar of 0 on a logarithm": (lambda: viz.bars([0], ["a"], "weights", log=True), "values"),
    "labels and bars differ": (lambda: viz.bars([1, 2], ["a"], "weights"), "labels"),
    "no curve": (lambda: viz.curves([1], {}, "x", "y"), "series"),
    "seven curves": (lambda: viz.curves([1], {c: [1] for c in "abcdefg"}, "x", "y"), "series"),
    "a curve too short": (lambda: viz.curves([1, 2], {"a": [1]}, "x", "y"), "series"),
}  # fmt: skip


@pytest.mark.parametrize(("call", "name"), BAD.values(), ids=BAD)
def test_bad_input_names_the_argument(call, name):
    with pytest.raises(
        ValueError, match=rf"Invalid value for argument `{name}`: expected .*receiv"
    ):
        call()


# Drawers with a module of their own, beside this one.
ELSEWHERE = {
    "architecture": "test_viz_architecture.py",
    "dots": "test_viz_dots.py",
    "graph": "test_viz_graph.py",
    "scatter": "test_viz_dots.py",
}


def test_every_public_drawer_is_tried():
    for name, module in ELSEWHERE.items():
        assert f"viz.{name}(" in (Path(__file__).parent / module).read_text(encoding="utf-8")
    tried = {name.removesuffix("_own_scales") for name in DRAWERS} | set(ELSEWHERE)
    functions = {
        name
        for name in viz.__all__
        if name.islower() and name not in {"show", "window", "subplots", "new_figure"}
    }
    assert functions == tried
    assert isinstance(fresh_axes(), Axes)


def test_boxes_cover_their_pixels():
    image = np.zeros((10, 20, 3), np.uint8)
    figure = viz.boxes(image, [[2, 3, 7, 5], [0, 0, 20, 10]], names=["a", ""])
    (axes,) = figure.axes
    first, second = axes.patches
    # Pixels are drawn from -0.5 to 0.5 around their number.
    assert (first.get_x(), first.get_y(), first.get_width(), first.get_height()) == (1.5, 2.5, 5, 2)
    assert (second.get_x(), second.get_width(), second.get_height()) == (-0.5, 20, 10)
    assert [text.get_text() for text in axes.texts] == ["a"]
    np.testing.assert_array_equal(axes.images[0].get_array(), image)


def test_masks_tint_their_pixels_only():
    image = np.full((4, 6), 0.5)
    mask = np.zeros((1, 4, 6), bool)
    mask[0, 1:3, 2:5] = True
    figure = viz.boxes(image, [[2, 1, 5, 3]], masks=mask)
    drawn = figure.axes[0].images[0].get_array()
    changed = np.abs(drawn - 0.5).max(axis=-1) > 0.05
    np.testing.assert_array_equal(changed, mask[0])


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"boxes": [[1, 2, 3]]}, "`boxes`"),
        ({"boxes": [[1, 2, 3, float("nan")]]}, "`boxes`.*finite"),
        ({"boxes": [[1, 2, 3, 4]], "names": ["a", "b"]}, "`titles`"),
        ({"boxes": [[1, 2, 3, 4]], "masks": np.zeros((2, 4, 6), bool)}, "`masks`.*\\(1, 4, 6\\)"),
    ],
)
def test_impossible_boxes(options, expected):
    with pytest.raises(ValueError, match=expected):
        viz.boxes(np.zeros((4, 6)), **options)
