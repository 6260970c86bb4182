"""The bytes of a CSV as text: its encoding depends on who saved it, and where."""

from __future__ import annotations

import codecs
import io
import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePath

from grader.intake.sniffing import sniff

_SAVE_AS = (
    "save it as CSV: in Excel 'File > Save As > CSV UTF-8', in LibreOffice 'Save As > Text CSV', "
    "in Google Sheets 'File > Download > CSV'"
)

#: UTF-32 before UTF-16, whose mark it begins with.
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: What a file that is no table is called, by what its first bytes say or its ending.
_NO_TABLES = {
    ".xlsx": "an Excel workbook",
    ".xlsm": "an Excel workbook",
    ".ods": "an OpenDocument spreadsheet",
    ".numbers": "a spreadsheet of Numbers",
    ".docx": "a Word document",
    "zip": "a zip archive",
    "word": "a Word document",
    "office": "an Office document",
    "pdf": "a PDF document",
    "html": "a web page",
    "image": "a picture",
    "gzip": "a compressed file",
    "bzip2": "a compressed file",
    "xz": "a compressed file",
    "tar": "a tar archive",
    "notebook": "a notebook",
}
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PACKED = ("zip", "word", "office")
_TEXT_KINDS = ("table", "text", "unknown", "empty")

#: Characters that names, headings and comments hold besides letters, digits and ASCII.
_PUNCTUATION = frozenset(
    "\N{NO-BREAK SPACE}\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}\N{ACUTE ACCENT}"
    "\N{MULTIPLICATION SIGN}“”«»–—…·•°ºª§€±÷µ²½"
)
#: How questions and exclamations begin in Spanish; elsewhere these signs are letters of other encodings.
_SPANISH_START = re.compile(r"(?<!\w)[¿¡](?=[A-ZÀ-ÖØ-Þ])")
#: A capital of Windows-1252 that ends a lower-case word is, in files of old Macs, é, ü or the like.
_CAPITAL_AFTER_LOWER_CASE = re.compile(r"[a-zß-ÿ][ŠŽŸŒ]")


class CsvError(ValueError):
    """Bytes that are no CSV.

    Args:
        message: The file, the line where there is one, and what is wrong.
        hint: What to do.
    """

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True)
class DecodedText:
    """A file as text, and how to make bytes of it again."""

    text: str
    """Without the byte order mark."""
    encoding: str
    bom: bytes = b""


def decode_csv(data: bytes, name: str) -> DecodedText:
    """The text of a file in UTF-8, UTF-16, UTF-32 or Windows-1252.

    Args:
        data: The file.
        name: What it is called in messages.

    Raises:
        CsvError: It is no text, or letters of it might be read wrong.
    """
    for bom, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(bom):
            try:
                return DecodedText(data[len(bom) :].decode(encoding), encoding, bom)
            except UnicodeDecodeError as error:
                said = encoding.removesuffix("-le").removesuffix("-be").upper()
                raise CsvError(
                    f"{name} begins as {said} and goes on as something else", _SAVE_AS
                ) from error
    _refuse_other_files(data, name)
    try:
        return DecodedText(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        return DecodedText(_decode_windows(data, name, error), "cp1252")


def _refuse_other_files(data: bytes, name: str) -> None:
    kind, ending = sniff(io.BytesIO(data)), PurePath(name).suffix.lower()
    found = _NO_TABLES.get(ending) if kind in _PACKED else None
    if found is None and kind not in _TEXT_KINDS:
        found = _NO_TABLES.get(kind, f"a file of the kind '{kind}'")
    if data.startswith(_OLD_OFFICE):
        found = "an Excel workbook" if ending == ".xls" else "an Office document"
    elif kind in _PACKED and b"xl/workbook" in data:
        found = "an Excel workbook"
    elif kind in _PACKED and b"opendocument.spreadsheet" in data[:200]:
        found = "an OpenDocument spreadsheet"
    elif found is None and data.startswith((b"{", b"[")):
        found = "an RTF document" if data.startswith(b"{\\rtf") else "JSON"
    elif found is None and b"\0" in data:
        found = "no text, or UTF-16 without the mark that says so"
    if found is not None:
        raise CsvError(f"{name} cannot be read: it is {found}, not CSV", _SAVE_AS)


def _decode_windows(data: bytes, name: str, error: UnicodeDecodeError) -> str:
    """Windows-1252, unless the bytes speak against it: a name read wrong is worse than a file refused."""
    line = data.count(b"\n", 0, error.start) + 1
    doubt = CsvError(
        f"{name}, line {line}: byte 0x{data[error.start]:02x} is no UTF-8, "
        "and the file is not plainly Windows-1252 either",
        f"the letters beyond a to z would be read wrong; {_SAVE_AS}",
    )
    partly_utf8 = any(
        ord(letter) > 127 and letter != "\ufffd" for letter in data.decode("utf-8", "replace")
    )
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        raise doubt from error
    odd = any(
        ord(letter) > 127
        and letter not in _PUNCTUATION
        and unicodedata.category(letter) not in ("Lu", "Ll")
        for letter in _SPANISH_START.sub("", text)
    )
    if partly_utf8 or odd or _CAPITAL_AFTER_LOWER_CASE.search(text) or _is_mac_roman(data):
        raise doubt from error
    return text


def _is_mac_roman(data: bytes) -> bool:
    """Whether it may as well be what old Macs and Excel for Mac save as CSV.

    There é, ö, ü and ñ have numbers below 160, where Windows-1252 has few letters that names hold, and these mostly
    beside others.
    """
    beyond = [byte for byte in data if byte > 127]
    letters = [byte for byte in beyond if bytes([byte]).decode("cp1252", "replace").isalpha()]
    return bool(letters) and max(beyond) < 160
