from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from grader import resources
from grader.checks import AccuracyAtLeast, RelativeAccuracy
from grader.course import Course, load_course
from grader.datasets.texts import TextDataset
from grader.errors import CourseError, UnknownNameError
from grader.records.lab import Lab


def course(folder: Path, text: str) -> Course:
    (folder / "course.toml").write_text(text, encoding="utf-8")
    return load_course(folder)


def changed(folder: Path, text: str, slug: str = "mnist-cifar100") -> Lab:
    return course(folder, text).lab(slug)


def test_without_a_course_labs_are_as_declared() -> None:
    """A folder without a `course.toml` grades every lab as it stands."""
    found = load_course(None)

    assert found.root is None
    assert found.lab("mnist-cifar100").points == 100
    assert found.roster().entries == {}


def test_the_current_folder_is_a_course_where_it_has_the_file(tmp_path: Path) -> None:
    """Inside a course directory nothing needs to be named."""
    (tmp_path / "course.toml").write_text('title = "Neural networks"')

    assert load_course(None).settings.title == "Neural networks"


def test_a_named_folder_must_be_a_course(tmp_path: Path) -> None:
    """A wrong `--course` is an error, not a course without changes."""
    with pytest.raises(CourseError, match=r"has no course\.toml") as caught:
        load_course(tmp_path)
    assert "grader init" in caught.value.hint


def test_points_of_an_exercise_scale_its_checks(tmp_path: Path) -> None:
    """An exercise's new total is shared out as the old one was."""
    found = changed(
        tmp_path, "[labs.playground-cifar10.points]\npart-4-cifar10 = 50\n", "playground-cifar10"
    )
    exercise = found.exercise("part-4-cifar10")

    assert exercise.points == 50
    assert [check.points for check in exercise.checks] == [20, 5, 5, 20]


def test_a_checks_own_points_are_scaled_after_they_changed(tmp_path: Path) -> None:
    """Points of one check change the exercise's total, which may be set as well."""
    checks = '[labs.playground-cifar10.checks."part-4-cifar10/accuracy"]\npoints = 28\n'
    scaled = "[labs.playground-cifar10.points]\npart-4-cifar10 = 20\n"
    alone = changed(tmp_path, checks, "playground-cifar10")
    both = changed(tmp_path, checks + scaled, "playground-cifar10")

    for found, points in ((alone, [8, 2, 2, 28]), (both, [4, 1, 1, 14])):
        assert [check.points for check in found.exercise("part-4-cifar10").checks] == points


@pytest.mark.parametrize("points", ["-1", "nan", "inf"])
def test_impossible_points_are_refused(tmp_path: Path, points: str) -> None:
    """TOML knows NaN and infinity; a mark does not."""
    found = course(tmp_path, f"[labs.mnist-cifar100.points]\nmnist = {points}\n")

    with pytest.raises(CourseError, match="worth"):
        found.lab("mnist-cifar100")


def test_thresholds_can_be_changed(tmp_path: Path) -> None:
    """Any field of a check may be set; the others stay."""
    text = '[labs.mnist-cifar100.checks."mnist/accuracy"]\nthresholds = [{ full_at = 0.95, zero_at = 0.85 }]'
    (check,) = changed(tmp_path, text).exercise("mnist").checks

    assert isinstance(check, AccuracyAtLeast)
    assert (check.thresholds[0].full_at, check.thresholds[0].zero_at) == (0.95, 0.85)
    assert (check.points, check.dataset) == (30, "mnist")


def test_models_handed_out_are_named_by_path(tmp_path: Path) -> None:
    """Relative to the course directory; a lab of which nothing is set has none."""
    found = course(tmp_path, '[labs.ml-assignment2]\nstarter = ["handout/start.h5"]\n')

    assert found.starter_files("ml-assignment2") == {
        "handout/start.h5": tmp_path.resolve() / "handout/start.h5"
    }
    assert found.starter_files("mnist-cifar100") == {}


def test_a_late_rule_language_and_pass_mark_can_be_set(tmp_path: Path) -> None:
    """What concerns the whole lab is set in its own table."""
    found = changed(
        tmp_path,
        """
        [labs.mnist-cifar100]
        deadline = 2026-12-01T23:59:00+01:00
        grace_minutes = 15
        penalty_per_day = 0.1
        closes_after_days = 7
        pass_mark = 0.5
        language = "fr"
        """,
    )

    assert found.late is not None
    assert found.late.deadline == datetime(2026, 12, 1, 22, 59, tzinfo=UTC)
    assert (found.late.grace_minutes, found.late.closes_after_days) == (15, 7)
    assert (found.pass_mark, found.language) == (0.5, "fr")


def test_a_local_deadline_is_in_the_zone_of_the_course(tmp_path: Path) -> None:
    """With a zone no offset is needed; of a time that clocks show twice the later moment counts."""
    zone = 'timezone = "Europe/Paris"\n[labs.mnist-cifar100]\n'
    winter = changed(tmp_path, zone + "deadline = 2026-12-01T23:59:00\n").late
    twice = changed(tmp_path, zone + "deadline = 2026-10-25T02:30:00\n").late
    stated = changed(tmp_path, zone + "deadline = 2026-12-01T23:59:00Z\n").late

    assert winter is not None
    assert (winter.deadline.isoformat(), winter.timezone) == (
        "2026-12-01T23:59:00+01:00", "Europe/Paris",
    )  # fmt: skip
    assert twice is not None
    assert twice.deadline == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert stated is not None
    assert stated.deadline == datetime(2026, 12, 1, 23, 59, tzinfo=UTC)
    found = course(tmp_path, zone + "deadline = 2026-03-29T02:30:00\n")
    with pytest.raises(CourseError, match=r"line 3.*clocks in Europe/Paris skip"):
        found.lab("mnist-cifar100")


def test_times_of_the_roster_are_in_the_zone_of_the_course(tmp_path: Path) -> None:
    """A roster may say 20:00 where the course says where that was."""
    (tmp_path / "who.csv").write_text("id,received_at\namina,01.11.2026 20:00\n")
    roster = "roster = 'who.csv'\n"

    with pytest.raises(
        CourseError, match=r"line 2: received_at '01\.11\.2026 20:00' has no UTC"
    ) as caught:
        course(tmp_path, roster).roster()
    assert 'timezone = "Europe/Paris"' in caught.value.hint
    entry = course(tmp_path, roster + "timezone = 'Europe/Paris'\n").roster().entries["amina"]
    assert entry.received_at == datetime(2026, 11, 1, 19, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("deadline = 2026-12-01T23:59:00", "line 2, [labs.mnist-cifar100]: deadline needs a UTC offset"),
        ("\n\npenalty_per_day = 10\ndeadline = 2026-12-01T23:59:00Z", "line 4, [labs.mnist-cifar100]: penalty"),
        ("penalty_per_day = 10\ndeadline = 2026-12-01T23:59:00Z", "(here: 10)"),
        ("points.mnist = 20\n\npoints.mnits = 20", "line 4, [labs.mnist-cifar100]: no exercise named 'mnits'"),
        ('exercises = ["mnits"]', "line 2, [labs.mnist-cifar100]: no exercise named 'mnits'; did you mean 'mnist'"),
        ("points.mnist = -1", "line 2, [labs.mnist-cifar100]: exercise 'mnist' cannot be worth"),
        ('checks."mnist/accuracy".points = "7,5"', 'checks."mnist/accuracy".points is the text "7,5"'),
        ("deadline = 2026-12-01T23:59:00", "deadline needs a UTC offset"),
        ("deadline = 2026-12-01T23:59:00Z\npenalty_per_day = 10", "penalty_per_day"),
        ("deadline = 2026-12-01T23:59:00Z\ngrace_minutes = nan", "grace_minutes"),
        ("pass_mark = 50", "pass_mark"),
        ('checks."mnist/accuracy".dataset = "minst"', "no dataset named 'minst'; did you mean 'mnist'"),
        ('checks."mnist/accuracy".id = "other"', "id cannot be changed"),
        ('checks."mnist/accuracy".kind = "relative-accuracy"', "kind cannot be changed"),
        ('checks."mnist/accuracy".thresholds = [{ full_at = 90 }]', "full_at"),
        ('checks."mnist/accuracy".treshold = 0.9', "treshold"),
        ('checks."mnist/accuracy".requires = ["absent"]', "requires 'absent'"),
        ("points.mnits = 20", "no exercise named 'mnits'; did you mean 'mnist'"),
        ('checks."mnist/acuracy".points = 1', "no check named 'mnist/acuracy'; did you mean 'mnist/accuracy'"),
    ],
)  # fmt: skip
def test_impossible_changes_are_refused_naming_lab_and_field(
    tmp_path: Path, text: str, message: str
) -> None:
    """Whatever cannot be, the error says in which lab and what."""
    found = course(tmp_path, f"[labs.mnist-cifar100]\n{text}\n")

    with pytest.raises(CourseError) as caught:
        found.lab("mnist-cifar100")
    assert message in str(caught.value)
    assert "[labs.mnist-cifar100]" in str(caught.value)


def test_a_course_may_ask_for_some_exercises_alone(tmp_path: Path) -> None:
    """Exercises that are not asked for earn nothing, and what only they look at is not missed."""
    lab = changed(tmp_path, '[labs.mnist-cifar100]\nexercises = ["cifar100"]\npoints.mnist = 5\n')

    assert [exercise.id for exercise in lab.exercises] == ["cifar100"]
    assert [artefact.id for artefact in lab.artefacts] == ["cifar100-model"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("titel = 'x'", "titel"),
        (
            "\n[labs.mnist-cifar100]\ndeadline = 2026-11-01",
            "line 3, [labs.mnist-cifar100]: deadline is the day",
        ),
        (
            "title = 'x'\ntimezone = 'Europe/Pari'",
            "line 2: timezone: no time zone is called 'Europe/Pari'",
        ),
        (
            "[labs.mnist-cifar100]\ntimezone = 'Europe/Paris'",
            "line 2, [labs.mnist-cifar100]: timezone is no",
        ),
        ("\n[labs.mnist-cifar10]\n", "line 2, [labs.mnist-cifar10]: no lab named"),
        ("[labs.mnist-cifar100]\ndeadline = 2026-11-01 23:59", "line 2 cannot be read: deadline"),
        ("[labs.mnist-cifar100]\ndeadlin = 2026-12-01", "deadlin"),
        ("[labs.mnist-cifar100]\nlanguage = 'de'", "language"),
        ("[labs.mnist-cifar100]\npenalty_per_day = 0.1", "a late rule needs a deadline"),
        ("[labs.mnist-cifar10]\n", "no lab named 'mnist-cifar10'"),
        ("[datasets.own]\nfolder = 'x'\nvisibility = 'hidden'", "neither public nor secret"),
        ("[datasets.own]\nvisibility = 'secret'", "folder"),
        ("labs = [", "cannot be read"),
    ],
)
def test_a_wrong_file_is_refused_naming_file_and_field(
    tmp_path: Path, text: str, message: str
) -> None:
    """Unknown fields, unknown labs, wrong values and broken TOML are told when the course is read."""
    with pytest.raises(CourseError) as caught:
        course(tmp_path, text)
    assert message in str(caught.value)
    assert "course.toml" in str(caught.value)


def test_an_unknown_lab_has_a_hint(tmp_path: Path) -> None:
    """A misspelt lab in the file is answered with the name that was meant."""
    with pytest.raises(CourseError) as caught:
        course(tmp_path, "[labs.mnist-cifar10]\n")
    assert "did you mean 'mnist-cifar100'" in caught.value.hint


def test_own_folders_are_datasets(tmp_path: Path) -> None:
    """A folder of the course is a dataset under its name, secret unless said otherwise."""
    found = course(tmp_path, "[datasets.own]\nfolder = 'digits'\n")

    assert found.dataset("own").name == "own"
    assert found.dataset("own").visibility == "secret"
    assert found.dataset("mnist").visibility == "public"
    with pytest.raises(UnknownNameError) as caught:
        found.dataset("onw")
    assert "own" in caught.value.hint


def test_the_roster_lies_beside_the_course(tmp_path: Path) -> None:
    """Its path is relative to `course.toml`, wherever the command runs."""
    folder = tmp_path / "course"
    folder.mkdir()
    (folder / "who.csv").write_text("id\namina\n")

    assert list(course(folder, "roster = 'who.csv'").roster().entries) == ["amina"]


def test_the_course_that_init_makes_is_right_also_without_its_comment_signs(
    tmp_path: Path,
) -> None:
    """Every example in the template works when its `#` is taken away."""
    template = (resources.templates() / "course" / "course.toml").read_text(encoding="utf-8")
    text = re.sub(r"(?m)^# (?=\[|\w+ = )", "", template)
    (tmp_path / "roster.csv").write_text("id\n")
    found = course(tmp_path, text)

    lab = found.lab("mnist-cifar100")
    (relative,) = found.lab("ml-assignment2").exercise("3-handwritten").checks
    assert (lab.points, lab.pass_mark) == (70, 0.5)
    assert lab.late is not None
    assert isinstance(relative, RelativeAccuracy)
    assert (relative.dataset, relative.frozen_best) == ("handwritten", 0.93)
    assert found.roster().entries == {}
    assert course(tmp_path, template).lab("mnist-cifar100") == Course().lab("mnist-cifar100")


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "last"),
        ('attempts = "first"\n', "first"),
        ('attempts = "first"\n[labs.mnist-cifar100]\nattempts = "best"\n', "best"),
        ('attempts = "best"\n[labs.mnist-cifar100]\npass_mark = 0.5\n', "best"),
    ],
)
def test_the_rule_on_several_attempts(tmp_path: Path, text: str, rule: str) -> None:
    """The lab's own rule goes before the course's; without any, the last attempt counts."""
    assert changed(tmp_path, text).attempts == rule


def test_an_unknown_rule_on_attempts_is_refused(tmp_path: Path) -> None:
    """The message names the line and what can stand there."""
    with pytest.raises(CourseError, match=r"line 1.*newest") as caught:
        course(tmp_path, 'attempts = "newest"\n')
    assert '"last" or "best" or "first"' in caught.value.hint


OWN_DATASET = """
[labs.playground-cifar10.checks."part-4-cifar10/accuracy"]
dataset = "own"
{points}
[datasets.own]
folder = "digits"
visibility = "{visibility}"
"""


@pytest.mark.parametrize(
    ("visibility", "points", "refused"),
    [
        ("secret", "", True),
        ("public", "", False),
        ("secret", "points = 0", False),
    ],
)
def test_the_best_of_several_tries_on_a_secret_dataset_is_refused(
    tmp_path: Path, visibility: str, points: str, refused: bool
) -> None:
    """Where points rest on it, the message says which check and which dataset; other rules are fine."""
    text = OWN_DATASET.format(visibility=visibility, points=points)
    found = course(tmp_path, f'attempts = "best"{text}')

    if refused:
        with pytest.raises(CourseError, match=r"line 1.*part-4-cifar10/accuracy.*'own'") as caught:
            found.lab("playground-cifar10")
        assert 'attempts = "last" or "first"' in caught.value.hint
        assert course(tmp_path, text).lab("playground-cifar10").attempts == "last"
    else:
        assert found.lab("playground-cifar10").attempts == "best"


def test_a_folder_of_reviews_is_a_dataset_of_texts(tmp_path: Path) -> None:
    """`holds` says what a folder of the instructor's own holds; digits where nothing is said."""
    (tmp_path / "held-out").mkdir()
    (tmp_path / "held-out" / "reviews.csv").write_text("text,label\nfine,positive\n", "utf-8")
    text = '[datasets.own]\nfolder = "held-out"\nholds = "reviews"\n'
    dataset = course(tmp_path, text).dataset("own")

    assert isinstance(dataset, TextDataset)
    assert (dataset.name, dataset.visibility) == ("own", "secret")
    assert dataset.load("test").texts == ("fine",)
    with pytest.raises(CourseError, match="holds"):
        course(tmp_path, '[datasets.own]\nfolder = "held-out"\nholds = "songs"\n')
