"""Checks on how work is handed in: figures, the front page, comments, what is packed."""
