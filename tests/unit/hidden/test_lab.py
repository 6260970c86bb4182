from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from grader.checks.hidden_test import HiddenTest
from grader.course import Course, load_course
from grader.errors import CourseError
from grader.evidence import kinds
from grader.evidence.fixtures import EvidenceFixture, FixtureRequest
from grader.evidence.models.record import ModelNeed
from grader.evidence.predictions.record import PredictionsNeed
from grader.grading.check import public_lab
from grader.hidden import fixtures as hidden_fixtures
from grader.hidden import lab as hidden_lab
from grader.hidden.collect import FoundFolder
from grader.hidden.lab import EXERCISE, LabWithTests, add_hidden_tests
from grader.records.hidden_test import FoundTest, FoundTests
from grader.records.lab import Artefact, Lab
from grader.similarity.submissions import prediction_needs
from tests.factories import exercise, lab, threshold
from tests.factory_hidden import SLUG, found, hidden_course

IMAGES = {0: np.full((3, 28, 28), 7, np.uint8), 1: np.zeros((3, 27, 28), np.uint8)}


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return hidden_course(tmp_path / "course", {"test_a.py": "", "test_b.py": ""})


def added(
    course: Course,
    monkeypatch: pytest.MonkeyPatch,
    *tests: FoundTest,
    to: Lab | None = None,
    problems: dict[str, str] | None = None,
    **more: Any,
) -> LabWithTests:
    folder = FoundFolder(
        FoundTests(tests=tests, problems=problems or {}),
        IMAGES,
        {"test_a.py": "a" * 64, "test_b.py": "b" * 64},
    )
    monkeypatch.setattr(hidden_lab, "read_test_folder", lambda path: folder)
    return add_hidden_tests(course, to or course.lab(SLUG), **more)


def checks(tested: LabWithTests, exercise: str = EXERCISE) -> list[HiddenTest]:
    return [
        check for check in tested.lab.exercise(exercise).checks if isinstance(check, HiddenTest)
    ]


def test_a_lab_without_test_files_stays_as_it_is(tmp_path: Path) -> None:
    """Neither with a course directory nor without."""
    course = hidden_course(tmp_path, {"samples.toml": ""})

    for settings in (course, Course()):
        tested = add_hidden_tests(settings, settings.lab(SLUG))
        assert tested.lab == settings.lab(SLUG)
        assert tested.course == settings


def test_checking_a_submission_leaves_hidden_tests_out(course: Course) -> None:
    """With the course directory at hand, too: it is for students."""
    assert public_lab(SLUG, course) == course.lab(SLUG)
    assert not any(isinstance(check, HiddenTest) for check in course.lab(SLUG).exercises[0].checks)


def test_tests_join_the_exercise_they_name(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their points add to its points and to those of the lab."""
    test = found(exercise="3-handwritten", fixtures=("model",))
    tested = added(course, monkeypatch, test)

    (check,) = checks(tested, "3-handwritten")
    assert (check.id, check.title) == ("secret-digits", "The model reads secret digits.")
    assert (check.points, check.visibility, check.digest) == (2, "result-only", "a" * 64)
    assert check.artefacts == ("digit-model",)
    assert check.needs(tested.lab.exercise("3-handwritten")) == (ModelNeed(artefact="digit-model"),)
    assert (tested.lab.exercise("3-handwritten").points, tested.lab.points) == (42, 42)
    assert EXERCISE not in {item.id for item in tested.lab.exercises}


def test_tests_of_exercises_that_are_not_asked_for_are_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are no mistake: the folder may hold tests for the whole lab."""
    course = hidden_course(tmp_path, {"test_a.py": ""}, lab="mnist-cifar100")
    lab = course.lab("mnist-cifar100")
    to = msgspec.structs.replace(lab, exercises=(lab.exercise("mnist"),))
    tested = added(course, monkeypatch, found(exercise="cifar100", fixtures=("model",)), to=to)

    assert tested.lab == to
    assert tested.problems == ()


@pytest.mark.parametrize(("language", "title"), [("en", "Hidden tests"), ("fr", "Tests cachés")])
def test_other_tests_are_an_exercise_of_their_own(
    course: Course, monkeypatch: pytest.MonkeyPatch, language: str, title: str
) -> None:
    """Its title is in the language of the lab."""
    to = msgspec.structs.replace(course.lab(SLUG), language=language)
    tested = added(course, monkeypatch, found(fixtures=("model",)), to=to)

    own = tested.lab.exercise(EXERCISE)
    assert (own.title, own.points, own.artefacts) == (title, 2, ("digit-model",))


def test_students_read_the_first_paragraph(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """The title is the first line; where the paragraph has more, all of it is kept for them."""
    text = "The model reads\nsecret digits.\n\nThey are in a drawer."
    (check,) = checks(added(course, monkeypatch, found(docstring=text)))

    assert (check.title, check.tested) == ("The model reads", "The model reads secret digits.")


def test_drawn_images_become_a_secret_dataset_without_labels(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are preprocessed as the images the lab judges the artefact on, and resized as these are."""
    test = found(fixtures=("predict",), images=(0, "mnist"))
    tested = added(course, monkeypatch, test)

    (check,) = checks(tested)
    drawn, named = check.needs(tested.lab.exercise(EXERCISE))
    assert isinstance(drawn, PredictionsNeed)
    assert drawn.dataset.startswith("hidden-tests/")
    assert drawn.resizing
    assert named == PredictionsNeed(artefact="digit-model", dataset="mnist", resizing=True)
    dataset = tested.course.dataset(drawn.dataset)
    assert (dataset.visibility, dataset.like) == ("secret", "digits")
    assert dataset.class_names == tuple("0123456789")
    assert np.array_equal(dataset.load("test").images, IMAGES[0])
    assert not dataset.load("test").labels.any()


def test_a_mark_of_a_kind_reaches_what_it_collects(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kind of evidence adds a fixture and its mark, and nothing else changes."""
    values = EvidenceFixture(
        name="values",
        about="Values of functions.",
        needs=f"{__name__}:asked",
        value=f"{__name__}:asked",
        marks=("values_at",),
    )
    monkeypatch.setitem(sys.modules, __name__, sys.modules[__name__])
    every = dict(kinds())
    every["models"] = replace(every["models"], fixtures=(values,))
    monkeypatch.setattr(hidden_fixtures, "kinds", lambda: every)
    test = found(fixtures=("values",), marks={"values_at": ([1.0, 2.0],)})
    tested = added(course, monkeypatch, test)

    (check,) = checks(tested)
    assert tested.problems == ()
    assert ASKED[-1].marks == {"values_at": ([1.0, 2.0],)}
    assert check.needs(tested.lab.exercise(EXERCISE)) == (ModelNeed(artefact="digit-model"),)


ASKED: list[FixtureRequest] = []


def asked(request: FixtureRequest) -> tuple[ModelNeed, ...]:
    ASKED.append(request)
    return (ModelNeed(artefact=request.artefact),)


def test_similarity_leaves_images_without_labels_out(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody knows there which predictions are wrong."""
    test = found(fixtures=("predict",), images=(0, "mnist"))
    tested = added(course, monkeypatch, test)

    compared = prediction_needs(tested.lab)["digit-model"]

    assert [need.dataset for need in compared] == ["digits", "mnist"]


def two_models() -> Lab:
    second = Artefact(id="other-model", title="another", patterns=("*.keras",))
    first = lab(threshold())
    both = exercise(threshold(), id="both", artefacts=("digit-model", "other-model"))
    return msgspec.structs.replace(
        first, artefacts=(*first.artefacts, second), exercises=(*first.exercises, both)
    )


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"exercise": "4"}, "'4' is no exercise of the lab; it has digits, both"),
        ({"looks_at": ("report",)}, "'report' is no artefact of the lab"),
        (
            {"exercise": "digits", "looks_at": ("other-model",)},
            "'other-model' is no artefact of exercise 'digits'",
        ),
        (
            {"fixtures": ("model",)},
            'say at which with @pytest.mark.looks_at("digit-model")',
        ),
        ({"fixtures": ("answers",)}, "no artefact it may look at is one for the fixture answers"),
        ({"fixtures": ("model",), "images": (0,)}, "no fixture of the test takes the mark images"),
        ({"exercise": "digits", "fixtures": ("predict",)}, "predict needs @pytest.mark.images"),
        (
            {"exercise": "digits", "fixtures": ("predict",), "images": (1,)},
            "the images have the shape (27, 28), those of 'digits' (28, 28)",
        ),
        (
            {"exercise": "digits", "fixtures": ("predict",), "images": ("minst",)},
            "no dataset named 'minst'",
        ),
        ({"problem": "test_a.py:3: it is broken"}, "test_a.py:3: it is broken"),
    ],
)
def test_what_cannot_be_collected_is_an_error_of_that_test(
    course: Course, monkeypatch: pytest.MonkeyPatch, more: dict[str, Any], said: str
) -> None:
    """With file and line, and what to write; the lab is graded all the same."""
    tested = added(course, monkeypatch, found(**more), to=two_models())

    (problem,) = tested.problems
    assert "test_a.py:" in problem
    assert said in problem
    assert tested.lab.points == two_models().points + 2


def test_two_tests_of_one_id_are_told_apart(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second is called after its file; a check of the lab keeps its id."""
    tests = [
        found("test_relative_accuracy", exercise="3-handwritten"),
        found(),
        found(test="test_b.py::test_secret_digits"),
    ]
    tested = added(course, monkeypatch, *tests)

    assert [check.id for check in checks(tested, "3-handwritten")] == ["a-relative-accuracy"]
    assert [check.id for check in checks(tested)] == ["secret-digits", "b-secret-digits"]


def test_a_file_that_cannot_be_read_is_a_check_for_staff(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody knows what its tests are worth, so it has no points, and leaves the report not final."""
    problem = "test_b.py:3: SyntaxError: invalid syntax"
    tested = added(course, monkeypatch, problems={"test_b.py": problem})

    (check,) = checks(tested)
    assert (check.id, check.points, check.visibility) == ("b", 0, "hidden")
    assert check.problem == problem


def test_a_course_among_the_submissions_is_refused(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What students hand in is never run on the trusted side."""
    assert course.root is not None
    for folder in (course.root, course.root.parent):
        with pytest.raises(CourseError, match="lies among the submissions"):
            added(course, monkeypatch, found(), submissions=folder)
    added(course, monkeypatch, found(), submissions=course.root / "hidden_tests")


def test_tests_of_a_course_that_nobody_named_are_not_run(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A course directory that is just the current folder may be an unpacked hand-in; instructors read why."""
    tested = added(replace(course, is_named=False), monkeypatch, found())

    assert tested.lab == course.lab(SLUG)
    assert "--course" in tested.problems[0]


def test_the_best_attempt_does_not_count_on_secret_images(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each try would tell more of them."""
    course = hidden_course(tmp_path, {"test_a.py": ""})
    (tmp_path / "course.toml").write_text('attempts = "best"\n')
    course = load_course(tmp_path)
    with pytest.raises(CourseError, match="hidden-tests/secret-digits earns points on the secret"):
        added(course, monkeypatch, found(fixtures=("predict",), images=(0,)))
