from __future__ import annotations

import numpy as np
import pytest

from grader.similarity.error_agreement import MIN_MODELS, ErrorAgreement, error_agreement
from tests.factory_similarity import LABELS, predicted


def compared(given: list[np.ndarray], related: list[int] | None = None) -> ErrorAgreement:
    return error_agreement(np.stack(given), LABELS, np.array(related or range(len(given))))


def test_only_the_same_wrong_prediction_is_in_common() -> None:
    """Right predictions do not count, and different wrong ones count only as errors of either."""
    labels = np.array([0, 1, 2, 3, 4])
    given = np.array([[0, 9, 9, 9, 4], [0, 9, 9, 8, 5]])
    found = error_agreement(given, labels, np.arange(2))

    assert found.common.tolist() == [[3, 2], [2, 4]]
    assert found.either.tolist() == [[3, 5], [5, 4]]
    assert found.share[0, 1] == 0.4


def test_counts_are_those_of_a_plain_loop() -> None:
    """For every pair, whatever its order."""
    given = [predicted(seed, wrong=20 * seed + 20) for seed in range(6)]
    found = compared(given)

    for one in range(6):
        for other in range(6):
            both = (given[one] != LABELS) & (given[one] == given[other])
            assert found.common[one, other] == both.sum()


def test_independent_models_are_as_expected() -> None:
    """Accurate and inaccurate ones: no pair is unusual, and what is expected is about what is counted."""
    found = compared([predicted(seed, wrong=20 + 5 * seed) for seed in range(20)])
    upper = np.triu_indices(20, 1)
    assert found.unusual is not None
    assert found.expected is not None

    assert np.abs(found.unusual[upper]).max() < 6
    ratio = found.expected[upper] / np.maximum(found.common[upper], 1)
    assert np.median(ratio) == pytest.approx(1, abs=0.1)


def test_a_copy_is_unusual() -> None:
    """One pair stands out among all pairs of the class."""
    given = [predicted(seed, wrong=60) for seed in range(12)]
    copy = given[3].copy()
    copy[np.flatnonzero(copy != LABELS)[:2]] = 0
    found = compared([*given, copy])
    assert found.unusual is not None

    assert found.unusual[3, 12] > 8
    assert found.share[3, 12] > 0.9
    assert np.sort(found.unusual[np.triu_indices(13, 1)])[-2] < 6


def test_many_copies_do_not_change_what_is_expected() -> None:
    """Related models count once; what is expected is estimated from the others."""
    given = [predicted(seed, wrong=60) for seed in range(8)]
    alone = compared(given)
    crowd = compared([*given, *[given[0]] * 10], [*range(8), *[0] * 10])
    assert alone.expected is not None
    assert crowd.expected is not None

    assert crowd.expected[1, 2] == pytest.approx(alone.expected[1, 2])
    assert crowd.expected[0, 8] == pytest.approx(crowd.expected[0, 0])
    assert crowd.expected[0, 8] < 50


def test_a_small_class_has_no_expectation() -> None:
    """With fewer than five different models nothing is expected."""
    given = [predicted(seed) for seed in range(MIN_MODELS)]

    assert compared(given).expected is not None
    assert compared(given[1:]).expected is None
    assert compared([*given[1:], given[1]], [1, 2, 3, 4, 1]).unusual is None


def test_models_without_errors_have_nothing_in_common() -> None:
    """No division by zero, and nothing unusual."""
    found = compared([LABELS.astype(np.uint8)] * 6)
    assert found.unusual is not None

    assert (found.share == 0).all()
    assert (np.abs(found.unusual) < 1).all()
