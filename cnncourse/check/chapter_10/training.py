"""Exercises on training two heads: how to weigh their losses, and a loss made of an overlap."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from cnncourse import boxes
from cnncourse.check.exercise import Draw, Exercise, Wrong


def balanced_weights(losses: Any, shares: Any) -> np.ndarray:
    """Return loss weights, 1 in total, at which each loss makes up its share of the whole."""
    weights = np.asarray(shares, float) / np.asarray(losses, float)
    return weights / weights.sum()


def _weights(
    weigh: Callable[[np.ndarray, np.ndarray], np.ndarray], total: bool = True
) -> Callable[..., np.ndarray]:
    def version(losses: Any, shares: Any) -> np.ndarray:
        weights = weigh(np.asarray(losses, float), np.asarray(shares, float))
        return weights / weights.sum() if total else weights

    return version


BALANCED_WEIGHTS = Exercise(
    name="balanced_weights",
    task=(
        "A network has several heads, and `losses` says how large the loss of each is at the "
        "start. Return one weight a head, as an array, so that loss times weight makes up the "
        "head's share in `shares` of the weighted sum. The weights have a sum of 1. All losses and "
        "shares are above 0; `shares` have a sum of 1."
    ),
    objective="loc-heads",
    reference=balanced_weights,
    inputs=lambda draw: _heads(draw),
    rounds=((2, 80), (4, 100), (6, 100)),
    wrong=(
        Wrong(
            "the shares themselves",
            _weights(lambda losses, shares: shares, total=False),
            (
                "With these weights, what are the weighted losses?",
                "A small loss needs a large weight: divide the share by the loss.",
            ),
        ),
        Wrong(
            "a sum other than 1",
            _weights(lambda losses, shares: shares / losses, total=False),
            ("What is the sum of your weights?", "Divide them by their sum."),
        ),
        Wrong(
            "large losses weighted up",
            _weights(lambda losses, shares: shares * losses),
            (
                "Which head needs the larger weight: the one with the large loss or the small one?",
                "The small one: share divided by loss.",
            ),
        ),
        Wrong(
            "shares left out",
            _weights(lambda losses, shares: 1 / losses),
            (
                "With your weights all heads have the same share. Is that what is wanted?",
                "Begin with share / loss instead of 1 / loss.",
            ),
        ),
        Wrong(
            "weights in proportion to the losses",
            _weights(lambda losses, shares: losses),
            (
                "Do your weights depend on `shares`, and does a small loss get a large weight?",
                "Divide each share by its loss.",
            ),
        ),
        Wrong(
            "upside down",
            _weights(lambda losses, shares: losses / shares),
            ("Which one is divided by which?", "Share by loss, then by the sum."),
        ),
    ),
    hints=(
        "Weight times loss shall be in the proportion of the shares. Solve for the weight.",
        "weights = shares / losses, then weights / weights.sum().",
    ),
)


def _heads(draw: Draw) -> dict[str, Any]:
    count = draw.integer(2, 3)
    losses = [draw.choice((1.0, 2.0, 0.5, 4.0, 0.25, 3.0, 0.2, 5.0)) for _ in range(3)][:count]
    shares = [0.5, 0.5] if count == 2 else [0.25, 0.25, 0.5]
    if draw.integer(0, 1):
        shares = [0.75, 0.25] if count == 2 else [0.125, 0.5, 0.375]
    return {"losses": losses, "shares": shares}


def giou_losses(a: Any, b: Any) -> np.ndarray:
    """Return one minus the generalised IoU of each box in `a` with its partner in `b`."""
    return 1 - boxes.giou(a, b, paired=True)


def _losses(
    combine: Callable[[np.ndarray, np.ndarray, np.ndarray, np.ndarray], np.ndarray],
) -> Callable[..., np.ndarray]:
    """Return a version made of the shared area, its sides, the union and the sides of the hull."""

    def version(a: Any, b: Any) -> np.ndarray:
        one, two = np.asarray(a, float), np.asarray(b, float)
        inner = np.minimum(one[:, 2:], two[:, 2:]) - np.maximum(one[:, :2], two[:, :2])
        outer = np.maximum(one[:, 2:], two[:, 2:]) - np.minimum(one[:, :2], two[:, :2])
        shared = boxes.intersection(a, b, paired=True)
        union = boxes.area(a) + boxes.area(b) - shared
        return combine(shared, inner, union, outer)

    return version


def _cut_hull(shared: Any, inner: Any, union: Any, outer: Any) -> np.ndarray:
    rough = np.prod(inner, axis=1)
    union = union + shared - rough
    return 1 - rough / union + 1 - union / np.prod(outer, axis=1)


GIOU_LOSSES = Exercise(
    name="giou_losses",
    task=(
        "Return one loss for each pair of boxes `a[i]` and `b[i]` as an array: 1 - GIoU. GIoU is "
        "the IoU minus the share of the hull that neither box fills, (hull - union) / hull; the "
        "hull is the smallest box around both. A box is left, top, right, bottom, and every box "
        "has an area. `a` and `b` are lists of lists, equally many."
    ),
    objective="loc-overlap",
    reference=giou_losses,
    inputs=lambda draw: _pairs(draw),
    wrong=(
        Wrong(
            "IoU in place of GIoU",
            _losses(lambda shared, inner, union, outer: 1 - shared / union),
            (
                "Does your loss tell boxes that are nearly touching from boxes far apart?",
                "Add the empty share of the hull: (hull - union) / hull.",
            ),
        ),
        Wrong(
            "GIoU itself, not the loss",
            lambda a, b: boxes.giou(a, b, paired=True),
            ("Is your number smallest where boxes fit?", "A loss is 1 - GIoU."),
        ),
        Wrong(
            "the empty share subtracted from the loss",
            _losses(
                lambda shared, inner, union, outer: (
                    1 - shared / union - (1 - union / np.prod(outer, axis=1))
                )
            ),
            (
                "Does an emptier hull make your loss larger?",
                "1 - (IoU - empty) is 1 - IoU + empty: mind the brackets.",
            ),
        ),
        Wrong(
            "the hull around the shared part",
            _losses(
                lambda shared, inner, union, outer: (
                    1 - shared / union + 1 - union / np.maximum(np.prod(inner, axis=1), 1e-9)
                )
            ),
            (
                "Is your hull larger than both boxes?",
                "It begins at the smaller left and top, and ends at the larger right and bottom.",
            ),
        ),
        Wrong(
            "sides of a gap multiplied",
            _losses(_cut_hull),
            (
                "How wide is what two boxes share if there is a gap between them?",
                "Cut width and height of the shared part off at 0 before you multiply.",
            ),
        ),
        Wrong(
            "the distance of the centres, as in DIoU",
            lambda a, b: 1 - boxes.diou(a, b, paired=True),
            (
                "What is subtracted here: a distance, or an empty area?",
                "(hull - union) / hull, all of them areas.",
            ),
        ),
        Wrong(
            "every box with every box",
            lambda a, b: 1 - boxes.giou(a, b),
            (
                "How many losses are asked for with three pairs?",
                "Three: a[i] with b[i] only, no a[:, None].",
            ),
        ),
    ),
    hints=(
        "Four areas for each pair: of both boxes, of what they share, and of the hull.",
        "union = area a + area b - shared; the loss is 1 - shared / union + (hull - union) / hull.",
    ),
)


def _pairs(draw: Draw) -> dict[str, Any]:
    count = draw.integer(1, 3)
    rows: dict[str, list[list[int]]] = {"a": [], "b": []}
    for _ in range(3):
        for side in rows.values():
            left, top = draw.integer(0, 4), draw.integer(0, 4)
            side.append([left, top, draw.integer(left + 1, 5), draw.integer(top + 1, 5)])
    return {name: side[:count] for name, side in rows.items()}
