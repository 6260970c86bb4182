"""There is no internet: whatever would reach for it fails at once, and says why."""

from __future__ import annotations

import socket
import urllib.request
from typing import Any

from grader.evidence.code.probe.running.shims.patching import Used, library


class NoNetworkError(OSError):
    """Code runs without the internet."""


def _refusal(used: Used, what: str) -> Any:
    def refuse(*positional: Any, **named: Any) -> Any:
        used(what)
        address = next(
            (item for item in (*positional, *named.values()) if isinstance(item, str)), ""
        )
        raise NoNetworkError(f"no network here: {address}" if address else "no network here")

    return refuse


def install_network(used: Used) -> None:
    """Let code that downloads fail quickly instead of waiting for an answer."""
    for name in ("urlopen", "urlretrieve"):
        setattr(urllib.request, name, _refusal(used, "urllib"))
    socket.create_connection = _refusal(used, "socket")
    socket.getaddrinfo = _refusal(used, "socket")
    requests = library("requests")
    if requests is not None:
        for holder in (requests, requests.Session):
            for name in ("get", "post", "put", "delete", "head", "request"):
                setattr(holder, name, _refusal(used, "requests"))
