"""PyTorch, where it is installed, runs under watch as Keras does."""

from __future__ import annotations

import pytest

from tests.model.evidence.code.traced import RunCells

pytest.importorskip(
    "torch", reason="PyTorch is not installed, nor a dependency", exc_type=ImportError
)
pytest.importorskip("torchvision", reason="torchvision is not installed", exc_type=ImportError)

CELLS = {
    "data": """
        import torch, torch.nn as nn, torch.nn.functional as F
        import matplotlib.pyplot as plt
        from torch.utils.data import DataLoader
        from torchvision import datasets, transforms
        scaled = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.1307,), (0.3081,))])
        train = datasets.MNIST("C:\\\\data", train=True, download=True, transform=scaled)
        test = datasets.MNIST("C:\\\\data", train=False, download=True, transform=scaled)
        loader = DataLoader(train, batch_size=64, shuffle=True, num_workers=4, pin_memory=True)
        test_loader = DataLoader(test, batch_size=1000)
        print(f"[{len(train)}, {len(loader)}, {len(test_loader)}]")
    """,
    "model": """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.Conv2d(1, 8, 3)
                self.pool = nn.MaxPool2d(2)
                self.full = nn.Linear(8 * 13 * 13, 10)
            def forward(self, x):
                return self.full(torch.flatten(self.pool(F.relu(self.conv(x))), 1))
        net = Net().to("cuda")
        criterion = nn.CrossEntropyLoss()
        optimizer = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9)
    """,
    "training": """
        losses = []
        for epoch in range(3):
            net.train()
            for images, labels in loader:
                optimizer.zero_grad()
                loss = criterion(net(images.cuda()), labels.cuda())
                loss.backward()
                optimizer.step()
            losses.append(loss.item())
            net.eval()
            with torch.no_grad():
                for images, labels in test_loader:
                    net(images)
    """,
    "figure": "plt.plot(losses); plt.show()",
    "files": """
        torch.save(net, "/content/drive/MyDrive/net.pt")
        torch.load("/content/drive/MyDrive/net.pt", map_location="cuda:0")
    """,
}


def test_a_loop_of_pytorch_is_a_training(run_cells: RunCells) -> None:
    """It runs to its end, with the data served, and figures and files are recorded too."""
    traced = run_cells(CELLS)

    assert [step.status for step in traced.run.steps] == ["ok"] * len(CELLS)
    assert traced.told("data") == [60_000, 938, 10]
    training = traced.training("training")
    assert (training.method, training.optimizer, training.loss) == (
        "optimizer.step",
        "SGD",
        "cross_entropy_loss",
    )
    assert [layer.class_name for layer in training.layers] == ["Conv2d", "MaxPool2d", "Linear"]
    assert (training.parameters, training.learning_rate, training.batch_size) == (13_610, 0.01, 64)
    assert training.images is not None
    assert (training.images.dataset, training.images.split) == ("mnist", "train")
    assert training.calls == 6
    (evaluation,) = traced.evaluations("training")
    assert evaluation.images is not None and evaluation.images.split == "test"
    assert traced.run.figures[0].axes[0].lines[0].points == 3
    assert [file.path.rpartition("/")[2] for file in traced.run.written] == ["net.pt"]
