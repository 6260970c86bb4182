"""Sentences named in code and templates are in the catalogues."""

from __future__ import annotations

import re
from pathlib import Path

import grader
from grader import resources
from grader.messages import catalogue

PACKAGE = Path(grader.__file__).parent
NAMED = re.compile(r"""\b(?:translate|message)\(\s*f?["']([a-z]+\.[a-z0-9-]+)["']""")
LABELLED = re.compile(r"""\blabel\("([a-z.-]+)\"""")


def named() -> set[str]:
    keys: set[str] = set()
    for file in PACKAGE.rglob("*.py"):
        keys |= set(NAMED.findall(file.read_text(encoding="utf-8")))
    for template in resources.templates().glob("*.j2"):
        labels = LABELLED.findall(template.read_text(encoding="utf-8"))
        keys |= {key if "." in key else f"page.{key}" for key in labels}
    return keys


def test_sentences_named_in_code_and_templates_exist() -> None:
    """No code names a sentence that is not there."""
    assert len(named()) > 80
    assert named() <= catalogue("en").sentences.keys()


def test_templates_hold_no_sentence_of_their_own() -> None:
    """Words shown on pages come from the catalogues, so that every page has one language."""
    for template in resources.templates().glob("*.html.j2"):
        text = template.read_text(encoding="utf-8")
        text = re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}", " ", text, flags=re.DOTALL)
        text = re.sub(r"<[^>]*>", " ", text)

        assert re.findall(r"[A-Za-z]{2,}", text) == [], template.name
