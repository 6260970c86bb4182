"""The page's random numbers, elementary functions, data and training."""

from __future__ import annotations

import json
import math
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.evidence.playground.reading import read_settings
from grader.evidence.playground.replay import fdlibm
from grader.evidence.playground.replay.elementary import ORIGINAL, PLATFORM
from grader.evidence.playground.replay.replay import Replay
from grader.evidence.playground.replay.settings import (
    ACTIVATIONS,
    FEATURES,
    REGULARIZATIONS,
    Settings,
)
from grader.evidence.playground.replay.stream import RandomStream
from tests.playground_network import PlainNetwork
from tests.program import SHARED

VECTORS = SHARED / "playground" / "replay_cases.json"

DEFAULT = Settings(seed="0.66230")

#: Settings as links may have them.
LINKS = st.builds(
    Settings,
    seed=st.text(max_size=8),
    dataset=st.sampled_from(["circle", "xor", "gauss", "spiral", "reg-plane", "reg-gauss"]),
    noise=st.sampled_from([0.0, 10.0, 50.0, 80.0]),
    percent_train=st.sampled_from([2.0, 4.6]),
    features=st.lists(st.sampled_from(FEATURES), unique=True, max_size=4).map(tuple),
    hidden=st.lists(st.integers(1, 4), max_size=3).map(tuple),
    activation=st.sampled_from(ACTIVATIONS),
    batch_size=st.integers(1, 7),
    learning_rate=st.sampled_from([0.03, 0.3, 3.0]),
    regularization=st.sampled_from(REGULARIZATIONS),
    regularization_rate=st.sampled_from([0.0, 0.03, 1.0]),
    init_zero=st.booleans(),
)


@pytest.mark.parametrize(
    ("seed", "numbers"),
    [
        ("hello.", [0.9282578795792454, 0.3752569768646784]),
        ("0.66230", [0.7187351007166869, 0.30811243354173584]),
        ("", [0.23144008215179881, 0.27404636548159655]),
    ],
)
def test_seeds_begin_the_stream(seed: str, numbers: list[float]) -> None:
    """As the documentation of seedrandom and the page have it."""
    stream = RandomStream(seed)

    assert [stream() for _ in numbers] == numbers


def test_long_seeds_count_to_their_end() -> None:
    """RC4's key has 256 bytes; what is longer is mixed into it, and signs beyond ASCII count by their low byte."""
    assert RandomStream("x" * 300 + "y")() != RandomStream("x" * 300 + "z")()
    assert RandomStream("\u0141")() == RandomStream("A")()


@pytest.mark.skipif(np.finfo(np.longdouble).nmant <= 52, reason="needs numbers longer than doubles")
@pytest.mark.parametrize(
    ("name", "low", "high", "units"),
    [
        ("exp", -700, 700, 1.0),
        ("expm1", -50, 700, 1.0),
        ("tanh", -23, 23, 2.5),
        ("sin", -40, 40, 1.0),
        ("cos", -40, 40, 1.0),
        ("log", 1e-300, 3, 1.0),
    ],
)
def test_elementary_functions_are_right_to_the_last_digits(
    name: str, low: float, high: float, units: float
) -> None:
    """Against a longer arithmetic, in units of the last place."""
    drawn = np.random.default_rng(1)
    points = [*drawn.uniform(low, high, 600), *(drawn.uniform(low, high, 600) / 1_000), high / 2]
    function = getattr(fdlibm, name)
    for x in map(float, points):
        exact = getattr(np, name)(np.longdouble(x)) if name != "log" or x > 0 else None
        if exact is not None:
            error = abs(np.longdouble(function(x)) - exact) / math.ulp(float(exact))
            assert error <= units, x


@pytest.mark.parametrize(
    "x", [math.nan, math.inf, -math.inf, 1e6, -1e6, 0.0, 1e-300, 800.0, -800.0]
)
def test_elementary_functions_never_raise(x: float) -> None:
    """As in a browser: no number gives no number, and both arithmetics agree on what is not finite."""
    for name in ("tanh", "exp", "sin", "cos"):
        values = [getattr(functions, name)(x) for functions in (ORIGINAL, PLATFORM)]
        assert values == pytest.approx([values[1]] * 2, nan_ok=True)


def test_the_default_network_is_the_pages() -> None:
    """Points, weights and losses that the page itself shows for its default link with this seed."""
    replay = Replay(DEFAULT, ORIGINAL)

    assert replay.train_points[0] == (0.08058352882217504, -0.11005687526885607, 1)
    assert replay.weights[0] == -0.06302082828554378
    assert replay.biases == (0.1,) * 7
    before = replay.losses()
    assert (before.train, before.test) == (0.5100196663769753, 0.5118614334737303)
    replay.advance_to(100)
    assert replay.losses().test == 0.015257201917561736


@pytest.mark.parametrize(
    ("dataset", "points"),
    [
        ("circle", 500),
        ("xor", 500),
        ("gauss", 500),
        ("spiral", 500),
        ("reg-plane", 1200),
        ("reg-gauss", 1200),
    ],
)
def test_every_data_set_has_its_points(dataset: Any, points: int) -> None:
    """All within the page's square but for the noise, and parted by the share for training."""
    replay = Replay(Settings(seed="7", dataset=dataset, percent_train=30), ORIGINAL)

    assert len(replay.train_points) == points * 30 // 100
    assert len(replay.train_points) + len(replay.test_points) == points
    labels = {point.label for point in replay.train_points}
    assert labels == {-1.0, 1.0} if points == 500 else len(labels) > 2


def test_what_is_left_of_a_batch_counts_in_the_next_epoch() -> None:
    """A batch as large as the training data and one beyond: the first update comes in the second epoch, or never."""
    whole = Replay(Settings(seed="1", batch_size=250), ORIGINAL)
    never = Replay(Settings(seed="1", batch_size=251), ORIGINAL)
    for replay in (whole, never):
        replay.advance_to(1)

    assert whole.weights != Replay(whole.settings, ORIGINAL).weights
    assert never.weights == Replay(never.settings, ORIGINAL).weights


@given(settings=LINKS)
@settings(max_examples=60, deadline=None)
def test_written_code_computes_as_a_plain_network(settings: Settings) -> None:
    """To the last bit, with nodes and links as objects that add in the same order."""
    replay, plain = Replay(settings, PLATFORM), PlainNetwork(settings, PLATFORM)
    replay.advance_to(3)
    plain.train(3)

    assert repr(replay.weights) == repr(plain.weights)
    assert repr(replay.biases) == repr(plain.biases)
    assert repr(replay.losses()) == repr(plain.losses())


@given(settings=LINKS)
@settings(max_examples=40, deadline=None)
def test_both_arithmetics_agree_until_a_last_digit_decides(settings: Settings) -> None:
    """The browser's elementary functions and the platform's differ in the last bit, and losses hardly at first."""
    slow = msgspec.structs.replace(settings, learning_rate=0.03)
    original, platform = Replay(slow, ORIGINAL), Replay(slow, PLATFORM)
    assert original.weights == platform.weights
    for replay in (original, platform):
        replay.advance_to(1)

    first, second = original.losses(), platform.losses()
    for one, other in ((first.train, second.train), (first.test, second.test)):
        assert one == pytest.approx(other, rel=1e-9, abs=1e-9, nan_ok=True)


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.skipif(not VECTORS.is_file(), reason=f"no vectors in {VECTORS} (GRADER_SHARED)")
def test_the_original_programs_vectors_are_met_exactly() -> None:
    """Data, weights and losses of links that were run in the page's own program."""
    for case in json.loads(VECTORS.read_text()):
        settings = read_settings(case["url_hash"]).settings
        assert settings is not None, case["name"]
        replay = Replay(settings, ORIGINAL)
        assert list(replay.weights) == case["initial_weights"], case["name"]
        for epoch, losses in case["losses"].items():
            replay.advance_to(int(epoch))
            found = replay.losses()
            assert (found.train, found.test) == (losses["train"], losses["test"]), case["name"]
        assert list(replay.weights) == case["final_weights"], case["name"]
