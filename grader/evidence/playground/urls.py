"""Links as mail programs, PDF files and copies of the page write them."""

from __future__ import annotations

import html
import re
from urllib.parse import parse_qs, unquote, urlsplit

#: The host of the page.
HOST = "playground.tensorflow.org"

#: Services that wrap links, and the parameter that holds the link.
_WRAPPERS = {
    "safelinks.protection.outlook.com": "url",
    "www.google.com": "q",
    "google.com": "q",
    "urldefense.com": "u",
    "l.facebook.com": "u",
    "linkprotect.cudasvc.com": "a",
}

_EQUALS_SIGN = re.compile(r"%(?:25)*3D", re.IGNORECASE)

#: A link may be encoded as often as it was forwarded.
_MOST_ENCODINGS = 4
_AROUND = "<>\"'`()[]{}.,;|\u00ab\u00bb\u201c\u201d\u2018\u2019"


def clean_url(text: str) -> str:
    """A link as the browser had it, without line breaks, brackets, wrappers and encodings around it.

    Args:
        text: As it was found.
    """
    url = "".join(text.split()).strip(_AROUND)
    for _ in range(_MOST_ENCODINGS):
        inner = _unwrapped(url)
        if inner is None and "&amp;" in url:
            inner = html.unescape(url)
        if inner is None and _is_encoded(url):
            inner = unquote(url)
        if inner is None:
            break
        url = inner.strip(_AROUND)
    return url


def host_of(url: str) -> str:
    """The host a link leads to; empty where it names none."""
    found = re.match(r"(?:https?://)?([\w.-]+)", url, re.IGNORECASE)
    return found[1].lower() if found and "." in found[1] else ""


def hash_of(url: str) -> str:
    """What follows the ``#``; the whole text where it has none and looks like settings."""
    before, sign, after = url.partition("#")
    return after if sign else before if "=" in before and "://" not in before else ""


def _unwrapped(url: str) -> str | None:
    """The link in a wrapper's; None where it is not wrapped."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    host = (parts.hostname or "").lower()
    for wrapper, parameter in _WRAPPERS.items():
        if host == wrapper or host.endswith(f".{wrapper}"):
            fragment = f"#{parts.fragment}" if parts.fragment else ""
            inner = parse_qs(parts.query).get(parameter)
            return inner[0] + fragment if inner else None
    return None


def _is_encoded(url: str) -> bool:
    """Whether the signs between settings are percent-encoded, which the page itself never does."""
    return "=" not in hash_of(url) and _EQUALS_SIGN.search(url) is not None
