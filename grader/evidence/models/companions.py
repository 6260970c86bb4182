"""Which submitted files are one model together: a description and weights, an ONNX graph and its weights.

Weights may lack their description. Then the code of the submission may build the model, so scripts and notebooks are
named as well, with what they read.

Which files belong together follows from what they are and where they lie; their names only decide between several
that could belong.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from grader.evidence.code.beside import files_beside, is_code
from grader.evidence.models.formats import DESCRIPTIONS, METADATA, SOURCES
from grader.intake.naming import natural_key
from grader.records.submission import Companions, SubmittedFile

#: Descriptions that are tried on one file of weights, and files that may hold the weights of one ONNX graph.
_MAX_DESCRIPTIONS = 3
_MAX_EXTERNAL = 3

#: Scripts and notebooks that are run together, those nearest to the top folder.
_MAX_CODE = 50

#: Words in names of files that say which part of a model they are, and not which model.
_PARTS = re.compile(
    r"model|weights?|arch(itecture)?|config(uration)?|structure|json|yaml|keras|net(work)?|[\W_]+"
)

#: Endings of a folder's name that are no part of the model's.
_CONTAINER_SUFFIXES = frozenset({".keras", ".h5", ".zip", ".tar", ".gz", ".tgz"})


def model_companions(file: SubmittedFile, files: Sequence[SubmittedFile]) -> Companions:
    """The files that belong to one file of a model.

    Args:
        file: Weights, which may be a whole model, or an ONNX graph.
        files: All files of the submission.
    """
    if file.kind == "hdf5":
        return _of_weights(file, files)
    if file.kind == "onnx":
        return Companions(files=_external_data(file, files))
    return Companions()


def _of_weights(file: SubmittedFile, files: Sequence[SubmittedFile]) -> Companions:
    described = [other for other in files if other.kind in DESCRIPTIONS]
    beside = [other for other in described if _folder(other) == _folder(file)]
    descriptions = sorted(
        beside or described,
        key=lambda other: (-_closeness(file, other), natural_key(other.path)),
    )
    sources = _sources(files)
    if not descriptions:
        return Companions(sources=sources, incomplete="weights" in _name(file))
    metadata = [
        other for other in files if other.kind == METADATA and _folder(other) == _folder(file)
    ]
    return Companions(
        files=(*descriptions[:_MAX_DESCRIPTIONS], *metadata[:1]),
        sources=sources,
        names=tuple(_names_of_whole(file, descriptions[0], files)),
    )


def _sources(files: Sequence[SubmittedFile]) -> tuple[SubmittedFile, ...]:
    """The code that may build the model of weights, and the tables it may read."""
    found = [file for file in files if is_code(file.path, file.kind)]
    by_depth = sorted(found, key=lambda file: (file.path.count("/"), natural_key(file.path)))
    code = by_depth[:_MAX_CODE]
    read = files_beside(code[0], files).files if code else ()
    return (*code, *(file for file in read if _is_source(file)))


def _is_source(file: SubmittedFile) -> bool:
    return any(fnmatchcase(_name(file), pattern) for pattern in SOURCES)


def _names_of_whole(
    file: SubmittedFile, description: SubmittedFile, files: Sequence[SubmittedFile]
) -> list[str]:
    """What weights are called with their description: by the name of it, or of the folder they have to themselves.

    No name where the description belongs as well to other weights.
    """
    others = [other for other in files if other.kind == "hdf5" and other != file]
    own = _closeness(file, description)
    stems = []
    if all(_closeness(other, description) < own for other in others):
        stems.append(PurePosixPath(description.path).stem)
    if _folder(file) and not any(_folder(other) == _folder(file) for other in others):
        stems.append(_without_suffixes(PurePosixPath(_folder(file)).name))
    return [f"{stem}{suffix}" for stem in stems for suffix in (".h5", ".keras")]


def _external_data(
    graph: SubmittedFile, files: Sequence[SubmittedFile]
) -> tuple[SubmittedFile, ...]:
    """Files of an unknown kind beside a graph that bear its name: ``model.onnx.data``."""
    stem = PurePosixPath(_name(graph)).stem
    found = [
        other
        for other in files
        if other.kind == "unknown"
        and _folder(other) == _folder(graph)
        and _name(other).startswith((f"{stem}.", f"{stem}_"))
    ]
    return tuple(found[:_MAX_EXTERNAL])


def _closeness(one: SubmittedFile, other: SubmittedFile) -> float:
    """From 0 to 1: how far the names of two files mean the same model."""
    first, second = (_PARTS.sub("", PurePosixPath(_name(file)).stem) for file in (one, other))
    return SequenceMatcher(None, first, second).ratio()


def _without_suffixes(name: str) -> str:
    path = PurePosixPath(name)
    while path.suffix.lower() in _CONTAINER_SUFFIXES:
        path = path.with_suffix("")
    return path.name


def _name(file: SubmittedFile) -> str:
    return PurePosixPath(file.path).name.casefold()


def _folder(file: SubmittedFile) -> str:
    parent = str(PurePosixPath(file.path).parent)
    return "" if parent == "." else parent
