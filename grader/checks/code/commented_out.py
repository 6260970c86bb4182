"""Models that stand in lines that are commented out: some train one after the other, and comment the others out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.checks.code.filters import ModelFilter
from grader.evidence.code.run_record import CodeShown


def is_commented_out(models: ModelFilter, code: CodeShown, called: Sequence[str] = ()) -> bool:
    """Whether lines that are commented out build such a model, as far as words tell.

    Args:
        models: Told by its activation and its depth; one without either is not looked for.
        code: All that is known of the code.
        called: Words, one of which names an activation of the student's own.
    """
    words = [models.hidden_activation] if models.hidden_activation else [*called]
    depth = (
        None
        if models.hidden_layers is None
        else re.compile(rf"(?<!\d){models.hidden_layers}(?!\d)")
    )
    if not words or (depth is None and not called):
        return False
    return any(
        any(word in line.casefold() for word in words) and (depth is None or depth.search(line))
        for item in code.commented_out
        for line in item.text.splitlines()
    )
