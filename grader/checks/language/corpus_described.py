"""`CorpusDescribed`: a text long enough was chosen, and the student says what it is."""

from __future__ import annotations

from typing import Any

from grader.checks.base import CheckContext, CheckKind
from grader.checks.text.prose import Prose, Sentence, prose_of
from grader.evidence.code.record import CodeNeed
from grader.evidence.language.record import CorpusNeed, CorpusText
from grader.evidence.language.view import corpus_sections
from grader.evidence.need import Need
from grader.evidence.report.passages import names_any
from grader.evidence.report.record import ReportNeed
from grader.records.evidence import Failure
from grader.records.lab import Exercise
from grader.records.message import Count, Message, Name, message
from grader.records.result import CheckResult

#: What people call a text that a model is trained on.
WORDS = (
    *("corpus", "corpora", "text", "texts", "dataset", "data set", "novel*", "book*", "poem*", "play*", "lyrics"),
    *("tale*", "letters", "article*", "song*", "speech*", "gutenberg", "shakespeare", "jeu de données", "texte*"),
    *("roman*", "livre*", "poème*", "paroles", "recueil*", "conte*"),
)  # fmt: skip

#: Words of a sentence that says something.
_LEAST_WORDS = 6
#: Characters of a sentence that are repeated to the student.
_MOST_SHOWN = 160


class CorpusDescribed(CheckKind, tag="corpus-described", frozen=True, kw_only=True):
    """A corpus of enough characters earns one half, sentences that say what it is the other.

    Its first artefact is the text with its model, the second code, all others reports. Comments of code do not count,
    the text cells of its notebooks do.
    """

    at_least: int = 100_000
    """Characters."""
    sentences: int = 2
    """That speak of the text."""

    def needs(self, exercise: Exercise) -> tuple[Need[Any], ...]:
        """The text, and what the student says of it."""
        text, code, reports = self._artefacts(exercise)
        said = tuple(ReportNeed(artefact=report) for report in reports)
        return (CorpusNeed(artefact=text), CodeNeed(artefact=code), *said)

    def judge(self, context: CheckContext) -> CheckResult:
        """Count its characters, and look for what is said of it."""
        text, code, reports = self._artefacts(context.exercise)
        corpus = context.evidence.get(CorpusNeed(artefact=text))
        if isinstance(corpus, Failure):
            return self.judge_failure(corpus)
        prose = prose_of(context.evidence, code, reports, ())
        found = [item for item in prose.sentences if _speaks_of_text(item)]
        is_described = len(found) >= self.sentences
        unread = prose.code if isinstance(prose.code, Failure) else None
        ours = [item for item in (unread, *prose.failures) if item and item.fault == "grader"]
        if ours and not is_described:
            return self.judge_failure(ours[0])
        if not is_described and prose.is_left_to_people:
            return self.result("pending", None, self._size(corpus), flags=("needs-review",))
        is_long = corpus.characters >= self.at_least
        share = 0.5 * is_long + 0.5 * is_described
        return self.share_result(
            share,
            self._size(corpus),
            *(_described(found) if is_described else (message("language-corpus.silent"),)),
            advice=self._advice(is_long=is_long, is_described=is_described, prose=prose),
            figures=corpus_sections(corpus),
        )

    def _artefacts(self, exercise: Exercise) -> tuple[str, str, tuple[str, ...]]:
        """The text, the code and the reports; of one artefact alone the code is asked, too."""
        text, *others = exercise.artefacts_of(self)
        return text, (others or [text])[0], tuple(others[1:])

    def _size(self, corpus: CorpusText) -> Message:
        key = "long" if corpus.characters >= self.at_least else "short"
        return message(
            f"language-corpus.{key}",
            file=Name(text=corpus.file),
            count=Count(value=corpus.characters, setting=True),
            least=Count(value=self.at_least, setting=True),
        )

    def _advice(self, *, is_long: bool, is_described: bool, prose: Prose) -> tuple[Message, ...]:
        advice = []
        if not is_long:
            advice.append(
                message("language-corpus.longer", least=Count(value=self.at_least, setting=True))
            )
        if not is_described:
            key = "describe" if prose.sentences else "write"
            advice.append(message(f"language-corpus.{key}"))
        return tuple(advice)


def _speaks_of_text(sentence: Sentence) -> bool:
    return len(sentence.text.split()) >= _LEAST_WORDS and names_any(sentence.text, WORDS)


def _described(found: list[Sentence]) -> tuple[Message, ...]:
    first = found[0]
    text = (
        first.text if len(first.text) <= _MOST_SHOWN else f"{first.text[:_MOST_SHOWN].rstrip()} …"
    )
    return (message("language-corpus.described", text=Name(text=text), where=first.where),)
