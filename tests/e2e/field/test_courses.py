"""Rosters and course.toml as people and systems write them, and the numbers that come out."""

from __future__ import annotations

import codecs
import csv
import io
import json
from pathlib import Path

import pytest

from tests.e2e.field.classes import (
    CRUMBS,
    GOOD,
    LAB,
    STUB,
    Files,
    course,
    grade,
    graded,
    lay,
)
from tests.program import grader

FILES: Files = {"00420/m.h5": STUB, "421/m.h5": STUB}
TABLE = "id{0}name{0}email\n00420{0}Jörg Grün{0}jg@uni.example\n421{0}Zoé Núñez{0}zn@uni.example\n"
PEOPLE = {"00420": "Jörg Grün", "421": "Zoé Núñez"}

READ: dict[str, bytes] = {
    "UTF-16 with tabs, as Excel": TABLE.format("\t").encode("utf-16"),
    "UTF-16, the other way round": codecs.BOM_UTF16_BE + TABLE.format(",").encode("utf-16-be"),
    "Windows-1252": TABLE.format(";").encode("cp1252"),
    "semicolons with BOM": TABLE.format(";").encode("utf-8-sig"),
    "sep=": b"sep=;\r\n" + TABLE.format(";").replace("\n", "\r\n").encode("cp1252"),
    "headings of one's own": TABLE.format(", ").replace("id, name, email", "ID, Name, E-Mail").encode(),
    "padding of Excel": (
        "id,name,email,,\n00420,Jörg Grün,jg@uni.example,,\n421,Zoé Núñez,zn@uni.example,,\n,,,,\n,,,,\n"
    ).encode(),
    "text that Excel keeps": 'id,name\n="00420",Jörg Grün\n="421",Zoé Núñez\n'.encode(),
    "Canvas gradebook": (
        "Student,ID,SIS User ID,SIS Login ID,Section,Lab 2 (77)\n    Points Possible,,,,,40\n"
        '"Grün, Jörg",00420,x1,jg,ML,\n"Núñez, Zoé",421,x2,zn,ML,\n'
        '"Student, Test",9,,0123456789abcdef0123456789abcdef01234567,ML,\n'
    ).encode(),
    "Moodle participants": (
        "First name,Last name,ID number,Email address,Roles,Groups,Last access to course,Status\n"
        "Jörg,Grün,00420,jg@uni.example,Student,,now,Active\n"
        "Zoé,Núñez,421,zn@uni.example,Student,,1 day,Active\n"
        "Tom,Docent,7,td@uni.example,Teacher,,now,Active\n"
    ).encode("utf-8-sig"),
}  # fmt: skip


@pytest.mark.parametrize("form", READ)
def test_a_roster_is_read_in_the_form_it_has(tmp_path: Path, form: str) -> None:
    """Whatever its encoding, separators and headings: two people with their names, zeros and all."""
    found = grade(tmp_path, FILES, roster=READ[form])

    assert found.names() == PEOPLE
    assert not found.unmatched()
    assert found.said.count("left out as staff: Tom Docent") == (form == "Moodle participants")


#: Content of the roster, and what the refusal says.
REFUSED: dict[str, tuple[bytes, str, str]] = {
    "a workbook": (b"PK\3\4" + b"xl/workbook.xml" * 4, "an Excel workbook, not CSV", "CSV UTF-8"),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 9, "not CSV", "CSV UTF-8"),
    "UTF-16 without a mark": (
        TABLE.format("\t").encode("utf-16-le"),
        "UTF-16 without",
        "CSV UTF-8",
    ),
    "an old Mac": (TABLE.format(",").encode("mac-roman"), "line 2: byte 0x9a", "CSV UTF-8"),
    "eastern Europe": ("id,name\n1,Łukasz\n".encode("cp1250"), "line 2: byte", "CSV UTF-8"),
    "a surplus cell": (b"id,name\n420,Ejemplo, Nora\n", "line 2: 'Nora' stands under no", "quotes"),
    "a slip of the pen": (b"id,nmae\n420,Nora\n", "'nmae'", "did you mean 'name'?"),
    "a number of Excel": (b"id,name\n1.04E+11,Nora\n", "line 2: '1.04E+11' is no id", "'Text'"),
    "a day alone": (b"id,received_at\n420,01.11.2026\n", "line 2: received_at", "2026-11-01T20"),
    "a day or a month": (b"id,received_at\n420,1/11/2026 20:00\n", "may have the day or", "11-01T"),
}


@pytest.mark.parametrize("form", REFUSED)
def test_what_cannot_be_read_for_certain_is_refused(tmp_path: Path, form: str) -> None:
    """The message names the file and the line, and says how to write it."""
    data, said, hint = REFUSED[form]
    lay(tmp_path / "class", FILES)
    where = course(tmp_path / "course", data, 'timezone = "Europe/Madrid"\n')
    done = grader("grade", LAB, "class", "--course", where, "--out", "run", cwd=tmp_path)

    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert said in done.stderr
    assert "roster.csv" in done.stderr
    assert hint in done.stderr.partition("Hint: ")[2]


DEADLINE = """timezone = "Europe/Madrid"
[labs.ml-assignment2]
deadline = 2026-10-24T23:59:00
penalty_per_day = 0.1
"""


def test_times_are_read_in_the_zone_of_the_course(tmp_path: Path) -> None:
    """Numbers, words and serial numbers; the day on which clocks are put back is one day."""
    times = {
        "a": "24.10.2026 20:00",
        "b": "Saturday, 24 October 2026, 8:00 PM",
        "c": "46319.8333",
        "d": "dimanche 25 octobre 2026, 23:30",
        "e": "2026-10-25T23:30:00+01:00",
        "f": "26.10.2026 00:10",
    }
    lines = "".join(f'{name},"{time}"\n' for name, time in times.items())
    found = grade(
        tmp_path,
        {f"{name}/m.h5": STUB for name in times},
        roster=f"id,received_at\n{lines}",
        settings=DEADLINE,
    )
    days = {name: row["days_late"] for name, row in found.rows.items()}

    assert days == {"a": "0", "b": "0", "c": "0", "d": "1", "e": "1", "f": "2"}


@pytest.mark.parametrize(
    ("line", "said", "hint"),
    [
        ("deadline = 2026-11-01", "deadline is the day 2026-11-01 without a time", "T23:59:00+01"),
        ('deadline = "1.11.2026"', 'deadline is the text "1.11.2026"', "deadline = 2026-"),
        ("deadline = 2026-11-01T20:00:00", "deadline needs a UTC offset", "timezone ="),
        ("dedline = 2026-11-01T20:00:00Z", "dedline", "deadline"),
        ('grace_minutes = "ten"', "grace_minutes", "grace_minutes"),
    ],
)
def test_what_is_wrong_in_course_toml_is_said(
    tmp_path: Path, line: str, said: str, hint: str
) -> None:
    """The line, what stands there, and how to write it."""
    lay(tmp_path / "class", FILES)
    where = course(tmp_path / "course", None, f"# Lab 2\n[labs.{LAB}]\n{line}\n")
    done = grader("grade", LAB, "class", "--course", where, "--out", "run", cwd=tmp_path)

    assert done.returncode == 2
    assert "course.toml" in done.stderr
    assert "line 3" in done.stderr
    assert said in done.stderr
    assert hint in done.stderr
    assert "$." not in done.stderr


def test_ids_and_umlauts_survive_excel(tmp_path: Path) -> None:
    """The form for Excel has its mark, ids as text, and decimal commas; the plain one stays plain."""
    found = grade(tmp_path, FILES, roster=TABLE.format(","))
    texts = {}
    for form in ("semicolon", "comma"):
        options = ("--to", "csv", "--excel", form, "--output", f"{form}.csv")
        done = grader("export", found.run, *options, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        data = (tmp_path / f"{form}.csv").read_bytes()
        assert data.startswith(codecs.BOM_UTF8)
        texts[form] = data.decode("utf-8-sig")

    for form, separator in (("semicolon", ";"), ("comma", ",")):
        rows = list(csv.reader(io.StringIO(texts[form]), delimiter=separator))
        assert [row[:2] for row in rows[1:]] == [['="00420"', "Jörg Grün"], ['="421"', "Zoé Núñez"]]
    assert found.rows["00420"]["id"] == "00420"


POINTS = """
[labs.mnist-cifar100]
exercises = ["mnist", "cifar100"]
[labs.mnist-cifar100.points]
mnist = 0.7
cifar100 = 0.1
[labs.mnist-cifar100.checks."mnist/accuracy"]
dataset = "digits"
thresholds = [{ full_at = 0.7 }]
[labs.mnist-cifar100.checks."cifar100/top-k"]
dataset = "digits"
thresholds = [{ full_at = 0.7 }]
"""


def test_points_are_decimal_everywhere(tmp_path: Path) -> None:
    """0.7 and 0.1 points are 0.8: in the run, in ``--json`` and in every export."""
    lay(tmp_path / "class", {"nora/mnist.h5": GOOD, "nora/cifar.h5": GOOD})
    where = course(tmp_path / "course", None, POINTS)
    found = graded(tmp_path, tmp_path / "class", where, lab="mnist-cifar100")
    report = json.loads((found.run / "reports" / "nora" / "report.json").read_bytes())
    for name in ("csv", "json", "junit", "gradescope"):
        done = grader("export", found.run, "--to", name, "--output", f"out/{name}", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
    texts = {
        file: file.read_text("utf-8") for file in (tmp_path / "out").rglob("*") if file.is_file()
    }
    (gradescope,) = (
        json.loads(text) for file, text in texts.items() if file.parent.name == "gradescope"
    )

    assert (report["points"], report["max_points"]) == (0.8, 0.8)
    assert (found.summary["max_points"], found.summary["students"][0]["points"]) == (0.8, 0.8)
    assert found.rows["nora"]["points"] == "0.8"
    assert gradescope.get("score", sum(test["score"] for test in gradescope["tests"])) == 0.8
    assert not [file for file, text in texts.items() if CRUMBS.search(text)]
