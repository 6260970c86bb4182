"""Build the page of `grader playground --html`."""

from __future__ import annotations

from grader.evidence.playground.record import Links
from grader.evidence.playground.view import run_figures, state_message
from grader.evidence.playground.words import data_text, model_text, training_text
from grader.messages import catalogue, visible
from grader.reporting.feedback import word_section
from grader.reporting.links_page import LinkCard, LinksPage
from grader.reporting.pictures import no_images
from grader.reporting.section_view import section_view


def links_page(links: Links, language: str = "en") -> LinksPage:
    """The page of links: a card for each, with its picture and its losses."""
    translate = catalogue(language)
    cards = []
    for link in links.links:
        settings = link.settings
        cards.append(
            LinkCard(
                title=visible(" ".join(filter(None, (link.exercise, link.where))) or link.host),
                url=visible(link.url),
                lines=()
                if settings is None
                else (visible(data_text(settings)), model_text(settings), training_text(settings)),
                state=translate.translate(state_message(link)),
                sections=tuple(
                    section_view(word_section(section, translate), None, no_images, translate)
                    for section in run_figures([link])
                ),
            )
        )
    title = visible(links.file) or "TensorFlow Playground"
    return LinksPage(language=language, title=title, cards=tuple(cards))
