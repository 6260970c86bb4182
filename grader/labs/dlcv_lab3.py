"""Neural networks with Keras: one neuron, a hidden layer, ten classes; programs and a report in a named archive."""

from __future__ import annotations

from typing import Any

from grader.checks import (
    AccuracyMeasured,
    ArchiveNamed,
    ArchiveReadable,
    BestNamed,
    LastLayer,
    ModelFilter,
    ModelTrained,
    ProgramsPresent,
    ReportPresent,
    RequiredLayer,
    RequiredProgram,
    TrainingsHave,
    ValuesTried,
)
from grader.checks.code.fields import Field
from grader.labs.dlcv_lab3_methods import (
    HIDDEN_LAYER,
    MULTICLASS,
    SINGLE_NEURON,
    Method,
    report_checks,
)
from grader.records.lab import Artefact, Exercise, Lab

_ARCHIVE, _PROGRAMS, _REPORT = "archive", "programs", "report"
_CODE_FIRST = (_PROGRAMS, _REPORT)
_REPORT_FIRST = (_REPORT, _PROGRAMS)


def _dense(units: int, activation: str = "") -> RequiredLayer:
    settings: dict[str, str | int | tuple[int, ...]] = {"units": units}
    return RequiredLayer(
        type="Dense", settings=settings | ({"activation": activation} if activation else {})
    )


def _trained(points: float, models: ModelFilter) -> TrainingsHave:
    return TrainingsHave(
        id="trained",
        title="It is trained",
        points=points,
        artefacts=(_PROGRAMS,),
        models=(models,),
        field="epochs",
        at_least=1,
        reached=True,
    )


def _set_to(
    check_id: str, title: str, points: float, method: Method, field: Field, *accepted: str
) -> TrainingsHave:
    return TrainingsHave(
        id=check_id,
        title=title,
        points=points,
        artefacts=(_PROGRAMS,),
        models=(method.models,),
        field=field,
        accepted=accepted,
    )


def _tried(
    check_id: str, title: str, points: float, models: ModelFilter, **more: Any
) -> ValuesTried:
    return ValuesTried(
        id=check_id, title=title, points=points, artefacts=_CODE_FIRST, models=models, **more
    )


LAB = Lab(
    slug="dlcv-lab3",
    title="Lab 3: neural networks with Keras",
    version="1",
    artefacts=(
        Artefact(
            id=_ARCHIVE,
            title="the archive",
            patterns=(
                *("*lab3*dlcv*.tar.bz2", "*.tar.bz2", "*.tbz2", "*.tbz", "*.tar"),
                *("*.tgz", "*.txz", "*.zip", "*.rar", "*.7z", "*.bz2", "*.gz", "*.xz"),
            ),
            formats=("archive",),
        ),
        Artefact(
            id=_PROGRAMS,
            title="the programs",
            patterns=("*.py", "*.ipynb"),
            formats=("python", "notebook"),
            many=True,
        ),
        Artefact(
            id=_REPORT,
            title="the report",
            patterns=(
                *("*report*.pdf", "*rapport*.pdf", "*compte*rendu*.pdf", "*.pdf"),
                *("*.docx", "*.md", "*.html", "*report*.txt", "*rapport*.txt", "*.ipynb"),
            ),
            formats=("pdf", "word", "html", "plain-text", "notebook-text"),
        ),
    ),
    exercises=(
        Exercise(
            id="archive",
            title="The archive",
            points=5,
            artefacts=(_ARCHIVE, _PROGRAMS, _REPORT),
            checks=(
                ArchiveNamed(
                    id="name",
                    title="The name of the archive",
                    points=1,
                    artefacts=(_ARCHIVE,),
                    name="{who}_Lab3_DLCV.tar.bz2",
                    subject="DLCV-<your group's day>: {who}_Lab3",
                ),
                ArchiveReadable(
                    id="readable",
                    title="What was handed in can be read",
                    points=1,
                    artefacts=(_ARCHIVE, _PROGRAMS, _REPORT),
                ),
                ProgramsPresent(
                    id="programs",
                    title="Both programs, completed",
                    points=2,
                    artefacts=(_PROGRAMS,),
                    programs=(
                        RequiredProgram(
                            names=("lab3.py", "lab3_skeleton*.py"),
                            models=(ModelFilter(outputs=1),),
                        ),
                        RequiredProgram(
                            names=("lab3_3.py", "lab3_3_skeleton*.py"), models=(MULTICLASS.models,)
                        ),
                    ),
                ),
                ReportPresent(
                    id="report",
                    title="A report",
                    points=1,
                    artefacts=(_REPORT,),
                    handout=(
                        "a neural network consists of the following components",
                        "you must send an archive with your code",
                    ),
                ),
            ),
        ),
        Exercise(
            id="single-neuron",
            title="1. A single neuron",
            points=20,
            artefacts=_CODE_FIRST,
            checks=(
                LastLayer(
                    id="model",
                    title="One sigmoid unit on 784 inputs",
                    points=5,
                    artefacts=(_PROGRAMS,),
                    models=SINGLE_NEURON.models,
                    settings={"units": 1, "activation": "sigmoid", "parameters": 785},
                ),
                _set_to(
                    "target",
                    "Zeros against all other digits",
                    3,
                    SINGLE_NEURON,
                    "labels",
                    "0 against the rest",
                ),
                _set_to(
                    "loss", "Binary cross-entropy", 3, SINGLE_NEURON, "loss", "binary_crossentropy"
                ),
                _trained(3, SINGLE_NEURON.models),
                AccuracyMeasured(
                    id="accuracy",
                    title="Its accuracy is measured",
                    points=3,
                    artefacts=_CODE_FIRST,
                    models=SINGLE_NEURON.models,
                    topic=SINGLE_NEURON.topic,
                ),
                _tried(
                    "batch-sizes",
                    "Several batch sizes",
                    3,
                    ModelFilter(outputs=1),
                    field="batch_size",
                ),
            ),
        ),
        Exercise(
            id="hidden-layer",
            title="2. A hidden layer",
            points=25,
            artefacts=_CODE_FIRST,
            checks=(
                ModelTrained(
                    id="model",
                    title="A hidden layer of 64 units and a sigmoid output",
                    points=8,
                    artefacts=(_PROGRAMS,),
                    models=HIDDEN_LAYER.models,
                    layers=(_dense(64), _dense(1, "sigmoid")),
                    parameters=50_305,
                ),
                _trained(5, HIDDEN_LAYER.models),
                _tried(
                    "widths",
                    "Several numbers of units",
                    6,
                    HIDDEN_LAYER.models,
                    field="hidden_units",
                    topic=HIDDEN_LAYER.topic,
                ),
                _tried(
                    "activations",
                    "Several activation functions",
                    6,
                    HIDDEN_LAYER.models,
                    field="hidden_activation",
                    topic=HIDDEN_LAYER.topic,
                ),
            ),
        ),
        Exercise(
            id="multiclass",
            title="3. Ten classes",
            points=25,
            artefacts=_CODE_FIRST,
            checks=(
                LastLayer(
                    id="model",
                    title="Ten classes with softmax",
                    points=7,
                    artefacts=(_PROGRAMS,),
                    models=MULTICLASS.models,
                    settings={"units": 10, "activation": "softmax"},
                ),
                _set_to(
                    "loss",
                    "Categorical cross-entropy",
                    4,
                    MULTICLASS,
                    "loss",
                    "categorical_crossentropy",
                    "sparse_categorical_crossentropy",
                ),
                _trained(4, MULTICLASS.models),
                _tried(
                    "optimizers",
                    "Several optimizers",
                    5,
                    MULTICLASS.models,
                    field="optimizer",
                    topic=MULTICLASS.topic,
                ),
                BestNamed(
                    id="best-architecture",
                    title="The best architecture is named",
                    points=5,
                    artefacts=_CODE_FIRST,
                    models=MULTICLASS.models,
                    topic=MULTICLASS.topic,
                ),
            ),
        ),
        Exercise(
            id="report",
            title="The report",
            points=25,
            artefacts=_REPORT_FIRST,
            checks=(
                *report_checks("single-neuron", SINGLE_NEURON, 2),
                *report_checks("hidden-layer", HIDDEN_LAYER, 2),
                *report_checks("multiclass", MULTICLASS, 3),
            ),
        ),
    ),
)
