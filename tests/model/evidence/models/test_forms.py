"""Models in the forms in which people send them are opened, and predict what the model predicts."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np
import onnx
import onnxruntime
import pytest

from grader.evidence.models.client import ModelClient
from grader.evidence.models.companions import model_companions
from grader.evidence.models.formats import model_format
from grader.evidence.models.profile import PROFILE
from grader.evidence.models.protocol import Pixels, Predict
from grader.evidence.models.record import ModelSummary
from grader.intake import find_submission
from grader.records.evidence import ArtefactFile, Failure
from grader.records.submission import SubmittedFile
from grader.sandbox import Sandboxes
from tests import onnx_models
from tests.model.models import classifier

pytestmark = pytest.mark.slow

IMAGES = np.random.default_rng(0).integers(0, 256, (20, 28, 28), np.uint8)


def description_of_keras_2(model: keras.Model) -> dict[str, Any]:
    """What `to_json` of Keras 2 writes of the classifier."""
    flatten, dense = model.layers
    return {
        "class_name": "Sequential",
        "config": {
            "name": "sequential",
            "layers": [
                {
                    "class_name": "Flatten",
                    "config": {"name": flatten.name, "batch_input_shape": [None, 28, 28]},
                },
                {
                    "class_name": "Dense",
                    "config": {"name": dense.name, "units": 10, "activation": "softmax"},
                },
            ],
        },
        "keras_version": "2.2.4",
        "backend": "tensorflow",
    }


def save_weights_as_keras_2(model: keras.Model, path: Path) -> None:
    """What `save_weights` of Keras 2 writes."""
    with h5py.File(path, "w") as store:
        store.attrs["layer_names"] = [layer.name.encode() for layer in model.layers]
        store.attrs["backend"] = b"tensorflow"
        store.attrs["keras_version"] = b"2.2.4"
        for layer in model.layers:
            group = store.create_group(layer.name)
            names = [f"{layer.name}/{weight.name}:0" for weight in layer.weights]
            group.attrs["weight_names"] = [name.encode() for name in names]
            for name, weight in zip(names, layer.weights, strict=True):
                group[name] = weight.numpy()


def keras_3(model: keras.Model, folder: Path) -> None:
    (folder / "model.json").write_text(model.to_json())
    model.save_weights(folder / "model.weights.h5")


def keras_3_packed_twice(model: keras.Model, folder: Path) -> None:
    with (folder / "architecture.json").open("w") as stream:
        json.dump(model.to_json(), stream)
    model.save_weights(folder / "w.weights.h5")


def only_its_config(model: keras.Model, folder: Path) -> None:
    (folder / "config of it.json").write_text(json.dumps(model.get_config()))
    model.save_weights(folder / "w.weights.h5")


def keras_2(model: keras.Model, folder: Path) -> None:
    (folder / "model.json").write_text(json.dumps(description_of_keras_2(model), indent=2))
    save_weights_as_keras_2(model, folder / "weights.h5")


def keras_1_yaml(model: keras.Model, folder: Path) -> None:
    dense = model.layers[1].name
    (folder / "model.yaml").write_text(f"""backend: tensorflow
class_name: Sequential
config:
- class_name: Flatten
  config:
    batch_input_shape: !!python/tuple [null, 28, 28]
    name: {model.layers[0].name}
- class_name: Dense
  config: {{activation: softmax, name: {dense}, units: 10}}
keras_version: 2.0.6
""")
    save_weights_as_keras_2(model, folder / "weights.h5")


def unpacked(model: keras.Model, folder: Path) -> None:
    model.save(folder.parent / "whole.keras")
    with zipfile.ZipFile(folder.parent / "whole.keras") as archive:
        archive.extractall(folder / "mnist.keras")


def whole_beside_a_description(model: keras.Model, folder: Path) -> None:
    (folder / "model.json").write_text(classifier(classes=7).to_json())
    model.save(folder / "model.h5")


FORMS = (
    keras_3, keras_3_packed_twice, only_its_config, keras_2, keras_1_yaml, unpacked, whole_beside_a_description,
)  # fmt: skip


def weights_in(folder: Path) -> tuple[SubmittedFile, list[SubmittedFile]]:
    files = list(find_submission(folder).submission.files)
    return next(file for file in files if model_format(file.kind)), files


def open_folder(
    sandboxes: Sandboxes, folder: Path, *, scale: float = 255.0
) -> tuple[ModelSummary | Failure, np.ndarray | Failure | None]:
    weights, files = weights_in(folder)
    beside = [
        (ArtefactFile(path=file.path, sha256=file.sha256, kind=file.kind), folder / file.path)
        for file in model_companions(weights, files).files
    ]
    form = model_format(weights.kind)
    assert form is not None
    with sandboxes.open(PROFILE) as box:
        client = ModelClient(box, weights.path, sandboxes.limits)
        summary = client.open(folder / weights.path, form, beside)
        if isinstance(summary, Failure):
            return summary, None
        request = Predict(
            dataset="images", shape=IMAGES.shape, output=0, width=10, pixels=Pixels(scale=(scale,))
        )
        return summary, client.predict(request, IMAGES)


@pytest.mark.parametrize("make", FORMS, ids=lambda make: make.__name__)
def test_parts_that_belong_together_are_one_model(
    sandboxes: Sandboxes, tmp_path: Path, make: Callable[[keras.Model, Path], None]
) -> None:
    """Whatever the parts are called and whichever Keras wrote them, the model predicts as it did."""
    model = classifier()
    (tmp_path / "s").mkdir()
    make(model, tmp_path / "s")
    summary, outputs = open_folder(sandboxes, tmp_path / "s")

    assert isinstance(summary, ModelSummary), summary
    expected = model.predict(IMAGES / np.float32(255), verbose=0)
    np.testing.assert_allclose(outputs, expected, atol=1e-5)


def test_weights_of_another_model_are_refused_by_what_differs(
    sandboxes: Sandboxes, tmp_path: Path
) -> None:
    """The message names the layer and both shapes."""
    (tmp_path / "model.json").write_text(classifier((20, 20)).to_json())
    classifier().save_weights(tmp_path / "model.weights.h5")
    failure, _ = open_folder(sandboxes, tmp_path)

    assert isinstance(failure, Failure)
    assert (failure.reason, failure.why) == ("wrong-weights", ("other-shapes",))
    assert failure.values["expected"].text == "400 x 10, 10"
    assert failure.values["found"].text == "784 x 10, 10"


def test_of_several_descriptions_the_one_that_fits_counts(
    sandboxes: Sandboxes, tmp_path: Path
) -> None:
    """Names decide first, and what does not fit is passed over."""
    (tmp_path / "a.json").write_text(classifier((20, 20)).to_json())
    (tmp_path / "b.json").write_text(classifier().to_json())
    classifier().save_weights(tmp_path / "a.weights.h5")
    summary, _ = open_folder(sandboxes, tmp_path)

    assert isinstance(summary, ModelSummary)
    assert summary.parameters == 7850


def test_a_description_brings_no_code(sandboxes: Sandboxes, tmp_path: Path) -> None:
    """What is refused inside a model file is refused beside it."""
    config = json.loads(classifier().to_json())
    config["config"]["layers"][1] = {
        "module": "keras.layers", "class_name": "Lambda", "config": {"name": "own"},
    }  # fmt: skip
    (tmp_path / "model.json").write_text(json.dumps(config))
    classifier().save_weights(tmp_path / "model.weights.h5")
    failure, _ = open_folder(sandboxes, tmp_path)

    assert isinstance(failure, Failure)
    assert (failure.reason, failure.why) == ("refused", ("lambda",))


def test_a_model_of_a_class_of_its_own_is_told_what_works_for_it(
    sandboxes: Sandboxes, tmp_path: Path
) -> None:
    """Its weights alone, and the model as saved, are told apart from a model of layers."""

    class Own(keras.Model):
        def __init__(self, **settings: Any) -> None:
            super().__init__(**settings)
            self.flatten = keras.layers.Flatten()
            self.scores = keras.layers.Dense(10, activation="softmax")

        def call(self, images: Any) -> Any:
            return self.scores(self.flatten(images / 255.0))

    model = Own()
    expected = model(IMAGES.astype(np.float32))
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
    model.save_weights(tmp_path / "a" / "model.weights.h5")
    weights_alone, _ = open_folder(sandboxes, tmp_path / "a")
    model.save(tmp_path / "b" / "model.keras")
    saved, _ = open_folder(sandboxes, tmp_path / "b")
    inputs = keras.Input((28, 28))
    keras.Model(inputs, model.call(inputs)).save(tmp_path / "c" / "model.h5")
    mended, outputs = open_folder(sandboxes, tmp_path / "c", scale=1.0)

    assert isinstance(weights_alone, Failure)
    assert (weights_alone.reason, weights_alone.why) == ("weights-only", ("subclassed",))
    assert isinstance(saved, Failure)
    assert (saved.reason, saved.why) == ("refused", ("own-model",))
    assert isinstance(mended, ModelSummary)
    np.testing.assert_allclose(outputs, expected, atol=1e-5)


def test_weights_of_layers_alone_are_no_class_of_their_own(
    sandboxes: Sandboxes, tmp_path: Path
) -> None:
    """A Sequential model only lacks its description."""
    classifier().save_weights(tmp_path / "model.weights.h5")
    failure, _ = open_folder(sandboxes, tmp_path)

    assert isinstance(failure, Failure)
    assert (failure.reason, failure.why) == ("weights-only", ())


@pytest.mark.parametrize("kept", [True, False], ids=["beside it", "left at home"])
def test_weights_beside_an_onnx_graph_are_put_into_it(
    sandboxes: Sandboxes, tmp_path: Path, kept: bool
) -> None:
    """As torch exports by default; without the second file the advice is how to export one file."""
    onnx.save(
        onnx_models.classifier(), tmp_path / "mnist.onnx",
        save_as_external_data=True, location="mnist.onnx.data", size_threshold=0,
    )  # fmt: skip
    if not kept:
        (tmp_path / "mnist.onnx.data").unlink()
    found, outputs = open_folder(sandboxes, tmp_path)
    if not kept:
        assert isinstance(found, Failure)
        assert found.why == ("external-data",)
        return
    session = onnxruntime.InferenceSession(onnx_models.classifier().SerializeToString())
    images = IMAGES[:, np.newaxis] / np.float32(255)
    np.testing.assert_allclose(outputs, session.run(None, {"images": images})[0], atol=1e-5)


@pytest.mark.parametrize("batch", [1, 7])
def test_onnx_of_a_fixed_batch_predicts_every_image(
    sandboxes: Sandboxes, tmp_path: Path, batch: int
) -> None:
    """One by one, or in batches that are filled up."""
    onnx.save(onnx_models.classifier(batch=batch), tmp_path / "mnist.onnx")
    _, outputs = open_folder(sandboxes, tmp_path)
    session = onnxruntime.InferenceSession(onnx_models.classifier().SerializeToString())
    images = IMAGES[:, np.newaxis] / np.float32(255)
    np.testing.assert_allclose(outputs, session.run(None, {"images": images})[0], atol=1e-5)
