"""Archives as students pack them, the same bytes whenever they are made."""

from __future__ import annotations

import io
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import docx
import h5py
from samples import Maker

#: The time of every file in an archive: the earliest that a zip can hold.
_THEN = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Packed:
    """An archive, packed as its name says: `.tar.bz2` or `.zip`."""

    files: Mapping[str, Maker]
    """Names in the archive and what makes them."""
    spoil: Callable[[Path], None] | None = None
    """What goes wrong with it."""

    def write(self, path: Path) -> None:
        """Make the files and pack them."""
        with tempfile.TemporaryDirectory() as folder:
            made: dict[str, bytes] = {}
            for number, (name, maker) in enumerate(self.files.items()):
                file = Path(folder) / f"{number}{Path(name).suffix}"
                maker.write(file)
                made[name] = file.read_bytes()
        (_zipped if path.suffix == ".zip" else _tarred)(path, made)
        if self.spoil is not None:
            self.spoil(path)


def _tarred(path: Path, files: Mapping[str, bytes]) -> None:
    with tarfile.open(path, "w:bz2") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))


def _zipped(path: Path, files: Mapping[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _THEN), content)


@dataclass(frozen=True)
class Hdf5:
    """A small HDF5 file, as models that are saved as `.model` are."""

    def write(self, path: Path) -> None:
        """Write it."""
        with h5py.File(path, "w") as file:
            file["kernel"] = [[0.25, -0.5]]


@dataclass(frozen=True)
class Document:
    """A Word document of headings, paragraphs and pictures."""

    markdown: str
    """Its text: lines with `#` are headings, images are pictures with their captions."""
    picture: Maker
    """Makes every picture."""

    def write(self, path: Path) -> None:
        """Write it."""
        document = docx.Document()
        for block in self.markdown.split("\n\n"):
            text = block.strip()
            if text.startswith("#"):
                document.add_heading(text.lstrip("# "), level=len(text) - len(text.lstrip("#")))
            elif text.startswith("!["):
                with tempfile.TemporaryDirectory() as folder:
                    file = Path(folder) / "figure.png"
                    self.picture.write(file)
                    document.add_picture(str(file))
                document.add_paragraph(text[2 : text.index("]")])
            else:
                document.add_paragraph(text)
        document.save(str(path))
