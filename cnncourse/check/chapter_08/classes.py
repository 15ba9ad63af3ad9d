"""The exercise on decoding: which classes are the most probable."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from cnncourse.check.exercise import Draw, Exercise, Wrong


def decode_top(scores: ArrayLike, k: int) -> np.ndarray:
    """Return the numbers of the `k` best classes of each image, (N, k), the best first."""
    return np.argsort(-np.asarray(scores), axis=1, kind="stable")[:, :k]


def _inputs(draw: Draw) -> dict[str, Any]:
    images, classes = draw.integer(1, 3), draw.integer(1, draw.size)
    return {"scores": draw.array(images, classes), "k": draw.integer(1, classes)}


DECODE_TOP = Exercise(
    name="decode_top",
    task=(
        "For each image, a row of `scores` (N, classes), return the numbers of its `k` best "
        "classes: an array (N, k), the best first. Of equal scores the smaller class number comes "
        "first. The scores can be probabilities or logits."
    ),
    objective="pre-decode",
    reference=decode_top,
    inputs=_inputs,
    rounds=((3, 60), (4, 80), (6, 80)),
    wrong=(
        Wrong(
            "the worst classes returned",
            lambda scores, k: np.argsort(scores, axis=1, kind="stable")[:, :k],
            ("Does argsort put the largest first?", "The smallest: sort -scores instead."),
        ),
        Wrong(
            "the best class last",
            lambda scores, k: decode_top(scores, k)[:, ::-1],
            ("Where should the best class stand?", "First: turn the columns round."),
        ),
        Wrong(
            "equal scores in the wrong order",
            lambda scores, k: np.argsort(scores, axis=1, kind="stable")[:, ::-1][:, :k],
            (
                "What happens to equal scores if a sorted row is turned round?",
                "They change places. Sort -scores with kind='stable' instead of turning round.",
            ),
        ),
        Wrong(
            "scores instead of class numbers",
            lambda scores, k: np.take_along_axis(scores, decode_top(scores, k), axis=1),
            ("Which is wanted, how sure or which class?", "Which class: argsort, not sort."),
        ),
        Wrong(
            "images compared, not classes",
            lambda scores, k: np.argsort(-scores, axis=0, kind="stable")[:, :k],
            ("Along which axis do the classes lie?", "Along axis 1; every image is a row."),
        ),
        Wrong(
            "class numbers counted from 1",
            lambda scores, k: decode_top(scores, k) + 1,
            ("What is the number of the first class?", "It is 0, as everywhere in NumPy."),
        ),
    ),
    hints=(
        "NumPy can tell in which order a row would be sorted.",
        "np.argsort(-scores, axis=1, kind='stable') has the best class of each image first.",
    ),
)
