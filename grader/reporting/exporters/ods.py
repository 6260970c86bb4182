"""ODS: the table of marks as a spreadsheet, in which ids stay text and points are numbers everywhere.

OpenDocument 1.3, part 3 (https://docs.oasis-open.org/office/OpenDocument/v1.3/): a zip of three files. The library for
it has had no release since 2020, and a table of texts and numbers needs none.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from grader.messages import visible
from grader.records.points import points_text
from grader.records.result import GradeReport
from grader.reporting.exporters import Exporter
from grader.reporting.exporters.csv import grade_table

_MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"
_NAMESPACES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"'
    for short in ("office", "table", "text")
)
_MANIFEST = f"""<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">
<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{_MIMETYPE}"/>
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>
</manifest:manifest>
"""


def render(reports: Sequence[GradeReport]) -> dict[str, bytes]:
    """``grades.ods``: the columns of ``grades.csv``."""
    content = _content(reports[0].lab if reports else "grades", grade_table(reports))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        # The media type comes first and uncompressed, so that the first bytes of the file tell what it is.
        archive.writestr(zipfile.ZipInfo("mimetype"), _MIMETYPE)
        for name, text in (("META-INF/manifest.xml", _MANIFEST), ("content.xml", content)):
            archive.writestr(zipfile.ZipInfo(name), text, zipfile.ZIP_DEFLATED)
    return {"grades.ods": buffer.getvalue()}


def _content(title: str, rows: Sequence[Sequence[str | float]]) -> str:
    lines = "\n".join(
        f"<table:table-row>{''.join(map(_cell, row))}</table:table-row>" for row in rows
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<office:document-content {_NAMESPACES} office:version="1.3">
<office:body><office:spreadsheet>
<table:table table:name={quoteattr(visible(title))}>
<table:table-column table:number-columns-repeated="{len(rows[0])}"/>
{lines}
</table:table>
</office:spreadsheet></office:body>
</office:document-content>
"""


def _cell(value: str | float) -> str:
    if isinstance(value, str):
        # Typed as text, so that nothing in it is a formula, a number or a date.
        text = escape(visible(value))
        return (
            f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
            if text
            else "<table:table-cell/>"
        )
    number = points_text(value)
    return (
        f'<table:table-cell office:value-type="float" office:value="{number}">'
        f"<text:p>{number}</text:p></table:table-cell>"
    )


EXPORTER = Exporter(
    description="the table of csv as a spreadsheet, ids as text (grades.ods)", render=render
)
