"""The class of ml-assignment2: one digit classifier each, marked against the best of the class.

The reference solution is graded in the same class and is the best, so everyone loses points.
"""

from __future__ import annotations

from functools import partial

from sample_damage import Curves, Text, cut_off, not_a_number, weights_only
from sample_networks import Trained, cnn, mlp, softmax_regression
from samples import CHANNEL, FLAT, GREY, TRAINING_PROGRAM, Sample

HANDWRITTEN = ("3-handwritten/relative-accuracy",)

SAMPLES = (
    Sample(
        "amina",
        "A convolutional network trained on shifted digits: the best of the students.",
        {
            "best_model.h5": Trained(
                partial(cnn, CHANNEL, (12, 24), dropout=0.3), "mnist", epochs=6, shift=0.1
            )
        },
        loses=HANDWRITTEN,
    ),
    Sample(
        "bruno",
        "A network without convolutions: fine on MNIST, weaker on other people's writing.",
        {"mlp.h5": Trained(partial(mlp, FLAT, (32, 32)), "mnist", epochs=4)},
        loses=HANDWRITTEN,
    ),
    Sample(
        "chloe",
        "Softmax regression on 400 images: few of the digits are read.",
        {"digits.h5": Trained(partial(softmax_regression, GREY), "mnist", epochs=10, images=400)},
        loses=HANDWRITTEN,
    ),
    Sample(
        "dmitri",
        "The program was handed in, the network it saves was not.",
        {"assignment2.py": Text(TRAINING_PROGRAM)},
        loses=HANDWRITTEN,
        reason="missing",
    ),
    Sample(
        "elif",
        "digits.h5 is a picture of the learning curve under a wrong name.",
        {"digits.h5": Curves()},
        loses=HANDWRITTEN,
        reason="not-a-model",
    ),
    Sample(
        "farid",
        "The upload broke off: the last third of the file is missing.",
        {"cnn.h5": Trained(partial(cnn, CHANNEL, (8, 8)), "mnist", epochs=1, spoil_file=cut_off)},
        loses=HANDWRITTEN,
        reason="corrupt",
    ),
    Sample(
        "greta",
        "A convolutional network trained on pixels from 0 to 255, which must be found out.",
        {
            "model_final.h5": Trained(
                partial(cnn, CHANNEL, (8, 16), normalised=True),
                "mnist",
                epochs=4,
                rate=1e-3,
                raw=True,
            )
        },
        loses=HANDWRITTEN,
    ),
    Sample(
        "hugo",
        "The output of save_weights, renamed: the layers are not in the file.",
        {
            "classifier.h5": Trained(
                partial(cnn, CHANNEL, (8, 16)), "mnist", epochs=1, spoil_file=weights_only
            )
        },
        loses=HANDWRITTEN,
        reason="weights-only",
    ),
    Sample(
        "ines",
        "The network answers with NaN.",
        {
            "ines.h5": Trained(
                partial(mlp, FLAT, (16,)), "mnist", epochs=1, spoil_network=not_a_number
            )
        },
        loses=HANDWRITTEN,
        reason="bad-output",
    ),
    Sample(
        "jonas",
        "Eleven outputs, one of them for 'no digit', where ten are wanted.",
        {
            "handwritten_model.h5": Trained(
                partial(cnn, CHANNEL, (8, 16), outputs=11), "mnist", epochs=2
            )
        },
        loses=HANDWRITTEN,
        reason="bad-output",
    ),
)
