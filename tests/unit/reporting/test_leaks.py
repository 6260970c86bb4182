"""A check that does everything wrong, and everything a student may get to see of it."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any, ClassVar

import msgspec
import pytest

from grader.checks import CheckContext, CheckKind
from grader.evidence import kinds
from grader.evidence.base import EvidenceKind, StoredRecord
from grader.evidence.need import Need
from grader.evidence.view import StoredEvidence
from grader.grading.judge import GradingContext
from grader.records.base import to_json
from grader.records.evidence import Failure
from grader.records.lab import Exercise, Visibility
from grader.records.message import (
    Code,
    Count,
    Listing,
    Message,
    Name,
    Number,
    Points,
    Share,
    Value,
    message,
)
from grader.records.result import CheckResult, GradeReport, Status
from grader.records.section import ConfusionMatrix, Fact, Interval, Section
from grader.reporting.exporters import render
from grader.reporting.feedback import platform_feedback, staff_feedback, student_feedback
from grader.reporting.formats import render_check
from tests.factories import ARTEFACT, DATASET, dataset_used, evidence, lab, model, observation
from tests.factory_judging import judged_class
from tests.factory_reports import figure, sections

#: The exact accuracy on the secret dataset.
SECRET = 0.8876543
#: The ways in which it could be written, as accuracy or as error, in either language.
TRACES = (
    "8876", "88.76", "88,76", "88.77", "88,77", "0.887", "0,887", "887.6", "8.876", "0.888",
    "1123", "11.23", "11,23", "0.112", "0,112",
)  # fmt: skip
CONFUSION = figure([[700, 141], [153, 6]], mistakes=[(4711, 0, 1)])

VALUES: tuple[Value, ...] = (
    Share(value=SECRET),
    Share(value=SECRET, dataset=DATASET),
    Share(value=SECRET, dataset=DATASET, setting=True),
    Share(value=1 - SECRET),
    Number(value=SECRET),
    Number(value=SECRET, dataset=DATASET),
    Number(value=100 * SECRET),
    Points(value=SECRET),
    Count(value=8876),
    Count(value=8876543),
    Name(text=f"run with {SECRET}"),
    Name(text=f"{100 * SECRET:.2f}% or {100 * SECRET:.2f}".replace(".", ",")),
    Name(text=f"weights{SECRET}.h5"),
    Code(text=f"accuracy={SECRET}, error={1 - SECRET:.4f}, {SECRET:e}"),
    Code(text=f"{100 * SECRET:.2f}%, {SECRET:.3f}, .8876"),
    Message(key=f"leaky.{SECRET}"),
)
EVERYTHING = Listing(
    items=(*VALUES, message("skipped.requires", requires=Listing(items=VALUES))),
    separator=f" {SECRET} ",
)
SENTENCE = message("skipped.requires", requires=EVERYTHING)


class LeakyNeed(Need[Any], frozen=True):
    """What the check looks at."""

    dataset: str

    kind: ClassVar[str] = "leaky"

    @property
    def datasets(self) -> tuple[str, ...]:
        return (self.dataset,)


NEED = LeakyNeed(artefact=ARTEFACT, dataset=DATASET)


def decode(need: Need[Any], stored: StoredRecord) -> float:
    return SECRET


def show(record: float) -> tuple[Section, ...]:
    return (*sections(EVERYTHING, SENTENCE), CONFUSION)


KIND = EvidenceKind(
    name="leaky",
    version=1,
    needs=(LeakyNeed,),
    accepts={},
    collect="",
    decode=f"{__name__}:decode",
    sections=f"{__name__}:show",
)


class LeakyCheck(CheckKind, tag="leaky", frozen=True, kw_only=True):
    """Tells the exact figure wherever something can be told."""

    status: Status = "partial"
    declares: bool = True

    def needs(self, exercise: Exercise) -> tuple[LeakyNeed, ...]:
        return (NEED,) if self.declares else ()

    def score_in_class(self, context: CheckContext) -> float:
        return SECRET

    def judge(self, context: CheckContext) -> CheckResult:
        found = context.evidence.get(NEED)
        assert not isinstance(found, Failure)
        return CheckResult(
            check_id=f"check-{found}",
            title=f"Title {found}",
            status=self.status,
            score=None if self.status == "pending" else 10 * found,
            max_score=10,
            score_interval=Interval(low=10 * found, high=10 * found + 1),
            provisional_score=10 * found,
            feedback=(SENTENCE, Message(key=f"leaky.{found}")),
            advice=(SENTENCE,),
            hint=f"Reach more than {found}.",
            failure=self._failure(),
            detail=f"{found}",
            facts=tuple(
                Fact(
                    label=SENTENCE,
                    value=value,
                    interval=Interval(low=found - 1e-3, high=found),
                    gauge=isinstance(value, Share),
                    reference=found,
                )
                for value in (*VALUES, EVERYTHING)
            ),
            figures=show(found),
            class_scores=(found, found, 1 - found),
            flags=(f"accuracy-{found}",),
        )

    def _failure(self) -> Failure | None:
        if self.status != "failed":
            return None
        values: dict[str, Value] = {"file": EVERYTHING, "expected": SENTENCE}
        return Failure(reason="timed-out", values=values, detail=f"{SECRET}")


@pytest.fixture(autouse=True)
def leaky_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the kind known, as an installed package would."""
    known = {**kinds(), "leaky": KIND}
    monkeypatch.setattr("grader.evidence.view.kinds", lambda: known)
    monkeypatch.setattr("grader.grading.shown_evidence.kinds", lambda: known)


def judged(
    visibility: Visibility = "visible", *, secret: bool = True, language: str = "en", **more: Any
) -> GradeReport:
    """The report of one of two students of the same model."""
    check = LeakyCheck(id="leaky", title="Leaky", points=10, visibility=visibility, **more)
    other = LeakyCheck(id="other", title="Other", points=10)
    context = GradingContext(
        lab=lab(check, *(() if check.declares else (other,)), language=language),
        datasets=(dataset_used(secret=secret),),
        versions={"grader": "1.2.3"},
        isolation="strong",
    )
    found = evidence(observations=(observation(NEED, model(), key="k" * 64),))
    submission = StoredEvidence(found, dict, {})
    first, _ = judged_class(context, [submission, submission])
    return first


def student_views(
    report: GradeReport, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """Everything that students get to see, on whatever way."""
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(folder / "summary"))
    monkeypatch.setenv("GITHUB_OUTPUT", str(folder / "output"))
    # What stands between outputs is drawn, and may be any digits.
    monkeypatch.setattr("grader.reporting.github.secrets.token_hex", lambda count: "f" * count)
    views = {
        style: render_check(style, report, folder)
        for style in ("text", "html", "json", "junit", "github")
    }
    views |= {name: (folder / name).read_text(encoding="utf-8") for name in ("summary", "output")}
    views["report.json"] = to_json(student_feedback(report)).decode()
    views["platform"] = to_json(platform_feedback(report)).decode()
    (gradescope,) = render("gradescope", [report]).values()
    return views | {"gradescope": gradescope.decode()}


def leaks(views: dict[str, str]) -> list[tuple[str, str]]:
    matrices = [item for item in show(SECRET) if isinstance(item, ConfusionMatrix)]
    traces = (*TRACES, *(base64.b64encode(item.counts).decode() for item in matrices))
    return [(view, trace) for view, text in views.items() for trace in traces if trace in text]


@pytest.mark.parametrize("declares", [True, False], ids=["declared", "undeclared"])
@pytest.mark.parametrize("language", ["en", pytest.param("fr", marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    "status",
    [
        "partial",
        pytest.param("failed", marks=pytest.mark.slow),
        pytest.param("pending", marks=pytest.mark.slow),
    ],
)
@pytest.mark.parametrize("visibility", ["visible", "result-only", "hidden"])
def test_no_check_can_leak_an_exact_secret_figure(
    visibility: Visibility,
    status: Status,
    language: str,
    declares: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whatever a check puts where, no view of a student has a secret figure finer than a percent."""
    report = judged(visibility, status=status, language=language, declares=declares)

    assert leaks(student_views(report, tmp_path, monkeypatch)) == []


def test_the_search_for_leaks_finds_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On public data the same check shows all of it, so the views above were not merely empty."""
    views = student_views(judged(secret=False), tmp_path, monkeypatch)

    found = {view for view, _ in leaks(views)}
    assert found >= {"text", "html", "json", "junit", "github", "summary", "gradescope"}


def test_rounded_figures_are_still_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Redaction rounds and does not empty: the accuracy is there in whole percents."""
    views = student_views(judged(), tmp_path, monkeypatch)

    for view in ("html", "json", "github", "summary", "gradescope"):
        assert "89%" in views[view].replace("%25", "%"), view


@pytest.mark.parametrize("visibility", ["result-only", "hidden"])
def test_evidence_only_such_checks_ask_for_is_not_shown(visibility: Visibility) -> None:
    """What a kind shows of the evidence of a check without visible figures stays with staff, secret or not."""
    report = judged(visibility, secret=False)

    assert student_feedback(report).exercises[0].sections == ()
    assert platform_feedback(report).exercises[0].sections == ()
    assert staff_feedback(report).exercises[0].sections != ()
    assert student_feedback(judged(secret=False)).exercises[0].sections != ()


def test_a_check_cannot_make_itself_visible() -> None:
    """Id, title, points and visibility are those of the lab, whatever the check answers."""
    (check,) = judged("hidden").checks

    assert (check.check_id, check.title, check.visibility) == ("leaky", "Leaky", "hidden")
    assert check.datasets == (DATASET,)


def test_staff_get_the_exact_figures() -> None:
    """Exports for the instructor have every digit of what was measured; points are hundredths."""
    report = judged()

    assert str(SECRET).encode() in render("json", [report])["grades.json"]
    assert b",8.88," in render("csv", [report])["grades.csv"]


def test_the_title_of_a_hidden_check_is_not_named_by_another() -> None:
    """A check that waits for a hidden one does not say for which."""
    hidden = LeakyCheck(id="first", title="HIDDEN-TITLE", points=10, visibility="hidden")
    waits = LeakyCheck(id="then", title="Then", points=10, requires=("first",))
    context = GradingContext(
        lab=lab(hidden, waits), datasets=(dataset_used(secret=True),), versions={}, isolation=""
    )
    found = evidence(observations=(observation(NEED, model()),))
    (report,) = judged_class(context, [StoredEvidence(found, dict, {})])

    (shown,) = student_feedback(report).checks
    assert shown.status == "skipped"
    assert "HIDDEN-TITLE" not in shown.feedback
    assert "a hidden check" in shown.feedback
    assert msgspec.json.encode(student_feedback(report)).find(b"HIDDEN-TITLE") == -1
