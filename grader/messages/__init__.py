"""Everything the grader says to students and instructors, in the language of the reader.

One TOML catalogue a language, here and in every kind of evidence; a key such as ``accuracy.passed`` holds a sentence
with named fields. Typed values (`grader.records.message`) are formatted as their type asks; plain numbers take three
formats that follow the habits of the language: ``{x:percent}``, ``{x:points}`` and ``{x:count}``.
"""

from __future__ import annotations

from grader.messages.catalogue import Catalogue, catalogue, catalogue_files
from grader.messages.failures import FailureText, failure_text
from grader.messages.visible import visible

__all__ = [
    "Catalogue",
    "FailureText",
    "catalogue",
    "catalogue_files",
    "failure_text",
    "visible",
]
