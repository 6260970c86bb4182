from __future__ import annotations

import msgspec
import pytest

from grader.intake import assign_artefacts
from grader.intake.artefacts import format_of, missing, naming_formats
from grader.messages import failure_text
from grader.records.evidence import Failure
from grader.records.lab import Artefact, Lab
from grader.records.submission import FileKind, Submission, SubmittedFile
from tests.factories import submission

MNIST = Artefact(id="mnist", title="MNIST", patterns=("*mnist*.h5", "*mnist*.keras"))
CIFAR = Artefact(id="cifar", title="CIFAR", patterns=("*cifar*.h5",))


def lab(*artefacts: Artefact) -> Lab:
    return Lab(slug="lab", title="Lab", version="1", artefacts=artefacts, exercises=())


def handed(*names: str, kinds: dict[str, FileKind] | None = None, source: str = "s") -> Submission:
    files = tuple(
        SubmittedFile(path=name, size=1, sha256="0", kind=(kinds or {}).get(name, "hdf5"))
        for name in names
    )
    return submission(files=files, source=source)


def chosen(found: Submission, *artefacts: Artefact) -> dict[str, str]:
    assignment = assign_artefacts(lab(*artefacts), found)
    return {artefact: file.path for artefact, file in assignment.chosen.items()}


def test_files_serve_the_artefacts_their_names_fit() -> None:
    """Each artefact gets the file its patterns name, whatever the case and the folder."""
    found = handed("net/MY_MNIST.H5", "cifar100.h5")

    assert chosen(found, MNIST, CIFAR) == {"mnist": "net/MY_MNIST.H5", "cifar": "cifar100.h5"}


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
    """Pattern, depth and name decide, in this order; rivals are kept for the instructor."""
    assignment = assign_artefacts(lab(MNIST, CIFAR), handed(*names))

    assert assignment.chosen["mnist"].path == best
    assert assignment.ambiguous == {"mnist": tuple(name for name in names if name != best)}


def test_a_saved_network_goes_before_what_is_none() -> None:
    """A text that is called like the model does not hide the model, and is no rival of it."""
    found = handed("mnist.h5", "mnist.keras", kinds={"mnist.h5": "text"})
    assignment = assign_artefacts(lab(MNIST, CIFAR), found)

    assert assignment.chosen["mnist"].path == "mnist.keras"
    assert assignment.ambiguous == {}


def test_a_file_of_the_right_name_is_taken_though_it_is_no_network() -> None:
    """The student is told what the file is, not that it is missing."""
    found = handed("mnist.h5", kinds={"mnist.h5": "git-lfs-pointer"})

    assert chosen(found, MNIST, CIFAR) == {"mnist": "mnist.h5"}


def test_a_lone_network_serves_a_lab_of_one_artefact() -> None:
    """Where only one network is asked for, `final_v2.h5` can only be it."""
    found = handed("final_v2.h5", "train.py", kinds={"train.py": "text"})

    assert chosen(found, MNIST) == {"mnist": "final_v2.h5"}


def test_a_lone_network_is_not_guessed_among_two_artefacts() -> None:
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
def test_the_format_goes_by_the_content(kind: FileKind, format: str) -> None:
    """A zip whose first member tells nothing is left for the sandbox to look into."""
    assert format_of(kind, "mnist.h5", MNIST.formats) == format


def test_another_kind_is_told_with_what_is_taken() -> None:
    """What the file is and what is taken instead go into the failure."""
    failure = format_of("onnx", "mnist.onnx", MNIST.formats)

    assert failure == Failure(
        reason="not-a-model",
        args={"file": "mnist.onnx", "why": "kind-onnx", "formats": "hdf5 keras-zip"},
    )


def test_only_files_of_another_kind_are_told_what_is_taken() -> None:
    """A network that is damaged is of the right kind."""
    damaged = Failure(reason="corrupt", args={"file": "m.h5"})

    assert naming_formats(damaged, MNIST.formats) == damaged


def test_a_plain_zip_does_not_hide_a_network() -> None:
    """What only may be a network stands behind what is one."""
    found = handed("mnist.h5", "mnist.keras", kinds={"mnist.h5": "zip", "mnist.keras": "keras-zip"})

    assert chosen(found, MNIST, CIFAR) == {"mnist": "mnist.keras"}


def test_a_network_of_a_format_that_is_not_taken_does_not_hide_another() -> None:
    """The file that can be judged is."""
    found = handed("mnist.h5", "mnist.onnx", kinds={"mnist.h5": "onnx", "mnist.onnx": "onnx"})
    both = handed("a_mnist.h5", "b_mnist.h5", kinds={"a_mnist.h5": "onnx"})

    assert chosen(both, MNIST) == {"mnist": "b_mnist.h5"}
    assert chosen(found, MNIST) == {"mnist": "mnist.h5"}


@pytest.mark.parametrize(
    ("kinds", "told"),
    [
        ({"net.pt": "pytorch", "all.zip": "zip"}, ("net.pt", "kind-pytorch")),
        ({"all.zip": "zip"}, ("all.zip", "kind-zip")),
        ({"export/saved_model.pb": "saved-model"}, ("export/saved_model.pb", "kind-saved-model")),
        ({"net.onnx": "onnx"}, ("net.onnx", "kind-onnx")),
        ({"final.h5": "hdf5"}, (None, None)),
        ({"train.py": "text"}, (None, None)),
    ],
)
def test_a_missing_file_is_looked_for_among_the_others(
    kinds: dict[str, FileKind], told: tuple[str | None, str | None]
) -> None:
    """A file that tells what went wrong is named; a network of another name only needs renaming."""
    args = missing(MNIST, handed(*kinds, kinds=kinds)).args

    assert (args.get("instead"), args.get("why")) == told
    assert args["expected"] == "*mnist*.h5, *mnist*.keras"


def test_a_format_that_is_taken_is_no_reason_for_a_missing_file() -> None:
    """Where ONNX is taken, an ONNX network of another name only needs renaming."""
    taken = Artefact(id="m", title="M", patterns=("*mnist*.onnx",), formats=("hdf5", "onnx"))
    found = handed("net.onnx", kinds={"net.onnx": "onnx"})

    assert "instead" not in missing(taken, found).args
    assert missing(MNIST, found).args["instead"] == "net.onnx"


def test_what_was_not_looked_at_is_named_where_a_file_is_missing() -> None:
    """A link is no file, but nobody should be told that nothing was handed in."""
    found = msgspec.structs.replace(handed(), skipped=("mnist.h5",))
    args = missing(MNIST, found).args
    message, advice = failure_text("en", "missing", args)

    assert (args["instead"], args["why"]) == ("mnist.h5", "left-aside")
    assert "On mnist.h5: it was not looked at: links" in message
    assert "not a link" in advice


def test_a_network_goes_before_a_table_of_its_predictions() -> None:
    """Who hands in both is judged on the network; the table is told as a rival."""
    both = Artefact(
        id="m", title="M", patterns=("*mnist*.h5", "*mnist*.csv"), formats=("hdf5", "predictions")
    )
    kinds: dict[str, FileKind] = {"mnist.csv": "predictions", "a.csv": "predictions"}
    named = assign_artefacts(lab(both, CIFAR), handed("mnist.csv", "mnist.h5", kinds=kinds))
    unnamed = assign_artefacts(lab(both), handed("a.csv", "b.h5", kinds=kinds))

    assert (named.chosen["m"].path, named.ambiguous["m"]) == ("mnist.h5", ("mnist.csv",))
    assert (unnamed.chosen["m"].path, unnamed.ambiguous["m"]) == ("b.h5", ("a.csv",))
    assert format_of("predictions", "a.csv", both.formats) == "predictions"
