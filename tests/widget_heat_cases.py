"""Golden cases for the numbers of the figure "grad_cam": Keras enlarges, counting measures.

Every case is (question, answer), both plain JSON values; ``golden/heat_harness.mjs`` puts the
questions to ``heat.mjs``. `MUTANTS` are wrong versions of that file, each of them (what is wrong,
the text that makes it right, the text that makes it wrong).
"""

from __future__ import annotations

import base64
import functools
from typing import Any

import numpy as np
from widget_cases import agree

SEED = 20261124
# By hand, from the drawing of the ramp: a colour at each third of the way.
RAMP = np.array([[59, 15, 112], [184, 54, 97], [250, 140, 36], [252, 245, 179]])

PLACE = "Math.min(Math.max(((cell + 0.5) * from) / to - 0.5, 0), from - 1)"
MUTANTS: list[tuple[str, str, str]] = [
    ("corners lie over corners", PLACE, "(cell * (from - 1)) / Math.max(to - 1, 1)"),
    ("left edges lie over left edges", PLACE, "Math.min((cell * from) / to, from - 1)"),
    ("edges are continued outwards", PLACE, "((cell + 0.5) * from) / to - 0.5"),
    ("the nearest cell is taken", "place - low];", "Math.round(place - low)];"),
    (
        "rows for columns in the map",
        "values[top * width + left] *",
        "values[left * width + top] *",
    ),
    ("the map is turned", "out[row * wide + column]", "out[column * tall + row]"),
    ("only the upper cells count", "lower * down;", "upper * down;"),
    ("boxes are left, top, right, bottom", "top, top + height", "top, height"),
    ("width for height", "left, left + width", "left, left + height"),
    (
        "cut pixels count whole",
        "Math.min(Math.max(Math.min(cell + 1, to) - Math.max(cell, from), 0), 1)",
        "Number(cell + 1 > from && cell < to)",
    ),
    (
        "cut pixels do not count",
        "Math.min(Math.max(Math.min(cell + 1, to) - Math.max(cell, from), 0), 1)",
        "Number(cell >= from && cell + 1 <= to)",
    ),
    (
        "what lies in two boxes counts twice",
        "Math.min(cover[at] + down * across, 1)",
        "cover[at] + down * across",
    ),
    (
        "only the last box counts",
        "Math.min(cover[at] + down * across, 1)",
        "down * across",
    ),
    ("the share of what is not in the box", "value * cover[at]", "value * (1 - cover[at])"),
    ("hot pixels are counted, not heat", "value * cover[at]", "(value > 0 ? 1 : 0) * cover[at]"),
    ("divided by the pixels", "cover[at], 0) / total", "cover[at], 0) / heat.length"),
    ("an empty map has no share", "total === 0 ? 0 : ", ""),
    ("the box in pixels, not as a share", "sum + value, 0) / cover.length", "sum + value, 0)"),
    ("cold places are covered, too", "255 * strength * share]", "255 * strength]"),
    ("the strength is ignored", "255 * strength * share]", "255 * share]"),
    ("heat is not divided by the highest", "Math.min(value / highest, 1)", "Math.min(value, 1)"),
    ("an empty map divides by 0", "highest === 0 ? 0 : ", ""),
    ("steps instead of a ramp", "(place - low) * (RAMP", "0 * (RAMP"),
    ("the ramp ends early", "* (RAMP.length - 1);", "* (RAMP.length - 2);"),
    ("red and blue exchanged", "RAMP[low].map(", "[...RAMP[low]].reverse().map("),
]


def heat_map(rng: np.random.Generator, height: int, width: int) -> np.ndarray:
    """Return a map in sixteenths with many zeros, as Grad-CAM leaves them."""
    return np.maximum(rng.integers(-20, 33, (height, width)), 0) / 16


def sides(rng: np.random.Generator, most: int) -> tuple[int, int]:
    """Return two different sizes."""
    height, width = (int(side) for side in rng.choice(np.arange(1, most + 1), 2, replace=False))
    return height, width


def counted(boxes: list[list[float]], height: int, width: int) -> np.ndarray:
    """Return how much of each pixel lies in boxes on quarters of pixels: by counting sixteenths."""
    fine = np.zeros((4 * height, 4 * width))
    for left, top, across, along in boxes:
        x0, y0, x1, y1 = (round(4 * side) for side in (left, top, left + across, top + along))
        fine[max(y0, 0) : max(y1, 0), max(x0, 0) : max(x1, 0)] = 1
    return fine.reshape(height, 4, width, 4).mean(axis=(1, 3))


@functools.cache
def golden_cases() -> list[tuple[dict, dict]]:
    """Return all cases, the same ones each time. Imports Keras."""
    import keras

    rng = np.random.default_rng(SEED)
    cases: list[tuple[dict, dict]] = []
    for _ in range(150):
        size, new = sides(rng, 9), sides(rng, 24)
        values = heat_map(rng, *size)
        wanted = keras.ops.image.resize(values[..., None], new, "bilinear", antialias=False)
        question: dict[str, Any] = {
            "kind": "enlarge",
            "values": values.ravel().tolist(),
            "size": list(size),
            "to": list(new),
        }
        cases.append((question, {"values": np.asarray(wanted, float).ravel().tolist()}))
    for number in range(150):
        height, width = sides(rng, 16)
        # One box may cut pixels; several lie on whole ones, where overlaps are no question.
        grain = 4 if number % 2 else 1
        boxes = []
        for _ in range(1 if grain == 4 else int(rng.integers(1, 4))):
            left, top = (rng.integers(-2 * grain, grain * side) / grain for side in (width, height))
            across, along = rng.integers(0, 8 * grain, 2) / grain
            boxes.append([float(each) for each in (left, top, across, along)])
        heat = heat_map(rng, height, width) if number % 10 else np.zeros((height, width))
        cover = counted(boxes, height, width)
        total = heat.sum()
        question = {
            "kind": "energy",
            "values": heat.ravel().tolist(),
            "size": [height, width],
            "boxes": boxes,
        }
        share = float((heat * cover).sum() / total) if total else 0.0
        cases.append((question, {"energy": share, "area": float(cover.mean())}))
    for number in range(60):
        heat = heat_map(rng, 1, 12).ravel()
        highest = 0.0 if number % 15 == 0 else float(rng.integers(8, 48)) / 16
        strength = float(rng.integers(0, 11)) / 10
        if highest == 0:
            heat = np.zeros(12)
        share = np.minimum(heat / highest, 1) if highest else heat
        third = np.minimum(np.floor(3 * share).astype(int), 2)
        rest = (3 * share - third)[:, None]
        colours = (1 - rest) * RAMP[third] + rest * RAMP[third + 1]
        pixels = np.concatenate([colours, 255 * strength * share[:, None]], axis=1)
        question = {
            "kind": "tint",
            "values": heat.tolist(),
            "highest": highest,
            "strength": strength,
        }
        cases.append((question, {"pixels": pixels.ravel().tolist()}))
    for _ in range(20):
        whole = rng.integers(0, 256, int(rng.integers(1, 40))).astype(np.uint8)
        text = base64.b64encode(whole.tobytes()).decode("ascii")
        cases.append(({"kind": "bytes", "text": text}, {"bytes": whole.tolist()}))
    return cases


def wrong_answers(cases: list[tuple[dict, dict]], answers: list[Any]) -> list[int]:
    """Return the numbers of the cases that `answers` gets wrong; bytes of pixels may be rounded."""
    assert len(answers) == len(cases)
    wrong = []
    for number, ((_, expected), got) in enumerate(zip(cases, answers, strict=True)):
        if "pixels" in expected and "pixels" in got:
            gaps = np.abs(np.array(expected["pixels"]) - np.array(got["pixels"], float))
            same = bool(gaps.max() <= 0.51)
        else:
            same = agree(got, expected)
        if not same:
            wrong.append(number)
    return wrong
