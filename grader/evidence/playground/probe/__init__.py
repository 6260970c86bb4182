"""Runs inside the sandbox: finds links in files and replays them."""
