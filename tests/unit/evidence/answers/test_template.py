"""The file that students fill in: all questions, nothing answered, and every line as it is read."""

from __future__ import annotations

import tomllib
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.evidence.answers.probe.draft import Draft
from grader.evidence.answers.probe.toml import fill_from_toml
from grader.evidence.answers.record import Answers
from grader.evidence.answers.template import answers_template, example_line
from grader.messages import catalogue
from grader.records.question import AnswerForm, Question

QUESTIONS = tuple(
    Question(
        exercise=f"{place // 3}-part", name=form.replace("-", " "), form=form, text=f"About {form}?"
    )
    for place, form in enumerate(get_args(AnswerForm))
)
names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)


def read(text: str) -> Answers:
    draft = Draft("answers.toml", "toml")
    fill_from_toml(text.encode(), draft)
    return draft.finish()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_nothing_is_answered(language: str) -> None:
    """It is TOML with a line for each question, and none of them counts as an answer."""
    text = answers_template("Lab 1", QUESTIONS, catalogue(language))
    found = read(text)

    assert found.answers == ()
    assert [problem.what for problem in found.problems] == ["no-value"] * len(QUESTIONS)
    assert [(table, name) for table, lines in tomllib.loads(text).items() for name in lines] == [
        (item.exercise, item.name) for item in QUESTIONS
    ]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_form_is_explained_once(language: str) -> None:
    """Only those that the lab asks for; the question stands above its line."""
    translate = catalogue(language)
    text = answers_template("Lab 1", QUESTIONS[:2], translate)

    assert text.count(translate("answers.how-number")) == 1
    assert translate("answers.how-formula") not in text
    assert f'# About number? ({translate("answers.form-number")})\nnumber = ""\n' in text


def test_examples_are_read_as_answers() -> None:
    """Whoever writes like the examples is understood."""
    text = "[a]\n" + "\n".join(map(example_line, QUESTIONS))
    found = read(text)

    assert (len(found.answers), found.problems) == (len(QUESTIONS), ())


@given(title=names, exercise=names, name=names, text=names)
def test_whatever_a_lab_calls_its_questions(
    title: str, exercise: str, name: str, text: str
) -> None:
    """Names with spaces, quotation marks and line breaks are keys, too."""
    question = Question(exercise=exercise, name=name, form="number", text=text)

    written = answers_template(title, [question], catalogue("en"))

    assert tomllib.loads(written) == {exercise: {name: ""}}
