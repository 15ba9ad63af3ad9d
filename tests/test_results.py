"""Studies as chapters read them: arms chosen, means and spreads, and numbers held to the file.

`test_results_tool.py` is about the tool that writes the files.
"""

import json
import math
import statistics

import pytest

from cnncourse import results


@pytest.fixture
def study(tmp_path, monkeypatch):
    """A study of two settings; the numbers are easy to average by hand."""
    content = {
        "study": "toy",
        "description": "A toy.",
        "data": "Made up.",
        "labels": {"accuracy": "test accuracy"},
        "tolerance": {"accuracy": {"absolute": 0.05}, "loss": {"relative": 0.1}},
        "date": "2026-01-31",
        "hardware": {"processor": "abacus", "cores": 2},
        "versions": {"python": "3.11"},
        "arms": [
            {
                "arm": {"head": head, "seed": seed},
                "values": {"accuracy": accuracy, "loss": 2.0},
                "seconds": 1.0,
            }
            for head, seed, accuracy in [
                ("wide", 0, 0.5),
                ("wide", 1, 0.7),
                ("narrow", 0, 0.25),
                ("narrow", 1, 0.25),
                ("narrow", 2, 0.4),
            ]
        ],
    }
    (tmp_path / "toy.json").write_text(json.dumps(content))
    monkeypatch.setattr(results, "folder", lambda: tmp_path)
    return results.load("toy")


def test_every_file_of_the_book_is_a_study():
    assert len(results.names()) >= 5
    for name in results.names():
        study = results.load(name)
        assert study.name == name
        for row in study.arms:
            arm, first = row["arm"], next(iter(study.tolerance))
            assert study.values(first, **arm) == [row["values"][first]]
            assert study.compare(row["values"], **arm).startswith("As in the file")


def test_settings_come_once_and_in_order(study):
    assert study.settings("head") == ["wide", "narrow"]
    assert study.settings("seed") == [0, 1, 2]


def test_values_are_those_of_the_arms_asked_for(study):
    assert study.values("accuracy", head="narrow") == [0.25, 0.25, 0.4]
    assert study.values("accuracy", seed=1) == [0.7, 0.25]
    assert study.values("accuracy", head="wide", seed=0) == [0.5]
    assert len(study.values("loss")) == 5


def test_mean_and_spread_by_hand(study):
    assert study.mean("accuracy", head="narrow") == pytest.approx(0.3)
    # Deviations -.05, -.05, .1: squares .0025 + .0025 + .01 = .015, over 3 - 1.
    assert study.spread("accuracy", head="narrow") == pytest.approx(math.sqrt(0.0075))
    assert study.spread("accuracy", head="wide", seed=0) == 0
    assert study.spread("accuracy") == statistics.stdev([0.5, 0.7, 0.25, 0.25, 0.4])


def test_text(study):
    assert study.text("accuracy", head="wide") == "0.600 ± 0.141"
    assert study.text("accuracy", digits=1, head="wide") == "0.6 ± 0.1"
    assert study.text("accuracy", head="wide", seed=1) == "0.700"


def test_compare_says_the_same_for_all_numbers_within_the_tolerance(study):
    first = study.compare({"accuracy": 0.5, "loss": 2.0}, head="wide", seed=0)
    assert first == study.compare({"accuracy": 0.549, "loss": 1.81}, head="wide", seed=0)
    assert "0.05 (test accuracy)" in first
    assert "0.1 of the file's value (loss)" in first


@pytest.mark.parametrize(
    "measured", [{"accuracy": 0.56}, {"loss": 2.21}, {"accuracy": math.nan}, {"loss": math.inf}]
)
def test_compare_fails_beyond_it(study, measured):
    with pytest.raises(AssertionError, match=r"in toy\.json; allowed"):
        study.compare(measured, head="wide", seed=0)


@pytest.mark.parametrize(
    ("call", "argument", "named"),
    [
        (lambda s: results.load("tyo"), "name", "'toy'"),
        (lambda s: s.settings("tail"), "name", "'head', 'seed'"),
        (lambda s: s.values("acuracy"), "value", "'accuracy', 'loss'"),
        (lambda s: s.values("loss", head="broad"), "settings", "'wide'"),
        (lambda s: s.values("loss", tail=None), "settings", "'wide'"),
        (lambda s: s.text("loss", digits=-1), "digits", "at least 0"),
        (lambda s: s.compare({}, head="wide", seed=0), "measured", "at least one value"),
        (lambda s: s.compare({"loss": 2.0}, head="wide"), "arm", "all settings of one arm"),
    ],
)
def test_bad_input_names_the_argument_and_what_there_is(study, call, argument, named):
    with pytest.raises(ValueError, match=f"argument `{argument}`") as caught:
        call(study)
    assert named in str(caught.value)


def test_a_number_in_the_file_that_is_none_is_never_met():
    assert not results.within(True, 1.0, {"absolute": 1})
    assert not results.within("1", 1.0, {"absolute": 1})
    assert results.within(1, 1.5, {"absolute": 0.5})
    assert results.within(-2.0, -2.2, {"relative": 0.11})
