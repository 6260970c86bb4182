from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import CourseError
from grader.intake.tables import read_table

TEXT = "id;name\r\n00123;José Müller\r\n"


def cells(folder: Path, data: bytes | str, name: str = "roster.csv") -> list[tuple[str, ...]]:
    file = folder / name
    file.write_bytes(data.encode() if isinstance(data, str) else data)
    table = read_table(file)
    return [table.headings, *(row.cells for row in table.rows)]


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode("utf-8"),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        ("\ufeff" + TEXT).encode("utf-16-be"),
        TEXT.replace(";", "\t").encode("utf-16"),
        TEXT.encode("cp1252"),
        TEXT.replace(";", ",").encode("utf-8"),
        TEXT.replace(";", "|").encode("utf-8"),
        ("sep=;\r\n" + TEXT).encode("utf-8-sig"),
        ('"sep=;"\n' + TEXT).encode("cp1252"),
        TEXT.replace("\r\n", "\r").encode("utf-8"),
        TEXT.replace(";", " ; ").encode("utf-8"),
        ("\n\n" + TEXT).encode("utf-8"),
    ],
)
def test_one_table_in_every_encoding_and_separator(tmp_path: Path, data: bytes) -> None:
    """What spreadsheets of several systems and languages save is the same table."""
    assert cells(tmp_path, data) == [("id", "name"), ("00123", "José Müller")]


def test_a_stated_separator_counts_more_than_a_frequent_one(tmp_path: Path) -> None:
    """`sep=` is there for files in which another sign stands more often."""
    assert cells(tmp_path, "sep=;\nid;a, b, c\n1;x\n") == [("id", "a, b, c"), ("1", "x")]


def test_separators_and_line_ends_in_quotes_belong_to_the_cell(tmp_path: Path) -> None:
    """Also where a blank stands before the quotation mark."""
    found = cells(tmp_path, 'id, name, "a,b;c;d"\n1, "Bo, Anna\nMaria", x\n')

    assert found == [("id", "name", "a,b;c;d"), ("1", "Bo, Anna\nMaria", "x")]


def test_padding_of_spreadsheets_is_passed_over(tmp_path: Path) -> None:
    """Empty rows, empty cells at the end of rows and of the headings, and short rows."""
    found = cells(tmp_path, "id,name,,\n1,A,,\n,,,\n\n,,,,,,,\n2\n   ,\n")

    assert found == [("id", "name"), ("1", "A"), ("2", "")]


def test_marks_nobody_sees_and_formulas_of_text_are_taken_off(tmp_path: Path) -> None:
    """Ids with zeros in front are often written as a formula, and cells pasted with a byte order mark."""
    found = cells(tmp_path, 'id,name\n="00123",\u200bA\xa0B\ufeff\xa0\n')

    assert found[1] == ("00123", "A\xa0B")


def test_rows_know_their_line(tmp_path: Path) -> None:
    """Lines are counted as an editor counts them, across line ends in quotes and a line `sep=`."""
    file = tmp_path / "roster.csv"
    file.write_text('sep=,\nid,name\n1,"A\nB"\n\n2,C\n')
    table = read_table(file)

    assert (table.headings_line, [row.line for row in table.rows]) == (2, [3, 6])
    assert table.where(6) == f"{file}, line 6"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id,name\n1,A\n2,Bo, Anna\n", "line 3: 'Anna' stands under no heading"),
        ("id,,name\n1,x,A\n", "line 2: 'x' stands under no heading"),
        ('id,name\n1,A\n2,"B\n3,C\n', "line 3: a quotation mark is not closed"),
        ('id,name\n1,"A" B\n', "line 2: a quotation mark"),
        ("", "is empty"),
        ("\n,,\n", "is empty"),
    ],
)
def test_what_would_be_lost_is_refused_with_its_line(
    tmp_path: Path, text: str, message: str
) -> None:
    """A surplus cell is never dropped, and an open quotation mark never swallows the rest of the class."""
    with pytest.raises(CourseError) as caught:
        cells(tmp_path, text)
    assert message in str(caught.value)
    assert caught.value.hint


def workbook(member: str, text: str = "x") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(member, text)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "what"),
    [
        ("roster.xlsx", workbook("xl/workbook.xml"), "an Excel workbook"),
        ("roster.csv", workbook("xl/workbook.xml"), "an Excel workbook"),
        ("roster.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), "an Excel workbook"),
        ("roster.ods", workbook("mimetype"), "an OpenDocument spreadsheet"),
        ("roster.csv", workbook("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), "OpenDocument"),
        ("roster.zip", workbook("roster.csv"), "a zip archive"),
        ("roster.pdf", b"%PDF-1.7\n", "a PDF document"),
        ("roster.csv", b"<!DOCTYPE html><html><body>Log in</body></html>", "a web page"),
        ("roster.csv", b'[{"id": 1}]', "JSON"),
        ("roster.csv", b"{\\rtf1 id,name}", "an RTF document"),
        ("roster.csv", b"\x89PNG\r\n\x1a\n", "a picture"),
        ("roster.csv.gz", b"\x1f\x8b\x08", "a compressed file"),
        ("roster.csv", TEXT.encode("utf-16-le"), "UTF-16 without the mark"),
    ],
)  # fmt: skip
def test_other_files_are_named_with_the_way_to_save_a_table(
    tmp_path: Path, name: str, data: bytes, what: str
) -> None:
    """Whatever the file is called, the message says what it is and how to get a CSV."""
    with pytest.raises(CourseError) as caught:
        cells(tmp_path, data, name)
    assert what in str(caught.value)
    assert "CSV UTF-8" in caught.value.hint


@pytest.mark.parametrize(
    "data",
    [
        "id;name\n1;José\n".encode("mac_roman"),
        "id;name\n1;Jörg Grün\n2;Zoë Núñez\n".encode("mac_roman"),
        "id;name\n1;Łukasz\n".encode("cp1250"),
        b"id;name\n1;Jos\xc3\xa9 M\xfcller\n",
        b"id;name\n1;\x81\x8d\n",
        b"\xff\xfei\x00d\x00;",
    ],
)
def test_names_that_may_be_read_wrong_are_refused(tmp_path: Path, data: bytes) -> None:
    """Old Macs, eastern Europe, and files glued together of two encodings."""
    with pytest.raises(CourseError) as caught:
        cells(tmp_path, data)
    assert "CSV UTF-8" in caught.value.hint


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """A wrong path and a folder are errors of the course."""
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(CourseError, match=f"the roster {path} cannot be read"):
            read_table(path)


@given(st.binary(max_size=200))
def test_no_bytes_end_in_another_error(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    """Whatever a file holds, it is a table or a `CourseError`."""
    file = tmp_path_factory.getbasetemp() / "any.csv"
    file.write_bytes(data)
    try:
        table = read_table(file)
    except CourseError:
        return
    assert all(len(row.cells) == len(table.headings) for row in table.rows)
