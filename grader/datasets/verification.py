"""Checking that the data on this machine are the data that were published."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from grader.datasets.base import LabelledDataset, Location, Split, SplitName
from grader.datasets.download import sha256_of
from grader.datasets.files import FileDataset, Published
from grader.datasets.handwritten import Handwritten
from grader.errors import DataError, DataUnavailableError

#: Excerpts and copies with a few lossy images stay within this of the published mean.
_MEAN_TOLERANCE = 0.004


@dataclass(frozen=True)
class Finding:
    """What was found of one split; only `problems` say that something is wrong."""

    split: SplitName
    """Which split."""

    location: Location | None = None
    """Where it was found; None where it is not on this machine."""

    size: int = 0
    """Number of images, or texts."""

    image_shape: tuple[int, ...] = ()
    """Shape of an image; empty for texts."""

    class_counts: tuple[int, ...] = ()
    """Number of images, or texts, of every class."""

    container: Literal["official", "other", "none"] = "none"
    """Whether the file is the official one by its SHA-256; ``"none"`` for folders."""

    content: Literal["identical", "plausible", "unknown"] = "unknown"
    """Whether pixels and labels are the published ones: proved, likely, or nothing to compare."""

    problems: tuple[str, ...] = ()
    """What is wrong, in plain words."""

    notes: tuple[str, ...] = ()
    """What is worth knowing but not wrong, such as doubtful pictures."""


def verify(dataset: LabelledDataset) -> tuple[Finding, ...]:
    """Check every split of a dataset; absent and damaged ones are findings, not errors.

    Args:
        dataset: The dataset.
    """
    return tuple(_verify_split(dataset, split) for split in dataset.splits)


def _verify_split(dataset: LabelledDataset, split: SplitName) -> Finding:
    location = dataset.locate(split)
    try:
        data = dataset.load(split)
    except DataUnavailableError as error:
        return Finding(split, notes=(f"{error}; {error.hint}",))
    except DataError as error:
        return Finding(split, location, problems=(f"{error}; {error.hint}",))
    counts = np.bincount(data.labels, minlength=len(dataset.class_names))
    what = "image" if isinstance(data, Split) else "text"
    notes = [f"no {what} of class '{dataset.class_names[c]}'" for c in np.flatnonzero(counts == 0)]
    finding = Finding(
        split,
        location,
        size=len(data),
        image_shape=data.images.shape[1:] if isinstance(data, Split) else (),
        class_counts=tuple(counts.tolist()),
        notes=tuple(notes),
    )
    if isinstance(dataset, FileDataset) and isinstance(data, Split):
        return _compared(finding, data, dataset.published[split])
    if isinstance(dataset, Handwritten):
        remarks = (f"{remark.file}: {remark.reason}" for remark in dataset.report())
        return replace(finding, notes=(*notes, *remarks))
    return finding


def _compared(finding: Finding, data: Split, published: Published) -> Finding:
    """Hold a split against what is known of it."""
    location = finding.location
    container: Literal["official", "other", "none"] = "none"
    if location is not None and location.path.is_file():
        known = sha256_of(location.path) == published.download.sha256
        container = "official" if known else "other"
    identical = container == "official" or data.digest == published.digest
    notes, problems = list(finding.notes), []
    if len(data) not in published.sizes[:1]:
        notes.append(f"{len(data):,} of {published.sizes[0]:,} images")
    if tuple(data.labels[: len(published.first_labels)].tolist()) != published.first_labels:
        problems.append(
            f"the labels do not begin {', '.join(map(str, published.first_labels))}:"
            " shuffled, or another dataset"
        )
    means = _means(data)
    off = [abs(a - b) for a, b in zip(means, published.mean, strict=False)]
    if max(off, default=0) > _MEAN_TOLERANCE:
        problems.append(
            f"the mean pixel is {_figures(means)} where {_figures(published.mean)} is published"
        )
    comparable = bool(published.first_labels or published.mean)
    content: Literal["identical", "plausible", "unknown"] = "unknown"
    if identical:
        content = "identical"
    elif comparable and not problems:
        content = "plausible"
    if published.digest and not identical and len(data) == published.sizes[0] and not problems:
        problems.append("pixels or labels differ from the published ones")
    return replace(
        finding,
        container=container,
        content=content,
        problems=tuple(problems),
        notes=tuple(notes),
    )


def _means(data: Split) -> tuple[float, ...]:
    means = data.images.mean(axis=tuple(range(min(3, data.images.ndim)))) / 255
    return tuple(np.atleast_1d(means).tolist())


def _figures(values: tuple[float, ...]) -> str:
    return " ".join(f"{value:.4f}" for value in values)
