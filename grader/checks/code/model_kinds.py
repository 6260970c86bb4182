"""`ModelKindsCompared`: models of different kinds are trained, of Keras, PyTorch or scikit-learn."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from grader.checks.base import CheckContext
from grader.checks.code.base import CodeCheck, may_train_more
from grader.checks.code.filters import ModelFilter
from grader.evidence.code.record import EstimatorFit, Training
from grader.evidence.code.run_record import CodeShown
from grader.evidence.code.words import layers_text
from grader.records.message import Code, Count, Listing, Message, Name, message
from grader.records.result import CheckResult

ModelKind = Literal[
    "linear", "naive-bayes", "trees", "neighbours", "kernel", "dense", "convolutional", "recurrent", "attention"
]  # fmt: skip
"""``linear``: a weight for each input, such as logistic regression; ``dense``: hidden layers without an order of the
words; the others as they are called."""

#: Classifiers of scikit-learn and its kin.
_CLASSIFIERS: dict[str, ModelKind] = {
    **dict.fromkeys(
        ("LogisticRegression", "LogisticRegressionCV", "LinearSVC", "SGDClassifier", "RidgeClassifier",
         "RidgeClassifierCV", "Perceptron", "PassiveAggressiveClassifier", "LinearDiscriminantAnalysis"),
        "linear",
    ),
    **dict.fromkeys(("MultinomialNB", "BernoulliNB", "ComplementNB", "GaussianNB", "CategoricalNB"), "naive-bayes"),
    **dict.fromkeys(
        ("DecisionTreeClassifier", "RandomForestClassifier", "ExtraTreesClassifier", "GradientBoostingClassifier",
         "HistGradientBoostingClassifier", "AdaBoostClassifier", "BaggingClassifier", "XGBClassifier",
         "XGBRFClassifier", "LGBMClassifier", "CatBoostClassifier"),
        "trees",
    ),
    **dict.fromkeys(("KNeighborsClassifier", "RadiusNeighborsClassifier", "NearestCentroid"), "neighbours"),
    **dict.fromkeys(("SVC", "NuSVC", "GaussianProcessClassifier"), "kernel"),
    "MLPClassifier": "dense",
}  # fmt: skip

#: Layers that make a model of a kind, the first that a model has decides.
_LAYERS: tuple[tuple[re.Pattern[str], ModelKind], ...] = (
    (re.compile(r"attention|transformer|bert"), "attention"),
    (re.compile(r"lstm|gru|rnn"), "recurrent"),
    (re.compile(r"conv"), "convolutional"),
)
_DENSE = re.compile(r"dense|linear")
_EMBEDDING = re.compile(r"embedding")

#: Packages whose models are trained in ways that reading does not follow.
_PRETRAINED = frozenset({"transformers", "fasttext", "flair", "spacy", "simpletransformers", "setfit"})  # fmt: skip

_ANY_MODEL = ModelFilter()


class ModelKindsCompared(CodeCheck, tag="model-kinds-compared", frozen=True, kw_only=True):
    """Models of several kinds are trained; each kind earns its share."""

    at_least: int = 2

    def __post_init__(self) -> None:
        if self.at_least < 1:
            raise ValueError(f"check '{self.id}' asks for no kind of model")

    def judge_code(self, code: CodeShown, context: CheckContext) -> CheckResult:
        """Count the kinds, those of code that runs first."""
        found = dict(_kinds(code, executed=False)) | dict(_kinds(code, executed=True))
        share = min(1.0, len(found) / self.at_least)
        said = tuple(_kind_text(kind, where) for kind, where in found.items())
        counted = message(
            "model-kinds.found" if found else "model-kinds.none",
            count=Count(value=len(found), setting=True),
            asked=Count(value=self.at_least, setting=True),
            kinds=Listing(items=said, separator="; "),
        )
        if share < 1 and _may_train_others(code):
            return self.judge_unknown(counted)
        return self.share_result(
            share,
            counted,
            advice=() if share == 1 else (message("model-kinds.advice"),),
            flags=() if len(dict(_kinds(code, executed=True))) >= len(found) else ("not-in-code",),
        )


def _kinds(code: CodeShown, *, executed: bool) -> Iterator[tuple[ModelKind, Message]]:
    """The kinds of model in code that is reached, or in code that is not; the last of a kind first."""
    for training in reversed(code.trainings):
        kind = kind_of_layers(training)
        if kind is not None and training.executed is executed:
            yield kind, _what(training.where, layers_text(training))
    for estimator in reversed(code.estimators):
        found = kind_of_estimator(estimator)
        if found is not None and estimator.executed is executed:
            yield found, _what(estimator.where, estimator.name)


def kind_of_estimator(estimator: EstimatorFit) -> ModelKind | None:
    """The kind of a classifier; None for what is none, such as a vectorizer."""
    return _CLASSIFIERS.get(estimator.name)


def kind_of_layers(training: Training) -> ModelKind | None:
    """The kind of a model of layers; None where they are not known."""
    names = [layer.class_name.casefold() for layer in training.layers]
    for pattern, kind in _LAYERS:
        if any(map(pattern.search, names)):
            return kind
    dense = sum(_DENSE.search(name) is not None for name in names)
    if not dense:
        return None
    return "dense" if dense > 1 or any(map(_EMBEDDING.search, names)) else "linear"


def _what(where: str, text: str) -> Message:
    return message("model-kinds.what", where=Name(text=where), text=Code(text=text[:120]))


def _kind_text(kind: ModelKind, what: Message) -> Message:
    return message("model-kinds.kind", kind=message(f"model-kinds.{kind}"), what=what)


def _may_train_others(code: CodeShown) -> bool:
    """Whether models may be trained that were not recognised."""
    unclear = any(item.executed and kind_of_layers(item) is None for item in code.trainings)
    others = not code.trainings and may_train_more(code, _ANY_MODEL)
    return unclear or others or not _PRETRAINED.isdisjoint(code.imports)
