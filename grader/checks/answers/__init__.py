"""Checks on typed answers to questions."""
