"""Lines that name a figure, and which image they belong to."""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.evidence.report.probe.draft import Block, FoundImage

_CAPTION = re.compile(
    r"(?:figure|fig\.?|figur|bild|abbildung|abb\.?|image)\s*(?P<number>\d{1,3}(?:[.-]\d{1,3})*[a-z]?)\b"
    r"\s*(?P<mark>[.:|–—-]|$)?\s*(?P<next>\S?)",
    re.IGNORECASE,
)


def caption_number(line: str) -> str | None:
    """The number of the figure that a line is the caption of; None where it is none.

    ``Figure 3 shows ...`` is a sentence, ``Figure 3: Accuracy`` and ``Figure 3 Accuracy`` are captions.
    """
    found = _CAPTION.match(line)
    if found is None:
        return None
    is_caption = found["mark"] is not None or found["next"].isupper()
    return found["number"] if is_caption else None


def assign_captions(images: Sequence[FoundImage], blocks: Sequence[Block]) -> None:
    """Give every image its caption, where it is plain which one that is.

    That is the caption just below it, else the one just above; on a page with as many captions as images, those in
    their order.
    """
    captions = {
        place: block.text
        for place, block in enumerate(blocks)
        if not block.level and caption_number(block.text) is not None
    }
    taken = {image.after for image in images if image.after in captions}
    last = {image.after: image for image in images}
    for image in images:
        above = image.after - 1
        if image.after in captions:
            if image.caption and image is not last[image.after]:
                continue  # of several side by side, those with words of their own keep them
            image.caption = one_line(captions[image.after])
        elif above in captions and above not in taken and not image.caption:
            image.caption = one_line(captions[above])
            taken.add(above)
    for page in {image.pages[0] for image in images if image.pages}:
        bare = [image for image in images if image.pages[:1] == [page] and not image.caption]
        left = [place for place in captions if place not in taken and blocks[place].page == page]
        if len(bare) == len(left):
            for image, place in zip(bare, left, strict=True):
                image.caption = one_line(captions[place])


def one_line(text: str) -> str:
    """A caption in one line."""
    return " ".join(text.split())[:300]
