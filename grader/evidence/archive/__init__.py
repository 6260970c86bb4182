"""Archives: what a hand-in is packed in. What lies in one serves other artefacts; this is about the archive itself."""

from __future__ import annotations

from grader.evidence.archive.record import ArchiveNeed
from grader.evidence.base import EvidenceKind

KIND = EvidenceKind(
    name="archive",
    version=2,
    needs=(ArchiveNeed,),
    accepts=dict.fromkeys(("zip", "tar", "gzip", "bzip2", "xz"), "archive"),
    collect="grader.evidence.archive.collect:collect_archive",
    companions="grader.evidence.archive.beside:pdfs_beside",
    decode="grader.evidence.archive.view:decode_archive",
    sections="grader.evidence.archive.view:archive_sections",
    page_needs=(ArchiveNeed,),
)
