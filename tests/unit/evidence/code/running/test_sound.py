"""What was recorded, without what cannot be sent."""

from __future__ import annotations

from typing import Any

from grader.evidence.code.probe.running.sound import sound
from grader.evidence.code.run_record import TracedTraining


def test_strange_records_cost_no_others() -> None:
    """Those that student code put there in place of true ones are left out."""
    true = TracedTraining(where="lab.py:1", epochs=3)
    strange: list[Any] = [
        TracedTraining(where=7),  # type: ignore[arg-type]
        TracedTraining(where="a", epochs=object()),  # type: ignore[arg-type]
        TracedTraining(where="a", seconds=float("nan")),
        TracedTraining,
        "training",
        None,
    ]

    assert sound([*strange, true], TracedTraining) == (true,)


def test_names_and_how_often() -> None:
    """Pairs are looked at as such."""
    counted = {"lr=": 3, 4: 1, "epochs": "often", "x" * 900: 1}

    assert sound(counted.items(), tuple[str, int]) == (("lr=", 3), ("x" * 300, 1))


def test_not_all_of_too_many_are_looked_at() -> None:
    """A list without end ends."""
    assert len(sound(iter(lambda: "again", ""), str)) == 1_000
