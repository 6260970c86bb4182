"""Names of files in an archive: decoded whatever wrote them, refused where they lead elsewhere or clash."""

from __future__ import annotations

import re
import unicodedata

from grader.records.message import Name, Value

_LITTER = frozenset({"__macosx", "__pycache__", "thumbs.db", "desktop.ini"})
_MAX_DEPTH = 20
_MAX_NAME_BYTES = 255
_MAX_PATH_BYTES = 1_000

_DRIVE = re.compile(r"[A-Za-z]:")
_NEIGHBOURS = re.compile(rb"[\x80-\xff]{2}")
#: Letters of cp866 besides ASCII; the characters of Chinese, in GBK, mostly have a byte out of the gap.
_CYRILLIC = bytes((*range(0x80), *range(0x80, 0xB0), *range(0xE0, 0xF2)))


class RefusedError(Exception):
    """An archive that is refused as a whole.

    Args:
        why: Names a sentence of the catalogue's ``[why]``.
        values: What it fills in.
    """

    def __init__(self, why: str, **values: Value) -> None:
        super().__init__(why)
        self.why = why
        self.values = values


def decoded(raw: bytes) -> str:
    """A name as text, whatever encoding the packing program used; each of its bytes counts.

    Letters with accents stand alone where Windows packs Western names; Russian and Chinese names have several
    bytes beyond ASCII in a row.
    """
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if not _NEIGHBOURS.search(raw):
        return raw.decode("cp437")
    if not raw.translate(None, _CYRILLIC):
        return raw.decode("cp866")
    try:
        return raw.decode("gb18030")
    except UnicodeDecodeError:
        return raw.decode("cp437")


class Names:
    """The names of one archive's files."""

    def __init__(self) -> None:
        self._files: set[str] = set()
        self._folders: set[str] = set()

    def usable(self, name: str) -> str:
        """The name with forward slashes, composed; empty for what is passed over.

        Raises:
            RefusedError: It leads out of the archive, or is none a file may have.
        """
        shown = name[:80]
        name = unicodedata.normalize("NFC", name.replace("\\", "/"))
        parts = [part for part in name.split("/") if part not in ("", ".")]
        if ".." in parts or name.startswith("/") or _DRIVE.match(name):
            raise RefusedError("archive-path", name=Name(text=shown))
        if any(part.startswith(".") or part.casefold() in _LITTER for part in parts):
            return ""
        path = "/".join(parts)
        if (
            any(unicodedata.category(sign) in ("Cc", "Cs") for sign in path)
            or len(parts) > _MAX_DEPTH
            or any(len(part.encode()) > _MAX_NAME_BYTES for part in parts)
            or len(path.encode()) > _MAX_PATH_BYTES
        ):
            raise RefusedError("archive-path", name=Name(text=shown))
        return path

    def claim(self, path: str) -> None:
        """Take a name for a file.

        Raises:
            RefusedError: Another file has it, or one that some systems cannot tell from it.
        """
        key = unicodedata.normalize("NFKC", path).casefold()
        parts = key.split("/")
        folders = {"/".join(parts[:depth]) for depth in range(1, len(parts))}
        if key in self._files or key in self._folders or not folders.isdisjoint(self._files):
            raise RefusedError("archive-twice", name=Name(text=path[:80]))
        self._files.add(key)
        self._folders |= folders
