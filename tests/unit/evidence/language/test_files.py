"""Which files are the model, the vocabulary and the text."""

from __future__ import annotations

from pathlib import Path

from grader.evidence.base import CollectTask
from grader.evidence.language.files import LanguageFiles, sort_files
from grader.evidence.language.record import LanguageNeed
from grader.records.evidence import ArtefactFile
from grader.records.lab import Artefact

NEED = LanguageNeed(artefact="text")


def sorted_files(folder: Path, **sizes: int) -> LanguageFiles:
    """Files with names that have a dot for each underscore, of some sizes."""
    files = []
    for name, size in sizes.items():
        path = folder / name.replace("_", ".")
        path.write_bytes(b"x" * size)
        kind = "hdf5" if path.suffix == ".h5" else "text"
        files.append((ArtefactFile(path=path.name, sha256="", kind=kind), path))
    artefact = Artefact(id="text", title="the text", patterns=("*",), many=True)
    task = CollectTask(
        artefact=artefact, files=tuple(files), needs=(NEED,), declared=None, keys={NEED: "key"}
    )
    return sort_files(task)


def names(files: tuple[tuple[ArtefactFile, Path], ...]) -> list[str]:
    return [file.path for file, _ in files]


def test_files_are_told_apart_by_what_they_are(tmp_path: Path) -> None:
    """A model by its first bytes, a vocabulary by its ending, all other texts may be the corpus."""
    found = sorted_files(tmp_path, model_h5=3, history_json=9, char2int_json=5, story_txt=7)

    assert names(found.models) == ["model.h5"]
    assert names(found.vocabularies) == ["char2int.json", "history.json"]
    assert names(found.corpora) == ["story.txt"]


def test_the_longest_text_is_the_corpus_unless_names_say_otherwise(tmp_path: Path) -> None:
    """Notes and lists of packages are none, whatever their size, and a name that says it wins."""
    found = sorted_files(
        tmp_path, requirements_txt=90, alice_txt=40, poe_txt=60, README_txt=80, input_txt=10
    )

    assert names(found.corpora) == [
        "input.txt",
        "poe.txt",
        "alice.txt",
        "requirements.txt",
        "README.txt",
    ]


def test_of_checkpoints_the_last_is_taken(tmp_path: Path) -> None:
    """Names that differ in numbers are those of one training; other models come behind them."""
    found = sorted_files(tmp_path, weights2_h5=1, other_h5=1, weights10_h5=1, weights9_h5=1)

    assert names(found.models) == ["weights10.h5", "weights9.h5", "weights2.h5", "other.h5"]
