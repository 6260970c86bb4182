"""Stored episodes as checks see them, and as pages show them."""

from __future__ import annotations

from collections import Counter
from typing import get_args

import msgspec

from grader.evidence.base import StoredRecord
from grader.evidence.episodes.filmstrip import filmstrip
from grader.evidence.episodes.record import (
    MOST_STEPS,
    Ending,
    Episode,
    Episodes,
    EpisodesNeed,
    PolicyAtStates,
    PolicyReading,
    StatesNeed,
)
from grader.records.message import Code, Count, Listing, Message, Name, Number, Value, message
from grader.records.section import Column, CountedValues, Section, Table

#: Columns of the histogram of returns.
_BINS = 10

#: Episodes of each ending that are named, the shortest first.
_NAMED = 5


def decode_episodes(
    need: EpisodesNeed | StatesNeed, stored: StoredRecord
) -> Episodes | PolicyAtStates:
    """The record as it was stored."""
    if isinstance(need, EpisodesNeed):
        return msgspec.json.decode(stored.raw, type=Episodes)
    return msgspec.json.decode(stored.raw, type=PolicyAtStates)


def episode_sections(shown: Episodes | PolicyAtStates) -> tuple[Section, ...]:
    """The distribution of the returns, the shortest episode, and how episodes ended; nothing of chosen states."""
    if isinstance(shown, PolicyAtStates):
        return ()
    return (_returns(shown), filmstrip(shown), _endings(shown))


def _returns(shown: Episodes) -> CountedValues:
    step = MOST_STEPS // _BINS
    counts = Counter(min(_BINS - 1, (steps - 1) // step) for steps in shown.returns)
    return CountedValues(
        title=message("episodes.returns", count=Count(value=len(shown.played))),
        x_label=message("episodes.steps"),
        y_label=message("episodes.count"),
        low=0,
        high=MOST_STEPS,
        counts=tuple(counts[place] for place in range(_BINS)),
    )


def _endings(shown: Episodes) -> Table:
    """How many episodes ended in which way, after how many steps, and where to look at them."""
    rows = []
    for ending in get_args(Ending):
        ended = sorted(
            (episode for episode in shown.played if episode.ending == ending),
            key=lambda episode: episode.steps,
        )
        if ended:
            rows.append(_row(ending, ended))
    columns = (
        Column(title=message("episodes.ending")),
        Column(title=message("episodes.count"), numeric=True),
        Column(title=message("episodes.median-steps"), numeric=True),
        Column(title=message("episodes.last-state")),
        Column(title=message("episodes.seeds")),
    )
    return Table(
        title=message("episodes.endings"),
        columns=columns,
        rows=tuple(rows),
        notes=(message("episodes.replay"), reading_text(shown.reading)),
    )


def _row(ending: Ending, ended: list[Episode]) -> tuple[Value, ...]:
    seeds = ", ".join(str(episode.seed) for episode in ended[:_NAMED])
    middle = ended[len(ended) // 2]
    position, _, angle, _ = (round(number, 2) + 0.0 for number in middle.last)  # no -0.00
    return (
        ending_text(ending),
        Count(value=len(ended)),
        Count(value=middle.steps),
        Code(text=f"x {position:+.2f}, \N{GREEK SMALL LETTER THETA} {angle:+.2f}"),
        Code(text=seeds + (", ..." if len(ended) > _NAMED else "")),
    )


def ending_text(ending: Ending) -> Message:
    """How an episode ended."""
    return message(f"episodes.{ending}")


def reading_text(reading: PolicyReading) -> Message:
    """How states are given to the model, and how that is known."""
    values: dict[str, Value] = {
        "scaling": Name(text=reading.scaling),
        "form": message(f"episodes.form-{reading.form}"),
    }
    if not reading.practice:
        return Message(key=f"episodes.reading-{reading.source}-alone", values=values)
    best = sorted(reading.practice.items(), key=lambda item: -item[1])[:3]
    tried = tuple(
        message("episodes.tried", scaling=Name(text=name), steps=Number(value=steps))
        for name, steps in best
    )
    values["tried"] = Listing(items=tried, separator="; ")
    values["count"] = Count(value=reading.practice_episodes, setting=True)
    return Message(key=f"episodes.reading-{reading.source}", values=values)
