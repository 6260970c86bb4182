from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import CourseError
from grader.intake import read_roster
from grader.intake.roster import RosterEntry

HEAD = "id,name,email,received_at,excused\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "roster.csv"


def test_a_roster_names_times_and_excuses_students(file: Path) -> None:
    """Every column of the file ends up in the entry, also with the mark spreadsheets put first."""
    file.write_text(
        "\ufeff" + HEAD + "amina,Amina B.,a@example.org,2026-12-01T18:30:00+01:00,yes\nbruno,,,,\n",
        encoding="utf-8",
    )
    roster = read_roster(file)
    amina, bruno = roster.entries["amina"], roster.entries["bruno"]

    assert (amina.student.name, amina.student.email, amina.excused) == (
        "Amina B.", "a@example.org", True,
    )  # fmt: skip
    assert amina.received_at == datetime(2026, 12, 1, 18, 30, tzinfo=timezone(timedelta(hours=1)))
    assert (bruno.student.name, bruno.received_at, bruno.excused) == ("", None, False)


def test_only_the_id_is_needed(file: Path) -> None:
    """A list of ids is a roster."""
    file.write_text("id\namina\n")

    assert list(read_roster(file).entries) == ["amina"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('name\n"Prova, Anna"\nBo Li\n', ["Prova, Anna", "Bo Li"]),
        ("First name,Last name\nAnna,Prova\nBo,Li\n", ["Anna Prova", "Bo Li"]),
    ],
)
def test_a_list_of_names_is_a_roster(file: Path, text: str, names: list[str]) -> None:
    """Where nothing else says who is who, the name is the id."""
    file.write_text(text)

    assert [entry.student.id for entry in read_roster(file).entries.values()] == names


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (HEAD + "amina,,,,\n,Nobody,,,\n", "line 3: the id is empty"),
        (HEAD + "amina,,,,\nAMINA,,,,\n", "line 3: 'AMINA' is listed twice"),
        (HEAD + "amina,,,2026-12-01T18:30:00,\n", "line 2: received_at"),
        (HEAD + "amina,,,2026-12-01,\n", "line 2: received_at"),
        (HEAD + "amina,,,tomorrow,\n", "line 2: received_at 'tomorrow'"),
        (HEAD + "amina,,,,maybe\n", "line 2: excused is 'maybe'"),
        (HEAD + "amina,,,1/11/2026 8:00 PM,\n", "line 2: received_at '1/11/2026 8:00 PM'"),
        (HEAD + "amina,,,,,x\n", "line 2: 'x' stands under no heading"),
        (HEAD + "1.23E+11,,,,\n", "line 2: '1.23E+11' is no id but a number"),
        (HEAD + "104221.0,,,,\n", "line 2: '104221.0' is no id but a number"),
        ("excused\nyes\n", "first line"),
        ("name\nAmina B.\namina b.\n", "line 3: 'amina b.' is listed twice"),
        ("amina,Amina\nbruno,Bruno\n", "line 1: the first line"),
        ("", "first line"),
    ],
)
def test_errors_name_the_line(file: Path, text: str, message: str) -> None:
    """Whatever is wrong, the message says on which line of which file."""
    file.write_text(text)

    with pytest.raises(CourseError) as caught:
        read_roster(file)
    assert message in str(caught.value)
    assert str(file) in str(caught.value)
    assert caught.value.hint


def test_an_unknown_column_is_named(file: Path) -> None:
    """A misspelt column is not silently ignored."""
    file.write_text("id,exused\namina,yes\n")

    with pytest.raises(CourseError) as caught:
        read_roster(file)
    assert "exused" in caught.value.hint


def test_a_file_that_is_not_there_or_no_text_is_said_so(file: Path) -> None:
    """A wrong path and a spreadsheet file are errors of the course, not bugs."""
    with pytest.raises(CourseError, match="cannot be read"):
        read_roster(file)
    file.write_bytes(b"PK\x03\x04\xff\xfe")
    with pytest.raises(CourseError, match="cannot be read"):
        read_roster(file)


def entries(file: Path, text: str, zone: str = "Europe/Paris") -> list[RosterEntry]:
    file.write_text(text, encoding="utf-8")
    return list(read_roster(file, ZoneInfo(zone)).entries.values())


def test_a_duplicated_id_is_named_with_both_lines(file: Path) -> None:
    """Whatever the case of its letters."""
    with pytest.raises(CourseError, match="line 5: 'AMINA' is listed twice, first in line 2"):
        entries(file, "id\namina\nbruno\n\nAMINA\n")


def test_ids_stay_text(file: Path) -> None:
    """Zeros in front belong to them."""
    assert [entry.student.id for entry in entries(file, 'id\n00123\n="007"\n')] == ["00123", "007"]
    assert [entry.student.id for entry in entries(file, "id\n2E14\nParticipant7\n")] == [
        "2E14", "Participant7",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "student_id"),
    [
        ("email,name\na@example.org,Anna\n", "a@example.org"),
        ("Benutzername;Name\nanna7;Anna\n", "anna7"),
        ("login,email\nanna7,a@example.org\n", "a@example.org"),
    ],
)
def test_without_ids_people_are_known_by_address_or_login(
    file: Path, text: str, student_id: str
) -> None:
    """A list of addresses is a roster."""
    assert [entry.student.id for entry in entries(file, text)] == [student_id]


@pytest.mark.parametrize("word", ["yes", "TRUE", "1", "x", "Oui", "ja", "sí", "WAHR", "VRAI"])
def test_an_excuse_is_understood_in_five_languages(file: Path, word: str) -> None:
    """What people write, and what spreadsheets make of true."""
    assert [entry.excused for entry in entries(file, f"id,excused\na,{word}\nb,non\nc,\n")] == [
        True, False, False,
    ]  # fmt: skip


def test_times_are_read_in_the_zone_of_the_course(file: Path) -> None:
    """The column as a whole decides between day and month."""
    found = entries(file, "id,received_at\na,1/11/2026 8:00 PM\nb,\nc,30/10/2026 9:00\n")

    assert [entry.received_at and entry.received_at.isoformat() for entry in found] == [
        "2026-11-01T20:00:00+01:00", None, "2026-10-30T09:00:00+01:00",
    ]  # fmt: skip


def test_a_gradebook_of_canvas_is_a_roster(file: Path) -> None:
    """Rows of postings and points, read-only columns and the test student are no students."""
    found = entries(
        file,
        "\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,Lab 3 (4711),Final Score\n"
        ",,,,,Manual Posting,\n"
        "    Points Possible,,,,,40.00,(read only)\n"
        '"Testfrau, Anna",5512,u0077,anna,LAB-1,12.5,30\n'
        '"Prueba, Juan de la",5513,u0078,juan,LAB-1 and LAB-2,EX,\n'
        f'"Student, Test",9999,,{"0123456789" * 4},LAB-1,,\n',
    )

    assert [(entry.student.id, entry.student.name) for entry in found] == [
        ("5512", "Anna Testfrau"), ("5513", "Juan de la Prueba"),
    ]  # fmt: skip
    assert set(found[0].identity.ids) == {"5512", "u0077", "anna"}
    assert "Testfrau, Anna" in found[0].identity.names


def test_a_gradebook_of_canvas_with_semicolons_and_half_names(file: Path) -> None:
    """As Canvas writes it where numbers have a decimal comma, and with the names in two columns."""
    found = entries(
        file,
        "LastName;FirstName;ID;SIS Login ID;Section;Lab 3 (4711)\n"
        "    Points Possible;;;;;40,00\nTestfrau;Anna;5512;anna;LAB;12,5\n",
    )

    assert [entry.student.name for entry in found] == ["Anna Testfrau"]


def test_a_canvas_student_without_any_id_is_refused(file: Path) -> None:
    """Only what stands above the first student is passed over."""
    with pytest.raises(CourseError, match="line 4: the id is empty"):
        entries(
            file,
            'Student,ID,Section,Lab (1)\n    Points Possible,,,40\n"T, Anna",1,A,\n"B, Bo",,A,\n',
        )


def test_participants_of_moodle_are_a_roster_without_staff(
    file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Who has no ID number is known by the address; teachers are left out, and the terminal says so."""
    found = entries(
        file,
        '"First name","Last name","ID number","Email address",Roles,Groups,"Last access to course"\n'
        "Anna,Testfrau,0104,a@example.org,Student,,now\n"
        "Juan,de la Prueba,,j@example.org,Student,,\n"
        "Teo,Lehrer,77,t@example.org,Teacher,,\n",
    )

    assert [entry.student.id for entry in found] == ["0104", "j@example.org"]
    assert found[1].identity.names == ("Juan de la Prueba", "de la Prueba, Juan")
    assert "left out as staff: Teo Lehrer" in caplog.text


@pytest.mark.parametrize(
    ("headings", "participant", "time"),
    [
        (
            (
                '"Identifier","Full name","ID number","Email address",Status,Grade,"Maximum grade",'
                '"Last modified (submission)"'
            ),
            "Participant 104221",
            '"Sunday, 1 November 2026, 8:00 PM"',
        ),
        (
            (
                'ID,"Vollständiger Name",ID-Nummer,E-Mail-Adresse,Status,Bewertung,Bestwertung,'
                '"Zuletzt geändert (Abgabe)"'
            ),
            "Teilnehmer/in104221",
            '"Sonntag, 1. November 2026, 20:00"',
        ),
        (
            (
                'Identificador,"Nom complet","Número ID","Adreça electrònica",Estat,Qualificació,'
                '"Qualificació màxima","Darrera modificació (tramesa)"'
            ),
            "Participant 104221",
            '"diumenge, 1 de novembre 2026, 20:00"',
        ),
    ],
)
def test_a_grading_worksheet_of_moodle_is_a_roster(
    file: Path, headings: str, participant: str, time: str
) -> None:
    """The participant's number is that of the folder in the download; a dash is no time."""
    found = entries(
        file,
        f"\ufeff{headings}\n{participant},Anna Testfrau,,a@example.org,x,,100,{time}\n"
        f"{participant[:-1]}2,Bo B,,b@example.org,x,,100,-\n",
    )

    assert {"a@example.org", "104221"} <= set(found[0].identity.ids)
    assert [entry.received_at and entry.received_at.isoformat() for entry in found] == [
        "2026-11-01T20:00:00+01:00", None,
    ]  # fmt: skip


def test_an_anonymous_worksheet_knows_people_by_number(file: Path) -> None:
    """In blind marking Moodle names nobody."""
    (found,) = entries(file, 'Identifier,Status,Grade,"Maximum grade"\nParticipant 7,x,,100\n')

    assert (found.student.id, found.student.name) == ("7", "")


def test_other_systems_are_rosters_as_they_are(file: Path) -> None:
    """Gradescope, Blackboard, Brightspace and GitHub Classroom."""
    gradescope = entries(
        file,
        "First Name,Last Name,SID,Email,Role,Sections\nAnna,T,1,a@example.org,Student,A\nTeo,L,,t@example.org,TA,\n",
    )
    blackboard = entries(
        file,
        '"Last Name","First Name","Username","Student ID","Last Access","Availability"\nT,Anna,anna,007,x,Yes\n',
    )
    brightspace = entries(
        file,
        "OrgDefinedId,Username,Last Name,First Name,End-of-Line Indicator\n#007,#anna,T,Anna,#\n",
    )
    classroom = entries(
        file, '"identifier","github_username","github_id","name"\nb1,anna-t,77,""\n'
    )

    assert [entry.student.id for entry in gradescope] == ["1"]
    assert [entry.identity.ids for entry in (*blackboard, *brightspace)] == [("007", "anna")] * 2
    assert classroom[0].identity.ids == ("b1", "anna-t", "77")


NAMES = st.text(
    st.characters(codec="cp1252", categories=["Lu", "Ll", "Nd"]), min_size=1, max_size=8
)


@given(
    st.lists(
        st.tuples(NAMES, NAMES), min_size=1, max_size=8, unique_by=lambda row: row[0].casefold()
    ),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_every_student_comes_through_every_way_of_saving(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[str, str]],
    encoding: str,
    separator: str,
    end: str,
) -> None:
    """Ids and names are what was entered, whatever the spreadsheet and its language."""
    file = tmp_path_factory.getbasetemp() / "saved.csv"
    lines = [("ID", "Name"), *((f'"{student}"', f'"{name}"') for student, name in rows), ("", "")]
    file.write_bytes(end.join(separator.join(line) for line in lines).encode(encoding))

    found = read_roster(file).entries.values()

    assert [(entry.student.id, entry.student.name) for entry in found] == rows
