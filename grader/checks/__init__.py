"""The kinds of check, one a module: which evidence a kind needs and how it judges it. Pure; no TensorFlow."""

from __future__ import annotations

from grader.checks.accuracy import AccuracyAtLeast, Threshold
from grader.checks.answers.answer_is import AnswerIs, RequiredAnswer
from grader.checks.answers.expected import (
    FormulaIs,
    IntervalIs,
    NumberIs,
    NumbersAre,
    SetIs,
    WordIs,
    WordsAre,
    YesOrNo,
)
from grader.checks.architecture import ArchitectureMatches, RequiredLayer
from grader.checks.archive_named import ArchiveNamed
from grader.checks.archive_readable import ArchiveReadable
from grader.checks.base import CheckContext, CheckKind, ClassScores, EvidenceView
from grader.checks.code.accuracy_measured import AccuracyMeasured
from grader.checks.code.best_kept import BestKept
from grader.checks.code.best_named import BestNamed
from grader.checks.code.confusion_drawn import ConfusionMatrixDrawn
from grader.checks.code.convolutions_pooled import ConvolutionsPooled
from grader.checks.code.curves_compared import ComparedModel, CurvesCompared
from grader.checks.code.curves_drawn import CurvesDrawn
from grader.checks.code.data_projected import DataProjected
from grader.checks.code.early_stopping import StopsEarly
from grader.checks.code.evaluated import ModelsEvaluated
from grader.checks.code.filters import ModelFilter
from grader.checks.code.function_is import FunctionIs
from grader.checks.code.gap_shown import GapShown
from grader.checks.code.gradients_taken import GradientsTaken
from grader.checks.code.grid_drawn import DepthGridDrawn
from grader.checks.code.images_drawn import FilterOutputsDrawn, ImagesDrawn
from grader.checks.code.last_layer import LastLayer
from grader.checks.code.model_kinds import ModelKindsCompared
from grader.checks.code.model_trained import ModelTrained
from grader.checks.code.models_explained import ModelsExplained
from grader.checks.code.plotted_against import PlottedAgainst
from grader.checks.code.programs_present import ProgramsPresent, RequiredProgram
from grader.checks.code.replicated import Replicated
from grader.checks.code.returns_drawn import ReturnsDrawn
from grader.checks.code.settings_varied import SettingsVaried
from grader.checks.code.trained_models_have import TrainedModelsHave
from grader.checks.code.trainings_have import TrainingsHave
from grader.checks.code.validated_on import ValidatedOn
from grader.checks.code.values_tried import ValuesTried
from grader.checks.described.compared import ComparedWith
from grader.checks.described.described_model import DescribedModel
from grader.checks.described.formula_stated import FormulaStated
from grader.checks.described.model_described import DescriptionAgrees, ModelDescribed
from grader.checks.described.range_stated import RangeStated
from grader.checks.episodes.return_at_least import ReturnAtLeast
from grader.checks.episodes.worst_tenth import WorstTenth
from grader.checks.hand_in.code_commented import CodeCommented
from grader.checks.hand_in.figures_included import FiguresIncluded
from grader.checks.hand_in.front_page import FrontPageComplete
from grader.checks.hand_in.pdf_beside import PdfBeside
from grader.checks.language.bits_below import BitsBelow
from grader.checks.language.corpus_described import CorpusDescribed
from grader.checks.language.sample_shown import SampleShown
from grader.checks.manual import MarkedByPerson
from grader.checks.model_or_code.accuracy_shown import AccuracyShown
from grader.checks.model_or_code.architecture_shown import ArchitectureShown
from grader.checks.model_or_code.evaluated_shown import EvaluatedShown
from grader.checks.model_or_code.trained_shown import TrainedShown
from grader.checks.playground.asked import AskedRun
from grader.checks.playground.link_run import LinkRun
from grader.checks.playground.loss_reached import LossReached
from grader.checks.playground.runs_repeated import RunsRepeated, SpreadNoted
from grader.checks.playground.smallest_model import SmallestModel
from grader.checks.relative import RelativeAccuracy
from grader.checks.report.curves_shown import CurvesShown
from grader.checks.report.number_reported import NumberReported
from grader.checks.report.report_present import ReportPresent
from grader.checks.text.topic import Topic
from grader.checks.text_predictions.differ import TextModelsDiffer
from grader.checks.text_predictions.reached import MacroF1AtLeast, TextAccuracyAtLeast

__all__ = [
    "AccuracyAtLeast",
    "AccuracyMeasured",
    "AccuracyShown",
    "AnswerIs",
    "ArchitectureMatches",
    "ArchitectureShown",
    "ArchiveNamed",
    "ArchiveReadable",
    "AskedRun",
    "BestKept",
    "BestNamed",
    "BitsBelow",
    "CheckContext",
    "CheckKind",
    "ClassScores",
    "CodeCommented",
    "ComparedModel",
    "ComparedWith",
    "ConfusionMatrixDrawn",
    "ConvolutionsPooled",
    "CorpusDescribed",
    "CurvesCompared",
    "CurvesDrawn",
    "CurvesShown",
    "DataProjected",
    "DepthGridDrawn",
    "DescribedModel",
    "DescriptionAgrees",
    "EvaluatedShown",
    "EvidenceView",
    "FiguresIncluded",
    "FilterOutputsDrawn",
    "FormulaIs",
    "FormulaStated",
    "FrontPageComplete",
    "FunctionIs",
    "GapShown",
    "GradientsTaken",
    "ImagesDrawn",
    "IntervalIs",
    "LastLayer",
    "LinkRun",
    "LossReached",
    "MacroF1AtLeast",
    "MarkedByPerson",
    "ModelDescribed",
    "ModelFilter",
    "ModelKindsCompared",
    "ModelTrained",
    "ModelsEvaluated",
    "ModelsExplained",
    "NumberIs",
    "NumberReported",
    "NumbersAre",
    "PdfBeside",
    "PlottedAgainst",
    "ProgramsPresent",
    "RangeStated",
    "RelativeAccuracy",
    "Replicated",
    "ReportPresent",
    "RequiredAnswer",
    "RequiredLayer",
    "RequiredProgram",
    "ReturnAtLeast",
    "ReturnsDrawn",
    "RunsRepeated",
    "SampleShown",
    "SetIs",
    "SettingsVaried",
    "SmallestModel",
    "SpreadNoted",
    "StopsEarly",
    "TextAccuracyAtLeast",
    "TextModelsDiffer",
    "Threshold",
    "Topic",
    "TrainedModelsHave",
    "TrainedShown",
    "TrainingsHave",
    "ValidatedOn",
    "ValuesTried",
    "WordIs",
    "WordsAre",
    "WorstTenth",
    "YesOrNo",
]
