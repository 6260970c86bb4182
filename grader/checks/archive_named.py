"""`ArchiveNamed`: the archive of a hand-in has the name that a lab prescribes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from pathlib import PurePosixPath

from grader.checks.base import CheckContext, CheckKind
from grader.evidence.archive.record import ArchiveListing, ArchiveNeed
from grader.records.evidence import Failure
from grader.records.lab import Exercise
from grader.records.message import Code, Message, Name, message
from grader.records.result import CheckResult

#: A name or several words of one, in any script: it begins with a letter and has no digits and no underscores.
_NAME = r"[^\W\d_][^\d_/]*?"
#: What stands for the student in a name: last and first names, parted by underscores.
_WHO = rf"(?P<who>{_NAME}(?:_{_NAME})+)"
#: What browsers and learning platforms put behind the name of a file of which there are several.
_COPY = r"(?: ?\(\d{1,2}\)|-\d{1,2})?"
#: Endings of archives; the rest of a name is judged without them.
_ENDINGS = (
    *(".tar.bz2", ".tar.gz", ".tar.xz", ".tar", ".tbz2", ".tbz", ".tgz", ".txz"),
    *(".zip", ".bz2", ".gz", ".xz"),
)


class ArchiveNamed(CheckKind, tag="archive-named", frozen=True, kw_only=True):
    """The archive is called as the lab asks; half of the points where only its ending is another.

    ``{who}`` in `name` and `subject` stands for last and first name: any letters, hyphens, several words.
    """

    name: str
    """The name asked for: ``{who}_Lab3.tar.bz2``."""
    who: str = "LASTNAME_firstname"
    """What is said for ``{who}`` where the student's own is not known."""
    subject: str = ""
    """The subject of the e-mail it is sent with, told to students; empty where none is prescribed."""

    def __post_init__(self) -> None:
        if self.name.count("{who}") != 1:
            raise ValueError(f"check '{self.id}': name needs {{who}} once, got '{self.name}'")

    def needs(self, exercise: Exercise) -> tuple[ArchiveNeed, ...]:
        """What is known of the archive."""
        return (ArchiveNeed(artefact=exercise.artefacts_of(self)[0]),)

    def judge(self, context: CheckContext) -> CheckResult:
        """Compare the names of the archive, and of archives in it, with the one asked for."""
        (need,) = self.needs(context.exercise)
        listing = context.evidence.get(need)
        if isinstance(listing, Failure):
            return self._judge_without(listing)
        called = PurePosixPath(listing.file).name
        for name in (called, *_packed_in(listing)):
            who = self._who_of(name)
            if who is not None:
                return self.result("passed", 1.0, self._right(name), *self._subject(who))
        who = self._who_of(_without_ending(called), _without_ending(self.name))
        return self.share_result(
            0.0 if who is None else 0.5,
            message(
                "archive-named.other" if who is None else "archive-named.ending",
                file=Name(text=called),
            ),
            advice=self._advice(who or self.who),
        )

    def _judge_without(self, failure: Failure) -> CheckResult:
        """Nothing can be read of the archive: its name counts all the same, where there is one."""
        file = failure.values.get("file")
        who = self._who_of(PurePosixPath(file.text).name) if isinstance(file, Name) else None
        if who is not None and isinstance(file, Name) and failure.fault == "submission":
            return self.result("passed", 1.0, self._right(file.text), *self._subject(who))
        result = self.judge_failure(failure)
        if failure.reason != "missing":
            return result
        return self.result("failed", 0.0, failure=failure, advice=self._advice(self.who))

    def _who_of(self, name: str, wanted: str = "") -> str | None:
        """The student's names in the name of a file; None where it is not as wanted."""
        before, _, after = (wanted or self.name).partition("{who}")
        stem, ending = _split(after)
        pattern = f"{re.escape(before)}{_WHO}{re.escape(stem)}{_COPY}{re.escape(ending)}"
        found = re.fullmatch(pattern, unicodedata.normalize("NFC", name), re.IGNORECASE)
        return found["who"] if found else None

    def _right(self, name: str) -> Message:
        return message("archive-named.right", file=Name(text=name))

    def _advice(self, who: str) -> tuple[Message, ...]:
        wanted = message("archive-named.name", name=Code(text=self.name.replace("{who}", who)))
        return (wanted, *self._subject(who))

    def _subject(self, who: str) -> tuple[Message, ...]:
        if not self.subject:
            return ()
        subject = Code(text=self.subject.replace("{who}", who))
        return (message("archive-named.subject", subject=subject),)


def _packed_in(listing: ArchiveListing) -> Iterable[str]:
    return (PurePosixPath(member.path).name for member in listing.members)


def _split(name: str) -> tuple[str, str]:
    """A name and the ending of an archive."""
    lowered = name.casefold()
    ending = next((item for item in _ENDINGS if lowered.endswith(item)), "")
    return name.removesuffix(name[len(name) - len(ending) :]) if ending else name, ending


def _without_ending(name: str) -> str:
    return _split(name)[0]
