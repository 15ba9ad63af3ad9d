"""The same seed gives the same bytes: in every process, and by operations that IEEE 754 fixes."""

from __future__ import annotations

import ast
import json
import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from cnncourse import samples
from cnncourse.samples import _dice, _exact
from tests.mutants.samples import INEXACT_SOURCES

# A change detector, no proof of correctness: whoever changes a drawing on purpose puts the new
# digests here and says in the changelog that the samples look different. That they hold on other
# processors and versions is what the two processes below and the rule on operations are for.
DIGESTS = {
    "garments": "8f48106393f29a210c6c0f29dd8df9b0f72bbdc4dfa238889a3ad27014c89b86",
    "flowers": "7d104d079e4ff3778e7193a6df7a8cf540fed76e896d7617aef5e14795a279aa",
    "flower_scenes": "8dff373faae72542c0f4c76cb7505a2173b20dde4c0f167d9fdde734940cb4e2",
    "shapes": "7eced296a3ccbadfacff32f489caef8145e3fd5829f727f30149575c27db8528",
    "textures": "a772a8271faaabb4cbf4db00bb13369b244d596db696fa7a844b48fd1f41130f",
    "source_task": "ab25f0a8366c93ceff4e83ce224d4ea19dcf70e6806596327dd6676b215dc47d",
    "emblems": "a7bb727a7815725545b9a57f75e2ae8d1a1b9f0b2b788e5c5c27ffd3c9bf6a92",
    "garden": "f5f22c97adbe15d3a9dedb2584ffe01c96ff583042096626def8c70760ffb4ef",
    "reviews": "44de2e9e356c2b8d125e7be54f60aa088ffb5d91e2d2acca8ed9cb10e88babb5",
}

DRAW_ALL = """
import hashlib, json
from cnncourse import samples
counts = dict(garments=20, flowers=10, flower_scenes=6, shapes=32, textures=28, source_task=30,
              emblems=20, garden=55, reviews=20)
digests = {}
for name, count in counts.items():
    drawn = getattr(samples, name)(count, seed=11, progress=False)
    digest = hashlib.sha256()
    for field in ("images", "tokens", "labels", "boxes", "masks"):
        for item in getattr(drawn, field, None) if getattr(drawn, field, None) is not None else ():
            digest.update(item.tobytes())
    digests[name] = digest.hexdigest()
print(json.dumps(digests))
"""


def digests(**environment):
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", DRAW_ALL],
        env=os.environ | environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout)


def test_two_processes_draw_identical_bytes_with_and_without_vector_code():
    vector = np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])
    first = digests(PYTHONHASHSEED="1")
    second = digests(PYTHONHASHSEED="2", NPY_DISABLE_CPU_FEATURES=" ".join(vector))
    assert first == second
    assert first == DIGESTS


# --- the rule ------------------------------------------------------------------------------------

# Results fixed by IEEE 754 or by integer arithmetic, whatever the processor and the library.
EXACT_NUMPY = {
    "abs", "arange", "argsort", "array", "ascontiguousarray", "broadcast", "concatenate",
    "count_nonzero", "empty", "flatnonzero", "float32", "floor", "full", "full_like", "int16",
    "int32", "int64", "intp", "maximum", "minimum", "ndarray", "ones", "ones_like", "repeat",
    "sqrt", "stack", "take", "uint64", "uint8", "where", "zeros", "zeros_like",
    "random.PCG64", "random.SeedSequence",
}  # fmt: skip
EXACT_MATH = {"sqrt", "prod"}
REDUCTIONS = {"mean", "std", "var", "dot", "trace", "prod", "cumprod", "sum", "cumsum"}


def inexact(source):
    """Return what a source does beyond the exact operations, as readable findings."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute):
            owner, name = ast.unparse(node.value), ast.unparse(node)
            if owner in ("np", "np.random") and name[3:] not in EXACT_NUMPY | {"random"}:
                found.append(name)
            if owner == "math" and node.attr not in EXACT_MATH:
                found.append(name)
        if isinstance(node, (ast.BinOp, ast.AugAssign)):
            if isinstance(node.op, ast.MatMult):
                found.append("@")
            if isinstance(node.op, ast.Pow) and not _powers_of_two(node):
                found.append(ast.unparse(node))
        if isinstance(node, ast.Call):
            # Order and precision of a float sum are free; an integer sum says its dtype.
            if isinstance(node.func, ast.Attribute) and node.func.attr in REDUCTIONS:
                keywords = {ast.unparse(k.value) for k in node.keywords if k.arg == "dtype"}
                if ast.unparse(node.func) != "math.prod" and keywords != {"np.int32"}:
                    found.append(ast.unparse(node))
            if isinstance(node.func, ast.Name) and node.func.id == "sum":
                found.append(ast.unparse(node))
        if isinstance(node, ast.Import):
            found += [a.name for a in node.names if a.name in ("random", "cmath", "statistics")]
        if isinstance(node, ast.ImportFrom) and node.module in ("math", "numpy", "random"):
            found.append(ast.unparse(node))
    return found


def _powers_of_two(node):
    base = getattr(node, "left", None)
    return isinstance(base, ast.Constant) and base.value in (2, 2.0)


SOURCES = sorted(Path(samples.__file__).parent.glob("*.py"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_samples_use_exact_operations_only(path):
    assert inexact(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("source", INEXACT_SOURCES)
def test_inexact_sources_are_caught(source):
    assert inexact(source)


# --- the stand-ins -------------------------------------------------------------------------------


def test_cos_and_sin_agree_with_numpy():
    turns = np.linspace(-3.0, 3.0, 4001, dtype=np.float32)
    np.testing.assert_allclose(_exact.cos(turns), np.cos(turns * math.tau), atol=2e-5)
    np.testing.assert_allclose(_exact.sin(turns), np.sin(turns * math.tau), atol=2e-5)
    assert _exact.cos(turns).dtype == np.float32


def test_angle_agrees_with_arctan2_in_every_quadrant():
    y, x = np.random.default_rng(2).normal(size=(2, 3000)).astype(np.float32)
    expected = np.arctan2(y, x) / math.tau % 1.0
    difference = np.abs(_exact.angle(y, x) - expected)
    assert np.minimum(difference, 1.0 - difference).max() < 5e-6
    axes = _exact.angle(np.float32([0, 1, 0, -1, 0]), np.float32([1, 0, -1, 0, 0]))
    np.testing.assert_allclose(axes, [0, 0.25, 0.5, 0.75, 0], atol=1e-7)


def test_curve_meets_its_knots_and_never_overshoots():
    at, knots = (-1.0, -0.2, 0.1, 0.7, 1.0), (0.3, 0.9, 0.9, -0.4, 0.2)
    x = np.linspace(-1.5, 1.5, 601, dtype=np.float32)
    line = _exact.curve(x, at, knots)
    np.testing.assert_allclose(_exact.curve(np.float32(at), at, knots), knots, atol=1e-6)
    for left, right, low, high in zip(at, at[1:], knots, knots[1:], strict=False):
        piece = line[(x >= left) & (x <= right)]
        assert piece.min() >= min(low, high) - 1e-5
        assert piece.max() <= max(low, high) + 1e-5
    np.testing.assert_allclose(line[x < -1], 0.3, atol=1e-6)


def test_smooth_rises_from_0_to_1():
    x = np.float32([-1, 0, 0.25, 0.5, 1, 2])
    np.testing.assert_allclose(_exact.smooth(x), [0, 0, 0.15625, 0.5, 1, 1])


# --- dice ----------------------------------------------------------------------------------------


def test_dice_follow_their_key_alone():
    assert _dice.Dice(3, 1, 4).unit() == _dice.Dice(3, 1, 4).unit()
    keys = [(1, 1, i, s) for i in (0, 1, 2) for s in (0, 1, 2**32, 2**33, 2**64)]
    assert len({_dice.Dice(*key).unit() for key in keys}) == len(keys)


def test_dice_keep_their_ranges_and_means():
    dice = _dice.Dice(7)
    floats = np.array([dice.uniform(-2.0, 5.0) for _ in range(4000)])
    assert floats.min() >= -2.0
    assert floats.max() < 5.0
    assert floats.mean() == pytest.approx(1.5, abs=0.15)
    whole = np.array([dice.integer(3, 8) for _ in range(4000)])
    assert set(whole.tolist()) == {3, 4, 5, 6, 7}
    assert np.bincount(whole)[3:].min() > 650
    bells = np.array([dice.bell(2.0) for _ in range(4000)])
    assert bells.std() == pytest.approx(2.0, rel=0.05)
    table = dice.table((40, 50), -1.0, 3.0)
    assert table.dtype == np.float32
    assert table.shape == (40, 50)
    assert table.mean() == pytest.approx(1.0, abs=0.1)
    grain = dice.grain((3, 40, 41))
    assert grain.shape == (3, 40, 41)
    assert abs(grain.mean()) < 5
    assert sorted(dice.permutation(9).tolist()) == list(range(9))
