"""The rule by which one of several inputs is chosen, on made-up predictions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.evidence.models.trial import Trial, best_preprocessing, still_open
from grader.evidence.predictions.interface import Normalization, OutputFormat, Preprocessing

USUAL = Preprocessing()
NAMES: tuple[Normalization, ...] = ("0..1", "0..255", "-1..1", "standardised", "l2-columns")
CANDIDATES = tuple(Preprocessing(normalization=name) for name in NAMES)
RIVAL, OTHER = CANDIDATES[1:3]
IMAGES = 400


def trial(right: int, sure: float = -0.5, *, of: int = IMAGES, spread: float = 0.0) -> Trial:
    """The first `right` images are read, each with the log-probability `sure`, more or less."""
    noise = np.random.default_rng(right).normal(0, spread, of) if spread else 0.0
    return Trial(hits=np.arange(of) < right, sureness=np.full(of, sure) + noise)


@st.composite
def trials(draw: st.DrawFn) -> dict[Preprocessing, Trial]:
    """How a model did with some inputs, the usual one among them, on the same images."""
    rng = np.random.default_rng(draw(st.integers(0, 1 << 32)))
    size = draw(st.sampled_from([30, 100, 300, 1_000]))
    rivals = draw(st.lists(st.sampled_from(CANDIDATES[1:]), unique=True))
    difficulty = rng.random(size)
    found = {}
    for item in (USUAL, *rivals):
        accuracy = draw(st.sampled_from([0.1, 0.5, 0.88, 0.9, 0.92, 0.99]))
        share = draw(st.sampled_from([0.0, 0.02, 0.3]))
        luck = np.where(rng.random(size) < share, rng.random(size), difficulty)
        sureness = rng.normal(draw(st.sampled_from([-3.0, -0.5, -0.45, -0.01])), 0.3, size)
        found[item] = Trial(hits=luck < accuracy, sureness=np.minimum(sureness, 0))
    return found


@given(trials())
def test_an_input_that_reads_fewer_images_than_the_usual_one_never_wins(
    found: dict[Preprocessing, Trial],
) -> None:
    """However sure it makes the model."""
    chosen = best_preprocessing(found, USUAL)

    assert found[chosen].right >= found[USUAL].right


@given(trials(), st.randoms(use_true_random=False))
def test_the_order_of_the_candidates_has_no_influence(
    found: dict[Preprocessing, Trial], random: object
) -> None:
    """The same trials lead to the same input, in whatever order they were made."""
    items = list(found.items())
    getattr(random, "shuffle")(items)  # noqa: B009

    assert best_preprocessing(dict(items), USUAL) == best_preprocessing(found, USUAL)


@given(trials(), st.sampled_from(CANDIDATES))
def test_nothing_is_chosen_that_clearly_reads_fewer_images(
    found: dict[Preprocessing, Trial], usual: Preprocessing
) -> None:
    """Sureness decides only between inputs that read as many images within the error."""
    chosen = found[best_preprocessing(found, usual)]
    most = max(found.values(), key=lambda item: item.right)

    assert most.right - chosen.right <= 1.5 * np.sqrt((most.hits != chosen.hits).sum())


@given(st.floats(-5, -0.1), st.floats(0.01, 0.09), st.integers(0, IMAGES))
def test_of_inputs_that_read_the_same_images_the_surer_wins(
    sure: float, more: float, right: int
) -> None:
    """Usual or not."""
    found = {USUAL: trial(right, sure), RIVAL: trial(right, sure + more)}

    assert best_preprocessing(found, USUAL) == RIVAL
    assert best_preprocessing(found, RIVAL) == RIVAL


def test_of_equals_the_usual_one_is_taken_and_else_the_simplest() -> None:
    """Two that do exactly as well are told apart by nothing in the data."""
    found = {item: trial(380) for item in reversed(CANDIDATES)}

    assert best_preprocessing(found, OTHER) == OTHER
    assert best_preprocessing(found, Preprocessing(normalization="imagenet")) == USUAL


@pytest.mark.parametrize(("more", "chosen"), [(0, USUAL), (2, USUAL), (3, RIVAL)])
def test_more_images_have_to_be_more_than_chance(more: int, chosen: Preprocessing) -> None:
    """Two images gained and none lost may be chance, as far as 1.5 standard errors go; three are not."""
    found = {USUAL: trial(300), RIVAL: trial(300 + more)}

    assert best_preprocessing(found, USUAL) == chosen


@pytest.mark.parametrize("scale", [0.05, 0.3, 8.0, 255.0])
def test_scaled_logits_make_no_model_surer(scale: float) -> None:
    """A model whose logits are all multiplied by a number says the same, and counts as equally sure."""
    rng = np.random.default_rng(3)
    labels = rng.integers(0, 10, IMAGES)
    logits = (rng.normal(0, 1, (IMAGES, 10)) + 2 * np.eye(10)[labels]).astype(np.float32)
    form = OutputFormat(form="logits")
    plain, scaled = Trial.of(logits, form, labels), Trial.of(logits * scale, form, labels)

    np.testing.assert_allclose(scaled.sureness, plain.sureness, atol=2e-3)
    assert scaled.right == plain.right


def test_a_smoothed_softmax_is_as_sure_as_the_labels_allow() -> None:
    """Probabilities of 0.55 that are always right are made sure of."""
    labels = np.arange(300) % 10
    smoothed = np.where(np.eye(10)[labels], 0.55, 0.05).astype(np.float32)

    assert Trial.of(smoothed, OutputFormat(), labels).mean_sureness > -0.01


@pytest.mark.parametrize("best", [240, 380])
def test_what_is_clearly_worse_is_tried_no_further(best: int) -> None:
    """Far fewer images; or a few fewer and clearly less sure."""
    assert trial(best - 40).is_behind(trial(best))
    assert trial(best - 2, -0.6).is_behind(trial(best))
    assert not trial(best - 2, -0.4).is_behind(trial(best))
    assert not trial(best, -0.6).is_behind(trial(best))


def test_beside_a_good_input_only_those_ahead_are_tried_further() -> None:
    """With 95 of 100 images read, fewer of them or less sureness is the end, but not of the usual input."""
    good, fair = trial(380), trial(240)

    assert not trial(381, -0.6).may_beat(good, usual=False)
    assert not trial(379, -0.4).may_beat(good, usual=False)
    assert trial(379, -0.4).may_beat(good, usual=True)
    assert trial(381, -0.4).may_beat(good, usual=False)
    assert trial(239, -0.6).may_beat(fair, usual=False)


@pytest.mark.parametrize(("images", "open_"), [(300, True), (3_000, False)])
def test_what_can_win_next_to_nothing_is_left(images: int, open_: bool) -> None:
    """Of inputs that read the same images more of them tell no difference, once there are enough."""
    half = trial(images // 2, of=images)

    assert half.may_beat(half, usual=True) == open_


def test_close_inputs_stay_open_and_the_usual_one_with_them() -> None:
    """The best comes first; what is clearly worse is out; and where none may prove better the best is alone."""
    close = {USUAL: trial(242), RIVAL: trial(240), OTHER: trial(120)}

    assert still_open(close, USUAL, 3) == [USUAL, RIVAL]
    assert still_open(close, RIVAL, 3) == [RIVAL, USUAL]
    assert still_open({USUAL: trial(240), OTHER: trial(120)}, USUAL, 3) == [USUAL]
    assert still_open({}, USUAL, 3) == []
