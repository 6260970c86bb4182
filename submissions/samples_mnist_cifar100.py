"""The class of mnist-cifar100: two models, each with its thresholds, and notebooks."""

from __future__ import annotations

from functools import partial

from notebooks_mnist_cifar100 import NOTEBOOKS
from sample_damage import Archive, cut_off, not_a_number, weights_only
from sample_models import Trained, cnn, mlp, normalised_cnn, softmax_regression
from samples import CHANNEL, COLOUR, FLAT, GREY, TRAINING_PROGRAM, Sample

MNIST, CIFAR100 = "mnist/accuracy", "cifar100/top-k"

#: What samples are about that hand in models alone.
MODELS = ("mnist", "cifar100")

#: A CIFAR-100 model of 70,000 parameters that passes both thresholds after a short training.
_small100 = partial(normalised_cnn, ((24, 2), (48, 1), (56, 2), (56, 1)), 100, 0.0)
_passing100 = Trained(_small100, "cifar100", epochs=16, rate=6e-3, shift=0.08, mirror=True)

SAMPLES = (
    Sample(
        "amina",
        "Convolutional models for both exercises, well above every threshold.",
        {
            "mnist.h5": Trained(partial(cnn, CHANNEL, (8, 16), 16), "mnist", epochs=4),
            "cifar100.h5": Trained(
                partial(normalised_cnn, ((32, 2), (64, 1), (80, 2), (80, 1), (96, 2)), 100),
                "cifar100",
                epochs=16,
                rate=6e-3,
                shift=0.1,
                mirror=True,
            ),
        },
        exercises=MODELS,
    ),
    Sample(
        "bruno",
        "MNIST passes; the CIFAR-100 model passes the top-1 threshold and misses the top-5 one.",
        {
            "mnist.keras": Trained(partial(mlp, FLAT, (24,)), "mnist", epochs=4),
            "cifar100.h5": Trained(
                partial(normalised_cnn, ((24, 2), (48, 1), (64, 2)), 100),
                "cifar100",
                epochs=12,
            ),
        },
        loses=(CIFAR100,),
        exercises=MODELS,
    ),
    Sample(
        "chloe",
        "Softmax regression just passes MNIST; a model without convolutions fails CIFAR-100.",
        {
            "mnist.h5": Trained(
                partial(softmax_regression, GREY), "mnist", epochs=5, optimizer_saved=True
            ),
            "cifar100.h5": Trained(
                partial(mlp, COLOUR, (24,), 100, pool=2), "cifar100", epochs=12, rate=5e-4
            ),
        },
        loses=(CIFAR100,),
        exercises=MODELS,
    ),
    Sample(
        "dmitri",
        "Only the MNIST model was handed in.",
        {"mnist.h5": Trained(partial(mlp, GREY, (16, 16)), "mnist", epochs=4)},
        loses=(CIFAR100,),
        reason="missing",
        exercises=MODELS,
    ),
    Sample(
        "elif",
        "The upload of mnist.h5 broke off; the CIFAR-100 model, a .keras file, passes.",
        {
            "mnist.h5": Trained(
                partial(cnn, CHANNEL, (8, 8)), "mnist", epochs=1, spoil_file=cut_off
            ),
            "cifar100.keras": _passing100,
        },
        loses=(MNIST,),
        reason="corrupt",
        exercises=MODELS,
    ),
    Sample(
        "farid",
        "The MNIST model was trained on 200 images and is below the threshold; cifar100.h5 is the"
        " output of save_weights, renamed.",
        {
            "mnist.h5": Trained(partial(mlp, FLAT, (16,)), "mnist", epochs=60, images=200),
            "cifar100.h5": Trained(
                partial(normalised_cnn, ((16, 2), (32, 2)), 100),
                "cifar100",
                epochs=1,
                spoil_file=weights_only,
            ),
        },
        loses=(MNIST, CIFAR100),
        reason="weights-only",
        exercises=MODELS,
    ),
    Sample(
        "greta",
        "Both models were trained on pixels from 0 to 255, and both pass.",
        {
            "mnist.keras": Trained(
                partial(cnn, CHANNEL, (8, 16), 16, normalised=True),
                "mnist",
                epochs=4,
                rate=1e-3,
                pixels="0..255",
            ),
            "cifar100.h5": Trained(
                _small100,
                "cifar100",
                epochs=16,
                rate=6e-3,
                shift=0.08,
                mirror=True,
                pixels="0..255",
            ),
        },
        exercises=MODELS,
    ),
    Sample(
        "hugo",
        "mnist.h5 is a zip of programs; the CIFAR-100 model was trained for one epoch on 10,000"
        " images.",
        {
            "mnist.h5": Archive({"train.py": TRAINING_PROGRAM, "notes.txt": "run train.py\n"}),
            "cifar100.h5": Trained(
                partial(mlp, COLOUR, (24,), 100, pool=4), "cifar100", epochs=1, images=10_000
            ),
        },
        loses=(MNIST, CIFAR100),
        reason="missing",
        exercises=MODELS,
    ),
    Sample(
        "ines",
        "MNIST passes; cifar100.h5 was trained on CIFAR-10 and has ten outputs.",
        {
            "mnist.keras": Trained(
                partial(cnn, CHANNEL, (8, 12), 24, dropout=0.2), "mnist", epochs=4
            ),
            "cifar100.h5": Trained(
                partial(cnn, COLOUR, (12, 16, 24)), "cifar10", epochs=4, mirror=True
            ),
        },
        loses=(CIFAR100,),
        reason="bad-output",
        exercises=MODELS,
    ),
    Sample(
        "jonas",
        "All predictions of the MNIST model are NaN; the CIFAR-100 model is below both thresholds.",
        {
            "mnist.h5": Trained(
                partial(mlp, CHANNEL, (16,)), "mnist", epochs=1, spoil_model=not_a_number
            ),
            "cifar100.h5": Trained(
                partial(cnn, COLOUR, (12, 16, 24), 32, 100), "cifar100", epochs=3
            ),
        },
        loses=(MNIST, CIFAR100),
        reason="bad-output",
        exercises=MODELS,
    ),
    *NOTEBOOKS,
)
