from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import pytest

from grader.messages import visible
from grader.records.evidence import LayerSummary, ModelSummary
from grader.records.result import GradeReport
from grader.reporting.html import render_student
from grader.reporting.pictures import png
from grader.reporting.student_view import (
    CheckView,
    ExerciseView,
    NetworkView,
    Strip,
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


STANDING = (0.9, 0.8, 0.8, 0.4)


@pytest.mark.parametrize(("own", "place"), [(0.9, 1), (0.8, 2), (0.4, 4)])
def test_equal_accuracies_share_a_place(own: float, place: int) -> None:
    """After two on the second place comes the fourth."""
    strip = check(accuracy_fact(own), standing=STANDING).strip

    assert isinstance(strip, Strip)
    assert (strip.own, strip.dots) == (own, STANDING)
    assert f"place {place} of 4 valid submissions" in strip.text


@pytest.mark.parametrize("standing", [(), (0.8,)], ids=["nobody", "alone"])
def test_alone_there_is_no_strip(standing: tuple[float, ...]) -> None:
    """A class of one has no places, and a check that is not relative has none either."""
    assert check(accuracy_fact(0.8), standing=standing).strip is None


def test_without_a_measurement_there_is_no_place() -> None:
    """Who could not be measured stands nowhere."""
    assert check(standing=STANDING).strip is None


def test_the_strip_is_drawn_with_a_dot_a_submission() -> None:
    """Every valid submission is a dot, and the own one stands out; nobody is named."""
    page = Page(
        render_student(
            student_page(
                report(checks=(check_result(facts=(accuracy_fact(0.8),), standing=STANDING),))
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
    best = msgspec.structs.replace(accuracy_fact(0.9), label="best accuracy", gauge=False)
    shown = check(accuracy_fact(0.8), best)

    assert [gauge.label for gauge in shown.gauges] == ["accuracy"]
    assert [(fact.label, fact.text) for fact in shown.facts] == [("best accuracy", "90%")]


def test_a_figure_has_the_names_of_its_dataset_and_its_pictures() -> None:
    """Title, classes and mistakes of a figure come from the dataset it was measured on."""
    pixels = np.eye(2, dtype=np.uint8)
    shown = check_result(
        facts=(accuracy_fact(0.8),), figure=figure([[8, 2], [0, 0]], mistakes=[(3, 0, 1)])
    )
    result = with_class_names(report(checks=(shown,)), "big_cat", "dog")
    found = exercise(result, images=lambda dataset, place: pixels).checks[0].figure

    assert found is not None
    assert (found.title, found.names) == ("Digits", ("big cat", "dog"))
    assert [(item.src, item.caption) for item in found.mistakes] == [
        (png(pixels), "big cat, taken for dog")
    ]


def test_a_figure_of_a_set_nobody_lists_is_shown_with_numbers() -> None:
    """Without the dataset's record the figure has its name and numbers for classes."""
    shown = check_result(facts=(), figure=figure([[1, 0], [0, 1]], dataset="unlisted"))
    found = exercise(report(checks=(shown,))).checks[0].figure

    assert found is not None
    assert (found.title, found.names) == ("unlisted", ("0", "1"))


def test_hostile_names_of_classes_are_only_text() -> None:
    """An instructor's own classes may be called anything; the page stays inert."""
    shown = check_result(figure=figure([[1, 1], [1, 1]]))
    result = with_class_names(report(checks=(shown,)), *HOSTILE[:2])
    page = Page(render_student(student_page(result)))

    assert_inert(page)
    assert HOSTILE[0] in page.text


def with_network(network: ModelSummary) -> GradeReport:
    result = report()
    (found,) = result.exercises
    named = msgspec.structs.replace(found, network=network)
    return msgspec.structs.replace(result, exercises=(named,))


def table(network: ModelSummary) -> NetworkView:
    shown = exercise(with_network(network)).network
    assert shown is not None
    return shown


def test_the_network_is_a_table_of_its_layers() -> None:
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

    assert shown.summary == "1 layers, 1,234 parameters, Keras 3.8.0"
    row = shown.layers[1]
    assert (row.name, row.type, row.output, row.parameters) == (
        "conv",
        "Conv2D",
        "24 × ? × 32",
        "1,234",
    )
    assert row.settings == "filters 32, kernel_size 5×5, activation relu"
    assert shown.layers[0].output == ""


def test_what_was_adapted_to_open_a_network_is_told() -> None:
    """A network of an older Keras is shown with its repairs; others without the line."""
    old = msgspec.structs.replace(
        model(), keras_version="1.2.2", repairs=("bare-list", "join-gates")
    )
    page = Page(render_student(student_page(with_network(old))))

    assert "Opened as Keras 1.2.2 saved it; adapted: bare-list, join-gates." in page.text
    assert table(model()).repaired == ""


def test_a_file_that_does_not_say_who_saved_it_is_not_given_a_version() -> None:
    """The sentence ends before the version."""
    unknown = msgspec.structs.replace(model(), keras_version="")

    assert table(unknown).summary == "0 layers, 1,234 parameters"


def test_a_file_that_did_not_open_has_no_table() -> None:
    """Nothing is said of a network nobody saw."""
    assert exercise(report()).network is None


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
    network = msgspec.structs.replace(model(hostile), keras_version=name)
    page = Page(render_student(student_page(with_network(network))))
    plain = Page(render_student(student_page(with_network(model(layer("Dense"))))))

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
