"""Archives that students hand in, through the command line."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

from tests.program import REPOSITORY, grader

LAB = "ml-assignment2"
MODEL = next((REPOSITORY / "submissions" / LAB / "amina").glob("*.h5"))


def zipped(path: Path, **more: bytes | str) -> Path:
    """A folder with a model, packed by a desktop."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(MODEL, "my work/digits.h5")
        archive.writestr("my work/train.py", "raise SystemExit\n")
        archive.writestr("__MACOSX/my work/._digits.h5", b"\0\5")
        for name, content in more.items():
            archive.writestr(name, content)
    return path


def checked(path: Path, cwd: Path) -> dict[str, object]:
    finished = grader("check", LAB, path, "--format", "json", cwd=cwd)
    assert finished.returncode == 0, finished.stderr
    assert "Traceback" not in finished.stdout + finished.stderr
    (exercise,) = json.loads(finished.stdout)["exercises"]
    return dict(exercise)


def files(exercise: dict[str, object]) -> object:
    (artefact,) = exercise["artefacts"]  # type: ignore[misc, has-type]
    return artefact["files"]


def figures(exercise: dict[str, object]) -> object:
    """What was measured, without what tells where the file lay."""
    (check,) = exercise["checks"]  # type: ignore[misc, has-type]
    return check["status"], check["facts"], check["score_interval"]


def test_a_model_in_a_zip_is_graded_like_the_model(tmp_path: Path) -> None:
    """The file handed in, or a folder with it, gives what the model itself gives, and the path is reported."""
    folder = tmp_path / "folder"
    folder.mkdir()
    archive = zipped(folder / "amina.zip")
    alone, inside = checked(archive, tmp_path), checked(folder, tmp_path)

    assert files(alone) == files(inside) == ["amina.zip/my work/digits.h5"]
    assert figures(alone) == figures(inside) == figures(checked(MODEL, tmp_path))


def test_a_file_beside_the_archive_goes_first(tmp_path: Path) -> None:
    """Where the model itself was handed in, an archive is not expanded."""
    folder = tmp_path / "folder"
    folder.mkdir()
    zipped(folder / "all.zip")
    shutil.copy(MODEL, folder / "digits.h5")

    assert files(checked(folder, tmp_path)) == ["digits.h5"]


def test_a_hostile_zip_stands_between_good_ones(tmp_path: Path) -> None:
    """It is refused with the reason, nothing is written outside, and the neighbours get their marks."""
    work = tmp_path / "work"
    for student in ("a", "b", "c"):
        (work / "submissions" / student).mkdir(parents=True)
        zipped(
            work / "submissions" / student / "work.zip",
            **({"../../../escaped.h5": b"x"} if student == "b" else {}),
        )
    finished = grader("grade", LAB, work / "submissions", "--out", "run", cwd=work)

    assert finished.returncode == 0, finished.stderr
    assert not list(tmp_path.rglob("escaped*"))
    assert {entry.name for entry in work.iterdir()} <= {"submissions", "run", "cache"}
    results = {
        student: json.loads((work / "run/results" / f"{student}.json").read_text())["exercises"][0]
        for student in ("a", "b", "c")
    }
    assert figures(results["a"]) == figures(results["c"])
    assert results["a"]["checks"][0]["facts"]
    assert results["b"]["checks"][0]["failure"]["reason"] == "refused"
    page = (work / "run/reports/b/index.html").read_text()
    assert "leads out of the archive" in page
    page = (work / "run/reports/a/index.html").read_text()
    assert "work.zip/my work/digits.h5" in page
    evidence = json.loads((work / "run/evidence/a.json").read_text())
    assert [file["path"] for file in evidence["submission"]["files"]] == ["work.zip"]
    (served,) = evidence["resolved"]["artefacts"]["digit-model"]["files"]
    assert served["path"] == "work.zip/my work/digits.h5"
