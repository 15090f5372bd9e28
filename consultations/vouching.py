"""Which key is whose, as the database has it and as the portal vouched for it: a changed one is noticed (P4)."""

from __future__ import annotations

from consultations.keeping.store.people import Entry, Person
from consultations.keeping.vault.directory import DirectoryEntry, enter, verified
from consultations.keeping.vault.keys import ChatKeys, PortalKeys
from consultations.keeping.vault.problems import Refused
from consultations.keeping.vault.readers import PublicReader
from consultations.keeping.vault.recovery import READER as RECOVERY


def entered(keys: PortalKeys, reader: PublicReader) -> Entry:
    """What is kept of a reader, once the portal vouches that these keys are theirs."""
    return Entry(reader.id, reader.to_bytes(), enter(keys, reader).signature)


def enrolled(person: Person) -> PublicReader:
    """The keys somebody enrolled with, which nobody has confirmed yet: nothing is sealed to them. Refused: none."""
    return PublicReader.from_bytes(person.id, person.waiting)


def as_kept(entry: Entry) -> DirectoryEntry:
    """What the database says about a reader: not to be believed yet. Refused where it is no reader's at all."""
    return DirectoryEntry.from_bytes(entry.reader, entry.public, entry.signature)


def vouched(keys: ChatKeys | PortalKeys, entry: Entry) -> PublicReader:
    """The reader, if the portal vouched for exactly this. Refused otherwise."""
    return verified(as_kept(entry), keys.directory_public, keys.site)


def recovery_key(keys: ChatKeys | PortalKeys, entry: Entry) -> PublicReader:
    """The recovery key. Another reader's entry in its place is genuine too, and still not it: Refused."""
    reader = vouched(keys, entry)
    if reader.id != RECOVERY:
        raise Refused("This is another reader's entry.")
    return reader
