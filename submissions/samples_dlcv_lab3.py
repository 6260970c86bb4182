"""The class of dlcv-lab3: programs and a report in an archive, and what goes wrong with them."""

from __future__ import annotations

from collections.abc import Mapping

from sample_damage import Curves, Text, cut_off
from sample_packing import Document, Hdf5, Packed
from samples import Maker, Sample

LAB3 = '''\
"""Lab 3, parts 1 and 2: is it a zero?"""
import numpy as np
from tensorflow.keras.datasets import mnist
from tensorflow.keras.layers import Dense
from tensorflow.keras.models import Sequential

(x_train, y_train), (x_test, y_test) = mnist.load_data()
num_pixels = 28 * 28
x_train = x_train.reshape(len(x_train), num_pixels).astype("float32") / 255
x_test = x_test.reshape(len(x_test), num_pixels).astype("float32") / 255

zeros = np.zeros(y_train.shape)
zeros[y_train == 0] = 1
y_train = zeros
zeros = np.zeros(y_test.shape)
zeros[y_test == 0] = 1
y_test = zeros


def train(model, batch_size):
    model.compile(loss="binary_crossentropy", optimizer="adam", metrics=["accuracy"])
    model.fit(x_train, y_train, epochs=100, batch_size=batch_size)
    print("loss, accuracy:", model.evaluate(x_test, y_test))


# 1. A single neuron
for batch_size in (32, 128):
    model = Sequential()
    model.add(Dense(1, input_dim=num_pixels, activation="sigmoid"))
    train(model, batch_size)

# 2. A hidden layer
for units, activation in ((64, "relu"), (32, "tanh")):
    model = Sequential()
    model.add(Dense(units, input_dim=num_pixels, activation=activation))
    model.add(Dense(1, activation="sigmoid"))
    train(model, 128)
'''

LAB3_3 = '''\
"""Lab 3, part 3: which digit is it?"""
from tensorflow import keras
from tensorflow.keras.datasets import mnist
from tensorflow.keras.layers import Dense
from tensorflow.keras.models import Sequential

(x_train, y_train), (x_test, y_test) = mnist.load_data()
num_pixels = 28 * 28
x_train = x_train.reshape(len(x_train), num_pixels).astype("float32") / 255
x_test = x_test.reshape(len(x_test), num_pixels).astype("float32") / 255
y_train = keras.utils.to_categorical(y_train)
y_test = keras.utils.to_categorical(y_test)

for units, optimizer in ((64, "sgd"), (256, "adam")):
    model = Sequential()
    model.add(Dense(units, input_dim=num_pixels, activation="relu"))
    model.add(Dense(10, activation="softmax"))
    model.compile(loss="categorical_crossentropy", optimizer=optimizer, metrics=["accuracy"])
    model.fit(x_train, y_train, epochs=100, batch_size=256)
    print("loss, accuracy:", model.evaluate(x_test, y_test))
'''

#: What is handed out, with nothing completed.
SKELETON = LAB3[: LAB3.index("def train")] + "# TO COMPLETE\n"
SKELETON_3 = LAB3_3[: LAB3_3.index("for units")] + "# TO COMPLETE\n"

REPORT = """\
# Lab 3: neural networks with Keras

All models are trained on MNIST with pixels from 0 to 1.

## 1. Single neuron

After 100 epochs the loss is 0.0216 and the accuracy on the test images 99.26 %. With batches of 32 images training
takes three times as long as with 128 and ends at the same accuracy, so the neuron has learnt what it can.

![Figure 1: loss of the single neuron over 100 epochs](figures/single-neuron.png)

## 2. One hidden layer

After 100 epochs the loss is 0.0151 and the accuracy 99.81 %. 64 units with ReLU are a little better than 32 with tanh;
the training loss goes to zero while that of the test images rises, so the network overfits.

![Figure 2: loss with a hidden layer over 100 epochs](figures/hidden-layer.png)

## 3. Multiclass

After 100 epochs the loss is 0.1120 and the accuracy 98.12 %. SGD is still learning then, Adam has converged. The best
architecture has one hidden layer of 256 units.

![Figure 3: loss for ten classes over 100 epochs](figures/multiclass.png)
"""

FIGURES: Mapping[str, Maker] = {
    f"figures/{name}.png": Curves() for name in ("single-neuron", "hidden-layer", "multiclass")
}
#: The checks that nobody passes whose work cannot be read.
EVERYTHING = (
    *("archive/programs", "archive/report"),
    *(
        f"single-neuron/{name}"
        for name in ("model", "target", "loss", "trained", "accuracy", "batch-sizes")
    ),
    *(f"hidden-layer/{name}" for name in ("model", "trained", "widths", "activations")),
    *(
        f"multiclass/{name}"
        for name in ("model", "loss", "trained", "optimizers", "best-architecture")
    ),
    *(
        f"report/{check}-{method}"
        for check in ("loss-at-100", "loss-plot", "accuracy", "discussion")
        for method in ("single-neuron", "hidden-layer", "multiclass")
    ),
)


def changed(text: str, old: str, new: str) -> str:
    """A text with one passage replaced, which must be there."""
    if old not in text:
        raise ValueError(f"the text has no '{old}'")
    return text.replace(old, new)


def work(lab3: str = LAB3, lab3_3: str = LAB3_3, report: str = REPORT) -> dict[str, Maker]:
    """Both programs and a report with its figures."""
    return {
        "lab3.py": Text(lab3),
        "lab3_3.py": Text(lab3_3),
        "report.md": Text(report),
        **FIGURES,
    }


def packed(name: str, **parts: str) -> dict[str, Maker]:
    """An archive of that work under the name asked for."""
    return {f"{name}_Lab3_DLCV.tar.bz2": Packed(work(**parts))}


SAMPLES = (
    Sample(
        "amina",
        "Everything as asked for, in a folder in the archive, with a model that was saved as .model.",
        {
            "BEN-SAÏD_Amina_Lab3_DLCV.tar.bz2": Packed(
                {f"Lab3/{name}": maker for name, maker in work().items()}
                | {"Lab3/models/256x1nn.model": Hdf5()}
            )
        },
    ),
    Sample(
        "bruno",
        "A zip with the system's own files instead of a .tar.bz2; the report is a Word document.",
        {
            "DE LA TOUR_Bruno_Lab3_DLCV.zip": Packed(
                {
                    "lab3_skeleton.py": Text(LAB3),
                    "lab3_3_skeleton.py": Text(LAB3_3),
                    "report.docx": Document(REPORT, Curves()),
                    "__MACOSX/._lab3_skeleton.py": Text("x"),
                }
            )
        },
        loses=("archive/name",),
    ),
    Sample(
        "chloe",
        "The files alone, without an archive; both programs in one file of another name.",
        {
            "digits.py": Text(LAB3 + LAB3_3),
            "report.md": Text(REPORT),
        },
        loses=("archive/name",),
    ),
    Sample(
        "dmitri",
        "The single neuron has a ReLU, and part 2 has 16 units instead of 64.",
        packed(
            "ORLOV_Dmitri",
            lab3=changed(
                changed(LAB3, 'activation="sigmoid"))\n    train(model, batch_size)',
                        'activation="relu"))\n    train(model, batch_size)'),
                '(64, "relu")', '(16, "relu")',
            ),
        ),
        loses=("single-neuron/model", "hidden-layer/model"),
    ),
    Sample(
        "elif",
        "Ten sigmoid outputs with binary cross-entropy in place of softmax.",
        packed(
            "YILMAZ_Elif",
            lab3_3=changed(
                changed(LAB3_3, "softmax", "sigmoid"), "categorical_cross", "binary_cross"
            ),
        ),
        loses=("multiclass/model", "multiclass/loss"),
    ),
    Sample(
        "farid",
        "The programs as they are handed out, with nothing completed, and no report.",
        {
            "HADDAD_Farid_Lab3_DLCV.tar.bz2": Packed(
                {"lab3_skeleton.py": Text(SKELETON), "lab3_3_skeleton.py": Text(SKELETON_3)}
            )
        },
        loses=EVERYTHING,
        reason="missing",
    ),
    Sample(
        "greta",
        "One batch size, and nowhere a word on which architecture is best.",
        packed(
            "LIND_Greta",
            lab3=changed(LAB3, "in (32, 128)", "in (128,)"),
            report=changed(
                changed(REPORT, "The best\narchitecture has one hidden layer of 256 units.", ""),
                "With batches of 32 images training\ntakes three times as long as with 128 and ends at the same "
                "accuracy, so the neuron has learnt what it can.",
                "It learns quickly.",
            ),
        ),
        loses=("single-neuron/batch-sizes", "multiclass/best-architecture"),
    ),
    Sample(
        "hugo",
        "The report tells the loss of the single neuron after 300 epochs, and shows none for the hidden layer.",
        packed(
            "PETIT_Hugo",
            report=changed(
                changed(
                    changed(REPORT, "After 100 epochs the loss is 0.0216", "After 300 epochs the loss is 0.0213"),
                    "loss of the single neuron over 100 epochs", "loss of the single neuron",
                ),
                "![Figure 2: loss with a hidden layer over 100 epochs](figures/hidden-layer.png)\n", "",
            ),
        ),
        loses=("report/loss-at-100-single-neuron", "report/loss-plot-hidden-layer"),
    ),
    Sample(
        "ines",
        "The accuracy of both models of parts 1 and 2 is measured on the training images.",
        packed("COSTA_Ines", lab3=changed(LAB3, "evaluate(x_test, y_test)", "evaluate(x_train, y_train)")),
        loses=("single-neuron/accuracy",),
    ),
    Sample(
        "jonas",
        "The upload broke off: the last third of the archive is missing.",
        {"WEBER_Jonas_Lab3_DLCV.tar.bz2": Packed(work(), spoil=cut_off)},
        loses=("archive/readable", *EVERYTHING),
        reason="corrupt",
    ),
)  # fmt: skip
