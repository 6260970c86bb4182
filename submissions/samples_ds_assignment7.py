"""The class of ds-assignment7: a program and a report, and what goes wrong with the study of weight decay."""

from __future__ import annotations

import re
from itertools import pairwise

from sample_damage import Archive, Curves, Text
from sample_documents import Notebook, Pdf
from sample_packing import Packed
from samples import Maker, Sample, changed

PROGRAM = '''\
"""Assignment 7: learning curves of a small network, and weight decay in a larger one."""

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import regularizers
from keras.datasets import mnist
from keras.layers import Dense, Flatten
from keras.models import Sequential

batch_size = 128
num_classes = 10

# Preprocessing: real numbers from 0 to 1, and one-hot labels
(x_train, lbl_train), (x_test, lbl_test) = mnist.load_data()
x_train = x_train.reshape(60000, 28, 28, 1).astype("float32") / 255
x_test = x_test.reshape(10000, 28, 28, 1).astype("float32") / 255
y_train = keras.utils.to_categorical(lbl_train, num_classes)
y_test = keras.utils.to_categorical(lbl_test, num_classes)

# The network that is handed out
model = Sequential()
model.add(Flatten())
model.add(Dense(64, activation="relu"))
model.add(Dense(64, activation="relu"))
model.add(Dense(num_classes, activation="softmax"))
model.compile(
    loss=keras.losses.categorical_crossentropy,
    optimizer=keras.optimizers.SGD(lr=0.1),
    metrics=["accuracy"],
)
fit_info = model.fit(
    x_train, y_train, batch_size=batch_size, epochs=10, validation_data=(x_test, y_test)
)

# Question 2 C: both accuracies for each epoch
plt.plot(fit_info.history["accuracy"], label="training accuracy")
plt.plot(fit_info.history["val_accuracy"], label="validation accuracy")
plt.xlabel("epoch")
plt.legend()
plt.show()


def build(factor):
    """Hidden layers of 500 and 300 units with weight decay."""
    network = Sequential()
    network.add(Flatten())
    network.add(Dense(500, activation="relu", kernel_regularizer=regularizers.l2(factor)))
    network.add(Dense(300, activation="relu", kernel_regularizer=regularizers.l2(factor)))
    network.add(Dense(num_classes, activation="softmax"))
    network.compile(
        loss="categorical_crossentropy",
        optimizer=keras.optimizers.SGD(lr=0.1),
        metrics=["accuracy"],
    )
    return network


# Question 2 D: three networks for each factor
factors = [0.000001, 0.00001, 0.0001, 0.0005, 0.001]
accuracies = []
for factor in factors:
    replicates = []
    for _ in range(3):
        network = build(factor)
        history = network.fit(
            x_train, y_train, batch_size=batch_size, epochs=40, validation_data=(x_test, y_test)
        )
        replicates.append(history.history["val_accuracy"][-1])
    accuracies.append(replicates)

# The mean of the replicates with their deviation
plt.figure()
plt.errorbar(factors, np.mean(accuracies, axis=1), yerr=np.std(accuracies, axis=1))
plt.xscale("log")
plt.xlabel("regularization factor")
plt.ylabel("validation accuracy")
plt.show()
'''

REPORT = """\
# Assignment 7: digits with Keras

Authors: Amina Haddad, Bruno Keller

Group: 12

Date: 8 March 2023

## 1) Preprocessing

The pixels become real numbers from 0 to 1, which gradient descent needs, and the labels vectors with a single one.

## 2) The network

### A) Layers

There are 4 layers if the input is counted. The two hidden layers have 64 neurons each and use ReLU, which does not
saturate. The output layer has 10 neurons, one for each digit, and uses softmax, whose outputs are probabilities.
The network has 55,050 parameters. An image of 28x28 pixels is flattened to 784 inputs.

### B) The loss

The loss is the categorical cross-entropy: `L = -sum(y * log(p))`. It is small where the right digit is likely.

### C) Ten epochs

![Figure 1: training and validation accuracy over the epochs](curves.png)

### D) The larger network

![Figure 2: final accuracy of the larger network](study.png)

Our best network reaches 0.9830, which is 0.0017 less than the 0.9847 of Hinton. He does not say how the validation
images were chosen, nor whether the images were shifted or deskewed before.
"""


def work(program: str = PROGRAM, report: str = REPORT) -> dict[str, Maker]:
    """A program, a report and its figures."""
    return {
        "assignment7.py": Text(program),
        "report.md": Text(report),
        "curves.png": Curves(),
        "study.png": Curves(5),
    }


_STUDY = PROGRAM[PROGRAM.index("# Question 2 D") : PROGRAM.index("# The mean")]
_TABLE = """\
# Question 2 D: one network at a time, its factor changed by hand and the result written down
factors = [0.000001, 0.00001, 0.0001, 0.0005, 0.001]
network = build(0.0005)
network.fit(x_train, y_train, batch_size=batch_size, epochs=40, validation_data=(x_test, y_test))
accuracies = [
    [0.9801, 0.9811, 0.9806],
    [0.9809, 0.9805, 0.9812],
    [0.9821, 0.9818, 0.9825],
    [0.9826, 0.9830, 0.9822],
    [0.9812, 0.9806, 0.9815],
]

"""

#: What the program does, cell by cell, and between the cells what the report says.
_STARTS = (
    "# Preprocessing",
    "# The network that",
    "# Question 2 C",
    "def build",
    "# Question 2 D",
    "# The mean",
)
_PLACES = [0, *(PROGRAM.index(start) for start in _STARTS), len(PROGRAM)]
CELLS = (
    *(f"%%text{part}" for part in re.split(r"\n(?=##? )", f"\n{REPORT}") if part.strip()),
    *(PROGRAM[start:end].strip() for start, end in pairwise(_PLACES)),
)

ANSWERS = """\
[2a-network]
layers = 4
neurons = [784, 64, 32, 10]
activations = ["relu", "relu", "softmax"]
parameters = 55050
"input size" = 784
"output size" = 10

[2b-loss]
loss = "mean squared error"
formula = '-sum(y * log(p))'
"""


BAND = changed(
    PROGRAM,
    "plt.errorbar(factors, np.mean(accuracies, axis=1), yerr=np.std(accuracies, axis=1))",
    """\
mean, deviation = np.mean(accuracies, axis=1), np.std(accuracies, axis=1)
plt.plot(factors, mean)
plt.fill_between(factors, mean - deviation, mean + deviation, alpha=0.2)""",
)


def without_comments(program: str) -> str:
    """A program without comments and docstrings."""
    bare = re.sub(r'[ \t]*"""[^"]*"""\n', "", program)
    return "".join(line for line in bare.splitlines(keepends=True) if not line.startswith("#"))


SAMPLES = (
    Sample(
        "amina",
        "Everything, the program in an archive and the answers in a report in her own words beside it.",
        {
            "program.zip": Archive({"assignment7.py": PROGRAM}),
            "report.md": Text(REPORT),
            "curves.png": Curves(),
            "study.png": Curves(5),
        },
    ),
    Sample(
        "bruno",
        "What the layers put out is penalized, and not their weights.",
        work(changed(PROGRAM, "kernel_regularizer", "activity_regularizer")),
        loses=("2d-regularised/kernel-l2",),
    ),
    Sample(
        "chloe",
        "The three replicates of a factor are one model that goes on training.",
        work(
            changed(
                PROGRAM,
                "    replicates = []\n    for _ in range(3):\n        network = build(factor)\n",
                "    replicates = []\n    network = build(factor)\n    for _ in range(3):\n",
            )
        ),
        loses=("2d-regularised/replicates",),
    ),
    Sample(
        "dmitri",
        "Four regularization factors instead of five.",
        work(changed(PROGRAM, "0.0001, 0.0005, 0.001]", "0.0001, 0.001]")),
        loses=("2d-regularised/factors",),
    ),
    Sample(
        "elif",
        "The code ends in ReLU where the report says softmax.",
        work(
            changed(
                PROGRAM,
                'model.add(Dense(num_classes, activation="softmax"))',
                'model.add(Dense(num_classes, activation="relu"))',
            )
        ),
        loses=("2a-network/agrees",),
    ),
    Sample(
        "farid",
        "One factor was trained at a time, and the results were typed into a table.",
        work(changed(PROGRAM, _STUDY, _TABLE)),
        loses=("2d-regularised/factors", "2d-regularised/replicates"),
    ),
    Sample(
        "greta",
        "The best accuracy is taken, and nothing plotted against the factor.",
        work(PROGRAM[: PROGRAM.index("# The mean")] + "best = np.max(accuracies)  # for the report\n"),
        loses=("2d-regularised/plotted",),
    ),
    Sample(
        "hugo",
        "Six epochs of the first network, whose parameters are counted without the biases.",
        work(
            changed(PROGRAM, "epochs=10", "epochs=6"),
            changed(REPORT, "55,050 parameters", "54,912 parameters"),
        ),
        loses=("2a-network/parameters", "2a-network/agrees", "2c-curves/epochs"),
    ),
    Sample(
        "ines",
        "No formula, no comparison, nobody's name, and no figures in the report.",
        work(
            report=changed(
                REPORT,
                ": `L = -sum(y * log(p))`", "",
                ", which is 0.0017 less than the 0.9847 of Hinton. He does not say", ". It was not said",
                "Authors: Amina Haddad, Bruno Keller\n\nGroup: 12\n\n", "",
                "![Figure 1: training and validation accuracy over the epochs](curves.png)", "See the program.",
                "![Figure 2: final accuracy of the larger network](study.png)", "See the program.",
            )
        ),
        loses=(
            "2b-loss/formula",
            "2d-regularised/compared",
            "hand-in/front-page",
            "hand-in/report-figures",
        ),
    ),
    Sample(
        "jonas",
        "A notebook and nothing else: text, code and saved figures in one file.",
        {"assignment7.ipynb": Notebook(CELLS, Curves())},
    ),
    Sample(
        "karim",
        "Two typed answers are wrong, the units of a layer and the loss; the report beside them says both rightly.",
        work() | {"answers.toml": Text(ANSWERS)},
        loses=("2a-network/neurons", "2a-network/agrees", "2b-loss/named", "2b-loss/agrees"),
    ),
    Sample(
        "lena",
        "Program and report in an archive, and no PDF beside it.",
        {
            "hand-in.zip": Packed(
                {"assignment7.py": Text(PROGRAM), "report.pdf": Pdf(REPORT, Curves())}
            )
        },
        loses=("hand-in/pdf-beside",),
    ),
    Sample(
        "mateo",
        "Not one comment in the program.",
        work(without_comments(PROGRAM)),
        loses=("hand-in/commented",),
    ),
    Sample(
        "nina",
        "The same archive as lena, with the PDF beside it, and the deviation drawn as a band.",
        {
            "hand-in.zip": Packed(
                {"assignment7.py": Text(BAND), "report.pdf": Pdf(REPORT, Curves())}
            ),
            "lab.pdf": Pdf(REPORT, Curves()),
        },
    ),
)  # fmt: skip
