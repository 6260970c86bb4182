"""Which files are models."""

from __future__ import annotations

from grader.evidence.models.record import ModelFormat

#: What a file is by its first bytes, and the format models are opened in.
MODEL_FORMATS: dict[str, ModelFormat] = {
    "hdf5": "hdf5",
    "keras-zip": "keras-zip",
    "onnx": "onnx",
}

#: A `.keras` file in an unusual order among others: what a zip holds is found out inside the sandbox.
UNCERTAIN_FORMATS: dict[str, ModelFormat] = {"zip": "keras-zip"}

#: Descriptions of a model without its weights; metadata of a model whose parts lie in a folder.
DESCRIPTIONS = ("keras-json", "keras-yaml")
METADATA = "keras-metadata"

#: Code, and the tables it may read. Arrays, images and other texts say little about layers: code without them goes on
#: after the error.
SOURCES = ("*.py", "*.ipynb", "*.csv", "*.tsv", "*.json")


def model_format(kind: str) -> ModelFormat | None:
    """The format a file of that kind is opened in; None where it is no model."""
    return MODEL_FORMATS.get(kind) or UNCERTAIN_FORMATS.get(kind)
