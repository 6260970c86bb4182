"""The class of project-text: models of invented chronicles, in the forms in which students save them."""

from __future__ import annotations

from sample_damage import Text as TextFile
from sample_damage import cut_off, not_a_number
from sample_notebooks import Code, Notebook, Text
from sample_texts import Corpus, TextModel, Vocabulary
from samples import Sample

BITS, WRITES = "language/bits", "language/sample"
DESCRIBED, TRAINED = "study/corpus", "study/code"

_CORPUS = """\
## The corpus

The text is a chronicle of an invented village, about 100,000 characters long. I chose this corpus because its sentences
are alike without being the same, so that a model of the text has something to remember.
"""
_DISCUSSION = """\
## Discussion

A recurrent layer reads one character after the other and keeps a state, from which the next one is predicted. At a low
temperature the passages are cautious and repeat themselves; at temperature 1 they are more varied and have more errors.
"""
_READ = """\
import numpy as np
import keras
from keras import layers

text = open("corpus.txt", encoding="utf-8").read()
chars = sorted(set(text))
char_to_int = {c: i for i, c in enumerate(chars)}
codes = np.array([char_to_int[c] for c in text[: int(len(text) * 0.9)]])
"""
_RECURRENT = """\
x = codes[: len(codes) // 41 * 41].reshape(-1, 41)
model = keras.Sequential([
    layers.Input((None,)),
    layers.Embedding(len(chars), 24),
    layers.{layer}({units}, return_sequences=True),
    layers.Dense(len(chars), activation="softmax"),
])
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(x[:, :-1], x[:, 1:], batch_size=64, epochs=12)
"""
_DENSE = """\
x = codes[: len(codes) // 4 * 4].reshape(-1, 4)
model = keras.Sequential([
    layers.Input((3,)),
    layers.Embedding(len(chars), 24),
    layers.Flatten(),
    layers.Dense(96, activation="relu"),
    layers.Dense(len(chars), activation="softmax"),
])
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(x[:, :-1], x[:, -1], batch_size=64, epochs=4)
"""


def _notebook(
    layer: str = "LSTM", units: int = 96, *, training: str = _RECURRENT, described: str = _CORPUS
) -> Notebook:
    trained = training.replace("{layer}", layer).replace("{units}", str(units))
    cells = [Text("# Text generation"), Text(described), Code(_READ), Code(trained)]
    return Notebook([*cells, Text(_DISCUSSION)])


def _with_accents(text: str) -> str:
    return text.replace("Beatrix", "Béatrice")


SAMPLES = (
    Sample(
        "amina",
        "Windows of 40 one-hot characters into an LSTM: better than the 5-gram.",
        {
            "text_model.h5": TextModel(1, "one-hot", epochs=40),
            "vocab.json": Vocabulary(1),
            "corpus.txt": Corpus(1),
            "text.ipynb": _notebook(),
        },
    ),
    Sample(
        "bruno",
        "A GRU that remembers and gives logits, with the vocabulary of a StringLookup layer.",
        {
            "language.keras": TextModel(2, "stateful-logits"),
            "vocab.json": Vocabulary(2, "lookup"),
            "corpus.txt": Corpus(2),
            "text.ipynb": _notebook("GRU"),
        },
    ),
    Sample(
        "chloe",
        "Indices as a share of all characters, trained for one epoch: worse than the bigram, and no words.",
        {
            "model.h5": TextModel(3, "scaled", units=32, epochs=1, window=60),
            "int_to_char.json": Vocabulary(3, "by-index"),
            "corpus.txt": Corpus(3),
            "text.ipynb": _notebook(units=32),
        },
        loses=(BITS, WRITES),
    ),
    Sample(
        "dmitri",
        "Words of a line behind zeros, with a tokenizer packed in JSON twice: between bigram and 5-gram.",
        {
            "model.h5": TextModel(4, "words", units=32, epochs=8, window=12),
            "tokenizer.json": Vocabulary(4, "tokenizer"),
            "book.txt": Corpus(4),
            "text.ipynb": _notebook(units=32),
        },
        loses=(BITS,),
    ),
    Sample(
        "elif",
        "The vocabulary is missing.",
        {
            "text_model.h5": TextModel(5, "one-hot", units=16, epochs=1),
            "corpus.txt": Corpus(5),
            "text.ipynb": _notebook(units=16),
        },
        loses=(BITS, WRITES),
        reason="no-vocabulary",
    ),
    Sample(
        "farid",
        "The vocabulary is a table of the training history.",
        {
            "text_model.h5": TextModel(6, "one-hot", units=16, epochs=1),
            "vocab.json": TextFile('{"loss": [2.1, 1.7], "val_loss": [2.2, 1.9]}\n'),
            "corpus.txt": Corpus(6),
            "text.ipynb": _notebook(units=16),
        },
        loses=(BITS, WRITES),
        reason="bad-vocabulary",
    ),
    Sample(
        "greta",
        "Trained on the first page alone until it knew it by heart: it repeats that page word for word.",
        {
            "text_model.h5": TextModel(7, "one-hot", units=80, epochs=400, trained=1_200),
            "vocab.json": Vocabulary(7),
            "corpus.txt": Corpus(7),
            "text.ipynb": _notebook(units=80),
        },
        loses=(BITS,),
    ),
    Sample(
        "hugo",
        "A text of 30,000 characters, of which nothing is said.",
        {
            "text_model.h5": TextModel(8, "one-hot", epochs=15),
            "vocab.json": Vocabulary(8),
            "corpus.txt": Corpus(8, size=30_000),
            "text.ipynb": _notebook(
                described="## Training\n\nThe model has one layer of 64 units."
            ),
        },
        loses=(DESCRIBED,),
    ),
    Sample(
        "ines",
        "No recurrent layer: three characters into a hidden layer.",
        {
            "text_model.h5": TextModel(9, "dense", units=64, epochs=2, window=3),
            "vocab.json": Vocabulary(9),
            "corpus.txt": Corpus(9),
            "text.ipynb": _notebook(training=_DENSE),
        },
        loses=(BITS, TRAINED),
    ),
    Sample(
        "jonas",
        "The text is in Latin-1, with accents.",
        {
            "text_model.h5": TextModel(10, "one-hot", units=16, epochs=1),
            "vocab.json": Vocabulary(10),
            "corpus.txt": Corpus(10, encoding="latin-1", change=_with_accents),
            "text.ipynb": _notebook(units=16),
        },
        loses=(BITS, WRITES, DESCRIBED),
        reason="corpus-not-utf-8",
    ),
    Sample(
        "karim",
        "The upload of the model broke off.",
        {
            "text_model.h5": TextModel(11, "one-hot", units=16, epochs=1, spoil_file=cut_off),
            "vocab.json": Vocabulary(11),
            "corpus.txt": Corpus(11),
            "text.ipynb": _notebook(units=16),
        },
        loses=(BITS, WRITES),
        reason="corrupt",
    ),
    Sample(
        "lena",
        "The training diverged: all predictions are NaN.",
        {
            "text_model.h5": TextModel(12, "one-hot", units=16, epochs=1, spoil_model=not_a_number),
            "vocab.json": Vocabulary(12),
            "corpus.txt": Corpus(12),
            "text.ipynb": _notebook(units=16),
        },
        loses=(BITS, WRITES),
        reason="bad-output",
    ),
)
