"""The numbers of chapter 5, from the package and from plain sums, and what its prose claims."""

import json
from pathlib import Path

import numpy as np
import pytest

from cnncourse import arithmetic, check, models, ops, results

BOOK = Path(__file__).parents[1] / "book"


@pytest.fixture(scope="module")
def chapter():
    return json.loads((BOOK / "05_inception.ipynb").read_text(encoding="utf-8"))


def cell(chapter, name):
    return next(c for c in chapter["cells"] if c["id"] == f"inc-{name}")


def prose(chapter, name):
    return " ".join("".join(cell(chapter, name)["source"]).split())


def printed(chapter, name):
    outputs = cell(chapter, name)["outputs"]
    return "".join("".join(output["text"]) for output in outputs)


# --- one pixel wide ------------------------------------------------------------------------------
def test_a_1x1_convolution_is_a_dense_layer_at_every_pixel():
    import keras

    rng = np.random.default_rng(5)
    x = rng.normal(size=(2, 5, 8, 3)).astype("float32")
    weights, bias = rng.normal(size=(3, 4)).astype("float32"), rng.normal(size=4).astype("float32")
    by_pixel = np.array([[[weights.T @ p + bias for p in row] for row in image] for image in x])
    np.testing.assert_allclose(ops.conv2d(x, weights[None, None]) + bias, by_pixel, atol=1e-5)
    for layer, kernel in (
        (keras.layers.Conv2D(4, 1), weights[None, None]),
        (keras.layers.Dense(4), weights),
    ):
        layer.build(x.shape)
        layer.set_weights([kernel, bias])
        np.testing.assert_allclose(layer(x), by_pixel, atol=1e-5)
        assert layer.count_params() == 3 * 4 + 4


def test_the_parts_of_the_first_mlpconv_and_the_last_layer_of_network_in_network(chapter):
    text = printed(chapter, "nin-equal")
    for count in (5 * 5 * 3 * 192 + 192, 192 * 160 + 160, 160 * 96 + 96):
        assert f"{count:,} parameters" in text
    text = printed(chapter, "nin-count")
    assert f"{192 * 10 + 10:,}" in text
    assert f"{8 * 8 * 192 * 10 + 10:,}" in text
    assert "966,986 parameters" in text  # test_models.py derives it


# --- row 19: bottlenecks -------------------------------------------------------------------------
def test_the_two_numbers_of_the_notes_and_what_they_count(chapter):
    direct = 32 * 32 * 3 * 3 * 192 * 256
    squeezed = 32 * 32 * 1 * 1 * 192 * 96 + 32 * 32 * 3 * 3 * 96 * 256
    assert (direct, squeezed) == (452_984_832, 245_366_784)
    assert direct == arithmetic.conv_macs(32, 3, 192, 256)
    assert squeezed == arithmetic.conv_macs(32, 1, 192, 96) + arithmetic.conv_macs(32, 3, 96, 256)
    text = printed(chapter, "bottleneck-notes")
    assert f"{direct:,}" in text
    assert f"{squeezed:,}" in text
    assert "46%" in text
    assert round(100 * (1 - squeezed / direct)) == 46
    assert "452,984,832 multiplications become 245,366,784" in prose(chapter, "summary")


def test_a_bottleneck_pays_up_to_177_filters(chapter):
    def through(reduce):
        return 192 * reduce + 9 * reduce * 256

    assert through(177) < 9 * 192 * 256 < through(178)
    assert "up to 177 filters of 192" in printed(chapter, "bottleneck-even")


def test_two_linear_layers_have_the_rank_of_the_narrow_one(chapter):
    rng = np.random.default_rng(1)
    squeeze, expand = rng.normal(size=(12, 5)), rng.normal(size=(3, 3, 5, 7))
    product = np.einsum("cr,hwrf->hwcf", squeeze, expand)
    assert np.linalg.matrix_rank(product.transpose(2, 0, 1, 3).reshape(12, -1)) == 5
    x = rng.normal(size=(1, 4, 6, 12))
    twice = ops.conv2d(ops.conv2d(x, squeeze[None, None]), expand, padding="same")
    np.testing.assert_allclose(ops.conv2d(x, product, padding="same"), twice, atol=1e-9)
    assert "[192, 96]" in printed(chapter, "bottleneck-rank")


# --- the module and GoogLeNet --------------------------------------------------------------------
def test_the_naive_module_costs_more_than_twice_as_much(chapter):
    positions = 28 * 28
    naive = positions * 192 * (64 + 9 * 128 + 25 * 32)
    reduced = positions * (192 * (64 + 96 + 16 + 32) + 9 * 96 * 128 + 25 * 16 * 32)
    assert 2 < naive / reduced < 3
    text = printed(chapter, "naive-count")
    assert f"{naive:,}" in text
    assert f"{reduced:,}" in text
    assert 64 + 128 + 32 + 192 == 416
    assert "416 maps" in text


# Table 1 of arXiv:1409.4842: channels in, 1×1, 3×3 reduce, 3×3, 5×5 reduce, 5×5, pool proj.
TABLE_1 = {
    "3a": (192, 64, 96, 128, 16, 32, 32),
    "3b": (256, 128, 128, 192, 32, 96, 64),
    "4a": (480, 192, 96, 208, 16, 48, 64),
    "4b": (512, 160, 112, 224, 24, 64, 64),
    "4c": (512, 128, 128, 256, 24, 64, 64),
    "4d": (512, 112, 144, 288, 32, 64, 64),
    "4e": (528, 256, 160, 320, 32, 128, 128),
    "5a": (832, 256, 160, 320, 32, 128, 128),
    "5b": (832, 384, 192, 384, 48, 128, 128),
}


def in_module(c_in, one, reduce3, three, reduce5, five, pool):
    narrow = (c_in + 1) * (one + reduce3 + reduce5 + pool)
    return narrow + (9 * reduce3 + 1) * three + (25 * reduce5 + 1) * five


def test_googlenet_counted_module_by_module(chapter):
    text = printed(chapter, "googlenet-table")
    total = (49 * 3 + 1) * 64 + (64 + 1) * 64 + (9 * 64 + 1) * 192
    assert round(total / 1e6, 3) == 0.124  # "an eighth of a million"
    modules = {name: in_module(*row) for name, row in TABLE_1.items()}
    for name, count in modules.items():
        assert f"{count:,}" in next(line for line in text.splitlines() if line.startswith(name))
    total += sum(modules.values()) + (1024 + 1) * 1000
    assert total == 6_998_552
    assert "GoogLeNet 6,998,552 parameters" in " ".join(text.split())
    assert round(sum(modules.values()) / 1e6, 1) == 5.8
    words = prose(chapter, "googlenet-read")
    assert "5.8 million parameters; the stem has an eighth of a million" in words


def test_alexnet_has_8_7_times_as_many_parameters(chapter):
    assert round(60_965_224 / 6_998_552, 1) == 8.7
    assert "it is 8.7" in prose(chapter, "googlenet-read")
    assert "8.7 times as many" in printed(chapter, "googlenet-measure")


def test_the_published_errors_and_who_made_them(chapter):
    words = prose(chapter, "googlenet-read")
    assert "**6.67 %** on the test set" in words
    assert "seven networks, each looking at 144 crops" in words
    assert models.info("googlenet").top5_error == 10.07
    assert "10.07 %" in words


# --- auxiliary heads -----------------------------------------------------------------------------
def test_the_two_heads_are_nearly_as_large_as_the_network(chapter):
    dense = (4 * 4 * 128 + 1) * 1024 + (1024 + 1) * 1000
    heads = (512 + 1) * 128 + (528 + 1) * 128 + 2 * dense
    assert heads == 6_379_728
    assert 6_998_552 + heads == 13_378_280
    assert "two heads 6,379,728 = 13,378,280" in printed(chapter, "heads-count")
    assert models.AUXILIARY_WEIGHT == 0.3
    assert "+ 0.3\\,(L_1 + L_2)" in prose(chapter, "heads")


def test_heads_send_nothing_to_what_lies_above_them():
    import keras
    import tensorflow as tf

    keras.utils.set_random_seed(1)
    network = models.build("googlenet_aux", (65, 71, 3), classes=4, width=0.125, activation=None)
    x = np.random.default_rng(1).normal(size=(2, 65, 71, 3)).astype("float32")
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    with tf.GradientTape(persistent=True) as tape:
        outputs = network(x)
        losses = {head: loss(np.array([1, 3]), value) for head, value in outputs.items()}

    def reached(head, stage):
        kernels = [
            v.value
            for v in network.trainable_variables
            if v.path.startswith(f"inception_{stage}/") and v.name == "kernel"
        ]
        assert len(kernels) == 6
        return {g is not None for g in tape.gradient(losses[head], kernels)}

    assert reached("auxiliary_1", "4a") == reached("auxiliary_2", "4d") == {True}
    assert reached("auxiliary_1", "4b") == reached("auxiliary_2", "4e") == {False}
    assert reached("main", "5b") == {True}


# --- factorised windows --------------------------------------------------------------------------
def test_what_factorised_windows_save(chapter):
    assert round(100 * (1 - 2 * 9 / 25)) == 28
    assert round(100 * (1 - 2 * 3 / 9)) == 33
    assert round(100 * (1 - 2 * 7 / 49)) == 71
    text = printed(chapter, "factorised-count")
    assert all(f"{share}%" in text for share in (28, 33, 60, 71))
    words = prose(chapter, "factorised-read")
    assert "28 % for two 3×3" in words
    assert "71 % at $n = 7$" in words


# --- one window size, or several -----------------------------------------------------------------
WINDOWS = ("3×3", "5×5", "1×1, 3×3", "1×1, 5×5", "inception")


@pytest.fixture(scope="module")
def study():
    return results.load("window_sizes")


def test_all_versions_of_the_experiment_have_one_budget(study):
    assert tuple(study.settings("windows")) == WINDOWS
    macs = [study.mean("macs", windows=windows) for windows in WINDOWS]
    assert max(macs) / min(macs) < 1.03
    assert all(11.45e6 < count < 11.85e6 for count in macs)  # "11.5 to 11.8 million"


def test_the_answer_is_what_the_file_says(chapter, study):
    words = prose(chapter, "study-read")
    mean = {windows: study.mean("accuracy", windows=windows) for windows in WINDOWS}
    gaps = {windows: round(100 * (mean["inception"] - mean[windows])) for windows in WINDOWS}
    assert (gaps["3×3"], gaps["5×5"], gaps["1×1, 3×3"]) == (7, 12, 4)
    assert "by 7 points of 3×3 and by 12 of 5×5 in the mean" in words
    assert "gained four points more than the better of the single sizes" in words
    assert mean["1×1, 3×3"] > mean["1×1, 5×5"]
    assert round(100 * (mean["1×1, 3×3"] - mean["3×3"])) == 2
    assert round(100 * (mean["1×1, 5×5"] - mean["5×5"])) == 3
    assert "It gained two points with 3×3 and three with 5×5" in words
    spread = study.spread("accuracy", windows="inception")
    assert mean["inception"] - mean["1×1, 3×3"] < spread
    seeds = {w: study.values("accuracy", windows=w) for w in WINDOWS}
    for plain in ("3×3", "5×5"):
        assert all(a > b for a, b in zip(seeds["inception"], seeds[plain], strict=True))


# --- the page ------------------------------------------------------------------------------------
def test_exercises_stand_in_order_each_as_a_stub_and_a_folded_solution(chapter):
    tags = [tag for c in chapter["cells"] for tag in c["metadata"].get("tags", [])]
    names = [
        name for name in check.names() if check.EXERCISES[name].exercise.objective[:4] == "inc-"
    ]
    assert len(names) == 5
    assert [tag for tag in tags if tag.startswith(("exercise:", "solution:"))] == [
        f"{kind}:{name}" for name in names for kind in ("exercise", "solution")
    ]


def test_the_page_says_that_its_networks_saw_sample_data(chapter):
    assert "learn from sample flowers and sample textures" in prose(chapter, "title")
    assert "sample flowers" in prose(chapter, "train")
