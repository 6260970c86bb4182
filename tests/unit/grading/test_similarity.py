from __future__ import annotations

import msgspec
import numpy as np
import pytest

from grader.grading.judging import StoredEvidence
from grader.grading.similarity import compare_class, comparison_basis
from grader.records.evidence import Failure
from grader.records.similarity import KnownNetwork, Similarities
from grader.records.submission import SubmittedFile
from tests.factories import ARTEFACT, DATASET, lab, threshold
from tests.factory_similarity import (
    LABELS,
    answers,
    drawn,
    handed_in,
    moved,
    print_of,
    trained,
)

LAB = lab(threshold())
#: Six who did their own work.
OTHERS = [
    handed_in(name, weights=trained(seed), given=answers(seed))
    for seed, name in enumerate(("uma", "victor", "wanda", "xaver", "yara", "zoe"), 50)
]


def compare(*more: StoredEvidence, known: tuple[KnownNetwork, ...] = ()) -> Similarities:
    return compare_class(LAB, [*OTHERS, *more], known)


def links(found: Similarities) -> list[tuple[str, tuple[str, ...]]]:
    return [(link.kind, link.students) for group in found.groups for link in group.links]


def test_own_work_is_like_nobodys() -> None:
    """A class without copies has no groups, and all its pairs are counted."""
    found = compare()

    assert (found.groups, found.origins) == ((), ())
    (spread,) = found.spreads
    assert (spread.artefact, spread.dataset, spread.pairs) == ("digit-model", DATASET, 15)
    assert sum(spread.bins) == 15


def test_one_file_twice_is_exact() -> None:
    """By the digest of the file, of whatever networks it holds."""
    own = trained(1)
    found = compare(
        handed_in("amina", weights=own, file="same"), handed_in("bruno", weights=own, file="same")
    )

    assert links(found) == [("exact", ("amina", "bruno"))]
    assert found.groups[0].links[0].similarity == 1


def test_one_file_is_exact_without_weights_too() -> None:
    """A table of predictions has no network in it, and can be the same all the same."""
    table = Failure(reason="no-network")
    pair = [
        handed_in(name, item=table, given=answers(1), file="same") for name in ("amina", "bruno")
    ]

    assert links(compare(*pair)) == [("exact", ("amina", "bruno"))]


def test_a_table_of_anothers_answers_is_found_by_its_mistakes() -> None:
    """The same wrong answers under another name, from a network and from a table."""
    table = Failure(reason="no-network")
    found = compare(
        handed_in("amina", weights=trained(1), given=answers(1)),
        handed_in("bruno", item=table, given=answers(1)),
    )

    (link,) = found.groups[0].links
    assert (link.kind, link.students) == ("same-errors", ("amina", "bruno"))
    assert link.similarity is None
    (agreement,) = link.agreements
    assert (agreement.common, agreement.either, agreement.share) == (100, 100, 1.0)
    assert agreement.expected is not None
    assert agreement.expected < 80


def test_saved_again_is_the_same_weights() -> None:
    """Three files of one network, two of them equal: both things are told."""
    own = trained(1)
    found = compare(
        handed_in("amina", weights=own, file="one"),
        handed_in("bruno", weights=own, file="one"),
        handed_in("chloe", weights=own),
    )

    assert links(found) == [
        ("exact", ("amina", "bruno")),
        ("re-saved", ("amina", "bruno", "chloe")),
    ]
    assert found.students == {"amina", "bruno", "chloe"}


def test_trained_on_a_little_is_nearly_the_same() -> None:
    """How near is told, and what is in common of the answers beside."""
    own = trained(1)
    found = compare(
        handed_in("amina", weights=own, given=answers(1)),
        handed_in("bruno", weights=moved(own, 5, 0.02), given=answers(2)),
    )

    (link,) = found.groups[0].links
    assert (link.kind, link.students) == ("fine-tuned", ("amina", "bruno"))
    assert link.similarity is not None
    assert 0.99 < link.similarity < 1
    assert [agreement.dataset for agreement in link.agreements] == [DATASET]


def test_what_hangs_together_is_one_group() -> None:
    """A chain of hands is one matter, not several; groups of copies come before groups of likenesses."""
    own = trained(1)
    twice = trained(2)
    found = compare(
        handed_in("amina", weights=own),
        handed_in("bruno", weights=moved(own, 5, 0.02), given=answers(3)),
        handed_in("chloe", weights=trained(3), given=answers(3)),
        handed_in("dmitri", weights=twice, file="two"),
        handed_in("elif", weights=twice, file="two"),
    )

    assert [group.students for group in found.groups] == [
        ("dmitri", "elif"),
        ("amina", "bruno", "chloe"),
    ]
    assert [link.kind for link in found.groups[1].links] == ["fine-tuned", "same-errors"]


def test_of_many_alike_each_is_told_with_the_likest() -> None:
    """A whole class alike is not told pair by pair; nearer pairs come first, and nobody is left out."""
    own = trained(1)
    steps = (0.0, 0.004, 0.008, 0.016, 0.03, 0.05)
    found = compare(
        *[
            handed_in(f"s{place}", weights=moved(own, place, by), given=answers(1))
            for place, by in enumerate(steps)
        ]
    )
    (group,) = found.groups

    assert group.students == ("s0", "s1", "s2", "s3", "s4", "s5")
    assert len(group.links) == 5
    assert group.links[0].students == ("s0", "s1")
    similarities = [link.similarity for link in group.links]
    assert similarities == sorted(similarities, reverse=True, key=lambda value: value or 0)


def test_one_archive_twice_is_exact() -> None:
    """A file in an archive is the same where the archive is, and lies in it at the same place."""
    found = []
    for paths in (("a.zip/m.h5", "b.zip/m.h5"), ("a.zip/m.h5", "b.zip/n.h5")):
        pair = []
        for student, path in zip(("amina", "bruno"), paths, strict=True):
            entry = handed_in(student, weights=trained(1))
            archive = SubmittedFile(path=path[:5], size=1, sha256="archive", kind="zip")
            submission = msgspec.structs.replace(entry.evidence.submission, files=(archive,))
            evidence = msgspec.structs.replace(
                entry.evidence, submission=submission, chosen={ARTEFACT: path}
            )
            pair.append(StoredEvidence(evidence, entry.read_arrays, entry.labels))
        found.append([kind for kind, _ in links(compare(*pair))])

    assert found == [["exact"], ["re-saved"]]


@pytest.mark.parametrize("reason", ["corrupt", "weights-only", "missing", "internal", "refused"])
def test_what_did_not_open_does_not_count(reason: str) -> None:
    """Two students with the same damaged or absent file have nothing to compare."""
    failure = Failure(reason=reason)

    assert not compare(*[handed_in(name, item=failure, file="same") for name in "ab"]).groups


def test_untrained_networks_do_not_count() -> None:
    """The program handed out, run with its seed and saved before training, is everybody's."""
    pair = [handed_in(name, weights=drawn(42), file="same", untrained=True) for name in "ab"]

    assert not compare(*pair).groups


@pytest.mark.parametrize("given", [np.zeros(1000, np.uint8), (LABELS + 1).astype(np.uint8) % 10])
def test_answers_no_better_than_guessing_do_not_count(given: np.ndarray) -> None:
    """Dead networks all say the same."""
    pair = [handed_in(name, weights=trained(ord(name)), given=given) for name in "ab"]

    assert not compare(*pair).groups


def test_a_persons_own_earlier_file_does_not_count() -> None:
    """Two submissions under one address of e-mail are one person's."""
    own = trained(1)
    pair = [
        handed_in("amina-1", weights=own, given=answers(1), email="amina@example.org"),
        handed_in("amina-2", weights=own, given=answers(1), email="Amina@example.org"),
    ]

    assert not compare(*pair).groups
    assert not compare(*[
        handed_in(f"amina-{by}", weights=moved(own, 5, by), given=answers(1), email="a@b.c")
        for by in (0.01, 0.02)
    ]).groups  # fmt: skip


def test_networks_without_weights_and_answers_are_like_nobodys() -> None:
    """Nothing to compare but the file."""
    pair = [handed_in(name) for name in ("amina", "bruno")]

    assert not compare(*pair).groups


def test_a_small_class_needs_nearly_everything_in_common() -> None:
    """Of two networks alone nobody knows what is usual; only nearly equal answers are told."""
    one = handed_in("amina", weights=trained(1), given=answers(1))
    copy = answers(1)
    copy[np.flatnonzero(copy != LABELS)[:2]] = 0
    for given, kinds in ((answers(2), []), (copy, ["same-errors"])):
        other = handed_in("bruno", weights=trained(2), given=given)
        found = compare_class(LAB, [one, other])

        assert [kind for kind, _ in links(found)] == kinds
        assert all(
            agreement.expected is None
            for group in found.groups
            for link in group.links
            for agreement in link.agreements
        )


STARTER = trained(9)
KNOWN = (
    KnownNetwork(name="handout/start.h5", sha256="handed-out", fingerprint=print_of(STARTER)),
    KnownNetwork(name="reference/digits", fingerprint=print_of(trained(10))),
    KnownNetwork(name="handout/odd.bin", sha256="odd"),
)


def origins(found: Similarities) -> list[tuple[str, str, str]]:
    return [(origin.student, origin.known, origin.kind) for origin in found.origins]


def test_copies_of_what_was_handed_out_are_not_paired() -> None:
    """By the file, by the weights: nobody copied from anybody."""
    found = compare(
        handed_in("amina", weights=STARTER, file="handed-out", given=answers(1)),
        handed_in("bruno", weights=STARTER, file="handed-out", given=answers(1)),
        handed_in("chloe", weights=STARTER, given=answers(1)),
        handed_in("dmitri", weights=trained(10)),
        known=KNOWN,
    )

    assert found.groups == ()
    assert origins(found) == [
        ("amina", "handout/start.h5", "exact"),
        ("bruno", "handout/start.h5", "exact"),
        ("chloe", "handout/start.h5", "re-saved"),
        ("dmitri", "reference/digits", "re-saved"),
    ]
    assert found.unread == ("handout/odd.bin",)


def test_networks_made_from_one_handed_out_are_paired_only_where_they_are_nearer() -> None:
    """Two went their own ways from the starter, the third goes with the first."""
    own = moved(STARTER, 1, 0.05)
    found = compare(
        handed_in("amina", weights=own, given=answers(1)),
        handed_in("bruno", weights=moved(STARTER, 2, 0.05), given=answers(1)),
        handed_in("chloe", weights=moved(own, 3, 0.004), given=answers(1)),
        known=KNOWN,
    )

    assert links(found) == [("fine-tuned", ("amina", "chloe"))]
    assert [kind for _, _, kind in origins(found)] == ["fine-tuned"] * 3


def test_one_network_made_from_the_starter_twice_is_a_copy() -> None:
    """The same weights that are not the starter's were trained once."""
    own = moved(STARTER, 1, 0.05)
    found = compare(handed_in("amina", weights=own), handed_in("bruno", weights=own), known=KNOWN)

    assert links(found) == [("re-saved", ("amina", "bruno"))]


def test_the_basis_names_all_that_is_compared() -> None:
    """Another file, roster entry, answer's record or starter is another basis; the same class the same one."""
    amina = handed_in("amina", weights=trained(1), given=answers(1))
    bases = [
        comparison_basis(LAB, submissions, known)
        for submissions, known in (
            ([amina], ()),
            ([amina, OTHERS[0]], ()),
            ([handed_in("amina", weights=trained(2), given=answers(1))], ()),
            ([handed_in("amina", weights=trained(1), given=answers(1), email="a@b.c")], ()),
            ([amina], KNOWN),
        )
    ]

    assert len(set(bases)) == len(bases)
    assert bases[0] == comparison_basis(LAB, [amina], ())


def test_the_comparison_is_a_record_that_comes_back() -> None:
    """What is written to the run folder is read as it was."""
    found = compare(
        handed_in("amina", weights=trained(1), given=answers(1)),
        handed_in("bruno", weights=moved(trained(1), 5, 0.02), given=answers(1)),
    )

    assert msgspec.json.decode(msgspec.json.encode(found), type=Similarities) == found
