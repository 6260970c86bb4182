"""``grader data``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.completing import complete_dataset
from grader.cli.options import course_option, json_option
from grader.errors import DataError, DataUnavailableError, UsageError
from grader.records.base import Record

if TYPE_CHECKING:
    from grader.datasets.base import Dataset, LabelledDataset, Progress
    from grader.datasets.texts import TextDataset

_EXPORT_TEXTS = "`grader data export-unlabelled NAME --out FOLDER` writes its texts"


class DatasetRow(Record, frozen=True, kw_only=True):
    """What ``grader data list --json`` prints of a dataset."""

    name: str
    title: str
    visibility: str
    classes: int
    splits: dict[str, str | None]
    """Split to where it was found; null where it is not on this machine."""


@click.group(name="data")
def command() -> None:
    """List, fetch, verify and look at datasets.

    Sets are looked for in GRADER_DATA, in Keras' cache (only read), and among downloads.
    """


@command.command(name="list")
@course_option
@json_option
def list_datasets(course: Path | None, as_json: bool) -> None:
    """List all datasets, the course's own among them, and where they were found."""
    from grader.course import load_course
    from grader.records.base import to_json

    settings = load_course(course)
    rows = [_row(settings.dataset(name)) for name in settings.dataset_names()]
    if as_json:
        click.echo(to_json(rows), nl=False)
        return
    for row in rows:
        click.echo(f"{row.name}: {row.title} ({row.visibility}, {row.classes} classes)")
        for split, where in row.splits.items():
            click.echo(f"  {split:<6} {where or 'not on this machine'}")


def _row(dataset: LabelledDataset) -> DatasetRow:
    places = {split: dataset.locate(split) for split in dataset.splits}
    return DatasetRow(
        name=dataset.name,
        title=dataset.title,
        visibility=dataset.visibility,
        classes=len(dataset.class_names),
        splits={split: str(place.path) if place else None for split, place in places.items()},
    )


@command.command(name="fetch")
@click.argument(
    "names", nargs=-1, required=True, metavar="NAME...", shell_complete=complete_dataset
)
def fetch(names: tuple[str, ...]) -> None:
    """Download datasets into grader's cache, checked by SHA-256."""
    from grader import datasets
    from grader.datasets.download import fetch as download

    for name in names:
        dataset = datasets.get(name)
        with _download_progress(name) as progress:
            files = download(dataset, progress=progress)
        for file in files:
            click.echo(f"{name}: {file}")
        if not files:
            click.echo(f"{name}: nothing to download")


@command.command(name="verify", short_help="Check shapes, labels and digests of datasets.")
@click.argument("names", nargs=-1, metavar="[NAME]...", shell_complete=complete_dataset)
@course_option
def verify(names: tuple[str, ...], course: Path | None) -> None:
    """Check shapes, labels and digests of datasets; by default of all that are here."""
    from grader.course import load_course
    from grader.datasets.verification import verify as check

    settings = load_course(course)
    broken, absent = [], []
    for name in names or settings.dataset_names():
        dataset = settings.dataset(name)
        for finding in check(dataset):
            if finding.location is None and not names:
                continue
            if not finding.size and not finding.problems:
                click.echo(f"none {name} {finding.split}: {' '.join(finding.notes)}")
                absent.append(f"{name} {finding.split}")
                continue
            state = "FAIL" if finding.problems else "ok  "
            shape = " x ".join(map(str, finding.image_shape))
            what = f"images {shape}" if shape else "texts"
            click.echo(
                f"{state} {name} {finding.split}: {finding.size:,} {what}, "
                f"content {finding.content}, file {finding.container}"
            )
            for text in (*finding.problems, *finding.notes):
                click.echo(f"       {text}")
            if finding.problems:
                broken.append(f"{name} {finding.split}")
    if broken:
        raise DataError(f"not as they should be: {', '.join(broken)}")
    if absent:
        raise DataUnavailableError(f"not on this machine: {', '.join(absent)}")


@command.command(name="sheet", short_help="Draw the images of a dataset on one PNG.")
@click.argument("name", shell_complete=complete_dataset)
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), help="PNG; by default NAME.png."
)
@click.option(
    "--first",
    type=click.IntRange(min=1),
    default=400,
    show_default=True,
    metavar="N",
    help="How many images to draw.",
)
@course_option
def sheet(name: str, output: Path | None, first: int, course: Path | None) -> None:
    """Draw a contact sheet: the first images of NAME as models see them, doubtful ones framed."""
    from grader.course import load_course
    from grader.datasets.base import Dataset
    from grader.datasets.contact_sheet import contact_sheet
    from grader.datasets.handwritten import Handwritten

    dataset = load_course(course).dataset(name)
    if not isinstance(dataset, Dataset):
        raise UsageError(f"'{name}' holds texts, not images", hint=_EXPORT_TEXTS)
    target = output or Path(f"{name}.png")
    marked: tuple[int, ...] = ()
    if isinstance(dataset, Handwritten):
        reading = dataset.read()
        split, marked = reading.split, reading.doubtful
        for remark in reading.remarks:
            click.echo(f"{'look at' if remark.kept else 'left out'} {remark.file}: {remark.reason}")
    else:
        split = dataset.load("test")
    shown = split[slice(first)]
    marked = tuple(row for row in marked if row < first)
    contact_sheet(shown, target, names=dataset.class_names, marked=marked)
    click.echo(f"{len(shown)} of {len(split)} images: {target}")


@command.command(
    name="export-unlabelled",
    short_help="Write test images or texts without labels, for predictions.",
)
@click.argument("name", shell_complete=complete_dataset)
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder to write; new or empty.",
)
@click.option("--png", "pictures", is_flag=True, help="Write every image as a PNG as well.")
@course_option
def export(name: str, out: Path, pictures: bool, course: Path | None) -> None:
    """Write the test images, or texts, of NAME without their labels, for students to predict on with any program.

    images.npz holds `ids` and `images`, texts.csv `id` and `text`; example.csv shows what to hand in, manifest.json
    says what it all is. Of texts train.csv has those to train on, with their labels. The ids and the order come from
    the pixels or the text: the grader knows them again, and they tell nothing of the labels.
    """
    from grader.course import load_course
    from grader.datasets.base import Dataset
    from grader.datasets.texts import TextDataset

    dataset = load_course(course).dataset(name)
    if isinstance(dataset, TextDataset):
        if pictures:
            raise UsageError(f"'{name}' holds texts, which have no PNG", hint=_EXPORT_TEXTS)
        _export_texts(dataset, out)
    elif isinstance(dataset, Dataset):
        _export_images(dataset, out, pictures=pictures)


def _export_images(dataset: Dataset, out: Path, *, pictures: bool) -> None:
    from grader.datasets.unlabelled import export_unlabelled

    manifest = export_unlabelled(dataset, out, pictures=pictures)
    shape = " x ".join(map(str, manifest.shape))
    click.echo(f"{manifest.images:,} images {shape} of {manifest.title}: {out}")
    if dataset.visibility == "secret":
        click.echo("These images are secret: who has them can label them by eye.", err=True)


def _export_texts(dataset: TextDataset, out: Path) -> None:
    from grader.datasets.unlabelled_texts import export_unlabelled_texts

    manifest = export_unlabelled_texts(dataset, out)
    click.echo(
        f"{manifest.texts:,} texts of {manifest.title}, {manifest.train:,} to train on: {out}"
    )
    if dataset.visibility == "secret":
        click.echo("These texts are secret: who has them can label them by reading.", err=True)


class _download_progress:  # noqa: N801  (used like a function)
    """A progress bar on a terminal, a line every tenth elsewhere."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._tenth = -1

    def __enter__(self) -> Progress:
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import Progress as Bar

            self._bar = Bar(console=Console(stderr=True))
            self._bar.start()
            self._task = self._bar.add_task(self._name, total=None)
            return self._show_bar
        return self._show_line

    def __exit__(self, *error: object) -> None:
        if hasattr(self, "_bar"):
            self._bar.stop()

    def _show_bar(self, done: int, total: int | None) -> None:
        self._bar.update(self._task, completed=done, total=total)

    def _show_line(self, done: int, total: int | None) -> None:
        tenth = 10 * done // total if total else done // (10 << 20)
        if tenth != self._tenth:
            self._tenth = tenth
            of = f" of {total >> 20}" if total else ""
            click.echo(f"{self._name}: {done >> 20}{of} MiB", err=True)
