"""Links between the guides lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import grader

ROOT = Path(grader.__file__).parents[1]
GUIDES = sorted(
    file
    for pattern in ("*.md", "docs/*.md", "*/README.md")
    for file in ROOT.glob(pattern)
    if not file.relative_to(ROOT).parts[0].startswith(".")
)

#: A fenced block or code in a line, in which nothing is a link.
CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def anchors(file: Path) -> set[str]:
    """The anchors of a guide's headings, as GitHub and GitLab make them."""
    text = re.sub(
        r"^```.*?^```", "", file.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE
    )
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")
        for heading in HEADING.findall(text)
    }


@pytest.mark.parametrize("guide", GUIDES, ids=lambda file: str(file.relative_to(ROOT)))
def test_links_lead_to_files_and_headings(guide: Path) -> None:
    """Every relative link names a file that is there, and every anchor a heading of that file."""
    broken = []
    for link in LINK.findall(CODE.sub("", guide.read_text(encoding="utf-8"))):
        path, _, anchor = link.partition("#")
        if re.match(r"[a-z]+:", path):
            continue
        target = (guide.parent / path).resolve() if path else guide
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)

    assert broken == []
