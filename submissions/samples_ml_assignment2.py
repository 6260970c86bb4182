"""The class of ml-assignment2: one digit classifier each, marked relative to the best of the class.

`grader demo` grades these students alone. `grader verify` grades the reference solution with them,
which is better than all of them: there everyone loses points.
"""

from __future__ import annotations

from functools import partial

from sample_damage import Curves, Text, cut_off, not_a_number, weights_only
from sample_models import Trained, cnn, mlp, normalised_cnn, softmax_regression
from samples import CHANNEL, FLAT, GREY, TRAINING_PROGRAM, Sample

HANDWRITTEN = ("3-handwritten/relative-accuracy",)
DIGITS_ALONE = ("3-handwritten",)

SAMPLES = (
    Sample(
        "amina",
        "A convolutional model trained on shifted digits: the best of the class.",
        {
            "best_model.h5": Trained(
                partial(cnn, CHANNEL, (12, 24), dropout=0.3), "mnist", epochs=6, shift=0.1
            )
        },
        loses=HANDWRITTEN,
        exercises=DIGITS_ALONE,
    ),
    Sample(
        "bruno",
        "Two hidden layers and no convolutions: good on MNIST, less good on these digits.",
        {"mlp.h5": Trained(partial(mlp, FLAT, (32, 32)), "mnist", epochs=4)},
        loses=HANDWRITTEN,
        exercises=DIGITS_ALONE,
    ),
    Sample(
        "chloe",
        "Softmax regression trained on 60 images.",
        {"digits.h5": Trained(partial(softmax_regression, GREY), "mnist", epochs=20, images=60)},
        loses=HANDWRITTEN,
        exercises=DIGITS_ALONE,
    ),
    Sample(
        "dmitri",
        "The program was handed in, but not the model it saves.",
        {"assignment2.py": Text(TRAINING_PROGRAM)},
        loses=HANDWRITTEN,
        exercises=DIGITS_ALONE,
        reason="missing",
    ),
    Sample(
        "elif",
        "digits.h5 is a picture of a learning curve.",
        {"digits.h5": Curves()},
        loses=HANDWRITTEN,
        exercises=DIGITS_ALONE,
        reason="wrong-format",
    ),
    Sample(
        "farid",
        "The upload broke off: the last third of the file is missing.",
        {"cnn.h5": Trained(partial(cnn, CHANNEL, (8, 8)), "mnist", epochs=1, spoil_file=cut_off)},
        loses=HANDWRITTEN,
        exercises=DIGITS_ALONE,
        reason="corrupt",
    ),
    Sample(
        "greta",
        "A convolutional model trained on pixels from 0 to 255.",
        {
            "model_final.h5": Trained(
                partial(cnn, CHANNEL, (8, 16), normalised=True),
                "mnist",
                epochs=4,
                rate=1e-3,
                pixels="0..255",
            )
        },
        loses=HANDWRITTEN,
        exercises=DIGITS_ALONE,
    ),
    Sample(
        "hugo",
        "The output of save_weights, renamed: the file holds no layers.",
        {
            "classifier.h5": Trained(
                partial(cnn, CHANNEL, (8, 16)), "mnist", epochs=1, spoil_file=weights_only
            )
        },
        loses=HANDWRITTEN,
        exercises=DIGITS_ALONE,
        reason="weights-only",
    ),
    Sample(
        "ines",
        "All predictions of the model are NaN.",
        {
            "ines.h5": Trained(
                partial(mlp, FLAT, (16,)), "mnist", epochs=1, spoil_model=not_a_number
            )
        },
        loses=HANDWRITTEN,
        exercises=DIGITS_ALONE,
        reason="bad-output",
    ),
    Sample(
        "jonas",
        "Eleven outputs, one of them for 'no digit', instead of ten.",
        {
            "handwritten_model.h5": Trained(
                partial(cnn, CHANNEL, (8, 16), outputs=11), "mnist", epochs=2
            )
        },
        loses=HANDWRITTEN,
        exercises=DIGITS_ALONE,
        reason="bad-output",
    ),
    Sample(
        "karim",
        "Two hidden layers with tanh, saved in the .keras format.",
        {
            "digits.keras": Trained(
                partial(mlp, GREY, (24, 16), activation="tanh"), "mnist", epochs=3
            )
        },
        loses=HANDWRITTEN,
        exercises=DIGITS_ALONE,
    ),
    Sample(
        "lena",
        "Three convolutions, each with batch normalisation, and no hidden layer.",
        {
            "mnist_cnn.h5": Trained(
                partial(normalised_cnn, ((16, 2), (24, 2), (32, 1)), shape=CHANNEL),
                "mnist",
                epochs=5,
                rate=6e-3,
            )
        },
        loses=HANDWRITTEN,
        exercises=DIGITS_ALONE,
    ),
    Sample(
        "mateo",
        "A convolutional model trained on dark digits on a white ground.",
        {
            "mateo_digits.h5": Trained(
                partial(cnn, CHANNEL, (6, 12), 16, kernel=5, activation="tanh"),
                "mnist",
                epochs=3,
                images=8_000,
                pixels="inverted",
            )
        },
        loses=HANDWRITTEN,
        exercises=DIGITS_ALONE,
    ),
    Sample(
        "nina",
        "A convolutional model trained for 40 epochs on 600 images: overfitted.",
        {"final.h5": Trained(partial(cnn, CHANNEL, (8, 16), 16), "mnist", epochs=40, images=600)},
        loses=HANDWRITTEN,
        exercises=DIGITS_ALONE,
    ),
    Sample(
        "oscar",
        "Softmax regression on standardised pixels (mean 0, deviation 1).",
        {
            "digit_classifier.h5": Trained(
                partial(softmax_regression, FLAT), "mnist", epochs=2, pixels="standardised"
            )
        },
        loses=HANDWRITTEN,
        exercises=DIGITS_ALONE,
    ),
)
