"""How much of a passage stands word for word in a text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from grader.evidence.language.copying import known_share, longest_run, usual_run

LETTERS = st.text(alphabet="ab ", max_size=12)


@given(LETTERS, LETTERS)
def test_the_longest_run_is_that_of_all_runs(passage: str, text: str) -> None:
    """The longest of all parts of the passage that are parts of the text."""
    parts = {
        passage[start:end]
        for start in range(len(passage))
        for end in range(start + 1, len(passage) + 1)
    }

    assert longest_run(passage, text) == max(
        (len(part) for part in parts if part in text), default=0
    )


def test_words_are_known_whatever_their_letters_and_marks() -> None:
    """Capital letters and punctuation do not count, nor do the first and the last word, which may be cut."""
    known = {"the", "rain", "fell"}

    assert known_share("rrents, The rain - xyzzy fell", known) == 2 / 3
    assert known_share("", known) == 0.0
    assert known_share("rain", known) == 0.0


def test_the_usual_run_is_that_of_new_text() -> None:
    """Passages behind the cut are looked for in the text before it alone."""
    before = "the rain fell in torrents and the wind swept up the streets. " * 5
    new = "the rain fell on 0123456789 and the wind swept on 9876543210. " * 5

    assert usual_run(before + new, len(before), 60) == len(" and the wind swept ")
    assert usual_run(before + before, len(before), 60) == 60
