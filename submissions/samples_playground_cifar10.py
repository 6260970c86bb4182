"""The class of playground-cifar10: a model with prescribed layers, and points for accuracy; notebooks in its place."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import samples_playground_links
from sample_damage import Text, cut_off, not_a_number, weights_only
from sample_models import Trained, cnn, normalised_cnn
from sample_notebooks import Code, Notebook, keras_log
from samples import COLOUR, Sample

ARCHITECTURE, ACCURACY = "part-4-cifar10/architecture", "part-4-cifar10/accuracy"
TRAINED, EVALUATED = "part-4-cifar10/trained", "part-4-cifar10/evaluated"
ALL = (ARCHITECTURE, TRAINED, EVALUATED, ACCURACY)

HISTORY_TABLE = "epoch,loss,accuracy\n" + "".join(
    f"{epoch},{2.1 * 0.93**epoch:.4f},{0.7 - 0.5 * 0.9**epoch:.4f}\n" for epoch in range(20)
)

_DATA = (
    Code(
        "import keras\nfrom keras import layers\nfrom keras.datasets import cifar10\n\n"
        "(train_x, train_y), (test_x, test_y) = cifar10.load_data()\n"
        "train_x, test_x = train_x / 255.0, test_x / 255.0"
    ),
)

_PRESCRIBED = """
model = keras.Sequential(
    [
        keras.Input((32, 32, 3)),
        layers.Conv2D(32, 5, padding="same", activation="relu"),
        layers.MaxPooling2D((2, 2)),
        layers.Conv2D(64, 5, padding="same", activation="relu"),
        layers.MaxPooling2D((2, 2)),
        layers.Conv2D(64, 5, padding="same", activation="relu"),
        layers.MaxPooling2D((2, 2)),
        layers.Flatten(),
        layers.Dense(1000, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ]
)
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
"""

_FITTED = Code(
    "model.fit(train_x, train_y, epochs=3, batch_size=64, validation_split=0.1, verbose=2)",
    keras_log((0.48, 0.58), (0.63, 0.65), (0.71, 0.68)),
)
_EVALUATED = Code("print(model.evaluate(test_x, test_y, verbose=0))", "[0.9523, 0.6742]\n")

_TORCH = (
    Code(
        "import torch\nimport torch.nn as nn\nimport torchvision\nfrom torchvision.transforms import ToTensor\n\n"
        'train_set = torchvision.datasets.CIFAR10("data", train=True, download=True, transform=ToTensor())\n'
        'test_set = torchvision.datasets.CIFAR10("data", train=False, transform=ToTensor())\n'
        "train_loader = torch.utils.data.DataLoader(train_set, batch_size=64, shuffle=True)\n"
        "test_loader = torch.utils.data.DataLoader(test_set, batch_size=256)"
    ),
    Code("""
class AlexNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 32, 5, padding=2)
        self.conv2 = nn.Conv2d(32, 64, 5, padding=2)
        self.conv3 = nn.Conv2d(64, 64, 5, padding=2)
        self.pool = nn.MaxPool2d(2, 2)
        self.fc4 = nn.Linear(64 * 4 * 4, 1000)
        self.fc5 = nn.Linear(1000, 10)

    def forward(self, x):
        for convolution in (self.conv1, self.conv2, self.conv3):
            x = self.pool(torch.relu(convolution(x)))
        return self.fc5(torch.relu(self.fc4(x.flatten(1))))
"""),
    Code(
        """
net = AlexNet()
optimizer = torch.optim.Adam(net.parameters(), lr=0.001)
criterion = nn.CrossEntropyLoss()
for epoch in range(4):
    running = 0.0
    for images, labels in train_loader:
        optimizer.zero_grad()
        loss = criterion(net(images), labels)
        loss.backward()
        optimizer.step()
        running += loss.item()
    print(f"époque {epoch + 1}, perte {running / len(train_loader):.3f}")
""",
        "époque 1, perte 1.512\népoque 2, perte 1.121\népoque 3, perte 0.931\népoque 4, perte 0.784\n",
    ),
    Code(
        """
right = 0
with torch.no_grad():
    for images, labels in test_loader:
        right += (net(images).argmax(1) == labels).sum().item()
print(f"Exactitude sur les images de test : {100 * right / len(test_set):.2f} %")
""",
        "Exactitude sur les images de test : 68.93 %\n",
    ),
)

_PART_4 = (
    Sample(
        "amina",
        "The prescribed model, accurate enough for full points.",
        {
            "cifar10.h5": Trained(
                partial(cnn, COLOUR, (32, 64, 64), 1000, kernel=5),
                "cifar10",
                epochs=8,
                rate=1e-3,
                mirror=True,
            )
        },
    ),
    Sample(
        "bruno",
        "Half the filters and 100 units instead of 1,000, but accurate enough for full points.",
        {
            "cifar10.h5": Trained(
                partial(cnn, COLOUR, (16, 32, 32), 100, kernel=5),
                "cifar10",
                epochs=14,
                mirror=True,
            )
        },
        loses=(ARCHITECTURE,),
    ),
    Sample(
        "chloe",
        "The third convolution is missing and tanh replaces ReLU; part of the points for accuracy.",
        {
            "cifar10.keras": Trained(
                partial(cnn, COLOUR, (8, 16), 24, kernel=5, activation="tanh"),
                "cifar10",
                epochs=3,
                images=5_000,
            )
        },
        loses=(ARCHITECTURE, ACCURACY),
    ),
    Sample(
        "dmitri",
        "All predictions of the model are NaN, and its filters are 3 x 3.",
        {
            "cifar10.h5": Trained(
                partial(cnn, COLOUR, (8, 16, 16), 64),
                "cifar10",
                epochs=1,
                spoil_model=not_a_number,
            )
        },
        loses=ALL,
        reason="bad-output",
    ),
    Sample(
        "elif",
        "Seven outputs instead of ten.",
        {
            "cifar10.keras": Trained(
                partial(cnn, COLOUR, (8, 16, 16), 64, kernel=5, outputs=7),
                "cifar10",
                epochs=2,
                classes=7,
            )
        },
        loses=ALL,
        reason="bad-output",
    ),
    Sample(
        "farid",
        "A folder with a note but no model.",
        {"README.txt": Text("Mon modèle est trop gros pour la plateforme, je l'envoie demain.\n")},
        loses=ALL,
        reason="missing",
    ),
    Sample(
        "greta",
        "Trained on pixels from 0 to 255, with 3 x 3 filters and average pooling instead of fc4.",
        {
            "cifar10.h5": Trained(
                partial(normalised_cnn, ((24, 1), (40, 2), (48, 1), (64, 2)), 10),
                "cifar10",
                epochs=12,
                rate=6e-3,
                mirror=True,
                pixels="0..255",
            )
        },
        loses=(ARCHITECTURE,),
    ),
    Sample(
        "hugo",
        "The upload broke off: the last third of the file is missing.",
        {
            "cifar10.h5": Trained(
                partial(cnn, COLOUR, (16, 32, 32), 64, kernel=5),
                "cifar10",
                epochs=1,
                spoil_file=cut_off,
            )
        },
        loses=ALL,
        reason="corrupt",
    ),
    Sample(
        "ines",
        "cifar10.h5 is a table of the training history.",
        {"cifar10.h5": Text(HISTORY_TABLE)},
        loses=ALL,
        reason="wrong-format",
    ),
    Sample(
        "jonas",
        "The output of save_weights, renamed: the file holds no layers.",
        {
            "cifar10.h5": Trained(
                partial(cnn, COLOUR, (16, 16, 16), 64, kernel=5),
                "cifar10",
                epochs=1,
                spoil_file=weights_only,
            )
        },
        loses=ALL,
        reason="weights-only",
    ),
    Sample(
        "karim",
        "A notebook alone: the prescribed model, trained and evaluated, as its outputs say.",
        {"tp.ipynb": Notebook((*_DATA, Code(_PRESCRIBED), _FITTED, _EVALUATED))},
    ),
    Sample(
        "lena",
        "A notebook alone: filters of 3 x 3, and the evaluation is on the training images.",
        {
            "tp.ipynb": Notebook(
                (
                    *_DATA,
                    Code(_PRESCRIBED.replace(", 5,", ", 3,")),
                    _FITTED,
                    Code("print(model.evaluate(train_x, train_y, verbose=0))", "[0.61, 0.7921]\n"),
                )
            )
        },
        loses=(ARCHITECTURE, EVALUATED),
    ),
    Sample(
        "mateo",
        "PyTorch, with a loop of his own; its printed accuracy is what there is of the test images.",
        {"tp_pytorch.ipynb": Notebook(_TORCH)},
    ),
    Sample(
        "nina",
        "A program that builds the prescribed model and never trains it.",
        {
            "tp.py": Text(
                "\n".join((*(item.source for item in _DATA), _PRESCRIBED, "model.summary()"))
            )
        },
        loses=(TRAINED, EVALUATED, ACCURACY),
    ),
    Sample(
        "oscar",
        "The upload of the model broke off, and the notebook shows the rest.",
        {
            "cifar10.h5": Trained(
                partial(cnn, COLOUR, (16, 32, 32), 64, kernel=5),
                "cifar10",
                epochs=1,
                spoil_file=cut_off,
            ),
            "tp.ipynb": Notebook((*_DATA, Code(_PRESCRIBED), _FITTED, _EVALUATED)),
        },
        reason="corrupt",
    ),
)

SAMPLES = (
    *(replace(sample, exercises=("part-4-cifar10",)) for sample in _PART_4),
    *samples_playground_links.SAMPLES,
)
