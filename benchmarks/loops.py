"""What an instructor could write instead of using the grader, and what the machine can do, as programs to time.

The loops take the folder their predictions go to, then the models' files.
"""

from __future__ import annotations

_HEAD = """
import json, sys
import numpy as np
import keras
import tensorflow as tf
from grader import datasets
test = datasets.get("mnist").load("test")
images = test.images.astype("float32") / 255
def shaped(model):
    return images.reshape(-1, *model.input_shape[1:])
"""

#: The loop most would write.
PREDICT = (
    _HEAD
    + """
for path in sys.argv[2:]:
    model = keras.models.load_model(path, compile=False)
    best = model.predict(shaped(model), verbose=0).argmax(axis=1)
    np.save(f"{sys.argv[1]}/{path.split('/')[-2]}.npy", best)
"""
)

#: The fastest path known: one compiled function over large batches.
FASTEST = (
    _HEAD
    + """
for path in sys.argv[2:]:
    model = keras.models.load_model(path, compile=False)
    infer = tf.function(lambda batch: model(batch, training=False), autograph=False)
    given = shaped(model)
    outputs = [infer(given[start:start + 1000]).numpy() for start in range(0, len(given), 1000)]
    np.save(f"{sys.argv[1]}/{path.split('/')[-2]}.npy", np.concatenate(outputs).argmax(axis=1))
"""
)

#: Prints floating-point operations per second of the best of five multiplications on all cores.
PEAK = """
import time
import tensorflow as tf
size = 4096
matrix = tf.random.uniform((size, size))
tf.linalg.matmul(matrix, matrix)
best = 0.0
for _ in range(5):
    started = time.perf_counter()
    tf.linalg.matmul(matrix, matrix).numpy()
    best = max(best, 2 * size ** 3 / (time.perf_counter() - started))
print(best)
"""

#: Prints the multiplications and additions of one image through each model, twice the products.
OPERATIONS = """
import json, sys
import keras
found = {}
for path in sys.argv[1:]:
    model = keras.models.load_model(path, compile=False)
    total = 0
    for layer in model.layers:
        kernel = getattr(layer, "kernel", None)
        if kernel is None:
            continue
        products = 1
        for extent in kernel.shape:
            products *= int(extent)
        for extent in layer.output.shape[1:-1]:
            products *= int(extent)
        total += 2 * products
    found[path] = total
print(json.dumps(found))
"""
