import copy
import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
import yaml

from cnncourse import ops, quiz
from cnncourse.quiz import bank as quiz_bank
from cnncourse.quiz import expressions, markup, questions

CHAPTER_1 = "01_convolution"

# One sound question of each kind; the tests break them one at a time.
SOUND = """
title: Trial
questions:
  - id: params
    objective: conv-params
    kind: number
    unit: parameters
    prompt: How many parameters has `Conv2D({{filters}}, {{kernel}})` on {{c_in}} channels?
    variants:
      - {kernel: 3, c_in: 5, filters: 2}
      - {kernel: 2, c_in: 3, filters: 7}
      - {kernel: 4, c_in: 2, filters: 9}
    answer: {call: arithmetic.conv_params, with: {kernel: $kernel, c_in: $c_in, filters: $filters}}
    distractors:
      - misconception: Forgot the bias
        value: {product: [$kernel, $kernel, $c_in, $filters]}
        feedback: That leaves out {{filters}} biases.
    explanation: "$({{kernel}}^2 \\\\cdot {{c_in}} + 1) \\\\cdot {{filters}} = {{answer}}$"
  - id: size
    objective: conv-output-size
    kind: choice
    show: "{{0}} pixels"
    prompt: How long is the output?
    variants:
      - {size: 13, kernel: 4}
    answer: {call: arithmetic.conv_output_size, with: {size: $size, kernel: $kernel}}
    distractors:
      - misconception: Forgot the first window
        value: {sum: [$size, {product: [-1, $kernel]}]}
        feedback: Add one.
      - {misconception: Kept the size, value: $size, feedback: Nothing is padded.}
    explanation: There are {{answer}} windows.
  - id: which
    objective: conv-padding
    kind: multiple
    prompt: Tick what is odd.
    options:
      - {text: three, correct: true, misconception: Missed it, feedback: It is odd.}
      - {text: four, correct: {equal: [4, 5]}, misconception: Took it, feedback: It is even.}
      - {text: five, correct: {equal: [5, 5]}, misconception: Missed it, feedback: It is odd.}
    explanation: Odd numbers leave a rest.
"""


def build(bank):
    text = yaml.safe_dump(bank, sort_keys=False, allow_unicode=True)
    return questions.build("trial", quiz_bank.parse("trial", text))


@pytest.fixture
def sound():
    return yaml.safe_load(SOUND)


class Reader(HTMLParser):
    """Checks nesting as it reads, and keeps elements with their attributes and ancestors."""

    VOID = frozenset({"input", "br", "meta"})

    def __init__(self, markup_text):
        super().__init__(convert_charrefs=True)
        self.open = []
        self.elements = []
        self.feed(markup_text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        assert len(dict(attrs)) == len(attrs), f"attribute twice on <{tag}>"
        self.elements.append((tag, dict(attrs), tuple(self.open)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, f"</{tag}> closes nothing"


def quiz_data(html):
    """Return what the script of a quiz was given."""
    (line,) = re.findall(r"^const data = (.*);$", html, flags=re.MULTILINE)
    return json.loads(line)


# ---- The banks as they are -------------------------------------------------------------------


def test_every_bank_is_valid_down_to_the_last_variant():
    counts = quiz.validate_all()
    assert list(counts) == quiz.names()
    assert counts[CHAPTER_1] >= 14


def chapter_questions(name):
    return questions.build(name, quiz_bank.read(name))


def test_chapter_1_asks_for_every_objective():
    objectives = {question.objective for question in chapter_questions(CHAPTER_1)}
    assert objectives == {
        "conv-correlate",
        "conv-output-size",
        "conv-padding",
        "conv-params",
        "conv-channels",
        "conv-receptive-field",
        "conv-equivariance",
    }


@pytest.mark.parametrize("name", quiz.names())
def test_objectives_of_a_bank_are_those_of_its_notebook(name, repository):
    notebook = repository / "book" / f"{name}.ipynb"
    if not notebook.exists():
        pytest.skip(f"{notebook.name} is not written yet")
    metadata = json.loads(notebook.read_text("utf-8"))["metadata"]["cnncourse"]
    asked = {question.objective for question in chapter_questions(name)}
    assert asked == set(metadata["objectives"])


def test_chapter_1_is_mostly_computed_and_varied():
    raw = quiz_bank.read(CHAPTER_1)["questions"]
    computed = [
        question
        for question in raw
        if "text" not in question.get("answer", {"text": "ticks have no answer of their own"})
        or any(isinstance(option["correct"], dict) for option in question.get("options", []))
    ]
    assert len(computed) >= len(raw) / 2
    assert sum(len(question.get("variants", [])) >= 5 for question in raw) >= 5


# Worked out by hand: (question, variant counted from 1) → answer.
GOLDEN = {
    # 1·1 − 0·5 … the window on columns 1–3: (1 − 5) + 2·(7 − 0)
    ("correlate-by-hand", 1): 10,
    # the window on rows 1–2, columns 0–2: 1 + 3·4 − 2 + 2·8
    ("correlate-by-hand", 2): 27,
    ("notes-width", 1): 64,  # ceil(128 / 2)
    ("notes-depth", 1): 32,  # one map for each filter
    ("notes-params-896", 1): 896,  # 3·3·3·32 + 32
    ("notes-params-80", 1): 80,  # 2·2·1·16 + 16
    ("valid-output-size", 1): 8,  # floor(23 / 3) + 1
    ("valid-output-size", 4): 11,  # floor(53 / 5) + 1
    ("same-output-size", 1): 3,  # 13 pixels at stride 5
    ("same-output-size", 3): 34,  # ceil(100 / 3)
    ("dilated-output-size", 1): 12,  # 20 − 9 + 1
    ("output-shape", 1): (23, 30, 10),  # floor(45 / 2) + 1, floor(59 / 2) + 1
    ("same-padding-sides", 1): (1, 2),  # 2·5 + 6 − 13 = 3
    ("same-padding-sides", 3): (1, 2),  # 4·4 + 7 − 20 = 3
    ("dark-corner", 1): 80,  # 2·3 of 15 weights: 200·6/15
    ("dark-corner", 4): 200 / 3,  # 2·5 of 27: 180·10/27
    ("params-rectangular", 1): 1820,  # 3·5·6·20 + 20
    ("params-rectangular", 6): 34944,  # 11·11·3·96 + 96
    ("dense-instead", 1): 115520,  # (12·10·3 + 1) · 10·8·4
    ("kernel-shape", 1): (3, 5, 4, 16),
    ("receptive-field-strided", 1): 15,  # 1 + 2 + 4·2 + 2·2
    ("receptive-field-strided", 2): 19,  # 1 + 6 + 2·2 + 2·4
    ("receptive-field-dilated", 1): 15,  # 1 + 2 + 4 + 8
    ("shift-and-stride", 2): 4,
}


@pytest.mark.parametrize("place", GOLDEN, ids=lambda place: f"{place[0]}-{place[1]}")
def test_keys_equal_numbers_worked_out_by_hand(place):
    wanted, number = place
    (question,) = (q for q in chapter_questions(CHAPTER_1) if q.id == wanted)
    (key,) = (option.value for option in question.variants[number - 1].options if option.correct)
    assert key == pytest.approx(GOLDEN[place], rel=1e-12)


@pytest.mark.parametrize(
    ("wanted", "right"),
    [
        ("half-turn-kernels", [True, False, True, False]),
        ("keeps-the-height", [True, False, False, True, True]),
    ],
)
def test_computed_ticks_equal_those_worked_out_by_hand(wanted, right):
    raw = next(q for q in quiz_bank.read(CHAPTER_1)["questions"] if q["id"] == wanted)
    for row in raw["variants"]:
        values = {name: expressions.evaluate(value, {}) for name, value in row.items()}
        assert [expressions.evaluate(o["correct"], values) for o in raw["options"]] == right


def test_what_the_free_text_keys_about_shifts_claim_is_so():
    rng = np.random.default_rng(7)
    image, kernel = rng.normal(size=(14, 17)), rng.normal(size=(3, 5))
    shifted_map = ops.correlate2d(ops.translate(image, 2, 3), kernel)
    moved = ops.translate(ops.correlate2d(image, kernel), 2, 3)
    np.testing.assert_allclose(shifted_map[2:, 3:], moved[2:, 3:], rtol=0, atol=1e-12)
    assert not np.allclose(shifted_map, moved), "exact up to the border: then a distractor is right"
    # "a convolution with stride 2" after a shift by one: no shift of the old map gives the new one.
    before = ops.correlate2d(image, kernel)[::2, ::2]
    after = ops.correlate2d(ops.translate(image, 0, 1), kernel)[::2, ::2]
    assert not np.allclose(after[1:-1, 2:-1], before[1:-1, 2:-1])
    assert not np.allclose(after[1:-1, 2:-1], before[1:-1, 1:-2])


def test_the_key_is_spread_over_the_places():
    places = [
        [option.correct for option in variant.options].index(True)
        for question in chapter_questions(CHAPTER_1)
        if question.kind == "choice"
        for variant in question.variants
    ]
    assert set(places) == {0, 1, 2, 3}
    assert max(map(places.count, range(4))) <= len(places) / 2


# ---- What must not pass -----------------------------------------------------------------------


def test_the_sound_bank_passes(sound):
    assert [question.id for question in build(sound)] == ["params", "size", "which"]


BROKEN = {
    "no feedback": (
        lambda q: q[0]["distractors"][0].pop("feedback"),
        "question `params`, field `distractors.1.feedback`: expected a value; received 'nothing'",
    ),
    "empty feedback": (
        lambda q: q[1]["distractors"][1].update(feedback="  "),
        "question `size`, field `distractors.2.feedback`: expected some text; received '  '",
    ),
    "no misconception": (
        lambda q: q[2]["options"][1].pop("misconception"),
        "question `which`, field `options.2.misconception`: expected a value",
    ),
    "no explanation": (
        lambda q: q[1].pop("explanation"),
        "question `size`, field `explanation`: expected a value; received 'nothing'",
    ),
    "no objective": (lambda q: q[1].pop("objective"), "question `size`, field `objective`"),
    "no id": (lambda q: q[1].pop("id"), "question `number 2`, field `id`: expected a value"),
    "id twice": (
        lambda q: q[1].update(id="params"),
        "question `params`, field `id`: expected an id that no other question has",
    ),
    "unknown kind": (
        lambda q: q[0].update(kind="essay"),
        "field `kind`: expected one of 'choice', 'multiple', 'number'; received 'essay'",
    ),
    "unknown field": (
        lambda q: q[0].update(explanaton="typing error"),
        "field `explanaton`: expected one of the fields id, objective, .*; received 'explanaton'",
    ),
    "number as text": (
        lambda q: q[0].update(tolerance="0.5"),
        "field `tolerance`: expected a value of type number; received '0.5'",
    ),
    "negative tolerance": (
        lambda q: q[0].update(tolerance=-1),
        "field `tolerance`: expected a number of at least 0; received -1",
    ),
    "one distractor only": (
        lambda q: q[1]["distractors"].pop(),
        "field `distractors`: expected at least 2 entries",
    ),
    "prompt of a wrong type": (
        lambda q: q[1].update(prompt=7),
        "question `size`, field `prompt`: expected a value of type string; received 7",
    ),
    "answer with a key too many": (
        lambda q: q[1]["answer"].update(call="arithmetic.conv_output_size", then=1),
        "field `answer .variant 1.`: expected the two fields `call` and `with`",
    ),
    "unknown name in an expression": (
        lambda q: q[0]["answer"]["with"].update(kernel="$kernle"),
        r"field `answer .variant 1.`: expected one of the names \$kernel, \$c_in, \$filters; "
        r"received '\$kernle'",
    ),
    "unknown name in a text": (
        lambda q: q[0]["distractors"][0].update(feedback="{{filter}} biases"),
        r"field `distractors.1.feedback .variant 1.`: .*\{\{filters\}\}.*"
        r"; received '\{\{filter\}\}'",
    ),
    "argument the function refuses": (
        lambda q: q[1]["variants"][0].update(kernel=14),
        "question `size`, field `answer .variant 1.`: expected arguments that "
        "`arithmetic.conv_output_size` takes",
    ),
    "argument the function lacks": (
        lambda q: q[1]["answer"]["with"].update(strides=2),
        "field `answer .variant 1.`: expected arguments that `arithmetic.conv_output_size` takes",
    ),
    "a row with other names": (
        lambda q: q[0]["variants"][2].pop("filters"),
        "field `variants.3`: expected the names kernel, c_in, filters; received 'kernel, c_in'",
    ),
    "a variant twice": (
        lambda q: q[0]["variants"].append(q[0]["variants"][1].copy()),
        "field `prompt .variant 4.`: expected a prompt that differs from variant 2",
    ),
    "an answer that is no number": (
        lambda q: q[0].update(answer=[3, 4]),
        r"field `answer .variant 1.`: expected a finite number; received \(3, 4\)",
    ),
    "a formula that does not convert": (
        lambda q: q[2].update(prompt=r"Is $\frac{1$ odd, $\oddly$ so?"),
        "field `prompt .variant 1.`: expected a text .*argument `latex`",
    ),
    "nothing to tick": (
        lambda q: [option.update(correct=False) for option in q[2]["options"]],
        "field `options .variant 1.`: expected at least one option to tick and one to leave; "
        "received '0 of 3 to tick'",
    ),
    "nothing to leave": (
        lambda q: [option.update(correct=True) for option in q[2]["options"]],
        "received '3 of 3 to tick'",
    ),
    "a formula for a label": (
        lambda q: q[2]["options"][2].update(text="$5$"),
        "field `answers .variant 1.`: expected words beside a formula",
    ),
    "an option twice": (
        lambda q: q[2]["options"][2].update(text="three"),
        "field `options.3 .variant 1.`: expected something that differs from option 1",
    ),
    "a tick that is no truth value": (
        lambda q: q[2]["options"][0].update(correct={"sum": [1, 2]}),
        "field `options.1.correct .variant 1.`: expected true or false; received 3",
    ),
    "two distractors alike": (
        lambda q: q[1]["distractors"][0].update(value=13),
        "field `distractors.2 .variant 1.`: expected something that differs from distractor 1",
    ),
    "a distractor within the tolerance": (
        lambda q: q[0].update(tolerance=1),
        "field `distractors.1 .variant 1.`: expected something that differs from the answer",
    ),
    "answers that look alike": (
        lambda q: q[1].update(show="some pixels"),
        "field `distractors.1 .variant 1.`: expected something that differs from the answer",
    ),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_bank_is_refused_with_bank_question_and_field(sound, fault):
    break_it, message = BROKEN[fault]
    broken = copy.deepcopy(sound)
    break_it(broken["questions"])
    with pytest.raises(quiz.BankError, match=message) as caught:
        build(broken)
    assert str(caught.value).startswith("Invalid quiz bank `trial`, question `")


def test_a_distractor_that_equals_the_answer_in_the_third_variant_only_is_caught(sound):
    # kernel² · c_in · filters + filters against (kernel² + 1) · filters: alike when c_in is 1.
    sound["questions"][0]["distractors"][0]["value"] = {
        "call": "arithmetic.conv_params",
        "with": {"kernel": "$kernel", "c_in": 1, "filters": "$filters"},
    }
    build(sound)
    sound["questions"][0]["variants"][2]["c_in"] = 1
    with pytest.raises(
        quiz.BankError,
        match=r"question `params`, field `distractors.1 .variant 3.`: "
        r"expected something that differs from the answer; received 153",
    ):
        build(sound)


@pytest.mark.parametrize(
    "name",
    [
        "os.system",
        "arithmetic.__loader__",
        "builtins.eval",
        "numpy.load",
        "ops._convolution",
        7,
        None,
    ],
)
def test_only_functions_of_the_list_can_be_called(sound, name):
    sound["questions"][0]["answer"] = {"call": name, "with": {}}
    with pytest.raises(quiz.BankError, match=r"expected a call to one of arithmetic\.conv_macs, "):
        build(sound)


def test_text_is_never_run():
    for text in ("__import__('os').getcwd()", "1 + 1"):
        assert expressions.evaluate(text, {}) == text


def test_every_function_of_the_list_exists():
    import importlib

    for name in expressions.CALLABLES:
        room, function = name.split(".")
        assert callable(getattr(importlib.import_module(f"cnncourse.{room}"), function))


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ({"sum": [2, {"product": [3, 5]}]}, 17),
        ({"quotient": [7, 2]}, 3.5),
        ({"item": [[4, 6, 9], 1]}, 6),
        ({"item": [[[1, 2, 3], [4, 5, 6]], [1, 2]]}, 6),
        ({"equal": [[1, 2], [1, 2]]}, True),
        ({"equal": [[1, 2], [1, 2, 3]]}, False),
        ({"item": [{"flipped": [[1, 2, 3], [4, 5, 6]]}, [0, 0]]}, 6),
        ({"item": [{"full": [[2, 3], 0.5]}, [1, 2]]}, 0.5),
        ({"item": [{"batch": [[1, 2, 3], [4, 5, 6]]}, [0, 1, 2, 0]]}, 6),
        ({"item": [{"image": {"batch": [[1, 2, 3], [4, 5, 6]]}}, [1, 0]]}, 4),
        (["$size", [1, "$size"]], (11, (1, 11))),
        (
            {
                "item": [
                    {"call": "boxes.flip", "with": {"boxes": [[1, 2, 4, 6]], "size": [8, 10]}},
                    [0, 0],
                ]
            },
            6,
        ),
        (
            {
                "item": [
                    {
                        "call": "boxes.decode_sqrt",
                        "with": {"values": [[0.5, 0.5, 0.5, 1]], "size": [10, 20]},
                    },
                    [0, 0],
                ]
            },
            7.5,
        ),
        (
            {
                "item": [
                    {"call": "boxes.iou", "with": {"a": [[0, 0, 2, 2]], "b": [[1, 1, 3, 3]]}},
                    [0, 0],
                ]
            },
            pytest.approx(1 / 7),
        ),
        (
            {
                "item": [
                    {
                        "call": "ops.conv2d_transpose",
                        "with": {
                            "x": {"batch": [[2, 5]]},
                            "kernel": {"batch": [[3], [1], [4]]},
                            "stride": [1, 2],
                        },
                    },
                    [0, 0, 2, 0],
                ]
            },
            2 * 4 + 5 * 3,
        ),
        (
            {
                "call": "metrics.average_precision",
                "with": {"recall": [0.5, 1], "precision": [1, 1], "method": "voc10"},
            },
            pytest.approx(1),
        ),
        (
            {
                "call": "ops.cross_entropy",
                "with": {"logits": [[0, 2000], [5, 5]], "labels": [0, 1]},
            },
            pytest.approx(1000 + np.log(2) / 2),
        ),
        (
            {
                "item": [
                    {
                        "call": "ops.local_response_norm",
                        "with": {"x": [[[[3, 4]]]], "n": 3, "alpha": 1, "beta": 1, "k": 7},
                    },
                    [0, 0, 0, 1],
                ]
            },
            0.125,  # 4 / (7 + 9 + 16)
        ),
    ],
)
def test_combinators(expression, value):
    assert expressions.evaluate(expression, {"size": 11}) == value


@pytest.mark.parametrize(
    "expression",
    [
        {"power": [2, 3]},
        {"sum": [1], "product": [2]},
        {"sum": 3},
        {"quotient": [1, 0]},
        {"item": [[1, 2], 5]},
        {"sum": ["a", "b"]},
        {},
    ],
)
def test_combinators_refuse_what_they_cannot_take(expression):
    with pytest.raises(expressions.ExpressionError):
        expressions.evaluate(expression, {})


def test_yaml_that_cannot_be_read_or_repeats_a_key_is_refused():
    with pytest.raises(quiz.BankError, match="bank `trial`, field `file`: expected YAML"):
        quiz_bank.parse("trial", "title: [")
    repeated = SOUND.replace("    kind: choice\n", "    kind: choice\n    kind: number\n")
    with pytest.raises(quiz.BankError, match="found a key twice"):
        quiz_bank.parse("trial", repeated)
    for text in ("", "title: Only a title", "- a list"):
        with pytest.raises(quiz.BankError, match="Invalid quiz bank `trial`, field"):
            quiz_bank.parse("trial", text)


def test_an_unknown_bank_or_question_lists_those_there_are():
    with pytest.raises(ValueError, match=r"argument `name`: expected one of .*'01_convolution'"):
        quiz.show("99_nothing")
    with pytest.raises(ValueError, match=r"argument `name`"):
        quiz.show("../../secrets")
    with pytest.raises(ValueError, match=r"argument `questions`: expected one of .*'notes-width'"):
        quiz.show(CHAPTER_1, questions=["nothing"])
    for questions_given in ("notes-width", [], ["notes-width", "notes-width"]):
        with pytest.raises(ValueError, match="argument `questions`: expected a sequence"):
            quiz.show(CHAPTER_1, questions=questions_given)


# ---- Texts -------------------------------------------------------------------------------------


def test_values_are_written_as_their_surroundings_want_them():
    values = {"n": 61706, "m": -3, "year": 1998, "x": 2 / 3, "a": ((1, -2), (3, 4))}
    assert markup.line("{{n}} {{m}} {{year}} {{x}}", values) == "61,706 −3 1998 0.666667"
    assert markup.line("`{{n}}, {{m}}`", values) == "<code>61706, -3</code>"
    matrix = markup.line("${{a}}$", values)
    assert matrix.startswith('<math aria-label="matrix with the rows 1 −2, 3 4" ')
    assert "<mtable>" in matrix
    assert "aria-label" not in markup.line("$A = {{a}}$", values)
    assert markup.prose((23, 30, 10)) == "(23, 30, 10)"
    assert markup.prose(-12345.0) == "−12,345"


def test_marks_become_elements_and_everything_else_is_escaped():
    assert markup.line("**a** *b* `x < y` & <i>", {}) == (
        "<strong>a</strong> <em>b</em> <code>x &lt; y</code> &amp; &lt;i&gt;"
    )
    first, code, last = markup.blocks("One\nline.\n\n```python\nf(x) < 3\n```\n\nLast.", {})
    assert (first, last) == ("One\nline.", "Last.")
    assert code.startswith('<pre tabindex="0"')
    assert "f(x) &lt; 3</pre>" in code


# ---- What is shown -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shown():
    return quiz.show(CHAPTER_1)


def test_html_is_well_formed_without_headings_or_ids_twice(shown):
    elements = Reader(shown.html).elements
    tags = [tag for tag, _, _ in elements]
    assert not {f"h{level}" for level in range(1, 7)} & set(tags)
    ids = [attributes["id"] for _, attributes, _ in elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert tags.count("form") == tags.count("fieldset") == tags.count("legend") == 24
    assert tags.count("details") == 24
    assert all("style" not in attributes for _, attributes, _ in elements)


def test_every_input_has_a_label_and_every_group_a_legend(shown):
    elements = Reader(shown.html).elements
    inputs = [(attributes, ancestors) for tag, attributes, ancestors in elements if tag == "input"]
    assert len(inputs) > 24
    for _, ancestors in inputs:
        assert "label" in ancestors
        assert "fieldset" in ancestors
    ids = {attributes.get("id") for _, attributes, _ in elements}
    for _, attributes, _ in elements:
        for reference in ("aria-describedby", "aria-labelledby"):
            assert attributes.get(reference) in ids
    regions = [attributes for tag, attributes, _ in elements if tag == "output"]
    assert len(regions) == 25
    assert all(r["role"] == "status" and r["aria-live"] == "polite" for r in regions)


def test_other_variants_and_feedback_are_well_formed_too(shown):
    for question in quiz_data(shown.html)["questions"]:
        for variant in question["variants"]:
            Reader(variant["body"] or "")
            Reader(variant["solution"] or "")
            Reader(variant["explanation"])
            for option in variant["options"]:
                Reader(option["feedback"] or "")


def test_nothing_is_asked_of_another_host(shown):
    urls = set(re.findall(r"https?://[^\s\"'<\\]+", shown.html))
    assert urls == {"http://www.w3.org/1998/Math/MathML"}, "only the name space of MathML"
    assert not re.search(r"\b(src|href|import|fetch)\b\s*[=(]", shown.html)
    assert "Storage" not in shown.html


def test_every_wrong_answer_travels_with_its_misconception(shown):
    for question in quiz_data(shown.html)["questions"]:
        for variant in question["variants"]:
            for option in variant["options"]:
                advised = not option["correct"] or question["kind"] == "multiple"
                assert bool(option["feedback"]) == advised
                assert ("value" in option) == (question["kind"] == "number")


def test_a_selection_keeps_its_order_and_counts_itself():
    chosen = quiz.show(CHAPTER_1, questions=["notes-depth", "notes-width"])
    forms = [a for tag, a, _ in Reader(chosen.html).elements if tag == "form"]
    assert [form["data-question"] for form in forms] == ["notes-depth", "notes-width"]
    assert "Question 2 of 2" in chosen.html
    assert repr(chosen).startswith("Quiz: Convolution (2 questions)\n1. ")


def test_two_selections_share_no_id():
    def ids(names):
        html = quiz.show(CHAPTER_1, questions=names).html
        return {a["id"] for _, a, _ in Reader(html).elements if "id" in a}

    assert not ids(["notes-depth", "notes-width"]) & ids(["notes-width", "notes-params-80"])


def test_two_processes_write_the_same_bytes(shown):
    code = (
        "from cnncourse import quiz; import sys; sys.stdout.write(quiz.show('01_convolution').html)"
    )
    for seed in ("1", "2"):
        written = subprocess.run(
            [sys.executable, "-X", "utf8", "-c", code],
            check=True,
            capture_output=True,
            env={"PYTHONHASHSEED": seed, "PATH": ""},
        ).stdout
        assert written.decode() == shown.html


def test_notebooks_get_html_and_terminals_get_the_prompts(shown):
    bundle = shown._repr_mimebundle_()
    assert bundle["text/html"] is shown.html
    assert bundle["text/plain"].splitlines()[0] == "Quiz: Convolution (24 questions)"


def test_every_rule_of_the_style_stays_inside_the_quiz():
    style = (Path(quiz.__file__).parent / "quiz.css").read_text(encoding="utf-8")
    style = re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)
    selectors = re.findall(r"(?:^|[{}])\s*([^{}@]+?)\s*\{", style)
    assert len(selectors) > 30
    # Commas inside parentheses do not separate selectors.
    parts = [part.strip() for text in selectors for part in re.split(r",(?![^(]*\))", text)]
    assert [part for part in parts if not part.startswith(".cnn-quiz")] == []
