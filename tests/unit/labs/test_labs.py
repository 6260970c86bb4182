"""What holds for every lab. A new lab is looked at without a change here."""

from __future__ import annotations

import importlib
import re
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest

from grader import datasets, evidence, registry, resources
from grader.checks import (
    AccuracyAtLeast,
    ArchitectureMatches,
    ArchiveNamed,
    CheckKind,
    LastLayer,
    ModelDescribed,
    ModelTrained,
    RelativeAccuracy,
    TrainingsHave,
)
from grader.grading.plan import format_table
from grader.intake import assign_artefacts, find_submission
from grader.intake.sniffing import ARCHIVE_KINDS
from grader.messages import catalogue
from grader.records.base import from_json, to_json
from grader.records.lab import Lab
from tests.factories import check_kinds

#: What files of a format are usually called.
SUFFIXES = {
    "hdf5": (".h5", ".hdf5"),
    "keras-zip": (".keras",),
    "onnx": (".onnx",),
    "table": (".csv",),
    "texts": (".csv",),
    "python": (".py",),
    "notebook": (".ipynb",),
    "notebook-text": (".ipynb",),
    "pdf": (".pdf",),
    "word": (".docx",),
    "html": (".html",),
    "plain-text": (".md", ".txt"),
    "archive": (
        ".tar",
        ".bz2",
        ".gz",
        ".xz",
        ".tbz",
        ".tbz2",
        ".tgz",
        ".txz",
        ".zip",
        ".rar",
        ".7z",
    ),
}
KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
SUFFIXES["toml"] = (".toml",)
SUFFIXES["text-model"] = (".h5", ".hdf5", ".keras")
SUFFIXES["corpus-text"] = (".txt", ".json")
SUFFIXES["links"] = (".toml", ".txt", ".md")
for kind in ("links", "answers"):
    SUFFIXES[f"{kind}-document"] = (".pdf", ".docx", ".html", ".md", ".txt")
    SUFFIXES[f"{kind}-notebook"] = (".ipynb",)

labs = pytest.mark.parametrize("lab", registry.labs().values(), ids=registry.labs())


@labs
def test_names_are_kebab_case(lab: Lab) -> None:
    """Ids stand in files, tables and `course.toml`, so they are lower-case words with dashes."""
    names = [lab.slug, *(artefact.id for artefact in lab.artefacts)]
    for exercise in lab.exercises:
        names += [exercise.id, *(check.id for check in exercise.checks)]

    assert [name for name in names if not KEBAB.fullmatch(name)] == []


@labs
def test_everything_of_a_lab_goes_by_its_slug(lab: Lab) -> None:
    """Module, reference solution and samples are found under the one name."""
    module = importlib.import_module(f"grader.labs.{lab.slug.replace('-', '_')}")

    assert module.LAB is lab
    assert resources.reference_solution(lab.slug).is_dir()
    assert resources.samples(lab.slug).is_dir()


@labs
def test_points_add_up(lab: Lab) -> None:
    """A lab is worth its exercises, an exercise its checks, and all are worth something."""
    for exercise in lab.exercises:
        assert exercise.points == pytest.approx(sum(check.points for check in exercise.checks))
        assert all(check.points > 0 for check in exercise.checks)
    assert lab.points == pytest.approx(sum(exercise.points for exercise in lab.exercises))


@labs
def test_checks_can_be_judged(lab: Lab) -> None:
    """Every check is of a registered kind, and the datasets it needs exist and are public."""
    checks = [(exercise, check) for exercise in lab.exercises for check in exercise.checks]
    for exercise, check in checks:
        assert isinstance(check, CheckKind)
        assert type(check) in check_kinds().values()
        for need in check.needs(exercise):
            assert need.kind in evidence.kinds()
            for name in need.datasets:
                assert datasets.get(name).visibility == "public"


@labs
def test_thresholds_fit_their_datasets(lab: Lab) -> None:
    """Nobody asks for top-5 of fewer classes than that."""
    for exercise in lab.exercises:
        for check in exercise.checks:
            if isinstance(check, AccuracyAtLeast):
                classes = len(datasets.get(check.dataset).class_names)
                assert all(threshold.top < classes for threshold in check.thresholds)


@labs
def test_words_are_there_in_the_labs_language(lab: Lab) -> None:
    """Titles are filled in and the language has a catalogue."""
    assert catalogue(lab.language)
    titles = [lab.title, *(artefact.title for artefact in lab.artefacts)]
    for exercise in lab.exercises:
        titles += [exercise.title, *(check.title for check in exercise.checks)]

    assert all(title.strip() == title and title for title in titles)


@labs
def test_artefacts_are_asked_for_and_patterns_fit_their_formats(lab: Lab) -> None:
    """Every artefact serves an exercise, and its patterns name files of the formats it takes."""
    assert {artefact for item in lab.exercises for artefact in item.artefacts} == {
        item.id for item in lab.artefacts
    }
    for artefact in lab.artefacts:
        suffixes = {suffix for form in artefact.formats for suffix in SUFFIXES[form]}
        assert {Path(pattern).suffix for pattern in artefact.patterns} == suffixes


@labs
def test_samples_say_what_they_show_about_checks_there_are(lab: Lab) -> None:
    """`samples.toml` names real checks, and a sample that loses nothing has a file for each exercise it is about."""
    file = resources.samples(lab.slug) / "samples.toml"
    samples = tomllib.loads(file.read_text(encoding="utf-8"))
    checks = {
        f"{exercise.id}/{check.id}" for exercise in lab.exercises for check in exercise.checks
    }

    assert samples
    assert {check for sample in samples.values() for check in sample.get("loses", ())} <= checks
    for student, sample in samples.items():
        if not sample.get("loses") and (resources.samples(lab.slug) / student).is_dir():
            found = find_submission(resources.samples(lab.slug) / student).submission
            if any(file.kind in ARCHIVE_KINDS for file in found.files):
                continue  # what lies in archives is looked at in the sandbox alone
            served = assign_artefacts(lab, found, format_table()).chosen
            for item in lab.exercises:
                about = not sample.get("exercises") or item.id in sample["exercises"]
                assert not about or served.keys() & {*item.artefacts}, student


@labs
def test_patterns_fit_the_files_of_the_reference(lab: Lab) -> None:
    """The reference solution's models are found by the names the lab asks for, none by two."""
    if not any({"hdf5", "keras-zip"} & {*artefact.formats} for artefact in lab.artefacts):
        pytest.skip("it asks for no model")
    models = [
        file.name
        for file in resources.reference_solution(lab.slug).iterdir()
        if file.suffix in {".h5", ".keras"}
    ]

    assert models
    for name in models:
        fits = [
            artefact.id
            for artefact in lab.artefacts
            if any(fnmatch(name, pattern) for pattern in artefact.patterns)
        ]
        assert len(fits) == 1, name


@labs
def test_a_lab_is_written_as_json(lab: Lab) -> None:
    """The declaration is kept with every run; its checks keep their kinds."""
    written = from_json(to_json(lab), dict)

    assert written["slug"] == lab.slug
    kinds = [check["kind"] for item in written["exercises"] for check in item["checks"]]
    assert set(kinds) <= check_kinds().keys()


def test_mnist_asks_for_90_percent() -> None:
    """The hand-out: at least 90 % on MNIST, all or nothing."""
    (check,) = registry.lab("mnist-cifar100").exercise("mnist").checks

    assert isinstance(check, AccuracyAtLeast)
    assert [(item.top, item.full_at, item.zero_at) for item in check.thresholds] == [
        (1, 0.90, None)
    ]


def test_cifar100_asks_for_30_percent_and_70_percent_top_5() -> None:
    """The hand-out: at least 30 % top-1 and 70 % top-5 on CIFAR-100."""
    (check,) = registry.lab("mnist-cifar100").exercise("cifar100").checks

    assert isinstance(check, AccuracyAtLeast)
    assert [(item.top, item.full_at) for item in check.thresholds] == [(1, 0.30), (5, 0.70)]


def test_the_second_assignment_is_40_points_relative_to_the_best() -> None:
    """The hand-out: 40 points x accuracy / best of the class, on handwritten digits."""
    (check,) = registry.lab("ml-assignment2").exercise("3-handwritten").checks

    assert isinstance(check, RelativeAccuracy)
    assert (check.points, check.frozen_best) == (40, None)


def test_the_second_assignment_asks_for_nine_models_and_three_convolutions() -> None:
    """The hand-out: 40 % for depth and gradients, 20 % for the filters; 5, 20, 40 layers; 9, 36, 49 filters."""
    lab = registry.lab("ml-assignment2")
    models, convolutions = lab.exercise("1b-depth").checks[0], lab.exercise("2a-svhn").checks[0]

    assert [exercise.points for exercise in lab.exercises] == [8, 12, 10, 10, 14, 6, 40]
    assert isinstance(models, TrainingsHave)
    assert {(item.hidden_layers, item.hidden_activation) for item in models.models} == {
        (depth, activation) for depth in (5, 20, 40) for activation in ("relu", "tanh", "sigmoid")
    }
    assert isinstance(convolutions, ModelTrained)
    assert [layer.settings["filters"] for layer in convolutions.layers] == [9, 36, 49]


def test_the_playground_prescribes_its_model_in_french() -> None:
    """The hand-out: convolutions of 32, 64, 64 filters with pooling, then 1000 and 10 units."""
    lab = registry.lab("playground-cifar10")
    architecture = lab.exercise("part-4-cifar10").checks[0]

    assert lab.language == "fr"
    assert isinstance(architecture, ArchitectureMatches)
    sizes = [
        layer.settings.get("filters") or layer.settings.get("units")
        for layer in architecture.layers
        if layer.type in {"Conv2D", "Dense"}
    ]
    assert sizes == [32, 64, 64, 1000, 10]


def test_the_third_lab_names_its_archive_and_counts_parameters() -> None:
    """The hand-out: the name of the archive, a neuron of 785 parameters, a hidden layer of 50,305; the points."""
    lab = registry.lab("dlcv-lab3")
    name, neuron, hidden = (
        lab.exercise(exercise).checks[0]
        for exercise in ("archive", "single-neuron", "hidden-layer")
    )

    assert isinstance(name, ArchiveNamed)
    assert isinstance(neuron, LastLayer)
    assert isinstance(hidden, ModelTrained)
    assert name.name.replace("{who}", "DOE_John") == "DOE_John_Lab3_DLCV.tar.bz2"
    assert (neuron.settings["parameters"], hidden.parameters) == (785, 50_305)
    assert [exercise.points for exercise in lab.exercises] == [5, 20, 25, 25, 25]


def test_the_assignment_counts_parameters_and_passes_or_fails() -> None:
    """The assignment: 55,050 parameters handed out, 545,810 in the study, pass or fail."""
    lab = registry.lab("ds-assignment7")
    asked, study = (lab.exercise(name).checks[0] for name in ("2a-network", "2d-regularised"))

    assert isinstance(asked, ModelDescribed)
    assert isinstance(study, ModelTrained)
    assert (asked.model.parameters, study.parameters) == (55_050, 545_810)
    assert lab.pass_mark is not None
