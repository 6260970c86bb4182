"""Saved models: opened without running anything they contain, described, and asked for predictions."""

from __future__ import annotations

from grader.evidence.base import EvidenceKind
from grader.evidence.fixtures import EvidenceFixture
from grader.evidence.models.declaration import ModelDeclaration
from grader.evidence.models.formats import (
    DESCRIPTIONS,
    METADATA,
    MODEL_FORMATS,
    SOURCES,
    UNCERTAIN_FORMATS,
)
from grader.evidence.models.profile import PROFILE
from grader.evidence.models.record import ModelNeed

KIND = EvidenceKind(
    name="models",
    version=12,
    needs=(ModelNeed,),
    accepts=MODEL_FORMATS,
    may_accept=UNCERTAIN_FORMATS,
    companions="grader.evidence.models.companions:model_companions",
    companion_kinds=(*DESCRIPTIONS, METADATA, "unknown"),
    source_names=SOURCES,
    related=(
        *(
            "saved-model",
            "pytorch",
            "onnx",
            "tflite",
            "tfjs",
            "safetensors",
            "joblib",
            "weka-model",
        ),
        *("checkpoint", "meta-graph", "graph-def", *DESCRIPTIONS),
    ),
    collect="grader.evidence.models.collect:collect_models",
    decode="grader.evidence.models.view:decode_model",
    sections="grader.evidence.models.view:model_sections",
    profile=PROFILE,
    libraries=("tensorflow", "keras", "h5py", "onnxruntime", "numpy"),
    builds_on=("code",),
    declaration=ModelDeclaration,
    page_needs=(ModelNeed,),
    fixtures=(
        EvidenceFixture(
            name="model",
            about="The opened model: layers, parameters, inputs and outputs (ModelSummary).",
            needs="grader.evidence.models.fixtures:model_needs",
            value="grader.evidence.models.fixtures:opened_model",
        ),
    ),
)
