"""What a model was given and how its outputs were read, as facts of a report."""

from __future__ import annotations

from grader.evidence.predictions.interface import ModelInterface, Preprocessing
from grader.evidence.predictions.record import RankedPredictions
from grader.records.message import Count, Listing, Message, Name, Share, Value, message
from grader.records.section import Fact


def interface_facts(predictions: RankedPredictions) -> tuple[Fact, ...]:
    """How many images were predicted, with which preprocessing, and what another one would have reached."""
    interface = predictions.record.interface
    facts = [
        Fact(
            label=message("fact.images"), value=Count(value=len(predictions.labels), setting=True)
        ),
        Fact(label=message("fact.input"), value=_preprocessing(interface)),
    ]
    reached = interface.calibration.get(interface.preprocessing.name)
    default = interface.default_accuracy
    if reached is not None and default is not None and interface.preprocessing != Preprocessing():
        images = Count(value=interface.calibration_images, setting=True)
        compared = message(
            # Calibration images are public, whatever the predictions are judged on.
            "interface.instead",
            reached=Share(value=reached, setting=True),
            default=Share(value=default, setting=True),
        )
        facts.append(Fact(label=message("fact.instead", images=images), value=compared))
    if interface.output.labels != "from-0":
        order = message(f"labels.{interface.output.labels}")
        facts.append(Fact(label=message("fact.outputs"), value=order))
    if interface.output.output:
        output = Name(text=interface.output.output)
        facts.append(Fact(label=message("fact.output"), value=output))
    return tuple(facts)


def _preprocessing(interface: ModelInterface) -> Message:
    chosen = interface.preprocessing
    words: list[Value] = [message(f"normalization.{chosen.normalization}")]
    words += [message("interface.inverted")] if chosen.inverted else []
    words += [message(f"interface.{chosen.fit}")] if chosen.fit != "as-is" else []
    return message(
        f"interface.{interface.source}",
        preprocessing=Listing(items=tuple(words)),
        images=Count(value=interface.calibration_images, setting=True),
    )
