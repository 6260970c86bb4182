"""Estimators of scikit-learn and its kin: which are fitted, however code says it."""

from __future__ import annotations

import pytest

from grader.evidence.code.probe.reading.read import read_code
from grader.evidence.code.record import EstimatorFit

IMPORTS = """
import umap
import xgboost as xgb
from sklearn import naive_bayes
from sklearn.decomposition import PCA
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression as Logistic
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import Pipeline, make_pipeline
"""


def fitted(source: str) -> list[tuple[str, bool]]:
    return [(item.name, item.executed) for item in read(source)]


def read(source: str) -> tuple[EstimatorFit, ...]:
    return read_code({"a.py": (IMPORTS + source).encode()}).estimators


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("Logistic(C=2).fit(x, y)", ["LogisticRegression"]),
        ("model = naive_bayes.MultinomialNB()\nmodel.fit(x, y)", ["MultinomialNB"]),
        ("points = PCA(2).fit_transform(x)", ["PCA"]),
        ("umap.UMAP().fit_transform(x)", ["UMAP"]),
        ("xgb.XGBClassifier().fit(x, y)", ["XGBClassifier"]),
        (
            "make_pipeline(TfidfVectorizer(), Logistic()).fit(x, y)",
            ["Pipeline", "TfidfVectorizer", "LogisticRegression"],
        ),
        (
            "g = GridSearchCV(Pipeline([('a', TfidfVectorizer()), ('b', Logistic())]), {})\ng.fit(x, y)",
            ["GridSearchCV", "Pipeline", "TfidfVectorizer", "LogisticRegression"],
        ),
        ("cross_val_score(RandomForestClassifier(), x, y)", ["RandomForestClassifier"]),
        (
            "for model in [Logistic(), naive_bayes.BernoulliNB()]:\n    model.fit(x, y)",
            ["LogisticRegression", "BernoulliNB"],
        ),
        (
            "m = {'a': Logistic(), 'b': RandomForestClassifier()}\nfor k, v in m.items():\n    v.fit(x, y)",
            ["LogisticRegression", "RandomForestClassifier"],
        ),
        ("def train(model):\n    model.fit(x, y)\ntrain(Logistic())", ["LogisticRegression"]),
        ("Logistic().predict(x)", []),
        ("Logistic()", []),
    ],
)
def test_what_is_fitted_is_found(source: str, names: list[str]) -> None:
    """One by one, in loops, through functions, within pipelines and searches; what is only made does not count."""
    assert fitted(source) == [(name, True) for name in names]


def test_code_that_nothing_calls_is_said_to_be_so() -> None:
    """A function that is never called fits nothing; one that is called later does."""
    source = "def unused():\n    PCA(2).fit(x)\n"

    assert fitted(source) == [("PCA", False)]
    assert fitted(source + "unused()\n") == [("PCA", True)]


def test_a_place_is_noted_once() -> None:
    """A loop of a thousand fits is one row."""
    (found,) = read("for seed in range(1000):\n    Logistic(random_state=seed).fit(x, y)")

    assert (found.where, found.library) == ("a.py:12", "sklearn")


def test_other_objects_with_a_fit_are_none() -> None:
    """A student's own class, and Keras, are not of scikit-learn."""
    source = (
        "import keras\nclass Own:\n    def fit(self, x):\n        pass\nOwn().fit(x)\n"
        "model = keras.Sequential([keras.layers.Dense(1)])\nmodel.compile()\nmodel.fit(x, y)\n"
    )

    assert fitted(source) == []


def test_estimators_that_hold_themselves_end() -> None:
    """Pipelines may be nested as deep as one likes, and lists may hold themselves."""
    source = "steps = []\nsteps.append(steps)\nPipeline(steps).fit(x)\n"
    deep = "model = Logistic()\nfor _ in range(50):\n    model = Pipeline([('a', model)])\nmodel.fit(x)\n"

    assert fitted(source)[0] == ("Pipeline", True)
    assert 1 <= len(fitted(deep)) <= 10
