from __future__ import annotations

import pytest

from grader.intake import assign_artefacts
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
