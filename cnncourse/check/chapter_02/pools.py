"""Exercises on whole batches: maximum, average, and maximum over channels."""

from __future__ import annotations

from typing import Any

import numpy as np

from cnncourse import arithmetic, ops
from cnncourse.check.exercise import Draw, Exercise, Wrong


def _max_pool2d_inputs(draw: Draw) -> dict[str, Any]:
    size, stride = draw.integer(1, min(draw.size, 3)), draw.choice((None, 1, 2, 3))
    sides = [draw.integer(size, max(size, draw.size)) for _ in range(2)]
    channels, images = draw.integer(1, 2), draw.integer(1, 2)
    return {"x": draw.array(images, *sides, channels), "size": size, "stride": stride}


def _across_channels(x: np.ndarray, size: int, stride: int | None = None) -> np.ndarray:
    pooled = ops.max_pool2d(x, size, stride)
    return np.repeat(pooled.max(axis=-1, keepdims=True), x.shape[-1], axis=-1)


MAX_POOL2D = Exercise(
    name="max_pool2d",
    task=(
        "Return the largest value of every size × size window of images `x` (N, H, W, C), channel "
        "by channel, as an array (N, H_out, W_out, C). The window moves by `stride`, or by its own "
        "size if that is None; windows that don't fit are left out."
    ),
    objective="pool-window",
    reference=ops.max_pool2d,
    leaves_out=("padding",),
    inputs=_max_pool2d_inputs,
    rounds=((2, 60), (4, 60), (6, 60)),
    wrong=(
        Wrong(
            "a stride of 1 when none is given",
            lambda x, size, stride=None: ops.max_pool2d(x, size, 1 if stride is None else stride),
            (
                "How far does a pooling window move when nobody says how far?",
                "By its own size: stride = size if stride is None else stride.",
            ),
        ),
        Wrong(
            "the stride ignored",
            lambda x, size, stride=None: ops.max_pool2d(x, size),
            (
                "Which argument does your code not use?",
                "The window of output (row, column) starts at (row * stride, column * stride).",
            ),
        ),
        Wrong(
            "averaged",
            lambda x, size, stride=None: ops.avg_pool2d(x, size, stride),
            ("Which one value of a window is kept?", "Take .max, not .mean, over both axes."),
        ),
        Wrong(
            "the smallest kept",
            lambda x, size, stride=None: -ops.max_pool2d(-x, size, stride),
            ("Which one value of a window is kept?", "Take .max, not .min, over both axes."),
        ),
        Wrong(
            "the first value kept",
            lambda x, size, stride=None: ops.max_pool2d(
                x[
                    :,
                    : x.shape[1] - size + 1 : size if stride is None else stride,
                    : x.shape[2] - size + 1 : size if stride is None else stride,
                ],
                1,
            ),
            (
                "Do the other pixels of the window play a part in your answer?",
                "x[:, ::stride, ::stride] only picks corners; take the maximum of whole windows.",
            ),
        ),
        Wrong(
            "the largest of all channels",
            _across_channels,
            (
                "Does one channel of your answer change when another one of x does?",
                "Take the maximum over rows and columns only: axis=(1, 2).",
            ),
        ),
        Wrong(
            "height and width swapped",
            lambda x, size, stride=None: ops.max_pool2d(x, size, stride).transpose(0, 2, 1, 3),
            (
                "Try an image that is wider than high and look at the shape of your result.",
                "x is (N, H, W, C): axis 1 goes down, axis 2 goes right, in the result as well.",
            ),
        ),
        Wrong(
            "incomplete windows kept",
            lambda x, size, stride=None: ops.max_pool2d(x, size, stride, "same"),
            (
                "What becomes of the last row when the height is odd and the size 2?",
                "Without padding it is dropped: there are (H - size) // stride + 1 rows.",
            ),
        ),
    ),
    hints=(
        "Work out the number of rows and columns first, then visit each window in two loops.",
        "output[:, row, column] = x[:, top : top + size, left : left + size].max(axis=(1, 2)) with "
        "top = row * stride and left = column * stride.",
    ),
)


def _avg_pool2d_inputs(draw: Draw) -> dict[str, Any]:
    padding = draw.choice(("valid", "same"))
    size = draw.integer(1, min(draw.size, 3))
    # One pixel more than whole windows asks for the most padding, one less for a single line.
    lengths = (size, size + 1, 2 * size - 1, 2 * size + 1, *((1,) if padding == "same" else ()))
    sides = [draw.choice(lengths) for _ in range(2)]
    channels, images = draw.integer(1, 2), draw.integer(1, 2)
    return {"x": draw.array(images, *sides, channels), "size": size, "padding": padding}


def _amounts(x: np.ndarray, size: int) -> list[tuple[int, int]]:
    return [arithmetic.same_padding(side, size, size) for side in x.shape[1:3]]


def _zeros_counted(x: np.ndarray, size: int, padding: str = "valid") -> np.ndarray:
    if padding == "same":
        x = np.pad(x, ((0, 0), *_amounts(x, size), (0, 0)))
    return ops.avg_pool2d(x, size)


def _padded_elsewhere(turn: bool) -> Any:
    """Return a version whose padding is all after, or has its odd line before."""

    def version(x: np.ndarray, size: int, padding: str = "valid") -> np.ndarray:
        if padding == "valid":
            return ops.avg_pool2d(x, size)
        amounts = [
            (after, before) if turn else (0, before + after) for before, after in _amounts(x, size)
        ]
        around = ((0, 0), *amounts, (0, 0))
        total = ops.avg_pool2d(np.pad(x, around), size)
        return total / ops.avg_pool2d(np.pad(np.ones(x.shape), around), size)

    return version


AVG_POOL2D = Exercise(
    name="avg_pool2d",
    task=(
        "Return the mean of every size × size window of images `x` (N, H, W, C), channel by "
        "channel. Windows lie side by side (stride = size). With padding 'valid' incomplete ones "
        "are left out. With 'same' they count, as many windows as size / stride, rounded up, and "
        "an odd line of padding at the bottom and right; the mean is over real pixels only."
    ),
    objective="pool-padding",
    reference=ops.avg_pool2d,
    leaves_out=("stride",),
    inputs=_avg_pool2d_inputs,
    rounds=((2, 60), (3, 120), (3, 80)),
    wrong=(
        Wrong(
            "the padding counted in the mean",
            _zeros_counted,
            (
                "A window of 4 pixels hangs over the edge by half: what do you divide by?",
                "By the number of real pixels. Pool a picture of ones in the same way and divide "
                "by it.",
            ),
        ),
        Wrong(
            "summed up, not averaged",
            lambda x, size, padding="valid": (
                ops.avg_pool2d(x, size, padding=padding)
                * ops.avg_pool2d(np.ones(x.shape), size, padding=padding)
                * size**2
            ),
            ("Pool a picture of ones: what should come out?", "Divide each sum by its count."),
        ),
        Wrong(
            "the maximum taken",
            lambda x, size, padding="valid": ops.max_pool2d(x, size, padding=padding),
            ("Which number stands for a window here?", "Take the mean, not the maximum."),
        ),
        Wrong(
            "padding ignored",
            lambda x, size, padding="valid": (
                ops.avg_pool2d(x, size)
                if min(x.shape[1:3]) >= size
                else np.zeros((len(x), x.shape[1] // size, x.shape[2] // size, x.shape[3]))
            ),
            (
                "Does your function give different answers for 'valid' and 'same'?",
                "With 'same' there are -(-H // size) rows of windows; the last may be incomplete.",
            ),
        ),
        Wrong(
            "the padding all at the bottom and right",
            _padded_elsewhere(turn=False),
            (
                "Two lines of padding are needed: where do they go?",
                "Half of them, rounded down, come before (top and left), the rest after.",
            ),
        ),
        Wrong(
            "the odd line put at the top and left",
            _padded_elsewhere(turn=True),
            (
                "An odd number of lines: which side gets the extra one?",
                "Keras puts it after, at the bottom and on the right.",
            ),
        ),
        Wrong(
            "height and width swapped",
            lambda x, size, padding="valid": ops.avg_pool2d(x, size, padding=padding).transpose(
                0, 2, 1, 3
            ),
            (
                "Try an image that is wider than high and look at the shape of your result.",
                "x is (N, H, W, C): axis 1 goes down, axis 2 goes right, in the result as well.",
            ),
        ),
    ),
    hints=(
        "Do 'valid' first. For 'same', work out where each window begins, which may be outside.",
        "Cut the window to the picture, x[:, max(top, 0) : top + size, max(left, 0) : left + "
        "size], and take its mean; top = row * size - before.",
    ),
)


def _depth_inputs(draw: Draw) -> dict[str, Any]:
    size, groups = draw.integer(1, min(draw.size, 3)), draw.integer(1, 3)
    height, width, images = draw.integer(1, 2), draw.integer(1, 3), draw.integer(1, 2)
    return {"x": draw.array(images, height, width, size * groups), "size": size}


DEPTH_MAX_POOL = Exercise(
    name="depth_max_pool",
    task=(
        "Return the largest of every `size` neighbouring channels of `x` (N, H, W, C), as an array "
        "(N, H, W, C // size). `size` divides C; groups don't overlap."
    ),
    objective="pool-kinds",
    reference=ops.depth_max_pool,
    inputs=_depth_inputs,
    rounds=((2, 60), (3, 60), (4, 60)),
    wrong=(
        Wrong(
            "channels that lie apart grouped",
            lambda x, size: x.reshape(*x.shape[:3], size, x.shape[3] // size).max(axis=3),
            (
                "Which channels make up group 0: neighbours, or every second one?",
                "Reshape to (N, H, W, C // size, size) and take the maximum over the last axis.",
            ),
        ),
        Wrong(
            "one group of all channels",
            lambda x, size: x.max(axis=-1, keepdims=True),
            (
                "How many channels are left?",
                "C // size of them: each group of `size` gives one.",
            ),
        ),
        Wrong(
            "averaged",
            lambda x, size: x.reshape(*x.shape[:3], -1, size).mean(axis=-1),
            ("Which one value of a group is kept?", "Take .max, not .mean."),
        ),
        Wrong(
            "every n-th channel kept",
            lambda x, size: x[..., ::size],
            (
                "Do the other channels of a group play a part in your answer?",
                "x[..., ::size] only picks the first of each group; take the maximum.",
            ),
        ),
        Wrong(
            "groups that overlap",
            lambda x, size: np.max(
                [x[..., at : x.shape[3] - size + 1 + at] for at in range(size)], axis=0
            ),
            (
                "How many channels are left?",
                "Groups lie side by side: the next one begins `size` channels further on.",
            ),
        ),
        Wrong(
            "pooled over rows and columns",
            lambda x, size: ops.max_pool2d(x, size, padding="same"),
            (
                "Which axis gets shorter?",
                "Only the last one: rows and columns stay as they are.",
            ),
        ),
    ),
    hints=(
        "One more axis makes it a single line: which shape puts each group on an axis of its own?",
        "Reshape to (N, H, W, C // size, size), then .max(axis=-1).",
    ),
)
