"""Which parts of a report are about one of several methods."""

from __future__ import annotations

import pytest

from grader.checks.text.topic import Topic, paragraphs_about
from grader.evidence.report.record import Part, Place, ReportReading

SINGLE, HIDDEN, MANY = (
    ("single neuron", "simple neural network"),
    ("hidden layer*",),
    ("multiclass",),
)
TOPIC = Topic(words=SINGLE, others=HIDDEN, apart=("from scratch", *MANY))


def report(*parts: tuple[tuple[str, ...], str]) -> ReportReading:
    return ReportReading(
        file="report.md",
        format="markdown",
        parts=tuple(Part(place=Place(sections=sections), text=text) for sections, text in parts),
    )


def found(*parts: tuple[tuple[str, ...], str], topic: Topic = TOPIC) -> list[str]:
    return [item.text for item in paragraphs_about(report(*parts), topic)]


def test_a_heading_decides_for_its_section_and_all_below() -> None:
    """What stands under a heading is about it, whatever else it names."""
    texts = found(
        (("Lab", "1. Single neuron"), "1. Single neuron\n\nA."),
        (("Lab", "1. Single neuron", "Results"), "Better than with a hidden layer."),
        (("Lab", "2. Hidden layer"), "2. Hidden layer\n\nUnlike the single neuron, B."),
    )

    assert texts == ["1. Single neuron", "A.", "Better than with a hidden layer."]


def test_a_title_that_names_everything_decides_nothing() -> None:
    """The headings below it do."""
    title = "From a single neuron to a hidden layer"

    assert found(((title, "Hidden layer"), "A."), ((title, "Single neuron"), "B.")) == ["B."]


def test_sections_on_something_else_are_left_out() -> None:
    """An earlier lab's simple network, or one inside the multiclass part, is another method."""
    assert (
        found((("Simple neural network from scratch",), "A."), (("Multiclass",), "single neuron"))
        == []
    )


def test_without_headings_a_part_begins_where_the_topic_is_named_and_ends_at_the_next() -> None:
    """Reports without headings name the method and go on about it."""
    text = "Intro.\n\nThe single neuron:\n\nLoss 0.02.\n\nThe hidden layer:\n\nLoss 0.01."

    assert found(((), text)) == ["The single neuron:", "Loss 0.02."]


def test_of_sentences_and_rows_that_name_several_only_its_own_count() -> None:
    """A table has a row for each method, and its first row says what the cells are."""
    table = "method | loss | accuracy\nsingle neuron | 0.02 | 99.2 %\nhidden layer | 0.01 | 99.8 %"
    prose = "The single neuron reaches 99 %. The hidden layer reaches 99.8 %."

    assert found(((), f"{table}\n\n{prose}")) == [
        "method: single neuron; loss: 0.02; accuracy: 99.2 %",
        "The single neuron reaches 99 %.",
    ]


def test_a_table_with_a_column_for_each_method_is_read_by_columns() -> None:
    """The rows then say what the numbers are."""
    table = "method | single neuron | hidden layer\nloss | 0.02 | 0.01\naccuracy | 99.2 % | 99.8 %"

    assert found(((), table)) == ["loss: 0.02", "accuracy: 99.2 %"]


def test_tables_below_a_heading_have_the_names_of_their_columns() -> None:
    """A number is of what its column is called."""
    table = "epochs | loss | accuracy\n100 | 0.02 | 99.2 %"

    assert found((("Single neuron",), table)) == ["epochs: 100; loss: 0.02; accuracy: 99.2 %"]


LOOSE = Topic(
    words=SINGLE, headings=("binary classification",), number=1, others=(*HIDDEN, "mlp"), apart=MANY
)


@pytest.mark.parametrize("heading", ["Exercise 1", "Question 1: training", "Binary classification"])
def test_headings_that_may_mean_the_topic_begin_a_part_about_it(heading: str) -> None:
    """Until the text names another; a section number means nothing."""
    text = f"{heading}\n\nLoss 0.02.\n\nThe hidden layer:\n\nLoss 0.01."

    assert found(((heading,), text), topic=LOOSE) == [heading, "Loss 0.02."]
    assert found((("1 Introduction",), "Loss 0.5."), (("Exercise 2",), "A."), topic=LOOSE) == []
    assert found(((heading, "MLP"), "Loss 0.01."), topic=LOOSE) == []


def test_a_comparison_ends_no_part_and_what_leads_on_does() -> None:
    """What follows a sentence with both names is still about the one it stands with."""
    compared = "The single neuron is simpler than the hidden layer.\n\nLoss 0.02."
    leading = "After the single neuron we now add a hidden layer.\n\nLoss 0.01."

    assert found(((), f"The single neuron:\n\n{compared}"))[1:] == [
        "The single neuron is simpler than the hidden layer.",
        "Loss 0.02.",
    ]
    assert "Loss 0.01." not in found(((), f"The single neuron:\n\n{leading}"))


def test_what_stands_apart_goes_on_until_a_line_of_its_own() -> None:
    """Within the part on many classes, a network with a single neuron in passing is no other part."""
    passing = "With a single neuron for each of the digits, which we tried first, the loss was 0.3 in the end."
    text = f"Multiclass\n\n{passing}\n\nLoss 0.3.\n\nSingle neuron\n\nLoss 0.02."

    assert found(((), text)) == ["Single neuron", "Loss 0.02."]


def test_tables_of_a_pdf_are_lines_of_words() -> None:
    """The last values are those of the last columns, whatever stands before them."""
    text = """\
Batch Size Activation Loss Accuracy Time
60000 Sigmoid 0.3035 90.20% 4.38s
32 Sigmoid 0.0232 99.31% 465.82s
We see that 32 is better."""

    (read,) = found((("Single neuron",), text))

    assert read.split("\n")[1:3] == [
        "Batch Size: 60000; Sigmoid; Loss: 0.3035; Accuracy: 90.20%; Time: 4.38s",
        "Batch Size: 32; Sigmoid; Loss: 0.0232; Accuracy: 99.31%; Time: 465.82s",
    ]
    assert read.endswith("We see that 32 is better.")
    units = "Units Loss\n16 0.5\n32 0.4"
    assert found((("Single neuron",), units)) == [
        "Units Loss\nUnits: 16; Loss: 0.5\nUnits: 32; Loss: 0.4"
    ]
