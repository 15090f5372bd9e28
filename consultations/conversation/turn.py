"""One turn as a value: what the conversation became, what to answer, and what must happen besides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from consultations.circumstances import Circumstances
from consultations.conversation.happened import Happened
from consultations.conversation.replies import Reply
from consultations.conversation.state import Conversation
from consultations.questions.sets import QuestionBook, QuestionSet


@dataclass(frozen=True, slots=True)
class Setting:
    """What a turn happens in: the questions there are, what is true around the child, and the time (aware, UTC)."""

    book: QuestionBook
    around: Circumstances
    now: datetime

    def questions(self, conversation: Conversation) -> QuestionSet:
        """The set this child is asked from."""
        return self.book.current(conversation.set)


@dataclass(frozen=True, slots=True)
class Turn:
    """What came of one event. `happened` is returned, never performed: a verb does it, in the same transaction."""

    conversation: Conversation
    replies: tuple[Reply, ...]
    happened: tuple[Happened, ...] = ()
