"""Golden cases for the numeric core of the figures, answered by Keras and by `arithmetic`.

Every case is (question, answer), both of them plain JSON values; ``golden/widget_harness.mjs``
puts the questions to a core, and `wrong_answers` compares.
"""

from __future__ import annotations

import functools
import json
from typing import Any

import numpy as np

from cnncourse import arithmetic

TOLERANCE = 1e-6
SEED = 20261124


def packed(array: Any) -> dict[str, Any]:
    array = np.asarray(array, np.float64)
    return {"shape": list(array.shape), "data": array.ravel().tolist()}


def values(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Return sixteenths, which float32 holds exactly; most of them negative, so that a zero of the
    padding would win a maximum."""
    return rng.integers(-48, 17, shape) / 16


def convolutions(rng: np.random.Generator, count: int) -> list[tuple[dict, dict]]:
    import tensorflow as tf

    cases = []
    while len(cases) < count:
        height, width = (int(n) for n in rng.integers(1, 12, 2))
        kh, kw, sh, sw = (int(n) for n in rng.integers(1, 5, 4))
        dh, dw = (int(n) for n in rng.integers(1, 4, 2))
        padding = ("valid", "same")[int(rng.integers(2))]
        if height == width or (
            padding == "valid" and (dh * (kh - 1) + 1 > height or dw * (kw - 1) + 1 > width)
        ):
            continue
        c_in, filters = ((2, 3), (1, 2), (3, 1))[int(rng.integers(3))]
        x, kernel = values(rng, height, width, c_in), values(rng, kh, kw, c_in, filters)
        # Keras' own layer refuses stride and dilation at once; what it stands on does both.
        expected = tf.nn.conv2d(
            x[None], kernel, (sh, sw), padding.upper(), dilations=(dh, dw)
        ).numpy()[0]
        options = {"stride": [sh, sw], "padding": padding, "dilation": [dh, dw]}
        question = {"kind": "conv2d", "x": packed(x), "kernel": packed(kernel), "options": options}
        cases.append((question, packed(expected)))
    return cases


def poolings(rng: np.random.Generator, count: int) -> list[tuple[dict, dict]]:
    import keras

    layers = {"max": keras.ops.max_pool, "average": keras.ops.average_pool}
    cases = []
    while len(cases) < count:
        height, width = (int(n) for n in rng.integers(1, 12, 2))
        ph, pw, sh, sw = (int(n) for n in rng.integers(1, 5, 4))
        padding = ("valid", "same")[int(rng.integers(2))]
        if height == width or (padding == "valid" and (ph > height or pw > width)):
            continue
        kind = ("max", "average")[int(rng.integers(2))]
        x = values(rng, height, width, int(rng.integers(1, 4)))
        options: dict[str, Any] = {"padding": padding}
        stride = None
        if rng.random() < 0.8:  # otherwise the stride is left to its default
            stride = (sh, sw)
            options["stride"] = [sh, sw]
        expected = layers[kind](x[None], pool_size=(ph, pw), strides=stride, padding=padding)
        question = {"kind": kind, "x": packed(x), "size": [ph, pw], "options": options}
        cases.append((question, packed(np.asarray(expected)[0])))
    return cases


def transposed(rng: np.random.Generator, count: int) -> list[tuple[dict, dict]]:
    import keras

    cases = []
    while len(cases) < count:
        height, width = (int(n) for n in rng.integers(1, 8, 2))
        kh, kw, sh, sw = (int(n) for n in rng.integers(1, 5, 4))
        dh, dw = (int(n) for n in rng.integers(1, 4, 2))
        padding = ("valid", "same")[int(rng.integers(2))]
        extra = None
        if rng.random() < 0.6:
            extra = (int(rng.integers(sh)), int(rng.integers(sw)))
        reach = (dh * (kh - 1) + 1, dw * (kw - 1) + 1)
        refused = (
            padding == "same"
            and extra
            and any(r % 2 + e == 0 for r, e in zip(reach, extra, strict=True))
        )
        if height == width or refused:
            continue
        channels, filters = ((2, 3), (1, 2), (3, 1))[int(rng.integers(3))]
        x, kernel = values(rng, height, width, channels), values(rng, kh, kw, filters, channels)
        # TensorFlow has no dilated transposed convolution on a CPU: the same kernel with its gaps
        # written out as zeros is one.
        spread = np.zeros((*reach, filters, channels))
        spread[::dh, ::dw] = kernel
        expected = keras.ops.conv_transpose(
            x[None], spread, strides=(sh, sw), padding=padding, output_padding=extra
        )
        options: dict[str, Any] = {"stride": [sh, sw], "padding": padding, "dilation": [dh, dw]}
        if extra:
            options["outputPadding"] = list(extra)
        question = {
            "kind": "transpose",
            "x": packed(x),
            "kernel": packed(kernel),
            "options": options,
        }
        cases.append((question, packed(np.asarray(expected)[0])))
    return cases


def geometry(rng: np.random.Generator, count: int) -> list[tuple[dict, dict]]:
    """Which inputs feed which output and the other way round, and the words for what can't be."""
    cases = []
    for _ in range(count):
        size, kernel = (int(n) for n in rng.integers(1, 13, 2))
        stride, dilation = int(rng.integers(1, 6)), int(rng.integers(1, 4))
        kernel = min(kernel, 7)
        padding = ("valid", "same")[int(rng.integers(2))]
        axis = {
            "size": size,
            "kernel": kernel,
            "stride": stride,
            "padding": padding,
            "dilation": dilation,
        }
        question = {"kind": "geometry", "op": "conv", **axis}
        try:
            if rng.random() < 0.5:
                output = arithmetic.conv_output_size(**axis)
                windows = [list(arithmetic.window(o, **axis)) for o in range(output)]
                before, after = arithmetic.padding_amounts(**axis)
            else:
                extra = None if rng.random() < 0.3 else int(rng.integers(stride + 1))
                question |= {"op": "transpose", "outputPadding": extra}
                axis["output_padding"] = extra
                output = arithmetic.conv_transpose_output_size(**axis)
                if padding == "same" and -(-output // stride) != size:
                    raise ValueError("TensorFlow computes no such size")
                windows = [list(arithmetic.conv_transpose_window(o, **axis)) for o in range(output)]
                # What same padding of the convolution that runs backwards adds is cut off here.
                del axis["output_padding"]
                before, after = arithmetic.padding_amounts(**{**axis, "size": output})
        except ValueError:
            cases.append((question, {"named": True}))
            continue
        inverse: list[list[int]] = [[] for _ in range(size)]
        for o, window in enumerate(windows):
            for i in window:
                if 0 <= i < size:
                    inverse[i].append(o)
        # A transposed window is listed by rising tap, which falls through the inputs.
        if question["op"] == "transpose":
            windows = [window[::-1] for window in windows]
        answer = {
            "output": output,
            "before": before,
            "after": after,
            "windows": windows,
            "inverse": inverse,
        }
        cases.append((question, answer))
    return cases


def written_out(rng: np.random.Generator, cases: list[tuple[dict, dict]]) -> list:
    """Return, for one-channel convolutions, the sum of one pixel as the figure writes it out."""
    found = []
    for question, answer in cases:
        _, _, c_in, _ = question["kernel"]["shape"]
        if c_in != 1:
            continue
        kernel = np.reshape(question["kernel"]["data"], question["kernel"]["shape"])[..., :1]
        height, width, _ = answer["shape"]
        row, column = int(rng.integers(height)), int(rng.integers(width))
        options, sizes = question["options"], question["x"]["shape"]
        down, right = (
            arithmetic.window(
                index,
                sizes[axis],
                kernel.shape[axis],
                options["stride"][axis],
                options["padding"],
                options["dilation"][axis],
            )
            for axis, index in ((0, row), (1, column))
        )
        real = sum(0 <= r < sizes[0] and 0 <= c < sizes[1] for r in down for c in right)
        sums = np.reshape(answer["data"], answer["shape"])
        total = len(down) * len(right)
        expected = {
            "sum": float(sums[row, column, 0]),
            "padded": total - real,
            "count": total,
        }
        new = question | {
            "kind": "terms",
            "kernel": packed(kernel[..., 0]),
            "row": row,
            "column": column,
        }
        found.append((new, expected))
    return found


def stacks(rng: np.random.Generator, count: int) -> list[tuple[dict, dict]]:
    """Layers that read each other: what each sees of the input, and on how many ways.

    The sizes come from `arithmetic.receptive_field`. The ways are those of a stack of convolutions
    whose weights are all 1, multiplied out as matrices; padding is cut off between two of them.
    """
    cases = []
    while len(cases) < count:
        size = int(rng.integers(1, 40))
        layers = [
            {
                "kernel": int(rng.integers(1, 6)),
                "stride": int(rng.integers(1, 4)),
                "padding": ("valid", "same")[int(rng.integers(2))],
                "dilation": int(rng.integers(1, 4)),
            }
            for _ in range(int(rng.integers(0, 6)))
        ]
        question = {"kind": "stack", "size": size, "layers": layers}
        sizes, matrices, befores = [size], [], []
        try:
            for layer in layers:
                axis = {"size": sizes[-1], **layer}
                sizes.append(arithmetic.conv_output_size(**axis))
                before, after = arithmetic.padding_amounts(**axis)
                befores.append(before)
                matrix = np.zeros((sizes[-1], before + sizes[-2] + after), int)
                for output in range(sizes[-1]):
                    for cell in arithmetic.window(output, **axis):
                        matrix[output, before + cell] += 1
                matrices.append(matrix)
        except ValueError:
            cases.append((question | {"output": 0}, {"named": True}))
            continue
        output = int(rng.integers(sizes[-1]))
        ways = [[[output, 1]]]
        seen = np.zeros(sizes[-1], int)
        seen[output] = 1
        for below, before, matrix in zip(sizes[-2::-1], befores[::-1], matrices[::-1], strict=True):
            padded = seen @ matrix
            ways.append([[int(at) - before, int(padded[at])] for at in np.flatnonzero(padded)])
            seen = padded[before : before + below]
        tuples = [(layer["kernel"], layer["stride"], layer["dilation"]) for layer in layers]
        steps = [int(np.prod([t[1] for t in tuples[:n]])) for n in range(len(tuples) + 1)]
        fields = [
            {
                "size": arithmetic.receptive_field(tuples[:n]),
                "jump": steps[n],
                "start": -sum(b * step for b, step in zip(befores[:n], steps, strict=False)),
            }
            for n in range(len(tuples) + 1)
        ]
        answer = {"outputs": sizes[1:], "fields": fields, "ways": ways[::-1]}
        cases.append((question | {"output": output}, answer))
    return cases


@functools.cache
def golden_cases() -> list[tuple[dict, dict]]:
    """Return all cases, the same ones each time. Imports TensorFlow."""
    rng = np.random.default_rng(SEED)
    convs = convolutions(rng, 200)
    return [
        *convs,
        *poolings(rng, 140),
        *transposed(rng, 160),
        *geometry(rng, 300),
        *written_out(rng, convs),
        *stacks(rng, 200),
    ]


def agree(answer: Any, expected: Any) -> bool:
    """Whether every value of `expected` stands in `answer`, floats to 1e-6 of the largest one."""
    if isinstance(expected, dict):
        return isinstance(answer, dict) and all(
            key in answer and agree(answer[key], value) for key, value in expected.items()
        )
    if isinstance(expected, list) and any(isinstance(value, float) for value in expected):
        got, wanted = np.asarray(answer, np.float64), np.asarray(expected)
        scale = max(1.0, float(np.abs(wanted).max()))
        return got.shape == wanted.shape and bool(np.abs(got - wanted).max() <= TOLERANCE * scale)
    if isinstance(expected, float):
        return isinstance(answer, (int, float)) and abs(answer - expected) <= TOLERANCE * max(
            1.0, abs(expected)
        )
    return bool(answer == expected)


def wrong_answers(cases: list[tuple[dict, dict]], answers: list[Any]) -> list[str]:
    """Return one line for every case that `answers` gets wrong."""
    assert len(answers) == len(cases)
    return [
        f"{json.dumps(question)[:300]}: expected {json.dumps(expected)[:200]}, "
        f"got {json.dumps(answer)[:200]}"
        for (question, expected), answer in zip(cases, answers, strict=True)
        if not agree(answer, expected)
    ]
