"""The numbers of chapter 7, from the package and from Keras, and what its prose claims."""

import json
from pathlib import Path

import numpy as np
import pytest

from cnncourse import arithmetic, check, models, ops, results

BOOK = Path(__file__).parents[1] / "book"


@pytest.fixture(scope="module")
def chapter():
    return json.loads((BOOK / "07_separable_attention.ipynb").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def study():
    return results.load("separable")


def prose(chapter, name):
    text = next("".join(c["source"]) for c in chapter["cells"] if c["id"] == f"sep-{name}")
    return " ".join(text.split())


# --- row 21: separable convolution and Xception --------------------------------------------------
def test_64_to_128_channels_takes_8896_parameters_not_73856():
    # 9·64 + 64·128 + 128 and 9·64·128 + 128
    assert arithmetic.separable_conv_params(3, 64, 128) == 576 + 8192 + 128 == 8_896
    assert arithmetic.conv_params(3, 64, 128) == 73_728 + 128 == 73_856


def test_keras_has_as_many():
    import keras

    for layer, expected in ((keras.layers.SeparableConv2D, 8_896), (keras.layers.Conv2D, 73_856)):
        made = layer(128, 3)
        made.build((None, 56, 40, 64))
        assert made.count_params() == expected


def test_most_separable_weights_mix_channels():
    assert round(100 * 8192 / (576 + 8192)) == 93


@pytest.mark.parametrize("kernel", [3, 5, 7])
@pytest.mark.parametrize("filters", [16, 1024])
def test_the_ratio_is_one_over_the_filters_plus_one_over_the_window(kernel, filters):
    plain = arithmetic.conv_macs((9, 14), kernel, 20, filters)
    separable = arithmetic.separable_conv_macs((9, 14), kernel, 20, filters)
    assert separable / plain == pytest.approx(1 / filters + 1 / kernel**2)
    assert plain / separable < kernel**2


def test_any_plain_kernel_is_a_sum_of_nine_separable_ones():
    import keras

    rng = np.random.default_rng(0)
    kernel = rng.normal(size=(3, 3, 4, 13))
    x = rng.normal(size=(2, 7, 10, 4))
    depthwise, mix = np.zeros((3, 3, 4, 9)), np.zeros((4, 9, 13))
    for c in range(4):  # the trivial sum: a term for each place of the window
        depthwise[:, :, c] = np.eye(9).reshape(3, 3, 9)
        mix[c] = kernel[:, :, c].reshape(9, 13)
    pointwise = mix.reshape(1, 1, 36, 13)
    np.testing.assert_allclose(ops.separable_conv2d(x, depthwise, pointwise), ops.conv2d(x, kernel))
    layer = keras.layers.SeparableConv2D(13, 3, depth_multiplier=9, use_bias=False)
    layer.build(x.shape)
    layer.set_weights([depthwise, pointwise])
    theirs = keras.ops.convert_to_numpy(layer(x.astype("float32")))
    np.testing.assert_allclose(theirs, ops.conv2d(x, kernel), atol=1e-4)
    assert max(np.linalg.matrix_rank(kernel[:, :, c].reshape(9, 13)) for c in range(4)) == 9


def test_the_product_kernel_of_the_exercise_does_what_both_steps_do():
    rng = np.random.default_rng(1)
    depthwise, pointwise = rng.normal(size=(3, 2, 4, 2)), rng.normal(size=(1, 1, 8, 5))
    x = rng.normal(size=(2, 7, 9, 4))
    kernel = check.EXERCISES["product_kernel"].exercise.reference(depthwise, pointwise)
    np.testing.assert_allclose(ops.conv2d(x, kernel), ops.separable_conv2d(x, depthwise, pointwise))


def test_a_relu_between_the_steps_is_no_convolution():
    rng = np.random.default_rng(2)
    depthwise, mix = rng.normal(size=(3, 3, 4, 1)), rng.normal(size=(4, 5))
    x = rng.normal(size=(1, 6, 8, 4))

    def pair(values):
        return np.maximum(ops.depthwise_conv2d(values, depthwise), 0) @ mix

    assert np.abs(pair(-x) + pair(x)).max() > 0.1  # a linear map would give 0


def test_xceptions_counts_and_flows():
    xception = models.measure("xception")
    assert (xception.total, xception.trainable) == (22_910_480, 22_855_952)
    middle = 3 * (9 * 728 + 728 * 728 + 2 * 728)  # two kernels and a normalisation, three times
    assert middle == 1_613_976
    assert len(models.info("xception").numbers["units"]) == 12
    alike = [unit for unit in models.info("xception").numbers["units"] if unit[1] == 1]
    assert alike == [((728, 728, 728), 1)] * 8


def test_the_two_orders_differ_by_the_channels_of_the_depthwise_step(chapter):
    from cnncourse import layers

    counts = {}
    for order in ("depthwise_first", "pointwise_first"):
        unit = layers.SeparableUnit(128, order=order)
        unit.build((None, 8, 9, 64))
        counts[order] = unit.count_params()
    assert counts == {"depthwise_first": 9 * 64 + 8192, "pointwise_first": 8192 + 9 * 128}


# --- row 39: the notes' classifier ---------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # 155 + 2,400 + 4,736 + 8,896 + 9,408 + 8,896, and 4,128 + 165 in the dense layers
        ("SeparableConv2D", 38_784),
        # 896 + 18,496 + 36,928 + 73,856 + 73,792 + 73,856, and the same dense layers
        ("Conv2D", 282_117),
    ],
)
def test_the_six_layer_classifier(name, expected):
    import keras

    convolution = getattr(keras.layers, name)
    stack = [keras.Input((64, 64, 3))]
    for place, filters in enumerate((32, 64, 64, 128, 64, 128)):
        stack.append(convolution(filters, 3, activation="relu"))
        if place in (1, 3):
            stack.append(keras.layers.MaxPooling2D(2))
    head = [keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(32), keras.layers.Dense(5)]
    model = keras.Sequential([*stack, *head])
    assert model.count_params() == expected


def test_seven_times_fewer_parameters_and_eight_times_fewer_multiplications(chapter):
    sides = (62, 60, 28, 26, 11, 9)
    pairs = [(3, 32), (32, 64), (64, 64), (64, 128), (128, 64), (64, 128)]
    dense = 128 * 32 + 32 * 5
    plain, separable = (
        sum(count(side, 3, *pair) for side, pair in zip(sides, pairs, strict=True)) + dense
        for count in (arithmetic.conv_macs, arithmetic.separable_conv_macs)
    )
    assert (plain, separable) == (163_315_232, 20_317_516)
    assert round(plain / separable) == 8
    assert round(282_117 / 38_784) == 7
    assert "Seven times fewer parameters, eight times fewer" in prose(chapter, "notes-read")


# --- row 22: squeeze-and-excitation --------------------------------------------------------------
def test_what_se_adds_to_a_resnet_50():
    plain, gated = models.measure("resnet50"), models.measure("se_resnet50")
    assert (gated.trainable, gated.total) == (28_088_024, 28_141_144)
    stages = [(3, 256), (4, 512), (6, 1024), (3, 2048)]
    # two matrices and two biases in each of 16 units, by hand
    by_hand = [
        units * (channels * hidden + hidden + hidden * channels + channels)
        for (units, channels), hidden in zip(stages, (16, 32, 64, 128), strict=True)
    ]
    assert by_hand == [25_392, 133_248, 792_960, 1_579_392]
    assert gated.trainable - plain.trainable == sum(by_hand) == 2_530_992
    assert check.EXERCISES["se_params"].exercise.reference(stages) == sum(by_hand)
    assert sum(by_hand) / plain.trainable == pytest.approx(0.099, abs=5e-4)
    assert 0 < gated.macs / plain.macs - 1 < 0.001
    assert by_hand[-1] / sum(by_hand) == pytest.approx(0.62, abs=5e-3)


def test_the_exercise_is_the_block_of_the_package():
    import keras

    from cnncourse import layers

    keras.utils.set_random_seed(0)
    block = layers.SqueezeExcite(ratio=4)
    x = np.random.default_rng(0).normal(size=(3, 5, 7, 12)).astype("float32")
    theirs = keras.ops.convert_to_numpy(block(x))
    ours = check.EXERCISES["squeeze_excite"].exercise.reference(x, *block.get_weights())
    np.testing.assert_allclose(ours, theirs, atol=1e-5)


def test_senets_published_numbers(chapter):
    row = models.info("se_resnet50")
    assert row.top5_error == 6.62
    assert "2.251 %" in row.note
    text = prose(chapter, "scores-read")
    assert "2.251 % top-5 error" in text
    assert "7.48 % for ResNet-50 and 6.62 % with SE blocks" in text
    twice = models.measure("resnet101").macs / models.measure("se_resnet50").macs
    assert twice == pytest.approx(2, abs=0.1)
    assert "a ResNet-101, which needs about twice the multiplications" in text


# --- the experiment ------------------------------------------------------------------------------
def ahead(study, one, other):
    """Return by how many points `one` is ahead on average, and in how many seeds."""
    pairs = zip(
        study.values("accuracy", form=one), study.values("accuracy", form=other), strict=True
    )
    gaps = [100 * (a - b) for a, b in pairs]
    assert len(gaps) == 3
    return sum(gaps) / 3, sum(gap > 0 for gap in gaps)


def test_the_budgets_are_equal_where_the_page_says_so(study):
    def cost(form):
        return study.mean("parameters", form=form), study.mean("macs", form=form)

    plain, separable, wide = cost("plain"), cost("separable"), cost("separable, wide")
    # stem 27·16 + 32; 9·16·32, 9·32·32, 9·32·64, 9·64·32, 9·32·64 and two a filter; 64·5 + 5
    assert plain[0] == 464 + 4608 + 9216 + 18432 + 18432 + 18432 + 2 * 224 + 325
    assert cost("plain, equal parameters")[0] == pytest.approx(separable[0], rel=0.06)
    assert cost("plain, equal MACs")[1] == pytest.approx(separable[1], rel=0.07)
    assert wide[0] == pytest.approx(plain[0], rel=0.002)
    assert wide[1] / plain[1] == pytest.approx(0.8, abs=0.01)
    assert round(plain[1] / separable[1]) == 6
    assert 1 - separable[1] / plain[1] == pytest.approx(5 / 6, abs=0.01)
    assert 1 - separable[0] / plain[0] == pytest.approx(5 / 6, abs=0.02)
    assert cost("plain, equal parameters")[1] / separable[1] == pytest.approx(4 / 3, abs=0.02)
    assert len(study.settings("form")) * len(study.settings("seed")) == 27


@pytest.mark.parametrize(
    ("one", "other", "points", "wins", "words"),
    [
        ("plain", "separable", 9, 3, "costs nine points of accuracy"),
        ("separable", "plain, equal MACs", 7, 3, "by seven points, in every seed"),
        ("separable", "plain, equal parameters", 2, 2, "by two points on average, in two of three"),
        ("plain", "separable, wide", 4, 3, "stays four points behind plain, in every seed"),
        ("separable", "separable, ReLU between", 12, 3, "by 12 points on average and in every"),
        ("separable", "separable, SE", 2, 2, "two points less for separable"),
        ("plain, SE", "plain", 0, 2, "a draw for plain"),
    ],
)
def test_the_answers_are_what_the_file_says(chapter, study, one, other, points, wins, words):
    gap, seeds = ahead(study, one, other)
    assert round(gap) == points
    assert seeds == wins
    assert words in prose(chapter, "study-read")


def test_the_order_of_the_steps_makes_no_difference_beyond_the_spread(study):
    gap, seeds = ahead(study, "separable, pointwise first", "separable")
    assert abs(gap) < 100 * study.spread("accuracy", form="separable")
    assert 0 < seeds < 3


# --- the page ------------------------------------------------------------------------------------
def test_exercises_stand_in_order_each_as_a_stub_and_a_folded_solution(chapter):
    tags = [tag for cell in chapter["cells"] for tag in cell["metadata"].get("tags", [])]
    names = [
        name
        for name in check.names()
        if check.EXERCISES[name].exercise.objective.startswith(("separable-", "se-"))
    ]
    assert len(names) == 5
    assert [tag for tag in tags if tag.startswith(("exercise:", "solution:"))] == [
        f"{kind}:{name}" for name in names for kind in ("exercise", "solution")
    ]


def test_the_page_says_that_its_networks_saw_sample_data(chapter):
    assert "learn from sample flowers that the course draws itself" in prose(chapter, "title")
    assert "Small networks on 500 drawn flowers" in prose(chapter, "study-read")
