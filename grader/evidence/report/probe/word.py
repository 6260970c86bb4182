"""Word: paragraphs in their order, headings by their styles, images where they stand."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import docx
from docx.document import Document

from grader.evidence.report.probe.draft import Draft, FoundImage, ReportError
from grader.evidence.report.probe.images import bytes_loader

#: What lies in the zip: files, bytes of all, bytes of one that is XML.
_MOST_FILES = 5_000
_MOST_BYTES = 300 << 20
_MOST_XML = 30 << 20
_MOST_NODES = 1_500_000

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_BLIP = "{http://schemas.openxmlformats.org/drawingml/2006/main}blip"
_OLD_IMAGE = "{urn:schemas-microsoft-com:vml}imagedata"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"

_FIELD = re.compile(r'HYPERLINK\s+"([^"]+)"(?:\s+\\l\s+"([^"]+)")?')
_HEADING = re.compile(r"heading ([1-9])", re.IGNORECASE)
_BREAKS = {f"{_W}tab": " ", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}


def read_word(data: bytes, draft: Draft) -> None:
    """Read a document of Word."""
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            raise ReportError("encrypted-report", "an encrypted package")
        raise ReportError("wrong-format", "a document of Word before 2007, or none of Word")
    document = _opened(data)
    draft.tables = draft.equations = 0
    _Walk(document, draft).read()
    properties = document.core_properties
    for name, value in (("title", properties.title), ("author", properties.author)):
        if value and value != "python-docx":
            draft.properties[name] = value[:200].strip()


def _opened(data: bytes) -> Document:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if "word/document.xml" not in archive.namelist():
                raise ReportError("wrong-format", "a zip without word/document.xml")
            _check_size(archive)
        return docx.Document(io.BytesIO(data))
    except (ReportError, MemoryError):
        raise
    except Exception as error:
        # python-docx lets through whatever its parsers raise on damaged documents.
        raise ReportError("broken-report", f"{type(error).__name__}: {error}") from error


def _check_size(archive: zipfile.ZipFile) -> None:
    """Refuse what would take too much room: nothing is unpacked beyond the size that is written here."""
    entries = archive.infolist()
    xml = [item.file_size for item in entries if item.filename.endswith((".xml", ".rels"))]
    too_large = sum(item.file_size for item in entries) > _MOST_BYTES or sum(xml) > 2 * _MOST_XML
    if len(entries) > _MOST_FILES or too_large or max(xml, default=0) > _MOST_XML:
        raise ReportError("broken-report", "more in it than a document has")
    if any(item.flag_bits & 1 for item in entries):
        raise ReportError("encrypted-report", "an encrypted zip")


class _Walk:
    """Goes through a document without recursion: it may nest as deep as it likes."""

    def __init__(self, document: Document, draft: Draft) -> None:
        self.draft = draft
        self.body = document.element.body
        self.parts = document.part.related_parts
        self.targets = {
            name: relation.target_ref
            for name, relation in document.part.rels.items()
            if relation.is_external
        }
        self.styles = dict(_styles(document))
        self._texts: list[list[str]] = []
        """The text of each paragraph it is in: text boxes stand within paragraphs."""
        self._tables = 0

    def read(self) -> None:
        waiting: list[tuple[Any, bool]] = [(self.body, False)]
        nodes = 0
        while waiting:
            node, is_end = waiting.pop()
            if is_end:
                self._end(node)
                continue
            nodes += 1
            if nodes > _MOST_NODES:
                self.draft.cut["text"] = None
                return
            tag = node.tag
            if not isinstance(tag, str) or tag == _FALLBACK:
                continue
            self._start(node, tag)
            if tag in (f"{_W}p", f"{_W}tbl", f"{_W}tr", f"{_W}tc"):
                waiting.append((node, True))
            waiting += [(child, False) for child in reversed(node)]

    def _start(self, node: Any, tag: str) -> None:
        if tag == f"{_W}p":
            self._texts.append([])
        elif tag == f"{_W}tbl":
            self.draft.tables = (self.draft.tables or 0) + 1
        elif tag == f"{_M}oMath":
            self.draft.equations = (self.draft.equations or 0) + 1
        elif tag in (f"{_W}t", f"{_M}t") and self._texts:
            self._texts[-1].append(node.text or "")
        elif tag in _BREAKS and self._texts:
            self._texts[-1].append(_BREAKS[tag])
        elif tag == f"{_W}hyperlink":
            target = self.targets.get(node.get(f"{_R}id"), "")
            self._link(target, node.get(f"{_W}anchor"))
        elif tag == f"{_W}instrText" and (found := _FIELD.search(node.text or "")):
            self._link(found[1], found[2])
        elif tag == _BLIP:
            self._image(node.get(f"{_R}embed"))
        elif tag == _OLD_IMAGE:
            self._image(node.get(f"{_R}id"))

    def _end(self, node: Any) -> None:
        if node.tag != f"{_W}p":
            return
        text = "".join(self._texts.pop())
        name, level = self.styles.get(_style_of(node) or "", ("", 0))
        if name.startswith("toc "):
            return
        if name == "title" and not self.draft.title:
            self.draft.title = " ".join(text.split())
        self.draft.add(text, level=_outline_level(node) or level)

    def _link(self, target: str, anchor: str | None) -> None:
        """Word keeps what follows the # of an address apart from it."""
        url = f"{target}#{anchor}" if anchor and "#" not in target else target
        self.draft.add_link(url, block=len(self.draft.blocks))

    def _image(self, relation: str | None) -> None:
        part = self.parts.get(relation) if relation else None
        blob = getattr(part, "blob", None)
        load = bytes_loader(blob) if isinstance(blob, bytes) else None
        written = any("".join(text).strip() for text in self._texts)
        self.draft.add_image(FoundImage(after=len(self.draft.blocks) + written, load=load))


def _styles(document: Document) -> Iterator[tuple[str, tuple[str, int]]]:
    """Id of each style to its name, in small letters, and the level of headings in it."""
    known = {}
    for style in document.styles.element.iter(f"{_W}style"):
        name = style.find(f"{_W}name")
        based = style.find(f"{_W}basedOn")
        known[style.get(f"{_W}styleId")] = (
            "" if name is None else str(name.get(f"{_W}val", "")).lower(),
            None if based is None else based.get(f"{_W}val"),
            _outline_level(style),
        )
    for style_id in known:
        name, _, _ = known[style_id]
        level, current = 0, style_id
        for _ in range(10):
            here, based_on, outline = known.get(current, ("", None, 0))
            found = _HEADING.fullmatch(here)
            level = outline or (int(found.group(1)) if found else 0)
            if level or based_on is None:
                break
            current = based_on
        yield style_id, (name, level)


def _style_of(paragraph: Any) -> str | None:
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    return None if style is None else style.get(f"{_W}val")


def _outline_level(node: Any) -> int:
    """The level that a paragraph or a style states; 0 for none."""
    found = node.find(f"{_W}pPr/{_W}outlineLvl")
    written = "" if found is None else str(found.get(f"{_W}val", ""))
    return int(written) + 1 if written.isdecimal() and len(written) == 1 and written != "9" else 0
