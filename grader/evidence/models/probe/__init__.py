"""Runs inside the sandbox: opens a submitted model, describes it and computes its predictions."""
