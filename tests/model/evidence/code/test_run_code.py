"""Runs of whole submissions: their files, their figures, what is missing, and what ends a process."""

from __future__ import annotations

import pytest

from grader.evidence.code.run_record import CodeRun
from tests.model.evidence.code.traced import BEGIN, RunCells, RunNamed

MAIN = f"""
import sys
from pathlib import Path
from tools.build import build_model
from helpers import double
{BEGIN}
import matplotlib.pyplot as plt
print('comes', later)
print(double(4), Path('data/numbers.txt').read_text(), 'main' in sys.argv[0], __file__)
found = build_model().fit(x, y, epochs=5, validation_data=(x_val, y_val)).history
plt.plot(found['val_accuracy'], label='one')
plt.plot([100 * value for value in found['accuracy']], label='in per cent')
plt.plot([1 - value for value in found['accuracy']], label='error')
plt.plot(range(5), label='other')
plt.legend()
plt.savefig('figure.png')
plt.show()
scores = [build_model().fit(x, y, epochs=2) and build_model().evaluate(x, y)[0] for _ in range(2)]
name = input('Your name? ')
print(repr(name))
open('own/missing.csv')
Path('results').mkdir()
Path('results/table.txt').write_text('abc')
open('/content/drive/MyDrive/notes.txt', 'w').close()
later = 'late'
print('half \\ud800 of a character')
raise ValueError('\\udcff')
"""

BUILD = """
import keras
def build_model():
    model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(10, "softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model
"""


@pytest.fixture(scope="module")
def run(run_named: RunNamed) -> CodeRun:
    files = {
        "main.py": MAIN.lstrip(),
        "tools/build.py": BUILD,
        "helpers.py": "def double(x):\n    for _ in range(1): x *= 2\n    return x",
        "old/other.py": "print(__file__, open('beside.txt').read())",
    }
    return run_named(files, {"data/numbers.txt": "1 2 3", "old/beside.txt": "here"})


def test_only_what_no_other_file_imports_is_run(run: CodeRun) -> None:
    """Each in its folder, with what was handed in beside it."""
    printed = {step.where: step.printed for step in run.steps if step.printed}

    assert {step.where.split(":")[0] for step in run.steps} == {"main.py", "old/other.py"}
    assert "8 1 2 3 True main.py\n" in printed.values()
    assert printed["old/other.py:1"] == "old/other.py here\n"


def test_a_training_stands_where_it_is_called(run: CodeRun) -> None:
    """In the script that calls it, though another one builds the model."""
    assert {item.where.split(":")[0] for item in run.trainings} == {"main.py"}
    assert run.trainings[0].parameters == 70


def test_lines_are_traced_to_histories(run: CodeRun) -> None:
    """As they are, in per cent and as errors; others to none."""
    figure = run.figures[0]

    assert [(line.label, line.series) for line in figure.axes[0].lines] == [
        ("one", "training 1, val_accuracy"),
        ("in per cent", "training 1, accuracy"),
        ("error", "training 1, accuracy"),
        ("other", ""),
    ]
    assert (figure.saved_as, figure.picture) == ("figure.png", True)


def test_what_was_asked_written_and_missing_is_told(run: CodeRun) -> None:
    """And an empty answer is given."""
    assert run.asked == ("Your name? ",)
    assert run.missing_files == ("own/missing.csv",)
    written = {item.path for item in run.written}
    assert {"results/table.txt", "figure.png", "content/drive/MyDrive/notes.txt"} <= written
    assert "''\n" in {step.printed for step in run.steps}


def test_a_step_that_missed_a_name_is_run_again(run: CodeRun) -> None:
    """After all others, with what they made."""
    (step,) = [step for step in run.steps if step.retried]

    assert (step.status, step.printed) == ("ok", "comes late\n")


def test_halves_of_characters_stop_nothing(run: CodeRun) -> None:
    """Records have no form for them."""
    assert [step.printed for step in run.steps if "half" in step.printed] == [
        "half ? of a character\n"
    ]
    assert [step.error for step in run.steps if "ValueError" in step.error] == [
        f"ValueError: ? ({run.steps[-2].where})"
    ]


def test_data_that_are_not_at_hand_are_stood_in_for(run_named: RunNamed) -> None:
    """Shapes are those of the dataset, and the run says so."""
    run = run_named(
        {
            "a.py": "from keras.datasets import imdb\n(x, y), _ = imdb.load_data()\nprint(len(x), len(y))"
        }
    )

    assert run.steps[-1].printed == "25000 25000\n"
    assert run.stand_ins == ("imdb",)


FULL = {
    "begin": BEGIN,
    "fit": """
        class Batches(keras.callbacks.Callback):
            seen = 0
            def on_train_batch_end(self, batch, logs=None): Batches.seen += 1
        model = ready()
        history = model.fit(x, y, epochs=3, batch_size=10, validation_split=0.2, callbacks=[Batches()], verbose=0)
        tell([Batches.seen, len(history.history["loss"]), len(set(history.history["loss"]))])
    """,
    "again": """
        changed = 0
        for _ in range(4):
            model = ready()
            before = model.get_weights()[0].copy()
            model.fit(x, y, verbose=0)
            changed += bool((model.get_weights()[0] != before).any())
        tell(changed)
    """,
    "stop": """
        stop = keras.callbacks.EarlyStopping(monitor="loss", patience=1, min_delta=10)
        tell(len(model.fit(x, y, epochs=50, callbacks=[stop], verbose=0).history["loss"]))
    """,
    "generator": """
        drawn = []
        def batches():
            for k in range(12):
                drawn.append(k)
                yield x[:20], y[:20]
        history = model.fit(batches(), steps_per_epoch=4, epochs=2, verbose=0)
        tell([len(drawn) >= 8, len(history.history["loss"])])
    """,
    "ask": """
        big = r.random((200, 6))
        found = model.predict(big, verbose=0)
        loss, accuracy = model.evaluate(x, y, verbose=0)
        tell([found.shape, bool(np.allclose(found[150], np.asarray(model(big[150:151]))[0], atol=1e-5)),
              sorted(model.evaluate(x, y, return_dict=True, verbose=0)), loss == model.evaluate(x, y, verbose=0)[0]])
    """,
    "steps": "tell([len(model.train_on_batch(x, y)) for _ in range(3)])",
    "loop": """
        import time
        n = 0
        while n < 500:
            n += 1
        tell(n)
    """,
}  # fmt: skip


def test_code_is_run_as_it_is_written_where_that_is_asked_for(run_cells: RunCells) -> None:
    """All steps of all epochs, all rows, and callbacks that end trainings."""
    traced = run_cells(FULL, mode="full")

    assert traced.told("fit") == [24, 3, 3]
    assert traced.told("again") == 4
    assert traced.told("stop") == 2
    assert traced.told("generator") == [True, 2]
    assert traced.told("ask") == [[200, 10], True, ["accuracy", "loss"], True]
    assert traced.told("steps") == [2, 2, 2]
    assert traced.told("loop") == 500
    found = traced.training("fit")
    assert (found.capped, found.epochs, found.batch_size) == (False, 3, 10)
    assert (found.validation and found.validation.images, traced.run.mode) == (20, "full")
    assert not any(item.capped for item in traced.run.evaluations)
    assert set(traced.evaluations("ask")[1].values) == {"accuracy", "loss"}


@pytest.mark.slow
def test_a_step_that_ends_the_process_is_left_out(run_named: RunNamed) -> None:
    """The others are run in a new one."""
    run = run_named({"a.py": "import ctypes\nprint(1)\nctypes.string_at(0)\nprint(2)"})

    assert [step.status for step in run.steps] == ["ok", "ok", "crashed", "ok"]
    assert [step.printed for step in run.steps] == ["", "1\n", "", "2\n"]


@pytest.mark.slow
def test_where_step_after_step_ends_the_process_those_before_are_recorded(
    run_named: RunNamed,
) -> None:
    """What comes after the third is not reached, and nothing of the run is lost."""
    crash = "ctypes.string_at(0)\n"
    run = run_named({"a.py": f"import ctypes\n{crash}print(1)\n{crash}{crash}print(2)\n{crash}"})

    assert [step.status for step in run.steps] == [
        *("ok", "crashed", "ok", "crashed", "crashed", "not reached", "not reached")
    ]
    assert not run.ended
