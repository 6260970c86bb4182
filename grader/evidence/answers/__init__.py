"""Typed answers to the closed questions of a lab, from `answers.toml`, a notebook's text or a report."""

from __future__ import annotations

from grader.evidence.answers.profile import PROFILE
from grader.evidence.answers.record import AnswersNeed
from grader.evidence.base import EvidenceKind
from grader.evidence.fixtures import EvidenceFixture

KIND = EvidenceKind(
    name="answers",
    version=1,  # raised, too, when reports are read in another way: documents are read as reports first
    needs=(AnswersNeed,),
    accepts={
        "text": "toml",
        "utf-16": "toml",
        "notebook": "answers-notebook",
        "pdf": "answers-document",
        "word": "answers-document",
        "html": "answers-document",
    },
    may_accept={"office": "answers-document"},
    collect="grader.evidence.answers.collect:collect_answers",
    decode="grader.evidence.answers.view:decode_answers",
    sections="grader.evidence.answers.view:answer_sections",
    profile=PROFILE,
    libraries=("pypdf", "python-docx", "markdown-it-py", "pillow"),
    page_needs=(AnswersNeed,),
    fixtures=(
        EvidenceFixture(
            name="answers",
            about="The typed answers (Answers); grader.evidence.answers.lookup.find_answer finds one.",
            needs="grader.evidence.answers.fixtures:answers_needs",
            value="grader.evidence.answers.fixtures:given_answers",
        ),
    ),
)
