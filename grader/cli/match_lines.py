"""What is open between a class and its roster, as lines for ``course.toml``."""

from __future__ import annotations

import json

from grader.grading.class_found import stray_text
from grader.grading.enrolment import OpenMatters


def match_lines(matters: OpenMatters) -> list[str]:
    """Lines that settle what is open once they are uncommented; none where nothing is."""
    lines = []
    if matters.submissions:
        lines.append('# With the id on the roster of whoever handed it in; "" is nobody on it:')
    for submission, likely in matters.submissions:
        name = _quoted(submission.source)
        if likely:
            lines.append(f"# {name} = {_quoted(likely[0])}    # or: {', '.join(likely)}")
        else:
            lines.append(f'# {name} = ""    # nobody on the roster has such a name')
    if matters.strays:
        lines += [
            "# Left out, and called like somebody without a submission. If it is theirs, put it into a",
            "# folder that is called as those of the others are, and grade again. If it is not:",
        ]
    for item, students in matters.strays:
        lines.append(f'# {_quoted(item.name)} = ""    # {stray_text(item)}: {", ".join(students)}')
    return ["# Into course.toml:", "[matches]", *lines] if lines else []


def _quoted(text: str) -> str:
    """A text as TOML writes it, which is as JSON does."""
    return json.dumps(text, ensure_ascii=False)
