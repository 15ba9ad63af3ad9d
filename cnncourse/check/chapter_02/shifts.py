"""The exercise on invariance: what a shift leaves of a pooled picture."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from cnncourse import ops
from cnncourse.check.exercise import Draw, Exercise, Wrong


def _pool(image: ArrayLike, size: int) -> np.ndarray:
    return ops.max_pool2d(np.asarray(image)[None, :, :, None], size)[0, :, :, 0]


def unchanged_outputs(image: ArrayLike, right: int, size: int) -> int:
    """Return how many outputs of a max pooling stay as they are when `image` moves."""
    moved = ops.translate(image, 0, right)
    return int((_pool(image, size) == _pool(moved, size)).sum())


def _inputs(draw: Draw) -> dict[str, Any]:
    size, right = draw.integer(1, min(draw.size, 3)), draw.integer(0, 3)
    height, width = (draw.integer(size, max(size, draw.size)) for _ in range(2))
    return {"image": draw.array(height, width), "right": right, "size": size}


def _compared(prepare: Any) -> Any:
    """Return a version that compares ``prepare(image, right, size)``, two arrays."""

    def version(image: np.ndarray, right: int, size: int) -> int:
        before, after = prepare(image, right, size)
        return int((before == after).sum())

    return version


UNCHANGED_OUTPUTS = Exercise(
    name="unchanged_outputs",
    task=(
        "Move `image` (H, W) by `right` columns to the right, with zeros coming in from the left "
        "(`ops.translate(image, 0, right)`). Max-pool both pictures with size × size windows side "
        "by side, incomplete ones left out. Return how many outputs are equal, as an integer."
    ),
    objective="pool-invariance",
    reference=unchanged_outputs,
    inputs=_inputs,
    rounds=((2, 60), (4, 60), (6, 60)),
    wrong=(
        Wrong(
            "the outputs that change counted",
            lambda image, right, size: (
                _pool(image, size).size - unchanged_outputs(image, right, size)
            ),
            ("Move by 0: how many outputs stay as they are?", "Count ==, not !=."),
        ),
        Wrong(
            "moved to the left",
            _compared(
                lambda image, right, size: (
                    _pool(image, size),
                    _pool(ops.translate(image, 0, -right), size),
                )
            ),
            ("Where do the zeros come in?", "From the left: moved[:, right:] = image[:, :-right]."),
        ),
        Wrong(
            "moved around the edge",
            _compared(
                lambda image, right, size: (
                    _pool(image, size),
                    _pool(np.roll(image, right, axis=1), size),
                )
            ),
            (
                "What comes in from the left?",
                "Zeros. np.roll brings back what left on the right; ops.translate doesn't.",
            ),
        ),
        Wrong(
            "pixels compared, not outputs",
            _compared(lambda image, right, size: (image, ops.translate(image, 0, right))),
            ("Does `size` play a part in your answer?", "Pool both pictures before comparing."),
        ),
        Wrong(
            "averages compared",
            _compared(
                lambda image, right, size: tuple(
                    ops.avg_pool2d(values[None, :, :, None], size)
                    for values in (image, ops.translate(image, 0, right))
                )
            ),
            ("Which pooling is asked for?", "The maximum of each window, not its mean."),
        ),
        Wrong(
            "the pooled map moved, not the picture",
            _compared(
                lambda image, right, size: (
                    _pool(image, size),
                    ops.translate(_pool(image, size), 0, right),
                )
            ),
            (
                "Which comes first, the move or the pooling?",
                "Move the picture by pixels, then pool it.",
            ),
        ),
        Wrong(
            "pooled in one picture only",
            lambda image, right, size: int(
                (
                    _pool(image, size)
                    == ops.translate(image, 0, right)[
                        : image.shape[0] // size * size : size,
                        : image.shape[1] // size * size : size,
                    ]
                ).sum()
            ),
            ("Do both pictures get the same treatment?", "Pool the moved one, too."),
        ),
    ),
    hints=(
        "Three steps: move, pool both, compare.",
        "(pool(image) == pool(moved)).sum(), with pool from your first exercise or from ops.",
    ),
)
