"""Hidden tests of the links of playground-cifar10: what runs that were copied or made up do not show."""

from __future__ import annotations

import pytest

from grader.evidence.playground.replaying import agreed_losses, shown

pytestmark = pytest.mark.looks_at("links")


def _test_losses(links, epochs):
    """The final test losses of runs on the four corners, trained for so many epochs, as the page shows them."""
    corners = [link for link in links.links if link.settings and link.settings.dataset == "xor"]
    found = (agreed_losses(link) for link in corners)
    return {
        shown(losses.test)
        for losses in found
        if losses is not None and losses.epoch >= epochs and losses.test is not None
    }


@pytest.mark.exercise("part-2")
@pytest.mark.points(2)
def test_runs_end_differently(links):
    """Runs of 500 epochs from different initial weights end in at least three different test losses."""
    assert len(_test_losses(links, 500)) >= 3


@pytest.mark.exercise("3-smallest")
@pytest.mark.points(2)
def test_noted_losses_are_shown(links):
    """A replay shows the losses that were noted, whatever the exercise, of every link that can be replayed."""
    replayed = [link for link in links.links if link.replay is not None]
    assert replayed
    for link in replayed:
        assert link.replay.starts > 0, f"{link.where}: no start shows what was noted"


@pytest.mark.exercise("part-3")
@pytest.mark.points(2)
def test_the_spiral_is_learnt_on_more_than_a_few_points(links):
    """A spiral is learnt from no more than nine in ten of the points, so that the test loss says something."""
    spirals = [link for link in links.links if link.settings and link.settings.dataset == "spiral"]
    assert spirals
    assert all(link.settings.percent_train <= 90 for link in spirals)
