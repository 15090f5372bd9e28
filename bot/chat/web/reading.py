"""In which language a page is that belongs to no visit yet, or to none any more: what the phone itself asks for.

In a conversation the child chooses, and nothing is guessed. Before it there is only what their browser says it reads
(`Accept-Language`, RFC 9110 §12.5.4), and after it the language of the page the form was on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from consultations.languages.table import language_of

_RANGE = re.compile(r"([A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*) *(?:; *q=([01](?:\.[0-9]{1,3})?))?")


def wished(form: Mapping[str, str], accept_language: str) -> list[str]:
    """Languages by their tags, the most wanted first: of the page a form was on, then of the browser."""
    found = [_RANGE.fullmatch(each.strip()) for each in accept_language[:500].split(",")]
    ranked = sorted(((float(each[2] or 1), each[1]) for each in found if each), key=lambda each: -each[0])
    return [form.get("language", ""), *(tag for quality, tag in ranked if quality)]


def first_offered(wished: Iterable[str], offered: Iterable[str]) -> str:
    """The first wish that is among these tags, `ar-SY` met by `ar` and `fa-IR` by `fa-AF`; else the first there is."""
    there = list(offered)
    for wish in wished:
        known = language_of(wish)
        begins = wish.partition("-")[0].lower()
        for tag in there:
            if (known is not None and known.tag == tag) or tag.partition("-")[0] == begins:
                return tag
    return there[0]
