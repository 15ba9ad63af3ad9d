"""The checker of exercises: catches, names, explains, and comes back whatever it is given."""

from __future__ import annotations

import _thread
import importlib
import inspect
import re
import signal
import subprocess
import sys
import textwrap
import threading
import time
import warnings
from html.parser import HTMLParser

import numpy as np
import pytest

from cnncourse import arithmetic, check, ops
from cnncourse.check import answers, runner
from cnncourse.check.exercise import VALUES, Draw, Exercise, Wrong

EXPECTED_NAMES = (
    "correlate2d",
    "conv_output_size",
    "same_padding",
    "conv_params",
    "conv2d",
    "receptive_field",
    "translate",
)
EXERCISES = [check.EXERCISES[name].exercise for name in check.names()]


def mutants_of(name):
    return importlib.import_module(f"mutants.{name}")


def mutants(name):
    return {
        key: value
        for key, value in vars(mutants_of(name)).items()
        if inspect.isfunction(value) and not key.startswith("_")
    }


KNOWN = [
    pytest.param(exercise, wrong, id=f"{exercise.name}-{wrong.name}")
    for exercise in EXERCISES
    for wrong in exercise.wrong
]
MUTANTS = [
    pytest.param(name, mutant, id=f"{name}-{key}")
    for name in check.names()
    for key, mutant in mutants(name).items()
]
# The one mutant that only goes wrong where the result has a fifth row.
NEEDS_FIVE_ROWS = {"stops_after_four_rows"}
# Mutants that do, on every input where they fail, just what a known mistake does.
SAME_AS_KNOWN = {name: getattr(mutants_of(name), "SAME_AS_KNOWN", {}) for name in check.names()}


def sides_of(result):
    """Return height and width of every array of the counterexample."""
    sides = []
    for name, value in result.counterexample.items():
        if isinstance(value, np.ndarray):
            batch = name == "x" and value.ndim == 4
            sides.extend(value.shape[1:3] if batch else value.shape[:2])
    return sides


# --- what every exercise has to hold ------------------------------------------------------------


def test_the_exercises_of_chapter_1_are_there():
    assert check.names()[: len(EXPECTED_NAMES)] == EXPECTED_NAMES


@pytest.mark.parametrize("name", check.names())
def test_the_reference_passes_and_the_report_says_what_was_tried(name):
    exercise = check.EXERCISES[name].exercise
    result = check.EXERCISES[name](exercise.reference)
    assert result.passed
    assert result.kind == "passed"
    assert result.counterexample is None
    count = int(result.text.split("\n")[1].split()[0])
    assert count >= 100
    tried = result.text.split("\n")[2]
    assert all(parameter in tried for parameter in exercise.signature.parameters)


@pytest.mark.parametrize(("exercise", "wrong"), KNOWN)
def test_every_known_mistake_is_caught_and_named_on_a_small_input(exercise, wrong):
    result = check.EXERCISES[exercise.name](wrong.version)
    assert not result.passed
    assert result.misconception == wrong.name
    assert wrong.name in result.text
    assert all(side <= 4 for side in sides_of(result))
    for value in result.counterexample.values():
        if isinstance(value, np.ndarray):
            assert np.abs(value).max() <= 3
            assert set(value.ravel().tolist()) <= set(VALUES)


@pytest.mark.parametrize(("name", "mutant"), MUTANTS)
def test_every_mutant_is_caught(name, mutant):
    result = check.EXERCISES[name](mutant)
    assert not result.passed
    limit = 5 if mutant.__name__ in NEEDS_FIVE_ROWS else 4
    assert all(side <= limit for side in sides_of(result))
    if result.misconception:
        assert result.misconception == SAME_AS_KNOWN[name].get(mutant.__name__)


@pytest.mark.parametrize("name", check.names())
def test_there_are_enough_mutants_and_none_is_a_known_mistake(name):
    exercise = check.EXERCISES[name].exercise
    found = mutants(name)
    assert len(found) >= 10
    generate = np.random.default_rng(3)

    def integers(low, high):
        return int(generate.integers(low, high + 1))

    cases = [exercise.inputs(Draw(integers, 6)) for _ in range(400)]

    def answer(function, case):
        positional, keywords = exercise.split(case)
        try:
            return np.asarray(function(*positional, **keywords)).tolist()
        except Exception as error:
            return type(error).__name__

    known = [[answer(wrong.version, case) for case in cases] for wrong in exercise.wrong]
    for mutant in found.values():
        assert [answer(mutant, case) for case in cases] not in known


@pytest.mark.parametrize("name", ["conv_params", "translate"])
def test_hints_grow_with_their_level(name):
    exercise = check.EXERCISES[name].exercise
    wrong = exercise.wrong[0]
    texts = [check.EXERCISES[exercise.name](wrong.version, hint=level).text for level in range(3)]
    first, second = wrong.hints
    assert [first in text for text in texts] == [False, True, True]
    assert [second in text for text in texts] == [False, False, True]
    assert "hint=1" in texts[0]
    assert "hint=2" in texts[1]
    assert "hint=" not in texts[2]


@pytest.mark.parametrize("name", ["same_padding", "correlate2d"])
def test_answers_that_match_no_known_mistake_get_the_hints_of_the_exercise(name):
    exercise = check.EXERCISES[name].exercise
    texts = [check.EXERCISES[exercise.name](lambda *_, **__: -7, hint=k).text for k in range(3)]
    first, second = exercise.hints
    assert [first in text for text in texts] == [False, True, True]
    assert [second in text for text in texts] == [False, False, True]


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.name)
def test_names_and_hints_are_distinct_and_end_as_sentences_do(exercise):
    names = [wrong.name for wrong in exercise.wrong]
    assert len(set(names)) == len(names)
    for wrong in exercise.wrong:
        assert wrong.hints[0] != wrong.hints[1]
        assert all(len(hint) > 15 and hint[-1] in ".?" for hint in wrong.hints)
    assert exercise.task.endswith(".")
    assert re.fullmatch(r"[a-z]+(-[a-z]+)+", exercise.objective)


# --- counterexamples ----------------------------------------------------------------------------


def test_the_counterexample_to_a_flipped_kernel_is_as_small_as_one_can_be():
    result = check.correlate2d(lambda image, kernel: ops.correlate2d(image, kernel[::-1, ::-1]))
    image, kernel = result.counterexample["image"], result.counterexample["kernel"]
    assert image.size == kernel.size == 2
    assert sorted(image.ravel()) == sorted(kernel.ravel()) == [0, 1]


def test_the_counterexample_leaves_out_arguments_that_keep_their_default():
    result = check.conv_output_size(lambda size, kernel, stride=1, padding="valid", dilation=1: 0)
    assert "\n    conv_output_size(1, 1)\n" in result.text
    assert result.text.split("Expected:\n")[1].startswith("    1\n")


def test_what_is_shown_can_be_copied_and_run():
    def conv2d(x, kernel, stride=1, padding="valid", dilation=1):
        return ops.conv2d(x, kernel, stride, padding, 1)

    text = check.conv2d(conv2d).text
    code = text.split("it fails:\n")[1].split("Expected:")[0]
    *assignments, call = textwrap.dedent(code).strip().split("\n")
    scope = {"np": np, "conv2d": ops.conv2d}
    exec("\n".join(assignments), scope)
    expected = eval(call, scope)
    shown = text.split("Expected:\n")[1].split("#")[0]
    np.testing.assert_allclose(np.array(eval(shown.strip())), expected)


def test_a_fault_in_large_inputs_only_is_found_as_well():
    def receptive_field(layers):
        return arithmetic.receptive_field(layers) + (len(layers) > 4)

    assert len(check.receptive_field(receptive_field).counterexample["layers"]) == 5


def test_several_mistakes_that_agree_on_the_smallest_input_are_told_apart():
    # On (down=0, right=1) alone, both of these leave the image where it is.
    for name in ("moved down only", "negative shifts ignored"):
        wrong = next(w for w in check.translate.exercise.wrong if w.name == name)
        assert check.translate(wrong.version).misconception == name


def test_a_second_mistake_on_top_of_a_known_one_is_not_passed_off_as_the_known_one():
    def conv_params(kernel, c_in, filters, bias=True):
        count = arithmetic.conv_params(kernel, c_in, filters, bias=False)
        return count + 1 if c_in > 3 else count

    assert check.conv_params(conv_params).misconception == ""


# --- whatever learner code does -----------------------------------------------------------------


def swallows_exceptions(layers):
    while True:
        try:
            time.sleep(0.001)
        except Exception:
            continue


def swallows_everything(layers):
    while True:
        try:
            sum(range(100))
        except:  # noqa: E722
            continue


def loops(layers):
    while True:
        pass


def sleeps(layers):
    time.sleep(3)


def prints_for_ever(layers):
    while True:
        print("again")


def hangs_on_the_second_layer_only(layers):
    while len(layers) == 2:
        pass
    return arithmetic.receptive_field(layers)


@pytest.mark.parametrize(
    "function",
    [
        loops,
        sleeps,
        swallows_exceptions,
        swallows_everything,
        prints_for_ever,
        hangs_on_the_second_layer_only,
    ],
)
def test_what_never_ends_is_reported_with_its_input(function, capsys):
    result = check.receptive_field(function, seconds=0.2)
    assert result.kind == "endless"
    assert not result.passed
    assert "Stopped after 0.2 seconds" in result.text
    assert "receptive_field([" in result.text
    assert len(result.text) < 3000  # "again" comes up no more than a report can hold
    assert capsys.readouterr() == ("", "")


def test_a_call_that_resists_is_left_behind_and_the_report_says_so():
    release = threading.Event()

    def receptive_field(layers):
        release.wait()  # in C code, where no exception gets in
        return 1

    try:
        result = check.receptive_field(receptive_field, seconds=0.1)
        assert result.kind == "endless"
        assert "still runs: restart the kernel" in result.text
    finally:
        release.set()
    wait_until_no_worker_is_left()


def workers():
    return [thread for thread in threading.enumerate() if isinstance(thread, runner.Worker)]


def wait_until_no_worker_is_left():
    deadline = time.monotonic() + 60
    while workers():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize("function", [loops, swallows_exceptions, swallows_everything])
def test_nothing_runs_on_after_a_loop_was_stopped(function):
    check.receptive_field(function, seconds=0.1)
    wait_until_no_worker_is_left()


def test_code_that_is_right_but_takes_ages_is_told_so(monkeypatch):
    monkeypatch.setattr(answers, "PATIENCE", 0.001)

    def receptive_field(layers):
        time.sleep(0.01)
        return arithmetic.receptive_field(layers)

    result = check.receptive_field(receptive_field)
    assert result.kind == "slow"
    assert "far too long" in result.text


def test_an_exception_is_shown_as_theirs_with_line_and_input():
    def helper(layers):
        return layers[0]

    def receptive_field(layers):
        return helper(layers)[0]

    result = check.receptive_field(receptive_field)
    assert result.kind == "raised"
    line = helper.__code__.co_firstlineno + 1
    shown = f"in line {line}:\n    return layers[0]\n    IndexError: list index out of range\n"
    assert f"Your code raised an exception {shown}" in result.text
    assert "receptive_field([])" in result.text
    assert "Traceback" not in result.text


@pytest.mark.parametrize(
    ("error", "shown"),
    [(SystemExit(3), "SystemExit: 3"), (KeyboardInterrupt(), "KeyboardInterrupt")],
)
def test_learner_code_that_wants_out_does_not_take_the_kernel_along(error, shown):
    def receptive_field(layers):
        raise error

    result = check.receptive_field(receptive_field)
    assert result.kind == "raised"
    assert shown in result.text


def test_an_exception_that_cannot_be_printed_is_named():
    class Broken(Exception):
        def __str__(self):
            raise RuntimeError

    def receptive_field(layers):
        raise Broken

    assert "Broken" in check.receptive_field(receptive_field).text


def test_endless_recursion_is_an_exception_like_any_other():
    def receptive_field(layers):
        return receptive_field(layers)

    result = check.receptive_field(receptive_field)
    assert result.kind == "raised"
    assert "RecursionError" in result.text


def test_an_exception_on_some_inputs_only_is_found():
    def correlate2d(image, kernel):
        if kernel.shape == (1, 2):
            raise ValueError("one row")
        return ops.correlate2d(image, kernel)

    result = check.correlate2d(correlate2d)
    assert result.kind == "raised"
    assert result.counterexample["kernel"].shape == (1, 2)
    assert result.counterexample["image"].shape == (1, 2)


def raggedly(image, kernel):
    return [[1.0], [1.0, 2.0]]


@pytest.mark.parametrize(
    ("function", "kind", "words"),
    [
        (lambda image, kernel: "nine", "type", "a str, 'nine'"),
        (lambda image, kernel: {"a": 1}, "type", "does not convert to an array of numbers"),
        (raggedly, "type", "a list, [[1.0], [1.0, 2.0]]"),
        (lambda image, kernel: ops.correlate2d(image, kernel) > 0, "type", "dtype bool"),
        (lambda image, kernel: ops.correlate2d(image, kernel) + 0j, "type", "dtype complex128"),
        (lambda image, kernel: raggedly, "type", "a function"),
        (lambda image, kernel: ops.correlate2d, "type", "a function"),
        (lambda image, kernel: 3.0, "shape", "shape (); expected shape (1, 1)"),
        (lambda image, kernel: ops.correlate2d(image, kernel)[0], "shape", "shape (1,)"),
        (lambda image, kernel: ops.correlate2d(image, kernel) * np.nan, "nan", "NaN"),
        (lambda image, kernel: ops.correlate2d(image, kernel) / 0, "nan", "NaN"),
    ],
)
def test_a_wrong_kind_of_array_is_named(function, kind, words):
    result = check.correlate2d(function)
    assert result.kind == kind
    assert words in result.text


@pytest.mark.parametrize(
    ("function", "kind", "words"),
    [
        (lambda size, kernel, stride=1, dilation=1: 0, "type", "an int, 0; expected a pair"),
        (lambda size, kernel, stride=1, dilation=1: (0, 0, 0), "type", "a tuple, (0, 0, 0)"),
        (lambda size, kernel, stride=1, dilation=1: (0.0, 0.0), "type", "a float, 0.0"),
        (lambda size, kernel, stride=1, dilation=1: (False, False), "type", "a bool, False"),
        (lambda size, kernel, stride=1, dilation=1: (0, float("nan")), "nan", "NaN"),
    ],
)
def test_a_wrong_kind_of_pair_is_named(function, kind, words):
    result = check.same_padding(function)
    assert result.kind == kind
    assert words in result.text


def test_a_path_without_return_is_found():
    def conv_output_size(size, kernel, stride=1, padding="valid", dilation=1):
        if padding == "valid":
            return arithmetic.conv_output_size(size, kernel, stride, padding, dilation)

    result = check.conv_output_size(conv_output_size)
    assert result.kind == "type"
    assert "is there a `return` on every path?" in result.text
    assert result.counterexample["padding"] == "same"


@pytest.mark.parametrize(
    "convert", [np.float32, lambda array: array.tolist(), lambda array: np.asfortranarray(array)]
)
def test_any_form_of_the_right_numbers_is_accepted(convert):
    assert check.correlate2d(lambda image, kernel: convert(ops.correlate2d(image, kernel))).passed


def test_pairs_may_be_lists_and_integers_may_be_numpy_ones():
    def same_padding(size, kernel, stride=1, dilation=1):
        return [np.int64(n) for n in arithmetic.same_padding(size, kernel, stride, dilation)]

    assert check.same_padding(same_padding).passed


def test_a_change_of_the_input_is_reported_though_the_answer_is_right():
    def translate(image, down, right):
        out = ops.translate(image, down, right)
        image[...] = out
        return out

    result = check.translate(translate)
    assert result.kind == "changed"
    assert "It changed its argument `image` in place" in result.text


def test_a_change_of_a_list_is_reported_as_well():
    def receptive_field(layers):
        field = arithmetic.receptive_field(layers)
        layers.clear()
        return field

    result = check.receptive_field(receptive_field)
    assert result.kind == "changed"
    assert len(result.counterexample["layers"]) == 1


def test_an_array_that_is_reused_between_calls_is_judged_as_it_was_returned():
    buffer = {}

    def translate(image, down, right):
        out = buffer.setdefault(image.shape, np.empty_like(image))
        out[...] = ops.translate(image, down, right)
        return out

    assert check.translate(translate).passed


def test_what_is_printed_is_kept_with_the_input_and_cut_off(capsys):
    def receptive_field(layers):
        print("layers:", layers)
        print("x" * 100_000)
        return -1

    text = check.receptive_field(receptive_field).text
    assert "It printed:\n    layers: []\n" in text
    assert len(text) < 3000
    assert capsys.readouterr() == ("", "")


def test_the_streams_are_as_before():
    before = sys.stdout, sys.stderr
    check.receptive_field(lambda layers: print("hello"))
    assert (sys.stdout, sys.stderr) == before


def test_other_threads_may_print_meanwhile(capsys):
    def receptive_field(layers):
        thread = threading.Thread(target=print, args=("from another thread",))
        thread.start()
        thread.join()
        return -1

    result = check.receptive_field(receptive_field)
    assert "It printed" not in result.text
    assert "from another thread\n" in capsys.readouterr().out


def test_warnings_of_learner_code_do_not_leak():
    def translate(image, down, right):
        warnings.warn("old", DeprecationWarning, stacklevel=1)
        np.array([1.0]) / 0
        return ops.translate(image, down, right)

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert check.translate(translate).passed
    assert not caught


def test_print_options_of_the_learner_change_nothing():
    def correlate2d(image, kernel):
        return -ops.correlate2d(image, kernel)

    plain = check.correlate2d(correlate2d).text
    with np.printoptions(precision=1, threshold=1, linewidth=20, sign="+"):
        assert check.correlate2d(correlate2d).text == plain


# --- before anything is called ------------------------------------------------------------------


def untouched_ellipsis(size, kernel, stride=1, padding="valid", dilation=1): ...


def untouched_with_docstring(size, kernel, stride=1, padding="valid", dilation=1):
    """Return the number of outputs."""
    ...


def untouched_pass(size, kernel, stride=1, padding="valid", dilation=1):
    pass


def untouched_return(size, kernel, stride=1, padding="valid", dilation=1):
    return ...


def not_implemented(size, kernel, stride=1, padding="valid", dilation=1):
    raise NotImplementedError


@pytest.mark.parametrize(
    "stub",
    [
        untouched_ellipsis,
        untouched_with_docstring,
        untouched_pass,
        untouched_return,
        not_implemented,
        lambda size, kernel, stride=1, padding="valid", dilation=1: ...,
    ],
)
def test_an_untouched_stub_is_told_what_to_do(stub):
    result = check.conv_output_size(stub)
    assert not result.passed
    assert result.kind == "to do"
    assert check.conv_output_size.exercise.task in result.text
    signature = "conv_output_size(size, kernel, stride=1, padding='valid', dilation=1)"
    assert signature in result.text
    assert check.conv_output_size.exercise.hints[0] in check.conv_output_size(stub, hint=1).text


def test_a_constant_answer_is_no_stub():
    assert check.receptive_field(lambda layers: 1).kind == "value"


def test_a_wrong_signature_is_shown_beside_the_right_one():
    result = check.conv_output_size(lambda size, kernel, stride=1, dilation=1: 0)
    assert result.kind == "signature"
    assert "conv_output_size(size, kernel, stride=1, padding='valid', dilation=1)" in result.text
    assert "(size, kernel, stride=1, dilation=1)" in result.text


def test_a_default_that_is_missing_is_a_wrong_signature():
    assert check.same_padding(lambda size, kernel, stride, dilation: (0, 0)).kind == "signature"


def test_a_wrong_default_is_found():
    def same_padding(size, kernel, stride=2, dilation=1):
        return arithmetic.same_padding(size, kernel, stride, dilation)

    assert check.same_padding(same_padding).kind == "value"


def test_required_parameters_may_have_other_names_and_callables_may_be_objects():
    class Field:
        def __call__(self, stack):
            return arithmetic.receptive_field(stack)

    assert check.receptive_field(Field()).passed


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"function": 3}, r"`function`: expected your function receptive_field.*received 3"),
        ({"function": None}, r"`function`: .*received None"),
        ({"function": loops, "hint": 3}, r"`hint`: expected 0, 1 or 2; received 3"),
        ({"function": loops, "hint": -1}, r"`hint`: expected an integer of at least 0"),
        ({"function": loops, "hint": True}, r"`hint`: expected an integer"),
        ({"function": loops, "seconds": 0}, r"`seconds`: expected a finite number of at least"),
        ({"function": loops, "seconds": float("nan")}, r"`seconds`: expected a finite number"),
    ],
)
def test_bad_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        check.receptive_field(**arguments)


def test_an_unknown_exercise_gets_the_list_of_those_there_are():
    with pytest.raises(AttributeError, match=r"'conv3d'.*correlate2d, conv_output_size"):
        check.conv3d  # noqa: B018
    assert not hasattr(check, "conv3d")
    assert set(check.names()) <= set(dir(check))


def test_the_table_of_exercises_cannot_be_changed():
    with pytest.raises(TypeError):
        check.EXERCISES["more"] = None


def test_every_checker_documents_its_task_and_signature():
    assert check.translate.exercise.task in check.translate.__doc__
    assert "translate(image, down, right)" in check.translate.__doc__


# --- one declaration makes an exercise ----------------------------------------------------------


def test_one_declaration_makes_an_exercise():
    exercise = Exercise(
        name="dense_params",
        task="Return the number of parameters of a dense layer.",
        objective="conv-params",
        reference=arithmetic.dense_params,
        inputs=lambda draw: {"inputs": draw.integer(1, 9), "units": draw.integer(1, 9)},
        wrong=(
            Wrong("bias forgotten", lambda inputs, units, bias=True: inputs * units, ("a", "b")),
        ),
        hints=("c", "d"),
    )
    checker = check.Checker(exercise)
    assert checker(arithmetic.dense_params).passed
    result = checker(lambda inputs, units, bias=True: inputs * units)
    assert result.misconception == "bias forgotten"
    assert result.counterexample == {"inputs": 1, "units": 1}


# --- how a report is shown ----------------------------------------------------------------------


class Tags(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.open, self.seen, self.words = [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.words.append(data)


def test_the_html_says_what_the_text_says_and_nothing_runs():
    def correlate2d(image, kernel):
        print("<script>alert(1)</script>")
        raise ValueError("<b>")

    result = check.correlate2d(correlate2d)
    bundle = result._repr_mimebundle_()
    assert bundle == {"text/plain": repr(result), "text/html": result.html}
    parsed = Tags(bundle["text/html"])
    assert not parsed.open
    assert {tag for tag, _ in parsed.seen} == {"div", "style", "p", "strong", "pre"}
    assert "cnn" in parsed.seen[0][1]["class"].split()
    assert "".join("".join(parsed.words).split()) == "".join(result.text.split())


def test_names_in_sentences_are_marked_as_code():
    parsed = Tags(check.receptive_field(lambda layers: layers.append(1)).html)
    assert ("code", {}) in parsed.seen
    assert "layers" in parsed.words
    assert not any("`" in words for words in parsed.words)


def test_results_compare_and_print():
    first, second = (check.receptive_field(lambda layers: 0) for _ in range(2))
    assert first == second
    assert str(first) == first.text
    assert first.text.startswith("Not yet: receptive_field\n")


# --- the same everywhere ------------------------------------------------------------------------

SCRIPT = """
import sys
sys.path.insert(0, {folder!r})
{first}
from cnncourse import check, ops, arithmetic
def correlate2d(image, kernel):
    return ops.correlate2d(image, kernel[::-1])
def conv_params(kernel, c_in, filters, bias=True):
    return arithmetic.conv_params(kernel, c_in, filters, bias) + (c_in == 7)
print(check.correlate2d(correlate2d), check.conv_params(conv_params))
print(check.translate(ops.translate))
"""


def test_every_process_gives_the_same_report(tmp_path):
    # Hypothesis draws constants out of modules that it takes for the user's own.
    numbers = "\n".join(f"n{i} = {i}" for i in range(100))
    (tmp_path / "my_numbers.py").write_text(numbers)
    outputs = []
    for number, first in enumerate(("", "import my_numbers", "import my_numbers, json, decimal")):
        script = tmp_path / f"script_{number}.py"
        script.write_text(SCRIPT.format(folder=str(tmp_path), first=first))
        done = subprocess.run(
            [sys.executable, str(script)], capture_output=True, text=True, cwd=tmp_path, check=True
        )
        assert done.stderr == ""
        outputs.append(done.stdout)
    assert outputs[0].count("Not yet") == 2
    assert outputs[0].count("Passed") == 1
    assert outputs[1:] == outputs[:1] * 2


def test_a_second_check_says_the_same():
    def conv2d(x, kernel, stride=1, padding="valid", dilation=1):
        return ops.conv2d(x, kernel, stride, padding, dilation)[..., ::-1]

    assert check.conv2d(conv2d).text == check.conv2d(conv2d).text


def test_a_check_works_in_any_thread():
    results = []

    def work():
        results.append(check.receptive_field(loops, seconds=0.1).kind)
        results.append(check.receptive_field(arithmetic.receptive_field).kind)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["endless", "endless", "passed", "passed"]


def test_the_reader_may_interrupt_a_check():
    # A process started in the background of a shell ignores interrupts.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    timer = threading.Timer(0.3, _thread.interrupt_main)
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        check.receptive_field(loops, seconds=60)
    timer.join()
    signal.signal(signal.SIGINT, before)
    wait_until_no_worker_is_left()


CELLS = {
    "imports": "import time\nfrom cnncourse import arithmetic, check",
    "stub": "def receptive_field(layers):\n    ...\n\ncheck.receptive_field(receptive_field)",
    "loop": (
        "def receptive_field(layers):\n    while True:\n        pass\n\n"
        "check.receptive_field(receptive_field, seconds=0.3)"
    ),
    "sleep": (
        "def receptive_field(layers):\n    time.sleep(1000)\n\n"
        "check.receptive_field(receptive_field, seconds=0.3)"
    ),
    "error": (
        "def receptive_field(layers):\n    print('here')\n    return layers[0]\n\n"
        "check.receptive_field(receptive_field)"
    ),
    "right": "check.receptive_field(arithmetic.receptive_field)",
}


def test_a_jupyter_kernel_lives_through_all_of_it(tmp_path):
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source) for source in CELLS.values()]
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of Jupyter's own parts
        NotebookClient(
            notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": tmp_path}}
        ).execute()
    outputs = {}
    for name, cell in zip(CELLS, notebook.cells, strict=True):
        assert all(output.output_type == "execute_result" for output in cell.outputs), name
        outputs[name] = cell.outputs[0].data if cell.outputs else {}
    assert outputs["stub"]["text/plain"].startswith("To do: receptive_field")
    assert "Stopped after 0.3 seconds" in outputs["loop"]["text/plain"]
    assert "Stopped after 0.3 seconds" in outputs["sleep"]["text/plain"]
    assert "in line 3:\n    return layers[0]\n    IndexError" in outputs["error"]["text/plain"]
    assert "It printed:\n    here" in outputs["error"]["text/plain"]
    assert outputs["right"]["text/plain"].startswith("Passed: receptive_field")
    assert all("text/html" in data for name, data in outputs.items() if name != "imports")
