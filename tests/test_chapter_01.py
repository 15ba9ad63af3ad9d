"""The numbers of chapter 1, from the package and from Keras, and what its prose claims."""

import inspect
import json
import re
from pathlib import Path

import numpy as np
import pytest
from scipy.signal import convolve2d
from scipy.signal import correlate2d as scipy_correlate2d
from sklearn.datasets import load_sample_images

from cnncourse import arithmetic, check, ops

CHAPTER = Path(__file__).parents[1] / "book" / "01_convolution.ipynb"


@pytest.fixture(scope="module")
def photos():
    return np.stack(load_sample_images().images)


@pytest.fixture(scope="module")
def lines():
    """Return the two hand-made kernels, (7, 7, 3, 2): vertical, then horizontal."""
    kernel = np.zeros((7, 7, 3, 2), "float32")
    kernel[:, 3, :, 0] = 1
    kernel[3, :, :, 1] = 1
    return kernel


@pytest.fixture(scope="module")
def chapter():
    return json.loads(CHAPTER.read_text(encoding="utf-8"))


def source(cell):
    return "".join(cell["source"])


# --- row 1: filters and feature maps ------------------------------------------------------------
def test_the_photos_are_a_batch_of_this_shape(photos):
    assert photos.shape == (2, 427, 640, 3)
    assert photos.dtype == np.uint8


@pytest.mark.parametrize("padding", ["same", "valid"])
def test_line_maps_of_both_photos_equal_keras(photos, lines, padding):
    from keras import ops as keras_ops

    x = (photos / 255).astype("float32")
    ours = ops.conv2d(x, lines, padding=padding)
    theirs = keras_ops.convert_to_numpy(keras_ops.conv(x, lines, padding=padding))
    assert ours.shape == theirs.shape
    assert np.abs(ours - theirs).max() <= 1e-5 * np.abs(theirs).max()


def test_each_filter_keeps_the_contrast_across_its_line_and_wipes_out_the_other(photos, lines):
    maps = ops.conv2d(photos[:1] / 255, lines / 21, padding="same")[0, 150:220, 130:250]
    across, along = (np.abs(np.diff(maps, axis=axis)).mean(axis=(0, 1)) for axis in (1, 0))
    photo = photos[0, 150:220, 130:250].mean(axis=-1) / 255
    before = [np.abs(np.diff(photo, axis=axis)).mean() for axis in (1, 0)]
    assert across[0] / before[0] > 2 * along[0] / before[1]
    assert along[1] / before[1] > 3 * across[1] / before[0]


def test_deep_learning_correlates_and_scipy_convolves():
    image = np.arange(35.0).reshape(5, 7) ** 1.5
    kernel = np.array([[0.0, 1.0], [2.0, 0.0], [0.0, 3.0]])
    ours = ops.correlate2d(image, kernel)
    np.testing.assert_allclose(ours, scipy_correlate2d(image, kernel, mode="valid"))
    np.testing.assert_allclose(
        ops.correlate2d(image, kernel[::-1, ::-1]), convolve2d(image, kernel, mode="valid")
    )
    assert not np.allclose(ours, convolve2d(image, kernel, mode="valid"))


# --- row 2: padding, stride, dilation -----------------------------------------------------------
@pytest.mark.parametrize(
    ("size", "kernel", "stride", "padding", "dilation", "outputs"),
    [
        (28, 5, 1, "valid", 1, 24),
        (200, 2, 2, "valid", 1, 100),
        (128, 3, 2, "same", 1, 64),
        (13, 6, 5, "same", 1, 3),
        (13, 6, 5, "valid", 1, 2),
        (28, 3, 1, "valid", 4, 20),
    ],
)
def test_sizes_by_our_formula_and_by_a_keras_convolution(
    size, kernel, stride, padding, dilation, outputs
):
    from keras import ops as keras_ops

    assert arithmetic.conv_output_size(size, kernel, stride, padding, dilation) == outputs
    run = keras_ops.conv(
        np.zeros((1, size, 3, 1), "float32"),
        np.zeros((kernel, 1, 1, 1), "float32"),
        strides=(stride, 1),
        padding=padding,
        dilation_rate=(dilation, 1),
    )
    assert run.shape[1] == outputs


def test_two_of_thirteen_pixels_are_never_read():
    windows = [set(arithmetic.window(index, 13, kernel=6, stride=5)) for index in range(2)]
    assert set(range(13)) - set.union(*windows) == {11, 12}


@pytest.mark.parametrize(("size", "split", "centre"), [(224, (0, 1), 1), (225, (1, 1), 0)])
def test_the_grid_of_same_padding_moves_with_the_size(size, split, centre):
    assert arithmetic.same_padding(size, kernel=3, stride=2) == split
    assert arithmetic.window(0, size, kernel=3, stride=2, padding="same")[1] == centre


def test_keras_puts_the_odd_zero_after():
    from keras import ops as keras_ops

    x = np.arange(1, 5, dtype="float32").reshape(1, 4, 1, 1)
    pick_last = np.array([0, 0, 1], "float32").reshape(3, 1, 1, 1)
    found = keras_ops.conv(x, pick_last, strides=(2, 1), padding="same")
    assert keras_ops.convert_to_numpy(found).ravel().tolist() == [3, 0]


# --- row 3: dense against convolution, equivariance ---------------------------------------------
def test_whole_number_maps_move_exactly_with_the_photo_except_at_the_border(photos, lines):
    def maps(photo):
        return ops.conv2d(photo[np.newaxis].astype(float), lines.astype(float), padding="same")[0]

    differs = maps(ops.translate(photos[0], 0, 8)) != ops.translate(maps(photos[0]), 0, 8)
    assert not differs[..., 0].any()
    columns = np.flatnonzero(differs[..., 1].any(axis=0))
    assert columns.tolist() == [5, 6, 7, 637, 638, 639]


@pytest.mark.parametrize("stride", [2, 4])
def test_strided_maps_follow_moves_by_multiples_of_the_stride_alone(photos, lines, stride):
    detector = 7 * lines[..., :1].astype(float) - 1

    def seen(move):
        view = photos[:1, 100:200, 60 - move : 260 - move].astype(float)
        return ops.conv2d(view, detector, stride=stride)[0, ..., 0]

    start = seen(0)
    for move in range(1, 9):
        by = move // stride
        agrees = np.array_equal(seen(move)[:, by:], start[:, : start.shape[1] - by])
        assert agrees == (move % stride == 0)


def test_a_dense_layer_would_need_terabytes_for_what_296_weights_do():
    inputs, outputs = 427 * 640 * 3, 427 * 640 * 2
    assert arithmetic.conv_params(7, 3, 2) == 296
    assert arithmetic.conv_macs((427, 640), 7, 3, 2) == 80_344_320
    assert arithmetic.dense_params(inputs, outputs) == 448_092_296_960
    assert round(4 * arithmetic.dense_params(inputs, outputs) / 1e12, 1) == 1.8


def test_the_two_networks_of_the_experiment_have_the_sizes_that_the_summary_states():
    dense = arithmetic.dense_params(24 * 40, 32) + arithmetic.dense_params(32, 1)
    convolution = arithmetic.conv_params(7, 1, 2) + arithmetic.dense_params(2, 1)
    assert (dense, convolution) == (30_785, 103)


# --- row 4: parameters, shapes, Conv2D ----------------------------------------------------------
@pytest.mark.parametrize(
    ("shape", "options", "parameters", "output"),
    [
        ((200, 200, 1), {"filters": 16, "kernel_size": 2, "strides": 2}, 80, (100, 100, 16)),
        (
            (128, 128, 3),
            {"filters": 32, "kernel_size": 3, "strides": 2, "padding": "same"},
            896,
            (64, 64, 32),
        ),
    ],
)
def test_the_two_layers_that_are_counted(shape, options, parameters, output):
    import keras

    layer = keras.layers.Conv2D(**options)
    layer.build((None, *shape))
    assert layer.count_params() == parameters
    assert layer.compute_output_shape((None, *shape)) == (None, *output)
    kernel, filters = options["kernel_size"], options["filters"]
    assert arithmetic.conv_params(kernel, shape[-1], filters) == parameters
    size = arithmetic.conv_output_size(
        shape[0], kernel, options["strides"], options.get("padding", "valid")
    )
    assert (size, filters) == (output[1], output[2])


def test_the_table_of_arguments_states_the_defaults_of_keras(chapter):
    import keras

    table = next(source(c) for c in chapter["cells"] if c["id"] == "conv-keras-tour")
    rows = dict(re.findall(r"^\| `(\w+)` \| `(.+?)` \|", table, flags=re.M))
    parameters = inspect.signature(keras.layers.Conv2D).parameters
    assert len(rows) >= 8
    for name, stated in rows.items():
        default = parameters[name].default
        assert stated == (f'"{default}"' if isinstance(default, str) else str(default))
    for name in ("filters", "kernel_size"):
        assert f"| `{name}` | required |" in table
        assert parameters[name].default is inspect.Parameter.empty


def test_channels_first_photos_give_an_absurd_count():
    assert arithmetic.conv_params(7, 640, 2) == 62_722


# --- row 5: border effects ----------------------------------------------------------------------
def test_zeros_darken_the_sky_by_the_share_of_the_window_that_hangs_over(photos):
    grey = photos[:1].mean(axis=-1, keepdims=True) / 255
    mean = np.full((7, 7, 1, 1), 1 / 49)
    zeros = ops.conv2d(grey, mean, padding="same")[0, ..., 0]
    around = ((0, 0), (3, 3), (3, 3), (0, 0))
    mirrored = ops.conv2d(np.pad(grey, around, mode="reflect"), mean)[0, ..., 0]
    assert (zeros[0] / mirrored[0]).mean() == pytest.approx(4 / 7, abs=0.005)
    assert zeros[0, 0] / mirrored[0, 0] == pytest.approx(16 / 49, abs=0.005)
    np.testing.assert_allclose(zeros[3:-3, 3:-3], mirrored[3:-3, 3:-3])


def test_the_frame_that_zeros_leave_grows_by_one_pixel_a_layer():
    values = np.ones((1, 33, 33, 1))
    for layer in range(1, 17):
        values = ops.conv2d(values, np.full((3, 3, 1, 1), 1 / 9), padding="same")
        untouched = np.abs(values[0, ..., 0] - 1) < 1e-9
        assert untouched.sum() == (33 - 2 * layer) ** 2
        assert untouched[layer : 33 - layer, layer : 33 - layer].all()


# --- receptive field ----------------------------------------------------------------------------
def test_most_of_the_influence_lies_in_the_middle_of_the_receptive_field():
    profile = np.ones(1)
    for _ in range(10):
        profile = np.convolve(profile, np.ones(3) / 3)
    assert len(profile) == arithmetic.receptive_field([(3, 1)] * 10) == 21
    assert round(float(profile[5:16].sum() ** 2), 2) == 0.94
    assert round(11**2 / 21**2, 2) == 0.27


# --- the page -----------------------------------------------------------------------------------
def test_exercises_stand_in_order_each_as_a_stub_and_a_folded_solution(chapter):
    tags = [tag for cell in chapter["cells"] for tag in cell["metadata"].get("tags", [])]
    names = list(check.names())[:7]
    assert [tag for tag in tags if tag.startswith(("exercise:", "solution:"))] == [
        f"{kind}:{name}" for name in names for kind in ("exercise", "solution")
    ]
    for cell in chapter["cells"]:
        for tag in cell["metadata"].get("tags", []):
            if tag.startswith(("exercise:", "solution:")):
                name = tag.split(":")[1]
                stated = cell["metadata"]["cnncourse"]
                assert stated["exercise"] == name
                assert stated["objective"] == check.EXERCISES[name].exercise.objective
                assert source(cell).rstrip().endswith(f"check.{name}({name})")
            if tag.startswith("solution:"):
                assert "hide-cell" in cell["metadata"]["tags"]


def test_the_summary_repeats_the_numbers_of_the_experiment(chapter):
    summary = next(source(c) for c in chapter["cells"] if c["id"] == "conv-summary")
    assert "103 parameters beat 30,785" in summary


def test_every_figure_is_the_one_last_expression_of_its_cell_and_says_what_it_shows(chapter):
    shown = [source(c) for c in chapter["cells"] if "viz.show(" in source(c)]
    assert len(shown) >= 15
    for code in shown:
        assert code.count("viz.show(") == 1
        last = code[code.index("viz.show(") :]
        assert "alt=" in last
        assert last.rstrip().endswith(")")
