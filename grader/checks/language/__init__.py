"""Checks on models of text."""
