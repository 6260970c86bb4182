"""How work is handed in: figures, packed files, comments."""

from __future__ import annotations

from typing import Literal

import pytest

from grader.checks import CheckContext, CodeCommented, FiguresIncluded, PdfBeside
from grader.evidence.archive.beside import pdfs_beside
from grader.evidence.archive.record import ArchiveListing, ArchiveNeed, PackedFile
from grader.evidence.code.record import CodeNeed, Comment, NotebookCell, NotebookRead
from grader.evidence.report.record import Caption, Figure, Place, ReportNeed, ReportReading
from grader.records.submission import SubmittedFile
from tests.code_factories import reading
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


def test_a_badge_is_no_figure() -> None:
    """The picture that links a notebook to where it runs shows nothing of the work."""
    check = FiguresIncluded(id="figures", title="F", points=2, at_least=2)
    badge = Figure(place=Place(), caption="Open In Colab")
    report = ReportReading(file="lab.ipynb", format="notebook", figures=(badge,))
    context = CheckContext(
        exercise=exercise(check, artefacts=("report",)),
        evidence=View({ReportNeed(artefact="report"): report}),
    )

    assert check.judge(context).score == 0


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


def commented(
    *cells: NotebookCell, comments: int, code: int = 100, comments_of: tuple[Comment, ...] = ()
) -> tuple[float | None, str]:
    check = CodeCommented(
        id="commented", title="C", points=3, handout=("explain the pre-processing",),
        handed_out=("Define model", "imports", "input : tensor"), handed_out_code=50,
    )  # fmt: skip
    read = reading(
        code_lines=code,
        comment_lines=comments,
        notebooks=(NotebookRead(file="lab.ipynb", cells=cells),) if cells else (),
        comments=comments_of,
    )
    context = CheckContext(
        exercise=exercise(check, artefacts=("code",)),
        evidence=View({CodeNeed(artefact="code"): read}),
    )
    result = check.judge(context)
    return result.score, result.status


def cell(source: str, kind: Literal["code", "text"] = "text") -> NotebookCell:
    return NotebookCell(number=1, kind=kind, source=source)


@pytest.mark.parametrize(
    ("comments", "cells", "score"), [(10, 0, 3), (0, 8, 3), (5, 4, 3), (6, 0, 1.5), (1, 1, 0)]
)
def test_comments_and_text_cells_explain_code(comments: int, cells: int, score: float) -> None:
    """Both count, and half of what is enough earns half."""
    assert commented(*[cell("text")] * cells, comments=comments)[0] == score


def test_what_was_handed_out_explains_nothing() -> None:
    """Neither the comments and docstrings of the template nor cells that only repeat its questions."""
    template = cell(
        '# imports\nx = 1\n## Define model ##\n"""\nNoise.\ninput : tensor\n"""', "code"
    )
    questions = [cell("### 1) Explain the pre-processing of the data.")] * 8
    answered = [cell("### 1) Explain the pre-processing.\n\nThe pixels are scaled to 0 to 1.")] * 8
    script = (Comment(where="lab.py:3", text="Define model\nimports"),)

    assert commented(template, comments=7) == (0, "failed")
    assert commented(*questions, comments=0) == (0, "failed")
    assert commented(*answered, comments=0) == (3, "passed")
    assert commented(comments=2, code=20, comments_of=script) == (0, "failed")


def test_code_that_was_handed_out_needs_no_comments() -> None:
    """Half of 100 lines were handed out: five comments of the student's own are one in ten lines."""
    assert commented(cell("# imports\nx = 1", "code"), comments=6) == (3, "passed")
