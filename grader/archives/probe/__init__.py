"""Runs inside the sandbox: takes submitted archives apart."""
