"""The tool that measures and checks results, tried on small studies of our own."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tools import machine, results

ROOT = Path(__file__).parents[1]

SQUARES = """
import os
from pathlib import Path

NAME = "squares"
DESCRIPTION = "Squares of numbers."
DATA = "The numbers 1 to 4, seeds 0 and 1."
ARMS = [{"number": n, "seed": s} for n in (1, 2, 3, 4) for s in (0, 1)]
TOLERANCE = {"square": {"relative": 0.01}, "root": {"absolute": 0.1}}
LABELS = {"square": "n²"}
CALLS = Path(__file__).with_name("calls.txt")


def run(arm):
    with CALLS.open("a") as file:
        file.write(f"{arm['number']},{arm['seed']}\\n")
    if os.environ.get("DIE_AT") == f"{arm['number']},{arm['seed']}":
        os._exit(9)
    return {"square": arm["number"] ** 2 + arm["seed"] * 1e-3, "root": arm["number"] ** 0.5}
"""


@pytest.fixture
def places(tmp_path):
    found = results.Places(*(tmp_path / name for name in ("studies", "results", "rest", "package")))
    found.studies.mkdir()
    found.package.mkdir()
    (found.studies / "squares.py").write_text(SQUARES)
    (found.studies / "__init__.py").write_text("")
    return found


@pytest.fixture
def measured(places):
    assert results.main([], places) == 0
    return places


def path_of(places):
    return places.results / "squares.json"


def content(places):
    return json.loads(path_of(places).read_text())


def calls(places):
    return (places.studies / "calls.txt").read_text().splitlines()


def change(places, old, new):
    """Change the study and make sure that something did change."""
    path = places.studies / "squares.py"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def tamper(places, edit):
    data = content(places)
    edit(data)
    path_of(places).write_text(json.dumps(data))


def check(places, *arguments):
    return results.main(["--check-random-arm", *arguments], places)


def run_in_process(places, die_at=""):
    folders = [str(folder) for folder in vars(places).values()]
    code = (
        "import sys; from pathlib import Path; from tools import results;"
        f"sys.exit(results.main(['squares'], results.Places(*map(Path, {folders!r}))))"
    )
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"DIE_AT": die_at, "PATH": ""},
        capture_output=True,
        text=True,
    )


# --- measuring -----------------------------------------------------------------------------------


def test_a_file_says_what_was_measured_where_and_when(measured):
    data = content(measured)
    assert data["study"] == "squares"
    assert data["description"] == "Squares of numbers."
    assert data["data"] == "The numbers 1 to 4, seeds 0 and 1."
    assert data["labels"] == {"square": "n²"}
    assert data["hardware"] == machine.hardware()
    assert data["hardware"]["cores"] >= 1
    assert data["hardware"]["processor"]
    assert {"python", "numpy", "tensorflow", "keras"} <= set(data["versions"])
    assert len(data["date"].split("-")) == 3
    assert len(data["arms"]) == 8
    assert data["arms"][3]["arm"] == {"number": 2, "seed": 1}
    assert data["arms"][3]["values"] == {"square": 4.001, "root": 2**0.5}


def test_nothing_else_is_left_behind(measured):
    assert [path.name for path in measured.results.iterdir()] == ["squares.json"]
    assert list(measured.unfinished.iterdir()) == []


def test_a_killed_run_goes_on_where_it_was(places):
    killed = run_in_process(places, die_at="3,0")
    assert killed.returncode == 9
    assert not path_of(places).exists()
    assert calls(places) == ["1,0", "1,1", "2,0", "2,1", "3,0"]

    finished = run_in_process(places)
    assert finished.returncode == 0, finished.stderr
    assert "going on after 4 of 8 arms" in finished.stdout
    assert calls(places)[5:] == ["3,0", "3,1", "4,0", "4,1"]
    resumed = content(places)

    assert results.main(["--fresh"], places) == 0
    whole = content(places)
    for data in (resumed, whole):
        for row in data["arms"]:
            del row["seconds"]
    assert resumed == whole


def test_a_kill_leaves_the_last_whole_file_in_place(measured):
    before = path_of(measured).read_bytes()
    assert run_in_process(measured, die_at="2,0").returncode == 9
    assert path_of(measured).read_bytes() == before


@pytest.mark.parametrize("what", ["study", "package", "garbage", "fresh"])
def test_unfinished_arms_of_something_else_are_not_carried_over(places, what):
    assert run_in_process(places, die_at="3,0").returncode == 9
    arguments = []
    if what == "study":
        change(places, "** 2 + arm", "** 3 + arm")
    elif what == "package":
        (places.package / "ops.py").write_text("changed = True")
    elif what == "garbage":
        (places.unfinished / "squares.json").write_text('{"key": ')
    else:
        arguments = ["--fresh"]
    assert results.main(arguments, places) == 0
    assert calls(places)[5:] == ["1,0", "1,1", "2,0", "2,1", "3,0", "3,1", "4,0", "4,1"]


def test_texts_are_rewritten_without_measuring(measured):
    numbers = content(measured)["arms"]
    ran = len(calls(measured))
    change(measured, "Squares of numbers.", "Squares.")
    assert results.main(["--texts"], measured) == 0
    assert content(measured)["description"] == "Squares."
    assert content(measured)["arms"] == numbers
    assert len(calls(measured)) == ran
    assert check(measured) == 0
    change(measured, "(1, 2, 3, 4)", "(1, 2, 3)")
    assert results.main(["--texts"], measured) == 1


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("DATA =", "NO_DATA =", "lacks DATA"),
        ('NAME = "squares"', 'NAME = "cubes"', "calls itself 'cubes'"),
        ("for s in (0, 1)", "for s in (0, 0)", "two arms are the same"),
        ('"seed": s}', '"seed": (s,)}', "plain JSON objects"),
        ('ARMS = [{"number": n', 'ARMS = [] and [{"number": n', "a filled list"),
        ('{"absolute": 0.1}', '{"about": 0.1}', "root needs an absolute or a relative tolerance"),
        ('"root": arm', '"route": arm', "gave route, square; TOLERANCE names root, square"),
        ('["number"] ** 0.5', '["number"] * float("nan")', "gave no number for root"),
    ],
)
def test_a_study_that_is_not_whole_is_refused(places, capsys, old, new, message):
    change(places, old, new)
    assert results.main(["squares"], places) == 1
    assert message in capsys.readouterr().err
    assert not path_of(places).exists()


def test_an_unknown_study_is_named(places, capsys):
    assert results.main(["cubes"], places) == 1
    assert "no study 'cubes'; there are: squares" in capsys.readouterr().err


def test_list(places, capsys):
    assert results.main(["--list"], places) == 0
    assert "squares  8 arms, never measured" in capsys.readouterr().out
    assert not (places.studies / "calls.txt").exists()


# --- checking ------------------------------------------------------------------------------------


def test_a_true_file_passes_and_one_arm_is_run(measured, capsys):
    ran = len(calls(measured))
    assert check(measured) == 0
    assert len(calls(measured)) == ran + 1
    assert "--seed" in capsys.readouterr().out


def test_the_seed_chooses_the_arm_and_every_arm_is_reached(measured):
    def chosen(seed):
        assert check(measured, "--seed", str(seed)) == 0
        return calls(measured)[-1]

    assert chosen(5) == chosen(5)
    assert len({chosen(seed) for seed in range(60)}) == 8


def test_arms_that_take_minutes_are_measured_but_not_checked(places, capsys):
    change(places, "TOLERANCE", 'LONG_ARMS = [arm for arm in ARMS if arm["number"] > 1]\nTOLERANCE')
    assert results.main([], places) == 0
    assert len(content(places)["arms"]) == len(calls(places)) == 8
    assert {check(places, "--seed", str(seed)) for seed in range(20)} == {0}
    assert set(calls(places)[8:]) == {"1,0", "1,1"}
    assert results.main(["--list"], places) == 0
    assert "squares  8 arms (6 long), " in capsys.readouterr().out


@pytest.mark.parametrize("arms", ["ARMS", '[{"number": 9, "seed": 0}]', "[ARMS[0], ARMS[0]]"])
def test_long_arms_are_some_of_the_arms_and_not_all(places, capsys, arms):
    change(places, "TOLERANCE", f"LONG_ARMS = {arms}\nTOLERANCE")
    assert results.main([], places) == 1
    assert "LONG_ARMS must be some of ARMS, and not all of them" in capsys.readouterr().err


def test_a_tampered_number_fails_and_is_named(measured, capsys):
    def edit(data):
        for row in data["arms"]:
            row["values"]["square"] *= 1.02

    tamper(measured, edit)
    assert check(measured, "--seed", "1") == 1
    error = capsys.readouterr().err
    number, seed = map(int, calls(measured)[-1].split(","))
    value = number**2 + seed * 1e-3
    assert error == (
        f"squares: square of arm number={number}, seed={seed}: the file says {value * 1.02!r}, "
        f"now it is {value!r}, allowed difference 0.01 of the file's value\n"
    )


@pytest.mark.parametrize(
    ("limit", "value", "good"),
    [
        ({"relative": 0.01}, 100.9, True),
        ({"relative": 0.01}, 98.9, False),
        ({"absolute": 0.5}, 100.5, True),
        ({"absolute": 0.5}, 99.4, False),
        ({"absolute": 0.5}, float("nan"), False),
    ],
)
def test_within(limit, value, good):
    assert results.within(100, value, limit) is good
    assert results.within(-100, -value, limit) is good


@pytest.mark.parametrize("expected", [None, "100", True, float("nan")])
def test_nothing_is_within_reach_of_what_is_no_number(expected):
    assert not results.within(expected, 1.0, {"absolute": 1e9})


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda data: data["arms"].pop(), "other arms than the study"),
        (lambda data: data["arms"][0]["arm"].update(number=7), "other arms than the study"),
        (lambda data: data.update(description="Cubes."), "the file's description is not the"),
        (lambda data: data["tolerance"].update(root={"absolute": 9}), "the file's tolerance is"),
        (lambda data: [row["values"].pop("root") for row in data["arms"]], "other values than"),
        (lambda data: [row.pop("values") for row in data["arms"]], "can't be read (KeyError"),
        (lambda data: data.update(arms=3), "can't be read (TypeError"),
    ],
)
def test_a_file_that_does_not_fit_its_study_fails(measured, capsys, edit, message):
    tamper(measured, edit)
    assert check(measured) == 1
    assert message in capsys.readouterr().err


def test_a_broken_file_fails(measured, capsys):
    path_of(measured).write_text("{")
    assert check(measured) == 1
    assert "squares.json can't be read (JSONDecodeError" in capsys.readouterr().err


def test_a_study_without_a_file_and_a_file_without_a_study_fail(measured, capsys):
    path_of(measured).rename(measured.results / "cubes.json")
    assert check(measured) == 1
    error = capsys.readouterr().err
    assert "squares: no results file; run `make results ARGS=squares`" in error
    assert "no study 'cubes'; there are: squares" in error


def test_one_checks_a_single_random_study(measured):
    text = (measured.studies / "squares.py").read_text()
    (measured.studies / "twins.py").write_text(text.replace('"squares"', '"twins"'))
    assert results.main(["twins"], measured) == 0
    ran = len(calls(measured))
    assert check(measured, "--one") == 0
    assert len(calls(measured)) == ran + 1
    assert check(measured) == 0
    assert len(calls(measured)) == ran + 3


# --- studies on real data -------------------------------------------------------------------------

REAL = """
from pathlib import Path

from cnncourse import data

NAME = "real"
DESCRIPTION = "Sizes of photographs."
DATA = "Photographs that lie in a folder, or don't."
NEEDS_REAL_DATA = True
ARMS = [{"photograph": n} for n in (1, 2)]
TOLERANCE = {"size": {"absolute": 0.5}}
PLACE = Path(__file__).with_name("photographs.txt")


def run(arm):
    if not PLACE.exists():
        raise data.DataUnavailableError("photographs", [f"{PLACE}: not there"], "take some")
    return {"size": float(PLACE.read_text()) * arm["photograph"]}
"""


@pytest.fixture
def real(places):
    """Places with a study that was measured where there was real data; here it is gone."""
    (places.studies / "squares.py").unlink()
    (places.studies / "real.py").write_text(REAL)
    (places.studies / "photographs.txt").write_text("7")
    assert results.main([], places) == 0
    (places.studies / "photographs.txt").unlink()
    return places


def test_without_real_data_an_arm_is_loudly_not_checked(real, capsys):
    capsys.readouterr()
    assert check(real) == 0
    shown = capsys.readouterr()
    assert shown.err.startswith("real: NOT CHECKED: needs real data.\nreal: arm photograph=")
    assert "The real data set 'photographs' is not available." in shown.err
    assert "ran photograph" not in shown.out


def test_with_real_data_an_arm_is_checked_like_any_other(real, capsys):
    (real.studies / "photographs.txt").write_text("7.2")
    assert check(real) == 0
    shown = capsys.readouterr()
    assert "real: ran photograph=" in shown.out
    assert "NOT CHECKED" not in shown.err
    (real.studies / "photographs.txt").write_text("8")
    assert check(real) == 1
    assert "allowed difference 0.5" in capsys.readouterr().err


def test_missing_data_hides_no_fault_of_another_study(real, capsys):
    (real.studies / "squares.py").write_text(SQUARES)
    assert check(real) == 1
    error = capsys.readouterr().err
    assert "real: NOT CHECKED" in error
    assert "squares: no results file" in error


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda data: data["arms"].pop(), "other arms than the study"),
        (lambda data: data.update(description="Sizes."), "the file's description is not the"),
    ],
)
def test_missing_data_excuses_no_file_that_does_not_fit(real, capsys, edit, message):
    path = real.results / "real.json"
    data = json.loads(path.read_text())
    edit(data)
    path.write_text(json.dumps(data))
    assert check(real) == 1
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("what", ["undeclared", "declared false"])
def test_only_studies_that_say_so_may_lack_data(real, capsys, what):
    path = real.studies / "real.py"
    new = "" if what == "undeclared" else "NEEDS_REAL_DATA = False"
    path.write_text(REAL.replace("NEEDS_REAL_DATA = True", new))
    assert check(real) == 1
    error = capsys.readouterr().err
    assert "asks for real data, but the study doesn't say NEEDS_REAL_DATA = True" in error
    assert "NOT CHECKED" not in error


def test_only_missing_data_is_an_excuse(real):
    path = real.studies / "real.py"
    path.write_text(REAL.replace("raise data.DataUnavailableError(", "raise TypeError("))
    with pytest.raises(TypeError):
        check(real)


def test_damaged_data_is_no_excuse(real):
    from cnncourse.data import DamagedDataError

    path = real.studies / "real.py"
    path.write_text(REAL.replace("data.DataUnavailableError(", "data.DamagedDataError("))
    with pytest.raises(DamagedDataError):
        check(real)


def test_nothing_is_measured_without_real_data_and_the_old_file_stays(real, capsys):
    before = (real.results / "real.json").read_bytes()
    assert results.main(["real"], real) == 1
    assert "The real data set 'photographs' is not available." in capsys.readouterr().err
    assert (real.results / "real.json").read_bytes() == before


def test_the_need_for_real_data_is_true_or_false(real, capsys):
    path = real.studies / "real.py"
    path.write_text(REAL.replace("NEEDS_REAL_DATA = True", "NEEDS_REAL_DATA = 'no'"))
    assert results.main(["real"], real) == 1
    assert "NEEDS_REAL_DATA must be True or False" in capsys.readouterr().err


def test_list_tells_which_studies_need_real_data(real, capsys):
    (real.studies / "squares.py").write_text(SQUARES)
    capsys.readouterr()
    assert results.main(["--list"], real) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("real  2 arms, 2")
    assert lines[0].endswith(", needs real data")
    assert lines[2] == "squares  8 arms, never measured"


# --- the committed files -------------------------------------------------------------------------


def test_every_study_of_the_book_has_a_file_that_fits():
    places = results.Places()
    files = {path.stem for path in places.results.glob("*.json")}
    assert files == set(results.names(places))
    for name in files:
        study = results.load(name, places)
        data = json.loads((places.results / f"{name}.json").read_text())
        assert [row["arm"] for row in data["arms"]] == study.arms
        assert all(set(row["values"]) == set(study.tolerance) for row in data["arms"])


def test_float32_convolutions_agree_to_the_bound_that_the_book_states():
    data = json.loads((ROOT / "book" / "results" / "convolution_agreement.json").read_text())
    assert max(max(row["values"].values()) for row in data["arms"]) < 10_000  # billionths: 1e-5
