"""The datasets at hand in place of those that `keras.datasets` downloads."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import keras

sys.path.append(str(Path(__file__).resolve().parents[1]))  # the repository
from grader import datasets


def serve_datasets() -> None:
    """Let `keras.datasets` give the sets that are at hand."""
    for name in ("mnist", "cifar10", "cifar100"):
        sys.modules[f"keras.datasets.{name}"] = _served(name)
        setattr(keras.datasets, name, _served(name))


def _served(name: str) -> Any:
    def load_data(*_: Any, **__: Any) -> Any:
        splits = [datasets.get(name).load(split) for split in ("train", "test")]
        coloured = name != "mnist"
        return tuple(
            (split.images, split.labels[:, None] if coloured else split.labels) for split in splits
        )

    return SimpleNamespace(load_data=load_data)
