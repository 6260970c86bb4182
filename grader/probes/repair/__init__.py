"""Bring a network saved by an older Keras to what Keras 3 reads, without running any of it."""

from __future__ import annotations

from grader.probes.repair.base import Origin, Repair
from grader.probes.repair.config import repair_config
from grader.probes.repair.table import REPAIRS

__all__ = ["REPAIRS", "Origin", "Repair", "repair_config"]
