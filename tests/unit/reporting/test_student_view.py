from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import pytest

from grader.evidence.models.record import LayerSummary, ModelSummary
from grader.evidence.models.view import model_sections
from grader.messages import visible
from grader.records.feedback import TableFeedback
from grader.records.message import message
from grader.records.result import GradeReport, JudgedArtefact, OtherAttempt, ShownEvidence
from grader.reporting.confusion_view import ConfusionView
from grader.reporting.feedback import student_feedback
from grader.reporting.html import render_student
from grader.reporting.pictures import png
from grader.reporting.student_view import (
    CheckView,
    DotPlot,
    ExerciseView,
    student_page,
)
from tests.factories import check_result, layer, model, report
from tests.factory_reports import HOSTILE, accuracy_fact, figure, with_class_names
from tests.unit.reporting.test_html import Page, assert_inert


def exercise(result: GradeReport, **more: Any) -> ExerciseView:
    (found,) = student_page(result, **more).exercises
    return found


def check(*facts: Any, **more: Any) -> CheckView:
    return exercise(report(checks=(check_result(facts=facts, **more),))).checks[0]


CLASS = (0.9, 0.8, 0.8, 0.4)


@pytest.mark.parametrize(("own", "place"), [(0.9, 1), (0.8, 2), (0.4, 4)])
def test_equal_accuracies_share_a_place(own: float, place: int) -> None:
    """After two on the second place comes the fourth."""
    plot = check(accuracy_fact(own), class_scores=CLASS).dot_plot

    assert isinstance(plot, DotPlot)
    assert (plot.own, plot.dots) == (own, CLASS)
    assert plot.text == f"All 4 valid submissions of the class, yours in place {place}."


@pytest.mark.parametrize("scores", [(), (0.8,)], ids=["nobody", "alone"])
def test_alone_there_is_no_dot_plot(scores: tuple[float, ...]) -> None:
    """A class of one has no places, and a check that is not relative has none either."""
    assert check(accuracy_fact(0.8), class_scores=scores).dot_plot is None


def test_without_a_measurement_there_is_no_place() -> None:
    """Who could not be measured stands nowhere."""
    assert check(class_scores=CLASS).dot_plot is None


def test_the_dot_plot_is_drawn_with_a_dot_a_submission() -> None:
    """Every valid submission is a dot, and the own one stands out; nobody is named."""
    page = Page(
        render_student(
            student_page(
                report(checks=(check_result(facts=(accuracy_fact(0.8),), class_scores=CLASS),))
            )
        )
    )

    assert_inert(page)
    classes = [value for name, value in page.attributes if name == "class"]
    assert (page.elements.count("circle"), classes.count("other"), classes.count("own")) == (
        5,
        4,
        1,
    )


def test_the_line_of_the_reference_stands_beside_the_own() -> None:
    """A gauge tells what the reference reaches where that is known, and else draws nothing."""
    fact = accuracy_fact(0.8)
    (gauge,) = check(msgspec.structs.replace(fact, reference=0.9921)).gauges
    (without,) = check(fact).gauges

    assert (gauge.reference, gauge.reference_text) == (0.9921, "99.21%")
    assert (without.reference, without.reference_text) == (None, "")


def test_only_what_was_measured_is_drawn() -> None:
    """A share that is not the student's own, such as the best of the class, is told in words."""
    best = msgspec.structs.replace(accuracy_fact(0.9), label=message("fact.best"), gauge=False)
    shown = check(accuracy_fact(0.8), best)

    assert [gauge.label for gauge in shown.gauges] == ["accuracy"]
    assert [(fact.label, fact.text) for fact in shown.facts] == [("best accuracy", "90%")]


def test_a_figure_has_the_names_of_its_dataset_and_its_pictures() -> None:
    """Title, classes and mistakes of a figure come from the dataset it was measured on."""
    pixels = np.eye(2, dtype=np.uint8)
    shown = check_result(
        facts=(accuracy_fact(0.8),), figures=(figure([[8, 2], [0, 0]], mistakes=[(3, 0, 1)]),)
    )
    result = with_class_names(report(checks=(shown,)), "big_cat", "dog")
    found = exercise(result, images=lambda dataset, place: pixels).checks[0].figures[0].content

    assert isinstance(found, ConfusionView)
    assert (found.title, found.names) == ("Digits", ("big cat", "dog"))
    assert [(item.src, item.caption) for item in found.mistakes] == [
        (png(pixels), "big cat, predicted as dog")
    ]


def test_a_figure_of_a_set_nobody_lists_is_shown_with_numbers() -> None:
    """Without the dataset's record the figure has its name and numbers for classes."""
    shown = check_result(facts=(), figures=(figure([[1, 0], [0, 1]], dataset="unlisted"),))
    found = exercise(report(checks=(shown,))).checks[0].figures[0].content

    assert isinstance(found, ConfusionView)
    assert (found.title, found.names) == ("unlisted", ("0", "1"))


def test_hostile_names_of_classes_are_only_text() -> None:
    """An instructor's own classes may be called anything; the page stays inert."""
    shown = check_result(figures=(figure([[1, 1], [1, 1]]),))
    result = with_class_names(report(checks=(shown,)), *HOSTILE[:2])
    page = Page(render_student(student_page(result)))

    assert_inert(page)
    assert HOSTILE[0] in page.text


def with_model(summary: ModelSummary) -> GradeReport:
    result = report()
    shown = ShownEvidence(sections=model_sections(summary))
    (found,) = result.exercises
    named = msgspec.structs.replace(found, evidence=(shown,))
    return msgspec.structs.replace(result, exercises=(named,))


def table(summary: ModelSummary) -> TableFeedback:
    (view,) = exercise(with_model(summary)).sections
    assert isinstance(view.content, TableFeedback)
    return view.content


def test_the_model_is_a_table_of_its_layers() -> None:
    """Type, settings, output and parameters of each layer; the input is listed and not counted."""
    first = layer("InputLayer")
    second = LayerSummary(
        name="conv",
        type="Conv2D",
        output_shape=(None, 24, None, 32),
        parameters=1234,
        settings={"filters": 32, "kernel_size": (5, 5), "activation": "relu"},
    )
    shown = table(model(first, second))

    assert "1 layers, 1,234 parameters" in shown.title
    assert "Keras 3.8.0" in shown.title
    assert shown.rows[1] == (
        "conv", "Conv2D", "filters 32, kernel_size 5×5, activation relu", "24 × ? × 32", "1,234",
    )  # fmt: skip
    assert shown.rows[0][3] == ""


def test_a_file_that_does_not_say_who_saved_it_is_not_given_a_version() -> None:
    """The sentence ends before the program."""
    unknown = msgspec.structs.replace(model(layer("Dense")), keras_version="", producer="")

    assert "Keras" not in table(unknown).title


def test_what_was_adapted_to_open_a_model_is_told() -> None:
    """A model of an older Keras is shown with its repairs; others without the line."""
    old = msgspec.structs.replace(
        model(), keras_version="1.2.2", repairs=("bare-list", "join-gates")
    )
    (note,) = table(old).notes

    for part in ("1.2.2", "bare-list", "join-gates"):
        assert part in note
    assert note in Page(render_student(student_page(with_model(old)))).text
    assert table(model()).notes == ()


def test_a_file_that_did_not_open_has_no_table() -> None:
    """Nothing is said of a model nobody saw."""
    assert exercise(report()).sections == ()


@pytest.mark.parametrize("name", [*HOSTILE, "x" * 5_000, "{parameters}"])
def test_whatever_layers_are_called_is_only_text(name: str) -> None:
    """Names, types, settings and versions come from the student's file; none becomes part of the page."""
    hostile = LayerSummary(
        name=name,
        type=name,
        output_shape=None,
        parameters=1,
        settings={"activation": name, name: 1},
    )
    opened = msgspec.structs.replace(model(hostile), keras_version=name)
    page = Page(render_student(student_page(with_model(opened))))
    plain = Page(render_student(student_page(with_model(model(layer("Dense"))))))

    assert_inert(page)
    assert page.elements == plain.elements
    assert page.text.count(" ".join(visible(name).split())) >= 5
    assert not {"\x1b", "\u202e"} & set(page.text)


def test_the_own_pseudonym_is_told_where_there_is_one() -> None:
    """In a class the page says which line of the leaderboard is the student's; alone it says nothing."""
    assert student_page(report(), pseudonym="Jade Otter").pseudonym == (
        "On the leaderboard you are Jade Otter."
    )
    assert student_page(report()).pseudonym == ""


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "The attempt that counts is a2. Other attempts: a1 (12.5 points)."),
        (
            "fr",
            "La remise qui compte est a2. Autres remises\N{NARROW NO-BREAK SPACE}: a1 (12,5 points).",
        ),
    ],
)
def test_other_attempts_are_told(language: str, said: str) -> None:
    """The page says which attempt counts, and what the others would have earned."""
    others = (OtherAttempt(name="a1", points=12.5),)
    shown = student_page(report(language=language, attempt="a2", other_attempts=others))

    assert [" ".join(notice.split()) for notice in shown.notices] == [" ".join(said.split())]
    assert "a1" in Page(render_student(shown)).text
    assert student_page(report()).notices == ()


@pytest.mark.parametrize("name", HOSTILE)
def test_names_of_attempts_are_only_text(name: str) -> None:
    """They are names of files that students chose."""
    others = (OtherAttempt(name=name),)
    shown = student_page(report(attempt=name, other_attempts=others))

    assert_inert(Page(render_student(shown)))


@pytest.mark.parametrize(("language", "word"), [("en", "late"), ("fr", "retard")])
def test_late_by_an_unknown_time_is_told_neutrally(language: str, word: str) -> None:
    """The student reads that the platform marked it, and that it is open what that costs."""
    notices = (message("notice.marked-late-open"),)
    shown = student_page(report(language=language, notices=notices, flags=("marked-late",)))

    assert word in shown.notices[0]
    assert student_feedback(report(flags=("marked-late",))).flags == ("marked-late",)


def test_a_file_that_serves_two_artefacts_is_named_once() -> None:
    """A notebook that is code and report, or a table that code may read."""
    (exercise,) = report().exercises
    twice = JudgedArtefact(
        artefact_id="report", title="the report", files=("lab.ipynb", "mnist.h5")
    )
    shown = msgspec.structs.replace(exercise, artefacts=(*exercise.artefacts, twice))

    assert student_page(report(exercises=(shown,))).exercises[0].files == ("mnist.h5", "lab.ipynb")
