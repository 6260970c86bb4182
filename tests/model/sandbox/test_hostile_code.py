"""Scripts that attack whoever runs them: each run ends within its limits, and what follows runs as ever."""

from __future__ import annotations

import io
import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import numpy as np
import pytest
from PIL import Image

from grader.evidence.code.profile import RUN_PROFILE
from grader.evidence.code.record import LayerRead
from grader.evidence.code.run import FinishedRun, RunFiles, run_code
from grader.evidence.code.run_protocol import PicturesFetched, RunFinished, StepDone
from grader.evidence.code.run_record import (
    CodeRun,
    FigureDrawn,
    StepRun,
    TracedEvaluation,
    TracedTraining,
)
from grader.evidence.code.served import ServedDatasets
from grader.evidence.models.profile import PROFILE as MODELS_PROFILE
from grader.evidence.models.protocol import OpenModel, Predict, Predicted
from grader.records.base import Record, to_json
from grader.records.evidence import Failure
from grader.sandbox import Level, Limits, Sandboxes
from grader.sandbox.selftest import assess
from tests.model.models import classifier, save
from tests.model.sandbox.hostile_code import LOOT, QUICK, SLOW, Threat, denied, forging

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="this isolation needs Linux"),
]

ROOT = Path(__file__).parents[3]
CANARY = "canary-2e7d"
#: Seconds a run may take whose process ends as often as it may.
LONGEST_S = 300
LIMITS = RUN_PROFILE.limits(Limits(wall_s=60))
#: For what waits until a limit ends it.
IMPATIENT = RUN_PROFILE.limits(Limits(wall_s=20))

#: What a student hands in who does nothing wrong; it shows what others left behind.
INNOCENT = """
import keras, numpy, os, sys, tempfile
keras.utils.set_random_seed(1)
model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(2, activation="softmax")])
model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(numpy.eye(4), numpy.array([0, 1, 0, 1]), epochs=3, verbose=0)
model.evaluate(numpy.eye(4), numpy.array([0, 1, 0, 1]), verbose=0)
places = (".", os.environ["HOME"], tempfile.gettempdir())
print([sorted(os.listdir(place)) for place in places], hasattr(keras, "loot"), hasattr(numpy, "loot"))
print("loot" in sys.modules, "LOOT" in os.environ)
"""


@dataclass
class Runner:
    """Runs scripts at one isolation level."""

    sandboxes: Sandboxes
    folder: Path
    datasets: ServedDatasets = field(default_factory=ServedDatasets)
    _innocent: CodeRun | None = None

    def run(self, files: Mapping[str, str], limits: Limits = LIMITS) -> FinishedRun | Failure:
        lying = {}
        for number, (name, text) in enumerate(files.items()):
            lying[name] = self.folder / f"submitted-{number}"
            lying[name].write_text(text, errors="surrogatepass")
        return run_code(
            lambda: self.sandboxes.open(RUN_PROFILE), RunFiles(lying), self.datasets, limits
        )

    def innocent(self) -> CodeRun:
        """The run of the innocent script, without how long it took."""
        found = self.run({"lab.py": INNOCENT})
        assert isinstance(found, FinishedRun), found
        return _timeless(found.run)

    def check_innocent(self) -> None:
        """Whoever comes next is run as whoever came first."""
        if self._innocent is None:
            self._innocent = self.innocent()
            assert [step.status for step in self._innocent.steps] == ["ok"] * 9
            assert len(self._innocent.trainings) == 1
        assert self.innocent() == self._innocent


Started = Callable[[Level], Runner]


@pytest.fixture(scope="module")
def secret(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A file of somebody else's; what is in it stands in the grader's environment, too."""
    path = tmp_path_factory.mktemp("other-submission") / "labels.txt"
    path.write_text(CANARY)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LABELS_TOKEN", CANARY)
        yield path


@pytest.fixture(scope="module")
def started(secret: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    """Runners by level, each with a worker that is started once."""
    runners: dict[Level, Runner] = {}

    def start(level: Level) -> Runner:
        if level not in runners:
            sandboxes = Sandboxes(Limits(wall_s=60), level)
            runners[level] = Runner(sandboxes, tmp_path_factory.mktemp(level))
            runners[level].check_innocent()
        return runners[level]

    yield start
    for runner in runners.values():
        runner.sandboxes.close()


@pytest.fixture
def strongest(started: Started) -> Runner:
    return started(assess().level)


@pytest.fixture(params=["medium", "strong"])
def isolated(request: pytest.FixtureRequest, started: Started) -> Runner:
    level: Level = request.param
    found = assess(level)
    if found.level != level:
        pytest.skip(f"level {level}: {found.troubles[level]}")
    return started(level)


@pytest.mark.parametrize("name", ["denied", "dunders", "forged-by-the-collector", "giant-texts"])
def test_an_attack_gets_nowhere(strongest: Runner, secret: Path, name: str) -> None:
    """Whatever it reaches for is out of its reach, and the steps after it are run."""
    _attack(strongest, secret, name)


def test_nothing_is_left_for_the_next_submission(strongest: Runner) -> None:
    """Files, patches, modules, variables and threads end with the process."""
    found = strongest.run({"lab.py": LOOT})

    assert isinstance(found, FinishedRun)
    assert {step.status for step in found.run.steps} == {"ok"}
    strongest.check_innocent()


def test_forged_replies_forge_claims_of_the_code_alone(strongest: Runner) -> None:
    """Trainings that never happened are all it gets: what the grader knows and measures itself stays true."""
    found = strongest.run({"lab.py": forging(_forged()).text()})

    assert isinstance(found, FinishedRun)
    run = found.run
    assert [training.epochs for training in run.trainings] == [1_000]
    assert run.evaluations[0].values == {"accuracy": 1.0}
    assert (run.files, run.mode, run.ended) == (("lab.py",), "quick", True)
    assert 0 < run.seconds < LONGEST_S
    assert all(step.where.startswith("lab.py:") and step.seconds < 60 for step in run.steps)
    assert [figure.picture for figure in run.figures] == [True, False]
    assert list(found.pictures) == [0]
    strongest.check_innocent()


@pytest.mark.parametrize(
    "replies",
    [
        [(Failure(reason="internal", fault="grader", detail="no space left on device"), b"")],
        [(Failure(reason="made-up", values={}, detail="x" * 100_000), b"")],
        [(PicturesFetched(), b"")],
    ],
    ids=["internal", "made-up", "another-answer"],
)
def test_a_forged_failure_is_the_submissions(
    isolated: Runner, replies: list[tuple[Record, bytes]]
) -> None:
    """Code that says that the grader failed, or what answers nothing, has crashed."""
    found = isolated.run({"lab.py": forging(replies).text()}, IMPATIENT)

    assert isinstance(found, FinishedRun)
    crashed = [step for step in found.run.steps if step.status != "ok"]
    assert {step.status for step in crashed} == {"crashed"}
    assert {step.error for step in crashed} == {"crashed"}


@pytest.mark.parametrize("name", ["denied", *QUICK])
def test_an_attack_at_each_level(isolated: Runner, secret: Path, name: str) -> None:
    """The other steps are run, and so is the next submission."""
    _attack(isolated, secret, name)


@pytest.mark.parametrize("name", SLOW)
def test_an_attack_that_does_not_end(strongest: Runner, secret: Path, name: str) -> None:
    """Limits end it, the same at every level; the other steps are run, and so is the next submission."""
    _attack(strongest, secret, name)


def test_loot_at_each_level(isolated: Runner) -> None:
    """Nothing of one run is there in the next."""
    isolated.run({"lab.py": LOOT})

    isolated.check_innocent()


def test_forged_code_changes_no_prediction(strongest: Runner, tmp_path: Path) -> None:
    """A model is judged by what it predicts in another process, whatever the code beside it claims meanwhile."""
    path = save(classifier(), tmp_path / "digits.h5")
    images = np.random.default_rng(0).integers(0, 256, (20, 28, 28), np.uint8)
    predict = Predict(dataset="test", shape=images.shape, output=0, width=10)

    def predicted() -> bytes:
        with strongest.sandboxes.open(MODELS_PROFILE) as box:
            opening = OpenModel(path=box.bring(path), file=path.name, format="hdf5")
            box.ask(msgspec.json.encode(opening))
            data = msgspec.json.encode(predict)
            outcome = box.ask(data, images.tobytes(), expect=len(images) * 40)
        assert outcome.answer == msgspec.json.encode(Predicted())
        return outcome.payload

    before = predicted()
    strongest.run({"lab.py": forging(_forged()).text()})

    assert predicted() == before


@pytest.mark.parametrize(
    ("files", "left_out"),
    [
        ({"lab.ipynb": [f"x{number} = {number}" for number in range(100_000)]}, {"cells"}),
        ({"lab.ipynb": ["x = 1\n" * 170_000] * 20}, None),
        ({f"lab{number}.py": [f"print({number})"] for number in range(250)}, {"files"}),
        ({"lab.py": ["x = " + "-" * 100_000 + "1"]}, None),
        ({"lab.py": ["x = a" + ".b" * 100_000]}, None),
        ({"lab.py": ["def f(): return 0\n" * 20_000]}, set()),
    ],
    ids=["many-cells", "long-cells", "many-scripts", "signs", "attributes", "functions"],
)
def test_enormous_code_is_run_in_part(
    strongest: Runner, files: dict[str, list[str]], left_out: set[str] | None
) -> None:
    """What is left out is counted; code that cannot be read at all is a failure of the submission."""
    texts = {
        name: _notebook(cells) if name.endswith(".ipynb") else cells[0]
        for name, cells in files.items()
    }
    begun = time.monotonic()

    found = strongest.run(texts)

    assert time.monotonic() - begun < LONGEST_S
    if left_out is None:
        assert isinstance(found, Failure)
        assert (found.reason, found.fault) == ("no-code", "submission")
    else:
        assert isinstance(found, FinishedRun), found
        assert set(found.run.left_out) == left_out
    strongest.check_innocent()


def _attack(runner: Runner, secret: Path, name: str) -> None:
    threat = {"denied": denied(str(secret), str(ROOT)), **QUICK, **SLOW}[name]
    begun = time.monotonic()

    limits = IMPATIENT if name in SLOW else LIMITS
    found = runner.run({"lab.py": threat.text(), **threat.beside}, limits)

    assert time.monotonic() - begun < LONGEST_S
    if isinstance(found, Failure):
        assert threat.lost
        assert found.reason in ("crashed", "timed-out")
        assert found.fault == "submission"
        assert CANARY.encode() not in to_json(found)
    else:
        _check(found, threat)
    assert secret.read_text() == CANARY
    assert [path.name for path in secret.parent.iterdir()] == [secret.name]
    for folder in (Path("/tmp"), Path("/dev/shm"), ROOT, ROOT / "grader"):  # noqa: S108
        assert not list(folder.glob("escaped*"))
    runner.check_innocent()


def _check(found: FinishedRun, threat: Threat) -> None:
    """Everything that comes back is bounded, tells no secret, and ends as it may."""
    said = "".join(step.printed + step.error for step in found.run.steps)
    record = to_json(found.run)

    assert "ESCAPED" not in said, said
    assert CANARY.encode() not in record
    assert len(record) < 16 << 20
    assert msgspec.json.decode(record, type=CodeRun) == found.run
    wrong = {step.status for step in found.run.steps} - {"ok"}
    assert wrong <= threat.wrong, found.run.steps
    assert wrong or threat.well
    assert threat.says in said
    if not threat.lost:
        assert "went on" in found.run.steps[-1].printed


def _forged() -> list[tuple[Record, bytes]]:
    """What answers every request after the one that runs it."""
    file = io.BytesIO()
    Image.new("RGB", (40, 30)).save(file, "PNG")
    png, page = file.getvalue(), b"\x89PNG\r\n\x1a\n<script>alert(1)</script>"
    step = StepDone(step=StepRun(where="elsewhere.py:1", seconds=1e9, printed="x" * 100_000))
    training = TracedTraining(
        where="lab.py:1", epochs=1_000, layers=(LayerRead(class_name="Dense", units=10),)
    )
    evaluation = TracedEvaluation(
        where="lab.py:2", method="evaluate", model=1, values={"accuracy": 1.0}
    )
    run = CodeRun(
        files=("other.py",),
        mode="full",
        trainings=(training,),
        evaluations=(evaluation,),
        figures=(FigureDrawn(where="a", picture=True), FigureDrawn(where="b", picture=True)),
        seconds=-1,
        ended=False,
    )
    sizes = ((0, len(png)), (1, len(page)), (7, len(png)))
    return [
        *[(step, b"")] * 2,
        (RunFinished(run=run, pictures=sizes), b""),
        (PicturesFetched(), png + page + png),
    ]


def _notebook(cells: list[str]) -> str:
    written = [{"cell_type": "code", "source": cell, "outputs": []} for cell in cells]
    return json.dumps({"cells": written, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def _timeless(run: CodeRun) -> CodeRun:
    steps = tuple(msgspec.structs.replace(step, seconds=0.0) for step in run.steps)
    trainings = tuple(msgspec.structs.replace(item, seconds=0.0) for item in run.trainings)
    return msgspec.structs.replace(run, steps=steps, trainings=trainings, seconds=0.0)
