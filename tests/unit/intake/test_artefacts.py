from __future__ import annotations

import msgspec
import pytest

from grader.grading.plan import format_table
from grader.intake import FormatTable, assign_artefacts
from grader.intake.artefacts import format_of, missing
from grader.messages import catalogue, failure_text
from grader.records.evidence import Failure
from grader.records.lab import Artefact, Lab
from grader.records.message import Code, Name
from grader.records.submission import Submission, SubmittedFile
from tests.factories import submission

#: What saved models and tables of predictions are read as.
FORMATS = format_table()
MNIST = Artefact(id="mnist", title="MNIST", patterns=("*mnist*.h5", "*mnist*.keras"))
CIFAR = Artefact(id="cifar", title="CIFAR", patterns=("*cifar*.h5",))


def lab(*artefacts: Artefact) -> Lab:
    return Lab(slug="lab", title="Lab", version="1", artefacts=artefacts, exercises=())


def handed(*names: str, kinds: dict[str, str] | None = None, source: str = "s") -> Submission:
    files = tuple(
        SubmittedFile(path=name, size=1, sha256="0", kind=(kinds or {}).get(name, "hdf5"))
        for name in names
    )
    return submission(files=files, source=source)


def chosen(found: Submission, *artefacts: Artefact) -> dict[str, str]:
    assignment = assign_artefacts(lab(*artefacts), found, FORMATS)
    return {artefact: file.path for artefact, (file,) in assignment.chosen.items()}


def test_files_serve_the_artefacts_their_names_fit() -> None:
    """Each artefact gets the file its patterns name, whatever the case and the folder."""
    found = handed("models/MY_MNIST.H5", "cifar100.h5")

    assert chosen(found, MNIST, CIFAR) == {"mnist": "models/MY_MNIST.H5", "cifar": "cifar100.h5"}


@pytest.mark.parametrize(
    ("names", "best"),
    [
        (("mnist.keras", "mnist.h5"), "mnist.h5"),
        (("old/mnist.h5", "mnist.h5"), "mnist.h5"),
        (("mnist10.h5", "mnist9.h5"), "mnist9.h5"),
    ],
    ids=["earlier pattern", "less deep", "natural order"],
)
def test_the_best_fit_is_taken_and_the_others_are_told(names: tuple[str, ...], best: str) -> None:
    """Pattern, depth and name decide, in this order; the others are kept for the instructor."""
    assignment = assign_artefacts(lab(MNIST, CIFAR), handed(*names), FORMATS)

    assert assignment.chosen["mnist"][0].path == best
    assert assignment.alternatives == {"mnist": tuple(name for name in names if name != best)}


def test_a_saved_model_goes_before_what_is_none() -> None:
    """A text that is called like the model does not hide the model, and is no alternative to it."""
    found = handed("mnist.h5", "mnist.keras", kinds={"mnist.h5": "text"})
    assignment = assign_artefacts(lab(MNIST, CIFAR), found, FORMATS)

    assert assignment.chosen["mnist"][0].path == "mnist.keras"
    assert assignment.alternatives == {}


def test_a_file_of_the_right_name_is_taken_though_it_is_no_model() -> None:
    """The student is told what the file is, not that it is missing."""
    found = handed("mnist.h5", kinds={"mnist.h5": "git-lfs-pointer"})

    assert chosen(found, MNIST, CIFAR) == {"mnist": "mnist.h5"}


def test_a_lone_model_serves_a_lab_of_one_artefact() -> None:
    """Where only one model is asked for, `final_v2.h5` can only be it."""
    found = handed("final_v2.h5", "train.py", kinds={"train.py": "text"})

    assert chosen(found, MNIST) == {"mnist": "final_v2.h5"}


def test_a_lone_model_is_not_guessed_among_two_artefacts() -> None:
    """Where two are asked for, a name that fits neither is neither."""
    assert chosen(handed("final_v2.h5"), MNIST, CIFAR) == {}


def test_a_lone_file_handed_in_directly_is_taken_whatever_it_is() -> None:
    """A single wrong file is answered with what it is; one in a folder of a student is not guessed at."""
    direct = handed("essay.pdf", kinds={"essay.pdf": "pdf"}, source="essay.pdf")
    inside = handed("essay.pdf", kinds={"essay.pdf": "pdf"}, source="amina")

    assert chosen(direct, MNIST) == {"mnist": "essay.pdf"}
    assert chosen(inside, MNIST) == {}


def test_nothing_handed_in_serves_nothing() -> None:
    """An empty folder leaves every artefact without a file."""
    assert chosen(handed(), MNIST) == {}


@pytest.mark.parametrize(
    ("kind", "format"), [("hdf5", "hdf5"), ("keras-zip", "keras-zip"), ("zip", "keras-zip")]
)
def test_the_format_goes_by_the_content(kind: str, format: str) -> None:
    """A zip whose first member tells nothing is left for the sandbox to look into."""
    assert format_of(kind, "mnist.h5", MNIST.formats, FORMATS) == format


def test_another_kind_is_told_with_what_is_taken() -> None:
    """What the file is and what is taken instead go into the failure."""
    failure = format_of("onnx", "mnist.onnx", MNIST.formats, FORMATS)

    assert failure == Failure(
        reason="wrong-format",
        why=("kind-onnx",),
        values={"file": Name(text="mnist.onnx")},
        formats=("hdf5", "keras-zip"),
    )


def test_a_plain_zip_does_not_hide_a_model() -> None:
    """What only may be a model stands behind what is one."""
    found = handed("mnist.h5", "mnist.keras", kinds={"mnist.h5": "zip", "mnist.keras": "keras-zip"})

    assert chosen(found, MNIST, CIFAR) == {"mnist": "mnist.keras"}


def test_a_model_of_a_format_that_is_not_taken_does_not_hide_another() -> None:
    """The file that can be judged is."""
    found = handed("mnist.h5", "mnist.onnx", kinds={"mnist.h5": "onnx", "mnist.onnx": "onnx"})
    both = handed("a_mnist.h5", "b_mnist.h5", kinds={"a_mnist.h5": "onnx"})

    assert chosen(both, MNIST) == {"mnist": "b_mnist.h5"}
    assert chosen(found, MNIST) == {"mnist": "mnist.h5"}


@pytest.mark.parametrize(
    ("kinds", "named"),
    [
        ({"model.pt": "pytorch", "all.zip": "zip"}, ("model.pt", "kind-pytorch")),
        ({"all.zip": "zip"}, ("all.zip", "kind-zip")),
        ({"export/saved_model.pb": "saved-model"}, ("export/saved_model.pb", "kind-saved-model")),
        ({"model.onnx": "onnx"}, ("model.onnx", "kind-onnx")),
        ({"final.h5": "hdf5"}, (None, None)),
        ({"train.py": "text"}, (None, None)),
    ],
)
def test_a_missing_file_is_looked_for_among_the_others(
    kinds: dict[str, str], named: tuple[str | None, str | None]
) -> None:
    """A file that tells what went wrong is named; a model of another name only needs renaming."""
    failure = missing(MNIST, handed(*kinds, kinds=kinds), FORMATS)
    instead, why = named

    assert failure.values.get("instead") == (Name(text=instead) if instead else None)
    assert failure.why == ((why,) if why else ())
    assert failure.values["expected"] == Code(text="*mnist*.h5, *mnist*.keras")


def test_a_format_that_is_taken_is_no_reason_for_a_missing_file() -> None:
    """Where ONNX is taken, an ONNX model of another name only needs renaming."""
    accepting = Artefact(id="m", title="M", patterns=("*mnist*.onnx",), formats=("hdf5", "onnx"))
    found = handed("model.onnx", kinds={"model.onnx": "onnx"})

    assert "instead" not in missing(accepting, found, FORMATS).values
    assert missing(MNIST, found, FORMATS).values["instead"] == Name(text="model.onnx")


def test_what_was_not_looked_at_is_named_where_a_file_is_missing() -> None:
    """A link is no file, but nobody should be told that nothing was handed in."""
    found = msgspec.structs.replace(handed(), skipped=("mnist.h5",))
    failure = missing(MNIST, found, FORMATS)
    message, advice = failure_text(failure, catalogue("en"))

    assert (failure.values["instead"], failure.why) == (Name(text="mnist.h5"), ("left-aside",))
    assert "On mnist.h5: it was not read: links" in message
    assert "not a link" in advice


def test_a_model_goes_before_a_table_of_its_predictions() -> None:
    """Who hands in both is judged on the model; the table is told as an alternative."""
    both = Artefact(
        id="m", title="M", patterns=("*mnist*.h5", "*mnist*.csv"), formats=("hdf5", "table")
    )
    kinds: dict[str, str] = {"mnist.csv": "table", "a.csv": "table"}
    named = assign_artefacts(
        lab(both, CIFAR), handed("mnist.csv", "mnist.h5", kinds=kinds), FORMATS
    )
    unnamed = assign_artefacts(lab(both), handed("a.csv", "b.h5", kinds=kinds), FORMATS)

    assert (named.chosen["m"][0].path, named.alternatives["m"]) == ("mnist.h5", ("mnist.csv",))
    assert (unnamed.chosen["m"][0].path, unnamed.alternatives["m"]) == ("b.h5", ("a.csv",))
    assert format_of("table", "a.csv", both.formats, FORMATS) == "table"


def test_an_artefact_of_many_files_gets_all_that_fit() -> None:
    """All files of an accepted format whose names fit belong to it; the others are no alternatives."""
    code = Artefact(
        id="code", title="the code", patterns=("*.py", "*.txt"), formats=("text",), many=True
    )
    texts = FormatTable.merged([{"text": "text"}])
    kinds = {"a.py": "text", "src/b.py": "text", "c.py": "zip", "notes.txt": "text", "d.md": "text"}
    assignment = assign_artefacts(lab(code, CIFAR), handed(*kinds, kinds=kinds), texts)

    assert [file.path for file in assignment.chosen["code"]] == ["a.py", "src/b.py", "notes.txt"]
    assert assignment.alternatives == {}


def test_an_artefact_of_many_files_tells_what_a_single_wrong_file_is() -> None:
    """Where no file is of an accepted format, the best fitting one is explained to the student."""
    code = Artefact(id="code", title="the code", patterns=("*.py",), formats=("text",), many=True)
    kinds = {"a.py": "pickle", "b.py": "pickle"}
    assignment = assign_artefacts(
        lab(code), handed(*kinds, kinds=kinds), FormatTable.merged([{"text": "text"}])
    )

    assert [file.path for file in assignment.chosen["code"]] == ["a.py"]
