"""The end of what code prints is kept."""

from __future__ import annotations

import contextlib
import os
from typing import Any

import pytest

from grader.evidence.code.probe.running.printed import Printed


def test_what_is_printed_is_taken_once() -> None:
    """And what comes next is taken next."""
    stream = Printed()
    print("a", 1, file=stream)

    assert (stream.taken(), stream.taken()) == ("a 1\n", "")
    stream.write("b")
    assert stream.taken() == "b"


def test_of_much_the_end_is_kept() -> None:
    """In one piece, and in many."""
    stream = Printed()
    stream.write("x" * 1_000_000 + "end")
    assert stream.taken() == "x" * 3_997 + "end"
    for number in range(100_000):
        stream.write(f"{number}\n")
    text = stream.taken()

    assert len(text) == 4_000
    assert text.endswith("99998\n99999\n")


def test_it_is_a_stream_as_programs_use_one() -> None:
    """They ask whether it is a terminal, flush it, look for its encoding, and write bytes below it."""
    stream = Printed()
    stream.writelines(["a", "b"])
    stream.flush()
    stream.buffer.write("é".encode())
    stream.buffer.flush()

    assert (stream.isatty(), stream.writable(), stream.encoding) == (False, True, "utf-8")
    assert stream.taken() == "abé"


def test_bytes_that_are_no_text_are_shown() -> None:
    """Whatever is written below it."""
    stream = Printed()
    stream.buffer.write(b"\xff!")

    assert stream.taken() == "\ufffd!"


def test_closing_it_ends_nothing() -> None:
    """A program that closes what it prints to is told as always what it prints then."""
    stream = Printed()
    stream.close()
    stream.write("on")

    assert stream.taken() == "on"


@pytest.mark.parametrize("value", [b"bytes", 3, None])
def test_what_is_no_text_is_refused(value: Any) -> None:
    """As by any text stream."""
    with pytest.raises(TypeError):
        Printed().write(value)


def test_it_has_no_file() -> None:
    """Who asks is told so."""
    with pytest.raises(OSError, match="fileno"), contextlib.closing(Printed()) as stream:
        os.fsync(stream.fileno())
