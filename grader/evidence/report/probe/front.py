"""The front page: title, authors, group, date and course, where they are labelled or evident."""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.evidence.report.probe.dates import DATE
from grader.evidence.report.probe.draft import Block, Draft
from grader.evidence.report.probe.headings import could_be_title
from grader.evidence.report.record import FrontField, FrontPage

#: Lines that are looked at.
_LINES = 40
_MOST_AUTHORS = 20

_END = r"\s*(?:[:：]|[-–—](?=\s))\s*(?P<value>.*)"
_TITLE = re.compile(rf"(?:report\s+)?(?:title|titel|titre){_END}", re.IGNORECASE)
_AUTHOR_WORDS = (
    r"(?:authors?|(?:full\s+)?names?|students?(?:\s+names?)?|student\(s\)|name\(s\)|author\(s\)"
    r"|group members|team members|members"
    r"|namn|författare|studenter|gruppmedlemmar"
    r"|noms?(?:\s+et\s+prénoms?)?|auteurs?|étudiante?s?|étudiant\(e\)s?|membres(?:\s+du\s+groupe)?"
    r"|autor(?:en)?|verfasser)"
)
_BY_WORDS = r"(?:(?:written|submitted|made|prepared|done)\s+by|by|av|réalisé\s+par|rédigé\s+par|fait\s+par|par|von)"
_AUTHORS = re.compile(
    rf"(?:{_AUTHOR_WORDS}(?:{_END}|\s*$)|{_BY_WORDS}(?:\s*[:：]\s*|\s+|$)(?P<by>.*))", re.IGNORECASE
)
#: The heads of a table of people: `Name  Working hours`.
_AUTHOR_TABLE = re.compile(
    r"(?:names?|namn|nom|student)(?:\s*\|)?\s+(?:[\w ./()|-]{2,40})", re.IGNORECASE
)
_GROUP = re.compile(
    r"(?:.*[\s–—-])?(?:group|grupp|groupe|team|gruppe|binôme)\s*(?:no\.?|nr\.?|number|nummer|numéro|n°|#)?\s*[:：]?"
    r"\s*(?P<value>\d{1,3}[a-z]?|(?-i:[A-Z]\d{0,2}))\s*(?:$|[,;|)–—-])",
    re.IGNORECASE,
)
_COURSE = re.compile(
    rf"(?:course(?:\s+(?:name|code))?|kurs(?:kod)?|cours|module|subject|unit|matière){_END}",
    re.IGNORECASE,
)
#: Codes of courses; names of models and machines look alike.
_CODE = re.compile(r"\b(?!VGG|RTX|GTX|AMD|CIFAR|FP|INT)[A-Z]{2,4}[ -]?\d{3,4}[A-Z]?\b")
_DATE_LABEL = re.compile(rf"(?:date|datum|submitted(?:\s+on)?|due){_END}", re.IGNORECASE)

_PARTED = re.compile(r"\s*(?:[,;&/|]|\band\b|\bet\b|\boch\b|\bund\b)\s*", re.IGNORECASE)
#: What stands behind a name: an address, hours, numbers, a group.
_BEHIND = re.compile(
    r"\s*(?:[-–—]\s*)?(?:\(.*|\[.*|<.*|\S*@\S*.*|[\d.,*†‡:]+\s*(?:h|hrs?|hours?)?\s*)$"
)
_NAME = re.compile(
    r"(?:[^\W\d_][\w.'’-]*)(?:\s+(?:(?:van|von|de|der|den|la|le|el|al|bin|af|di|da|dos|du)\s+)*[^\W\d_][\w.'’-]*){1,3}"
)
#: Words of front pages that names of people do not have.
_FRONT_WORDS = (
    "university universität université universitet institute institutet technology department faculty school "
    "college course lab laboratory report project assignment exercise homework week group team class program "
    "master bachelor neural network networks deep machine learning data science computer vision image images "
    "convolutional keras introduction abstract contents supervisor teacher professor examiner handledare "
    "working hours page question task part handwritten digit digits classification recognition mnist cifar "
    "python with using the of for from on in a an to is lärosäte högskola rapport laboration grupp "
    "apprentissage profond compte rendu travaux pratiques "
)
_NO_NAMES = frozenset(_FRONT_WORDS.split())


def front_page(draft: Draft) -> FrontPage:
    """What the first lines of a report say of it, and what the properties of its file do."""
    lines = _first_lines(draft.blocks)
    title = _labelled(_TITLE, lines) or _set_title(draft)
    authors = _authors(lines, title)
    if not authors and draft.properties.get("author"):
        named = draft.properties["author"]
        authors = [FrontField(text=named, line=named, source="properties")]
    return FrontPage(
        title=title,
        authors=tuple(authors[:_MOST_AUTHORS]),
        group=_labelled(_GROUP, lines),
        date=_labelled(_DATE_LABEL, lines) or _evident(DATE, lines),
        course=_labelled(_COURSE, lines) or _evident(_CODE, lines),
    )


def _first_lines(blocks: Sequence[Block]) -> list[str]:
    """The lines before the text begins: up to the first paragraph that is one, on the first page."""
    found: list[str] = []
    for block in blocks:
        if block.page not in (None, 1):
            break
        for line in block.text.split("\n"):
            found.append(" ".join(line.split())[:300])
            if len(found) == _LINES:
                return found
        if len(block.text) > 400:
            break
    return found


def _labelled(label: re.Pattern[str], lines: Sequence[str]) -> FrontField | None:
    """The value behind a label, or in the line below one that stands alone."""
    for number, line in enumerate(lines):
        found = label.match(line)
        if found is None:
            continue
        value = found["value"].strip() or next(iter(lines[number + 1 : number + 2]), "")
        if value and len(value) <= 200:
            return FrontField(
                text=value.strip("\"' "), line=line if found["value"].strip() else value
            )
    return None


def _evident(pattern: re.Pattern[str], lines: Sequence[str]) -> FrontField | None:
    """What looks like nothing else, in a short line."""
    for line in lines:
        found = pattern.search(line) if len(line) <= 120 else None
        if found is not None:
            return FrontField(text=found.group(), line=line)
    return None


def _set_title(draft: Draft) -> FrontField | None:
    """The line that is set as a title, or the first where no other heading is above the rest; else the properties."""
    first = draft.blocks[0] if draft.blocks and draft.pages is None else None
    if not draft.title and first is not None and first.level and could_be_title(first.text):
        is_above_all = all(not 0 < block.level <= first.level for block in draft.blocks[1:])
        if is_above_all:
            return FrontField(text=first.text, line=first.text)
    if draft.title:
        return FrontField(text=draft.title, line=draft.title)
    named = draft.properties.get("title")
    return FrontField(text=named, line=named, source="properties") if named else None


def _authors(lines: Sequence[str], title: FrontField | None) -> list[FrontField]:
    """Names behind or below a label; else the lines below the title that are nothing but names of people."""
    for number, line in enumerate(lines):
        found = _AUTHORS.match(line)
        if found is not None:
            value = (found["value"] or found["by"] or "").strip()
            authors = [FrontField(text=name, line=line) for name in names_in(value, labelled=True)]
            if not authors and found["by"]:
                continue
            # Each line below may be one more; behind `by` all stand in the same line.
            below = [] if value and found["by"] else _names_below(lines[number + 1 :])
            if authors or below:
                return [*authors, *below]
        elif _AUTHOR_TABLE.fullmatch(line):
            below = _names_below(lines[number + 1 :])
            if below:
                return below
    if title is None or title.source == "properties" or title.text not in lines:
        return []
    after = lines[lines.index(title.text) + 1 :][:8]
    start = next((place for place, line in enumerate(after[:3]) if names_in(line)), None)
    return [] if start is None else _names_below(after[start:])


def _names_below(lines: Sequence[str]) -> list[FrontField]:
    found: list[FrontField] = []
    for line in lines:
        names = names_in(line)
        if not names:
            break
        found += [FrontField(text=name, line=line) for name in names]
    return found


def names_in(line: str, *, labelled: bool = False) -> list[str]:
    """The names of a line that holds nothing else.

    Args:
        line: The line.
        labelled: Whether a label says that they are names, so that one word is enough, in small letters too.
    """
    parts = [_BEHIND.sub("", part).strip(" .*") for part in _PARTED.split(_BEHIND.sub("", line))]
    parts = [part for part in parts if part]
    for part in parts:
        words = part.split()
        if not _NO_NAMES.isdisjoint(word.casefold().strip(".,:") for word in words):
            return []
        if labelled:
            if len(words) > 5 or not any(map(str.isalpha, part)):
                return []
        elif not _NAME.fullmatch(part) or not (words[0][0].isupper() and words[-1][0].isupper()):
            return []
    return parts
