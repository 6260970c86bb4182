"""Files as platforms and spreadsheets write them: after filling, only the cells that should differ do."""

from __future__ import annotations

import csv
import io
import xml.etree.ElementTree as ET
import zipfile
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.records.result import GradeReport
from grader.records.submission import Identity, Student
from grader.reporting.exporters import Filler, exporter, render
from grader.reporting.exporters.csv import grade_table
from grader.reporting.sheets.comments import html_comment
from grader.reporting.sheets.filling import Filled, FillOptions
from tests.factories import check_result, report

Rows = list[list[str]]
Cells = dict[tuple[int, int], str]


@dataclass(frozen=True)
class Style:
    """How a program writes a table."""

    encoding: str = "utf-8-sig"
    separator: str = ","
    line_end: str = "\r\n"
    quoting: int = csv.QUOTE_MINIMAL
    decimal: str = "."

    def write(self, rows: Rows, changed: Cells | None = None) -> bytes:
        """The table; numbers have the decimal sign of the style."""
        cells = [
            [(changed or {}).get((row, column), text) for column, text in enumerate(line)]
            for row, line in enumerate(rows)
        ]
        stream = io.StringIO()
        writer = csv.writer(
            stream, delimiter=self.separator, lineterminator=self.line_end, quoting=self.quoting
        )
        writer.writerows([[self._number(text) for text in line] for line in cells])
        return stream.getvalue().encode(self.encoding)

    def _number(self, text: str) -> str:
        is_number = text.replace(".", "", 1).isdigit()
        return text.replace(".", self.decimal) if is_number else text


STYLES = st.builds(
    Style,
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from([".", ","]),
)

#: All columns that Canvas may have before the assignments, those of an instructor, and its totals.
CANVAS: Rows = [
    ["Student", "ID", "SIS User ID", "SIS Login ID", "Integration ID", "Root Account", "Section",
     "Notes", "Lab 2 (4710)", "Lab 3 (4711)", "Assignments Current Points", "Final Grade"],
    ["", "", "", "", "", "", "", "", "Muted", "Manual Posting", "", ""],
    ["    Points Possible", "", "", "", "", "", "", "", "100.00", "40.00", "(read only)", "(read only)"],
    ["Müller, Änne", "901", "00123", "amuell", "int-1", "uni.test", "Lab A, Lecture and Lab B",
     'said "later"', "55.50", "", "93.50", "A-"],
    ["O'Neil-Brandt, Cy", "902", "0124", "cy01", "", "uni.test", "Lab B", "", "", "12.50", "", ""],
    ["García López, José", "903", "00125", "jgl", "", "uni.test", "Lab B", "=1+1", "60.00", "EX", "", ""],
    ["Unassigned, Uma", "904", "00126", "uma", "", "uni.test", "Lab A", "", "N/A", "N/A", "", ""],
    ["Blank, Bea", "905", "00127", "bea", "", "uni.test", "Lab A", "", "70.00", "-", "", ""],
    ["Absent, Abe", "906", "00128", "abe", "", "uni.test", "Lab A", "", "70.00", "31.25", "", ""],
    ["Student, Test", "999", "", "5f0c", "", "uni.test", "Lab A", "", "", "", "", ""],
]  # fmt: skip

#: Identifier, full name, address, status, group, grade, maximum, changeable, two times, comments; then no and yes.
MOODLE_HEADERS = {
    "en": "Identifier;Full name;Email address;Status;Group;Grade;Maximum grade;Grade can be changed;"
           "Last modified (submission);Last modified (grade);Feedback comments;No;Yes",
    "en-old": "Identifier;Full name;Email address;Status;Group;Grade;Maximum Grade;Grade can be changed;"
               "Last modified (submission);Last modified (grade);Feedback comments;No;Yes",
    "fr": "Identifiant;Nom complet;Adresse de courriel;Statut;Groupe;Note;Note maximale;"
           "La note peut être modifiée;Dernière modification (travail remis);Dernière modification (note);"
           "Feedback par commentaires;Non;Oui",
    "de": "ID;Vollständiger Name;E-Mail-Adresse;Status;Gruppe;Bewertung;Bestwertung;"
           "Bewertung kann geändert werden;Zuletzt geändert (Abgabe);Zuletzt geändert (Bewertung);"
           "Feedback als Kommentar;Nein;Ja",
    "es": "Identificador;Nombre completo;Dirección de correo;Estado;Grupo;Calificación;"
           "Calificación máxima;La calificación puede ser cambiada;Última modificación (entrega);"
           "Última modificación (calificación);Comentarios de retroalimentación;No;Sí",
    "ca": "Identificador;Nom complet;Adreça electrònica;Estat;Grup;Qualificació;Qualificació màxima;"
           "La qualificació es pot canviar;Darrera modificació (tramesa);Darrera modificació (qualificació);"
           "Comentaris de retroacció;No;Sí",
    "it": "Identificativo;Nome completo;Indirizzo email;Stato;Gruppo;Valutazione;Valutazione massima;"
           "La valutazione può essere modificata;Ultima modifica (consegna);Ultima modifica (valutazione);"
           "Commenti di feedback;No;Sì",
    "nl": "Identificatie;Volledige naam;E-mailadres;Status;Groep;Cijfer;Maximumcijfer;"
           "Cijfer kan gewijzigd worden;Laatst gewijzigd (inzending);Laatst gewijzigd (cijfer);"
           "Feedback als commentaar;Nee;Ja",
}  # fmt: skip
PARTICIPANTS = {
    "fr": "Participant ",
    "de": "Teilnehmer/in",
    "nl": "Deelnemer ",
    "it": "Partecipante ",
}

GRADESCOPE: Rows = [
    ["First Name", "Last Name", "SID", "Email", "Sections", "Total Score", "Max Points", "Status",
     "Submission ID", "Submission Time", "Lateness (H:M:S)", "View Count", "Submission Count",
     "1: MNIST (40.0 pts)"],
    ["Änne", "Müller", "00123", "anne@x.org", "Lab A, Lab B", "", "40.0", "Ungraded", "1",
     "2026-11-01 20:00:00 +0100", "00:00:00", "2", "1", ""],
    ["Cy", "O'Neil-Brandt", "0124", "cy@x.org", "Lab B", "12.5", "40.0", "Graded", "2",
     "2026-11-01 21:00:00 +0100", "00:10:00", "", "3", "12.5"],
    ["Abe", "Absent", "00128", "abe@x.org", "Lab A", "", "40.0", "Missing", "", "", "", "", "", ""],
]  # fmt: skip


def one(student_id: str, name: str, points: float, *ids: str) -> GradeReport:
    return report(
        student_id,
        (check_result("partial", points, max_score=40),),
        student=Student(id=student_id, name=name, email=f"{student_id}@x.org"),
        identity=Identity(ids=ids),
        lab_title="Lab 3",
    )


#: Found by a number with zeros in front, a login, and two by their names, one of them without accents.
CLASS = [
    one("anne", "Anne Muller", 37.18, "00123"),
    one("cy01", "", 12.5),
    one("jose", "Jose Garcia Lopez", 20),
    one("uma", "Uma Unassigned", 21),
    one("bbb", "Bea Blank", 22),
]


def fill(name: str, data: bytes, reports: list[GradeReport], **asked: bool) -> Filled:
    found = exporter(name)
    assert isinstance(found, Filler)
    return found.fill(data, "file.csv", reports, FillOptions(**asked))  # type: ignore[arg-type]


@given(STYLES)
def test_canvas_gradebooks(style: Style) -> None:
    """Sections, excused and not assigned, a dash for no mark, muted and read-only columns, the test student."""
    filled = fill("canvas", style.write(CANVAS), CLASS)

    assert filled.data == style.write(CANVAS, {(3, 9): "37.18", (7, 9): "22.00"})
    assert filled.same == ("cy01",)
    assert [name for name, _ in filled.locked] == ["Jose Garcia Lopez", "Uma Unassigned"]
    assert [row.split("'")[1] for row in filled.not_in_run] == ["Absent, Abe", "Student, Test"]
    assert not (filled.doubtful or filled.not_in_file)
    assert fill("canvas", filled.data, CLASS).data == filled.data


@given(STYLES, st.sampled_from(sorted(MOODLE_HEADERS)))
def test_moodle_worksheets(style: Style, language: str) -> None:
    """In every language that is known, with groups, a grade that may not be changed, and another's comment."""
    *header, no, yes = MOODLE_HEADERS[language].split(";")
    called = PARTICIPANTS.get(language, "Participant ")
    rows = [
        header,
        [f"{called}71", "Änne Müller", "anne@x.org", "x", "A, B", "", "40.00", yes, "-", "-", ""],
        [f"{called}72", "Cy O'Neil", "cy01@x.org", "x", "", "12.50", "40.00", yes, "-", "-", 'my "own", kept'],
        [f"{called}73", "José García López", "j@x.org", "x", "B", "", "40.00", no, "-", "-", ""],
        [f"{called}74", "Abe Absent", "abe@x.org", "x", "A", "31.25", "40.00", yes, "-", "-", "\n"],
    ]  # fmt: skip
    filled = fill("moodle", style.write(rows), CLASS[:3], comments=True)
    expected = style.write(rows, {(1, 5): "37.18", (1, 10): html_comment(CLASS[0])})

    assert filled.data == expected
    assert (filled.same, filled.comments_kept) == (("cy01",), ("cy01",))
    assert [name for name, _ in filled.locked] == ["Jose Garcia Lopez"]
    assert [row.split("'")[1] for row in filled.not_in_run] == ["Abe Absent"]


@given(STYLES)
def test_gradescope_scores(style: Style) -> None:
    """Only the total changes; scores of questions, times and counts stay."""
    filled = fill("gradescope-csv", style.write(GRADESCOPE), [*CLASS[:1], one("cy", "Cy", 13)])

    assert filled.data == style.write(GRADESCOPE, {(1, 5): "37.18", (2, 5): "13.00"})


@pytest.mark.parametrize("end", ["", "\n", "\n\n"])
def test_the_end_of_a_file_stays(end: str) -> None:
    """With a line end, without one, and with blank lines."""
    text = Style("utf-8", line_end="\n").write(CANVAS[:4]).decode().rstrip("\n") + end

    assert fill("canvas", text.encode(), CLASS).data.decode() == text.replace(
        "55.50,,", "55.50,37.18,"
    )


def test_a_spreadsheet_opened_again_is_the_table() -> None:
    """Every cell is there with its type: ids with zeros in front as text, points as numbers."""
    reports = [one("00123", "Änne & <Müller>", 37.18), one("1E5", "=1+1", 0), one("mar1", "", 12.5)]
    with zipfile.ZipFile(io.BytesIO(render("ods", reports)["grades.ods"])) as archive:
        assert archive.testzip() is None
        content = ET.fromstring(archive.read("content.xml"))  # noqa: S314  (our own bytes)
    office = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
    opened = [
        [
            float(cell.get(f"{office}value", ""))
            if cell.get(f"{office}value-type") == "float"
            else "".join(cell.itertext())
            for cell in row
        ]
        for row in content.iter()
        if row.tag.endswith("}table-row")
    ]

    assert opened == grade_table(reports)
