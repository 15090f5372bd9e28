"""A child's answer to one question, and who may see it.

An answer is what the child said, never what somebody made of it: the choice by its id, the typed words in the
pieces they arrived in. It remembers the set, version and language it was asked in, so that the exact words asked
can be shown years later.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

CHILD = "child"
"""`typed_by` when the child typed it; otherwise the kind of helper who did."""

ADVOCATE = "advocate"
"""The kind of helper who, briefed by the child, can speak for them as the codes mean it (PN2, PN5)."""

OFFICER = "officer"
"""Who keyed in what the child told them, and can speak for them just so."""

INTERPRETER, TRANSLATING = "interpreter", "someone_translating"
THROUGH = (INTERPRETER, TRANSLATING)
"""By whom a child's spoken words came into another language: an interpreter, or whoever was there."""


PAPER, SPOKEN = "paper", "spoken"
"""How an answer came to be keyed in by a member of staff: from the child's paper form, or from a talk with them."""


class Sharing(StrEnum):
    """Who may see one answer: the child's choice (Care Planning Regulations 2010, reg 36; field practice).

    Ordered from narrow to wide by `width`. `OFFICER` is what happens when nothing was chosen.
    """

    NOBODY = "nobody"
    OFFICER = "officer"
    SOCIAL_WORKER = "social_worker"
    EVERYONE = "everyone"

    @property
    def width(self) -> int:
        """0 for nobody to 3 for everyone at the review."""
        return list(Sharing).index(self)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a child said to one question: a choice, words, or both. Never empty once kept."""

    question: str
    set: str
    version: int
    language: str
    choice: str | None = None
    pieces: tuple[str, ...] = ()
    refs: tuple[str, ...] = ()  # the door's own mark of the message each piece came in; "" where it has none
    sharing: Sharing | None = None  # None: the child has not chosen yet; it goes as OFFICER
    typed_by: str = CHILD
    own_words: bool = True
    partly: bool = False  # a helper typed some of it, and some is the child's: said by them, or in their words
    beside: str = ""  # the kind of helper who was there; "" when the child was alone
    helper_name: str = ""  # of the helper who typed it, or else was there; only an advocate's is known
    through: str = ""  # by whom it was put into this language, of what the child said: one of THROUGH
    confirmed: bool = True  # False: an advocate typed words of it, and the child has not said yes to them
    keyed: str = ""  # it was keyed in: PAPER or SPOKEN
    keyed_on: str = ""  # and on which day, as YYYY-MM-DD
    keyed_as: str = ""  # a mark of how it stood then: while it stands so, it is its keyer's to see, change and send
    sent: bool = False  # it stands, exactly so, in the latest sending
    to_advocate: str = ""  # the id of the advocate whom the child lets read it; "" for none
    apart: bool = False  # some of it was said where no messenger overhears, and is shown where one does at no time
    without_pin: bool = False  # some of it was said in a visit that had not given the PIN there was

    @property
    def words(self) -> str:
        """The typed words, one message a line, exactly as they came."""
        return "\n".join(self.pieces)

    @property
    def marked(self) -> tuple[str, ...]:
        """One mark for each piece, so that two rows of pieces can be put together."""
        return (*self.refs, *("" for _ in self.pieces))[: len(self.pieces)]

    @property
    def goes_to(self) -> Sharing:
        """Who may see it: what the child chose, or their officer alone."""
        return self.sharing or Sharing.OFFICER

    @property
    def may_go(self) -> bool:
        """Whether a sending would carry it."""
        return self.confirmed and self.goes_to is not Sharing.NOBODY

    @property
    def empty(self) -> bool:
        """True when there is neither a choice nor a word."""
        return self.choice is None and not self.pieces
