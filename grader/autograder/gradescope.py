"""Inside Gradescope's harness: ``submission/`` and ``submission_metadata.json`` to ``results/results.json``.

Source: https://gradescope-autograders.readthedocs.io/en/latest/specs/ and .../submission_metadata/
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from grader.autograder.one_submission import HandIn, grade_one
from grader.errors import GraderError
from grader.files import write_whole
from grader.grading.grade import GradeOptions
from grader.messages import catalogue
from grader.reporting.exporters.gradescope import results
from grader.reporting.feedback import student_feedback
from grader.reporting.texts import lateness_text

_LOG = logging.getLogger(__name__)


def run(source: Path, root: Path, options: GradeOptions) -> str:
    """Grade the submission under `root`, and write its results, whatever happens.

    Returns:
        What came of it, for the output that only staff sees.

    Raises:
        GraderError: It cannot be graded; the results say so without the reason.
    """
    begun = time.monotonic()
    try:
        report = grade_one(source, _hand_in(root), options)
    except Exception:
        _write(root, {"score": 0, "output": catalogue("en")("autograder.not-graded")})
        raise
    data = results(report)
    late = lateness_text(student_feedback(report), catalogue(report.language))
    said = [text for text in (late, data.get("output", "")) if text]
    if said:
        data["output"] = "\n".join(said)
    _write(root, data | {"execution_time": round(time.monotonic() - begun, 2)})
    return f"{report.points:g} of {report.max_points:g} points"


def _write(root: Path, data: dict[str, Any]) -> None:
    folder = root / "results"
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(data, indent=2, ensure_ascii=False)
    write_whole(folder / "results.json", f"{text}\n".encode())


def _hand_in(root: Path) -> HandIn:
    """What Gradescope says of the submission; of broken metadata what can be read."""
    folder = root / "submission"
    if not folder.is_dir():
        raise GraderError(
            f"{folder} does not exist", hint="the harness of Gradescope puts the submission there"
        )
    data = _metadata(root / "submission_metadata.json")
    users = [user for user in _list(data.get("users")) if isinstance(user, dict)]
    assignment = data.get("assignment")
    assignment = assignment if isinstance(assignment, dict) else {}
    ids = tuple(str(user[key]) for user in users for key in ("email", "sid", "id") if user.get(key))
    return HandIn(
        path=folder,
        name=", ".join(str(user["name"]) for user in users if user.get("name")) or "submission",
        ids=ids,
        received_at=_time(data.get("created_at")),
        deadline=_latest_deadline(users) or _time(assignment.get("due_date")),
    )


def _metadata(file: Path) -> Mapping[str, Any]:
    try:
        data = json.loads(file.read_bytes())
    except (OSError, ValueError) as error:
        _LOG.warning("%s cannot be read, so nobody knows when it was handed in: %s", file, error)
        return {}
    return data if isinstance(data, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _latest_deadline(users: list[dict[str, Any]]) -> datetime | None:
    """Of a group the latest of its extensions."""
    own = [user["assignment"] for user in users if isinstance(user.get("assignment"), dict)]
    times = [time for assignment in own if (time := _time(assignment.get("due_date"))) is not None]
    return max(times, default=None)


def _time(text: object) -> datetime | None:
    """A time with its offset; None for anything else."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
