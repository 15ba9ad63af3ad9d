"""The numbers of chapter 2, from the package and from Keras, and what its prose claims."""

import json
import re
import statistics
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_sample_images

from cnncourse import arithmetic, check, ops

BOOK = Path(__file__).parents[1] / "book"


@pytest.fixture(scope="module")
def chapter():
    return json.loads((BOOK / "02_pooling.ipynb").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def scores():
    study = json.loads((BOOK / "results" / "pooling_order.json").read_text(encoding="utf-8"))
    found = {}
    for row in study["arms"]:
        arm = row["arm"]
        found.setdefault((arm["head"], arm["arrangement"]), []).append(row["values"])
    return found


@pytest.fixture(scope="module")
def line_maps():
    """Return the positive answers to vertical and horizontal lines of both photos."""
    grey = np.stack(load_sample_images().images).mean(axis=-1, keepdims=True) / 255
    lines = np.full((7, 7, 1, 2), -1.0)
    lines[:, 3, 0, 0] = lines[3, :, 0, 1] = 6
    return np.maximum(ops.conv2d(grey, lines), 0)


def prose(chapter, name):
    return next("".join(c["source"]) for c in chapter["cells"] if c["id"] == f"pool-{name}")


# --- row 6: maximum, average, global average, depth ----------------------------------------------
@pytest.mark.parametrize("kind", ["MaxPooling2D", "AveragePooling2D"])
def test_a_window_of_two_halves_100_by_100_by_15(kind):
    import keras

    layer = getattr(keras.layers, kind)(2)
    assert layer.compute_output_shape((None, 100, 100, 15)) == (None, 50, 50, 15)
    assert layer(np.zeros((1, 100, 100, 15), "float32")).shape == (1, 50, 50, 15)
    layer.build((None, 100, 100, 15))
    assert layer.count_params() == 0


def test_five_poolings_of_a_223_pixel_picture_leave_31_unread(chapter):
    side = 223
    for _ in range(5):
        side = arithmetic.conv_output_size(side, 2, 2)
    assert 223 - 2**5 * side == 31
    assert "31 pixels of a 223-pixel picture" in prose(chapter, "sizes-read")


def test_padding_holds_nothing_in_keras_either():
    from keras import ops as keras_ops

    x = np.full((1, 3, 5, 1), -7.0, "float32")
    for pool in (keras_ops.max_pool, keras_ops.average_pool):
        assert np.all(keras_ops.convert_to_numpy(pool(x, 2, padding="same")) == -7)


def test_the_heads_on_maps_of_7_by_7_by_512():
    assert arithmetic.dense_params(7 * 7 * 512, 133) == 3_336_837
    assert arithmetic.dense_params(512, 133) == 68_229


def test_shuffling_inside_the_windows_goes_unnoticed():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(1, 8, 12, 3))
    squares = x.reshape(1, 2, 4, 3, 4, 3).transpose(0, 1, 3, 5, 2, 4).reshape(-1, 16)
    shuffled = rng.permuted(squares, axis=1).reshape(1, 2, 3, 3, 4, 4)
    shuffled = shuffled.transpose(0, 1, 4, 2, 5, 3).reshape(x.shape)
    assert np.mean(x != shuffled) > 0.9
    np.testing.assert_array_equal(ops.max_pool2d(x, 4), ops.max_pool2d(shuffled, 4))
    np.testing.assert_allclose(ops.avg_pool2d(x, 4), ops.avg_pool2d(shuffled, 4))


# --- row 7: invariance and its limits ------------------------------------------------------------
WAYS = {
    "nothing": lambda view: view,
    "stride 4": lambda view: view[:, ::4, ::4],
    "max": lambda view: ops.max_pool2d(view, 4),
    "average": lambda view: ops.avg_pool2d(view, 4),
}


@pytest.fixture(scope="module")
def alike(line_maps):
    """Return mean correlations, way by way, at 0 to 4 pixels, on other views than the page's."""
    rng = np.random.default_rng(7)
    places = [(n % 2, rng.integers(60, 300), rng.integers(8, 560)) for n in range(40)]
    found = {way: np.zeros((len(places), 5)) for way in WAYS}
    for number, (photo, top, left) in enumerate(places):
        for way, function in WAYS.items():
            results = [
                function(line_maps[photo, top : top + 64, left - s : left - s + 64][np.newaxis])
                for s in range(5)
            ]
            for shift, result in enumerate(results):
                pair = results[0].ravel(), result.ravel()
                found[way][number, shift] = np.corrcoef(*pair)[0, 1]
    return {way: values.mean(axis=0) for way, values in found.items()}


def test_pooling_keeps_more_of_a_shifted_map_but_is_not_invariant(alike):
    for way in ("max", "average"):
        assert 0.8 < alike[way][1] < 0.95
        assert 0.4 < alike[way][4] < 0.6
        assert (alike[way][1:4] > alike["nothing"][1:4] + 0.1).all()
    lost = 1 - np.array([alike["max"][1], alike["nothing"][1]])
    assert lost[1] / lost[0] == pytest.approx(3, abs=0.6)


def test_a_bare_stride_is_as_touchy_as_the_map_itself(alike):
    assert np.abs(alike["stride 4"] - alike["nothing"]).max() < 0.06


def test_maximum_and_mean_differ_little(alike):
    assert np.abs(alike["max"] - alike["average"]).max() < 0.1


@pytest.mark.parametrize("shift", range(1, 9))
@pytest.mark.parametrize("way", ["stride 4", "max", "average"])
def test_results_follow_whole_strides_and_no_others(line_maps, way, shift):
    start = line_maps[:1, 60:124, 108:172]
    moved = line_maps[:1, 60:124, 108 - shift : 172 - shift]
    by = shift // 4
    first, second = WAYS[way](start), WAYS[way](moved)
    agrees = np.array_equal(second[:, :, by:], first[:, :, : first.shape[2] - by])
    assert agrees == (shift % 4 == 0)


def test_a_maximum_and_a_relu_may_change_places_a_mean_may_not():
    x = np.random.default_rng(1).normal(size=(1, 6, 8, 2))
    for pool, equal in ((ops.max_pool2d, True), (ops.avg_pool2d, False)):
        pooled_first, relu_first = np.maximum(pool(x, 2), 0), pool(np.maximum(x, 0), 2)
        assert np.array_equal(pooled_first, relu_first) == equal


# --- row 8: why in turns -------------------------------------------------------------------------
def test_the_four_arrangements_are_as_the_page_describes_them(scores):
    for head in ("flatten", "global average"):
        turns, last, narrow, dilated = (
            scores[head, name][0]
            for name in ("in turns", "pools last", "pools last, narrow", "pools last, dilated")
        )
        assert turns["parameters"] == last["parameters"] == dilated["parameters"]
        assert turns["macs"] == narrow["macs"] == 1_016_064
        assert last["macs"] == dilated["macs"] == 3_725_568
        assert narrow["parameters"] < turns["parameters"]
        assert (turns["receptive_field"], last["receptive_field"]) == (10, 8)
        assert dilated["receptive_field"] == turns["receptive_field"]


def test_the_answer_is_what_the_file_says(chapter, scores):
    means = {key: statistics.mean(v["accuracy"] for v in rows) for key, rows in scores.items()}
    text = " ".join(prose(chapter, "order-read").split())
    point = means["flatten", "pools last"] - means["flatten", "in turns"]
    assert 0.005 < point < 0.015
    assert "ahead by about a point, in four of five seeds" in text
    assert round(3_725_568 / 1_016_064, 1) == 3.7
    assert "3.7 times the multiplications" in text
    ten = means["global average", "in turns"] - means["global average", "pools last, narrow"]
    assert round(100 * ten) == 10
    assert "ahead by ten points, in every seed" in text
    three = means["global average", "in turns"] - means["global average", "pools last"]
    assert round(100 * three) == 3
    assert "three points" in text


# --- the page ------------------------------------------------------------------------------------
def test_exercises_stand_in_order_each_as_a_stub_and_a_folded_solution(chapter):
    tags = [tag for cell in chapter["cells"] for tag in cell["metadata"].get("tags", [])]
    names = [
        name for name in check.names() if check.EXERCISES[name].exercise.objective[:5] == "pool-"
    ]
    assert len(names) == 6
    assert [tag for tag in tags if tag.startswith(("exercise:", "solution:"))] == [
        f"{kind}:{name}" for name in names for kind in ("exercise", "solution")
    ]


def test_the_page_says_that_its_network_saw_sample_data(chapter):
    assert "learns from sample garments" in " ".join(prose(chapter, "title").split())
    assert re.search(r"small networks on sample\s+garments", prose(chapter, "order-read"))
