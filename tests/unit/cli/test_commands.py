from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from grader import registry
from grader.checks import AnswerIs, FormulaIs, NumberIs, RequiredAnswer
from grader.cli.data import DatasetRow
from grader.course import load_course
from grader.datasets.digits import Digits
from grader.errors import DataUnavailableError
from grader.evidence.models.record import ModelSummary
from grader.grading.rescore import read_results
from grader.records.base import from_json
from grader.records.lab import Artefact, Lab
from grader.records.run import Rescore
from grader.upkeep import doctor as diagnosis
from grader.upkeep import inspect as inspecting
from grader.upkeep import verify as verifying
from grader.upkeep.verify import Finding
from tests.factories import exercise, layer, model, threshold
from tests.factory_runs import class_run
from tests.unit.cli.library import Library

Call = Callable[..., Any]


def test_labs_lists_and_describes(call: Call) -> None:
    """All labs in lines, one in full, both as records on demand."""
    assert [line.split()[0] for line in call("labs").out.splitlines()] == list(registry.labs())
    described = call("labs", "mnist-cifar100").out
    assert "mnist: MNIST, 30 points" in described
    assert "the MNIST model (mnist-model): *mnist*.h5" in described
    assert "thresholds = [{ full_at = 0.9 }]" in described
    assert len(json.loads(call("labs", "--json").out)) == len(registry.labs())
    assert json.loads(call("labs", "mnist-cifar100", "--json").out)["slug"] == "mnist-cifar100"


def test_labs_shows_what_the_course_changes(call: Call, tmp_path: Path) -> None:
    """The course's deadline, points and pass mark are those shown."""
    (tmp_path / "course.toml").write_text(
        "[labs.mnist-cifar100]\ndeadline = 2026-12-01T23:59:00+01:00\ngrace_minutes = 15\n"
        "penalty_per_day = 0.1\npass_mark = 0.5\npoints.mnist = 20\n"
    )
    text = call("labs", "mnist-cifar100", "--course", tmp_path).out

    assert "Deadline 2026-12-01T23:59:00+01:00, 15 minutes of grace, 10% of the points" in text
    assert "Passed from 50% of the points" in text
    assert "mnist: MNIST, 20 points" in text


def test_labs_shows_settings_as_course_toml_takes_them(call: Call, tmp_path: Path) -> None:
    """What stands under a check can be copied into ``course.toml``, and changes nothing there."""
    text = call("labs", "playground-cifar10").out
    lines = [line.strip() for line in text.partition("architecture:")[2].splitlines()[1:]]
    settings = "\n".join(lines[: lines.index("]") + 1])
    (tmp_path / "course.toml").write_text(
        f'[labs.playground-cifar10.checks."part-4-cifar10/architecture"]\n{settings}\n'
        '[labs.playground-cifar10.checks."part-4-cifar10/accuracy"]\nthresholds = [{ full_at = 0.4 }]\n'
    )
    changed = call("labs", "playground-cifar10", "--course", tmp_path).out

    assert 'type = "Conv2D", settings = { filters = 32' in settings
    assert text.replace("{ full_at = 0.6, zero_at = 0.3 }", "{ full_at = 0.4 }") == changed


def test_init_makes_a_course_and_never_overwrites(call: Call, tmp_path: Path) -> None:
    """The made folder is a course; a second call changes nothing."""
    assert call("init", tmp_path / "new").code == 0
    assert load_course(tmp_path / "new").root == tmp_path / "new"
    (tmp_path / "new/course.toml").write_text("title = 'mine'")
    again = call("init", tmp_path / "new")

    assert (again.code, "is there already" in again.err) == (2, True)
    assert (tmp_path / "new/course.toml").read_text() == "title = 'mine'"


def asking_lab() -> Lab:
    """A lab in French with two questions, and their right answers."""
    check = AnswerIs(
        id="network",
        title="Le réseau",
        points=2,
        answers=(
            RequiredAnswer(names=("layers",), expected=NumberIs(value=4321), text="Combien ?"),
            RequiredAnswer(names=("loss",), expected=FormulaIs(expressions=("-log(p)",))),
        ),
    )
    asked = exercise(check, id="2a-network", artefacts=("answers",))
    file = Artefact(id="answers", title="les réponses", patterns=("*.toml",), formats=("toml",))
    return Lab(
        slug="asking",
        title="Questions",
        version="1",
        language="fr",
        artefacts=(file,),
        exercises=(asked,),
    )


def test_init_writes_the_questions_of_a_lab(
    call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """In the lab's language; handed in as it is, every question is unanswered, and filled in it earns the points."""
    monkeypatch.setattr(registry, "lab", lambda slug: asking_lab())
    file = tmp_path / "work" / "answers.toml"
    assert call("init", "--answers", "asking", file).code == 0
    text = file.read_text(encoding="utf-8")
    unanswered = " ".join(call("check", "asking", file.parent).out.split())
    file.write_text(
        text.replace('layers = ""', "layers = 5").replace("loss = ''", r"loss = '-\ln p_i'"),
        encoding="utf-8",
    )
    answered = " ".join(call("check", "asking", file.parent).out.split())

    assert '# Combien ? (un nombre)\nlayers = ""' in text
    assert unanswered.count("aucune réponse") == 2
    assert "layers : 5 n'est pas juste (answers.toml, line" in answered
    assert "loss : -\\ln p_i est juste" in answered
    assert "4321" not in text + unanswered + answered


def test_init_of_answers_never_overwrites(
    call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A folder stands for the usual name in it; a lab without questions has no such file."""
    refused = call("init", "--answers", "mnist-cifar100", tmp_path)
    assert (refused.code, "asks no questions" in refused.err) == (2, True)
    monkeypatch.setattr(registry, "lab", lambda slug: asking_lab())
    assert call("init", "--answers", "asking", tmp_path).code == 0
    (tmp_path / "answers.toml").write_text("mine")
    again = call("init", "--answers", "asking", tmp_path / "answers.toml")

    assert (again.code, "is there already" in again.err) == (2, True)
    assert (tmp_path / "answers.toml").read_text() == "mine"
    assert call("init").code == call("init", tmp_path / "answers.toml").code == 2


def test_labs_keeps_right_answers_back(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """Students read which questions are asked."""
    monkeypatch.setattr(registry, "lab", lambda slug: asking_lab())
    text = call("labs", "asking").out

    assert "answer layers, loss" in text
    assert "4321" not in text


def test_rescore_shows_who_changed_and_why(call: Call, tmp_path: Path) -> None:
    """The change of the lab, the students and their checks; nothing where nothing changed."""
    class_run(tmp_path / "run", {"amina": 60, "bruno": 45}, slug="playground-cifar10")
    assert "2 submissions judged again, 0 changed." in call("rescore", tmp_path / "run").out
    (tmp_path / "course.toml").write_text(
        '[labs.playground-cifar10.checks."part-4-cifar10/accuracy"]\nthresholds = [{ full_at = 0.4 }]\n'
    )
    lines = call("rescore", tmp_path / "run", "--course", tmp_path).out.splitlines()

    assert "thresholds.0.full_at: 0.6 -> 0.4" in lines[0]
    assert lines[2:5] == [
        "bruno: 8 -> 12 points",
        "  part-4-cifar10/accuracy: partial, 4 points -> passed, 8 points",
        "2 submissions judged again, 1 changed.",
    ]
    shown = call("rescore", tmp_path / "run", "--course", tmp_path, "--json").out
    assert from_json(shown.encode(), Rescore).changes == ()


def test_rescore_can_write_the_pages_in_another_language(call: Call, tmp_path: Path) -> None:
    """Only the words change: nothing is judged, and the marks stay."""
    reports = class_run(tmp_path / "run", {"amina": 60, "bruno": 45})
    page = tmp_path / "run/reports/amina/index.html"
    english = page.read_text(encoding="utf-8")
    called = call("rescore", tmp_path / "run", "--language", "fr")

    assert "2 pages written in the language 'fr'." in called.out
    assert "exactitude" not in english
    assert "exactitude" in page.read_text(encoding="utf-8")
    assert [item.points for item in read_results(tmp_path / "run")] == [
        item.points for item in reports
    ]
    assert call("rescore", tmp_path / "run", "--language", "de").code == 2


def test_only_a_course_of_the_command_line_goes_without_language(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that the environment names goes with every command."""
    class_run(tmp_path / "run", {"amina": 60})
    words = ("rescore", tmp_path / "run", "--language", "fr")

    refused = call(*words, "--course", tmp_path)
    monkeypatch.setenv("GRADER_COURSE", str(tmp_path))

    assert refused.code == 2
    assert "--language judges nothing" in refused.err
    assert call(*words).code == 0


def test_export_lists_the_formats_of_the_registry(call: Call) -> None:
    """The help names every format there is, with a line on each."""
    text = call("export", "--help").out

    for name, exporter in registry.EXPORTERS.all().items():
        assert f"  {name} " in text
        assert exporter.description.split()[0] in text


@pytest.mark.parametrize("name", ["csv", "json", "junit"])
def test_export_writes_to_the_terminal_a_file_or_a_folder(
    call: Call, tmp_path: Path, name: str
) -> None:
    """The same bytes everywhere; only what was written is reported, on standard error."""
    class_run(tmp_path / "run", {"amina": 60})
    shown = call("export", tmp_path / "run", "--to", name).out
    call("export", tmp_path / "run", "--to", name, "--output", tmp_path / "file")
    (tmp_path / "folder").mkdir()
    called = call("export", tmp_path / "run", "--to", name, "--output", tmp_path / "folder")

    (inside,) = (tmp_path / "folder").iterdir()
    assert shown == (tmp_path / "file").read_text("utf-8") == inside.read_text("utf-8")
    assert "1 file written" in called.err


def test_export_to_gradescope_needs_a_folder(call: Call, tmp_path: Path) -> None:
    """A file for each student cannot go to the terminal."""
    class_run(tmp_path / "run", {"amina": 60, "bruno": 40})
    assert call("export", tmp_path / "run", "--to", "gradescope").code == 2
    called = call("export", tmp_path / "run", "--to", "gradescope", "--output", tmp_path / "out")

    assert called.code == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "amina.json",
        "bruno.json",
    ]
    assert call("export", tmp_path / "run", "--to", "cvs").code == 2


@pytest.mark.parametrize(
    ("arguments", "users"),
    [
        (["--to", "canvas", "--comments"], "moodle"),
        (["--to", "canvas-comments", "--column", "Lab"], "canvas, gradescope-csv, moodle"),
        (["--to", "canvas-comments", "--in-place"], "canvas, gradescope-csv, moodle"),
        (["--to", "canvas", "--excel", "comma"], "csv"),
        (["--to", "ods", "--excel", "comma"], "csv"),
        (["--to", "csv", "--include-open"], "canvas, canvas-comments, gradescope-csv, moodle"),
        (["--to", "moodle-feedback", "--dry-run"], "canvas, canvas-comments, gradescope-csv, moodle"),
    ],
)  # fmt: skip
def test_export_refuses_options_without_a_use(
    call: Call, tmp_path: Path, arguments: list[str], users: str
) -> None:
    """The message names the formats that have one; nothing is silently ignored."""
    class_run(tmp_path / "run", {"amina": 60})
    called = call("export", tmp_path / "run", *arguments)

    assert called.code == 2
    assert f"{arguments[2]} says nothing to {arguments[1]}" in called.err
    assert f"it goes with {users}\n" in called.err


def test_export_shows_a_terminal_only_text(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A spreadsheet goes into a file or a pipe; a CSV is shown."""
    class_run(tmp_path / "run", {"amina": 60})
    arguments = ["export", tmp_path / "run", "--to"]
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    refused, shown = call(*arguments, "ods"), call(*arguments, "csv")

    assert (refused.code, refused.out) == (2, "")
    assert "grades.ods is no text" in refused.err
    assert "--output FILE" in refused.err
    assert shown.code == 0
    assert "amina" in shown.out
    assert call(*arguments, "ods", "--output", tmp_path / "grades.ods").code == 0


def test_inspect_shows_the_model(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """Shapes, parameters and layers as a table, or the record."""
    Path("m.h5").write_bytes(b"x")
    monkeypatch.setattr(inspecting, "inspect_model", Library(model(layer("Dense", units=8))))
    text = call("inspect", "m.h5").out

    for part in (
        "saved by Keras 3.8.0",
        "input: any x 28 x 28 x 1",
        "1,234 parameters",
        "units 8",
        "dense (Dense)",
    ):
        assert part in text
    assert (
        from_json(call("inspect", "m.h5", "--json").out.encode(), ModelSummary).parameters == 1234
    )


def test_inspect_shows_how_a_model_was_trained(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """Repairs, optimizer, loss, size and what the layers expect, where they are known."""
    Path("m.h5").write_bytes(b"x")
    plain = msgspec.structs.replace(model(), size_bytes=20480)
    monkeypatch.setattr(inspecting, "inspect_model", Library(plain))
    assert "\n20,480 bytes\n" in call("inspect", "m.h5").out

    full = msgspec.structs.replace(
        plain,
        repairs=("old-gru",),
        optimizer="Adam",
        learning_rate=0.001,
        loss="mse",
        expects="0..255",
        untrained=True,
    )
    monkeypatch.setattr(inspecting, "inspect_model", Library(full))
    text = " ".join(call("inspect", "m.h5").out.split())
    assert "repaired to open it: old-gru" in text
    assert "trained with Adam, learning rate 0.001; loss mse; a layer expects pixels 0..255" in text
    assert "never trained" in text


def test_inspect_fits_a_terminal_of_80_columns(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """Long names are cut off and long lines wrapped, on any terminal."""
    long = msgspec.structs.replace(
        layer("Dense", **{f"setting_{place}": "x" * 30 for place in range(5)}),
        name="n" * 200,
        output_shape=(None, *[1000] * 10),
    )
    wide = model(long, file="f" * 60, repairs=("old-gru",) * 20, loss="l " * 90)
    Path("m.h5").write_bytes(b"x")
    monkeypatch.setattr(inspecting, "inspect_model", Library(wide))
    monkeypatch.setenv("COLUMNS", "200")

    assert max(map(len, call("inspect", "m.h5").out.splitlines())) <= 80


def test_inspect_says_what_else_a_file_is(call: Call) -> None:
    """A file that is no model is answered without starting anything."""
    Path("m.h5").write_bytes(b"%PDF-1.7")
    called = call("inspect", "m.h5")

    assert called.code == 3
    assert "m.h5 is not what is asked for: it is a PDF. Expected: `.h5`" in called.err
    assert "model.save(" in called.err


@pytest.mark.parametrize(("state", "code"), [("ok", 0), ("note", 0), ("fail", 1)])
def test_doctor_fails_only_where_something_does(
    call: Call, monkeypatch: pytest.MonkeyPatch, state: str, code: int
) -> None:
    """What is wrong is listed with what to do about it, and makes the exit code 1."""
    item = diagnosis.Item(name="thing", state=state, found="so", fix="do this")  # type: ignore[arg-type]
    monkeypatch.setattr(diagnosis, "diagnose", Library([item]))

    called = call("doctor")
    assert called.code == code
    assert "-> do this" in called.out
    shown = call("doctor", "--json")
    assert shown.code == code
    assert from_json(shown.out.encode(), list[diagnosis.Item]) == [item]


def test_verify_fails_when_a_promise_is_broken(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each promise is a line; one that is not kept says what was found instead, and the code is 5."""
    kept = Finding("reference", "earns full marks", True, "70 of 70")
    broken = Finding("empty", "earns 0", False, "3")
    library = Library([kept, broken])
    monkeypatch.setattr(verifying, "verify_lab", library)
    called = call("verify", "mnist-cifar100")

    assert called.code == 5
    assert "  ok   reference earns full marks" in called.out
    assert "  FAIL empty earns 0 (found: 3)" in called.out
    assert "1 promise not kept" in called.err
    library.result = [kept]
    assert call("verify").code == 0
    library.result = DataUnavailableError("no mnist")
    assert call("verify", "mnist-cifar100").code == 3


def test_verify_knows_labs_by_name(call: Call) -> None:
    """A misspelled lab is answered with the names that are close, not with missing samples."""
    called = call("verify", "mnist-cifar10")

    assert called.code == 2
    assert "mnist-cifar100" in called.err


def test_data_list_names_every_dataset(call: Call) -> None:
    """Names, visibility and where each split was found, as lines or records."""
    rows = from_json(call("data", "list", "--json").out.encode(), list[DatasetRow])

    assert {"mnist", "cifar10", "cifar100", "digits"} <= {row.name for row in rows}
    assert "not on this machine" in call("data", "list").out


def test_data_export_unlabelled_writes_images_without_labels(call: Call) -> None:
    """The command says what it wrote and where, and refuses a folder of other things."""
    called = call("data", "export-unlabelled", "digits", "--out", "out")

    assert called.code == 0, called.err
    assert "1,500 images 28 x 28" in called.out
    assert {path.name for path in Path("out").iterdir()} == {
        "example.csv",
        "images.npz",
        "manifest.json",
    }
    assert call("data", "export-unlabelled", "digits", "--out", ".").code == 2
    assert call("data", "export-unlabelled", "mnist", "--out", "m").code == 3


def test_data_export_unlabelled_warns_of_secret_images(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who gets the images of a secret set can label them."""
    monkeypatch.setattr(Digits, "visibility", "secret")

    assert "secret" in call("data", "export-unlabelled", "digits", "--out", "out").err


def test_data_verify_names_what_is_not_there(call: Call) -> None:
    """A dataset that was asked for and is absent is an error of data."""
    called = call("data", "verify", "mnist")

    assert called.code == 3
    assert "mnist" in called.err
    assert call("data", "verify", "minst").code == 2


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_a_script(call: Call, shell: str) -> None:
    """Each shell gets its script."""
    assert "_GRADER_COMPLETE" in call("completion", shell).out


def test_labs_names_every_artefact_of_an_exercise(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each artefact has its line, and one of several files says so."""
    artefacts = (
        Artefact(id="report", title="the report", patterns=("*.pdf", "*.docx")),
        Artefact(id="code", title="the code", patterns=("*.py",), many=True),
    )
    shown = exercise(threshold(), artefacts=("report", "code"))
    both = Lab(slug="both", title="Both", version="1", artefacts=artefacts, exercises=(shown,))
    monkeypatch.setattr(registry, "lab", lambda slug: both)
    lines = call("labs", "both").out.splitlines()

    assert "  hand in the report (report): *.pdf or *.docx" in lines
    assert "  hand in the code (code) (several files): *.py" in lines


def test_doctor_notes_what_other_packages_add_and_cannot_be_used() -> None:
    """A broken plug-in is a line of its own, and no failure."""
    problem = registry.Problem("lab", "theirs", "it is no Lab but dict")
    item = diagnosis._plug_in(problem)

    assert (item.name, item.state) == ("lab: theirs", "note")
    assert item.found == "ignored: it is no Lab but dict"


def gradebook(path: Path, points: str = "30.00") -> Path:
    """A gradebook of Canvas with one student of the run and one who is not in it."""
    path.write_bytes(
        f"Student,ID,Section,Lab (1)\n    Points Possible,,,{points}\nAmina,1,S,\nNora,2,S,3.00\n".encode()
    )
    return path


def test_export_fills_a_gradebook_and_leaves_it_as_it_is(call: Call, tmp_path: Path) -> None:
    """A dry run says what changes, then another file is written; the original only where that is asked for."""
    (amina, *_) = class_run(tmp_path / "run", {"amina": 60})
    book = gradebook(tmp_path / "book.csv", f"{amina.max_points:.2f}")
    before = book.read_bytes()
    fill = ("export", tmp_path / "run", "--to", "canvas", "--into", book)

    dry = call(*fill, "--dry-run")
    refused = call(*fill, "--output", book)
    written = call(*fill, "--output", tmp_path / "filled.csv")

    assert f"Amina: (empty) -> {amina.points:.2f}" in dry.out
    assert "not in the run" in dry.out
    assert "Nothing was written" in dry.out
    assert (refused.code, written.code) == (2, 0)
    assert book.read_bytes() == before
    filled = (tmp_path / "filled.csv").read_text()
    assert f"Amina,1,S,{amina.points:.2f}\nNora,2,S,3.00\n" in filled
    assert call(*fill).out == filled
    assert call(*fill, "--in-place").code == 0
    assert book.read_text() == filled
    assert sorted(path.name for path in tmp_path.iterdir()) == ["book.csv", "filled.csv", "run"]


@pytest.mark.parametrize(
    "options",
    [
        ("--to", "canvas"),
        ("--to", "csv", "--dry-run"),
        ("--to", "csv", "--column", "Lab"),
        ("--to", "json", "--excel", "comma"),
        ("--to", "gradescope-csv", "--in-place"),
    ],
)
def test_export_refuses_options_that_say_nothing(
    call: Call, tmp_path: Path, options: tuple[str, ...]
) -> None:
    """A format is given what it needs and nothing else."""
    class_run(tmp_path / "run", {"amina": 60})

    assert call("export", tmp_path / "run", *options).code == 2


def test_export_for_excel(call: Call, tmp_path: Path) -> None:
    """Semicolons, and a byte order mark."""
    class_run(tmp_path / "run", {"amina": 60})
    called = call("export", tmp_path / "run", "--to", "csv", "--excel", "semicolon")

    assert called.out.startswith("\ufeffid;name;email")
