"""Trainings of PyTorch are recorded, and cut short."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.evidence.code.probe.running import pytorch
from grader.evidence.code.probe.running.capping import Inputs
from grader.evidence.code.probe.running.pytorch.layers import layers_of, parameters_of
from grader.evidence.code.probe.running.recorder import Recorder
from grader.evidence.code.run_record import ArrayOrigin, RunMode
from tests.unit.evidence.code.running import fake_torch as fake
from tests.unit.evidence.code.running.fake_torch import torch as torch  # the fixture


class Data:
    """Knows no dataset."""

    def describe(self, inputs: Inputs) -> tuple[ArrayOrigin, str]:
        return ArrayOrigin(images=inputs.rows), "integers" if inputs.y is not None else ""


def _installed(mode: RunMode = "quick") -> Recorder:
    recorder, data = Recorder(mode=mode), Data()
    pytorch.install(recorder, data)  # type: ignore[arg-type]
    return recorder


def _net() -> Any:
    return fake.Sequential(first=fake.linear(3, 4), drop=fake.Dropout(), last=fake.linear(4, 2))


def test_steps_of_an_optimizer_are_one_training(torch: Any) -> None:
    """Its layers, parameters, loss, rate and data are those of the model whose parameters it changes."""
    recorder = _installed()
    net, other, criterion = _net(), _net(), fake.MSELoss()
    optimizer = fake.Adam(net.parameters(), lr=0.01)
    for x in torch.utils.data.DataLoader(list(np.ones((8, 3))), batch_size=4):
        other(fake.Tensor(x))
        criterion(net(fake.Tensor(x)), fake.Tensor([1, 0, 1, 0]))
        optimizer.step()

    (training,) = recorder.trainings
    assert training.method == "optimizer.step"
    assert [layer.class_name for layer in training.layers] == ["Linear", "Dropout", "Linear"]
    assert (training.parameters, training.loss, training.optimizer) == (26, "mse_loss", "Adam")
    assert (training.learning_rate, training.states_rate, training.batch_size) == (0.01, True, 4)
    assert (training.calls, training.capped, training.labels) == (2, True, "integers")
    assert training.images == ArrayOrigin(images=8)


def test_losses_of_functions_are_recorded(torch: Any) -> None:
    """A rate that is not given is the optimizer's own."""
    recorder = _installed()
    net = _net()
    optimizer = fake.Adam(net.parameters())
    torch.nn.functional.cross_entropy(net(fake.Tensor([[1, 2, 3]])), fake.Tensor([1]))
    optimizer.step()

    (training,) = recorder.trainings
    assert (training.loss, training.states_rate) == ("cross_entropy", False)


def test_tensors_without_a_model_are_trained_too(torch: Any) -> None:
    """There are no layers, and the loss of the step before is not theirs."""
    recorder = _installed()
    net, weights = _net(), fake.Tensor([1, 2, 3])
    torch.nn.functional.cross_entropy(net(fake.Tensor([[1, 2, 3]])), fake.Tensor([1]))
    fake.Adam(net.parameters()).step()
    fake.Adam([weights]).step()

    training = recorder.trainings[1]
    assert (training.layers, training.parameters, training.loss) == ((), 3, "")


def test_models_that_are_not_trained_are_evaluated(torch: Any) -> None:
    """Once for each place; models in models, and what has nothing to learn, are not listed."""
    recorder = _installed()
    net = _net()
    torch.learns = False
    for _ in range(3):
        fake.Dropout()(fake.Tensor([[1, 2, 3]]))
        net(fake.Tensor([[1, 2, 3]]))

    (found,) = recorder.evaluations
    assert (found.method, found.model, found.images) == ("predict", 1, ArrayOrigin(images=1))


def test_loaders_give_a_few_batches(torch: Any) -> None:
    """In quick mode two, or as many as make 32 rows; in full mode all. Their length stays."""
    _installed()
    loader = torch.utils.data.DataLoader(list(range(200)), batch_size=20, num_workers=4)
    single = torch.utils.data.DataLoader(list(range(200)))

    assert [len(rows) for rows in loader] == [20, 20]
    assert len(list(single)) == 32
    assert len(loader.batch_sampler) == 10
    assert loader.num_workers == 0


def test_in_full_mode_loaders_give_everything(torch: Any) -> None:
    """Batches can be asked for as before 2022."""
    _installed("full")
    batches: Any = iter(torch.utils.data.DataLoader(list(range(200)), batch_size=20))

    assert len(batches.next()) == 20
    assert len(list(batches)) == 9


def test_layers_are_described_as_reading_does() -> None:
    """What holds layers is none, and a class of the student's own with parameters is one."""
    own = type("Scale", (fake.Module,), {})(factor=fake.Tensor([2]))
    shared = fake.linear(2, 2)
    net = fake.Sequential(
        conv=fake.Conv2d(weight=fake.Tensor(np.ones((4, 1, 3, 3)))),
        block=fake.Module(a=shared, b=own),
        again=shared,
        loss=fake.MSELoss(),
    )

    assert [
        (item.class_name, item.units, item.filters, item.kernel_size, item.parameters)
        for item in layers_of([net])
    ] == [
        ("Conv2d", None, 4, (3, 3), 36),
        ("Linear", 2, None, (), 6),
        ("Scale", None, None, (), 1),
    ]
    assert parameters_of([net]) == 36 + 6 + 1


def test_a_gpu_is_not_needed(torch: Any) -> None:
    """Moving to one leaves things where they are; other moves are made."""
    recorder = _installed()
    tensor: Any = fake.Tensor([1])

    assert tensor.cuda(0) is tensor
    assert tensor.to("cuda:0") is tensor
    assert tensor.to("cuda", dtype="half") == ("moved", (), {"dtype": "half"})
    assert _net().to("cpu") == ("moved", ("cpu",), {})
    assert recorder.shims == {"cuda": 3}


def test_models_are_saved_and_loaded_by_path(
    torch: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whole models are loaded as before PyTorch 2.6, onto the processor."""
    _installed()
    path = tmp_path / "net.pt"
    torch.save(b"net", path)

    assert torch.load(path, map_location="cuda") == (
        b"net",
        {"map_location": "cpu", "weights_only": False},
    )


def test_nothing_is_done_without_pytorch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor with one that has no hooks for optimizers."""
    monkeypatch.delitem(sys.modules, "torch", raising=False)
    recorder = _installed()

    assert not recorder.trainings
