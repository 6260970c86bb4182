"""Make the sample submissions: a class for each lab, with working and broken models.

Run `python submissions/make_samples.py [LAB ...]`; GRADER_DATA names the folder of the datasets.
`--student NAME` makes one student again and leaves the others. The samples are declared in
`samples_<lab>.py`; the `samples.toml` beside the samples is written from the declarations.
"""

from __future__ import annotations

import logging
import shutil
import zlib
from pathlib import Path

import click
import samples_dlcv_lab3
import samples_ds_assignment7
import samples_ml_assignment2
import samples_mnist_cifar100
import samples_playground_cifar10
import samples_project_cartpole
import samples_project_sentiment
import samples_project_text
from samples import Sample

HERE = Path(__file__).parent
CLASSES = {
    "dlcv-lab3": samples_dlcv_lab3.SAMPLES,
    "mnist-cifar100": samples_mnist_cifar100.SAMPLES,
    "ml-assignment2": samples_ml_assignment2.SAMPLES,
    "ds-assignment7": samples_ds_assignment7.SAMPLES,
    "playground-cifar10": samples_playground_cifar10.SAMPLES,
    "project-cartpole": samples_project_cartpole.SAMPLES,
    "project-sentiment": samples_project_sentiment.SAMPLES,
    "project-text": samples_project_text.SAMPLES,
}
_LOG = logging.getLogger("make_samples")


def make_student(sample: Sample, folder: Path) -> None:
    """Write what one student handed in.

    Args:
        sample: What it is.
        folder: The student's folder; what was in it is removed.
    """
    import keras

    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, maker in sample.files.items():
        # Every file has a seed of its own, so that one student can be made without the others.
        keras.utils.set_random_seed(
            zlib.crc32(f"{folder.parent.name}/{folder.name}/{name}".encode())
        )
        _LOG.info("%s/%s/%s", folder.parent.name, folder.name, name)
        maker.write(folder / name)


def samples_toml(samples: tuple[Sample, ...]) -> str:
    """What the samples show, as TOML: one table a student."""
    blocks = ["# Written by make_samples.py from the declarations; do not edit.\n"]
    for sample in samples:
        lines = [f"[{sample.student}]", f'about = "{sample.about}"']
        losses = ", ".join(f'"{check}"' for check in sample.loses)
        lines.append(f"loses = [{losses}]")
        if sample.exercises:
            about = ", ".join(f'"{exercise}"' for exercise in sample.exercises)
            lines.append(f"exercises = [{about}]")
        if sample.reason:
            lines.append(f'reason = "{sample.reason}"')
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


@click.command()
@click.argument("labs", nargs=-1, type=click.Choice(sorted(CLASSES)))
@click.option("--student", "students", multiple=True, help="Make only this student; repeatable.")
@click.option("--toml-only", is_flag=True, help="Write samples.toml and train nothing.")
def main(labs: tuple[str, ...], students: tuple[str, ...], toml_only: bool) -> None:
    """Make the sample submissions of LABS, or of all labs."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    for lab in labs or CLASSES:
        samples = CLASSES[lab]
        (HERE / lab).mkdir(exist_ok=True)
        (HERE / lab / "samples.toml").write_text(samples_toml(samples), encoding="utf-8")
        for sample in samples:
            if not toml_only and (not students or sample.student in students):
                make_student(sample, HERE / lab / sample.student)


if __name__ == "__main__":
    main()
