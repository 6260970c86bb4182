"""ONNX models: which open, which are refused, and their summaries."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from grader.evidence.models.probe.fingerprint import Weight, fingerprint
from grader.evidence.models.probe.onnx_model import OnnxModel, is_unbatched
from grader.evidence.models.probe.onnx_opening import open_onnx
from grader.evidence.models.probe.onnx_summary import summarise_onnx
from grader.evidence.models.protocol import OpenModel
from grader.evidence.models.record import ModelSummary, Port
from grader.records.evidence import Failure
from grader.records.message import Name
from tests.onnx_models import (
    classifier,
    convolutional,
    make_model,
    of_one_image,
    save,
    tensor,
)

RNG = np.random.default_rng(5)


def opened(model: onnx.ModelProto, folder: Path) -> tuple[OnnxModel, ModelSummary]:
    path = save(model, folder / "m.onnx")
    found = open_onnx(path, "m.onnx", threads=1)
    assert not isinstance(found, Failure), found
    loaded = OnnxModel(found)
    request = OpenModel(path=str(path), file="m.onnx", format="onnx")
    return loaded, summarise_onnx(found, loaded, request)


def refused(model: onnx.ModelProto, folder: Path) -> Failure:
    found = open_onnx(save(model, folder / "m.onnx"), "m.onnx", threads=1)
    assert isinstance(found, Failure)
    return found


def keras_weights() -> list[np.ndarray]:  # type: ignore[type-arg]
    shapes = [(3, 3, 1, 4), (4,), (13 * 13 * 4, 10), (10,)]
    return [RNG.normal(0, 0.1, shape).astype(np.float32) for shape in shapes]


def test_a_model_from_keras_keeps_its_fingerprint(tmp_path: Path) -> None:
    """Kernels lie the other way round in ONNX; turned back, they are the same weights and the same kernels."""
    weights = keras_weights()
    _, summary = opened(convolutional(weights), tmp_path)
    own = fingerprint([Weight("kernel", array) for array in weights])

    assert own is not None
    assert summary.fingerprint is not None
    assert summary.fingerprint.digest == own.digest
    assert [kernel.shape for kernel in summary.fingerprint.kernels] == [(3, 3, 1, 4), (676, 10)]
    assert [kernel.sketch for kernel in summary.fingerprint.kernels] == [
        kernel.sketch for kernel in own.kernels
    ]


def test_what_pytorch_drew_is_smaller_than_what_keras_draws(tmp_path: Path) -> None:
    """How far training went is measured from where each program begins."""
    _, summary = opened(convolutional(keras_weights()), tmp_path)
    assert summary.fingerprint is not None
    convolution, dense = summary.fingerprint.kernels

    assert convolution.expected_init_norm == pytest.approx(np.sqrt(36 / 9 / 3))
    assert dense.expected_init_norm == pytest.approx(np.sqrt(6760 / 676 / 3))


def test_summary_names_operators_parameters_and_producer(tmp_path: Path) -> None:
    """Operators stand as layers with what goes into them, shapes as far as they are known."""
    _, summary = opened(convolutional(keras_weights()), tmp_path)

    assert summary.saved_by == "pytorch 2.13.0"
    assert summary.size_bytes == (tmp_path / "m.onnx").stat().st_size
    assert summary.inputs[0].shape == (None, 1, 28, 28)
    assert summary.outputs[0].shape == (None, 10)
    assert [layer.type for layer in summary.layers] == [
        "Conv", "Relu", "MaxPool", "Transpose", "Flatten", "Gemm", "Softmax",
    ]  # fmt: skip
    convolution, dense = summary.layers[0], summary.layers[5]
    assert convolution.output_shape == (None, 4, 26, 26)
    assert convolution.settings == {
        "filters": 4, "kernel_size": (3, 3), "activation": "linear",
    }  # fmt: skip
    assert (convolution.parameters, dense.parameters) == (40, 6770)
    assert dense.settings["units"] == 10
    assert summary.parameters == summary.trainable_parameters == 6810
    assert summary.last_activation == "softmax"


@pytest.mark.parametrize(
    ("last", "name"),
    [("Softmax", "softmax"), ("Sigmoid", "sigmoid"), ("LogSoftmax", "log_softmax"), ("", "linear")],
)
def test_the_last_activation_is_told(tmp_path: Path, last: str, name: str) -> None:
    """How scores are read goes by the last activation; without one they are logits."""
    _, summary = opened(classifier(last=last), tmp_path)

    assert summary.last_activation == name


def test_measured_numbers_are_no_trained_ones(tmp_path: Path) -> None:
    """Mean and variance count as parameters, not as trainable ones; a weight used twice counts once."""
    ones = [tensor(name, np.ones(1)) for name in ("scale", "shift", "mean", "variance")]
    norm = ["scale", "shift", "mean", "variance"]
    model = make_model(
        [
            helper.make_node("BatchNormalization", ["images", *norm], ["a"]),
            helper.make_node("BatchNormalization", ["a", *norm], ["scores"]),
        ],
        ones,
    )
    _, summary = opened(model, tmp_path)

    assert (summary.parameters, summary.trainable_parameters) == (4, 2)


def test_constants_are_weights_too(tmp_path: Path) -> None:
    """Some exporters write weights as nodes; shapes and single numbers are no weights."""
    constant = helper.make_node("Constant", [], ["kernel"], value=tensor("k", np.ones((784, 10))))
    shape = helper.make_node("Constant", [], ["shape"], value=tensor("s", [-1, 784], np.int64))
    scale = helper.make_node("Constant", [], ["scale"], value=tensor("d", 255))
    model = make_model(
        [
            constant,
            shape,
            scale,
            helper.make_node("Div", ["images", "scale"], ["scaled"]),
            helper.make_node("Reshape", ["scaled", "shape"], ["flat"]),
            helper.make_node("MatMul", ["flat", "kernel"], ["scores"]),
        ]
    )
    _, summary = opened(model, tmp_path)

    assert [layer.type for layer in summary.layers] == ["Div", "Reshape", "MatMul"]
    assert summary.parameters == 7840


@pytest.mark.parametrize(
    ("dtype", "name"),
    [(TensorProto.FLOAT, "float32"), (TensorProto.FLOAT16, "float16"), (TensorProto.DOUBLE, "float64")],
)  # fmt: skip
def test_numbers_are_given_as_the_model_takes_them(tmp_path: Path, dtype: int, name: str) -> None:
    """Half and double precision are cast to on the way in."""
    kernel = RNG.normal(0, 0.1, (784, 10))
    nodes = [
        helper.make_node("Flatten", ["images"], ["flat"]),
        helper.make_node("MatMul", ["flat", "kernel"], ["scores"]),
    ]
    loaded, _ = opened(make_model(nodes, [tensor("kernel", kernel, name)], dtype=dtype), tmp_path)
    images = RNG.random((3, 1, 28, 28), np.float32)
    answers = loaded.predict_function(0)(images)

    assert loaded.inputs[0].dtype == name
    np.testing.assert_allclose(answers, images.reshape(3, 784) @ kernel, atol=0.02)


def test_the_size_of_the_largest_tensor_is_known(tmp_path: Path) -> None:
    """The largest intermediate tensor determines how many images fit into memory at once."""
    loaded, _ = opened(convolutional(keras_weights()), tmp_path)

    assert loaded.max_layer_size == 4 * 26 * 26


def test_a_chosen_output_is_loaded_for(tmp_path: Path) -> None:
    """Of several outputs only the requested one is computed; outputs that are no tensors are not listed."""
    model = make_model(
        [
            helper.make_node("Flatten", ["images"], ["scores"]),
            helper.make_node("Neg", ["scores"], ["other"]),
            helper.make_node("SequenceConstruct", ["scores"], ["list"]),
        ],
        outputs=("scores", "other"),
    )
    model.graph.output.insert(
        0, helper.make_tensor_sequence_value_info("list", TensorProto.FLOAT, None)
    )
    loaded, summary = opened(model, tmp_path)
    images = RNG.random((2, 1, 28, 28), np.float32)

    assert [port.name for port in summary.outputs] == ["scores", "other"]
    np.testing.assert_array_equal(loaded.predict_function(1)(images), -images.reshape(2, 784))


def test_functions_of_the_file_are_put_in_their_places(tmp_path: Path) -> None:
    """Exporters group operators into functions; those are looked into and listed."""
    own = helper.make_function(
        "my.layers", "Twice", ["x"], ["y"],
        [helper.make_node("Add", ["x", "x"], ["y"])], [helper.make_opsetid("", 17)],
    )  # fmt: skip
    model = make_model(
        [helper.make_node("Twice", ["images"], ["scores"], domain="my.layers")],
        functions=[own],
        opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid("my.layers", 1)],
    )
    loaded, summary = opened(model, tmp_path)
    images = RNG.random((2, 1, 28, 28), np.float32)

    assert [layer.type for layer in summary.layers] == ["Add"]
    np.testing.assert_array_equal(loaded.predict_function(0)(images), 2 * images)


def outside(model: onnx.ModelProto) -> onnx.ModelProto:
    weight = model.graph.initializer[0]
    weight.ClearField("raw_data")
    weight.data_location = TensorProto.EXTERNAL
    entry = weight.external_data.add()
    entry.key, entry.value = "location", "../../etc/passwd"
    return model


def outside_in_a_branch() -> onnx.ModelProto:
    def branch(name: str) -> onnx.GraphProto:
        node = helper.make_node("Constant", [], [name], value=tensor("hidden", np.ones((1, 10))))
        node.attribute[0].t.data_location = TensorProto.EXTERNAL
        output = helper.make_tensor_value_info(name, TensorProto.FLOAT, None)
        return helper.make_graph([node], name, [], [output])

    choice = helper.make_node(
        "If", ["always"], ["scores"], then_branch=branch("a"), else_branch=branch("b")
    )
    return make_model([choice], [tensor("always", True, np.bool_)])


def own_operator() -> onnx.ModelProto:
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("my.ops", 1)]
    node = helper.make_node("Trick", ["images"], ["scores"], domain="my.ops")
    return make_model([node], opset_imports=opsets)


def dropout_in_training() -> onnx.ModelProto:
    weights = [tensor("ratio", 0.5), tensor("mode", True, np.bool_)]
    node = helper.make_node("Dropout", ["images", "ratio", "mode"], ["scores"])
    return make_model([node], weights)


def normalisation_in_training() -> onnx.ModelProto:
    names = ["scale", "shift", "mean", "variance"]
    node = helper.make_node(
        "BatchNormalization", ["images", *names], ["scores", "m", "v"], training_mode=1
    )
    return make_model([node], [tensor(name, np.ones(1)) for name in names])


def only_lists() -> onnx.ModelProto:
    model = make_model([helper.make_node("SequenceConstruct", ["images"], ["list"])], outputs=())
    model.graph.output.append(
        helper.make_tensor_sequence_value_info("list", TensorProto.FLOAT, None)
    )
    return model


@pytest.mark.parametrize(
    ("make", "reason", "why"),
    [
        (lambda: outside(classifier()), "refused", "external-data"),
        (outside_in_a_branch, "refused", "external-data"),
        (own_operator, "refused", "custom-operator"),
        (dropout_in_training, "refused", "training-mode"),
        (normalisation_in_training, "refused", "training-mode"),
        (lambda: classifier(opset=99), "unsupported", "newer-onnx"),
        (lambda: classifier(ir_version=99), "unsupported", "newer-onnx"),
        (lambda: make_model([helper.make_node("Konv", ["images"], ["scores"])]), "corrupt", "invalid-graph"),
        (lambda: make_model([helper.make_node("Relu", ["nothing"], ["scores"])]), "corrupt", "invalid-graph"),
        (only_lists, "bad-output", "not-tensors"),
    ],
    ids=[
        "external", "external-in-branch", "own-operator", "dropout", "normalisation", "opset", "version",
        "no-operator", "dangling", "lists",
    ],
)  # fmt: skip
def test_refusals_name_their_reason(
    tmp_path: Path, make: Callable[[], onnx.ModelProto], reason: str, why: str
) -> None:
    """Every ONNX file that is no usable model is refused for the reason its author can act on."""
    failure = refused(make(), tmp_path)

    assert (failure.reason, failure.why) == (reason, (why,))
    assert failure.values["file"] == Name(text="m.onnx")


def test_a_dropout_that_lets_everything_pass_is_no_training(tmp_path: Path) -> None:
    """A model exported for use may keep its Dropout nodes."""
    weights = [tensor("ratio", 0.5), tensor("mode", False, np.bool_)]
    node = helper.make_node("Dropout", ["images", "ratio", "mode"], ["scores"])
    loaded, _ = opened(make_model([node], weights), tmp_path)
    images = RNG.random((2, 1, 28, 28), np.float32)

    np.testing.assert_array_equal(loaded.predict_function(0)(images), images)


@pytest.mark.parametrize("keep", [10, 500, -1])
def test_a_file_that_breaks_off_is_damaged(tmp_path: Path, keep: int) -> None:
    """Half a file is no model, wherever it ends."""
    path = save(classifier(), tmp_path / "m.onnx")
    path.write_bytes(path.read_bytes()[:keep])
    failure = open_onnx(path, "m.onnx", threads=1)

    assert isinstance(failure, Failure)
    assert failure.reason == "corrupt"


def test_bytes_of_another_format_are_not_taken_for_a_model(tmp_path: Path) -> None:
    """A file that is ONNX to one reader and onnxruntime's own format to another is read as ONNX."""
    model = classifier()
    model.producer_name = "ORTM" + "x" * 60
    model.ClearField("ir_version")
    data = b"\x08\x08" + model.SerializeToString()
    path = tmp_path / "m.onnx"
    path.write_bytes(data)

    assert data[4:8] == b"ORTM"
    assert not isinstance(open_onnx(path, "m.onnx", threads=1), Failure)


@pytest.mark.parametrize(
    ("image", "outputs", "unbatched"),
    [
        ((28, 28), [(10,)], True),
        ((1, 28, 28), [(10,)], True),
        ((28, 28, 1), [(10,)], True),
        ((3, 32, 32), [(100,)], True),
        ((784,), [(10,)], True),
        ((28, 28), [(1, 10)], True),
        ((28, 28), [(10,), (64,)], True),
        ((28, 28), [(10,), ()], True),
        ((1, 28, 28), [(1, 10)], False),
        ((1, 1, 28, 28), [(1, 10), (1,)], False),
        ((10, 28, 28), [(10, 10)], False),
        ((None, 28, 28), [(None, 10)], False),
        ((None, 1, 28, 28), [(10,)], False),
        ((28, 28), [(None,)], False),
        ((7, 784), [(7, 10), (10,)], False),
    ],
)
def test_a_batch_axis_is_told_from_one_of_the_image(
    image: tuple[int | None, ...], outputs: list[tuple[int | None, ...]], unbatched: bool
) -> None:
    """An axis that no output begins with is no batch; where an extent is open it may be."""
    ports = tuple(Port(name=str(shape), shape=shape) for shape in outputs)

    assert is_unbatched((Port(name="image", shape=image),), ports) == unbatched


@pytest.mark.parametrize(("shape", "classes"), [((1, 28, 28), 10), ((3, 32, 32), 100)])
def test_one_image_is_a_batch_of_one(tmp_path: Path, shape: tuple[int, ...], classes: int) -> None:
    """To all who look at it, a graph of one image has a batch axis."""
    model, summary = opened(of_one_image(shape, classes=classes), tmp_path)
    scores = model.predict_function(0)(np.zeros((1, *shape), np.float32))

    assert summary.inputs[0].shape == (1, *shape)
    assert (summary.outputs[0].shape, scores.shape) == ((1, classes), (1, classes))
