"""Exercises on what bottlenecks and inception modules cost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from cnncourse.arithmetic import conv_macs, conv_params
from cnncourse.check.exercise import Draw, Exercise, Wrong

Pair = Sequence[int]


def bottleneck_macs(size: int, c_in: int, reduce: int, filters: int, kernel: int) -> int:
    """Return the multiplications of a 1×1 convolution and a larger one after it."""
    return conv_macs(size, 1, c_in, reduce) + conv_macs(size, kernel, reduce, filters)


def _bottleneck(draw: Draw) -> dict[str, Any]:
    return {
        "size": draw.integer(1, 3 * draw.size),
        "c_in": draw.integer(1, 4 * draw.size),
        "reduce": draw.integer(1, 2 * draw.size),
        "filters": draw.integer(1, 4 * draw.size),
        "kernel": draw.choice((1, 3, 5, 7)),
    }


BOTTLENECK_MACS = Exercise(
    name="bottleneck_macs",
    task=(
        "Maps of `size` × `size` pixels and `c_in` channels go through a 1×1 convolution with "
        "`reduce` filters, then through a `kernel` × `kernel` convolution with `filters` filters, "
        "both with stride 1 and 'same' padding. Return how many multiplications that takes, as an "
        "integer; biases are no multiplications."
    ),
    objective="inc-bottleneck",
    reference=bottleneck_macs,
    inputs=_bottleneck,
    rounds=((2, 60), (4, 80), (8, 100)),
    wrong=(
        Wrong(
            "the 1×1 convolution forgotten",
            lambda size, c_in, reduce, filters, kernel: conv_macs(size, kernel, reduce, filters),
            (
                "Is the bottleneck itself free?",
                "It takes size * size * c_in * reduce multiplications of its own.",
            ),
        ),
        Wrong(
            "the second convolution forgotten",
            lambda size, c_in, reduce, filters, kernel: conv_macs(size, 1, c_in, reduce),
            ("How many layers are there?", "Two: add up what each of them takes."),
        ),
        Wrong(
            "the second convolution reads all channels",
            lambda size, c_in, reduce, filters, kernel: (
                conv_macs(size, 1, c_in, reduce) + conv_macs(size, kernel, c_in, filters)
            ),
            (
                "How many channels come out of the 1×1 convolution?",
                "`reduce` of them, and the second layer reads nothing else.",
            ),
        ),
        Wrong(
            "no bottleneck at all",
            lambda size, c_in, reduce, filters, kernel: conv_macs(size, kernel, c_in, filters),
            (
                "Does `reduce` play a part in your answer?",
                "That is the cost of the plain convolution, which the bottleneck is to undercut.",
            ),
        ),
        Wrong(
            "the large kernel in both layers",
            lambda size, c_in, reduce, filters, kernel: (
                conv_macs(size, kernel, c_in, reduce) + conv_macs(size, kernel, reduce, filters)
            ),
            (
                "How large is the window of the first layer?",
                "1 × 1: one weight for each channel and filter.",
            ),
        ),
        Wrong(
            "the kernel counted along one axis",
            lambda size, c_in, reduce, filters, kernel: (
                conv_macs(size, 1, c_in, reduce) + conv_macs(size, (kernel, 1), reduce, filters)
            ),
            ("How many pixels does a 3×3 window hold?", "kernel * kernel of them."),
        ),
        Wrong(
            "parameters counted, not multiplications",
            lambda size, c_in, reduce, filters, kernel: (
                conv_params(1, c_in, reduce, bias=False)
                + conv_params(kernel, reduce, filters, bias=False)
            ),
            (
                "Does your answer change with the size of the maps?",
                "Each weight is used once at every pixel: times size * size.",
            ),
        ),
        Wrong(
            "no padding",
            lambda size, c_in, reduce, filters, kernel: (
                conv_macs(size, 1, c_in, reduce)
                + conv_macs(max(size - kernel + 1, 1), kernel, reduce, filters)
            ),
            (
                "How large are the maps behind a convolution with 'same' padding?",
                "As large as before: size * size positions in both layers.",
            ),
        ),
        Wrong(
            "a bias counted at every pixel",
            lambda size, c_in, reduce, filters, kernel: (
                bottleneck_macs(size, c_in, reduce, filters, kernel)
                + size * size * (reduce + filters)
            ),
            ("What is a bias multiplied by?", "Nothing; it is only added."),
        ),
    ),
    hints=(
        "Two layers, so two products and one sum.",
        "size * size * (c_in * reduce + kernel * kernel * reduce * filters).",
    ),
)


def inception_params(c_in: int, one: int, three: Pair, five: Pair, pool: int) -> int:
    """Return the parameters of an inception module, biases included."""
    (reduce3, filters3), (reduce5, filters5) = three, five
    return (
        conv_params(1, c_in, one)
        + conv_params(1, c_in, reduce3)
        + conv_params(3, reduce3, filters3)
        + conv_params(1, c_in, reduce5)
        + conv_params(5, reduce5, filters5)
        + conv_params(1, c_in, pool)
    )


def _module(draw: Draw) -> dict[str, Any]:
    def filters() -> int:
        return draw.integer(1, 2 * draw.size)

    return {
        "c_in": draw.integer(1, 4 * draw.size),
        "one": filters(),
        "three": (filters(), filters()),
        "five": (filters(), filters()),
        "pool": filters(),
    }


def _without(part: Callable[[int, int, Pair, Pair, int], int]) -> Callable[..., int]:
    """Return a version that lacks what `part` counts."""

    def version(c_in: int, one: int, three: Pair, five: Pair, pool: int) -> int:
        return inception_params(c_in, one, three, five, pool) - part(c_in, one, three, five, pool)

    return version


INCEPTION_PARAMS = Exercise(
    name="inception_params",
    task=(
        "Return the number of parameters of an inception module that reads `c_in` channels, as an "
        "integer, biases included. `one` is the number of filters of its 1×1 branch, `three` and "
        "`five` are pairs (filters of the 1×1 bottleneck, filters of the 3×3 or 5×5 convolution "
        "after it), `pool` is the number of filters of the 1×1 convolution after the pooling."
    ),
    objective="inc-module",
    reference=inception_params,
    inputs=_module,
    rounds=((2, 60), (4, 80), (8, 100)),
    wrong=(
        Wrong(
            "biases forgotten",
            _without(lambda c_in, one, three, five, pool: one + sum(three) + sum(five) + pool),
            ("Is anything added after the products are summed up?", "Each filter has one bias."),
        ),
        Wrong(
            "biases of the bottlenecks forgotten",
            _without(lambda c_in, one, three, five, pool: three[0] + five[0]),
            (
                "Are the bottlenecks convolutions like the others?",
                "Yes, with a bias and a ReLU of their own: + three[0] + five[0].",
            ),
        ),
        Wrong(
            "no bottlenecks",
            lambda c_in, one, three, five, pool: (
                conv_params(1, c_in, one)
                + conv_params(3, c_in, three[1])
                + conv_params(5, c_in, five[1])
                + conv_params(1, c_in, pool)
            ),
            (
                "Do three[0] and five[0] play a part in your answer?",
                "That is the naive module. Here a 1×1 convolution stands before each large one.",
            ),
        ),
        Wrong(
            "the bottlenecks' own parameters forgotten",
            _without(
                lambda c_in, one, three, five, pool: (
                    conv_params(1, c_in, three[0]) + conv_params(1, c_in, five[0])
                )
            ),
            (
                "How many convolutions are there? Count them in the drawing.",
                "Six: the two bottlenecks have c_in * reduce + reduce parameters each.",
            ),
        ),
        Wrong(
            "the large kernels read all channels",
            lambda c_in, one, three, five, pool: (
                conv_params(1, c_in, one)
                + conv_params(1, c_in, three[0])
                + conv_params(3, c_in, three[1])
                + conv_params(1, c_in, five[0])
                + conv_params(5, c_in, five[1])
                + conv_params(1, c_in, pool)
            ),
            (
                "What does the 3×3 convolution read?",
                "The maps of its bottleneck, three[0] of them; not c_in.",
            ),
        ),
        Wrong(
            "the convolution after the pooling forgotten",
            _without(lambda c_in, one, three, five, pool: conv_params(1, c_in, pool)),
            (
                "A pooling has no weights, but what comes after it?",
                "A 1×1 convolution: c_in * pool + pool parameters.",
            ),
        ),
        Wrong(
            "the 1×1 branch forgotten",
            _without(lambda c_in, one, three, five, pool: conv_params(1, c_in, one)),
            (
                "How many branches are there?",
                "Four; the first is a 1×1 convolution with `one` filters.",
            ),
        ),
        Wrong(
            "a 3×3 kernel in the 5×5 branch",
            _without(lambda c_in, one, three, five, pool: 16 * five[0] * five[1]),
            ("How many weights has a 5×5 window?", "25 for each channel that it reads."),
        ),
        Wrong(
            "a 3×3 kernel after the pooling",
            _without(lambda c_in, one, three, five, pool: -8 * c_in * pool),
            (
                "Which of the two in that branch is 3×3, the pooling or the convolution?",
                "The pooling; its window has no weights. The convolution is 1×1.",
            ),
        ),
        Wrong(
            "the convolution after the pooling reads the other branches",
            lambda c_in, one, three, five, pool: (
                inception_params(c_in, one, three, five, pool)
                - conv_params(1, c_in, pool)
                + conv_params(1, one + three[1] + five[1], pool)
            ),
            (
                "Do the branches stand side by side, or one after the other?",
                "All four read the same c_in channels; they meet only when they are stacked.",
            ),
        ),
    ),
    hints=(
        "Six convolutions. For each: its kernel, what it reads, how many filters it has.",
        "kernel * kernel * channels * filters + filters; the bottlenecks hand three[0] and five[0] "
        "channels on.",
    ),
)
