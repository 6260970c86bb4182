"""How work is handed in: figures, packed files, comments."""

from __future__ import annotations

import pytest

from grader.checks import CheckContext, FiguresIncluded, PdfBeside
from grader.evidence.archive.beside import pdfs_beside
from grader.evidence.archive.record import ArchiveListing, ArchiveNeed, PackedFile
from grader.evidence.report.record import Caption, Figure, Place, ReportNeed, ReportReading
from grader.records.submission import SubmittedFile
from tests.factories import View, exercise


@pytest.mark.parametrize(
    ("figures", "drawings", "captions", "score"),
    [(1, (), (), 1), (0, (1, 1), (), 2), (0, (1,), ("1", "2"), 2), (0, (), ("1", "2"), 0)],
)
def test_drawings_count_one_by_one(
    figures: int, drawings: tuple[int, ...], captions: tuple[str, ...], score: float
) -> None:
    """Two diagrams on a page are two; captions count where there are figures at all."""
    check = FiguresIncluded(id="figures", title="F", points=2, at_least=2)
    report = ReportReading(
        file="report.pdf",
        format="pdf",
        figures=tuple(Figure(place=Place(page=1)) for _ in range(figures)),
        drawings=drawings,
        captions=tuple(
            Caption(number=each, text=f"Figure {each}", place=Place()) for each in captions
        ),
    )
    context = CheckContext(
        exercise=exercise(check, artefacts=("report",)),
        evidence=View({ReportNeed(artefact="report"): report}),
    )

    assert check.judge(context).score == score


@pytest.mark.parametrize(
    ("packed", "beside", "status"),
    [
        ("report.pdf", (), "failed"),
        ("report.pdf", ("lab7.pdf",), "passed"),
        ("lab.py", (), "passed"),
    ],
)
def test_a_pdf_lies_beside_the_archive(packed: str, beside: tuple[str, ...], status: str) -> None:
    """A PDF within an archive alone costs the point; one beside it is enough, whichever is read as the report."""
    check = PdfBeside(id="pdf", title="P", points=1)
    listing = ArchiveListing(
        file="work.zip",
        packed_as="zip",
        size=9,
        members=(PackedFile(path=packed, size=1),),
        pdfs_beside=beside,
    )
    within = ReportReading(file="work.zip/report.pdf", format="pdf")
    context = CheckContext(
        exercise=exercise(check, artefacts=("archive", "report")),
        evidence=View(
            {ArchiveNeed(artefact="archive"): listing, ReportNeed(artefact="report"): within}
        ),
    )

    assert check.judge(context).status == status


def test_pdfs_beside_an_archive_belong_to_it() -> None:
    """Those it holds do not, nor does anything belong to an archive in an archive, or to a model that is one."""

    def file(path: str, kind: str) -> SubmittedFile:
        return SubmittedFile(path=path, sha256="0", kind=kind, size=1)

    archive, inner = file("work.zip", "zip"), file("work.zip/inner.zip", "zip")
    model, pdf = file("model.keras", "zip"), file("report.pdf", "pdf")
    files = [archive, inner, model, pdf, file("work.zip/a.pdf", "pdf"), file("notes.txt", "text")]

    assert pdfs_beside(archive, files).files == (pdf,)
    assert pdfs_beside(inner, files).files == ()
    assert pdfs_beside(model, files).files == ()
    assert pdfs_beside(pdf, files).files == ()
