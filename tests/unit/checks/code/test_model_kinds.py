"""`ModelKindsCompared`: which models are of different kinds, and what each earns."""

from __future__ import annotations

import pytest

from grader.checks import ModelKindsCompared
from grader.checks.code.model_kinds import kind_of_estimator, kind_of_layers
from grader.evidence.code.record import CodeReading, EstimatorFit, LayerRead
from grader.records.result import CheckResult
from tests.code_factories import code_view, reading, training
from tests.factories import judge, worded

CHECK = ModelKindsCompared(id="models", title="Models", points=10)


def fit(name: str, **more: object) -> EstimatorFit:
    return EstimatorFit(where="a.py:3", name=name, library="sklearn", **more)  # type: ignore[arg-type]


def layers(*names: str) -> tuple[LayerRead, ...]:
    return tuple(LayerRead(class_name=name) for name in names)


def judged(code: CodeReading) -> CheckResult:
    return judge(CHECK, code_view(code))


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        (("Embedding", "LSTM", "Dense"), "recurrent"),
        (("Embedding", "Bidirectional(GRU)", "Dense"), "recurrent"),
        (("Embedding", "Conv1D", "GlobalMaxPooling1D", "Dense"), "convolutional"),
        (("Embedding", "Conv1D", "LSTM", "Dense"), "recurrent"),
        (("Embedding", "MultiHeadAttention", "Dense"), "attention"),
        (("Embedding", "GlobalAveragePooling1D", "Dense"), "dense"),
        (("Dense", "Dropout", "Dense"), "dense"),
        (("Dense",), "linear"),
        (("Conv1d", "Linear"), "convolutional"),
        (("Dropout",), None),
        ((), None),
    ],
)
def test_layers_tell_the_kind(names: tuple[str, ...], kind: str | None) -> None:
    """What reads words in order goes before what does not; names of PyTorch are read as well."""
    assert kind_of_layers(training(layers=layers(*names))) == kind


def test_vectorizers_are_no_models() -> None:
    """Neither is what brings data to few dimensions, or a pipeline around a model."""
    kinds = [kind_of_estimator(fit(name)) for name in ("TfidfVectorizer", "PCA", "Pipeline", "SVC")]

    assert kinds == [None, None, None, "kernel"]


def test_two_kinds_earn_all() -> None:
    """A bag of words with scikit-learn and an LSTM with Keras, each named with its place."""
    code = reading(
        training(layers=layers("Embedding", "LSTM", "Dense"), where="b.ipynb, cell 4, line 1"),
        estimators=(fit("TfidfVectorizer"), fit("LogisticRegression")),
    )
    result = judged(code)

    assert (result.status, result.score) == ("passed", 10)
    text = worded(result)
    assert "recurrent, reading in order — b.ipynb, cell 4, line 1: Embedding, LSTM, Dense" in text
    assert "a weight for each input — a.py:3: LogisticRegression" in text
    assert "récurrent" in worded(result, "fr")


def test_two_models_of_one_kind_earn_half() -> None:
    """Two linear models make similar errors: another kind is asked for."""
    result = judged(reading(estimators=(fit("LogisticRegression"), fit("LinearSVC"))))

    assert (result.status, result.score) == ("partial", 5)
    assert "Conv1D" in worded(result)


def test_no_model_earns_nothing() -> None:
    """A vectorizer alone trains nothing."""
    result = judged(reading(estimators=(fit("CountVectorizer"),)))

    assert (result.status, result.score) == ("failed", 0)
    assert "No model of a known kind" in worded(result)


def test_models_that_reading_does_not_follow_are_looked_at() -> None:
    """A pretrained model of another library may be the second kind, so may one whose layers are not known."""
    pretrained = reading(estimators=(fit("LogisticRegression"),), imports=("transformers",))
    unknown = reading(training(layers=()), estimators=(fit("LogisticRegression"),))

    assert judged(pretrained).status == "pending"
    assert judged(unknown).status == "pending"


def test_code_that_nothing_calls_counts_and_is_flagged() -> None:
    """A student who keeps the second model in a function that is no longer called has trained it."""
    code = reading(estimators=(fit("LogisticRegression"), fit("SVC", executed=False)))
    result = judged(code)

    assert (result.score, result.flags) == (10, ("not-in-code",))


def test_no_kind_asked_for_is_refused() -> None:
    """A check that asks for nothing is a mistake of the lab."""
    with pytest.raises(ValueError, match="no kind"):
        ModelKindsCompared(id="x", title="X", points=1, at_least=0)
