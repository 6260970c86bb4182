"""The view model of a page about Playground links. Templates say how it looks."""

from __future__ import annotations

from dataclasses import dataclass

from grader.reporting.section_view import SectionView


@dataclass(frozen=True)
class LinkCard:
    """A link: what it says, how certain its losses are, its picture and its curves."""

    title: str
    url: str
    lines: tuple[str, ...]
    state: str
    sections: tuple[SectionView, ...]


@dataclass(frozen=True)
class LinksPage:
    """All of a page."""

    language: str
    title: str
    cards: tuple[LinkCard, ...]
