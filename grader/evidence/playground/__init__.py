"""Links to TensorFlow Playground: what they say, and what the page makes of it."""

from __future__ import annotations

from grader.evidence.base import EvidenceKind
from grader.evidence.fixtures import EvidenceFixture
from grader.evidence.playground.profile import PROFILE
from grader.evidence.playground.record import LinksNeed

KIND = EvidenceKind(
    name="playground",
    version=2,  # raised, too, when reports are read in another way: documents are read as reports first
    needs=(LinksNeed,),
    accepts={
        "text": "links",
        "utf-16": "links",
        "notebook": "links-notebook",
        "pdf": "links-document",
        "word": "links-document",
        "html": "links-document",
    },
    may_accept={"office": "links-document"},
    collect="grader.evidence.playground.collect:collect_links",
    decode="grader.evidence.playground.view:decode_links",
    sections="grader.evidence.playground.view:link_sections",
    profile=PROFILE,
    libraries=("pypdf", "python-docx", "markdown-it-py", "pillow"),
    page_needs=(LinksNeed,),
    fixtures=(
        EvidenceFixture(
            name="links",
            about="The Playground links (Links), each with its settings, what the student noted and its replay.",
            needs="grader.evidence.playground.fixtures:links_needs",
            value="grader.evidence.playground.fixtures:given_links",
        ),
    ),
)
