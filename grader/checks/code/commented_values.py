"""Values of a setting in lines of code that are commented out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.checks.code.fields import Field, Setting
from grader.checks.code.named_values import named_values
from grader.checks.text.names import optimizers_in

_DENSE = re.compile(r"\bDense\(\s*(?:units\s*=\s*)?(?P<units>\w+)(?P<rest>[^\n#]*)")
_LAYER = re.compile(
    r"\b(?:Dense|Conv\dD|Dropout|Linear|Conv\dd)\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)"
)
_ACTIVATION = re.compile(r"activation\s*=\s*[\"']?(?:[\w.]*\.)?(?P<name>\w+)")
_OPTIMIZER = re.compile(r"optimizer\s*=\s*[\"']?(?:[\w.]*\.)?(?P<name>\w+)")


def commented_values(field: Field, text: str, outputs: int | None = None) -> list[Setting]:
    """The values of a field in commented-out code, each once, in their order.

    One name is enough here, where prose must compare several: the code that runs has another.

    Args:
        field: What is looked for.
        text: The lines, without the signs of comments.
        outputs: Units of the last layer, which is no hidden one; None where any may be.
    """
    match field:
        case "architecture":
            return list(dict.fromkeys(found[0] for found in _LAYER.finditer(text)))
        case "optimizer":
            return [*optimizers_in(", ".join(item["name"] for item in _OPTIMIZER.finditer(text)))]
        case "hidden_activation":
            found = (_ACTIVATION.search(rest) for _, rest in _hidden(text, outputs))
            return list(dict.fromkeys(item["name"] for item in found if item is not None))
        case "hidden_units":
            return list(
                dict.fromkeys(units for units, _ in _hidden(text, outputs) if units.isdigit())
            )
        case _:
            return named_values(field, text)


def _hidden(text: str, outputs: int | None) -> Iterator[tuple[str, str]]:
    """Units, and the further arguments, of each fully connected layer that is not the last."""
    for found in _DENSE.finditer(text):
        if found["units"] not in (str(outputs), "num_classes"):
            yield found["units"], found["rest"]
