"""The page of `grader inspect --html`."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import msgspec
import pytest

from grader.evidence.code.merged import merged_trainings
from grader.evidence.code.record import (
    CodeProblem,
    LayerRead,
    NotebookCell,
    NotebookRead,
    Regularizer,
    SavedOutput,
    Training,
    ValidationRead,
)
from grader.evidence.code.run_record import (
    CodeRun,
    CodeShown,
    FigureDrawn,
    StepRun,
    TracedTraining,
)
from grader.reporting.html import render_code
from grader.upkeep.code_page import ShownCode, code_page
from grader.upkeep.inspect_code import InspectedCode

PNG = b"\x89PNG\r\n\x1a\n" + bytes(8) + (480).to_bytes(4, "big")
LAYERS = (LayerRead(class_name="Dense", units=10, activation="softmax"),)
SCRIPT = "import keras\n\tx = '<script>alert(1)</script>'\u202e\nmodel.fit(x, y)\n"
CELLS = (
    NotebookCell(number=1, kind="text", source="# Results\n<b>bold</b>"),
    NotebookCell(
        number=2,
        kind="code",
        source="import lab\r\nlab.model.fit(x)",
        execution_count=7,
        outputs=(
            SavedOutput(kind="text", text="Epoch 1/5\n" * 20),
            SavedOutput(kind="image", text="<Figure>"),
            SavedOutput(kind="error", text="NameError: <x>"),
        ),
    ),
    NotebookCell(number=3, kind="code", source=""),
)
READING = CodeShown(
    files=("lab.py", "lab.ipynb"),
    framework="Keras",
    trainings=(
        Training(
            where="lab.py:3",
            layers=LAYERS,
            parameters=7_850,
            loss="mean_squared_error",
            optimizer="SGD",
            learning_rate=0.1,
            states_rate=True,
            epochs=5,
            batch_size=64,
            regularizer=(Regularizer(target="kernel", norm="l2", factors=(0.1,)),),
            validation=ValidationRead(kind="test", images=10_000),
            data="mnist/train",
            runs=3,
        ),
        Training(where="lab.ipynb, cell 2, line 2", executed=False),
        Training(where="elsewhere.py:1"),
    ),
    problems=(CodeProblem(where="lab.py:2", what="syntax", detail="unexpected indent"),),
    notebooks=(NotebookRead(file="lab.ipynb", cells=CELLS, in_order=False),),
)
SHOWN = ShownCode(title="hand-in", code=InspectedCode(READING, {"lab.py": SCRIPT}))


class _Links(HTMLParser):
    """Anchors, links to them, and whatever a browser would load."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.anchors: list[str] = []
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.tags: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.tags.add(tag)
        if "id" in values:
            self.anchors.append(values["id"])
        if tag == "a":
            self.links.append(values["href"])
        elif "src" in values or "href" in values:
            self.loaded.append(values.get("src", values.get("href", "")))


def words(page: str) -> str:
    """The text of a page without its tags."""
    return " ".join(re.sub(r"<[^>]*>", " ", page.partition("</style>")[2]).split())


def test_trainings_link_to_their_lines_and_back() -> None:
    """Every link leads somewhere on the page; a line that is not on it has none."""
    links = _Links(render_code(code_page(SHOWN)))

    assert links.links == [
        "#file-1", "#file-2", "#file-1-3", "#file-2-2-2", "#training-1", "#training-2"
    ]  # fmt: skip
    assert {link[1:] for link in links.links} <= set(links.anchors)
    assert len(links.anchors) == len(set(links.anchors))


def test_a_training_is_shown_with_its_settings() -> None:
    """Model, parameters, loss, optimizer, epochs, batch size, regularizers, data, validation, how often."""
    first, second, _ = code_page(SHOWN).rows

    assert [(cell.text, *cell.below) for cell in first.cells] == [
        ("lab.py:3", "Runs: 3"),
        ("Dense 10 softmax", "kernel l2 0.1"),
        ("7,850",),
        ("mean_squared_error", "SGD 0.1"),
        ("5", "64"),
        ("mnist/train", "test, 10,000"),
    ]
    assert second.cells[0].below == ("Runs: never runs",)
    assert second.cells[1].text == "not known"


def test_code_and_saved_outputs_are_shown_as_text() -> None:
    """Nothing a student wrote becomes a tag, nothing is loaded, and long outputs are folded."""
    page = render_code(code_page(SHOWN))
    links, text = _Links(page), words(page)

    assert not links.tags & {"script", "b", "x"}
    assert links.loaded == []
    assert "&lt;script&gt;" in page
    assert "\u202e" not in page
    for shown in (
        "nothing was run",
        "lab.py:2: this is not Python",
        "not last run from top to bottom",
        "Cell 2 [7]",
        "Saved output, 20 lines",
        "An image was saved here",
        "NameError: &lt;x&gt;",
    ):
        assert shown in text
    assert page.count('<details class="output">') == 1
    assert page.count('<details class="output" open>') == 1


@pytest.mark.parametrize(
    ("language", "found"),
    [
        ("en", ("run with keras 3", "the run differs: epochs", "seen in the run only")),
        ("fr", ("exécuté avec keras 3", "l&#39;exécution diffère : epochs", "vu à l&#39;exéc")),
    ],
)
def test_a_run_adds_what_it_recorded(language: str, found: tuple[str, ...]) -> None:
    """The table says whether it agrees; figures and steps that failed follow."""
    traced = (
        TracedTraining(where="lab.py:3", layers=LAYERS, parameters=7_850, epochs=6),
        TracedTraining(where="lab.ipynb, cell 9, line 1", layers=LAYERS),
    )
    run = CodeRun(
        files=READING.files,
        keras="keras 3",
        steps=(StepRun(where="lab.py:2", status="failed", error="NameError: y"),),
        trainings=traced,
        figures=(FigureDrawn(where="lab.py:3", title="Loss", picture=True),),
    )
    trainings = merged_trainings(READING.trainings, run)
    shown = msgspec.structs.replace(READING, trainings=trainings, run=run)
    code = InspectedCode(shown, {"lab.py": SCRIPT}, {0: PNG})
    page = render_code(code_page(ShownCode("hand-in", code), language))

    text = words(page)
    for part in (*found, "lab.py:3 · Loss", "NameError: y"):
        assert part in text
    assert 'class="pictures small wide"' in page
    assert all(source.startswith("data:image/png;base64,") for source in _Links(page).loaded)
