"""Which files are one model together, and what the whole may be called."""

from __future__ import annotations

import pytest

from grader.evidence.models.companions import model_companions
from grader.grading.plan import format_table
from grader.intake import assign_artefacts
from grader.intake.artefacts import could_serve
from grader.records.lab import Artefact, Lab
from grader.records.submission import Companions, SubmittedFile
from tests.factories import submission

KINDS = {
    "json": "keras-json", "yaml": "keras-yaml", "h5": "hdf5", "onnx": "onnx", "py": "text", "md": "text",
    "ipynb": "notebook", "csv": "table", "png": "image", "pdf": "pdf",
}  # fmt: skip


def files(*names: str) -> dict[str, SubmittedFile]:
    return {
        name: SubmittedFile(
            path=name,
            size=1,
            sha256="0",
            kind="keras-metadata"
            if name.endswith("metadata.json")
            else KINDS.get(name.rsplit(".", 1)[-1], "unknown"),
        )
        for name in names
    }


def companions(*names: str) -> Companions:
    """Of the first file."""
    found = files(*names)
    return model_companions(found[names[0]], list(found.values()))


@pytest.mark.parametrize(
    ("names", "beside"),
    [
        (("w.h5", "arch.json"), ["arch.json"]),
        (("w.h5", "arch.yaml"), ["arch.yaml"]),
        (("w/w.h5", "model/arch.json"), ["model/arch.json"]),
        (("a/w.h5", "a/x.json", "b/w.json"), ["a/x.json"]),
        (("cifar_weights.h5", "mnist.json", "cifar.json"), ["cifar.json", "mnist.json"]),
        (
            ("m.keras/model.weights.h5", "m.keras/config.json", "m.keras/metadata.json", "metadata.json"),
            ["m.keras/config.json", "m.keras/metadata.json"],
        ),
        (("w.h5", *(f"{number}.json" for number in range(9))), ["0.json", "1.json", "2.json"]),
        (("m.onnx", "m.onnx.data", "other.data", "sub/m.onnx.data"), ["m.onnx.data"]),
        (("arch.json", "w.h5"), []),
        (("w.h5", "train.py"), []),
    ],
)  # fmt: skip
def test_what_belongs_to_a_file(names: tuple[str, ...], beside: list[str]) -> None:
    """By what files are and where they lie, those of a similar name first."""
    assert [file.path for file in companions(*names).files] == beside


@pytest.mark.parametrize(
    ("names", "sources"),
    [
        (("w.h5", "b.py", "a.ipynb", "data.csv", "photo.png", "report.pdf"), ["a.ipynb", "b.py", "data.csv"]),
        (("w.h5", "src/deep.py", "top.py"), ["top.py", "src/deep.py"]),
        (("w.h5", "arch.json", "train.py"), ["train.py", "arch.json"]),
        (("w.h5", "notes.md", "data.csv"), []),
        (("m.onnx", "train.py"), []),
        (("w.h5", *(f"{number}.py" for number in range(99))), [f"{number}.py" for number in range(50)]),
    ],
)  # fmt: skip
def test_code_may_build_what_weights_lack(names: tuple[str, ...], sources: list[str]) -> None:
    """Scripts and notebooks with what they read, those nearest to the top folder first; no pictures, no documents."""
    found = companions(*names)

    assert [file.path for file in found.sources] == sources


@pytest.mark.parametrize(
    ("names", "called"),
    [
        (("w.h5", "mnist.json"), {"mnist.h5", "mnist.keras"}),
        (("mnist.keras/model.weights.h5", "mnist.keras/config.json"), {"config.h5", "mnist.keras"}),
        (("w.zip/mnist.zip/model.h5", "w.zip/mnist.zip/config.json"), {"mnist.h5"}),
        (("cifar.h5", "mnist.json", "mnist.h5"), set()),
        (("all/a.h5", "all/b.json", "all/b.h5"), set()),
    ],
)
def test_the_whole_goes_by_the_names_of_its_parts(names: tuple[str, ...], called: set[str]) -> None:
    """And by no name that other weights could mean as well."""
    found = set(companions(*names).names)

    assert called <= found
    assert bool(called) == bool(found)


MNIST = Artefact(id="mnist", title="MNIST", patterns=("*mnist*.h5", "*mnist*.keras"))
CIFAR = Artefact(id="cifar", title="CIFAR", patterns=("*cifar*.h5",))
LAB = Lab(slug="lab", title="Lab", version="1", artefacts=(MNIST, CIFAR), exercises=())


def served(*names: str) -> dict[str, tuple[str, ...]]:
    handed = submission(files=tuple(files(*names).values()), source="s")
    assignment = assign_artefacts(LAB, handed, format_table())
    return {
        artefact: (file.path, *(other.path for other in assignment.companions.get(artefact, ())))
        for artefact, (file,) in assignment.chosen.items()
    }


def test_two_models_in_parts_are_not_mixed_up() -> None:
    """Each artefact gets its own weights and, first of all, its own description."""
    found = served("all/mnist.json", "all/cifar.json", "all/mnist_w.h5", "all/cifar_w.h5")

    assert {name: paths[:2] for name, paths in found.items()} == {
        "mnist": ("all/mnist_w.h5", "all/mnist.json"),
        "cifar": ("all/cifar_w.h5", "all/cifar.json"),
    }


def test_a_folder_says_which_artefact_an_unpacked_model_is() -> None:
    """The files in it are called the same in every such folder."""
    parts = ("config.json", "metadata.json", "model.weights.h5")
    found = served(*(f"{name}.keras/{part}" for name in ("mnist", "cifar") for part in parts))

    assert {name: paths[0] for name, paths in found.items()} == {
        "mnist": "mnist.keras/model.weights.h5",
        "cifar": "cifar.keras/model.weights.h5",
    }


@pytest.mark.parametrize("code", [(), ("mnist.py",)], ids=["alone", "beside code"])
def test_weights_without_a_description_count_last(code: tuple[str, ...]) -> None:
    """A whole model beside them is what is meant, whatever the order of the names."""
    assert served("mnist_a.weights.h5", "mnist_b.h5", *code) == {"mnist": ("mnist_b.h5",)}


def test_code_is_no_part_of_the_model() -> None:
    """It stands apart from the files that are opened, and serves the artefact of its weights."""
    handed = submission(files=tuple(files("mnist.weights.h5", "mnist.py").values()), source="s")
    assignment = assign_artefacts(LAB, handed, format_table())

    assert [file.path for file in assignment.chosen["mnist"]] == ["mnist.weights.h5"]
    assert assignment.companions == {}
    assert [file.path for file in assignment.sources["mnist"]] == ["mnist.py"]


def test_code_in_an_archive_is_taken_out_of_it() -> None:
    """It may be what a model in the same archive lacks."""
    table = format_table()

    assert could_serve(files("lab.py")["lab.py"], MNIST, table)
    assert could_serve(files("lab.ipynb")["lab.ipynb"], MNIST, table)
    assert not could_serve(files("photo.png")["photo.png"], MNIST, table)
    assert not could_serve(files("diary.md")["diary.md"], MNIST, table)
