"""Which artefact the fixtures of a hidden test look at, and what is collected for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from grader.checks.hidden_test import plain_need
from grader.checks.needs import lab_needs
from grader.course import Course
from grader.errors import UnknownNameError
from grader.evidence import kinds
from grader.evidence.base import EvidenceKind
from grader.evidence.fixtures import EvidenceFixture, FixtureRequest
from grader.evidence.need import Need
from grader.records.hidden_test import FixtureUse, FoundTest
from grader.records.lab import Artefact, Lab

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from grader.datasets.base import Dataset


class FixtureError(ValueError):
    """A test asks for what cannot be collected; says what to write."""


class FixtureResolver:
    """Finds what the tests of a lab look at, and makes datasets of the images they draw.

    Args:
        lab: Without its hidden tests.
        course: Finds datasets.
        images: The images that are drawn, by the numbers `FoundTest.images` has.
    """

    def __init__(self, lab: Lab, course: Course, images: Mapping[int, NDArray[np.uint8]]) -> None:
        self._needs = lab_needs(lab)
        self._course = course
        self._images = images
        self.datasets: dict[str, Dataset] = {}
        """The datasets that were made so far, by name."""

    def uses(self, test: FoundTest, artefacts: Sequence[Artefact]) -> tuple[FixtureUse, ...]:
        """The fixtures of kinds of evidence a test uses, each with its needs.

        Args:
            test: As it was found.
            artefacts: Those it may look at.

        Raises:
            FixtureError: It asks for what cannot be collected.
        """
        known = {item.name: (kind, item) for kind in kinds().values() for item in kind.fixtures}
        used = [known[name] for name in test.fixtures if name in known]
        given = {*test.marks, *(["images"] if test.images else [])}
        for mark in sorted(given - {name for _, fixture in used for name in fixture.marks}):
            raise FixtureError(f"no fixture of the test takes the mark {mark}")
        return tuple(self._use(kind, fixture, test, artefacts) for kind, fixture in used)

    def _use(
        self,
        kind: EvidenceKind,
        fixture: EvidenceFixture,
        test: FoundTest,
        artefacts: Sequence[Artefact],
    ) -> FixtureUse:
        artefact = _only_artefact(kind, fixture, artefacts)
        others = self._needs[artefact.id]
        images: dict[str, str] = {}
        names: tuple[str, ...] = ()
        if "images" in fixture.marks:
            names = tuple(self._dataset(item, test, others, images) for item in test.images)
        request = FixtureRequest(
            artefact=artefact.id,
            marks={name: test.marks[name] for name in fixture.marks if name in test.marks},
            images=names,
            others=others,
        )
        try:
            needs = fixture.needs_of(request)
        except ValueError as error:
            raise FixtureError(str(error)) from error
        return FixtureUse(
            fixture=fixture.name,
            needs=tuple(map(plain_need, needs)),
            images=images,
        )

    def _dataset(
        self,
        item: int | str,
        test: FoundTest,
        others: Sequence[Need[Any]],
        images: dict[str, str],
    ) -> str:
        """The name of a dataset of the mark ``images``; one made of images is noted in `images` by their digest."""
        if isinstance(item, str):
            self._known(item)
            return item
        from grader.datasets.secret_images import SecretImages, image_digest

        judged_on = [name for need in others for name in need.datasets]
        if not test.like and not judged_on:
            raise FixtureError(
                'nothing says which dataset the images are like: write @pytest.mark.images(..., like="mnist")'
            )
        like = self._known(test.like or judged_on[0])
        drawn = self._images[item]
        if drawn.shape[1:] != tuple(like.image_shape):
            raise FixtureError(
                f"the images have the shape {drawn.shape[1:]}, those of '{like.name}' {tuple(like.image_shape)}"
            )
        dataset = SecretImages(drawn, like)
        self.datasets[dataset.name] = dataset
        images[image_digest(drawn)] = dataset.name
        return dataset.name

    def _known(self, name: str) -> Dataset:
        from grader.datasets.base import Dataset

        try:
            found = self._course.dataset(name)
        except UnknownNameError as error:
            raise FixtureError(f"{error}; {error.hint}".rstrip("; ")) from error
        if not isinstance(found, Dataset):
            raise FixtureError(f"'{name}' holds texts, not images")
        return found


def _only_artefact(
    kind: EvidenceKind, fixture: EvidenceFixture, artefacts: Sequence[Artefact]
) -> Artefact:
    """The artefact whose files a fixture looks at."""
    readers = [kinds()[name] for name in fixture.kinds or (kind.name,) if name in kinds()]
    formats = {
        form
        for reader in readers
        for form in (*reader.accepts.values(), *reader.may_accept.values())
    }
    fitting = [artefact for artefact in artefacts if formats & {*artefact.formats}]
    if not fitting:
        raise FixtureError(f"no artefact it may look at is one for the fixture {fixture.name}")
    if len(fitting) > 1:
        names = ", ".join(artefact.id for artefact in fitting)
        raise FixtureError(
            f"the fixture {fixture.name} may look at {names}: "
            f'say at which with @pytest.mark.looks_at("{fitting[0].id}")'
        )
    return fitting[0]
