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
    RUN/starter_models.json       what is known of the starter models
    RUN/rescores.jsonl            who was judged anew, and why
"""

from __future__ import annotations

import contextlib
import io
import logging
import os
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
import numpy as np
from numpy.typing import NDArray

from grader.errors import OldRunError, RunError
from grader.records.base import RecordT, from_json, to_json
from grader.records.evidence import Evidence
from grader.records.result import GradeReport
from grader.records.run import OLD_RUN_SCHEMAS, Rescore, RunHeader, RunManifest
from grader.records.similarity import Similarities

_LOG = logging.getLogger(__name__)

#: Need id to the arrays beside its record, by name.
StoredArrays = Mapping[str, Mapping[str, NDArray[Any]]]

#: Stands between a need's id and the name of an array.
_SEPARATOR = "#"


class RunStore:
    """A run folder.

    Args:
        folder: Made where it does not exist.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other graders out of the folder; the lock goes with the process that holds it.

        Raises:
            RunError: Another grader is at work there, or the folder holds something else.
        """
        if self.folder.exists() and not self.folder.is_dir():
            raise RunError(f"{self.folder} is a file", hint="name a folder for the run")
        foreign = self.folder.is_dir() and any(self.folder.iterdir()) and not self._is_run()
        if foreign:
            raise RunError(
                f"{self.folder} is not empty and holds no run", hint="name a new or empty folder"
            )
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        # Labels and results in it are for staff.
        self.folder.mkdir(mode=0o700, exist_ok=True)
        (self.folder / "evidence").mkdir(exist_ok=True)
        with (self.folder / ".lock").open("w") as handle:
            _lock(handle.fileno(), self.folder)
            yield

    def _is_run(self) -> bool:
        return (self.folder / "run.json").exists() or (self.folder / "evidence").is_dir()

    def read_manifest(self) -> RunManifest | None:
        """What the run was; None where none was begun.

        Raises:
            OldRunError: An earlier version of the grader wrote it.
            RunError: The file is damaged, or a later version wrote it.
        """
        file = self.folder / "run.json"
        try:
            return self._read(file, RunManifest)
        except RunError:
            header = self._header(file)
            if header is not None and header.schema in OLD_RUN_SCHEMAS:
                raise OldRunError(
                    f"{self.folder} was written by version {header.written_by} of the grader",
                    hint="run `grader grade` into it again; all evidence is collected anew",
                ) from None
            raise

    def _header(self, file: Path) -> RunHeader | None:
        try:
            return msgspec.json.decode(file.read_bytes(), type=RunHeader)
        except (OSError, msgspec.DecodeError):
            return None

    def require_manifest(self) -> RunManifest:
        """What the run was.

        Raises:
            RunError: There is no run in the folder.
        """
        manifest = self.read_manifest()
        if manifest is None:
            raise RunError(
                f"{self.folder} holds no run", hint="name the folder given to `grader grade --out`"
            )
        return manifest

    def write_manifest(self, manifest: RunManifest) -> None:
        """Keep what the run is."""
        self._write_durably("run.json", to_json(manifest))

    def read_evidence(self, student_id: str) -> Evidence | None:
        """The evidence of a submission; None where it is not there or was damaged."""
        return self._read_or_none(f"evidence/{student_id}.json", Evidence)

    def read_arrays(self, student_id: str) -> dict[str, dict[str, NDArray[Any]]]:
        """The arrays of a submission's evidence: need id to name to array; empty where there are none.

        Raises:
            RunError: The file is damaged.
        """
        file = self._arrays_file(student_id)
        found: dict[str, dict[str, NDArray[Any]]] = {}
        if not file.exists():
            return found
        try:
            with file.open("rb") as stream, np.load(stream, allow_pickle=False) as archive:
                for entry in archive.files:
                    need, _, name = entry.rpartition(_SEPARATOR)
                    found.setdefault(need, {})[name] = archive[entry]
        except (OSError, ValueError, zipfile.BadZipFile) as error:
            raise RunError(
                f"{file} is damaged: {error}", hint="run `grader grade` again"
            ) from error
        return found

    def stored_array_needs(self, student_id: str) -> frozenset[str]:
        """Ids of the needs that have arrays; only the file's table of contents is read."""
        try:
            with zipfile.ZipFile(self._arrays_file(student_id)) as archive:
                names = archive.namelist()
        except (OSError, zipfile.BadZipFile):
            return frozenset()
        return frozenset(name.rpartition(_SEPARATOR)[0] for name in names)

    def write_evidence(self, evidence: Evidence, arrays: StoredArrays | None = None) -> None:
        """Write evidence; the arrays first, since the JSON says that they are there.

        Args:
            evidence: Of one submission.
            arrays: All its arrays; None to leave those that are stored as they are.
        """
        student = evidence.submission.student.id
        if arrays:
            flat = {
                f"{need}{_SEPARATOR}{name}": array
                for need, named in arrays.items()
                for name, array in named.items()
            }
            buffer = io.BytesIO()
            # The stub takes the names of arrays for options.
            np.savez(buffer, **flat)  # type: ignore[arg-type]
            self._write_durably(f"evidence/{student}.npz", buffer.getvalue())
        self._write_durably(f"evidence/{student}.json", to_json(evidence))

    def read_labels(self, dataset: str) -> NDArray[Any] | None:
        """The labels kept of a dataset; None where there are none."""
        file = self.folder / "labels" / f"{dataset}.npy"
        try:
            labels: NDArray[Any] = np.load(file, allow_pickle=False)
        except (OSError, ValueError):
            return None
        return labels

    def write_labels(self, dataset: str, labels: NDArray[Any]) -> None:
        """Keep a dataset's labels."""
        buffer = io.BytesIO()
        np.save(buffer, labels, allow_pickle=False)
        self._write_durably(f"labels/{dataset}.npy", buffer.getvalue())

    def read_images(self, dataset: str) -> NDArray[Any] | None:
        """The test images kept of a public dataset, read from disk one by one; None where there are none."""
        try:
            images: NDArray[Any] = np.load(
                self.folder / "images" / f"{dataset}.npy", mmap_mode="r", allow_pickle=False
            )
        except (OSError, ValueError):
            return None
        return images

    def write_images(self, dataset: str, images: NDArray[Any]) -> None:
        """Keep the test images of a public dataset, for the pictures on students' pages."""
        buffer = io.BytesIO()
        np.save(buffer, images, allow_pickle=False)
        self.write(f"images/{dataset}.npy", buffer.getvalue())

    def read_record(self, name: str, kind: type[RecordT]) -> RecordT | None:
        """A JSON file of the run; None where it is not there or was damaged."""
        return self._read_or_none(name, kind)

    def write_record(self, name: str, record: object) -> None:
        """Write a JSON file of the run."""
        self._write_durably(name, to_json(record))

    def read_similarities(self) -> Similarities | None:
        """Which submissions were similar; None where they were not compared, or the file was damaged."""
        return self._read_or_none("similar.json", Similarities)

    def read_result(self, student_id: str) -> GradeReport | None:
        """The full result of a submission; None where it was not judged yet."""
        return self._read_or_none(f"results/{student_id}.json", GradeReport)

    def write_result(self, report: GradeReport) -> bool:
        """Keep a full result; True where it differs from what was there."""
        return self.write(f"results/{report.student.id}.json", to_json(report))

    def read_lab(self) -> Mapping[str, Any]:
        """The lab as it was last judged, as plain data; empty where it never was."""
        try:
            data: Mapping[str, Any] = msgspec.json.decode((self.folder / "lab.json").read_bytes())
        except (OSError, msgspec.DecodeError):
            return {}
        return data

    def append_rescore(self, rescore: Rescore) -> None:
        """Add one line to the record of re-judgements."""
        with (self.folder / "rescores.jsonl").open("ab") as stream:
            stream.write(msgspec.json.encode(rescore) + b"\n")

    def write(self, name: str, data: bytes) -> bool:
        """Write a file of the run whole: to a temporary name, then renamed. True where it changed.

        For what can be made again from evidence; evidence itself is written by `_write_durably`.
        """
        return self._replace(name, data, lambda stream: None)

    def _write_durably(self, name: str, data: bytes) -> bool:
        """Write a file that is on the disk, not only on its way there, before it has its name."""
        return self._replace(name, data, lambda stream: os.fsync(stream.fileno()))

    def _replace(self, name: str, data: bytes, settle: Callable[[BinaryIO], None]) -> bool:
        target = self.folder / name
        with contextlib.suppress(OSError):
            if target.read_bytes() == data:
                return False
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
        with temporary.open("wb") as stream:
            stream.write(data)
            stream.flush()
            settle(stream)
        temporary.replace(target)
        return True

    def ends_with(self, name: str, ending: bytes) -> bool:
        """Whether a file of the run is there and ends with these bytes."""
        try:
            with (self.folder / name).open("rb") as stream:
                stream.seek(-len(ending), os.SEEK_END)
                return stream.read() == ending
        except OSError:
            return False

    def tidy(self) -> None:
        """Remove what a killed run left half written."""
        for leftover in self.folder.rglob(".*.tmp"):
            leftover.unlink(missing_ok=True)

    def _arrays_file(self, student_id: str) -> Path:
        # Not with_suffix: ids may contain dots.
        return self.folder / "evidence" / f"{student_id}.npz"

    def _read_or_none(self, name: str, kind: type[RecordT]) -> RecordT | None:
        try:
            return self._read(self.folder / name, kind)
        except RunError as error:
            _LOG.warning("%s", error)
            return None

    def _read(self, file: Path, kind: type[RecordT]) -> RecordT | None:
        try:
            return from_json(file.read_bytes(), kind)
        except FileNotFoundError:
            return None
        except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
            raise RunError(
                f"{file} cannot be read: {error}",
                hint="it was damaged or written by another version; grade into a new folder",
            ) from error


def _lock(descriptor: int, folder: Path) -> None:
    try:
        import fcntl
    except ImportError:  # Windows: no advisory locks in the standard library
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise RunError(
            f"another grader is at work in {folder}", hint="wait for it, or name another folder"
        ) from error
