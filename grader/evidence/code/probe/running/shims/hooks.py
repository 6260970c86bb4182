"""What the run itself answers or wants to hear; set by it before code starts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

#: Called with the place in the code, the arrays, one for each variable, and the model, None where it is not known, when
#: code computes gradients.
on_gradients: Callable[[str, list[Any], Any], None] | None = None

#: How many rows gradients are computed for where code asks for those of many; None for all.
gradient_rows: int | None = None

#: Gives the path of a file `keras.utils.get_file` would download, by its name and address; None where none is at hand.
on_get_file: Callable[[str, str], str | None] | None = None

#: Called with the name of a file that the code wanted to read and that is not there.
on_missing_file: Callable[[str], None] | None = None
