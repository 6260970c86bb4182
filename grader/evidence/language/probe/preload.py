"""Import what every probe needs, once, in the process from which sandboxed processes are forked.

None of these modules runs an operation of TensorFlow when it is imported.
"""

from __future__ import annotations

from grader.evidence.models.probe import preload  # noqa: F401  (first: it sets how TensorFlow starts)

# isort: split
from grader.evidence.language.probe import sequences  # noqa: F401
from grader.evidence.models.probe import (  # noqa: F401
    assembly,
    containers,
    loaded_model,
    opening,
    summary,
)
