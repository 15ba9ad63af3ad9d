"""Reviews: the rule, its mutants, and that order carries the label."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnncourse import samples
from cnncourse.samples._reviews import PAD, START, UNKNOWN
from tests.mutants import samples as mutants


@pytest.fixture(scope="module")
def drawn():
    return samples.reviews(1500, progress=False)


def ids(text):
    vocabulary = samples.reviews(0).vocabulary
    return [vocabulary.index(word) for word in text.split()]


CASES = [
    ("the plot was good", 1),
    ("the plot was not good", -1),
    ("the plot was very good", 2),
    ("the plot was not very good", -2),
    ("the plot was never really dull", 2),
    ("the plot was good but dull", -1),
    ("the plot was dull but not so weak", 2),
    ("not the good plot", 1),
    ("very not good", -1),
    ("good not", 1),
    ("it is not a sequel", 0),
    ("good", 1),
    ("but good", 1),
    ("hardly fresh and very flat", -3),
]


def check_rule(score):
    for text, expected in CASES:
        assert score(ids(text)) == expected, text


def test_the_rule_by_hand():
    check_rule(samples.review_score)


@pytest.mark.parametrize("wrong", mutants.SCORES, ids=lambda f: f.__name__)
def test_wrong_rules_are_caught_by_hand_and_on_the_data(wrong, drawn):
    with pytest.raises(AssertionError):
        check_rule(wrong)
    right = [(wrong(tokens) > 0) == label for tokens, label in zip(*data(drawn), strict=True)]
    assert np.mean(right) < 0.95


def data(drawn):
    return drawn.tokens, drawn.labels


def test_the_rule_gives_every_label(drawn):
    scores = np.array([samples.review_score(tokens) for tokens in drawn.tokens])
    np.testing.assert_array_equal(scores > 0, drawn.labels == 1)
    assert (scores != 0).all()


def test_counting_words_is_clearly_worse_than_the_rule(drawn):
    from sklearn.linear_model import LogisticRegression

    counts = np.stack([np.bincount(t, minlength=len(drawn.vocabulary)) for t in drawn.tokens])
    model = LogisticRegression(max_iter=3000, C=0.3).fit(counts[:1000], drawn.labels[:1000])
    accuracy = model.score(counts[1000:], drawn.labels[1000:])
    assert accuracy < 0.75  # the rule has 1.0


def test_shuffled_words_lose_the_label(drawn):
    rng = np.random.default_rng(0)
    changed = 0
    for tokens, label in zip(*data(drawn), strict=True):
        words = tokens[tokens > START]
        changed += (samples.review_score(rng.permutation(words)) > 0) != label
    assert changed / len(drawn) > 0.25


def test_padding_start_and_unknown_words(drawn):
    assert drawn.tokens.dtype == np.int32
    assert drawn.tokens.shape == (1500, 120)
    assert drawn.vocabulary[:4] == ("<pad>", "<start>", "<unknown>", "<unused>")
    assert list(drawn.vocabulary[4:]) == sorted(set(drawn.vocabulary[4:]))
    assert drawn.tokens.max() < len(drawn.vocabulary)
    assert not (drawn.tokens == 3).any()
    for tokens in drawn.tokens:
        padding = int((tokens == PAD).sum())
        assert (tokens[:padding] == PAD).all()  # in front only
        assert tokens[padding] == START
        assert (tokens == START).sum() == 1
        assert len(tokens) - padding >= 120 // 4
    assert 0.005 < (drawn.tokens == UNKNOWN).mean() < 0.03


def test_every_word_is_used(drawn):
    used = np.bincount(drawn.tokens.ravel(), minlength=len(drawn.vocabulary)) > 0
    unused = [word for word, seen in zip(drawn.vocabulary, used, strict=True) if not seen]
    assert unused == ["<unused>"]


@given(length=st.integers(30, 400), seed=st.integers(0, 2**40))
def test_any_length_and_seed_keep_the_rule(length, seed):
    got = samples.reviews(2, length, seed)
    assert got.tokens.shape == (2, length)
    for tokens, label in zip(*data(got), strict=True):
        assert (samples.review_score(tokens) > 0) == label


@pytest.mark.parametrize("length", [29, 0, -5, 60.0, True, "60"])
def test_bad_length_is_named(length):
    message = "Invalid value for argument `length`: expected an integer of at least 30"
    with pytest.raises(ValueError, match=message):
        samples.reviews(1, length)


def test_bad_tokens_are_named():
    with pytest.raises(ValueError, match="argument `tokens`: expected a numeric array with 1 axes"):
        samples.review_score(np.zeros((2, 3), int))
