"""Reviews in files: as Yelp and others published them, and a course's own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from grader import datasets
from grader.datasets import review_files
from grader.datasets.verification import verify
from grader.errors import DataError, DataUnavailableError

REVIEWS = (("good", 5.0), ("so so", 3.0), ("bad", 1.0), ("fine\n\nreally", 4.0))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GRADER_DATA", str(tmp_path))
    return tmp_path


def yelp_json(folder: Path, *lines: str) -> Path:
    given = lines or tuple(
        json.dumps({"review_id": f"r{number}", "stars": stars, "text": text})
        for number, (text, stars) in enumerate(REVIEWS)
    )
    path = folder / review_files.YELP_JSON
    path.write_text("\n".join(given) + "\n", encoding="utf-8")
    return path


def test_yelps_own_file_is_read_in_its_published_form(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three stars say nothing; the first reviews are held out, the others are for training."""
    monkeypatch.setattr(review_files, "_JSON_TEST", 2)
    yelp_json(folder)
    dataset = datasets.get("yelp-reviews")

    assert dataset.load("test").texts == ("good", "bad")
    assert dataset.load("test").labels.tolist() == [1, 0]
    assert dataset.load("train").texts == ("fine\n\nreally",)


@pytest.mark.parametrize(
    "line", ["{", "[]", '{"stars": 9, "text": "a"}', '{"stars": 5, "text": 3}'], ids=repr
)
def test_a_damaged_line_is_named(folder: Path, line: str) -> None:
    """What is no review of Yelp's is said by its line, with where to get the file."""
    yelp_json(folder, '{"stars": 5, "text": "a"}', line)

    with pytest.raises(DataError, match="line 2") as caught:
        datasets.get("yelp-reviews").load("test")
    assert "Yelp" in caught.value.hint


@pytest.mark.parametrize(("name", "classes"), [("yelp-polarity", 2), ("yelp-full", 5)])
def test_the_sets_of_zhang_are_read_in_their_published_form(
    folder: Path, name: str, classes: int
) -> None:
    """A class from 1 and a text, without a header; quotes are doubled, line breaks written as two characters."""
    path = folder / f"{name.replace('-', '_review_')}_csv" / "test.csv"
    path.parent.mkdir()
    path.write_text(
        f'"1","it was ""fine"", they said\\n\\nnot so"\n"{classes}","good"\n', encoding="utf-8"
    )
    split = datasets.get(name).load("test")

    assert split.texts[0] == 'it was "fine", they said\n\nnot so'
    assert split.labels.tolist() == [0, classes - 1]
    (_, finding) = verify(datasets.get(name))
    assert (finding.size, finding.image_shape, finding.problems) == (2, (), ())

    path.write_text('"1","a"\n"6","b"\n', encoding="utf-8")
    with pytest.raises(DataError, match="row 2"):
        datasets.get(name).load("test")


def test_an_absent_file_says_where_it_belongs(folder: Path) -> None:
    """The hint names the file, the folder and who gives it out."""
    with pytest.raises(DataUnavailableError) as caught:
        datasets.get("yelp-polarity").load("test")
    assert "yelp_review_polarity_csv/test.csv" in caught.value.hint


def test_an_empty_file_is_no_dataset(folder: Path) -> None:
    """A file in which every review has three stars holds out nothing."""
    yelp_json(folder, '{"stars": 3, "text": "a"}')

    with pytest.raises(DataError, match="no review"):
        datasets.get("yelp-reviews").load("test")


def test_a_courses_own_reviews_are_secret(tmp_path: Path) -> None:
    """A folder with `reviews.csv`; labels are words or numbers, other columns are left alone."""
    (tmp_path / "reviews.csv").write_text(
        'label,by,text\npositive,a,"good, really"\n0,b,bad\n', encoding="utf-8"
    )
    dataset = datasets.course_reviews(tmp_path)

    assert dataset.visibility == "secret"
    assert dataset.load("test").texts == ("good, really", "bad")
    assert dataset.load("test").labels.tolist() == [1, 0]
    with pytest.raises(DataUnavailableError) as caught:
        dataset.load("train")
    assert "train.csv" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("text,stars\na,1\n", "columns"),
        ("text,label\na,neutral\n", "line 2"),
        ("text,label\n", "no review"),
        ("", "columns"),
    ],
)
def test_a_table_that_cannot_be_used_says_why(tmp_path: Path, text: str, said: str) -> None:
    """The instructor reads what is wrong, where, and how to write the table."""
    (tmp_path / "reviews.csv").write_text(text, encoding="utf-8")

    with pytest.raises(DataError, match=said) as caught:
        datasets.course_reviews(tmp_path).load("test")
    assert "text,label" in caught.value.hint or not caught.value.hint
