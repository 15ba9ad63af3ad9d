"""The page *Still broken?* tells the truth: old code fails as printed, new code runs as printed.

The page is the only copy of the snippets: this module reads it, runs the block captioned ``Old``,
compares what happens with the block captioned ``Today``, then runs ``Instead`` with warnings as
errors and compares its output with the comments behind its ``print`` calls.
"""

import contextlib
import io
import re
import warnings
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[1] / "book" / "still_broken.md"
ENTRY = re.compile(r"^\((?P<anchor>broken-[a-z0-9-]+)\)=\n### (?P<heading>.+)\n", re.MULTILINE)
BLOCK = re.compile(
    r"^```\{code-block\} \w+\n:caption: (?P<caption>\w+)\n(?P<body>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
CODE = re.compile(r"(?P<fence>`+) ?(?P<text>.+?) ?(?P=fence)")
ANSI = re.compile(r"\x1b\[[0-9;]*m")
SILENT = "No error: "


@dataclass(frozen=True)
class Entry:
    """One symptom of the page: the old code, what it does today, and the code that works."""

    anchor: str
    heading: str
    old: str
    today: str
    instead: str


class WrongPage(AssertionError):
    """The page says something that is not so."""


def read_entries(text):
    """Cut the page into entries; an entry that lacks a part or has one too many is an error."""
    starts = list(ENTRY.finditer(text))
    if text.count("\n### ") != len(starts):
        raise WrongPage("a heading of level 3 has no anchor `(broken-…)=` in front of it")
    entries = []
    for start, end in zip(starts, [*starts[1:], None], strict=True):
        chunk = text[start.end() : end.start() if end else len(text)]
        blocks = [(block["caption"], block["body"]) for block in BLOCK.finditer(chunk)]
        captions = [caption for caption, _ in blocks]
        if captions != ["Old", "Today", "Instead"]:
            raise WrongPage(f"{start['anchor']}: expected Old, Today, Instead; found {captions}")
        message = CODE.fullmatch(start["heading"])
        if not message and not start["heading"].startswith(SILENT):
            raise WrongPage(f"{start['anchor']}: a message must be code, or its quotes are curled")
        heading = message["text"] if message else start["heading"]
        entries.append(Entry(start["anchor"], heading, *(body for _, body in blocks)))
    return entries


def run(code, warn):
    """Run ``code``; return what it printed, the warnings it gave and the exception it raised."""
    output = io.StringIO()
    error = None
    with warnings.catch_warnings(record=True) as caught, contextlib.redirect_stdout(output):
        warnings.simplefilter(warn)
        try:
            exec(compile(code, "<snippet>", "exec"), {"__name__": "__snippet__"})
        except Exception as problem:
            error = problem
    return output.getvalue(), caught, error


def matches(printed, real):
    """Tell whether ``real`` begins as ``printed`` says; ``…`` stands for text left out."""
    pattern = ".*?".join(re.escape(" ".join(part.split())) for part in printed.split("…"))
    return re.match(pattern.replace("\\ .*?", "\\ ?.*?"), " ".join(ANSI.sub("", real).split()))


def check_old(entry):
    """Run the old code; raise `WrongPage` unless it does what the page prints."""
    output, caught, error = run(entry.old, "always")
    if entry.heading.startswith(SILENT):
        if error is not None:
            raise WrongPage(f"{entry.anchor}: said to be silent, raised {error!r}")
        if output.split() != entry.today.split():
            raise WrongPage(f"{entry.anchor}: page says {entry.today!r}, printed {output!r}")
        return
    problems = [error] if error is not None else [warning.message for warning in caught]
    found = [f"{type(problem).__name__}: {problem}" for problem in problems]
    if not any(matches(entry.today.strip(), text) for text in found):
        raise WrongPage(f"{entry.anchor}: page says {entry.today!r}, got {found}")
    if not any(entry.heading in " ".join(ANSI.sub("", text).split()) for text in found):
        raise WrongPage(f"{entry.anchor}: the heading is not part of the message {found}")


def check_instead(entry):
    """Run the new code; raise `WrongPage` unless it is clean and prints what its comments say."""
    output, _, error = run(entry.instead, "error")
    if error is not None:
        raise WrongPage(f"{entry.anchor}: the new code raised {error!r}")
    promised = re.findall(r"print\(.*\)  # (.+)$", entry.instead, re.MULTILINE)
    if not promised:
        raise WrongPage(f"{entry.anchor}: the new code promises no output, so nothing is checked")
    if output.splitlines() != promised:
        raise WrongPage(f"{entry.anchor}: comments say {promised}, printed {output.splitlines()}")


ENTRIES = read_entries(PAGE.read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def _no_windows_and_no_open_figures():
    import matplotlib
    from matplotlib import pyplot

    matplotlib.use("Agg")
    yield
    pyplot.close("all")


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.anchor)
def test_old_code_fails_as_printed(entry):
    check_old(entry)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.anchor)
def test_new_code_prints_what_it_says(entry):
    check_instead(entry)


def test_every_symptom_is_there_once():
    assert len({entry.anchor for entry in ENTRIES}) == len(ENTRIES)
    assert len({entry.heading for entry in ENTRIES}) == len(ENTRIES)
    assert len({entry.old for entry in ENTRIES}) == len(ENTRIES)


def test_versions_named_on_the_page_are_the_installed_ones():
    named = dict(
        re.findall(
            r"(Keras|TensorFlow|NumPy|SciPy|Matplotlib|Pillow)\s(\d+\.\d+\.\d+)",
            PAGE.read_text(encoding="utf-8"),
        )
    )
    assert len(named) == 6
    assert named == {name: metadata.version(name) for name in named}


GOOD = Entry(
    "broken-sample",
    "invalid literal for int()",
    "int('x')\n",
    "ValueError: invalid literal for int() with base …: 'x'\n",
    "print(int('12'))  # 12\n",
)
SILENT_GOOD = Entry("broken-silent", "No error: a", "print(1 + 1)\n", "2\n", "print(3)  # 3\n")


def changed(entry, **parts):
    return Entry(**{**vars(entry), **parts})


def test_checkers_pass_true_entries():
    for entry in (GOOD, SILENT_GOOD):
        check_old(entry)
        check_instead(entry)


@pytest.mark.parametrize(
    "wrong",
    [
        changed(GOOD, old="int('7')\n"),
        changed(GOOD, today="TypeError: invalid literal for int() with base 10: 'x'\n"),
        changed(GOOD, today="ValueError: invalid literal for int() with base …: 'y'\n"),
        changed(GOOD, heading="another message"),
        changed(SILENT_GOOD, old="print(1 / 0)\n"),
        changed(SILENT_GOOD, today="3\n"),
    ],
    ids=["works today", "type", "message", "heading", "raises", "output"],
)
def test_a_wrong_claim_about_old_code_is_caught(wrong):
    with pytest.raises(WrongPage):
        check_old(wrong)


@pytest.mark.parametrize(
    "instead",
    [
        "print(int('12'))  # 13\n",
        "print(int('12'))\n",
        "int('x')\n",
        "import warnings\nwarnings.warn('old')\nprint(12)  # 12\n",
        "print(12)  # 12\nprint(13)\n",
    ],
    ids=["value", "no promise", "raises", "warns", "says too much"],
)
def test_a_wrong_claim_about_new_code_is_caught(instead):
    with pytest.raises(WrongPage):
        check_instead(changed(GOOD, instead=instead))


@pytest.mark.parametrize(
    "text",
    [
        "\n### No anchor\n",
        "(broken-a)=\n### Message as prose\n"
        + "".join(
            f"```{{code-block}} text\n:caption: {caption}\nx\n```\n"
            for caption in ("Old", "Today", "Instead")
        ),
        "(broken-a)=\n### `Two parts`\n```{code-block} python\n:caption: Old\nx\n```\n",
    ],
)
def test_a_malformed_page_is_caught(text):
    with pytest.raises(WrongPage):
        read_entries("start\n" + text)
