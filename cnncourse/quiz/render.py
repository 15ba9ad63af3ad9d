"""Questions as HTML: a form each, marked by a small script, readable without it.

The first variant of each question stands in the page; the others, the keys and the feedback
travel as data of the script. There are no headings, so a quiz never breaks a page's outline.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from cnncourse import _html
from cnncourse.quiz import markup
from cnncourse.quiz.questions import Option, Question, Variant


def render(name: str, title: str, questions: Sequence[Question]) -> _html.Html:
    """Return the quiz as HTML, with a plain-text form for terminals."""
    quiz_id = _html.stable_id("quiz", name, *(question.id for question in questions))
    forms = [
        _Form(quiz_id, question, f"Question {number} of {len(questions)}")
        for number, question in enumerate(questions, 1)
    ]
    heading = f"Quiz: {title}"
    count = "1 question" if len(questions) == 1 else f"{len(questions)} questions"
    varied = any(len(question.variants) > 1 for question in questions)
    more = " Where you see “Another one”, the same idea waits with other numbers." if varied else ""
    html = f"""\
<div class="cnn cnn-quiz" id="{quiz_id}" role="group" aria-labelledby="{quiz_id}-title">
{_html.style(_html.theme_css() + _asset("quiz.css"))}
<div class="cnn-intro">
<p class="cnn-title" id="{quiz_id}-title">{_html.escape(heading)}</p>
<p class="cnn-with-script">{count}. A wrong answer tells you what it usually comes from, and you \
can try as often as you like.{more} Nothing you enter leaves this page.</p>
<p class="cnn-without-script">{count}. The answer and its reason are under each of them.</p>
</div>
{"".join(form.html() for form in forms)}
<div class="cnn-score cnn-with-script">
<span class="cnn-bar" aria-hidden="true"><span></span></span>
<output role="status" aria-live="polite">0 of {len(questions)} right</output>
<button type="button" class="cnn-quiet" data-action="restart">Start again</button>
</div>
{_html.module_script(_asset("quiz.js"), id=quiz_id, questions=[form.data() for form in forms])}
</div>"""
    prompts = "\n".join(f"{n}. {q.variants[0].text}" for n, q in enumerate(questions, 1))
    return _html.Html(html, f"{heading} ({count})\n{prompts}")


@cache
def _asset(file_name: str) -> str:
    return (Path(__file__).parent / file_name).read_text("utf-8")


class _Form:
    def __init__(self, quiz_id: str, question: Question, count: str):
        self.question = question
        self.count = count
        self.id = _html.stable_id(quiz_id, question.id)
        # The keypad that phones show for decimals has no minus sign.
        self.inputmode = (
            "text"
            if any(_is_negative(o.value) for v in question.variants for o in v.options)
            else "decimal"
        )

    def html(self) -> str:
        first = self.question.variants[0]
        another = (
            '<button type="button" class="cnn-quiet" data-action="another">Another one</button>'
            if len(self.question.variants) > 1
            else ""
        )
        return f"""\
<form class="cnn-question" id="{self.id}" data-question="{self.question.id}" novalidate \
autocomplete="off">
<fieldset>{self.body(first)}</fieldset>
<div class="cnn-actions cnn-with-script">
<button type="submit">Check</button>{another}
</div>
<output role="status" aria-live="polite" id="{self.id}-feedback"></output>
<details><summary>Answer</summary><div>{self.solution(first)}</div></details>
</form>
"""

    def data(self) -> dict[str, Any]:
        """Return what the script needs to mark this question in each of its variants."""
        return {
            "kind": self.question.kind,
            "tolerance": self.question.tolerance,
            "variants": [
                {
                    # The first one is read from the page.
                    "body": None if position == 0 else self.body(variant),
                    "solution": None if position == 0 else self.solution(variant),
                    "explanation": variant.explanation,
                    "options": [
                        {
                            "correct": option.correct,
                            "feedback": _advice(option),
                            **({"value": option.value} if self.question.kind == "number" else {}),
                        }
                        for option in variant.options
                    ],
                }
                for position, variant in enumerate(self.question.variants)
            ],
        }

    def body(self, variant: Variant) -> str:
        lead, *rest = variant.prompt
        hint = " · tick all that apply" if self.question.kind == "multiple" else ""
        more = "".join(block if block.startswith("<pre") else f"<p>{block}</p>" for block in rest)
        controls = self.field() if self.question.kind == "number" else self.choices(variant)
        return (
            f'<legend tabindex="-1"><span class="cnn-count">{self.count}{hint}</span> '
            f"<span>{lead}</span></legend>{more}{controls}"
        )

    def field(self) -> str:
        unit = f'<span class="cnn-unit">{markup.line(self.question.unit, {})}</span>'
        return (
            '<label class="cnn-field"><span>Your answer</span> <input type="text" '
            f'name="{self.id}" inputmode="{self.inputmode}" autocomplete="off" spellcheck="false" '
            f'aria-describedby="{self.id}-feedback"> {unit if self.question.unit else ""}</label>'
        )

    def choices(self, variant: Variant) -> str:
        kind = "radio" if self.question.kind == "choice" else "checkbox"
        return (
            '<div class="cnn-options">'
            + "".join(
                f'<label><input type="{kind}" name="{self.id}" value="{position}">'
                f"<span>{option.label}</span></label>"
                for position, option in enumerate(variant.options)
            )
            + "</div>"
        )

    def solution(self, variant: Variant) -> str:
        right = [option.label for option in variant.options if option.correct]
        if self.question.kind == "multiple":
            answer = "<ul>" + "".join(f"<li>{label}</li>" for label in right) + "</ul>"
        else:
            unit = f" {markup.line(self.question.unit, {})}" if self.question.unit else ""
            answer = f'<p class="cnn-key">{right[0]}{unit}</p>'
        return f"{answer}<p>{variant.explanation}</p>"


def _advice(option: Option) -> str | None:
    """Return the misconception with its feedback; the right answer of one question has none."""
    if not option.misconception:
        return None
    return f"<em>{option.misconception}</em>: {option.feedback}"


def _is_negative(value: Any) -> bool:
    return isinstance(value, (int, float)) and value < 0
