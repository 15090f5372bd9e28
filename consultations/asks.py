"""What a child may ask for that cannot wait until they send: three things, told at once and without a word of theirs.

An advocate, a talk with their officer, and that somebody is not to come (field facts §4). They show in the officer's
list, by these ids, once the child said yes to "Tell Sam now?".
"""

from __future__ import annotations

ASKS = ("advocate", "talk", "someone_away")
"""Every ask, in the order they are kept. `talk` is a button of its own; the others are marked on choices."""
