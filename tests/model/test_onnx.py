"""ONNX networks in the sandbox: the answers of the same network in Keras, whatever the batch."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import helper

from grader.grading.answering import rank_classes
from grader.grading.asking import Conversation
from grader.grading.batch import open_sandbox
from grader.grading.interview import Subject, prepare_interview
from grader.records.contract import InputContract
from grader.records.evidence import Failure, ModelSummary
from grader.sandbox import Limits, Sandbox
from tests import onnx_networks
from tests.model.networks import layers

IMAGES = np.random.default_rng(3).integers(0, 256, (1203, 28, 28), dtype=np.uint8)


def opened(sandbox: Sandbox, path: Path) -> ModelSummary | Failure:
    with sandbox.open() as box:
        return Conversation(box, path.name, sandbox.limits).open(path, "onnx")


def answers(
    sandbox: Sandbox, model: onnx.ModelProto, folder: Path, images: NDArray[np.uint8] = IMAGES
) -> NDArray[np.float32]:
    path = onnx_networks.save(model, folder / "m.onnx")
    with sandbox.open() as box:
        talk = Conversation(box, path.name, sandbox.limits)
        summary = talk.open(path, "onnx")
        assert isinstance(summary, ModelSummary), summary
        interview = prepare_interview(
            talk, summary, Subject("set", images.shape[1:], 10, None, False), None
        )
        assert not isinstance(interview, Failure), interview
        outputs = interview.ask(InputContract(), images)
    assert not isinstance(outputs, Failure), outputs
    return outputs


@pytest.mark.parametrize("batch", ["n", 1, 7])
def test_answers_equal_those_of_the_same_network_in_keras(
    sandbox: Sandbox, tmp_path: Path, batch: int | str
) -> None:
    """Channels first and last, one image at a time or many: the answers are the same."""
    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(4, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(10, activation="softmax"),
        ]
    )
    images = IMAGES if batch == "n" else IMAGES[:50]
    plain = model.predict(images[..., np.newaxis] / np.float32(255), verbose=0)
    same = onnx_networks.convolutional(model.get_weights(), batch=batch)
    outputs = answers(sandbox, same, tmp_path, images)

    np.testing.assert_allclose(outputs, plain, atol=1e-5)
    np.testing.assert_array_equal(rank_classes(outputs)[:, 0], plain.argmax(axis=1))


def test_logits_rank_as_softmax_does(sandbox: Sandbox, tmp_path: Path) -> None:
    """What PyTorch's losses take is as good as what Keras' do."""
    logits = answers(sandbox, onnx_networks.classifier(), tmp_path)
    softmax = answers(sandbox, onnx_networks.classifier(last="Softmax"), tmp_path)

    np.testing.assert_array_equal(rank_classes(logits), rank_classes(softmax))
    assert logits.min() < 0


def test_refusals_come_out_of_the_sandbox(sandbox: Sandbox, tmp_path: Path) -> None:
    """A damaged file is told as such by the process that looked at it."""
    path = onnx_networks.save(onnx_networks.classifier(), tmp_path / "m.onnx")
    path.write_bytes(path.read_bytes()[:500])
    failure = opened(sandbox, path)

    assert isinstance(failure, Failure)
    assert failure.reason == "corrupt"


def test_a_network_too_large_runs_out_of_memory(tmp_path: Path) -> None:
    """Growing an image a thousandfold is stopped at the memory allowed, and told."""
    scales = onnx_networks.tensor("scales", [1, 1, 2000, 2000])
    model = onnx_networks.network(
        [
            helper.make_node("Resize", ["images", "", "scales"], ["large"]),
            helper.make_node("GlobalAveragePool", ["large"], ["mean"]),
            helper.make_node("Concat", ["mean"] * 10, ["all"], axis=1),
            helper.make_node("Flatten", ["all"], ["scores"]),
        ],
        [scales],
    )
    path = onnx_networks.save(model, tmp_path / "m.onnx")
    with open_sandbox(Limits(wall_s=60, memory_bytes=2 << 30)) as small, small.open() as box:
        talk = Conversation(box, path.name, small.limits)
        summary = talk.open(path, "onnx")
        assert isinstance(summary, ModelSummary), summary
        interview = prepare_interview(
            talk, summary, Subject("set", (28, 28), 10, None, False), None
        )
        assert not isinstance(interview, Failure), interview
        failure = interview.ask(InputContract(), IMAGES[:2])

    assert isinstance(failure, Failure)
    assert failure.reason == "out-of-memory"
