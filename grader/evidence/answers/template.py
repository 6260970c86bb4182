"""The `answers.toml` that students fill in: every question of a lab, with nothing answered."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

from grader.messages import Catalogue
from grader.messages.visible import visible
from grader.records.question import AnswerForm, Question

#: What stands behind the equals sign until a question is answered, and counts as no answer.
_EMPTY: Mapping[AnswerForm, str] = {"formula": "''", "numbers": "[]", "words": "[]"}
#: How an answer of each form looks, on the example of no question.
_EXAMPLES: Mapping[AnswerForm, str] = {
    "number": "12.5",
    "numbers": "[12, 7.5]",
    "yes-no": '"yes"',
    "word": '"name"',
    "words": '["first", "second"]',
    "interval": '"[-2, 5)"',
    "set": '"{2, 3, 5}"',
    "formula": "'2 x^2 + exp(-x)'",
}


def answers_template(title: str, questions: Sequence[Question], translate: Catalogue) -> str:
    """An `answers.toml` with a line for each question, none of them answered.

    Args:
        title: Of the lab.
        questions: In their order.
        translate: The language of its comments.
    """
    forms = dict.fromkeys(question.form for question in questions)
    lines = [
        *_comment(translate("answers.template-title", title=title)),
        *_comment(translate("answers.template-how")),
        *(
            f"#   {translate(f'answers.form-{form}')}: {_EXAMPLES[form]}  ({translate(f'answers.how-{form}')})"
            for form in forms
        ),
    ]
    for exercise in dict.fromkeys(question.exercise for question in questions):
        lines += ["", f"[{_key(exercise)}]"]
        for question in questions:
            if question.exercise == exercise:
                lines += _lines(question, translate)
    return "\n".join(lines) + "\n"


def example_line(question: Question) -> str:
    """How a line that answers a question looks: ``layers = 12.5``."""
    return f"{_key(question.name)} = {_EXAMPLES[question.form]}"


def _lines(question: Question, translate: Catalogue) -> list[str]:
    form = translate(f"answers.form-{question.form}")
    comment = f"{question.text} ({form})" if question.text else form
    return [*_comment(comment), f"{_key(question.name)} = {_EMPTY.get(question.form, chr(34) * 2)}"]


def _comment(text: str) -> list[str]:
    return [f"# {visible(' '.join(text.split()))}"]


def _key(name: str) -> str:
    """A key of TOML, in quotation marks where it needs them."""
    if re.fullmatch(r"[A-Za-z0-9_-]+", name):
        return name
    return json.dumps(name, ensure_ascii=False).replace("\x7f", "\\u007f")
