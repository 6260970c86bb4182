from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from grader.grading.resolve import declaration_type

SCHEMA = Path(__file__).parents[3] / "docs" / "submission.schema.json"


def test_the_published_schema_is_the_one_files_are_read_by(request: pytest.FixtureRequest) -> None:
    """Editors check submission.toml by the same rules as the grader; `--update-goldens` writes it anew."""
    schema = msgspec.json.schema(declaration_type())
    text = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
    if request.config.getoption("--update-goldens"):
        SCHEMA.write_text(text, encoding="utf-8", newline="\n")

    assert text == SCHEMA.read_text(encoding="utf-8")
