"""Links as checks see them, and as pages show them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from grader.evidence.base import StoredRecord
from grader.evidence.playground.record import Link, LinkProblem, Links, LinksNeed, LossAt
from grader.evidence.playground.replaying import agreed_losses
from grader.evidence.playground.urls import HOST
from grader.evidence.playground.words import data_text, losses_text, model_text
from grader.records.message import Code, Count, Listing, Message, Name, Value, message
from grader.records.section import Column, Curve, Curves, Picture, Pictures, Section, Table

_COLUMNS = ("exercise", "where", "data", "model", "epochs", "losses", "noted", "state")
_NOTHING = Name(text="")


def decode_links(need: LinksNeed, stored: StoredRecord) -> Links:
    """The record as it was stored."""
    return msgspec.json.decode(stored.raw, type=Links)


def link_sections(links: Links) -> tuple[Section, ...]:
    """A table with a row for each link, and what is odd about them."""
    title = message("playground.title", count=Count(value=len(links.links)))
    columns = tuple(Column(title=message(f"playground.{name}")) for name in _COLUMNS)
    notes = [message("playground.line", line=Code(text=line)) for line in links.problems]
    if links.left_out:
        notes.append(message("playground.left-out", count=Count(value=links.left_out)))
    notes += [note for link in links.links for note in link_notes(link)]
    rows = tuple(map(_row, links.links))
    return (Table(title=title, columns=columns, rows=rows, notes=tuple(notes)),)


def run_figures(links: Sequence[Link]) -> tuple[Section, ...]:
    """What models put out, side by side, and their losses over epochs; nothing of links that were not replayed."""
    replayed = [link for link in links if link.replay is not None]
    pictures = tuple(
        Picture(png=link.replay.png, caption=_caption(link))
        for link in replayed
        if link.replay is not None and link.replay.png
    )
    sections: list[Section] = []
    if pictures:
        sections.append(Pictures(title=message("playground.pictures"), pictures=pictures))
    if replayed:
        sections.append(_curves(replayed))
    return tuple(sections)


def problem_message(problem: LinkProblem) -> Message:
    """Why a link cannot be replayed, and what to do."""
    values: dict[str, Value] = {
        "setting": Code(text=problem.key),
        "value": Code(text=problem.value),
        "limits": Code(text=problem.limits),
    }
    return Message(key=f"playground.{problem.what}", values=values)


def state_message(link: Link) -> Message:
    """How far a link's losses are certain, or why there are none."""
    if link.problem is not None:
        return problem_message(link.problem)
    if link.replay is None:
        return message("playground.not-replayed")
    if link.replay.skipped is None:
        return message("playground.doubtful" if link.replay.starts else "playground.contradicted")
    if not link.replay.is_certain:
        return message("playground.chaotic")
    return message("playground.after-resets" if link.replay.skipped else "playground.certain")


def _row(link: Link) -> tuple[Value, ...]:
    first = (Name(text=link.exercise), Name(text=link.where))
    if link.settings is None:
        return (*first, *[_NOTHING] * 5, state_message(link))
    losses = agreed_losses(link)
    noted = (link.claim.train_loss, link.claim.test_loss)
    return (
        *first,
        Code(text=data_text(link.settings)),
        Code(text=model_text(link.settings)),
        _NOTHING if losses is None else Count(value=losses.epoch, setting=True),
        Code(text="" if losses is None else losses_text(*_pair(losses))),
        Code(text="" if noted == (None, None) else losses_text(*noted)),
        state_message(link),
    )


def _pair(losses: LossAt) -> tuple[float | None, float | None]:
    return losses.train, losses.test


def link_notes(link: Link) -> list[Message]:
    """What is odd about a link that can be replayed."""
    where = Name(text=link.where)
    notes = []
    if link.hidden_features:
        names = Listing(items=tuple(Code(text=name) for name in link.hidden_features))
        notes.append(message("playground.hidden", where=where, names=names))
    if link.ignored:
        names = Listing(items=tuple(Code(text=name) for name in link.ignored))
        notes.append(message("playground.ignored", where=where, names=names))
    if link.host and link.host != HOST and link.settings is not None:
        notes.append(message("playground.mirror", where=where, host=Code(text=link.host)))
    return notes


def _caption(link: Link) -> Value:
    losses = agreed_losses(link)
    text = "" if link.settings is None else model_text(link.settings)
    shown = f"{losses.epoch}: {losses_text(*_pair(losses))}" if losses is not None else ""
    return Name(text=" — ".join(part for part in (text, shown) if part))


def _curves(links: Sequence[Link]) -> Curves:
    """Both losses of one link; of several links the test losses alone."""
    if len(links) == 1:
        curves = [_curve(links[0], "train", "train"), _curve(links[0], "test", "test")]
    else:
        curves = [
            _curve(link, " ".join(filter(None, (str(number), link.exercise))), "test")
            for number, link in enumerate(links, start=1)
        ]
    return Curves(
        title=message("playground.curves" if len(links) == 1 else "playground.test-curves"),
        x_label=message("playground.epochs"),
        y_label=message("playground.loss"),
        curves=tuple(curves),
    )


def _curve(link: Link, name: str, loss: Literal["train", "test"]) -> Curve:
    losses = () if link.replay is None else link.replay.losses
    return Curve(
        name=Name(text=name),
        x=tuple(float(item.epoch) for item in losses),
        y=tuple(item.train if loss == "train" else item.test for item in losses),
    )
