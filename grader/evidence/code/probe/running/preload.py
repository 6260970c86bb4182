"""Import what student code imports, once, in the process from which those that run it are forked.

None of it may run a TensorFlow operation or start a thread; neither survives a fork.
"""

from __future__ import annotations

import contextlib
import importlib
import os

os.environ.setdefault("MPLBACKEND", "Agg")
os.environ.setdefault("JOBLIB_MULTIPROCESSING", "0")

import grader.evidence.models.probe.preload

#: Not all of them are installed everywhere.
_LIBRARIES = (
    "matplotlib.pyplot",
    "pandas",
    "PIL.Image",
    "scipy.io",
    "scipy.stats",
    "seaborn",
    "sklearn.metrics",
    "sklearn.model_selection",
    "sklearn.preprocessing",
    "sklearn.datasets",
)

for _name in _LIBRARIES:
    with contextlib.suppress(ImportError):
        importlib.import_module(_name)

import grader.evidence.code.probe.running.session  # noqa: E402, F401  (imported for the fork)
