"""Runs inside the sandbox: opens a submitted model of text and computes its predictions."""
