"""What a door shows: whole sentences in the child's language, and the buttons under them.

A door turns these into HTML, a Telegram message or lines in a terminal, and adds nothing. Every message says its
language and direction; every line says whose words it holds, because a child's own words are set apart from ours.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from enum import StrEnum

from consultations.rendering.headings import Headings
from consultations.summary import Copy


class Role(StrEnum):
    """Whose words a line holds, for the way it looks and is read aloud."""

    PLAIN = "plain"
    HEADING = "heading"
    ASKED = "asked"  # the words of a question
    CHILD = "child"  # the child's own words, never tidied
    NOTE = "note"  # small print: who may see it, "Not sent yet", about 5 more


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph. `language` is set when it differs from the message's (an answer given in another language)."""

    text: str
    role: Role = Role.PLAIN
    language: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    """What the child would say, and the id that comes back: `consultation:place:choice`, at most 64 bytes.

    "company" says who is here: somebody may come in at any time. It is always in sight, and beside no answer. So is
    "help", for whoever is too frightened to look for it.
    """

    id: str
    label: str
    picture: str = ""
    chosen: bool = False
    kind: str = "action"  # "choice" (an answer), "primary" (goes on), "action", "quiet" (back, more), "help", "company"
    language: str = ""  # where its label is not in the message's: a language, named in itself
    back: bool = False  # leads to the screen before: what a phone's own Back does here


@dataclass(frozen=True, slots=True)
class Field:
    """Words are welcome here. `place` is what the form names; `value` is shown ready to be changed.

    `kind`: "words" (a text area) or "pin" (four digits, shown as dots). Both come back as `Said`.
    """

    place: str
    label: str
    value: str = ""
    kind: str = "words"
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One bubble. The last message of a turn is the one that waits for the child; it alone has a field."""

    lines: tuple[Line, ...]
    language: str
    direction: str  # "ltr" or "rtl"
    buttons: tuple[Button, ...] = ()
    field: Field | None = None
    here: bool = False  # where the child just was, on a page of many: a door brings it into view
    kind: str = "says"  # "says", "question", "card" (one answer on the check page), "notice", "help", "unasked"
    copy: Copy | None = None  # the preview: shown through consultations.rendering, under the headings below
    headings: Headings | None = dataclasses.field(default=None, repr=False, compare=False)
