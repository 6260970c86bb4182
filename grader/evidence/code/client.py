"""Ask the sandboxed process that reads code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from grader.evidence.code.beside import nearest_to_top
from grader.evidence.code.protocol import CodeRead, CodeTextRead, ReadCode, ReadCodeText, SourceFile
from grader.evidence.code.record import CodeProblem, CodeReading
from grader.evidence.code.text_record import CodeText
from grader.records.evidence import Failure
from grader.records.names import first_few
from grader.sandbox import MAX_SUBMITTED, Box, Limits, SandboxClient


class CodeClient(SandboxClient):
    """Requests about the scripts and notebooks of one submission.

    Args:
        box: A process with the kind's profile; of more files than it takes, those nearest to the top are brought to it.
        files: What the student calls each file, and where it lies.
        limits: What the box was started with.
    """

    def __init__(self, box: Box, files: Mapping[str, Path], limits: Limits) -> None:
        super().__init__(box, next(iter(files), ""), limits)
        taken = nearest_to_top(files.keys(), MAX_SUBMITTED)
        self._left_out = [file for file in files if file not in taken]
        self._sources = tuple(
            SourceFile(path=box.bring(files[file].resolve()), file=file) for file in taken
        )

    def read(self) -> CodeReading | Failure:
        """What they build and train, read together; those that are left out are named."""
        answer = self.ask_to_open(ReadCode(files=self._sources), CodeRead)
        if isinstance(answer, Failure):
            return answer
        return _with_left_out(answer.reading, self._left_out)

    def text(self) -> CodeText | Failure:
        """Their code as it is compared with that of others."""
        answer = self.ask(ReadCodeText(files=self._sources), CodeTextRead)
        return answer if isinstance(answer, Failure) else answer[0].text


def _with_left_out(reading: CodeReading, left_out: Sequence[str]) -> CodeReading:
    """What was read, with the files that were not."""
    if not left_out:
        return reading
    problem = CodeProblem(
        where=first_few(left_out), what="too-many-files", detail=str(len(left_out))
    )
    return msgspec.structs.replace(reading, problems=(problem, *reading.problems))
