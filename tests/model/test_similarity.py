"""Networks that are the same, made from each other, or trained apart: told from their files to the class page."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from grader import datasets
from grader.grading.runs import ClassResult, grade_class, rescore
from grader.probes.fingerprint import fingerprint, keras_weights
from grader.records.base import from_json
from grader.records.evidence import Evidence, ModelSummary, WeightFingerprint
from grader.records.similarity import Group, Similarities
from tests.model.networks import classifier, layers, save

LAB = "ml-assignment2"
#: Trained apart from all others, by their seeds.
STRANGERS = {"greta": 1, "hugo": 2, "ines": 3, "jonas": 4, "karim": 5}


def digits() -> tuple[np.ndarray, np.ndarray]:
    calibration = datasets.get("digits").calibration()
    assert calibration is not None
    return (calibration.split.images / 255).astype(np.float32), calibration.split.labels


def perceptron(seed: int) -> keras.Model:
    keras.utils.set_random_seed(seed)
    stack = [keras.Input((28, 28)), layers.Flatten(), layers.Dense(32, activation="relu")]
    return keras.Sequential([*stack, layers.Dense(10, activation="softmax")])


def train(model: keras.Model, epochs: int, *, order: int = 0, rate: float = 1e-3) -> keras.Model:
    """Train in an order of its own."""
    keras.utils.set_random_seed(1000 + order)
    model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy")
    model.fit(*digits(), epochs=epochs, batch_size=16, verbose=0)
    return model


def copied(model: keras.Model, change: Any = None) -> keras.Model:
    """The same network built anew, under other layer names, its weights changed."""

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
    """Exchange the hidden units: other weights, the same answers."""
    order = np.random.default_rng(0).permutation(len(weights[1]))
    return [weights[0][:, order], weights[1][order], weights[2][order], weights[3]]


@pytest.fixture(scope="module")
def submissions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Amina's network and what became of it, strangers' networks, and one handed out to all."""
    folder = tmp_path_factory.mktemp("alike") / "class"
    own = train(perceptron(42), 30)
    save(own, folder / "amina" / "digits.h5")
    (folder / "bruno").mkdir()
    shutil.copy(folder / "amina" / "digits.h5", folder / "bruno" / "my_work.h5")
    save(copied(own), folder / "chloe" / "digits.keras")
    save(train(copied(own), 1, order=1), folder / "dmitri" / "digits.h5")
    save(copied(own, with_noise), folder / "elif" / "digits.h5")
    save(copied(own, shuffled), folder / "farid" / "digits.h5")
    for student, seed in STRANGERS.items():
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
    course.write_text(f'[labs.{LAB}]\nstarter = ["handout/starter.h5"]\n')
    return folder


@pytest.fixture(scope="module")
def graded(submissions: Path) -> ClassResult:
    out = submissions.parent / "run"
    return grade_class(LAB, submissions, out=out, course=submissions.parent / "course")


@pytest.fixture(scope="module")
def similar(graded: ClassResult) -> Similarities:
    return from_json((graded.folder / "similar.json").read_bytes(), Similarities)


def group_of(similar: Similarities, student: str) -> Group:
    (group,) = [group for group in similar.groups if student in group.students]
    return group


def links(similar: Similarities) -> dict[frozenset[str], str]:
    return {frozenset(link.students): link.kind for group in similar.groups for link in group.links}


def test_what_became_of_one_network_is_one_group(similar: Similarities) -> None:
    """Copied, saved again under other names, trained on, disturbed, its units exchanged: all found, no others."""
    (group,) = similar.groups

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
def test_each_kind_of_likeness_is_told(
    similar: Similarities, students: set[str], kind: str
) -> None:
    """The strongest thing that can be said of two networks is what is said."""
    assert links(similar)[frozenset(students)] == kind


def test_one_seed_is_no_likeness(similar: Similarities) -> None:
    """Networks drawn alike and trained apart, and untrained ones, are nobody's copies."""
    assert not similar.students & {"same-seed", "olga", "pavel", *STRANGERS}


def test_what_was_handed_out_is_told_as_that(similar: Similarities) -> None:
    """Copies of the starter, and networks trained on from it, are not paired with each other."""
    assert [(item.student, item.known, item.kind) for item in similar.origins] == [
        ("lena", "handout/starter.h5", "re-saved"),
        ("mehmet", "handout/starter.h5", "fine-tuned"),
        ("nadia", "handout/starter.h5", "fine-tuned"),
    ]


def test_judging_again_compares_again_without_opening_networks(
    graded: ClassResult, similar: Similarities, tmp_path: Path
) -> None:
    """From evidence alone the same is found; without the starter its offspring look alike."""
    run = shutil.copytree(graded.folder, tmp_path / "run")
    (run / "similar.json").unlink()
    rescore(run)
    again = from_json((run / "similar.json").read_bytes(), Similarities)
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / "course.toml").write_text("")
    rescore(run, course=tmp_path / "plain")
    without = from_json((run / "similar.json").read_bytes(), Similarities)

    assert again == similar
    assert group_of(without, "lena").students == ("lena", "mehmet", "nadia")
    assert without.origins == ()


def test_only_staff_read_of_it(graded: ClassResult) -> None:
    """The class page names the group; nothing for students, and no export, speaks of it."""
    flagged = {report.student.id for report in graded.reports if "looks-alike" in report.flags}
    own = (graded.folder / "reports/bruno/index.html").read_text()
    own += (graded.folder / "reports/bruno/report.json").read_text()

    assert flagged == {"amina", "bruno", "chloe", "dmitri", "elif", "farid"}
    assert "Networks that look alike" in (graded.folder / "index.html").read_text()
    assert "alike" not in own
    assert "amina" not in own.lower()
    assert "alike" not in (graded.folder / "leaderboard.html").read_text()
    assert "alike" not in (graded.folder / "grades.csv").read_text()


def fingerprint_of(path: Path) -> WeightFingerprint:
    model = keras.models.load_model(path, compile=False)
    found = fingerprint(keras_weights(model, model.get_config()))
    assert found is not None
    return found


def test_a_sandboxed_network_has_the_fingerprint_of_the_network(
    graded: ClassResult, submissions: Path
) -> None:
    """What the evidence keeps is what Keras itself holds, optimiser or not."""
    evidence = from_json((graded.folder / "evidence/dmitri.json").read_bytes(), Evidence)
    item = evidence.observations[0].item

    assert isinstance(item, ModelSummary)
    assert item.fingerprint == fingerprint_of(submissions / "dmitri" / "digits.h5")
