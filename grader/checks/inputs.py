"""What a network was given and how it was read, as facts of a report."""

from __future__ import annotations

from grader.checks.base import RankedPredictions
from grader.messages import Catalogue
from grader.records.contract import Contract, InputContract
from grader.records.result import Fact


def input_facts(predictions: RankedPredictions, say: Catalogue) -> tuple[Fact, ...]:
    """On what an accuracy rests: how many images, what the network was given, what else would have come of it."""
    contract = predictions.record.contract
    facts = [
        Fact(label=say("fact.images"), value=len(predictions.labels), unit="count"),
        Fact(label=say("fact.input"), value=_input(contract, say)),
    ]
    tried = contract.calibration
    reached, usual = tried.get(contract.input.name), contract.usual
    if reached is not None and usual is not None and contract.input != InputContract():
        label = say("fact.instead", images=contract.images)
        value = say("contract.instead", reached=reached, usual=usual)
        facts.append(Fact(label=label, value=value))
    if contract.output.labels != "from-0":
        facts.append(Fact(label=say("fact.outputs"), value=say(f"labels.{contract.output.labels}")))
    if contract.output.output:
        facts.append(Fact(label=say("fact.output"), value=contract.output.output))
    return tuple(facts)


def _input(contract: Contract, say: Catalogue) -> str:
    asked = contract.input
    words = [say(f"scaling.{asked.scaling}")]
    words += [say("contract.inverted")] if asked.inverted else []
    words += [say(f"contract.{asked.fit}")] if asked.fit != "as-is" else []
    return say(f"contract.{contract.source}", input=", ".join(words), images=contract.images)
