"""Our pretrained network: counted by hand, checked on loading, right about its own task."""

from __future__ import annotations

import doctest
import hashlib
import io
import itertools
import json
import math
import re
import shutil
from importlib import import_module

import keras
import numpy as np
import pytest

from cnncourse import arithmetic, data, samples, transfer
from cnncourse.transfer import _backbone, _network

ROOMS = ("_backbone", "_cases", "_features", "_freezing", "_heads", "_preprocessing")


@pytest.fixture(scope="module")
def base():
    return transfer.backbone((64, 96, 3))


@pytest.fixture
def shipped(tmp_path, monkeypatch):
    """Return a copy of the shipped files, which the package reads instead."""
    for name in (_backbone.WEIGHTS, _backbone.CARD):
        shutil.copy(_backbone.files("cnncourse.transfer") / name, tmp_path / name)
    monkeypatch.setattr(_backbone, "files", lambda package: tmp_path)
    _backbone._card.cache_clear()
    yield tmp_path
    _backbone._card.cache_clear()


# --- the network ---------------------------------------------------------------------------------


def by_hand(*filters):
    """Return the trainable parameters and the statistics: no biases, 2 + 2 numbers a norm."""
    stem, *units = filters
    layers = [(3, 3, stem)]
    for before, after in itertools.pairwise([stem, *units]):
        layers += [(3, before, after), (3, after, after)]
        if before != after:
            layers.append((1, before, after))
    kernels = sum(arithmetic.conv_params(k, i, o, bias=False) for k, i, o in layers)
    norms = 2 * sum(o for _, _, o in layers)
    return kernels + norms, norms


def test_parameters_by_hand(base):
    trainable, statistics = by_hand(24, 32, 64, 120, 120)
    assert sum(math.prod(w.shape) for w in base.trainable_weights) == trainable
    assert base.count_params() == trainable + statistics
    top = transfer.backbone(include_top=True)
    assert top.count_params() - base.count_params() == arithmetic.dense_params(120, 55)
    assert top.count_params() == transfer.card()["parameters"] <= 600_000


@pytest.mark.parametrize("shape", [(64, 96, 3), (33, 50, 3), (32, 32, 3)])
def test_stages_have_the_stride_that_is_written_of_them(shape):
    model = transfer.backbone(shape, weights=None)
    for name, stride in _network.STRIDES.items():
        found = model.get_layer(name).output.shape[1:3]
        assert found == tuple(math.ceil(side / stride) for side in shape[:2])


def test_sizes_left_open_take_any_size():
    model = transfer.backbone((None, None, 3))
    fixed = transfer.backbone((48, 80, 3))
    images = samples.flowers(2, 96).images[:, :48, :80]
    np.testing.assert_allclose(model(images), fixed(images), rtol=1e-4, atol=1e-4)


def test_pixels_are_scaled_inside():
    model = transfer.backbone((32, 48, 3))
    images = samples.flowers(3, 64).images[:, :32, :48]
    inner = transfer.truncate(model, "preprocessing")(images)
    np.testing.assert_allclose(inner, images / 127.5 - 1, atol=1e-6)
    np.testing.assert_array_equal(model(images), model(images.astype(np.float32)))


def test_without_weights_it_starts_afresh_and_from_the_seed():
    def kernel(seed, weights):
        keras.utils.set_random_seed(seed)
        return transfer.backbone(weights=weights).get_layer("stem_conv").kernel.numpy()

    assert (kernel(0, None) == kernel(0, None)).all()
    assert (kernel(0, None) != kernel(1, None)).any()
    assert (kernel(0, "cnncourse") == kernel(1, "cnncourse")).all()


# --- what it knows -------------------------------------------------------------------------------


def test_it_answers_its_own_task_as_the_card_says():
    """Other images than the card's; 600 of them leave three standard errors of play."""
    card = transfer.card()
    drawn = samples.garden(600, 64, seed=12, progress=False)
    probabilities = transfer.backbone(include_top=True).predict(drawn.images, verbose=0)
    accuracy = (probabilities.argmax(1) == drawn.labels).mean()
    expected = card["validation_accuracy"]
    assert accuracy == pytest.approx(expected, abs=3 * (expected * (1 - expected) / 600) ** 0.5)
    assert list(drawn.class_names) == card["class_names"]
    np.testing.assert_allclose(probabilities.sum(1), 1, atol=1e-5)


def test_its_classes_and_counts_are_those_of_the_task():
    card = transfer.card()
    assert card["class_names"] == list(samples.garden(0).class_names)
    assert card["bytes"] <= 1_500_000
    seeds = [
        {stage[f"{kind}_seed"] for stage in card["stages"]} for kind in ("train", "validation")
    ]
    assert not set.intersection(*seeds)
    for stage in card["stages"]:
        assert len(stage["log"]) == len(stage["sides"])


def test_decode_orders_and_breaks_ties_by_the_earlier_class():
    names = ["a", "b", "c", "d"]
    (first, second) = transfer.decode([[0.1, 0.4, 0.4, 0.1], [0.7, 0, 0, 0.3]], 3, names)
    assert [guess.name for guess in first] == ["b", "c", "a"]
    assert second[1] == ("d", 0.3)


def test_decode_knows_our_own_names():
    probabilities = np.zeros((1, 55))
    probabilities[0, [3, 54]] = 0.2, 0.8
    (guesses,) = transfer.decode(probabilities, top=2)
    names = samples.garden(0).class_names
    assert guesses == [(names[54], 0.8), (names[3], 0.2)]


# --- the files -----------------------------------------------------------------------------------


@pytest.mark.parametrize("damage", ["bit", "half", "empty", "other"])
def test_damaged_weights_are_refused(shipped, damage):
    path = shipped / "backbone.npz"
    content = bytearray(path.read_bytes())
    if damage == "bit":
        content[len(content) // 2] ^= 1
    elif damage == "half":
        del content[len(content) // 2 :]
    elif damage == "empty":
        content.clear()
    else:  # a whole file, of other weights
        buffer = io.BytesIO()
        with np.load(path) as stored:
            np.savez(buffer, **{name: stored[name] * 2 for name in stored.files})
        content = buffer.getvalue()
    path.write_bytes(content)
    with pytest.raises(data.DamagedDataError, match=r"backbone\.npz: expected sha256 .*again"):
        transfer.backbone()
    assert transfer.backbone(weights=None).count_params() > 500_000


def test_a_card_with_another_checksum_is_not_believed(shipped):
    path = shipped / "backbone.json"
    card = json.loads(path.read_text())
    card["sha256"] = hashlib.sha256(b"other").hexdigest()
    path.write_text(json.dumps(card))
    with pytest.raises(data.DamagedDataError, match=card["sha256"][:16]):
        transfer.backbone()


def test_weights_are_stored_in_half_precision_under_their_paths(shipped):
    model = transfer.backbone(include_top=True)
    with np.load(shipped / "backbone.npz", allow_pickle=False) as stored:
        assert set(stored.files) == {weight.path for weight in model.weights}
        for weight in model.weights:
            assert stored[weight.path].dtype == np.float16
            np.testing.assert_array_equal(stored[weight.path], weight.numpy())


# --- truncating, and bad input -------------------------------------------------------------------


def test_a_truncated_model_shares_its_weights(base):
    part = transfer.truncate(base, "stage2")
    assert part.output_shape == (None, 8, 12, 64)
    assert part.get_layer("stage1_1_conv").kernel is base.get_layer("stage1_1_conv").kernel
    assert not any(layer.name.startswith("stage3") for layer in part.layers)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: transfer.backbone((64, 64, 1)), "`input_shape`: expected (height, width, 3)"),
        (lambda: transfer.backbone((31, 64, 3)), "sides of at least 32"),
        (lambda: transfer.backbone((64, 64)), "`input_shape`: expected (height, width, 3)"),
        (lambda: transfer.backbone((64.0, 64, 3)), "`input_shape`: expected (height, width, 3)"),
        (lambda: transfer.backbone(weights="imagenet"), "`weights`: expected one of 'cnncourse'"),
        (lambda: transfer.backbone(include_top=1), "`include_top`: expected True or False"),
        (
            lambda: transfer.decode([[0.5, 0.5]]),
            "`probabilities`: expected an array of shape (N, 55)",
        ),
        (lambda: transfer.decode([0.5, 0.5], 1, ["a", "b"]), "`probabilities`: expected an array"),
        (lambda: transfer.decode([[0.5, 0.5]], 3, ["a", "b"]), "`top`: expected at most 2"),
        (lambda: transfer.decode([[0.5, 0.5]], 0, ["a", "b"]), "`top`: expected an integer of at"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()


def test_an_unknown_layer_is_named(base):
    with pytest.raises(ValueError, match=r"`layer`: .*'stage3'; received 'stage9'"):
        transfer.truncate(base, "stage9")


# --- the four cases ------------------------------------------------------------------------------


def test_the_four_cases_have_advice_reasons_and_sources():
    arms = {"frozen", "early", "fine-tuned", "from scratch"}
    seen = []
    for size, similarity in itertools.product(("small", "large"), ("similar", "different")):
        advice = transfer.recommend(size, similarity)
        assert advice.arm in arms
        assert len(advice.sources) == 2
        assert any(re.search(r"arXiv:\d{4}\.\d{4,5}", source) for source in advice.sources)
        seen.append((advice.approach, advice.reason))
    assert len(set(seen)) == 4
    # The course notes' own four lines.
    assert transfer.recommend("small", "similar").arm == "frozen"
    assert transfer.recommend("small", "different").arm == "early"
    assert transfer.recommend("large", "similar").arm == "fine-tuned"


@pytest.mark.parametrize("case", [("tiny", "similar"), ("small", "same"), (100, "similar")])
def test_other_cases_are_refused(case):
    with pytest.raises(ValueError, match=r"`(size|similarity)`: expected one of"):
        transfer.recommend(*case)


@pytest.mark.parametrize("name", ROOMS)
def test_examples(name):
    result = doctest.testmod(import_module(f"cnncourse.transfer.{name}"))
    assert result.attempted > 0
    assert result.failed == 0
