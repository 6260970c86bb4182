"""Checks on what several models predict on the same held-out texts."""
