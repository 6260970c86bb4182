"""Collect how a model predicts its corpus: read the texts, open the model in the sandbox, then ask it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from grader.evidence.base import CollectContext, Collected, CollectTask
from grader.evidence.language.calibration import choose_interface
from grader.evidence.language.client import LanguageClient
from grader.evidence.language.corpus import read_corpus
from grader.evidence.language.files import File, LanguageFiles, sort_files
from grader.evidence.language.interface import (
    Shapes,
    candidate_interfaces,
    fit_vocabulary,
    read_shapes,
)
from grader.evidence.language.record import CorpusNeed, CorpusText, LanguageNeed, LanguageScore
from grader.evidence.language.scoring import predictions_within, score
from grader.evidence.language.session import LanguageSession
from grader.evidence.language.tokens import make_tokens
from grader.evidence.language.vocabulary import (
    MAX_BYTES,
    Vocabulary,
    VocabularyError,
    read_vocabulary,
)
from grader.evidence.language.writing import write_passages
from grader.evidence.models.formats import model_format
from grader.evidence.models.record import ModelSummary
from grader.records.evidence import INTERNAL, Failure, file_failure, internal_failure
from grader.records.message import Name
from grader.records.names import first_few

#: Models that are tried one after the other where the first do not open.
_TRIED = 3


def collect_language(task: CollectTask, context: CollectContext) -> Collected:
    """Answer all needs about a text and its model. Whatever goes wrong becomes a `Failure`."""
    missing = next(
        (path for _, path in (*task.files, *task.companions) if not path.is_file()), None
    )
    if missing is not None:
        failure = internal_failure(f"{missing} cannot be found under this name")
        return Collected.nothing(task.needs, failure)
    files = sort_files(task)
    collected = Collected()
    corpus = _read_corpus(task, files)
    for need in task.needs:
        if isinstance(need, CorpusNeed):
            collected.records[need] = corpus if isinstance(corpus, Failure) else corpus[1]
        elif isinstance(need, LanguageNeed):
            measured = (
                corpus if isinstance(corpus, Failure) else _measure(files, *corpus, task, context)
            )
            collected.records[need] = measured
    return collected


def _read_corpus(task: CollectTask, files: LanguageFiles) -> tuple[str, CorpusText] | Failure:
    if not files.corpora:
        return _nothing("no-corpus", task)
    (file, path), *others = files.corpora
    return read_corpus(path, file.path, [other.path for other, _ in others])


def _measure(
    files: LanguageFiles,
    text: str,
    corpus: CorpusText,
    task: CollectTask,
    context: CollectContext,
) -> LanguageScore | Failure:
    if not files.models:
        return _nothing("no-text-model", task)
    if not files.vocabularies:
        return _nothing("no-vocabulary", task)
    vocabulary = _read_vocabulary(files.vocabularies)
    if isinstance(vocabulary, Failure):
        return vocabulary
    first: Failure | None = None
    for model in files.models[:_TRIED]:
        found = _measure_model(model, text, corpus, vocabulary, task, context)
        if not isinstance(found, Failure):
            ignored = tuple(other[0].path for other in files.models if other != model)
            return msgspec.structs.replace(found, ignored=ignored[:_TRIED])
        if found.fault == "grader" or found.reason == INTERNAL:
            return found
        first = first or found
    assert first is not None  # noqa: S101  (there is a model)
    return first


def _read_vocabulary(files: Sequence[File]) -> tuple[str, Vocabulary] | Failure:
    """The first vocabulary among some files, with its name; where there is none, why the first is none."""
    first: Failure | None = None
    for file, path in files:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
        try:
            return file.path, read_vocabulary(data)
        except VocabularyError as error:
            first = first or file_failure("bad-vocabulary", file.path, str(error))
    assert first is not None  # noqa: S101  (there is a file)
    return first


def _measure_model(
    model: File,
    text: str,
    corpus: CorpusText,
    named: tuple[str, Vocabulary],
    task: CollectTask,
    context: CollectContext,
) -> LanguageScore | Failure:
    file, path = model
    form = model_format(file.kind)
    if form is None:
        return internal_failure(f"{file.path} is no model")
    with context.open_box() as box:
        client = LanguageClient(box, file.path, context.limits)
        companions = [(beside, place.resolve()) for beside, place in task.companions]
        summary = client.open(path.resolve(), form, companions)
        if isinstance(summary, Failure):
            return summary
        inspected = client.inspect()
        if isinstance(inspected, Failure):
            return inspected
        shapes = read_shapes(summary, stateful=inspected.stateful)
        if isinstance(shapes, Failure):
            return shapes
        return _score_model(client, summary, shapes, text, corpus, named)


def _score_model(
    client: LanguageClient,
    summary: ModelSummary,
    shapes: Shapes,
    text: str,
    corpus: CorpusText,
    named: tuple[str, Vocabulary],
) -> LanguageScore | Failure:
    vocabulary_file, whole = named
    fitted = fit_vocabulary(shapes, whole, summary.file)
    if isinstance(fitted, Failure):
        return fitted
    vocabulary, shift = fitted
    try:
        tokens = make_tokens(text, vocabulary)
    except VocabularyError as error:
        return file_failure(
            "bad-vocabulary", vocabulary_file, str(error), corpus=Name(text=corpus.file)
        )
    session = LanguageSession(client, shapes, tokens)
    interface = choose_interface(session, candidate_interfaces(shapes, vocabulary, shift))
    if isinstance(interface, Failure):
        return interface
    scores = score(session, interface, predictions_within(summary, shapes, interface))
    if isinstance(scores, Failure):
        return scores
    names = {place: token for token, place in vocabulary.index.items()}
    written = write_passages(session, interface, names)
    if isinstance(written, Failure):
        return written
    return LanguageScore(
        file=summary.file,
        vocabulary=vocabulary_file,
        tokens=len(vocabulary.index),
        corpus=corpus,
        model=summary,
        preparation=tokens.preparation,
        interface=interface,
        held_out=len(tokens.text) - tokens.cut,
        **msgspec.structs.asdict(scores),
        **msgspec.structs.asdict(written),
    )


def _nothing(reason: str, task: CollectTask) -> Failure:
    """The failure of a submission that lacks a file, with those that it has."""
    names = first_few([file.path for file, _ in task.files])
    return Failure(reason=reason, values={"files": Name(text=names)})
