"""Read the corpus, and cut off the end that models are measured on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from grader.evidence.language.record import CorpusText
from grader.records.evidence import Failure, file_failure
from grader.records.message import Count

#: Bytes of a corpus: the longest novels have three million characters.
MAX_BYTES = 12 << 20

#: Characters without which nothing can be measured.
LEAST = 2_000

#: The share at its end that is held out.
HELD_OUT = 0.1

_SHOWN = 300


def read_corpus(
    path: Path, file: str, others: Sequence[str] = ()
) -> tuple[str, CorpusText] | Failure:
    """The text of a corpus, with line ends as Python reads them, and what is said of it.

    Args:
        path: The file.
        file: What the student calls it.
        others: Other texts that are there.
    """
    with path.open("rb") as stream:
        data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        return file_failure("corpus-large", file, most=Count(value=MAX_BYTES >> 20, setting=True))
    text = _decoded(data)
    if text is None:
        return file_failure("corpus-not-utf-8", file)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(text) < LEAST or len(set(text)) < 2:
        count, least = Count(value=len(text), setting=True), Count(value=LEAST, setting=True)
        return file_failure("corpus-short", file, count=count, least=least)
    described = CorpusText(
        file=file,
        characters=len(text),
        alphabet=len(set(text)),
        words=len(text.split()),
        lines=text.count("\n") + (not text.endswith("\n")),
        beginning=text[:_SHOWN],
        others=tuple(others),
    )
    return text, described


def _decoded(data: bytes) -> str | None:
    """The text in UTF-8, or in UTF-16 with its mark; None where it is neither."""
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def held_out_from(text: str) -> int:
    """Where the held-out end of a text begins."""
    return len(text) - int(len(text) * HELD_OUT)
