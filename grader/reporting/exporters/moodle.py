"""Moodle: the offline grading worksheet as the instructor downloaded it, with marks and comments filled in.

Source: moodle/moodle ``mod/assign/gradingtable.php`` and ``mod/assign/feedback/offline/importgradeslib.php``. The first
column says ``Participant 123``, the number of a person in this assignment; the one behind the grades has full marks.
Headers are in the language of the site, and Moodle takes the file back only with those.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.errors import SheetError
from grader.intake.csv_sheet import CsvSheet
from grader.records.result import GradeReport
from grader.records.submission import Identity
from grader.reporting.exporters import MARK_OPTIONS, Filler
from grader.reporting.sheets.csv_files import read_sheet
from grader.reporting.sheets.filling import (
    Filled,
    FillOptions,
    MarkTable,
    fill_marks,
    read_number,
)
from grader.reporting.sheets.headers import find_column, require_column
from grader.reporting.sheets.people import PersonRow

_PARTICIPANT = re.compile(r"\D*(\d+)")

#: Headers in English, French, German, Spanish, Catalan, Italian, Portuguese and Dutch.
_GRADE = (
    *("Grade", "Note", "Bewertung", "Calificación", "Qualificació", "Valutazione", "Nota"),
    *("Avaliação", "Cijfer"),
)
_MAXIMUM = (
    *("Maximum grade", "Note maximale", "Bestwertung", "Calificación máxima"),
    *("Qualificació màxima", "Valutazione massima", "Nota máxima", "Maximumcijfer"),
)
_SCALE = ("Scale", "Barème", "Skala", "Escala", "Scala", "Schaal")
_COMMENTS = (
    *("Feedback comments", "Feedback par commentaires", "Feedback als Kommentar"),
    *("Comentarios de retroalimentación", "Comentaris de retroacció", "Commenti di feedback"),
    *("Comentários de feedback", "Feedback als commentaar"),
)
_CHANGEABLE = (
    *("Grade can be changed", "La note peut être modifiée", "Bewertung kann geändert werden"),
    *("La calificación puede ser cambiada", "La qualificació es pot canviar"),
    *(
        "La valutazione può essere modificata",
        "A nota pode ser alterada",
        "Cijfer kan gewijzigd worden",
    ),
)
_FULL_NAME = (
    *("Full name", "Nom complet", "Vollständiger Name", "Nombre completo", "Nome completo"),
    *("Nome", "Volledige naam"),
)
_IDS = (
    *("ID number", "Numéro d'identification", "ID-Nummer", "Número de ID", "Codice identificativo"),
    *("Username", "Nom d'utilisateur", "Anmeldename", "Email address", "Adresse de courriel"),
    *(
        "E-Mail-Adresse",
        "Dirección de correo",
        "Adreça electrònica",
        "Indirizzo email",
        "E-mailadres",
    ),
)
#: What a cell says of a grade that may not be changed: No, Non, Nein, Não, Nee.
_NO = "n"


def fill(data: bytes, name: str, reports: Sequence[GradeReport], options: FillOptions) -> Filled:
    """The worksheet, filled.

    Raises:
        SheetError: It is no worksheet, is graded by a scale, or does not fit the run.
    """
    return fill_marks(_worksheet(read_sheet(data, name), options.column), reports, options)


def _worksheet(sheet: CsvSheet, column: str) -> MarkTable:
    rows = [row for row in range(1, len(sheet.rows)) if any(sheet.values(row))]
    if not rows or not all(_PARTICIPANT.fullmatch(sheet.value(row, 0)) for row in rows):
        raise SheetError(
            f"{sheet.name} is no grading worksheet of Moodle: its first column should say "
            "'Participant 123' or the like in every line",
            hint="download it in the assignment: View all submissions, Download grading worksheet",
        )
    grade = require_column(sheet, _GRADE, asked=column, what="the grades")
    maximum = find_column(sheet, _MAXIMUM)
    if maximum is None:
        maximum = _number_column(sheet, rows, grade + 1)
    if maximum is None and find_column(sheet, _SCALE) is not None:
        raise SheetError(
            f"{sheet.name} is graded by a scale of words, not by points",
            hint="set the assignment's grade to points, and download the worksheet again",
        )
    locked = find_column(sheet, _CHANGEABLE)
    return MarkTable(
        sheet=sheet,
        people=tuple(
            PersonRow(
                row=row,
                identity=_identity(sheet, row),
                full=None if maximum is None else read_number(sheet.value(row, maximum)),
                locked=_locked(sheet, row, locked),
            )
            for row in rows
        ),
        column=grade,
        comments=find_column(sheet, _COMMENTS),
    )


def _number_column(sheet: CsvSheet, rows: Sequence[int], column: int) -> int | None:
    """The column behind the grades, where every line has a number in it: full marks, whatever its header."""
    numbers = [read_number(sheet.value(row, column)) for row in rows]
    return None if any(number is None for number in numbers) else column


def _identity(sheet: CsvSheet, row: int) -> Identity:
    participant = _PARTICIPANT.fullmatch(sheet.value(row, 0))
    places = [find_column(sheet, [name]) for name in _IDS]
    ids = [sheet.value(row, place) for place in places if place is not None]
    ids += [text for text in sheet.values(row) if re.fullmatch(r"[^@\s]+@[^@\s]+", text)]
    name = find_column(sheet, _FULL_NAME)
    return Identity(
        ids=(*filter(None, ids), *(participant.groups() if participant else ())),
        names=() if name is None else tuple(filter(None, [sheet.value(row, name)])),
    )


def _locked(sheet: CsvSheet, row: int, column: int | None) -> str:
    if column is None or not sheet.value(row, column).casefold().startswith(_NO):
        return ""
    return "its grade cannot be changed in Moodle"


EXPORTER = Filler(
    description="marks, and comments with --comments, filled into the grading worksheet of Moodle (--into FILE)",
    fill=fill,
    uses=MARK_OPTIONS | {"comments"},
)
