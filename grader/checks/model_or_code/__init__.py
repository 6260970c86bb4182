"""Checks on a model that is handed in, or on the code that trains it."""
