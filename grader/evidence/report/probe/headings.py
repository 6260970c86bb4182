"""Lines that are headings by their words, where a format does not mark headings."""

from __future__ import annotations

import re

_LONGEST = 100
_MOST_WORDS = 14

#: What the parts of an assignment are called.
_EXERCISE = re.compile(
    r"(?:(?:exercise|question|task|part|problem|section|chapter|assignment|appendix|step|lab"
    r"|uppgift|fråga|del|avsnitt|kapitel|bilaga"
    r"|exercice|partie|tâche|problème|chapitre|annexe|étape|tp"
    r"|aufgabe|frage|teil|abschnitt|anhang)\s+(?:\d+(?:\.\d+)*[a-z]?|[a-z]|[ivx]+)"
    r"|q\s?\d+(?:[.-]\d+)*[a-z]?)\b\s*(?P<mark>[.:)–—-]*)\s*",
    re.IGNORECASE,
)
_KNOWN = frozenset(
    word
    for line in (
        "abstract summary introduction background method methods methodology theory data dataset implementation",
        "experiment experiments result results analysis evaluation discussion conclusion conclusions references",
        "bibliography acknowledgements contents appendix preprocessing architecture training",
        "sammanfattning inledning introduktion bakgrund metod teori genomförande resultat analys diskussion slutsats",
        "slutsatser referenser innehåll bilaga",
        "résumé sommaire contexte méthode méthodes méthodologie théorie données expériences résultats analyse",
        "évaluation bibliographie références annexe annexes",
        "zusammenfassung einleitung methode methoden ergebnisse diskussion fazit literatur anhang",
    )
    for word in line.split()
) | {"table of contents", "table des matières", "results and discussion", "future work"}

_NUMBERED = re.compile(r"(\d{1,2}(?:\.\d{1,2}){0,3})[.)]?\s+(?=\S)")
_ONLY_NUMBERS = re.compile(r"\d{1,2}(?:\.\d{1,2})+(?:\s+\d{1,2}(?:\.\d{1,2})*)*[a-z]?[.)]?")
_CONTENTS = re.compile(
    r"(?:table of )?contents|table des matières|sommaire|innehåll(?:sförteckning)?|inhalt(?:sverzeichnis)?",
    re.IGNORECASE,
)
_CONTENTS_LINE = re.compile(r".*(?:\s|\.{3,}|(?:\s\.){2,})\s*\d{1,3}")


#: What a whole report is about; everything else that is numbered is a part of one.
_ASSIGNMENT = re.compile(r"(?:lab|assignment|tp|project|homework)\b", re.IGNORECASE)


def could_be_heading(line: str) -> bool:
    """Whether a line is short enough, and ends as a heading may."""
    if not 2 <= len(line) <= _LONGEST or len(line.split()) > _MOST_WORDS:
        return False
    if line.endswith((".", ",", ";", "=", "(", "{", "\\")) and not _EXERCISE.fullmatch(line):
        return False
    return any(map(str.isalpha, line)) or _ONLY_NUMBERS.fullmatch(line) is not None


def is_named_heading(line: str) -> bool:
    """Whether a line is a heading by its words alone: ``Exercise 2``, ``3. Results``, ``Conclusion``."""
    if not could_be_heading(line):
        return False
    bare = _NUMBERED.sub("", line, count=1).rstrip(" :").casefold()
    return bare in _KNOWN or names_exercise(line)


def names_exercise(line: str) -> bool:
    """Whether a line begins with the name of an exercise, and does not go on as a sentence about it."""
    named = _EXERCISE.match(line)
    if named is None:
        return False
    rest = line[named.end() :]
    return not rest or named["mark"] != "" or rest[0].isupper()


def is_numbered_heading(line: str) -> bool:
    """Whether a line is numbered as headings are, and begins with a capital: ``2.1 Training``."""
    found = _NUMBERED.match(line)
    if found is None or not could_be_heading(line):
        return False
    rest = line[found.end() :]
    return rest[0].isupper() and len(rest.split()) <= 10 and not rest.endswith(":")


def could_be_title(line: str) -> bool:
    """Whether a line is not plainly the heading of a part: ``Lab 3: Digits``, but not ``Question 1``."""
    is_part = is_named_heading(line) or is_numbered_heading(line)
    return not is_part or _ASSIGNMENT.match(line) is not None


def numbered_level(line: str) -> int | None:
    """The level that the number of a heading stands for; None where it has none."""
    found = _NUMBERED.match(line) or re.match(r"(\d{1,2}(?:\.\d{1,2})+)", line)
    return found.group(1).count(".") + 1 if found else None


def label_length(heading: str) -> int:
    """Characters of the label that a heading begins with: ``Exercise 2:``, ``2.1``."""
    found = _ONLY_NUMBERS.match(heading) or _NUMBERED.match(heading) or _EXERCISE.match(heading)
    return found.end() if found else 0


def is_contents(heading: str) -> bool:
    """Whether a heading stands above a table of contents."""
    return _CONTENTS.fullmatch(heading.strip(" :")) is not None


def is_contents_line(line: str) -> bool:
    """Whether a line ends as those of a table of contents do, with a page."""
    return _CONTENTS_LINE.fullmatch(line) is not None
