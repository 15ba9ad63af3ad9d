"""An exercise that turns the count around: a module that keeps to a number of parameters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cnncourse.arithmetic import conv_params
from cnncourse.check.chapter_05.modules import Pair, inception_params
from cnncourse.check.exercise import Draw, Exercise, Wrong


def _rest(c_in: int, one: int, five: Pair, pool: int) -> int:
    """Return the parameters of all that doesn't depend on the bottleneck of the 3×3 branch."""
    whole = inception_params(c_in, one, (1, 1), five, pool)
    return whole - conv_params(1, c_in, 1) - conv_params(3, 1, 1)


def widest_reduce(budget: int, c_in: int, one: int, three: int, five: Pair, pool: int) -> int:
    """Return the widest bottleneck of a 3×3 branch with which a module keeps to a budget."""
    left = budget - _rest(c_in, one, five, pool) - three
    return max(0, left // (c_in + 1 + 9 * three))


def _budgeted(draw: Draw) -> dict[str, Any]:
    c_in, one, three = (draw.integer(1, 2 * draw.size) for _ in range(3))
    five = draw.integer(1, draw.size), draw.integer(1, draw.size)
    pool = draw.integer(1, 2 * draw.size)
    step = c_in + 1 + 9 * three  # what one more filter in the bottleneck costs
    wanted = draw.integer(0, 3 * draw.size)
    # Exactly enough, one short of the next filter, too few by one or by some, and in between.
    spare = draw.choice((0, step - 1, -1, -three, step // 2, -step))
    budget = max(0, _rest(c_in, one, five, pool) + three + wanted * step + spare)
    return {"budget": budget, "c_in": c_in, "one": one, "three": three, "five": five, "pool": pool}


def _instead(left: Callable[..., int], step: Callable[[int, int], int]) -> Callable[..., int]:
    """Return a version with another rest of the budget or another price of a filter."""

    def version(budget: int, c_in: int, one: int, three: int, five: Pair, pool: int) -> int:
        return max(0, left(budget, c_in, one, three, five, pool) // step(c_in, three))

    return version


def _left(budget: int, c_in: int, one: int, three: int, five: Pair, pool: int) -> int:
    return budget - _rest(c_in, one, five, pool) - three


def _step(c_in: int, three: int) -> int:
    return c_in + 1 + 9 * three


WIDEST_REDUCE = Exercise(
    name="widest_reduce",
    task=(
        "An inception module is to have at most `budget` parameters, biases included. All is "
        "settled but the 1×1 bottleneck of its 3×3 branch: `three` is the number of 3×3 filters, "
        "`c_in`, `one`, `five` (a pair) and `pool` are as before. Return the largest number of "
        "filters that the bottleneck may have, as an integer; 0 if not even one fits."
    ),
    objective="inc-budget",
    reference=widest_reduce,
    inputs=_budgeted,
    rounds=((2, 80), (4, 100), (6, 120)),
    wrong=(
        Wrong(
            "the rest of the module forgotten",
            _instead(lambda budget, c_in, one, three, five, pool: budget - three, _step),
            (
                "Whose parameters does the budget cover?",
                "Take off what the other three branches cost before you divide.",
            ),
        ),
        Wrong(
            "the biases of the 3×3 filters forgotten",
            _instead(lambda *given: _left(*given) + given[3], _step),
            (
                "What does the 3×3 convolution have besides its weights?",
                "`three` biases, whatever the bottleneck: take them off, too.",
            ),
        ),
        Wrong(
            "the biases of the bottleneck forgotten",
            _instead(_left, lambda c_in, three: c_in + 9 * three),
            (
                "What does one more filter in the bottleneck cost?",
                "c_in weights, one bias of its own, and 9 weights in each 3×3 filter.",
            ),
        ),
        Wrong(
            "the 1×1 weights forgotten",
            _instead(_left, lambda c_in, three: 9 * three),
            (
                "What does one more filter in the bottleneck cost, apart from the 3×3 weights?",
                "Its own c_in weights and its bias.",
            ),
        ),
        Wrong(
            "the 3×3 weights forgotten",
            _instead(_left, lambda c_in, three: c_in + 1),
            (
                "Who reads what the bottleneck's filter makes?",
                "Every 3×3 filter, with 9 weights: 9 * three more.",
            ),
        ),
        Wrong(
            "rounded to the nearest",
            lambda budget, c_in, one, three, five, pool: max(
                0,
                (2 * _left(budget, c_in, one, three, five, pool) + _step(c_in, three))
                // (2 * _step(c_in, three)),
            ),
            (
                "Count the parameters with your answer: do they fit?",
                "At most `budget`: round down, with //.",
            ),
        ),
        Wrong(
            "rounded up",
            lambda budget, c_in, one, three, five, pool: max(
                0, -(-_left(budget, c_in, one, three, five, pool) // _step(c_in, three))
            ),
            (
                "Count the parameters with your answer: do they fit?",
                "At most `budget`: round down, with //.",
            ),
        ),
        Wrong(
            "a budget that is met exactly refused",
            _instead(lambda *given: _left(*given) - 1, _step),
            (
                "Exactly as many parameters as the budget: allowed?",
                "Yes: at most means <=, not <.",
            ),
        ),
        Wrong(
            "a negative number of filters",
            lambda budget, c_in, one, three, five, pool: (
                _left(budget, c_in, one, three, five, pool) // _step(c_in, three)
            ),
            (
                "What if the rest of the module is too dear already?",
                "Then 0: max(0, …).",
            ),
        ),
    ),
    hints=(
        "What does the module cost whatever the bottleneck's width? Take that off first.",
        "One more filter costs c_in + 1 + 9 * three; see how often that goes into what is left.",
    ),
)
