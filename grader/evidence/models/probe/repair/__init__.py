"""Convert a model saved by an older Keras to what Keras 3 reads, without running any of its code."""

from __future__ import annotations

from grader.evidence.models.probe.repair.base import Origin, Repair
from grader.evidence.models.probe.repair.config import repair_config
from grader.evidence.models.probe.repair.table import REPAIRS

__all__ = ["REPAIRS", "Origin", "Repair", "repair_config"]
