from __future__ import annotations

import sys
from pathlib import Path

import pytest

from grader.errors import GraderError
from grader.upkeep.train import Program, find_programs
from tests.unit.references.programs import tiny_programs

LAB = "mnist-cifar100"


@pytest.fixture
def references(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return tiny_programs(tmp_path / "references", LAB, ("mnist", "cifar100"), monkeypatch)


def program_of(exercise: str) -> Program:
    return next(program for program in find_programs(LAB) if program.exercise == exercise)


def under_way(folder: Path, epochs: int) -> None:
    """Leave what a stopped training leaves."""
    (folder / ".mnist.training").mkdir(parents=True)
    rows = "".join(f"{epoch + 1}\n" for epoch in range(epochs))
    (folder / ".mnist.training" / "history.csv").write_text(f"epoch\n{rows}")


def test_programs_are_found_by_their_exercise(references: Path) -> None:
    """All of a lab in its order."""
    assert find_programs(LAB) == [
        Program(LAB, "mnist", references / "mnist.py"),
        Program(LAB, "cifar100", references / "cifar100.py"),
    ]


def test_every_lab_of_the_repository_has_its_programs() -> None:
    """The real programs go by the names of their exercises."""
    assert [program.path.name for program in find_programs("ml-assignment2")] == [
        "3-handwritten.py"
    ]
    assert [program.path.name for program in find_programs("playground-cifar10")] == [
        "part-4-cifar10.py"
    ]


def test_a_training_is_finished_when_it_is_as_long_as_asked_for(references: Path) -> None:
    """Two epochs of four are enough for who asks for two; record and model both have to be there."""
    program = program_of("mnist")
    assert program.finished() is None
    assert program.run(epochs=2) == 0

    assert [program.finished(epochs=epochs) is not None for epochs in (1, 2, 3, None)] == [
        True, True, False, False,
    ]  # fmt: skip
    assert program.run() == 0
    assert program.finished(epochs=9) == program.finished() is not None
    program.model().unlink()
    assert program.finished() is None


def test_a_damaged_record_is_told(references: Path) -> None:
    """A record that cannot be read is an error that says how to go on."""
    (references / "mnist.training.json").write_text("{")

    with pytest.raises(GraderError, match=r"mnist\.training\.json cannot be read"):
        program_of("mnist").finished()


def test_options_reach_the_program_and_its_words_reach_us(
    references: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Folder and epochs are passed on; what the program says is shown without TensorFlow's remarks."""
    program_of("mnist").run(out=tmp_path / "out", epochs=3)

    assert (references / "asked.txt").read_text() == f"--out {tmp_path / 'out'} --epochs 3\n"
    assert (tmp_path / "out" / "mnist.h5").exists()
    assert capfd.readouterr().err == "Hint: of the program\n"


def test_again_forgets_finished_trainings_only(references: Path, tmp_path: Path) -> None:
    """A second training that was killed goes on under the command that began it; a finished one begins anew."""
    program = program_of("mnist")
    program.run(again=True)
    program.run(again=True)
    under_way(references, epochs=1)
    program.run(again=True)
    program.run(again=True, epochs=1)

    asked = (references / "asked.txt").read_text().splitlines()
    assert asked == ["", "--again", "", "--epochs 1 --again"]


@pytest.mark.parametrize(
    ("last_line", "message"),
    [
        ("raise ZeroDivisionError", "mnist.py ended with an error"),
        ("import os; os.kill(os.getpid(), 9)", r"mnist.py was killed \(signal 9\)"),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="has no signals")
def test_a_program_that_breaks_is_told(references: Path, last_line: str, message: str) -> None:
    """A bug of the program and a killed program are errors that say what to do."""
    (references / "mnist.py").write_text(last_line)

    with pytest.raises(GraderError, match=message) as caught:
        program_of("mnist").run()
    assert caught.value.hint


def test_an_error_the_program_told_is_its_exit_code(references: Path) -> None:
    """Absent data are told by the program; only the code comes back."""
    (references / "mnist.py").write_text("import sys; sys.exit(3)")

    assert program_of("mnist").run() == 3
