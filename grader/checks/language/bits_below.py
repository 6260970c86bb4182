"""`BitsBelow`: a model predicts the end of its corpus better than n-grams of characters do."""

from __future__ import annotations

from grader.checks.language.base import LanguageCheck
from grader.evidence.language.record import LanguageScore
from grader.evidence.language.view import DIGITS, bits_table, bits_value, found_out
from grader.records.message import Message, Share, message
from grader.records.result import CheckResult
from grader.records.section import Fact
from grader.scoring import credit

#: Characters of the held-out text that a model which never saw it seldom continues exactly.
_RECITED = 60.0


class BitsBelow(LanguageCheck, tag="bits-below", frozen=True, kw_only=True):
    """Fewer bits per character than the bigram earn a share, fewer than the 5-gram all, and linearly between."""

    bigram_share: float = 0.6
    """Of the points, for a model just better than the bigram."""

    def __post_init__(self) -> None:
        if not 0 < self.bigram_share < 1:
            raise ValueError("bigram_share is a share of the points, above 0 and below 1")

    def judge_score(self, found: LanguageScore) -> CheckResult:
        """Compare the model with both baselines, as they are shown."""
        share = self._share(found)
        key = "full" if share == 1 else "between" if share else "worse"
        said = message(
            f"language-bits.{key}",
            bits=bits_value(found.bits),
            bigram=bits_value(found.bigram),
            fivegram=bits_value(found.fivegram),
        )
        return self.share_result(
            share,
            said,
            *_remarks(found),
            advice=() if share == 1 else (message("language-bits.advice"),),
            facts=(Fact(label=message("language.bits"), value=bits_value(found.bits)),),
            figures=(bits_table(found), found_out(found)),
            flags=_flags(found),
            detail=f"difference to the 5-gram within {found.margin:.3f} bits in 95 % of samples",
        )

    def _share(self, found: LanguageScore) -> float:
        bits, bigram, fivegram = (
            round(value, DIGITS) for value in (found.bits, found.bigram, found.fivegram)
        )
        if bits < fivegram:
            return 1.0
        if bits >= bigram:
            return 0.0
        between = credit(-bits, full_at=-fivegram, zero_at=-bigram)
        # Equal to the 5-gram is not better than it.
        return min(self.bigram_share + (1 - self.bigram_share) * between, 0.99)


def _remarks(found: LanguageScore) -> tuple[Message, ...]:
    """What of the text was left out or could not be predicted."""
    preparation = found.preparation
    if preparation.dropped >= 0.001:
        return (message("language-bits.dropped", share=Share(value=preparation.dropped)),)
    if preparation.unknown >= 0.001:
        return (message("language-bits.unknown", share=Share(value=preparation.unknown)),)
    return ()


def _flags(found: LanguageScore) -> tuple[str, ...]:
    flags = []
    if abs(found.bits - found.fivegram) < found.margin:
        flags.append("fivegram-in-interval")
    if found.copying.recited_held_out >= _RECITED:
        flags.append("held-out-text-recited")
    return tuple(flags)
