"""Have a sandboxed process take an archive apart."""

from __future__ import annotations

from pathlib import Path

from grader.archives.protocol import (
    Allowance,
    Fetch,
    Fetched,
    ListedNames,
    ListNames,
    Unpack,
    Unpacked,
)
from grader.records.evidence import Failure
from grader.sandbox import SandboxClient


class ArchiveClient(SandboxClient):
    """Requests about one submitted archive."""

    def unpack(self, path: Path, allowance: Allowance | None = None) -> Unpacked | Failure:
        """Take the archive apart; no members for what is no archive of files."""
        request = Unpack(path=self.box.bring(path), file=self.file, allowance=allowance)
        return self.ask_to_open(request, Unpacked)

    def names(self, path: Path) -> tuple[str, ...] | Failure:
        """Names of the files in the archive; nothing is unpacked."""
        answer = self.ask_to_open(ListNames(path=self.box.bring(path)), ListedNames)
        return answer if isinstance(answer, Failure) else answer.names

    def fetch(self, member: int, start: int, length: int) -> bytes | Failure:
        """Exactly `length` bytes of a file out of the archive."""
        request = Fetch(member=member, start=start, length=length)
        answer = self.ask(request, Fetched, expect=length)
        return answer if isinstance(answer, Failure) else answer[1]
