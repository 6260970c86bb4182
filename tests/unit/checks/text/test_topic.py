"""Which parts of a report are about one of several methods."""

from __future__ import annotations

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
