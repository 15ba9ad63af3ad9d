import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnncourse import _checks

ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.floats(),
    st.text(max_size=3),
    st.lists(st.integers(-2, 2), max_size=3),
    st.tuples(st.integers(-2, 2), st.integers(-2, 2)),
    st.sampled_from(["valid", "same", ("same", "valid"), np.int64(2), np.ones(2), object(), {}]),
)


def message(argument, expected, received):
    text = f"Invalid value for argument `{argument}`: expected {expected}; received {received}."
    return f"^{re.escape(text)}$"


def test_failure_names_argument_expected_and_received():
    with pytest.raises(ValueError, match=message("stride", "an integer of at least 1", "0")):
        _checks.integer("stride", 0, 1)


def test_long_values_are_cut_and_arrays_are_shown_by_shape():
    assert _checks.describe("x" * 200) == "'" + "x" * 76 + "..."
    assert len(_checks.describe(list(range(1000)))) == 80
    assert _checks.describe(np.zeros((2, 3), np.float32)) == (
        "an array of shape (2, 3) and dtype float32"
    )


@pytest.mark.parametrize("value", [5, np.int8(5), np.uint64(5), np.array(5)])
def test_integer_accepts_everything_that_counts(value):
    result = _checks.integer("n", value, 5)
    assert result == 5
    assert type(result) is int


@pytest.mark.parametrize(
    "value", [True, np.True_, 3.0, math.nan, math.inf, "3", None, [3], np.array([3, 4])]
)
def test_integer_refuses_what_only_looks_like_one(value):
    with pytest.raises(ValueError, match=r"argument `n`: expected an integer; received"):
        _checks.integer("n", value)


def test_integer_without_minimum_accepts_negative_numbers():
    assert _checks.integer("n", -7) == -7
    with pytest.raises(ValueError, match=message("n", "an integer of at least -6", "-7")):
        _checks.integer("n", -7, -6)


@pytest.mark.parametrize(("value", "expected"), [(3, (3, 3)), ((2, 5), (2, 5)), ([4, 1], (4, 1))])
def test_pair_puts_height_first(value, expected):
    assert _checks.pair("kernel", value, 1) == expected


@pytest.mark.parametrize("value", [(1, 2, 3), (), (1,), (1, 0), (1, 2.0), "35", None, math.nan])
def test_pair_refuses(value):
    with pytest.raises(ValueError, match="argument `kernel`: expected an integer"):
        _checks.pair("kernel", value, 1)


def test_choice():
    assert _checks.choice("source", "real", ("sample", "real")) == "real"
    for value in ("REAL", None, 3, ["real"]):
        expected = message("source", "one of 'sample', 'real'", repr(value))
        with pytest.raises(ValueError, match=expected):
            _checks.choice("source", value, iter(("sample", "real")))


def test_flag():
    assert _checks.flag("bias", True) is True
    assert _checks.flag("bias", np.False_) is False
    for value in (0, 1, None, "yes"):
        with pytest.raises(ValueError, match=message("bias", "True or False", repr(value))):
            _checks.flag("bias", value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [("valid", "valid"), ("same", "same"), ((2, 0), (2, 0)), ([0, 3], (0, 3))],
)
def test_padding(value, expected):
    assert _checks.padding("padding", value) == expected


@pytest.mark.parametrize("value", ["SAME", "full", 1, (1,), (1, -1), (1, 0.5), ("same", "same")])
def test_padding_refuses(value):
    expected = "'valid', 'same' or a pair (before, after) of integers of at least 0"
    with pytest.raises(ValueError, match=message("padding", expected, repr(value))):
        _checks.padding("padding", value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("valid", ("valid", "valid")),
        ("same", ("same", "same")),
        (((1, 2), (3, 4)), ((1, 2), (3, 4))),
        ([[1, 2], [0, 0]], ((1, 2), (0, 0))),
    ],
)
def test_padding_pair(value, expected):
    assert _checks.padding_pair("padding", value) == expected


@pytest.mark.parametrize(
    "value", ["SAME", 1, (1, 2), ((1, 2),), ((1, 2), (3, -4)), ("same", "valid"), ((1, 2), "same")]
)
def test_padding_pair_refuses(value):
    expected = "'valid', 'same' or ((top, bottom), (left, right)) of integers of at least 0"
    with pytest.raises(ValueError, match=message("padding", expected, repr(value))):
        _checks.padding_pair("padding", value)


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ((None, None), "a finite number"),
        ((0, None), "a finite number of at least 0"),
        ((None, 1), "a finite number of at most 1"),
        ((0, 1), "a finite number between 0 and 1"),
    ],
)
def test_number_says_its_limits(limits, words):
    assert _checks.number("rate", np.float32(0.5), *limits) == 0.5
    assert type(_checks.number("rate", 1, *limits)) is float
    for value in (math.nan, math.inf, "0.5", True, None, [1]):
        with pytest.raises(ValueError, match=message("rate", words, repr(value))):
            _checks.number("rate", value, *limits)


@pytest.mark.parametrize(("value", "limits"), [(-0.1, (0, None)), (1.1, (None, 1)), (2, (0, 1))])
def test_number_outside_its_limits(value, limits):
    with pytest.raises(ValueError, match="argument `rate`"):
        _checks.number("rate", value, *limits)


@pytest.mark.parametrize(
    ("dtype", "expected"),
    [
        (np.uint8, np.float64),
        (np.int64, np.float64),
        (bool, np.float64),
        (np.float16, np.float16),
        (np.float32, np.float32),
        (np.float64, np.float64),
    ],
)
def test_array_keeps_the_precision_of_floats(dtype, expected):
    assert _checks.array("x", np.ones((2, 3), dtype), "H W").dtype == expected


def test_array_does_not_copy_floats():
    x = np.ones((2, 3), np.float32)
    assert _checks.array("x", x, "H W") is x


def test_array_lets_nan_and_infinity_pass():
    assert np.isnan(_checks.array("x", [math.nan, math.inf], "W")[0])


@pytest.mark.parametrize(
    "value",
    [np.ones(3), np.ones((0, 3)), np.ones((1, 2, 3)), [["a"]], [[1j]], [[None]], [[1], [2, 3]], 5],
)
def test_array_refuses(value):
    expected = re.escape("a numeric array with 2 axes (H, W), none of them empty")
    with pytest.raises(ValueError, match=f"argument `x`: expected {expected}; received"):
        _checks.array("x", value, "H W")


def test_array_offers_two_layouts():
    assert _checks.array("x", np.ones((2, 3)), "H W or H W C").ndim == 2
    assert _checks.array("x", np.ones((2, 3, 4)), "H W or H W C").ndim == 3
    expected = "a numeric array with 2 axes (H, W) or 3 axes (H, W, C), none of them empty"
    received = "an array of shape (2,) and dtype float64"
    with pytest.raises(ValueError, match=message("x", expected, received)):
        _checks.array("x", np.ones(2), "H W or H W C")


@given(ANYTHING)
def test_no_value_breaks_a_check(value):
    """Whatever comes, a check returns or raises its own error."""
    for check in (
        lambda: _checks.integer("a", value, 1),
        lambda: _checks.pair("a", value),
        lambda: _checks.choice("a", value, ("valid",)),
        lambda: _checks.flag("a", value),
        lambda: _checks.padding("a", value),
        lambda: _checks.padding_pair("a", value),
        lambda: _checks.number("a", value, 0, 1),
        lambda: _checks.array("a", value, "H W"),
    ):
        assert complaint(check).startswith("Invalid value for argument `a`: expected ")


def complaint(check):
    try:
        check()
    except ValueError as error:
        return str(error)
    return "Invalid value for argument `a`: expected nothing else, it passed"


def test_gradient_has_the_shape_of_the_output():
    grad = np.ones((2, 3, 5, 7))
    assert _checks.gradient(grad, (2, 3, 5, 7)) is grad
    with pytest.raises(
        ValueError,
        match=r"`grad`: expected the shape of the output, \(2, 5, 3, 7\); received .*3, 5, 7\)",
    ):
        _checks.gradient(grad, (2, 5, 3, 7))
    with pytest.raises(ValueError, match=r"`grad`: expected .*2 axes \(N, C\)"):
        _checks.gradient(grad, (2, 3), "N C")
