"""Drafts, opened and sealed: a thread's bytes become a conversation, and what became of it becomes bytes again."""

from __future__ import annotations

from dataclasses import dataclass

from consultations.conversation.state import Conversation
from consultations.keeping.store.threads import Thread
from consultations.keeping.vault import drafts
from consultations.keeping.vault.drafts import DraftKey
from consultations.keeping.vault.keys import ChatKeys
from consultations.keeping.vault.seasons import Seasons
from consultations.keeping.vault.secret import Random


@dataclass(frozen=True, slots=True)
class Drafting:
    """Opens and seals drafts. Of what was sent it opens nothing."""

    keys: ChatKeys
    seasons: Seasons
    random: Random

    def opened(self, thread: Thread) -> tuple[DraftKey, Conversation]:
        """The conversation, and the key it is to be sealed with again. Refused when it is another's, or changed."""
        key = drafts.unwrap_draft_key(self.keys, self.seasons, thread.consultation, thread.wrapped_key)
        return key, Conversation.from_bytes(drafts.open_draft(key, thread.consultation, thread.version, thread.sealed))

    def sealed(self, thread: Thread, key: DraftKey, after: Conversation) -> bytes:
        """What this thread's conversation became, sealed for the next version."""
        return drafts.seal_draft(key, thread.consultation, thread.version + 1, after.to_bytes(), random=self.random)

    def under_a_new_key(self, consultation: str, version: int, conversation: Conversation) -> tuple[bytes, bytes]:
        """A conversation sealed under a key of its own that never was before; and that key, wrapped."""
        key = drafts.new_draft_key(self.keys, random=self.random)
        sealed = drafts.seal_draft(key, consultation, version, conversation.to_bytes(), random=self.random)
        return sealed, drafts.wrap_draft_key(self.keys, self.seasons, consultation, key, random=self.random)
