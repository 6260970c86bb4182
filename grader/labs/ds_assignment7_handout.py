"""What ds-assignment7 hands out: phrases of its text, and comments of its notebook, which are no student's own."""

from __future__ import annotations

#: What notebooks and reports repeat of the lab's own text.
HANDOUT = (
    "if you have problems with keras and tensorflow on your local installation",
    "train the network for 10 epochs and plot",
    "to implement a three-layer neural network",
    "a co-pioneer of deep learning",
    "and train and select 5 regularization factors",
    "replicate networks for each regularization factor",
    "(computed from the replicates) as a function of",
    "information is not given by Hinton",
    "it should be possible reach to 99% accuracy",
    "please see the associated document for questions",
    "explain the data pre-processing high-lighted in the notebook",
    "how many layers does the network in the notebook have",
    "what loss-function is used to train the network",
    "design a model that makes use of at least one conv",
    "discuss the differences and potential benefits of using conv",
    "the notebook implements a simple denoising deep autoencoder",
    "add increasing levels of noise to the test-set",
    "test whether denoising improves the classification",
    "how you can use the decoder part of the denoising auto-encoder",
)

#: Lines of comments and headings, each as a whole.
HANDED_OUT_LINES = (
    *(
        "imports",
        "Hyper-parameters data-loading and formatting",
        "Define model",
        "data preparation",
    ),
    *("input image dimensions", "the data, split between train and test sets"),
    *("convert class vectors to binary class matrices", "implement three-layer neural network"),
    *(
        "salt and pepper noise",
        "This applies salt and pepper noise to the input tensor - randomly setting bits to 1 or 0.",
    ),
    *(
        "Preprocessing",
        "text",
        "Auto-Encoder for denoising",
        "Question 4) Auto-Encoder for denoising",
    ),
    *("Convolutional layers", "3) 2 points. Convolutional layers.", "3) Convolutional layers."),
    "Question 2) 4 points. Network model, training, and changing hyper-parameters.",
    "Question 2) Network model, training, and changing hyper-parameters.",
)
#: Lines of code in that notebook, about.
HANDED_OUT_CODE = 40
