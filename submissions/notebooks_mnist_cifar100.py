"""Samples of mnist-cifar100 that hand in notebooks or programs without models."""

from __future__ import annotations

from sample_damage import Text as TextFile
from sample_notebooks import Code, Notebook, Text, keras_log, loop_log
from samples import Sample

CURVES, VARIED = "mnist-curves/curves", "mnist-curves/varied"
STORY = "cifar100-story"
NOT_CONVOLUTIONAL, OVERFITS = f"{STORY}/not-convolutional", f"{STORY}/overfits"
EXPLAINED, BEST = f"{STORY}/explained", f"{STORY}/best"

NOTEBOOK = ("mnist-curves", STORY)

#: How accuracies go on: in a network that stays low, in one that overfits, in one that does neither.
_LOW = ((0.08, 0.09), (0.15, 0.15), (0.19, 0.18))
_WIDE = ((0.14, 0.19), (0.38, 0.33), (0.61, 0.35), (0.79, 0.33))
_CLOSE = ((0.12, 0.16), (0.27, 0.30), (0.36, 0.38), (0.42, 0.41))
_DIGITS = ((0.91, 0.95), (0.96, 0.97), (0.97, 0.97))

_IMPORTS = """
import keras
import matplotlib.pyplot as plt
from keras import layers
"""

_LOAD_MNIST = """
(x, y), (x_test, y_test) = keras.datasets.mnist.load_data()
x, x_test = x / 255.0, x_test / 255.0
"""

_LOAD_CIFAR = """
(a, b), (a_test, b_test) = keras.datasets.cifar100.load_data()
a, a_test = a / 255.0, a_test / 255.0
"""

_SHOW = """
def show_history(history):
    plt.plot(history.history["accuracy"])
    plt.plot(history.history["val_accuracy"])
    plt.title("exactitude")
    plt.legend(["train", "validation"])
    plt.show()
"""

_DIGIT_NETWORK = """
model = keras.Sequential(
    [
        keras.Input((28, 28)),
        layers.Flatten(),
        layers.Dense(64, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ]
)
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=3, validation_split=0.1, verbose=2)
"""

_DIGIT_SWEEP = """
for batch_size in (32, 128, 512):
    model = keras.Sequential(
        [
            keras.Input((28, 28)),
            layers.Flatten(),
            layers.Dense(64, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    history = model.fit(x, y, batch_size=batch_size, epochs=3, validation_split=0.1, verbose=2)
"""

_PLOT = """
plt.plot(history.history["loss"], label="training loss")
plt.plot(history.history["val_loss"], label="validation loss")
plt.legend()
plt.show()
"""


def _network(name: str, *added: str) -> str:
    """Code that builds and trains a network on CIFAR-100."""
    lines = [f"{name} = keras.Sequential([keras.Input((32, 32, 3))])"]
    lines += [f"{name}.add(layers.{layer})" for layer in added]
    lines.append(f'{name}.add(layers.Dense(100, activation="softmax"))')
    lines.append(f'{name}.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])')
    lines.append(
        f"history = {name}.fit(a, b, batch_size=128, epochs=4, validation_data=(a_test, b_test), verbose=2)"
    )
    return "\n".join(lines)


_DENSE = _network("model1", "Flatten()", 'Dense(64, activation="relu")')
_LARGE = _network(
    "model2",
    'Conv2D(16, 3, strides=4, activation="relu")',
    "Flatten()",
    'Dense(64, activation="relu")',
)
_DROPPED = _network(
    "cnn", 'Conv2D(16, 3, strides=4, activation="relu")', "Dropout(0.4)", "GlobalAveragePooling2D()"
)

_DIGITS_DONE = (
    Code(_IMPORTS),
    Text("## 1. MNIST"),
    Code(_LOAD_MNIST),
    Code(_DIGIT_SWEEP, keras_log(*_DIGITS) * 3),
    Code(_PLOT, figure=True),
    Text("Batches of 32 are slow and no better: 128 it is."),
    Text("## 2. CIFAR-100"),
    Code(_LOAD_CIFAR),
)

_PROGRAM = f'''\
"""MNIST and CIFAR-100."""
{_IMPORTS}{_LOAD_MNIST}
# Slower, and as good:
# model.add(layers.Dense(256, activation="relu"))
{_DIGIT_NETWORK}{_PLOT}{_LOAD_CIFAR}
# The dense network has weights of its own for every pixel, so it stays at 18 %.
{_DENSE}

# This one learns the training images by heart.
{_LARGE}

# The best network of the three: dropout keeps both curves together.
{_DROPPED}
'''

_TORCH_DATA = """
import matplotlib.pyplot as plt
import torch
import torch.nn as nn
import torchvision
from torchvision import transforms

train_set = torchvision.datasets.{name}("data", train=True, download=True, transform=transforms.ToTensor())
val_set = torchvision.datasets.{name}("data", train=False, transform=transforms.ToTensor())
val_loader = torch.utils.data.DataLoader(val_set, batch_size=256)
"""

_TORCH_LOOP = """
def train(net, loader, epochs, lr):
    optimizer = torch.optim.Adam(net.parameters(), lr=lr)
    criterion = nn.CrossEntropyLoss()
    train_losses, val_losses = [], []
    for epoch in range(1, epochs + 1):
        right, total, running = 0, 0, 0.0
        for images, labels in loader:
            optimizer.zero_grad()
            scores = net(images)
            loss = criterion(scores, labels)
            loss.backward()
            optimizer.step()
            running += loss.item()
            right += (scores.argmax(1) == labels).sum().item()
            total += len(labels)
        val_acc, val_loss = evaluate(net)
        train_losses.append(running / len(loader))
        val_losses.append(val_loss)
        print(f"epoch {epoch}: train acc {100 * right / total:.1f} %, val acc {100 * val_acc:.1f} %")
    return train_losses, val_losses
"""

_TORCH_EVALUATE = """
@torch.no_grad()
def evaluate(net):
    right, loss = 0, 0.0
    for images, labels in val_loader:
        scores = net(images)
        loss += nn.functional.cross_entropy(scores, labels).item()
        right += (scores.argmax(1) == labels).sum().item()
    return right / len(val_set), loss / len(val_loader)
"""

_TORCH_DIGITS = """
for batch_size in (64, 256):
    loader = torch.utils.data.DataLoader(train_set, batch_size=batch_size, shuffle=True)
    net = nn.Sequential(nn.Flatten(), nn.Linear(784, 64), nn.ReLU(), nn.Linear(64, 10))
    train_losses, val_losses = train(net, loader, epochs=3, lr=0.001)
"""

_TORCH_PLOT = """
plt.plot(train_losses, label="train")
plt.plot(val_losses, label="validation")
plt.ylabel("loss")
plt.legend()
plt.show()
"""


def _torch_network(name: str, layers: str) -> str:
    return (
        f"{name} = nn.Sequential({layers})\n"
        f"train_losses, val_losses = train({name}, train_loader, epochs=4, lr=0.001)"
    )


_TORCH = Notebook(
    (
        Text("# MNIST"),
        Code(_TORCH_DATA.format(name="MNIST")),
        Code(_TORCH_EVALUATE),
        Code(_TORCH_LOOP),
        Code(_TORCH_DIGITS, loop_log(*_DIGITS) * 2),
        Code(_TORCH_PLOT, figure=True),
        Text("# CIFAR-100"),
        Code(
            _TORCH_DATA.format(name="CIFAR100")
            + "train_loader = torch.utils.data.DataLoader(train_set, batch_size=128, shuffle=True)"
        ),
        Code(
            _torch_network(
                "mlp", "nn.Flatten(), nn.Linear(3072, 256), nn.ReLU(), nn.Linear(256, 100)"
            ),
            loop_log(*_LOW),
        ),
        Text(
            "Sans convolution, le réseau ne voit pas que deux pixels sont voisins : il reste à 18 %."
        ),
        Code(
            _torch_network(
                "large",
                "nn.Conv2d(3, 32, 3, 2), nn.ReLU(), nn.Flatten(), nn.Linear(7200, 256), nn.ReLU(), nn.Linear(256, 100)",
            ),
            loop_log(*_WIDE),
        ),
        Text("Ici le réseau apprend les images par cœur : surapprentissage."),
        Code(
            _torch_network(
                "cnn",
                "nn.Conv2d(3, 32, 3, 2), nn.ReLU(), nn.Dropout(0.4), nn.Conv2d(32, 64, 3, 2), nn.ReLU(),"
                " nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 100)",
            )
            + '\ntorch.save(cnn.state_dict(), "cifar100.pt")',
            loop_log(*_CLOSE),
        ),
    )
)

NOTEBOOKS = (
    Sample(
        "karim",
        "A notebook in French: curves drawn by a function, batch sizes in a loop, three networks with their logs.",
        {
            "tp2.ipynb": Notebook(
                (
                    Code(_IMPORTS),
                    Code(_SHOW),
                    Text("# MNIST"),
                    Code(_LOAD_MNIST),
                    Code(_DIGIT_SWEEP, keras_log(*_DIGITS) * 3),
                    Code("show_history(history)", figure=True),
                    Text("# CIFAR-100"),
                    Code(_LOAD_CIFAR),
                    Code(_DENSE, keras_log(*_LOW)),
                    Text(
                        "Sans convolution le réseau plafonne à 18 %, aussi sur les images d'entraînement."
                    ),
                    Code(_LARGE, keras_log(*_WIDE)),
                    Code("show_history(history)", figure=True),
                    Text(
                        "Surapprentissage : 79 % contre 33 %, sans dropout le réseau apprend par cœur."
                    ),
                    Code(_DROPPED, keras_log(*_CLOSE)),
                    Text("Le meilleur réseau est ce dernier, avec du dropout."),
                )
            )
        },
        exercises=NOTEBOOK,
    ),
    Sample(
        "lena",
        "PyTorch with loops of her own, whose printed accuracies and saved figure show what is asked for.",
        {"pytorch_lab.ipynb": _TORCH},
        exercises=NOTEBOOK,
    ),
    Sample(
        "mateo",
        "On MNIST one training with one setting, and the curve of the training images alone.",
        {
            "lab2.ipynb": Notebook(
                (
                    Code(_IMPORTS),
                    Code(_LOAD_MNIST),
                    Code(_DIGIT_NETWORK, keras_log(*_DIGITS)),
                    Code('plt.plot(history.history["accuracy"])\nplt.show()', figure=True),
                    Text("## CIFAR-100"),
                    Code(_LOAD_CIFAR),
                    Code(_DENSE, keras_log(*_LOW)),
                    Text("Without convolutions 18 % is all it reaches."),
                    Code(_LARGE, keras_log(*_WIDE)),
                    Text("The training accuracy runs away: it overfits."),
                    Code(_DROPPED + '\ncnn.save("cifar100_best.keras")', keras_log(*_CLOSE)),
                )
            )
        },
        loses=(CURVES, VARIED),
        exercises=NOTEBOOK,
    ),
    Sample(
        "nina",
        "Each network on CIFAR-100 is convolutional, and none of them overfits.",
        {
            "lab2.ipynb": Notebook(
                (
                    *_DIGITS_DONE,
                    Code(_LARGE, keras_log(*_LOW)),
                    Text("Too few epochs: 18 % on both."),
                    Code(_DROPPED, keras_log(*_CLOSE)),
                    Text("The best network has dropout."),
                )
            )
        },
        loses=(NOT_CONVOLUTIONAL, OVERFITS),
        exercises=NOTEBOOK,
    ),
    Sample(
        "oscar",
        "One network on CIFAR-100, which has no convolution and overfits: which is the best is not said.",
        {
            "lab2.ipynb": Notebook(
                (
                    *_DIGITS_DONE,
                    Code(_DENSE, keras_log(*_WIDE)),
                    Text("It overfits, and has no convolution."),
                )
            )
        },
        loses=(BEST,),
        exercises=NOTEBOOK,
    ),
    Sample(
        "paula",
        "A program without outputs: nobody knows whether a network overfits, and a variation stands in a comment.",
        {"lab2.py": TextFile(_PROGRAM)},
        exercises=NOTEBOOK,
    ),
    Sample(
        "quentin",
        "The notebook ends after MNIST.",
        {"mnist.ipynb": Notebook(_DIGITS_DONE[:5])},
        loses=(NOT_CONVOLUTIONAL, OVERFITS, EXPLAINED, BEST),
        exercises=NOTEBOOK,
    ),
)
