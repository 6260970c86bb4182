"""Reports as PDF: text, headings, images that are drawn, and files that are damaged or hostile."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from grader.evidence.report.record import ReportReading
from tests.report_documents import (
    Drawn,
    Text,
    encrypted,
    pdf,
    read_badly,
    read_well,
    with_outline,
)

TEXT = "We trained the model for ten epochs and reached an accuracy of 97,25 % on the test set"


def paragraph(top: int, lines: int = 3) -> list[Text | Drawn]:
    return [Text(TEXT, top - 12 * number) for number in range(lines)]


def report() -> bytes:
    """A front page with a table of contents, and two pages with figures and a running head."""
    front = [
        Text("Lab 3: Digits", 760, 20),
        Text("Ada Lovelace and Bo Ek", 730, 12),
        Text("Contents", 650, 14, "F2"),
        Text("1 Introduction 2", 630, 10, "F2"),
        Text("2 Results 3", 610, 10, "F2"),
    ]
    first = [
        Text("Lab 3", 790, 8),
        Text("1 Introduction", 760, 14, "F2"),
        *paragraph(740),
        Drawn(0, 580),
        Text("Figure 1: Accuracy of each epoch", 560),
        Text("in the first training", 548),
        *paragraph(520),
        Text("Page 2", 30),
    ]
    second = [
        Text("Lab 3", 790, 8),
        Text("2 Results", 760, 14, "F2"),
        *paragraph(740),
        Text("2.1 Training", 690, 12, "F2"),
        *paragraph(670),
        Drawn(1, 500),
        Drawn(2, 700),
        Text("Page 3", 30),
    ]
    third = [Text("Lab 3", 790, 8), *paragraph(740), Drawn(2, 700), Text("Page 4", 30)]
    return pdf([front, first, second, third], [(60, 40, 10), (500, 400, 90), (64, 64, 200)])


@pytest.fixture
def reading(tmp_path: Path) -> ReportReading:
    return read_well(tmp_path / "report.pdf", report())


def test_pages_and_text_are_read(reading: ReportReading) -> None:
    """The text by page and section, paragraphs parted, without running heads and numbers of pages."""
    introduction = next(part for part in reading.parts if part.place.page == 2)
    paragraphs = introduction.text.split("\n\n")

    assert (reading.format, reading.pages, reading.cut) == ("pdf", 4, ())
    assert introduction.place.sections == ("1 Introduction",)
    assert paragraphs[0] == "1 Introduction"
    assert paragraphs[1].count("97,25 %") == 3
    assert paragraphs[2] == "Figure 1: Accuracy of each epoch\nin the first training"
    assert not any("Page" in part.text or "Lab 3\n" in part.text for part in reading.parts)
    assert reading.parts[-1].place.sections == ("2 Results", "2.1 Training")


def test_headings_are_larger_and_bold(reading: ReportReading) -> None:
    """Neither the title nor lines of the table of contents are headings."""
    found = [(heading.text, heading.level, heading.page) for heading in reading.headings]

    assert found == [
        ("Contents", 1, 1),
        ("1 Introduction", 1, 2),
        ("2 Results", 1, 3),
        ("2.1 Training", 2, 3),
    ]


def test_the_front_page_is_read(reading: ReportReading) -> None:
    """The largest line is the title, and names below it are the authors."""
    front = reading.front

    assert front.title is not None
    assert front.title.text == "Lab 3: Digits"
    assert [author.text for author in front.authors] == ["Ada Lovelace", "Bo Ek"]
    assert {author.line for author in front.authors} == {"Ada Lovelace and Bo Ek"}
    assert (front.group, front.date, front.course) == (None, None, None)


def test_images_count_once_where_they_are_drawn(reading: ReportReading) -> None:
    """A logo on two pages is one figure; each has its size, caption, section and a small picture."""
    by_width = sorted(reading.figures, key=lambda figure: figure.width or 0)
    chart, logo, large = by_width

    assert [chart.pages, logo.pages, large.pages] == [(2,), (3, 4), (3,)]
    assert (chart.width, chart.height) == (60, 40)
    assert chart.caption == "Figure 1: Accuracy of each epoch in the first training"
    assert large.place.sections == ("2 Results", "2.1 Training")
    assert logo.place.sections == ("2 Results",)
    assert all(figure.png is not None for figure in reading.figures)
    assert [caption.number for caption in reading.captions] == ["1"]


def test_images_that_are_not_drawn_do_not_count(tmp_path: Path) -> None:
    """What a file holds without showing it is no figure, nor is a thin line."""
    data = pdf([[*paragraph(700), Drawn(1, 500)]], [(60, 40, 10), (60, 1, 90)])

    assert read_well(tmp_path / "report.pdf", data).figures == ()


def test_an_outline_names_headings_and_their_levels(tmp_path: Path) -> None:
    """Lines that the outline names are headings in ordinary letters, too."""
    page = [
        Text("Exercise one", 760),
        *paragraph(730),
        Text("Discussion of losses", 660),
        *paragraph(630),
    ]
    entries = [
        ("Exercise one", 0, None),
        ("1.1 Discussion of losses", 0, 0),
        ("Elsewhere", 0, None),
    ]
    reading = read_well(tmp_path / "report.pdf", with_outline(pdf([page]), entries))

    assert [(item.text, item.level) for item in reading.headings] == [
        ("Exercise one", 1),
        ("Discussion of losses", 2),
    ]


def test_questions_in_bold_letters_are_headings(tmp_path: Path) -> None:
    """However long: what is beyond 200 characters is text. Other bold lines of a text are none."""
    question = "Q1.2 Explain why the model has that many parameters, and how each layer is made up of them and"
    page = [
        *paragraph(760),
        *(
            Text(question if not number else TEXT, 700 - 12 * number, 10, "F2")
            for number in range(4)
        ),
        *paragraph(640),
        Text("and therefore", 590, 10, "F2"),
        *paragraph(570),
    ]
    reading = read_well(tmp_path / "report.pdf", pdf([page]))
    (heading,) = reading.headings

    assert heading.text.startswith(f"{question} We trained")
    assert len(heading.text) == 200
    assert sum(part.text.count("97,25 %") for part in reading.parts) == 12


def test_words_set_close_together_are_parted(tmp_path: Path) -> None:
    """TeX sets the words of full lines by gaps narrower than half a space, and letters by smaller ones."""
    shown = b"BT /F1 10 Tf 1 0 0 1 50 700 Tm [(Hid)-20(den)-200(la)28(yer)-200(of)-200(64)] TJ ET "

    assert (
        read_well(tmp_path / "report.pdf", pdf([[]], before=shown)).parts[0].text
        == "Hidden layer of 64"
    )


def test_pages_full_of_lines_are_drawings(tmp_path: Path) -> None:
    """Diagrams without pixels are no images, but can be seen."""
    lines = b"0 0 m " + b"10 10 l " * 300 + b"S "
    data = pdf([[*paragraph(700)]], before=lines)

    assert read_well(tmp_path / "report.pdf", data).drawings == (1,)
    assert read_well(tmp_path / "report.pdf", pdf([paragraph(700)])).drawings == ()


def test_drawings_on_one_page_are_counted_one_by_one(tmp_path: Path) -> None:
    """LaTeX puts each diagram into a form of its own."""
    from pypdf import PdfWriter
    from pypdf.generic import DictionaryObject, NameObject, StreamObject

    writer = PdfWriter(clone_from=io.BytesIO(pdf([paragraph(700)], before=b"/A Do /B Do /C Do ")))
    forms = DictionaryObject()
    for name, lines in (("/A", 300), ("/B", 300), ("/C", 20)):
        form = StreamObject()
        form.set_data(b"0 0 m " + b"10 10 l " * lines + b"S ")
        form[NameObject("/Subtype")] = NameObject("/Form")
        forms[NameObject(name)] = writer._add_object(form)
    writer.pages[0]["/Resources"][NameObject("/XObject")] = forms
    data = io.BytesIO()
    writer.write(data)

    assert read_well(tmp_path / "report.pdf", data.getvalue()).drawings == (1, 1)


def test_a_scan_is_named_as_one(tmp_path: Path) -> None:
    """Pictures of pages have no text to read; a page without anything is empty."""
    scan = read_badly(tmp_path / "scan.pdf", pdf([[Drawn(0, 100)]], [(600, 800, 128)]))
    empty = read_badly(tmp_path / "empty.pdf", pdf([[]]))

    assert (scan.reason, scan.why) == ("empty-report", ("report-scan",))
    assert (empty.reason, empty.why) == ("empty-report", ())


def test_a_password_is_named(tmp_path: Path) -> None:
    """Only where one is needed to read: some documents are encrypted without one."""
    plain = pdf([paragraph(700)])

    failure = read_badly(tmp_path / "secret.pdf", encrypted(plain, "secret"))
    assert failure.reason == "encrypted-report"
    assert read_well(tmp_path / "open.pdf", encrypted(plain, "")).words > 30


def page_tree_that_loops() -> bytes:
    return pdf([paragraph(700)]).replace(b"/Kids[6 0 R]", b"/Kids[2 0 R]")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"%PDF-1.5\n", id="only a signature"),
        pytest.param(report()[:1500], id="cut off"),
        pytest.param(page_tree_that_loops(), id="pages that hold themselves"),
        pytest.param(pdf([[]], before=b"[" * 100_000), id="nested deep"),
        pytest.param(pdf([[]], before=b" " * (9 << 20)), id="a page of megabytes"),
        pytest.param(b"%PDF-1.5\n" + b"1 0 obj " * 100_000, id="objects without end"),
    ],
)
def test_damaged_and_hostile_files_are_refused(tmp_path: Path, content: bytes) -> None:
    """Each with a reason, and none with an exception."""
    assert read_badly(tmp_path / "report.pdf", content).reason in ("broken-report", "empty-report")


def test_one_page_that_cannot_be_read_costs_only_itself(tmp_path: Path) -> None:
    """The others are read, and it is named."""
    pages = [[Text("(" * 10, 700)], paragraph(700)]
    data = pdf(pages).replace(b"/Contents 7 0 R", b"/Contents 99999 0 R", 1)
    reading = read_well(tmp_path / "report.pdf", data)
    assert reading.words > 30

    heavy = pdf([paragraph(700), paragraph(500)])
    first = heavy.replace(b"/Filter/FlateDecode/Length", b"/Filter/NoSuchFilter/Length", 1)
    assert read_well(tmp_path / "heavy.pdf", first).unread_pages == (1,)


def test_a_form_that_draws_itself_ends(tmp_path: Path) -> None:
    """Forms are followed a few deep."""
    data = pdf([[*paragraph(700), Drawn(0, 500)]], [(60, 40, 10)])
    form = data.replace(b"/Subtype/Image/", b"/Subtype/Form /", 1)

    assert read_well(tmp_path / "report.pdf", form).figures == ()
