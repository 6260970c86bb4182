"""Tables of predictions on texts: what is read, and what is said of those that cannot be used."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.evidence.texts.columns import find_columns
from grader.evidence.texts.tables import HeldOut, PredictedTable, read_tables
from grader.messages import catalogue
from grader.messages.failures import failure_text
from grader.records.evidence import Failure

HELD_OUT = HeldOut(ids=("ta", "tb", "tc"), class_names=("negative", "positive"), text_bytes=90)


def read(folder: Path, text: str | bytes, held_out: HeldOut = HELD_OUT) -> list[PredictedTable]:
    found = attempt(folder, text, held_out)
    assert not isinstance(found, Failure), found
    return found


def attempt(
    folder: Path, text: str | bytes, held_out: HeldOut = HELD_OUT
) -> list[PredictedTable] | Failure:
    path = folder / "lstm.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_tables(path, "work/lstm.csv", held_out)


@pytest.mark.parametrize(
    "text",
    [
        "id,label\nta,positive\ntc,negative\ntb,positive\n",
        "review_id,prediction\nTA,1\ntb,1\ntc,0\n",
        ",id,label\n0,ta,1\n1,tb,1\n2,tc,0\n",
        "Unnamed: 0,id,text,sentiment\n0,ta,a,1\n1,tb,b,1\n2,tc,c,0\n",
        'id,text,stars\nta,"good, really\ngood",5\ntb,fine,4\ntc,"bad ""food""",1\n',
        "id;probability\nta;0,9\ntb;0,5\ntc;0,1\n",
        "id\tscore_0\tscore_1\nta\t0.1\t0.9\ntb\t-1\t2\ntc\t3\t2\n",
        "id,prob_negative,prob_positive\nta,0.1,0.9\ntb,0.2,0.8\ntc,0.7,0.3\n",
        "id,negative,positive\nta,0,1\ntb,0.2,0.8\ntc,0.7,0.3\n",
        "ta,pos\r\ntb,pos\r\ntc,neg\r\n",
        "\ufeffid,label\rta,1\rtb,1\rtc,0\r",
        "id\tlabel\nta\t1\ntb\t1\ntc\t0\n".encode("utf-16"),
        'id,label\n"ta","1"\n\n"tb","1"\n"tc","0"\n\n',
        "id,label,proba\nta,1,0.2\ntb,1,0.3\ntc,0,0.4\n",
        "id,bert\nta,1\ntb,1\ntc,0\n",
    ],
    ids=repr,
)
def test_tables_are_read_as_students_write_them(tmp_path: Path, text: str | bytes) -> None:
    """Headings, separators, decimal signs, encodings and the order of lines may be any of the usual ones."""
    (table,) = read(tmp_path, text)

    assert table.labels.tolist() == [1, 1, 0]
    assert (table.model.file, table.model.model) == ("work/lstm.csv", "lstm")


def test_columns_that_nothing_names_are_models_of_their_own(tmp_path: Path) -> None:
    """One table may hold what several models predict, each called by its heading."""
    first, second = read(tmp_path, "id,Bag of words,LSTM\nta,1,pos\ntb,1,neg\ntc,0,neg\n")

    assert (first.model.model, first.model.coding) == ("lstm: Bag of words", "numbers")
    assert (second.model.model, second.model.coding) == ("lstm: LSTM", "names")
    assert [first.labels.tolist(), second.labels.tolist()] == [[1, 1, 0], [1, 0, 0]]


@pytest.mark.parametrize(
    ("text", "why", "said"),
    [
        ("id,label\nta,1\ntb,1\n", ("absent",), "1 of 3 texts have no line (tc)"),
        ("id,label\nta,1\ntb,1\ntc,0\nta,0\n", ("twice",), "1 line(s) repeat an id (line 5)"),
        ("id,label\nta,1\ntb,1\ntc,0\ntx,0\n", ("unknown",), "an id of no text (line 5)"),
        ("id,label\nta,1\ntb,2,3\ntc,0\n", ("cells", "absent"), "do not have 2 cells (line 3)"),
        ("id,label\nta,positive\ntb,neutral\ntc,negative\n", ("label",), "(line 3)"),
        ("id,label\nta,1\ntb,\ntc,nan\n", ("label",), "2 line(s) name none of the classes"),
        ("id,score_0,score_1\nta,1,2\ntb,1,inf\ntc,2,1\n", ("label",), "(line 3)"),
        ("id,label\nx,1\n", ("foreign",), "none of its ids belongs"),
        ("id,text\nta,a\n", ("columns",), "its first line is `id,text`"),
        ("name,label\nta,a\n", ("columns",), "its first line is `name,label`"),
        ("", ("columns",), "its first line is"),
        (b"id,label\nt\xff,1\n", ("not-text",), "not a text in UTF-8"),
        ("id,label\n" + "ta,1\n" * 40_000, ("too-large",), "too many for 3 texts"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_what_is_wrong_is_named_by_line(
    tmp_path: Path, text: str | bytes, why: tuple[str, ...], said: str
) -> None:
    """Missing, doubled and unknown ids, labels that are none, and files that are no table."""
    found = attempt(tmp_path, text)

    assert isinstance(found, Failure)
    assert (found.reason, found.fault) == ("bad-text-predictions", "submission")
    assert found.why == tuple(f"text-table-{item}" for item in why)
    for language in ("en", "fr"):
        sentences = failure_text(found, catalogue(language))
        assert "work/lstm.csv" in sentences.message
        assert "pandas" in sentences.advice
    assert said in failure_text(found, catalogue("en")).message


def test_a_file_is_read_no_further_than_a_table_of_these_texts_goes(tmp_path: Path) -> None:
    """Endless files cost no memory, and a cell of any length ends in a sentence."""
    assert isinstance(attempt(tmp_path, "id,label\n" + "a" * 200_000), Failure)
    large = HeldOut(HELD_OUT.ids, HELD_OUT.class_names, text_bytes=1_000_000)
    found = attempt(tmp_path, 'id,label\nta,"' + "a" * 200_000, large)

    assert isinstance(found, Failure)
    assert found.why == ("text-table-not-text",)


@given(
    text=st.one_of(
        st.binary(max_size=300),
        st.lists(
            st.lists(
                st.sampled_from(
                    [
                        "id",
                        "ta",
                        "tb",
                        "tc",
                        "TA",
                        "label",
                        "1",
                        "0",
                        "-1",
                        "0.5",
                        "1e999",
                        "nan",
                        "",
                        '"',
                        '"a',
                        "\0",
                    ]
                ),
                max_size=5,
            ),
            max_size=8,
        ).map(lambda rows: "\n".join(map(",".join, rows)).encode()),
    )
)
def test_whatever_a_file_holds_is_read_or_named(tmp_path_factory: Any, text: bytes) -> None:
    """Every table gives a class of the dataset for every text, or a failure of the submission with a sentence."""
    found = attempt(tmp_path_factory.getbasetemp(), b"id,label\n" + text)

    if isinstance(found, Failure):
        assert found.why
        assert failure_text(found, catalogue("en")).message
    else:
        for item in found:
            assert item.labels.shape == (3,)
            assert set(item.labels.tolist()) <= {0, 1}


def test_a_table_of_a_hundred_columns_is_read_in_part(tmp_path: Path) -> None:
    """A table with more models than anybody trains costs no more time than one of twenty."""
    names = [f"m{number}" for number in range(100)]
    rows = [",".join([name, *["1"] * 100]) for name in HELD_OUT.ids]

    assert len(read(tmp_path, "\n".join((",".join(["id", *names]), *rows)))) == 20


def test_headings_of_five_classes_are_found() -> None:
    """Scores of each class by number, or by name; one for each, or none counts."""
    names = ("1 star", "2 stars", "3 stars", "4 stars", "5 stars")
    found = find_columns(["id", *(f"score_{number}" for number in range(5))], names)

    assert found is not None
    assert found.models[0].places == (1, 2, 3, 4, 5)
    partial = find_columns(["id", "score_0", "score_1"], names)
    assert partial is not None
    assert len(partial.models) == 2
