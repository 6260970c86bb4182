"""What holds for every kind of check. A new kind needs one entry in `EXAMPLES`."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.checks import (
    AccuracyMeasured,
    AccuracyShown,
    AnswerIs,
    ArchitectureMatches,
    ArchitectureShown,
    ArchiveNamed,
    ArchiveReadable,
    AskedRun,
    BestKept,
    BestNamed,
    BitsBelow,
    CheckKind,
    ClassScores,
    CodeCommented,
    ComparedModel,
    ComparedWith,
    ConfusionMatrixDrawn,
    ConvolutionsPooled,
    CorpusDescribed,
    CurvesCompared,
    CurvesDrawn,
    CurvesShown,
    DataProjected,
    DepthGridDrawn,
    DescribedModel,
    DescriptionAgrees,
    EvaluatedShown,
    FiguresIncluded,
    FilterOutputsDrawn,
    FormulaIs,
    FormulaStated,
    FrontPageComplete,
    FunctionIs,
    GapShown,
    GradientsTaken,
    ImagesDrawn,
    IntervalIs,
    LastLayer,
    LinkRun,
    LossReached,
    MacroF1AtLeast,
    MarkedByPerson,
    ModelDescribed,
    ModelFilter,
    ModelKindsCompared,
    ModelsEvaluated,
    ModelsExplained,
    ModelTrained,
    NumberIs,
    NumberReported,
    PdfBeside,
    PlottedAgainst,
    ProgramsPresent,
    RangeStated,
    RelativeAccuracy,
    Replicated,
    ReportPresent,
    RequiredAnswer,
    RequiredLayer,
    RequiredProgram,
    ReturnAtLeast,
    ReturnsDrawn,
    RunsRepeated,
    SampleShown,
    SettingsVaried,
    SmallestModel,
    SpreadNoted,
    StopsEarly,
    TextAccuracyAtLeast,
    TextModelsDiffer,
    Threshold,
    Topic,
    TrainedModelsHave,
    TrainedShown,
    TrainingsHave,
    ValidatedOn,
    ValuesTried,
    WorstTenth,
)
from grader.evidence import kinds as evidence_kinds
from grader.evidence.answers.record import Answer, Answers, AnswersNeed
from grader.evidence.archive.record import ArchiveListing, ArchiveNeed, PackedFile
from grader.evidence.code.function_record import (
    EvaluatedFunctions,
    FunctionValues,
    FunctionValuesNeed,
)
from grader.evidence.code.record import (
    Comment,
    EstimatorFit,
    LayerRead,
    NotebookCell,
    NotebookRead,
    SavedLog,
    ValidationRead,
)
from grader.evidence.code.run_record import (
    ArrayOrigin,
    AxesDrawn,
    CallbackUsed,
    FigureDrawn,
    GradientsComputed,
    LineDrawn,
    TracedEvaluation,
)
from grader.evidence.models.record import ModelSummary
from grader.evidence.need import Need
from grader.evidence.report.record import (
    Figure,
    FrontField,
    FrontPage,
    Part,
    Place,
    ReportNeed,
    ReportReading,
)
from grader.evidence.texts.record import TextPredictionsNeed
from grader.messages import catalogue
from grader.records.evidence import Fault, file_failure
from grader.records.message import Listing, Message, Value
from grader.records.result import CheckResult
from tests.code_factories import code_view, dense, mlp, reading, run, traced, training
from tests.factories import (
    ARTEFACT,
    DATASET,
    PREDICTIONS_NEED,
    View,
    check_kinds,
    context,
    exercise,
    judge,
    layer,
    model,
    ranked_predictions,
    threshold,
    view,
)
from tests.factory_episodes import episodes_view
from tests.factory_language import corpus_that_is, passages_that_are, score_that_is
from tests.factory_links import run_of_few_neurons, run_that_fits, run_that_learns, runs_again
from tests.factory_texts import compared


@dataclass(frozen=True)
class Example:
    """A check of one kind, its evidence at a level of goodness from 0 to 100, and a change to it."""

    check: CheckKind
    change: dict[str, Any]
    class_scores: ClassScores | None = None
    view: Callable[[int], View] = lambda good: view(ranked_predictions(good), _model(good))
    waits: bool = False
    """Whether only a person can judge it."""

    def judge(self, good: int, **more: Any) -> CheckResult:
        return judge(self.check, self.view(good), class_scores=self.class_scores, **more)


def _trainings(good: int) -> View:
    """Trainings of one to four hidden layers, of which more have eight units the better they are."""
    right = good // 25
    read = [
        training(*[8 if place < right else 9] * (place + 1), 10, optimizer=f"O{min(place, right)}")
        for place in range(4)
    ]
    return code_view(reading(*read))


def _layers(good: int) -> View:
    right = good // 25
    return code_view(reading(training(*[8 if place < right else 9 for place in range(4)])))


def _curves(good: int) -> View:
    """One to four series of a training, drawn in one diagram."""
    read = training(8, 10)
    lines = tuple(
        LineDrawn(series=f"training 1, {series}", points=5)
        for series in ("accuracy", "val_accuracy", "loss", "val_loss")[: good // 25]
    )
    return code_view(reading(read), run(traced(read), figures=(_figure(*lines),)))


def _evaluated(good: int) -> View:
    """Four trained models, of which one more is evaluated the better they are."""
    read = [training(*[8] * (place + 1), 10, where=f"lab.py:{place}") for place in range(4)]
    trained = [traced(item, model=place + 1) for place, item in enumerate(read)]
    scores = [
        TracedEvaluation(where="lab.py:9", method="evaluate", model=place + 1)
        for place in range(good // 25)
    ]
    return code_view(reading(*read), run(*trained, evaluations=tuple(scores)))


def _grid(good: int) -> View:
    """A diagram of each of one to four depths, in one figure."""
    axes = tuple(
        AxesDrawn(lines=(LineDrawn(points=depth),)) for depth in (5, 10, 20, 40)[: good // 25]
    )
    figures = (FigureDrawn(where="lab.py:9", axes=axes),)
    return code_view(reading(), run(figures=figures))


def _points(good: int) -> View:
    """Nothing, then points, then points with error bars."""
    x = (1.0, 2.0, 3.0) if good >= 50 else (10.0,)
    errors = (0.1,) * 3 if good == 100 else ()
    line = LineDrawn(points=3, x=x, y=x, errors=errors)
    return code_view(reading(), run(figures=(_figure(line),)))


def _gradients(good: int) -> View:
    """Gradients of one to four trained models."""
    computed = tuple(
        GradientsComputed(
            where="lab.py:9",
            layers=mlp(*[8] * (place + 1), 10),
            trained=True,
            largest=(0.1,) * (place + 2),
        )
        for place in range(good // 25)
    )
    return code_view(reading(), run(gradients=computed))


def _compared(good: int) -> View:
    """Curves of one to four models in one diagram."""
    read = [training(*[8] * (place + 1), 10, where=f"lab.py:{place}") for place in range(4)]
    lines = [
        LineDrawn(series=f"training {place + 1}, loss", points=5) for place in range(good // 25)
    ]
    return code_view(reading(*read), run(*map(traced, read), figures=(_figure(*lines),)))


def _images(good: int, shape: tuple[int, ...] = (32, 32, 3)) -> View:
    """One to four images in a figure."""
    axes = tuple(AxesDrawn(images=(shape,)) for _ in range(good // 25))
    return code_view(reading(), run(figures=(FigureDrawn(where="lab.py:9", axes=axes),)))


def _convolutions(good: int) -> View:
    """Four convolutions, of which more are followed by pooling the better they are."""
    layers: list[LayerRead] = []
    for place in range(4):
        layers.append(LayerRead(class_name="Conv2D", filters=8, kernel_size=(3, 3)))
        if place < good // 25:
            layers.append(LayerRead(class_name="MaxPooling2D", kernel_size=(3, 3)))
    return code_view(reading(training(layers=tuple(layers))))


def _stopping(good: int) -> View:
    """No callback, then one with another series, then the right one."""
    read = training(8, 10, callbacks=("EarlyStopping",) if good >= 50 else ())
    monitor = "'val_loss'" if good == 100 else "'val_accuracy'"
    used = (CallbackUsed(name="EarlyStopping", arguments={"monitor": monitor}),)
    return code_view(reading(read), run(traced(read, callbacks=used)))


def _validation(good: int) -> View:
    """The test set, then a part of the training set, then one of the right size."""
    images = 100 if good == 100 else 50
    kind = "part of train" if good >= 50 else "test"
    read = training(8, 10, validation=ValidationRead(kind=kind, images=images))
    return code_view(reading(read))


def _function(good: int) -> View:
    """A function that is right at the end alone."""
    slope = 2.0 if good == 100 else 1.0
    found = FunctionValues(name="twice", where="lab.py:1", values=(slope, 2 * slope))
    need = FunctionValuesNeed(artefact=ARTEFACT, points=(1.0, 2.0))
    return View({need: EvaluatedFunctions(points=need.points, functions=(found,))})


def _figure(*lines: LineDrawn) -> FigureDrawn:
    return FigureDrawn(where="lab.py:9", axes=(AxesDrawn(lines=lines),))


def _report(good: int) -> View:
    """A report with a section that is looked for, or without."""


TOPIC = Topic(words=("single neuron",), others=("hidden layer",))


def _built(good: int) -> View:
    """Trainings whose last layer is of the right size, and of the right activation, the better they are."""
    right = good // 25
    output = dense(10 if right > 1 else 9, "softmax" if right > 3 else "relu")
    return code_view(reading(training(layers=(output,))))


def _returns(good: int) -> View:
    """A diagram of a loss, or of the return of episodes."""
    axes = AxesDrawn(y_label="return" if good >= 50 else "loss", lines=(LineDrawn(points=9),))
    return code_view(reading(), run(figures=(FigureDrawn(where="lab.py:9", axes=(axes,)),)))


def _programs(good: int) -> View:
    right = good // 25
    return code_view(reading(*[training(count) for count in (1, 2, 3, 4)[:right]]))


def _measured(good: int) -> View:
    """Nothing, an accuracy on training images, then one on test images."""
    read = training(1)
    ran = traced(read, metrics=("accuracy",) if good > 25 else (), model=1)
    split = "test" if good > 75 else "train"
    images = ArrayOrigin(dataset="mnist", split=split)
    evaluation = TracedEvaluation(where="lab.py:20", method="evaluate", model=1, images=images)
    return code_view(reading(read), run(ran, evaluations=(evaluation,) if good > 50 else ()))


def _named(good: int) -> View:
    """No architectures, two of them, and a comment that names the best."""
    comment = Comment(where="lab.py:3", text="The best network has 64 units.")
    trainings = [training(64, 10), training(128, 10)] if good > 25 else []
    return code_view(reading(*trainings, comments=(comment,) if good > 75 else ()))


def _logged(good: int) -> View:
    """A notebook saved with a training whose accuracies lie the further apart the better it is."""
    log = SavedLog(epochs=1, metrics={"accuracy": (good / 200 + 0.1,), "val_accuracy": (0.1,)})
    cells = (NotebookCell(number=1, kind="code", source="model.fit(x)", logs=(log,)),)
    notebook = NotebookRead(file="lab.ipynb", cells=cells)
    return code_view(
        reading(training(8, 10, where="lab.ipynb, cell 1, line 1"), notebooks=(notebook,))
    )


def _trained(good: int) -> View:
    """Code that trains a model, or nothing, and no model."""
    read = [training(8, 10)] if good > 50 else []
    missing = file_failure("missing", "model.h5")
    return View({**code_view(reading(*read)).records, PREDICTIONS_NEED: missing})


def _evaluation(good: int) -> View:
    """A trained model that is evaluated, or not."""
    read = training(8, 10)
    scores = (TracedEvaluation(where="lab.py:9", method="evaluate", model=1),)
    seen = code_view(
        reading(read), run(traced(read, model=1), evaluations=scores if good > 50 else ())
    )
    missing = file_failure("missing", "model.h5")
    return View({**seen.records, PREDICTIONS_NEED: missing})


def _packed(good: int) -> View:
    """One to five files under a name that gets better."""
    name = "DOE_Jane_Lab3" if good > 25 else "work"
    ending = ".tar.bz2" if good > 75 else ".zip"
    members = tuple(PackedFile(path=f"{place}.py", size=1) for place in range(good // 25))
    listing = ArchiveListing(file=name + ending, packed_as="zip", size=9, members=members)
    return View({ArchiveNeed(artefact=ARTEFACT): listing})


def _report(good: int) -> View:
    """Longer and longer, with a loss after 300 epochs and then after 100, and a figure."""
    number = f"Loss after {100 if good > 75 else 300} epochs: 0.02." if good > 25 else "It learns."
    place = Place(sections=("Single neuron",))
    parts = (Part(place=place, text=f"Single neuron\n\n{number}"),)
    figures = (Figure(place=place, caption="loss"),) if good > 75 else ()
    report = ReportReading(
        file="report.md", format="markdown", words=good, parts=parts, figures=figures
    )
    return View({ReportNeed(artefact=ARTEFACT): report})


def _discussion(good: int) -> View:
    place = Place(page=1, sections=("Discussion" if good > 50 else "Thanks",))
    parts = (Part(place=place, text=f"{place.sections[0]}\n\nIt works."),)
    reading = ReportReading(file="report.pdf", format="pdf", parts=parts)
    return View({ReportNeed(artefact=ARTEFACT): reading})


def _said(*sentences: str) -> Callable[[int], View]:
    """A notebook that trains a model, and says one more thing about it the better it is."""

    def said(good: int) -> View:
        source = "\n\n".join(sentences[: good * len(sentences) // 100])
        cells = (NotebookCell(number=1, kind="text", source=source),)
        notebooks = (NotebookRead(file="lab.ipynb", cells=cells),)
        return code_view(reading(training(8, 10, parameters=6_370), notebooks=notebooks))

    return said


def _front(good: int) -> View:
    """A report with a title, then with its group, then with its date."""
    names = ("title", "group", "date", "course")[: good // 25]
    front = FrontPage(**{name: FrontField(text=name, line=name) for name in names})
    return View(
        {ReportNeed(artefact=ARTEFACT): ReportReading(file="report.pdf", format="pdf", front=front)}
    )


def _shows(good: int) -> View:
    """A report with no to four figures."""
    figures = (Figure(place=Place(page=1)),) * (good // 25)
    report = ReportReading(file="report.pdf", format="pdf", figures=figures)
    return View({ReportNeed(artefact=ARTEFACT): report})


def _comments(good: int) -> View:
    return code_view(reading(code_lines=100, comment_lines=good // 5))


def _packed_report(good: int) -> View:
    """An archive with a PDF, or without."""
    members = (PackedFile(path="report.pdf" if good < 100 else "lab.py", size=9),)
    listing = ArchiveListing(file="work.zip", packed_as="zip", size=99, members=members)
    return View({ArchiveNeed(artefact=ARTEFACT): listing})


def _fitted(good: int) -> View:
    """No to four estimators of different kinds."""
    names = ("LogisticRegression", "MultinomialNB", "SVC", "KNeighborsClassifier")[: good // 25]
    fits = tuple(EstimatorFit(where="a.py:1", name=name, library="sklearn") for name in names)
    return code_view(reading(estimators=fits), run())


def _projected(good: int) -> View:
    """Nothing, then a method, then a figure of it."""
    fits = (EstimatorFit(where="a.py:1", name="PCA", library="sklearn"),) if good > 40 else ()
    figure = FigureDrawn(where="a.py:2", axes=(AxesDrawn(scattered=500),))
    return code_view(reading(estimators=fits), run(figures=(figure,) if good > 80 else ()))


def _texts(good: int) -> View:
    """A model that is right on more of 100 texts the better it is, and beyond half of that a second one."""
    labels = [0, 1] * 50
    best = [label if place < good else 1 - label for place, label in enumerate(labels)]
    second = [1 - label if place < 40 else label for place, label in enumerate(labels)]
    predicted = [best, second] if good > 50 else [best]
    need = TextPredictionsNeed(artefact=ARTEFACT, dataset=DATASET)
    return View({need: compared(labels, *predicted)})


def _answers(good: int) -> View:
    """Answers to four questions, of which one more is right the better they are."""
    answers = tuple(
        Answer(
            exercise="digits",
            name=f"q{place}",
            value=3 if place < good // 25 else "x y",
            where="answers.toml, line 2",
        )
        for place in range(4)
    )
    record = Answers(file="answers.toml", format="toml", answers=answers)
    return View({AnswersNeed(artefact=ARTEFACT): record})


def _model(good: int) -> ModelSummary:
    right = good // 25
    return model(*[layer("Dense", units=8 if place < right else 9) for place in range(4)])


_MODEL = DescribedModel(
    units=(8, 10), activations=("relu", "softmax"), parameters=6_370, image=(28, 28)
)

EXAMPLES = {
    "answer-is": Example(
        AnswerIs(
            id="answers",
            title="Answers",
            points=8,
            answers=tuple(
                RequiredAnswer(names=(f"q{place}",), expected=NumberIs(value=3))
                for place in range(4)
            ),
        ),
        {"answers": [{"names": ["q"], "expected": {"type": "yes-no", "yes": True}}]},
        view=_answers,
    ),
    "code-commented": Example(
        CodeCommented(id="commented", title="Commented", points=10, share=0.2),
        {"text_cells": 2},
        view=_comments,
    ),
    "compared-with": Example(
        ComparedWith(id="compared", title="Compared", points=10, value=0.9847),
        {"names": ["Hinton"]},
        view=_said("We reach 0.9847."),
    ),
    "description-agrees": Example(
        DescriptionAgrees(
            id="agrees",
            title="Agrees",
            points=10,
            aspects=("parameters",),
            model=_MODEL,
        ),
        {"aspects": ["loss"]},
        view=_said("It has 6,370 parameters."),
    ),
    "figures-included": Example(
        FiguresIncluded(id="figures", title="Figures", points=10, at_least=4),
        {"at_least": 1},
        view=_shows,
    ),
    "formula-stated": Example(
        FormulaStated(
            id="formula",
            title="Formula",
            points=10,
            expected=FormulaIs(expressions=("-sum(y * log(p))",)),
        ),
        {"handout": ["What is the formula"]},
        view=_said("The loss is $-\\sum_i y_i \\log(p_i)$."),
    ),
    "range-stated": Example(
        RangeStated(
            id="range",
            title="Range",
            points=10,
            names=("tanh",),
            expected=IntervalIs(text="(0, 1]"),
            called=("tanh",),
        ),
        {"called": ["hyperbolic"]},
        view=_said("The derivative of tanh lies in (0, 1]."),
    ),
    "front-page-complete": Example(
        FrontPageComplete(
            id="front-page",
            title="Front page",
            points=10,
            required=("title", "group", "date", "course"),
        ),
        {"required": ["title"]},
        view=_front,
    ),
    "model-described": Example(
        ModelDescribed(id="layers", title="Layers", points=10, aspect="layers", model=_MODEL),
        {"aspect": "loss"},
        view=_said("There are 2 layers."),
    ),
    "pdf-beside": Example(
        PdfBeside(id="pdf-beside", title="PDF", points=10),
        {"hint": "Upload it."},
        view=_packed_report,
    ),
    "return-at-least": Example(
        ReturnAtLeast(id="return", title="Return", points=10, episodes=10, seed=7),
        {"full_at": 450},
        view=episodes_view,
    ),
    "worst-tenth": Example(
        WorstTenth(id="stable", title="Stable", points=10, episodes=10, seed=7),
        {"full_at": 450},
        view=episodes_view,
    ),
    "returns-drawn": Example(
        ReturnsDrawn(id="curves", title="Curves", points=10),
        {"title": "Returns"},
        view=_returns,
    ),
    "link-run": Example(
        LinkRun(id="link", title="Run", points=10, asked=AskedRun(dataset="xor")),
        {"asked": {"noise": 35}},
        view=run_that_fits,
    ),
    "loss-reached": Example(
        LossReached(id="loss", title="Loss", points=10, asked=AskedRun(), full_at=0.1, zero_at=0.5),
        {"full_at": 0.2},
        view=run_that_learns,
    ),
    "smallest-model": Example(
        SmallestModel(
            id="size", title="Size", points=10, asked=AskedRun(), loss=0.2, smallest=2, zero_at=12
        ),
        {"smallest": 4},
        view=run_of_few_neurons,
    ),
    "runs-repeated": Example(
        RunsRepeated(id="runs", title="Runs", points=10, asked=AskedRun()),
        {"runs": 5},
        view=runs_again,
    ),
    "spread-noted": Example(
        SpreadNoted(id="spread", title="Spread", points=10, asked=AskedRun()),
        {"asked": {"epochs": 500}},
        view=runs_again,
    ),
    "accuracy-at-least": Example(threshold(zero_at=0.2), {"dataset": "mnist"}),
    "architecture-matches": Example(
        ArchitectureMatches(
            id="architecture",
            title="Layers",
            points=10,
            layers=(RequiredLayer(type="Dense", settings={"units": 8}),) * 4,
        ),
        {"layers": [{"type": "Flatten"}]},
    ),
    "curves-drawn": Example(
        CurvesDrawn(
            id="plotted",
            title="Plotted",
            points=10,
            series=("accuracy", "val_accuracy", "loss", "val_loss"),
        ),
        {"series": ["loss"]},
        view=_curves,
    ),
    "plotted-against": Example(
        PlottedAgainst(
            id="plotted", title="Plotted", points=10, field="epochs", values=3, low=1, high=9
        ),
        {"values": 4},
        view=_points,
    ),
    "replicated": Example(
        Replicated(
            id="replicates", title="Replicates", points=10, field="optimizer", values=4, times=1
        ),
        {"times": 3},
        view=_trainings,
    ),
    "models-evaluated": Example(
        ModelsEvaluated(
            id="scores",
            title="Scores",
            points=10,
            models=tuple(ModelFilter(hidden_layers=count) for count in (1, 2, 3, 4)),
        ),
        {"models": [{"outputs": 1}]},
        view=_evaluated,
    ),
    "depth-grid-drawn": Example(
        DepthGridDrawn(id="grid", title="Grid", points=10, depths=(5, 10, 20, 40), lines=1),
        {"lines": 3},
        view=_grid,
    ),
    "gradients-taken": Example(
        GradientsTaken(
            id="maxima",
            title="Maxima",
            points=10,
            models=tuple(ModelFilter(hidden_layers=count) for count in (1, 2, 3, 4)),
        ),
        {"trained": False},
        view=_gradients,
    ),
    "curves-compared": Example(
        CurvesCompared(
            id="curves",
            title="Curves",
            points=10,
            compared=tuple(
                ComparedModel(models=ModelFilter(hidden_layers=count)) for count in (1, 2, 3, 4)
            ),
        ),
        {"compared": [{"models": {"outputs": 1}}]},
        view=_compared,
    ),
    "confusion-matrix-drawn": Example(
        ConfusionMatrixDrawn(id="matrix", title="Matrix", points=10),
        {"classes": 5},
        view=lambda good: _images(good if good == 100 else 0, (10, 10)),
    ),
    "images-drawn": Example(
        ImagesDrawn(id="images", title="Images", points=10, images=4, side=32, outputs=94),
        {"images": 3},
        view=_images,
    ),
    "filter-outputs-drawn": Example(
        FilterOutputsDrawn(id="outputs", title="Outputs", points=10, filters=(1, 1, 1, 1)),
        {"filters": [9, 36]},
        view=_images,
    ),
    "convolutions-pooled": Example(
        ConvolutionsPooled(
            id="pooling", title="Pooling", points=10, convolutions=4, pool_size=(3, 3)
        ),
        {"convolutions": 3},
        view=_convolutions,
    ),
    "stops-early": Example(
        StopsEarly(id="early", title="Early", points=10), {"monitor": "loss"}, view=_stopping
    ),
    "validated-on": Example(
        ValidatedOn(id="validation", title="Validation", points=10, images=100),
        {"images": 50},
        view=_validation,
    ),
    "function-is": Example(
        FunctionIs(
            id="function",
            title="Function",
            points=10,
            formula="2x",
            at=(1.0, 2.0),
            called=("twice",),
        ),
        {"formula": "3x"},
        view=_function,
    ),
    "model-trained": Example(
        ModelTrained(
            id="model",
            title="Layers",
            points=10,
            layers=(RequiredLayer(type="Dense", settings={"units": 8}),) * 4,
        ),
        {"parameters": 100},
        view=_layers,
    ),
    "trainings-have": Example(
        TrainingsHave(
            id="units",
            title="Units",
            points=10,
            models=tuple(ModelFilter(hidden_layers=count) for count in (1, 2, 3, 4)),
            field="units_per_layer",
            accepted=(8,),
        ),
        {"at_least": 3},
        view=_trainings,
    ),
    "trained-models-have": Example(
        TrainedModelsHave(
            id="units",
            title="Units",
            points=10,
            models=tuple(ModelFilter(hidden_layers=count) for count in (1, 2, 3, 4, 30)),
            field="units_per_layer",
            accepted=(8,),
        ),
        {"at_least": 3},
        view=_trainings,
    ),
    "values-tried": Example(
        ValuesTried(id="tried", title="Tried", points=10, field="optimizer", at_least=4),
        {"at_least": 3},
        view=_trainings,
    ),
    "relative-accuracy": Example(
        RelativeAccuracy(id="relative", title="Relative", points=40, dataset=DATASET),
        {"frozen_best": 0.5},
        ClassScores(best=1.0, valid=3),
    ),
    "model-kinds-compared": Example(
        ModelKindsCompared(id="kinds", title="Kinds", points=10, at_least=4),
        {"at_least": 3},
        view=_fitted,
    ),
    "data-projected": Example(
        DataProjected(id="projected", title="Projected", points=10),
        {"drawn_points": 20},
        view=_projected,
    ),
    "text-accuracy-at-least": Example(
        TextAccuracyAtLeast(
            id="texts", title="Texts", points=10, dataset=DATASET, full_at=0.9, zero_at=0.5
        ),
        {"full_at": 0.7},
        view=_texts,
    ),
    "macro-f-at-least": Example(
        MacroF1AtLeast(id="f1", title="F1", points=10, dataset=DATASET, full_at=0.9, zero_at=0.5),
        {"full_at": 0.7},
        view=_texts,
    ),
    "text-models-differ": Example(
        TextModelsDiffer(id="differ", title="Differ", points=10, dataset=DATASET),
        {"least_disagreement": 0.1},
        view=_texts,
    ),
    "archive-named": Example(
        ArchiveNamed(
            id="name", title="Name", points=10, name="{who}_Lab3.tar.bz2", subject="{who}"
        ),
        {"subject": ""},
        view=_packed,
    ),
    "archive-readable": Example(
        ArchiveReadable(id="readable", title="Readable", points=10, at_least=4),
        {"at_least": 3},
        view=_packed,
    ),
    "best-kept": Example(
        BestKept(id="best", title="Best", points=10, topic=TOPIC), {"hint": "?"}, view=_named
    ),
    "gap-shown": Example(
        GapShown(id="overfits", title="Overfits", points=10, gap=0.3, near=0.3, rise=9.0),
        {"gap": 0.2},
        view=_logged,
    ),
    "models-explained": Example(
        ModelsExplained(id="explained", title="Explained", points=10),
        {"question": "Why?"},
        view=_logged,
        waits=True,
    ),
    "settings-varied": Example(
        SettingsVaried(id="varied", title="Varied", points=10, fields=("optimizer",), at_least=4),
        {"at_least": 3},
        view=_trainings,
    ),
    "accuracy-shown": Example(
        AccuracyShown(
            id="accuracy",
            title="Accuracy",
            points=10,
            dataset=DATASET,
            thresholds=(Threshold(full_at=0.9, zero_at=0.5),),
        ),
        {"thresholds": [{"full_at": 0.8}]},
    ),
    "architecture-shown": Example(
        ArchitectureShown(
            id="architecture",
            title="Architecture",
            points=10,
            layers=(RequiredLayer(type="Dense", settings={"units": 8}),) * 4,
        ),
        {"layers": [{"type": "Flatten"}]},
    ),
    "trained-shown": Example(
        TrainedShown(id="trained", title="Trained", points=10, dataset=DATASET),
        {"models": {"outputs": 2}},
        view=_trained,
    ),
    "evaluated-shown": Example(
        EvaluatedShown(id="evaluated", title="Evaluated", points=10, dataset=DATASET),
        {"models": {"outputs": 2}},
        view=_evaluation,
    ),
    "best-named": Example(
        BestNamed(id="best", title="Best", points=10, topic=TOPIC), {"hint": "?"}, view=_named
    ),
    "curves-shown": Example(
        CurvesShown(id="plot", title="Plot", points=10, topic=TOPIC),
        {"series": ["val_loss"]},
        view=_report,
    ),
    "last-layer": Example(
        LastLayer(
            id="last", title="Last", points=10, settings={"units": 10, "activation": "softmax"}
        ),
        {"settings": {"units": 9}},
        view=_built,
    ),
    "accuracy-measured": Example(
        AccuracyMeasured(
            id="evaluated", title="Evaluated", points=10, models=ModelFilter(outputs=1), topic=TOPIC
        ),
        {"models": {"outputs": 2}},
        view=_measured,
    ),
    "number-reported": Example(
        NumberReported(
            id="loss", title="Loss", points=10, topic=TOPIC, quantity="loss", epochs=100
        ),
        {"epochs": 50},
        view=_report,
    ),
    "programs-present": Example(
        ProgramsPresent(
            id="programs",
            title="Programs",
            points=10,
            programs=tuple(
                RequiredProgram(names=(f"part{count}.py",), models=(ModelFilter(outputs=count),))
                for count in (1, 2, 3, 4)
            ),
        ),
        {"programs": [{"names": ["a.py"], "models": [{"outputs": 1}]}]},
        view=_programs,
    ),
    "bits-below": Example(
        BitsBelow(id="bits", title="Bits", points=10), {"bigram_share": 0.3}, view=score_that_is
    ),
    "sample-shown": Example(
        SampleShown(id="sample", title="Sample", points=10),
        {"full_at": 0.9},
        view=passages_that_are,
    ),
    "corpus-described": Example(
        CorpusDescribed(id="corpus", title="Corpus", points=10),
        {"at_least": 50_000},
        view=corpus_that_is,
    ),
    "report-present": Example(
        ReportPresent(id="report", title="Report", points=10, words=70), {"words": 20}, view=_report
    ),
    "marked-by-person": Example(
        MarkedByPerson(
            id="discussion",
            title="Discussion",
            points=10,
            question="Is the gap explained?",
            sections=("discussion",),
        ),
        {"question": "Why?"},
        view=_report,
        waits=True,
    ),
}

examples = pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES)
judged_examples = pytest.mark.parametrize(
    "example",
    [example for example in EXAMPLES.values() if not example.waits],
    ids=[name for name, example in EXAMPLES.items() if not example.waits],
)
waiting_examples = pytest.mark.parametrize(
    "example", [example for example in EXAMPLES.values() if example.waits]
)


def test_every_kind_has_an_example() -> None:
    """No kind of check escapes the contract."""
    assert EXAMPLES.keys() == check_kinds().keys()
    assert all(isinstance(EXAMPLES[tag].check, kind) for tag, kind in check_kinds().items())


@pytest.mark.parametrize("tag", check_kinds())
def test_tags_are_kebab_case(tag: str) -> None:
    """The name in JSON and `course.toml` is lower-case words with dashes."""
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", tag)


@examples
@pytest.mark.parametrize("named", [(), ("b",)], ids=["of the exercise", "named by the check"])
def test_needs_are_of_the_artefacts_the_check_looks_at(
    example: Example, named: tuple[str, ...]
) -> None:
    """A check asks for evidence of a known kind about its exercise's artefacts, or about those it names."""
    check = msgspec.structs.replace(example.check, artefacts=named)
    of = exercise(check, artefacts=("a", "b"))

    needs = check.needs(of)

    assert needs
    assert all(isinstance(need, Need) for need in needs)
    assert {need.artefact for need in needs} <= set(of.artefacts_of(check))
    for need in needs:
        assert type(need) in evidence_kinds()[need.kind].needs


@examples
@pytest.mark.parametrize("fault", ["submission", "grader"])
def test_missing_evidence_is_failed_or_ours(example: Example, fault: Fault) -> None:
    """What the student can fix fails with 0; what is ours is an error without a score, never a zero."""
    failure = file_failure("corrupt", "model.h5", fault=fault, detail="raw words")

    missing = View(dict.fromkeys(example.check.needs(exercise(example.check)), failure))

    result = judge(example.check, missing, class_scores=example.class_scores)

    ours = fault == "grader"
    assert (result.status, result.score) == (("error", None) if ours else ("failed", 0))
    assert ("needs-review" in result.flags) == ours
    assert (result.failure, result.detail) == (failure, "raw words")
    assert result.feedback == result.advice == ()


@examples
def test_evidence_nobody_collected_is_ours(example: Example) -> None:
    """A need without an observation is a mistake of the grader, never a zero."""
    result = judge(example.check, View(), class_scores=example.class_scores)

    assert (result.status, result.score) == ("error", None)


@judged_examples
@given(good=st.integers(0, 100), better=st.integers(0, 100))
def test_scores_are_bounded_and_monotone(example: Example, good: int, better: int) -> None:
    """A score lies within 0 and the points, its interval too, and better evidence never earns less."""
    low, high = sorted((good, better))

    worse, best = (example.judge(level) for level in (low, high))

    points = example.check.points
    assert worse.score is not None
    assert best.score is not None
    assert 0 <= worse.score <= best.score <= points
    for result in (worse, best):
        if result.score_interval:
            interval = result.score_interval
            assert 0 <= interval.low <= (result.score or 0) <= interval.high <= points


@judged_examples
def test_statuses_say_what_was_earned(example: Example) -> None:
    """Everything is passed, something is partial, nothing is failed; only a pass needs no advice."""
    for level in (0, 30, 60, 100):
        result = example.judge(level)
        share = (result.score or 0) / example.check.points
        expected = "passed" if share == 1 else "partial" if share > 0 else "failed"

        assert result.status == expected
        assert bool(result.advice) == (expected != "passed")


def messages_in(result: CheckResult) -> Iterator[Message]:
    """Every message of a result, also those inside others."""
    waiting: list[Value] = [*result.feedback, *result.advice]
    waiting += [value for fact in result.facts for value in (fact.label, fact.value)]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Message):
            yield value
            waiting += value.values.values()
        elif isinstance(value, Listing):
            waiting += value.items


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


@waiting_examples
def test_what_waits_for_a_person_has_no_points_yet(example: Example) -> None:
    """Whatever was handed in, it is pending without points, and the hint for those who lose some is not shown."""
    check = msgspec.structs.replace(example.check, hint="Ask in the forum.")
    for level in (0, 100):
        result = judge(check, example.view(level))

        assert (result.status, result.score, result.score_interval) == ("pending", None, None)
        assert (result.hint, result.failure) == ("", None)


@examples
@pytest.mark.parametrize("language", ["en", "fr"])
def test_messages_have_a_sentence_with_the_fields_given(example: Example, language: str) -> None:
    """Whatever a check says can be worded in both languages, and no field is missing."""
    translate = catalogue(language)
    results = [example.judge(level) for level in (0, 10, 30, 60, 100)]
    results.append(judge(example.check, example.view(60), references={(DATASET, 1): 0.9}))

    for result in results:
        assert result.feedback
        for message in messages_in(result):
            wanted = fields(translate.sentences[message.key])
            assert wanted <= message.values.keys(), message.key
            assert translate.translate(message)


@examples
def test_flags_have_a_sentence(example: Example) -> None:
    """Whatever is unusual about a check can be named."""
    flags = {flag for level in (0, 10, 90, 100) for flag in example.judge(level).flags}

    assert {f"flag.{flag}" for flag in flags} <= catalogue("en").sentences.keys()


@examples
def test_checks_and_results_come_back_from_json(example: Example) -> None:
    """A check keeps its kind in JSON, and a result is what it was."""
    data = msgspec.json.encode(example.check)
    result = example.judge(60)

    assert msgspec.json.decode(data)["kind"] == type(example.check).__struct_config__.tag
    assert msgspec.json.decode(data, type=type(example.check)) == example.check
    assert msgspec.json.decode(msgspec.json.encode(result), type=CheckResult) == result


@judged_examples
def test_the_instructors_hint_is_for_those_who_lose_points(example: Example) -> None:
    """The hint stands beside a check that is not passed, and nowhere else."""
    check = msgspec.structs.replace(example.check, hint="Ask in the forum.")
    failed = judge(check, example.view(25), class_scores=example.class_scores)
    passed = judge(check, example.view(100), class_scores=example.class_scores)

    assert (failed.hint, passed.hint) == ("Ask in the forum.", "")


@examples
def test_only_a_relative_mark_compares_over_the_class(example: Example) -> None:
    """What `score_in_class` gives is what the class's best is found from; other checks give nothing."""
    score = example.check.score_in_class(context(example.check, example.view(60)))
    assert (score is None) == (example.class_scores is None)


@examples
def test_fields_can_be_changed_as_course_toml_does(example: Example) -> None:
    """Any field of a check can be given anew as plain data, and is validated."""
    plain = msgspec.to_builtins(example.check)

    changed = msgspec.convert(plain | example.change, type(example.check))

    assert changed != example.check
    assert exercise(changed).points == example.check.points
    with pytest.raises(msgspec.ValidationError, match="no_such_field"):
        msgspec.convert(plain | {"no_such_field": 1}, type(example.check))
