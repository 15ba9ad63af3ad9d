"""Exercises on one heat map: how Grad-CAM makes it, and how much of it lies in a box."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from cnncourse.check.exercise import Draw, Exercise, Wrong


def grad_cam_map(maps: np.ndarray, gradients: np.ndarray) -> np.ndarray:
    """Return the Grad-CAM heat map of maps (H, W, C) and the gradients of a score by them."""
    weights = gradients.mean(axis=(0, 1))
    return np.maximum((weights * maps).sum(axis=-1), 0)


def _stacks(draw: Draw) -> dict[str, Any]:
    shape = draw.integer(1, draw.size), draw.integer(1, draw.size + 1), draw.integer(1, draw.size)
    return {"maps": draw.array(*shape), "gradients": draw.array(*shape)}


def _weighted(
    weigh: Callable[[np.ndarray], np.ndarray], finish: Callable[[np.ndarray], np.ndarray] | None
) -> Callable[..., np.ndarray]:
    """Return a version with other weights, or with another last step than cutting off at 0."""

    def version(maps: np.ndarray, gradients: np.ndarray) -> np.ndarray:
        heat = (weigh(gradients) * maps).sum(axis=-1)
        return np.maximum(heat, 0) if finish is None else finish(heat)

    return version


def _means(gradients: np.ndarray) -> np.ndarray:
    return gradients.mean(axis=(0, 1))


def _scaled(heat: np.ndarray) -> np.ndarray:
    heat = np.maximum(heat, 0)
    return heat / heat.max() if heat.max() > 0 else heat


def _terms_cut_off(maps: np.ndarray, gradients: np.ndarray) -> np.ndarray:
    return np.maximum(_means(gradients) * maps, 0).sum(axis=-1)


GRAD_CAM_MAP = Exercise(
    name="grad_cam_map",
    task=(
        "Return the Grad-CAM heat map (H, W). `maps` (H, W, C) is what a layer returned for one "
        "picture, `gradients` (H, W, C) the gradient of the class's score by it. The weight of a "
        "channel is the mean of its gradients; add the weighted maps up, and cut what is below 0 "
        "off. Don't scale the result."
    ),
    objective="see-grad-cam",
    reference=grad_cam_map,
    inputs=lambda draw: _stacks(draw),
    wrong=(
        Wrong(
            "nothing cut off at 0",
            _weighted(_means, lambda heat: heat),
            (
                "What does a negative place say about the class?",
                "It speaks against it: np.maximum(heat, 0).",
            ),
        ),
        Wrong(
            "absolute values",
            _weighted(_means, np.abs),
            (
                "Is what speaks against a class a reason for it?",
                "Set negative places to 0; don't turn their sign.",
            ),
        ),
        Wrong(
            "summed gradients as weights",
            _weighted(lambda gradients: gradients.sum(axis=(0, 1)), None),
            (
                "Does the weight of a channel grow with the size of the map?",
                "Take the mean over rows and columns, not the sum.",
            ),
        ),
        Wrong(
            "multiplied place by place",
            _weighted(lambda gradients: gradients, None),
            (
                "How many weights does a channel have?",
                "One, its mean gradient: average over rows and columns before you multiply.",
            ),
        ),
        Wrong(
            "averaged over the channels",
            _weighted(lambda gradients: gradients.mean(axis=-1, keepdims=True), None),
            (
                "Over which axes is a channel's own mean taken?",
                "Rows and columns, axis=(0, 1), so that one number a channel is left.",
            ),
        ),
        Wrong(
            "negative weights dropped",
            _weighted(lambda gradients: np.maximum(_means(gradients), 0), None),
            (
                "May a map speak against the class?",
                "Keep negative weights; only the sum is cut off at 0.",
            ),
        ),
        Wrong(
            "each term cut off, not the sum",
            _terms_cut_off,
            (
                "One channel speaks for the class, a stronger one against it. Is the place hot?",
                "Add the weighted maps up first, and cut off afterwards.",
            ),
        ),
        Wrong(
            "weights without a sign",
            _weighted(lambda gradients: np.abs(_means(gradients)), None),
            (
                "What does a negative mean gradient say?",
                "That the map speaks against the class: keep its sign.",
            ),
        ),
        Wrong(
            "the mean of the maps, not their sum",
            lambda maps, gradients: grad_cam_map(maps, gradients) / maps.shape[-1],
            (
                "Is the heat shared out among the channels?",
                "Add the weighted maps up over the last axis.",
            ),
        ),
        Wrong(
            "scaled to a maximum of 1",
            _weighted(_means, _scaled),
            (
                "Can you still compare two of your maps?",
                "Return the sum as it is; scaling is for the picture.",
            ),
        ),
        Wrong(
            "the maps unweighted",
            _weighted(lambda gradients: np.ones(gradients.shape[-1]), None),
            (
                "Where does the class come in?",
                "Multiply each map by the mean of its gradients.",
            ),
        ),
    ),
    hints=(
        "Two steps: one weight for each channel, then a weighted sum of the maps.",
        "weights = gradients.mean(axis=(0, 1)); np.maximum((weights * maps).sum(axis=-1), 0).",
    ),
)


def inside_share(heats: Any, boxes: Any) -> np.ndarray:
    """Return the share of each heat map (H, W) inside its box, negative values counted as 0."""
    return _batch(_one_share)(heats, boxes)


def _batch(function: Callable[[np.ndarray, Sequence[int]], Any]) -> Callable[..., np.ndarray]:
    """Return a version for a batch from one for a single map and its box."""

    def version(heats: Any, boxes: Any) -> np.ndarray:
        return np.array(
            [function(heat, box) for heat, box in zip(heats, boxes, strict=True)], float
        )

    return version


def _one_share(heat: np.ndarray, box: Sequence[int]) -> float:
    heat = np.maximum(heat, 0)
    total = heat.sum()
    return _sum_inside(heat, box) / total if total > 0 else 0.0


def _sum_inside(heat: np.ndarray, box: Sequence[int]) -> float:
    left, top, right, bottom = box
    return float(heat[top:bottom, left:right].sum())


def _heats_and_boxes(draw: Draw) -> dict[str, Any]:
    count, height, width = (
        draw.integer(1, 2),
        draw.integer(1, draw.size),
        draw.integer(1, draw.size),
    )
    boxes = []
    for _ in range(2):
        left, top = draw.integer(0, width - 1), draw.integer(0, height - 1)
        boxes.append([left, top, draw.integer(left + 1, width), draw.integer(top + 1, height)])
    return {"heats": draw.array(count, height, width), "boxes": boxes[:count]}


def _shared(
    inside: Callable[[np.ndarray, Sequence[int]], Any],
    total: Callable[[np.ndarray], Any] = np.sum,
    clean: Callable[[np.ndarray], np.ndarray] = lambda heat: np.maximum(heat, 0),
) -> Callable[..., np.ndarray]:
    def one(heat: np.ndarray, box: Sequence[int]) -> float:
        clear = clean(heat)
        whole = total(clear)
        return inside(clear, box) / whole if whole != 0 else 0.0

    return _batch(one)


INSIDE_SHARE = Exercise(
    name="inside_share",
    task=(
        "Return, as an array of N numbers from 0 to 1, the share of each heat map that lies inside "
        "its box. `heats` has the shape (N, H, W); negative values count as 0. `boxes` is a list "
        "of N boxes: left, top, right, bottom in whole pixels, right and bottom one past the last "
        "pixel. A map without anything positive gets 0."
    ),
    objective="see-faithfulness",
    reference=inside_share,
    inputs=lambda draw: _heats_and_boxes(draw),
    rounds=((2, 60), (4, 80), (6, 80)),
    wrong=(
        Wrong(
            "negative values kept",
            _shared(_sum_inside, clean=lambda heat: heat),
            (
                "Can your share be negative, or more than 1?",
                "np.maximum(heat, 0) before anything is added up.",
            ),
        ),
        Wrong(
            "absolute values",
            _shared(_sum_inside, clean=np.abs),
            (
                "Does a place that speaks against the class count?",
                "Negative values count as 0: np.maximum(heat, 0).",
            ),
        ),
        Wrong(
            "rows and columns swapped",
            _shared(lambda heat, box: heat[box[0] : box[2], box[1] : box[3]].sum()),
            (
                "Which axis of the array does `left` belong to?",
                "The first axis is rows: heat[top:bottom, left:right].",
            ),
        ),
        Wrong(
            "one row and one column too many",
            _shared(lambda heat, box: heat[box[1] : box[3] + 1, box[0] : box[2] + 1].sum()),
            (
                "Is column `right` inside the box?",
                "It is one past the last one, as in a slice: left:right.",
            ),
        ),
        Wrong(
            "right and bottom taken for width and height",
            _shared(
                lambda heat, box: heat[box[1] : box[1] + box[3], box[0] : box[0] + box[2]].sum()
            ),
            (
                "What do the third and the fourth number of a box mean?",
                "They are where it ends: heat[top:bottom, left:right].",
            ),
        ),
        Wrong(
            "the box's share of the picture",
            _batch(lambda heat, box: (box[2] - box[0]) * (box[3] - box[1]) / heat.size),
            (
                "Does your answer look at the heat?",
                "Add up the heat inside; the number of pixels is what chance would give.",
            ),
        ),
        Wrong(
            "means instead of sums",
            _shared(lambda heat, box: heat[box[1] : box[3], box[0] : box[2]].mean(), total=np.mean),
            (
                "What do you get for the same heat everywhere and a small box?",
                "Divide the sum inside by the sum of all.",
            ),
        ),
        Wrong(
            "inside over outside",
            _batch(
                lambda heat, box: (
                    share / (1 - share) if (share := _one_share(heat, box)) < 1 else 1.0
                )
            ),
            (
                "What do you get when as much lies inside as outside?",
                "Divide by everything, not by what is outside.",
            ),
        ),
        Wrong(
            "the share outside",
            lambda heats, boxes: 1 - inside_share(heats, boxes),
            (
                "Is your answer 1 when all heat is in the box?",
                "Add up heat[top:bottom, left:right].",
            ),
        ),
        Wrong(
            "the sum itself",
            _batch(lambda heat, box: _sum_inside(np.maximum(heat, 0), box)),
            ("Does your answer change when the heat is doubled?", "Divide by the sum of all heat."),
        ),
    ),
    hints=(
        "Cut off what is negative, then divide the sum inside by the sum of all.",
        "heat = np.maximum(heat, 0), then heat[top:bottom, left:right].sum() / heat.sum(), or 0.",
    ),
)
