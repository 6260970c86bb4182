"""Whether the accuracy of a model is measured, and on which images."""

from __future__ import annotations

from grader.checks import AccuracyMeasured, CheckContext, ModelFilter, Topic
from grader.evidence.code.record import ValidationRead
from grader.evidence.code.run_record import ArrayOrigin, StepRun, TracedEvaluation
from grader.evidence.report.record import Part, Place, ReportNeed, ReportReading
from grader.records.evidence import file_failure
from grader.records.result import CheckResult
from tests.code_factories import code_view, reading, run, traced, training
from tests.factories import ARTEFACT, View, exercise, worded

TOLD = ReportReading(
    file="report.pdf",
    format="pdf",
    parts=(Part(place=Place(page=1), text="The single neuron has an accuracy of 99.2 %."),),
)


def judged(view: View, report: ReportReading | None = None) -> CheckResult:
    asked = AccuracyMeasured(
        id="accuracy",
        title="Accuracy",
        points=4,
        artefacts=(ARTEFACT, "report"),
        models=ModelFilter(outputs=1),
        topic=Topic(words=("single neuron",)),
    )
    of = exercise(asked, artefacts=(ARTEFACT, "report"))
    found = report or file_failure("missing", "")
    return asked.judge(
        CheckContext(of, View({**view.records, ReportNeed(artefact="report"): found}))
    )


def evaluated(split: str) -> View:
    images = ArrayOrigin(dataset="mnist", split=split)
    evaluation = TracedEvaluation(where="lab.py:9", method="evaluate", model=1, images=images)
    return code_view(
        reading(training(1)), run(traced(training(1), model=1), evaluations=(evaluation,))
    )


def test_test_images_pass() -> None:
    """`evaluate` on the test images is what is asked for."""
    assert judged(evaluated("test")).status == "passed"


def test_training_images_are_half_and_flagged_whatever_the_report_says() -> None:
    """The number in the report comes from there."""
    for report in (None, TOLD):
        result = judged(evaluated("train"), report)

        assert (result.score, result.flags) == (2, ("measured-on-training",))


def test_validation_data_count() -> None:
    """Keras measures the accuracy after every epoch."""
    validation = ValidationRead(kind="test", images=10_000)

    assert judged(code_view(reading(training(1, validation=validation)))).status == "passed"


def test_a_report_that_tells_it_is_enough_and_flagged() -> None:
    """Somebody may have measured it and not kept the line."""
    result = judged(code_view(reading(training(1))), TOLD)

    assert (result.status, result.flags) == ("passed", ("not-in-code",))
    assert "99.2%" in worded(result)


def test_what_a_run_did_not_reach_is_left_to_a_person() -> None:
    """An evaluation behind the end of a run that was cut short is not missing."""
    cut = run(traced(training(1)), steps=(StepRun(where="lab.py:12", status="not reached"),))

    assert judged(code_view(reading(training(1)), cut)).status == "pending"
    assert judged(code_view(reading(training(1)))).status == "failed"
