"""Several files of one submission."""

from __future__ import annotations

from grader.evidence.code.probe.reading.read import read_code
from tests.unit.evidence.code.reading.programs import BUILD, BUILT, DATA, IMPORTS, notebook

DEFINITIONS = (IMPORTS + DATA + BUILD).encode()


def test_a_file_uses_what_another_defines() -> None:
    """The training stands where it is called; the imported file is not read as a program of its own."""
    reading = read_code(
        {"main.py": b"from networks import build, x, y\nbuild().fit(x, y, epochs=4)", "networks.py": DEFINITIONS}
    )  # fmt: skip
    (found,) = reading.trainings

    assert (found.where, found.parameters, found.data) == ("main.py:2", BUILT, "mnist/train")
    assert reading.files == ("main.py", "networks.py")


def test_modules_in_folders_and_under_other_names() -> None:
    """Packages, aliases and stars find the file by its name."""
    for line, call in [
        ("import networks as n", "n.build().fit(n.x, n.y)"),
        ("from code.networks import build as make, x, y", "make().fit(x, y)"),
        ("from .networks import *", "build().fit(x, y)"),
        ("from . import networks", "networks.build().fit(networks.x, networks.y)"),
    ]:
        files = {"code/lab.py": f"{line}\n{call}".encode(), "code/networks.py": DEFINITIONS}
        (found,) = read_code(files).trainings

        assert (found.where, found.parameters) == ("code/lab.py:2", BUILT)


def test_a_training_in_an_imported_file_runs_once() -> None:
    """It stands in its own file, however many files import it."""
    training = DEFINITIONS + b"build().fit(x, y)\n"
    found = read_code(
        {"a.py": b"import c\nimport b", "b.py": b"import c", "c.py": training}
    ).trainings

    assert [(item.where.partition(":")[0], item.runs) for item in found] == [("c.py", 1)]


def test_files_that_import_each_other() -> None:
    """Neither is the main one, so each is read."""
    one = b"import two\nfrom keras.models import Sequential\nSequential().fit(1, epochs=1)"
    other = b"import one\nfrom keras.models import Sequential\nSequential().fit(1, epochs=2)"

    assert {item.epochs for item in read_code({"one.py": one, "two.py": other}).trainings} == {1, 2}


def test_files_that_stand_alone() -> None:
    """Each is a program of its own, and shares no names with the others."""
    program = b"from keras.models import Sequential\nmodel = Sequential()\nmodel.fit(x, epochs=1)"
    files = {"a.py": program, "b.ipynb": notebook("model.fit(x, epochs=2)"), "c.py": b"x ="}
    reading = read_code(files)

    assert [item.where for item in reading.trainings] == ["a.py:3", "b.ipynb, cell 1, line 1"]
    assert [item.where for item in reading.problems] == ["c.py:1"]
