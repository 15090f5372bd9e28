"""Typed words as they arrive: kept exactly, but for what nobody could see or what would disturb the words around it.

Taken out: NUL and other control characters (a database or a PDF refuses them), lone surrogates (not text in any
encoding), and the embedding, override and isolate characters of Unicode TR 9, with which one answer could turn the
words around it the other way. Joiners that Arabic, Dari and emoji need are left alone. Line ends become one kind.
"""

from __future__ import annotations

import re

# U+061C, U+200E and U+200F (marks, no embedding), U+200C and U+200D (joiners) are words' own and stay.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]")


def tidy(text: str) -> str:
    """The words without what cannot be kept; an empty string when there were none."""
    one_line_end = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return _UNSEEN.sub("", one_line_end).strip()
