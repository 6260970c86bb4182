from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from grader.checks import (
    AccuracyAtLeast,
    ArchitectureMatches,
    CheckContext,
    CheckKind,
    RelativeAccuracy,
    RequiredLayer,
)
from grader.evidence.models import view as model_view
from grader.evidence.need import Need
from grader.evidence.view import StoredEvidence
from grader.grading.judge import GradingContext, judge_alone
from grader.records.base import Record
from grader.records.evidence import Failure, Fault, ServedArtefact, file_failure, internal_failure
from grader.records.lab import Artefact, Check, Lab, LatePolicy
from grader.records.result import CheckResult, GradeReport
from grader.references import ReferenceFinding
from tests.factories import (
    ARTEFACT,
    DATASET,
    MODEL_NEED,
    NOON,
    PREDICTIONS_NEED,
    evidence,
    exercise,
    lab,
    labels,
    layer,
    model,
    predictions,
    ranked,
    resolved,
    stored_arrays,
    submission,
    threshold,
    worded,
)
from tests.factory_judging import judged_class

CORRUPT = file_failure("corrupt", "m.h5")
UNSUPPORTED = file_failure("unsupported", "m.h5", fault="grader")


@dataclass(frozen=True)
class Handed:
    """What a student's model does: right on `hits` of 100 images, or why there is none."""

    hits: int = 95
    failure: Failure | None = None
    more: dict[str, Any] = field(default_factory=dict)

    def stored(self, student: str) -> StoredEvidence:
        records: dict[Need[Any], Record | Failure] = {
            MODEL_NEED: model(layer("Dense", units=8)),
            PREDICTIONS_NEED: predictions(),
        }
        if self.failure:
            records = dict.fromkeys(records, self.failure)
        arrays = stored_arrays(ranked(self.hits))
        return StoredEvidence(
            evidence(student, records, **self.more), lambda: arrays, {DATASET: labels()}
        )


def grading(graded: Lab, **more: Any) -> GradingContext:
    defaults: dict[str, Any] = {
        "lab": graded,
        "datasets": (),
        "versions": {"grader": "0.2.0"},
        "isolation": "medium",
    }
    return GradingContext(**defaults | more)


def judged(graded: Lab, handed: Mapping[str, Handed], **more: Any) -> dict[str, GradeReport]:
    stored = [item.stored(student) for student, item in handed.items()]
    return {report.student.id: report for report in judged_class(grading(graded, **more), stored)}


def one(graded: Lab, handed: Handed | None = None, **more: Any) -> GradeReport:
    return judged(graded, {"amina": handed or Handed()}, **more)["amina"]


LAYERS = ArchitectureMatches(
    id="architecture", title="Layers", points=10, layers=(RequiredLayer(type="Flatten"),)
)


def test_a_report_says_who_earned_what_and_from_which_evidence() -> None:
    """Points, files, lab and provenance come together in the report."""
    report = one(lab(threshold()))

    assert (report.points, report.max_points, report.complete) == (30, 30, True)
    assert report.exercises[0].artefacts[0].files == ("digits.h5",)
    assert len(report.provenance.evidence_digest) == 64
    assert report.provenance.versions == {"grader": "0.2.0"}
    assert report.passed is None
    assert report.lateness is None


def test_a_check_waits_for_what_it_requires() -> None:
    """After a check that is not passed, its dependant is skipped with 0 and says what it waited for."""
    report = one(lab(LAYERS, threshold(requires=("architecture",))))
    first, second = report.checks

    assert (first.status, first.score) == ("failed", 0)
    assert (second.status, second.score) == ("skipped", 0)
    assert worded(second) == "Not judged: Layers has to pass first."
    assert report.complete


def test_who_passes_a_check_reads_what_the_study_of_the_reference_found() -> None:
    """Who does not, or is asked something else, does not: nobody copies it from there."""
    found = (
        ReferenceFinding(name="ReLU 20", accuracy=0.6185),
        ReferenceFinding(name="tanh 20", accuracy=0.939),
    )
    graded, findings = lab(threshold()), {"digits/accuracy": found}
    passed = one(graded, findings=findings).checks[0]
    failed = one(graded, Handed(hits=10), findings=findings).checks[0]
    other = one(graded, findings={"digits/other": found}).checks[0]

    said = "The reference solution found: ReLU 20: 61.85%, tanh 20: 93.9%."
    assert worded(passed).endswith(said)
    assert said not in worded(failed) + worded(other)


def test_a_check_is_judged_once_its_requirement_passes() -> None:
    """A passed requirement holds nothing back."""
    report = one(lab(threshold(), threshold(id="second", requires=("accuracy",))))

    assert [check.status for check in report.checks] == ["passed", "passed"]


def test_what_waits_for_an_error_of_ours_is_no_zero() -> None:
    """A check skipped because of our own failure stays open: no score, and the interval reaches full points."""
    graded = lab(threshold(), threshold(id="second", requires=("accuracy",)))
    report = one(graded, Handed(failure=UNSUPPORTED))

    assert [check.status for check in report.checks] == ["error", "skipped"]
    assert [check.score for check in report.checks] == [None, None]
    assert (report.points_interval.low, report.points_interval.high) == (0, 60)
    assert not report.complete


class Broken(AccuracyAtLeast, tag="broken", frozen=True, kw_only=True):
    """A check with a bug."""

    def judge(self, context: CheckContext) -> CheckResult:
        raise ZeroDivisionError("a secret detail")


BROKEN = Broken(
    id="broken", title="Broken", points=10, dataset=DATASET, thresholds=threshold().thresholds
)


def test_a_bug_in_a_check_is_our_error_and_not_a_zero(caplog: pytest.LogCaptureFixture) -> None:
    """An exception is logged, makes that check `error`, is kept for staff, and leaves the others alone."""
    report = one(lab(BROKEN, threshold()))
    first, second = report.checks

    assert (first.status, first.score, first.flags) == ("error", None, ("needs-review",))
    assert first.failure is not None
    assert first.failure.reason == "internal"
    assert "a secret detail" in first.detail
    assert "a secret detail" not in worded(first)
    assert (second.status, second.score) == ("passed", 30)
    assert not report.complete
    assert "needs-review" in report.flags
    (logged,) = caplog.records
    assert logged.levelno == logging.ERROR
    assert "check 'digits/broken' failed" in logged.getMessage()
    assert logged.exc_info is not None


def test_a_bug_in_what_is_compared_over_the_class_stops_nobody(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A relative check that cannot measure is logged, its mark stays open, and the class is judged."""

    class Unmeasured(RelativeAccuracy, frozen=True, kw_only=True, tag="unmeasured"):
        """Fails as soon as it is asked."""

        def score_in_class(self, context: CheckContext) -> float | None:
            raise ZeroDivisionError

    check = Unmeasured(id="c", title="Broken", points=40, dataset=DATASET)
    report = one(lab(check, threshold()))

    assert [check.status for check in report.checks] == ["pending", "passed"]
    assert not report.complete
    assert "failed to measure 'amina'" in caplog.text


def test_a_bug_in_what_pages_show_costs_only_that(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Sections that cannot be made are left out and logged; marks are as they were."""

    def fail(record: object) -> None:
        raise ZeroDivisionError

    assert one(lab(threshold())).exercises[0].evidence
    monkeypatch.setattr(model_view, "model_sections", fail)
    report = one(lab(threshold()))

    assert report.exercises[0].evidence == ()
    assert (report.points, report.complete) == (30, True)
    assert "failed to show a record" in caplog.text


def test_a_check_of_no_kind_is_our_error() -> None:
    """A plain `Check` demands nothing that can be judged, so a person has to look."""
    odd = Check(id="odd", title="Odd", points=5)
    report = one(lab(exercises=(exercise(odd),)))  # type: ignore[arg-type]

    assert not isinstance(odd, CheckKind)
    assert report.checks[0].status == "error"


@pytest.mark.parametrize(
    ("reason", "fault", "status", "high", "complete"),
    [
        ("corrupt", "submission", "failed", 0, True),
        ("missing", "submission", "failed", 0, True),
        ("internal", "grader", "error", 30, False),
        ("unsupported", "grader", "error", 30, False),
        ("data-unavailable", "grader", "error", 30, False),
    ],
)
def test_the_students_faults_are_final_and_ours_are_open(
    reason: str, fault: Fault, status: str, high: float, complete: bool
) -> None:
    """A bad file is 0 and final; what we could not do leaves the mark open up to full points."""
    report = one(lab(threshold()), Handed(failure=Failure(reason=reason, fault=fault)))

    assert report.checks[0].status == status
    assert (report.points, report.points_interval.high) == (0, high)
    assert report.complete == complete


@pytest.mark.parametrize(
    ("arrays", "truth"),
    [
        ({}, {DATASET: labels()}),
        (stored_arrays(ranked(95)), {}),
        (stored_arrays(ranked(95)), {DATASET: labels(99)}),
    ],
    ids=["no arrays", "no labels", "other length"],
)
def test_arrays_and_labels_that_do_not_match_are_our_error(
    arrays: dict[str, Any], truth: dict[str, Any]
) -> None:
    """A run folder that lost a part does not cost a student points."""
    stored = StoredEvidence(
        evidence(records={PREDICTIONS_NEED: predictions()}), lambda: arrays, truth
    )
    (report,) = judged_class(grading(lab(threshold())), [stored])

    assert report.checks[0].status == "error"
    assert "do not match" in report.checks[0].detail


def test_evidence_that_was_not_collected_is_our_error() -> None:
    """A check whose need has no observation is open, never a zero."""
    stored = StoredEvidence(evidence(), dict, {})
    (report,) = judged_class(grading(lab(threshold())), [stored])

    assert report.checks[0].status == "error"
    assert "no evidence was collected" in report.checks[0].detail


def test_a_record_of_another_shape_is_our_error() -> None:
    """A model where predictions should be, and the reverse, are caught."""
    records: dict[Need[Any], Record | Failure] = {
        MODEL_NEED: predictions(),
        PREDICTIONS_NEED: model(),
    }
    stored = StoredEvidence(evidence(records=records), dict, {DATASET: labels()})
    (report,) = judged_class(grading(lab(LAYERS, threshold())), [stored])

    assert [check.status for check in report.checks] == ["error", "error"]


def test_a_check_names_the_artefact_it_looks_at() -> None:
    """In an exercise of two artefacts each check is judged on its own one, and both files are named."""
    other = "second-model"
    needs = [PREDICTIONS_NEED, type(PREDICTIONS_NEED)(artefact=other, dataset=DATASET)]
    graded = lab(
        artefacts=tuple(
            Artefact(id=name, title=name, patterns=("*.h5",)) for name in (ARTEFACT, other)
        ),
        exercises=(
            exercise(
                threshold(),
                threshold(id="other", artefacts=(other,)),
                artefacts=(ARTEFACT, other),
            ),
        ),
    )
    (file,) = resolved("b.h5").artefacts[ARTEFACT].files
    served = resolved().artefacts | {other: ServedArtefact(files=(file,))}
    arrays = stored_arrays(ranked(95), needs[0]) | stored_arrays(ranked(20), needs[1])
    records: dict[Need[Any], Record | Failure] = dict.fromkeys(needs, predictions())
    stored = StoredEvidence(
        evidence(records=records, resolved=resolved(artefacts=served)),
        lambda: arrays,
        {DATASET: labels()},
    )
    (report,) = judged_class(grading(graded), [stored])

    assert [check.status for check in report.checks] == ["passed", "failed"]
    assert [item.files for item in report.exercises[0].artefacts] == [("digits.h5",), ("b.h5",)]


@pytest.mark.parametrize(
    ("hits", "failure", "passed"),
    [(95, None, True), (50, None, False), (95, CORRUPT, False), (95, UNSUPPORTED, None)],
)
def test_pass_fail_labs_pass_fail_or_stay_open(
    hits: int, failure: Failure | None, passed: bool | None
) -> None:
    """A pass mark makes every complete result passed or not; an open one is neither."""
    report = one(lab(threshold(), pass_mark=0.5), Handed(hits, failure))

    assert report.passed is passed


def test_what_is_passed_already_is_passed_though_incomplete() -> None:
    """Open checks can only add points."""
    report = one(lab(threshold(), BROKEN, pass_mark=0.5))

    assert (report.passed, report.complete) == (True, False)


LATE = LatePolicy(deadline=NOON - timedelta(hours=1), penalty_per_day=0.1)


def test_the_late_rule_multiplies_points_and_interval() -> None:
    """A day late costs its share of what was earned, of the interval too, and the flag says whose clock it was."""
    report = one(lab(threshold(), late=LATE), Handed(90))

    assert report.points == 27
    assert (report.points_interval.low, report.points_interval.high) == (0, 27)
    assert report.lateness is not None
    assert report.lateness.days == 1
    assert "received-from-file-time" in report.flags


def test_a_stated_hand_in_time_is_not_flagged() -> None:
    """Times from the roster need no second look."""
    stated = Handed(more={"submission": submission(time_stated=True)})
    report = one(lab(threshold(), late=LATE), stated)

    assert report.points == 27
    assert "received-from-file-time" not in report.flags


MARKED = Handed(90, more={"submission": submission(marked_late=True)})


def test_late_by_an_unknown_time_is_open() -> None:
    """Nothing is taken off by the files' times, and the mark is not final: from nothing to all of it is possible."""
    report = one(lab(threshold(), late=LATE, pass_mark=0.5), MARKED)

    assert (report.points, report.complete, report.passed) == (30, False, None)
    assert (report.points_interval.low, report.points_interval.high) == (0, 30)
    assert report.lateness is None
    assert report.flags == ("marked-late", "threshold-in-interval")
    assert [notice.key for notice in report.notices] == ["notice.marked-late-open"]


@pytest.mark.parametrize("late", [None, LatePolicy(deadline=NOON)])
def test_what_costs_nothing_is_said_and_final(late: LatePolicy | None) -> None:
    """Without a rule that takes points, that the LMS marked it is only told."""
    report = one(lab(threshold(), late=late, pass_mark=0.5), MARKED)

    assert (report.points, report.complete, report.passed) == (30, True, True)
    assert "marked-late" in report.flags
    assert [notice.key for notice in report.notices] == ["notice.marked-late"]


@pytest.mark.parametrize("known", [{"time_stated": True}, {"excused": True}])
def test_the_mark_of_the_lms_gives_way_to_what_is_known(known: dict[str, bool]) -> None:
    """A stated time or an excuse on the roster settles it."""
    more = {"submission": submission(marked_late=True, **known)}
    report = one(lab(threshold(), late=LATE), Handed(90, more=more))

    assert report.complete
    assert report.lateness is not None
    assert "marked-late" not in report.flags
    assert report.notices == ()


def test_an_excused_student_keeps_all_points() -> None:
    """The late rule does not touch the excused, and a submission without a time is not late."""
    excused = Handed(more={"submission": submission(excused=True)})
    undated = Handed(more={"submission": submission(received_at=None)})

    assert one(lab(threshold(), late=LATE), excused).points == 30
    assert one(lab(threshold(), late=LATE), undated).lateness is None


def test_several_files_that_fit_are_flagged() -> None:
    """The instructor is told where another file could have been meant."""
    (served,) = resolved().artefacts.values()
    several = ServedArtefact(files=served.files, alternatives=("old.h5",))
    handed = Handed(more={"resolved": resolved(artefacts={ARTEFACT: several})})

    report = one(lab(threshold()), handed)
    assert "ambiguous-file" in report.flags
    assert report.exercises[0].artefacts[0].alternatives == ("old.h5",)
    assert "ambiguous-file" not in one(lab(threshold())).flags


def test_a_declaration_that_cannot_be_used_is_a_notice() -> None:
    """The student reads what is wrong with `submission.toml`, and the class page has a flag."""
    handed = Handed(more={"resolved": resolved(declaration_error="line 3 is odd")})
    report = one(lab(threshold()), handed)

    assert "bad-declaration" in report.flags
    assert [notice.key for notice in report.notices] == ["notice.bad-declaration"]


def test_a_result_holds_keys_and_values_of_any_language() -> None:
    """The language of the lab goes with the result, which reads the same in both until it is worded."""
    english, french = (one(lab(threshold(), language=name)) for name in ("en", "fr"))

    assert (english.language, french.language) == ("en", "fr")
    assert english.checks == french.checks
    assert worded(french.checks[0], "fr").startswith("Votre exactitude est de 95\u202f% ;")


def relative(**more: Any) -> RelativeAccuracy:
    return RelativeAccuracy(id="relative", title="Relative", points=40, dataset=DATASET, **more)


def in_class(*handed: int | Failure, **more: Any) -> list[GradeReport]:
    """A class in which each model is right on so many of 100 images, or could not be evaluated."""
    students = {
        f"s{place}": Handed(failure=item) if isinstance(item, Failure) else Handed(item)
        for place, item in enumerate(handed)
    }
    return list(judged(lab(relative(**more)), students).values())


def points(reports: list[GradeReport]) -> list[float]:
    return [report.points for report in reports]


def test_marks_are_relative_to_the_best_of_the_class() -> None:
    """The best earns everything, the others their share of it."""
    assert points(in_class(50, 80, 40)) == [25, 40, 20]


def test_equals_at_the_top_all_earn_everything() -> None:
    """A tie for the best costs nobody anything, and is no class of one."""
    reports = in_class(80, 80, 20)

    assert points(reports) == [40, 40, 10]
    assert not any("class-of-one" in report.flags for report in reports)


def test_one_student_is_full_by_construction_and_flagged() -> None:
    """A class of one valid submission earns everything, and says that this means little."""
    alone, broken = in_class(50, CORRUPT)

    assert alone.points == 40
    assert "class-of-one" in alone.flags
    assert (broken.points, broken.complete) == (0, True)


def test_a_class_without_a_valid_submission_has_no_best() -> None:
    """Where nobody could be evaluated everybody fails for their own reason; nothing is divided."""
    reports = in_class(CORRUPT, file_failure("crashed", "m.h5"))

    assert points(reports) == [0, 0]
    assert all(report.checks[0].status == "failed" for report in reports)


@pytest.mark.parametrize("failure", [internal_failure("a bug"), UNSUPPORTED])
def test_marks_are_provisional_while_somebody_waits_for_us(failure: Failure) -> None:
    """Work we could not evaluate may be the best; its own check is open, the other marks say so."""
    measured, waiting = in_class(50, failure)

    assert "best-not-final" in measured.flags
    assert measured.complete
    assert (waiting.checks[0].status, waiting.complete) == ("error", False)


def test_the_students_own_faults_make_no_mark_provisional() -> None:
    """A damaged file will not turn out to be the best."""
    measured, _, _ = in_class(50, CORRUPT, file_failure("timed-out", "m.h5"))

    assert "best-not-final" not in measured.flags


def test_arrays_that_were_lost_leave_the_best_open() -> None:
    """A submission whose stored predictions are gone waits for us like one that could not be evaluated."""
    records: dict[Need[Any], Record | Failure] = {PREDICTIONS_NEED: predictions()}
    lost = StoredEvidence(evidence("lost", records), dict, {DATASET: labels()})
    measured, waiting = judged_class(grading(lab(relative())), [Handed(50).stored("s0"), lost])

    assert waiting.checks[0].status == "error"
    assert "best-not-final" in measured.flags


def test_a_frozen_best_makes_marks_independent_of_the_class() -> None:
    """With the best of an earlier class nobody's mark depends on who else handed in."""
    assert points(in_class(50, 80, frozen_best=0.8)) == [25, 40]
    assert points(in_class(50, frozen_best=0.8)) == [25]


def test_alone_the_mark_is_pending() -> None:
    """A student's own check has no class, so the mark waits, between own accuracy and full points."""
    report = judge_alone(grading(lab(relative())), Handed(50).stored("s0"))

    assert report.checks[0].status == "pending"
    assert (report.points, report.complete) == (0, False)
    assert (report.points_interval.low, report.points_interval.high) == (20, 40)


def test_the_order_of_the_class_changes_nothing() -> None:
    """The best is sought over everybody before anybody is marked."""
    assert points(in_class(80, 50, 40)) == sorted(points(in_class(40, 50, 80)), reverse=True)
