"""Exercises on whole numbers: connections of C3, a VGG to the last parameter, top-k misses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from cnncourse import arithmetic
from cnncourse.check.exercise import VALUES, Draw, Exercise, Wrong


def partial_conv_params(connections: Sequence[Sequence[int]], kernel: int) -> int:
    """Return the parameters of a convolution whose filters see the maps that `connections` lists.

    The 1998 paper's C3 is ``partial_conv_params(layers.LENET_C3, 5)``, 1,516.
    """
    return sum(arithmetic.conv_params(kernel, len(maps), 1) for maps in connections)


def _table(draw: Draw) -> dict[str, Any]:
    kernel = draw.integer(1, draw.size)
    filters = []
    for _ in range(draw.integer(1, draw.size)):
        first, count = draw.integer(0, draw.size), draw.integer(1, draw.size)
        filters.append(tuple(range(first, first + count)))
    return {"connections": tuple(filters), "kernel": kernel}


def _links(connections: Sequence[Sequence[int]]) -> int:
    return sum(len(maps) for maps in connections)


def _maps(connections: Sequence[Sequence[int]]) -> int:
    return len({number for maps in connections for number in maps})


PARTIAL_CONV_PARAMS = Exercise(
    name="partial_conv_params",
    task=(
        "Return the number of parameters of a convolution in which not every filter sees every "
        "map, as an integer. `connections` lists, for each filter, the numbers of the maps that it "
        "sees; kernels are `kernel` × `kernel`, and each filter has one bias."
    ),
    objective="classic-lenet",
    reference=partial_conv_params,
    inputs=_table,
    rounds=((2, 60), (4, 60), (6, 60)),
    wrong=(
        Wrong(
            "every filter connected to every map",
            lambda connections, kernel: arithmetic.conv_params(
                kernel, _maps(connections), len(connections)
            ),
            (
                "How many kernels does the first filter of the table own?",
                "One for each map in its row: add up len(maps), row by row.",
            ),
        ),
        Wrong(
            "the biases forgotten",
            lambda connections, kernel: kernel * kernel * _links(connections),
            ("What is added to the sum of products?", "One bias a filter: + len(connections)."),
        ),
        Wrong(
            "a bias for every connection",
            lambda connections, kernel: (kernel * kernel + 1) * _links(connections),
            (
                "A filter that sees three maps: how many biases does it add?",
                "One, after the three convolutions are added up: + len(connections) in all.",
            ),
        ),
        Wrong(
            "one kernel a filter, whatever it sees",
            lambda connections, kernel: (kernel * kernel + 1) * len(connections),
            (
                "Does your answer change when a filter sees one map more?",
                "Each connection has a kernel of its own: kernel * kernel * len(maps).",
            ),
        ),
        Wrong(
            "one kernel a map, shared by its filters",
            lambda connections, kernel: kernel * kernel * _maps(connections) + len(connections),
            (
                "Two filters that see the same map: do they look for the same thing in it?",
                "Every pair of a filter and a map has its own kernel.",
            ),
        ),
        Wrong(
            "the kernel not squared",
            lambda connections, kernel: kernel * _links(connections) + len(connections),
            ("How many weights does a 5 × 5 kernel hold?", "kernel * kernel a connection."),
        ),
        Wrong(
            "one weight a connection",
            lambda connections, kernel: _links(connections) + len(connections),
            (
                "Which argument does your code not use?",
                "A connection is a kernel of kernel * kernel weights.",
            ),
        ),
    ),
    hints=(
        "Count what one row of the table needs, then add up the rows.",
        "kernel * kernel * len(maps) + 1 for each row.",
    ),
)


def vgg_params(size: int, stages: Sequence[tuple[int, int]], hidden: int, classes: int) -> int:
    """Return the parameters of a VGG network for colour images.

    VGG-16 is ``vgg_params(224, [(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)], 4096, 1000)``.
    """
    return _vgg(size, stages, hidden, classes)


def _vgg(
    size: int,
    stages: Sequence[tuple[int, int]],
    hidden: int,
    classes: int,
    c_in: int = 3,
    bias: bool = True,
    pools: bool = True,
    head: Callable[[int, int], int] = lambda side, channels: side * side * channels,
    hidden_layers: int = 2,
    convs_in_stage: Callable[[int], int] = lambda count: count,
    chains: bool = True,
) -> int:
    """Count a VGG network, with the mistakes that its arguments name."""
    total = 0
    for count, filters in stages:
        for _ in range(convs_in_stage(count)):
            total += arithmetic.conv_params(3, c_in if chains else filters, filters, bias)
            c_in = filters
        size = size // 2 if pools else size
    widths = [head(size, c_in), *[hidden] * hidden_layers, classes]
    return total + sum(
        arithmetic.dense_params(inputs, units, bias) for inputs, units in pairwise(widths)
    )


def _stages(draw: Draw) -> dict[str, Any]:
    count = draw.integer(1, 3)
    stages = tuple((draw.integer(1, 3), draw.integer(1, 2 * draw.size)) for _ in range(count))
    return {
        "size": draw.integer(2**count, 2**count * 3),
        "stages": stages,
        "hidden": draw.integer(1, 2 * draw.size),
        "classes": draw.integer(1, 2 * draw.size),
    }


def _with(**mistake: Any) -> Callable[..., int]:
    def version(size: int, stages: Any, hidden: int, classes: int) -> int:
        return _vgg(size, stages, hidden, classes, **mistake)

    return version


VGG_PARAMS = Exercise(
    name="vgg_params",
    task=(
        "Return the number of parameters of a VGG network for `size` × `size` colour images, as an "
        "integer. `stages` lists (convolutions, filters): so many 3×3 convolutions with 'same' "
        "padding, then a 2×2 max pooling that drops odd rows and columns. Then come Flatten, two "
        "dense layers of `hidden` units and one of `classes`. Every layer has biases."
    ),
    objective="classic-vgg",
    reference=vgg_params,
    inputs=_stages,
    rounds=((2, 60), (4, 60), (6, 60)),
    wrong=(
        Wrong(
            "the poolings forgotten",
            _with(pools=False),
            (
                "How many values does Flatten hand on?",
                "Each stage halves the size: size // 2 once for every stage.",
            ),
        ),
        Wrong(
            "a global average in place of Flatten",
            _with(head=lambda side, channels: channels),
            (
                "Does your answer change with the size of the image?",
                "Flatten keeps every pixel of the last maps: size * size * filters inputs.",
            ),
        ),
        Wrong(
            "only one side of the last maps counted",
            _with(head=lambda side, channels: side * channels),
            (
                "The last maps are 7 × 7: how many values has one of them?",
                "Flatten gives size * size * filters values.",
            ),
        ),
        Wrong(
            "the biases forgotten",
            _with(bias=False),
            ("Which layers have a bias?", "All: one a filter, and one a unit."),
        ),
        Wrong(
            "a single hidden layer",
            _with(hidden_layers=1),
            (
                "How many dense layers are there in all?",
                "Three: flat → hidden, hidden → hidden, hidden → classes.",
            ),
        ),
        Wrong(
            "one convolution a stage",
            _with(convs_in_stage=lambda count: 1),
            (
                "What is the first number of each stage for?",
                "It says how many convolutions follow each other before the pooling.",
            ),
        ),
        Wrong(
            "every convolution fed with as many maps as it makes",
            _with(chains=False),
            (
                "How many channels does the first convolution of a stage read?",
                "Those that the stage before made; in the first stage, the three colours.",
            ),
        ),
        Wrong(
            "a grey image",
            _with(c_in=1),
            ("How many channels has a colour image?", "Start with channels = 3."),
        ),
    ),
    hints=(
        "Walk through the stages with two numbers in hand: the size and the channels.",
        "9 * channels * filters + filters a convolution; then three dense layers, the first with "
        "size * size * channels inputs.",
    ),
)


def top_k_misses(scores: np.ndarray, labels: Sequence[int], k: int) -> int:
    """Return for how many images the right class is not among the `k` with the highest scores."""
    scores = np.asarray(scores)
    right = scores[np.arange(len(scores)), list(labels)]
    return int(((scores > right[:, np.newaxis]).sum(axis=1) >= k).sum())


def _scored(draw: Draw) -> dict[str, Any]:
    classes, images = draw.integer(2, min(draw.size + 1, 7)), draw.integer(1, draw.size)
    k, seed = draw.integer(1, classes), draw.integer(0, 255)
    order = np.random.default_rng(seed)
    rows = [order.permutation(VALUES[:classes]) for _ in range(images)]
    labels = [draw.integer(0, classes - 1) for _ in range(images)]
    return {"scores": np.array(rows), "labels": labels, "k": k}


def _by_rank(misses: Callable[[np.ndarray, int, int], Any]) -> Callable[..., int]:
    """Return a version that sees, for each image, how many classes score higher."""

    def version(scores: np.ndarray, labels: Sequence[int], k: int) -> int:
        right = scores[np.arange(len(scores)), list(labels)]
        return int(misses((scores > right[:, np.newaxis]).sum(axis=1), k, scores.shape[1]))

    return version


TOP_K_MISSES = Exercise(
    name="top_k_misses",
    task=(
        "Return for how many images the right class isn't among the `k` classes with the "
        "highest scores, as an integer. `scores` is (images, classes), `labels` lists the number "
        "of the right class of each image. No two scores of an image are equal."
    ),
    objective="classic-scores",
    reference=top_k_misses,
    inputs=_scored,
    rounds=((2, 60), (3, 80), (6, 80)),
    wrong=(
        Wrong(
            "hits counted, not misses",
            _by_rank(lambda ranks, k, classes: (ranks < k).sum()),
            (
                "An error of 0: is that a good or a bad network?",
                "Count the images whose class is not among the first k.",
            ),
        ),
        Wrong(
            "only the best class counted",
            _by_rank(lambda ranks, k, classes: (ranks >= 1).sum()),
            ("Which argument does your code not use?", "k classes may be named, not just one."),
        ),
        Wrong(
            "one class too many allowed",
            _by_rank(lambda ranks, k, classes: (ranks >= k + 1).sum()),
            (
                "With k = 1, may the right class come second?",
                "At most k - 1 classes may score higher than the right one.",
            ),
        ),
        Wrong(
            "one class too few allowed",
            _by_rank(lambda ranks, k, classes: (ranks >= k - 1).sum()),
            (
                "With k = 1, is an image a miss whose class comes first?",
                "The right class may be in place k, too.",
            ),
        ),
        Wrong(
            "the lowest scores taken",
            _by_rank(lambda ranks, k, classes: (classes - 1 - ranks >= k).sum()),
            (
                "Where does np.argsort put the highest score?",
                "At the end of each row: take order[:, -k:], or sort -scores.",
            ),
        ),
        Wrong(
            "labels counted from 1",
            lambda scores, labels, k: top_k_misses(
                scores, [(label - 1) % scores.shape[1] for label in labels], k
            ),
            ("Which column belongs to class 0?", "The first, scores[:, 0]."),
        ),
    ),
    hints=(
        "How many classes may score higher than the right one?",
        "np.argsort(-scores, axis=1)[:, :k] names the k best classes of every image.",
    ),
)
