"""The numbers of chapter 14, from the package and from Keras, and what its prose claims."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnncourse import arithmetic, check, ops, results, samples

BOOK = Path(__file__).parents[1] / "book"


@pytest.fixture(scope="module")
def chapter():
    return json.loads((BOOK / "14_sequences.ipynb").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def study():
    return results.load("sequences")


@pytest.fixture(scope="module")
def real():
    return results.load("sequences_imdb")


def cell(chapter, name):
    return next(c for c in chapter["cells"] if c["id"] == f"seq-{name}")


def prose(chapter, name):
    return " ".join("".join(cell(chapter, name)["source"]).split())


def printed(chapter, name):
    return "".join("".join(output["text"]) for output in cell(chapter, name)["outputs"])


# --- row 38: Conv1D ------------------------------------------------------------------------------
def test_three_taps_from_2_to_8_channels_are_56_parameters(chapter):
    import keras

    layer = keras.layers.Conv1D(8, 3)
    layer.build((None, 50, 2))
    assert layer.count_params() == 56 == 3 * 2 * 8 + 8
    assert "make 56 parameters" in prose(chapter, "sizes")
    assert "parameters: 56" in printed(chapter, "keras-equal")


def test_the_example_by_hand(chapter):
    # Channel 0 by (-1, 2, -1) plus what channel 1 holds at the third step of the window.
    by_hand = [0 + 0 - 3 + 0, 6 - 1 + 1, -3 + 2 - 0 + 2, -1 + 0 - 2 + 0, 0 + 4 - 2 + 1]
    assert str(np.array(by_hand, float)) in printed(chapter, "from-scratch")


def test_the_network_of_the_notes(chapter):
    parts = (
        10_000 * 128,
        arithmetic.conv_params((7, 1), 128, 32),
        arithmetic.conv_params((7, 1), 32, 32),
        arithmetic.dense_params(32, 1),
    )
    assert sum(parts) == 1_315_937
    assert round(100 * parts[0] / sum(parts)) == 97
    assert "97 % of its parameters" in prose(chapter, "notes-read")
    assert arithmetic.receptive_field([(7, 1), (5, 5), (7, 1)]) == 41


def test_an_embedding_is_a_product_with_one_hot_vectors():
    import keras

    layer = keras.layers.Embedding(11, 3)
    tokens = np.array([[0, 4, 10, 4]])
    looked_up = keras.ops.convert_to_numpy(layer(tokens))
    table = layer.embeddings.value.numpy()
    np.testing.assert_array_equal(looked_up, np.eye(11, dtype="float32")[tokens] @ table)
    pointwise = ops.conv1d(np.eye(11, dtype="float32")[tokens], table[np.newaxis])
    np.testing.assert_allclose(pointwise, looked_up, atol=1e-6)


@pytest.mark.parametrize("output", [-2.0, -0.5, 2.0])
def test_a_bare_unit_outside_0_to_1_gives_no_gradient(chapter, output):
    import keras
    import tensorflow as tf

    slopes = []
    for from_logits in (False, True):
        value = tf.constant([[output]])
        with tf.GradientTape() as tape:
            tape.watch(value)
            loss = keras.losses.binary_crossentropy(tf.ones((1, 1)), value, from_logits=from_logits)
        slopes.append(float(tape.gradient(loss, value)[0, 0]))
    assert slopes[0] == 0
    assert slopes[1] == pytest.approx(1 / (1 + np.exp(-output)) - 1, abs=1e-5)
    lines = printed(chapter, "pitfall-sigmoid").splitlines()
    assert lines[0].split()[-5:-3] == ["0.000", "0.000"]


# --- causal, dilated -----------------------------------------------------------------------------
@pytest.mark.parametrize("seed", range(3))
def test_same_padding_reads_tomorrow_and_causal_padding_does_not(chapter, seed):
    chance = np.random.default_rng(seed)
    series, news = np.zeros(2001), chance.normal(size=2001)
    for day in range(1, 2001):
        series[day] = 0.8 * series[day - 1] + news[day]
    today, tomorrow = series[:-1], series[1:]
    errors = {}
    for padding in ("same", "causal"):
        copies = np.eye(3)[:, np.newaxis]
        windows = ops.conv1d(today[None, :, None], copies, padding=padding)[0]
        found, *_ = np.linalg.lstsq(windows[10:1000], tomorrow[10:1000], rcond=None)
        error = windows[1000:1990] @ found - tomorrow[1000:1990]
        errors[padding] = np.sqrt(np.mean(error**2))
    assert errors["same"] < 1e-9
    assert errors["causal"] == pytest.approx(1, abs=0.1)
    assert "errs by 1" in prose(chapter, "leak")


def test_ten_layers_of_two_taps(chapter):
    assert arithmetic.receptive_field([(2, 1)] * 10) == 11
    assert arithmetic.receptive_field([(2, 1, 2**n) for n in range(10)]) == 1024
    assert "see 11 steps, or, at the same cost, 1,024" in prose(chapter, "reach-read")


@given(st.integers(2, 6), st.integers(0, 8))
def test_the_formula_of_the_summary(kernel, layers):
    field = arithmetic.receptive_field([(kernel, 1, 2**n) for n in range(layers)])
    assert field == 1 + (kernel - 1) * (2**layers - 1)


def test_equal_dilations_skip_steps_and_doubling_ones_do_not():
    for dilations, whole in (((1, 2, 4, 8), True), ((8, 8, 8, 8), False)):
        grad = np.zeros((1, 64, 1))
        grad[0, -1] = 1
        for dilation in reversed(dilations):
            grad, _ = ops.conv1d_backward(
                grad, np.ones((1, 64, 1)), np.ones((2, 1, 1)), 1, "causal", dilation
            )
        read = np.flatnonzero(grad[0, :, 0])
        assert (len(read) == read[-1] - read[0] + 1) == whole


# --- order ---------------------------------------------------------------------------------------
@given(st.integers(0, 2**32 - 1))
def test_a_kernel_of_one_hears_no_order_and_one_of_two_does(seed):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(1, 9, 3))
    mixed = x[:, [1, 0, *range(2, 9)]]
    for taps, deaf in ((1, True), (2, False)):
        kernel = rng.normal(size=(taps, 3, 4))
        means = [np.maximum(ops.conv1d(values, kernel), 0).mean(axis=1) for values in (x, mixed)]
        assert np.allclose(*means, rtol=0, atol=1e-12) == deaf


@given(st.integers(0, 2**32 - 1), st.integers(1, 5))
def test_blocks_that_no_window_bridges_may_change_places(seed, taps):
    rng = np.random.default_rng(seed)
    blocks = rng.normal(size=(4, 6, 3))
    kernel = rng.normal(size=(taps, 3, 5))
    apart = np.pad(blocks, ((0, 0), (taps - 1, taps - 1), (0, 0)))
    orders = [0, 1, 2, 3], [2, 0, 3, 1]
    answers = [ops.conv1d(apart[order].reshape(1, -1, 3), kernel) for order in orders]
    for pool in (np.mean, np.max):
        first, second = (pool(np.maximum(answer, 0), axis=1) for answer in answers)
        np.testing.assert_allclose(first, second, rtol=0, atol=1e-12)


def test_the_labels_hang_on_phrases_of_at_most_four_words():
    words = samples.reviews(0).vocabulary

    def score(text):
        return samples.review_score([words.index(word) for word in text.split()])

    assert score("never really dull") == 2
    assert score("really dull") == -2
    assert score("not very good but") == 0  # four words: negator, strength, opinion, turn
    assert score("not very good") == -2


def test_five_networks_have_equally_many_parameters(study):
    sizes = [study.mean("parameters", network=name) for name in study.settings("network")]
    assert len(sizes) == 5
    assert max(sizes) / min(sizes) < 1.01
    assert all(abs(size - 5150) < 30 for size in sizes)


def test_what_the_page_says_of_the_five_networks(chapter, study):
    def mean(value, name):
        return study.mean(value, network=name)

    order = ("one convolution", "recurrent", "two convolutions", "dense", "words alone")
    one, recurrent, two, dense, alone = (mean("accuracy", name) for name in order)
    text = prose(chapter, "study-read")
    assert min(one, recurrent, two) > 0.8
    assert all(mean("shuffled", name) < 0.6 for name in order[:3])
    assert "guessing is all that is left" in text
    assert max(dense, alone) < one - 0.15
    assert "Words alone and the dense network stay far behind" in text
    assert one > two + 0.05
    assert abs(one - recurrent) < 0.03
    assert "ahead of two, and level with the recurrent network" in text
    assert "4,800 train" in study.data
    assert "4,800 reviews" in text
    for name in order:
        assert study.text("accuracy", network=name) in printed(chapter, "study")


def test_what_the_page_says_of_real_reviews(chapter, real):
    text = prose(chapter, "imdb-read")
    assert real.settings("seed") == [0, 1, 2]
    order = ("one convolution", "words alone")
    one, alone = (real.mean("accuracy", network=name) for name in order)
    assert min(one, alone) > 0.8
    assert alone > one - 0.02
    assert abs(one - real.mean("shuffled", network=order[0])) < 0.02
    assert 2 * 1_700 == 3_400
    assert "1,700 of each verdict train" in real.data
    assert "3,400 reviews" in text
    assert "Now they run eight epochs at 0.003, and held-out reviews choose" in text
    assert "rate 0.003, batches of 64, eight epochs" in real.data
    assert "400 held-out training reviews" in real.data
    for name in order:
        assert real.text("accuracy", network=name) in printed(chapter, "imdb")


# --- the page ------------------------------------------------------------------------------------
def test_exercises_stand_in_order_each_as_a_stub_and_a_folded_solution(chapter):
    tags = [tag for c in chapter["cells"] for tag in c["metadata"].get("tags", [])]
    names = [
        name for name in check.names() if check.EXERCISES[name].exercise.objective[:4] == "seq-"
    ]
    assert names == [
        "conv1d_steps", "causal_conv1d", "doubling_layers", "top_windows", "reorder_blocks",
    ]  # fmt: skip
    assert [tag for tag in tags if tag.startswith(("exercise:", "solution:"))] == [
        f"{kind}:{name}" for name in names for kind in ("exercise", "solution")
    ]


def test_the_page_says_that_its_network_saw_sample_data(chapter):
    assert "learns from sample reviews that the course draws itself" in prose(chapter, "title")
    assert "These are sample reviews" in prose(chapter, "reviews-read")
