"""Ways in which control leaves a statement, and loops that are being followed."""

from __future__ import annotations

from dataclasses import dataclass

from grader.evidence.code.probe.reading.values import Value


class BreakSignal(Exception):  # noqa: N818 - a way of control, not an error
    """``break``."""


class ContinueSignal(Exception):  # noqa: N818 - a way of control, not an error
    """``continue``."""


class ReturnSignal(Exception):  # noqa: N818 - a way of control, not an error
    """``return``."""

    def __init__(self, value: Value) -> None:
        self.value = value


class ExitSignal(Exception):  # noqa: N818 - a way of control, not an error
    """The program ends here: ``sys.exit()``, or an exception that nothing catches."""


SIGNALS = (BreakSignal, ContinueSignal, ReturnSignal, ExitSignal)


@dataclass(eq=False)
class Loop:
    """A loop that is being followed."""

    rounds: int | None
    """None where it is not known."""
    source: Value = None
    """What it goes through."""
    text: str = ""
    """Its target and what it goes through, as they are written."""

    @property
    def counts_epochs(self) -> bool:
        """Whether it says that it counts epochs."""
        return "epoch" in self.text.lower()
