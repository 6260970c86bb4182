"""``grader inspect`` of folders and archives: all they hold."""

from __future__ import annotations

import io
import json
import stat
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.report_documents import Text, pdf

Call = Callable[..., Any]
ISOLATION = ("--isolation", "none", "--run", "no")
SCRIPT = b"""
from keras.datasets import mnist
from keras.layers import Dense, Flatten
from keras.models import Sequential
from helper import EPOCHS

(x_train, y_train), (x_test, y_test) = mnist.load_data()
model = Sequential([Flatten(), Dense(10)])
model.compile(loss="mse", optimizer="sgd")
model.fit(x_train, y_train, epochs=EPOCHS)
"""
FILES: Mapping[str, bytes] = {
    "lab/lab.py": SCRIPT,
    "lab/helper.py": b"EPOCHS = 7\n",
    "lab/report.pdf": pdf([[Text("Results", 760, 20), Text("We reached 98 %.", 680)]]),
    "lab/photo.png": b"\x89PNG\r\n\x1a\n" + bytes(20),
    "lab/answers.toml": b"[exercise-1]\nepochs = 7\n",
    "lab/answers.csv": b"id,label\n1,2\n",
}


def zipped(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def tarred(files: Mapping[str, bytes], mode: str) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:  # type: ignore[call-overload]
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def link(name: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        info = zipfile.ZipInfo(name)
        info.create_system = 3
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    return buffer.getvalue()


def inspected(call: Call, path: Path) -> dict[str, Any]:
    called = call("inspect", path, "--json", *ISOLATION)
    assert called.code == 0, called.err
    found: dict[str, Any] = json.loads(called.out)
    return found


def shown_of(contents: dict[str, Any], below: str) -> None:
    """All of `FILES` is shown, in a folder of that name."""
    assert contents["code"]["files"] == [f"{below}lab/helper.py", f"{below}lab/lab.py"]
    (training,) = contents["code"]["trainings"]
    assert (training["where"], training["epochs"]) == (f"{below}lab/lab.py:10", 7)
    (report,) = contents["reports"]
    assert (report["file"], report["format"]) == (f"{below}lab/report.pdf", "pdf")
    assert [item["value"] for item in report["numbers"]] == [98.0]
    (answers,) = contents["answers"]
    assert (answers["file"], len(answers["answers"])) == (f"{below}lab/answers.toml", 1)
    assert [(item["file"], item["kind"]) for item in contents["others"]] == [
        (f"{below}lab/answers.csv", "table"),
        (f"{below}lab/photo.png", "image"),
    ]
    assert (contents["models"], contents["not_opened"], contents["skipped"]) == ([], [], [])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("work.zip", zipped(FILES)),
        ("work.tar", tarred(FILES, "w")),
        ("work.tar.gz", tarred(FILES, "w:gz")),
        ("work.tar.bz2", tarred(FILES, "w:bz2")),
        ("work.tar.xz", tarred(FILES, "w:xz")),
        ("work", zipped(FILES)),
    ],
)
def test_an_archive_is_shown_as_its_folder(
    call: Call, tmp_path: Path, name: str, content: bytes
) -> None:
    """Whatever packed it and whatever it is called: code together, reports, and what is not shown."""
    path = tmp_path / name
    path.write_bytes(content)
    contents = inspected(call, path)

    assert contents["source"] == name
    shown_of(contents, f"{name}/")


def test_a_folder_is_shown_with_all_it_holds(call: Call, tmp_path: Path) -> None:
    """Reports beside code, and a link that nobody follows."""
    for name, content in FILES.items():
        path = tmp_path / "hand-in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    shown_of(inspected(call, tmp_path / "hand-in"), "")

    (tmp_path / "hand-in/link.py").symlink_to("/etc/passwd")
    assert inspected(call, tmp_path / "hand-in")["skipped"] == ["link.py"]


def test_the_text_has_each_part(call: Call, tmp_path: Path) -> None:
    """Counts first, then what each alone would show, within 80 columns."""
    path = tmp_path / "work.zip"
    path.write_bytes(zipped({**FILES, "lab/cut.pdf": b"%PDF-1.5\n"}))
    called = call("inspect", path, *ISOLATION)
    text = " ".join(called.out.split())

    assert called.code == 0
    assert "work.zip: 2 files of code, 1 report, 1 file of answers, 1 not opened." in text
    assert "written for Keras: 1 training. Nothing was run." in text
    assert "epochs: 7" in text
    assert "reached [98 %]" in text
    assert "Not opened: work.zip/lab/cut.pdf is damaged" in text
    assert "Not shown: work.zip/lab/answers.csv, work.zip/lab/photo.png" in text
    assert all(len(line) <= 80 for line in called.out.split("\n"))


def test_archives_in_archives_and_folders_are_unpacked(call: Call, tmp_path: Path) -> None:
    """One in another is, and a broken one beside others hides nothing."""
    path = tmp_path / "work.zip"
    inner = zipped({"lab.py": b"x = 1\n"})
    path.write_bytes(zipped({"inner.zip": inner, "broken.zip": inner[:-30], "a.txt": b"A text."}))
    contents = inspected(call, path)

    assert contents["code"]["files"] == ["work.zip/inner.zip/lab.py"]
    assert [report["file"] for report in contents["reports"]] == ["work.zip/a.txt"]
    (failed,) = contents["not_opened"]
    assert failed["file"] == "work.zip/broken.zip"
    assert "incomplete" in failed["message"]
    assert failed["hint"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("cut.zip", zipped(FILES)[:-40], "cut.zip is incomplete"),
        ("cut.tar.gz", tarred(FILES, "w:gz")[:200], "cut.tar.gz is damaged"),
        ("out.zip", zipped({"../../lab.py": b"x = 1"}), "out.zip"),
        ("link.zip", link("lab.py"), "lab.py"),
        ("bomb.zip", zipped({"lab.py": b"\0" * (80 << 20)}), "bomb.zip"),
        ("many.zip", zipped({f"{number}.py": b"" for number in range(2_000)}), "many.zip"),
        ("nothing.zip", zipped({"photo.png": FILES["lab/photo.png"]}), "holds no model, no report"),
    ],
)
def test_what_cannot_be_unpacked_is_named(
    call: Call, tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    """Broken, hostile, or without anything to show: with a hint, and without a traceback."""
    path = tmp_path / name
    path.write_bytes(content)
    called = call("inspect", path, *ISOLATION)

    assert (called.code, called.out) == (3, "")
    assert message in " ".join(called.err.split())
    assert "Hint:" in called.err
    assert "bug of the grader" not in called.err


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "holds no model, no report, no answers, no script and no notebook"),
        ({"photo.png": FILES["lab/photo.png"]}, "it holds photo.png"),
        ({"lab.ipynb": b"{"}, "nothing in hand-in can be shown: lab.ipynb holds no Python"),
    ],
    ids=["empty", "pictures", "broken"],
)
def test_a_folder_without_anything_to_show_says_so(
    call: Call, tmp_path: Path, files: Mapping[str, bytes], message: str
) -> None:
    """It names what is there, or why nothing opens."""
    folder = tmp_path / "hand-in"
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    called = call("inspect", folder, *ISOLATION)

    assert called.code == 3
    assert message in " ".join(called.err.split())
    assert "Hint:" in called.err
