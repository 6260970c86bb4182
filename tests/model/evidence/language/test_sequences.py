"""Models of text in sandboxed processes: what comes back is what Keras itself predicts, in every form."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from grader import datasets
from grader.datasets.pool import DatasetPool
from grader.evidence.base import CollectContext, CollectTask
from grader.evidence.language.calibration import choose_interface
from grader.evidence.language.client import LanguageClient
from grader.evidence.language.collect import collect_language
from grader.evidence.language.interface import candidate_interfaces, fit_vocabulary, read_shapes
from grader.evidence.language.profile import PROFILE
from grader.evidence.language.record import CorpusNeed, LanguageNeed, LanguageScore
from grader.evidence.language.session import LanguageSession, probabilities
from grader.evidence.language.tokens import make_tokens
from grader.evidence.models.record import ModelSummary
from grader.intake.sniffing import sniff_file
from grader.messages import catalogue, failure_text
from grader.records.evidence import ArtefactFile, Failure
from grader.records.lab import Artefact
from grader.sandbox import Sandboxes
from tests.factory_language import vocabulary_of
from tests.program import REPOSITORY

layers = keras.layers

_DRAW = np.random.default_rng(5)
STORY = " ".join(_DRAW.choice(("rain", "wind", "storm", "night", "street", "torch"), 900)) + "\n"
SIZE = len(set(STORY))
ARTEFACT = Artefact(
    id="text-model",
    title="the text",
    patterns=("*.h5", "*.keras", "*.json", "*.txt"),
    formats=("text-model", "corpus-text"),
    many=True,
)


def sequential(*stack: Any) -> keras.Model:
    keras.utils.set_random_seed(1)
    return keras.Sequential(list(stack))


def one_hot() -> keras.Model:
    return sequential(
        keras.Input((20, SIZE)), layers.LSTM(8), layers.Dense(SIZE, activation="softmax")
    )


def scaled() -> keras.Model:
    return sequential(keras.Input((20, 1)), layers.GRU(8), layers.Dense(SIZE, activation="softmax"))


def steps_of_logits() -> keras.Model:
    return sequential(
        keras.Input((None,)),
        layers.Embedding(SIZE, 4),
        layers.GRU(8, return_sequences=True),
        layers.Dense(SIZE, kernel_initializer="random_normal"),
    )


def looking_ahead() -> keras.Model:
    return sequential(
        keras.Input((20,)),
        layers.Embedding(SIZE, 4),
        layers.Bidirectional(layers.LSTM(6, return_sequences=True)),
        layers.Dense(SIZE, activation="softmax"),
    )


def of_fixed_batches() -> keras.Model:
    return sequential(
        keras.Input(batch_shape=(4, 20)),
        layers.Embedding(SIZE, 4),
        layers.SimpleRNN(8),
        layers.Dense(SIZE, activation="softmax"),
    )


def opened(
    model: keras.Model, folder: Path, sandboxes: Sandboxes, use: Callable[..., None], name: str
) -> None:
    """Save a model, open it in a sandboxed process, find out how it takes the text, and use that."""
    path = folder / name
    model.save(path)
    with sandboxes.open(PROFILE) as box:
        client = LanguageClient(box, name, sandboxes.limits)
        summary = client.open(path, "hdf5" if name.endswith(".h5") else "keras-zip")
        assert isinstance(summary, ModelSummary), summary
        inspected = client.inspect()
        assert not isinstance(inspected, Failure), inspected
        shapes = read_shapes(summary, stateful=inspected.stateful)
        assert not isinstance(shapes, Failure), shapes
        fitted = fit_vocabulary(shapes, vocabulary_of(STORY), name)
        assert not isinstance(fitted, Failure), fitted
        session = LanguageSession(client, shapes, make_tokens(STORY, fitted[0]))
        interface = choose_interface(session, candidate_interfaces(shapes, *fitted))
        assert not isinstance(interface, Failure), interface
        use(session, interface)


def given_to(codes: np.ndarray, session: LanguageSession, interface: Any) -> np.ndarray:
    """Rows of indices as a student gives them to `predict`."""
    if interface.encoding == "one-hot":
        return np.eye(SIZE, dtype=np.float32)[codes]
    return (codes / interface.scale)[..., None] if interface.encoding == "scaled" else codes


@pytest.mark.parametrize(
    ("build", "mode", "name"),
    [
        (one_hot, "windows", "text.h5"),
        (scaled, "windows", "text.keras"),
        (steps_of_logits, "steps", "text.h5"),
        (looking_ahead, "steps", "text.keras"),
        (of_fixed_batches, "windows", "text.h5"),
    ],
)
def test_bits_are_those_of_keras(
    build: Callable[[], keras.Model], mode: str, name: str, tmp_path: Path, sandboxes: Sandboxes
) -> None:
    """Each scored character costs what `predict` says behind the same window."""
    model = build()

    def compare(session: LanguageSession, interface: Any) -> None:
        first = session.tokens.held_out
        scored = session.bits(interface, first, first + 400, 200)
        assert not isinstance(scored, Failure), scored
        places, bits = scored
        window = 20 if interface.window == 20 else 150
        codes = session.tokens.codes[places[:, None] + np.arange(-window, 0)]
        outputs = model.predict(given_to(codes, session, interface), batch_size=4, verbose=0)
        last = outputs if outputs.ndim == 2 else outputs[:, -1]
        shares = probabilities(last.astype(float), logits=interface.logits)
        expected = -np.log2(shares[np.arange(len(places)), session.tokens.codes[places]])

        assert interface.mode == mode
        assert interface.logits == (build is steps_of_logits)
        assert interface.causal == (build is not looking_ahead)
        assert len(places) >= 180
        # A recurrent layer that saw another number of characters long before differs by little.
        assert bits == pytest.approx(expected, abs=0.02 if mode == "steps" else 1e-3)

    opened(model, tmp_path, sandboxes, compare, name)


@pytest.mark.parametrize("name", ["text.h5", "text.keras"])
def test_a_model_that_remembers_is_read_in_order(
    name: str, tmp_path: Path, sandboxes: Sandboxes
) -> None:
    """A stateful model that is given the text in pieces predicts as one that is given it whole."""

    def build(*shape: int | None, stateful: bool) -> keras.Model:
        return sequential(
            keras.Input(batch_shape=shape),
            layers.Embedding(SIZE, 4),
            layers.LSTM(8, return_sequences=True, stateful=stateful),
            layers.Dense(SIZE, activation="softmax"),
        )

    whole = build(None, None, stateful=False)

    def compare(session: LanguageSession, interface: Any) -> None:
        for _ in range(2):  # the second time it must have forgotten the first
            first = session.tokens.held_out
            scored = session.bits(interface, first, len(session.tokens.codes), 1_000)
            assert not isinstance(scored, Failure), scored
            places, bits = scored
            start = int(places[0]) - 200
            text = session.tokens.codes[start : int(places[-1])][None]
            predicted = whole.predict(text, verbose=0)[0][-len(places) :]
            expected = -np.log2(predicted[np.arange(len(places)), session.tokens.codes[places]])

            assert interface.mode == "stateful"
            assert len(places) > 200
            assert bits == pytest.approx(expected, abs=0.01)

    opened(build(1, None, stateful=True), tmp_path, sandboxes, compare, name)


def collected(
    folder: Path, sandboxes: Sandboxes, files: dict[str, str | keras.Model]
) -> dict[Any, Any]:
    """What is collected of files: texts by their content, models as they are saved."""
    for name, content in files.items():
        path = folder / name
        if isinstance(content, str):
            path.write_text(content, encoding="utf-8")
        else:
            content.save(path)
    return collected_of([folder / name for name in files], sandboxes)


def collected_of(paths: list[Path], sandboxes: Sandboxes) -> dict[Any, Any]:
    """What is collected of files that are there."""
    listed = [
        (ArtefactFile(path=path.name, sha256="", kind=sniff_file(path)), path) for path in paths
    ]
    needs = (CorpusNeed(artefact="text-model"), LanguageNeed(artefact="text-model"))
    task = CollectTask(
        artefact=ARTEFACT,
        files=tuple(listed),
        needs=needs,
        declared=None,
        keys=dict.fromkeys(needs, "key"),
    )
    context = CollectContext(
        open_box=lambda: sandboxes.open(PROFILE),
        open_with=sandboxes.open,
        limits=sandboxes.limits,
        datasets=DatasetPool(datasets.get, {}, {}),
    )
    return collect_language(task, context).records


LINES = "".join(
    " ".join(_DRAW.choice(("the", "rain", "wind", "storm", "night", "fell", "on"), 7)) + ".\n"
    for _ in range(300)
)


def test_words_behind_zeros_are_measured_to_the_end(tmp_path: Path, sandboxes: Sandboxes) -> None:
    """A tokenizer in JSON twice, an embedding of indices from 1, padding before them: found out and measured."""
    words = ["the", "rain", "wind", "storm", "night", "fell", "on"]
    index = json.dumps({word: place for place, word in enumerate(words, 1)})
    tokenizer = {"class_name": "Tokenizer", "config": {"word_index": index, "lower": True}}
    model = sequential(
        keras.Input((6,)),
        layers.Embedding(8, 4, mask_zero=True),
        layers.LSTM(6),
        layers.Dense(8, activation="softmax"),
    )
    files = {
        "model.h5": model,
        "tokenizer.json": json.dumps(json.dumps(tokenizer)),
        "book.txt": LINES,
        "notes.txt": "I trained for ten epochs.\n" * 900,
    }

    found = collected(tmp_path, sandboxes, files)

    corpus, score = found.values()
    assert (corpus.file, corpus.others) == ("book.txt", ("notes.txt",))
    assert isinstance(score, LanguageScore), score
    assert score.preparation.level == "words"
    assert score.interface.encoding == "integers"
    assert score.predictions == 210
    # An untrained model is as good as guessing one of eight words of four letters and a space.
    assert score.bits == pytest.approx(3 / 4.7, abs=0.1)
    assert score.unigram < score.bits + 0.1
    assert {len(passage.text.split()) for passage in score.passages} == {70}


@pytest.mark.slow
def test_the_reference_is_measured_as_recorded(sandboxes: Sandboxes) -> None:
    """Its bits per character are those that its own program found with Keras alone."""
    folder = REPOSITORY / "reference_solutions" / "project-text"
    recorded = json.loads((folder / "bits.json").read_text())["bits"]

    found = collected_of(
        [folder / name for name in ("language.h5", "vocab.json", "corpus.txt")], sandboxes
    )[LanguageNeed(artefact="text-model")]

    assert isinstance(found, LanguageScore), found
    assert found.bits == pytest.approx(recorded, abs=0.002)
    assert found.bits < found.fivegram - found.margin


@pytest.mark.parametrize(
    ("without", "reason"),
    [("model.h5", "no-text-model"), ("vocab.json", "no-vocabulary"), ("corpus.txt", "no-corpus")],
)
def test_a_missing_file_is_named(
    without: str, reason: str, tmp_path: Path, sandboxes: Sandboxes
) -> None:
    """Whoever left out one of the three reads which, in both languages."""
    files: dict[str, str | keras.Model] = {
        "model.h5": one_hot(),
        "vocab.json": json.dumps(dict(vocabulary_of(STORY).index)),
        "corpus.txt": STORY,
    }
    del files[without]

    found = collected(tmp_path, sandboxes, files)[LanguageNeed(artefact="text-model")]

    assert isinstance(found, Failure)
    assert found.reason == reason
    for language in ("en", "fr"):
        said = failure_text(found, catalogue(language))
        assert all(name in said.message for name in files)
        assert without.split(".")[0][:5] in said.advice


def test_a_vocabulary_of_another_size_is_explained(tmp_path: Path, sandboxes: Sandboxes) -> None:
    """The numbers of outputs and indices stand side by side."""
    files = {
        "model.h5": one_hot(),
        "vocab.json": json.dumps(dict(vocabulary_of(STORY + "0123456789").index)),
        "corpus.txt": STORY,
    }

    found = collected(tmp_path, sandboxes, files)[LanguageNeed(artefact="text-model")]

    assert isinstance(found, Failure)
    assert (found.reason, found.why) == ("bad-output", ("text-width",))
    said = failure_text(found, catalogue("en")).message
    assert f"{SIZE} outputs" in said
    assert f"{SIZE + 10} indices" in said
