"""Models that are the same, made from each other, or independent: from their files to the class page."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import keras
import msgspec
import numpy as np
import pytest

from grader import datasets
from grader.evidence.models.probe.fingerprint import fingerprint, keras_weights
from grader.evidence.models.record import ModelSummary, WeightFingerprint
from grader.grading.grade import ClassResult, GradeOptions, grade_class
from grader.grading.rescore import rescore
from grader.records.base import from_json
from grader.records.evidence import Evidence
from grader.records.similarity import Group, Similarities
from tests.model.models import classifier, layers, save
from tests.program import DIGITS_COURSE

pytestmark = pytest.mark.slow

LAB = "ml-assignment2"
#: Trained independently of all others, by their seeds.
INDEPENDENT = {"greta": 1, "hugo": 2, "ines": 3, "jonas": 4, "karim": 5}


def digits() -> tuple[np.ndarray, np.ndarray]:
    calibration = datasets.get("digits").calibration()
    assert calibration is not None
    return (calibration.split.images / 255).astype(np.float32), calibration.split.labels


def perceptron(seed: int) -> keras.Model:
    keras.utils.set_random_seed(seed)
    stack = [keras.Input((28, 28)), layers.Flatten(), layers.Dense(32, activation="relu")]
    return keras.Sequential([*stack, layers.Dense(10, activation="softmax")])


def train(model: keras.Model, epochs: int, *, order: int = 0, rate: float = 1e-3) -> keras.Model:
    """Train with the batches in an order of its own."""
    keras.utils.set_random_seed(1000 + order)
    model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy")
    model.fit(*digits(), epochs=epochs, batch_size=16, verbose=0)
    return model


def copied(model: keras.Model, change: Any = None) -> keras.Model:
    """The same model built anew, with other layer names and changed weights."""

    def renamed(layer: Any) -> Any:
        return type(layer).from_config(layer.get_config() | {"name": f"own_{layer.name}"})

    copy = keras.models.clone_model(model, clone_function=renamed)
    weights = model.get_weights()
    copy.set_weights(change(weights) if change else weights)
    return copy


def with_noise(weights: list[np.ndarray]) -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    return [weight + 0.01 * weight.std() * rng.normal(size=weight.shape) for weight in weights]


def shuffled(weights: list[np.ndarray]) -> list[np.ndarray]:
    """Exchange the hidden units: other weights, the same predictions."""
    order = np.random.default_rng(0).permutation(len(weights[1]))
    return [weights[0][:, order], weights[1][order], weights[2][order], weights[3]]


@pytest.fixture(scope="module")
def submissions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Amina's model and copies of it, independent models, and a starter with models made from it."""
    folder = tmp_path_factory.mktemp("similarity") / "class"
    own = train(perceptron(42), 30)
    save(own, folder / "amina" / "digits.h5")
    (folder / "bruno").mkdir()
    shutil.copy(folder / "amina" / "digits.h5", folder / "bruno" / "my_work.h5")
    save(copied(own), folder / "chloe" / "digits.keras")
    save(train(copied(own), 1, order=1), folder / "dmitri" / "digits.h5")
    save(copied(own, with_noise), folder / "elif" / "digits.h5")
    save(copied(own, shuffled), folder / "farid" / "digits.h5")
    for student, seed in INDEPENDENT.items():
        save(train(perceptron(seed), 20 + 3 * seed, order=seed), folder / student / "digits.h5")
    save(train(perceptron(42), 30, order=7), folder / "same-seed" / "digits.h5")
    starter = train(perceptron(9), 25)
    save(starter, folder.parent / "course" / "handout" / "starter.h5")
    save(copied(starter), folder / "lena" / "digits.keras")
    for order, student in enumerate(("mehmet", "nadia")):
        save(train(copied(starter), 2, order=20 + order), folder / student / "digits.h5")
    for student in ("olga", "pavel"):
        save(classifier(seed=3), folder / student / "digits.h5")
    course = folder.parent / "course" / "course.toml"
    asked = (DIGITS_COURSE / "course.toml").read_text()
    course.write_text(f'{asked}starter = ["handout/starter.h5"]\n')
    return folder


@pytest.fixture(scope="module")
def graded(submissions: Path) -> ClassResult:
    out = submissions.parent / "run"
    options = GradeOptions(isolation="auto")
    return grade_class(
        LAB, submissions, out=out, options=options, course=submissions.parent / "course"
    )


@pytest.fixture(scope="module")
def similarities(graded: ClassResult) -> Similarities:
    return from_json((graded.folder / "similar.json").read_bytes(), Similarities)


def group_of(similarities: Similarities, student: str) -> Group:
    (group,) = [group for group in similarities.groups if student in group.students]
    return group


def links(similarities: Similarities) -> dict[frozenset[str], str]:
    return {
        frozenset(link.students): link.kind for group in similarities.groups for link in group.links
    }


def test_copies_of_one_model_are_one_group(similarities: Similarities) -> None:
    """Copied, saved again, trained further, with noise, with units exchanged: all are found, and no others."""
    (group,) = similarities.groups

    assert group.students == ("amina", "bruno", "chloe", "dmitri", "elif", "farid")


@pytest.mark.parametrize(
    ("students", "kind"),
    [
        ({"amina", "bruno"}, "exact"),
        ({"amina", "bruno", "chloe"}, "re-saved"),
        ({"amina", "dmitri"}, "fine-tuned"),
        ({"amina", "elif"}, "fine-tuned"),
        ({"amina", "farid"}, "same-errors"),
    ],
)
def test_each_kind_of_similarity_is_reported(
    similarities: Similarities, students: set[str], kind: str
) -> None:
    """The strongest kind that holds for two models is reported."""
    assert links(similarities)[frozenset(students)] == kind


def test_a_common_seed_is_no_similarity(similarities: Similarities) -> None:
    """Models of one seed that were trained differently, and untrained ones, are no copies."""
    assert not similarities.students & {"same-seed", "olga", "pavel", *INDEPENDENT}


def test_starters_are_reported_as_such(similarities: Similarities) -> None:
    """Copies of the starter, and models trained from it, are not paired with each other."""
    assert [(item.student, item.baseline, item.kind) for item in similarities.origins] == [
        ("lena", "handout/starter.h5", "re-saved"),
        ("mehmet", "handout/starter.h5", "fine-tuned"),
        ("nadia", "handout/starter.h5", "fine-tuned"),
    ]


def test_rescoring_compares_again_without_opening_models(
    graded: ClassResult, similarities: Similarities, tmp_path: Path
) -> None:
    """From evidence alone the same is found; without the starter, models made from it are similar."""
    run = shutil.copytree(graded.folder, tmp_path / "run")
    (run / "similar.json").unlink()
    rescore(run)
    again = from_json((run / "similar.json").read_bytes(), Similarities)
    (tmp_path / "plain").mkdir()
    shutil.copy(DIGITS_COURSE / "course.toml", tmp_path / "plain")
    rescore(run, course=tmp_path / "plain")
    without = from_json((run / "similar.json").read_bytes(), Similarities)

    assert again == similarities
    assert group_of(without, "lena").students == ("lena", "mehmet", "nadia")
    assert without.origins == ()


def test_only_staff_read_of_it(graded: ClassResult) -> None:
    """The class page names the group; nothing for students, and no export, speaks of it."""
    flagged = {report.student.id for report in graded.reports if "similar" in report.flags}
    page = (graded.folder / "reports/bruno/index.html").read_text()
    own_report = (graded.folder / "reports/bruno/report.json").read_text()

    assert flagged == {"amina", "bruno", "chloe", "dmitri", "elif", "farid"}
    assert "Similar submissions" in (graded.folder / "index.html").read_text()
    assert "Similar submissions" not in page
    assert "similar" not in own_report
    assert "amina" not in (page + own_report).lower()
    assert "Similar submissions" not in (graded.folder / "leaderboard.html").read_text()
    assert "similar" not in (graded.folder / "grades.csv").read_text()


def fingerprint_of(path: Path) -> WeightFingerprint:
    model = keras.models.load_model(path, compile=False)
    found = fingerprint(keras_weights(model, model.get_config()))
    assert found is not None
    return found


def test_a_sandboxed_model_has_the_fingerprint_of_the_model(
    graded: ClassResult, submissions: Path
) -> None:
    """The evidence holds what Keras itself holds, with or without the optimizer."""
    evidence = from_json((graded.folder / "evidence/dmitri.json").read_bytes(), Evidence)
    observation = evidence.find("models:digit-model")
    assert observation is not None
    model = msgspec.json.decode(observation.record, type=ModelSummary)

    assert model.fingerprint == fingerprint_of(submissions / "dmitri" / "digits.h5")
