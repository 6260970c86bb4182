"""`SampleShown`: a model writes words of its corpus, and not its corpus word for word."""

from __future__ import annotations

from grader.checks.language.base import LanguageCheck
from grader.evidence.language.record import LanguageScore, Passage
from grader.evidence.language.view import passage_sections
from grader.records.message import Code, Count, Share, message
from grader.records.result import CheckResult
from grader.scoring import credit

#: A run is long where it has so many characters, and is so many times the longest of held-out text.
_LONG, _TIMES = 100, 2


class SampleShown(LanguageCheck, tag="sample-shown", frozen=True, kw_only=True):
    """Of the words of the passage that was drawn at the lower temperature enough stand in the corpus.

    A passage that repeats the corpus in far longer runs than held-out text does is flagged for staff.
    """

    full_at: float = 0.5
    """Share of the words that earns all points."""
    zero_at: float = 0.1
    """Share that earns none; linear between."""

    def __post_init__(self) -> None:
        if not 0 <= self.zero_at < self.full_at <= 1:
            raise ValueError("full_at and zero_at are shares, zero_at the smaller one")

    def judge_score(self, found: LanguageScore) -> CheckResult:
        """Show the passages, and count their words."""
        passage = min(found.passages, key=lambda item: item.temperature)
        share = credit(passage.known_words, full_at=self.full_at, zero_at=self.zero_at)
        said = [
            message(
                "language-sample.words",
                share=Share(value=passage.known_words),
                temperature=Code(text=f"{passage.temperature:g}"),
            )
        ]
        copied = copied_passage(found)
        if copied is not None:
            said.append(
                message(
                    "language-sample.copied",
                    temperature=Code(text=f"{copied.temperature:g}"),
                    count=Count(value=copied.copied, setting=True),
                    usual=Count(value=found.copying.usual, setting=True),
                )
            )
        return self.share_result(
            share,
            *said,
            advice=() if share == 1 else (message("language-sample.advice"),),
            figures=passage_sections(found),
            flags=() if copied is None else ("corpus-copied",),
        )


def copied_passage(found: LanguageScore) -> Passage | None:
    """The passage with the longest run copied from the corpus; None where that is as long as one may expect."""
    passage = max(found.passages, key=lambda item: item.copied)
    is_long = passage.copied >= max(_LONG, _TIMES * found.copying.usual)
    return passage if is_long else None
