"""Judge one check of one submission; what the lab says of the check is not for the check to change."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace

import msgspec

from grader.checks import CheckContext, CheckKind
from grader.evidence.view import RecordingView
from grader.records.evidence import internal_failure
from grader.records.lab import Check
from grader.records.message import Listing, Name, message
from grader.records.result import CheckResult

_LOG = logging.getLogger(__name__)


def judge_check(
    check: Check, context: CheckContext, before: Mapping[str, CheckResult]
) -> CheckResult:
    """Judge one check. An error of ours is `error`, never a zero."""
    waiting_for = [before[name] for name in check.requires if before[name].status != "passed"]
    if waiting_for:
        return _skipped(check, waiting_for)
    try:
        if not isinstance(check, CheckKind):
            raise TypeError(f"'{check.id}' is of no kind that can be judged")
        looked_at = RecordingView(context.evidence)
        result = check.judge(replace(context, evidence=looked_at))
        declared = [name for need in check.needs(context.exercise) for name in need.datasets]
        return _as_declared(result, check, [*declared, *looked_at.datasets])
    except Exception as error:
        _LOG.exception("check '%s/%s' failed", context.exercise.id, check.id)
        failure = internal_failure(f"{type(error).__name__}: {error}")
        return CheckResult(
            check_id=check.id,
            title=check.title,
            status="error",
            score=None,
            max_score=check.points,
            failure=failure,
            detail=failure.detail,
            flags=("needs-review",),
            visibility=check.visibility,
        )


def _as_declared(result: CheckResult, check: Check, datasets: Sequence[str]) -> CheckResult:
    """The result with what is not for the check to say: its texts, and what redaction goes by.

    Raises:
        ValueError: The score is no number between 0 and the points of the check.
    """
    for score in (result.score, result.provisional_score):
        if score is not None and not 0 <= score <= check.points:
            raise ValueError(f"the score {score:g} is not between 0 and {check.points:g}")
    return msgspec.structs.replace(
        result,
        check_id=check.id,
        title=check.title,
        max_score=check.points,
        hint=check.hint if result.hint else "",
        visibility=check.visibility,
        datasets=tuple(dict.fromkeys([*datasets, *result.datasets])),
    )


def _skipped(check: Check, waiting_for: Sequence[CheckResult]) -> CheckResult:
    titles = tuple(
        message("skipped.hidden") if result.visibility == "hidden" else Name(text=result.title)
        for result in waiting_for
    )
    return CheckResult(
        check_id=check.id,
        title=check.title,
        status="skipped",
        # What waits for a check that is open is open as well.
        score=None if any(result.score is None for result in waiting_for) else 0.0,
        max_score=check.points,
        feedback=(message("skipped.requires", requires=Listing(items=titles)),),
        visibility=check.visibility,
    )
