"""The figure "grad_cam": its numbers against Keras, its packing, its words, and wrong versions."""

import base64
import hashlib
import json
import math
import os
import re
import subprocess
import sys

import numpy as np
import pytest
from test_widgets import FOLDER, answers_of, node_path, run_node, whole_page
from widget_heat_cases import MUTANTS, counted, golden_cases, wrong_answers

from cnncourse import metrics, widgets
from cnncourse.widgets import _bundle, _grad_cam

NAMES = ("aster", "daisy", "rose")
LAYERS = ("stem", "block/conv")


@pytest.fixture(scope="module")
def cases():
    return golden_cases()


def given(seed=6):
    """Four pictures, maps of two layers, probabilities, names and boxes (none in the last)."""
    rng = np.random.default_rng(seed)
    pictures = rng.integers(0, 256, (4, 30, 44, 3)).astype(np.uint8)
    maps = [
        np.maximum(rng.normal(0.2, 1, (4, 3, h, w)), 0) * rng.uniform(0.01, 40, (4, 3, 1, 1))
        for h, w in ((10, 15), (3, 5))
    ]
    maps[1][2, 1] = 0  # nothing speaks for it there
    truths = [
        ([[4, 6, 20.5, 21.25]], [1]),
        ([[0, 0, 10, 10], [12, 5, 44, 30]], [0, 2]),
        ([[30, 2, 40, 12], [2, 20, 12, 29], [0, 0, 9, 9]], [1, 1, 0]),
        ([], []),
    ]
    return pictures, maps, rng.dirichlet(np.ones(3), 4), LAYERS, NAMES, truths


def states():
    return [
        {"picture": picture, "label": label, "layer": layer}
        for picture in range(4)
        for label in range(3)
        for layer in LAYERS
    ]


# ---- numbers -------------------------------------------------------------------------------------


def test_the_cases_are_many_and_hard(cases):
    questions = [question for question, _ in cases]
    assert len(cases) >= 350
    assert all(q["size"][0] != q["size"][1] for q in questions if "size" in q)
    enlarged = [q for q in questions if q["kind"] == "enlarge"]
    assert sum(q["to"][0] < q["size"][0] for q in enlarged) > 10, "made smaller"
    shares = [answer["energy"] for _, answer in cases if "energy" in answer]
    assert sum(0 < share < 1 for share in shares) > 50


def test_core_equals_keras_and_counting(cases):
    answers = answers_of(FOLDER / "heat.mjs", [question for question, _ in cases], "heat_harness")
    assert wrong_answers(cases, answers) == []


@pytest.mark.parametrize(("why", "right", "wrong"), MUTANTS, ids=[why for why, *_ in MUTANTS])
def test_wrong_cores_are_caught(why, right, wrong, cases, tmp_path):
    source = (FOLDER / "heat.mjs").read_text(encoding="utf-8")
    assert source.count(right) == 1, "the mutant has to change exactly one place"
    mutant = tmp_path / "heat.mjs"
    mutant.write_text(source.replace(right, wrong), encoding="utf-8")
    answers = answers_of(mutant, [question for question, _ in cases], "heat_harness")
    assert wrong_answers(cases, answers), f"not caught: {why}"


def test_python_side_equals_keras_and_counting(cases):
    told = []
    for question, _ in cases:
        values = np.array(question.get("values", []))
        if question["kind"] == "enlarge":
            out = _grad_cam.enlarged(values.reshape(question["size"]), question["to"])
            told.append({"values": out.ravel().tolist()})
        elif question["kind"] == "energy":
            heat = values.reshape(question["size"])
            cover = _grad_cam.covered(question["boxes"], question["size"])
            total = heat.sum()
            share = float((heat * cover).sum() / total) if total else 0.0
            told.append({"energy": share, "area": float(cover.mean())})
        elif question["kind"] == "tint":
            pixels = _grad_cam.tint(values, question["highest"], question["strength"])
            told.append({"pixels": pixels.ravel().tolist()})
        else:
            told.append({"bytes": list(base64.b64decode(question["text"]))})
    assert wrong_answers(cases, told) == []


def looked_at(figure):
    """Return what the page makes of the packed data, for every state."""
    script = f"""
        import {{ readFileSync }} from "node:fs";
        import * as figure from {json.dumps((FOLDER / "grad_cam.mjs").as_uri())};
        import {{ bytesOf }} from {json.dumps((FOLDER / "heat.mjs").as_uri())};
        const {{ scene, states }} = JSON.parse(readFileSync(0, "utf8"));
        const layers = scene.layers.map((layer) => ({{ ...layer, bytes: bytesOf(layer.bytes) }}));
        console.log(JSON.stringify(states.map((state) => {{
          const layer = layers.find(({{ name }}) => name === state.layer);
          const found = figure.lookAt(scene, layer, state);
          return {{
            ...found, heat: Array.from(found.heat), said: figure.heatSentence(scene, state, found),
          }};
        }})));
    """
    scene = figure.data({})["scene"]
    return json.loads(run_node(script, json.dumps({"scene": scene, "states": states()})))


def test_packed_maps_are_those_that_were_given():
    import keras

    call = given()
    figure = _grad_cam.figure(*call)
    for state, told in zip(states(), looked_at(figure), strict=True):
        layer = LAYERS.index(state["layer"])
        values = call[1][layer][state["picture"], state["label"]]
        wanted = np.asarray(keras.ops.image.resize(values[..., None], (30, 44), "bilinear"))
        top = values.max()
        # 255 steps of the highest value, and six digits of that.
        assert np.abs(np.array(told["heat"]) - wanted.ravel()).max() <= top * (0.5 / 255 + 1e-5)
        assert told["top"] == pytest.approx(top, rel=1e-5)
        assert told["highest"] == pytest.approx(call[1][layer][state["picture"]].max(), rel=1e-5)
        assert told["probability"] == pytest.approx(
            call[2][state["picture"], state["label"]], abs=1e-6
        )
        assert told["predicted"] == call[2][state["picture"]].argmax()
        boxes, labels = call[5][state["picture"]]
        own = [box for box, label in zip(boxes, labels, strict=True) if label == state["label"]]
        if not boxes:
            assert told["energy"] is None
            assert told["area"] is None
            continue
        corners = np.array(own or boxes, float)
        cover = counted(
            np.concatenate([corners[:, :2], corners[:, 2:] - corners[:, :2]], 1).tolist(), 30, 44
        )
        assert told["own"] == bool(own)
        assert told["area"] == pytest.approx(cover.mean(), abs=1e-9)
        share = (wanted[..., 0] * cover).sum() / wanted.sum() if top else 0
        assert told["energy"] == pytest.approx(share, abs=0.005)


def test_page_and_python_tell_the_same():
    figure = _grad_cam.figure(*given())
    for state, told in zip(states(), looked_at(figure), strict=True):
        settings = {
            "picture": state["picture"],
            "class_name": NAMES[state["label"]],
            "layer": state["layer"],
        }
        facts = figure.facts(figure.settle(settings))
        assert facts["predicted"] == NAMES[told["predicted"]]
        assert facts["probability"] == told["probability"]
        for name in ("energy", "area"):
            if told[name] is None:
                assert facts[name] is None
            else:
                assert facts[name] == pytest.approx(told[name], abs=1e-9)


def test_sentences_tell_the_numbers():
    figure = _grad_cam.figure(*given())
    kinds = set()
    for state, told in zip(states(), looked_at(figure), strict=True):
        said, name = told["said"], NAMES[state["label"]]
        assert said.startswith(f"The network gives {name} a probability of ")
        chance = float(re.search(r"probability of ([\d.]+)\.", said)[1])
        assert chance == pytest.approx(told["probability"], abs=5e-4)
        if told["top"] == 0:
            assert said.endswith("nothing speaks for it: the map is 0 everywhere.")
            kinds.add("empty")
        elif told["energy"] is None:
            assert "%" not in said
            kinds.add("no box")
        else:
            shares = [float(each) for each in re.findall(r"([\d.]+)%", said)]
            assert shares == pytest.approx([100 * told["energy"], 100 * told["area"]], abs=0.051)
            assert (f"of {name}; " in said) == told["own"]
            kinds.add(("own" if told["own"] else "other", "the box fills" in said))
    assert kinds == {"empty", "no box", ("own", True), ("own", False), ("other", True),
                     ("other", False)}  # fmt: skip


# ---- the front -----------------------------------------------------------------------------------


def test_one_array_or_one_a_layer():
    pictures, maps, *others = given()
    same = [maps[0], maps[0][:, ::-1]]
    first = widgets.grad_cam(pictures, same, *others).html
    assert first == widgets.grad_cam(pictures, np.stack(same, axis=1), *others).html
    assert first != widgets.grad_cam(pictures, maps, *others).html


def test_boxes_can_come_as_a_ground_truth_or_not_at_all():
    *call, truths = given()
    whole = metrics.GroundTruth.from_lists(
        [np.reshape(boxes, (-1, 4)) for boxes, _ in truths], [labels for _, labels in truths], NAMES
    )
    assert widgets.grad_cam(*call, whole).html == widgets.grad_cam(*call, truths).html
    assert _grad_cam.figure(*call).facts(_grad_cam.figure(*call).settle({}))["energy"] is None


def test_it_starts_with_the_predicted_class_and_the_last_layer():
    *call, truths = given()
    figure = _grad_cam.figure(*call, truths)
    for picture, chances in enumerate(call[2]):
        settled = figure.settle({"picture": picture})
        assert settled["class_name"] == NAMES[chances.argmax()]
        assert settled["layer"] == LAYERS[-1]


def test_the_still_picture_tells_what_it_shows():
    figure = _grad_cam.figure(*given())
    for settings in ({}, {"picture": 3, "scale": "shared"}, {"class_name": "rose", "opacity": 0}):
        checked = figure.settle(settings)
        still, known = figure.still(checked), figure.facts(checked)
        assert f"predicts {known['predicted']} and gives {checked['class_name']}" in still.alt
        assert ("of the picture" in still.alt) == (known["energy"] is not None)
        if known["energy"] is not None:
            assert f"{known['energy']:.1%} lies in the true boxes" in still.alt
        assert still.svg.count("<image") == 2
        assert "{}" in still.svg


def test_output_is_whole_light_and_asks_nobody():
    assert len(whole_page(widgets.grad_cam(*given()))) < 400_000


def test_eight_flowers_in_three_layers_stay_light():
    from cnncourse import samples

    drawn = samples.flowers(8, seed=1)
    maps = [
        np.random.default_rng(0).random((8, len(drawn.class_names), size, size))
        for size in (24, 12, 6)
    ]
    chances = np.full((8, len(drawn.class_names)), 0.2)
    truths = [([box], [label]) for box, label in zip(drawn.boxes, drawn.labels, strict=True)]
    html = widgets.grad_cam(
        drawn.images, maps, chances, ["a", "b", "c"], drawn.class_names, truths
    ).html
    assert len(html) < 400_000


def test_two_processes_give_the_same_bytes():
    script = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from test_widgets_grad_cam import given, widgets, hashlib\n"
        "print(hashlib.sha256(widgets.grad_cam(*given()).html.encode()).hexdigest())"
    )
    printed = subprocess.run(
        [sys.executable, "-c", script, str(FOLDER.parents[1] / "tests")],
        env={**os.environ, "PYTHONHASHSEED": "7"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    html = widgets.grad_cam(*given()).html
    assert printed.strip() == hashlib.sha256(html.encode()).hexdigest()


def test_bundle_is_one_module_with_unique_names(tmp_path):
    text = _bundle.bundle("grad_cam")
    file = tmp_path / "bundle.mjs"
    file.write_text(f"const data = {{}};\n{text}", encoding="utf-8")
    subprocess.run([node_path(), "--check", str(file)], check=True, capture_output=True)
    assert text.count("function element(") == 1
    assert "document." not in (FOLDER / "heat.mjs").read_text()


GOOD = {
    "pictures": np.zeros((2, 8, 9, 3), np.uint8),
    "maps": np.ones((2, 1, 3, 2, 3)),
    "probabilities": np.full((2, 3), 0.25),
    "layer_names": ["conv"],
    "class_names": ["a", "b", "c"],
}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"pictures": np.zeros((2, 8, 9, 3))}, "`pictures`: expected uint8 of shape (N, H, W, 3)"),
        (
            {"maps": np.ones((2, 3, 2, 3))},
            "`maps`: expected an array of shape (2, 1, 3, h, w), or one of shape (2, 3, h, w)",
        ),
        ({"maps": [np.ones((2, 2, 2, 3))]}, "for each of the layers ['conv']"),
        ({"maps": [np.ones((2, 3, 2, 3))] * 2}, "for each of the layers ['conv']"),
        ({"maps": "conv"}, "`maps`: expected an array"),
        ({"maps": [[[1], [2, 3]]]}, "`maps`: expected an array"),
        ({"maps": -np.ones((2, 1, 3, 2, 3))}, "`maps`: expected finite numbers of at least 0"),
        ({"maps": np.full((2, 1, 3, 2, 3), math.nan)}, "`maps`: expected finite numbers"),
        ({"maps": np.ones((2, 1, 3, 240, 320))}, "`maps`: expected at most 300 kB"),
        ({"probabilities": np.full((3, 2), 0.25)}, "from 0 to 1 of shape (2, 3)"),
        ({"probabilities": np.full((2, 3), 1.5)}, "`probabilities`: expected probabilities"),
        ({"probabilities": [[0.2], [0.1, 0.2]]}, "`probabilities`: expected probabilities"),
        ({"layer_names": "c"}, "`layer_names`: expected 1 to 12 distinct names"),
        ({"layer_names": ["c", "c"]}, "`layer_names`: expected 1 to 12 distinct names"),
        ({"truths": np.zeros((2, 4))}, "`truths`: expected one (boxes, labels) for each of the 2"),
        ({"truths": [([], []), ([[0, 0, 1, 1]], [3])]}, "`truths`: expected labels below 3"),
        ({"picture": 2}, "`picture`: expected an integer from 0 to 1"),
        ({"class_name": "d"}, "`class_name`: expected one of 'a', 'b', 'c'"),
        ({"layer": "pool"}, "`layer`: expected one of 'conv'"),
        ({"opacity": 101}, "`opacity`: expected an integer from 0 to 100, in percent"),
        ({"scale": "log"}, "`scale`: expected one of 'own', 'shared'"),
        ({"colour": "jet"}, "`setting`: expected one of 'picture', 'class_name', 'layer'"),
        ({"task": "Go", "goal": {"heat": 1}}, "`goal`: expected one of 'picture', 'class_name'"),
        ({"task": "Go", "goal": {"opacity": 70}}, "something that the initial state has not"),
    ],
)
def test_bad_calls_say_what_there_is(change, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        widgets.grad_cam(**GOOD | change)
