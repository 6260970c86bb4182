"""Checks on reports: what they say of each thing a lab asks about."""
