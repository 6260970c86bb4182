"""Predictions of a model that is a table: which are taken, what they cost, and what it writes."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from grader.evidence.language.calibration import choose_interface
from grader.evidence.language.interface import candidate_interfaces
from grader.evidence.language.record import Interface
from grader.evidence.language.sampling import GREEDY, continued
from grader.evidence.language.scoring import predictions_within, score
from grader.evidence.language.session import LanguageSession, are_probabilities, probabilities
from grader.evidence.language.tokens import make_tokens
from grader.evidence.language.vocabulary import Vocabulary
from grader.evidence.language.writing import write_passages
from grader.records.evidence import Failure
from tests.factories import layer, model
from tests.factory_language import TableClient, session, shapes, successors, vocabulary_of

_DRAW = np.random.default_rng(3)
_WORDS = ("rain", "wind", "storm", "night", "street", "torch", "river", "stone")
STORY = "".join(
    f"the {word} fell on the {other}.\n" for word, other in _DRAW.choice(_WORDS, (900, 2))
)


def table(text: str = STORY) -> np.ndarray:
    return successors(make_tokens(text, vocabulary_of(text)))


def every_step(**more: object) -> tuple[LanguageSession, Interface]:
    opened, interface = session(
        STORY, TableClient(table(), every_step=True), every_step=True, **more
    )
    return opened, msgspec.structs.replace(interface, mode="steps", window=20)


def test_a_bigram_costs_what_the_bigram_costs() -> None:
    """A model that knows what follows each character is as good as the bigram, and better than the unigram."""
    opened, interface = session(STORY)

    found = score(opened, interface, 2_000)

    assert not isinstance(found, Failure)
    assert found.predictions == found.scored == 2_000
    assert found.bits == pytest.approx(found.bigram, abs=0.05)
    assert found.fivegram < found.bigram < found.unigram
    assert found.bits_before == pytest.approx(found.bits, abs=0.1)


def test_all_ways_of_asking_give_the_same_bits() -> None:
    """Windows, steps of windows, and pieces for a model that remembers cost the same where the model is the same."""
    windows, interface = session(STORY)
    first, last = windows.tokens.held_out, len(windows.tokens.codes)
    steps, of_steps = every_step()
    pieces = msgspec.structs.replace(of_steps, mode="stateful", window=50)

    expected = dict(zip(*_bits(windows, interface, first, last), strict=True))
    for opened, way in ((steps, of_steps), (every_step(rows=1, stateful=True)[0], pieces)):
        places, bits = _bits(opened, way, first, last)
        assert len(places) > 0.9 * (last - first)
        assert len(set(places.tolist())) == len(places)
        assert bits == pytest.approx([expected[place] for place in places.tolist()], abs=1e-4)


def _bits(opened: LanguageSession, interface: Interface, first: int, last: int):
    found = opened.bits(interface, first, last, last - first)
    assert not isinstance(found, Failure)
    return found


def test_a_model_that_remembers_forgets_once() -> None:
    """It is reset before the text and never within it."""
    opened, interface = every_step(rows=1, stateful=True)
    way = msgspec.structs.replace(interface, mode="stateful", window=50)
    _bits(opened, way, opened.tokens.held_out, len(opened.tokens.codes))

    resets = [request.reset for request in opened.client.requests]  # type: ignore[attr-defined]
    assert resets[0]
    assert not any(resets[1:])


def test_logits_are_told_from_probabilities() -> None:
    """Outputs that are no probabilities go through a softmax, and cost the same then."""
    logits = np.log(table()) * 1.0 - 3.0
    opened, _ = session(STORY, TableClient(logits))
    [candidate] = candidate_interfaces(opened.shapes, vocabulary_of(STORY), 0)

    found = choose_interface(opened, [candidate])

    assert not isinstance(found, Failure)
    assert found.logits
    plain, interface = session(STORY)
    assert _bits(opened, found, 100, 200)[1] == pytest.approx(
        _bits(plain, interface, 100, 200)[1], abs=1e-3
    )


def test_outputs_of_sigmoids_are_taken_as_they_predict_best() -> None:
    """They are no probabilities and not negative: divided by their sum here, since that predicts better."""
    opened, _ = session(STORY, TableClient(table() * 0.4))
    [candidate] = candidate_interfaces(opened.shapes, vocabulary_of(STORY), 0)

    found = choose_interface(opened, [candidate])

    assert not isinstance(found, Failure)
    assert not found.logits


def test_a_model_that_sees_what_it_is_to_predict_is_asked_for_the_last_step() -> None:
    """Its earlier steps depend on later characters, so they are not scored."""
    client = TableClient(table(), every_step=True, sees_ahead=True)
    opened, interface = session(STORY, client, every_step=True)
    way = msgspec.structs.replace(interface, mode="steps", window=20)

    found = choose_interface(opened, [way])

    assert not isinstance(found, Failure)
    assert not found.causal
    client.requests.clear()
    _bits(opened, found, 1_000, 1_100)
    assert {request.steps for request in client.requests} == {1}


def test_of_several_ways_the_one_that_predicts_is_taken() -> None:
    """The same model predicts nothing where a line's words stand alone, so running text is chosen."""
    opened, interface = session(STORY)
    wrong = msgspec.structs.replace(interface, shift=1)
    enough = np.concatenate([table(), table()[:1]])
    client = TableClient(np.concatenate([enough, enough[:, :1]], axis=1))
    wider = LanguageSession(client, shapes(client.table.shape[1]), opened.tokens)  # type: ignore[arg-type]

    assert choose_interface(wider, [wrong, interface]) == interface


def test_a_certain_model_goes_on_as_its_table_says() -> None:
    """At temperature 0 the likeliest follows; the same seed gives the same text at any other."""
    text = "abcdefghij" * 300
    opened, interface = session(text)
    prompt = opened.tokens.codes[:10]

    once = continued(opened, interface, [prompt] * 2, [GREEDY, 1.0], 12)
    again = continued(opened, interface, [prompt] * 2, [GREEDY, 1.0], 12)

    assert not isinstance(once, Failure)
    assert not isinstance(again, Failure)
    assert once[0].tolist() == [*range(10), 0, 1]
    assert [item.tolist() for item in once] == [item.tolist() for item in again]


def test_a_model_that_remembers_writes_one_by_one() -> None:
    """After its prompt it is given what it wrote, and keeps what it remembers."""
    client = TableClient(table("abcdefghij" * 300), every_step=True)
    opened, interface = session("abcdefghij" * 300, client, window=None, rows=1, stateful=True)
    way = msgspec.structs.replace(interface, mode="stateful", window=10)

    written = continued(opened, way, [opened.tokens.codes[:10]], [GREEDY], 5)

    assert not isinstance(written, Failure)
    assert written[0].tolist() == [0, 1, 2, 3, 4]
    assert [(item.length, item.reset) for item in client.requests] == [
        (10, True),
        *[(1, False)] * 4,
    ]


def test_what_is_recited_is_counted_in_characters() -> None:
    """A model of a text that repeats itself goes on exactly as the text does."""
    opened, interface = session("abcdefghij" * 300)

    found = write_passages(opened, interface, dict(enumerate("abcdefghij")))

    assert not isinstance(found, Failure)
    assert found.copying.recited == found.copying.recited_held_out == 120
    assert [passage.temperature for passage in found.passages] == [0.5, 1.0]
    assert len(found.passages[0].text) == 400
    assert found.prompt.endswith("j")


def test_words_the_vocabulary_lacks_are_spelled() -> None:
    """They cost the bits of their letters; to n-grams, too, and all other words pay for the chance of one."""
    lines = "".join(
        f"the {word} fell on the {other}\n" for word, other in _DRAW.choice(_WORDS, (900, 2))
    )
    index = {word: place for place, word in enumerate(("the", "fell", "on", *_WORDS[:-1]), 1)}
    tokens = make_tokens(lines, Vocabulary(index))
    opened = LanguageSession(
        TableClient(successors(tokens)),  # type: ignore[arg-type]
        shapes(len(index) + 1),
        tokens,
    )
    interface = Interface(encoding="integers", mode="windows", window=10)

    found = score(opened, interface, 500)

    assert not isinstance(found, Failure)
    assert tokens.preparation.unknown == pytest.approx(1 / 24, abs=0.02)
    assert found.scored == pytest.approx(500 * len(lines) / len(tokens.codes), rel=0.05)
    assert 0.1 < found.fivegram <= found.bits < 1.5


def test_large_models_are_asked_for_fewer_predictions() -> None:
    """The number depends on the model alone."""
    small = model(layer("LSTM", units=64), parameters=40_000)
    large = model(layer("LSTM", units=1024), parameters=40_000_000)
    interface = Interface(encoding="one-hot", mode="windows", window=100)

    assert predictions_within(small, shapes(60), interface) == 20_000
    assert predictions_within(large, shapes(60), interface) == 1_500
    assert predictions_within(small, shapes(20_000), interface) == 3_000


def test_probabilities_sum_to_one() -> None:
    """Of any outputs; rows without a positive number say nothing."""
    outputs = np.array([[0.2, 0.2], [0.0, 0.0], [3.0, -1.0]])

    assert probabilities(outputs, logits=False).sum(axis=1) == pytest.approx(1)
    assert probabilities(outputs, logits=True).sum(axis=1) == pytest.approx(1)
    assert not are_probabilities(outputs)
    assert are_probabilities(np.array([[0.25, 0.75]]))


def test_windows_may_be_longer_than_the_text() -> None:
    """What stands before the text is nothing; a model that remembers must be given what is there."""
    opened, interface = session(STORY[:3_000])
    long = msgspec.structs.replace(interface, window=5_000)
    steps, of_steps = every_step()
    pieces = msgspec.structs.replace(of_steps, mode="stateful", window=50_000)

    found = score(opened, long, 100)
    failed = score(steps, pieces, 100)

    assert choose_interface(opened, [long]) == long
    assert steps.is_causal(msgspec.structs.replace(of_steps, window=50_000)) is True
    assert not isinstance(found, Failure)
    assert found.predictions == 100
    assert isinstance(failed, Failure)
    assert failed.why == ("text-window",)


def test_a_model_that_remembers_is_given_so_many_pieces() -> None:
    """One character at a time takes a request each."""
    small = model(layer("GRU", units=8), parameters=400)
    single = Interface(encoding="integers", mode="stateful", window=1)

    assert predictions_within(small, shapes(60, every_step=True), single) == 4_000
