"""What is recorded is counted, numbered and bounded."""

from __future__ import annotations

import gc
import json
import time

import pytest

from grader.evidence.code.probe.running.recorder import Recorder
from grader.evidence.code.run_record import GradientsComputed, TracedEvaluation, TracedTraining


class Model:
    def __init__(self, name: str = "model") -> None:
        self.name = name

    def to_json(self) -> str:
        return json.dumps({"name": self.name})


@pytest.fixture
def recorder() -> Recorder:
    return Recorder(mode="quick")


def test_trainings_that_differ_in_nothing_are_counted(recorder: Recorder) -> None:
    """Their time is added up; others get a number of their own."""
    one = TracedTraining(where="a.py:1", model=1, epochs=3, seconds=1)
    numbers = [
        recorder.training(one),
        recorder.training(TracedTraining(where="a.py:1", model=2, epochs=3)),
        recorder.training(TracedTraining(where="a.py:1", model=1, epochs=3, seconds=2)),
    ]

    assert numbers == [1, 2, 1]
    assert [(item.calls, item.seconds) for item in recorder.trainings] == [(2, 3), (1, 0)]


def test_of_many_trainings_some_are_recorded(recorder: Recorder) -> None:
    """The others have no number."""
    numbers = [recorder.training(TracedTraining(where="a", epochs=n)) for n in range(600)]

    assert len(recorder.trainings) == 500
    assert numbers[499:501] == [500, 0]
    assert recorder.training(TracedTraining(where="a", epochs=3)) == 4


def test_models_are_numbered_once(recorder: Recorder) -> None:
    """In the order in which they are asked about; a number is not given again when a model is gone."""
    first, second = Model(), Model()
    assert [recorder.model_number(model) for model in (first, second, first)] == [1, 2, 1]
    del first
    gc.collect()

    assert recorder.model_number(Model()) == 3
    assert recorder.model_number(second) == 2


def test_descriptions_of_models_outlive_them(recorder: Recorder) -> None:
    """As they were when they were trained last."""
    first, second = Model("one"), Model("two")
    for model in (first, second):
        recorder.keep_config(model)
    first.name = "grown"
    recorder.keep_config(first)
    del first
    gc.collect()

    assert recorder.configs == {1: '{"name": "grown"}', 2: '{"name": "two"}'}


def test_what_is_no_description_is_left_out(recorder: Recorder) -> None:
    """A class of the student's may raise anything, give anything, or be large."""

    class Odd(Model):
        def to_json(self) -> str:
            return {"raises": str(1 // (self.name != "raises")), "none": "no JSON"}.get(
                self.name, self.name
            )

    for name in ("none", '"' + "x" * 500_000 + '"', '"small"'):
        recorder.keep_config(Odd(name))

    assert list(recorder.configs.values()) == ["", '"small"']


def test_evaluations_are_kept_where_they_say_something(recorder: Recorder) -> None:
    """Predictions of one model at one place once; values always."""
    for _ in range(3):
        recorder.evaluation(TracedEvaluation(where="a", method="predict", model=1))
        recorder.evaluation(
            TracedEvaluation(where="b", method="evaluate", model=1, values={"loss": 1.0})
        )

    assert [item.method for item in recorder.evaluations].count("predict") == 1
    assert len(recorder.evaluations) == 4


def test_of_gradients_the_last_ones_are_kept(recorder: Recorder) -> None:
    """For each place, with how often."""
    for value in (1.0, 2.0):
        recorder.gradient(GradientsComputed(where="a", largest=(value,)))
    recorder.gradient(GradientsComputed(where="b"))

    assert [(item.largest, item.calls) for item in recorder.gradients.values()] == [
        ((2.0,), 2),
        ((), 1),
    ]


def test_only_something_new_is_news(recorder: Recorder) -> None:
    """The same training of the next model is none: a loop of those is left."""
    recorder.last_news = 0
    recorder.training(TracedTraining(where="a", model=1))
    first = recorder.last_news
    recorder.last_news = 0
    recorder.training(TracedTraining(where="a", model=2))
    recorder.evaluation(TracedEvaluation(where="a", method="predict", model=1))
    second = recorder.last_news
    recorder.last_news = 0
    recorder.evaluation(TracedEvaluation(where="a", method="predict", model=2))

    assert 0 < first <= second <= time.monotonic()
    assert recorder.last_news == 0


def test_code_of_the_students_is_recorded_within_our_own_work(recorder: Recorder) -> None:
    """And no more once it is over, even by an error."""
    with recorder.working(), recorder.working():
        with pytest.raises(ValueError, match="own"), recorder.resting():
            assert recorder.own_work == 0
            raise ValueError("own")
        assert recorder.own_work == 2
    assert recorder.own_work == 0
