"""Dates as reports write them."""

from __future__ import annotations

import re

_MONTHS = (
    "jan(?:uary|uari|vier|uar)? feb(?:ruary|ruari|ruar)? février mar(?:ch|s)? märz apr(?:il)? avril ma[yij] june? juni"
    " juin july? juli juillet aug(?:ust|usti)? août sep(?:t|tember|tembre)? oct(?:ober|obre)? okt(?:ober)?"
    " nov(?:ember|embre)? dec(?:ember)? décembre dezember"
).replace(" ", "|")

#: A whole date; a year alone, or a month and a year, is none.
DATE = re.compile(
    rf"\b(?:\d{{4}}-\d{{1,2}}-\d{{1,2}}|\d{{1,2}}[./-]\d{{1,2}}[./-](?:\d{{4}}|\d{{2}})"
    rf"|\d{{1,2}}(?:st|nd|rd|th|er|\.)?\s+(?:of\s+|de\s+)?(?:{_MONTHS})\.?,?\s+\d{{4}}"
    rf"|(?:{_MONTHS})\.?\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}})\b",
    re.IGNORECASE,
)
