"""Quizzes whose keys and wrong answers are computed, shown as HTML that needs no kernel.

A bank (``book/quizzes/NN_topic.yml``) names package calls instead of answers, so a key can't
drift from what the package does, and every wrong answer stands for a misconception that has its
own feedback. `show` gives a form that works in the built page, in JupyterLab and in Colab, by
keyboard and with a screen reader; nothing is stored and nothing is sent.
"""

from __future__ import annotations

from collections.abc import Sequence

from cnncourse import _checks, _html
from cnncourse.quiz import bank as _bank
from cnncourse.quiz import questions as _questions
from cnncourse.quiz.bank import BankError, names
from cnncourse.quiz.render import render as _render

__all__ = ["BankError", "names", "show", "validate", "validate_all"]


def show(name: str, questions: Sequence[str] | None = None) -> _html.Html:
    """Return a quiz to be displayed as the last expression of a cell.

    Parameters
    ----------
    name : str
        A bank, one of `names`, such as ``"01_convolution"``.
    questions : sequence of str, optional
        Ids of the questions to ask, in this order. All of the bank when left out.

    Returns
    -------
    Html
        The same bytes for the same bank, in every process.

    Raises
    ------
    ValueError
        If the bank or a question is unknown (the message lists those there are), or if the bank
        does not pass `validate`.

    Examples
    --------
    >>> show("01_convolution", questions=["notes-depth"])  # doctest: +ELLIPSIS
    Quiz: Convolution (1 question)
    ...
    """
    content = _bank.read(name)
    known = {question.id: question for question in _questions.build(name, content)}
    if questions is None:
        chosen = list(known.values())
    else:
        if isinstance(questions, str) or len(set(questions)) != len(questions) or not questions:
            _checks.fail("questions", "a sequence of question ids, none of them twice", questions)
        chosen = [known[_checks.choice("questions", wanted, known)] for wanted in questions]
    return _render(name, content["title"], chosen)


def validate(name: str) -> int:
    """Check bank `name` down to the last variant, and return how many questions it has.

    Raises
    ------
    BankError
        At the first fault: a field that is missing or unknown, an id used twice, a call that is not
        allowed or fails, a distractor that equals the answer or another distractor in any variant.
        The message names bank, question, field, what was expected and what came.
    """
    return len(_questions.build(name, _bank.read(name)))


def validate_all() -> dict[str, int]:
    """Check every bank, and return the number of questions of each."""
    return {name: validate(name) for name in names()}
