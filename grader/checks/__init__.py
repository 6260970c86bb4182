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
from grader.checks.base import CheckContext, CheckKind, ClassScores, EvidenceView
from grader.checks.code.confusion_drawn import ConfusionMatrixDrawn
from grader.checks.code.convolutions_pooled import ConvolutionsPooled
from grader.checks.code.curves_compared import ComparedModel, CurvesCompared
from grader.checks.code.curves_drawn import CurvesDrawn
from grader.checks.code.early_stopping import StopsEarly
from grader.checks.code.evaluated import ModelsEvaluated
from grader.checks.code.filters import ModelFilter
from grader.checks.code.function_is import FunctionIs
from grader.checks.code.gradients_taken import GradientsTaken
from grader.checks.code.grid_drawn import DepthGridDrawn
from grader.checks.code.images_drawn import FilterOutputsDrawn, ImagesDrawn
from grader.checks.code.model_trained import ModelTrained
from grader.checks.code.plotted_against import PlottedAgainst
from grader.checks.code.replicated import Replicated
from grader.checks.code.trainings_have import TrainingsHave
from grader.checks.code.validated_on import ValidatedOn
from grader.checks.code.values_tried import ValuesTried
from grader.checks.manual import MarkedByPerson
from grader.checks.relative import RelativeAccuracy

__all__ = [
    "AccuracyAtLeast",
    "AnswerIs",
    "ArchitectureMatches",
    "CheckContext",
    "CheckKind",
    "ClassScores",
    "ComparedModel",
    "ConfusionMatrixDrawn",
    "ConvolutionsPooled",
    "CurvesCompared",
    "CurvesDrawn",
    "DepthGridDrawn",
    "EvidenceView",
    "FilterOutputsDrawn",
    "FormulaIs",
    "FunctionIs",
    "GradientsTaken",
    "ImagesDrawn",
    "IntervalIs",
    "MarkedByPerson",
    "ModelFilter",
    "ModelTrained",
    "ModelsEvaluated",
    "NumberIs",
    "NumbersAre",
    "PlottedAgainst",
    "RelativeAccuracy",
    "Replicated",
    "RequiredAnswer",
    "RequiredLayer",
    "SetIs",
    "StopsEarly",
    "Threshold",
    "TrainingsHave",
    "ValidatedOn",
    "ValuesTried",
    "WordIs",
    "WordsAre",
    "YesOrNo",
]
