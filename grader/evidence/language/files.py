"""Which of the files handed in are the model, the vocabulary and the corpus."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from grader.evidence.base import CollectTask
from grader.evidence.models.formats import MODEL_FORMATS
from grader.intake.naming import natural_key
from grader.records.evidence import ArtefactFile

File = tuple[ArtefactFile, Path]

#: Texts that lie beside a corpus.
_OTHER_TEXTS = re.compile(
    r"readme|requirements|licen[cs]e|report|rapport|notes?\b|log\b|history|abgabe|hinweis|sample|generated",
    re.IGNORECASE,
)
_CORPUS = re.compile(r"corpus|corpora|text|input|data|train|book|novel|lyrics", re.IGNORECASE)
_VOCABULARY = re.compile(r"vocab|token|char|word|letter|ind(?:ex|ices)|idx|int", re.IGNORECASE)
_DIGITS = re.compile(r"[\d.]+")


@dataclass(frozen=True)
class LanguageFiles:
    """The files of one submission, those that are tried first in front."""

    models: tuple[File, ...]
    vocabularies: tuple[File, ...]
    corpora: tuple[File, ...]


def sort_files(task: CollectTask) -> LanguageFiles:
    """Tell the files of a task apart by what they are, and by their names where several could be meant."""
    models = [item for item in task.files if item[0].kind in MODEL_FORMATS]
    texts = [item for item in task.files if item[0].kind not in MODEL_FORMATS]
    vocabularies = [item for item in texts if _suffix(item) == ".json"]
    corpora = [item for item in texts if _suffix(item) != ".json"]
    return LanguageFiles(
        models=tuple(_last_of_series(models)),
        vocabularies=tuple(sorted(vocabularies, key=_is_something_else)),
        corpora=tuple(sorted(corpora, key=_rank)),
    )


def _suffix(item: File) -> str:
    return PurePosixPath(item[0].path).suffix.lower()


def _is_something_else(item: File) -> bool:
    """Whether a file is not called a vocabulary."""
    return not _VOCABULARY.search(PurePosixPath(item[0].path).stem)


def _rank(item: File) -> tuple[bool, bool, int]:
    """Texts that are something else last, then those that are called a corpus first, then the longest."""
    name = PurePosixPath(item[0].path).stem
    size = item[1].stat().st_size if item[1].is_file() else 0
    return bool(_OTHER_TEXTS.search(name)), not _CORPUS.search(name), -size


def _last_of_series(models: Sequence[File]) -> list[File]:
    """Models in order; of checkpoints of one training, whose names differ in numbers, the last first."""
    if not models:
        return []

    def series(item: File) -> str:
        return _DIGITS.sub("#", PurePosixPath(item[0].path).name)

    first = [item for item in models if series(item) == series(models[0])]
    first.sort(key=lambda item: natural_key(item[0].path), reverse=True)
    return [*first, *(item for item in models if item not in first)]
