"""Episodes on a page: the histogram, the film, and how they ended."""

from __future__ import annotations

import pytest

from grader.evidence.episodes.filmstrip import filmstrip
from grader.evidence.episodes.record import PolicyAtStates, PolicyReading
from grader.evidence.episodes.view import episode_sections
from grader.messages import catalogue
from grader.records.section import Box, CountedValues, Drawings, Stroke, Table
from tests.factory_episodes import episodes


def test_returns_are_counted_in_ranges_of_fifty() -> None:
    """50 steps belong to the first range, 500 to the last."""
    returns, *_ = episode_sections(episodes([9, 50, 51, 500, 500]))
    assert isinstance(returns, CountedValues)

    assert returns.counts == (2, 1, 0, 0, 0, 0, 0, 0, 0, 2)


def test_the_film_is_of_the_shortest_episode() -> None:
    """Each picture has the cart on the track and the pole at its angle, and says after how many steps."""
    film = filmstrip(episodes([80, 20, 500]))
    assert isinstance(film, Drawings)
    translate = catalogue("en").translate

    assert translate(film.title) == (
        "The shortest episode, seed 8: the pole fell to the left after 20 steps"
    )
    assert [translate(drawing.caption) for drawing in film.drawings] == ["step 0", "step 20"]
    cart = next(shape for shape in film.drawings[1].shapes if isinstance(shape, Box))
    pole = film.drawings[1].shapes[-2]
    assert isinstance(pole, Stroke)
    assert cart.x + cart.width / 2 > film.drawings[1].width / 2
    assert pole.points[1][0] < pole.points[0][0]


def test_endings_are_listed_with_seeds_to_look_at() -> None:
    """The shortest first, so that a student can play the episode again."""
    *_, endings = episode_sections(episodes([80, 20, 500, 50]))
    assert isinstance(endings, Table)
    translate = catalogue("en").translate
    rows = [[translate(cell) for cell in row] for row in endings.rows]

    assert [row[0] for row in rows] == ["all steps were played", "the pole fell to the left"]
    assert rows[1][1:3] == ["3", "50"]
    assert rows[1][4] == "8, 10, 7"
    assert "env.reset(seed=...)" in translate(endings.notes[0])


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("source", ["usual", "practice", "declared"])
@pytest.mark.parametrize("practice", [{}, {"raw": 20.0, "standardised": 480.0}])
@pytest.mark.parametrize("form", ["values", "advantages", "single", "of-action"])
def test_every_reading_has_a_sentence(
    language: str, source: str, practice: dict[str, float], form: str
) -> None:
    """How states were given to the model is said on the page."""
    reading = PolicyReading(
        form=form,  # type: ignore[arg-type]
        scaling="standardised",
        source=source,  # type: ignore[arg-type]
        practice=practice,
        practice_episodes=10,
    )
    *_, endings = episode_sections(episodes([80], reading=reading))
    assert isinstance(endings, Table)
    said = catalogue(language).translate(endings.notes[1])

    assert ("480" in said) == bool(practice)


def test_states_a_hidden_test_chose_are_shown_nowhere() -> None:
    """They are a secret of the instructor."""
    chosen = PolicyAtStates(states=((0, 0, 0, 0),), actions=(1,), steps=(500,))

    assert episode_sections(chosen) == ()
