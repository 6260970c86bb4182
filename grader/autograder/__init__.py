"""Autograders of platforms: a zip with the grader, a lab and a course in it, and what grades one submission there.

``grader export-autograder`` makes the zip; inside the platform's harness its scripts call ``grader autograde``.
"""

from __future__ import annotations
