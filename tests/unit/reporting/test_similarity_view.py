from __future__ import annotations

from typing import Any

import pytest

from grader.records.result import GradeReport
from grader.records.similarity import Agreement, Group, Link, Origin, Similarities, Spread
from grader.records.submission import Student
from grader.reporting.class_view import class_page
from grader.reporting.html import render_class
from grader.reporting.similarity_view import SimilaritySection, similarity_section
from tests.factories import ARTEFACT, DATASET, report
from tests.factory_reports import HOSTILE

REPORTS = [report("amina"), report("bruno"), report("chloe")]
AGREEMENT = Agreement(dataset=DATASET, common=69, either=72, expected=24.4, unusual=11.3)
FILE = Link(kind="exact", students=("amina", "bruno"), similarity=1.0)
WEIGHTS = Link(
    kind="fine-tuned", students=("amina", "chloe"), similarity=0.9912, agreements=(AGREEMENT,)
)
GROUP = Group(artefact=ARTEFACT, students=("amina", "bruno", "chloe"), links=(FILE, WEIGHTS))
SPREAD = Spread(artefact=ARTEFACT, dataset=DATASET, pairs=10, bins=(0, 9, 0, 1))


def section(reports: list[GradeReport] = REPORTS, **found: Any) -> SimilaritySection:
    shown = similarity_section(Similarities(**found), reports)
    assert shown is not None
    return shown


def page(shown: SimilaritySection | None, reports: list[GradeReport] = REPORTS) -> str:
    return render_class(class_page(reports, similarity=shown))


def test_a_class_without_similar_submissions_has_no_section() -> None:
    """Nothing is said where nothing was found."""
    assert similarity_section(Similarities(spreads=(SPREAD,)), REPORTS) is None
    assert "Similar submissions" not in page(None)


def test_a_class_without_students_has_no_section() -> None:
    """Even if a starter does not open."""
    assert similarity_section(Similarities(unread=("a.bin",)), []) is None


def test_a_group_says_who_what_and_how_much() -> None:
    """Names lead to the students' pages; figures stand beside what is expected."""
    (group,) = section(groups=(GROUP,)).groups

    assert group.title == "MNIST"
    assert [(item.name, item.link) for item in group.students] == [
        (name.title(), f"reports/{name}/index.html") for name in ("amina", "bruno", "chloe")
    ]
    assert group.datasets == ("Digits",)
    assert [(link.what, link.names, link.share) for link in group.links] == [
        ("The same file", "Amina, Bruno", ""),
        ("Nearly the same weights", "Amina, Chloe", "99.12%"),
    ]
    assert group.links[0].wrong == (None,)
    assert group.links[1].wrong[0] is not None
    assert group.links[1].wrong[0].common == "69 of 72"
    assert group.links[1].wrong[0].expected == "expected 24"
    assert group.notes == ()


def test_the_page_says_that_it_is_no_proof() -> None:
    """Before any name stands what not to conclude."""
    text = page(section(groups=(GROUP,)))

    assert text.index("A reason to look, not proof") < text.index("The same file")


def test_a_small_class_has_no_expected_figure() -> None:
    """If it is not known what to expect, nothing is said of it."""
    alone = Agreement(dataset=DATASET, common=69, either=72)
    link = Link(kind="same-errors", students=("amina", "bruno"), agreements=(alone,))
    group = Group(artefact=ARTEFACT, students=link.students, links=(link,))
    (shown,) = section(groups=(group,)).groups
    (wrong,) = shown.links[0].wrong

    assert wrong is not None
    assert (wrong.common, wrong.expected, shown.links[0].share) == ("69 of 72", "", "")


def test_large_groups_are_cut_and_explained() -> None:
    """Twelve links are listed; for many similar students the likely cause is given."""
    names = tuple(f"s{number}" for number in range(8))
    links = tuple(
        Link(kind="fine-tuned", students=(one, other), similarity=0.99)
        for one in names
        for other in names
        if one < other
    )
    group = Group(artefact=ARTEFACT, students=names, links=links)
    (shown,) = section([report(name) for name in names], groups=(group,)).groups

    assert len(shown.links) == 12
    assert "16 more pairs" in shown.notes[0]
    assert "starter in course.toml" in shown.notes[1]


def test_baselines_are_listed_with_who_submitted_them() -> None:
    """The reference by the title of its exercise, a starter by its path."""
    found = [
        Origin(artefact=ARTEFACT, student=student, baseline=baseline, kind=kind, similarity=1.0)
        for student, baseline, kind in (
            ("amina", "reference/mnist", "exact"),
            ("bruno", "handout/start.h5", "fine-tuned"),
            ("chloe", "handout/start.h5", "fine-tuned"),
        )
    ]
    shown = section(origins=tuple(found), unread=("a.bin", "b.bin"))

    assert [(item.title, [who.name for who in item.students]) for item in shown.baselines] == [
        ("The reference solution of MNIST – The same file", ["Amina"]),
        ("handout/start.h5 – Nearly the same weights", ["Bruno", "Chloe"]),
    ]
    assert "a.bin, b.bin" in shown.unread
    assert shown.unread in page(shown)


def test_the_plot_shows_all_pairs_and_where_the_listed_ones_are() -> None:
    """Bars for the class, dots for the pairs listed."""
    (spread,) = section(groups=(GROUP,), spreads=(SPREAD,)).spreads

    assert [(bar.left, bar.height) for bar in spread.bars] == [(0.25, 1.0), (0.75, 1 / 3)]
    assert spread.dots == (69 / 72,)
    assert "all 10 pairs" in spread.text
    assert page(section(groups=(GROUP,), spreads=(SPREAD,))).count('<div class="spread">') == 1


@pytest.mark.parametrize(
    "spread",
    [
        Spread(artefact=ARTEFACT, dataset=DATASET, pairs=9, bins=(9,)),
        Spread(artefact=ARTEFACT, dataset="other", pairs=10, bins=(10,)),
        Spread(artefact="other", dataset=DATASET, pairs=10, bins=(10,)),
    ],
    ids=["few pairs", "no pair listed on it", "another artefact"],
)
def test_a_plot_without_listed_pairs_is_left_out(spread: Spread) -> None:
    """No bars without a dot, and none for few pairs."""
    assert section(groups=(GROUP,), spreads=(spread,)).spreads == ()


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("kind", ["exact", "re-saved", "fine-tuned", "same-code", "same-errors"])
def test_every_kind_has_words(kind: Any, language: str) -> None:
    """No kind is shown as its code."""
    group = Group(
        artefact=ARTEFACT,
        students=("amina", "bruno"),
        links=(Link(kind=kind, students=("amina", "bruno")),),
    )
    (shown,) = section(
        [report(name, language=language) for name in ("amina", "bruno")], groups=(group,)
    ).groups

    assert shown.links[0].what not in ("", kind)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_inert(name: str) -> None:
    """Names of students are text, wherever they stand."""
    reports = [report("amina", student=Student(id="amina", name=name)), report("bruno")]
    group = Group(artefact=ARTEFACT, students=("amina", "bruno"), links=(FILE,))
    text = page(section(reports, groups=(group,)), reports)

    assert "<script>alert" not in text
    assert "<img src=x" not in text
