"""Bring the description of a network saved by an older Keras to what Keras 3 reads, without running any of it."""

from __future__ import annotations

from grader.probes.repair.config import repair_config
from grader.probes.repair.table import REPAIRS, Repair

__all__ = ["REPAIRS", "Repair", "repair_config"]
