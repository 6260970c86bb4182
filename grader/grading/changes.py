"""What changed between two judgements: in the lab, and in who earned what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from grader.records.lab import Lab
from grader.records.result import GradeReport
from grader.records.run import CheckChange, GradeChange


def lab_changes(before: Mapping[str, Any], lab: Lab) -> tuple[str, ...]:
    """What changed in a lab's declaration: ``exercises.mnist.points: 30 -> 25``.

    Args:
        before: The lab as it was last judged, as plain data; empty where it never was.
        lab: The lab as it is now.
    """
    if not before:
        return ()
    old = dict(_flatten(before))
    new = dict(_flatten(msgspec.json.decode(msgspec.json.encode(lab))))
    return tuple(
        f"{path}: {old.get(path, 'absent')} -> {new.get(path, 'absent')}"
        for path in sorted(old.keys() | new.keys())
        if old.get(path) != new.get(path)
    )


def result_changes(
    before: Sequence[GradeReport | None], after: Sequence[GradeReport]
) -> tuple[GradeChange, ...]:
    """The students whose points, completeness or checks differ, in order."""
    changes = []
    for old, new in zip(before, after, strict=True):
        checks = _check_changes(old, new)
        late = (old.lateness if old else None) != new.lateness
        if old is None or old.points != new.points or old.passed != new.passed or checks:
            changes.append(
                GradeChange(
                    student=new.student.id,
                    before=old.points if old else None,
                    after=new.points,
                    checks=checks,
                    lateness=late,
                )
            )
    return tuple(changes)


def _check_changes(old: GradeReport | None, new: GradeReport) -> tuple[CheckChange, ...]:
    before = dict(_checks(old)) if old else {}
    after = dict(_checks(new))
    return tuple(
        CheckChange(
            check_id=key,
            before=was.status if (was := before.get(key)) else None,
            after=now.status if (now := after.get(key)) else None,
            points_before=was.score if was else None,
            points_after=now.score if now else None,
        )
        for key in dict.fromkeys([*before, *after])
        if _verdict(before.get(key)) != _verdict(after.get(key))
    )


def _checks(report: GradeReport) -> Iterator[tuple[str, Any]]:
    for exercise in report.exercises:
        for check in exercise.checks:
            yield f"{exercise.exercise_id}/{check.check_id}", check


def _verdict(check: Any) -> tuple[object, ...]:
    return () if check is None else (check.status, check.score, check.max_score)


def _flatten(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Leaves of plain data by their path; list items that have an id go by it."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _flatten(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for position, item in enumerate(value):
            name = item.get("id", position) if isinstance(item, Mapping) else position
            yield from _flatten(item, f"{path}.{name}" if path else str(name))
    else:
        yield path, value
