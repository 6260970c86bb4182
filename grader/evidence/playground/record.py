"""The need of Playground links, and what is read and replayed of them."""

from __future__ import annotations

from typing import ClassVar, Literal

from grader.evidence.need import Need
from grader.evidence.playground.replay.settings import Settings
from grader.records.base import Record

Trouble = Literal[
    "no-settings", "no-seed", "no-number", "no-whole-number", "out-of-range", "no-points", "no-link",
    "too-long",
]  # fmt: skip


class LinkProblem(Record, frozen=True, kw_only=True):
    """Why a link cannot be replayed."""

    what: Trouble
    key: str = ""
    """Of the link: ``batchSize``."""
    value: str = ""
    """As it stands there."""
    limits: str = ""
    """What it may be: ``1–10000``."""


class Claim(Record, frozen=True, kw_only=True):
    """What a student says the page showed."""

    epochs: int | None = None
    train_loss: float | None = None
    test_loss: float | None = None


NO_CLAIM = Claim()


class LossAt(Record, frozen=True, kw_only=True):
    """The losses after some epochs: the mean of half the squared error, without the penalty."""

    epoch: int
    train: float | None
    test: float | None
    """None where it is no finite number any more."""


class Picture(Record, frozen=True, kw_only=True):
    """What the page draws: the output over the square of the data, and the points."""

    outputs: tuple[int, ...]
    """From -100 to 100, row by row from the top, on a grid of `SIDE` by `SIDE`."""
    train: tuple[tuple[float, float, float], ...]
    """Points as x, y and label, to hundredths."""
    test: tuple[tuple[float, float, float], ...]


class LinkReplay(Record, frozen=True, kw_only=True):
    """The losses of a link, replayed."""

    losses: tuple[LossAt, ...]
    """In order of epochs, from 0; the student's own epochs are among them."""
    is_certain: bool
    """Whether the platform's arithmetic shows the same losses: elsewhere the model is chaotic, and a browser may show
    others."""
    skipped: int | None = 0
    """Random numbers between the data and the weights: 0 on a page that was just opened, more after the reset button.
    None where no start shows without doubt what the student says; the losses are those of a fresh page then."""
    starts: int = 1
    """How many of the starts that were tried show what the student says."""
    picture: Picture | None = None
    png: bytes = b""
    """The picture as it is drawn; empty where there is none."""


class Link(Record, frozen=True, kw_only=True):
    """A link, what it says, and what the page makes of it."""

    exercise: str
    """As the student names it; empty where nothing says."""
    where: str
    """``links.toml, line 3``."""
    url: str
    """As it was found, without what mail programs add."""
    settings: Settings | None = None
    problem: LinkProblem | None = None
    claim: Claim = NO_CLAIM
    hidden_features: tuple[str, ...] = ()
    """Inputs that the link switches off with ``_hide``."""
    ignored: tuple[str, ...] = ()
    """Keys that the page does not know, or values that it does not."""
    host: str = ""
    """Where the link leads; that of a copy of the page is another one."""
    replay: LinkReplay | None = None


class Links(Record, frozen=True, kw_only=True):
    """The links in one file."""

    file: str
    links: tuple[Link, ...] = ()
    problems: tuple[str, ...] = ()
    """Lines that cannot be read."""
    left_out: int = 0
    """Links beyond those that are kept."""


class LinksNeed(Need[Links], frozen=True):
    """A check looks at Playground links."""

    kind: ClassVar[str] = "playground"
