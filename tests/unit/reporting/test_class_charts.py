from __future__ import annotations

import pytest

from grader.messages import catalogue
from grader.records.feedback import CheckFeedback, FactFeedback
from grader.reporting.class_charts import BINS, DotRow, Histogram, dot_rows, histogram

EN = catalogue("en")


def marks(*values: float, full: float = 30) -> Histogram:
    found = histogram(values, full, EN)
    assert found is not None
    return found


@pytest.mark.parametrize("points", [0, 0.01, 2.99, 3, 29.99, 30, 33])
def test_every_mark_is_in_one_bin(points: float) -> None:
    """A bin begins with its left edge; full marks, and more, belong to the last."""
    counts = [bar.count for bar in marks(points).bars]

    assert counts == [int(place == min(9, int(points / 3))) for place in range(BINS)]


def test_bars_lie_side_by_side_and_say_their_range() -> None:
    """Edges meet, and the text of a bar is its range and how many there are."""
    bars = marks(0, 1, 2, 15).bars

    assert [bar.left for bar in bars] == [place / BINS for place in range(BINS)]
    assert {bar.width for bar in bars} == {1 / BINS}
    assert (bars[0].text, bars[5].text, bars[9].text) == ("0 – 3: 3", "15 – 18: 1", "27 – 30: 0")


def test_heights_are_shares_of_a_round_top() -> None:
    """The axis ends at an even count, so that its middle is a whole number."""
    shown = marks(0, 1, 2, 15)

    assert [bar.height for bar in shown.bars if bar.count] == [0.75, 0.25]
    assert [(tick.position, tick.text) for tick in shown.y_ticks] == [
        (0, "0"), (0.5, "2"), (1, "4"),
    ]  # fmt: skip
    assert [tick.text for tick in shown.x_ticks] == ["0", "7.5", "15", "22.5", "30"]


def test_the_axis_of_a_class_of_one_has_two_ticks() -> None:
    """There is no half a submission."""
    assert [tick.text for tick in marks(3).y_ticks] == ["0", "1"]


@pytest.mark.parametrize(("values", "full"), [((), 30.0), ((1.0,), 0.0)])
def test_without_marks_there_is_no_histogram(values: tuple[float, ...], full: float) -> None:
    """Nobody, or nothing to earn."""
    assert histogram(values, full, EN) is None


def fact(
    value: float, label: str = "accuracy", *, gauge: bool = True, **more: float
) -> FactFeedback:
    return FactFeedback(label=label, value=value, text=EN.percent(value), gauge=gauge, **more)


def check(*facts: FactFeedback, score: float | None = 15) -> CheckFeedback:
    return CheckFeedback(
        check_id="c",
        title="C",
        status="partial",
        score=score,
        max_score=30,
        feedback="",
        facts=facts,
    )


def row(*values: float) -> DotRow:
    (found,) = dot_rows([check(fact(value)) for value in values], EN)
    return found


def test_dots_that_touch_are_stacked() -> None:
    """Equal values lie on top of each other, others on the axis, from left to right."""
    found = row(0.9, 0.5, 0.5, 0.505, 0.52)

    assert [(dot.position, dot.level) for dot in found.dots] == [
        (0.5, 0), (0.5, 1), (0.505, 2), (0.52, 0), (0.9, 0),
    ]  # fmt: skip
    assert found.levels == 3


def test_dots_stay_on_their_axis() -> None:
    """A value outside 0 to 1 is drawn at the end."""
    assert [dot.position for dot in row(-0.5, 1.5).dots] == [0, 1]


def test_a_row_says_what_was_needed_and_what_the_reference_reaches() -> None:
    """Both as positions and as text, and neither where it is not known."""
    (found,) = dot_rows([check(fact(0.5, needed=0.9, reference=0.99))], EN)
    without = row(0.5)

    assert (found.needed, found.needed_text) == (0.9, "90%")
    assert (found.reference, found.reference_text) == (0.99, "99%")
    assert (without.needed, without.needed_text) == (None, "")
    assert (without.reference, without.reference_text) == (None, "")


def test_every_measurement_has_its_row() -> None:
    """A check of two accuracies has two rows; who has only one of them is in one."""
    both = check(fact(0.5), fact(0.8, "top-5 accuracy"), fact(3, "layers", gauge=False))
    rows = dot_rows([both, check(fact(0.6)), check()], EN)

    assert [(item.label, [dot.position for dot in item.dots]) for item in rows] == [
        ("accuracy", [0.5, 0.6]), ("top-5 accuracy", [0.8]),
    ]  # fmt: skip


def test_a_check_that_measures_nothing_shows_the_share_of_its_points() -> None:
    """Who could not be judged is on no axis."""
    (found,) = dot_rows([check(score=15), check(score=30), check(score=None)], EN)

    assert found.label == EN("page.share")
    assert [dot.position for dot in found.dots] == [0.5, 1]
    assert dot_rows([check(score=None)], EN) == ()
