from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from grader.errors import CourseError
from grader.hidden.collect import FoundFolder, read_test_folder
from grader.hidden.files import file_digests
from grader.records.hidden_test import FoundTest

TESTS = '''
import numpy as np
import pytest
from secrets_of_mine import POINTS

def drawn():
    return np.full((3, 28, 28), 7, np.uint8)

def grey_levels():
    return np.zeros((3, 28, 28))

def flat():
    return np.zeros((3, 28), np.uint8)

def broken():
    raise KeyError("no such picture")

@pytest.fixture
def of_mine(answers):
    return answers

@pytest.mark.points(2.5)
@pytest.mark.exercise("3-handwritten")
@pytest.mark.looks_at("digit-model")
@pytest.mark.visibility("hidden")
@pytest.mark.images("drawn", "digits", like="mnist")
def test_Secret_digits(predict, model):
    """The model reads secret digits.

    More.
    """

@pytest.mark.points(POINTS)
@pytest.mark.parametrize("times", [1, 2, 3])
def test_often(of_mine, times):
    """Several values."""

@pytest.mark.points(1)
@pytest.mark.values_at(np.array([0.5, 2]), 3)
def test_values(values):
    """Points of an array."""

@pytest.mark.points(1)
@pytest.mark.skip
def test_left_out():
    """Not yet."""

@pytest.mark.points(1)
def test_undocumented(model):
    pass

def test_worthless(model):
    """No points."""

@pytest.mark.points("many")
def test_worth_many(model):
    """Points in words."""

@pytest.mark.points(1)
@pytest.mark.visibility("secret")
def test_visibility(model):
    """No such visibility."""

@pytest.mark.points(1)
@pytest.mark.images("grey_levels")
def test_floats(predict):
    """No bytes."""

@pytest.mark.points(1)
@pytest.mark.images("flat")
def test_flat(predict):
    """Two dimensions."""

@pytest.mark.points(1)
@pytest.mark.images("broken")
def test_broken(predict):
    """Cannot be drawn."""

@pytest.mark.points(1)
async def test_later(model):
    """Nothing waits for it."""
'''


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hidden") / "[2026] My Course::1"
    folder.mkdir()
    (folder / "test_digits.py").write_text(TESTS)
    (folder / "secrets_of_mine.py").write_text("POINTS = 4\n")
    (folder / "test_syntax.py").write_text("import pytest\n\ndef test_x(:\n    pass\n")
    (folder / "test_marks.py").write_text(
        "import pytest\n\n@pytest.mark.pionts(1)\ndef test_x(model):\n    pass\n"
    )
    (folder / "conftest.py").write_text("raise RuntimeError('a conftest was read')\n")
    (folder / "helper.txt").write_text("no test")
    return folder


@pytest.fixture(scope="module")
def read(folder: Path) -> FoundFolder:
    before = os.environ.get("PYTEST_ADDOPTS")
    os.environ["PYTEST_ADDOPTS"] = "--no-such-option"
    try:
        return read_test_folder(folder)
    finally:
        os.environ.pop("PYTEST_ADDOPTS")
        if before is not None:
            os.environ["PYTEST_ADDOPTS"] = before


def named(read: FoundFolder, name: str) -> FoundTest:
    (only,) = [test for test in read.found.tests if test.name == name]
    return only


def test_a_test_is_found_with_its_marks_and_images(read: FoundFolder) -> None:
    """Points, exercise, artefacts, visibility, fixtures and images are known before anything is collected."""
    test = named(read, "secret-digits")

    assert test.test == "test_digits.py::test_Secret_digits"
    assert test.docstring == "The model reads secret digits.\n\nMore."
    assert (test.points, test.exercise, test.looks_at) == (2.5, "3-handwritten", ("digit-model",))
    assert (test.visibility, test.like, test.problem) == ("hidden", "mnist", "")
    assert {"predict", "model"} <= {*test.fixtures}
    number, dataset = test.images
    assert dataset == "digits"
    assert isinstance(number, int)
    assert np.array_equal(read.images[number], np.full((3, 28, 28), 7, np.uint8))


def test_a_test_with_parameters_is_one_test(read: FoundFolder) -> None:
    """It has the fixtures that its own fixtures use, and marks may come from a module beside the file."""
    test = named(read, "often")

    assert test.points == 4
    assert "answers" in test.fixtures


def test_marks_of_kinds_are_read_as_plain_values(read: FoundFolder) -> None:
    """Arrays become lists."""
    assert named(read, "values").marks == {"values_at": ([0.5, 2.0], 3)}


def test_a_test_marked_skip_is_left_out(read: FoundFolder) -> None:
    """Instructors switch a test off so."""
    assert "left-out" not in {test.name for test in read.found.tests}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("undocumented", "the test has no docstring"),
        ("worthless", "add @pytest.mark.points(1)"),
        ("worth-many", "the mark points takes one number"),
        ("visibility", "visibility is one of visible, result-only, hidden, not 'secret'"),
        ("floats", "grey_levels() returns float64, not a NumPy array of uint8"),
        ("flat", "flat() returns shape (3, 28)"),
        ("broken", "KeyError: 'no such picture'"),
        ("later", "a plain function, not `async def`"),
    ],
)
def test_what_is_wrong_with_a_test_is_said_with_file_and_line(
    read: FoundFolder, name: str, said: str
) -> None:
    """The others are found all the same."""
    problem = named(read, name).problem

    file, line, _ = problem.split(":", 2)
    assert file == "test_digits.py"
    assert int(line) > 0
    assert said in problem


def test_files_that_cannot_be_read_are_named_with_their_line(read: FoundFolder) -> None:
    """A syntax error and a misspelt mark cost the tests of their file alone."""
    assert read.found.problems.keys() == {"test_syntax.py", "test_marks.py"}
    assert read.found.problems["test_syntax.py"].startswith("test_syntax.py:3: SyntaxError: ")
    assert "pionts" in read.found.problems["test_marks.py"]


def test_nothing_of_the_environment_is_used_and_nothing_is_written(
    read: FoundFolder, folder: Path
) -> None:
    """No conftest.py, no options of pytest, no bytecode and no cache in the course directory."""
    assert read.found.tests
    assert {path.name for path in folder.iterdir()} == {
        *("test_digits.py", "test_syntax.py", "test_marks.py"),
        *("secrets_of_mine.py", "conftest.py", "helper.txt"),
    }


def test_digests_are_of_a_file_and_the_modules_beside_it(tmp_path: Path) -> None:
    """Another test file does not count, a helper does."""
    for name in ("test_a.py", "test_b.py", "helper.py"):
        (tmp_path / name).write_text("A = 1\n")
    first = file_digests(tmp_path)
    (tmp_path / "test_b.py").write_text("A = 2\n")
    second = file_digests(tmp_path)
    (tmp_path / "helper.py").write_text("A = 3\n")
    third = file_digests(tmp_path)

    assert first["test_a.py"] == second["test_a.py"] != third["test_a.py"]
    assert first["test_b.py"] != second["test_b.py"]


def test_a_file_that_ends_the_process_stops_the_command(tmp_path: Path) -> None:
    """Nobody knows then which tests there are."""
    (tmp_path / "test_a.py").write_text("import os\n\nos._exit(3)\n")

    with pytest.raises(CourseError, match="cannot be read: its process ended with 3"):
        read_test_folder(tmp_path)
