"""Hidden tests of what the notebook of mnist-cifar100 trains."""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.exercise("cifar100-story"), pytest.mark.looks_at("notebook")]


@pytest.mark.points(1)
def test_trained_on_training_images(trainings):
    """The networks on CIFAR-100 are trained on training images alone: test images would tell them the answers."""
    data = [training.data for training in trainings if "cifar100/" in training.data]
    assert trainings
    assert not any("test" in source for source in data)
