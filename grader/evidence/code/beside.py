"""The files of a submission that its code may read while it runs."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from grader.records.submission import Companions, SubmittedFile

#: Endings of code.
_CODE = (".py", ".ipynb")

#: Kinds of file that code may read: data, images, texts, models. No documents, and no archives, which are unpacked.
READ_BY_CODE = (
    *(
        "hdf5",
        "keras-zip",
        "keras-json",
        "keras-yaml",
        "npy",
        "npz",
        "pickle",
        "joblib",
        "checkpoint",
    ),
    *("table", "arff", "utf-16", "html", "image", "text", "unknown"),
)

#: Kinds of file that scripts and notebooks are.
_CODE_KINDS = ("text", "utf-16", "table", "notebook")

#: Files, and bytes of each and of all together.
_FILES, _EACH, _TOGETHER = 100, 60 << 20, 200 << 20


def is_code(path: str, kind: str) -> bool:
    """Whether a file is a script or a notebook.

    Args:
        path: What the student calls it.
        kind: What its first bytes say it is.
    """
    return path.lower().endswith(_CODE) and kind in _CODE_KINDS


def files_beside(file: SubmittedFile, files: Sequence[SubmittedFile]) -> Companions:
    """What lies beside a script or a notebook: data, images, texts, models.

    Args:
        file: Any submitted file.
        files: All files of the submission.
    """
    if not file.path.lower().endswith(_CODE):
        return Companions()
    found: list[SubmittedFile] = []
    size = 0
    for other in files:
        is_read = other.kind in READ_BY_CODE and not other.path.lower().endswith(_CODE)
        if is_read and other.size <= _EACH and size + other.size <= _TOGETHER:
            size += other.size
            found.append(other)
    return Companions(files=tuple(found[:_FILES]))


def nearest_to_top(files: Collection[str], most: int) -> dict[str, None]:
    """At most so many files, in their order: what lies deep in folders is seldom the student's own."""
    by_depth = sorted(files, key=lambda file: file.count("/"))
    nearest = frozenset(by_depth[:most])
    return dict.fromkeys(file for file in files if file in nearest)
