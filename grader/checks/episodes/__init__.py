"""Checks on episodes that a model plays."""
