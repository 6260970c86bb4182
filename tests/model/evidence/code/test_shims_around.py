"""Old code around Keras runs: the system, paths, notebooks, absent packages, NumPy and its kin."""

from __future__ import annotations

import pytest

from tests.model.evidence.code.old_code import RunOld

pytestmark = pytest.mark.slow


def test_the_system_is_asked_for_nothing(run_old: RunOld) -> None:
    """Commands, waiting, questions and processes are answered at once."""
    ran = run_old("""
        import os, subprocess, time, getpass
        from concurrent.futures import ProcessPoolExecutor
        from multiprocessing import Pool, cpu_count
        assert os.system("rm -rf /") == 0 and subprocess.run(["ls"]).returncode == 0
        assert subprocess.check_output("ls") == b"" and cpu_count() == 1
        before = time.monotonic()
        time.sleep(1000)
        assert time.monotonic() - before < 10
        with Pool(4) as pool:
            assert pool.map(abs, [-1, 2]) == [1, 2]
        with ProcessPoolExecutor(4) as executor:
            assert executor.submit(abs, -3).result() == 3 and list(executor.map(abs, [-1])) == [1]
        assert input("name?") == getpass.getpass("name?") == "answer to name?"
        os._exit(3)
    """)

    assert ran.error.endswith("SystemExit: 3\n")
    assert ran.used["os.system"] == 1


def test_estimators_of_many_jobs_use_one(run_old: RunOld) -> None:
    """`n_jobs=-1` starts no processes."""
    ran = run_old("""
        import numpy as np
        from sklearn.ensemble import RandomForestClassifier
        from sklearn.model_selection import cross_val_score
        x, y = np.random.rand(30, 4), np.arange(30) % 2
        forest = RandomForestClassifier(5, max_features="auto", n_jobs=-1)
        assert len(cross_val_score(forest, x, y, cv=3, n_jobs=4)) == 3
    """)

    assert ran.error == ""


def test_nothing_waits_for_a_network(run_old: RunOld) -> None:
    """Downloads fail at once as errors that code catches; files at hand are served."""
    ran = run_old("""
        import urllib.request, requests, keras
        for get in (urllib.request.urlopen, requests.get):
            try:
                get("http://example.org/x")
            except OSError as error:
                assert "example.org" in str(error)
            else:
                raise AssertionError
        assert keras.utils.get_file("known.zip", origin="http://example.org/known.zip") == "served"
        keras.utils.get_file("other.zip", "http://example.org/other.zip")
    """)

    assert "FileNotFoundError" in ran.error
    assert ran.missing == ["other.zip"]


def test_files_are_found_beside_the_code(run_old: RunOld) -> None:
    """A path of another machine leads to the file of that name that was handed in."""
    ran = run_old(
        """
        import os
        import numpy as np, pandas as pd
        windows = "C:\\\\Users\\\\me\\\\t.csv"
        for path in (windows, "/kaggle/input/set/t.csv", "drive/My Drive/t.csv", "../t.csv"):
            assert len(pd.read_csv(path)) == 2, path
        assert len(pd.read_csv(filepath_or_buffer="/content/t.csv")) == 2
        assert open("D:/x/t.csv").read().startswith("a")
        os.makedirs("/content/new/folder", exist_ok=True)
        np.save("/content/new/folder/n.npy", np.ones(3))
        assert np.load("/content/new/folder/n.npy").sum() == 3
        assert os.listdir("/content/new/folder") == ["n.npy"]
        open("nowhere.txt")
        """,
        **{"data/t.csv": "a,b\n1,2\n3,4\n"},
    )

    assert "FileNotFoundError" in ran.error
    assert ran.missing == ["nowhere.txt"]


def test_absent_packages_have_every_name(run_old: RunOld) -> None:
    """A package that is not installed is imported, used, and noted; nothing of it goes on for ever."""
    ran = run_old("""
        import absent_package_a as a
        from absent_package_b.inner import Thing, helper
        class Mine(Thing):
            pass
        @a.wrapped
        def kept(): return 5
        with a.open_it() as opened:
            for item in opened:
                raise AssertionError
        assert kept() == 5 and isinstance(Mine(3), Thing) and len(helper(2)) == 0 and bool(a.x.y)
        while a.value() > 3:
            pass
        from turtle import color
    """)

    assert ran.error == ""
    assert ran.used == {
        "package absent_package_a": 1,
        "package absent_package_b": 2,
        "package turtle": 1,
    }


def test_another_library_stays_absent(run_old: RunOld) -> None:
    """Code of PyTorch fails by its import, so that it can be told."""
    assert "No module named 'torch" in run_old("import torchvision").error


def test_a_notebook_finds_its_surroundings(run_old: RunOld) -> None:
    """IPython, Colab and progress bars are there, and do little."""
    ran = run_old("""
        get_ipython().run_line_magic("matplotlib", "inline")
        from IPython.display import Image, clear_output, display
        from google.colab import drive, files
        from tqdm.notebook import tqdm, trange
        drive.mount("/content/drive")
        assert files.upload() == {} and list(tqdm(range(3))) == list(trange(3)) == [0, 1, 2]
        display("shown")
        Image("m.png")
    """)

    assert ran.error == ""
    assert "shown" in ran.printed


def test_environments_step_as_the_code_expects(run_old: RunOld) -> None:
    """`step` gives four or five values, and an episode of a missing environment ends."""
    ran = run_old("""
        import gym
        env = gym.make("CartPole-v1")
        env.seed(1)
        state, done = env.reset(), False
        for _ in range(1000):
            state, reward, done, info = env.step(env.action_space.sample())
            if done:
                break
        assert done and state.shape == (4,)
        state, info = env.reset()
        state, reward, ended, cut, info = env.step(0)
        assert env.reset()[0].shape == (4,) and env.observation_space.shape == (4,)
    """)

    assert ran.error == ""


def test_names_of_tensorflow_1_are_found(run_old: RunOld) -> None:
    """Sessions and settings of TensorFlow 1 are harmless, and execution stays eager."""
    ran = run_old("""
        import tensorflow as tf
        from keras import backend as K
        tf.set_random_seed(1)
        tf.compat.v1.disable_eager_execution()
        tf.logging.set_verbosity(tf.logging.ERROR)
        session = tf.Session(config=tf.ConfigProto())
        session.run(tf.global_variables_initializer())
        K.set_session(session)
        assert tf.executing_eagerly() and K.get_session().run(tf.constant(2)) == 2
    """)

    assert ran.error == ""


def test_numpy_of_version_1(run_old: RunOld) -> None:
    """Names that are gone, ragged lists and arrays of one element work."""
    ran = run_old("""
        import numpy as np
        from grader.evidence.code.probe.running.shims.numpy_names import as_numbers
        assert np.int is int and np.product([2, 3]) == 6 and np.in1d([1], [1]).all() and np.Inf > 0
        assert np.array([[1], [1, 2]]).dtype == object
        labels = as_numbers(np.array([[3], [4]], dtype="uint8"))
        assert int(labels[1]) == 4 and [10, 20, 30, 40][labels[0]] == 40 and repr(labels[0]).startswith("array")
        np.array([1, [2, 3]], dtype="float32")
    """)

    assert "inhomogeneous" in ran.error
    assert ran.used["ragged np.array"] == 1


def test_tables_and_estimators_of_their_time(run_old: RunOld) -> None:
    """pandas, seaborn, SciPy and scikit-learn answer to names that they dropped."""
    ran = run_old("""
        import numpy as np, pandas as pd, seaborn as sns
        from sklearn.cross_validation import train_test_split
        from sklearn.externals import joblib
        from sklearn.metrics import plot_confusion_matrix
        from scipy.misc import imread, imresize
        frame = pd.DataFrame({"a": [1]}).append({"a": 2}, ignore_index=True)
        assert list(frame.a) == [1, 2] and frame.ix[1].a == 2
        assert imresize(np.zeros((4, 4), "uint8"), (2, 6)).shape == (2, 6)
        sns.countplot(np.array([1, 1, 2]))
        sns.barplot([1, 2], [3, 4])
    """)

    assert ran.error == ""


def test_a_model_is_an_estimator(run_old: RunOld) -> None:
    """`KerasClassifier` is validated and searched by scikit-learn, and a model is drawn without Graphviz."""
    ran = run_old("""
        import os
        import keras, numpy as np
        from keras.utils.vis_utils import plot_model
        from keras.wrappers.scikit_learn import KerasClassifier
        from sklearn.model_selection import GridSearchCV, cross_val_score
        def build(units=3):
            model = keras.Sequential([keras.layers.Dense(units, input_dim=4)])
            model.add(keras.layers.Dense(3, activation="softmax"))
            model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
            return model
        x, y = np.random.rand(30, 4), np.array(["a", "b", "c"] * 10)
        estimator = KerasClassifier(build_fn=build, epochs=1, verbose=0)
        assert len(cross_val_score(estimator, x, y, cv=2)) == 2
        search = GridSearchCV(estimator, {"units": [2, 5]}, cv=2).fit(x, y)
        assert set(search.predict(x)) <= {"a", "b", "c"} and search.best_params_["units"] in (2, 5)
        plot_model(search.best_estimator_.model, to_file="drawn/m.png", show_shapes=True)
        assert os.path.getsize("drawn/m.png") > 100
    """)

    assert ran.error == ""


def test_a_search_for_settings_trains_one_model(run_old: RunOld) -> None:
    """Without `keras_tuner` and `optuna`, the function that builds is called once, with the first values."""
    ran = run_old("""
        import keras, keras_tuner as kt, numpy as np, optuna
        from kerastuner.tuners import RandomSearch
        x, y = np.random.rand(8, 4), np.random.rand(8, 2)
        def build(hp):
            model = keras.Sequential()
            model.add(keras.layers.Dense(hp.Int("units", min_value=3, max_value=9), input_dim=4))
            model.add(keras.layers.Dense(2, activation=hp.Choice("activation", ["tanh", "relu"])))
            model.compile(keras.optimizers.Adam(hp.Float("rate", 1e-3, 1e-1)), "mse", metrics=["mae"])
            return model
        tuner = kt.RandomSearch(build, objective="val_mae", max_trials=5)
        tuner.search(x, y, epochs=1, verbose=0)
        assert tuner.get_best_models(1)[0].layers[0].units == 3
        assert tuner.get_best_hyperparameters()[0].get("activation") == "tanh"
        assert issubclass(RandomSearch, kt.Tuner)
        study = optuna.create_study(direction="minimize")
        study.optimize(lambda trial: trial.suggest_int("n", 2, 5) + trial.suggest_categorical("m", [1, 9]), n_trials=30)
        assert study.best_params == {"n": 2, "m": 1} and study.best_value == 3
    """)

    assert ran.error == ""


def test_pretrained_networks_are_built_without_their_weights(run_old: RunOld) -> None:
    """The layers of a network whose weights cannot be downloaded are there."""
    ran = run_old("""
        from tensorflow.keras.applications import MobileNetV2
        network = MobileNetV2(input_shape=(32, 32, 3), include_top=False, weights="imagenet")
        assert len(network.layers) > 100
        import efficientnet.keras as efn, keras
        assert efn.EfficientNetB0 is keras.applications.EfficientNetB0
    """)

    assert ran.error == ""
    assert ran.used["pretrained weights"] == 1
    assert len(ran.missing) == 1


def test_figures_are_drawn_with_old_arguments(run_old: RunOld) -> None:
    """Styles of seaborn, `normed=` and `quality=` are understood."""
    ran = run_old("""
        import matplotlib.pyplot as plt
        plt.style.use("seaborn-whitegrid")
        figure, axes = plt.subplots(1, 2)
        axes[0].plot([1, 2], axes=axes[0])
        axes[1].hist([1, 2, 2], normed=True)
        plt.cm.get_cmap("Blues")
        plt.savefig("f.png", quality=99)
    """)

    assert ran.error == ""
    assert {"style seaborn-whitegrid", "axes=", "normed=", "quality="} <= set(ran.used)
