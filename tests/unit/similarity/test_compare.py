from __future__ import annotations

import msgspec
import numpy as np
import pytest

from grader.evidence.view import StoredEvidence
from grader.records.evidence import Failure
from grader.records.similarity import Similarities
from grader.similarity.baselines import Baseline
from grader.similarity.compare import compare_class, comparison_basis
from grader.similarity.starter_code import StarterScript
from tests.factories import DATASET, lab, threshold
from tests.factory_similarity import (
    LABELS,
    fingerprint_of,
    initialized,
    moved,
    predicted,
    submitted,
    trained,
)

LAB = lab(threshold())
NO_MODEL = Failure(reason="no-model")
#: Six independent submissions.
OTHERS = [
    submitted(name, weights=trained(seed), classes=predicted(seed))
    for seed, name in enumerate(("uma", "victor", "wanda", "xaver", "yara", "zoe"), 50)
]


def compare(*more: StoredEvidence, baselines: tuple[Baseline, ...] = ()) -> Similarities:
    return compare_class(LAB, [*OTHERS, *more], baselines).similarities


def links(found: Similarities) -> list[tuple[str, tuple[str, ...]]]:
    return [(link.kind, link.students) for group in found.groups for link in group.links]


def test_independent_submissions_are_not_similar() -> None:
    """A class without copies has no groups, and all its pairs are counted."""
    found = compare()

    assert (found.groups, found.origins) == ((), ())
    (spread,) = found.spreads
    assert (spread.artefact, spread.dataset, spread.pairs) == ("digit-model", DATASET, 15)
    assert sum(spread.bins) == 15


def test_one_file_twice_is_exact() -> None:
    """By the digest of the file, whatever it holds."""
    own = trained(1)
    found = compare(
        submitted("amina", weights=own, file="same"), submitted("bruno", weights=own, file="same")
    )

    assert links(found) == [("exact", ("amina", "bruno"))]
    assert found.groups[0].links[0].similarity == 1


def test_one_file_is_exact_without_weights_too() -> None:
    """A table of predictions holds no model, and can be the same file."""
    pair = [
        submitted(name, failure=NO_MODEL, classes=predicted(1), file="same")
        for name in ("amina", "bruno")
    ]

    assert links(compare(*pair)) == [("exact", ("amina", "bruno"))]


def test_a_table_of_anothers_predictions_is_found_by_its_errors() -> None:
    """The same wrong predictions, from a model and from a table."""
    found = compare(
        submitted("amina", weights=trained(1), classes=predicted(1)),
        submitted("bruno", failure=NO_MODEL, classes=predicted(1)),
    )

    (link,) = found.groups[0].links
    assert (link.kind, link.students) == ("same-errors", ("amina", "bruno"))
    assert link.similarity is None
    (agreement,) = link.agreements
    assert (agreement.common, agreement.either, agreement.share) == (100, 100, 1.0)
    assert agreement.expected is not None
    assert agreement.expected < 80


def test_saved_again_is_the_same_weights() -> None:
    """Three files of one model, two of them equal: both links are reported."""
    own = trained(1)
    found = compare(
        submitted("amina", weights=own, file="one"),
        submitted("bruno", weights=own, file="one"),
        submitted("chloe", weights=own),
    )

    assert links(found) == [
        ("exact", ("amina", "bruno")),
        ("re-saved", ("amina", "bruno", "chloe")),
    ]
    assert found.students == {"amina", "bruno", "chloe"}


def test_a_model_trained_a_little_further_is_nearly_the_same() -> None:
    """The similarity is reported, and which wrong predictions are in common."""
    own = trained(1)
    found = compare(
        submitted("amina", weights=own, classes=predicted(1)),
        submitted("bruno", weights=moved(own, 5, 0.02), classes=predicted(2)),
    )

    (link,) = found.groups[0].links
    assert (link.kind, link.students) == ("fine-tuned", ("amina", "bruno"))
    assert link.similarity is not None
    assert 0.99 < link.similarity < 1
    assert [agreement.dataset for agreement in link.agreements] == [DATASET]


def test_submissions_connected_through_others_are_one_group() -> None:
    """A chain of links is one group; groups with equal files come first."""
    own = trained(1)
    twice = trained(2)
    found = compare(
        submitted("amina", weights=own),
        submitted("bruno", weights=moved(own, 5, 0.02), classes=predicted(3)),
        submitted("chloe", weights=trained(3), classes=predicted(3)),
        submitted("dmitri", weights=twice, file="two"),
        submitted("elif", weights=twice, file="two"),
    )

    assert [group.students for group in found.groups] == [
        ("dmitri", "elif"),
        ("amina", "bruno", "chloe"),
    ]
    assert [link.kind for link in found.groups[1].links] == ["fine-tuned", "same-errors"]


def test_of_many_similar_each_is_linked_with_the_most_similar() -> None:
    """Not every pair of a large group is listed; nearer pairs come first, and no member is left out."""
    own = trained(1)
    steps = (0.0, 0.004, 0.008, 0.016, 0.03, 0.05)
    found = compare(
        *[
            submitted(f"s{place}", weights=moved(own, place, by), classes=predicted(1))
            for place, by in enumerate(steps)
        ]
    )
    (group,) = found.groups

    assert group.students == ("s0", "s1", "s2", "s3", "s4", "s5")
    assert len(group.links) == 5
    assert group.links[0].students == ("s0", "s1")
    similarities = [link.similarity for link in group.links]
    assert similarities == sorted(similarities, reverse=True, key=lambda value: value or 0)


def test_the_same_file_in_an_archive_is_exact() -> None:
    """The file counts, not the archive it lies in."""
    own = trained(1)
    found = compare(
        submitted("amina", weights=own, file="same", path="a.zip/m.h5"),
        submitted("bruno", weights=own, file="same", path="digits.h5"),
    )

    assert links(found) == [("exact", ("amina", "bruno"))]


def test_only_predictions_that_checks_look_at_are_compared() -> None:
    """A lab without an accuracy check on the dataset compares weights alone."""
    pair = [
        submitted(name, weights=trained(seed), classes=predicted(1))
        for seed, name in enumerate(("amina", "bruno"))
    ]
    found = compare_class(lab(threshold(dataset="other")), [*OTHERS, *pair]).similarities

    assert (found.groups, found.spreads) == ((), ())


@pytest.mark.parametrize("reason", ["corrupt", "weights-only", "missing", "internal", "refused"])
def test_what_did_not_open_does_not_count(reason: str) -> None:
    """Two students with the same damaged or absent file have nothing to compare."""
    failure = Failure(reason=reason)

    assert not compare(*[submitted(name, failure=failure, file="same") for name in "ab"]).groups


def test_untrained_models_do_not_count() -> None:
    """A program that was handed out, run with its seed and saved before training, gives everybody the same."""
    pair = [submitted(name, weights=initialized(42), file="same", untrained=True) for name in "ab"]

    assert not compare(*pair).groups


@pytest.mark.parametrize("classes", [np.zeros(1000, np.uint8), (LABELS + 1).astype(np.uint8) % 10])
def test_predictions_no_better_than_guessing_do_not_count(classes: np.ndarray) -> None:
    """Models that do not learn all predict the same."""
    pair = [submitted(name, weights=trained(ord(name)), classes=classes) for name in "ab"]

    assert not compare(*pair).groups


def test_a_persons_own_earlier_file_does_not_count() -> None:
    """Two submissions under one address of e-mail are one person's."""
    own = trained(1)
    pair = [
        submitted("amina-1", weights=own, classes=predicted(1), email="amina@example.org"),
        submitted("amina-2", weights=own, classes=predicted(1), email="Amina@example.org"),
    ]

    assert not compare(*pair).groups
    assert not compare(*[
        submitted(f"amina-{by}", weights=moved(own, 5, by), classes=predicted(1), email="a@b.c")
        for by in (0.01, 0.02)
    ]).groups  # fmt: skip


def test_models_without_weights_and_predictions_are_not_similar() -> None:
    """There is nothing to compare but the file."""
    pair = [submitted(name) for name in ("amina", "bruno")]

    assert not compare(*pair).groups


def test_a_small_class_needs_nearly_everything_in_common() -> None:
    """Two models alone do not say what to expect; only nearly equal predictions are reported."""
    one = submitted("amina", weights=trained(1), classes=predicted(1))
    copy = predicted(1)
    copy[np.flatnonzero(copy != LABELS)[:2]] = 0
    for classes, kinds in ((predicted(2), []), (copy, ["same-errors"])):
        other = submitted("bruno", weights=trained(2), classes=classes)
        found = compare_class(LAB, [one, other]).similarities

        assert [kind for kind, _ in links(found)] == kinds
        assert all(
            agreement.expected is None
            for group in found.groups
            for link in group.links
            for agreement in link.agreements
        )


STARTER = trained(9)
BASELINES = (
    Baseline(name="handout/start.h5", sha256="handed-out", fingerprint=fingerprint_of(STARTER)),
    Baseline(name="reference/digits", fingerprint=fingerprint_of(trained(10))),
    Baseline(name="handout/odd.bin", sha256="odd"),
)


def origins(found: Similarities) -> list[tuple[str, str, str]]:
    return [(origin.student, origin.baseline, origin.kind) for origin in found.origins]


def test_copies_of_baselines_are_not_paired() -> None:
    """Neither by the file nor by the weights."""
    found = compare(
        submitted("amina", weights=STARTER, file="handed-out", classes=predicted(1)),
        submitted("bruno", weights=STARTER, file="handed-out", classes=predicted(1)),
        submitted("chloe", weights=STARTER, classes=predicted(1)),
        submitted("dmitri", weights=trained(10)),
        baselines=BASELINES,
    )

    assert found.groups == ()
    assert origins(found) == [
        ("amina", "handout/start.h5", "exact"),
        ("bruno", "handout/start.h5", "exact"),
        ("chloe", "handout/start.h5", "re-saved"),
        ("dmitri", "reference/digits", "re-saved"),
    ]
    assert found.unread == ("handout/odd.bin",)


def test_models_made_from_one_starter_are_paired_only_if_they_are_nearer_to_each_other() -> None:
    """Two were trained independently from the starter, the third was made from the first."""
    own = moved(STARTER, 1, 0.05)
    found = compare(
        submitted("amina", weights=own, classes=predicted(1)),
        submitted("bruno", weights=moved(STARTER, 2, 0.05), classes=predicted(1)),
        submitted("chloe", weights=moved(own, 3, 0.004), classes=predicted(1)),
        baselines=BASELINES,
    )

    assert links(found) == [("fine-tuned", ("amina", "chloe"))]
    assert [kind for _, _, kind in origins(found)] == ["fine-tuned"] * 3


def test_the_same_model_made_from_a_starter_twice_is_a_copy() -> None:
    """Equal weights other than the starter's come from one training."""
    own = moved(STARTER, 1, 0.05)
    found = compare(
        submitted("amina", weights=own), submitted("bruno", weights=own), baselines=BASELINES
    )

    assert links(found) == [("re-saved", ("amina", "bruno"))]


def test_the_basis_names_all_that_is_compared() -> None:
    """Another student, file, roster entry, model, failure, dataset or baseline gives another basis."""
    amina = submitted("amina", weights=trained(1), classes=predicted(1))
    other_weights = submitted("amina", weights=trained(2), classes=predicted(1))
    other_file = submitted("amina", weights=trained(1), classes=predicted(1), file="other")
    known_email = submitted("amina", weights=trained(1), classes=predicted(1), email="a@b.c")
    failed = [submitted("amina", failure=Failure(reason=name)) for name in ("internal", "crashed")]
    bases = [
        comparison_basis(judged, submissions, baselines)
        for judged, submissions, baselines in (
            (LAB, [amina], ()),
            (LAB, [amina, OTHERS[0]], ()),
            (LAB, [other_weights], ()),
            (LAB, [other_file], ()),
            (LAB, [known_email], ()),
            (LAB, failed[:1], ()),
            (LAB, failed[1:], ()),
            (lab(threshold(), threshold(id="other", dataset="other")), [amina], ()),
            (LAB, [amina], BASELINES),
        )
    ]
    script = StarterScript(name="start.py", sha256="1", tokens=("$ = 0",))
    bases.append(comparison_basis(LAB, [amina], (), [script]))

    assert len(set(bases)) == len(bases)
    assert bases[0] == comparison_basis(LAB, [amina], ())


def test_the_comparison_is_a_record_that_comes_back() -> None:
    """What is written to the run folder is read as it was."""
    found = compare(
        submitted("amina", weights=trained(1), classes=predicted(1)),
        submitted("bruno", weights=moved(trained(1), 5, 0.02), classes=predicted(1)),
    )

    assert msgspec.json.decode(msgspec.json.encode(found), type=Similarities) == found
