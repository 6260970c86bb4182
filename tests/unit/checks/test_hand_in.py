"""How work is handed in: figures, packed files, comments."""

from __future__ import annotations

import pytest

from grader.checks import CheckContext, FiguresIncluded
from grader.evidence.report.record import Caption, Figure, Place, ReportNeed, ReportReading
from tests.factories import View, exercise


@pytest.mark.parametrize(
    ("figures", "drawings", "captions", "score"),
    [(1, (), (), 1), (0, (1, 1), (), 2), (0, (1,), ("1", "2"), 2), (0, (), ("1", "2"), 0)],
)
def test_drawings_count_one_by_one(
    figures: int, drawings: tuple[int, ...], captions: tuple[str, ...], score: float
) -> None:
    """Two diagrams on a page are two; captions count where there are figures at all."""
    check = FiguresIncluded(id="figures", title="F", points=2, at_least=2)
    report = ReportReading(
        file="report.pdf",
        format="pdf",
        figures=tuple(Figure(place=Place(page=1)) for _ in range(figures)),
        drawings=drawings,
        captions=tuple(
            Caption(number=each, text=f"Figure {each}", place=Place()) for each in captions
        ),
    )
    context = CheckContext(
        exercise=exercise(check, artefacts=("report",)),
        evidence=View({ReportNeed(artefact="report"): report}),
    )

    assert check.judge(context).score == score
