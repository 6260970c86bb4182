from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import SheetError
from grader.reporting.sheets.csv_files import formula_safe, read_sheet, replace_cells

cells = st.text(st.sampled_from("ab1\",;\t\n'=é "), max_size=8)
tables = st.lists(st.lists(cells, min_size=3, max_size=3), min_size=1, max_size=6)
styles = st.tuples(
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
)
Style = tuple[str, str, int, str]


def written(table: list[list[str]], style: Style) -> bytes:
    separator, line_end, quoting, encoding = style
    stream = io.StringIO()
    header = ["first", "second", "third"]
    csv.writer(stream, delimiter=separator, lineterminator=line_end, quoting=quoting).writerows(
        [header, *table]
    )
    return stream.getvalue().encode(encoding)


@given(tables, styles)
def test_a_table_reads_as_it_was_written(table: list[list[str]], style: Style) -> None:
    """Cells are those of the csv module, whatever quotes, separators and line breaks are in them."""
    sheet = read_sheet(written(table, style), "t.csv")

    assert [[cell.text for cell in row] for row in sheet.rows[1:]] == table
    assert sheet.separator == style[0]


@given(tables, styles)
def test_nothing_replaced_gives_the_same_bytes(table: list[list[str]], style: Style) -> None:
    """Byte order mark, encoding, line ends and quoting stay."""
    data = written(table, style)

    assert replace_cells(read_sheet(data, "t.csv"), {}) == data


@given(tables, styles, cells, st.data())
def test_only_the_replaced_cell_differs(
    table: list[list[str]], style: Style, new: str, data: st.DataObject
) -> None:
    """Before and after one cell the bytes are the same; the cell says what it should."""
    original = written(table, style)
    sheet = read_sheet(original, "t.csv")
    row = data.draw(st.integers(1, len(table)))
    column = data.draw(st.integers(0, 2))

    changed = replace_cells(sheet, {(row, column): new})

    again = read_sheet(changed, "t.csv")
    expected = [list(line) for line in table]
    expected[row - 1][column] = new
    assert [[cell.text for cell in line] for line in again.rows[1:]] == expected
    cell = sheet.rows[row][column]
    assert again.source.text[: cell.start] == sheet.source.text[: cell.start]
    assert again.source.text.endswith(sheet.source.text[cell.end :])


def test_a_row_that_ends_early_is_made_longer() -> None:
    """Excel leaves out empty cells at the end of a line."""
    sheet = read_sheet(b"a,b,c,d\r\n1\r\n2,3,4,5\r\n", "t.csv")

    assert replace_cells(sheet, {(1, 2): "x", (1, 3): "y"}) == b"a,b,c,d\r\n1,,x,y\r\n2,3,4,5\r\n"


def test_the_separator_may_be_declared() -> None:
    """A first line `sep=;` is Excel's, and stays."""
    sheet = read_sheet(b"sep=;\r\na;b\r\n1,5;2\r\n", "t.csv")

    assert sheet.values(1) == ["1,5", "2"]
    assert sheet.line(1) == 3
    assert replace_cells(sheet, {(1, 1): "x"}) == b"sep=;\r\na;b\r\n1,5;x\r\n"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"PK\x03\x04rest", "not CSV"),
        (b"", "empty"),
        (b" \r\n,\r\n", "empty"),
        (b'a\n"b', "line 2"),
    ],
)
def test_what_is_no_table_is_refused(data: bytes, said: str) -> None:
    """The message says what was seen."""
    with pytest.raises(SheetError, match=said):
        read_sheet(data, "t.csv")


def test_a_letter_the_encoding_lacks_is_named() -> None:
    """A file of Windows-1252 cannot take every comment."""
    with pytest.raises(SheetError, match="cp1252") as caught:
        replace_cells(read_sheet("é,b\n1,2\n".encode("cp1252"), "t.csv"), {(1, 1): "Ł"})
    assert "UTF-8" in caught.value.hint


@pytest.mark.parametrize("text", ["=1", " +1", "-1", "\t@x"])
def test_a_formula_becomes_text(text: str) -> None:
    """An apostrophe stands before it."""
    assert formula_safe(text) == f"'{text}"


@pytest.mark.parametrize("comment", ["¿Qué falta?", "2 × 3 ± ½", "« bien » …", "5 €"])
def test_comments_of_windows_are_read(comment: str) -> None:
    """Signs that comments hold besides letters do not speak against Windows-1252."""
    data = f"id;comment\r\n1;{comment}\r\n".encode("cp1252")

    assert read_sheet(data, "t.csv").value(1, 1) == comment
    assert replace_cells(read_sheet(data, "t.csv"), {(1, 0): "2"}) == data.replace(b"\n1;", b"\n2;")


def test_names_that_may_be_read_wrong_are_refused() -> None:
    """As in a roster: a name of another encoding is nobody's, or somebody else's."""
    with pytest.raises(SheetError, match="line 2") as caught:
        read_sheet("id;name\n1;Łukasz\n".encode("cp1250"), "t.csv")
    assert "CSV UTF-8" in caught.value.hint


def test_ids_that_excel_keeps_as_formulas_are_read() -> None:
    """`="00123"` says 00123, and stays as it is written."""
    data = b'id,mark\n="00123",\n'
    sheet = read_sheet(data, "t.csv")

    assert sheet.value(1, 0) == "00123"
    assert replace_cells(sheet, {(1, 1): "7"}) == b'id,mark\n="00123",7\n'


def test_blanks_around_quotes_say_nothing() -> None:
    """Separators in such quotes belong to the cell; what else follows them is refused with its line."""
    sheet = read_sheet(b'id, name\n1, "Bo, Anna" \n', "t.csv")

    assert sheet.values(1) == ["1", "Bo, Anna"]
    assert replace_cells(sheet, {(1, 0): "2"}) == b'id, name\n2, "Bo, Anna" \n'
    with pytest.raises(SheetError, match="line 2: a quotation mark"):
        read_sheet(b'id,name\n1,"A" B\n', "t.csv")
