"""The zip of an autograder."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from grader.autograder import bundle
from grader.autograder.bundle import autograder_zip
from grader.autograder.platforms import PLATFORMS
from grader.autograder.settings import AutograderSettings, read_settings
from grader.course import Course, load_course
from grader.errors import CourseError, GraderError, UsageError
from grader.records.base import from_json

LAB = "mnist-cifar100"


@pytest.fixture(autouse=True)
def wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    """Building the grader takes seconds, and has a test of its own."""
    monkeypatch.setattr(bundle, "grader_wheel", lambda: ("grader-1-py3-none-any.whl", b"wheel"))


@pytest.fixture
def course(tmp_path: Path) -> Course:
    root = tmp_path / "course"
    for name in (
        "digits/7.png",
        "hidden_tests/mnist-cifar100/test_own.py",
        "start.py",
        "notes.txt",
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("")
    (root / "hidden_tests" / LAB / "__pycache__").mkdir()
    (root / "hidden_tests" / LAB / "__pycache__" / "test_own.pyc").write_text("")
    (root / "roster.csv").write_text("id,name\n1,Ada\n")
    (root / "course.toml").write_text(
        'roster = "roster.csv"\n[datasets.own]\nfolder = "digits"\n'
        '[labs.mnist-cifar100]\nstarter = ["start.py"]\n'
    )
    return load_course(root)


def opened(content: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(content))


def made(platform: str, course: Course, wheels: Path | None = None) -> zipfile.ZipFile:
    return opened(autograder_zip(PLATFORMS[platform], course.lab(LAB), course, wheels=wheels))


def test_gradescope_gets_scripts_the_grader_and_the_course(course: Course) -> None:
    """Scripts at the root can be run; of the course all that this lab needs, and no names of students."""
    archive = made("gradescope", course)

    assert set(archive.namelist()) == {
        "setup.sh", "run_autograder", "autograder.json", "constraints.txt",
        "wheels/grader-1-py3-none-any.whl", "course/course.toml", "course/digits/7.png",
        "course/hidden_tests/mnist-cifar100/test_own.py", "course/start.py",
    }  # fmt: skip
    modes = {name: archive.getinfo(name).external_attr >> 16 & 0o777 for name in archive.namelist()}
    assert {name for name, mode in modes.items() if mode == 0o755} == {"setup.sh", "run_autograder"}
    settings = from_json(archive.read("autograder.json"), AutograderSettings)
    assert settings == AutograderSettings(lab=LAB, has_course=True)
    assert b"msgspec==" in archive.read("constraints.txt")
    assert b"grader==" not in archive.read("constraints.txt")


def test_scripts_fetch_what_the_lab_measures_on_and_nothing_else(course: Course) -> None:
    """Datasets that are part of the grader need no download."""
    fetched = made("gradescope", course).read("setup.sh").decode()
    embedded = opened(
        autograder_zip(PLATFORMS["gradescope"], course.lab("ml-assignment2"), course)
    ).read("setup.sh")

    assert "data fetch cifar100 mnist" in fetched
    assert b"data fetch" not in embedded
    assert "<<" not in fetched


def test_a_lab_that_needs_an_extra_gets_it() -> None:
    """The wheel is installed with it."""
    course = Course()
    for platform, script in (
        ("gradescope", "setup.sh"),
        ("classroom50", "autograder.py"),
        ("github-classroom", ".github/workflows/classroom.yml"),
    ):
        for lab, extra in (("project-cartpole", "[cartpole]"), (LAB, "")):
            content = autograder_zip(PLATFORMS[platform], course.lab(lab), course)
            text = opened(content).read(script).decode()
            assert ("[cartpole]" in text) == bool(extra)


def test_the_same_things_give_the_same_zip(course: Course) -> None:
    """A zip that did not change need not be uploaded again."""
    platform, lab = PLATFORMS["gradescope"], course.lab(LAB)

    assert autograder_zip(platform, lab, course) == autograder_zip(platform, lab, course)


def test_what_students_can_read_holds_no_course(course: Course) -> None:
    """GitHub Classroom's files lie in the repository that students start from, where Git hides nothing."""
    names = made("github-classroom", course).namelist()

    assert ".github/workflows/classroom.yml" in names
    assert not any("course/" in name or "hidden" in name or "digits" in name for name in names)


def test_scripts_of_classroom50_are_python(course: Course) -> None:
    """Whatever is left out of the template."""
    for wheels in (None, course.root):
        if wheels is not None:
            (wheels / "numpy-1-py3-none-any.whl").write_text("")
        archive = made("classroom50", course, wheels)
        source = archive.read("autograder.py").decode()
        compile(source, "autograder.py", "exec")
        assert ("--no-index" in source) == (wheels is not None)
    assert "wheels/numpy-1-py3-none-any.whl" in archive.namelist()


def test_files_that_cannot_go_with_the_course_are_refused(course: Course, tmp_path: Path) -> None:
    """One that is not there, one that lies elsewhere, and a folder of wheels without wheels."""
    root = course.root
    assert root is not None
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="no wheels in"):
        made("gradescope", course, tmp_path / "empty")
    (root / "start.py").unlink()
    with pytest.raises(CourseError, match=r"start\.py is not there"):
        made("gradescope", course)
    (tmp_path / "outside.py").write_text("")
    (root / "start.py").symlink_to(tmp_path / "outside.py")
    with pytest.raises(CourseError, match="outside the course directory"):
        made("gradescope", course)


def test_an_autograder_without_settings_says_what_writes_them(tmp_path: Path) -> None:
    """Absent or damaged."""
    for content in (None, "{"):
        if content is not None:
            (tmp_path / "autograder.json").write_text(content)
        with pytest.raises(GraderError, match=r"autograder\.json cannot be read") as caught:
            read_settings(tmp_path)
        assert "export-autograder" in caught.value.hint
