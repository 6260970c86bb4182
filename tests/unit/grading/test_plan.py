"""Stored evidence is kept need by need, as long as nothing it depends on changed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from grader import registry
from grader.checks.needs import lab_datasets, lab_needs
from grader.course import load_course
from grader.evidence.code.text_record import CodeTextNeed
from grader.evidence.models.record import ModelNeed
from grader.evidence.predictions.record import PredictionsNeed
from grader.grading import plan as planning
from grader.grading.plan import format_table, runtime_versions
from grader.grading.shown_evidence import ShownNeeds
from grader.records.evidence import ArtefactFile, Failure, ServedArtefact
from grader.records.message import Name
from grader.sandbox import Limits
from tests.factories import submission
from tests.unit.grading import fake_kinds
from tests.unit.grading.fake_kinds import (
    FAILURES,
    NEEDS,
    ONE,
    PHOTO,
    PNG,
    TASKS,
    TWO,
    Classroom,
    Declared,
    dataset_record,
    ids,
    looks_lab,
    looks_plan,
)


def test_what_checks_need_is_collected_once() -> None:
    """Every artefact's needs, each once, in the order of the checks; the datasets are theirs."""
    lab = load_course(None).lab("mnist-cifar100")
    asked = tuple(lab.exercise(name) for name in ("mnist", "cifar100"))
    lab = msgspec.structs.replace(lab, exercises=asked)
    needs = lab_needs(lab)

    assert needs == {
        "mnist-model": (PredictionsNeed(artefact="mnist-model", dataset="mnist", resizing=True),),
        "cifar100-model": (PredictionsNeed(artefact="cifar100-model", dataset="cifar100"),),
        "notebook": (),
        "report": (),
    }
    assert lab_datasets(lab) == ["cifar100", "mnist"]


def test_what_pages_show_is_collected_where_no_check_asks_for_it() -> None:
    """The model itself is described although the lab's checks look at predictions only."""
    plan = looks_plan(lab=load_course(None).lab("mnist-cifar100"))
    artefact = plan.lab.artefacts[0]
    kinds = registry.KINDS.all()

    shown = ModelNeed(artefact=artefact.id)
    assert shown in plan.needs_of(artefact, kinds["models"])
    assert shown not in plan.needs_of(artefact, kinds["predictions"])


def test_what_a_class_is_compared_by_is_collected_and_not_shown() -> None:
    """The text of code is collected whatever checks ask for, and pages do not take it for evidence to show."""
    lab = load_course(None).lab("mnist-cifar100")
    artefact = lab.artefacts[0]
    need = CodeTextNeed(artefact=artefact.id)

    assert need in looks_plan(lab=lab).needs_of(artefact, registry.KINDS.all()["code"])
    assert need not in ShownNeeds(lab).of_artefact[artefact.id]


def test_the_formats_of_all_kinds_are_one_table() -> None:
    """What a file is read as follows from the kinds there are."""
    table = format_table()

    assert set(table.formats["hdf5"]) == {"hdf5", "text-model"}
    assert set(table.formats["table"]) == {"table", "texts", "corpus-text"}
    assert table.maybe["zip"] == ("keras-zip",)


def test_versions_are_those_of_the_libraries_kinds_name(room: Classroom) -> None:
    """A library that is not installed has an empty version."""
    assert set(runtime_versions()) == {"grader", "alpha", "beta"}
    assert runtime_versions()["alpha"] == ""


def test_nothing_is_collected_twice(room: Classroom) -> None:
    """A second run over the same files needs no work, unless everything is asked for anew."""
    assert room.collect() == ids(*NEEDS)
    assert room.collect() == []
    assert room.events == []
    assert room.collect(fresh=True) == ids(*NEEDS)


def test_a_corrected_file_recollects_what_it_serves(room: Classroom) -> None:
    """Only the artefact whose file changed is looked at again; arrays of the others stay."""
    room.collect()
    before = room.counts()
    room.hand_in(photo__png=PNG + b"corrected")

    assert room.collect() == ids(PHOTO)
    assert room.seen(PHOTO).files[0].endswith("corrected")
    assert room.seen(ONE).files == ("alpha",)
    after = room.counts()
    assert {need: after[need] for need in ids(ONE, TWO)} == {
        need: before[need] for need in ids(ONE, TWO)
    }
    assert room.collect() == []


def test_an_added_file_recollects_what_it_serves(room: Classroom) -> None:
    """A further file of an artefact of many files concerns that artefact alone."""
    room.collect()
    room.hand_in(b__txt="beta")

    assert room.collect() == ids(ONE, TWO)
    assert room.seen(ONE).files == ("alpha", "beta")


def test_an_unrelated_file_recollects_nothing(room: Classroom) -> None:
    """A file that serves no artefact is noted in the submission, and no collector is called."""
    room.collect()
    before = room.evidence()
    room.hand_in(notes__md="to do")

    assert room.collect() == []
    assert room.counts() == {ONE.id: 1, TWO.id: 1, PHOTO.id: 2}
    after = room.evidence()
    assert [item.key for item in after.observations] == [item.key for item in before.observations]
    assert "notes.md" in [file.path for file in after.submission.files]
    assert room.collect() == []


def test_an_unrelated_file_is_listed_where_a_file_is_missing(room: Classroom) -> None:
    """What is said of a missing file names all files handed in, so it follows them."""
    (room.folder / "amina" / "photo.png").unlink()
    room.collect()
    assert room.failure(PHOTO).values["files"] == Name(text="a.txt")
    room.hand_in(notes__md="to do")

    assert room.collect() == []
    assert room.failure(PHOTO).reason == "missing"
    assert room.failure(PHOTO).values["files"] == Name(text="a.txt, notes.md")


def test_another_version_of_a_library_recollects_what_depends_on_it(
    room: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only needs of kinds that name the library are collected again."""
    room.collect()
    versions = {"beta": "2.0"}
    monkeypatch.setattr(planning, "library_version", lambda name: versions.get(name, ""))
    assert room.collect() == ids(PHOTO)
    versions["gamma"] = "1.0"
    assert room.collect() == []
    versions["alpha"] = "1.0"

    assert room.collect() == ids(ONE, TWO)


def test_another_version_of_a_kind_recollects_its_needs(
    room: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kind that could see other things looks again; the others are not asked."""
    room.collect()
    changed = replace(fake_kinds.PHOTOS, version=2)
    monkeypatch.setattr(
        registry.KINDS, "all", lambda: {"photos": changed, "texts": fake_kinds.TEXTS}
    )

    assert room.collect() == ids(PHOTO)


def test_code_that_may_build_a_model_recollects_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """So do other versions of the kind that runs it; what is not the artefact's does not."""
    plan = looks_plan(lab=load_course(None).lab("mnist-cifar100"))
    kinds = registry.KINDS.all()
    weights, code, corrected = (
        ArtefactFile(path=path, sha256=digest, kind=kind)
        for path, digest, kind in (
            ("w.h5", "0", "hdf5"),
            ("a.py", "1", "text"),
            ("a.py", "2", "text"),
        )
    )

    def key(*sources: ArtefactFile) -> str:
        served = ServedArtefact(files=(weights,), sources=sources)
        need = ModelNeed(artefact=plan.lab.artefacts[0].id)
        return plan.need_key(need, served, registry.KINDS.all()["models"], None, submission())

    before = {key(), key(code), key(corrected)}
    newer = {**kinds, "code": replace(kinds["code"], version=99)}
    monkeypatch.setattr(registry.KINDS, "all", lambda: newer)

    assert len(before) == 3
    assert key(code) not in before


def test_other_images_recollect_needs_on_that_dataset(room: Classroom) -> None:
    """A dataset of another digest concerns the needs that name it."""
    room.collect()
    changed = looks_plan(datasets=(dataset_record("one"), dataset_record("two", "other")))

    assert room.collect(plan=changed) == ids(TWO)
    assert room.collect(plan=changed) == []


def test_a_dataset_that_is_found_later_recollects_its_needs(room: Classroom) -> None:
    """What could not be had in one run is collected in the next."""
    without = looks_plan(datasets=(dataset_record("one"),), unavailable={"two": "not here"})
    room.collect(plan=without)

    assert room.collect() == ids(TWO)


@pytest.mark.parametrize(
    "more",
    [
        {"limits": Limits(wall_s=5)},
        {"limits": Limits(memory_bytes=1 << 29)},
        {"level": "medium"},
    ],
    ids=["time", "memory", "isolation"],
)
def test_other_surroundings_recollect_everything(room: Classroom, more: dict[str, Any]) -> None:
    """A limit that is raised may let through what failed; a report names the level that held."""
    room.collect()

    assert room.collect(plan=looks_plan(**more)) == ids(*NEEDS)


def test_what_does_not_change_evidence_recollects_nothing(room: Classroom) -> None:
    """Thresholds, and how many threads there are, leave everything as it was."""
    room.collect()
    changed = looks_plan(lab=looks_lab(threshold=9), limits=Limits(threads=7))

    assert room.collect(plan=changed) == []
    assert TASKS == []


def test_a_check_on_another_dataset_collects_what_is_missing(room: Classroom) -> None:
    """Only the need that was never answered is collected."""
    room.collect()
    three = fake_kinds.TextNeed(artefact="texts", dataset="three")
    datasets = (*looks_plan().datasets, dataset_record("three"))
    changed = looks_plan(lab=looks_lab(dataset="three"), datasets=datasets)

    assert room.collect(plan=changed) == ids(three)
    assert room.counts().keys() == {three.id, TWO.id, PHOTO.id}


def test_another_declaration_recollects_the_artefact_it_is_about(room: Classroom) -> None:
    """What is declared by artefact or by file name concerns that artefact alone."""
    room.hand_in(submission__toml='[texts.texts]\nnote = "first"\n')
    room.collect()
    room.hand_in(submission__toml='[texts.texts]\nnote = "second"\n')
    assert room.collect() == ids(ONE, TWO)
    assert room.seen(ONE).declared == "second"
    assert room.seen(PHOTO).declared == ""
    both = '[texts.texts]\nnote = "second"\n[photos."photo.png"]\nnote = "mine"\n'
    room.hand_in(submission__toml=both)

    assert room.collect() == ids(PHOTO)
    assert room.seen(PHOTO).declared == "mine"


def test_comments_in_a_declaration_recollect_nothing(room: Classroom) -> None:
    """What counts is what is declared, not the bytes of the file."""
    room.hand_in(submission__toml='[texts.texts]\nnote = "first"\n')
    room.collect()
    room.hand_in(submission__toml='# about my texts\n[texts.texts]\nnote = "first"\n')

    assert room.collect() == []


def test_internal_failures_are_tried_again(room: Classroom) -> None:
    """What went wrong on our side may go well now; a fault of the submission stays."""
    FAILURES[TWO.id] = Failure(reason="internal", fault="grader")
    FAILURES[PHOTO.id] = Failure(reason="corrupt")
    room.collect()
    assert room.collect() == ids(TWO)
    FAILURES.clear()
    assert room.collect() == ids(TWO)

    assert room.collect() == []
    assert room.counts().keys() == {ONE.id, TWO.id}


def test_a_format_accepted_from_now_on_is_read(room: Classroom) -> None:
    """A file that was refused is collected once the lab accepts its format."""
    room.hand_in(photo__png=b"words")
    room.collect()
    assert room.failure(PHOTO).reason == "wrong-format"
    texts, photo = fake_kinds.ARTEFACTS
    wider = msgspec.structs.replace(photo, formats=("image", "text"))
    lab = msgspec.structs.replace(looks_lab(), artefacts=(texts, wider))

    assert room.collect(plan=looks_plan(lab=lab)) == ids(PHOTO)
    assert room.seen(PHOTO).files == ("words",)


def test_two_kinds_read_the_same_kind_of_file(
    room: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each artefact is read in the format it asks for, whichever other kind reads such files too."""
    essays = replace(
        fake_kinds.PHOTOS, name="an-essay", accepts={"text": "essay"}, declaration=Declared
    )
    known = {"an-essay": essays, **fake_kinds.fake_kinds()}
    monkeypatch.setattr(registry.KINDS, "all", lambda: known)
    texts, photo = fake_kinds.ARTEFACTS
    essay = msgspec.structs.replace(photo, patterns=("*.md",), formats=("essay",))
    plan = looks_plan(lab=msgspec.structs.replace(looks_lab(), artefacts=(texts, essay)))
    room.hand_in(my__md=b"an essay", submission__toml='[an-essay.photo]\nnote = "mine"\n')

    assert room.collect(plan=plan) == ids(*NEEDS)
    assert room.seen(PHOTO).files == ("an essay",)
    assert room.seen(PHOTO).declared == "mine"
    assert room.seen(ONE).files == ("alpha",)


def test_a_declaration_that_cannot_be_read_any_more_is_read_anew(
    room: Classroom, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A declaration stored by another program stops nobody."""
    room.hand_in(submission__toml='[photos.photo]\nnote = "mine"\n')
    room.collect()
    file = next((room.store.folder / "evidence").glob("*.json"))
    file.write_text(file.read_text().replace('"note": "mine"', '"note": ["mine"]'))

    assert room.collect() == []
    assert "cannot be read any more" in caplog.text
    assert room.seen(PHOTO).declared == "mine"
