"""Typed records: what a lab asks for, what was handed in, what was observed, what it earned.

All are frozen, keyword-only `msgspec.Struct` classes that refuse unknown fields, so that anything read back
from disk or out of the sandbox is validated by the act of reading it.
"""
