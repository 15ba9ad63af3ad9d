"""The script behind the shipped weights: repeatable, resumable, and never half written."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import numpy as np
import pytest

from cnncourse import transfer
from tools import pretrain_backbone as script

pytestmark = pytest.mark.filterwarnings("ignore:.*__array__.*:DeprecationWarning")

TINY = (
    replace(script.STAGES[0], train=96, validation=30, sides=(32, 64)),
    replace(script.STAGES[1], train=64, validation=32, sides=(64, 64), epochs_before=2),
)


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setattr(script, "WORK", tmp_path / "work")
    monkeypatch.setattr(script, "SHIPPED", tmp_path / "shipped")
    monkeypatch.setattr(script, "fingerprint", lambda: "tiny")
    monkeypatch.setattr(script, "STAGES", TINY)
    monkeypatch.setattr(script, "FIRST_STEPS", 1)
    monkeypatch.setattr(script, "WARM_UP", 1)
    return tmp_path


def shipped(place):
    with np.load(place / "shipped" / "backbone.npz") as stored:
        arrays = {name: stored[name] for name in stored.files}
    return arrays, json.loads((place / "shipped" / "backbone.json").read_text())


def test_a_killed_run_ends_where_an_undisturbed_one_does(place, monkeypatch):
    script.train()
    arrays, card = shipped(place)
    assert [len(stage["log"]) for stage in card["stages"]] == [2, 2]
    assert (
        card["sha256"]
        == script.hashlib.sha256((place / "shipped" / "backbone.npz").read_bytes()).hexdigest()
    )

    # Again, killed three times between the log of an epoch and its checkpoint: in the second epoch
    # of the first stage, and in both of the second.
    monkeypatch.setattr(script, "WORK", place / "again")
    rename, logs = script.os.replace, []

    def killed(source, target):
        rename(source, target)
        if str(target).endswith("log.json"):
            logs.append(target)
            if len(logs) in (2, 4, 6):
                raise KeyboardInterrupt

    monkeypatch.setattr(script.os, "replace", killed)
    for _ in range(3):
        with pytest.raises(KeyboardInterrupt):
            script.train()
    script.train()
    assert len(logs) == 7
    again, _ = shipped(place)
    assert set(again) == set(arrays)
    for name, array in arrays.items():
        np.testing.assert_allclose(
            again[name].astype(float), array.astype(float), rtol=2e-3, atol=5e-4, err_msg=name
        )


def test_a_stage_starts_from_the_weights_of_the_one_before(place, monkeypatch):
    first, _ = script.train_stage(TINY[0], None)
    started = {}

    def look(model, *_, **__):
        started.update((weight.path, weight.numpy()) for weight in model.weights)
        raise KeyboardInterrupt

    fresh = script.fresh

    def watched(stage):
        model = fresh(stage)
        monkeypatch.setattr(model, "fit", lambda *a, **k: look(model))
        return model

    monkeypatch.setattr(script, "fresh", watched)
    with pytest.raises(KeyboardInterrupt):
        script.train_stage(TINY[1], first)
    for weight, array in zip(first.weights, first.get_weights(), strict=True):
        if not weight.path.startswith("logits"):
            np.testing.assert_array_equal(started[weight.path], array)
    assert started["logits/kernel"].shape == (120, 160)


def test_epochs_are_shuffled_from_the_seed():
    stage = TINY[0]
    images = np.arange(6 * 64 * 64 * 3, dtype=np.uint32).reshape(6, 64, 64, 3).astype(np.uint8)
    labels = np.arange(6)
    shown, first = script.epoch_of(stage, images, labels, 0)
    assert shown.shape == (6, 32, 32, 3)
    assert first.tolist() == labels.tolist()  # the first epoch keeps the order
    once, second = script.epoch_of(stage, images, labels, 1)
    again, _ = script.epoch_of(stage, images, labels, 1)
    assert once.shape == images.shape
    np.testing.assert_array_equal(once, again)
    assert sorted(second) == labels.tolist()
    assert second.tolist() != labels.tolist()


def test_an_epoch_mirrors_and_shifts_and_does_nothing_else():
    stage = TINY[0]
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (8, 64, 64, 3), dtype=np.uint8)
    shown, order = script.epoch_of(stage, images, np.arange(8), 1)
    moves = []
    for picture, index in zip(shown, order, strict=True):
        found = [
            (mirrored, dy, dx)
            for mirrored in (False, True)
            for dy in range(9)
            for dx in range(9)
            if np.array_equal(
                np.pad(
                    images[index][:, ::-1] if mirrored else images[index],
                    ((4, 4), (4, 4), (0, 0)),
                    mode="edge",
                )[dy : dy + 64, dx : dx + 64],
                picture,
            )
        ]
        assert len(found) == 1
        moves += found
    assert len(set(moves)) > 4


def test_a_weight_too_large_for_half_precision_is_not_shipped(place):
    model = script.fresh(TINY[1])
    model.get_layer("logits").bias.assign(np.full(160, 1e6, np.float32))
    with pytest.raises(SystemExit, match="half precision"), np.errstate(over="ignore"):
        script.ship(model, [[{"first_loss": 1.0, "seconds": 1.0}]])
    assert not (place / "shipped").exists()


def test_the_card_is_of_this_script():
    card = transfer.card()
    described = [
        {key: value for key, value in stage.items() if key != "log"} for stage in card["stages"]
    ]
    assert described == json.loads(json.dumps([asdict(stage) for stage in script.STAGES]))
    assert card["tolerance"]["first_loss"] == script.LOSS_TOLERANCE


@pytest.mark.slow
def test_the_shipped_file_is_what_the_script_makes(capsys):
    """The first steps from the seed again, and the accuracy on images drawn afresh."""
    script.check()
    assert capsys.readouterr().out.count(": ok") == 2
