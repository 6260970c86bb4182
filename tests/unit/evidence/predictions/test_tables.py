"""Tables of predictions: what is read of them, and what is said of those that cannot be used."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.evidence.predictions.tables import PredictionTable, read_table
from grader.messages import catalogue, failure_text
from grader.records.evidence import Failure
from grader.records.message import Code, Count, Name

IDS = tuple(f"i{number:02d}" for number in range(10))
NAMES = ("cat", "dog", "fox")
HEADER = "id,label,score_0,score_1,score_2"


def read(
    folder: Path, text: str | bytes, ids: Sequence[str] = IDS, names: Sequence[str] = NAMES
) -> PredictionTable | Failure:
    path = folder / "m.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_table(path, "m.csv", ids, names)


def table(folder: Path, text: str | bytes, **more: Sequence[str]) -> PredictionTable:
    found = read(folder, text, **more)
    assert isinstance(found, PredictionTable), found
    return found


def failure(folder: Path, text: str | bytes) -> Failure:
    found = read(folder, text)
    assert isinstance(found, Failure)
    assert found.reason == "bad-predictions"
    return found


def lines(header: str, rows: dict[str, str], end: str = "\n") -> str:
    return end.join([header, *(f"{name},{row}" for name, row in rows.items())]) + end


def labelled(**changes: str) -> dict[str, str]:
    """A line for each image, label 1, but for those named."""
    return dict.fromkeys(IDS, "1") | changes


def scored(**changes: str) -> dict[str, str]:
    return dict.fromkeys(IDS, "1,0.2,0.5,0.3") | changes


def test_labels_are_put_in_the_order_of_the_images(tmp_path: Path) -> None:
    """Lines may stand in any order; classes go by number or by name, as whole numbers with a point too."""
    rows = dict(reversed(labelled(i03="0", i04="Fox", i05="2.0").items()))
    found = table(tmp_path, lines("id,label", rows))

    assert found.scores is None
    assert found.labels.tolist() == [1, 1, 1, 0, 2, 2, 1, 1, 1, 1]


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (HEADER, "1,0.2,0.5,0.3"),
        ("id,score_0,score_1,score_2", "0.2,0.5,0.3"),
        ("ID,Score_2,score_0,LABEL,score_1", "0.3,0.2,dog,0.5"),
    ],
)
def test_scores_are_put_in_the_order_of_the_classes(tmp_path: Path, header: str, row: str) -> None:
    """Columns go by their names, with a label or without."""
    found = table(tmp_path, lines(header, dict.fromkeys(IDS, row)))

    assert found.scores is not None
    np.testing.assert_allclose(found.scores, np.tile([0.2, 0.5, 0.3], (10, 1)), rtol=1e-6)
    assert found.labels.tolist() == [1] * 10


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\r"),
        lambda text: "\ufeff" + text,
        lambda text: text.replace(",", ";"),
        lambda text: text.replace(",", ";").replace("0.", "0,"),
        lambda text: text.replace(",", "\t"),
        lambda text: text.replace("i0", '"i0').replace(",1,", '",1,').replace("id,", '"id",'),
        lambda text: text.replace("\n", "\n\n"),
        lambda text: text.replace("i0", " I0"),
        lambda text: text.removesuffix("\n"),
    ],
    ids=["crlf", "cr", "bom", "semicolon", "comma", "tab", "quoted", "blank", "upper", "no-end"],
)
def test_tables_of_every_program_are_read(tmp_path: Path, change: object) -> None:
    """Spreadsheets and languages write the same table in many ways."""
    assert callable(change)
    found = table(tmp_path, change(lines(HEADER, scored())))

    assert found.scores is not None
    np.testing.assert_allclose(found.scores[:, 1], 0.5)


@pytest.mark.parametrize(
    "header",
    [",id,label", "id", "id,label,score_0,score_1", "id,class", "id,id,label", "id,label,score_3", ""],
)  # fmt: skip
def test_other_columns_are_named(tmp_path: Path, header: str) -> None:
    """What the first line says stands beside what it should say."""
    found = failure(tmp_path, lines(header, labelled()))

    assert found.why == ("table-columns",)
    assert found.values["header"] == Code(text=header)
    assert "score_2" in failure_text(found, catalogue("en"))[0]


@pytest.mark.parametrize(
    ("text", "kind", "told"),
    [
        (lines("id,label", labelled(i00="1,2")), "cells", (1, "2")),
        (lines("id,label", labelled(i99="1", i98="0")), "unknown", (2, "12, 13")),
        (lines("id,label", labelled()) + "i03,1\n", "twice", (1, "12")),
        (lines("id,label", labelled(i00="3", i01="-1", i02="")), "label", (3, "2, 3, 4")),
        (lines("id,label", labelled(i00="1.5", i01="wolf")), "label", (2, "2, 3")),
        (lines(HEADER, scored(i09="1,0.2,nan,0.3")), "score", (1, "11")),
        (lines(HEADER, scored(i09="1,0.2,inf,0.3")), "score", (1, "11")),
        (lines(HEADER, scored(i09="1,0.2,1e39,0.3")), "score", (1, "11")),
        (lines(HEADER, scored(i09="1,0.2,,0.3")), "score", (1, "11")),
        (lines(HEADER, scored(i04="0,0.2,0.5,0.3")), "disagree", (1, "6")),
    ],
)
def test_what_is_wrong_is_told_by_line(
    tmp_path: Path, text: str, kind: str, told: tuple[int, str]
) -> None:
    """Each kind of mistake is counted, and its first lines are named."""
    found = failure(tmp_path, text)

    assert f"table-{kind}" in found.why
    count, named = told
    assert found.values[kind] == Count(value=count)
    assert found.values[f"{kind}_lines"] == Code(text=named)


def test_images_without_a_line_are_named(tmp_path: Path) -> None:
    """Some missing lines are counted and named; a table for other images is told as that."""
    rows = labelled()
    for name in IDS[:7]:
        del rows[name]
    some = failure(tmp_path, lines("id,label", rows))
    none = failure(tmp_path, lines("id,label", {"other": "1"}))
    empty = failure(tmp_path, "id,label\n")

    assert (some.why, some.values["absent"]) == (("table-absent",), Count(value=7))
    assert some.values["absent_ids"] == Name(text="i00, i01, i02, i03, i04, ...")
    assert none.why == empty.why == ("table-foreign",)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_nothing_that_is_wrong_is_kept_back(tmp_path: Path, language: str) -> None:
    """One reading tells all mistakes of all kinds, in words."""
    rows = scored(i00="7,0.2,0.5,0.3", i01="1,0.2,x,0.3", i02="2,0.2,0.5,0.3", other="1,0,1,0")
    del rows["i09"]
    found = failure(tmp_path, lines(HEADER, rows) + "i03,1,0,1,0\ni04,1\n")
    message, _ = failure_text(found, catalogue(language))

    kinds = ("cells", "unknown", "twice", "label", "score", "disagree", "absent")
    assert found.why == tuple(f"table-{kind}" for kind in kinds)
    assert message.count(";") >= len(kinds) - 1
    assert "i09" in message


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"id,label\ni00,\xff\xfe\n", "table-not-text"),
        (b"id,label\n" + b"i00,1\n" * 100_000, "table-too-large"),
        (b'id,label\ni00,"' + b"x" * 65_000 + b"\n" + b"y" * 1_000, "table-not-text"),
    ],
    ids=["not-utf-8", "too-large", "quote-left-open"],
)
def test_what_is_no_table_is_refused(
    tmp_path: Path, data: bytes, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bytes that are no text, and more of them than so many images can need, are not looked at further."""
    import csv

    before = csv.field_size_limit(10_000)
    try:
        assert failure(tmp_path, data).why == (why,)
    finally:
        csv.field_size_limit(before)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=200) | st.from_regex(r"id,label\n(i0[0-9],[0-9a-z.]{0,3}\n){0,12}"))
def test_any_text_is_read_or_refused(tmp_path: Path, text: str) -> None:
    """Whatever stands in the file, it becomes one or the other."""
    found = read(tmp_path, text.encode("utf-8", "surrogatepass"))

    assert isinstance(found, Failure) or sorted(set(found.labels.tolist())) <= [0, 1, 2]
