"""Where a report speaks of something."""

from __future__ import annotations

from grader.evidence.report.passages import passages
from grader.evidence.report.record import Part, Place, ReportReading

REPORT = ReportReading(
    file="report.pdf",
    format="pdf",
    pages=2,
    parts=(
        Part(place=Place(page=1), text="A short report.\n\nIt is about over-\nfitting."),
        Part(
            place=Place(page=1, sections=("Exercise 2",)),
            text="Exercise 2\n\nThe loss fell.\n\nDropout helped against overfitting.",
        ),
        Part(place=Place(page=2, sections=("Exercise 2",)), text="It went on."),
        Part(place=Place(page=2, sections=("Exercise 2", "Résumé")), text="Résumé\n\nAll well."),
        Part(place=Place(page=2, sections=("Exercise 21",)), text="Exercise 21\n\nOverfits again."),
    ),
)


def test_paragraphs_with_a_word_are_found() -> None:
    """Words are whole, whatever hyphens at the ends of lines and capitals."""
    found = passages(REPORT, ["overfitting", "loss"])

    assert [(item.place.page, item.text, item.words) for item in found] == [
        (1, "It is about over-\nfitting.", ("overfitting",)),
        (1, "The loss fell.", ("loss",)),
        (1, "Dropout helped against overfitting.", ("overfitting",)),
    ]
    assert found[1].place.sections == ("Exercise 2",)


def test_a_star_takes_any_ending() -> None:
    """For words that are bent."""
    assert [item.text for item in passages(REPORT, ["overfit*"])][-1] == "Overfits again."


def test_a_section_whose_heading_has_the_words_is_one_passage() -> None:
    """With its subsections and further pages; a section of a longer number is another."""
    (section,) = passages(REPORT, ["exercise 2"])

    assert section.is_section
    assert section.place == Place(page=1, sections=("Exercise 2",))
    assert section.text.startswith("Exercise 2\n\nThe loss fell.")
    assert section.text.endswith("It went on.\n\nRésumé\n\nAll well.")
    assert [item.text for item in passages(REPORT, ["resume"])] == ["Résumé\n\nAll well."]


def test_words_that_stand_nowhere_give_nothing() -> None:
    """No passage, and none for no words."""
    assert passages(REPORT, ["momentum"]) == ()
    assert passages(REPORT, []) == ()
