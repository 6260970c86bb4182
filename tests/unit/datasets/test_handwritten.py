from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from grader import datasets
from grader.datasets.handwritten import Handwritten, Reading, Remark, read_folder
from grader.errors import DataError, DataUnavailableError


def draw(path: Path, slant: int = 0) -> Path:
    """A stroke in a picture of its own."""
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = Image.new("L", (60, 60), 255)
    ImageDraw.Draw(picture).line((30 - slant, 10, 30 + slant, 50), fill=0, width=5)
    picture.save(path)
    return path


def reasons(reading: Reading) -> dict[str, str]:
    return {remark.file: remark.reason for remark in reading.remarks}


def test_labels_come_from_the_table_in_its_order(tmp_path: Path) -> None:
    """The table's order is kept, its other columns are ignored, and folders may be named."""
    draw(tmp_path / "deep" / "a.png", 1)
    draw(tmp_path / "b.png", 2)
    table = "note,label,file\nx, 4 ,b.png\ny,1,deep\\a.png\n"
    (tmp_path / "labels.csv").write_text(table, encoding="utf-8-sig")

    reading = read_folder(tmp_path)

    assert reading.files == ("b.png", "deep/a.png")
    assert reading.split.labels.tolist() == [4, 1]
    assert reading.split.images.shape == (2, 28, 28)
    assert reading.remarks == ()


def test_a_spreadsheet_may_separate_by_semicolons(tmp_path: Path) -> None:
    """A table with semicolons, as spreadsheets in many languages write it, is read."""
    draw(tmp_path / "a.png")
    (tmp_path / "labels.csv").write_text("File; Label\na.png;7;extra\n\n")

    assert read_folder(tmp_path).split.labels.tolist() == [7]


def test_labels_come_from_names_in_natural_order(tmp_path: Path) -> None:
    """Without a table the digit before _, - or . is the label, and 2 comes before 10."""
    for slant, name in enumerate(["1_10.png", "1_2.png", "7-x.png", "0.png", ".1_hidden.png"]):
        draw(tmp_path / name, slant)
    (tmp_path / "readme.txt").write_text("hello")

    reading = read_folder(tmp_path)

    assert reading.files == ("0.png", "1_2.png", "1_10.png", "7-x.png")
    assert reading.split.labels.tolist() == [0, 1, 1, 7]
    assert reasons(reading) == {"readme.txt": "the label '' is not a digit from 0 to 9"}


def test_what_cannot_be_used_is_left_out_with_a_reason(tmp_path: Path) -> None:
    """Unreadable, blank, absent, unlabelled and repeated entries are listed, the rest is kept."""
    draw(tmp_path / "in" / "good.png")
    draw(tmp_path / "out.png")
    (tmp_path / "in" / "text.png").write_text("hello")
    Image.new("L", (50, 50), 200).save(tmp_path / "in" / "blank.png")
    shutil.copy(tmp_path / "in" / "good.png", tmp_path / "in" / "copy.png")
    rows = ["good.png,1", "text.png,1", "blank.png,2", "absent.png,3", "../out.png,4"]
    rows += ["/etc/hostname,5", "ten.png,10", "good.png,1", "copy.png,2"]
    (tmp_path / "in" / "labels.csv").write_text("file,label\n" + "\n".join(rows))

    reading = read_folder(tmp_path / "in")

    assert reading.files == ("good.png", "copy.png")
    assert reading.remarks == (
        Remark("text.png", "no picture that can be read", kept=False),
        Remark("blank.png", "no ink found: nothing stands out from the ground", kept=False),
        Remark("absent.png", "there is no such file", kept=False),
        Remark("../out.png", "leads out of the folder", kept=False),
        Remark("/etc/hostname", "leads out of the folder", kept=False),
        Remark("ten.png", "the label '10' is not a digit from 0 to 9", kept=False),
        Remark("good.png", "is listed twice", kept=False),
        Remark("copy.png", "is the same picture as good.png", kept=True),
    )


@pytest.mark.parametrize("name", ["a\0.png", "a" * 5000, "loop"])
def test_impossible_file_names_are_left_out(tmp_path: Path, name: str) -> None:
    """A name no file can have, or a link to itself, is a remark and not a crash."""
    draw(tmp_path / "a.png")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "labels.csv").write_text(f"file,label\n{name},1\na.png,1\n")

    reading = read_folder(tmp_path)

    assert reading.files == ("a.png",)
    assert len(reading.remarks) == 1


def test_doubtful_rows_are_those_with_a_remark(tmp_path: Path) -> None:
    """The rows to frame on a contact sheet are those of pictures kept in spite of a remark."""
    draw(tmp_path / "1_a.png")
    draw(tmp_path / "1_c.png", 3)
    shutil.copy(tmp_path / "1_a.png", tmp_path / "1_b.png")
    (tmp_path / "1_d.png").write_text("hello")

    assert read_folder(tmp_path).doubtful == (1,)


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    """A symbolic link to a picture elsewhere is left out."""
    draw(tmp_path / "in" / "1_a.png")
    (tmp_path / "in" / "2_b.png").symlink_to(draw(tmp_path / "out.png", 3))

    assert reasons(read_folder(tmp_path / "in")) == {"2_b.png": "leads out of the folder"}


@pytest.mark.parametrize(
    "table",
    [b"", b"file,label\n", b"name,digit\na.png,1\n", b"\xff\xfe\x00", b'file,label\n"a.png,1\n'],
    ids=["empty", "no rows", "other columns", "no text", "open quote"],
)
def test_a_table_that_cannot_be_used_says_how_to_mend_it(tmp_path: Path, table: bytes) -> None:
    """A broken labels.csv raises an error that names it and the columns it needs."""
    (tmp_path / "labels.csv").write_bytes(table)

    with pytest.raises(DataError, match=r"labels\.csv") as caught:
        read_folder(tmp_path)
    assert "file,label" in caught.value.hint


def test_a_folder_without_digits_raises(tmp_path: Path) -> None:
    """A folder with nothing usable raises with the first reason."""
    with pytest.raises(DataError, match="no usable picture"):
        read_folder(tmp_path)
    (tmp_path / "1_a.png").write_text("hello")
    with pytest.raises(DataError, match=r"1_a\.png: no picture"):
        read_folder(tmp_path)


def test_a_course_names_its_own_folder(tmp_path: Path) -> None:
    """A course's folder has its own name and visibility, and is read once."""
    draw(tmp_path / "1_a.png")
    dataset = datasets.handwritten_folder(tmp_path, visibility="public", name="our-digits")
    assert isinstance(dataset, Handwritten)

    location = dataset.locate("test")

    assert location is not None
    assert (location.path, location.origin) == (tmp_path, "course")
    assert (dataset.name, dataset.visibility) == ("our-digits", "public")
    assert dataset.load("test") is dataset.load("test")
    assert dataset.report() == ()
    assert dataset.locate("train") is None


def test_the_default_folder_lies_in_grader_data(folders: dict[str, Path]) -> None:
    """Without a folder of its own the dataset is 'handwritten' in GRADER_DATA, never a cache."""
    draw(folders["keras-cache"] / "handwritten" / "1_a.png")
    assert Handwritten().locate("test") is None

    draw(folders["GRADER_DATA"] / "handwritten" / "1_a.png")

    assert len(Handwritten().load("test")) == 1


def test_an_absent_folder_is_named(tmp_path: Path) -> None:
    """A course whose folder is not there gets an error with its path."""
    with pytest.raises(DataUnavailableError, match="absent is not there"):
        Handwritten(tmp_path / "absent").load("test")
    with pytest.raises(DataUnavailableError, match="no train split"):
        Handwritten(tmp_path).load("train")


def test_calibration_is_public(tmp_path: Path) -> None:
    """An input scaling is chosen on the public digits, never on the secret pictures."""
    calibration = Handwritten(tmp_path).calibration()
    digits = datasets.get("digits")

    assert calibration is not None
    assert len(calibration.split) == 1_797
    assert np.array_equal(calibration.split.images[297:], digits.load("test").images)
