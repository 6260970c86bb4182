"""The class of playground-cifar10: a model with prescribed layers, and points for accuracy."""

from __future__ import annotations

from functools import partial

from sample_damage import Text, cut_off, not_a_number, weights_only
from sample_models import Trained, cnn, normalised_cnn
from samples import COLOUR, Sample

ARCHITECTURE, ACCURACY = "part-4-cifar10/architecture", "part-4-cifar10/accuracy"

HISTORY_TABLE = "epoch,loss,accuracy\n" + "".join(
    f"{epoch},{2.1 * 0.93**epoch:.4f},{0.7 - 0.5 * 0.9**epoch:.4f}\n" for epoch in range(20)
)

SAMPLES = (
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
        loses=(ARCHITECTURE, ACCURACY),
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
        loses=(ARCHITECTURE, ACCURACY),
        reason="bad-output",
    ),
    Sample(
        "farid",
        "A folder with a note but no model.",
        {"README.txt": Text("Mon modèle est trop gros pour la plateforme, je l'envoie demain.\n")},
        loses=(ARCHITECTURE, ACCURACY),
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
        loses=(ARCHITECTURE, ACCURACY),
        reason="corrupt",
    ),
    Sample(
        "ines",
        "cifar10.h5 is a table of the training history.",
        {"cifar10.h5": Text(HISTORY_TABLE)},
        loses=(ARCHITECTURE, ACCURACY),
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
        loses=(ARCHITECTURE, ACCURACY),
        reason="weights-only",
    ),
)
