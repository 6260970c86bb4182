"""Hidden tests of project-text: what a model that was copied, or knows its text by heart, does not do."""

from __future__ import annotations

import re

import pytest


@pytest.mark.points(2)
@pytest.mark.exercise("language")
@pytest.mark.looks_at("text-model")
def test_predicts_new_text_as_well(language):
    """The model predicts the end of the text nearly as well as the text before it, and at all."""
    assert language.bits < language.unigram, f"{language.bits:.2f} of {language.unigram:.2f} bits"
    assert language.bits <= 1.3 * language.bits_before + 0.1, f"{language.bits_before:.2f} before"


@pytest.mark.points(2)
@pytest.mark.exercise("language")
@pytest.mark.looks_at("text-model")
def test_temperature_changes_what_is_written(language):
    """At another temperature the model writes another text, and never the same few words alone."""
    cool, warm = (re.findall(r"\w+", passage.text.lower()) for passage in language.passages)
    assert cool != warm, "both passages are the same"
    assert len(set(warm)) >= 20, f"{len(set(warm))} different words"
    assert len(set(warm)) >= len(set(cool)) * 0.8, "more varied at the lower temperature"


@pytest.mark.points(2)
@pytest.mark.exercise("language")
@pytest.mark.looks_at("text-model")
def test_text_is_not_known_by_heart(language):
    """The model goes on in its own words, and repeats no longer runs of its text than new text does."""
    recited = max(language.copying.recited, language.copying.recited_held_out)
    assert recited < 60, f"{recited:.0f} characters continued exactly"
    longest = max(passage.copied for passage in language.passages)
    assert longest < max(100, 2 * language.copying.usual), f"{longest} characters copied"


@pytest.mark.points(3)
@pytest.mark.exercise("study")
@pytest.mark.looks_at("text-model", "code")
def test_model_is_the_one_of_the_code(language, trainings):
    """The recurrent layers of the saved model are those of a model that the code trains."""
    saved = _recurrent((item.type, item.settings.get("units")) for item in language.model.layers)
    trained = [
        _recurrent((item.class_name, item.units) for item in training.layers)
        for training in trainings
    ]
    assert saved, "no recurrent layer is in the saved model"
    assert saved in trained, f"saved: {saved}, trained: {trained}"


def _recurrent(layers):
    """Class and units of the recurrent layers, in order; a wrapper counts as itself."""
    kinds = re.compile("LSTM|GRU|RNN|Bidirectional")
    return [(kind, units) for kind, units in layers if kinds.search(kind)]
