"""What a process that ran student code says, and what of it is kept."""

from __future__ import annotations

import io

import msgspec
from PIL import Image

from grader.evidence.code.run_protocol import RunPrepared
from grader.evidence.code.run_record import CodeRun, FigureDrawn, StepRun
from grader.evidence.code.served import SERVABLE
from grader.evidence.code.validated import (
    PICTURES_BYTES,
    pictures_size,
    validated_pictures,
    validated_prepared,
    validated_run,
    validated_step,
    with_pictures,
)


def png() -> bytes:
    file = io.BytesIO()
    Image.new("L", (8, 8)).save(file, "PNG")
    return file.getvalue()


def test_only_public_data_are_served() -> None:
    """Whatever a process asks for: names of secret sets get nothing."""
    said = RunPrepared(
        steps=("lab.py:1",) * 3_000, datasets=("mnist", "handwritten", "mnist", "../labels")
    )

    found = validated_prepared(said, SERVABLE)

    assert found.datasets == ("mnist",)
    assert len(found.steps) == 2_000


def test_place_and_time_of_a_step_are_the_graders_own() -> None:
    """What is said of them does not count."""
    said = StepRun(where="other.py:1", status="failed", error="e" * 9_000, seconds=-5)

    found = validated_step(said, "lab.py:1", 1.25)

    assert found == StepRun(where="lab.py:1", status="failed", error="e" * 600, seconds=1.25)


def test_what_the_grader_knows_is_not_taken_from_the_process() -> None:
    """Files, mode, steps, time and end are its own."""
    said = CodeRun(files=("other.py",), mode="full", steps=(), seconds=-1, keras="keras 3")
    steps = (StepRun(where="lab.py:1"), StepRun(where="lab.py:2", status="not reached"))

    found = validated_run(said, ["lab.py"], steps, "quick", 2.5)

    assert found == CodeRun(
        files=("lab.py",), mode="quick", steps=steps, seconds=2.5, ended=False, keras="keras 3"
    )


def test_what_all_steps_print_is_bounded_together() -> None:
    """The last ones lose their texts, and nothing else."""
    steps = (StepRun(where="lab.py:1", printed="x" * 4_000, traceback="t" * 4_000),) * 600

    found = validated_run(CodeRun(files=()), [], steps, "quick", 1).steps

    assert len(found) == 600
    assert found[0] == steps[0]
    assert found[-1] == StepRun(where="lab.py:1")
    assert len(msgspec.json.encode(found)) < 5 << 20


def test_sizes_of_pictures_that_cannot_be_true_bring_none() -> None:
    """Negative ones, or more than there may be, and none at all."""
    assert pictures_size([(0, 10), (1, 20)]) == 30
    assert pictures_size([(0, PICTURES_BYTES), (1, 1)]) == 0
    assert pictures_size([(0, 30), (1, -10)]) == 0
    assert pictures_size([]) == 0


def test_pictures_belong_to_figures_and_are_what_they_say() -> None:
    """Others are dropped, and no figure says that it has one."""
    good, other = png(), b"GIF89a" + bytes(40)
    sizes = [(0, len(good)), (1, len(other)), (5, len(good)), (-1, len(good)), (2, len(good) - 1)]

    pictures = validated_pictures(good + other + good + good + good, sizes, 3)
    figures = (FigureDrawn(where="a"), *[FigureDrawn(where="b", picture=True)] * 2)
    run = with_pictures(CodeRun(files=(), figures=figures), pictures)

    assert pictures == {0: good}
    assert [figure.picture for figure in run.figures] == [True, False, False]
