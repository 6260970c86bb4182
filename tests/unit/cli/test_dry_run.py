"""`grader grade --dry-run` and `grader doctor SUBMISSIONS`: what would be graded, and nothing is written."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.grading.preview import ClassPreview, PreviewedSubmission
from grader.records.base import from_json

Call = Callable[..., Any]

HDF5 = b"\x89HDF\r\n\x1a\n"
LAB = "mnist-cifar100"
MODELS_ALONE = f'[labs.{LAB}]\nexercises = ["mnist", "cifar100"]\n'


def put(path: Path, data: bytes = HDF5) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A class with one of each trouble, and its roster."""
    folder = tmp_path / "class"
    for name in ("mnist.h5", "cifar100.h5"):
        put(folder / "amina" / name)
    put(folder / "Bruno Prueba/mnist.h5")
    put(folder / "Bruno Prueba/old/mnist_old.h5")
    put(folder / "Bruno Prueba/cifar100.h5", b"%PDF-1.4")
    (folder / "Bruno Prueba/cifar_link.h5").symlink_to("/etc/passwd")
    put(folder / "Kloe/mnist.h5")
    put(folder / "doe")
    (folder / "dora").symlink_to("nowhere")
    put(folder / "eli.pdf")
    put(folder / "grades.csv")
    with zipfile.ZipFile(folder / "fay@example.org.zip", "w") as archive:
        archive.writestr("work/mnist.h5", HDF5)
        archive.writestr("work/cifar100.h5", HDF5)
    (tmp_path / "roster.csv").write_text(
        "id,name,email\namina,Amina A,\n102,Bruno Prueba,\n103,Chloe Third,\n104,Jane Doe,\n105,John Doe,\n"
        "dora,Dora D,\neli,Eli E,\n106,Fay F,fay@example.org\n107,Gus G,\n"
    )
    (tmp_path / "course.toml").write_text(
        f'roster = "roster.csv"\n{MODELS_ALONE}[matches]\ndoe = "104"\n'
    )
    return tmp_path


@pytest.fixture
def preview(course: Path, call: Call) -> ClassPreview:
    called = call(
        "grade", LAB, course / "class", "--course", course, "--isolation", "none", "--dry-run", "--json"
    )  # fmt: skip
    assert called.code == 0
    return from_json(called.out.encode(), ClassPreview)


def by_source(preview: ClassPreview) -> dict[str, PreviewedSubmission]:
    return {item.source: item for item in preview.submissions}


def test_everybody_is_named_with_what_they_were_matched_by(preview: ClassPreview) -> None:
    """By id, by name, by address and by the instructor; whom nothing fits is a question with suggestions."""
    found = by_source(preview)

    assert {name: (item.enrolled_as, item.matched_by) for name, item in found.items()} == {
        "amina": ("amina", "id"),
        "Bruno Prueba": ("102", "name"),
        "Kloe": ("", None),
        "doe": ("104", "decision"),
        "fay@example.org.zip": ("106", "email"),
    }
    assert (found["Kloe"].question, found["amina"].question) == ("fits-nobody", "")
    assert [item.student for item in preview.absent] == ["103", "105", "dora", "eli", "107"]
    assert (preview.layout, preview.enrolled) == ("plain", 9)


def test_every_file_that_serves_is_named(preview: ClassPreview) -> None:
    """Files beside and inside of archives, those that fit as well, and why nothing serves."""
    found = by_source(preview)
    files = {
        name: [part.files for part in item.artefacts]
        for name, item in found.items()
        if not any(part.problem for part in item.artefacts)
    }
    mnist, cifar = found["Bruno Prueba"].artefacts

    assert files == {
        "amina": [("mnist.h5",), ("cifar100.h5",)],
        "fay@example.org.zip": [
            ("fay@example.org.zip/work/mnist.h5",),
            ("fay@example.org.zip/work/cifar100.h5",),
        ],
    }
    assert (mnist.exercises, mnist.alternatives) == (("mnist",), ("old/mnist_old.h5",))
    assert "it is a PDF" in cifar.problem
    assert "expected: *cifar*.h5" in found["Kloe"].artefacts[1].problem
    assert found["Bruno Prueba"].skipped == ("cifar_link.h5",)


def test_what_was_left_out_is_listed_and_put_beside_whom_it_is_called_like(
    preview: ClassPreview,
) -> None:
    """A link to nowhere and a document called like somebody are not nothing handed in."""
    strays = {item.student: [stray.name for stray in item.strays] for item in preview.absent}

    assert {item.name: item.reason for item in preview.left_out} == {
        "dora": "dangling-link", "eli.pdf": "document", "grades.csv": "document",
    }  # fmt: skip
    assert strays == {"103": [], "105": [], "dora": ["dora"], "eli": ["eli.pdf"], "107": []}


@pytest.mark.parametrize(
    "command", [("grade", LAB, "class", "--dry-run"), ("doctor", "class", "--lab", LAB)]
)
def test_the_text_fits_the_terminal_and_nothing_is_written(
    course: Path, call: Call, command: tuple[str, ...]
) -> None:
    """80 columns, the lines for course.toml among them; no run folder, no other file."""
    before = sorted(course.rglob("*"))
    called = call(*command, "--course", course)
    lines = called.out.splitlines()

    assert called.code == 0
    assert max(map(len, lines)) <= 80
    assert "  amina: amina, Amina A (by id)" in lines
    assert "  Kloe: FITS NOBODY on the roster" in lines
    assert "    mnist     mnist.h5; AMBIGUOUS, fits too: old/mnist_old.h5" in lines
    assert '# "Kloe" = ""' in lines
    assert "  eli, Eli E; LEFT OUT: eli.pdf (a document)" in lines
    assert "2 submissions without a file" not in called.out
    assert "3 submissions without a file for some exercise: " in called.out
    assert lines[-1] == "Nothing was graded, and nothing written. No model was opened."
    assert sorted(course.rglob("*")) == before


def test_a_name_cannot_command_the_terminal(call: Call, tmp_path: Path) -> None:
    """Control characters in names of files and folders are not passed on."""
    put(tmp_path / "class" / "a\x1b[31m\nb" / "mnist\x1b[2J.h5")
    shown = call("grade", LAB, tmp_path / "class", "--dry-run").out

    assert "\x1b" not in shown
    assert "mnist\N{REPLACEMENT CHARACTER}[2J.h5" in shown


def test_without_a_roster_submissions_stand_under_their_own_names(
    call: Call, tmp_path: Path
) -> None:
    """Nobody is asked for, and nothing is to settle."""
    put(tmp_path / "class/amina/mnist.h5")
    (tmp_path / "course.toml").write_text(MODELS_ALONE)
    shown = call("grade", LAB, tmp_path / "class", "--course", tmp_path, "--dry-run").out

    assert shown.startswith("Submissions:\n  amina\n    mnist     mnist.h5\n")
    assert "roster" not in shown


def test_other_attempts_are_named(call: Call, course: Path) -> None:
    """Of two attempts of one person the one that counts names the other."""
    put(course / "class/amina (2)/mnist.h5")
    shown = call("grade", LAB, course / "class", "--course", course, "--dry-run").out

    assert "    other attempts, set aside: amina" in shown


@pytest.mark.parametrize(
    ("rule", "first", "second"), [("first", True, False), ("best", True, True)]
)
def test_the_attempts_that_can_count_are_shown(
    call: Call, course: Path, rule: str, first: bool, second: bool
) -> None:
    """Under `best` each has a line of its own, and none is set aside."""
    put(course / "class/amina (2)/mnist.h5")
    file = course / "course.toml"
    file.write_text(f'attempts = "{rule}"\n' + file.read_text())
    shown = call("grade", LAB, course / "class", "--course", course, "--dry-run").out

    assert ("  amina: amina, Amina A" in shown) is first
    assert ("  amina (2): amina, Amina A" in shown) is second
    assert ("other attempts, set aside: amina (2)" in shown) is not second


@pytest.mark.parametrize(
    ("roster", "why", "shown", "asked"),
    [
        ("1,Jan Novak\n2,Novak Jan", "fits-several", "FITS SEVERAL on the roster: 1, 2",
         "# fits 1 (Jan Novak), 2 (Novak Jan)"),
        ("501,Bo Prueba", "called-otherwise", "HAS THE NUMBER of 501 AND ANOTHER NAME",
         "# has the number of 501 (Bo Prueba), and quite another name"),
        ("501,Bo Prueba\n7,Jan Novak", "called-otherwise",
         "HAS THE NUMBER of one AND THE NAME of another: 501, 7",
         "# has the number of one and the name of another: 501 (Bo Prueba), 7 (Jan Novak)"),
        ("7,Jana Novak", "fits-nobody", "FITS NOBODY on the roster; like it: 7",
         "# fits nobody on the roster; like it: 7 (Jana Novak)"),
    ],
)  # fmt: skip
def test_a_doubt_says_what_is_in_doubt(
    call: Call, tmp_path: Path, roster: str, why: str, shown: str, asked: str
) -> None:
    """In the list, in the lines for course.toml, and for scripts."""
    put(tmp_path / "class/Jan Novak_501_assignsubmission_file_/mnist.h5")
    (tmp_path / "roster.csv").write_text(f"id,name\n{roster}\n")
    (tmp_path / "course.toml").write_text('roster = "roster.csv"\n')
    text = call("grade", LAB, tmp_path / "class", "--dry-run").out
    record = from_json(
        call("grade", LAB, tmp_path / "class", "--dry-run", "--json").out.encode(), ClassPreview
    )

    assert shown in " ".join(text.split())
    assert asked in text.splitlines()
    assert [item.question for item in record.submissions] == [why]


def test_a_roster_of_other_people_is_a_warning(call: Call, tmp_path: Path) -> None:
    """Before anything is graded, with an example of both sides."""
    for name in ("xk1", "xk2", "xk3"):
        put(tmp_path / "class" / name / "mnist.h5")
    (tmp_path / "roster.csv").write_text("id\n1001\n1002\n1003\n1004\n")
    (tmp_path / "course.toml").write_text('roster = "roster.csv"\n')
    shown = call("grade", LAB, tmp_path / "class", "--dry-run").out

    assert "Warning: the roster hardly fits. 3 of 3 submissions match nobody" in shown


@pytest.mark.parametrize(
    ("command", "missing"),
    [
        (("grade", LAB, "class"), "--out"),
        (("doctor", "class"), "--lab"),
        (("doctor", "--lab", LAB), "SUBMISSIONS"),
        (("doctor", "--layout", "moodle"), "SUBMISSIONS"),
    ],
)
def test_what_a_command_needs_is_said(call: Call, command: tuple[str, ...], missing: str) -> None:
    """A run folder where something is graded; a lab and a class where they are looked at."""
    called = call(*command)

    assert called.code == 2
    assert missing in called.err
