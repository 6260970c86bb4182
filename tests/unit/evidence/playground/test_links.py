"""Links in files: found, replayed in a process of their own, and shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.course import Course
from grader.evidence import collecting_kind
from grader.evidence.base import CollectContext, Collected, CollectTask
from grader.evidence.playground.collect import collect_links
from grader.evidence.playground.probe.read import read_links
from grader.evidence.playground.profile import PROFILE
from grader.evidence.playground.record import Claim, Links, LinksNeed
from grader.evidence.playground.view import link_sections, run_figures
from grader.grading.datasets import load_datasets
from grader.grading.isolation import choose_level
from grader.intake.sniffing import sniff_file
from grader.messages import catalogue, failure_text
from grader.records.evidence import ArtefactFile, Failure
from grader.records.lab import Artefact
from grader.records.section import Curves, Pictures, Table
from grader.sandbox import Limits, Sandboxes
from tests.factories import ARTEFACT, MODEL_NEED

NEED = LinksNeed(artefact=ARTEFACT)
LINK = "https://playground.tensorflow.org/#activation=linear&dataset=xor&noise=35&networkShape=1&seed=0.50819&percTrainData=2"
TOML = f"""
[1-linear]
link = "{LINK}"
epochs = 10
test_loss = 0.502

[[part-2]]
lien = "{LINK.replace("networkShape=1", "networkShape=2")}"
époques = "000,020"
"Perte d'entraînement" = "0,25"

[[part-2]]
lien = "https://playground.tensorflow.org/"
""".replace("époques", '"époques"')


def read(folder: Path, name: str, text: str) -> Links | Failure:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return read_links(path, name, sniff_file(path))


def found_in(folder: Path, name: str, text: str) -> Links:
    links = read(folder, name, text)
    assert isinstance(links, Links)
    return links


def test_each_run_of_a_file_has_a_table(tmp_path: Path) -> None:
    """With names in English or French, and epochs as the page counts them."""
    links = found_in(tmp_path, "links.toml", TOML)

    assert [(link.exercise, link.where) for link in links.links] == [
        ("1-linear", "links.toml, line 3"),
        ("part-2", "links.toml, line 8"),
        ("part-2", "links.toml, line 13"),
    ]
    assert links.links[0].claim == Claim(epochs=10, test_loss=0.502)
    assert links.links[1].claim == Claim(epochs=20, train_loss=0.25)
    assert links.links[1].settings is not None
    assert links.links[1].settings.hidden == (2,)
    assert links.links[2].problem is not None
    assert links.links[2].problem.what == "no-settings"


def test_a_file_that_is_no_toml_still_gives_its_links(tmp_path: Path) -> None:
    """The mistake is named, and nothing is lost."""
    links = found_in(tmp_path, "links.toml", f"[1-linear]\nlink = {LINK}\nepochs = 500\n")

    assert [link.url for link in links.links] == [LINK]
    assert links.links[0].claim.epochs == 500
    assert "line 2" in links.problems[0]


def test_links_stand_in_running_text(tmp_path: Path) -> None:
    """Under the headings of exercises, over several lines, with what was noted beside them."""
    text = (
        "# Partie 2\n\n"
        f"Premier essai : {LINK[:90]}\n{LINK[90:]}\n"
        "Après 1,500 époques la perte de test est 0,243 et la perte d'entraînement : 0.221.\n\n"
        "# Partie 3\n\n"
        f"<{LINK}> after 300 epochs; an address that is none of the page: https://example.org/#seedling\n"
    )
    links = found_in(tmp_path, "rapport.md", text)

    assert [(link.exercise, link.url) for link in links.links] == [
        ("Partie 2", LINK),
        ("Partie 3", LINK),
    ]
    assert links.links[0].claim == Claim(epochs=1500, train_loss=0.221, test_loss=0.243)
    assert links.links[1].claim == Claim(epochs=300)


def test_a_file_without_links_says_what_is_expected(tmp_path: Path) -> None:
    """In both languages."""
    failure = read(tmp_path, "rapport.md", "# Partie 1\n\nNothing.\n")

    assert isinstance(failure, Failure)
    assert (
        failure_text(failure, catalogue("en")).message
        == "No Playground links were found in rapport.md."
    )
    assert "barre d'adresse" in catalogue("fr")("playground.no-settings")


def test_many_links_are_bounded(tmp_path: Path) -> None:
    """The first are read, and the others counted."""
    links = found_in(tmp_path, "links.toml", f"links = [{', '.join([repr(LINK)] * 60)}]")

    assert (len(links.links), links.left_out) == (40, 20)


@pytest.fixture
def context() -> Iterator[CollectContext]:
    limits = Limits()
    with Sandboxes(limits, choose_level("none")) as sandboxes:
        pool = load_datasets([], Course()).pool
        yield CollectContext(lambda: sandboxes.open(PROFILE), sandboxes.open, limits, pool)


def collected(path: Path, text: str, context: CollectContext) -> Collected:
    path.write_text(text, encoding="utf-8")
    file = ArtefactFile(path=path.name, sha256="0", kind=sniff_file(path))
    artefact = Artefact(id=ARTEFACT, title="it", patterns=("links*",), formats=("links",))
    task = CollectTask(
        artefact=artefact, files=((file, path),), needs=(NEED, MODEL_NEED), declared=None, keys={}
    )
    return collect_links(task, context)


def test_links_are_replayed_and_shown(tmp_path: Path, context: CollectContext) -> None:
    """In a process of their own; pages show a table, pictures and curves."""
    found = collected(tmp_path / "links.toml", TOML, context)
    links, model = found.records[NEED], found.records[MODEL_NEED]

    assert isinstance(links, Links)
    assert isinstance(model, Failure)
    assert [link.replay is not None for link in links.links] == [True, True, False]
    (table,) = link_sections(links)
    pictures, curves = run_figures(links.links)
    assert isinstance(table, Table)
    assert isinstance(pictures, Pictures)
    assert isinstance(curves, Curves)
    states = [catalogue("en").translate(row[-1]) for row in table.rows]  # type: ignore[arg-type]
    assert states[1] == "the replay shows other losses"
    assert states[2].startswith("The link has no settings")
    assert [picture.png[:4] for picture in pictures.pictures] == [b"\x89PNG"] * 2
    assert [len(curve.x) for curve in curves.curves] == [
        len(link.replay.losses) for link in links.links if link.replay
    ]


def test_formats_of_a_lab_choose_links() -> None:
    """A text is links, answers or a report; so is a PDF."""
    kinds = [
        collecting_kind("text", ("links",)),
        collecting_kind("pdf", ("links", "links-document")),
        collecting_kind("text", ("toml", "links")),
    ]

    assert [kind.name for kind in kinds if kind] == ["playground", "playground", "answers"]
