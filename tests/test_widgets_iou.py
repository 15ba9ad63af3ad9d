"""The figure "iou" against `boxes`, its hands on the boxes, and wrong versions of both."""

import itertools
import json
import re

import numpy as np
import pytest
from test_widgets import FOLDER, MODULES, run_node

from cnncourse import boxes, widgets
from cnncourse.widgets import _iou

FIGURE = _iou.FIGURE


def states(count=400):
    """Pairs of boxes: apart, touching, nested, equal and anything else, most of them not square."""
    rng = np.random.default_rng(12)

    def box():
        left, right = sorted(rng.choice(_iou.COLUMNS + 1, 2, replace=False))
        top, bottom = sorted(rng.choice(_iou.ROWS + 1, 2, replace=False))
        return [int(side) for side in (left, top, right, bottom)]

    pairs = [(box(), box()) for _ in range(count)]
    pairs += [(first, first) for first, _ in pairs[:5]]
    pairs += [
        ([0, 0, 2, 2], [1, 1, 3, 3]),
        ([0, 0, 4, 3], [4, 0, 6, 3]),
        ([0, 0, 9, 9], [2, 3, 4, 8]),
    ]
    return [
        {"a": a, "b": b, "threshold": threshold}
        for (a, b), threshold in zip(pairs, itertools.cycle((1, 14, 25, 50, 75, 100)))
    ]


def asked(source, folder, expression, given):
    """Return what `expression`, of `figure` and `given`, is with this source of the figure."""
    for module in MODULES:
        (folder / module.name).write_text(module.read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "iou.mjs").write_text(source, encoding="utf-8")
    script = f"""
        import {{ readFileSync }} from "node:fs";
        import * as figure from {json.dumps((folder / "iou.mjs").as_uri())};
        const given = JSON.parse(readFileSync(0, "utf8"));
        console.log(JSON.stringify({expression}));
    """
    return json.loads(run_node(script, json.dumps(given)))


MEASURE = """given.map((state) => {
  const found = figure.overlapOf(state.a, state.b);
  const verdict = figure.verdictOf(found, state.threshold);
  const enough = verdict.enough ? "yes" : "no";
  return { ...found, enough, text: verdict.text, lines: figure.linesOf(found) };
})"""


def calculated(line):
    """Calculate every ``… = number`` of a line, as a reader would, and return both sides."""
    text = line.replace("−", "-").replace("×", "*").replace("GIoU = ", "").replace("IoU = ", "")
    sums = re.findall(r"([\d.()+*/ -]+) = (-?[\d.]*\d)", text)
    return [(eval(left.strip(), {"__builtins__": {}}), float(right)) for left, right in sums]


def unlike_boxes(given, told):
    wrong = []
    for state, answer in zip(given, told, strict=True):
        pair = [state["a"]], [state["b"]]
        shared = boxes.intersection(*pair)[0, 0]
        union = boxes.area(pair[0])[0] + boxes.area(pair[1])[0] - shared
        iou, giou = boxes.iou(*pair)[0, 0], boxes.giou(*pair)[0, 0]
        facts = FIGURE.facts(state)
        sums = [each for line in answer["lines"] for each in calculated(line)]
        same = (
            answer["intersection"] == facts["intersection"] == shared
            and answer["union"] == facts["union"] == union
            and answer["hull"] == facts["hull"]
            and np.allclose([answer["iou"], facts["iou"]], iou, rtol=0, atol=1e-12)
            and np.allclose([answer["giou"], facts["giou"]], giou, rtol=0, atol=1e-12)
            and answer["enough"] == facts["enough"]
            and (answer["enough"] == "yes") == (iou >= state["threshold"] / 100 - 1e-12)
            and ("not enough" in answer["text"]) == (answer["enough"] == "no")
            and ("false positive" in answer["text"]) == (answer["enough"] == "no")
            and len(sums) == 4
            and all(abs(left - right) < 2e-3 for left, right in sums)
            and sums[0][1] == shared
            and sums[1][1] == union
            and abs(sums[2][1] - iou) < 1e-3
            and abs(sums[3][1] - giou) < 1e-3
        )
        if not same:
            wrong.append(state)
    return wrong


def test_what_is_measured_equals_boxes(tmp_path):
    given = states()
    told = asked((FOLDER / "iou.mjs").read_text(), tmp_path, MEASURE, given)
    assert unlike_boxes(given, told) == []
    assert [each["iou"] for each in told if each["intersection"] == 0]
    assert {"yes", "no"} == {each["enough"] for each in told}
    seventh = next(t for s, t in zip(given, told, strict=True) if s["b"] == [1, 1, 3, 3])
    assert seventh["iou"] == 1 / 7


@pytest.mark.parametrize(
    ("why", "right", "wrong"),
    [
        ("the shared part counted twice", "areas[1] - intersection", "areas[1]"),
        (
            "the union is the hull",
            "const iou = intersection / union",
            "const iou = intersection / hull",
        ),
        ("apart in both directions counts as shared", "Math.max(side, 0)", "side"),
        ("GIoU takes what the boxes fill", "(hull - union) / hull", "union / hull"),
        ("GIoU divides by the union", "(hull - union) / hull }", "(hull - union) / union }"),
        (
            "the smaller box in place of the union",
            "const iou = intersection / union",
            "const iou = intersection / Math.min(...areas)",
        ),
        (
            "right and bottom belong to the box",
            "high[2] - low[0], high[3] - low[1]",
            "high[2] - low[0] + 1, high[3] - low[1] + 1",
        ),
        (
            "a threshold has to be passed",
            "100 * intersection >= threshold",
            "100 * intersection > threshold",
        ),
        (
            "the hull of the upper left corners",
            "axis) => Math.max(side, b[axis + 2]))",
            "axis) => Math.min(side, b[axis + 2]))",
        ),
    ],
)
def test_wrong_measures_are_caught(why, right, wrong, tmp_path):
    source = (FOLDER / "iou.mjs").read_text()
    assert source.count(right) == 1, "the mutant has to change exactly one place"
    given = states()
    told = asked(source.replace(right, wrong), tmp_path, MEASURE, given)
    assert unlike_boxes(given, told), f"not caught: {why}"


def expected_move(box, right, down):
    """Step by step, stopping at the edge."""
    box = list(box)
    for axis, distance, end in ((0, right, _iou.COLUMNS), (1, down, _iou.ROWS)):
        for _ in range(abs(distance)):
            step = int(np.sign(distance))
            if box[axis] + step >= 0 and box[axis + 2] + step <= end:
                box[axis] += step
                box[axis + 2] += step
    return box


def expected_resize(box, right, down):
    box = list(box)
    for axis, distance, end in ((0, right, _iou.COLUMNS), (1, down, _iou.ROWS)):
        for _ in range(abs(distance)):
            side = box[axis + 2] + int(np.sign(distance))
            if box[axis] < side <= end:
                box[axis + 2] = side
    return box


def test_boxes_stay_on_the_plane_and_keep_a_cell(tmp_path):
    rng = np.random.default_rng(3)
    given = [
        {"box": state["a"], "by": [int(v) for v in rng.integers(-20, 21, 2)]}
        for state in states(150)
    ]
    expression = f"""given.map(({{ box, by }}) => [figure.moved, figure.resized].map(
      (change) => change(box, ...by, {_iou.COLUMNS}, {_iou.ROWS})))"""
    told = asked((FOLDER / "iou.mjs").read_text(), tmp_path, expression, given)
    for each, (moved, resized) in zip(given, told, strict=True):
        assert moved == expected_move(each["box"], *each["by"])
        assert resized == expected_resize(each["box"], *each["by"])


def test_a_pointer_takes_hold_of_what_is_there(tmp_path):
    state = {"a": [2, 2, 9, 7], "b": [5, 4, 12, 9]}
    given = [
        (3, 3, "b", {"name": "a", "corner": False}),
        (6, 5, "b", {"name": "b", "corner": False}),  # inside both: the chosen one
        (6, 5, "a", {"name": "a", "corner": False}),
        (9.5, 7.5, "b", {"name": "a", "corner": True}),  # a corner before the inside
        (12.6, 9.6, "a", {"name": "b", "corner": True}),
        (14, 1, "a", None),
        (5, 9.8, "a", None),
    ]
    expression = f"given.map(([x, y, name]) => figure.gripAt(x, y, {json.dumps(state)}, name))"
    told = asked((FOLDER / "iou.mjs").read_text(), tmp_path, expression, [row[:3] for row in given])
    assert told == [row[3] for row in given]


def test_the_still_picture_tells_the_overlap():
    for state in states(20):
        still = FIGURE.still(FIGURE.settle(state))
        facts = FIGURE.facts(state)
        assert f"their IoU is {facts['iou']:.3f}" in still.alt
        assert f"their GIoU is {facts['giou']:.3f}" in still.alt
        assert ("fill-opacity:.3" in still.svg) == (facts["intersection"] > 0)
        assert ("not enough" in still.caption) == (facts["enough"] == "no")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"a": [0, 0, 0, 4]}, "argument `a`: expected (left, top, right, bottom)"),
        ({"b": [0, 0, 17, 4]}, "argument `b`: expected (left, top, right, bottom)"),
        ({"b": [0, 5, 4, 11]}, "argument `b`"),
        ({"b": [-1, 0, 4, 4]}, "argument `b`: expected an integer of at least 0"),
        ({"b": [0, 0, 4.5, 4]}, "argument `b`"),
        ({"b": 3}, "argument `b`"),
        ({"threshold": 101}, "argument `threshold`: expected an integer from 1 to 100"),
        ({"threshold": 0.5}, "argument `threshold`"),
    ],
)
def test_bad_settings_say_what_there_is(settings, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        widgets.show("iou", **settings)
