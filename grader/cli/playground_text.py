"""Replayed Playground links as text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING

from grader.evidence.playground.view import link_notes, state_message
from grader.evidence.playground.words import data_text, losses_text, model_text, training_text
from grader.messages import catalogue, visible
from grader.records.names import counted

if TYPE_CHECKING:
    from grader.evidence.playground.record import Link, LinkReplay, Links
    from grader.evidence.playground.replay.settings import Settings

_WIDTH = 80

#: Epochs of a curve that are shown as text.
_SHOWN = (0, 1, 10, 50, 100, 200, 300, 500, 1_000, 2_000, 5_000, 10_000)


def links_lines(links: Links) -> list[str]:
    """Every link with its data, its model, its losses and how certain they are."""
    lines = []
    if links.file:
        lines.append(f"{visible(links.file)}: {counted(len(links.links), 'link')}")
    lines += [f"{visible(line)} cannot be read." for line in links.problems]
    for link in links.links:
        lines += [""] if lines else []
        lines += _link_lines(link)
    return lines


def _link_lines(link: Link) -> Iterator[str]:
    translate = catalogue("en").translate
    named = " ".join(
        part for part in (link.exercise, f"({link.where})" if link.where else "") if part
    )
    if named:
        yield visible(named)
    if link.settings is not None:
        yield from _settings_lines(link.settings)
    if link.replay is not None:
        yield from _losses_lines(link, link.replay)
    for message in (state_message(link), *link_notes(link)):
        text = f"State     {translate(message)}"
        yield from textwrap.wrap(text, _WIDTH, subsequent_indent=" " * 10)


def _settings_lines(settings: Settings) -> Iterator[str]:
    train = settings.train_points
    yield f"Data      {visible(data_text(settings))}: {train} points to train on, {settings.points - train} to test on"
    layers = counted(len(settings.hidden), "hidden layer")
    neurons = counted(settings.neurons, "neuron")
    yield f"Model     {model_text(settings)}: {layers}, {neurons}, {counted(settings.weights, 'weight')}"
    yield f"Training  {training_text(settings)}"


def _losses_lines(link: Link, replay: LinkReplay) -> Iterator[str]:
    noted = link.claim.epochs
    last = replay.losses[-1].epoch
    yield "Losses    epoch  train / test"
    for item in replay.losses:
        if item.epoch in (*_SHOWN, noted, last):
            mark = " (noted)" if item.epoch == noted else ""
            yield f"          {item.epoch:>5}  {losses_text(item.train, item.test)}{mark}"
