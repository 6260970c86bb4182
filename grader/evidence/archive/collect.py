"""Collect what an archive holds: it is taken apart in a sandboxed process, within the bounds of every archive."""

from __future__ import annotations

from grader.archives.client import ArchiveClient
from grader.archives.profile import PROFILE
from grader.evidence.archive.record import ArchiveListing, ArchiveNeed, PackedFile
from grader.evidence.base import CollectContext, Collected, CollectTask
from grader.records.evidence import Failure, file_failure


def collect_archive(task: CollectTask, context: CollectContext) -> Collected:
    """Answer every need of archives with a listing. Whatever goes wrong becomes a `Failure`."""
    limits = PROFILE.limits(context.limits)
    with context.open_with(PROFILE) as box:
        unpacked = ArchiveClient(box, task.file.path, limits).unpack(task.path.resolve())
        if isinstance(unpacked, Failure):
            listing: ArchiveListing | Failure = unpacked
        elif not unpacked.members:
            listing = file_failure("empty-archive", task.file.path)
        else:
            listing = ArchiveListing(
                file=task.file.path,
                packed_as=task.file.kind,
                size=task.file.size,
                members=tuple(
                    PackedFile(path=item.path, size=item.size) for item in unpacked.members
                ),
                pdfs_beside=tuple(item.path for item, _ in task.companions if item.kind == "pdf"),
            )
        collected = Collected.one_record(task, ArchiveNeed, listing)
        collected.peak_memory_bytes = box.max_rss
        return collected
