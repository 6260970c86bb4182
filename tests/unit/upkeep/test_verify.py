from __future__ import annotations

import pytest

from grader.records.result import CheckResult
from grader.upkeep.verify import lost
from tests.factories import check_result, report


@pytest.mark.parametrize(
    ("check", "is_lost"),
    [
        (check_result("passed", 30), False),
        (check_result("partial", 20), True),
        (check_result("failed", 0), True),
        (check_result("skipped", 0), True),
        (check_result("error", None), True),
        (check_result("pending", None), False),
        (check_result("skipped", None), False),
    ],
    ids=lambda value: value.status if isinstance(value, CheckResult) else "",
)
def test_what_a_person_marks_is_set_aside(check: CheckResult, is_lost: bool) -> None:
    """A check that waits for a person, or for one that does, counts neither as lost nor as earned."""
    assert lost(report(checks=(check,))) == ({"mnist/accuracy"} if is_lost else set())
