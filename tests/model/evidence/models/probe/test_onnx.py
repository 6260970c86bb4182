"""ONNX models in the sandbox predict as the same model in Keras, with any batch size."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import helper

from grader.evidence.predictions.ranking import rank_classes
from grader.records.evidence import Failure
from grader.sandbox import Limits, Sandboxes
from grader.sandbox.selftest import assess
from tests import onnx_models
from tests.model.models import layers, open_model, predict_images

IMAGES = np.random.default_rng(3).integers(0, 256, (1203, 28, 28), dtype=np.uint8)


def predict(
    sandboxes: Sandboxes, model: onnx.ModelProto, folder: Path, images: NDArray[np.uint8] = IMAGES
) -> NDArray[np.float32]:
    path = onnx_models.save(model, folder / "m.onnx")
    outputs = predict_images(sandboxes, path, images, kind="onnx")
    assert not isinstance(outputs, Failure), outputs
    return outputs


@pytest.mark.parametrize("batch", ["n", 1, 7])
def test_predictions_equal_those_of_the_same_model_in_keras(
    sandboxes: Sandboxes, tmp_path: Path, batch: int | str
) -> None:
    """Channels first and last, one image at a time or many: the predictions are the same."""
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
    same = onnx_models.convolutional(model.get_weights(), batch=batch)
    outputs = predict(sandboxes, same, tmp_path, images)

    np.testing.assert_allclose(outputs, plain, atol=1e-5)
    np.testing.assert_array_equal(rank_classes(outputs)[:, 0], plain.argmax(axis=1))


@pytest.mark.parametrize("axes", [1, 2])
@pytest.mark.parametrize(
    "shape", [(28, 28), (1, 28, 28), (28, 28, 1), (784,), (3, 28, 28), (1, 1, 28, 28)], ids=str
)
def test_a_graph_of_one_image_is_asked_about_each_alone(
    sandboxes: Sandboxes, tmp_path: Path, shape: tuple[int, ...], axes: int
) -> None:
    """Without a batch axis, wherever the channel is, an image's scores are those of the matrix in the graph."""
    model = onnx_models.of_one_image(shape, axes=axes)
    kernel = onnx.numpy_helper.to_array(model.graph.initializer[1])
    images = IMAGES[:50].reshape(50, -1) / np.float32(255)
    if shape[0] == 3:
        images = np.tile(images, 3)
    outputs = predict(sandboxes, model, tmp_path, IMAGES[:50])

    np.testing.assert_allclose(outputs, images @ kernel, atol=1e-4)


def test_logits_rank_as_softmax_does(sandboxes: Sandboxes, tmp_path: Path) -> None:
    """What PyTorch's losses take is as good as what Keras' do."""
    logits = predict(sandboxes, onnx_models.classifier(), tmp_path)
    softmax = predict(sandboxes, onnx_models.classifier(last="Softmax"), tmp_path)

    np.testing.assert_array_equal(rank_classes(logits), rank_classes(softmax))
    assert logits.min() < 0


def with_label(*, scores: bool) -> onnx.ModelProto:
    """A classifier that gives the class it decides for, as scikit-learn's exports do, and its scores where asked."""
    model = onnx_models.classifier()
    model.graph.node.append(helper.make_node("ArgMax", ["scores"], ["label"], axis=1, keepdims=0))
    label = helper.make_tensor_value_info("label", onnx.TensorProto.INT64, None)
    kept = list(model.graph.output) if scores else []
    del model.graph.output[:]
    model.graph.output.extend([label, *kept])
    return model


def test_scores_are_taken_beside_a_label(sandboxes: Sandboxes, tmp_path: Path) -> None:
    """The label is an output of whole numbers, and the scores are the ones that are read."""
    outputs = predict(sandboxes, with_label(scores=True), tmp_path)
    plain = predict(sandboxes, onnx_models.classifier(), tmp_path)

    np.testing.assert_array_equal(outputs, plain)


def test_labels_alone_are_reported(sandboxes: Sandboxes, tmp_path: Path) -> None:
    """With what to export instead: the ranking of classes is not known."""
    path = onnx_models.save(with_label(scores=False), tmp_path / "m.onnx")
    failure = predict_images(sandboxes, path, IMAGES, kind="onnx")

    assert isinstance(failure, Failure)
    assert (failure.reason, failure.why) == ("bad-output", ("integers",))


def test_refusals_come_out_of_the_sandbox(sandboxes: Sandboxes, tmp_path: Path) -> None:
    """A damaged file is reported by the sandboxed process that opened it."""
    path = onnx_models.save(onnx_models.classifier(), tmp_path / "m.onnx")
    path.write_bytes(path.read_bytes()[:500])
    failure = open_model(sandboxes, path, "onnx")

    assert isinstance(failure, Failure)
    assert failure.reason == "corrupt"


@pytest.mark.slow
def test_a_model_too_large_runs_out_of_memory(tmp_path: Path) -> None:
    """Growing an image a thousandfold is stopped at the memory limit, and reported."""
    scales = onnx_models.tensor("scales", [1, 1, 2000, 2000])
    model = onnx_models.make_model(
        [
            helper.make_node("Resize", ["images", "", "scales"], ["large"]),
            helper.make_node("GlobalAveragePool", ["large"], ["mean"]),
            helper.make_node("Concat", ["mean"] * 10, ["all"], axis=1),
            helper.make_node("Flatten", ["all"], ["scores"]),
        ],
        [scales],
    )
    path = onnx_models.save(model, tmp_path / "m.onnx")
    with Sandboxes(Limits(wall_s=60, memory_bytes=2 << 30), assess().level) as small:
        failure = predict_images(small, path, IMAGES[:2], kind="onnx")

    assert isinstance(failure, Failure)
    assert failure.reason == "out-of-memory"
