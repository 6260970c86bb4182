"""The run folder: evidence, results and reports on disk, each file written whole or not at all.

::

    RUN/run.json                  what was asked, and with what
    RUN/lab.json                  the lab as it was judged
    RUN/labels/<dataset>.npy      the labels, so that a run is judged again anywhere; for staff
    RUN/images/<dataset>.npy      the test images of public sets, for the pictures on students' pages
    RUN/evidence/<id>.json, .npz  what was observed
    RUN/results/<id>.json         what it earned, with staff detail
    RUN/reports/<id>/             the page and the report for the student
    RUN/index.html, grades.csv    the class
    RUN/leaderboard.html          the class under pseudonyms, for all to see
    RUN/similar.json              which submissions are similar; for staff
    RUN/similar_code.json         the code of those that are similar by it; for staff
    RUN/similar/                  pages of such code, pair by pair, side by side; for staff
    RUN/starter_models.json       what is known of the starter models
    RUN/starter_code.json         the tokens of the starters that are scripts or notebooks
    RUN/rescores.jsonl            who was judged anew, and why
    RUN/reviews.jsonl             what people decided by hand: see `grader.runs.reviews`
    RUN/rescore-begun.json        what was earned before a `grader rescore` that was stopped
    RUN/work/                     parts of long work, until it is done
    RUN/.lock                     held by the grader at work
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
from numpy.typing import NDArray

from grader.errors import OldRunError, RunError
from grader.files import make_folder, read_if_there, remove_unfinished, write_changed
from grader.records.base import RecordT, from_json, to_json
from grader.records.evidence import Evidence
from grader.records.result import GradeReport
from grader.records.run import OLD_RUN_SCHEMAS, Rescore, RunHeader, RunManifest
from grader.records.similarity import Similarities
from grader.runs.arrays import (
    StoredArrays,
    map_array,
    pack_array,
    pack_arrays,
    read_array,
    read_arrays,
    stored_needs,
)
from grader.runs.locking import LockedError, is_locked, locked
from grader.storage import storing

_LOG = logging.getLogger(__name__)


class RunStore:
    """A run folder. What cannot be written or read is a `StorageError`, what is damaged counts as not there.

    Args:
        folder: Made where it does not exist.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._held = False

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other graders out of the folder; the lock goes with the process that holds it.

        Raises:
            RunError: Another grader is at work there, or the folder holds something else.
            StorageError: The folder cannot be written to, or its file system has no locks.
        """
        with storing(self.folder, "used"):
            if self.folder.exists() and not self.folder.is_dir():
                raise RunError(f"{self.folder} is a file", hint="name a folder for the run")
            if self.folder.is_dir() and any(self.folder.iterdir()) and not self._is_run():
                raise RunError(
                    f"{self.folder} is not empty and holds no run",
                    hint="name a new or empty folder",
                )
        # Labels and results in it are for staff.
        make_folder(self.folder, mode=0o700)
        make_folder(self.folder / "evidence")
        try:
            with locked(self._lock_file):
                self._held = True
                yield
        except LockedError:
            busy = f"another grader is at work in {self.folder}"
            progress = f": it is still being graded{self._progress()}" if self._is_begun() else ""
            hint = "wait for it, or name another folder"
            raise RunError(f"{busy}{progress}", hint=hint) from None
        finally:
            self._held = False

    def unfinished(self, absent: str) -> RunError:
        """The error that says why something is not in the folder: it is being graded, or was not to its end.

        Args:
            absent: What is not there.
        """
        if not self._held and is_locked(self._lock_file):
            return RunError(
                f"{self.folder} is still being graded{self._progress()}",
                hint="wait until `grader grade` is done",
            )
        return RunError(
            f"{self.folder} was not graded to its end: it has no {absent}",
            hint="run the same `grader grade` command again; it goes on where it stopped",
        )

    @property
    def _lock_file(self) -> Path:
        return self.folder / ".lock"

    def _is_run(self) -> bool:
        return (self.folder / "run.json").exists() or (self.folder / "evidence").is_dir()

    def _is_begun(self) -> bool:
        """Whether it is still graded for the first time, as far as can be seen."""
        manifest = self.read_manifest()
        return manifest is None or not all(
            (self.folder / "results" / f"{student}.json").exists() for student in manifest.students
        )

    def _progress(self) -> str:
        """How far the collecting is; empty where it has not begun."""
        manifest = self.read_manifest()
        if manifest is None:
            return ""
        names = [name for item in manifest.students for name in manifest.evidence_ids(item)]
        files = [self.folder / "evidence" / f"{name}.json" for name in names]
        done = sum(file.exists() for file in files)
        return f", {done} of {len(files)} submissions are collected"

    def read_manifest(self) -> RunManifest | None:
        """What the run was; None where none was begun.

        Raises:
            OldRunError: An earlier version of the grader wrote it.
            RunError: The file is damaged, or a later version wrote it.
        """
        file = self.folder / "run.json"
        data = read_if_there(file)
        if data is None:
            return None
        try:
            return from_json(data, RunManifest)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            header = _header(data)
            if header is not None and header.schema in OLD_RUN_SCHEMAS:
                raise OldRunError(
                    f"{self.folder} was written by version {header.written_by} of the grader",
                    hint="run `grader grade` into it again; all evidence is collected anew",
                ) from None
            raise RunError(
                f"{file} cannot be read: {error}",
                hint="it was damaged or written by another version; grade into a new folder",
            ) from error

    def require_manifest(self) -> RunManifest:
        """What the run was.

        Raises:
            RunError: There is no run in the folder, or it was just begun.
        """
        manifest = self.read_manifest()
        if manifest is not None:
            return manifest
        if self._is_run():
            raise self.unfinished("run.json")
        raise RunError(
            f"{self.folder} holds no run", hint="name the folder given to `grader grade --out`"
        )

    def write_manifest(self, manifest: RunManifest) -> None:
        """Keep what the run is."""
        self.write_record("run.json", manifest)

    def read_evidence(self, evidence_id: str) -> Evidence | None:
        """The evidence of a submission; None where it is not there or was damaged."""
        return self.read_record(f"evidence/{evidence_id}.json", Evidence)

    def read_arrays(self, evidence_id: str) -> dict[str, dict[str, NDArray[Any]]]:
        """The arrays of a submission's evidence: need id to name to array; empty where there are none.

        Raises:
            RunError: The file is damaged.
        """
        return read_arrays(self._arrays_file(evidence_id))

    def stored_array_needs(self, evidence_id: str) -> frozenset[str]:
        """Ids of the needs that have arrays; only the file's table of contents is read."""
        return stored_needs(self._arrays_file(evidence_id))

    def write_evidence(self, evidence: Evidence, arrays: StoredArrays | None = None) -> None:
        """Write evidence; the arrays first, since the JSON says that they are there.

        Args:
            evidence: Of one submission.
            arrays: All its arrays; None to leave those that are stored as they are.
        """
        name = evidence.submission.evidence_id
        if arrays:
            self._write_durably(f"evidence/{name}.npz", pack_arrays(arrays))
        self.write_record(f"evidence/{name}.json", evidence)

    def read_labels(self, dataset: str) -> NDArray[Any] | None:
        """The labels kept of a dataset; None where there are none, or they were damaged."""
        return read_array(self.folder / "labels" / f"{dataset}.npy")

    def write_labels(self, dataset: str, labels: NDArray[Any]) -> None:
        """Keep a dataset's labels."""
        self._write_durably(f"labels/{dataset}.npy", pack_array(labels))

    def read_images(self, dataset: str) -> NDArray[Any] | None:
        """The test images kept of a public dataset, read from disk one by one; None where there are none."""
        return map_array(self.folder / "images" / f"{dataset}.npy")

    def write_images(self, dataset: str, images: NDArray[Any]) -> None:
        """Keep the test images of a public dataset, for the pictures on students' pages."""
        self.write(f"images/{dataset}.npy", pack_array(images))

    def read_record(self, name: str, kind: type[RecordT]) -> RecordT | None:
        """A JSON file of the run; None where it is not there or was damaged."""
        data = read_if_there(self.folder / name)
        if data is None:
            return None
        try:
            return from_json(data, kind)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            _LOG.warning("%s cannot be read: %s", self.folder / name, error)
            return None

    def write_record(self, name: str, record: object) -> None:
        """Write a JSON file of the run."""
        self._write_durably(name, to_json(record))

    def read_similarities(self) -> Similarities | None:
        """Which submissions were similar; None where they were not compared, or the file was damaged."""
        return self.read_record("similar.json", Similarities)

    def read_result(self, student_id: str) -> GradeReport | None:
        """The full result of a submission; None where it was not judged yet."""
        return self.read_record(f"results/{student_id}.json", GradeReport)

    def write_result(self, report: GradeReport) -> bool:
        """Keep a full result; True where it differs from what was there."""
        return self.write(f"results/{report.student.id}.json", to_json(report))

    def read_lab(self) -> Mapping[str, Any]:
        """The lab as it was last judged, as plain data; empty where it never was, or the file was damaged."""
        return self.read_record("lab.json", dict[str, Any]) or {}

    def append_rescore(self, rescore: Rescore) -> None:
        """Add one line to the record of re-judgements, unless it is the last one already."""
        before = read_if_there(self.folder / "rescores.jsonl") or b""
        line = msgspec.json.encode(rescore) + b"\n"
        if not before.endswith(line):
            self._write_durably("rescores.jsonl", before + line)

    def write(self, name: str, data: bytes) -> bool:
        """Write a file of the run whole or not at all. True where it changed.

        For what can be made again from evidence; evidence itself is written by `_write_durably`.
        """
        return write_changed(self.folder / name, data)

    def _write_durably(self, name: str, data: bytes) -> None:
        write_changed(self.folder / name, data, durable=True)

    def ends_with(self, name: str, ending: bytes) -> bool:
        """Whether a file of the run is there and ends with these bytes."""
        file = self.folder / name
        with storing(file, "read"):
            try:
                with file.open("rb") as stream:
                    size = stream.seek(0, os.SEEK_END)
                    stream.seek(max(0, size - len(ending)))
                    return stream.read() == ending
            except FileNotFoundError:
                return False

    def remove(self, name: str) -> None:
        """Remove a file of the run, if it is there."""
        file = self.folder / name
        with storing(file, "removed"):
            file.unlink(missing_ok=True)

    def tidy(self) -> None:
        """Remove what a killed run left half written."""
        remove_unfinished(self.folder)

    @property
    def work_folder(self) -> Path:
        """Where kinds of evidence keep parts of long work."""
        return self.folder / "work"

    def remove_work(self) -> None:
        """Remove parts of long work: all of it is done."""
        shutil.rmtree(self.work_folder, ignore_errors=True)

    def _arrays_file(self, evidence_id: str) -> Path:
        # Not with_suffix: ids may contain dots.
        return self.folder / "evidence" / f"{evidence_id}.npz"


def _header(data: bytes) -> RunHeader | None:
    """The part of a manifest that every version of the grader reads; None where there is none."""
    try:
        return msgspec.json.decode(data, type=RunHeader)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
