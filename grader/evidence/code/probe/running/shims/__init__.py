"""What lets code of 2015 to 2025 run on today's Keras, TensorFlow and NumPy: one concern a module."""

from __future__ import annotations

from collections.abc import Callable

from grader.evidence.code.probe.running.shims import hooks as hooks
from grader.evidence.code.probe.running.shims.absent import install_absent_packages
from grader.evidence.code.probe.running.shims.gym import install_gym
from grader.evidence.code.probe.running.shims.keras_applications import install_keras_applications
from grader.evidence.code.probe.running.shims.keras_arguments import install_keras_arguments
from grader.evidence.code.probe.running.shims.keras_backend import (
    install_keras_backend,
    old_functions,
)
from grader.evidence.code.probe.running.shims.keras_callbacks import install_keras_callbacks
from grader.evidence.code.probe.running.shims.keras_files import install_keras_files
from grader.evidence.code.probe.running.shims.keras_gradients import install_keras_gradients
from grader.evidence.code.probe.running.shims.keras_names import install_keras_names
from grader.evidence.code.probe.running.shims.keras_optimizers import install_keras_optimizers
from grader.evidence.code.probe.running.shims.keras_training import install_keras_training
from grader.evidence.code.probe.running.shims.matplotlib_names import install_matplotlib_names
from grader.evidence.code.probe.running.shims.model_pictures import install_model_pictures
from grader.evidence.code.probe.running.shims.network import install_network
from grader.evidence.code.probe.running.shims.notebook import install_notebook
from grader.evidence.code.probe.running.shims.numpy_names import install_numpy_names
from grader.evidence.code.probe.running.shims.patching import Used
from grader.evidence.code.probe.running.shims.paths import install_paths
from grader.evidence.code.probe.running.shims.processes import install_processes
from grader.evidence.code.probe.running.shims.scikit_names import install_scikit_names
from grader.evidence.code.probe.running.shims.scikit_wrappers import install_scikit_wrappers
from grader.evidence.code.probe.running.shims.symbolic import install_symbolic
from grader.evidence.code.probe.running.shims.system import install_system
from grader.evidence.code.probe.running.shims.tables_and_plots import install_tables_and_plots
from grader.evidence.code.probe.running.shims.tensorflow_names import install_tensorflow_names
from grader.evidence.code.probe.running.shims.tuners import install_tuners


def install(used: Used, answer_input: Callable[[str], str]) -> None:
    """Change the libraries of this process so that old code runs in it; called once, before the code.

    What records the run is put in place before: then it sees the arguments as they are called today.

    Args:
        used: Called with a short stable name each time something was fixed.
        answer_input: Gives the answer to what `input()` or `getpass()` asks.
    """
    install_symbolic(used)
    install_keras_backend(used)
    install_keras_optimizers(used)
    install_keras_arguments(used)
    install_keras_training(used)
    install_keras_gradients(used)
    install_keras_callbacks(used)
    install_paths(used)
    install_keras_files(used)
    install_keras_applications(used)
    install_model_pictures(used)
    install_keras_names(used, old_functions() | install_scikit_wrappers(used))
    install_tensorflow_names(used)
    install_numpy_names(used)
    install_tables_and_plots(used)
    install_scikit_names(used)
    install_matplotlib_names(used)
    install_notebook(used)
    install_gym(used)
    install_tuners(used)
    install_network(used)
    install_processes()
    install_system(used, answer_input)
    install_absent_packages(used)
