"""Classes laid out as they arrive, graded through the command line."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.course import load_course
from tests.program import REPOSITORY, asking_for_digits, grader

LAB = "ml-assignment2"
SAMPLES = REPOSITORY / "submissions" / LAB

#: Two models, told apart by their marks, and a hand-in that no process is started for.
GOOD = (SAMPLES / "bruno" / "mlp.h5").read_bytes()
POOR = (SAMPLES / "chloe" / "digits.h5").read_bytes()
STUB = b"weights to come\n"

#: What binary fractions make of decimal ones: 0.7999999999999999, 0.30000000000000004.
CRUMBS = re.compile(r"\d\.\d*(?:9{6,}|0{6,})\d")

Files = Mapping[str, bytes | str | None]


def lay(folder: Path, files: Files) -> Path:
    """Files by their paths below a folder; None stands for an empty folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        target = folder / name
        if content is None:
            target.mkdir(parents=True)
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


@dataclass(frozen=True)
class Graded:
    """A class that was graded."""

    run: Path
    said: str
    """What the command said on the way."""
    summary: dict[str, Any]
    """What ``--json`` prints."""
    rows: dict[str, dict[str, str]]
    """Lines of ``grades.csv`` by id."""

    def points(self) -> dict[str, float]:
        """The mark of each, final or not."""
        return {name: float(row["points"]) for name, row in self.rows.items()}

    def names(self) -> dict[str, str]:
        return {name: row["name"] for name, row in self.rows.items()}

    def files(self) -> dict[str, list[str] | None]:
        """What each handed in, by id; None of whom no submission was found."""
        found = {}
        for name, submission in self._submissions().items():
            files = sorted(file["path"] for file in submission["files"])
            found[name] = None if submission.get("absent") else files
        return found

    def received(self) -> dict[str, str | None]:
        """When each handed in, in UTC."""
        return {name: item.get("received_at") for name, item in self._submissions().items()}

    def open(self) -> set[str]:
        """Who has no final mark."""
        return {name for name, row in self.rows.items() if row["status"] == "needs-review"}

    def unmatched(self) -> set[str]:
        """Whose submission fits nobody on the roster, or several."""
        return {name for name, row in self.rows.items() if "not-matched" in row["flags"].split()}

    def result(self, student: str) -> dict[str, Any]:
        """The first check of a student."""
        report = json.loads((self.run / "results" / f"{student}.json").read_bytes())
        return dict(report["exercises"][0]["checks"][0])

    def reason(self, student: str) -> str | None:
        """Why nothing could be measured."""
        return (self.result(student).get("failure") or {}).get("reason")

    def _submissions(self) -> dict[str, dict[str, Any]]:
        return {
            name: json.loads((self.run / "evidence" / f"{name}.json").read_bytes())["submission"]
            for name in self.rows
        }


def course(folder: Path, roster: str | bytes | None = None, settings: str = "") -> Path:
    """A course directory."""
    lines = 'roster = "roster.csv"\n' if roster is not None else ""
    lay(folder, {"course.toml": asking_for_digits(lines + settings)})
    if roster is not None:
        lay(folder, {"roster.csv": roster})
    return folder


def grade(
    folder: Path,
    files: Files,
    *more: str | Path,
    roster: str | bytes | None = None,
    settings: str = "",
    program: Sequence[str] = (),
) -> Graded:
    """Lay out a class below `folder`, grade it, and hold what comes out to what holds of every class."""
    submissions = lay(folder / "class", files)
    where = course(folder / "course", roster, settings)
    return graded(folder, submissions, where, *more, program=program)


def graded(
    folder: Path,
    submissions: Path,
    where: Path,
    *more: str | Path,
    lab: str = LAB,
    program: Sequence[str] = (),
) -> Graded:
    """Grade a class that is there."""
    words = ("grade", lab, submissions, "--course", where, "--out", "run", "--jobs", "1", "--json")
    started = {"program": program} if program else {}
    done = grader(*words, *more, cwd=folder, **started)  # type: ignore[arg-type]
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    run = folder / "run"
    with (run / "grades.csv").open(newline="", encoding="utf-8") as stream:
        lines = list(csv.DictReader(stream))
    summary = json.loads(done.stdout)
    ids = [student["id"] for student in summary["students"]]
    assert len(lines) == len(set(ids))
    found = Graded(run, done.stderr, summary, dict(zip(ids, lines, strict=True)))
    listed = load_course(where).roster().entries
    assert_fair(found, len(listed) or None)
    return found


def assert_fair(found: Graded, enrolled: int | None) -> None:
    """Nobody stands twice; no absence is final while a hand-in has no owner; no number has crumbs."""
    unmatched = found.unmatched()
    assert enrolled is None or len(found.rows) == enrolled + len(unmatched), "listed twice"
    if unmatched:
        absent = {name for name, files in found.files().items() if files is None}
        assert absent <= found.open(), "a final 0 while a submission has no owner"
    for file in found.run.rglob("*"):
        if file.suffix in (".json", ".jsonl", ".csv", ".html"):
            crumb = CRUMBS.search(file.read_text(encoding="utf-8"))
            assert crumb is None, f"{file}: {crumb}"
