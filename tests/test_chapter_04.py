"""The numbers of chapter 4, by hand, from the papers and from Keras, and what its prose claims."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from cnncourse import arithmetic, check, layers, models, ops, results
from cnncourse.check import report

BOOK = Path(__file__).parents[1] / "book"


@pytest.fixture(scope="module")
def chapter():
    return json.loads((BOOK / "04_classic.ipynb").read_text(encoding="utf-8"))


def source(chapter, name):
    return next("".join(c["source"]) for c in chapter["cells"] if c["id"] == f"classic-{name}")


def prose(chapter, name):
    return " ".join(source(chapter, name).split())


def printed(chapter, name):
    """Return what the committed cell prints."""
    cell = next(c for c in chapter["cells"] if c["id"] == f"classic-{name}")
    return "".join("".join(output.get("text", "")) for output in cell["outputs"])


# --- row 16: LeNet-5 -----------------------------------------------------------------------------
def test_lenet_has_the_parameters_and_connections_that_its_paper_prints(chapter):
    parts = [156, 12, 1_516, 32, 48_120, 10_164]  # C1 to F6, section II.B
    assert sum(parts) == 60_000
    # The paper's connections: C1, S2, C3, S4, C5, F6, and 84 for each of ten RBF units.
    assert 122_304 + 5_880 + 151_600 + 2_000 + 48_120 + 10_164 + 840 == 340_908
    text = printed(chapter, "lenet-keras-count")
    assert [int(n) for n in re.findall(r": (\d+)", text.split("}")[0])] == parts
    assert "trained: 60,000" in text
    assert "connections: 340,908" in text


def test_the_table_of_c3_has_60_connections_in_three_sizes():
    sizes = [len(maps) for maps in layers.LENET_C3]
    assert [sizes.count(n) for n in (3, 4, 6)] == [6, 9, 1]
    assert sum(sizes) == 60
    assert (
        check.EXERCISES["partial_conv_params"].exercise.reference(layers.LENET_C3, 5)
        == 25 * 60 + 16
    )


def test_the_networks_that_are_called_lenet_today(chapter):
    modern = 156 + 2_416 + 48_120 + 10_164 + 850
    copied = 832 + 38_448 + 307_456 + 21_588 + 850
    assert (modern, copied) == (61_706, 369_174)
    text = printed(chapter, "lenet-modern-build")
    assert "61,706" in text
    assert "369,174" in text


def test_under_a_softmax_an_rbf_output_is_a_dense_layer():
    import keras

    layer = layers.RBFOutput(10)
    features = np.random.default_rng(2).normal(size=(7, 84)).astype("float32")
    distances = np.asarray(layer(features), float)
    codes = layer.get_weights()[0].astype(float)
    assert (np.abs(codes) == 1).all()
    assert codes.shape == (10, 12 * 7)
    products = 2 * features @ codes.T
    # Both differ by a number of each row, which no softmax sees.
    gaps = products + distances
    assert np.ptp(gaps, axis=1).max() < 1e-3
    softmax = keras.ops.softmax
    np.testing.assert_allclose(softmax(-distances), softmax(products), atol=1e-5)


def test_a_flipped_pixel_of_a_code_costs_four():
    layer = layers.RBFOutput(10)
    layer.build((None, 84))
    code = layer.get_weights()[0][3:4].copy()
    code[0, :7] *= -1
    assert np.asarray(layer(code))[0, 3] == 4 * 7


# --- row 17: AlexNet, normalisation, dropout, ZF Net ---------------------------------------------
def test_alexnet_in_two_groups_and_in_one(chapter):
    convs = [11 * 11 * 3 * 96, 25 * 48 * 256, 9 * 256 * 384, 9 * 192 * 384, 9 * 192 * 256]
    biases = 96 + 256 + 384 + 384 + 256
    dense = 9216 * 4096 + 4096 + 4096 * 4096 + 4096 + 4096 * 1000 + 1000
    two = sum(convs) + biases + dense
    one = two + convs[1] + convs[3] + convs[4]  # the grouped ones are twice as large
    assert (two, one) == (60_965_224, 62_378_344)
    assert printed(chapter, "alexnet-build").split("\n")[:2] == [
        "two groups 60,965,224",
        "one group  62,378,344",
    ]
    assert round(100 * (one - two) / one, 1) == 2.3
    assert "for 2.3 % of the parameters" in prose(chapter, "alexnet-groups-read")
    macs = [models.measure(name).macs for name in ("alexnet", "alexnet_one_group")]
    assert 1 / 3 < 1 - macs[0] / macs[1] < 0.4
    assert "More than a third of all multiplications" in prose(chapter, "alexnet-groups-read")


def test_normalisation_by_hand_is_tensorflows_with_half_the_window(chapter):
    import tensorflow as tf

    pixel = np.array([0, 30, 0, 10, 50, 0.0]).reshape(1, 1, 1, 6)
    by_hand = 10 / (2 + 1e-4 * (30**2 + 10**2 + 50**2)) ** 0.75
    assert f"b = {by_hand:.4f}" in printed(chapter, "alexnet-lrn-hand")
    x = np.random.default_rng(1).normal(size=(2, 3, 4, 9)).astype("float32") * 50
    for maps in (pixel.astype("float32"), x):
        theirs = tf.nn.local_response_normalization(maps, 2, bias=2, alpha=1e-4, beta=0.75)
        np.testing.assert_allclose(ops.local_response_norm(maps), theirs, rtol=1e-5)
    assert ops.local_response_norm(pixel)[0, 0, 0, 3] == pytest.approx(by_hand, rel=1e-12)


def test_the_notes_constants_are_those_of_caffe():
    """Caffe: x / (1 + alpha / n * s) ** beta, with alpha 1e-4 and n 5."""
    x = np.random.default_rng(3).normal(size=(1, 2, 3, 7)) * 90
    s = sum(np.pad(x**2, ((0, 0),) * 3 + ((2, 2),))[..., d : d + 7] for d in range(5))
    caffe = x / (1 + 1e-4 / 5 * s) ** 0.75
    notes = ops.local_response_norm(x, n=2 * 2 + 1, alpha=2e-5, beta=0.75, k=1)
    np.testing.assert_allclose(notes, caffe, rtol=1e-12)
    assert not np.allclose(notes, ops.local_response_norm(x), rtol=0.1)


def test_tensorflows_defaults_differ_from_alexnets_in_all_four():
    import inspect

    import tensorflow as tf

    parameters = inspect.signature(tf.nn.local_response_normalization).parameters
    theirs = [parameters[name].default for name in ("depth_radius", "bias", "alpha", "beta")]
    assert theirs == [5, 1, 1, 0.5]
    assert all(a != b for a, b in zip(theirs, [2, 2, 1e-4, 0.75], strict=True))


def test_small_activations_are_divided_by_a_constant():
    small = np.random.default_rng(4).uniform(0.1, 1, size=(1, 5, 6, 20))
    divisors = small / ops.local_response_norm(small)
    assert np.ptp(divisors) < 1e-3
    assert divisors.mean() == pytest.approx(2**0.75, abs=1e-3)
    divisors = 128 * small / ops.local_response_norm(128 * small)
    assert np.ptp(divisors) > 1


def test_zf_net_is_alexnet_with_a_smaller_first_kernel(chapter):
    fewer = (11 * 11 - 7 * 7) * 3 * 96
    assert fewer == 20_736 == 62_378_344 - 62_357_608
    assert "20,736" in printed(chapter, "zfnet-count")
    assert arithmetic.conv_output_size(224, 11, 4) == 54
    assert arithmetic.conv_output_size(227, 11, 4) == 55


# --- row 18: VGG, stacks -------------------------------------------------------------------------
def test_vgg_16_to_the_last_parameter():
    stages = ((2, 64), (2, 128), (3, 256), (3, 512), (3, 512))
    count = check.EXERCISES["vgg_params"].exercise.reference
    assert count(224, stages, 4096, 1000) == 138_357_544
    by_hand = sum(
        9 * a * b + b
        for a, b in [
            (3, 64),
            (64, 64),
            (64, 128),
            (128, 128),
            (128, 256),
            (256, 256),
            (256, 256),
            (256, 512),
            *[(512, 512)] * 5,
        ]
    )
    assert by_hand + 102_764_544 + 16_781_312 + 4_097_000 == 138_357_544
    assert by_hand == 14_714_688
    assert round(102_764_544 / 138_357_544, 2) == 0.74  # "three quarters"


def test_three_small_kernels_against_one_large(chapter):
    assert 3 * 9 * 64 * 64 == 110_592
    assert 49 * 64 * 64 == 200_704
    assert arithmetic.receptive_field([(3, 1)] * 3) == arithmetic.receptive_field([(7, 1)]) == 7
    macs = [
        3 * arithmetic.conv_macs(56, 3, 64, 64),
        arithmetic.conv_macs(56, 7, 64, 64),
    ]
    assert macs == [56 * 56 * 110_592, 56 * 56 * 200_704]
    text = printed(chapter, "stacks-cost")
    assert all(f"{macs_of:,}" in text for macs_of in macs)
    assert "saved: 45%" in text


def test_what_the_receptive_field_figure_asks_for_can_be_done():
    assert arithmetic.receptive_field([(3, 1)] * 5) == 11
    assert (5 * 9, 11 * 11) == (45, 121)
    assert arithmetic.receptive_field([(3, 2), (3, 1), (3, 1)]) == 11


def test_a_stack_without_relus_is_one_kernel():
    compose = check.EXERCISES["compose_kernels"].exercise.reference
    rng = np.random.default_rng(5)
    image = rng.normal(size=(13, 10))
    first, second = rng.normal(size=(3, 2)), rng.normal(size=(2, 4))
    both = ops.correlate2d(ops.correlate2d(image, first), second)
    whole = compose(first, second)
    assert whole.shape == (4, 5)
    np.testing.assert_allclose(ops.correlate2d(image, whole), both, atol=1e-12)


def test_where_parameters_and_multiplications_are(chapter):
    dense = 37_752_832 + 16_781_312 + 4_097_000
    assert round(100 * dense / 60_965_224) == 96
    work = dense - 4096 - 4096 - 1000
    assert round(100 * work / models.measure("alexnet").macs) == 8
    assert "96 % of AlexNet's parameters" in prose(chapter, "alexnet-train")
    ratio = models.measure("vgg16").macs / models.measure("alexnet").macs
    assert 20 < ratio < 22
    assert "twenty times as expensive as AlexNet" in prose(chapter, "vgg-read")


# --- row 41: what they scored --------------------------------------------------------------------
def test_scores_are_those_of_the_table_of_networks(chapter):
    rows = re.findall(
        r"^(.+?) {2,}(\d+) +([\d.]+) +([\d.]+|–)", printed(chapter, "scores-table"), re.MULTILINE
    )
    assert len(rows) == 10
    scores = {(name, int(count), validation): test for name, count, validation, test in rows}
    for name, title in (("alexnet", "AlexNet"), ("zfnet", "ZF Net")):
        assert (title, 1, str(models.info(name).top5_error)) in scores
    assert scores["AlexNet", 5, "16.4"] == "16.4"
    assert scores["AlexNet", 7, "15.4"] == "15.3"
    assert scores["ZF Net, both", 6, "14.7"] == "14.8"
    assert scores["VGG, entry of 2014", 7, "7.5"] == "7.3"
    assert scores["VGG, afterwards", 2, "6.8"] == "6.8"
    for name, error in (("vgg11", 10.4), ("vgg13", 9.9), ("vgg16", 8.1), ("vgg19", 8.0)):
        assert models.info(name).top5_error == error
        assert f"{error:6} %" in printed(chapter, "vgg-build")
    assert "26.2 %" in prose(chapter, "scores-read")


def test_the_fall_of_2012_is_more_than_a_third():
    assert 1 - 16.4 / 25.8 > 1 / 3


# --- the studies ---------------------------------------------------------------------------------
def test_the_blocks_of_the_stack_study_are_as_the_page_describes_them():
    stacks = results.load("kernel_stacks")
    blocks = stacks.settings("block")
    size = {block: stacks.mean("parameters", block=block) for block in blocks}
    assert size["one 7×7"] == 49 * 24 * 24 + 24
    assert size["three 3×3"] == size["three 3×3, linear"] == 3 * (9 * 24 * 24 + 24)
    assert abs(size["three 3×3, wider"] / size["one 7×7"] - 1) < 0.006
    assert {stacks.mean("receptive_field", block=block) for block in blocks} == {7}


def gaps(study, value, one, other):
    """Return the differences between two settings, seed by seed."""
    (name,) = (key for key in study.arms[0]["arm"] if key != "seed")
    pairs = (study.values(value, **{name: setting}) for setting in (one, other))
    return np.subtract(*pairs)


def test_what_the_page_says_about_stacks_is_what_the_file_says(chapter):
    stacks = results.load("kernel_stacks")
    text = prose(chapter, "stacks-study-read")
    better = gaps(stacks, "accuracy", "three 3×3", "one 7×7")
    assert round(100 * better.mean()) == 3
    assert (better > 0).all()
    assert len(better) == 5
    assert "by three points on average and in every seed" in text
    linear = gaps(stacks, "accuracy", "three 3×3", "three 3×3, linear")
    assert 0.0025 < linear.mean() < 0.0075
    assert linear.mean() < linear.std(ddof=1)
    assert "half a point behind on average" in text
    wider = gaps(stacks, "accuracy", "three 3×3, wider", "one 7×7")
    assert round(100 * wider.mean()) == 4
    assert (wider > 0).all()
    assert "four points ahead of it, in every seed" in text


def test_what_the_page_says_about_lenets_parts_is_what_the_file_says(chapter):
    parts = results.load("lenet_parts")
    text = prose(chapter, "lenet-study-read")
    sizes = [parts.mean("parameters", of_1998=part) for part in parts.settings("of_1998")]
    assert sizes == [61_706, 61_706, 61_706 + 44, 60_806, 60_856, 60_000]
    for one, other, points, words in (
        ("none", "RBF output", 1.0, "costs a point**, in four of five seeds"),
        ("none", "all four", 1.5, "a point and a half behind the modern one, in four of five"),
        ("scaled tanh", "none", 0.5, "ahead of ReLU by half a point, in four of five seeds"),
    ):
        found = gaps(parts, "accuracy", one, other)
        assert 100 * found.mean() == pytest.approx(points, abs=0.25)
        assert (found > 0).sum() == 4
        assert words in text


# --- the page ------------------------------------------------------------------------------------
def test_exercises_stand_in_order_each_as_a_stub_and_a_folded_solution(chapter):
    tags = [tag for cell in chapter["cells"] for tag in cell["metadata"].get("tags", [])]
    names = [
        name
        for name in check.names()
        if check.EXERCISES[name].exercise.objective.startswith("classic-")
    ]
    assert len(names) == 5
    assert [tag for tag in tags if tag.startswith(("exercise:", "solution:"))] == [
        f"{kind}:{name}" for name in names for kind in ("exercise", "solution")
    ]


def test_a_report_says_over_which_fractions_an_exercise_went():
    text = report.ranges([{"alpha": 0.5, "n": 3}, {"alpha": 0.25, "n": 1}])
    assert text == "alpha 0.25 to 0.5; n 1 to 3"


def test_the_page_says_which_data_it_learned_from(chapter):
    text = prose(chapter, "title")
    assert "real handwritten digits of 8 × 8 pixels" in text
    assert "garments and flowers that the course draws itself" in text
