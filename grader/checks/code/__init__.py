"""Checks on the code of a submission: what it builds and trains, with which settings, and what it draws."""
