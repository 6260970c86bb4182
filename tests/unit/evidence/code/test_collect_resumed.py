"""Trainings of runs as written are kept in the run folder while a class is graded, and only until they are recorded."""

from __future__ import annotations

import contextlib
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from grader.evidence.base import CollectContext, CollectTask
from grader.evidence.code import collect as collecting
from grader.evidence.code.collect import collect_code
from grader.evidence.code.kept_trainings import ResumeFolder
from grader.evidence.code.record import CodeReading
from grader.evidence.code.run import FinishedRun
from grader.evidence.code.run_record import CodeRun, CodeRunNeed, RunMode
from grader.records.evidence import ArtefactFile, Failure, internal_failure
from grader.records.lab import Artefact
from grader.sandbox import Limits
from tests.factories import ARTEFACT

ENDED = FinishedRun(CodeRun(files=("lab.py",), mode="full"))


class FakeBox:
    max_rss = 0

    def __enter__(self) -> FakeBox:
        return self

    def __exit__(self, *_: object) -> None:
        pass


class StoppedError(BaseException):
    """Somebody gave up."""


class Collecting:
    """Collects runs whose endings are made up, each after one training was kept."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder / "work"
        self._source = folder / "lab.py"
        self._source.write_text("x = 1")
        self._monkeypatch = monkeypatch
        client = SimpleNamespace(read=lambda: CodeReading(files=("lab.py",)))
        monkeypatch.setattr(collecting, "CodeClient", lambda *_: client)

    def run(
        self,
        ending: FinishedRun | Failure | type[BaseException],
        mode: RunMode = "full",
        key: str = "k",
        *,
        keeps: bool = True,
    ) -> int | None:
        """How many trainings were taken; None where the run was to keep none."""
        taken: list[int | None] = []

        def run_code(*_: Any, resume: ResumeFolder | None) -> FinishedRun | Failure:
            taken.append(None)
            if resume is not None:
                kept = resume.trainings({}, {}, [])
                if kept.find("0" * 64) is None:
                    kept.keep("0" * 64, b"weights")
                taken[0] = resume.report.taken
            if isinstance(ending, type):
                raise ending
            return ending

        self._monkeypatch.setattr(collecting, "run_code", run_code)
        need = CodeRunNeed(artefact=ARTEFACT, mode=mode)
        task = CollectTask(
            artefact=Artefact(id=ARTEFACT, title="it", patterns=("*",), formats=("python",)),
            files=((ArtefactFile(path="lab.py", sha256="0", kind="text"), self._source),),
            needs=(need,),
            declared=None,
            keys={need: key},
        )
        box = cast(Any, FakeBox)
        context = CollectContext(
            box, box, Limits(), cast(Any, None), work_folder=self.folder if keeps else None
        )
        with contextlib.suppress(StoppedError):
            collect_code(task, context)
        return taken[0]


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Collecting:
    return Collecting(tmp_path, monkeypatch)


def test_a_run_that_was_stopped_goes_on_with_its_trainings(runs: Collecting) -> None:
    """So does one that failed by a fault of ours; what is recorded needs them no more."""
    assert [runs.run(it) for it in (StoppedError, internal_failure("x"), ENDED)] == [0, 1, 1]
    assert list(runs.folder.iterdir()) == []
    assert runs.run(Failure(reason="crashed", values={})) == 0
    assert list(runs.folder.iterdir()) == []


def test_other_needs_do_not_share_them(runs: Collecting) -> None:
    """Each has a folder by its key, which covers files, libraries and limits."""
    assert [runs.run(StoppedError, key=key) for key in ("a", "b", "a")] == [0, 0, 1]


def test_nothing_is_kept_where_nothing_is_to_be(runs: Collecting) -> None:
    """In quick mode, and where there is no run folder."""
    assert [runs.run(ENDED, "quick"), runs.run(ENDED, keeps=False)] == [None, None]
    assert not runs.folder.exists()
