"""Which language an interpreter is to be booked for: known from the moment a child chooses it, days before they send.

Of everything in a conversation this alone is kept outside its seal, as the code of a language in a column of its own:
the officer's list shows it while nothing can be opened yet. It says no word of what was said, not even that anything
was.
"""

from __future__ import annotations

from consultations.conversation.state import Conversation
from consultations.languages.table import SOURCE


def to_book(conversation: Conversation) -> str:
    """The language to book an interpreter for; "" for none. What the child reads in counts, or else what they typed in.

    Once something was sent it stays as it is until another language is chosen: what was sent is to be read still.
    """
    if conversation.language != SOURCE:
        return conversation.language
    said = (*conversation.shut, *conversation.folded, *conversation.answers)
    typed = [answer.language for answer in said if answer.pieces and answer.language != SOURCE]
    return typed[-1] if typed else ""
