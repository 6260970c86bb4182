"""What a report tells and shows of one method."""

from __future__ import annotations

from typing import Any

import pytest

from grader.checks import (
    BestNamed,
    CheckContext,
    CheckKind,
    CurvesShown,
    ModelFilter,
    NumberReported,
    ReportPresent,
    Topic,
)
from grader.evidence.code.record import (
    CodeNeed,
    CodeReading,
    Comment,
    NotebookCell,
    NotebookRead,
    SavedLog,
)
from grader.evidence.code.run_record import (
    AxesDrawn,
    CodeRun,
    CodeRunNeed,
    FigureDrawn,
    LineDrawn,
    RecordedRun,
)
from grader.evidence.report.record import Caption, Figure, Part, Place, ReportNeed, ReportReading
from grader.records.evidence import Failure, file_failure
from grader.records.result import CheckResult
from tests.code_factories import reading, run, traced, training
from tests.factories import View, exercise, worded

TOPIC = Topic(words=("single neuron",), others=("hidden layer",), apart=("from scratch",))
NONE = CodeReading(files=())
MISSING = file_failure("missing", "")


def report(*texts: str, section: str = "Single neuron", **more: Any) -> ReportReading:
    place = Place(page=2, sections=(section,))
    parts = tuple(Part(place=place, text=text) for text in texts)
    return ReportReading(file="report.pdf", format="pdf", parts=parts, **more)


def judged(
    check: CheckKind,
    found: ReportReading | Failure,
    code: CodeReading = NONE,
    ran: CodeRun | None = None,
) -> CheckResult:
    of = exercise(check, artefacts=check.artefacts)
    seen = {
        ReportNeed(artefact="report"): found,
        CodeNeed(artefact="code"): code,
        CodeRunNeed(artefact="code"): RecordedRun(ran or run(), dict),
    }
    return check.judge(CheckContext(of, View(seen)))


def loss(found: ReportReading | Failure, code: CodeReading = NONE) -> CheckResult:
    asked = NumberReported(
        id="loss", title="Loss", points=2, artefacts=("report", "code"), topic=TOPIC,
        models=ModelFilter(outputs=1), quantity="loss", epochs=100,
    )  # fmt: skip
    return judged(asked, found, code)


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("After 100 epochs the loss is 0.02.", 2),
        ("After 300 epochs the loss is 0.02.", 1),
        ("The loss is 0.02.", 1),
        ("The accuracy is 99 %.", 0),
    ],
)
def test_the_loss_is_told_with_its_epochs(text: str, score: float) -> None:
    """A loss after another number of epochs, or after nobody knows how many, is half."""
    assert loss(report(text)).score == score


def test_epochs_may_be_told_once_or_stand_in_the_code() -> None:
    """`All models are trained for 100 epochs` holds for every part."""
    text = report("The loss is 0.02.")
    intro = Part(place=Place(page=1), text="All models are trained for 100 epochs.")
    once = ReportReading(file="r.pdf", format="pdf", parts=(intro, *text.parts))

    assert loss(once).status == "passed"
    also = report("It converges after 20 epochs. The loss is 0.02.")
    assert loss(ReportReading(file="r.pdf", format="pdf", parts=(intro, *also.parts))).score == 2
    other = report("After 300 epochs the loss is 0.02.")
    assert loss(ReportReading(file="r.pdf", format="pdf", parts=(intro, *other.parts))).score == 1
    assert loss(text, reading(training(1, epochs=100))).status == "passed"
    assert loss(text, reading(training(1, epochs=20))).status == "partial"


def test_a_saved_log_counts_in_place_of_a_report_and_is_flagged() -> None:
    """The hundredth loss in a notebook's output, which nothing confirms."""
    values = tuple(1 / epoch for epoch in range(1, 101))
    cell = NotebookCell(
        number=4, kind="code", source="", logs=(SavedLog(epochs=100, metrics={"loss": values}),)
    )
    notebook = NotebookRead(file="lab.ipynb", cells=(cell,))
    code = reading(training(1, where="lab.ipynb, cell 4, line 2"), notebooks=(notebook,))

    for found in (MISSING, report("It learns.")):
        result = loss(found, code)

        assert (result.status, result.flags) == ("passed", ("saved-outputs-alone",))
        assert "0.01" in worded(result)


def test_without_report_and_log_the_report_is_missing() -> None:
    """The failure of the report says what to do."""
    assert loss(MISSING).failure == MISSING


def plot(found: ReportReading | Failure, ran: CodeRun | None = None) -> CheckResult:
    asked = CurvesShown(
        id="plot", title="Plot", points=2, artefacts=("report", "code"), topic=TOPIC,
        models=ModelFilter(outputs=1),
    )  # fmt: skip
    return judged(asked, found, ran=ran)


HERE, ELSEWHERE = Place(page=2, sections=("Single neuron",)), Place(page=9, sections=("Other",))


@pytest.mark.parametrize(
    ("figure", "status"),
    [
        (Figure(place=HERE, caption="Figure 1: loss"), "passed"),
        (Figure(place=HERE, caption="Training history"), "passed"),
        (Figure(place=ELSEWHERE, caption="Loss of the single neuron"), "passed"),
        (Figure(place=HERE, caption="Figure 1: confusion matrix"), "failed"),
        (Figure(place=ELSEWHERE, caption="Loss with a hidden layer"), "failed"),
        (Figure(place=Place(sections=("Single neuron from scratch",)), caption="loss"), "failed"),
        (Figure(place=HERE), "pending"),
        (Figure(place=HERE, caption="Figure 2: batch size of 128"), "pending"),
        (Figure(place=HERE, caption="Figure 2: accuracy over the epochs"), "failed"),
    ],
)
def test_a_figure_is_known_by_its_caption_and_its_place(figure: Figure, status: str) -> None:
    """Where nothing says what it shows, a person looks at it."""
    assert plot(report("It learns.", figures=(figure,))).status == status


def test_text_beside_a_figure_says_what_it_shows() -> None:
    """Many figures have no caption."""
    found = report("The loss falls as the plot shows.", figures=(Figure(place=HERE),))

    assert plot(found).status == "passed"
    bare = Figure(place=HERE, caption="Figure 2: batch size of 128")
    assert plot(report("The loss falls as figure 2 shows.", figures=(bare,))).status == "passed"


def test_a_caption_alone_is_that_of_a_diagram_without_pixels() -> None:
    """Plots saved as vectors are no images in a PDF."""
    caption = Caption(number="1", text="Figure 1: loss over the epochs", place=HERE)

    assert plot(report("It learns.", captions=(caption,))).status == "passed"


def test_a_figure_that_the_code_draws_counts() -> None:
    """It must show the history of such a model."""
    line = LineDrawn(label="loss", points=100, series="training 1, loss")
    figure = FigureDrawn(where="lab.py:30", axes=(AxesDrawn(lines=(line,)),))

    for units, status in ((1, "passed"), (10, "failed")):
        ran = run(traced(training(units)), figures=(figure,))
        assert plot(report("It learns."), ran).status == status
        assert (plot(MISSING, ran).status == "passed") == (units == 1)


def present(found: ReportReading) -> CheckResult:
    asked = ReportPresent(
        id="report", title="Report", points=1, artefacts=("report",), handout=("you must send",)
    )
    return judged(asked, found)


def test_a_report_needs_words_of_its_own() -> None:
    """The text of the lab is none, and pictures of text are for a person."""
    assert present(report("We trained.", words=80)).status == "passed"
    assert present(report("We trained.", words=5)).status == "partial"
    assert present(report("You must send an archive.", words=500)).status == "failed"
    assert present(report("", words=0, figures=(Figure(place=HERE),))).status == "pending"


def best(found: ReportReading | Failure, code: CodeReading) -> CheckResult:
    asked = BestNamed(
        id="best", title="Best", points=4, artefacts=("code", "report"),
        models=ModelFilter(outputs=10), topic=Topic(words=("multiclass",), others=("single neuron",)),
    )  # fmt: skip
    return judged(asked, found, code)


def test_the_best_architecture_is_named_anywhere() -> None:
    """In the report, or in a comment."""
    one = reading(training(64, 10))
    text = report("The best network has two hidden layers.", section="Multiclass")
    comment = Comment(where="lab.py:3", text="meilleur réseau : 256 neurones")

    assert best(text, one).status == "passed"
    assert best(MISSING, reading(training(64, 10), comments=(comment,))).status == "passed"
    assert best(report("The best network is small.", section="Single neuron"), one).score == 0


def test_architectures_that_are_compared_without_a_word_are_half() -> None:
    """Several were searched through."""
    assert best(MISSING, reading(training(64, 10), training(256, 10))).score == 2
    accuracies = report("accuracy: 97 %, then accuracy: 98 %", section="Multiclass")
    assert best(accuracies, reading(training(64, 10))).score == 2


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("We tried to find the best architecture.", 0),
        ("Our goal is the best network.", 0),
        ("We want the best model.", 0),
        ("We searched for the network architecture that maximizes the accuracy.", 0),
        ("On a cherché le meilleur modèle.", 0),
        ("The best architecture has two layers of 256 units.", 4),
        ("Compared to the others, 3 layers of 256 units is the best network.", 4),
        ("We looked for the best network: the best one was 3x256.", 4),
        ("A network of 128 units gave the highest accuracy.", 4),
        ("We keep 256 units, which maximizes the accuracy.", 4),
        ("Le meilleur réseau est celui de 256 neurones.", 4),
    ],
)
def test_what_is_looked_for_is_not_named(text: str, score: float) -> None:
    """A sentence must say which one is best, not that somebody set out to find it."""
    assert best(report(text, section="Multiclass"), reading(training(64, 10))).score == score
