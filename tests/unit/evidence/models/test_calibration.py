from __future__ import annotations

from types import SimpleNamespace
from typing import Any, get_args

import numpy as np
import pytest
from numpy.typing import NDArray

from grader.datasets.base import Calibration, Split
from grader.evidence.models import calibration as calibrating
from grader.evidence.models.calibration import FIRST_STAGES, choose_interface
from grader.evidence.models.candidates import candidate_preprocessings
from grader.evidence.models.declaration import ModelDeclaration
from grader.evidence.models.session import EvaluationSession
from grader.evidence.predictions.interface import (
    LabelOrder,
    ModelInterface,
    Normalization,
    Preprocessing,
)
from grader.records.evidence import Failure, file_failure
from grader.records.message import Code
from tests.unit.evidence.models.prototypes import DirectClient, Prototypes, pictures, session_with

GREY = pictures(1_000)
COLOUR = pictures(1_000, colour=True)
COLOUR_ONLY = {"standardised-channels", "imagenet", "imagenet-bgr"}
GREY_ONLY = {"binarised", "l2-rows", "l2-columns"}
#: Models for these do about as well with pixels from 0 to 1, on such pictures.
FORGIVING = {"0..1", "binarised", "standardised-image"}


def choose(
    model: Prototypes, split: Split, declared: ModelDeclaration | None = None, **more: Any
) -> ModelInterface:
    calibration = Calibration.of(split)
    session = session_with(model, split, calibration=calibration, declared=declared)
    interface = choose_interface(session, more.get("expects"), declared)
    assert isinstance(interface, ModelInterface)
    return interface


def sent(session: EvaluationSession) -> int:
    client: Any = session.client
    assert isinstance(client, DirectClient)
    return client.sent


@pytest.mark.parametrize("colour", [False, True], ids=["grey", "colour"])
@pytest.mark.parametrize("scaling", sorted(set(get_args(Normalization)) - {"declared"}))
def test_the_input_chosen_costs_next_to_nothing_against_the_one_trained_on(
    scaling: Normalization, colour: bool
) -> None:
    """On pictures not chosen on, the input is within a point of the true one, and better than a fixed 0 to 1."""
    if scaling in (GREY_ONLY if colour else COLOUR_ONLY):
        pytest.skip("not tried on such images")
    split, fresh = (COLOUR if colour else GREY), pictures(4_000, colour=colour, seed=2)
    trained_on = Preprocessing(normalization=scaling)
    session = session_with(Prototypes(split, trained_on), split, calibration=Calibration.of(split))
    interface = choose_interface(session, None, None)
    assert isinstance(interface, ModelInterface)

    def accuracy(given: Preprocessing) -> float:
        outputs = session.predict(given, fresh.images)
        assert not isinstance(outputs, Failure)
        return float((outputs.argmax(axis=1) == fresh.labels).mean())

    assert accuracy(interface.preprocessing) >= accuracy(trained_on) - 0.01
    assert (
        scaling in FORGIVING or accuracy(interface.preprocessing) > accuracy(Preprocessing()) + 0.05
    )


@pytest.mark.parametrize("scaling", ["0..1", "-1..1"])
def test_black_and_white_exchanged_is_found(scaling: Normalization) -> None:
    """A model for black ink on white paper is given that."""
    wanted = Preprocessing(normalization=scaling, inverted=True)

    assert choose(Prototypes(GREY, wanted), GREY).preprocessing.inverted


@pytest.mark.parametrize("labels", ["from-0", "from-1", "zero-last"])
@pytest.mark.parametrize("extra", [0, 1])
def test_the_order_of_the_outputs_is_found(labels: LabelOrder, extra: int) -> None:
    """Labels counted from 1, and 0 written as 10, are recognised; an output too many alone is refused."""
    if labels == "from-1" and not extra:
        pytest.skip("eleven outputs are needed for it")

    def reorder(outputs: NDArray[Any]) -> NDArray[Any]:
        if labels == "zero-last":
            outputs = np.roll(outputs, -1, axis=1)
            return np.pad(outputs, ((0, 0), (extra, 0)))
        return np.pad(outputs, ((0, 0), (1, 0) if labels == "from-1" else (0, extra)))

    model = Prototypes(GREY, Preprocessing(), spoil=reorder)
    session = session_with(model, GREY, calibration=Calibration.of(GREY))
    interface = choose_interface(session, None, None)

    if labels == "from-0" and extra:
        assert isinstance(interface, Failure)
        assert (interface.why, interface.values["outputs"]) == (("width",), Code(text="11"))
    else:
        assert isinstance(interface, ModelInterface)
        assert interface.output.labels == labels


def test_rivals_of_a_good_model_are_tried_on_few_images() -> None:
    """Where the usual input does well, the others are tried all the same, on some hundred images in all."""
    model = Prototypes(COLOUR, Preprocessing())
    session = session_with(model, COLOUR, calibration=Calibration.of(COLOUR))
    interface = choose_interface(session, None, None)

    assert isinstance(interface, ModelInterface)
    assert (interface.preprocessing, interface.source) == (Preprocessing(), "calibration")
    every = candidate_preprocessings(session.layout, COLOUR.images.shape[1:])
    assert FIRST_STAGES[0][0] * len(every) < sent(session) < 2_000


def test_no_image_is_asked_about_twice_in_the_same_form() -> None:
    """A race asks only about the images that are new, and the same model is asked the same in every run."""
    model = Prototypes(GREY, Preprocessing(normalization="-0.5..0.5"))
    runs = []
    for _ in range(2):
        session = session_with(model, GREY, calibration=Calibration.of(GREY))
        client: Any = session.client
        asked: list[tuple[Any, bytes]] = []
        plain = client.predict

        def recorded(request: Any, images: Any, asked: Any = asked, plain: Any = plain) -> Any:
            asked.extend((request.pixels, image.tobytes()) for image in images)
            return plain(request, images)

        client.predict = recorded
        runs.append((choose_interface(session, None, None), asked))

    assert runs[0] == runs[1]
    assert len(set(runs[0][1])) == len(runs[0][1])


def test_a_race_asks_far_fewer_images_than_trying_every_input_on_all() -> None:
    """Inputs that do clearly worse are left behind early, and no image is asked about twice in the same form."""
    model = Prototypes(GREY, Preprocessing(normalization="-1..1"))
    session = session_with(model, GREY, calibration=Calibration.of(GREY))
    interface = choose_interface(session, None, None)

    assert isinstance(interface, ModelInterface)
    assert interface.preprocessing.normalization == "-1..1"
    assert set(interface.calibration) >= {"-1..1", "0..1"}
    assert (
        sent(session)
        < len(candidate_preprocessings(session.layout, GREY.images.shape[1:])) * len(GREY) / 2
    )


def test_what_is_declared_is_taken_at_its_word() -> None:
    """A declaration that does worse than another input still counts; the figures show what it costs."""
    declared = ModelDeclaration(scaling="-1..1")
    interface = choose(Prototypes(GREY, Preprocessing(normalization="0..255")), GREY, declared)

    assert (interface.source, interface.preprocessing.normalization) == ("declared", "-1..1")
    assert set(interface.calibration) == {"-1..1", "0..1"}


def test_a_declared_mean_and_deviation_are_used() -> None:
    """Numbers of the student's own are what the model gets."""
    declared = ModelDeclaration(mean=(0.5,), deviation=(0.5,))
    interface = choose(Prototypes(GREY, Preprocessing(normalization="-1..1")), GREY, declared)

    assert interface.preprocessing.normalization == "declared"
    assert interface.calibration["declared"] > interface.calibration["0..1"]


def test_a_layer_inside_the_model_is_preferred_but_not_believed() -> None:
    """What a Rescaling layer asks for is tried first; where another input does better, that is taken."""
    honest = choose(Prototypes(GREY, Preprocessing(normalization="0..255")), GREY, expects="0..255")
    mistaken = choose(Prototypes(GREY, Preprocessing()), GREY, expects="0..255")

    assert (honest.source, honest.preprocessing.normalization) == ("model", "0..255")
    assert (mistaken.source, mistaken.preprocessing.normalization) == ("calibration", "0..1")


def test_without_calibration_images_the_usual_input_is_assumed() -> None:
    """Nothing is tried where there is nothing to try it on."""
    session = session_with(Prototypes(GREY, Preprocessing(normalization="-1..1")), GREY)
    interface = choose_interface(session, None, None)

    assert isinstance(interface, ModelInterface)
    assert (interface.source, interface.preprocessing, interface.calibration) == (
        "assumed",
        Preprocessing(),
        {},
    )
    assert sent(session) == 0


def test_an_untrained_model_gets_the_usual_input() -> None:
    """Where no input does better than guessing, none is preferred."""
    noise = np.random.default_rng(0)
    model = Prototypes(
        GREY, Preprocessing(), spoil=lambda outputs: noise.random(outputs.shape, np.float32)
    )
    interface = choose(model, GREY)

    assert (interface.preprocessing, interface.output.labels) == (Preprocessing(), "from-0")


def test_a_model_of_another_size_is_padded_or_resized() -> None:
    """Of both ways to bring images to a larger input, the one the model was trained on is found."""
    padded = Split(np.pad(GREY.images, ((0, 0), (2, 2), (2, 2))), GREY.labels)
    interface = choose(Prototypes(padded, Preprocessing()), GREY)

    assert interface.preprocessing.fit == "padded"


def test_a_slow_model_is_compared_on_fewer_images(monkeypatch: pytest.MonkeyPatch) -> None:
    """Close inputs are not compared on many images where that would take most of the time limit."""
    split = pictures(4_000)
    model = Prototypes(split, Preprocessing(), spoil=lambda outputs: outputs[:, ::-1])
    asked = []
    for limit in (1e6, 20.0):
        session = session_with(model, split, calibration=Calibration.of(split))
        client: Any = session.client
        client.timeout_s = limit
        clock = SimpleNamespace(monotonic=lambda client=client: client.sent / 300)
        monkeypatch.setattr(calibrating, "time", clock)
        assert isinstance(choose_interface(session, None, None), ModelInterface)
        asked.append(sent(session))

    assert asked[1] < asked[0] / 2


def test_an_input_without_usable_answers_is_left_out() -> None:
    """NaN under one scaling does not end the search; NaN under all is told as what it is."""
    spoilt = Prototypes(GREY, Preprocessing(), spoil=lambda outputs: outputs * np.nan)
    session = session_with(spoilt, GREY, calibration=Calibration.of(GREY))
    failure = choose_interface(session, None, None)

    assert isinstance(failure, Failure)
    assert failure.why == ("not-finite",)


def test_a_model_that_answers_too_slowly_is_not_waited_for() -> None:
    """All that is asked to find out what a model expects may take no longer than one answer."""
    session = session_with(
        Prototypes(GREY, Preprocessing(normalization="-1..1")),
        GREY,
        calibration=Calibration.of(GREY),
    )
    client: Any = session.client
    client.timeout_s = 0.0
    failure = choose_interface(session, None, None)

    assert isinstance(failure, Failure)
    assert failure.reason == "timed-out"
    assert sent(session) == 0


@pytest.mark.parametrize("questions", range(0, 45, 3))
def test_time_may_run_out_at_any_question(questions: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Either it is told, or what was found out until then is enough."""
    session = session_with(
        Prototypes(GREY, Preprocessing(normalization="-1..1")),
        GREY,
        calibration=Calibration.of(GREY),
    )
    asked_at = iter([0.0] * (questions + 1))
    clock = SimpleNamespace(monotonic=lambda: next(asked_at, 1e9))
    monkeypatch.setattr(calibrating, "time", clock)
    found = choose_interface(session, None, None)

    if isinstance(found, Failure):
        assert found.reason == "timed-out"
    else:
        assert found.preprocessing.normalization == "-1..1"


def test_memory_that_runs_out_ends_the_search() -> None:
    """It has nothing to do with the scaling, so no other is tried."""
    session = session_with(
        Prototypes(GREY, Preprocessing()), GREY, calibration=Calibration.of(GREY)
    )
    client: Any = session.client
    failure = file_failure("out-of-memory", "m.h5", expected=Code(text="1 GiB"))
    tried = []
    client.predict = lambda request, images: tried.append(request) or failure

    assert choose_interface(session, None, None) is failure
    assert len(tried) == 1
