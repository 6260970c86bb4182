from __future__ import annotations

from types import SimpleNamespace
from typing import Any, get_args

import numpy as np
import pytest
from numpy.typing import NDArray

from grader.datasets.base import Calibration, Split
from grader.grading import calibrating
from grader.grading.calibrating import GLANCED, GOOD, Trial, choose_contract
from grader.grading.candidates import candidates
from grader.grading.interview import Interview
from grader.records.contract import Contract, InputContract, LabelOrder, OutputContract, Scaling
from grader.records.declaration import ModelDeclaration
from grader.records.evidence import Failure
from tests.unit.grading.prototypes import DirectTalk, Prototypes, interview_with, pictures

GREY = pictures(1_000)
COLOUR = pictures(1_000, colour=True)
COLOUR_ONLY = {"standardised-channels", "imagenet", "imagenet-bgr"}
GREY_ONLY = {"binarised", "l2-rows", "l2-columns"}
#: Networks for these do about as well with pixels from 0 to 1, on such pictures.
FORGIVING = {"0..1", "binarised", "standardised-image"}


def choose(
    network: Prototypes, split: Split, declared: ModelDeclaration | None = None, **more: Any
) -> Contract:
    calibration = Calibration.of(split)
    interview = interview_with(network, split, calibration=calibration, declared=declared)
    contract = choose_contract(interview, more.get("expects"), declared)
    assert isinstance(contract, Contract)
    return contract


def asked(interview: Interview) -> int:
    talk: Any = interview.talk
    assert isinstance(talk, DirectTalk)
    return talk.asked


@pytest.mark.parametrize("colour", [False, True], ids=["grey", "colour"])
@pytest.mark.parametrize("scaling", sorted(set(get_args(Scaling)) - {"declared"}))
def test_the_input_chosen_costs_next_to_nothing_against_the_one_trained_on(
    scaling: Scaling, colour: bool
) -> None:
    """On pictures not chosen on, the input is within a point of the true one, and better than a fixed 0 to 1."""
    if scaling in (GREY_ONLY if colour else COLOUR_ONLY):
        pytest.skip("not tried on such images")
    split, fresh = (COLOUR if colour else GREY), pictures(4_000, colour=colour, seed=2)
    trained_on = InputContract(scaling=scaling)
    interview = interview_with(
        Prototypes(split, trained_on), split, calibration=Calibration.of(split)
    )
    contract = choose_contract(interview, None, None)
    assert isinstance(contract, Contract)

    def accuracy(given: InputContract) -> float:
        outputs = interview.ask(given, fresh.images)
        assert not isinstance(outputs, Failure)
        return float((outputs.argmax(axis=1) == fresh.labels).mean())

    assert accuracy(contract.input) >= accuracy(trained_on) - 0.01
    assert scaling in FORGIVING or accuracy(contract.input) > accuracy(InputContract()) + 0.05


@pytest.mark.parametrize("scaling", ["0..1", "-1..1"])
def test_black_and_white_exchanged_is_found(scaling: Scaling) -> None:
    """A network for black ink on white paper is given that."""
    wanted = InputContract(scaling=scaling, inverted=True)

    assert choose(Prototypes(GREY, wanted), GREY).input.inverted


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

    network = Prototypes(GREY, InputContract(), spoil=reorder)
    interview = interview_with(network, GREY, calibration=Calibration.of(GREY))
    contract = choose_contract(interview, None, None)

    if labels == "from-0" and extra:
        assert isinstance(contract, Failure)
        assert (contract.args["why"], contract.args["outputs"]) == ("width", "11")
    else:
        assert isinstance(contract, Contract)
        assert contract.output.labels == labels


def test_a_good_network_is_asked_about_few_calibration_images() -> None:
    """Where the usual input does well, no other is tried."""
    network = Prototypes(COLOUR, InputContract())
    interview = interview_with(network, COLOUR, calibration=Calibration.of(COLOUR))
    contract = choose_contract(interview, None, None)

    assert isinstance(contract, Contract)
    assert contract.calibration["0..1"] >= GOOD
    assert asked(interview) == contract.images == GLANCED


def test_a_race_asks_far_fewer_images_than_trying_every_input_on_all() -> None:
    """Inputs that do clearly worse are left behind early, and no image is asked about twice in the same form."""
    network = Prototypes(GREY, InputContract(scaling="-1..1"))
    interview = interview_with(network, GREY, calibration=Calibration.of(GREY))
    contract = choose_contract(interview, None, None)

    assert isinstance(contract, Contract)
    assert contract.input.scaling == "-1..1"
    assert set(contract.calibration) >= {"-1..1", "0..1"}
    assert (
        asked(interview) < len(candidates(interview.layout, GREY.images.shape[1:])) * len(GREY) / 2
    )


def test_what_is_declared_is_taken_at_its_word() -> None:
    """A declaration that does worse than another input still counts; the figures show what it costs."""
    declared = ModelDeclaration(scaling="-1..1")
    contract = choose(Prototypes(GREY, InputContract(scaling="0..255")), GREY, declared)

    assert (contract.source, contract.input.scaling) == ("declared", "-1..1")
    assert set(contract.calibration) == {"-1..1", "0..1"}


def test_a_declared_mean_and_deviation_are_used() -> None:
    """Numbers of the student's own are what the network gets."""
    declared = ModelDeclaration(mean=(0.5,), deviation=(0.5,))
    contract = choose(Prototypes(GREY, InputContract(scaling="-1..1")), GREY, declared)

    assert contract.input.scaling == "declared"
    assert contract.calibration["declared"] > contract.calibration["0..1"]


def test_a_layer_inside_the_network_is_preferred_but_not_believed() -> None:
    """What a Rescaling layer asks for is tried first; where another input does better, that is taken."""
    honest = choose(Prototypes(GREY, InputContract(scaling="0..255")), GREY, expects="0..255")
    mistaken = choose(Prototypes(GREY, InputContract()), GREY, expects="0..255")

    assert (honest.source, honest.input.scaling) == ("model", "0..255")
    assert (mistaken.source, mistaken.input.scaling) == ("calibration", "0..1")


def test_without_calibration_images_the_usual_input_is_assumed() -> None:
    """Nothing is tried where there is nothing to try it on."""
    interview = interview_with(Prototypes(GREY, InputContract(scaling="-1..1")), GREY)
    contract = choose_contract(interview, None, None)

    assert isinstance(contract, Contract)
    assert (contract.source, contract.input, contract.calibration) == (
        "assumed",
        InputContract(),
        {},
    )
    assert asked(interview) == 0


def test_an_untrained_network_gets_the_usual_input() -> None:
    """Where no input does better than guessing, none is preferred."""
    noise = np.random.default_rng(0)
    network = Prototypes(
        GREY, InputContract(), spoil=lambda outputs: noise.random(outputs.shape, np.float32)
    )
    contract = choose(network, GREY)

    assert (contract.input, contract.output.labels) == (InputContract(), "from-0")


def test_a_network_of_another_size_is_padded_or_resized() -> None:
    """Of both ways to bring images to a larger input, the one the network was trained on is found."""
    padded = Split(np.pad(GREY.images, ((0, 0), (2, 2), (2, 2))), GREY.labels)
    contract = choose(Prototypes(padded, InputContract()), GREY)

    assert contract.input.fit == "padded"


def test_an_input_without_usable_answers_is_left_out() -> None:
    """NaN under one scaling does not end the search; NaN under all is told as what it is."""
    spoilt = Prototypes(GREY, InputContract(), spoil=lambda outputs: outputs * np.nan)
    interview = interview_with(spoilt, GREY, calibration=Calibration.of(GREY))
    failure = choose_contract(interview, None, None)

    assert isinstance(failure, Failure)
    assert failure.args["why"] == "not-finite"


def test_a_network_that_answers_too_slowly_is_not_waited_for() -> None:
    """All that is asked to find out what a network expects may take no longer than one answer."""
    interview = interview_with(
        Prototypes(GREY, InputContract(scaling="-1..1")), GREY, calibration=Calibration.of(GREY)
    )
    talk: Any = interview.talk
    talk.patience_s = 0.0
    failure = choose_contract(interview, None, None)

    assert isinstance(failure, Failure)
    assert failure.reason == "timed-out"
    assert asked(interview) == 0


@pytest.mark.parametrize("questions", range(0, 45, 3))
def test_time_may_run_out_at_any_question(questions: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Either it is told, or what was found out until then is enough."""
    interview = interview_with(
        Prototypes(GREY, InputContract(scaling="-1..1")), GREY, calibration=Calibration.of(GREY)
    )
    asked_at = iter([0.0] * (questions + 1))
    clock = SimpleNamespace(monotonic=lambda: next(asked_at, 1e9))
    monkeypatch.setattr(calibrating, "time", clock)
    found = choose_contract(interview, None, None)

    if isinstance(found, Failure):
        assert found.reason == "timed-out"
    else:
        assert found.input.scaling == "-1..1"


def test_memory_that_runs_out_ends_the_search() -> None:
    """It has nothing to do with the scaling, so no other is tried."""
    interview = interview_with(
        Prototypes(GREY, InputContract()), GREY, calibration=Calibration.of(GREY)
    )
    talk: Any = interview.talk
    failure = Failure(reason="out-of-memory", args={"file": "m.h5", "expected": "1 GiB"})
    tried = []
    talk.predict = lambda request, images: tried.append(request) or failure

    assert choose_contract(interview, None, None) is failure
    assert len(tried) == 1


def test_a_small_gain_is_no_reason_to_leave_the_simpler_input() -> None:
    """One image more of a thousand proves nothing; thirty do."""
    labels = np.zeros(1_000, np.int64)

    def trial(right: int) -> Trial:
        scores = np.tile(np.float32([0.6, 0.4]), (1_000, 1))
        scores[right:] = scores[right:, ::-1]
        return Trial.of(scores, OutputContract(), labels)

    assert not trial(901).clearly_beats(trial(900))
    assert trial(930).clearly_beats(trial(900))
    assert not trial(900).clearly_beats(trial(930))
